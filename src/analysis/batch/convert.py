"""The report of a notebook that somebody ran: ``jupyter nbconvert --to html --template relief``."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbconvert.nbconvertapp import NbConvertApp
from nbconvert.preprocessors import Preprocessor

from analysis.batch.jobs import CaseFacts
from analysis.batch.keys import versions
from analysis.batch.parameters import declared_parameters
from analysis.batch.report import commit, commit_text
from analysis.case import Case, load_case
from analysis.errors import CaseError, ReliefError, UsageError
from analysis.report.html import About, Provenance, render
from analysis.report.outputs import material
from analysis.report.results import find_results, no_results
from analysis.words import LANGUAGES


class ReliefPage(Preprocessor):  # type: ignore[misc]
    """Makes the page that the template ``relief`` prints.

    nbconvert runs it because the template's ``conf.json`` names it.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Put the page into `resources` as ``relief_page``.

        Raises
        ------
        ReportError
            If a cell failed. On the command line it is printed, and the command ends with 1.
        """
        told = resources.get("metadata", {})
        try:
            path = Path(told.get("path", ""), f"{told.get('name', 'notebook')}.ipynb")
            resources["relief_page"] = page(nb, path)
        except ReliefError as error:
            if NbConvertApp.initialized():
                raise SystemExit(str(error)) from error
            raise
        return nb, resources


def page(notebook: Mapping[str, Any], path: Path) -> str:
    """Return an executed notebook as a page, without files beside it.

    A notebook that records no results gives a page that says so, in the language of its
    parameter ``lang``, or in Chinese.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.
    path : Path
        Where it lies; it need not be there.

    Raises
    ------
    ReportError
        If a cell failed.
    """
    values = _values(notebook, path)
    lang = values["lang"] if values.get("lang") in LANGUAGES else LANGUAGES[0]
    results = find_results(notebook) or no_results(path.stem, str(lang))
    case, unit_code = _case(values), results["unit_code"]
    lang = results["lang"]
    unit = case.units.loc[unit_code] if case and unit_code in case.units.index else {}
    facts = CaseFacts.of(case, str(values["case"])) if case else None
    about = About(
        title=path.stem,
        case_title=facts.title[lang] if facts else results["case"],
        unit_name=str(unit.get(f"name_{lang}", unit_code or "")),
        provenance=Provenance(
            case_name=results["case"],
            command=f"jupyter nbconvert --to html --template relief {shlex.quote(path.name)}",
            document_no=facts.document_no if facts else "",
            parameters=values,
            inputs=facts.inputs if facts else {},
            versions=versions(),
            commit=commit_text(commit(), lang),
        ),
    )
    return render(material(notebook, results=results), about)


def _values(notebook: Mapping[str, Any], path: Path) -> dict[str, object]:
    """Return the notebook's parameters: the defaults it declares, and what papermill gave it."""
    declared: dict[str, object] = {}
    with suppress(UsageError):
        declared = {name: each.default_value() for name, each in declared_parameters(path).items()}
    given = notebook["metadata"].get("papermill", {}).get("parameters", {})
    return {**declared, **given}


def _case(values: Mapping[str, object]) -> Case | None:
    """Return the case that the notebook was run on, if it lies where the notebook says."""
    with suppress(CaseError):
        if "case" in values:
            return load_case(str(values["case"]))
    return None
