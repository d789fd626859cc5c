"""A repository as a user has one: a case, two small notebooks with outputs, one parameter run."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from typer.testing import CliRunner

from analysis.cli import app

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CASE = "data/tacheng-2024"
OVERVIEW = """
from analysis import Page, load_case
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import Figure, say

data = load_case(case)
money = data.amount_wan().rename(data.units[f"name_{lang}"])
page = Page("overview_report", data, lang)
---
share = (100 * money / money.sum()).round(1).rename("资金占比 %")
share.rename_axis("单位").to_frame()
---
total = KeyFigure("total", say("column.amount_wan"), Figure(money.sum(), "wan"), "official")
page.answer(Answer([say("page.as_it_is", text=f"共 {money.sum():g} 万元。")], [total]))
---
page
"""
UNIT = """
from analysis import Page, load_case
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import Figure, say

page = Page("unit_report", load_case(case), lang, unit=unit)
one = KeyFigure("one", say("page.as_it_is", text="一"), Figure(1, "count"), "synthetic")
page.answer(Answer([say("page.as_it_is", text=unit)], [one]))
---
page
"""
MATRIX = """
[[run]]
notebook = "overview_report"
case = "data/tacheng-2024"
lang = ["en"]
"""


def run(folder, line, **variables):
    """Run a line of shell as a job of CI does, the package's commands on the PATH."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    env |= {"PATH": f"{BIN}{os.pathsep}{env['PATH']}", "PRE_COMMIT_HOME": f"{folder}-hooks"}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    # One who commits, for a machine that knows none.
    for who in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{who}_NAME": "analyst", f"GIT_{who}_EMAIL": "analyst@example.org"}
    shell = ["bash", "-eo", "pipefail", "-c", line]
    return subprocess.run(shell, cwd=folder, env=env | variables, capture_output=True, text=True)


def make_repository(folder):
    """Make one, with everything accepted and committed."""
    shutil.copytree(ROOT / CASE, folder / CASE)
    (folder / "notebooks").mkdir()
    (folder / "tests").mkdir()
    (folder / "tests" / "matrix.toml").write_text(MATRIX, encoding="utf-8")
    parameters = f'case: str = "{CASE}"  # 案例文件夹\nlang: str = "zh"'
    _write(folder / "notebooks" / "overview_report.ipynb", parameters, OVERVIEW)
    _write(folder / "notebooks" / "unit_report.ipynb", f'{parameters}\nunit: str = "654201"', UNIT)
    commit = "git add --all && git commit --quiet --message all"
    assert run(folder, f"git init --quiet && {commit}").returncode == 0
    code, told = relief(folder, "accept all")
    assert code == 0, told
    assert run(folder, commit).returncode == 0
    return folder


def relief(folder, words):
    """Run a command of the package in this process, where what it loads is loaded once."""
    with contextlib.chdir(folder):
        told = CliRunner().invoke(app, words.split())
    return told.exit_code, told.output


def _write(path, parameters, cells):
    first = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    code = [nbformat.v4.new_code_cell(source.strip()) for source in cells.split("---\n")]
    nbformat.write(nbformat.v4.new_notebook(cells=[first, *code]), path)
