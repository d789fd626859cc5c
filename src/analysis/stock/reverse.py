"""Reverse stress: the growth of demand at which the money is used up by a given month."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.stock.arrivals import expected_arrivals
from analysis.stock.payment import TOLERANCE, YEAR
from analysis.stock.plan import StockPlan

# Newton's steps stop at this part of the growth; it needs a handful of them.
CLOSE = 1e-13
MOST_STEPS = 100


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
        mean, as in `analysis.stock.projection.project`.

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
    units, last = len(plan.unit_code), min(plan.months, YEAR)
    by_step = _least_growth(plan, last).reshape(units, last, plan.steps_per_month)
    least = np.minimum.accumulate(by_step.min(axis=2), axis=1)
    return pd.DataFrame(
        np.where(np.isposinf(least), np.nan, least),
        index=pd.Index(plan.unit_code, name="unit_code"),
        columns=pd.RangeIndex(1, last + 1, name="month"),
    )


def _least_growth(plan: StockPlan, months: int) -> NDArray[np.float64]:
    """Return the growth that uses up the money at each step, shape (U, S); +inf where none."""
    per_month = plan.steps_per_month
    time = np.arange(1, months * per_month + 1) / per_month
    demand = _over_steps(plan.demand_wan[:, :months], per_month)
    arrived = _over_steps(expected_arrivals(plan)[:months].sum(axis=1).T, per_month)
    money = plan.opening_wan.sum(axis=1)[:, None] + arrived.cumsum(axis=1)
    lumps = np.outer(plan.lump_rate * plan.lump_mean_wan, time)
    # A shortage that counts as rounding is none: see `analysis.stock.payment.TOLERANCE`.
    room = money / (1 - TOLERANCE) - lumps
    ends = range(1, len(time) + 1)
    return np.stack([_fill(demand[:, :end], time[:end], room[:, end - 1]) for end in ends], axis=1)


def _over_steps(by_month: NDArray[np.float64], per_month: int) -> NDArray[np.float64]:
    return np.repeat(by_month / per_month, per_month, axis=1)


def _fill(
    demand: NDArray[np.float64], time: NDArray[np.float64], room: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the growth at which demand adds to an amount.

    Parameters
    ----------
    demand : array, shape (U, S), 万元
    time : array, shape (S,), months
    room : array, shape (U,), 万元

    Returns
    -------
    array, shape (U,), per month
        -inf where any growth exceeds the amount, +inf where none does.
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
