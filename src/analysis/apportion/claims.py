"""What each unit may claim of a whole total: exact weight, floor and ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite, lcm
from numbers import Rational, Real
from typing import Any

import numpy as np
import pandas as pd

from analysis.apportion.feasible import check_feasible
from analysis.errors import MeasureError
from analysis.unit_values import Name, Values, check_total, lined_up, no_figure

WEIGHTS: Name = ("权重", "weights")


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
        least = _bound(floor, weights, ("下限", "floor"), inf_is=None)
    if ceiling is not None:
        most = _bound(ceiling, weights, ("上限", "ceiling"), inf_is=money)
    reach = [money if w else low for w, low in zip(weight, least, strict=True)]
    most = [min(high, end) for high, end in zip(most, reach, strict=True)]
    check_feasible(money, labels, weight, least, most)
    return Claims(money, weight, least, most, _ranks(weights, len(labels)))


def _weights(weights: Values) -> tuple[list[str], list[Fraction]]:
    (given,) = lined_up({WEIGHTS: weights}).values()
    values = _own_numbers(given)
    for label, value in zip(given.index, values, strict=True):
        if not _is_finite(value) or value < 0:
            raise no_figure(*WEIGHTS, label, value)
    check_total(values, *WEIGHTS)
    return [str(label) for label in given.index], [Fraction(value) for value in values]


def _bound(bound: Values, weights: Values, name: Name, inf_is: int | None) -> list[int]:
    zh, en = name
    if isinstance(bound, pd.Series) != isinstance(weights, pd.Series):
        raise MeasureError(
            f"权重与{zh}须同为按单位代码索引的 Series，或同为数组。",
            f"Give weights and {en} both as Series by unit code, or both as arrays.",
        )
    row = lined_up({WEIGHTS: weights, name: bound})[name]
    bounds = []
    for label, value in zip(row.index, _own_numbers(row), strict=True):
        whole = inf_is if isinstance(value, float) and value == inf else _whole(value)
        if whole is None or whole < 0:
            raise MeasureError(
                f"{zh}（{label}）为 {value}：须为不小于 0 的整数；下限请向上取整，上限请向下取整。",
                f"{en} of {label} is {value}: bounds are whole numbers of at least 0; "
                "round a floor up and a ceiling down.",
            )
        bounds.append(whole)
    return bounds


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


def _own_numbers(row: pd.Series) -> list[Any]:
    # Python's own numbers: numpy's whole numbers would overflow without a word.
    return [value.item() if isinstance(value, np.generic) else value for value in row]


def _is_finite(value: object) -> bool:
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    return isinstance(value, Rational) or isfinite(value)


def _whole(value: Any) -> int | None:
    number = value.item() if isinstance(value, np.generic) else value
    return int(number) if _is_finite(number) and number == int(number) else None
