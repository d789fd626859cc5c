"""What several charts share: rows of units, figures beside marks, axes of shares and amounts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from numpy.typing import NDArray

from analysis.charts.chart import left_out
from analysis.charts.style import BODY, COLOURS, LETTER_COLOURS, SMALL
from analysis.charts.text import plain, shorten
from analysis.errors import ReportError
from analysis.fonts import width
from analysis.words.numbers import figure
from analysis.words.sentence import Sentence, Writer, say

# More rows than this are not read one by one: then the two ends are shown.
MOST_ROWS = 40
LONGEST_NAME = 22.0
# Shares further apart than this would crowd at one end of a linear axis.
_FAR_APART = 40.0
# Marks above 1 for ratios that reach so far; beyond, powers of ten.
_RATIO_TICKS = ((1.6, [1.1, 1.25, 1.5]), (4.5, [1.25, 1.5, 2, 3, 4]), (25, [2, 4, 10, 20]))


@dataclass(frozen=True)
class Rows:
    """Which units have a row in a chart, from the top down.

    Parameters
    ----------
    codes : tuple of str
        Units drawn: all of them, or the two ends of many.
    places : tuple of float
        Their heights in rows, 0 at the top; an empty row stands where units are left out.
    hidden : int
        Number of units left out between the two ends.
    """

    codes: tuple[str, ...]
    places: tuple[float, ...]
    hidden: int

    @property
    def count(self) -> float:
        """Rows to make room for."""
        return self.places[-1] + 1

    @property
    def remarks(self) -> list[Sentence]:
        """What is to be said of the units left out."""
        return left_out(self.hidden, "chart.hidden")

    def names(self, to: Writer) -> list[str]:
        """Return the units' names, cut to fit."""
        return [shorten(plain(to.name(code)), LONGEST_NAME) for code in self.codes]

    def room(self, to: Writer) -> float:
        """Return the width of the longest name, points."""
        return max(width(name) for name in self.names(to)) * BODY


def rows(ranked: Iterable[object], *, most: int = MOST_ROWS) -> Rows:
    """Choose the rows for units in the order given: all of them, or the two ends.

    Raises
    ------
    ReportError
        If there is no unit, or one is repeated.

    Examples
    --------
    >>> rows(["a", "b", "c", "d"], most=2)
    Rows(codes=('a', 'd'), places=(0.0, 2.0), hidden=2)
    """
    codes = [str(code) for code in ranked]
    if not codes:
        raise ReportError(
            "没有可画的单位：表中没有一行有数。",
            "There is no unit to draw: no row of the table holds a figure.",
        )
    if len(set(codes)) < len(codes):
        repeated = next(code for code in codes if codes.count(code) > 1)
        raise ReportError(
            f"单位 {repeated} 在表中重复出现：每个单位只能有一行。",
            f"Unit {repeated} is repeated in the table: give one row a unit.",
        )
    hidden = max(0, len(codes) - most)
    head = (most + 1) // 2
    if hidden:
        codes = [*codes[:head], *codes[head - most :]]
    places = tuple(float(place + (hidden > 0 and place >= head)) for place in range(len(codes)))
    return Rows(tuple(codes), places, hidden)


def label_rows(
    axes: Axes,
    chosen: Rows,
    to: Writer,
    *,
    names: Sequence[str] | None = None,
    room: float = 4.0,
    head: float = 0.0,
) -> None:
    """Write the names at the left, and how many units stand between the two ends.

    Parameters
    ----------
    names : sequence of str, optional
        In place of the units' own.
    room : float
        Points between a name and the axis.
    head : float
        Rows to leave empty above the first.
    """
    name_rows(axes, chosen.places, names or chosen.names(to), room=room, head=head)
    if not chosen.hidden:
        return
    gap = next(i for i, place in enumerate(chosen.places) if place != i)
    axes.axhline(gap, color=COLOURS["neutral"], linewidth=0.6, dashes=(1, 3))
    axes.annotate(
        to("chart.between", count=chosen.hidden),
        (0.5, gap),
        xycoords=("axes fraction", "data"),
        ha="center",
        va="center",
        fontsize=SMALL,
        color=COLOURS["neutral"],
        bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 2},
    )


def name_rows(
    axes: Axes,
    places: Sequence[float],
    names: Sequence[str],
    *,
    room: float = 4.0,
    head: float = 0.0,
) -> None:
    """Write what rows are called at the left, the first at the top."""
    axes.tick_params(axis="y", pad=room)
    axes.set_yticks(places, labels=names, fontsize=BODY, color=COLOURS["ink"])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(places[-1] + 0.5, -0.5 - head)


def beside(
    axes: Axes,
    x: float,
    y: float,
    words: str,
    role: str,
    *,
    left: bool = False,
    room: float = 4,
    over: bool = False,
) -> None:
    """Write a figure beside a mark.

    Parameters
    ----------
    role : str
        Of `style.COLOURS`.
    left : bool
        To the left of the mark rather than to its right.
    room : float
        Points between the two.
    over : bool
        Whether lines behind the words give way to them.
    """
    axes.annotate(
        words,
        (x, y),
        (-room if left else room, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center_baseline",
        fontsize=SMALL,
        color=LETTER_COLOURS[role],
        bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.6} if over else None,
        annotation_clip=False,
    )


def figures_column(
    axes: Axes, places: Iterable[float], figures: Sequence[str], header: str, *, room: float = 0.0
) -> None:
    """Write figures as a column at the right of the rows, its header above the first.

    Parameters
    ----------
    room : float
        For a column to the right of the first, in small grey letters: points it stands apart.
    """
    size, role = (SMALL, "neutral") if room else (BODY, "ink")
    cells = [(place, said, size, role) for place, said in zip(places, figures, strict=True)]
    for place, said, points, colour in [(-0.9, header, SMALL, "neutral"), *cells]:
        axes.annotate(
            said,
            (1, place),
            (76 + room, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="center_baseline",
            fontsize=points,
            color=COLOURS[colour],
            annotation_clip=False,
        )


def scale(axes: Axes, *, percents: bool = False, step: float = 0.0) -> None:
    """Mark the x axis, once it has limits, with a grid instead of a line.

    Parameters
    ----------
    percents : bool
        Whether its values are parts of 1 to be written as percentages.
    step : float
        Distance between marks; 0 for a round one.
    """
    round_ones = MaxNLocator(6, steps=[1, 2, 5, 10])
    axes.xaxis.set_major_locator(MultipleLocator(step) if step else round_ones)
    ticks = axes.get_xticks()
    step = float(ticks[1] - ticks[0]) * (100 if percents else 1)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    unit, end = ("percent", "%") if percents else ("count", "")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: figure(x, unit, digits) + end))
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)


def room_beside(axes: Axes, smallest: float, across: float) -> float:
    """Return the points names must keep from the axis for a figure left of its leftmost mark."""
    place = axes.transLimits.transform(axes.transScale.transform((smallest, 0.0)))[0] * across
    return min(max(4.0, 44.0 - float(place)), 44.0)


def spread(values: NDArray[np.float64], apart: float) -> NDArray[np.float64]:
    """Move values apart, upward, until their labels do not overlap.

    Examples
    --------
    >>> spread(np.array([0.0, 0.5, 9.0]), 2.0)
    array([0., 2., 9.])
    """
    order = np.argsort(values, kind="stable")
    places = values.astype(float)
    for below, above in itertools.pairwise(order):
        places[above] = max(places[above], places[below] + apart)
    return places


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


def interval_texts(low: pd.Series, high: pd.Series) -> list[str]:
    """Write the interval of each ratio, empty where there is none."""
    return [
        "" if math.isnan(a) or math.isnan(b) else f"{ratio_text(a)}–{ratio_text(b)}"
        for a, b in zip(low.astype(float), high.astype(float), strict=True)
    ]


def share_scale(axes: Axes, shares: NDArray[np.float64], top: float, across: float) -> float:
    """Give the x axis a scale for shares: logarithmic where they lie far apart.

    Parameters
    ----------
    shares : array
        Shares drawn, parts of 1.
    top : float
        The largest value drawn, whiskers included.
    across : float
        Width of the axes, points: so many marks are named as have room.

    Returns
    -------
    float
        The left edge: 0, or on a logarithmic axis where a share of 0 stands.
    """
    if not is_far_apart(shares):
        axes.set_xlim(0, top * 1.02 or 1)
        scale(axes, percents=True)
        return 0.0
    some = shares[shares > 0]
    edge = float(some.min()) * (0.5 if (shares == 0).any() else 0.9)
    axes.set_xscale("log")
    axes.set_xlim(edge, top * 1.04)
    decades = range(math.floor(math.log10(edge)), 1)
    steps = (1, 3) if top / edge < 5000 else (1,)
    ticks = [step * 10.0**power for power in decades for step in steps]
    ticks = [tick for tick in ticks if edge <= tick <= top * 1.04]
    labels = [f"{figure(tick * 100, 'plain', 0)}%" for tick in ticks]
    size = math.log(top * 1.04 / edge) / across
    kept = _with_room([math.log(tick / edge) / size for tick in ticks], labels)
    axes.set_xticks([ticks[i] for i in kept], labels=[labels[i] for i in kept])
    _gridded(axes)
    return edge


def is_far_apart(shares: NDArray[np.float64]) -> bool:
    """Tell whether shares would crowd at one end of a linear axis."""
    some = shares[shares > 0]
    return len(some) > 0 and some.max() / some.min() > _FAR_APART


def ratio_scale(axes: Axes, span: float) -> None:
    """Give the x axis a logarithmic scale for ratios, `span` times 1 to both sides of it."""
    axes.set_xscale("log")
    axes.set_xlim(1 / span, span)
    above = next((ticks for limit, ticks in _RATIO_TICKS if span <= limit), _powers(span))
    above = [tick for tick in above if tick <= span]
    below = [1 / tick for tick in above[::-1]]
    labels = [f"{tick:.2g}" if tick < 1 else f"{tick:g}" for tick in [*below, 1, *above]]
    axes.set_xticks([*below, 1, *above], labels=labels)
    _gridded(axes)
    axes.axvline(1, color=COLOURS["ink"], linewidth=1)


def amount_digits(largest_wan: float) -> int:
    """Return the decimals of amounts, in 万元, of which one is the largest.

    Examples
    --------
    >>> [amount_digits(largest) for largest in (4.0, 413.0, 25_000.0)]
    [2, 1, 0]
    """
    return 2 if largest_wan < 5 else 1 if largest_wan < 10_000 else 0


def amount_ticks(low: float, high: float, *, most: int = 5) -> tuple[list[float], list[str]]:
    """Return round amounts between `low` and `high`, at most about `most`, and how to write them.

    Examples
    --------
    >>> amount_ticks(0.0, 410.0)
    ([0.0, 100.0, 200.0, 300.0, 400.0], ['0', '100', '200', '300', '400'])
    """
    ticks = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high)
    step = float(ticks[1] - ticks[0])
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    near = 1e-9 * step
    inside = [float(tick) for tick in ticks if low - near <= tick <= high + near]
    return inside, [figure(tick, "count", digits) for tick in inside]


def fitting_ticks(low: float, high: float, across: float) -> tuple[list[float], list[str]]:
    """Return as many amounts as can be written side by side on `across` points.

    Examples
    --------
    >>> fitting_ticks(0.0, 4e9, 150)[1]
    ['0', '2,000,000,000', '4,000,000,000']
    """
    for most in (5, 4, 3, 2):
        ticks, labels = amount_ticks(low, high, most=most)
        widest = max((width(label) for label in labels), default=0.0) * SMALL
        apart = (ticks[1] - ticks[0]) / (high - low) * across if len(ticks) > 1 else across
        if widest + 8 <= apart:
            return ticks, labels
    return ticks[:1], labels[:1]


def amount_axis(axes: Axes, ticks: list[float], labels: list[str]) -> None:
    """Mark a vertical axis of amounts with a grid instead of a line."""
    axes.set_yticks(ticks, labels=labels)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)


def labels_room(labels: list[str]) -> float:
    """Return the points to leave at the left for the marks of a vertical axis."""
    return max(40.0, max(width(label) for label in labels) * SMALL + 10)


def end_labels(
    axes: Axes, ends: list[tuple[float, str, str]], *, height: float, apart: float = 11.0
) -> None:
    """Write what stands at the right end of lines, moved apart where they would overlap.

    Parameters
    ----------
    ends : list of (float, str, str)
        Value, words and role of the colour of each.
    height : float
        Of the axes, points.
    apart : float
        Points from one label to the next.
    """
    low, high = axes.get_ylim()
    places: list[float] = []
    order = sorted(range(len(ends)), key=lambda place: ends[place][0])
    for place in order:
        at = (ends[place][0] - low) / (high - low) * height
        # The lowest label keeps clear of the month names under the axis.
        places.append(max(at, places[-1] + apart if places else 5.0))
    # What was pushed over the top comes down again, and pushes down what lies under it.
    ceiling = height
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], ceiling)
        ceiling = places[index] - apart
    for at, place in zip(places, order, strict=True):
        _, said, role = ends[place]
        axes.annotate(
            said,
            (1, at / height),
            (6, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="left",
            va="center_baseline",
            fontsize=SMALL,
            color=LETTER_COLOURS[role],
            annotation_clip=False,
        )


def log_remark(far_apart: bool) -> list[Sentence]:
    """Return the remark that an axis is logarithmic."""
    return [say("chart.log_scale")] if far_apart else []


def _gridded(axes: Axes) -> None:
    axes.minorticks_off()
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)


def _with_room(places: list[float], labels: list[str]) -> list[int]:
    """Return which labels, in points along an axis, can be written, the last one first of all."""
    kept: list[int] = []
    end = math.inf
    for i in range(len(places) - 1, -1, -1):
        half = width(labels[i]) * SMALL / 2
        if places[i] + half + 4 <= end:
            kept.append(i)
            end = places[i] - half
    return kept[::-1]


def _powers(span: float) -> list[float]:
    most = math.floor(math.log10(span))
    step = max(1, math.ceil(most / 4))
    return [10.0**power for power in range(step, most + 1, step)]
