"""The font of charts, ours and an analyst's own."""

import subprocess
import sys

OWN_CHART = """
import warnings
warnings.simplefilter("error")
import matplotlib
matplotlib.use("agg")
from analysis import charts, load_case
data = load_case("data/tacheng-2024")
money = data.amount_wan().rename(data.units["name_zh"])
figure = money.div(money.sum()).plot.barh(title="我的图").figure
figure.savefig("own.png")
"""


def test_a_one_line_chart_of_an_analyst_has_every_chinese_letter(tmp_path):
    made = subprocess.run(
        [sys.executable, "-c", OWN_CHART.replace("own.png", str(tmp_path / "own.png"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "own.png").stat().st_size > 5000
