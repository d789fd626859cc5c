"""The account of an output folder while a batch is at work: a row a report, in SQLite.

Each change is on the disk before the next report begins, whatever happens to the process. The
manifest, for people and other programs, is written from it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType

from analysis.batch import manifest
from analysis.batch.manifest import Entry
from analysis.errors import ReportError

NAME = "ledger.sqlite"
DAMAGED = "ledger.damaged"
VERSION = 1


class Ledger:
    """The account of one output folder; for one batch at a time.

    Parameters
    ----------
    out : Path
        The folder, which is there.

    Attributes
    ----------
    entries : dict of str to Entry
        By place. Read when it is opened; from the manifest where there is no ledger, or one
        that cannot be read, which is moved aside.
    was_damaged : bool
        Whether it was.

    Raises
    ------
    ReportError
        If it cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self._path = out / NAME
        self.was_damaged = False
        try:
            self._data = self._connect()
            self.entries = self._read(out)
        except sqlite3.OperationalError as error:
            raise self._unwritable(error) from error
        except (sqlite3.DatabaseError, ValueError, KeyError, TypeError, AttributeError):
            self._data.close()
            self._path.replace(self._path.with_name(DAMAGED))
            self._path.with_name(f"{NAME}-journal").unlink(missing_ok=True)
            self.was_damaged = True
            self._data = self._connect()
            self.entries = self._read(out)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._data.close()

    def put(self, entry: Entry) -> None:
        """Enter a report, in place of what is there under its place."""
        self._change([entry], [])
        self.entries[entry.report.place] = entry

    def replace(self, entries: Mapping[str, Entry]) -> None:
        """Make the account hold these entries and no others, all at once."""
        changed = [
            entry for place, entry in entries.items() if self.entries.get(place) is not entry
        ]
        self._change(changed, self.entries.keys() - entries.keys())
        self.entries = dict(entries)

    def note(self, name: str) -> str:
        """Return what was noted under a name; empty where nothing was."""
        row = self._data.execute("SELECT text FROM notes WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def write_note(self, name: str, text: str) -> None:
        """Note something beside the reports, in place of what is there under its name."""
        if self.note(name) == text:
            return
        try:
            self._data.execute("REPLACE INTO notes VALUES (?, ?)", (name, text))
        except sqlite3.Error as error:
            raise self._unwritable(error) from error

    def _change(self, changed: Iterable[Entry], gone: Iterable[str]) -> None:
        try:
            with self._data:
                self._data.execute("BEGIN IMMEDIATE")
                rows = [(entry.report.place, manifest.text_of(entry)) for entry in changed]
                self._data.executemany("REPLACE INTO reports VALUES (?, ?)", rows)
                places = [(place,) for place in gone]
                self._data.executemany("DELETE FROM reports WHERE place = ?", places)
        except sqlite3.Error as error:
            raise self._unwritable(error) from error

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, isolation_level=None)

    def _read(self, out: Path) -> dict[str, Entry]:
        """Return what is there; a ledger that is new, or of another version, is filled first."""
        (check,) = self._data.execute("PRAGMA quick_check(1)").fetchone()
        if check != "ok":
            raise sqlite3.DatabaseError(check)
        (version,) = self._data.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            self._fill({} if version else _of_manifest(out))
        self._data.execute("CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT)")
        rows = self._data.execute("SELECT entry FROM reports ORDER BY place")
        entries = [manifest.entry_of(json.loads(text)) for (text,) in rows]
        return {entry.report.place: entry for entry in entries}

    def _fill(self, entries: Mapping[str, Entry]) -> None:
        """Make the table anew, with its rows, in one step."""
        with self._data:
            self._data.execute("BEGIN IMMEDIATE")
            self._data.execute("DROP TABLE IF EXISTS reports")
            self._data.execute("DROP TABLE IF EXISTS notes")
            self._data.execute("CREATE TABLE reports (place TEXT PRIMARY KEY, entry TEXT)")
            rows = [(place, manifest.text_of(entry)) for place, entry in entries.items()]
            self._data.executemany("INSERT INTO reports VALUES (?, ?)", rows)
            self._data.execute(f"PRAGMA user_version = {VERSION}")

    def _unwritable(self, error: sqlite3.Error) -> ReportError:
        return ReportError(
            f"无法写入 {self._path}：{error}。请检查磁盘空间和文件夹权限。",
            f"Cannot write {self._path}: {error}. Check the free space and the folder's "
            "permissions.",
        )


def _of_manifest(out: Path) -> dict[str, Entry]:
    try:
        return manifest.read(out)
    except ReportError:
        # Then every report is made anew.
        return {}


def read_note(out: Path, name: str) -> str:
    """Return what the ledger of a folder noted under a name, without a word where it cannot.

    For a look before the folder is one's own: nothing is written.
    """
    rows = _look(out, "SELECT text FROM notes WHERE name = ?", name)
    return str(rows[0][0]) if rows else ""


def read_entries(out: Path) -> dict[str, Entry]:
    """Return the account of a folder as `Ledger` would find it, and write nothing."""
    rows = _look(out, "SELECT entry FROM reports")
    if rows is None:
        return _of_manifest(out)
    try:
        entries = [manifest.entry_of(json.loads(text)) for (text,) in rows]
    except (ValueError, KeyError, TypeError, AttributeError):
        return _of_manifest(out)
    return {entry.report.place: entry for entry in entries}


def _look(out: Path, query: str, *values: str) -> list[tuple[str]] | None:
    if not (out / NAME).is_file():
        return None
    try:
        address = f"{(out / NAME).absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as data:
            (version,) = data.execute("PRAGMA user_version").fetchone()
            return data.execute(query, values).fetchall() if version == VERSION else None
    except sqlite3.Error:
        return None
