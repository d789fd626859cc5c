"""The four files of a report, made twice, are the same bytes."""

import io
import json

import nbformat
import openpyxl
from sample_report import code, displayed, make_notebook, make_provenance, prose

from analysis.report.html import About
from analysis.report.publish import report_files
from analysis.report.results import read_results


def files_of(notebook):
    about = About(title="x", case_title="塔城地区", provenance=make_provenance())
    return report_files(notebook, about, lang="zh")


def test_there_are_four_files_the_page_last_and_they_do_not_change_from_run_to_run():
    notebook = make_notebook()
    for number, cell in enumerate(notebook.cells):
        cell.id = f"c{number}"
    first, second = (files_of(notebook) for _ in range(2))
    assert list(first) == [".ipynb", ".json", ".xlsx", ".html"]
    assert first == second


def test_the_results_file_holds_every_number_and_where_it_comes_from():
    notebook = make_notebook()
    files = files_of(notebook)
    stored = json.loads(files[".json"])
    provenance = stored.pop("provenance")
    assert (stored.pop("added"), stored.pop("warnings")) == ([], [])
    assert stored == read_results(notebook)
    assert provenance["inputs"] == make_provenance().inputs
    assert nbformat.reads(files[".ipynb"].decode(), as_version=4) == notebook


def test_what_an_analyst_added_is_named_in_results_and_workbook():
    own = displayed(image_png="iVBORw0KGgo=", text_plain="<Figure>")
    files = files_of(make_notebook(extra=[prose("## 我的问题"), code(own)]))
    stored = json.loads(files[".json"])
    assert stored["added"] == [{"cell": 13, "kind": "figure", "heading": "我的问题"}]
    assert stored["warnings"] == [
        "第 13 个单元的图没有替代文字，暂用“图：我的问题”。请在输出元数据中给出 alt。"
    ]
    summary = openpyxl.load_workbook(io.BytesIO(files[".xlsx"])).worksheets[0]
    rows = [[cell.value for cell in row][:3] for row in summary.iter_rows()]
    assert ["添加的内容（性质未注明）", "单元", "所在小节"] in rows
    assert ["图", 13, "我的问题"] in rows
