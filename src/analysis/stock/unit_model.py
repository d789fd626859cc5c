"""What a unit's paths are made from: its money, its demand without chance, and its keys."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.stock.lumps import ATTEMPTS, FEW, lump_number
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan
from analysis.stock.random_numbers import levels, stream_keys, sub_keys

NO_KEYS = np.zeros((0, 2), dtype=np.uint64)
NO_LEVELS = levels([1.0])
NO_LEVELS.setflags(write=False)


class UnitModel(NamedTuple):
    """A unit of T months, S steps and V vintages; amounts in 万元. What is off has no keys.

    Parameters
    ----------
    trend : array, shape (S,)
        Demand of each step without chance.
    shared_part, own_part : float
        Standard deviation a step of the shared and of the unit's own walk of log demand.
    drift : array, shape (S,)
        Taken from log demand so that the mean of its factor is 1.
    walk_keys : array of uint64, shape (S / 2 rounded up, 4)
    lump_mean : float
    lump_least : int
    lump_levels : array of uint64, shape (K,)
        As in `analysis.stock.lumps.LumpNumber`.
    many : bool
        The sum of lumps is drawn as a gamma variate.
    number_keys : array of uint64, shape (S, 2)
    size_keys : array of uint64, shape (S, lumps or 3 * attempts, 2)
    opening : array, shape (V,)
    receipts : array, shape (T,)
        As due.
    arrives_in : array of int, shape (T,)
        Place of the vintage of each month's receipts.
    oldest : array of int, shape (T,)
        First vintage that can hold money in a month.
    late_levels : array of uint64, shape (L,)
    late_keys : array of uint64, shape (T, 2)
    """

    trend: NDArray[np.float64]
    shared_part: float
    own_part: float
    drift: NDArray[np.float64]
    walk_keys: NDArray[np.uint64]
    lump_mean: float
    lump_least: int
    lump_levels: NDArray[np.uint64]
    many: bool
    number_keys: NDArray[np.uint64]
    size_keys: NDArray[np.uint64]
    opening: NDArray[np.float64]
    receipts: NDArray[np.float64]
    arrives_in: NDArray[np.int64]
    oldest: NDArray[np.int64]
    late_levels: NDArray[np.uint64]
    late_keys: NDArray[np.uint64]

    @property
    def months(self) -> int:
        """Number of months T."""
        return len(self.receipts)

    @property
    def steps_per_month(self) -> int:
        """Steps a month is paid in."""
        return len(self.trend) // len(self.receipts)


def step_ends(plan: StockPlan) -> NDArray[np.float64]:
    """Return the end of each step, months since the start, shape (T * steps_per_month,)."""
    return np.arange(1, plan.months * plan.steps_per_month + 1) / plan.steps_per_month


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
    growth: NDArray[np.float64] = np.exp(plan.growth[unit] * step_ends(plan))
    return a_step * growth


def unit_model(plan: StockPlan, unit: int, seed: int) -> UnitModel:
    """Return the model of a unit.

    Its keys depend on the seed and the unit's code alone: not on its place, its neighbours, or
    the number of months, whose first ones are the same in a longer plan.
    """
    walk, number, size, late = stream_keys(seed, plan.unit_code[unit], 4)
    steps, per_month = plan.months * plan.steps_per_month, plan.steps_per_month
    volatility, correlation = float(plan.volatility[unit]), float(plan.correlation)
    lump_rate = float(plan.lump_rate[unit]) / per_month
    lumpy = lump_rate > 0 and plan.lump_mean_wan[unit] > 0
    lumps = lump_number(lump_rate) if lumpy else None
    many = lump_rate > FEW
    sizes = 3 * ATTEMPTS if many else 0 if lumps is None else len(lumps.above)
    moves = volatility > 0 and correlation < 1
    late_levels = levels(np.cumsum(plan.late_odds)[:-1])
    arrives_in = arrival_vintage(plan)
    return UnitModel(
        trend=trend_demand(plan, unit),
        shared_part=volatility * np.sqrt(correlation / per_month),
        own_part=volatility * np.sqrt((1 - correlation) / per_month),
        drift=volatility**2 / 2 * step_ends(plan),
        walk_keys=sub_keys(walk, (steps + 1) // 2, 4) if moves else NO_KEYS.reshape(0, 4),
        lump_mean=float(plan.lump_mean_wan[unit]),
        lump_least=0 if lumps is None else lumps.least,
        lump_levels=NO_LEVELS if lumps is None else lumps.above,
        many=many,
        number_keys=NO_KEYS if lumps is None else sub_keys(number, steps, 2),
        size_keys=sub_keys(size, steps if lumps is not None else 0, sizes, 2),
        opening=plan.opening_wan[unit],
        receipts=plan.receipts_wan[unit],
        arrives_in=arrives_in,
        oldest=_oldest(arrives_in, len(plan.late_odds) - 1),
        late_levels=late_levels,
        late_keys=sub_keys(late, plan.months, 2) if len(late_levels) else NO_KEYS,
    )


def arrival_vintage(plan: StockPlan) -> NDArray[np.int64]:
    """Return the place among the vintages of each month's receipts, shape (T,)."""
    year = plan.first_year + np.arange(plan.months) // YEAR
    return np.searchsorted(plan.vintage, year).astype(np.int64)


def _oldest(arrives_in: NDArray[np.int64], most_late: int) -> NDArray[np.int64]:
    """Return the first vintage that a December has left, or that can still arrive."""
    month = np.arange(len(arrives_in))
    last_year = arrives_in[np.maximum(month // YEAR * YEAR - 1, 0)]
    due = arrives_in[np.maximum(month // YEAR * YEAR - most_late, 0)]
    return np.where(month < YEAR, 0, np.minimum(last_year, due)).astype(np.int64)
