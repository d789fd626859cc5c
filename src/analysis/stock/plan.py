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
from analysis.words import LANGUAGES, catalogue

# No budget comes near it: a larger figure is in yuan, or a slip.
LARGEST_WAN = 1e12
# Bounds that only a percentage or a count of another period exceeds.
LARGEST_VOLATILITY = 10.0
LARGEST_LUMP_RATE = 1e6
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
        keep(self, "unit_code", unit_codes(self.unit_code))
        keep(self, "vintage", whole_years(self.vintage))
        for field in (
            "opening_wan",
            "receipts_wan",
            "demand_wan",
            "growth",
            "volatility",
            "lump_rate",
            "lump_mean_wan",
            "late_odds",
        ):
            keep(self, field, read_only(field, getattr(self, field)))
        check_plan(self)

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


def plan_error(key: str, **values: object) -> PlanError:
    """Return the error under ``stock.<key>`` in both languages."""
    zh, en = (catalogue(lang)(f"stock.{key}", **values) for lang in LANGUAGES)
    return PlanError(zh, en)


def unit_codes(given: Any) -> tuple[str, ...]:
    """Return the unit codes as a tuple.

    Raises
    ------
    PlanError
        If they are one text, one of them is none, or one stands twice.
    """
    if isinstance(given, str):
        raise plan_error("unit_list", value=repr(given))
    codes = tuple(given)
    for place, code in enumerate(codes, start=1):
        if not isinstance(code, str) or not code.strip():
            raise plan_error("unit_code", place=place, value=repr(code))
    if len(set(codes)) < len(codes):
        raise plan_error("unit_repeated", unit=next(c for c in codes if codes.count(c) > 1))
    return tuple(str(code) for code in codes)


def read_only(field: str, given: Any) -> NDArray[np.float64]:
    """Return a read-only copy as numbers.

    Raises
    ------
    PlanError
        If it is not an array of numbers.
    """
    try:
        copy = np.array(given, dtype=np.float64, order="C")
    except (TypeError, ValueError):
        raise plan_error("not_numbers", field=field) from None
    copy.setflags(write=False)
    return copy


def whole_years(given: Any) -> NDArray[np.int64]:
    """Return the vintages as a read-only array of years.

    Raises
    ------
    PlanError
        If they are not whole years in ascending order.
    """
    years = read_only("vintage", given)
    good = years.ndim == 1 and years.size > 0 and bool(np.isfinite(years).all())
    if not good or (years != np.round(years)).any() or (np.diff(years) <= 0).any():
        raise plan_error("vintage_order", value=years.tolist())
    whole = years.astype(np.int64)
    whole.setflags(write=False)
    return whole


def check_plan(plan: StockPlan) -> None:
    """Check shapes, signs and ranges.

    Raises
    ------
    PlanError
        At the first field that is wrong.
    """
    _check_shapes(plan)
    for field in ("opening_wan", "receipts_wan", "demand_wan", "lump_mean_wan"):
        _check_range(plan, field, 0.0, LARGEST_WAN)
    _check_range(plan, "growth", -np.inf, np.inf)
    _check_range(plan, "volatility", 0.0, LARGEST_VOLATILITY)
    _check_range(plan, "lump_rate", 0.0, LARGEST_LUMP_RATE)
    _check_scalars(plan)
    _check_late_odds(plan)
    _check_years(plan)
    _check_growth(plan)


def _check_shapes(plan: StockPlan) -> None:
    units, vintages = len(plan.unit_code), len(plan.vintage)
    receipts = plan.receipts_wan.shape
    if len(receipts) != 2 or receipts[1] == 0:
        raise plan_error("shape", field="receipts_wan", shape=receipts, wanted=f"({units}, T)")
    wanted = {
        "opening_wan": (units, vintages),
        "receipts_wan": (units, receipts[1]),
        "demand_wan": (units, receipts[1]),
        "growth": (units,),
        "volatility": (units,),
        "lump_rate": (units,),
        "lump_mean_wan": (units,),
    }
    for field, shape in wanted.items():
        found = getattr(plan, field).shape
        if found != shape:
            raise plan_error("shape", field=field, shape=found, wanted=shape)


def _check_range(plan: StockPlan, field: str, least: float, most: float) -> None:
    values = getattr(plan, field)
    # NaN fails every comparison, an infinity the test for finiteness.
    bad = np.argwhere(~(np.isfinite(values) & (values >= least) & (values <= most)))
    if len(bad) == 0:
        return
    where = tuple(int(each) for each in bad[0])
    value = values[where]
    key = "negative" if value < least else "too_large"
    if not np.isfinite(value):
        key = "not_finite"
    shown = {"field": field, "value": f"{value:g}", "most": f"{most:g}"}
    raise PlanError(*(_placed(plan, key, field, where, lang, shown) for lang in LANGUAGES))


def _placed(
    plan: StockPlan,
    key: str,
    field: str,
    where: tuple[int, ...],
    lang: str,
    shown: dict[str, str],
) -> str:
    words = catalogue(lang)
    unit = plan.unit_code[where[0]]
    if field == "opening_wan":
        place = words("stock.place_vintage", unit=unit, vintage=plan.vintage[where[1]])
    elif len(where) == 2:
        place = words("stock.place_month", unit=unit, month=where[1] + 1)
    else:
        place = words("stock.place_unit", unit=unit)
    return words(f"stock.{key}", place=place, **shown)


def _check_scalars(plan: StockPlan) -> None:
    number = isinstance(plan.correlation, int | float | np.number)
    if not number or not 0 <= plan.correlation <= 1:
        raise plan_error("correlation", value=plan.correlation)
    steps = plan.steps_per_month
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 1:
        raise plan_error("steps", value=steps)


def _check_late_odds(plan: StockPlan) -> None:
    odds = np.asarray(plan.late_odds)
    # NaN fails the comparison, an infinity does not add to 1.
    good = odds.ndim == 1 and bool((odds >= 0).all())
    if not good or not abs(odds.sum() - 1) <= ROUNDING:
        raise plan_error("late_odds", value=odds.tolist())


def _check_years(plan: StockPlan) -> None:
    first, last = plan.first_year, int(plan.vintage[-1])
    missing = set(range(first, last + 1)) - set(plan.vintage.tolist())
    if missing:
        years = ", ".join(str(year) for year in sorted(missing))
        raise plan_error("vintage_years", months=plan.months, first=first, last=last, years=years)
    early = np.argwhere((plan.opening_wan > 0) & (plan.vintage > first))
    if len(early):
        unit, vintage = early[0]
        raise plan_error(
            "opening_future",
            unit=plan.unit_code[unit],
            vintage=plan.vintage[vintage],
            first=first,
        )


def _check_growth(plan: StockPlan) -> None:
    """Refuse growth that runs away within the horizon, an amount in percent above all."""
    with np.errstate(over="ignore", invalid="ignore"):
        final = plan.demand_wan.max(axis=1) * np.exp(np.maximum(plan.growth, 0) * plan.months)
    bad = np.flatnonzero(~(final <= LARGEST_WAN))
    if len(bad):
        unit = int(bad[0])
        value = f"{plan.growth[unit]:g}"
        raise plan_error("growth", unit=plan.unit_code[unit], value=value, months=plan.months)
