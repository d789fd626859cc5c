"""Refuse a stock plan that contradicts itself, naming field, unit and month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import PlanError
from analysis.words import LANGUAGES, catalogue

if TYPE_CHECKING:
    from analysis.stock.plan import StockPlan

# No budget comes near it: a larger figure is in yuan, or a slip.
LARGEST_WAN = 1e12
# Bounds that only a percentage or a count of another period exceeds.
LARGEST_VOLATILITY = 10.0
LARGEST_LUMP_RATE = 1e6
# Odds that miss a sum of 1 by less are rounded, not wrong.
ROUNDING = 1e-9


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
