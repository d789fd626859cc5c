"""A batch: every report of a case, made or kept, with an account and an index page."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.batch import manifest
from analysis.batch.checked_cases import note_roster, open_roster
from analysis.batch.folder import alone_in, no_parts_in
from analysis.batch.front_page import write_front
from analysis.batch.jobs import (
    DEFAULT_NOTEBOOKS,
    Job,
    Roster,
    find_languages,
    find_notebook,
    find_units,
    plan,
)
from analysis.batch.ledger import Ledger, read_entries
from analysis.batch.leftovers import judged, orphans, remove
from analysis.batch.limits import Limits
from analysis.batch.manifest import Entry
from analysis.batch.outdated_reports import Wanted, reasons, wanted
from analysis.batch.progress import progress, say_damaged, say_end, say_plan
from analysis.batch.temporary import remove_abandoned
from analysis.report.index import IndexEntry
from analysis.words import catalogue

if TYPE_CHECKING:
    from analysis.batch.local import Ended

# So many reports of one notebook and language make it worth running one beforehand.
REHEARSED_FROM = 4
# What the whole of a report may take beyond its notebook, before its process is ended.
MARGIN_SECONDS = 60.0


@dataclass(frozen=True)
class BatchRequest:
    """The reports that a user asks for.

    Attributes
    ----------
    case_path : str
        Folder of the case.
    out : Path
        Folder for the reports; made if it is not there.
    notebooks : sequence of str
        Names or paths.
    units, langs : str
        ``all`` or a list with commas; languages likewise.
    force : bool
        Whether unchanged reports are to be made again, too.
    """

    case_path: str
    out: Path
    notebooks: Sequence[str] = DEFAULT_NOTEBOOKS
    units: str = "all"
    langs: str = "zh,en"
    force: bool = False


@dataclass(frozen=True)
class BatchOptions:
    """How they are to be made.

    Attributes
    ----------
    workers : int
        Reports at once.
    limits : Limits
        Of each report.
    fail_fast : bool
        Whether the first failure ends the batch.
    scheduler : str
        Address of a Dask scheduler whose workers make the reports; empty for this machine.
    """

    workers: int
    limits: Limits
    fail_fast: bool = False
    scheduler: str = ""


def run_batch(asked: BatchRequest, how: BatchOptions) -> bool:
    """Make the reports that are missing or out of date, and say how it went.

    Returns
    -------
    bool
        Whether every report that was asked for is there.

    Raises
    ------
    ReliefError
        If the case, a notebook, a unit or a language is not right, or another batch is at
        work in the folder: nothing is run then. If no process can be started.
    """
    out = asked.out
    roster, reports = _planned(asked)
    places = {report.job.place: report for report in reports}
    with alone_in(out), no_parts_in(out, out / roster.name), Ledger(out) as ledger:
        if ledger.was_damaged:
            say_damaged(out)
        gone = orphans(roster, ledger.entries)
        for place in gone:
            remove(out, ledger.entries[place])
        others = {place: each for place, each in ledger.entries.items() if place not in gone}
        before = judged(out, roster, asked.case_path, others, places)
        why = reasons(out, reports, before, force=asked.force)
        due = [report for report in reports if report.job.place in why]
        ledger.replace(before | _begun(reports, before, why))
        note_roster(ledger, asked.case_path, roster)
        _tell(ledger, out, places)
        if due:
            try:
                _make_all(due, ledger, how)
            finally:
                _tell(ledger, out, places)
        else:
            # One that was killed may have come to its end but for this.
            remove_abandoned()
        entries = ledger.entries
    ended = {place: entries[place] for place in places}
    say_end(
        out / "index.html",
        ended,
        due=why.keys(),
        removed=len(gone),
        outdated=sum(entry.outdated for place, entry in entries.items() if place not in places),
    )
    return not any(entry.report.failed or entry.outdated for entry in ended.values())


def show_plan(asked: BatchRequest) -> None:
    """Say what `run_batch` would do, and why; nothing is written.

    Raises
    ------
    ReliefError
        If the case, a notebook, a unit or a language is not right.
    """
    roster, reports = _planned(asked)
    entries = read_entries(asked.out)
    why = reasons(asked.out, reports, entries, force=asked.force)
    say_plan(why, kept=len(reports) - len(why), removed=orphans(roster, entries))


def _planned(asked: BatchRequest) -> tuple[Roster, list[Wanted]]:
    languages = find_languages(asked.langs)
    notebooks = [find_notebook(name) for name in asked.notebooks]
    roster = open_roster(asked.case_path, asked.out)
    units = find_units(roster, asked.units)
    jobs = plan(roster, asked.case_path, notebooks, units, languages)
    entries = read_entries(asked.out)
    known = entries.keys() - orphans(roster, entries)
    return roster, wanted(jobs, asked.out, roster, known)


def _begun(
    reports: Iterable[Wanted], before: Mapping[str, Entry], why: Mapping[str, str]
) -> dict[str, Entry]:
    """Return the entries as a batch begins: those that it is to make say that they wait for it."""
    entries = {}
    for report in reports:
        place, entry = report.job.place, before.get(report.job.place)
        if place not in why:
            entries[place] = replace(before[place], outdated=False)
        elif entry is None or entry.report.failed:
            zh, en = (catalogue(lang)("cli.waits") for lang in ("zh", "en"))
            waiting = _index_entry(report, reason=(zh, en))
            files = entry.files if entry else {}
            entries[place] = Entry("", report.job.notebook.as_posix(), "", files, waiting)
        else:
            entries[place] = replace(entry, outdated=True)
    return {
        place: before[place] if before.get(place) == entry else entry
        for place, entry in entries.items()
    }


def _tell(ledger: Ledger, out: Path, places: Mapping[str, Wanted]) -> None:
    """Write the account for people and other programs, and the index page."""
    ledger.check_in_place()
    entries = ledger.entries
    manifest.write(out, entries)
    order = [*places, *sorted(entries.keys() - places)]
    write_front(out, [_listed(entries[place]) for place in order], ledger)


def _make_all(due: Sequence[Wanted], ledger: Ledger, how: BatchOptions) -> None:
    """Make reports and enter each in the account as it ends."""
    reports = {report.job.place: report for report in due}
    ended_ones = _make(due, how)
    with progress(len(due)) as advance, closing(ended_ones):
        for ended in ended_ones:
            place = ended.task.job.place
            entry = _entry(reports[place], ended, ledger.entries[place])
            ledger.put(entry)
            advance(entry.report)
            if how.fail_fast and entry.report.failed:
                return


def _make(due: Sequence[Wanted], how: BatchOptions) -> Generator[Ended]:
    # Loading these takes as long as a look at a thousand reports that are up to date.
    from analysis.batch import local
    from analysis.batch.report import Order, commit, make

    at = commit()
    orders = [Order(each.job, each.html, each.links, at, how.limits, each.key) for each in due]
    limit_seconds = how.limits.run_seconds + MARGIN_SECONDS
    prepare = in_common([report.job for report in due])
    if how.scheduler:
        from analysis.batch import cluster

        return cluster.run(
            orders, scheduler=how.scheduler, limit_seconds=limit_seconds, prepare=prepare
        )
    return local.run(
        make, orders, workers=how.workers, limit_seconds=limit_seconds, prepare=prepare
    )


def in_common(jobs: Sequence[Job]) -> dict[str, object]:
    """Return what `warm.prepare` takes: the case, and a job of each kind there are many of."""
    kinds: dict[tuple[Path, str], list[Job]] = {}
    for job in jobs:
        kinds.setdefault((job.notebook, job.lang), []).append(job)
    # What the cells of the product's own notebooks do is known.
    many = [same[0] for same in kinds.values() if len(same) >= REHEARSED_FROM]
    return {"case": jobs[0].case.path, "rehearsed": [job for job in many if job.is_known]}


def _entry(report: Wanted, ended: Ended, before: Entry) -> Entry:
    place, made = report.job.place, ended.value
    # A failed report leaves the files of the last good one.
    files = before.files
    if made:
        files = {place + ending: digest for ending, digest in made.hashes.items()}
    listed = _index_entry(report, reason=ended.reason or ("", ""))
    if made:
        listed = replace(listed, statuses=made.statuses, numbers=made.numbers)
    notebook = report.job.notebook.as_posix()
    return Entry(report.key, notebook, report.links.mark, files, listed)


def _index_entry(report: Wanted, *, reason: tuple[str, str]) -> IndexEntry:
    job = report.job
    return IndexEntry(
        place=job.place,
        notebook=job.notebook.stem,
        case_name=job.case.name,
        case_title_zh=job.case.title["zh"],
        case_title_en=job.case.title["en"],
        lang=job.lang,
        command=job.command(report.html),
        unit_code=job.unit_code,
        unit_name_zh=job.unit_name["zh"],
        unit_name_en=job.unit_name["en"],
        reason_zh=reason[0],
        reason_en=reason[1],
        currency=job.case.currency,
    )


def _listed(entry: Entry) -> IndexEntry:
    """Return what the index lists: an outdated report stands among the failures."""
    if not entry.outdated or entry.report.failed:
        return entry.report
    zh, en = (catalogue(lang)("cli.outdated") for lang in ("zh", "en"))
    return replace(entry.report, reason_zh=zh, reason_en=en)
