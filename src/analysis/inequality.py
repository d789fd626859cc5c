"""How unequally money is spread over need: Gini, Lorenz, Theil T and L, Hoover.

Every measure compares the shares of money *s* with shares of need *w*. Without ``need`` each
unit counts once (*w = 1/n*). Units with neither money nor need change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError

Values = pd.Series | NDArray[np.float64] | Sequence[float]


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
        If a value is missing or negative, a total is 0, or lengths or indexes differ.

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

    Units are ranked by money per need, the worst supplied first.

    Parameters
    ----------
    amount, need
        As in :func:`gini`.

    Returns
    -------
    DataFrame
        ``need_cum`` and ``money_cum``, n + 1 rows from (0, 0) to (1, 1).

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
    share, need_share = _shares(amount, need)
    with np.errstate(divide="ignore", invalid="ignore"):
        supply = share / need_share
    # 0/0 belongs to a unit that moves the curve nowhere; its rank does not matter.
    order = np.lexsort((need_share, np.nan_to_num(supply, nan=0.0, posinf=np.inf)))
    x = np.concatenate(([0.0], np.cumsum(need_share[order])))
    y = np.concatenate(([0.0], np.cumsum(share[order])))
    return pd.DataFrame({"need_cum": x / x[-1], "money_cum": y / y[-1]})


def theil_t(amount: Values, need: Values | None = None) -> float:
    """Theil T, *Σ s ln(s/w)*: sensitive to units that hold much more than their need.

    Parameters
    ----------
    amount, need
        As in :func:`gini`.

    Returns
    -------
    float
        0 or more, in nats. A unit without money adds 0 (the limit of s ln s); money where
        there is no need makes it infinite.

    Raises
    ------
    MeasureError
        As in :func:`gini`.

    Source
    ------
    Theil, H. (1967), *Economics and Information Theory*.

    Examples
    --------
    >>> round(theil_t([1, 1, 2]), 6)
    0.058892
    """
    share, need_share = _shares(amount, need)
    return _divergence(share, need_share)


def theil_l(amount: Values, need: Values | None = None) -> float:
    """Theil L (mean log deviation), *Σ w ln(w/s)*: sensitive to units with too little.

    Parameters
    ----------
    amount, need
        As in :func:`gini`.

    Returns
    -------
    float
        0 or more, in nats. A unit without need adds 0; need without any money makes it
        infinite.

    Raises
    ------
    MeasureError
        As in :func:`gini`.

    Source
    ------
    Theil, H. (1967), *Economics and Information Theory*.

    Examples
    --------
    >>> round(theil_l([1, 1, 2]), 6)
    0.056633
    """
    share, need_share = _shares(amount, need)
    return _divergence(need_share, share)


def hoover(amount: Values, need: Values | None = None) -> float:
    """Hoover index, *½ Σ |s − w|*: the share of money that would have to move.

    Parameters
    ----------
    amount, need
        As in :func:`gini`.

    Returns
    -------
    float
        0 (proportional to need) to 1.

    Raises
    ------
    MeasureError
        As in :func:`gini`.

    Source
    ------
    Hoover, E. M. (1936), *Review of Economics and Statistics* 18 (4).

    Examples
    --------
    >>> hoover([30, 10], need=[1, 1])
    0.25
    """
    share, need_share = _shares(amount, need)
    return float(np.abs(share - need_share).sum() / 2)


def _divergence(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    some = p > 0
    if (q[some] == 0).any():
        return float("inf")
    return max(0.0, float(np.sum(p[some] * np.log(p[some] / q[some]))))


def _shares(amount: Values, need: Values | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if isinstance(amount, pd.Series) and isinstance(need, pd.Series):
        if amount.index.has_duplicates or set(amount.index) != set(need.index):
            raise MeasureError(
                "金额与需求的单位不一致或重复：请先让两者的索引相同（每个单位一行）。",
                "Amount and need are not for the same units, or a unit is repeated: give both "
                "the same index, one row a unit.",
            )
        need = need.reindex(amount.index)
    a = _checked(amount, "amount", "金额")
    w = np.ones_like(a) if need is None else _checked(need, "need", "需求")
    if a.shape != w.shape:
        raise MeasureError(
            f"金额有 {a.size} 个值，需求有 {w.size} 个：两者须逐个单位对应。",
            f"amount has {a.size} values and need has {w.size}: give one of each for every unit.",
        )
    return a / a.sum(), w / w.sum()


def _checked(values: Values, name: str, name_zh: str) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise MeasureError(
            f"{name_zh}须为一维，每个单位一个值。", f"{name} must be one value a unit, in one row."
        )
    if not np.isfinite(array).all() or (array < 0).any():
        at = int(np.flatnonzero(~np.isfinite(array) | (array < 0))[0])
        label = values.index[at] if isinstance(values, pd.Series) else f"#{at + 1}"
        raise MeasureError(
            f"{name_zh}（{label}）为 {array[at]}：须为不小于 0 的数；没有数据的单位请先去掉。",
            f"{name} of {label} is {array[at]}: values are numbers of at least 0; "
            "leave out units without data first.",
        )
    if array.sum() <= 0:
        raise MeasureError(
            f"{name_zh}合计为 0，无法计算占比。", f"{name} adds up to 0: there are no shares."
        )
    return array
