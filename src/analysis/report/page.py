"""The page of a notebook: the one object that shows things, and remembers what it showed.

A notebook computes with frames that know no language. Where something is to be shown to a reader
of the report, it asks the page: ``page.table``, ``page.chart``, ``page.answer``, ``page.note``. The
page knows language, currency and names, gives every column its label and unit, and keeps each
figure with its unit and status for the results file and the workbook. As the last expression of a
notebook it hands all that over.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.case import Case
from analysis.charts import Chart, Picture, picture
from analysis.errors import ReportError, UsageError
from analysis.inequality.registry import MEASURES
from analysis.report.display import Cell, Column, Headline, KeyFigure, Table, rounded
from analysis.report.note import Note
from analysis.report.results import KEY_FIGURES, MIME
from analysis.report.status import banner, in_order, known_status
from analysis.statuses import NOT_STATED, STATUSES, status_of, weakest
from analysis.words import LANGUAGES, catalogue, listed, numbers, refusal
from analysis.words import columns as columns_of
from analysis.words.answer import Answer
from analysis.words.answer import KeyFigure as KeyFigureAsked
from analysis.words.sentence import (
    ByLanguage,
    Figure,
    Interval,
    Listed,
    Month,
    Sentence,
    Units,
    Word,
    Writer,
    group_word,
    say,
    status_word,
)

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, eq=False)
class ShownChart:
    """A chart in the page's language, with its numbers as a table."""

    picture: Picture
    numbers: Table

    @property
    def frame(self) -> pd.DataFrame:
        """The numbers drawn, with the labels of the page's language."""
        return self.numbers.frame

    def __repr__(self) -> str:
        return self.picture.alt

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        drawn = self.picture
        about = {"relief": "chart", "alt": drawn.alt, "title": drawn.title, "source": drawn.source}
        return (
            {"image/svg+xml": drawn.svg, "text/plain": drawn.alt},
            {"image/svg+xml": {**about, "table": self.numbers.record()}},
        )


class Page:
    """Shows a notebook's frames, charts and sentences in one language.

    Parameters
    ----------
    notebook : str
        Name of the notebook, without folder and ending.
    case : Case
        Gives names, currency, document and statuses.
    lang : str
        ``zh`` or ``en``.
    need_group : str, optional
        The need group that the page compares the money with: it stands in captions and under
        charts.
    unit : str, optional
        Code of the county or institution that the page is about.

    Raises
    ------
    UsageError
        If there is no such language, unit or need group.

    Examples
    --------
    >>> from analysis.case import load_case
    >>> from analysis.shares import share_table
    >>> data = load_case("data/tacheng-2024")
    >>> page = Page("02_share_and_need", data, "en", need_group="resident")
    >>> shares = share_table(data.amount_wan(), data.people("resident")["persons"])
    >>> print(repr(page.table(shares[["ratio"]], "shares", sort="ratio")).splitlines()[2])
    Toli County | 1.73
    """

    def __init__(
        self,
        notebook: str,
        case: Case,
        lang: str,
        *,
        need_group: str = "",
        unit: str | None = None,
    ) -> None:
        if lang not in LANGUAGES:
            raise refusal(UsageError, "refusal.language", lang=lang, known=listed(LANGUAGES))
        if unit is not None and unit not in case.table("units").index:
            known = ", ".join(case.table("units").index)
            raise refusal(UsageError, "report_error.no_unit", unit=unit, known=known)
        self.notebook, self.case, self.lang, self.unit = notebook, case, lang, unit
        self.need_group = need_group
        names = case.table("units")[f"name_{lang}"]
        self.words = Writer(lang, case.currency, names, case.start)
        self._numbers: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, dict[str, Any]] = {}
        self._tables: dict[str, Table] = {}
        self._rests_on: set[str] = set()
        self._answer = ""
        self._headline: list[str] = []
        self._notes: list[str] = []
        self._charts = 0

    @property
    def households(self) -> bool:
        """Whether the need group counts households, not persons."""
        return bool(self.need_group) and self.case.counted_in(self.need_group) == "households"

    def answer(self, answered: Answer) -> Headline:
        """Show the first screen: the answer, up to three figures, what they rest on, remarks.

        Raises
        ------
        ReportError
            If a figure's interval is upside down or its key will not do.
        """
        figures = [self._record(each) for each in answered.figures][:KEY_FIGURES]
        self._rests_on |= {status for status in answered.rests_on if status}
        keys = [each.key for each in answered.figures][:KEY_FIGURES]
        notes = [*self._of_changes(), *answered.notes]
        self._answer = self.words.paragraph(answered.sentences)
        told = dict.fromkeys(self.words(each) for each in notes)
        # What the answer says is not said again under it.
        self._headline, self._notes = keys, [text for text in told if text not in self._answer]
        return Headline(
            lang=self.lang,
            currency=self.case.currency,
            answer=self._answer,
            figures=tuple(figures),
            banner=banner(self.statuses(), self.lang),
            notes=tuple(self._notes),
        )

    def table(
        self,
        frame: pd.DataFrame,
        name: str = "",
        *,
        sort: str | None = None,
        ascending: bool = False,
        columns: Sequence[str] | None = None,
        labels: Mapping[str, Sentence | Word] | None = None,
        hidden: Sequence[str] = (),
        status: str | Mapping[str, str] | None = None,
        caption: Sentence | None = None,
        otherwise: Sentence | None = None,
    ) -> Table | Note:
        """Show a frame, with the names of its units, labels, units of measure and statuses.

        Parameters
        ----------
        frame : DataFrame
            Indexed by unit_code, or by anything else. Columns that `analysis.words.columns`
            knows get their label and unit from there; others keep their name.
        name : str, optional
            The table's name in the results file, ``table.NAME`` its caption; any other text is
            the caption itself.
        sort : str, optional
            Column to sort by, the largest first; `ascending` for the smallest.
        columns : sequence of str, optional
            Which to show, in order; by default all.
        labels : mapping, optional
            Labels of columns, where the usual one does not say enough.
        hidden : sequence of str, optional
            Columns kept for the results file and the workbook, not shown on the page.
        status : str or mapping of column to str, optional
            Where the frame does not carry its status itself (`analysis.statuses`).
        caption : Sentence, optional
            In place of ``table.NAME``.
        otherwise : Sentence, optional
            What to say where the frame has no row.

        Returns
        -------
        Table, or Note where the frame has no row
            It shows itself; ``.frame`` has its figures, ``.to_excel(path)`` writes them.

        Raises
        ------
        ReportError
            If a column is missing or a cell does not fit its column.
        """
        if frame.empty:
            return self.note(otherwise or say("page.no_rows"))
        shown = frame if sort is None else _sorted(frame, sort, ascending=ascending)
        key, title = self._named(name, caption)
        table = self._table(shown, key, title, columns, labels or {}, status)
        told = {n: replace(c, hidden=c.hidden or n in hidden) for n, c in table.columns.items()}
        self._tables[key] = replace(table, columns=told)
        return self._tables[key]

    def facts(
        self,
        row: pd.DataFrame,
        name: str,
        *,
        columns: Sequence[str] | None = None,
        otherwise: Sentence | None = None,
    ) -> Table | Note:
        """Show one row of a frame as a list: what it is, the figure, its interval, its status.

        Parameters
        ----------
        row : DataFrame
            One row; a column with ``_low`` and ``_high`` beside it is shown with its interval.
        name, otherwise
            As of `table`.
        columns : sequence of str, optional
            Which to show, in order; by default all but the ends of intervals.

        Raises
        ------
        ReportError
            If a column is missing, or there is more than one row.
        """
        if row.empty:
            return self.note(otherwise or say("page.no_rows"))
        if len(row) > 1:
            raise refusal(ReportError, "report_error.one_row", name=name, count=len(row))
        shown = [c for c in columns or map(str, row) if not c.endswith(("_low", "_high"))]
        told = self._table(row, name, name, shown, {}, None)
        items = [
            self._fact(name, column, told, row)
            for column in told.columns
            if column not in ("name", "unit_code") and told.rows[0][column] is not None
        ]
        heads = {
            c: Column(columns_of.label(c, self.lang), "status" if c == "status" else None)
            for c in (items or [{}])[0]
            if any(item[c] is not None for item in items)
        }
        key, title = self._named(name, None)
        rows = tuple({c: item[c] for c in heads} for item in items)
        made = Table(self.lang, self.case.currency, title, heads, rows, told.status, key)
        self._tables[key] = made
        return made

    def _fact(self, name: str, key: str, told: Table, row: pd.DataFrame) -> dict[str, Cell]:
        """Return one item of a list, and keep its figure for the results file."""
        column, value = told.columns[key], told.rows[0][key]
        item: dict[str, Cell] = {"item": column.label, "status": column.status}
        if column.unit is None or isinstance(value, str | None):
            return item | {"value": str(value), "between": None}
        digits = told.digits[key]
        low, high = (
            float(row[f"{key}_{end}"].iloc[0]) if f"{key}_{end}" in row else None
            for end in ("low", "high")
        )
        figure = Figure(float(value), column.unit, digits)
        label = say("page.as_it_is", text=column.label)
        self._record(KeyFigureAsked(f"{name}_{key}", label, figure, column.status, low, high))
        between = None
        if low is not None and high is not None and not math.isnan(low + high):
            between = self.words.text(Interval(low, high, column.unit, digits))
        return {"item": column.label, "value": self.words.text(figure), "between": between} | item

    def chart(
        self, chart: Chart | Sentence, *, source: Sentence | None = None
    ) -> ShownChart | Note:
        """Draw a chart of `analysis.charts` in the page's language.

        Parameters
        ----------
        chart : Chart or Sentence
            A sentence says why there is nothing to draw.
        source : Sentence, optional
            Where the figures come from; by default the notice, and the need group with its status.

        Raises
        ------
        ReportError
            If a letter has no glyph in the shipped font.
        """
        if isinstance(chart, Sentence):
            return self.note(chart)
        drawn = picture(chart, self.words, self.words(source or self.source()))
        named = [column for column in chart.columns if column in chart.frame]
        rows = self._table(chart.frame, "", drawn.title, named, chart.labels, None)
        facts = tuple(
            (Column(self._label(name, chart.labels), fact.unit, fact.digits), fact.value)
            for name, fact in chart.facts.items()
        )
        self._rests_on |= {c.status for c in rows.columns.values() if c.status in STATUSES}
        return ShownChart(drawn, replace(rows, facts=facts))

    def note(self, *said: Sentence, items: Iterable[Sentence] = ()) -> Note:
        """Show sentences as a paragraph, and perhaps points under it."""
        return Note(self.words.paragraph(said), tuple(self.words(each) for each in items))

    def frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame with names of units, labels and words in the page's language.

        Parameters
        ----------
        frame : DataFrame
            Indexed by unit_code, or by anything else.
        """
        named = self._with_names(frame).drop(columns="unit_code", errors="ignore").copy(deep=False)
        for name in map(str, named):
            if (kind := columns_of.COLUMNS.get(name)) and kind.word:
                named[name] = [self._text(value, name) for value in named[name]]
        heads = {c: columns_of.label(str(c), self.lang) for c in named if isinstance(c, str)}
        return named.rename(columns=heads)

    def source(self, *groups: str) -> Sentence:
        """Return where figures come from: the notice, and the need with its status.

        Parameters
        ----------
        groups : str
            Need groups; by default that of the page.
        """
        document, money = self.case.document, status_word(self.case.money_status)
        counted = groups or ((self.need_group,) if self.need_group else ())
        if not counted:
            return say("page.source", document=document, money=money)
        named = [
            say(
                "page.group_status",
                group=group_word(each),
                status=status_word(self.case.people_status(each)),
            )
            for each in counted
        ]
        return say("page.source_need", document=document, money=money, needs=Listed(named))

    def statuses(self) -> list[str]:
        """Return every status used so far, the most trustworthy first."""
        recorded = [*self._numbers.values(), *self._texts.values()]
        used = self._rests_on | {each["status"] for each in recorded}
        used = used.union(*(table.statuses() for table in self._tables.values()))
        return in_order(status for status in used if status)

    def as_json(self) -> dict[str, Any]:
        """Return everything shown as values that JSON can hold, in a fixed order."""
        return {
            "notebook": self.notebook,
            "case": self.case.name,
            "unit_code": self.unit,
            "lang": self.lang,
            "currency": self.case.currency,
            "answer": self._answer,
            "headline": list(self._headline),
            "notes": list(self._notes),
            "statuses": self.statuses(),
            "numbers": list(self._numbers.values()),
            "texts": list(self._texts.values()),
            "tables": {key: table.record() for key, table in self._tables.items()},
        }

    def __repr__(self) -> str:
        said = "、".join(self._tables) if self.lang == "zh" else ", ".join(self._tables)
        return self.words("page.repr", notebook=self.notebook, tables=said or "–")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {MIME: self.as_json(), "text/plain": repr(self)}

    def _table(
        self,
        frame: pd.DataFrame,
        key: str,
        title: str,
        names: Sequence[str] | None,
        labels: Mapping[str, Sentence | Word],
        status: str | Mapping[str, str] | None,
    ) -> Table:
        full = self._with_names(frame)
        wanted = [*(["name"] if "name" in full else []), *(names or full.columns)]
        if "unit_code" not in full and frame.index.name:
            head = str(frame.index.name)
            labels = {"name": Word(f"column.{head}", otherwise=head), **labels}
        told: dict[str, Column] = {}
        cells: list[list[Cell]] = []
        for name in dict.fromkeys(["unit_code", *wanted] if "unit_code" in full else wanted):
            if name not in full:
                said = {"title": title, "name": name, "known": listed(full)}
                raise refusal(ReportError, "report_error.no_column", **said)
            stated = status.get(name) if isinstance(status, Mapping) else status
            stated = stated or (status_of(frame, name) if name in frame else None)
            # A column of statuses speaks for each row.
            stated = stated or (None if "status" in full else NOT_STATED)
            column = self._column(str(name), full[name], labels, stated)
            told[str(name)] = column
            cells.append(
                [
                    self._cell(*each, str(name), column, key or title)
                    for each in enumerate(full[name])
                ]
            )
        for name in list(told):
            low, high = f"{name}_low", f"{name}_high"
            if {low, high} <= told.keys():
                told[name] = replace(told[name], ends=(low, high))
                told |= {end: replace(told[end], hidden=True) for end in (low, high)}
        figures = [c.status for c in told.values() if c.is_figure and c.status]
        # A caption claims no more than the weakest of its columns; the others say theirs.
        common = _weakest_stated(figures)
        if common is None and "status" in told:
            common = weakest(full["status"].dropna())
        rows = tuple(dict(zip(told, row, strict=True)) for row in zip(*cells, strict=True))
        return Table(self.lang, self.case.currency, title, told, rows, common, key)

    def _with_names(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Put the units' names, or what else the index says, in front of a frame."""
        if "name" in frame or isinstance(frame.index, pd.RangeIndex):
            return frame
        keys = [str(key) for key in frame.index]
        named = frame.copy(deep=False)
        if frame.index.name == "measure":
            measures = [MEASURES[key] for key in keys]
            named.insert(0, "name", [each.label[self.lang] for each in measures])
            named["meaning"] = [each.meaning[self.lang] for each in measures]
        elif len(keys) and all(key in self.words.names.index for key in keys):
            named.insert(0, "name", [self.words.name(key) for key in keys])
            named.insert(0, "unit_code", keys)
        else:
            section = str(frame.index.name or "")
            words = [Word(f"{section}.{key}", otherwise=key) for key in keys]
            named.insert(0, "name", [self.words.text(word) for word in words])
        return named

    def _label(self, name: str, labels: Mapping[str, Sentence | Word]) -> str:
        if self.households and name.startswith("yuan_per_person"):
            return columns_of.label(name.replace("person", "household"), self.lang)
        if name in labels:
            return self.words.text(labels[name])
        counted = name == "persons" and self.households
        return columns_of.label("households" if counted else name, self.lang)

    def _column(
        self,
        name: str,
        values: pd.Series,
        labels: Mapping[str, Sentence | Word],
        status: str | None,
    ) -> Column:
        kind, label = columns_of.COLUMNS.get(name), self._label(name, labels)
        if status is not None:
            known_status(status)
        if kind is None:
            figures = pd.api.types.is_numeric_dtype(values) and values.dtype != bool
            unit = ("ratio" if name in self.case.groups() else "plain") if figures else None
            return Column(label, unit, None, status if figures else None)
        is_figure = kind.unit not in (None, "status")
        # A text among figures is refused where the cells are read.
        finite = pd.to_numeric(values, errors="coerce").dropna() if is_figure else ()
        counted = name == "persons" and self.households and name not in labels
        # Of a column without a figure there is nothing to trust, or not.
        stated = status if is_figure and len(finite) else None
        unit = "households" if counted else kind.unit
        return Column(label, unit, kind.digits_of(finite), stated, kind.hidden)

    def _cell(self, row: int, value: Any, name: str, column: Column, table: str) -> Cell:
        """Return a cell as it is kept: a plain number, a known status, or words."""
        if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
            return None
        if column.unit == "status":
            return known_status(value)
        if column.is_figure:
            return _number(value, f"{table}, row {row}, {name}")
        return self._text(value, name)

    def _text(self, value: Any, name: str) -> str | None:
        """Return a cell of texts in the page's language."""
        kind = columns_of.COLUMNS.get(name)
        if isinstance(value, str):
            section = kind.word if kind is not None else None
            return self.words.text(Word(f"{section}.{value}", value)) if section else value
        if isinstance(value, Sentence | Figure | Interval | Units | Month | Word | ByLanguage):
            return self.words.text(value)
        return None if value is None or pd.isna(value) else str(value)

    def _named(self, name: str, caption: Sentence | None) -> tuple[str, str]:
        key = name if _KEY.fullmatch(name) else f"table-{len(self._tables) + 1}"
        if caption is not None:
            return key, self.words(caption)
        if f"table.{name}" not in catalogue(self.lang).texts:
            return key, name or key
        said = group_word(self.need_group) if self.need_group else Word("page.no_group")
        of = self.words.name(self.unit) if self.unit else ""
        return key, self.words(f"table.{name}", group=said, unit=of)

    def _record(self, asked: KeyFigureAsked) -> KeyFigure:
        """Keep a figure, or a finding in words, for the results file; return it written out."""
        label, status = self.words(asked.label), asked.status
        if not _KEY.fullmatch(asked.key):
            raise refusal(ReportError, "report_error.key", key=asked.key)
        kept: dict[str, Any] = {"key": asked.key, "label": label}
        if isinstance(asked.value, Sentence):
            text = self.words(asked.value)
            self._texts[asked.key] = {**kept, "value": text, "status": status}
            return KeyFigure(label, text, "", status)
        value = _number(asked.value.value, asked.key)
        unit, digits = numbers.known_unit(asked.value.unit), asked.value.digits
        low, high = (
            None if end is None or math.isnan(end) else _number(end, asked.key)
            for end in (asked.low, asked.high)
        )
        if (low is None) != (high is None) or (low is not None and low > (high or 0.0)):
            raise refusal(ReportError, "report_error.interval", key=asked.key, low=low, high=high)
        reason = ""
        if not math.isfinite(value):
            reason = self.words("report.infinite" if math.isinf(value) else "report.not_a_number")
        self._numbers[asked.key] = {
            **kept,
            "value": rounded(value),
            "unit": unit,
            "status": status,
            "low": rounded(low),
            "high": rounded(high),
            "digits": digits,
            **({"verdict": asked.verdict} if asked.verdict else {}),
            **({"reason": reason} if reason else {}),
        }
        written = self.lang, self.case.currency, digits
        text, name = numbers.parts(value, unit, *written)
        if low is not None and high is not None:
            ends = numbers.interval(low, high, unit, *written)
            reason = self.words("report.range", interval=ends)
        return KeyFigure(label, text, name, status, reason)

    def _of_changes(self) -> list[Sentence]:
        """Return what the analyst changed in the case: it stands on the first screen."""
        if not self.case.is_changed:
            return []
        changed = self.case.changes()
        units = [str(code) for code in dict.fromkeys(changed["unit"].dropna())]
        if not units:
            return [say("page.changed")]
        return [say("page.changed_units", units=Units(units))]


def _number(value: Any, where: str) -> float:
    """Return a number as Python's own int or float; a truth value is none."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return value.item() if isinstance(value, np.generic) else value
    raise refusal(ReportError, "report_error.no_number", where=where, value=value)


def _weakest_stated(statuses: Sequence[str]) -> str | None:
    if NOT_STATED in statuses:
        return NOT_STATED
    return weakest(statuses) if statuses else None


def _sorted(frame: pd.DataFrame, column: str, *, ascending: bool) -> pd.DataFrame:
    if column not in frame:
        raise refusal(ReportError, "report_error.no_sorting", column=column, known=listed(frame))
    return frame.sort_values(column, ascending=ascending, kind="stable", na_position="last")
