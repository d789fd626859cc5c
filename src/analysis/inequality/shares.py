"""What every measure starts from: figures matched by unit, checked, and turned into shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError

Values = pd.Series | NDArray[np.float64] | Sequence[float]


class Figure(NamedTuple):
    """What messages call a row of values."""

    en: str
    zh: str


# The ratio of two shares of at least this size overflows no float.
LEAST_SHARE = 1e-300
AMOUNT = Figure("amount", "金额")
NEED = Figure("need", "需求")


def shares(
    amount: Values, need: Values | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each unit's share of the money and its share of the need.

    Parameters
    ----------
    amount : array_like, shape (n,)
        Money of each unit, any unit of account, at least 0.
    need : array_like, shape (n,), optional
        People in need in each unit, at least 0. Omitted: every unit counts once.

    Returns
    -------
    share, need_share : array of float, shape (n,)
        Each adds up to 1; in the order of :func:`units_of`. A share below 1e-300 is 0.

    Raises
    ------
    MeasureError
        If a value is missing, infinite or negative, a unit is repeated, a total is 0 or
        beyond what a float holds, or lengths or indexes differ.

    Examples
    --------
    >>> share, need_share = shares(pd.Series({"a": 3.0, "b": 1.0}), pd.Series({"b": 9, "a": 1}))
    >>> share.tolist(), need_share.tolist()
    ([0.75, 0.25], [0.1, 0.9])
    """
    units = units_of(amount, need)
    a = numbers(in_order(amount, AMOUNT, units), AMOUNT)
    _check_amounts(amount, a, AMOUNT)
    if need is None:
        return _parts(a), np.full(a.size, 1 / a.size)
    need = in_order(need, NEED, units)
    w = numbers(need, NEED)
    _check_amounts(need, w, NEED)
    check_length(w.size, NEED, a.size)
    return _parts(a), _parts(w)


def units_of(amount: Values, need: Values | None) -> pd.Index | None:
    """Return the units in the order of the shares: those of the first figure with an index.

    Parameters
    ----------
    amount, need
        As in :func:`shares`.

    Returns
    -------
    Index, or None if neither is a Series

    Raises
    ------
    MeasureError
        If a unit is repeated.

    Examples
    --------
    >>> units_of([3, 1], pd.Series({"b": 9, "a": 1})).tolist()
    ['b', 'a']
    """
    for values, figure in ((amount, AMOUNT), (need, NEED)):
        if isinstance(values, pd.Series):
            _check_unique(values, figure)
            return values.index
    return None


def in_order(values: Values, figure: Figure, units: pd.Index | None) -> Values:
    """Put a Series into the order of the units; anything else already stands in it.

    Parameters
    ----------
    values : array_like, shape (n,)
    figure : Figure
        What a message calls it.
    units : Index, optional

    Returns
    -------
    array_like, shape (n,)

    Raises
    ------
    MeasureError
        If a unit is repeated, or stands in one of the two only.

    Examples
    --------
    >>> in_order(pd.Series({"b": 9, "a": 1}), NEED, pd.Index(["a", "b"])).tolist()
    [1, 9]
    """
    if not isinstance(values, pd.Series):
        return values
    _check_unique(values, figure)
    if units is None or units.equals(values.index):
        return values
    odd = units.symmetric_difference(values.index, sort=False)
    if len(odd):
        where = (figure.en, figure.zh) if odd[0] in values.index else ("the others", "其他各项")
        raise MeasureError(
            f"{figure.zh}与其他各项的单位不一致：单位 {odd[0]} 只出现在{where[1]}中。"
            "请先让各项的索引相同（每个单位一行）。",
            f"{figure.en} and the others are not for the same units: unit {odd[0]} is only in "
            f"{where[0]}. Give all of them the same index, one row a unit.",
        )
    return values.reindex(units)


def numbers(values: Values, figure: Figure) -> NDArray[np.float64]:
    """Return the values as an array of finite numbers.

    Parameters
    ----------
    values : array_like, shape (n,)
    figure : Figure
        What a message calls it.

    Returns
    -------
    array of float, shape (n,)

    Raises
    ------
    MeasureError
        If a value is missing, infinite or no number, or they are not in one row.

    Examples
    --------
    >>> numbers([3, 1], AMOUNT).tolist()
    [3.0, 1.0]
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.array([_number(value) for value in values])
    if array.ndim != 1:
        raise MeasureError(
            f"{figure.zh}须为一维，每个单位一个值。",
            f"{figure.en} must be one value a unit, in one row.",
        )
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        at, value = _label(values, bad[0]), list(values)[bad[0]]
        raise MeasureError(
            f"{figure.zh}（{at}）为 {value}：须为有限的数；没有数据的单位请先去掉。",
            f"{figure.en} of {at} is {value}: values are finite numbers; "
            "leave out units without data first.",
        )
    return array


def check_length(size: int, figure: Figure, units: int) -> None:
    """Refuse a figure that is not one value for every unit.

    Parameters
    ----------
    size : int
        How many values it has.
    figure : Figure
        What a message calls it.
    units : int
        How many units have an amount.

    Raises
    ------
    MeasureError
        If the two differ.

    Examples
    --------
    >>> check_length(2, NEED, 2)
    """
    if size != units:
        raise MeasureError(
            f"金额有 {units} 个值，{figure.zh}有 {size} 个：两者须逐个单位对应。",
            f"amount has {units} values and {figure.en} has {size}: give one of each for "
            "every unit.",
        )


def _parts(array: NDArray[np.float64]) -> NDArray[np.float64]:
    parts = array / array.sum()
    return np.where(parts < LEAST_SHARE, 0.0, parts)


def _check_amounts(values: Values, array: NDArray[np.float64], figure: Figure) -> None:
    negative = np.flatnonzero(array < 0)
    if negative.size:
        at, value = _label(values, negative[0]), array[negative[0]]
        raise MeasureError(
            f"{figure.zh}（{at}）为 {value}：须为不小于 0 的数。",
            f"{figure.en} of {at} is {value}: values are at least 0.",
        )
    with np.errstate(over="ignore"):
        total = array.sum()
    if total == 0:
        raise MeasureError(
            f"{figure.zh}合计为 0，无法计算占比。",
            f"{figure.en} adds up to 0: there are no shares.",
        )
    if np.isinf(total):
        raise MeasureError(
            f"{figure.zh}合计过大，无法计算：请改用更大的计量单位。",
            f"{figure.en} adds up to more than a number can hold: use a larger unit of account.",
        )


def _check_unique(values: pd.Series, figure: Figure) -> None:
    repeated = values.index[values.index.duplicated()]
    if len(repeated):
        raise MeasureError(
            f"{figure.zh}中单位 {repeated[0]} 重复出现：每个单位只能有一行，请先合并。",
            f"{figure.en}: unit {repeated[0]} is repeated. Add its rows together first.",
        )


def _label(values: Values, at: int) -> str:
    return str(values.index[at]) if isinstance(values, pd.Series) else f"#{at + 1}"


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.nan
