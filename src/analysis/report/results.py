"""What a notebook found: numbers, texts and tables, each with its unit and its status."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import pandas as pd

from analysis.errors import ReportError
from analysis.report import formats
from analysis.report.display import Column, Headline, KeyFigure, Table
from analysis.report.record import (
    Finding,
    number_record,
    table_record,
    table_statuses,
    text_record,
)
from analysis.report.status import banner, in_order, known_status
from analysis.report.values import plain_number, table_rows
from analysis.words import catalogue

MIME = "application/vnd.relief.results+json"
KEY_FIGURES = 3


@dataclass
class Results:
    """Collects what a notebook found; as its last expression it becomes the results file.

    Parameters
    ----------
    notebook : str
        Name of the notebook, without folder and ending.
    case_name : str
        Name of the case's data package.
    lang : str
        ``zh`` or ``en``: the language of labels, captions and the answer.
    currency : str
        Currency of the units ``wan`` (10,000) and ``one``.
    unit_code : str, optional
        The county or institution that the notebook is about; None for the whole case.

    Examples
    --------
    >>> results = Results("overview_report", "tacheng-2024", "en")
    >>> results.number("total", 413, unit="wan", status="official", label="Allocated")
    413
    >>> results.headline("Eight units share 4,130,000 yuan.", ["total"])
    Eight units share 4,130,000 yuan.
    Allocated: 4,130,000 yuan [official]
    This page uses official figures only.
    >>> results
    Results: numbers 1, tables 0 (official)
    """

    notebook: str
    case_name: str
    lang: str
    currency: str = field(default="CNY", kw_only=True)
    unit_code: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        self._words = catalogue(self.lang)
        self._numbers: dict[str, Finding] = {}
        self._texts: dict[str, Finding] = {}
        self._tables: dict[str, Table] = {}
        self._used: set[str] = set()
        self._answer = ""
        self._headline: list[str] = []
        self._notes: list[str] = []

    def number(
        self,
        key: str,
        value: float,
        *,
        unit: str,
        status: str,
        label: str,
        low: float | None = None,
        high: float | None = None,
        digits: int | None = None,
        verdict: str | None = None,
    ) -> float:
        """Record a number and return it.

        A number that is not finite is recorded as empty, with the reason.

        Parameters
        ----------
        key : str
            Its name in the results file: letters, digits, ``_``, ``.`` and ``-``.
        value : float
            In `unit`; a part of 1 where that is ``percent`` or ``odds``.
        unit : str
            One of `formats.UNITS`.
        status : str
            official, estimate, assumption or synthetic.
        label : str
            What it is, in the report's language.
        low, high : float, optional
            Ends of its interval, both or neither.
        digits : int, optional
            Decimals that a reader sees; by default what is usual for the unit.
        verdict : str, optional
            What is concluded of a ratio: ``below``, ``even`` or ``above`` 1, or ``undecided``.

        Returns
        -------
        float
            `value` as a Python number.

        Raises
        ------
        ReportError
            If `value` is no number, the interval is upside down or half, the unit or status is
            unknown, or `key` already stands for something else.
        """
        plain = plain_number(value, key)
        ends = [None if end is None else _end(plain_number(end, key)) for end in (low, high)]
        _check_interval(key, ends[0], ends[1])
        finding = Finding(
            label=label,
            value=plain,
            status=known_status(status),
            unit=formats.known_unit(unit),
            low=ends[0],
            high=ends[1],
            digits=digits,
            verdict=verdict,
            reason=self._reason(plain),
        )
        self._record(self._numbers, key, finding)
        return plain

    def text(self, key: str, value: str, *, status: str, label: str) -> str:
        """Record a finding that is no number, such as the name of a month, and return it.

        Raises
        ------
        ReportError
            If `value` is no text, the status is unknown, or `key` stands for something else.
        """
        if not isinstance(value, str):
            raise ReportError(
                f"“{key}”的值 {value!r} 不是文字。数字请用 results.number 记录。",
                f"The value of {key!r}, {value!r}, is no text. Record numbers by results.number.",
            )
        self._record(self._texts, key, Finding(label, value, known_status(status)))
        return value

    def table(
        self,
        key: str,
        frame: pd.DataFrame,
        *,
        caption: str,
        columns: Mapping[str, Column],
        status: str,
    ) -> Table:
        """Record a table, all its rows, and return it for display.

        Parameters
        ----------
        key : str
            Its name in the results file.
        frame : DataFrame
            Holds `columns`; a named index counts as a column.
        caption : str
            What the table shows, in the report's language.
        columns : mapping of str to Column
            The columns to take, in order.
        status : str
            Status of the figures where a column or a ``status`` cell says nothing else.

        Raises
        ------
        ReportError
            If a column is missing or a cell does not fit its column.
        """
        _check_key(key)
        known = self._tables.get(key)
        if known is not None and known.caption != caption:
            raise _taken(key)
        self._tables[key] = Table(
            lang=self.lang,
            currency=self.currency,
            caption=caption,
            columns=dict(columns),
            rows=table_rows(key, frame, columns),
            status=known_status(status),
            key=key,
        )
        return self._tables[key]

    def headline(
        self, answer: str, keys: Sequence[str] = (), notes: Iterable[str] = ()
    ) -> Headline:
        """Set the answer and the key figures of the first screen, and return them for display.

        Parameters
        ----------
        answer : str
            One sentence.
        keys : sequence of str
            Up to three keys of recorded numbers or texts.
        notes : iterable of str
            Further findings, a sentence each, and what to know before using the figures.

        Raises
        ------
        ReportError
            If a key was not recorded or there are more than three.
        """
        if len(keys) > KEY_FIGURES:
            raise ReportError(
                f"首屏最多 {KEY_FIGURES} 个关键数字，这里有 {len(keys)} 个。",
                f"The first screen takes at most {KEY_FIGURES} key figures, not {len(keys)}.",
            )
        figures = tuple(self._key_figure(key) for key in keys)
        self._answer, self._headline, self._notes = answer, list(keys), list(notes)
        return Headline(
            lang=self.lang,
            currency=self.currency,
            answer=answer,
            figures=figures,
            banner=banner(self.statuses(), self.lang),
            notes=tuple(self._notes),
        )

    def use(self, statuses: Iterable[str]) -> None:
        """Count the statuses of figures that a sentence or a chart rests on without showing them.

        Raises
        ------
        ReportError
            If a status is unknown.
        """
        self._used |= {known_status(status) for status in statuses}

    def statuses(self) -> list[str]:
        """Return every status used so far, the most trustworthy first."""
        findings = [*self._numbers.values(), *self._texts.values()]
        used = self._used | {finding.status for finding in findings}
        for table in self._tables.values():
            used |= table_statuses(table)
        return in_order(used)

    def as_json(self) -> dict[str, Any]:
        """Return everything recorded as values that JSON can hold, in a fixed order."""
        return {
            "notebook": self.notebook,
            "case": self.case_name,
            "unit_code": self.unit_code,
            "lang": self.lang,
            "currency": self.currency,
            "answer": self._answer,
            "headline": list(self._headline),
            "notes": list(self._notes),
            "statuses": self.statuses(),
            "numbers": [number_record(key, found) for key, found in self._numbers.items()],
            "texts": [text_record(key, found) for key, found in self._texts.items()],
            "tables": {key: table_record(table) for key, table in self._tables.items()},
        }

    def __repr__(self) -> str:
        names = [self._words(f"status.{status}") for status in self.statuses()]
        return self._words(
            "report.results_line",
            numbers=len(self._numbers),
            tables=len(self._tables),
            statuses=reduce(
                lambda before, item: self._words("report.list_more", before=before, item=item),
                names or [self._words("report.no_statuses")],
            ),
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {MIME: self.as_json(), "text/plain": repr(self)}

    def _record(self, findings: dict[str, Finding], key: str, finding: Finding) -> None:
        _check_key(key)
        other = self._texts if findings is self._numbers else self._numbers
        known = findings.get(key)
        # A cell that an analyst runs again records the same finding again; that is no clash.
        if key in other or (known and (known.label, known.unit) != (finding.label, finding.unit)):
            raise _taken(key)
        findings[key] = finding

    def _key_figure(self, key: str) -> KeyFigure:
        if key in self._texts:
            found = self._texts[key]
            return KeyFigure(found.label, str(found.value), "", found.status)
        if key not in self._numbers:
            known = ", ".join([*self._numbers, *self._texts])
            raise ReportError(
                f"首屏引用的“{key}”没有记录。已记录：{known}。",
                f"The headline names {key!r}, which was not recorded. Recorded: {known}.",
            )
        found = self._numbers[key]
        unit, digits = str(found.unit), found.digits
        value = found.value if isinstance(found.value, int | float) else None
        text, name = formats.parts(value, unit, self.lang, self.currency, digits)
        between = found.reason
        if found.low is not None and found.high is not None:
            ends = formats.interval(found.low, found.high, unit, self.lang, self.currency, digits)
            between = self._words("report.range", interval=ends)
        return KeyFigure(found.label, text, name, found.status, between)

    def _reason(self, value: float) -> str:
        if math.isnan(value):
            return self._words("report.not_a_number")
        return self._words("report.infinite") if math.isinf(value) else ""


def read_results(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an executed notebook's `Results` held.

    Parameters
    ----------
    notebook : NotebookNode

    Raises
    ------
    ReportError
        If the notebook shows no results.
    """
    found = find_results(notebook)
    if found is None:
        raise ReportError(
            "笔记本没有给出结果：最后一个代码单元须为 results（Results 对象）。",
            "The notebook shows no results: end its last code cell with the Results object.",
        )
    return found


def find_results(notebook: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what an executed notebook's `Results` held; None where it shows none.

    Parameters
    ----------
    notebook : NotebookNode
    """
    found: dict[str, Any] | None = None
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            found = output.get("data", {}).get(MIME, found)
    return found


def key_findings(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the numbers and texts that the headline names, in its order.

    Parameters
    ----------
    results : mapping
        As `read_results` returns it.
    """
    found = {item["key"]: item for item in [*results["numbers"], *results["texts"]]}
    return [found[key] for key in results["headline"]]


def _check_key(key: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", key):
        raise ReportError(
            f"名称“{key}”不可用：只用字母、数字、下划线、点和连字符。",
            f"The key {key!r} will not do: use letters, digits, '_', '.' and '-'.",
        )


def _taken(key: str) -> ReportError:
    return ReportError(
        f"名称“{key}”已用于另一项结果。请换一个名称。",
        f"The key {key!r} already stands for another finding. Choose another key.",
    )


def _end(value: float) -> float | None:
    return None if math.isnan(value) else value


def _check_interval(key: str, low: float | None, high: float | None) -> None:
    if low is None and high is None:
        return
    if low is None or high is None or low > high:
        raise ReportError(
            f"“{key}”的区间 {low} 至 {high} 不成立：两端都要给出，且下限不大于上限。",
            f"The interval of {key!r}, {low} to {high}, is none: give both ends, low first.",
        )
