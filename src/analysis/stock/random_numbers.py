"""Keys of the random numbers: each depends on seed, unit code, use and step, and on the path."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.stock.elementwise import FIRST_MIX, SECOND_MIX, STEP

# Uniform numbers have 52 bits; odds become whole numbers of them.
RESOLUTION = 2**52


def stream_keys(seed: int, unit_code: str, streams: int) -> NDArray[np.uint64]:
    """Return a key for each use of random numbers by a unit.

    Parameters
    ----------
    seed : int
    unit_code : str
        Empty for what all units share.
    streams : int

    Returns
    -------
    array of uint64, shape (streams,)
    """
    sequence = np.random.SeedSequence(seed, spawn_key=tuple(unit_code.encode()))
    return sequence.generate_state(streams, np.uint64).astype(np.uint64)


def sub_keys(key: np.uint64, *shape: int) -> NDArray[np.uint64]:
    """Return the keys of a stream in the order of a counter: splitmix64 started at its key.

    The first ones do not depend on how many there are along the first axis.

    Returns
    -------
    array of uint64, of the shape given
    """
    counter = np.arange(1, math.prod(shape) + 1, dtype=np.uint64)
    bits = counter * STEP + key
    bits = (bits ^ (bits >> np.uint64(30))) * FIRST_MIX
    bits = (bits ^ (bits >> np.uint64(27))) * SECOND_MIX
    return (bits ^ (bits >> np.uint64(31))).reshape(shape)


def levels(cumulative: Sequence[float] | NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return cumulative odds as whole numbers: u < odds if and only if 52 bits of u < level.

    Odds of 1 have no level, since nothing lies beyond them.

    Examples
    --------
    >>> [int(level) for level in levels([0.5, 0.75, 1.0])] == [2**51, 3 * 2**50]
    True
    """
    scaled = np.ceil(np.asarray(cumulative, dtype=np.float64) * RESOLUTION)
    below: NDArray[np.uint64] = scaled[scaled < RESOLUTION].astype(np.uint64)
    return below
