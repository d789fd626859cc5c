"""Months and money along a chart's axes: names of months, ends of years, amounts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from analysis.charts.marks import amount_ticks
from analysis.charts.style import COLOURS, SMALL
from analysis.words.money import money_unit
from analysis.words.numbers import cell, default_digits, unit_name
from analysis.words.sentence import Month, Sentence, Writer, say

# More names of months than this do not fit side by side.
_MOST = 14
_SHORT = (
    "stock_chart.jan",
    "stock_chart.feb",
    "stock_chart.mar",
    "stock_chart.apr",
    "stock_chart.may",
    "stock_chart.jun",
    "stock_chart.jul",
    "stock_chart.aug",
    "stock_chart.sep",
    "stock_chart.oct",
    "stock_chart.nov",
    "stock_chart.dec",
)


def month_names(months: Sequence[int]) -> list[Sentence]:
    """Return the names of months, for the first column of a chart's numbers."""
    return [say("stock_chart.month", month=Month(int(month))) for month in months]


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


def label_months(axes: Axes, to: Writer, count: int, *, first: float = 1) -> None:
    """Name months 1 to `count` on the x axis, with the year under the first of each year.

    Parameters
    ----------
    first : float
        Where month 1 stands on the axis.
    """
    months = range(1, count + 1, math.ceil(count / _MOST))
    labels, year_before = [], 0
    for month in months:
        year, name = year_month(to.start, month)
        label = to(_SHORT[name - 1])
        labels.append(
            label if year == year_before else f"{label}\n{to('stock_chart.year', year=str(year))}"
        )
        year_before = year
    axes.tick_params(axis="x", pad=6)
    axes.set_xticks([first + month - 1 for month in months], labels=labels)


def year_ends(axes: Axes, to: Writer, count: int, *, named: bool = True) -> None:
    """Mark the end of each December, when the fiscal year closes."""
    for month in range(1, count + 1):
        if year_month(to.start, month)[1] != 12:
            continue
        axes.axvline(month, color=COLOURS["neutral"], lw=0.8, ls=(0, (1, 2)))
        if named:
            axes.annotate(
                to("stock_chart.year_end"),
                (month, 1),
                (-4 if month > 1 else 4, -8),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="right" if month > 1 else "left",
                fontsize=SMALL,
                color=COLOURS["neutral"],
                annotation_clip=False,
            )


def month_limits(axes: Axes, count: int) -> None:
    """Let the x axis run from month 1 to `count`, with room for a single month."""
    axes.set_xlim(min(0.9, count - 0.1), max(count, 1.1))


def money_ticks(low_wan: float, high_wan: float, to: Writer) -> tuple[list[float], list[str]]:
    """Return round amounts on an axis, 万元, and how they are written in the reader's unit."""
    many = money_unit(to.lang, to.currency).in_a_wan
    ticks, labels = amount_ticks(low_wan * many, high_wan * many)
    return [tick / many for tick in ticks], labels


def name_money_unit(axes: Axes, to: Writer) -> None:
    """Write the unit of amounts at the top of a vertical axis."""
    axes.annotate(
        unit_name("wan", to.lang, to.currency),
        (0, 1),
        (3, -2),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        fontsize=SMALL,
        color=COLOURS["neutral"],
    )


def money_texts(amounts_wan: Sequence[float], to: Writer) -> list[str]:
    """Write amounts that stand beside each other, without their unit.

    Examples
    --------
    >>> money_texts([3.14159, 413.0], Writer("zh")), money_texts([413.0], Writer("zh"))
    (['3.1', '413.0'], ['413'])
    """
    digits = default_digits("wan", amounts_wan)
    return [cell(amount, "wan", to.lang, to.currency, digits) for amount in amounts_wan]
