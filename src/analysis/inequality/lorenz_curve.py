"""The Lorenz curve of the money over the people in need, and the Gini index beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.inequality.shares import Values, shares


def gini(amount: Values, need: Values | None = None) -> float:
    """Gini index of the money over the people in need, 0 (proportional) to 1.

    Twice the area between the Lorenz curve and the diagonal. O(n log n).

    Parameters
    ----------
    amount : array_like, shape (n,)
        Money of each unit, any unit of account, at least 0.
    need : array_like, shape (n,), optional
        People in need in each unit, at least 0. Omitted: every unit counts once.

    Returns
    -------
    float
        Without `need`, a single unit holding all of the money among n gives 1 - 1/n.

    Raises
    ------
    MeasureError
        If a value is missing, infinite or negative, a unit is repeated, a total is 0 or
        beyond what a float holds, or lengths or indexes differ.

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


def lorenz(amount: Values, need: Values | None = None) -> pd.DataFrame:
    """Lorenz curve: cumulative share of money over cumulative share of need.

    Units are ranked by money per need, the worst supplied first. O(n log n).

    Parameters
    ----------
    amount, need
        As in :func:`gini`.

    Returns
    -------
    DataFrame
        ``need_cum`` and ``money_cum``, n + 1 rows from (0, 0) to (1, 1). Money where there is
        no need comes last, and makes the curve end upright.

    Raises
    ------
    MeasureError
        As in :func:`gini`.

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
