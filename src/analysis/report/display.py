"""Tables and headlines as a notebook shows them: HTML with every text escaped, and plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

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

_CHIP = "border:1px solid;border-radius:1em;padding:0 .5em;font-size:.8em;white-space:nowrap"
# JupyterLab floats the terms of a list beside their texts.
_BLOCK = "display:block;float:none;width:auto"
_LEFT = ' style="text-align:left"'

Cell = str | int | float | None
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
    rows: tuple[Mapping[str, Cell], ...]
    status: str | None
    key: str = ""
    # Single figures that belong to the whole: those of a chart.
    facts: tuple[tuple[Column, Cell], ...] = ()

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

    def _repr_html_(self) -> str:
        head = "".join(self._header(column) for column in self._shown.values())
        first, last = self._ends()
        body = "".join(self._row(row) for row in first)
        if last:
            body += (
                f'<tr class="relief-gap"><td colspan="{len(self._shown)}"{_LEFT}>'
                f"{escape(self._left_out())}</td></tr>"
            ) + "".join(self._row(row) for row in last)
        caption = f"{escape(self.caption)}{_chip(self.status, self.lang)}"
        place = f' id="{TABLE_PLACE}{self.key}"' if self.key else ""
        return (
            f'<div class="relief-scroll"{place} role="region" tabindex="0" '
            f'aria-label="{escape(self.caption)}">'
            '<table class="relief-table relief-figures" style="font-variant-numeric:tabular-nums">'
            f"<caption{_LEFT}>{caption}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def __repr__(self) -> str:
        words = catalogue(self.lang)
        first, last = self._ends()
        shown = [
            [
                f"{self._text(row, key)} ({b})"
                if (b := self._between(row, key))
                else self._text(row, key)
                for key in self._shown
            ]
            for row in (*first, *last)
        ]
        lines = [" | ".join(cells) for cells in shown]
        if last:
            lines.insert(len(first), f"… {self._left_out()}")
        title = self.caption
        if self.status:
            title = words("report.in_brackets", text=title, unit=words(f"status.{self.status}"))
        return "\n".join([title, " | ".join(map(self.header, self._shown.values())), *lines])

    def header(self, column: Column) -> str:
        """Return a column's label with its unit in brackets."""
        unit = self._unit(column)
        words = catalogue(self.lang)
        return words("report.in_brackets", text=column.label, unit=unit) if unit else column.label

    def digits(self, key: str) -> int:
        """Return the decimals that the figures of a column are shown with."""
        column = self.columns[key]
        if column.digits is not None or column.unit is None:
            return column.digits or 0
        values = [value for row in self.rows if isinstance(value := row[key], int | float)]
        return formats.default_digits(column.unit, values)

    @cached_property
    def _shown(self) -> dict[str, Column]:
        return {key: column for key, column in self.columns.items() if not column.hidden}

    def _ends(self) -> tuple[tuple[Mapping[str, Cell], ...], tuple[Mapping[str, Cell], ...]]:
        if len(self.rows) <= SHOWN_AT_MOST:
            return self.rows, ()
        return self.rows[:SHOWN_EACH_END], self.rows[-SHOWN_EACH_END:]

    def _left_out(self) -> str:
        return catalogue(self.lang)(
            "report.rows_left_out",
            left_out=f"{len(self.rows) - 2 * SHOWN_EACH_END:,}",
            rows=f"{len(self.rows):,}",
        )

    def _unit(self, column: Column) -> str:
        if not column.is_figure or column.unit is None:
            return ""
        return formats.unit_name(column.unit, self.lang, self.currency)

    def _header(self, column: Column) -> str:
        left, kind = ("", "figure") if column.is_figure else (_LEFT, "text")
        unit = f' <span class="relief-unit">{escape(u)}</span>' if (u := self._unit(column)) else ""
        chip = _chip(column.status, self.lang) if column.status not in (None, self.status) else ""
        return (
            f'<th scope="col" class="relief-{kind}"{left}>{escape(column.label)}{unit}{chip}</th>'
        )

    def _row(self, row: Mapping[str, Cell]) -> str:
        return f"<tr>{''.join(self._cell(row, key) for key in self._shown)}</tr>"

    def _cell(self, row: Mapping[str, Cell], key: str) -> str:
        column, text = self.columns[key], escape(self._text(row, key))
        if column.is_figure:
            between = (
                f'<span class="relief-range">{escape(b)}</span>'
                if (b := self._between(row, key))
                else ""
            )
            return f"<td>{text}{between}</td>"
        if column.unit == "status":
            return f'<td class="relief-text"{_LEFT}>{_chip(row[key], self.lang) or text}</td>'
        if key == next(iter(self._shown)):
            return f'<th scope="row" class="relief-text"{_LEFT}>{text}</th>'
        return f'<td class="relief-text"{_LEFT}>{text}</td>'

    def _between(self, row: Mapping[str, Cell], key: str) -> str:
        """Return the interval of a figure, nothing where it has none."""
        ends = [row[end] for end in self.columns[key].ends or ()]
        figures = [end for end in ends if isinstance(end, int | float)]
        unit = str(self.columns[key].unit)
        if len(figures) < 2:
            return ""
        low, high = (
            formats.cell(end, unit, self.lang, self.currency, self._places[key]) for end in figures
        )
        return f"{low}–{high}"

    def _text(self, row: Mapping[str, Cell], key: str) -> str:
        column, value = self.columns[key], row[key]
        if value is None:
            return formats.NOTHING
        if column.unit == "status":
            return catalogue(self.lang)(f"status.{value}")
        if column.unit is None or isinstance(value, str):
            return str(value)
        return formats.cell(value, column.unit, self.lang, self.currency, self._places[key])

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {key: self.digits(key) for key in self.columns}


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
        keys = "".join(map(self._key, self.figures))
        say, more = catalogue(self.lang), _points(self.notes[NOTES_AT_FIRST:])
        return "".join(
            [
                '<section class="relief-headline" '
                f'aria-label="{escape(say("report.conclusion"))}">',
                '<p class="relief-answer" style="font-size:1.3em">',
                f"{escape(self.answer)}</p>",
                f'<dl class="relief-keys" style="display:flex;gap:2.5em">{keys}</dl>'
                if keys
                else "",
                BANNER_START,
                banner_html(self.banner),
                BANNER_END,
                _points(self.notes[:NOTES_AT_FIRST]),
                "</section>",
                f'<p class="relief-more"><strong>{escape(say("report.before_use"))}</strong></p>'
                if more
                else "",
                more,
            ]
        )

    def __repr__(self) -> str:
        lines = [self.answer, *map(self._line, self.figures)]
        lines += [self.banner.text] if self.banner else []
        return "\n".join([*lines, *self.notes])

    def _key(self, key: KeyFigure) -> str:
        gap = "" if key.unit == "%" else " "
        unit = f'<span class="relief-unit">{gap}{escape(key.unit)}</span>' if key.unit else ""
        below = f'<span class="relief-range">{escape(key.interval)}</span>' if key.interval else ""
        return (
            f'<div><dt style="{_BLOCK}">{escape(key.label)}</dt>'
            f'<dd style="{_BLOCK};margin:0">'
            f'<strong class="relief-value">{escape(key.figure)}</strong>{unit}'
            f"{_chip(key.status, self.lang)} {below}</dd></div>"
        )

    def _line(self, key: KeyFigure) -> str:
        gap = "" if key.unit in ("%", "") else " "
        status = catalogue(self.lang)(f"status.{key.status}") if key.status else ""
        beside = "; ".join(filter(None, [status, key.interval]))
        return f"{key.label}: {key.figure}{gap}{key.unit}{f' [{beside}]' if beside else ''}"


def _points(notes: Iterable[str]) -> str:
    points = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<ul class="relief-notes">{points}</ul>' if points else ""


def banner_html(banner: Banner | None) -> str:
    """Return a banner as HTML; nothing where there is none."""
    if banner is None:
        return ""
    return (
        f'<p class="relief-banner relief-{banner.status}" role="note" '
        f'style="border-left:.3em solid;padding-left:.8em">{escape(banner.text)}</p>'
    )


def _chip(status: object, lang: str) -> str:
    if not isinstance(status, str):
        return ""
    text = escape(catalogue(lang)(f"status.{status}"))
    return f' <span class="relief-chip relief-{status}" style="{_CHIP}">{text}</span>'
