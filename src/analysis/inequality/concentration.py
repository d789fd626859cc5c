"""The concentration index: whether the money leans to the poor or to the well-off."""

from __future__ import annotations

import numpy as np

from analysis.inequality.shares import (
    Figure,
    Values,
    check_length,
    in_order,
    numbers,
    shares,
    units_of,
)

RANK = Figure("rank", "排序指标")


def concentration_index(amount: Values, need: Values | None = None, *, rank: Values) -> float:
    """Concentration index of the money over people in need who are ranked from outside.

    *Σ s (2R − 1)*, where *R* is the share of need ranked below a unit, and half of its own:
    twice the covariance of money per need and rank, over the mean. O(n log n).

    Parameters
    ----------
    amount : array_like, shape (n,)
        Money of each unit, any unit of account, at least 0.
    need : array_like, shape (n,), optional
        People in need in each unit, at least 0. Omitted: every unit counts once.
    rank : array_like, shape (n,)
        What ranks the units, the poorest having the least: income or fiscal capacity per
        head, any unit, of either sign. Only its order counts. Units that tie share the middle
        of the places they take.

    Returns
    -------
    float
        -1 to 1; below 0 if the money leans to the poor, 0 if rank tells nothing of it. Ranked
        by money per need itself it is the Gini index. Money where there is no need counts at
        its unit's rank.

    Raises
    ------
    MeasureError
        If a value is missing or infinite, an amount or need negative, a unit repeated, a
        total 0 or beyond what a float holds, or lengths or indexes differ.

    Source
    ------
    Kakwani, N., Wagstaff, A. and van Doorslaer, E. (1997), *Journal of Econometrics* 77 (1);
    ties as in Chen, Z. and Roy, K. (2009), *Journal of Health Economics* 28 (1).

    Examples
    --------
    >>> concentration_index([30, 10], need=[1, 1], rank=[1200, 5000])
    -0.25
    >>> concentration_index([30, 10], need=[1, 1], rank=[5000, 5000])
    0.0
    """
    share, need_share = shares(amount, need)
    values = numbers(in_order(rank, RANK, units_of(amount, need)), RANK)
    check_length(values.size, RANK, share.size)
    _, place = np.unique(values, return_inverse=True)
    tied_need = np.bincount(place, weights=need_share)
    up_to = np.cumsum(tied_need)
    # Below less above: R is half of (below + up to), and need adds up to 1.
    lean = (up_to - tied_need) - (up_to[-1] - up_to)
    index = float(np.bincount(place, weights=share) @ lean)
    return min(1.0, max(-1.0, index))
