"""Which reports of an output folder must be made, and why; the others may pass for up to date."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from pathlib import Path

from analysis.batch.jobs import Job, Order, Roster
from analysis.batch.keys import DIGITS, PARTS, UNREAD_COMMIT, Keys, difference
from analysis.batch.links import links_of
from analysis.errors import ReportError
from analysis.report.listing import IndexEntry
from analysis.words import catalogue, refusal

Entries = Mapping[str, IndexEntry]
# Reports that a thread looks at in one go.
AT_ONCE = 32
# Where the part of a key begins that tells of links.
LINK_PART = PARTS.index("link") * DIGITS


def wanted(
    jobs: Sequence[Job], out: Path, roster: Roster, known: Collection[str]
) -> dict[str, Order]:
    """Return the orders of a batch's jobs, which are all of one case, by place.

    Parameters
    ----------
    jobs : sequence of Job
    out : Path
        The output folder.
    roster : Roster
    known : collection of str
        Places of the reports that were asked for before.
    """
    keys = Keys(roster.case.inputs)
    places = {*known, *(job.place for job in jobs)}
    orders = {}
    for job in jobs:
        links, html = links_of(job, roster, places), out / f"{job.place}.html"
        orders[job.place] = Order(job, html, links, key=keys.of(job, links))
    return orders


def orphans(roster: Roster, entries: Entries) -> list[str]:
    """Return the places of this case's reports whose unit the case no longer has."""
    return [
        place
        for place, entry in entries.items()
        if entry.case_name == roster.case.name
        and entry.unit_code is not None
        and entry.unit_code not in roster.units
    ]


def reasons(
    out: Path, keys: Mapping[str, str], entries: Entries, *, force: bool = False
) -> dict[str, str]:
    """Say of each report that must be made why.

    Parameters
    ----------
    out : Path
        The output folder.
    keys : mapping of place to key
        What each report is to be made from.
    entries : mapping of place to IndexEntry
        The account of what is there.
    force : bool
        Whether those that are up to date are to be made, too.

    Returns
    -------
    dict of place to str
        ``new``, ``failed``, a part of `keys.PARTS` that has changed (``link``: a page that it
        links to has come or gone), ``files`` (they are not as they were made), ``commit`` (it
        could not be read then, and can be now) or ``forced``.
    """
    was_unread = any(entries[p].key.endswith(UNREAD_COMMIT) for p in keys if p in entries)
    is_read = was_unread and _commit() != UNREAD_COMMIT

    def reason(place: str) -> str | None:
        entry = entries.get(place)
        if entry is None or not entry.key:
            return "new"
        if entry.state == "failed":
            return "failed"
        changed = difference(entry.key, keys[place])
        if changed is None and not _unaltered(out, entry):
            return "files"
        if changed is None and is_read and entry.key.endswith(UNREAD_COMMIT):
            return "commit"
        return changed or ("forced" if force else None)

    def look(some: Sequence[str]) -> list[tuple[str, str]]:
        return [(place, why) for place in some if (why := reason(place))]

    places = list(keys)
    parts = (places[first : first + AT_ONCE] for first in range(0, len(places), AT_ONCE))
    # Files are read and hashed outside of Python's lock.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return dict(chain.from_iterable(threads.map(look, parts)))


def _commit() -> str:
    from analysis.batch.report import commit  # slow to import

    return commit()


def judged(out: Path, roster: Roster, entries: Entries, planned: Container[str]) -> Entries:
    """Return an account in which each of this case's other reports says if it is out of date.

    Parameters
    ----------
    out : Path
    roster : Roster
    entries : mapping of place to IndexEntry
        The account, without `orphans`.
    planned : container of str
        Places of the reports that the batch will see to itself.
    """
    keys, made_from = Keys(roster.case.inputs), {}
    for place, entry in entries.items():
        is_other = place not in planned and entry.case_name == roster.case.name
        if is_other and entry.key and entry.state != "failed":
            notebook, name = Path(entry.notebook_path), roster.unit_name(entry.unit_code)
            job = Job(notebook, roster.case, entry.unit_code, name, entry.lang)
            # Pages that have come or gone since are linked to when it is asked for again.
            made_from[place] = _key(keys, job) + entry.key[LINK_PART:]
    why = reasons(out, made_from, entries)
    changed = {
        place: outdated(entries[place]) if place in why else current(entries[place])
        for place in made_from
    }
    return {**entries, **changed}


def _key(keys: Keys, job: Job) -> str:
    try:
        return keys.of(job)
    except OSError:  # its notebook is gone
        return ""


def current(entry: IndexEntry) -> IndexEntry:
    """Return an entry of a report that is there and up to date."""
    return entry if entry.made else replace(entry, state="made", reason_zh="", reason_en="")


def outdated(entry: IndexEntry) -> IndexEntry:
    """Return an entry of a report that is to be made again."""
    zh, en = (catalogue(lang)("cli.outdated") for lang in ("zh", "en"))
    return replace(entry, state="waiting", reason_zh=zh, reason_en=en)


def remove(out: Path, entry: IndexEntry) -> None:
    """Remove a report's files, but none that has been altered since it was made.

    Raises
    ------
    ReportError
        If a file cannot be removed.
    """
    try:
        for name, digest in entry.files.items():
            path = out / name
            # An account that was tampered with must not reach outside its folder.
            if path.resolve().is_relative_to(out.resolve()) and _sha256(path) == digest:
                path.unlink()
    except OSError as error:
        said = {"place": entry.place, "reason": error.strerror}
        raise refusal(ReportError, "batch_error.not_removed", **said) from error


def _unaltered(out: Path, entry: IndexEntry) -> bool:
    """Tell whether all of a report's files are there as they were made."""
    files = entry.files.items()
    return bool(files) and all(_sha256(out / name) == digest for name, digest in files)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
