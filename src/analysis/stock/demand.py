"""The demand on the money: a trend, a random walk shared in part between units, and lumps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.stock.elementwise import (
    SHIFT_12,
    above_zero,
    exp,
    gamma_attempt,
    log,
    normal_pair,
    select,
    word,
)
from analysis.stock.lumps import ATTEMPTS
from analysis.stock.plan import StockPlan
from analysis.stock.random_numbers import stream_keys, sub_keys
from analysis.stock.unit_model import UnitModel, trend_demand, unit_model

# Logarithm of the largest factor on demand that is told from any larger one.
WIDEST = 600.0


def expected_demand(plan: StockPlan, unit: int) -> NDArray[np.float64]:
    """Return a unit's expected demand: the trend, and lumps at their mean.

    Returns
    -------
    array, shape (T * steps_per_month,), 万元 a step
    """
    lumps = plan.lump_rate[unit] * plan.lump_mean_wan[unit] / plan.steps_per_month
    demand: NDArray[np.float64] = trend_demand(plan, unit) + lumps
    return demand


def path_numbers(first: int, paths: int) -> NDArray[np.uint64]:
    """Return the numbers of some paths, counted from 0."""
    return np.arange(first, first + paths, dtype=np.uint64)


def shared_keys(plan: StockPlan, seed: int) -> NDArray[np.uint64]:
    """Return the keys of the random walk that all units share, shape (S / 2 rounded up, 4)."""
    steps = plan.months * plan.steps_per_month
    return sub_keys(stream_keys(seed, "", 1)[0], (steps + 1) // 2, 4)


def shared_walk(plan: StockPlan, paths: int, seed: int, *, first: int = 0) -> NDArray[np.float64]:
    """Draw the random walk that all units share.

    Returns
    -------
    array, shape (T * steps_per_month, paths)
        Variance 1 a step.
    """
    steps = plan.months * plan.steps_per_month
    return random_walk(shared_keys(plan, seed), steps, path_numbers(first, paths))


def draw_demand(
    plan: StockPlan, unit: int, shared: NDArray[np.float64], seed: int
) -> NDArray[np.float64]:
    """Draw a unit's demand along the first paths.

    Parameters
    ----------
    shared : array, shape (T * steps_per_month, P)
        From `shared_walk`.

    Returns
    -------
    array, shape (T * steps_per_month, P), 万元 a step
    """
    return model_demand(unit_model(plan, unit, seed), shared, path_numbers(0, shared.shape[1]))


def model_demand(
    model: UnitModel, shared: NDArray[np.float64], path: NDArray[np.uint64]
) -> NDArray[np.float64]:
    """Draw a unit's demand along some paths.

    Parameters
    ----------
    model : UnitModel
    shared : array, shape (S, P)
        Walk of these paths; not used by a unit whose demand has no part in it.
    path : array of uint64, shape (P,)

    Returns
    -------
    array, shape (S, P), 万元 a step
    """
    demand = np.repeat(model.trend[:, None], len(path), axis=1)
    walk = np.zeros((1, 1))
    if model.own_part > 0:
        walk = model.own_part * random_walk(model.walk_keys, len(demand), path)
    if model.shared_part > 0:
        walk = model.shared_part * shared + walk
    if model.own_part > 0 or model.shared_part > 0:
        factor = np.clip(walk - model.drift[:, None], -WIDEST, WIDEST)
        demand *= exp(factor)
    if len(model.number_keys):
        draw = _many_lumps if model.many else _few_lumps
        for step, money in enumerate(demand):
            money += draw(model, step, path) * model.lump_mean
    return demand


def random_walk(
    keys: NDArray[np.uint64], steps: int, path: NDArray[np.uint64]
) -> NDArray[np.float64]:
    """Draw a random walk of standard normal moves, two at a time.

    Parameters
    ----------
    keys : array of uint64, shape (S / 2 rounded up, 4)
    steps : int, S
    path : array of uint64, shape (P,)

    Returns
    -------
    array, shape (S, P)
    """
    moves = np.empty((2 * len(keys), len(path)))
    for pair, (first, second, third, fourth) in enumerate(keys):
        moves[2 * pair], moves[2 * pair + 1] = normal_pair(
            word(path, first, second), word(path, third, fourth)
        )
    walk: NDArray[np.float64] = moves[:steps].cumsum(axis=0)
    return walk


def _few_lumps(model: UnitModel, step: int, path: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return the sum of a step's lumps of mean 1: -log of a product of uniform numbers."""
    drawn = word(path, *model.number_keys[step]) >> SHIFT_12
    product = np.ones(len(path))
    for level, keys in zip(model.lump_levels, model.size_keys[step], strict=True):
        another = drawn >= level
        if not another.any():
            break
        product = select(another, product * above_zero(word(path, *keys)), product)
    lumps: NDArray[np.float64] = -log(product)
    return lumps


def _many_lumps(model: UnitModel, step: int, path: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return the sum of a step's lumps of mean 1: a gamma variate, 0 for no lump."""
    drawn = word(path, *model.number_keys[step]) >> SHIFT_12
    number = model.lump_least + np.searchsorted(model.lump_levels, drawn, side="right")
    shape = np.maximum(number, 1).astype(np.float64)
    lumps, open_ = np.zeros(len(path)), number > 0
    keys = model.size_keys[step]
    for attempt in range(ATTEMPTS):
        radius, angle, uniform = (word(path, *keys[3 * attempt + use]) for use in range(3))
        normal, _ = normal_pair(radius, angle)
        candidate, taken = gamma_attempt(shape, normal, above_zero(uniform))
        lumps = np.where(open_, candidate, lumps)
        open_ &= ~taken
        if not open_.any():
            break
    return lumps
