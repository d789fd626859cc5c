"""Reports of earlier batches that this one does not make: none may pass for up to date."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.batch import manifest
from analysis.batch.jobs import CaseFacts, Job, Roster, unit_name
from analysis.batch.keys import Keys
from analysis.batch.manifest import Entry
from analysis.errors import ReliefError, ReportError

if TYPE_CHECKING:
    from analysis.case import Case


def settle(
    out: Path,
    case: Case | Roster,
    case_path: str,
    entries: dict[str, Entry],
    planned: Container[str],
) -> tuple[dict[str, Entry], int]:
    """Return the account with this case's other reports judged, and how many were removed.

    The report of a unit that the case no longer has is removed, files and entry. One that was
    made from other inputs, or by another version of the program, is marked as outdated. Reports
    of other cases stay as they are.

    Parameters
    ----------
    out : Path
    case : Case or Roster
    case_path : str
        How the user named the case's folder.
    entries : dict
        The account, by place.
    planned : container of str
        Places of the reports that the batch will see to itself.

    Raises
    ------
    ReportError
        If a file cannot be removed.
    """
    kept, removed = {}, 0
    judged: dict[str, tuple[Entry, str]] = {}
    roster = Roster.of(case)
    facts, keys = CaseFacts.of(roster, case_path), Keys(roster.inputs)
    for place, entry in entries.items():
        kept[place], unit = entry, entry.report.unit_code
        if place in planned or entry.report.case_name != roster.name:
            continue
        if unit is not None and unit not in roster.units:
            _remove(out, entry)
            del kept[place]
            removed += 1
        else:
            name = unit_name(roster, unit)
            job = Job(Path(entry.notebook), facts, unit, name, entry.report.lang)
            judged[place] = entry, _key(keys, job)
    current = manifest.current(out, judged)
    for place, (entry, _) in judged.items():
        if entry.outdated != (place not in current):
            kept[place] = replace(entry, outdated=place not in current)
    return kept, removed


def _key(keys: Keys, job: Job) -> str:
    try:
        return keys.of(job)
    except (OSError, ReliefError):  # its notebook is gone
        return ""


def _remove(out: Path, entry: Entry) -> None:
    try:
        manifest.remove_files(out, entry)
    except OSError as error:
        raise ReportError(
            f"无法删除过时的报告 {entry.report.place}：{error.strerror}。",
            f"The outdated report {entry.report.place} cannot be removed: {error.strerror}.",
        ) from error
