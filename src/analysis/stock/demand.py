"""The demand on the money: a trend, a random walk shared in part between units, and lumps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.stock.plan import StockPlan


def trend_demand(plan: StockPlan, unit: int) -> NDArray[np.float64]:
    """Return a unit's demand with its growth, before random walk and lumps.

    Parameters
    ----------
    plan : StockPlan
    unit : int
        Its place in the plan.

    Returns
    -------
    array, shape (T * steps_per_month,), 万元 a step
    """
    a_step = np.repeat(plan.demand_wan[unit] / plan.steps_per_month, plan.steps_per_month)
    growth: NDArray[np.float64] = np.exp(plan.growth[unit] * _time(plan))
    return a_step * growth


def expected_demand(plan: StockPlan, unit: int) -> NDArray[np.float64]:
    """Return a unit's expected demand: the trend, and lumps at their mean.

    Returns
    -------
    array, shape (T * steps_per_month,), 万元 a step
    """
    lumps = plan.lump_rate[unit] * plan.lump_mean_wan[unit] / plan.steps_per_month
    demand: NDArray[np.float64] = trend_demand(plan, unit) + lumps
    return demand


def shared_walk(plan: StockPlan, paths: int, seed: int) -> NDArray[np.float64]:
    """Draw the random walk that all units share.

    Returns
    -------
    array, shape (T * steps_per_month, paths)
        Variance 1 a month.
    """
    return _walk(plan, paths, np.random.SeedSequence(seed))


def draw_demand(
    plan: StockPlan, unit: int, shared: NDArray[np.float64], seed: int
) -> NDArray[np.float64]:
    """Draw a unit's demand along every path.

    The unit's own random numbers depend on the seed and its code alone: not on its place, its
    neighbours, or the number of months, whose first ones are the same in a longer plan.

    Parameters
    ----------
    shared : array, shape (T * steps_per_month, P)
        From `shared_walk`.

    Returns
    -------
    array, shape (T * steps_per_month, P), 万元 a step
    """
    paths = shared.shape[1]
    code = tuple(plan.unit_code[unit].encode())
    own_walk, counts, sizes = np.random.SeedSequence(seed, spawn_key=code).spawn(3)
    demand = np.repeat(trend_demand(plan, unit)[:, None], paths, axis=1)
    if plan.volatility[unit] > 0:
        walk = np.sqrt(plan.correlation) * shared
        walk += np.sqrt(1 - plan.correlation) * _walk(plan, paths, own_walk)
        demand *= np.exp(martingale(plan.volatility[unit], walk, _time(plan)))
    if plan.lump_rate[unit] > 0 and plan.lump_mean_wan[unit] > 0:
        rate = plan.lump_rate[unit] / plan.steps_per_month
        number = np.random.default_rng(counts).poisson(rate, size=shared.shape)
        # A sum of n exponential sizes is one gamma variate of shape n.
        lumps = np.random.default_rng(sizes).standard_gamma(number)
        demand += lumps * plan.lump_mean_wan[unit]
    return demand


def martingale(
    volatility: float, walk: NDArray[np.float64], time: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the logarithm of the factor on demand, whose mean is 1 at any time.

    Parameters
    ----------
    volatility : float, per square root of a month
    walk : array, shape (K, P)
    time : array, shape (K,), months
    """
    return volatility * walk - volatility**2 / 2 * time[:, None]


def _time(plan: StockPlan) -> NDArray[np.float64]:
    """Return the end of each step, months since the start."""
    steps = plan.months * plan.steps_per_month
    return np.arange(1, steps + 1) / plan.steps_per_month


def _walk(plan: StockPlan, paths: int, seeds: np.random.SeedSequence) -> NDArray[np.float64]:
    steps = plan.months * plan.steps_per_month
    moves = np.random.default_rng(seeds).standard_normal((steps, paths))
    walk: NDArray[np.float64] = moves.cumsum(axis=0) / np.sqrt(plan.steps_per_month)
    return walk
