"""A batch: every report of a case, made or kept, with an account and an index page."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.batch.checked_cases import note_name, open_roster
from analysis.batch.folder import alone_in
from analysis.batch.front_page import write_front
from analysis.batch.jobs import (
    DEFAULT_NOTEBOOKS,
    Job,
    Order,
    Roster,
    find_languages,
    find_notebook,
    find_units,
    plan,
)
from analysis.batch.keys import UNREAD_COMMIT
from analysis.batch.ledger import Ledger, read_account
from analysis.batch.limits import Limits
from analysis.batch.outdated_reports import (
    current,
    judged,
    orphans,
    outdated,
    reasons,
    remove,
    wanted,
)
from analysis.batch.progress import progress, say_damaged, say_end, say_plan
from analysis.batch.temporary import remove_abandoned
from analysis.report.listing import IndexEntry
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

    @property
    def command(self) -> str:
        """What to type for those of the reports that are not there."""
        words = ["relief", "batch", "--case", self.case_path, "--out", self.out.as_posix()]
        for notebook in self.notebooks if self.notebooks != DEFAULT_NOTEBOOKS else ():
            words += ["--notebook", notebook]
        words += ["--units", self.units] if self.units != "all" else []
        words += ["--lang", self.langs] if self.langs != "zh,en" else []
        return shlex.join(words)


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
    roster, jobs, note = _planned(asked, read_account(out)[1])
    with alone_in(out, out / roster.case.name), Ledger(out) as ledger:
        if ledger.was_damaged:
            say_damaged(out)
        gone = orphans(roster, ledger.entries)
        for place in gone:
            remove(out, ledger.entries[place])
        before = {place: each for place, each in ledger.entries.items() if place not in gone}
        orders = wanted(jobs, out, roster, before)
        why = reasons(out, _keys(orders), before, force=asked.force)
        begun = {
            place: replace(
                _begun(order, before.get(place), place in why), batch_command=asked.command
            )
            for place, order in orders.items()
        }
        ledger.replace({**judged(out, roster, before, orders), **begun})
        ledger.note(note_name(asked.case_path), note)
        _write_front(out, ledger, orders)
        if why:
            try:
                _make_all([each for place, each in orders.items() if place in why], ledger, how)
            finally:
                _write_front(out, ledger, orders)
        else:
            # One that was killed may have come to its end but for this.
            remove_abandoned()
    others = [each for place, each in ledger.entries.items() if place not in orders]
    ended = [ledger.entries[place] for place in orders]
    stale = sum(each.state == "waiting" and bool(each.key) for each in others)
    say_end(out / "index.html", ended, due=why, removed=len(gone), outdated=stale)
    return all(entry.made for entry in ended)


def show_plan(asked: BatchRequest) -> None:
    """Say what `run_batch` would do, and why; nothing is written.

    Raises
    ------
    ReliefError
        If the case, a notebook, a unit or a language is not right.
    """
    entries, notes = read_account(asked.out)
    roster, jobs, _ = _planned(asked, notes)
    gone = orphans(roster, entries)
    orders = wanted(jobs, asked.out, roster, entries.keys() - gone)
    why = reasons(asked.out, _keys(orders), entries, force=asked.force)
    say_plan(why, kept=len(orders) - len(why), removed=gone)


def _planned(asked: BatchRequest, notes: Mapping[str, str]) -> tuple[Roster, list[Job], str]:
    languages = find_languages(asked.langs)
    notebooks = [find_notebook(name) for name in asked.notebooks]
    roster, note = open_roster(asked.case_path, notes)
    jobs = plan(roster, notebooks, find_units(roster, asked.units), languages)
    return roster, jobs, note


def _keys(orders: Mapping[str, Order]) -> dict[str, str]:
    return {place: order.key for place, order in orders.items()}


def _begun(order: Order, before: IndexEntry | None, due: bool) -> IndexEntry:
    """Return an entry as a batch begins: what it is to make waits for it."""
    if before is None or (due and (before.state == "failed" or not before.key)):
        reason = [catalogue(lang)("cli.waits") for lang in ("zh", "en")]
        return _entry(order, "waiting", reason, files=before.files if before else {})
    return outdated(before) if due else current(before)


def _write_front(out: Path, ledger: Ledger, first: Collection[str]) -> None:
    """Write the index page: the batch's own reports, then the others."""
    ledger.check_in_place()
    entries = ledger.entries
    order = [*first, *sorted(entries.keys() - set(first))]
    write_front(out, [entries[place] for place in order], ledger)


def _make_all(due: Sequence[Order], ledger: Ledger, how: BatchOptions) -> None:
    """Make reports and enter each in the account as it ends."""
    ended_ones = _make(due, how)
    with progress(len(due)) as advance, closing(ended_ones):
        for ended in ended_ones:
            entry = _ended(ended, ledger.entries[ended.task.job.place])
            ledger.put(entry)
            advance(entry)
            if how.fail_fast and not entry.made:
                return


def _ended(ended: Ended, before: IndexEntry) -> IndexEntry:
    """Return the entry of a report that was made or failed."""
    order, made = ended.task, ended.value
    if not made:
        # A failed report leaves the files of the last good one.
        reason, files = ended.reason or ("", ""), before.files
        command = before.batch_command
        return _entry(order, "failed", reason, key=order.key, files=files, batch_command=command)
    unread = UNREAD_COMMIT if order.commit == UNREAD_COMMIT else ""
    files = {order.job.place + ending: digest for ending, digest in made.hashes.items()}
    found = {"files": files, "statuses": made.statuses, "numbers": made.numbers}
    found["batch_command"] = before.batch_command
    return _entry(order, "made", key=order.key + unread, **found)


def _entry(order: Order, state: str, reason: Sequence[str] = ("", ""), **known: Any) -> IndexEntry:
    """Return what the account says of a report; `known` are other fields of `IndexEntry`."""
    job = order.job
    return IndexEntry(
        place=job.place,
        notebook=job.notebook.stem,
        case_name=job.case.name,
        case_title_zh=job.case.title["zh"],
        case_title_en=job.case.title["en"],
        lang=job.lang,
        command=job.command(order.html),
        unit_code=job.unit_code,
        unit_name_zh=job.unit_name["zh"],
        unit_name_en=job.unit_name["en"],
        state=state,
        reason_zh=reason[0],
        reason_en=reason[1],
        currency=job.case.currency,
        notebook_path=job.notebook.as_posix(),
        **known,
    )


def _make(due: Sequence[Order], how: BatchOptions) -> Generator[Ended]:
    # Loading these takes as long as a look at a thousand reports that are up to date.
    from analysis.batch import local
    from analysis.batch.report import commit, make

    at = commit()
    orders = [replace(order, commit=at, limits=how.limits) for order in due]
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
    # The first may be an institution, whose report has no charts.
    many = [same[len(same) // 2] for same in kinds.values() if len(same) >= REHEARSED_FROM]
    # What the cells of the product's own notebooks do is known.
    rehearsed = [job for job in many if job.is_known]
    return {"case": jobs[0].case.path, "rehearsed": rehearsed}
