"""A report's four files: the page, the executed notebook, the results and the workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analysis.reports.html import Provenance, render
from analysis.reports.results import read_results
from analysis.reports.workbook import workbook


def report_files(
    notebook: Mapping[str, Any],
    *,
    lang: str,
    title: str,
    case_title: str,
    provenance: Provenance,
    unit_name: str = "",
    other_lang_href: str = "",
) -> dict[str, bytes]:
    """Make a report's files, by ending: ``.ipynb``, ``.json``, ``.xlsx`` and, last, ``.html``.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it shows a `Results` object.
    lang, title, case_title, provenance, unit_name, other_lang_href
        As `render` takes them.

    Raises
    ------
    ReportError
        If the report cannot be made.
    """
    import nbformat

    results = read_results(notebook)
    html = render(
        notebook,
        lang=lang,
        title=title,
        case_title=case_title,
        provenance=provenance,
        unit_name=unit_name,
        other_lang_href=other_lang_href,
    )
    return {
        ".ipynb": (nbformat.writes(notebook) + "\n").encode(),
        ".json": results_file(results, provenance),
        ".xlsx": workbook(results, provenance, case_title=case_title),
        ".html": html.encode(),
    }


def results_file(results: Mapping[str, Any], provenance: Provenance) -> bytes:
    """Return the results file: every number with its unit and status, and where it comes from."""
    whole = {**results, "provenance": asdict(provenance)}
    text = json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False, default=str)
    return (text + "\n").encode()
