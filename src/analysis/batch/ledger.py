"""The account of an output folder while a batch is at work: a row a report, in SQLite.

Each change is on the disk before the next report begins, whatever happens to the process. The
manifest, for people and other programs, is written from it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType

from analysis.batch import manifest
from analysis.batch.manifest import Entry
from analysis.errors import ReportError

NAME = "ledger.sqlite"
DAMAGED = "ledger.damaged"
VERSION = 2
# What SQLite says of a sound account that it cannot use now; all else says that it is not sound.
OUTSIDE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
# What reading a damaged one may raise.
UNREADABLE = (sqlite3.Error, ValueError, KeyError, TypeError, AttributeError)


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
            try:
                self._data, self.entries = self._opened(out)
            except UNREADABLE as error:
                if _from_outside(error):
                    raise
                self._path.replace(self._path.with_name(DAMAGED))
                self._path.with_name(f"{NAME}-journal").unlink(missing_ok=True)
                self.was_damaged = True
                self._data, self.entries = self._opened(out)
        except (sqlite3.Error, OSError) as error:
            raise self._unwritable(error) from error
        self._file = self._which_file()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._data.close()

    def check_in_place(self) -> None:
        """Raise a `ReportError` if the folder's ledger is not this one any more."""
        if self._which_file() != self._file:
            raise ReportError(
                f"批处理进行中，{self._path} 被删除或替换，已停止。请重新运行。",
                f"{self._path} was removed or replaced while the batch was at work, which has "
                "stopped. Run it again.",
            )

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
        try:
            return _sound_note(name, self._data.execute(NOTE, (name,)).fetchone())
        except sqlite3.Error as error:
            raise self._unwritable(error) from error

    def write_note(self, name: str, text: str) -> None:
        """Note something beside the reports, in place of what is there under its name."""
        if self.note(name) == text:
            return
        try:
            row = (name, text, _digest(name, text))
            self._data.execute("REPLACE INTO notes VALUES (?, ?, ?)", row)
        except sqlite3.Error as error:
            raise self._unwritable(error) from error

    def _change(self, changed: Iterable[Entry], gone: Iterable[str]) -> None:
        self.check_in_place()
        try:
            with self._data:
                self._data.execute("BEGIN IMMEDIATE")
                rows = map(_row, changed)
                self._data.executemany("REPLACE INTO reports VALUES (?, ?, ?)", rows)
                places = [(place,) for place in gone]
                self._data.executemany("DELETE FROM reports WHERE place = ?", places)
        except sqlite3.Error as error:
            raise self._unwritable(error) from error

    def _opened(self, out: Path) -> tuple[sqlite3.Connection, dict[str, Entry]]:
        data = sqlite3.connect(self._path, isolation_level=None)
        try:
            return data, _read(data, out)
        except BaseException:
            data.close()
            raise

    def _which_file(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _unwritable(self, error: sqlite3.Error | OSError) -> ReportError:
        return ReportError(
            f"无法写入 {self._path}：{error}。请检查磁盘空间和文件夹权限。",
            f"Cannot write {self._path}: {error}. Check the free space and the folder's "
            "permissions.",
        )


def _read(data: sqlite3.Connection, out: Path) -> dict[str, Entry]:
    """Return what is there; a ledger that is new, or of another version, is filled first."""
    (check,) = data.execute("PRAGMA integrity_check(1)").fetchone()
    if check != "ok":
        raise sqlite3.DatabaseError(check)
    (version,) = data.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        _fill(data, {} if version else _of_manifest(out))
    data.execute("SELECT name, text, sha256 FROM notes LIMIT 0")
    return _sound_entries(data.execute(ENTRIES).fetchall())


def _fill(data: sqlite3.Connection, entries: Mapping[str, Entry]) -> None:
    """Make the tables anew, with their rows, in one step."""
    with data:
        data.execute("BEGIN IMMEDIATE")
        data.execute("DROP TABLE IF EXISTS reports")
        data.execute("DROP TABLE IF EXISTS notes")
        data.execute("CREATE TABLE reports (place TEXT PRIMARY KEY, entry TEXT, sha256 TEXT)")
        data.execute("CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT, sha256 TEXT)")
        data.executemany("INSERT INTO reports VALUES (?, ?, ?)", map(_row, entries.values()))
        data.execute(f"PRAGMA user_version = {VERSION}")


ENTRIES = "SELECT place, entry, sha256 FROM reports ORDER BY place"
NOTE = "SELECT text, sha256 FROM notes WHERE name = ?"


def _row(entry: Entry) -> tuple[str, str, str]:
    place, text = entry.report.place, manifest.text_of(entry)
    return place, text, _digest(place, text)


def _digest(name: str, text: str) -> str:
    """Return what tells a row whose bytes have changed on the disk: SQLite does not look."""
    return hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()


def _sound_entries(rows: Iterable[Sequence[str]]) -> dict[str, Entry]:
    """Return the entries of rows; raises one of `UNREADABLE` where a row is not as it was."""
    entries = {}
    for place, text, digest in rows:
        if _digest(place, text) != digest:
            raise ValueError(place)
        entries[place] = manifest.entry_of(json.loads(text))
    return entries


def _sound_note(name: str, row: Sequence[str] | None) -> str:
    return row[0] if row and _digest(name, row[0]) == row[1] else ""


def _from_outside(error: Exception) -> bool:
    """Tell whether an error is of the disk or the system, and not of the account."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in OUTSIDE


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
    rows = _look(out, NOTE, name)
    return _sound_note(name, rows[0]) if rows else ""


def read_entries(out: Path) -> dict[str, Entry]:
    """Return the account of a folder as `Ledger` would find it, and write nothing."""
    rows = _look(out, ENTRIES)
    try:
        return _of_manifest(out) if rows is None else _sound_entries(rows)
    except UNREADABLE:
        return _of_manifest(out)


def _look(out: Path, query: str, *values: str) -> list[tuple[str, ...]] | None:
    if not (out / NAME).is_file():
        return None
    try:
        address = f"{(out / NAME).absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as data:
            (version,) = data.execute("PRAGMA user_version").fetchone()
            return data.execute(query, values).fetchall() if version == VERSION else None
    except sqlite3.Error:
        return None
