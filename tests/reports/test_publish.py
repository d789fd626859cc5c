"""The four files of a report, made twice, are the same bytes."""

import json

import nbformat
import pytest
from sample_report import code, make_notebook, make_provenance

from analysis.errors import ReportError
from analysis.reports.publish import publish
from analysis.reports.results import read_results


def publish_to(folder, notebook):
    return publish(
        notebook,
        folder / "unit_report.654201.zh.html",
        lang="zh",
        title="x",
        case_title="塔城地区",
        provenance=make_provenance(),
    )


def test_four_files_stand_side_by_side_and_do_not_change_from_run_to_run(tmp_path):
    notebook = make_notebook()
    for number, cell in enumerate(notebook.cells):
        cell.id = f"c{number}"
    first, second = (publish_to(tmp_path / folder, notebook) for folder in ("a", "b"))
    assert [path.name.removeprefix("unit_report.654201.zh") for path in first] == [
        ".ipynb",
        ".json",
        ".xlsx",
        ".html",
    ]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_results_file_holds_every_number_and_where_it_comes_from(tmp_path):
    notebook = make_notebook()
    files = publish_to(tmp_path, notebook)
    stored = json.loads(files[1].read_text(encoding="utf-8"))
    provenance = stored.pop("provenance")
    assert stored == read_results(notebook)
    assert provenance["inputs"] == make_provenance().inputs
    assert nbformat.read(files[0], as_version=4) == notebook


def test_a_report_that_cannot_be_made_writes_nothing(tmp_path):
    failed = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    with pytest.raises(ReportError, match="KeyError"):
        publish_to(tmp_path, make_notebook(extra=[code(failed)]))
    assert not list(tmp_path.iterdir())
