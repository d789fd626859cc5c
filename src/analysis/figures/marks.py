"""Marks that several charts share: figures beside a mark, a column of figures, a percent axis."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from numpy.typing import NDArray

from analysis.figures.look import BODY, COLOURS, SMALL
from analysis.figures.text import decimal, percent

# The orange of need and the teal of idle money are too light for letters.
_WORDS = {"need": "#a85a04", "idle": "#17767c"}


def beside(
    axes: Axes,
    x: float,
    y: float,
    words: str,
    colour: str,
    *,
    left: bool = False,
    room: float = 4,
    over: bool = False,
) -> None:
    """Write a figure beside a mark.

    Parameters
    ----------
    axes : Axes
        The drawing.
    x, y : float
        Place of the mark.
    words, colour : str
        What to write.
    left : bool
        To the left of the mark rather than to its right.
    room : float
        Points between the two.
    over : bool
        Whether lines behind the words give way to them.
    """
    paper = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.6}
    axes.annotate(
        words,
        (x, y),
        (-room if left else room, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center_baseline",
        fontsize=SMALL,
        color=colour,
        bbox=paper if over else None,
        annotation_clip=False,
    )


def figures_column(
    axes: Axes, places: Iterable[float], figures: Sequence[str], header: str, *, room: float = 0.0
) -> None:
    """Write figures as a column at the right of the rows, its header above the first.

    Parameters
    ----------
    axes : Axes
        The drawing.
    places : iterable of float
        Heights of the rows.
    figures : sequence of str
        What to write.
    header : str
        What they are.
    room : float
        For a column to the right of the first, in small grey letters: points it stands apart.
    """
    size, colour = (SMALL, "neutral") if room else (BODY, "ink")
    cells = [(place, said, size, colour) for place, said in zip(places, figures, strict=True)]
    for place, said, letters, role in [(-0.9, header, SMALL, "neutral"), *cells]:
        axes.annotate(
            said,
            (1, place),
            (76 + room, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="center_baseline",
            fontsize=letters,
            color=COLOURS[role],
            annotation_clip=False,
        )


def scale(axes: Axes, *, percents: bool = False, step: float = 0.0) -> None:
    """Mark the x axis, once it has limits, with a grid instead of a line.

    Parameters
    ----------
    axes : Axes
        The drawing.
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
    written = percent if percents else decimal
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: written(x, digits)))
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)


def text_colour(role: str) -> str:
    """Return the colour for words about a role, dark enough to be read on white."""
    return _WORDS.get(role, COLOURS[role])


def room_beside(axes: Axes, smallest: float, across: float) -> float:
    """Return the points names must keep from the axis for a figure left of its leftmost mark.

    Parameters
    ----------
    axes : Axes
        The drawing, with its limits.
    smallest : float
        Place of the leftmost mark.
    across : float
        Width of the axes, points.
    """
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
