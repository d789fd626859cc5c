"""One report: its notebook run, judged, and published."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import analysis
from analysis.batch.execute import execute
from analysis.batch.jobs import Job
from analysis.batch.keys import versions
from analysis.batch.parameters import declared_parameters
from analysis.reports.html import Provenance
from analysis.reports.publish import publish
from analysis.reports.results import key_findings, read_results
from analysis.words import LANGUAGES


@dataclass(frozen=True)
class Made:
    """What became of a report that was made."""

    files: tuple[Path, ...]
    statuses: tuple[str, ...]
    numbers: tuple[Mapping[str, Any], ...]


def make_report(job: Job, html: Path, other_lang_href: str) -> Made:
    """Run a job's notebook and write its page, notebook, results and workbook.

    Parameters
    ----------
    job : Job
    html : Path
        The page to write, ending in ``.html``; the other files stand beside it.
    other_lang_href : str
        As `other_language` gives it; empty for no link.

    Raises
    ------
    ReportError
        If the notebook failed or the report cannot be written: no file is changed then.
    """
    notebook = execute(job.notebook, job.all_parameters())
    results = read_results(notebook)
    files = publish(
        notebook,
        html,
        lang=job.lang,
        title=job.notebook.stem,
        case_title=job.case.title[job.lang],
        unit_name=job.unit_name[job.lang],
        other_lang_href=other_lang_href,
        provenance=_provenance(job, html),
    )
    return Made(tuple(files), tuple(results["statuses"]), tuple(key_findings(results)))


def other_language(html: Path, lang: str, *, planned: bool = False) -> str:
    """Return the link to the same report in the other language, or ``''`` where there is none.

    Parameters
    ----------
    html : Path
        The page; only a name such as ``NAME.zh.html`` tells what the other one is called.
    lang : str
        The page's language.
    planned : bool
        Whether the other one is made in the same batch: else it must be there already.
    """
    ending = f".{lang}.html"
    if not html.name.endswith(ending):
        return ""
    other = next(each for each in LANGUAGES if each != lang)
    name = html.name.removesuffix(ending) + f".{other}.html"
    return quote(name) if planned or html.with_name(name).is_file() else ""


def _provenance(job: Job, html: Path) -> Provenance:
    return Provenance(
        case_name=job.case.name,
        command=job.command(html),
        document_no=job.case.document_no,
        parameters=values_used(job),
        inputs=job.case.inputs,
        versions=versions(),
        commit=_commit(),
    )


def values_used(job: Job) -> dict[str, object]:
    """Return the value of every parameter of a job's notebook, the given ones and the defaults."""
    declared = declared_parameters(job.notebook)
    return {name: each.default_value() for name, each in declared.items()} | job.all_parameters()


@cache
def _commit() -> str:
    root = Path(analysis.__file__).parents[2]
    if not (root / ".git").exists():
        return ""
    git = ["git", "-C", str(root)]
    try:
        head = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], capture_output=True)  # noqa: S603
        changed = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True)  # noqa: S603
    except OSError:
        return ""
    if head.returncode != 0:
        return ""
    return head.stdout.decode().strip() + ("+" if changed.stdout.strip() else "")
