"""One report: its notebook run, judged, made into files, and written."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import analysis
from analysis.batch.execute import execute
from analysis.batch.jobs import Job, Order
from analysis.batch.keys import UNREAD_COMMIT, notebook_part, versions
from analysis.batch.parameters import declared_parameters
from analysis.case import holds
from analysis.case_folder import find_folder
from analysis.errors import ReportError
from analysis.report.downloads import ZIPPED
from analysis.report.files import write_together
from analysis.report.html import About, Provenance
from analysis.report.pdf import print_page
from analysis.report.publish import report_files
from analysis.report.results import key_findings, read_results
from analysis.words import catalogue


@dataclass(frozen=True)
class Composed:
    """A report that is made but not written.

    Attributes
    ----------
    files : dict of bytes
        By ending, the page last.
    statuses : tuple of str
        Every status used.
    numbers : tuple of mapping
        The key figures, as `analysis.report.results.key_findings` returns them.
    """

    files: Mapping[str, bytes]
    statuses: tuple[str, ...]
    numbers: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Made:
    """What became of a report that was written: as `Composed`, with the SHA-256 of each file."""

    hashes: Mapping[str, str]
    statuses: tuple[str, ...]
    numbers: tuple[Mapping[str, Any], ...]


def make(order: Order) -> Made:
    """Make a report and write it.

    Raises
    ------
    ReportError
        If the notebook failed or the report cannot be written: no file is changed then.
    """
    return write(order, compose(order))


def compose(order: Order) -> Composed:
    """Run an order's notebook and make its page, notebook, results and workbook.

    Raises
    ------
    ReportError
        If the notebook failed or shows what a report cannot take, if it or the case is not
        what the report would say it was made from, or if the page cannot be printed.
    """
    job, before = order.job, _stamps(order.job)
    notebook = execute(job.notebook, job.all_parameters(), limits=order.limits)
    if _stamps(job) != before or not _as_ordered(order):
        raise ReportError(
            "案例或笔记本的文件在批处理期间有改动，报告未写出。请重新运行。",
            "Files of the case or the notebook changed while the batch was at work: the report "
            "was not written. Run it again.",
        )
    results = read_results(notebook)
    about = About(
        title=job.notebook.stem,
        case_title=job.case.title[job.lang],
        unit_name=job.unit_name[job.lang],
        other_lang_href=order.links.other_lang,
        links=order.links.pages,
        provenance=_provenance(order),
        name=order.html.name.removesuffix(".html"),
    )
    files = report_files(notebook, about, lang=job.lang)
    if order.browser:
        files = {".pdf": print_page(files[".html"], order.browser), **files}
    return Composed(files, tuple(results["statuses"]), tuple(key_findings(results)))


def write(order: Order, composed: Composed) -> Made:
    """Write a report's files, the page last: where a page stands, all its files do.

    Raises
    ------
    ReportError
        If a file cannot be written.
    """
    stem = str(order.html).removesuffix(".html")
    write_together({Path(stem + ending): content for ending, content in composed.files.items()})
    if ZIPPED not in composed.files:
        # One of an earlier report would be taken for this one's.
        Path(stem + ZIPPED).unlink(missing_ok=True)
    hashes = {ending: sha256(content).hexdigest() for ending, content in composed.files.items()}
    return Made(hashes, composed.statuses, composed.numbers)


def _stamps(job: Job) -> list[tuple[int, ...]]:
    """Return what changes whenever a file does that a report is made from."""
    folder = find_folder(Path(job.case.path))
    files = [job.notebook, *(folder / file for file in job.case.inputs)]
    stats = [file.stat() for file in files if file.exists()]
    return [(s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for s in stats]


def _as_ordered(order: Order) -> bool:
    """Tell whether case and notebook are what the report says it is made from."""
    job = order.job
    try:
        same = order.key.startswith(notebook_part(job.notebook.read_bytes()))
    except OSError:
        same = False
    return (same or not order.key) and holds(job.case.path, job.case.inputs)


def _provenance(order: Order) -> Provenance:
    job = order.job
    return Provenance(
        case_name=job.case.name,
        command=order.command or job.command(order.html),
        document_no=job.case.document_no,
        parameters=values_used(job),
        inputs=job.case.inputs,
        versions=versions(),
        commit=commit_text(order.commit, job.lang),
    )


def values_used(job: Job) -> dict[str, object]:
    """Return the value of every parameter of a job's notebook, the given ones and the defaults."""
    declared = declared_parameters(job.notebook)
    return {name: each.default_value() for name, each in declared.items()} | job.all_parameters()


def commit() -> str:
    """Return the code's commit, with a ``+`` where files were changed since.

    It is empty where there is none, without a repository or without git, and `UNREAD_COMMIT` where
    git failed.
    """
    root = Path(analysis.__file__).parents[2]
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return ""
    found = []
    for words in (["rev-parse", "--short=12", "HEAD"], ["status", "--porcelain", "-uno"]):
        try:
            ran = subprocess.run([git, "-C", str(root), *words], capture_output=True, check=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError):
            return UNREAD_COMMIT
        found.append(ran.stdout.decode().strip())
    return found[0] + ("+" if found[1] else "")


def commit_text(found: str, lang: str) -> str:
    """Return what a report says of what `commit` found."""
    return catalogue(lang)("report.commit_unread") if found == UNREAD_COMMIT else found
