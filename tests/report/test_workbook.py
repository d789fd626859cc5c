"""The workbook, read back: every figure with unit and status, and no formula."""

import io
import tempfile
import time
import zipfile

import openpyxl
import pandas as pd
import pytest
from recorded import as_it_is
from sample_report import HOSTILE, make_notebook, make_provenance, make_results, make_table

from analysis.report.outputs import material
from analysis.report.results import read_results
from analysis.report.workbook import workbook


def made_of(results, *cells):
    return material({"cells": list(cells)}, results=results)


def opened(results, provenance=None):
    content = workbook(made_of(results), provenance or make_provenance(), case_title="塔城地区")
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(sheet):
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_a_table_comes_back_with_units_status_and_frozen_header():
    sheet = opened(read_results(make_notebook())).worksheets[1]
    assert [cell.value for cell in sheet[1]] == [
        "单位",
        "金额（万元） [官方数据]",
        "占比（%）",
        "性质",
    ]
    assert [cell.value for cell in sheet[2]] == ["乌苏市", 98, 23.79, "估计值"]
    assert sheet.freeze_panes == "B2"
    assert [cell.number_format for cell in sheet[2]][1:3] == ["#,##0", "#,##0.0"]


def test_the_summary_holds_answer_numbers_and_provenance():
    summary = opened(read_results(make_notebook())).worksheets[0]
    rows = [[cell.value for cell in row if cell.value is not None] for row in summary.iter_rows()]
    assert ["Hoover", 8.62, "%", 7.1, 11.2, "估计值"] in rows
    assert ["结论", "答案：乌苏市"] in rows
    assert ["allocation.csv", "0123456789abcdef" * 4] in rows
    assert ["numpy", "2.4.6"] in rows


@pytest.mark.parametrize("text", [*HOSTILE, "+1", "-1+2", "@SUM(A1)", "\t=1", "=1+1", "a\x07b"])
def test_texts_are_never_formulas(text):
    results = make_results("zh", text=text, said=text)
    make_table(results, text)
    given = make_provenance(command=text, parameters={text: text}, document_no=text)
    book = opened(results.as_json(), given)
    found = [cell for sheet in book.worksheets for cell in cells(sheet)]
    assert {cell.data_type for cell in found} <= {"s", "n"}
    same = [
        cell for cell in found if cell.value == text.replace("\x07", "\N{REPLACEMENT CHARACTER}")
    ]
    assert len(same) >= 5
    if text[0] in "=+-@\t":
        assert all(cell.quotePrefix for cell in same)


def test_sheet_names_are_short_distinct_and_legal():
    results = make_results("zh")
    make_table(results)
    for number, caption in enumerate(["[a]:b*c?/\\" + "长" * 60, "长" * 60, "长" * 60, "摘要", ""]):
        results.table(pd.DataFrame({"n": [1]}), f"t{number}", caption=as_it_is(caption))
    names = opened(results.as_json()).sheetnames
    assert len({name.lower() for name in names}) == len(names) == 7
    assert max(map(len, names)) <= 31


def test_equal_figures_give_equal_bytes():
    results = read_results(make_notebook())
    first, second = (
        workbook(made_of(results), make_provenance(), case_title="x") for _ in range(2)
    )
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z</dcterms:modified>" in file.read("docProps/core.xml")


def test_it_needs_no_disk_and_no_clock(monkeypatch):
    def made():
        results = read_results(make_notebook())
        return workbook(made_of(results), make_provenance(), case_title="塔城地区")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    before = made()
    # The batteries of a machine's clock may be empty: it begins in 1970, and ZIP in 1980.
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(0))
    monkeypatch.setattr(tempfile, "mkstemp", full)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    assert made() == before
