"""The workbook as LibreOffice reads it: an outside reader finds the same figures."""

import csv
import shutil
import subprocess

import pytest
from sample_report import make_notebook, make_provenance

from analysis.report.outputs import material
from analysis.report.results import read_results
from analysis.report.workbook import workbook

SOFFICE = shutil.which("soffice")
# Every sheet as CSV: comma, quotes, UTF-8, figures as they are kept.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not there")
def test_every_sheet_opens_with_the_figures_that_were_recorded(tmp_path):
    results = read_results(make_notebook())
    made = material({"cells": []}, results=results)
    (tmp_path / "book.xlsx").write_bytes(workbook(made, make_provenance(), case_title="塔城地区"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", AS_CSV, "--outdir", tmp_path]
    subprocess.run([*command, tmp_path / "book.xlsx"], check=True, capture_output=True, timeout=300)
    sheets = sorted(tmp_path.glob("book-*.csv"))
    assert len(sheets) == 1 + len(results["tables"])
    rows = [row for path in sheets for row in csv.reader(path.open(encoding="utf-8"))]
    assert ["乌苏市", "98", "23.79", "估计值"] in rows
    assert any(row[:3] == ["Hoover", "8.62", "%"] for row in rows)
