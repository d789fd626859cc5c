"""The Hoover index: how much of the money would have to move."""

from __future__ import annotations

import numpy as np

from analysis.inequality.shares import Values, shares


def hoover(amount: Values, need: Values | None = None) -> float:
    """Hoover index, *½ Σ |s − w|*: the share of money that would have to move. O(n).

    Parameters
    ----------
    amount : array_like, shape (n,)
        Money of each unit, any unit of account, at least 0.
    need : array_like, shape (n,), optional
        People in need in each unit, at least 0. Omitted: every unit counts once.

    Returns
    -------
    float
        0 (proportional to need) to 1 (all of the money where there is no need). It is the
        widest gap between the Lorenz curve and the diagonal.

    Raises
    ------
    MeasureError
        If a value is missing, infinite or negative, a unit is repeated, a total is 0 or
        beyond what a float holds, or lengths or indexes differ.

    Source
    ------
    Hoover, E. M. (1936), *Review of Economics and Statistics* 18 (4).

    Examples
    --------
    >>> hoover([30, 10], need=[1, 1])
    0.25
    >>> hoover([30, 10, 0], need=[1, 1, 2])
    0.5
    """
    share, need_share = shares(amount, need)
    return min(1.0, float(np.abs(share - need_share).sum() / 2))
