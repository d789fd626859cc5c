"""The four files of a report, made twice, are the same bytes."""

import json

import nbformat
import pytest
from sample_report import code, make_notebook, make_provenance

from analysis.errors import ReportError
from analysis.report.publish import report_files
from analysis.report.results import read_results


def files_of(notebook):
    return report_files(
        notebook, lang="zh", title="x", case_title="塔城地区", provenance=make_provenance()
    )


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
    assert stored == read_results(notebook)
    assert provenance["inputs"] == make_provenance().inputs
    assert nbformat.reads(files[".ipynb"].decode(), as_version=4) == notebook


def test_a_cell_that_failed_gives_no_report():
    failed = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    with pytest.raises(ReportError, match="KeyError"):
        files_of(make_notebook(extra=[code(failed)]))
