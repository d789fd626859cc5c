"""Shares and their ratios: how they are written, and the axis they stand on."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from analysis.figures.look import COLOURS, SMALL
from analysis.figures.marks import scale
from analysis.figures.text import decimal, percent
from analysis.fonts import width

# Shares further apart than this would crowd at one end of a linear axis.
_FAR_APART = 40.0
# Marks above 1 for ratios that reach so far; beyond, powers of ten.
_TICKS = (
    (1.6, [1.1, 1.25, 1.5]),
    (4.5, [1.25, 1.5, 2, 3, 4]),
    (25, [2, 4, 10, 20]),
)


def ratio_text(ratio: float) -> str:
    """Write a ratio of shares: two decimals, more for a very small one, none for a large one.

    Examples
    --------
    >>> [ratio_text(ratio) for ratio in (1.234, 0.0042, 700.4, 0, math.inf, math.nan)]
    ['1.23', '0.004', '700', '0.00', '∞', '—']
    """
    if math.isnan(ratio):
        return "—"
    if 0 < ratio < 0.0001:
        return "<0.0001"
    if ratio >= 100:
        return decimal(ratio)
    return decimal(ratio, -math.floor(math.log10(ratio)) if 0 < ratio < 0.005 else 2)


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
    return percent(share, 1 - math.floor(math.log10(share * 100)) if share < 0.01 else 1)


def interval_texts(table: pd.DataFrame, of: str, write: Callable[[float], str]) -> list[str]:
    """Write the interval of a figure of each unit, empty where it has none.

    Parameters
    ----------
    table : DataFrame, index unit_code
        Perhaps with columns named `of` and then ``low`` and ``high``.
    of : str
        Such as ``ratio_``.
    write : callable
        Writes one end.

    Examples
    --------
    >>> table = pd.DataFrame({"ratio_low": [0.4], "ratio_high": [0.61]})
    >>> interval_texts(table, "ratio_", ratio_text)
    ['0.40–0.61']
    """
    columns = [f"{of}low", f"{of}high"]
    if not set(columns) <= set(table.columns):
        return [""] * len(table)
    ends = table[columns].astype(float)
    return [
        "" if np.isnan([low, high]).any() else f"{write(low)}–{write(high)}"
        for low, high in ends.to_numpy()
    ]


def share_scale(axes: Axes, shares: NDArray[np.float64], top: float, across: float) -> float:
    """Give the x axis a scale for shares: logarithmic where they lie far apart.

    Parameters
    ----------
    axes : Axes
        The drawing.
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
    some = shares[shares > 0]
    if not len(some) or some.max() / some.min() <= _FAR_APART:
        axes.set_xlim(0, top * 1.02 or 1)
        scale(axes, percents=True)
        return 0.0
    edge = float(some.min()) * (0.5 if (shares == 0).any() else 0.9)
    axes.set_xscale("log")
    axes.set_xlim(edge, top * 1.04)
    decades = range(math.floor(math.log10(edge)), 1)
    steps = (1, 3) if top / edge < 5000 else (1,)
    ticks = [step * 10.0**power for power in decades for step in steps]
    ticks = [tick for tick in ticks if edge <= tick <= top * 1.04]
    labels = [f"{tick * 100:.10f}".rstrip("0").rstrip(".") for tick in ticks]
    size = math.log(top * 1.04 / edge) / across
    places = [math.log(tick / edge) / size for tick in ticks]
    kept = _apart(places, [f"{label}%" for label in labels])
    axes.set_xticks([ticks[i] for i in kept], labels=[f"{labels[i]}%" for i in kept])
    axes.minorticks_off()
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
    return edge


def _apart(places: list[float], labels: list[str]) -> list[int]:
    """Return which labels, in points along an axis, can be written, the last one first of all."""
    kept: list[int] = []
    end = math.inf
    for i in range(len(places) - 1, -1, -1):
        half = width(labels[i]) * SMALL / 2
        if places[i] + half + 4 <= end:
            kept.append(i)
            end = places[i] - half
    return kept[::-1]


def ratio_scale(axes: Axes, span: float) -> None:
    """Give the x axis a logarithmic scale for ratios, `span` times 1 to both sides of it."""
    axes.set_xscale("log")
    axes.set_xlim(1 / span, span)
    above = next((ticks for limit, ticks in _TICKS if span <= limit), _powers(span))
    above = [tick for tick in above if tick <= span]
    below = [1 / tick for tick in above[::-1]]
    labels = [f"{tick:.2g}" if tick < 1 else f"{tick:g}" for tick in [*below, 1, *above]]
    axes.set_xticks([*below, 1, *above], labels=labels)
    axes.minorticks_off()
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.axvline(1, color=COLOURS["ink"], linewidth=1)


def _powers(span: float) -> list[float]:
    most = math.floor(math.log10(span))
    step = max(1, math.ceil(most / 4))
    return [10.0**power for power in range(step, most + 1, step)]
