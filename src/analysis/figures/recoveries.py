"""Money lost by the two-year rule, on top of the stock it was taken from."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from analysis.figures.amounts import amount_text
from analysis.figures.look import COLOURS, SMALL
from analysis.figures.style import Canvas
from analysis.fonts import width
from analysis.words import catalogue


def draw_recovered(
    canvas: Canvas,
    stock: NDArray[np.float64],
    recovered: NDArray[np.float64],
    high: float,
    lang: str,
) -> int:
    """Draw the money lost on top of what is left, the largest first, with its amounts.

    Parameters
    ----------
    canvas : Canvas
        A drawing with month numbers on its x axis, from half a month before the first.
    stock, recovered : array, shape (T,)
        What is left at the end of each month, and what was taken of it.
    high : float
        The largest amount drawn.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    int
        How many amounts had no room: these are marked without their figure.
    """
    axes = canvas.axes
    month, point = canvas.across / len(stock), axes.get_ylim()[1] / canvas.height
    taken: list[tuple[float, float]] = []
    unnamed = 0
    for place in np.argsort(-recovered, kind="stable"):
        lost = float(recovered[place])
        if lost <= 0:
            break
        axes.bar(
            place + 1,
            lost,
            bottom=stock[place],
            width=1.0,
            facecolor=COLOURS["paper"],
            edgecolor=COLOURS["danger"],
            linewidth=0.8,
            linestyle=(0, (2, 1)),
            gid="recovered",
        )
        said = catalogue(lang)("stock_figure.recovered", amount=amount_text(lost, high))
        first, last, highest = _low_place(said, place, stock + recovered, month)
        mark = stock[place] + lost + 5 * point
        axes.plot(
            [place + 1],
            [mark],
            ls="none",
            marker="v",
            ms=6,
            color=COLOURS["danger"],
            clip_on=False,
            gid="lost",
        )
        if any(first < end and start < last for start, end in taken):
            unnamed += 1
            continue
        taken.append((first, last))
        axes.annotate(
            said,
            (0, 0),
            ((first + last) / 2 / canvas.across, (max(mark, highest) / point + 9) / canvas.height),
            xycoords="axes fraction",
            textcoords="axes fraction",
            ha="center",
            va="center_baseline",
            fontsize=SMALL,
            color=COLOURS["danger"],
            annotation_clip=False,
        )
    return unnamed


def _low_place(
    said: str, place: int, tops: NDArray[np.float64], month: float
) -> tuple[float, float, float]:
    """Find room for words about a month, over it or to one side, where the bars are lowest.

    Returns where the words begin and end, in points, and the height of the bars under them.
    """
    long = width(said) * SMALL + 6
    found = []
    for before in (0.5 * long, long - month / 2, month / 2):
        first = min(max((place + 0.5) * month - before, 0.0), max(len(tops) * month - long, 0.0))
        under = tops[int(first / month) : math.ceil((first + long) / month)]
        found.append((first, first + long, float(under.max())))
    return min(found, key=lambda where: where[2])
