"""Reports of earlier batches that this one does not make: none may pass for up to date."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from pathlib import Path

from analysis.batch import manifest
from analysis.batch.jobs import CaseFacts, Job, Roster, unit_name
from analysis.batch.keys import Keys
from analysis.batch.manifest import Entry
from analysis.errors import ReliefError, ReportError


def orphans(roster: Roster, entries: Mapping[str, Entry]) -> list[str]:
    """Return the places of this case's reports whose unit the case no longer has."""
    return [
        place
        for place, entry in entries.items()
        if entry.report.case_name == roster.name
        and entry.report.unit_code is not None
        and entry.report.unit_code not in roster.units
    ]


def remove(out: Path, entry: Entry) -> None:
    """Remove a report's files.

    Raises
    ------
    ReportError
        If a file cannot be removed.
    """
    try:
        manifest.remove_files(out, entry)
    except OSError as error:
        raise ReportError(
            f"无法删除过时的报告 {entry.report.place}：{error.strerror}。",
            f"The outdated report {entry.report.place} cannot be removed: {error.strerror}.",
        ) from error


def judged(
    out: Path,
    roster: Roster,
    case_path: str,
    entries: Mapping[str, Entry],
    planned: Container[str],
) -> dict[str, Entry]:
    """Return an account in which each of this case's other reports says if it is out of date.

    Parameters
    ----------
    out : Path
    roster : Roster
    case_path : str
        How the user named the case's folder.
    entries : mapping of place to Entry
        The account, without `orphans`.
    planned : container of str
        Places of the reports that the batch will see to itself.
    """
    asked: dict[str, tuple[Entry, str]] = {}
    facts, keys = CaseFacts.of(roster, case_path), Keys(roster.inputs)
    for place, entry in entries.items():
        if place not in planned and entry.report.case_name == roster.name and not entry.waits:
            unit = entry.report.unit_code
            name = unit_name(roster, unit)
            job = Job(Path(entry.notebook), facts, unit, name, entry.report.lang)
            asked[place] = entry, _key(keys, job)
    current = manifest.current(out, asked)
    outdated = {
        place: replace(entry, outdated=place not in current)
        for place, (entry, _) in asked.items()
        if entry.outdated != (place not in current)
    }
    return {**entries, **outdated}


def _key(keys: Keys, job: Job) -> str:
    try:
        return keys.of(job)
    except (OSError, ReliefError):  # its notebook is gone
        return ""
