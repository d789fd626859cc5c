"""What an output folder holds: which report was made from what, and how it went."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import ReportError
from analysis.report.files import write_whole
from analysis.report.index import IndexEntry

NAME = "manifest.json"
VERSION = 4
# Reports that a thread checks in one go.
AT_ONCE = 32


@dataclass(frozen=True)
class Entry:
    """One report in the account.

    Parameters
    ----------
    key : str
        What it was made from, as `keys.key` gives it; empty for one that is still to be made.
    notebook : str
        Path of its notebook.
    links : str
        Hash of what it links to: `links.Links.mark`.
    files : dict
        SHA-256 of each of its files, by the path below the output folder.
    report : IndexEntry
        What the index says about it.
    outdated : bool
        Whether what it was made from has changed since.
    """

    key: str
    notebook: str
    links: str
    files: dict[str, str]
    report: IndexEntry
    outdated: bool = False

    @property
    def waits(self) -> bool:
        """Whether it has not been tried yet."""
        return not self.key


def read(out: Path) -> dict[str, Entry]:
    """Return the entries of an output folder by place.

    There are none where there is no account yet, or one of another version of this program.

    Raises
    ------
    ReportError
        If the account cannot be read.
    """
    path = out / NAME
    try:
        content = path.read_bytes()
        stored = json.loads(content)
        if stored["version"] != VERSION:
            return {}
        entries = {entry.report.place: entry for entry in map(entry_of, stored["reports"])}
        if _content(entries) != content:
            raise ValueError("SHA-256")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportError(
            f"{path} 无法读取（{error}）。请删除它后重新运行，所有报告会重新生成。",
            f"{path} cannot be read ({error}). Delete it and run again: every report is made anew.",
        ) from error
    return entries


def entry_of(row: dict[str, Any]) -> Entry:
    """Return the entry that a row, read from JSON, stands for."""
    report = _held_once(row["report"])
    report["statuses"] = tuple(map(_held_once, report["statuses"]))
    report["numbers"] = tuple(map(_held_once, report["numbers"]))
    whole = {"files": dict(row["files"]), "report": IndexEntry(**report)}
    return Entry(**row | whole)


def _held_once(value: Any) -> Any:
    """Return a value whose texts, of which thousands of entries have the same, are held once."""
    if isinstance(value, dict):
        return {sys.intern(key): _held_once(each) for key, each in value.items()}
    return sys.intern(value) if isinstance(value, str) else value


def row_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as a row, ready for JSON."""
    return {**vars(entry), "report": vars(entry.report)}


def text_of(entry: Entry) -> str:
    """Return an entry as a line of JSON."""
    return json.dumps(row_of(entry), ensure_ascii=False)


def write(out: Path, entries: Mapping[str, Entry]) -> None:
    """Write the account, whole or not at all; one that says the same already stays."""
    content = _content(entries)
    if _sha256(out / NAME) != hashlib.sha256(content).hexdigest():
        write_whole(out / NAME, content)


def _content(entries: Mapping[str, Entry]) -> bytes:
    rows = ",\n".join(text_of(entries[place]) for place in sorted(entries))
    # A byte that has changed on the disk must not change what the next index page says.
    digest = hashlib.sha256(rows.encode()).hexdigest()
    return f'{{"version": {VERSION}, "sha256": "{digest}", "reports": [\n{rows}\n]}}\n'.encode()


def is_current(out: Path, entry: Entry, key: str) -> bool:
    """Tell whether a report is there, complete, and made from what `key` stands for."""
    if entry.report.failed or entry.key != key or not entry.files:
        return False
    return all(_sha256(out / name) == digest for name, digest in entry.files.items())


def current(out: Path, asked: Mapping[str, tuple[Entry, str]]) -> set[str]:
    """Tell of many reports which ones are there, complete, and made from what is wanted.

    Parameters
    ----------
    out : Path
    asked : mapping of place to Entry and key
        As `is_current` takes them.

    Returns
    -------
    set of str
        Places of the reports that `is_current` would approve of.
    """
    places = list(asked)

    def sound(some: Sequence[str]) -> list[str]:
        return [place for place in some if is_current(out, *asked[place])]

    # Files are read and hashed outside of Python's lock.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        parts = (places[first : first + AT_ONCE] for first in range(0, len(places), AT_ONCE))
        return {place for found in threads.map(sound, parts) for place in found}


def remove_files(out: Path, entry: Entry) -> None:
    """Remove a report's files, but none that has been altered since it was made."""
    for name, digest in entry.files.items():
        path = out / name
        # An account that was tampered with must not reach outside its folder.
        if path.resolve().is_relative_to(out.resolve()) and _sha256(path) == digest:
            path.unlink()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
