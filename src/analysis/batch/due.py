"""Which reports of a batch must be made, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.batch import manifest
from analysis.batch.jobs import Job
from analysis.batch.keys import Keys, difference
from analysis.batch.links import other_language
from analysis.batch.manifest import Entry


@dataclass(frozen=True)
class Wanted:
    """A report that a batch is to leave behind.

    Attributes
    ----------
    html : Path
        Its page.
    other_lang_href : str
        As `links.other_language` gives it.
    key : str
        What it is to be made from, as `keys.key` gives it.
    """

    job: Job
    html: Path
    other_lang_href: str
    key: str


def wanted(jobs: Iterable[Job], out: Path, languages: Sequence[str]) -> list[Wanted]:
    """Return the reports of a batch's jobs, which are all of one case."""
    found: list[Wanted] = []
    keys: Keys | None = None
    for job in jobs:
        keys = keys or Keys(job.case.inputs)
        html = out / f"{job.place}.html"
        href = other_language(html, job.lang, planned=len(languages) > 1)
        found.append(Wanted(job, html, href, keys.of(job)))
    return found


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
        ``new``, ``failed``, a part of `keys.PARTS` that has changed, ``link`` (the other language
        has come or gone), ``files`` (they are not as they were made) or ``forced``.
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
    if changed is None and entry.linked != bool(report.other_lang_href):
        return "link"
    return changed
