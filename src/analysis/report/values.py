"""Plain values from a notebook's frames and scalars: what a cell may hold, and what JSON keeps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ReportError
from analysis.report.display import Cell, Column
from analysis.report.status import known_status
from analysis.words import numbers as formats


def plain_number(value: Any, where: str) -> float:
    """Return a number as Python's own int or float.

    Parameters
    ----------
    value : int, float or NumPy scalar
    where : str
        Named in the error.

    Raises
    ------
    ReportError
        If `value` is no number; a truth value is none.

    Examples
    --------
    >>> plain_number(np.int64(413), "total")
    413
    """
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return value.item() if isinstance(value, np.generic) else value
    raise ReportError(f"{where}：{value!r} 不是数字。", f"{where}: {value!r} is no number.")


def rounded(value: Cell) -> Cell:
    """Return a value as the results file keeps it: floats to twelve significant digits.

    Examples
    --------
    >>> rounded(0.1 + 0.2), rounded(float("inf")), rounded("乌苏市")
    (0.3, None, '乌苏市')
    """
    # The last bits of a float differ between processors; twelve digits do not.
    if isinstance(value, float):
        return float(f"{value:.12g}") if math.isfinite(value) else None
    return value


def table_rows(
    key: str, frame: pd.DataFrame, columns: Mapping[str, Column]
) -> tuple[Mapping[str, Cell], ...]:
    """Take `columns` out of a frame, row by row, as plain values.

    Parameters
    ----------
    key : str
        The table's key, named in errors.
    frame : DataFrame
        A named index counts as a column.
    columns : mapping of str to Column

    Raises
    ------
    ReportError
        If a column is missing, or a cell is no number, text or status where it must be one.
    """
    if frame.index.name in columns and frame.index.name not in frame.columns:
        frame = frame.reset_index()
    missing = [str(name) for name in columns if name not in frame.columns]
    if missing or not columns:
        raise ReportError(
            f"表“{key}”缺少列：{'、'.join(missing)}。",
            f"Table {key!r} lacks columns: {', '.join(missing)}.",
        )
    for column in columns.values():
        if column.is_figure:
            formats.known_unit(column.unit)
        if column.status is not None:
            known_status(column.status)
    cells = [
        [_cell(value, column, f"{key}, row {row}, {name}") for row, value in enumerate(frame[name])]
        for name, column in columns.items()
    ]
    return tuple(dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True))


def _cell(value: Any, column: Column, where: str) -> Cell:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if column.unit == "status":
        return known_status(value)
    if column.is_figure:
        return plain_number(value, where)
    if isinstance(value, str):
        return value
    raise ReportError(
        f"{where}：{value!r} 不是文字。数字列请给出计量单位（Column 的 unit）。",
        f"{where}: {value!r} is no text. Give a column of numbers its unit.",
    )
