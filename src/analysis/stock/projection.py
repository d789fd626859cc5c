"""The stock of funds on its expected course, without chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.short_repr import ShortRepr
from analysis.stock.arrivals import expected_arrivals
from analysis.stock.demand import expected_demand
from analysis.stock.payment import TOLERANCE, follow
from analysis.stock.plan import StockPlan

DAYS_A_MONTH = 365 / 12


@dataclass(frozen=True, eq=False, repr=False)
class Projection(ShortRepr):
    """The expected course of U units over T months, V vintages; amounts in 万元.

    Parameters
    ----------
    unit_code : tuple of str
    demand_wan, paid_wan, shortfall_wan : array, shape (U, T)
        Expected demand (growth counted, lumps at their mean), and how it is met.
    stock_wan : array, shape (U, T)
        At the end of each month, after what is recovered in a December.
    vintage_stock_wan : array, shape (U, V, T)
        The same by vintage.
    recovered_wan, carry_over_wan : array, shape (U, V)
        Recovered within the horizon, and left at its end.
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
    vintage_stock_wan: NDArray[np.float64]
    recovered_wan: NDArray[np.float64]
    carry_over_wan: NDArray[np.float64]
    depletion_month: NDArray[np.float64]
    runway_months: NDArray[np.float64]
    days_of_cover: NDArray[np.float64]


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
    shape = len(plan.unit_code), plan.months * plan.steps_per_month
    by_step = np.array([expected_demand(plan, unit) for unit in range(shape[0])]).reshape(shape)
    # The units stand where a simulation has its paths.
    course = follow(plan.opening_wan.T, plan.vintage, expected_arrivals(plan), by_step.T)
    demand = by_step.reshape(len(by_step), plan.months, plan.steps_per_month).sum(axis=2)
    vintage_stock = course.stock_wan.transpose(2, 1, 0)
    at_hand = plan.opening_wan.sum(axis=1) + plan.late_odds[0] * plan.receipts_wan[:, 0]
    return Projection(
        unit_code=plan.unit_code,
        demand_wan=demand,
        paid_wan=course.paid_wan.T,
        shortfall_wan=course.shortfall_wan.T,
        stock_wan=vintage_stock.sum(axis=1),
        vintage_stock_wan=vintage_stock,
        recovered_wan=course.recovered_wan.sum(axis=0).T,
        carry_over_wan=vintage_stock[:, :, -1].copy(),
        depletion_month=np.where(course.depleted_month > 0, course.depleted_month, np.nan),
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
