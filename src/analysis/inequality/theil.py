"""Theil T and L: how far the shares of money diverge from those of need, in nats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.inequality.shares import Values, shares


def theil_t(amount: Values, need: Values | None = None) -> float:
    """Theil T, *Σ s ln(s/w)*: sensitive to units that hold much more than their need. O(n).

    Parameters
    ----------
    amount : array_like, shape (n,)
        Money of each unit, any unit of account, at least 0.
    need : array_like, shape (n,), optional
        People in need in each unit, at least 0. Omitted: every unit counts once.

    Returns
    -------
    float
        0 or more, in nats. A unit without money adds 0 (the limit of s ln s); money where
        there is no need makes it infinite.

    Raises
    ------
    MeasureError
        If a value is missing, infinite or negative, a unit is repeated, a total is 0 or
        beyond what a float holds, or lengths or indexes differ.

    Source
    ------
    Theil, H. (1967), *Economics and Information Theory*.

    Examples
    --------
    >>> round(theil_t([1, 1, 2]), 6)
    0.058892
    """
    share, need_share = shares(amount, need)
    return max(0.0, float(divergence(share, need_share).sum()))


def theil_l(amount: Values, need: Values | None = None) -> float:
    """Theil L (mean log deviation), *Σ w ln(w/s)*: sensitive to units with too little. O(n).

    Parameters
    ----------
    amount, need
        As in :func:`theil_t`.

    Returns
    -------
    float
        0 or more, in nats. A unit without need adds 0; need without any money makes it
        infinite.

    Raises
    ------
    MeasureError
        As in :func:`theil_t`.

    Source
    ------
    Theil, H. (1967), *Economics and Information Theory*.

    Examples
    --------
    >>> round(theil_l([1, 1, 2]), 6)
    0.056633
    """
    share, need_share = shares(amount, need)
    return max(0.0, float(divergence(need_share, share).sum()))


def divergence(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each unit's term *p ln(p/q)* of the relative entropy of shares *p* to shares *q*.

    Parameters
    ----------
    p, q : array of float, shape (n,)
        Shares, at least 0.

    Returns
    -------
    array of float, shape (n,)
        In nats, of either sign; 0 where *p* is 0, infinite where only *q* is.

    Examples
    --------
    >>> divergence(np.array([1.0, 0.0, 0.5]), np.array([1.0, 0.5, 0.0])).tolist()
    [0.0, 0.0, inf]
    """
    terms = np.zeros_like(p)
    some = p > 0
    with np.errstate(divide="ignore"):
        terms[some] = p[some] * np.log(p[some] / q[some])
    return terms
