"""What a notebook's page held comes back from the saved notebook."""

import nbformat
import pytest
from recorded import answer, as_it_is, empty_page, key_figure
from sample_report import code, make_results, shown

from analysis.errors import ReportError
from analysis.report.outputs import material
from analysis.report.results import find_results, key_findings, no_results, read_results
from analysis.words.answer import KeyFigure


def saved(*pages):
    notebook = nbformat.v4.new_notebook(cells=[code(shown(page)) for page in pages])
    return read_results(nbformat.reads(nbformat.writes(notebook), as_version=4))


def test_all_that_a_page_held_survives_the_file():
    page = make_results("en")
    assert saved(page) == page.as_json()
    assert [number["value"] for number in saved(page)["numbers"]] == [412, 0.0862]


def test_the_page_shown_last_is_the_report():
    assert saved(make_results("zh"), make_results("en"))["lang"] == "en"


def test_key_findings_follow_the_first_screen():
    month = KeyFigure("month", as_it_is("Runs out"), as_it_is("July 2024"), "estimate")
    page = empty_page(lang="en")
    page.answer(answer("A.", month, *(key_figure(key, 412) for key in ("total", "b", "c"))))
    assert [item["value"] for item in key_findings(saved(page))] == ["July 2024", 412, 412]
    assert [number["key"] for number in saved(page)["numbers"]] == ["total", "b", "c"]


def test_a_notebook_without_a_page_is_refused_where_one_is_needed():
    notebook = nbformat.v4.new_notebook(cells=[code()])
    assert find_results(notebook) is None
    with pytest.raises(ReportError, match=r"shows no results.*page"):
        read_results(notebook)


def test_the_results_of_a_notebook_without_a_page_are_those_of_an_empty_one():
    nothing = no_results("tiny", "zh")
    assert list(nothing) == list(empty_page().as_json())
    assert nothing | {"case": "tacheng-2024"} == empty_page().as_json()
    assert material({"cells": []}, results=nothing).cells == []
