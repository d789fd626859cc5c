"""A batch: every report of a case, made or kept, with an account and an index page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.batch import local, manifest
from analysis.batch.folder import alone_in, no_parts_in
from analysis.batch.jobs import (
    DEFAULT_NOTEBOOKS,
    Job,
    find_languages,
    find_notebook,
    find_units,
    open_case,
    plan,
)
from analysis.batch.keys import key
from analysis.batch.ledger import Ledger
from analysis.batch.leftovers import settle
from analysis.batch.limits import Limits
from analysis.batch.manifest import Entry
from analysis.batch.progress import progress, say_damaged, say_end
from analysis.batch.report import Made, Order, commit, make, other_language
from analysis.reports.files import write_whole
from analysis.reports.index import IndexEntry, index_page
from analysis.words import catalogue

REPORT_SECONDS = 900.0


# So many reports of one notebook and language make it worth running one beforehand.
REHEARSED_FROM = 4
# What the whole of a report may take beyond its notebook, before its process is ended.
MARGIN_SECONDS = 60.0


@dataclass(frozen=True)
class _Task:
    order: Order
    key: str

    @property
    def job(self) -> Job:
        return self.order.job


def run_batch(
    case_path: str,
    out: Path,
    *,
    notebooks: Sequence[str] | None,
    units: str,
    langs: str,
    workers: int,
    limits: Limits,
    force: bool,
) -> int:
    """Make the reports that are missing or out of date, and say how it went.

    Parameters
    ----------
    case_path : str
        Folder of the case.
    out : Path
        Folder for the reports; made if it is not there.
    notebooks : sequence of str, optional
        Names or paths; by default the overview and the unit reports.
    units, langs : str
        ``all`` or a list with commas; languages likewise.
    workers : int
        Reports at once.
    limits : Limits
        Of each report.
    force : bool
        Make unchanged reports again, too.

    Returns
    -------
    int
        How many reports failed.

    Raises
    ------
    ReliefError
        If the case, a notebook, a unit or a language is not right, or another batch is at
        work in `out`: nothing is run then.
    """
    languages = find_languages(langs)
    found = [find_notebook(name) for name in notebooks or DEFAULT_NOTEBOOKS]
    case = open_case(case_path)
    jobs = plan(case, case_path, found, find_units(case, units), languages)
    places = {job.place for job in jobs}
    with alone_in(out), no_parts_in(out, out / case.name), Ledger(out) as ledger:
        if ledger.was_damaged:
            say_damaged(out)
        before, removed = settle(out, case, case_path, ledger.entries, places)
        tasks = _tasks(jobs, out, limits, both=len(languages) > 1)
        due = [task for task in tasks if force or not _is_current(out, task, before)]
        entries = before | {
            task.job.place: replace(before[task.job.place], outdated=True)
            for task in due
            if task.job.place in before
        }
        ledger.replace(entries)
        manifest.write(out, entries)
        try:
            _make_all(due, ledger, workers)
        finally:
            entries = ledger.entries
            manifest.write(out, entries)
            order = [job.place for job in jobs] + sorted(entries.keys() - places)
            listed = [_listed(entries[place]) for place in order if place in entries]
            write_whole(out / "index.html", index_page(listed).encode())
    failed = [entries[job.place].report for job in jobs if entries[job.place].report.failed]
    say_end(
        out / "index.html",
        made=len(due) - len(failed),
        kept=len(jobs) - len(due),
        failed=failed,
        removed=removed,
        outdated=sum(entry.outdated for entry in entries.values()),
    )
    return len(failed)


def _tasks(jobs: Iterable[Job], out: Path, limits: Limits, *, both: bool) -> list[_Task]:
    at = commit()
    htmls = [(job, out / f"{job.place}.html") for job in jobs]
    return [
        _Task(
            Order(job, html, other_language(html, job.lang, planned=both), at, limits),
            key(job, job.case.inputs),
        )
        for job, html in htmls
    ]


def _is_current(out: Path, task: _Task, entries: Mapping[str, Entry]) -> bool:
    entry = entries.get(task.job.place)
    if entry is None or entry.linked != bool(task.order.other_lang_href):
        return False
    return manifest.is_current(out, entry, task.key)


def _make_all(due: Sequence[_Task], ledger: Ledger, workers: int) -> None:
    """Make reports and enter each in the account as it ends."""
    if not due:
        return
    ended_ones = local.run(
        _make,
        due,
        workers=workers,
        limit_seconds=due[0].order.limits.run_seconds + MARGIN_SECONDS,
        prepare=in_common([task.job for task in due]),
    )
    with progress(len(due)) as advance, closing(ended_ones):
        for ended in ended_ones:
            entry = _entry(ended, ledger.entries.get(ended.task.job.place))
            ledger.put(entry)
            advance(entry.report)


def in_common(jobs: Sequence[Job]) -> dict[str, object]:
    """Return what `warm.prepare` takes: the case, and a job of each kind there are many of."""
    kinds: dict[tuple[Path, str], list[Job]] = {}
    for job in jobs:
        kinds.setdefault((job.notebook, job.lang), []).append(job)
    many = [same[0] for same in kinds.values() if len(same) >= REHEARSED_FROM]
    return {"case": jobs[0].case.path, "rehearsed": many}


def _make(task: _Task) -> Made:
    return make(task.order)


def _entry(ended: local.Ended, before: Entry | None) -> Entry:
    task: _Task = ended.task
    job = task.job
    made: Made | None = ended.value
    reason_zh, reason_en = ended.reason or ("", "")
    # A failed report leaves the files of the last good one.
    files = before.files if before else {}
    if made:
        files = {job.place + ending: digest for ending, digest in made.hashes.items()}
    return Entry(
        key=task.key,
        notebook=job.notebook.as_posix(),
        linked=bool(task.order.other_lang_href),
        files=files,
        report=IndexEntry(
            place=job.place,
            notebook=job.notebook.stem,
            case_name=job.case.name,
            case_title_zh=job.case.title["zh"],
            case_title_en=job.case.title["en"],
            lang=job.lang,
            command=job.command(task.order.html),
            unit_code=job.unit_code,
            unit_name_zh=job.unit_name["zh"],
            unit_name_en=job.unit_name["en"],
            reason_zh=reason_zh,
            reason_en=reason_en,
            statuses=made.statuses if made else (),
            numbers=made.numbers if made else (),
            currency=job.case.currency,
        ),
    )


def _listed(entry: Entry) -> IndexEntry:
    """Return what the index lists: an outdated report stands among the failures."""
    if not entry.outdated or entry.report.failed:
        return entry.report
    zh, en = (catalogue(lang)("cli.outdated") for lang in ("zh", "en"))
    return replace(entry.report, reason_zh=zh, reason_en=en)
