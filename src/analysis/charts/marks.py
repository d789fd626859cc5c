"""What several charts share: a row for each unit, figures beside marks, scales, months.

A chart of units has a row for each, or for the two ends of many: their names at the left, columns
of figures at the right.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator, MultipleLocator
from numpy.typing import NDArray

from analysis.charts.chart import left_out
from analysis.charts.style import (
    ACROSS,
    BODY,
    COLOURS,
    DOWN,
    HAIRLINE,
    PARTS,
    SMALL,
    Canvas,
    few_lines,
)
from analysis.errors import ReportError
from analysis.fonts import width
from analysis.words.numbers import NOTHING, cell, default_digits, figure, in_a_wan, unit_name
from analysis.words.sentence import Month, Sentence, Writer, say

Marks = tuple[list[float], list[str]]
# What stands at the right end of a line: its value, words and the role of their colour.
End = tuple[float, str, str]

# Shares further apart than this would crowd at one end of a linear axis.
_FAR_APART = 40.0
# Marks above 1 for ratios that reach so far; beyond, powers of ten.
_RATIO_MARKS = ((1.6, [1.1, 1.25, 1.5]), (4.5, [1.25, 1.5, 2, 3, 4]), (25, [2, 4, 10, 20]))
# More names of months than this do not fit side by side.
_MOST_MONTHS = 14
# Points from the name of one line's end to the next, and of the lowest to the month names.
_LABELS_APART, _CLEAR = 11.0, 5.0
# More rows than this are not read one by one: then the two ends are shown.
MOST_ROWS = 40
# Points that a line of a name takes, and the ems of names of one line and of two.
_LINE, _LONGEST_NAME = 12.0, {1: 22.0, 2: 15.5}
# Of many units, a unit's own chart has so many at each end, and beside it on either side.
_ENDS, _NEIGHBOURS = 3, 5
# Points from the marks of a row to its figures, and from one column of figures to the next.
_APART, _GAP = 14.0, 12.0
# Rows from the first one to what is written above it.
ABOVE = 0.9


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a chart, from the top down.

    Parameters
    ----------
    frame : DataFrame, index unit_code
        Of the units drawn. A column ``name`` holds what a row is called, where not by its unit.
    places : array
        Their heights in rows, 0 at the top; an empty row stands where units are left out.
    hidden : int
        Number of units left out between the two ends of many.
    heads : sequence of str
        What stands before each name.
    ranked : int
        Number of units among which `heads` gives the ranks; 0 where they are not ranks.
    """

    frame: pd.DataFrame
    places: NDArray[np.float64]
    hidden: int = 0
    heads: Sequence[str] = ()
    ranked: int = 0

    @property
    def remarks(self) -> list[Sentence]:
        """What is to be said of the units left out."""
        if self.ranked:
            count = self.ranked - len(self.frame)
            return [say("chart.ranked", total=self.ranked, count=count)]
        return left_out(self.hidden, "chart.hidden")

    def names(self, to: Writer, step: float = 20.0) -> list[list[str]]:
        """Return what the rows are called, in lines that fit into `step` points."""
        named = map(to.name, map(str, self.frame.index))
        if "name" in self.frame:
            named = map(to.text, self.frame["name"])
        heads = self.heads or [""] * len(self.places)
        lines = int(step // _LINE)
        return [
            few_lines(head + name, _LONGEST_NAME[lines], lines)
            for head, name in zip(heads, named, strict=True)
        ]

    def room(self, to: Writer, step: float = 20.0) -> float:
        """Return the points that names take at the left."""
        return widest(itertools.chain(*self.names(to, step)), BODY) + 10

    def canvas(
        self,
        to: Writer,
        *,
        left: float = 0.0,
        right: float = 0.0,
        below: float = 18.0,
        head: float = 0.0,
        step: float = 20.0,
        columns: Sequence[tuple[str, Sequence[str]]] = (),
    ) -> Canvas:
        """Return a canvas with the rows' names at its left and columns of figures at its right.

        Parameters
        ----------
        left, right, below, step : float, points
            Room for what is written at the ends of marks, and under them; from row to row.
        head : float
            Rows above the first one; with columns there is one for their heads.
        columns : sequence of (str, sequence of str)
            Head and figures of each; one without figures is left out.
        """
        columns = [(said, texts) for said, texts in columns if any(texts)]
        head = ABOVE if columns else head
        edges = [right]
        for said, texts in columns:
            if len(edges) == 1:
                # The first head may stand over what is written at the ends of marks.
                edges.append(max(right + _APART + widest(texts, BODY), widest([said])))
            else:
                edges.append(edges[-1] + _GAP + widest([said, *texts]))
        canvas = Canvas(
            (self.places[-1] + 1 + head) * step + 2,
            left=self.room(to, step) + left,
            right=edges[-1] + 4,
            below=below,
        )
        canvas.axes.set_ylim(self.places[-1] + 0.5, -0.5 - head)
        for place, lines in zip(self.places, self.names(to, step), strict=True):
            name, shift = "\n".join(lines), (-left - 4, 0.0)
            canvas.write(name, 0, place, "ink", shift=shift, where=ACROSS, ha="right", size=BODY)
        # The first column is the one to read; what follows it is small and grey.
        sizes = [BODY, *[SMALL] * len(columns)]
        for (said, texts), edge, size in zip(columns, edges[1:], sizes, strict=False):
            role = "ink" if size == BODY else "neutral"
            at: dict[str, Any] = {"shift": (edge, 0.0), "where": ACROSS, "ha": "right"}
            canvas.write(said, 1, -ABOVE, **at)
            for place, text in zip(self.places, texts, strict=True):
                canvas.write(text, 1, place, role, **at, size=size)
        if self.hidden:
            gap = next(i for i, place in enumerate(self.places) if place != i)
            canvas.axes.axhline(gap, color=COLOURS["neutral"], linewidth=0.6, dashes=(1, 3))
            said = to("chart.between", count=self.hidden)
            canvas.write(said, 0.5, gap, where=ACROSS, ha="center", over=True)
        return canvas

    def heat(
        self,
        canvas: Canvas,
        text: Callable[[float], str],
        fill: Callable[[float], Any],
        ink: Callable[[float], str],
    ) -> None:
        """Draw the figures as the cells of a heat map, each with its text."""
        canvas.axes.set_xlim(-0.5, self.frame.shape[1] - 0.5)
        for column, values in enumerate(self.frame.to_numpy(dtype=float).T):
            fills = [fill(value) for value in values]
            canvas.axes.barh(self.places, 0.96, 0.92, column - 0.48, color=fills)
            for place, value in zip(self.places, values, strict=True):
                canvas.write(text(value), column, place, ink(value), ha="center")

    def staggered(
        self,
        canvas: Canvas,
        drawn: pd.DataFrame,
        looks: Sequence[tuple[str, str, str]],
        text: Callable[[float], str],
    ) -> None:
        """Draw a mark for each column of `drawn`, and write the lowest and the highest figure.

        What lies beyond the axis stands at its edge. `looks` are the meaning of each mark, the role
        of its colour, and its shape.
        """
        edges = canvas.axes.get_xlim()
        low, high = drawn.min(axis=1), drawn.max(axis=1)
        left, right, inside = low.clip(*edges), high.clip(*edges), drawn.clip(*edges)
        canvas.spans(self.places, left, right, "grid", lw=2.6)
        how: dict[str, Any] = {"room": 6, "over": True}
        for place, start, end, *ends in zip(self.places, left, right, low, high, strict=True):
            least, most = map(text, ends)
            canvas.beside(most, end, place, "neutral", **how)
            if least != most:
                canvas.beside(least, start, place, "neutral", left=True, **how)
        # Each mark has its own height in the row, so that equal figures are all seen.
        apart = min(0.14, 0.45 / max(1, len(looks) - 1))
        how = {"ms": 5.5, "mew": 0.5, "mec": COLOURS["paper"]}
        for step, (words, role, shape) in enumerate(looks):
            places = self.places + (step - (len(looks) - 1) / 2) * apart
            canvas.dots(inside.iloc[:, step], places, role, words, marker=shape, **how)


def rows(ranked: pd.DataFrame, *, around: str | None = None) -> Rows:
    """Choose the rows for units in the order given: all of them, or the two ends of many.

    Parameters
    ----------
    ranked : DataFrame, index unit_code
    around : str, optional
        A unit that the chart is about: of many, it and its neighbours are drawn, with their ranks.

    Examples
    --------
    >>> chosen = rows(pd.DataFrame({"ratio": range(50)}, [f"u{place}" for place in range(50)]))
    >>> chosen.frame.index[19:21].tolist(), chosen.places[19:21].tolist(), chosen.hidden
    (['u19', 'u30'], [19.0, 21.0], 10)
    """
    if not ranked.index.is_unique:
        repeated = ranked.index[ranked.index.duplicated()][0]
        raise ReportError(
            f"单位 {repeated} 在表中重复出现：每个单位只能有一行。",
            f"Unit {repeated} is repeated in the table: give one row a unit.",
        )
    count, half, at = len(ranked), MOST_ROWS // 2, np.arange(len(ranked), dtype=float)
    if count <= MOST_ROWS:
        return Rows(ranked, at)
    if around is None:
        kept = [*range(half), *range(count - half, count)]
        gap = np.repeat((0.0, 1.0), half)
        return Rows(ranked.iloc[kept], at[:MOST_ROWS] + gap, count - MOST_ROWS)
    middle = [str(code) for code in ranked.index].index(around)
    near = range(max(0, middle - _NEIGHBOURS), min(count, middle + _NEIGHBOURS + 1))
    kept = sorted({*range(_ENDS), *near, *range(count - _ENDS, count)})
    # Half a row stands for those left out.
    steps = np.where(np.diff(kept) == 1, 1.0, 1.5)
    heads = [f"{'→ ' if place == middle else ''}{place + 1:,} " for place in kept]
    return Rows(ranked.iloc[kept], np.append(0.0, steps.cumsum()), heads=heads, ranked=count)


def ratio_text(ratio: float) -> str:
    """Write a ratio: two decimals, more for a very small one, none for a large one.

    Examples
    --------
    >>> [ratio_text(ratio) for ratio in (1.234, 0.0042, 700.4, 0, math.inf, math.nan)]
    ['1.23', '0.004', '700', '0.00', '∞', '—']
    """
    if 0 < ratio < 0.0001:
        return "<0.0001"
    small = 0 < ratio < 0.005
    digits = -math.floor(math.log10(ratio)) if small else 0 if 100 <= ratio < math.inf else 2
    return figure(ratio, "ratio", digits)


def share_text(share: float) -> str:
    """Write a share of 1 in per cent: one decimal, below 1 % two figures that count.

    Examples
    --------
    >>> [share_text(share) for share in (0.7128, 0.00123, 0.000056, 1e-9, 0)]
    ['71.3%', '0.12%', '0.0056%', '<0.0001%', '0%']
    """
    if 0 < share < 1e-6:
        return "<0.0001%"
    if share == 0:
        return "0%"
    digits = 1 - math.floor(math.log10(share * 100)) if share < 0.01 else 1
    return f"{figure(share, 'percent', digits)}%"


def part_text(part: float, *, signed: bool = False) -> str:
    """Write a part of 1 in per cent with one decimal, thousands of per cent without.

    Examples
    --------
    >>> part_text(0.0512), part_text(0.2, signed=True), part_text(-0.2), part_text(math.nan)
    ('5.1%', '+20.0%', '−20.0%', '—')
    """
    if math.isnan(part):
        return NOTHING
    text = f"{figure(part, 'percent', 0 if abs(part) >= 10 else 1)}%"
    return f"+{text}" if signed and part > 0 else text


def range_texts(
    low: Iterable[float], high: Iterable[float], text: Callable[[float], str], nothing: str = ""
) -> list[str]:
    """Write the two ends of each interval, one where both read the same, `nothing` for none."""
    pairs = [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
    return [
        nothing if math.isnan(a + b) else "–".join(dict.fromkeys((text(a), text(b))))
        for a, b in pairs
    ]


def widest(texts: Iterable[str], size: float = SMALL) -> float:
    """Return the points that the longest of some texts takes."""
    return max((width(text) for text in texts), default=0.0) * size


def round_marks(
    low: float, high: float, *, most: int = 6, step: float = 0.0, percents: bool = False
) -> Marks:
    """Return round values between `low` and `high`, and how to write them.

    Parameters
    ----------
    most : int
        About how many, where `step` does not say how far they are apart.
    percents : bool
        Whether values are parts of 1, to be written as percentages.

    Examples
    --------
    >>> round_marks(0.0, 410.0), round_marks(0.0, 0.02, step=0.01, percents=True)[1]
    (([0.0, 100.0, 200.0, 300.0, 400.0], ['0', '100', '200', '300', '400']), ['0%', '1%', '2%'])
    """
    locator = MultipleLocator(step) if step else MaxNLocator(most, steps=[1, 2, 5, 10])
    values = locator.tick_values(low, high)
    step = float(values[1] - values[0])
    digits = max(0, -math.floor(math.log10(step * (100 if percents else 1)) + 1e-9))
    unit, end = ("percent", "%") if percents else ("count", "")
    near = 1e-9 * step
    inside = [float(value) for value in values if low - near <= value <= high + near]
    return inside, [figure(value, unit, digits) + end for value in inside]


def number_scale(
    canvas: Canvas, low: float, high: float, *, percents: bool = False, step: float = 0.0
) -> None:
    """Give the x axis a linear scale."""
    canvas.axes.set_xlim(low, high)
    canvas.marks("x", *round_marks(low, high, step=step, percents=percents))


def share_scale(canvas: Canvas, shares: NDArray[np.float64], top: float) -> float:
    """Give the x axis a scale for shares up to `top`: logarithmic where they lie far apart.

    Returns
    -------
    float
        The left edge: 0, or on a logarithmic axis where a share of 0 stands.
    """
    if not is_far_apart(shares):
        number_scale(canvas, 0, top * 1.02 or 1, percents=True)
        return 0.0
    edge = float(shares[shares > 0].min()) * (0.5 if (shares == 0).any() else 0.9)
    canvas.axes.set_xscale("log")
    canvas.axes.set_xlim(edge, top * 1.04)
    marks = _decades(edge / 10, top * 1.04)
    if top / edge < 5000:
        marks = [part * mark for mark in marks for part in (1, 3)]
    marks = [mark for mark in marks if edge <= mark <= top * 1.04]
    canvas.marks("x", marks, [f"{figure(mark * 100, 'plain', 0)}%" for mark in marks])
    return edge


def is_far_apart(shares: NDArray[np.float64]) -> bool:
    """Tell whether shares would crowd at one end of a linear axis."""
    some = shares[shares > 0]
    return len(some) > 0 and some.max() / some.min() > _FAR_APART


def ratio_scale(canvas: Canvas, ratios: NDArray[np.float64]) -> tuple[float, float]:
    """Give the x axis a logarithmic scale around 1 that holds some ratios; return its ends.

    What has no place on it, 0 and infinity, stands at an end, clear of what has one.
    """
    inner = ratios[np.isfinite(ratios) & (ratios > 0)]
    span = 1.05 * max([1.25, *(max(float(ratio), 1 / float(ratio)) for ratio in inner)])
    if len(inner) < np.count_nonzero(~np.isnan(ratios)):
        span = span**1.15 * 1.05
    canvas.axes.set_xscale("log")
    canvas.axes.set_xlim(1 / span, span)
    above = next((marks for limit, marks in _RATIO_MARKS if span <= limit), _decades(10, span))
    above = [mark for mark in above if mark <= span]
    marks = [*(1 / mark for mark in above[::-1]), 1, *above]
    canvas.marks("x", marks, [f"{mark:.2g}" if mark < 1 else f"{mark:g}" for mark in marks])
    canvas.axes.axvline(1, color=COLOURS["ink"], linewidth=1)
    return 1 / span, span


def line_canvas(
    limits: tuple[float, float],
    marks: Marks,
    ends: Sequence[End],
    *,
    height: float = 190.0,
    below: float = 30.0,
) -> Canvas:
    """Return a canvas for lines, its vertical axis marked and the lines named at their ends.

    Parameters
    ----------
    limits : (float, float)
        Of the vertical axis.
    ends : sequence of (float, str, str)
        Value, words and role of the colour of each; they are moved apart where they overlap.
    """
    left = max(40.0, widest(marks[1]) + 10)
    right = max(24.0, widest(said for _, said, _ in ends) + 10)
    canvas = Canvas(height, left=left, right=right, below=below)
    canvas.axes.set_ylim(*limits)
    canvas.marks("y", *marks)
    low, high = limits
    canvas.axes.axhline(low, color=COLOURS["neutral"], lw=HAIRLINE, clip_on=False)
    ranked = sorted(ends, key=lambda end: end[0])
    places = _spread([(value - low) / (high - low) * height for value, _, _ in ranked], height)
    for at, (_, said, role) in zip(places, ranked, strict=True):
        canvas.write(said, 1, at / height, role, shift=(6, 0), where=PARTS)
    return canvas


def money_canvas(limits_wan: tuple[float, float], ends: Sequence[End], to: Writer) -> Canvas:
    """Return a canvas for lines of money, 万元, marked in the reader's unit."""
    many = in_a_wan(to.lang, to.currency)
    marks, labels = round_marks(*(limit * many for limit in limits_wan), most=5)
    in_wan = [mark / many for mark in marks]
    canvas = line_canvas(limits_wan, (in_wan, labels), ends)
    words = unit_name("wan", to.lang, to.currency)
    canvas.write(words, 0, 1, shift=(3, -2), where=PARTS, va="top")
    return canvas


def along_months(canvas: Canvas, to: Writer, count: int, *, named: bool = True) -> None:
    """Let the axis run along months 1 to `count`, and mark where a fiscal year closes."""
    # A single month needs some room.
    canvas.axes.set_xlim(min(0.9, count - 0.1), max(count, 1.1))
    month_axis(canvas, to, count)
    for month in range(1, count + 1):
        if year_month(to.start, month)[1] != 12:
            continue
        canvas.axes.axvline(month, color=COLOURS["neutral"], lw=0.8, ls=(0, (1, 2)))
        if named:
            shift, side = ((-4, -8), "right") if month > 1 else ((4, -8), "left")
            words = to("stock_chart.year_end")
            canvas.write(words, month, 1, shift=shift, where=DOWN, ha=side, va="baseline")


def month_axis(canvas: Canvas, to: Writer, count: int, *, first: float = 1) -> None:
    """Name months 1 (at `first`) to `count` under the axis, with each year under its first."""
    names, year_before = to("stock_chart.months").split(), 0
    for month in range(1, count + 1, math.ceil(count / _MOST_MONTHS)):
        year, name = year_month(to.start, month)
        label = names[name - 1]
        if year != year_before:
            label += f"\n{to('stock_chart.year', year=str(year))}"
        year_before, at = year, first + month - 1
        canvas.write(label, at, 0, shift=(0, -6), where=DOWN, ha="center", va="top")


def year_month(start: str, month: int) -> tuple[int, int]:
    """Return the calendar year and month (1-12) of month number `month` of a case.

    Examples
    --------
    >>> year_month("2023-11", 3)
    (2024, 1)
    """
    year, _, first = start.partition("-")
    count = int(year) * 12 + int(first) + month - 2
    return count // 12, count % 12 + 1


def month_names(months: Sequence[int]) -> list[Sentence]:
    """Return the names of months, for the first column of a chart's numbers."""
    return [say("stock_chart.month", month=Month(int(month))) for month in months]


def money_texts(amounts_wan: Iterable[float], to: Writer, *, signed: bool = False) -> list[str]:
    """Write amounts that stand beside each other, without their unit.

    Examples
    --------
    >>> money_texts([3.14159, 413.0], Writer("zh")), money_texts([413.0], Writer("zh"), signed=True)
    (['3.1', '413.0'], ['+413'])
    """
    amounts = list(amounts_wan)
    digits = default_digits("wan", amounts)
    texts = [cell(amount, "wan", to.lang, to.currency, digits) for amount in amounts]
    pairs = zip(amounts, texts, strict=True)
    return [f"+{text}" if signed and amount > 0 else text for amount, text in pairs]


def _spread(places: list[float], height: float) -> list[float]:
    """Move ascending places apart, within a height."""
    apart: list[float] = []
    for place in places:
        apart.append(max(place, apart[-1] + _LABELS_APART if apart else _CLEAR))
    # What was pushed over the top comes down again, and pushes down what lies under it.
    ceiling = height
    for index in range(len(apart) - 1, -1, -1):
        apart[index] = min(apart[index], ceiling)
        ceiling = apart[index] - _LABELS_APART
    return apart


def _decades(low: float, high: float) -> list[float]:
    """Return powers of ten from `low` to `high`, of many some."""
    powers = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    return [10.0**power for power in powers[:: 1 + len(powers) // 6]]
