"""The benchmark of many counties makes reports of both cases and writes what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

from test_country_case import CENSUS

ROOT = Path(__file__).parents[1]
SMALL = "import scale; scale.FEW = 3; scale.main()"


def test_it_times_both_cases(tmp_path):
    rows = [
        f"county,{320100 + i},甲市,第{i}县,{people},{people // 3},{people - people // 3},9.25,15.5"
        for i, people in enumerate(range(40_000, 400_000, 60_000))
    ]
    (tmp_path / "census.csv").write_text(CENSUS + "\n".join(rows), encoding="utf-8")
    given = [str(tmp_path / "census.csv"), "--counties", "6", "--reports", "2"]
    ran = subprocess.run(
        [sys.executable, "-c", SMALL, *given, "--json", str(tmp_path / "times.json")],
        cwd=ROOT,
        env=os.environ
        | {"PYTHONPATH": f"{ROOT / 'benchmarks'}:{os.environ.get('PYTHONPATH', '')}"},
        capture_output=True,
        text=True,
        check=True,
    )
    written = json.loads((tmp_path / "times.json").read_text(encoding="utf-8"))
    assert f"ratio {written['ratio']:.3f}" in ran.stdout
    assert [case["units"] for case in written["cases"]] == [3, 6]
    assert all(case["cpu_seconds"] > 0 and case["largest_page_kb"] for case in written["cases"])
