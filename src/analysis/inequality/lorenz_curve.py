"""The Lorenz curve of the money over the people in need, and the indices read off it.

Gini is twice the area between curve and diagonal, Hoover the widest gap; the concentration index
is Gini's of a curve whose units are ranked from outside.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.inequality.shares import AMOUNT, NEED, shares
from analysis.unit_values import Name, Values, lined_up, unit_values

RANK: Name = ("排序指标", "rank")


def lorenz(amount: Values, need: Values | None = None) -> pd.DataFrame:
    """Lorenz curve: cumulative share of money over cumulative share of need.

    Units are ranked by money per need, the worst supplied first. O(n log n).

    Parameters
    ----------
    amount : array_like, shape (n,)
        Money of each unit, any unit of account, at least 0.
    need : array_like, shape (n,), optional
        People in need in each unit, at least 0. Omitted: every unit counts once.

    Returns
    -------
    DataFrame
        ``need_cum`` and ``money_cum``, n + 1 rows from (0, 0) to (1, 1). Money where there is
        no need comes last, and makes the curve end upright.

    Raises
    ------
    MeasureError
        As in :func:`analysis.inequality.shares.shares`.

    Source
    ------
    Lorenz, M. O. (1905), *Publications of the American Statistical Association* 9 (70).

    Examples
    --------
    >>> lorenz([1, 3], need=[1, 1])["money_cum"].tolist()
    [0.0, 0.25, 1.0]
    """
    share, need_share = shares(amount, need)
    with np.errstate(divide="ignore", invalid="ignore"):
        supply = share / need_share
    # 0/0 belongs to a unit that moves the curve nowhere; its rank does not matter. Sizes break
    # the ties, so that the rows are the same whatever the order of the units.
    order = np.lexsort((share, need_share, np.nan_to_num(supply, nan=0.0, posinf=np.inf)))
    x = np.concatenate(([0.0], np.cumsum(need_share[order])))
    y = np.concatenate(([0.0], np.cumsum(share[order])))
    return pd.DataFrame({"need_cum": x / x[-1], "money_cum": y / y[-1]})


def gini(amount: Values, need: Values | None = None) -> float:
    """Gini index of the money over the people in need, 0 (proportional) to 1.

    Twice the area between the Lorenz curve and the diagonal. O(n log n).

    Parameters
    ----------
    amount, need : array_like, shape (n,)
        As in :func:`lorenz`.

    Returns
    -------
    float
        Without `need`, a single unit holding all of the money among n gives 1 - 1/n.

    Raises
    ------
    MeasureError
        As in :func:`lorenz`.

    Source
    ------
    Gini, C. (1912), *Variabilità e mutabilità*; weighted form by the trapezoid rule.

    Examples
    --------
    >>> round(gini([1, 1, 2]), 6)
    0.166667
    >>> gini([10, 20], need=[1, 2])
    0.0
    """
    curve = lorenz(amount, need)
    x, y = curve["need_cum"].to_numpy(), curve["money_cum"].to_numpy()
    return max(0.0, float(1.0 - np.sum(np.diff(x) * (y[1:] + y[:-1]))))


def hoover(amount: Values, need: Values | None = None) -> float:
    """Hoover index, *½ Σ |s − w|*: the share of money that would have to move. O(n).

    Parameters
    ----------
    amount, need : array_like, shape (n,)
        As in :func:`lorenz`.

    Returns
    -------
    float
        0 (proportional to need) to 1 (all of the money where there is no need). It is the
        widest gap between the Lorenz curve and the diagonal.

    Raises
    ------
    MeasureError
        As in :func:`lorenz`.

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


def concentration_index(amount: Values, need: Values | None = None, *, rank: Values) -> float:
    """Concentration index of the money over people in need who are ranked from outside.

    *Σ s (2R − 1)*, where *R* is the share of need ranked below a unit, and half of its own:
    twice the covariance of money per need and rank, over the mean. O(n log n).

    Parameters
    ----------
    amount, need : array_like, shape (n,)
        As in :func:`lorenz`.
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
        As in :func:`lorenz`; if a rank is missing or infinite.

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
    rows = lined_up({AMOUNT: amount, NEED: need, RANK: rank})
    share, need_share = shares(rows[AMOUNT], rows.get(NEED))
    _, place = np.unique(unit_values(rows[RANK], *RANK, signed=True), return_inverse=True)
    tied_need = np.bincount(place, weights=need_share)
    up_to = np.cumsum(tied_need)
    # Below less above: R is half of (below + up to), and need adds up to 1.
    lean = (up_to - tied_need) - (up_to[-1] - up_to)
    index = float(np.bincount(place, weights=share) @ lean)
    return min(1.0, max(-1.0, index))
