"""The numbers that a chart draws, as a table for its readers and for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from analysis.report import formats
from analysis.report.display import Cell, Column, Table
from analysis.report.outputs import SVG
from analysis.words import catalogue

# What the metadata of a chart of `analysis.figures` says of its numbers.
_PARTS = {"columns", "rows", "facts"}


@dataclass(frozen=True)
class ChartNumbers:
    """What a chart draws.

    Parameters
    ----------
    key : str
        Its name on the page: ``chart-1`` for the first.
    title, source : str
        The chart's takeaway; where its figures come from, and their status.
    table : Table
    facts : tuple of (Column, object)
        Each figure that belongs to the chart as a whole: what it is, and its value.
    """

    key: str
    title: str
    source: str
    table: Table
    facts: tuple[tuple[Column, Cell], ...] = ()

    def html(self) -> str:
        """Return the table, the facts and the source, for a page."""
        words = catalogue(self.table.lang)
        said = [
            words("report.fact", label=column.label, value=self._written(value, column))
            for column, value in self.facts
        ]
        facts = f"<p>{escape(words('report.facts_joined').join(said))}</p>" if said else ""
        source = words("figure.source", source=self.source)
        return f'{self.table._repr_html_()}{facts}<p class="relief-source">{escape(source)}</p>'

    def record(self) -> dict[str, Any]:
        """Return the table as `analysis.report.grid` takes it."""
        table = self.table
        columns = [
            {
                "key": key,
                "unit": column.unit,
                "header": table.header(column),
                "digits": table.digits(key) if column.is_figure else None,
            }
            for key, column in table.columns.items()
        ]
        facts = [
            {"header": table.header(column), "value": value, "unit": column.unit}
            for column, value in self.facts
        ]
        return {
            "caption": self.title,
            "currency": table.currency,
            "source": self.source,
            "columns": columns,
            "rows": table.rows,
            "facts": facts,
        }

    def _written(self, value: Cell, column: Column) -> str:
        if column.unit is None or isinstance(value, str):
            return str(value)
        lang, currency = self.table.lang, self.table.currency
        return formats.number(value, column.unit, lang, currency, column.digits)


def charts_of(cells: list[Any], lang: str, currency: str) -> Iterator[ChartNumbers]:
    """Yield the numbers of each chart of a page that says what it draws.

    The output of such a chart gets their key, ``chart-1`` for the first, into its metadata.

    Parameters
    ----------
    cells : list
        As `outputs.cells_to_show` returns them.
    lang, currency : str
    """
    count = 0
    for cell in cells:
        for output in cell.get("outputs", ()):
            if SVG not in output["data"]:
                continue
            count += 1
            notes = output["metadata"][SVG]
            data = notes.get("data")
            if isinstance(data, Mapping) and data.keys() >= _PARTS:
                notes["key"] = f"chart-{count}"
                yield _numbers(notes, lang, currency)


def _numbers(notes: Mapping[str, Any], lang: str, currency: str) -> ChartNumbers:
    key, data = notes["key"], notes["data"]
    columns = {column["key"]: _column(column) for column in data["columns"]}
    title = notes.get("title") or notes["alt"]
    table = Table(
        lang=lang,
        currency=currency,
        caption=title,
        columns=columns,
        rows=tuple(dict(zip(columns, row, strict=True)) for row in data["rows"]),
        status=None,
        key=key,
    )
    facts = tuple((_column(fact), fact["value"]) for fact in data["facts"])
    return ChartNumbers(key, title, notes.get("source", ""), table, facts)


def _column(described: Mapping[str, Any]) -> Column:
    return Column(described["label"], described["unit"], described.get("digits"))
