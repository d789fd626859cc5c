"""Amounts of money on an axis and beside a line: round marks, written so that they fit."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.errors import ReportError
from analysis.figures.look import COLOURS, SMALL
from analysis.figures.scenario_marks import signed, written
from analysis.figures.text import decimal
from analysis.fonts import width
from analysis.words import catalogue


def amount_text(value_wan: float, largest_wan: float) -> str:
    """Write an amount with as many decimals as suits the largest one beside it.

    Examples
    --------
    >>> amount_text(3.14159, 413.0), amount_text(3.14159, 4.0), amount_text(0.0, 4.0)
    ('3.1', '3.14', '0')
    """
    return written(value_wan, amount_digits(largest_wan))


def amount_digits(largest_wan: float) -> int:
    """Return the decimals of amounts, in 万元, of which one is the largest.

    Examples
    --------
    >>> [amount_digits(largest) for largest in (4.0, 413.0, 25_000.0)]
    [2, 1, 0]
    """
    return 2 if largest_wan < 5 else 1 if largest_wan < 10_000 else 0


def money_text(
    value_wan: float, lang: str, currency: str, digits: int = 1, *, sign: bool = False
) -> str:
    """Write an amount in a sentence, rounded alike in both languages.

    English readers do not count in ten thousands.

    Examples
    --------
    >>> money_text(123.456, "zh", "CNY"), money_text(123.456, "en", "CNY")
    ('123.5 万元', '1,235,000 yuan')
    >>> money_text(0.00012, "en", "USD", sign=True), money_text(math.nan, "en", "CNY")
    ('+1 dollars', '—')
    """
    if math.isnan(value_wan):
        return "—"
    write = signed if sign else written
    if lang == "en" and math.isfinite(value_wan) and value_wan:
        if not round(abs(value_wan), digits):
            digits = -math.floor(math.log10(abs(value_wan)))
        value, digits, unit = 10_000 * round(value_wan, digits), max(0, digits - 4), "one"
    else:
        value, unit = value_wan, "one" if lang == "en" else "wan"
    return f"{write(value, digits)} {catalogue(lang)(f'unit.{unit}_{currency}')}"


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
    return inside, [decimal(tick, digits) for tick in inside]


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


def labels_room(labels: list[str]) -> float:
    """Return the points to leave at the left for the marks of a vertical axis."""
    return max(40.0, max(width(label) for label in labels) * SMALL + 10)


def amount_axis(axes: Axes, ticks: list[float], labels: list[str]) -> None:
    """Mark a vertical axis of amounts with a grid instead of a line."""
    axes.set_yticks(ticks, labels=labels)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)


def end_labels(
    axes: Axes, ends: list[tuple[float, str, str]], *, height: float, apart: float = 11.0
) -> None:
    """Write what stands at the right end of lines, moved apart where they would overlap.

    Parameters
    ----------
    axes : Axes
        The drawing, with its limits.
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
            color=COLOURS[role],
            annotation_clip=False,
        )


def whole_months(index: pd.Index, what: str) -> list[int]:
    """Return the months of a table's index, which are whole numbers from 1, each once.

    Raises
    ------
    ReportError
        If one is none, or comes twice; `what` is the table's name in the message.
    """
    months = list(index)
    good = all(
        isinstance(month, (int, np.integer)) and not isinstance(month, bool) and month >= 1
        for month in months
    )
    if not good or len(set(months)) < len(months):
        listed = ", ".join(str(month) for month in months[:12])
        raise ReportError(
            f"{what} 的月份应为不重复的正整数；得到：{listed}。",
            f"The months of {what} are whole numbers from 1, each once; given: {listed}.",
        )
    return [int(month) for month in months]
