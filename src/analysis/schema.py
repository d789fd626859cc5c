"""The tables of a case: their columns, and what a cell may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.statuses import STATUSES

# Named in full: pandas' own choice of text type depends on whether pyarrow is installed.
TEXT = pd.StringDtype("python", na_value=np.nan)
NUMBER = np.dtype("float64")
INTEGER = np.dtype("int64")

CURRENCIES = ("CNY", "USD")
FUND_SOURCES = ("central", "region", "prefecture", "county")
# An earlier version of the same allocation, or the money of the year before.
EARLIER_KINDS = ("original", "last_year")
# How a factor formula takes a measure: as a share of the total, as an index, or the lower the more.
MEASURE_KINDS = ("count", "index", "inverse_index")
FIRST_YEAR, LAST_YEAR = 1949, 2100
# GB/T 2260 for a county. An institution has none: it gets the code of the area it belongs to,
# a hyphen and a short name. Codes go into file names as they are: short, and nothing but a-z 0-9 -.
UNIT_CODE_PATTERN = r"(?=.{1,64}$)([0-9]{6}|[0-9]{2,6}-[a-z0-9]+(-[a-z0-9]+)*)"
FUNCTION_CODE_PATTERN = "[0-9]{7}"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    kind : ``text``, ``number`` or ``integer``
    blank : bool
        Whether a cell may be empty.
    absent : bool
        Whether the whole column may be missing; its cells are then empty.
    choices : tuple of str
        The only values a cell may have; any where empty.
    at_least, at_most : float, in the column's unit
        Bounds, both allowed themselves.
    pattern : str
        Regular expression that the whole cell must match.
    """

    name: str
    kind: Literal["text", "number", "integer"] = "text"
    blank: bool = False
    absent: bool = False
    choices: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    pattern: str = ""

    @property
    def dtype(self) -> Any:
        """The column's type in a DataFrame."""
        return {"text": TEXT, "number": NUMBER, "integer": INTEGER}[self.kind]


@dataclass(frozen=True)
class Table:
    """A table of a case.

    Attributes
    ----------
    key : tuple of str
        Columns that no two rows have alike.
    interval : tuple of str
        Three columns that must not fall from left to right: low, value, high.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    interval: tuple[str, str, str] | None = None
    required: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    def frame(self, cells: Mapping[str, list[Any]] | None = None) -> pd.DataFrame:
        """Return the cells as a DataFrame with this table's columns and types.

        Parameters
        ----------
        cells : mapping of column name to list, optional
            Without it, the frame has no rows.

        Examples
        --------
        >>> TABLES["receipts"].frame().dtypes["month"]
        dtype('int64')
        """
        rows = len(next(iter(cells.values()), [])) if cells else 0
        given = cells or {}
        return pd.DataFrame(
            {
                column.name: pd.Series(given.get(column.name, [None] * rows), dtype=column.dtype)
                for column in self.columns
            }
        )


_SLUG = r"[a-z][a-z0-9_]*"
_UNIT = Column("unit_code", pattern=UNIT_CODE_PATTERN)
_AMOUNT = Column("amount_wan", "number", at_least=0)
_MONTH = Column("month", "integer", at_least=1, at_most=600)
_ORIGIN = (
    Column("status", choices=STATUSES),
    Column("source"),
    Column("source_en", blank=True, absent=True),
)


def _year(name: str) -> Column:
    return Column(name, "integer", at_least=FIRST_YEAR, at_most=LAST_YEAR)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "units",
            (
                _UNIT,
                Column("name_zh"),
                Column("name_en"),
                Column("aliases", blank=True),
                Column("kind", choices=("county", "institution")),
                Column("subgroup_zh", blank=True, absent=True),
                Column("subgroup_en", blank=True, absent=True),
            ),
            key=("unit_code",),
            required=True,
        ),
        Table(
            "allocation",
            (
                _UNIT,
                _AMOUNT,
                Column("tranche"),
                Column("source", choices=FUND_SOURCES),
                Column("fund_tag", blank=True),
                Column("document_no", blank=True),
                _year("fiscal_year"),
                Column("function_code", blank=True, absent=True, pattern=FUNCTION_CODE_PATTERN),
                Column("status", choices=STATUSES, blank=True, absent=True),
            ),
            key=("unit_code", "tranche"),
            required=True,
        ),
        Table(
            "earlier_allocation",
            (
                _UNIT,
                _AMOUNT,
                Column("kind", choices=EARLIER_KINDS),
                _year("fiscal_year"),
                Column("document_no", blank=True),
                *_ORIGIN,
            ),
            key=("unit_code", "kind"),
        ),
        Table(
            "indicators",
            (
                Column("printed"),
                Column("level1", blank=True),
                Column("level2", blank=True),
                Column("level3"),
                Column("target", blank=True),
                Column("target_again", blank=True),
                Column("basis", blank=True),
                Column("last_year", blank=True),
                Column("weight", "number", blank=True, at_least=0, at_most=100),
                Column("method", blank=True),
                Column("evidence", blank=True),
                Column("kind", choices=("quantitative", "qualitative")),
                Column("operator", blank=True, choices=(">=", "<=", "=")),
                Column("target_value", "number", blank=True),
                Column("unit", blank=True),
                Column("note", blank=True),
            ),
            key=("level3",),
        ),
        Table(
            "function_codes",
            (
                Column("code", pattern=FUNCTION_CODE_PATTERN),
                Column("name_zh"),
                Column("name_en"),
                Column("programme", pattern=_SLUG),
            ),
            key=("code",),
        ),
        Table(
            "population",
            (
                _UNIT,
                Column("group", pattern=_SLUG),
                Column("persons", "number", at_least=0),
                Column("low", "number", at_least=0),
                Column("high", "number", at_least=0),
                _year("year"),
                *_ORIGIN,
            ),
            key=("unit_code", "group", "year"),
            interval=("low", "persons", "high"),
        ),
        Table(
            "measures",
            (
                _UNIT,
                Column("measure", pattern=_SLUG),
                Column("name_zh", blank=True, absent=True),
                Column("name_en", blank=True, absent=True),
                Column("value", "number", at_least=0),
                Column("kind", choices=MEASURE_KINDS),
                Column("unit"),
                _year("year"),
                *_ORIGIN,
            ),
            key=("unit_code", "measure", "year"),
        ),
        Table(
            "balances",
            (_UNIT, _year("vintage"), _AMOUNT, *_ORIGIN),
            key=("unit_code", "vintage"),
        ),
        Table(
            "receipts",
            # Negative too: money taken back is a receipt below 0.
            (_UNIT, _MONTH, Column("amount_wan", "number"), _year("vintage"), *_ORIGIN),
            key=("unit_code", "month", "vintage"),
        ),
        Table(
            "spending",
            (
                _UNIT,
                Column("programme", blank=True),
                _MONTH,
                # How many months the row covers, up to and including `month`; empty: 1.
                Column("months", "number", blank=True, absent=True, at_least=1, at_most=600),
                # Negative too: refunds can exceed what is paid.
                Column("amount_wan", "number"),
                *_ORIGIN,
            ),
            key=("unit_code", "programme", "month"),
        ),
        Table(
            "achievement",
            (_UNIT, Column("indicator"), Column("value", "number"), *_ORIGIN),
            key=("unit_code", "indicator"),
        ),
        Table(
            "assumptions",
            (
                Column("name", pattern=_SLUG),
                Column("unit_code", blank=True, pattern=UNIT_CODE_PATTERN),
                Column("programme", blank=True),
                Column("value", "number"),
                Column("low", "number"),
                Column("high", "number"),
                Column("unit"),
                *_ORIGIN,
            ),
            key=("name", "unit_code", "programme"),
            interval=("low", "value", "high"),
        ),
    )
}
