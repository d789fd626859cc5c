"""Which reports of a batch must be made, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.batch import manifest
from analysis.batch.jobs import Job, Roster
from analysis.batch.keys import Keys, difference
from analysis.batch.links import Links, links_of
from analysis.batch.manifest import Entry


@dataclass(frozen=True)
class Wanted:
    """A report that a batch is to leave behind.

    Attributes
    ----------
    html : Path
        Its page.
    links : Links
        What its page links to.
    key : str
        What it is to be made from, as `keys.key` gives it.
    """

    job: Job
    html: Path
    links: Links
    key: str


def wanted(
    jobs: Sequence[Job], out: Path, roster: Roster, known: Collection[str] = ()
) -> list[Wanted]:
    """Return the reports of a batch's jobs, which are all of one case.

    Parameters
    ----------
    jobs : sequence of Job
    out : Path
        The output folder.
    roster : Roster
    known : collection of str
        Places of the reports that were asked for before.
    """
    keys = Keys(roster.inputs)
    places = {*known, *(job.place for job in jobs)}
    return [
        Wanted(job, out / f"{job.place}.html", links_of(job, roster, places), keys.of(job))
        for job in jobs
    ]


def reasons(
    out: Path, reports: Iterable[Wanted], entries: Mapping[str, Entry], *, force: bool
) -> dict[str, str]:
    """Say of each report that must be made why.

    Parameters
    ----------
    out : Path
        The output folder.
    reports : iterable of Wanted
    entries : mapping of place to Entry
        The account of what is there.
    force : bool
        Whether those that are up to date are to be made, too.

    Returns
    -------
    dict of place to str
        ``new``, ``failed``, a part of `keys.PARTS` that has changed, ``link`` (a page that it
        links to has come or gone), ``files`` (they are not as they were made) or ``forced``.
    """
    why: dict[str, str] = {}
    asked: dict[str, tuple[Entry, str]] = {}
    for report in reports:
        entry = entries.get(report.job.place)
        found = _reason(report, entry)
        if entry is None or found is not None:
            why[report.job.place] = found or "new"
        else:
            asked[report.job.place] = entry, report.key
    current = manifest.current(out, asked)
    why |= {place: "files" for place in asked if place not in current}
    if force:
        why |= dict.fromkeys(current, "forced")
    return why


def _reason(report: Wanted, entry: Entry | None) -> str | None:
    if entry is None or entry.waits:
        return "new"
    if entry.report.failed:
        return "failed"
    changed = difference(entry.key, report.key)
    if changed is None and entry.links != report.links.mark:
        return "link"
    return changed
