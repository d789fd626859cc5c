"""Money moved towards its targets, nobody cut by more than a stated part a year."""

from __future__ import annotations

from math import fsum, isfinite
from numbers import Real

import numpy as np
import pandas as pd

from analysis.errors import MeasureError
from analysis.fair_shares.reach import (
    MOST_YEARS,
    Ladder,
    NearestFeasible,
    Pace,
    common_ratio,
    kept_part,
    ladder,
    nearest,
    possible,
)
from analysis.fair_shares.targets import checked

# A total may not vanish, nor so nearly that its powers do.
LEAST_GROWTH = -0.99


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
    amount_wan : Series, index unit_code, 万元
        Money of every unit that has a target, at least 0; leave institutions out.
    target_share : Series, same units
        Share of the total that each should have, at least 0; adds up to 1.
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
        As in `distance_from_target`; if a setting is out of range; if no path exists, with
        the nearest settings that have one.

    Examples
    --------
    >>> amount = pd.Series({"a": 60.0, "b": 20.0, "c": 20.0})
    >>> target = pd.Series({"a": 0.5, "b": 0.25, "c": 0.25})
    >>> path = pace_of_change(amount, target, years=2, growth=0, within=0.1, max_cut=0.05)
    >>> path.loc["a"].round(3).tolist(), path.loc["b"].round(3).tolist()
    ([60.0, 57.0, 54.15], [20.0, 21.5, 22.925])
    """
    amount, target = checked(amount_wan, target_share)
    pace = _pace(years, growth, within, max_cut)
    units = ladder(amount, target, amount_wan.index)
    if not possible(units, pace):
        raise _refusal(units, pace)
    total = fsum(amount)
    path = {0: amount}
    for year in range(1, pace.years + 1):
        ratio = common_ratio(units, kept_part(year, growth, max_cut))
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
    amount, target = checked(amount_wan, target_share)
    pace = _pace(years, growth, within, max_cut)
    return nearest(ladder(amount, target, amount_wan.index), pace)


def _pace(years: int, growth: float, within: float, max_cut: float) -> Pace:
    if not _is_number(years) or years != int(years) or not 0 <= years <= MOST_YEARS:
        raise MeasureError(
            f"年数为 {years}：须为 0 到 {MOST_YEARS} 的整数。",
            f"years is {years}: it must be a whole number, 0 to {MOST_YEARS}.",
        )
    for name, name_zh, value, least, most in (
        ("growth", "总额年增率", growth, LEAST_GROWTH, 1.0),
        ("within", "与目标的允许差距", within, 0.0, np.inf),
        ("max_cut", "每年最大减幅", max_cut, 0.0, 1.0),
    ):
        if not _is_number(value) or not least <= value <= most:
            zh, en = (f"、不大于 {most:g}", f" and at most {most:g}") if most < np.inf else ("", "")
            raise MeasureError(
                f"{name_zh}为 {value}：须不小于 {least:g}{zh}（0.05 即 5%）。",
                f"{name} is {value}: it must be at least {least:g}{en} (0.05 is 5 %).",
            )
    return Pace(int(years), float(growth), float(within), float(max_cut))


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)


def _refusal(units: Ladder, pace: Pace) -> MeasureError:
    why_zh, why_en = _obstacle(units, pace)
    do = nearest(units, pace)
    ways_zh, ways_en = [], []
    if do.years is not None:
        ways_zh.append(f"年数 {do.years}")
        ways_en.append(f"years {do.years}")
    if do.max_cut is not None:
        ways_zh.append(f"每年最大减幅 {do.max_cut:.2%}")
        ways_en.append(f"max_cut {do.max_cut:.2%}")
    if do.within is not None:
        ways_zh.append(f"允许差距 {do.within:.2%}")
        ways_en.append(f"within {do.within:.2%}")
    zh, en = [f"{why_zh}。"], [f"{why_en}."]
    if do.years is None:
        zh.append(f"{MOST_YEARS} 年之内，多少年也不行。")
        en.append(f"No number of years up to {MOST_YEARS} will do.")
    if ways_en:
        zh.append(f"其他设定不变，只改一项时可行的：{'；或'.join(ways_zh)}。")
        en.append(f"Changing one setting only, this would do: {'; or '.join(ways_en)}.")
    return MeasureError("".join(zh), " ".join(en))


def _obstacle(units: Ladder, pace: Pace) -> tuple[str, str]:
    if pace.years and 1 - pace.max_cut > 1 + pace.growth:
        return (
            f"总额每年减少 {-pace.growth:.2%}，而各单位每年至多减少 {pace.max_cut:.2%}",
            f"The total falls by {-pace.growth:.2%} a year, but no unit may fall by more than "
            f"{pace.max_cut:.2%}",
        )
    if units.target[0] == 0:
        return (
            f"单位 {units.top} 有资金而目标为 0，除非一年减完，永远到不了目标（可将其去掉）",
            f"Unit {units.top} has money and a target of 0, which it never reaches unless it is "
            "cut to nothing at once (it can be left out)",
        )
    kept = kept_part(pace.years, pace.growth, pace.max_cut)
    above = kept * units.share[0] / units.target[0] - 1
    if above > pace.within:
        return (
            f"{pace.years} 年后单位 {units.top} 仍比目标高 {above:.2%}",
            f"After {pace.years} years unit {units.top} would still be {above:.2%} above its "
            "target",
        )
    below = 1 - common_ratio(units, kept)
    return (
        f"{pace.years} 年后资金不足的单位仍比目标低 {below:.2%}",
        f"After {pace.years} years the units with too little would still be {below:.2%} below "
        "their targets",
    )
