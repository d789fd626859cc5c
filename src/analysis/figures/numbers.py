"""The numbers that a chart draws, as a table to be read beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.figures.rows import name_of
from analysis.figures.text import decimal, plain
from analysis.words import catalogue

Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column: one value for each thing drawn, in drawn order.

    Parameters
    ----------
    key : str
        Its name for programs, in no language.
    label : str
        Its header in the chart's language, without the unit.
    cells : sequence
        Texts, or figures as they are drawn, not rounded; none or NaN where there is none.
    unit : str, optional
        A unit of `analysis.report.formats`, such as ``wan``; none for texts.
    digits : int, optional
        Decimals to show; by default what is usual for the unit.
    """

    key: str
    label: str
    cells: Sequence[object]
    unit: str | None = None
    digits: int | None = None


@dataclass(frozen=True)
class Fact:
    """A value of the whole chart; the fields are those of a `Column`."""

    key: str
    label: str
    value: object
    unit: str | None = None
    digits: int | None = None


def numbers(columns: Sequence[Column], facts: Iterable[Fact] = ()) -> dict[str, Any]:
    """Return columns of equal length and facts as JSON can hold them.

    Returns
    -------
    dict
        ``columns``: for each its ``key``, ``label``, ``unit`` and perhaps ``digits``; ``rows``:
        for each a cell a column; ``facts``: for each ``key``, ``label``, ``value``, ``unit`` and
        perhaps ``digits``. An infinite figure is the text ∞, a missing one null.

    Examples
    --------
    >>> days = Column("days", "days", [2.5, math.inf], "days")
    >>> numbers([Column("name", "unit", ["a", "b"]), days])["rows"]
    [['a', 2.5], ['b', '∞']]
    """
    cells = [[_cell(value) for value in column.cells] for column in columns]
    return {
        "columns": [
            _described(column.key, column.label, column.unit, column.digits) for column in columns
        ],
        "rows": [list(row) for row in zip(*cells, strict=True)],
        "facts": [
            _described(fact.key, fact.label, fact.unit, fact.digits) | {"value": _cell(fact.value)}
            for fact in facts
        ],
    }


def name_column(codes: Iterable[object], names: pd.Series, lang: str, term: str = "unit") -> Column:
    """Return the first column: the full names of the units drawn, or of what else `term` calls."""
    label = catalogue(lang)(f"term.{term}" if term == "unit" else f"figure_table.{term}")
    return Column("name", label, [name_of(str(code), names) for code in codes])


def interval_columns(
    table: pd.DataFrame, of: str, label: str, lang: str, unit: str, digits: int | None = None
) -> list[Column]:
    """Return the interval of a figure as two columns, none where the table has no such interval.

    Parameters
    ----------
    table : DataFrame
        Perhaps with columns named `of` and then ``low`` and ``high``.
    of : str
        Such as ``ratio_``.
    label : str
        What the figure is called.
    lang, unit, digits
        As of `Column`.
    """
    words = catalogue(lang)
    if not {f"{of}low", f"{of}high"} <= set(table.columns):
        return []
    return [
        Column(
            f"{of}{end}",
            words(f"figure_table.{end}", of=label),
            list(table[f"{of}{end}"].astype(float)),
            unit,
            digits,
        )
        for end in ("low", "high")
    ]


def counted(lang: str, **of: int) -> list[Fact]:
    """Return facts that count something, under the names they have in the catalogue; none is 0.

    Examples
    --------
    >>> [fact.label for fact in counted("en", hidden=3, without=0)]
    ['units not shown']
    """
    words = catalogue(lang)
    return [Fact(key, words(f"figure_table.{key}"), n, "count") for key, n in of.items() if n]


def digits_of(values: Iterable[float], least: int) -> int:
    """Return the decimals, at least `least` and at most 6, with which no value looks like 0.

    Examples
    --------
    >>> digits_of([71.3, 0.0], 1), digits_of([71.3, 0.0042], 1)
    (1, 3)
    """
    sizes = np.abs([value for value in values if math.isfinite(value) and value])
    if not len(sizes):
        return least
    return min(6, max(least, -math.floor(math.log10(float(sizes.min())) + 1e-9)))


def _described(key: str, label: str, unit: str | None, digits: int | None) -> dict[str, Any]:
    said: dict[str, Any] = {"key": key, "label": plain(label), "unit": unit}
    return said if digits is None else said | {"digits": digits}


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return None if value is None else plain(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    number = float(value)  # type: ignore[arg-type]
    if math.isnan(number):
        return None
    return number if math.isfinite(number) else decimal(number)
