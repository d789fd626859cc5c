"""The account of an output folder: what each report was made from, and how it went; in SQLite.

It alone says what is there. Each change is on the disk before the next report begins, whatever
happens to the process. Other programs may read it: in the table ``reports`` the name of a row is a
report's place, its content an `IndexEntry` as JSON. The table ``notes`` is for this program.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path

from analysis.errors import ReportError
from analysis.report.listing import IndexEntry
from analysis.words import refusal

NAME = "ledger.sqlite"
DAMAGED = "ledger.damaged"
VERSION = 3
TABLES = ("reports", "notes")
# Of a table: content by name.
Rows = dict[str, str]


class Ledger:
    """The account of one output folder; for one batch at a time.

    Parameters
    ----------
    out : Path
        The folder, which is there.

    Attributes
    ----------
    entries : dict of str to IndexEntry
        By place.
    notes : dict of str to str
        What was noted beside the reports, by name.
    was_damaged : bool
        Whether something of it was not as it was written. The damaged file was moved aside then,
        and the rows that are sound stand in a new one.

    Raises
    ------
    ReportError
        If it cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self._path = out / NAME
        try:
            self._data = sqlite3.connect(self._path, isolation_level=None)
            try:
                self._take_over()
            except BaseException:
                self._data.close()
                raise
        except (sqlite3.Error, OSError) as error:
            raise self._unwritable(error) from error
        self._file = self._which_file()

    def _take_over(self) -> None:
        tables, sound = _read(self._data)
        self.entries, self.notes = _entries(tables["reports"]), tables["notes"]
        self.was_damaged = not sound
        if self.was_damaged:
            self._data.close()
            self._path.replace(self._path.with_name(DAMAGED))
            self._path.with_name(f"{NAME}-journal").unlink(missing_ok=True)
            self._data = sqlite3.connect(self._path, isolation_level=None)
        if _version(self._data) == VERSION:
            return
        with self._data:
            self._data.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                self._data.execute(f"DROP TABLE IF EXISTS {table}")
                self._data.execute(f"CREATE TABLE {table} ({COLUMNS})")
                self._data.executemany(_put(table), _signed(tables[table]))
            self._data.execute(f"PRAGMA user_version = {VERSION}")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._data.close()

    def put(self, entry: IndexEntry) -> None:
        """Enter a report, in place of what is there under its place."""
        self._write("reports", {entry.place: _text(entry)})
        self.entries[entry.place] = entry

    def replace(self, entries: Mapping[str, IndexEntry]) -> None:
        """Make the account hold these entries and no others, all at once."""
        before = self.entries
        changed = {place: each for place, each in entries.items() if before.get(place) != each}
        texts = {place: _text(each) for place, each in changed.items()}
        self._write("reports", texts, before.keys() - entries.keys())
        self.entries = dict(entries)

    def note(self, name: str, text: str) -> None:
        """Note something beside the reports, in place of what is there under its name."""
        if self.notes.get(name) != text:
            self._write("notes", {name: text})
            self.notes[name] = text

    def check_in_place(self) -> None:
        """Raise a `ReportError` if the folder's ledger is not this one any more."""
        if self._which_file() != self._file:
            raise refusal(ReportError, "batch_error.ledger_gone", path=self._path)

    def _write(self, table: str, rows: Rows, gone: Iterable[str] = ()) -> None:
        """Write rows and delete others, all at once."""
        self.check_in_place()
        try:
            with self._data:
                self._data.execute("BEGIN IMMEDIATE")
                self._data.executemany(_put(table), _signed(rows))
                delete = f"DELETE FROM {table} WHERE name = ?"  # noqa: S608
                self._data.executemany(delete, [(name,) for name in gone])
        except sqlite3.Error as error:
            raise self._unwritable(error) from error

    def _which_file(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _unwritable(self, error: sqlite3.Error | OSError) -> ReportError:
        return refusal(ReportError, "batch_error.unwritable", path=self._path, reason=error)


def read_account(out: Path) -> tuple[dict[str, IndexEntry], Rows]:
    """Return the entries and the notes of a folder's ledger, for a look that changes nothing.

    Without a word there are none where it cannot be read.
    """
    address = f"{(out / NAME).absolute().as_uri()}?mode=ro"
    # In what a killed batch had begun to change, a second look finds the rows that are sound.
    for each in (address, f"{address}&immutable=1"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(each, uri=True)) as data:
            tables, _ = _read(data)
            return _entries(tables["reports"]), tables["notes"]
    return {}, {}


COLUMNS = "name TEXT PRIMARY KEY, content TEXT, sha256 TEXT"


def _put(table: str) -> str:
    return f"REPLACE INTO {table} VALUES (?, ?, ?)"  # noqa: S608


def _signed(rows: Rows) -> list[tuple[str, str, str]]:
    return [(name, content, _digest(name, content)) for name, content in rows.items()]


def _digest(name: str, content: str) -> str:
    """Return what tells a row whose bytes have changed on the disk: SQLite does not look."""
    return hashlib.sha256(f"{name}\n{content}".encode()).hexdigest()


def _version(data: sqlite3.Connection) -> int:
    return int(data.execute("PRAGMA user_version").fetchone()[0])


def _read(data: sqlite3.Connection) -> tuple[dict[str, Rows], bool]:
    """Return the rows that are as they were written, by table, and whether all of it is.

    There are none in a ledger that is new, or of another version of this program.
    """
    tables: dict[str, Rows] = {table: {} for table in TABLES}
    data.text_factory = lambda content: content.decode(errors="replace")
    sound = True
    try:
        sound = data.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
        if _version(data) != VERSION:
            return tables, sound
        for table, rows in tables.items():
            for name, content, digest in data.execute(f"SELECT * FROM {table}"):  # noqa: S608
                if _digest(name, content) == digest:
                    rows[name] = content
                else:
                    sound = False
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        # It is sound but cannot be used now; with other tables or columns it is not.
        if isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR:
            raise
        sound = False
    except ValueError:  # other columns
        sound = False
    return tables, sound


def _text(entry: IndexEntry) -> str:
    return json.dumps(vars(entry))


def _entries(rows: Rows) -> dict[str, IndexEntry]:
    # Read in one go, names that thousands of entries have in common are held once.
    stored = json.loads(f"[{','.join(rows.values())}]")
    found = (
        IndexEntry(**each | {name: tuple(each[name]) for name in ("statuses", "numbers")})
        for each in stored
    )
    return {entry.place: entry for entry in found}
