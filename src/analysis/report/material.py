"""What a report is made of: an executed notebook's cells, results, charts and CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.errors import ReportError
from analysis.report.chart_numbers import ChartNumbers, charts_of
from analysis.report.downloads import csv_files
from analysis.report.outputs import cells_to_show
from analysis.report.results import read_results
from analysis.words import catalogue


@dataclass(frozen=True)
class Material:
    """All that the files of a report are made of.

    Parameters
    ----------
    results : mapping
        As `read_results` returns it.
    cells : list
        As `cells_to_show` returns them.
    charts : tuple of ChartNumbers
        The numbers of each chart, in the order of the page.
    csv : mapping
        The CSV text of each table and chart, by its key.
    """

    results: Mapping[str, Any]
    cells: list[dict[str, Any]]
    charts: tuple[ChartNumbers, ...]
    csv: Mapping[str, str]

    @property
    def lang(self) -> str:
        """Language of the report."""
        return str(self.results["lang"])


def material(notebook: Mapping[str, Any], lang: str) -> Material:
    """Return what a report of an executed notebook is made of.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it shows a `Results` object.
    lang : str
        ``zh`` or ``en``: cells tagged with the other language are left out.

    Raises
    ------
    ReportError
        If a cell failed or shows what a page cannot take, there are no results, or their
        language is another.
    """
    results = read_results(notebook)
    if results["lang"] != lang:
        raise ReportError(
            f"笔记本以“{results['lang']}”运行，不能生成“{lang}”报告。请以 lang={lang} 重新运行。",
            f"The notebook ran in {results['lang']!r} and gives no {lang!r} report: "
            f"run it again with lang={lang}.",
        )
    return of_results(notebook, results)


def of_results(notebook: Mapping[str, Any], results: Mapping[str, Any]) -> Material:
    """Return what a report is made of, where its results are known.

    Raises
    ------
    ReportError
        If a cell failed or shows what a page cannot take.
    """
    lang = str(results["lang"])
    cells = cells_to_show(notebook, lang)
    charts = tuple(charts_of(cells, lang, results["currency"]))
    return Material(results, cells, charts, csv_files(results, charts, catalogue(lang)))
