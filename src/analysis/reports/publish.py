"""A report's four files: the page, the executed notebook, the results and the workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.reports.files import write_whole
from analysis.reports.html import Provenance, render
from analysis.reports.results import read_results
from analysis.reports.workbook import workbook


def publish(
    notebook: Mapping[str, Any],
    out: Path,
    *,
    lang: str,
    title: str,
    case_title: str,
    provenance: Provenance,
    unit_name: str = "",
    other_lang_href: str = "",
) -> list[Path]:
    """Write ``NAME.ipynb``, ``NAME.json``, ``NAME.xlsx`` and, last, ``NAME.html``.

    Everything is made before anything is written; each file appears whole or not at all.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it shows a `Results` object.
    out : Path
        The page, ``NAME.html``.
    lang, title, case_title, provenance, unit_name, other_lang_href
        As `render` takes them.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ReportError
        If the report cannot be made or a file cannot be written.
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
    contents = {
        ".ipynb": (nbformat.writes(notebook) + "\n").encode(),
        ".json": results_file(results, provenance),
        ".xlsx": workbook(results, provenance, case_title=case_title),
        ".html": html.encode(),
    }
    stem = str(out).removesuffix(".html")
    written = {Path(stem + ending): content for ending, content in contents.items()}
    for path, content in written.items():
        write_whole(path, content)
    return list(written)


def results_file(results: Mapping[str, Any], provenance: Provenance) -> bytes:
    """Return the results file: every number with its unit and status, and where it comes from."""
    whole = {**results, "provenance": asdict(provenance)}
    text = json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False, default=str)
    return (text + "\n").encode()
