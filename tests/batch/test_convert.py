"""A notebook that somebody ran, made into a page by ``jupyter nbconvert --template relief``."""

import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import nbformat
import pytest

from analysis.batch.convert import page
from analysis.errors import ReportError

ROOT = Path(__file__).parents[2]
SOUND = """
from analysis import Page, load_case
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import Figure, say
page = Page("mine", load_case(case), lang, unit="654201")
allocated = KeyFigure("total", say("column.amount_wan"), Figure(413, "wan"), "estimate")
page.answer(Answer([say("page.as_it_is", text="Answer <b>")], [allocated]))
"""


def notebook(*cells):
    node = nbformat.v4.new_notebook(cells=list(cells))
    node.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return node


def converted(folder, node, *options):
    path = folder / "mine.ipynb"
    nbformat.write(node, path)
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "--template", "relief"]
    return subprocess.run(
        [*command, *options, path.name], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_template_is_installed_where_nbconvert_looks():
    files = {
        path.name for path in distribution("relief-analysis").files if "templates" in str(path)
    }
    assert {"conf.json", "index.html.j2"} <= files


def test_nbconvert_runs_a_notebook_and_makes_its_page(tmp_path):
    parameters = nbformat.v4.new_code_cell(f'case = "{ROOT / "data/tacheng-2024"}"\nlang = "en"')
    parameters.metadata.tags = ["parameters"]
    prose = nbformat.v4.new_markdown_cell("# Mine <script>alert(1)</script>")
    code = [nbformat.v4.new_code_cell(SOUND), nbformat.v4.new_code_cell("page")]
    done = converted(tmp_path, notebook(parameters, prose, *code), "--execute")
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in html
    assert "Tacheng City: Mine &lt;script&gt;" in html
    assert "Answer &lt;b&gt;" in html
    assert "jupyter nbconvert --to html --template relief mine.ipynb" in html
    assert "塔地财社〔2023〕90号" in html
    assert "<script" not in html
    assert "https://" not in html
    assert "mine.xlsx" not in html


def test_a_failed_cell_is_told_without_a_traceback(tmp_path):
    output = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    shown = nbformat.v4.new_code_cell("x", outputs=[output], execution_count=1)
    done = converted(tmp_path, notebook(shown))
    assert done.returncode == 1
    assert "第 1 个单元出错，报告没有生成：KeyError" in done.stderr
    assert "Cell 1 failed, so there is no report: KeyError" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "mine.html").exists()


def test_what_an_analyst_shows_stands_on_the_page(tmp_path):
    png = nbformat.v4.new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    frame = nbformat.v4.new_output("display_data", data={"text/html": "<table><tr><td>7</table>"})
    cells = [nbformat.v4.new_code_cell("x", outputs=[each]) for each in (png, frame)]
    assert converted(tmp_path, notebook(*cells)).returncode == 0
    html = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in html
    assert "<td>7</td>" in html
    assert html.count("此处为添加的内容，性质未注明") == 2


def test_figures_without_a_status_are_never_taken_for_official():
    html = page(notebook(nbformat.v4.new_markdown_cell("# 我的")), Path("mine.ipynb"))
    assert "本页没有登记数字的性质，不能当作官方数据。" in html
    assert '<html lang="zh-CN">' in html


def test_a_notebook_whose_case_is_elsewhere_still_makes_a_page():
    results = {"case": "gone", "lang": "en", "unit_code": "1", "statuses": ["synthetic"]}
    results |= {"tables": {}, "currency": "CNY"}
    data = {"application/vnd.relief.results+json": results}
    output = nbformat.v4.new_output("display_data", data=json.loads(json.dumps(data)))
    node = notebook(nbformat.v4.new_code_cell("results", outputs=[output], execution_count=1))
    node.metadata.papermill = {"parameters": {"case": "nowhere/at-all", "lang": "en"}}
    html = page(node, Path("mine.ipynb"))
    assert "case = nowhere/at-all" in html
    assert "Made-up data" in html


def test_a_failed_cell_gives_no_page():
    failed = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    with pytest.raises(ReportError, match="KeyError"):
        page(notebook(nbformat.v4.new_code_cell("x", outputs=[failed])), Path("mine.ipynb"))
