"""A report's four files: the page, the executed notebook, the results and the workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analysis.report.downloads import ZIPPED, zipped
from analysis.report.html import About, Provenance, render
from analysis.report.outputs import Material, material
from analysis.report.workbook import workbook


def report_files(notebook: Mapping[str, Any], about: About, *, lang: str) -> dict[str, bytes]:
    """Make a report's files, by ending: ``.ipynb``, ``.json``, ``.xlsx`` and, last, ``.html``.

    A report with a table too long for its page has ``.csv.zip`` too, with every table.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it shows a `Page`.
    about : About
    lang : str
        ``zh`` or ``en``.

    Raises
    ------
    ReportError
        If the report cannot be made.
    """
    import nbformat

    made_of = material(notebook, lang)
    archive = zipped(made_of.csv)
    html = render(made_of, about)
    return {
        ".ipynb": (nbformat.writes(notebook) + "\n").encode(),
        ".json": results_file(made_of, about.provenance),
        ".xlsx": workbook(made_of, about.provenance, case_title=about.case_title),
        **({ZIPPED: archive} if archive else {}),
        ".html": html.encode(),
    }


def results_file(material: Material, provenance: Provenance) -> bytes:
    """Return the results file: every number with its unit and status, and where it comes from.

    ``added`` names what an analyst's own cells show, ``warnings`` what to mend in the notebook.
    """
    whole = {
        **material.results,
        "added": material.added,
        "warnings": material.warnings,
        "provenance": asdict(provenance),
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False, default=str)
    return (text + "\n").encode()
