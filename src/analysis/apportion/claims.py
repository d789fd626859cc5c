"""What each unit may claim of a whole total: exact weight, floor and ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite, lcm
from numbers import Rational, Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.apportion.feasible import check_feasible
from analysis.errors import MeasureError

Values = pd.Series | NDArray[Any] | Sequence[Any]


@dataclass(frozen=True)
class Claims:
    """A whole total and the units that share it, in the order of the weights.

    ``weight`` holds whole numbers in the exact proportion of the weights. Every ``ceiling`` is
    at most the total, and for a unit without weight at most its floor. ``rank`` orders the unit
    codes.
    """

    total: int
    weight: list[int]
    floor: list[int]
    ceiling: list[int]
    rank: list[int]


def read_claims(
    total: object, weights: Values, floor: Values | None, ceiling: Values | None
) -> Claims:
    """Check the figures, line them up by unit and make them exact.

    Parameters
    ----------
    total, weights, floor, ceiling
        As in `analysis.apportion.apportion`.

    Returns
    -------
    Claims
        Some sharing keeps its bounds.

    Raises
    ------
    MeasureError
        As in `analysis.apportion.apportion`.

    Examples
    --------
    >>> read_claims(8, [0.5, 0.25, 0], None, [inf, 2, inf])
    Claims(total=8, weight=[2, 1, 0], floor=[0, 0, 0], ceiling=[8, 2, 0], rank=[0, 1, 2])
    """
    money = _whole(total)
    if money is None or not 0 <= money < 2**63:
        raise MeasureError(
            f"总额为 {total}：须为不小于 0 且小于 2^63 的整数；有小数请改用更小的计量单位。",
            f"The total is {total}: it must be a whole number, at least 0 and less than 2**63; "
            "count fractions in a smaller unit of account (yuan, cents).",
        )
    labels, exact = _weights(weights)
    scale = lcm(*(w.denominator for w in exact))
    weight = [int(w * scale) for w in exact]
    least, most = [0] * len(labels), [money] * len(labels)
    if floor is not None:
        least = _bound(floor, weights, labels, "floor", "下限", inf_is=None)
    if ceiling is not None:
        most = _bound(ceiling, weights, labels, "ceiling", "上限", inf_is=money)
    reach = [money if w else low for w, low in zip(weight, least, strict=True)]
    most = [min(high, end) for high, end in zip(most, reach, strict=True)]
    check_feasible(money, labels, weight, least, most)
    return Claims(money, weight, least, most, _ranks(weights, len(labels)))


def _weights(weights: Values) -> tuple[list[str], list[Fraction]]:
    values = _listed(weights, "weights", "权重")
    labels = [f"#{place}" for place in range(1, len(values) + 1)]
    if isinstance(weights, pd.Series):
        index = weights.index
        wrong = index[index.duplicated() | index.isna()]
        if len(wrong):
            raise MeasureError(
                f"权重中单位 {wrong[0]} 重复或代码为空：每个单位只能有一行。",
                f"weights: unit {wrong[0]} is repeated or has no code. Give one row a unit.",
            )
        labels = [str(code) for code in index]
    for label, value in zip(labels, values, strict=True):
        if not _is_finite(value) or value < 0:
            raise MeasureError(
                f"权重（{label}）为 {value}：须为不小于 0 的数；没有数据的单位请先去掉。",
                f"weights of {label} is {value}: values are numbers of at least 0; "
                "leave out units without data first.",
            )
    if not any(values):
        raise MeasureError(
            "权重合计为 0，无法分配。", "weights add up to 0: there is nothing to share by."
        )
    return labels, [Fraction(value) for value in values]


def _bound(
    bound: Values, weights: Values, labels: list[str], name: str, name_zh: str, inf_is: int | None
) -> list[int]:
    values = _listed(_matched(bound, weights, name, name_zh), name, name_zh)
    if len(values) != len(labels):
        raise MeasureError(
            f"权重有 {len(labels)} 个值，{name_zh}有 {len(values)} 个：两者须逐个单位对应。",
            f"weights has {len(labels)} values and {name} has {len(values)}: "
            "give one of each for every unit.",
        )
    bounds = []
    for label, value in zip(labels, values, strict=True):
        whole = inf_is if isinstance(value, float) and value == inf else _whole(value)
        if whole is None or whole < 0:
            raise MeasureError(
                f"{name_zh}（{label}）为 {value}：须为不小于 0 的整数；"
                "下限请向上取整，上限请向下取整。",
                f"{name} of {label} is {value}: bounds are whole numbers of at least 0; "
                "round a floor up and a ceiling down.",
            )
        bounds.append(whole)
    return bounds


def _matched(bound: Values, weights: Values, name: str, name_zh: str) -> Values:
    if not isinstance(bound, pd.Series) and not isinstance(weights, pd.Series):
        return bound
    if not isinstance(bound, pd.Series) or not isinstance(weights, pd.Series):
        raise MeasureError(
            f"权重与{name_zh}须同为按单位代码索引的 Series，或同为数组。",
            f"Give weights and {name} both as Series by unit code, or both as arrays.",
        )
    strays = weights.index.symmetric_difference(bound.index, sort=False)
    wrong = strays.append(bound.index[bound.index.duplicated()])
    if len(wrong):
        raise MeasureError(
            f"{name_zh}与权重的单位不一致或重复（{wrong[0]}）：每个单位须各有一行。",
            f"{name} and weights are not for the same units, or a unit is repeated "
            f"({wrong[0]}): give one row a unit in both.",
        )
    return bound.reindex(weights.index)


def _ranks(weights: Values, n: int) -> list[int]:
    if not isinstance(weights, pd.Series):
        return list(range(n))
    codes = weights.index.tolist()
    # Codes of two types cannot be compared; each type keeps its own order.
    order = sorted(range(n), key=lambda i: (type(codes[i]).__name__, codes[i]))
    rank = [0] * n
    for place, i in enumerate(order):
        rank[i] = place
    return rank


def _listed(values: Values, name: str, name_zh: str) -> list[Any]:
    array_like = isinstance(values, pd.Series | np.ndarray | Sequence)
    if not array_like or isinstance(values, str) or getattr(values, "ndim", 1) != 1:
        raise MeasureError(
            f"{name_zh}须为一维，每个单位一个值。", f"{name} must be one value a unit, in one row."
        )
    # Python's own numbers: numpy's whole numbers would overflow without a word.
    return [value.item() if isinstance(value, np.generic) else value for value in values]


def _is_finite(value: object) -> bool:
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    return isinstance(value, Rational) or isfinite(value)


def _whole(value: Any) -> int | None:
    number = value.item() if isinstance(value, np.generic) else value
    return int(number) if _is_finite(number) and number == int(number) else None
