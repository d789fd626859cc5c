"""Months on an axis: their names, the year under January, the year's end."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from matplotlib.axes import Axes

from analysis.errors import ReportError
from analysis.figures.look import COLOURS, SMALL
from analysis.words import catalogue

_MOST = 14


def year_month(start: str, month: int) -> tuple[int, int]:
    """Return the calendar year and month (1-12) of month number `month` of a plan.

    Parameters
    ----------
    start : str
        Month 1, as ``2024-01``.
    month : int
        At least 1.

    Raises
    ------
    ReportError
        If `start` is not a month.

    Examples
    --------
    >>> year_month("2023-11", 3)
    (2024, 1)
    """
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", start)
    if not found:
        raise ReportError(
            f"起始月“{start}”不是“2024-01”这样的年月：请改正案例的 start。",
            f"The start month {start!r} is not like 2024-01: correct the case's start.",
        )
    count = int(found[1]) * 12 + int(found[2]) - 1 + month - 1
    return count // 12, count % 12 + 1


def month_names(start: str, count: int, lang: str) -> list[str]:
    """Return the full names of months 1 to `count`.

    Examples
    --------
    >>> month_names("2024-12", 2, "zh")
    ['2024年12月', '2025年1月']
    """
    words = catalogue(lang)
    dates = (year_month(start, month) for month in range(1, count + 1))
    return [
        words("figure.month_of", year=year, month=words(f"figure.month_{month}"))
        for year, month in dates
    ]


def label_months(
    axes: Axes, start: str, count: int, lang: str, shown: Sequence[int] | None = None
) -> None:
    """Name months on the x axis, with the year under the first of each year.

    Parameters
    ----------
    axes : Axes
        With month numbers on its x axis, or, where `shown` is given, the columns 0, 1, ...
    start : str
        Month 1, as ``2024-01``.
    count : int
        Months drawn.
    lang : str
        ``zh`` or ``en``.
    shown : sequence of int, optional
        Month numbers of the columns.
    """
    words = catalogue(lang)
    months = list(shown or range(1, count + 1, math.ceil(count / _MOST)))
    labels, year_before = [], 0
    for month in months:
        year, name = year_month(start, month)
        label = words(f"figure.month_{name}")
        labels.append(
            label if year == year_before else f"{label}\n{words('figure.month_year', year=year)}"
        )
        year_before = year
    axes.tick_params(axis="x", pad=6)
    axes.set_xticks(range(len(months)) if shown else months, labels=labels)


def year_ends(axes: Axes, start: str, count: int, lang: str, *, named: bool = True) -> None:
    """Mark the end of each December, when the fiscal year closes."""
    for month in range(1, count + 1):
        if year_month(start, month)[1] != 12:
            continue
        axes.axvline(month, color=COLOURS["neutral"], lw=0.8, ls=(0, (1, 2)), gid="year_end")
        if named:
            axes.annotate(
                catalogue(lang)("figure.year_end"),
                (month, 1),
                (-4 if month > 1 else 4, -8),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="right" if month > 1 else "left",
                fontsize=SMALL,
                color=COLOURS["neutral"],
                annotation_clip=False,
            )
