"""One CSV file read strictly: what is not certainly right is a problem, never a guess."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.case.problems import Problem, problem
from analysis.schema import FUNCTION_CODE_PATTERN, UNIT_CODE_PATTERN, Column, Table

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}([,，][0-9]{3})+(\.[0-9]+)?")
_WIDE_DIGITS = re.compile("[０-９]")
_DAMAGED = ("\0", "\ufffd")
LONGEST_SHOWN = 40


class UnreadableError(Exception):
    """A file that cannot be read at all; carries the problem."""

    def __init__(self, what: Problem) -> None:
        super().__init__(what.en)
        self.problem = what


def decode(file: str, data: bytes) -> str:
    """Return the text of a UTF-8 file, without its byte order mark.

    Raises
    ------
    UnreadableError
        If it is a workbook or in another encoding; the problem says which.
    """
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableError(problem("workbook", file))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(problem("encoding", file, encoding="UTF-16"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        raise UnreadableError(problem("encoding_unknown", file)) from None
    raise UnreadableError(problem("encoding", file, encoding="GB18030/GBK"))


def read_table(table: Table, file: str, data: bytes) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table of a case: CSV, UTF-8, one header row.

    The frame is of use only when the list of problems, which name the `file`, is empty.
    """
    try:
        rows = _records(file, decode(file, data))
        header = _header(table, file, rows)
    except UnreadableError as error:
        return table.frame(), [error.problem]
    problems = list(_header_problems(table, file, header))
    problems += _shape_problems(file, header, rows[1:])
    if problems:
        return table.frame(), problems
    if table.required and len(rows) == 1:
        return table.frame(), [problem("no_rows", file)]
    frame, found = _parse(table, file, header, rows[1:])
    order = {name: place for place, name in enumerate(header)}
    places = sorted(found, key=lambda place: (place[0], order.get(place[1], -1)))
    return frame, [found[place] for place in places]


def decimals(file: str, data: bytes, column: str) -> int:
    """Return how many decimals the most exact number of a sound table's column is written with."""
    header, *rows = _records(file, decode(file, data))
    place = header.index(column)
    return max((len(row[place].partition(".")[2]) for row in rows), default=0)


def _records(file: str, text: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    # A source that stands in thousands of rows is held once.
    same: dict[str, str] = {}
    try:
        rows.extend([same.setdefault(cell, cell) for cell in map(str.strip, row)] for row in reader)
    except csv.Error as error:
        raise UnreadableError(problem("csv", file, len(rows) + 1, error=error)) from None
    while rows and not any(rows[-1]):
        rows.pop()
    for number, row in enumerate(rows, start=1):
        if any(mark in cell for cell in row for mark in _DAMAGED):
            raise UnreadableError(problem("damaged", file, number))
    return rows


def _header(table: Table, file: str, rows: Sequence[Sequence[str]]) -> Sequence[str]:
    if not rows or not any(rows[0]):
        raise UnreadableError(problem("no_header", file, columns=", ".join(table.column_names)))
    header = rows[0]
    if len(header) == 1 and re.search("[;\t]", header[0]):
        raise UnreadableError(problem("separator", file, 1))
    return header


def _header_problems(table: Table, file: str, header: Sequence[str]) -> Iterator[Problem]:
    known = ", ".join(table.column_names)
    for place, name in enumerate(header, start=1):
        if not name:
            yield problem("header_blank", file, 1, number=place)
        elif name in header[: place - 1]:
            yield problem("header_repeated", file, 1, name)
        elif name not in table.column_names:
            yield problem("column_unknown", file, 1, name, columns=known)
    for column in table.columns:
        if column.name not in header and not column.absent:
            yield problem("column_missing", file, 1, column.name)


def _shape_problems(
    file: str, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> Iterator[Problem]:
    for number, row in enumerate(rows, start=2):
        if not any(row):
            yield problem("row_blank", file, number)
        elif len(row) != len(header):
            key = "row_long" if len(row) > len(header) else "row_short"
            yield problem(key, file, number, cells=len(row), columns=len(header))


def _parse(
    table: Table, file: str, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[pd.DataFrame, dict[tuple[int, str], Problem]]:
    """Return the table, and what is wrong with it by row and column, or row and rule."""
    cells: dict[str, list[Any]] = {}
    found: dict[tuple[int, str], Problem] = {}
    unread: set[int] = set()
    for column in table.columns:
        if column.name not in header:
            cells[column.name] = [None] * len(rows)
            continue
        place = list(header).index(column.name)
        cells[column.name] = values = []
        limits = {
            "choices": ", ".join(column.choices),
            "low": f"{column.at_least or 0.0:g}",
            "high": f"{column.at_most or math.inf:g}",
        }
        for number, row in enumerate(rows, start=2):
            value, wrong = _value(column, row[place])
            values.append(value)
            if wrong:
                unread.add(number)
            elif row[place]:
                wrong = _broken_rule(column, value)
            if wrong:
                said = limits | {"cell": _short(row[place])}
                found[number, column.name] = problem(wrong, file, number, column.name, **said)
    frame = table.frame(cells)
    # A row is set against others, and its figures against each other, once all of it can be read.
    for number, rule, what in _row_problems(table, file, frame):
        if number not in unread:
            found[number, rule] = what
    return frame, found


def _value(column: Column, cell: str) -> tuple[Any, str | None]:
    """Return a cell's value, and the key of what is wrong with it."""
    if not cell:
        return _nothing(column), None if column.blank else "cell_blank"
    if _WIDE_DIGITS.search(cell) and (column.kind != "text" or column.pattern):
        return _nothing(column), "cell_wide_digits"
    if column.kind == "text":
        return cell, None
    if _THOUSANDS.fullmatch(cell):
        return _nothing(column), "cell_thousands"
    if column.kind == "integer":
        return (int(cell), None) if _INTEGER.fullmatch(cell) else (0, "cell_not_integer")
    if not _NUMBER.fullmatch(cell) or not math.isfinite(float(cell)):
        return _nothing(column), "cell_not_number"
    return float(cell) + 0.0, None


def _nothing(column: Column) -> Any:
    return {"text": None, "number": math.nan, "integer": 0}[column.kind]


def _broken_rule(column: Column, value: Any) -> str | None:
    """Return the key of what is wrong with a cell that can be read."""
    if column.choices and value not in column.choices:
        return "cell_choice"
    if column.pattern and not re.fullmatch(column.pattern, value):
        kind = {UNIT_CODE_PATTERN: "unit_code", FUNCTION_CODE_PATTERN: "function_code"}
        return f"cell_{kind.get(column.pattern, 'slug')}"
    if column.at_most is not None:
        least = -math.inf if column.at_least is None else column.at_least
        return None if least <= value <= column.at_most else "cell_outside"
    if column.at_least is not None and value < column.at_least:
        return "cell_negative" if column.name == "amount_wan" else "cell_small"
    return None


def _row_problems(
    table: Table, file: str, frame: pd.DataFrame
) -> Iterator[tuple[int, str, Problem]]:
    """Find rows that repeat the key of another, or whose figures are out of order."""
    key = list(table.key)
    for place in np.flatnonzero(frame.duplicated(key)):
        cells = frame.loc[place, key]
        same = (frame[key].fillna("") == cells.fillna("")).all(axis=1)
        first = int(same.to_numpy().argmax()) + 2
        shown = ", ".join(f"{name} {cells[name]}" for name in key if not pd.isna(cells[name]))
        said = problem("repeated", file, int(place) + 2, first=first, cells=shown)
        yield int(place) + 2, "repeated", said
    for low, value, high in [table.interval] if table.interval else []:
        wrong = (frame[low] > frame[value]) | (frame[value] > frame[high])
        for place in np.flatnonzero(wrong):
            cells = frame.loc[place, [low, value, high]]
            shown = ", ".join(f"{name} {cell:.15g}" for name, cell in cells.items())
            names = f"{low} <= {value} <= {high}"
            said = problem("interval", file, int(place) + 2, names=names, cells=shown)
            yield int(place) + 2, "interval", said


def _short(cell: str) -> str:
    text = " ".join(cell.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
