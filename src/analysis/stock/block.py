"""What a block of a unit's paths hands on: figures of each path, and sums in a fixed order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.stock.payment import YEAR

# Sums are taken over so many paths at a time, so that they do not depend on the size of a block.
TILE = 512


class Block(NamedTuple):
    """Figures of P paths of a unit, P a multiple of `TILE`; amounts in 万元.

    The last tile of a run may have paths too many: they are in the arrays, but not in the sums.

    Parameters
    ----------
    stock : array, shape (T, P)
        At the end of each month.
    depleted : array of int, shape (P,)
        First month whose demand was not met in full; 0 where all was.
    lacking : array, shape (2, P)
        See `analysis.stock.top_up.lacking`.
    recovered : array, shape (P,)
        Over all months.
    sums : array, shape (tiles, 2 * T + T * V + T / 12 rounded down)
        Over the paths of each tile: see `parts`.
    """

    stock: NDArray[np.float64]
    depleted: NDArray[np.int64]
    lacking: NDArray[np.float64]
    recovered: NDArray[np.float64]
    sums: NDArray[np.float64]


def parts(sums: NDArray[np.float64], months: int, vintages: int) -> tuple[NDArray[np.float64], ...]:
    """Return the parts of sums along their last axis.

    Returns
    -------
    paid, shortfall : array, shape (..., T)
        In each month.
    stock : array, shape (..., T, V)
        At the end of each month, by vintage.
    recovered : array, shape (..., T / 12 rounded down)
        At the end of each December.
    """
    ends = np.cumsum([months, months, months * vintages])
    paid, shortfall, stock, recovered = np.split(sums, ends, axis=-1)
    return paid, shortfall, stock.reshape(*sums.shape[:-1], months, vintages), recovered


def sums_length(months: int, vintages: int) -> int:
    """Return how many sums a tile has."""
    return 2 * months + months * vintages + months // YEAR


def padded(paths: int) -> int:
    """Return the number of paths, rounded up to whole tiles."""
    return -(-paths // TILE) * TILE


def empty_block(months: int, vintages: int, paths: int) -> Block:
    """Return a block to be filled, for a number of paths rounded up to whole tiles."""
    lanes, tiles = padded(paths), padded(paths) // TILE
    return Block(
        stock=np.empty((months, lanes)),
        depleted=np.empty(lanes, dtype=np.int64),
        lacking=np.empty((2, lanes)),
        recovered=np.empty(lanes),
        sums=np.zeros((tiles, sums_length(months, vintages))),
    )


def tile_sums(values: NDArray[np.float64], paths: int) -> NDArray[np.float64]:
    """Return the sum over each tile: halves are added until one number is left.

    Parameters
    ----------
    values : array, shape (N, P), P a multiple of `TILE`
    paths : int
        The first of them that count.

    Returns
    -------
    array, shape (P / TILE, N)

    Examples
    --------
    >>> tile_sums(np.ones((1, 1024)), 700).tolist()
    [[512.0], [188.0]]
    """
    counted = values.copy()
    counted[:, paths:] = 0
    counted = counted.reshape(len(values), values.shape[1] // TILE, TILE)
    while (half := counted.shape[2] // 2) > 0:
        counted = counted[:, :, :half] + counted[:, :, half:]
    return counted[:, :, 0].T
