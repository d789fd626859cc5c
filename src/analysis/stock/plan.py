"""What a simulation starts from: money at hand, money to come, and the demand on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import PlanError
from analysis.short_repr import ShortRepr
from analysis.stock.payment import YEAR
from analysis.words import in_both, refusal

# No budget comes near it: a larger figure is in yuan, or a slip.
LARGEST_WAN = 1e12
# Axes of each array (U units, V vintages, T months), and its bounds. Only a percentage or a
# count of another period exceeds those of volatility and lump_rate.
FIELDS = {
    "opening_wan": ("UV", 0.0, LARGEST_WAN),
    "receipts_wan": ("UT", 0.0, LARGEST_WAN),
    "demand_wan": ("UT", 0.0, LARGEST_WAN),
    "growth": ("U", -np.inf, np.inf),
    "volatility": ("U", 0.0, 10.0),
    "lump_rate": ("U", 0.0, 1e6),
    "lump_mean_wan": ("U", 0.0, LARGEST_WAN),
}
# Odds that miss a sum of 1 by less are rounded, not wrong.
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class StockPlan(ShortRepr):
    """Units U, vintages V and months T of money and demand; amounts in 万元.

    Month 1 is a January. Arrays may be given as anything NumPy reads; they are kept as
    read-only copies.

    Parameters
    ----------
    unit_code : sequence of str, length U
        Of a plan of no unit (U = 0) all results are empty.
    opening_wan : array, shape (U, V)
        Stock before month 1, by the year it was granted.
    vintage : array of int, shape (V,)
        Fiscal years, ascending. The last is the year of month T, and every year of the
        horizon is among them.
    receipts_wan : array, shape (U, T)
        Money due at the start of each month, granted in that month's year.
    demand_wan : array, shape (U, T)
        Demand of each month before growth, random walk and lumps.
    growth : array, shape (U,)
        Growth of demand a month, as an exponent: 0.01 is about 1 %.
    volatility : array, shape (U,)
        Standard deviation of the random walk of log demand, per square root of a month.
    lump_rate : array, shape (U,)
        Lump payments expected a month.
    lump_mean_wan : array, shape (U,)
        Mean size of a lump.
    correlation : float
        Part of the variance of the random walk that all units share, 0 to 1.
    steps_per_month : int
        Steps a month is paid in. With more than one, receipts and demand of a month are spread
        evenly over its steps.
    late_odds : sequence of float, length L + 1
        Odds that the money due in a month arrives 0, 1, ... L months late. They add to 1.

    Raises
    ------
    PlanError
        If a field has the wrong shape, sign or range; names the field, unit and month.

    Examples
    --------
    >>> plan = StockPlan(
    ...     unit_code=["654201"], opening_wan=[[0.0]], vintage=[2024],
    ...     receipts_wan=[[67.0] + [0.0] * 11], demand_wan=[[6.0] * 12], growth=[0.0],
    ...     volatility=[0.05], lump_rate=[0.5], lump_mean_wan=[0.6], correlation=0.5,
    ... )
    >>> plan.months, plan.first_year
    (12, 2024)
    """

    next_step = "simulate(plan, paths=10_000, seed=1)"

    unit_code: tuple[str, ...]
    opening_wan: NDArray[np.float64]
    vintage: NDArray[np.int64]
    receipts_wan: NDArray[np.float64]
    demand_wan: NDArray[np.float64]
    growth: NDArray[np.float64]
    volatility: NDArray[np.float64]
    lump_rate: NDArray[np.float64]
    lump_mean_wan: NDArray[np.float64]
    correlation: float
    steps_per_month: int = 1
    late_odds: Sequence[float] | NDArray[np.float64] = (1.0,)

    def __post_init__(self) -> None:
        keep = object.__setattr__
        keep(self, "unit_code", _unit_codes(self.unit_code))
        keep(self, "vintage", _whole_years(self.vintage))
        for field in (*FIELDS, "late_odds"):
            keep(self, field, _numbers(field, getattr(self, field)))
        _check_shapes(self)
        for field in FIELDS:
            _check_range(self, field)
        _check_chance(self)
        _check_years(self)

    @property
    def months(self) -> int:
        """Number of months T."""
        return int(self.receipts_wan.shape[1])

    @property
    def first_year(self) -> int:
        """Calendar year of month 1."""
        return int(self.vintage[-1]) - (self.months - 1) // YEAR

    @property
    def arrives_in(self) -> NDArray[np.int64]:
        """Place among the vintages of each month's receipts, shape (T,)."""
        year = self.first_year + np.arange(self.months) // YEAR
        return np.searchsorted(self.vintage, year).astype(np.int64)

    @property
    def total_wan(self) -> NDArray[np.float64]:
        """Opening stock and all receipts of each unit, shape (U,), 万元."""
        total: NDArray[np.float64] = self.opening_wan.sum(axis=1) + self.receipts_wan.sum(axis=1)
        return total


def is_whole(value: Any, least: int, most: float = np.inf) -> bool:
    """Return whether a parameter is a whole number within its bounds; a truth value is none."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return bool(whole and least <= value <= most)


def _unit_codes(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        raise refusal(PlanError, "stock.unit_list", value=repr(given))
    codes = tuple(given)
    for place, code in enumerate(codes, start=1):
        if not isinstance(code, str) or not code.strip():
            raise refusal(PlanError, "stock.unit_code", place=place, value=repr(code))
    if len(set(codes)) < len(codes):
        repeated = next(code for code in codes if codes.count(code) > 1)
        raise refusal(PlanError, "stock.unit_repeated", unit=repeated)
    return tuple(str(code) for code in codes)


def _numbers(field: str, given: Any) -> NDArray[np.float64]:
    """Return a read-only copy as an array of numbers."""
    try:
        copy = np.array(given, dtype=np.float64, order="C")
    except (TypeError, ValueError):
        raise refusal(PlanError, "stock.not_numbers", field=field) from None
    copy.setflags(write=False)
    return copy


def _whole_years(given: Any) -> NDArray[np.int64]:
    years = _numbers("vintage", given)
    good = years.ndim == 1 and years.size > 0 and bool(np.isfinite(years).all())
    if not good or (years != np.round(years)).any() or (np.diff(years) <= 0).any():
        raise refusal(PlanError, "stock.vintage_order", value=years.tolist())
    whole = years.astype(np.int64)
    whole.setflags(write=False)
    return whole


def _check_shapes(plan: StockPlan) -> None:
    units, receipts = len(plan.unit_code), plan.receipts_wan.shape
    if len(receipts) != 2 or receipts[1] == 0:
        wanted = f"({units}, T)"
        raise refusal(PlanError, "stock.shape", field="receipts_wan", shape=receipts, wanted=wanted)
    lengths = {"U": units, "V": len(plan.vintage), "T": receipts[1]}
    for field, (axes, _, _) in FIELDS.items():
        found, shape = getattr(plan, field).shape, tuple(lengths[axis] for axis in axes)
        if found != shape:
            raise refusal(PlanError, "stock.shape", field=field, shape=found, wanted=shape)


def _check_range(plan: StockPlan, field: str) -> None:
    values, (axes, least, most) = getattr(plan, field), FIELDS[field]
    # NaN fails every comparison, an infinity the test for finiteness.
    bad = np.argwhere(~(np.isfinite(values) & (values >= least) & (values <= most)))
    if len(bad) == 0:
        return
    where = tuple(bad[0].tolist())
    value, unit = values[where], plan.unit_code[where[0]]
    key = "stock.negative" if value < least else "stock.too_large"
    if not np.isfinite(value):
        key = "stock.not_finite"
    place = in_both("stock.place_unit", unit=unit)
    if axes == "UV":
        place = in_both("stock.place_vintage", unit=unit, vintage=plan.vintage[where[1]])
    elif axes == "UT":
        place = in_both("stock.place_month", unit=unit, month=where[1] + 1)
    shown = {"value": f"{value:g}", "most": f"{most:g}"}
    raise refusal(PlanError, key, field=field, place=place, **shown)


def _check_chance(plan: StockPlan) -> None:
    number = isinstance(plan.correlation, int | float | np.number)
    if not number or not 0 <= plan.correlation <= 1:
        raise refusal(PlanError, "stock.correlation", value=plan.correlation)
    if not is_whole(plan.steps_per_month, 1):
        raise refusal(PlanError, "stock.steps", value=plan.steps_per_month)
    odds = np.asarray(plan.late_odds)
    # NaN fails the comparison, an infinity does not add to 1.
    good = odds.ndim == 1 and bool((odds >= 0).all())
    if not good or not abs(odds.sum() - 1) <= ROUNDING:
        raise refusal(PlanError, "stock.late_odds", value=odds.tolist())
    # Growth that runs away within the horizon is an amount in percent above all.
    with np.errstate(over="ignore", invalid="ignore"):
        final = plan.demand_wan.max(axis=1) * np.exp(np.maximum(plan.growth, 0) * plan.months)
    for unit in np.flatnonzero(~(final <= LARGEST_WAN)).tolist():
        code, value = plan.unit_code[unit], f"{plan.growth[unit]:g}"
        raise refusal(PlanError, "stock.growth", unit=code, value=value, months=plan.months)


def _check_years(plan: StockPlan) -> None:
    first, last, months = plan.first_year, int(plan.vintage[-1]), plan.months
    missing = set(range(first, last + 1)) - set(plan.vintage.tolist())
    if missing:
        years = ", ".join(str(year) for year in sorted(missing))
        raise refusal(
            PlanError, "stock.vintage_years", months=months, first=first, last=last, years=years
        )
    for unit, place in np.argwhere((plan.opening_wan > 0) & (plan.vintage > first)):
        code, vintage = plan.unit_code[unit], plan.vintage[place]
        raise refusal(PlanError, "stock.opening_future", unit=code, vintage=vintage, first=first)
