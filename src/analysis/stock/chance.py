"""What differs between the paths of a unit: its demand, and the months its money arrives in.

Demand is a trend times a random walk that all units share in part, and lump payments.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.stock.plan import StockPlan

# Unit code of the random numbers that all units share.
SHARED = ""
# Number, in place of a month's, of the random numbers that say how late money arrives.
DELAYS = 0
# With more lumps a step on each path, their sum is drawn at once.
FEW_LUMPS = 8.0


def random_numbers(seed: int, unit_code: str, block: int, month: int) -> np.random.Generator:
    """Return NumPy's random numbers of a month along a block of a unit's paths.

    They are the same whatever other units, months or blocks there are.
    """
    key = (block, month, *unit_code.encode())
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))


def step_ends(plan: StockPlan) -> NDArray[np.float64]:
    """Return the end of each step, months since the start, shape (T, S) for S steps a month."""
    steps = np.arange(1, plan.months * plan.steps_per_month + 1) / plan.steps_per_month
    return steps.reshape(plan.months, plan.steps_per_month)


def trend_demand(plan: StockPlan, unit: int) -> NDArray[np.float64]:
    """Return a unit's demand with its growth, before walk and lumps: (T, S), 万元 a step."""
    growth: NDArray[np.float64] = np.exp(plan.growth[unit] * step_ends(plan))
    a_step: NDArray[np.float64] = plan.demand_wan[unit] / plan.steps_per_month
    return a_step[:, None] * growth


def shared_moves(plan: StockPlan, seed: int, block: int, paths: int) -> NDArray[np.float64]:
    """Draw the moves of the random walk that all units share.

    Returns
    -------
    array, shape (T, S, P)
        Standard normals; where no unit has a part in them 0, shape (T, 1, 1).
    """
    if plan.correlation == 0 or not plan.volatility.any():
        return np.zeros((plan.months, 1, 1))
    moves = np.empty((plan.months, plan.steps_per_month, paths))
    for month, own in enumerate(moves, start=1):
        random_numbers(seed, SHARED, block, month).standard_normal(out=own)
    return moves


def drawn_months(
    plan: StockPlan, unit: int, shared: NDArray[np.float64], *, seed: int, block: int, paths: int
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Draw a unit's arrivals and demand along a block of paths.

    Parameters
    ----------
    plan : StockPlan
    unit : int
        Its place in the plan.
    shared : array, shape (T, S, P)
        From `shared_moves`, of the same block.
    seed, block, paths : int

    Yields
    ------
    Two arrays, as `analysis.stock.payment.follow` takes them: a month's arrivals and demand.
    """
    steps, volatility = plan.steps_per_month, plan.volatility[unit]
    # Standard deviations a step of the shared and of the unit's own walk of log demand.
    shared_part = volatility * np.sqrt(plan.correlation / steps)
    own_part = volatility * np.sqrt((1 - plan.correlation) / steps)
    trend = trend_demand(plan, unit)
    lump_rate, lump_mean = plan.lump_rate[unit] / steps, plan.lump_mean_wan[unit]
    arrivals = _arrivals(plan, unit, _months_late(plan, unit, seed, block, paths))
    walk = np.zeros(paths)
    for month, arriving in enumerate(arrivals):
        random = random_numbers(seed, plan.unit_code[unit], block, month + 1)
        # Normals come first: other lumps, as in a tornado, leave them as they are.
        moves = random.standard_normal((steps, paths))
        moves *= own_part
        moves += shared_part * shared[month]
        # With this drift the mean of the walk's factor is 1.
        moves -= volatility**2 / 2 / steps
        moves[0] += walk
        walks = moves if steps == 1 else moves.cumsum(axis=0)
        walk = walks[-1].copy()
        demand = np.exp(walks, out=walks)
        demand *= trend[month][:, None]
        if lump_rate > 0 and lump_mean > 0:
            _add_lumps(demand, random, lump_rate, lump_mean)
        yield arriving, demand


def _add_lumps(
    demand: NDArray[np.float64], random: np.random.Generator, rate: float, mean: float
) -> None:
    """Add to a month's demand, shape (S, P), lumps of exponential size at Poisson times."""
    if rate > FEW_LUMPS:
        demand += mean * random.standard_gamma(random.poisson(rate, demand.shape))
        return
    # Given how many lumps all cells have together, each falls on any of them alike. They are
    # drawn one after the other, so that a higher rate adds to them.
    cell, size = random.random((random.poisson(rate * demand.size), 2)).T
    cells = (cell * demand.size).astype(np.int64)
    np.add.at(demand.reshape(-1), cells, -mean * np.log1p(-size))


def _months_late(
    plan: StockPlan, unit: int, seed: int, block: int, paths: int
) -> NDArray[np.int64]:
    """Draw how late each month's receipts are, shape (T, P), or (T, 1) where nothing ever is."""
    if len(plan.late_odds) == 1:
        return np.zeros((plan.months, 1), dtype=np.int64)
    drawn = random_numbers(seed, plan.unit_code[unit], block, DELAYS).random((plan.months, paths))
    return np.searchsorted(np.cumsum(plan.late_odds)[:-1], drawn, side="right")


def _arrivals(plan: StockPlan, unit: int, late: NDArray[np.int64]) -> Iterator[NDArray[np.float64]]:
    """Yield the money that arrives in each month, due in it or before: (V, P) or (V, 1)."""
    receipts, place = plan.receipts_wan[unit], plan.arrives_in
    for month in range(plan.months):
        arriving = np.zeros((len(plan.vintage), late.shape[1]))
        for due in range(max(0, month + 1 - len(plan.late_odds)), month + 1):
            if receipts[due] > 0:
                arriving[place[due]] += receipts[due] * (late[due] == month - due)
        yield arriving
