"""A block of a unit's paths in plain NumPy: what the compiled kernel must give, bit for bit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.stock.arrivals import drawn_arrivals
from analysis.stock.bins import add_counts, add_peaks
from analysis.stock.block import Block, padded, tile_sums
from analysis.stock.demand import model_demand, path_numbers, random_walk
from analysis.stock.payment import follow
from analysis.stock.top_up import lacking, money_needed
from analysis.stock.unit_model import UnitModel

__all__ = ["add_counts", "add_peaks", "draw_block", "draw_walk"]


def draw_walk(keys: NDArray[np.uint64], steps: int, first: int, paths: int) -> NDArray[np.float64]:
    """Draw the random walk that all units share along the paths of a block.

    Parameters
    ----------
    keys : array of uint64, shape (S / 2 rounded up, 4)
    steps : int, S
    first : int
        Number of the block's first path.
    paths : int

    Returns
    -------
    array, shape (S, paths rounded up to whole tiles)
    """
    return random_walk(keys, steps, path_numbers(first, padded(paths)))


def draw_block(
    model: UnitModel,
    vintage: NDArray[np.int64],
    shared: NDArray[np.float64],
    first: int,
    paths: int,
) -> Block:
    """Draw a block of a unit's paths.

    Parameters
    ----------
    model : UnitModel
    vintage : array of int, shape (V,)
    shared : array, shape (S, paths rounded up to whole tiles)
        From `draw_walk`; not used by a unit without a part in it.
    first : int
        Number of the block's first path.
    paths : int

    Returns
    -------
    Block
    """
    path = path_numbers(first, padded(paths))
    demand = model_demand(model, shared, path)
    arrivals = drawn_arrivals(model, path)
    course = follow(model.opening, vintage, arrivals, demand)
    needed = money_needed(model.opening, vintage, arrivals, demand)
    recovered = course.recovered_wan.sum(axis=1)
    # A month's stock goes alone: all months together would be copied whole.
    summed = (course.paid_wan, course.shortfall_wan, *course.stock_wan, recovered)
    return Block(
        stock=course.stock_wan.sum(axis=1),
        depleted=course.depleted_month,
        lacking=lacking(needed, course.depleted_month),
        recovered=recovered.sum(axis=0),
        sums=np.concatenate([tile_sums(part, paths) for part in summed], axis=1),
    )
