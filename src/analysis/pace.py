"""Money moved towards its targets, nobody cut by more than a stated part a year.

Write a unit's money as its ratio to target. A year at the largest cut leaves the part
(1 - max_cut) / (1 + growth) of that ratio. A unit then has its first ratio cut every year, or
the common ratio if that is more: the common ratio never falls, so what it gave in one year
never holds a unit up in the next. The end therefore depends only on the part of a ratio that
is kept after all years, and any path at all keeps at least that.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import ceil, fsum, isfinite
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError
from analysis.unit_values import check_total, unit_values
from analysis.words import ByLanguage, refusal

MOST_YEARS = 100
# A total may not vanish, nor so nearly that its powers do.
LEAST_GROWTH = -0.99
# Settings are offered in whole hundredths of a per cent.
STEPS = 10_000
# Distances are looked for up to so many times the target.
FARTHEST = 1e14
# Shares that add up to 1 but for the rounding of their sum.
ROUNDING_OF_SUM = 1e-9
# Relative rounding of the arithmetic: what is met exactly counts as met.
ROUNDING = 1e-12

Array = NDArray[np.float64]


@dataclass(frozen=True)
class NearestFeasible:
    """For each setting the mildest value that works while the others stay; None if none does.

    ``years`` is the fewest years, ``max_cut`` the smallest cut and ``within`` the smallest
    distance, these two as parts of 1 and rounded up to 0.0001.
    """

    years: int | None
    max_cut: float | None
    within: float | None


def distance_from_target(amount_wan: pd.Series, target_share: pd.Series) -> pd.Series:
    """Return each unit's money above (+) or below (-) its target, as a part of the target.

    Parameters
    ----------
    amount_wan : Series, index unit_code, 万元
        Money of every unit that has a target, at least 0; leave institutions out.
    target_share : Series, same units
        Share of the total that each should have, at least 0; adds up to 1.

    Returns
    -------
    Series, index as in `amount_wan`
        a / (A x target) - 1, with A the total of `amount_wan`. Money without a target gives
        an infinite distance; neither gives an empty one.

    Raises
    ------
    MeasureError
        If a value is missing, negative or infinite, the units differ or repeat, the money adds
        up to 0, or the targets do not add up to 1.

    Examples
    --------
    >>> amount = pd.Series({"a": 30.0, "b": 10.0})
    >>> distance_from_target(amount, pd.Series({"a": 0.5, "b": 0.5})).tolist()
    [0.5, -0.5]
    """
    amount, target = _checked(amount_wan, target_share)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        distance = amount / (fsum(amount) * target) - 1
    return pd.Series(distance, index=amount_wan.index)


def pace_of_change(
    amount_wan: pd.Series,
    target_share: pd.Series,
    *,
    years: int,
    growth: float,
    within: float,
    max_cut: float,
) -> pd.DataFrame:
    """Return amounts year by year until all units are near target, none cut too fast.

    Each year a unit has what the largest cut leaves it, or the common ratio to target if that
    is more; the common ratio, at most 1, is the one that meets the year's total. If any path
    keeps the cuts and ends within the distance, this one does. So a unit near its target may
    give way for some years, by the cut at most, until those far above have come down.

    Parameters
    ----------
    amount_wan, target_share
        As in `distance_from_target`.
    years : int, 0 to 100
    growth : float, part of 1 a year, -0.99 to 1
        Change of the total.
    within : float, part of 1, at least 0
        Distance from target that is near enough at the end.
    max_cut : float, part of 1 a year, 0 to 1
        Most that a unit's amount may fall from one year to the next.

    Returns
    -------
    DataFrame, index as in `amount_wan`, columns the years from 0, 万元
        Year 0 is `amount_wan`. Every column adds up to the total of its year.

    Raises
    ------
    MeasureError
        As in `distance_from_target`; if a setting is out of range; if no path exists: see
        `nearest_feasible`.

    Examples
    --------
    >>> amount = pd.Series({"a": 60.0, "b": 20.0, "c": 20.0})
    >>> target = pd.Series({"a": 0.5, "b": 0.25, "c": 0.25})
    >>> path = pace_of_change(amount, target, years=2, growth=0, within=0.1, max_cut=0.05)
    >>> path.loc["a"].round(3).tolist(), path.loc["b"].round(3).tolist()
    ([60.0, 57.0, 54.15], [20.0, 21.5, 22.925])
    """
    amount, target = _checked(amount_wan, target_share)
    pace = _pace(years, growth, within, max_cut)
    units = _ladder(amount, target)
    if not _possible(units, pace):
        raise refusal(MeasureError, "refusal.no_path")
    total = fsum(amount)
    path = {0: amount}
    for year in range(1, pace.years + 1):
        ratio = _common_ratio(units, replace(pace, years=year).kept)
        path[year] = np.maximum(
            amount * (1 - max_cut) ** year, target * (ratio * total * (1 + growth) ** year)
        )
    return pd.DataFrame(path, index=amount_wan.index)


def nearest_feasible(
    amount_wan: pd.Series,
    target_share: pd.Series,
    *,
    years: int,
    growth: float,
    within: float,
    max_cut: float,
) -> NearestFeasible:
    """Find the fewest years, the smallest cut and the smallest distance that will do.

    Parameters
    ----------
    amount_wan, target_share, years, growth, within, max_cut
        As in `pace_of_change`.

    Returns
    -------
    NearestFeasible
        Each value works with the other settings as given, whether or not these work together.

    Raises
    ------
    MeasureError
        If the figures or a setting cannot be used.

    Examples
    --------
    >>> amount = pd.Series({"a": 60.0, "b": 20.0, "c": 20.0})
    >>> target = pd.Series({"a": 0.5, "b": 0.25, "c": 0.25})
    >>> nearest_feasible(amount, target, years=2, growth=0, within=0.05, max_cut=0.05)
    NearestFeasible(years=3, max_cut=0.0646, within=0.083)
    """
    amount, target = _checked(amount_wan, target_share)
    pace, units = _pace(years, growth, within, max_cut), _ladder(amount, target)

    def works(**changed: float) -> bool:
        return _possible(units, replace(pace, **changed))  # type: ignore[arg-type]

    def mildest(setting: str, most: float) -> float | None:
        steps = range(ceil(most * STEPS) + 1)
        at = bisect_left(steps, True, key=lambda step: works(**{setting: step / STEPS}))
        return at / STEPS if at < len(steps) else None

    # Each year more lets more be reached, but for a total that falls faster than any unit may.
    fewest = bisect_left(range(MOST_YEARS + 1), True, key=lambda years: works(years=years))
    enough = 0 if works(years=0) else fewest
    # Nobody is farther from target than the unit at the top, or than one without money.
    top = units.share[0] / units.target[0] if units.target[0] > 0 else 1.0
    return NearestFeasible(
        years=enough if enough <= MOST_YEARS else None,
        max_cut=mildest("max_cut", 1.0),
        within=mildest("within", min(float(top), FARTHEST)),
    )


# --- the figures and the settings ---


@dataclass(frozen=True)
class _Pace:
    years: int
    growth: float
    within: float
    max_cut: float

    @property
    def kept(self) -> float:
        """The part of its ratio that a unit at the largest cut has after all years.

        Above 1 where the total falls faster than any unit may.
        """
        return float(((1 - self.max_cut) / (1 + self.growth)) ** self.years)


@dataclass(frozen=True)
class _Ladder:
    """Shares of the money and targets, from the highest ratio of the two to the lowest."""

    share: Array
    target: Array


def _checked(amount_wan: pd.Series, target_share: pd.Series) -> tuple[Array, Array]:
    """Return amounts and targets in the order of `amount_wan`, the targets adding up to 1."""
    amount = unit_values(amount_wan, "金额", "amount_wan")
    target = unit_values(target_share, "目标占比", "target_share", like=amount)
    check_total(amount, "金额", "amount_wan")
    total = fsum(target)
    if abs(total - 1) > ROUNDING_OF_SUM:
        raise refusal(MeasureError, "refusal.targets", total=total)
    return amount.to_numpy(), target.to_numpy() / total


def _pace(years: int, growth: float, within: float, max_cut: float) -> _Pace:
    if not _is_number(years) or years != int(years) or not 0 <= years <= MOST_YEARS:
        raise refusal(MeasureError, "refusal.years", years=years, most=MOST_YEARS)
    for name, name_zh, value, least, most in (
        ("growth", "总额年增率", growth, LEAST_GROWTH, 1.0),
        ("within", "与目标的允许差距", within, 0.0, np.inf),
        ("max_cut", "每年最大减幅", max_cut, 0.0, 1.0),
    ):
        if not _is_number(value) or not least <= value <= most:
            key = "refusal.part_between" if most < np.inf else "refusal.part_of_least"
            said = {"value": value, "least": least, "most": most}
            raise refusal(MeasureError, key, name=ByLanguage(name_zh, name), **said)
    return _Pace(int(years), float(growth), float(within), float(max_cut))


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)


def _ladder(amount: Array, target: Array) -> _Ladder:
    """Order the units: the same, to the last digit, whatever their order before."""
    share = amount / fsum(amount)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.nan_to_num(share / target, nan=0.0, posinf=np.inf)
    order = np.lexsort((-target, -share, -ratio))
    return _Ladder(share[order], target[order])


# --- what can be reached, in closed form ---


def _common_ratio(units: _Ladder, kept: float) -> float:
    """Return the ratio to target, at most 1, of all units that their cuts do not hold above it.

    With the top k units held by their cuts, the money left over the targets left is never
    less than the answer, and is the answer at the right k.
    """
    money, target = units.share[::-1].cumsum()[::-1], units.target[::-1].cumsum()[::-1]
    some = target > 0
    return float((((1 - kept) + kept * money[some]) / target[some]).min())


def _most_kept(units: _Ladder, within: float) -> float:
    """Return the largest part kept, 0 to 1, at which every unit can end within the distance.

    The top unit must come down far enough, and the units held by their cuts must leave the
    others 1 - within of their targets. It is 0 where a unit has money and no target.
    """
    money, target = units.share.cumsum(), units.target.cumsum()
    others = np.append(units.target[::-1].cumsum()[::-1][1:], 0.0)
    enough_left = ((within * others + target) / money).min()
    return float(min(1.0, enough_left, (1 + within) * units.target[0] / units.share[0]))


def _possible(units: _Ladder, pace: _Pace) -> bool:
    """Tell whether any path keeps the cuts and ends with every unit within the distance."""
    return pace.kept <= _most_kept(units, pace.within) * (1 + ROUNDING)
