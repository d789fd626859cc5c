"""What a notebook found, as its `Page` hands it over, read back from the executed notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.errors import ReportError
from analysis.words import refusal

MIME = "application/vnd.relief.results+json"
# So many figures stand on a first screen.
KEY_FIGURES = 3


def read_results(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an executed notebook's page held.

    Parameters
    ----------
    notebook : NotebookNode

    Raises
    ------
    ReportError
        If the notebook shows no page.
    """
    found = find_results(notebook)
    if found is None:
        raise refusal(ReportError, "report_error.no_results")
    return found


def find_results(notebook: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what an executed notebook's page held; None where it shows none.

    Parameters
    ----------
    notebook : NotebookNode
    """
    found: dict[str, Any] | None = None
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            found = output.get("data", {}).get(MIME, found)
    return found


def no_results(notebook: str, lang: str) -> dict[str, Any]:
    """Return the results of a notebook that shows no page.

    Parameters
    ----------
    notebook, lang : str
        Its name; ``zh`` or ``en``.
    """
    empty: dict[str, Any] = {name: [] for name in ("headline", "notes", "statuses")}
    named = {"notebook": notebook, "case": notebook, "unit_code": None, "lang": lang}
    rest: dict[str, Any] = {"numbers": [], "texts": [], "tables": {}}
    return {**named, "currency": "CNY", "answer": "", **empty, **rest}


def key_findings(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the numbers and texts that the first screen names, in its order.

    Parameters
    ----------
    results : mapping
        As `read_results` returns it.
    """
    found = {item["key"]: item for item in [*results["numbers"], *results["texts"]]}
    return [found[key] for key in results["headline"]]
