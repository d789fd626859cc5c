"""Reports of earlier batches that this one does not make: none may pass for up to date."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from pathlib import Path

from analysis.batch import manifest
from analysis.batch.jobs import CaseFacts, Job, unit_name
from analysis.batch.keys import key
from analysis.batch.manifest import Entry
from analysis.case import Case
from analysis.errors import ReliefError, ReportError


def settle(
    out: Path, case: Case, case_path: str, entries: dict[str, Entry], planned: Container[str]
) -> tuple[dict[str, Entry], int]:
    """Return the account with this case's other reports judged, and how many were removed.

    The report of a unit that the case no longer has is removed, files and entry. One that was
    made from other inputs, or by another version of the program, is marked as outdated. Reports
    of other cases stay as they are.

    Parameters
    ----------
    out : Path
    case : Case
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
    facts = CaseFacts.of(case, case_path)
    for place, entry in entries.items():
        if place in planned or entry.report.case_name != case.name:
            kept[place] = entry
        elif entry.report.unit_code not in (None, *case.units.index):
            _remove(out, entry)
            removed += 1
        else:
            job = Job(
                Path(entry.notebook),
                facts,
                entry.report.unit_code,
                unit_name(case, entry.report.unit_code),
                entry.report.lang,
            )
            kept[place] = replace(entry, outdated=not _is_current(out, entry, job))
    return kept, removed


def _is_current(out: Path, entry: Entry, job: Job) -> bool:
    try:
        return manifest.is_current(out, entry, key(job, job.case.inputs))
    except (OSError, ReliefError):  # its notebook is gone
        return False


def _remove(out: Path, entry: Entry) -> None:
    try:
        manifest.remove_files(out, entry)
    except OSError as error:
        raise ReportError(
            f"无法删除过时的报告 {entry.report.place}：{error.strerror}。",
            f"The outdated report {entry.report.place} cannot be removed: {error.strerror}.",
        ) from error
