"""One report: its notebook run, judged, and published."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import analysis
from analysis.batch.execute import execute
from analysis.batch.jobs import Job, values_used, versions
from analysis.errors import ReliefError, ReportError
from analysis.reports.html import Provenance
from analysis.reports.publish import publish
from analysis.reports.results import key_findings, read_results
from analysis.words import LANGUAGES


@dataclass(frozen=True)
class Made:
    """What became of a report that was made."""

    files: list[Path]
    statuses: list[str]
    numbers: list[Mapping[str, Any]]


def make_report(job: Job, html: Path) -> Made:
    """Run a job's notebook and write its page, notebook, results and workbook.

    Parameters
    ----------
    job : Job
    html : Path
        The page to write, ending in ``.html``; the other files stand beside it.

    Raises
    ------
    ReportError
        If the notebook failed or the report cannot be written: no file is changed then.
    """
    try:
        notebook = execute(job.notebook, job.all_parameters())
        results = read_results(notebook)
        files = publish(
            notebook,
            html,
            lang=job.lang,
            title=job.notebook.stem,
            case_title=job.case.title[job.lang],
            unit_name=job.unit_name[job.lang],
            other_lang_href=_other_language(job, html),
            provenance=_provenance(job, html),
        )
    except ReliefError as error:
        raise ReportError(
            f"{error.zh}\n单独重做：{job.command(html)}",
            f"{error.en}\nTo run just this one again: {job.command(html)}",
        ) from error
    return Made(files, results["statuses"], key_findings(results))


def _other_language(job: Job, html: Path) -> str:
    # Only names that end in the language have a sibling whose name is known.
    ending = f".{job.lang}.html"
    if not html.name.endswith(ending):
        return ""
    other = next(lang for lang in LANGUAGES if lang != job.lang)
    return html.name.removesuffix(ending) + f".{other}.html"


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
