"""What a pace of change can reach, in closed form.

Write a unit's money as its ratio to target. A year at the largest cut leaves the part
(1 - max_cut) / (1 + growth) of that ratio. A unit then has its first ratio cut every year, or
the common ratio if that is more: the common ratio never falls, so what it gave in one year
never holds a unit up in the next. The end therefore depends only on the part of a ratio that
is kept after all years, and any path at all keeps at least that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, fsum, isfinite

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST_YEARS = 100
# Settings are offered in whole hundredths of a per cent.
STEPS = 10_000
# Relative rounding of the arithmetic: what is met exactly counts as met.
ROUNDING = 1e-12


@dataclass(frozen=True)
class NearestFeasible:
    """For each setting the mildest value that works while the others stay; None if none does.

    ``years`` is the fewest years, ``max_cut`` the smallest cut and ``within`` the smallest
    distance, these two as parts of 1 and rounded up to 0.0001.
    """

    years: int | None
    max_cut: float | None
    within: float | None


@dataclass(frozen=True)
class Pace:
    """The settings of a path: years, growth of the total, distance and largest cut."""

    years: int
    growth: float
    within: float
    max_cut: float


@dataclass(frozen=True)
class Ladder:
    """Shares of the money and targets, from the highest ratio of the two to the lowest."""

    share: NDArray[np.float64]
    target: NDArray[np.float64]
    top: object


def ladder(amount: NDArray[np.float64], target: NDArray[np.float64], codes: pd.Index) -> Ladder:
    """Order the units by the ratio of their money to their target.

    Parameters
    ----------
    amount : array, shape (n,), 万元
    target : array, shape (n,), adds up to 1
    codes : Index, length n

    Returns
    -------
    Ladder
        The same, to the last digit, whatever the order of the units.
    """
    share = amount / fsum(amount)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.nan_to_num(share / target, nan=0.0, posinf=np.inf)
    order = np.lexsort((-target, -share, -ratio))
    return Ladder(share[order], target[order], codes[order[0]])


def kept_part(years: int, growth: float, max_cut: float) -> float:
    """Return the part of its ratio that a unit at the largest cut has after some years.

    Parameters
    ----------
    years : int
    growth, max_cut : float, parts of 1 a year

    Returns
    -------
    float
        Above 1 where the total falls faster than any unit may.

    Examples
    --------
    >>> round(kept_part(2, 0.0, 0.05), 6)
    0.9025
    """
    return float(((1 - max_cut) / (1 + growth)) ** years)


def common_ratio(units: Ladder, kept: float) -> float:
    """Return the ratio to target of all units that their cuts do not hold above it.

    With the top k units held by their cuts, the money left over the targets left is never
    less than the answer, and is the answer at the right k.

    Parameters
    ----------
    units : Ladder
    kept : float, 0 to 1
        From `kept_part`.

    Returns
    -------
    float
        At most 1; never falls as `kept` falls.

    Examples
    --------
    >>> units = Ladder(np.array([0.75, 0.25]), np.array([0.5, 0.5]), "a")
    >>> round(common_ratio(units, 0.8), 6)
    0.8
    """
    money, target = units.share[::-1].cumsum()[::-1], units.target[::-1].cumsum()[::-1]
    some = target > 0
    return float((((1 - kept) + kept * money[some]) / target[some]).min())


def most_kept(units: Ladder, within: float) -> float:
    """Return the largest part kept at which every unit can end within the distance.

    The top unit must come down far enough, and the units held by their cuts must leave the
    others 1 - within of their targets.

    Parameters
    ----------
    units : Ladder
    within : float, part of 1, at least 0

    Returns
    -------
    float
        0 to 1; 0 where a unit has money and no target.

    Examples
    --------
    >>> units = Ladder(np.array([0.75, 0.25]), np.array([0.5, 0.5]), "a")
    >>> round(most_kept(units, 0.2), 6)
    0.8
    """
    money, target = units.share.cumsum(), units.target.cumsum()
    others = np.append(units.target[::-1].cumsum()[::-1][1:], 0.0)
    enough_left = ((within * others + target) / money).min()
    return float(min(1.0, enough_left, (1 + within) * units.target[0] / units.share[0]))


def possible(units: Ladder, pace: Pace) -> bool:
    """Tell whether any path keeps the cuts and ends with every unit within the distance.

    Parameters
    ----------
    units : Ladder
    pace : Pace

    Returns
    -------
    bool
    """
    kept = kept_part(pace.years, pace.growth, pace.max_cut)
    return kept <= most_kept(units, pace.within) * (1 + ROUNDING)


def nearest(units: Ladder, pace: Pace) -> NearestFeasible:
    """Find for each setting the mildest value that works while the others stay.

    Parameters
    ----------
    units : Ladder
    pace : Pace

    Returns
    -------
    NearestFeasible
    """
    years, growth, within, max_cut = pace.years, pace.growth, pace.within, pace.max_cut
    return NearestFeasible(
        _fewest_years(units, growth, within, max_cut),
        _smallest_cut(units, years, growth, within),
        _smallest_distance(units, years, growth, max_cut),
    )


def _fewest_years(units: Ladder, growth: float, within: float, max_cut: float) -> int | None:
    def works(years: int) -> bool:
        return possible(units, Pace(years, growth, within, max_cut))

    # Each year more lets more be reached, but for a total that falls faster than any unit may.
    years = 0 if works(0) else bisect_left(range(MOST_YEARS + 1), True, key=works)
    return years if years <= MOST_YEARS else None


def _smallest_cut(units: Ladder, years: int, growth: float, within: float) -> float | None:
    if years == 0:
        return 0.0 if possible(units, Pace(0, growth, within, 0.0)) else None
    cut = max(0.0, 1 - (1 + growth) * most_kept(units, within) ** (1 / years))
    return _round_up(cut, lambda c: possible(units, Pace(years, growth, within, c)))


def _smallest_distance(units: Ladder, years: int, growth: float, max_cut: float) -> float | None:
    kept = kept_part(years, growth, max_cut)
    if kept > 1 + ROUNDING:
        return None
    ratio = units.share[0] / units.target[0] if units.target[0] > 0 else np.inf
    above = kept * ratio - 1 if kept > 0 else 0.0
    distance = max(0.0, above, 1 - common_ratio(units, kept))
    return _round_up(distance, lambda d: possible(units, Pace(years, growth, d, max_cut)))


def _round_up(value: float, works: Callable[[float], bool]) -> float | None:
    if not isfinite(value * STEPS):
        return None
    # Start a step low: a value that is whole but for its rounding is not raised.
    step = ceil(value * STEPS) - 1
    while step < 0 or not works(step / STEPS):
        step += 1
    return step / STEPS
