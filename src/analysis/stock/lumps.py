"""Lump payments of a step: how many, and what they add up to."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.stock.random_numbers import levels

# With more lumps a step, one gamma variate replaces the sum of single ones.
FEW = 8.0
# Candidates for a gamma variate; all are refused with odds below 0.05 ** 16.
ATTEMPTS = 16
# Poisson odds beyond so many standard deviations are below what 52 bits can show.
WIDEST = 10


class LumpNumber(NamedTuple):
    """The Poisson distribution of a step's number of lumps, as levels of a 52-bit number.

    Parameters
    ----------
    least : int
        Smallest number of lumps that 52 bits can show.
    above : array of uint64, shape (K,)
        The number is `least` and one more for every level that is not above the 52 bits drawn.
    """

    least: int
    above: NDArray[np.uint64]


@lru_cache(maxsize=64)
def lump_number(mean: float) -> LumpNumber:
    """Return the distribution of the number of lumps in a step.

    Parameters
    ----------
    mean : float, lumps a step
        Above 0.
    """
    from scipy.special import pdtr

    spread = WIDEST * (np.sqrt(mean) + 4)
    least = max(0, int(mean - spread)) if mean > FEW else 0
    number = np.arange(least, int(mean + spread) + 1)
    above = levels(pdtr(number, mean))
    above.setflags(write=False)
    return LumpNumber(least, above)
