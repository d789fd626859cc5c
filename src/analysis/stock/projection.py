"""The stock of funds on its expected course, without chance, and what growth would use it up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.short_repr import ShortRepr
from analysis.stock.chance import step_ends, trend_demand
from analysis.stock.payment import TOLERANCE, YEAR, follow
from analysis.stock.plan import StockPlan

DAYS_A_MONTH = 365 / 12
# Newton's steps stop at this part of the growth; it needs a handful of them.
CLOSE = 1e-13
MOST_STEPS = 100


@dataclass(frozen=True, eq=False, repr=False)
class Projection(ShortRepr):
    """The expected course of U units over T months; amounts in 万元.

    Parameters
    ----------
    unit_code : tuple of str
    demand_wan, paid_wan, shortfall_wan : array, shape (U, T)
        Expected demand (growth counted, lumps at their mean), and how it is met.
    stock_wan : array, shape (U, T)
        At the end of each month, after what is recovered in a December.
    depletion_month : array, shape (U,)
        First month whose demand is not met in full; NaN where all is.
    runway_months : array, shape (U,)
        Months of expected demand that opening stock and all receipts cover, whenever they
        arrive and before any recovery; beyond the horizon at the last month's demand. Infinite
        without demand.
    days_of_cover : array, shape (U,)
        Opening stock and the first month's receipts against the first month's demand.
    """

    unit_code: tuple[str, ...]
    demand_wan: NDArray[np.float64]
    paid_wan: NDArray[np.float64]
    shortfall_wan: NDArray[np.float64]
    stock_wan: NDArray[np.float64]
    depletion_month: NDArray[np.float64]
    runway_months: NDArray[np.float64]
    days_of_cover: NDArray[np.float64]


def expected_arrivals(plan: StockPlan) -> NDArray[np.float64]:
    """Return the money expected to arrive: every month's receipts, spread over its odds.

    Money that would arrive after the last month is not there.

    Returns
    -------
    array, shape (T, V, U), 万元
        By the year it was granted.
    """
    arrives_in = plan.arrives_in
    arrivals = np.zeros((plan.months, len(plan.vintage), len(plan.unit_code)))
    for due in range(plan.months):
        for late, odds in enumerate(plan.late_odds[: plan.months - due]):
            arrivals[due + late, arrives_in[due]] += odds * plan.receipts_wan[:, due]
    return arrivals


def project(plan: StockPlan) -> Projection:
    """Project every unit's stock at its expected demand.

    Parameters
    ----------
    plan : StockPlan

    Returns
    -------
    Projection

    Examples
    --------
    >>> plan = StockPlan(
    ...     unit_code=["654201"], opening_wan=[[0.0]], vintage=[2024],
    ...     receipts_wan=[[67.0] + [0.0] * 11], demand_wan=[[10.0] * 12], growth=[0.0],
    ...     volatility=[0.0], lump_rate=[0.0], lump_mean_wan=[0.0], correlation=0.0,
    ... )
    >>> expected = project(plan)
    >>> expected.depletion_month.tolist(), expected.runway_months.tolist()
    ([7.0], [6.7])
    """
    units = range(len(plan.unit_code))
    trend = np.array([trend_demand(plan, unit) for unit in units])
    lumps = plan.lump_rate * plan.lump_mean_wan / plan.steps_per_month
    by_step = trend.reshape(len(units), plan.months, plan.steps_per_month) + lumps[:, None, None]
    # The units stand where a simulation has its paths.
    months = zip(expected_arrivals(plan), by_step.transpose(1, 2, 0), strict=True)
    course = list(follow(plan.opening_wan.T, plan.vintage, plan.first_year, months))
    depleted = np.array([month.depleted for month in course])
    demand = by_step.sum(axis=2)
    at_hand = plan.opening_wan.sum(axis=1) + plan.late_odds[0] * plan.receipts_wan[:, 0]
    return Projection(
        unit_code=plan.unit_code,
        demand_wan=demand,
        paid_wan=np.array([month.paid_wan for month in course]).T,
        shortfall_wan=np.array([month.shortfall_wan for month in course]).T,
        stock_wan=np.array([month.stock_wan.sum(axis=0) for month in course]).T,
        depletion_month=np.where(depleted.any(axis=0), depleted.argmax(axis=0) + 1.0, np.nan),
        runway_months=np.array(
            [months_covered(money, row) for money, row in zip(plan.total_wan, demand, strict=True)]
        ),
        days_of_cover=_days(at_hand, demand[:, 0]),
    )


def months_covered(money_wan: float, demand_wan: NDArray[np.float64]) -> float:
    """Return how many months of demand an amount of money covers.

    Parameters
    ----------
    money_wan : float, 万元
    demand_wan : array, shape (T,), 万元
        By month; the last one's demand goes on for ever.

    Returns
    -------
    float, months
        Infinite where the money is never used up.

    Examples
    --------
    >>> months_covered(25.0, np.array([10.0, 10.0])), months_covered(5.0, np.array([0.0, 10.0]))
    (2.5, 1.5)
    """
    demanded = np.cumsum(demand_wan)
    beyond = np.flatnonzero(demanded - money_wan > TOLERANCE * demanded)
    month = int(beyond[0]) if len(beyond) else len(demand_wan)
    before = float(demanded[month - 1]) if month else 0.0
    rate = float(demand_wan[min(month, len(demand_wan) - 1)])
    return month + max(float(money_wan) - before, 0.0) / rate if rate > 0 else np.inf


def _days(money_wan: NDArray[np.float64], demand_wan: NDArray[np.float64]) -> NDArray[np.float64]:
    days = np.full(len(money_wan), np.inf)
    # A demand next to nothing may overflow into the infinity that it stands for.
    with np.errstate(over="ignore"):
        np.divide(money_wan * DAYS_A_MONTH, demand_wan, out=days, where=demand_wan > 0)
    return days


def reverse_stress(plan: StockPlan) -> pd.DataFrame:
    """Return the growth of demand from which on the money is used up by the end of each month.

    By the end of a step the money is used up once the demand so far exceeds all that was there:
    ``sum_t demand_t exp(g t) + lumps > opening + receipts``, t being the end of each step in
    months. Within 12 months nothing is recovered, so each step has one least g, and a month has
    the least of all steps up to its end.

    Parameters
    ----------
    plan : StockPlan
        U units, T months. Its own growth is not used; lumps and late receipts count at their
        mean, as in `project`.

    Returns
    -------
    DataFrame, shape (U, min(T, 12)), index unit_code, columns ``month`` 1, 2, ...; per month
        The exponent g, in place of `StockPlan.growth`, above which `project` has a depletion
        month no later than the column's: 0.01 is about 1 % a month. It never rises from left to
        right. NaN: no growth does it, since there is no demand to grow. -inf: any growth does
        it, since lumps alone exceed the money, or there is demand and no money for it.

    Examples
    --------
    With a demand of 6 a month, 67 last 11 months; they are used up within 6 where demand grows
    by more than an exponent of 0.166 (18 %) a month.

    >>> plan = StockPlan(
    ...     unit_code=["654201"], opening_wan=[[0.0]], vintage=[2024],
    ...     receipts_wan=[[67.0] + [0.0] * 11], demand_wan=[[6.0] * 12], growth=[0.0],
    ...     volatility=[0.0], lump_rate=[0.0], lump_mean_wan=[0.0], correlation=0.0,
    ... )
    >>> reverse_stress(plan)[[1, 6, 11, 12]].round(3).loc["654201"].tolist()
    [2.413, 0.166, 0.003, -0.011]
    """
    months, steps = min(plan.months, YEAR), plan.steps_per_month
    by_month = plan.demand_wan, expected_arrivals(plan).sum(axis=1).T
    demand, arrived = (np.repeat(each[:, :months] / steps, steps, axis=1) for each in by_month)
    time = step_ends(plan)[:months].ravel()
    money = plan.opening_wan.sum(axis=1)[:, None] + arrived.cumsum(axis=1)
    lumps = np.outer(plan.lump_rate * plan.lump_mean_wan, time)
    # A shortage that counts as rounding is none: see `analysis.stock.payment.TOLERANCE`.
    room = money / (1 - TOLERANCE) - lumps
    ends = range(1, len(time) + 1)
    growth = [_fill(demand[:, :end], time[:end], room[:, end - 1]) for end in ends]
    of_month = np.stack(growth, axis=1).reshape(len(demand), months, steps).min(axis=2)
    least = np.minimum.accumulate(of_month, axis=1)
    return pd.DataFrame(
        np.where(np.isposinf(least), np.nan, least),
        index=pd.Index(plan.unit_code, name="unit_code"),
        columns=pd.RangeIndex(1, months + 1, name="month"),
    )


def _fill(
    demand: NDArray[np.float64], time: NDArray[np.float64], room: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the growth at which demand, shape (U, S), adds to an amount, shape (U,).

    It is -inf where any growth exceeds the amount, +inf where none does.
    """
    grows = (demand > 0).any(axis=1)
    growth = np.where((room < 0) | (grows & (room == 0)), -np.inf, np.inf)
    solved = grows & (room > 0)
    with np.errstate(divide="ignore"):
        level = np.log(demand[solved]) - np.log(room[solved])[:, None]
    growth[solved] = _root(level, time)
    return growth


def _root(level: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return g at which ``log sum_t exp(level_t + g t)`` is 0, by Newton's steps.

    The function is convex and rises in g. At the start one term alone is 0, so the start is not
    below the root, and no step leads past it. Each row's steps are its own.
    """
    growth: NDArray[np.float64] = (-level / time).min(axis=1)
    open_ = np.ones(len(growth), dtype=bool)
    for _ in range(MOST_STEPS):
        if not open_.any():
            break
        exponent = level[open_] + growth[open_, None] * time
        peak = exponent.max(axis=1)
        terms = np.exp(exponent - peak[:, None])
        total = terms.sum(axis=1)
        step = (peak + np.log(total)) * total / (terms * time).sum(axis=1)
        growth[open_] -= step
        open_[open_] = np.abs(step) > CLOSE * (1 + np.abs(growth[open_]))
    return growth
