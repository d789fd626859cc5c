"""Cases that were loaded and found sound: none is checked again while nothing of it has changed.

What a batch needs of a case is noted in the ledger of its output folder. The note holds for the
same bytes of the same files, checked by the same program, and for nothing else.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.batch.jobs import CaseFacts, Roster, load_roster
from analysis.batch.keys import package_fingerprint, versions
from analysis.case_folder import find_folder, inside


def note_name(path: str) -> str:
    """Return the name of a case's note."""
    return f"case {find_folder(Path(path)).resolve()}"


def open_roster(path: str, noted: Mapping[str, str]) -> tuple[Roster, str]:
    """Return what it takes to plan a case's reports, and the note of it for the next batch.

    Parameters
    ----------
    path : str
        How the user named the case's folder.
    noted : mapping
        The notes of the output folder: if the case's own still holds, it is not loaded.

    Raises
    ------
    ReliefError
        As `jobs.open_case` does.
    """
    folder, text = find_folder(Path(path)), noted.get(note_name(path), "")
    # Listed before the case is loaded: one that comes meanwhile is not taken for checked.
    checked = {"program": _program(), "tables": _tables(folder)}
    with suppress(OSError, RuntimeError, ValueError, KeyError, TypeError):
        note = json.loads(text)
        roster = _roster(note["roster"], path)
        if checked.items() <= note.items() and _same(folder, roster.case.inputs):
            return roster, text
    roster = load_roster(path)
    return roster, json.dumps({**checked, "roster": asdict(roster)})


def _tables(folder: Path) -> list[str]:
    """Return the tables that lie in a folder: one that has come since may be one of the case."""
    return sorted(file.name for file in folder.glob("*.csv"))


def _same(folder: Path, inputs: Mapping[str, str]) -> bool:
    """Tell whether all files of a case are there, in it, with the bytes that were checked."""
    return bool(inputs) and all(
        inside(folder / file, folder)
        and hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest
        for file, digest in inputs.items()
    )


def _roster(noted: Mapping[str, Any], path: str) -> Roster:
    units = {code: (*called[:3], tuple(called[3])) for code, called in noted["units"].items()}
    return Roster(CaseFacts(**noted["case"] | {"path": Path(path).as_posix()}), units)


def _program() -> dict[str, str]:
    """Return what decides whether a case is found sound."""
    return {"package": package_fingerprint(), "python": sys.version, **versions()}
