"""Cases that were loaded and found sound: none is checked again while nothing of it has changed.

What a batch needs of a case is noted in the ledger of its output folder. The note holds for the
same bytes of the same files, checked by the same program, and for nothing else.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.batch.jobs import Roster, open_case
from analysis.batch.keys import package_fingerprint, versions
from analysis.batch.ledger import Ledger, read_note
from analysis.case_folder import DESCRIPTION, find_folder, inside, unlisted


def open_roster(path: str, out: Path) -> Roster:
    """Return what a batch must know of a case, from the note of an earlier one if that holds.

    Parameters
    ----------
    path : str
        How the user named the case's folder.
    out : Path
        The output folder, which need not be there.

    Raises
    ------
    ReliefError
        As `jobs.open_case` does.
    """
    return _recalled(path, out) or Roster.of(open_case(path))


def note_roster(ledger: Ledger, path: str, roster: Roster) -> None:
    """Note what `open_roster` returned, for the next batch, unless that is noted already."""
    known = json.dumps({"program": _program(), "roster": asdict(roster)}, ensure_ascii=False)
    if ledger.note(_name(path)).startswith(known[:-1]):
        return
    # Slow to import; but who comes here has loaded the case, and so this.
    from analysis.schema import TABLES

    ledger.write_note(_name(path), f'{known[:-1]}, "tables": {json.dumps(list(TABLES))}}}')


def _recalled(path: str, out: Path) -> Roster | None:
    text, folder = read_note(out, _name(path)), find_folder(Path(path))
    try:
        note = json.loads(text)
        roster = _roster(note)
        if note["program"] != _program() or not _same(folder, roster.inputs):
            return None
        described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8-sig"))
        files = {each["path"] for each in described["resources"]}
        return None if unlisted(folder, files, note["tables"]) else roster
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None


def _same(folder: Path, inputs: Mapping[str, str]) -> bool:
    """Tell whether all files of a case are there, in it, with the bytes that were checked."""
    return bool(inputs) and all(
        inside(folder / file, folder)
        and hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest
        for file, digest in inputs.items()
    )


def _roster(note: Mapping[str, Any]) -> Roster:
    known = note["roster"]
    units = {code: (*called[:3], tuple(called[3])) for code, called in known["units"].items()}
    return Roster(**known | {"units": units})


def _program() -> dict[str, str]:
    """Return what decides whether a case is found sound."""
    return {"package": package_fingerprint(), "python": sys.version, **versions()}


def _name(path: str) -> str:
    return f"case {find_folder(Path(path)).resolve()}"
