"""Tables and headlines as a notebook shows them, and as the results file keeps a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from analysis.report.assets import site
from analysis.report.status import Banner
from analysis.words import catalogue
from analysis.words import numbers as formats

if TYPE_CHECKING:
    import pandas as pd

# Output metadata by which a published page knows that HTML was escaped here.
OURS = "relief"
# What the id of a table on a page starts with.
TABLE_PLACE = "table-"
# A page replaces what stands between these by the banner of the finished report.
BANNER_START, BANNER_END = "<!--relief:banner-->", "<!--/relief:banner-->"
# So many remarks stand on the first screen; further ones under a heading of their own.
NOTES_AT_FIRST = 3
SHOWN_AT_MOST = 60
SHOWN_EACH_END = 20

Cell = str | int | float | None
Row = Mapping[str, Cell]
Bundle = tuple[dict[str, str], dict[str, dict[str, str]]]


@dataclass(frozen=True)
class Column:
    """A column of a table as a reader sees it.

    Parameters
    ----------
    label : str
        Header, in the report's language, without the unit.
    unit : str, optional
        One of `formats.UNITS` for figures, ``status`` for a column of statuses, None for texts.
    digits : int, optional
        Decimals; by default what is usual for the unit.
    status : str, optional
        Status of the column's figures where it differs from the table's.
    hidden : bool
        Kept for the results file and the workbook, not shown on the page.
    ends : tuple of str, optional
        The columns that hold the ends of its interval: on the page it stands under the figure.
    """

    label: str
    unit: str | None = None
    digits: int | None = None
    status: str | None = None
    hidden: bool = False
    ends: tuple[str, str] | None = None

    @property
    def is_figure(self) -> bool:
        """Tell whether the column holds figures."""
        return self.unit is not None and self.unit != "status"


@dataclass(frozen=True)
class Shown:
    """Something a notebook displays; a page takes its HTML as it is."""

    lang: str
    currency: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        return (
            {"text/html": self._repr_html_(), "text/plain": repr(self)},
            {"text/html": {OURS: type(self).__name__.lower()}},
        )

    def _repr_html_(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class Table(Shown):
    """A table with its caption, units and statuses; long ones show their two ends.

    Where `status` is None, what stands beside the table says it. `key` is the table's name in
    the results file, and its place on a page is ``table-KEY``.
    """

    caption: str
    columns: Mapping[str, Column]
    rows: tuple[Row, ...]
    status: str | None
    key: str = ""
    # Single figures that belong to the whole: those of a chart.
    facts: tuple[tuple[Column, Cell], ...] = ()

    @classmethod
    def from_record(cls, record: Mapping[str, Any], key: str, lang: str) -> Self:
        """Return the table that a `record` was made of, without its single figures."""
        columns = {
            each["key"]: Column(
                each["label"],
                each["unit"],
                each["digits"],
                each["status"],
                hidden=each.get("hidden", False),
                ends=each.get("ends"),
            )
            for each in record["columns"]
        }
        kept = columns, tuple(record["rows"]), record["status"]
        return cls(lang, record["currency"], record["caption"], *kept, key)

    @property
    def frame(self) -> pd.DataFrame:
        """The figures as they are, with the heads that a reader sees."""
        import pandas as pd

        heads = {key: self.header(column) for key, column in self.columns.items()}
        cells = [{heads[key]: row[key] for key in heads} for row in self.rows]
        return pd.DataFrame(cells, columns=list(heads.values()))

    def to_excel(self, path: str, **options: Any) -> None:
        """Write the figures to a workbook; `options` are those of ``DataFrame.to_excel``."""
        self.frame.to_excel(path, index=False, **options)

    def record(self) -> dict[str, Any]:
        """Return the table, all its rows, as the results file keeps it.

        A cell that is infinite is empty there; ``empty_because`` lists those cells.
        """
        infinite = [
            {"row": row, "column": key, "reason": catalogue(self.lang)("report.infinite")}
            for row, cells in enumerate(self.rows)
            for key, value in cells.items()
            if isinstance(value, float) and math.isinf(value)
        ]
        columns = [
            {
                "key": key,
                "label": column.label,
                "unit": column.unit,
                "header": self.header(column),
                "digits": self.digits[key] if column.is_figure else None,
                "status": column.status or self.status,
                **({"hidden": True} if column.hidden else {}),
                **({"ends": list(column.ends)} if column.ends else {}),
            }
            for key, column in self.columns.items()
        ]
        facts = [
            {
                "header": self.header(column),
                "value": rounded(value),
                "unit": column.unit,
                "digits": column.digits,
            }
            for column, value in self.facts
        ]
        return {
            "caption": self.caption,
            "currency": self.currency,
            "status": self.status,
            "columns": columns,
            "rows": [{key: rounded(value) for key, value in row.items()} for row in self.rows],
            **({"facts": facts} if facts else {}),
            **({"empty_because": infinite} if infinite else {}),
        }

    def statuses(self) -> set[str]:
        """Return every status that the columns and the status cells name."""
        figures = [column for column in self.columns.values() if column.is_figure]
        used = {column.status or self.status for column in figures} or {self.status}
        words = [key for key, column in self.columns.items() if column.unit == "status"]
        used |= {str(row[key]) for key in words for row in self.rows if row[key] is not None}
        return {status for status in used if status}

    def _repr_html_(self) -> str:
        return str(shown().table(self, catalogue(self.lang)))

    def __repr__(self) -> str:
        words = catalogue(self.lang)
        first, last = self.ends()
        lines = [" | ".join(self._said(row, key) for key in self.shown) for row in (*first, *last)]
        if last:
            lines.insert(len(first), f"… {self.left_out()}")
        title = self.caption
        if self.status:
            title = words("report.in_brackets", text=title, unit=words(f"status.{self.status}"))
        return "\n".join([title, " | ".join(map(self.header, self.shown.values())), *lines])

    def header(self, column: Column) -> str:
        """Return a column's label with its unit in brackets."""
        unit = self.unit(column)
        words = catalogue(self.lang)
        return words("report.in_brackets", text=column.label, unit=unit) if unit else column.label

    @cached_property
    def shown(self) -> dict[str, Column]:
        """The columns that are not hidden."""
        return {key: column for key, column in self.columns.items() if not column.hidden}

    def ends(self) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Return the rows that are shown: all, or the first and the last of many."""
        if len(self.rows) <= SHOWN_AT_MOST:
            return self.rows, ()
        return self.rows[:SHOWN_EACH_END], self.rows[-SHOWN_EACH_END:]

    def left_out(self) -> str:
        """Say how many rows are not shown."""
        return catalogue(self.lang)(
            "report.rows_left_out",
            left_out=f"{len(self.rows) - 2 * SHOWN_EACH_END:,}",
            rows=f"{len(self.rows):,}",
        )

    def unit(self, column: Column) -> str:
        """Return what a column counts in, nothing for texts."""
        if not column.is_figure or column.unit is None:
            return ""
        return formats.unit_name(column.unit, self.lang, self.currency)

    def between(self, row: Row, key: str) -> str:
        """Return the interval of a figure, nothing where it has none."""
        ends = [row[end] for end in self.columns[key].ends or ()]
        figures = [self._figure(end, key) for end in ends if isinstance(end, int | float)]
        return "–".join(figures) if len(figures) == 2 else ""

    def text(self, row: Row, key: str) -> str:
        """Return a cell as it is written."""
        column, value = self.columns[key], row[key]
        if value is None:
            return formats.NOTHING
        if column.unit == "status":
            return catalogue(self.lang)(f"status.{value}")
        if column.unit is None or isinstance(value, str):
            return str(value)
        return self._figure(value, key)

    def _said(self, row: Row, key: str) -> str:
        between = self.between(row, key)
        return f"{self.text(row, key)} ({between})" if between else self.text(row, key)

    def _figure(self, value: float, key: str) -> str:
        unit = str(self.columns[key].unit)
        return formats.cell(value, unit, self.lang, self.currency, self.digits[key])

    @cached_property
    def digits(self) -> dict[str, int]:
        """The decimals that the figures of each column are shown with."""
        found = {}
        for key, column in self.columns.items():
            found[key] = column.digits or 0
            if column.digits is None and column.unit is not None:
                values = [value for row in self.rows if isinstance(value := row[key], int | float)]
                found[key] = formats.default_digits(column.unit, values)
        return found


@dataclass(frozen=True)
class KeyFigure:
    """One of a headline's figures, already written out."""

    label: str
    figure: str
    unit: str
    status: str | None
    interval: str = ""


@dataclass(frozen=True, repr=False)
class Headline(Shown):
    """The answer, up to three key figures, what they rest on, and remarks."""

    answer: str
    figures: tuple[KeyFigure, ...]
    banner: Banner | None
    notes: tuple[str, ...]

    def _repr_html_(self) -> str:
        return str(shown().headline(self, catalogue(self.lang), NOTES_AT_FIRST))

    def __repr__(self) -> str:
        lines = [self.answer, *map(self._line, self.figures)]
        lines += [self.banner.text] if self.banner else []
        return "\n".join([*lines, *self.notes])

    def _line(self, key: KeyFigure) -> str:
        gap = "" if key.unit in ("%", "") else " "
        status = catalogue(self.lang)(f"status.{key.status}") if key.status else ""
        beside = "; ".join(filter(None, [status, key.interval]))
        return f"{key.label}: {key.figure}{gap}{key.unit}{f' [{beside}]' if beside else ''}"


def shown() -> Any:
    """Return the macros that write tables, headlines and banners as HTML."""
    return site().get_template("shown.html.j2").module


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
