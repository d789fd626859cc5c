"""Whole units of account shared out by weight: largest remainder and the divisor methods.

All arithmetic is in whole numbers of any size, so a tie is a tie and never a rounding error.
A divisor method hands out its units of account one by one, each to the unit of least price:
its divisor d(n) over its weight, where n is what it has so far. Bounds leave out what a unit
may not get and set apart what it must. All prices up to a level near the end are paid in one
jump; what is then left over, or was too much, is at most one for each unit.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite, isqrt, lcm
from numbers import Rational, Real
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError
from analysis.unit_values import Name, Values, check_total, lined_up, no_figure
from analysis.words import ByLanguage, listed, refusal

Method = Literal["hamilton", "webster", "jefferson", "adams", "huntington_hill"]
METHODS: tuple[Method, ...] = get_args(Method)

# d(n), up to a factor that is the same for all units; Huntington-Hill's squared, against
# squared weights, for its d(n) is the root of n(n + 1).
DIVISOR: dict[Method, Callable[[int], int]] = {
    "webster": lambda n: 2 * n + 1,
    "jefferson": lambda n: n + 1,
    "adams": lambda n: n,
    "huntington_hill": lambda n: n * (n + 1),
}
# How many prices are at most the level: the quota x / y rounded, ties up.
ROUNDED: dict[Method, Callable[[int, int], int]] = {
    "webster": lambda x, y: (2 * x + y) // (2 * y),
    "jefferson": lambda x, y: x // y,
    "adams": lambda x, y: x // y + 1,
    "huntington_hill": lambda x, y: (isqrt(4 * (x * x // (y * y)) + 1) + 1) // 2,
}
WEIGHTS: Name = ("权重", "weights")


def apportion(
    total: int,
    weights: Values,
    *,
    method: Method,
    floor: Values | None = None,
    ceiling: Values | None = None,
) -> NDArray[np.int64]:
    """Share a whole total among units by weight, in whole units of account.

    With bounds a divisor method gives each unit its rounded quota, raised to its floor or cut
    to its ceiling, at the one divisor that meets the total. Hamilton's quotas are raised and
    cut in the same way before their whole parts are given; the rest goes by largest remainder.

    Ties go to the larger weight, then to the smaller unit code (of arrays: to the earlier
    place). Shares such as need / need.sum() are rounded already and seldom tie: give the need
    itself.

    Parameters
    ----------
    total : int, whole units of account (万元, yuan or cents)
        At least 0, less than 2**63.
    weights : Series, index unit_code, or array_like, shape (n,)
        Need or shares of need, at least 0: integers, fractions or floats, taken as exactly the
        numbers that they are.
    method : str
        ``hamilton`` (largest remainder; keeps to the quota), ``webster`` (nearest; unbiased),
        ``jefferson`` (down; for the large), ``adams`` (up; for the small), ``huntington_hill``
        (geometric mean). Adams and Huntington-Hill give one to every unit with weight before
        any gets two; a total that is not enough for that goes to the largest weights.
    floor : like `weights`, whole units of account, optional
        Least that each unit gets, such as its amount of last year (hold-harmless).
    ceiling : like `weights`, whole units of account, optional
        Most that each unit may get; ``inf`` for no limit.

    Returns
    -------
    array of int64, shape (n,), units of account
        In the order of `weights`; adds up to `total`. A unit without weight gets its floor, or 0.

    Raises
    ------
    MeasureError
        If a value is missing, negative or not whole where it must be, a unit is repeated or
        has no bound, all weights are 0, or no sharing keeps the bounds.

    Source
    ------
    Balinski, M. L. and Young, H. P. (2001), *Fair Representation*, 2nd ed.

    Examples
    --------
    >>> weights = [27744, 25178, 19951, 14610, 9225, 3292]
    >>> apportion(36, weights, method="webster").tolist()
    [10, 9, 8, 5, 3, 1]
    >>> apportion(36, weights, method="adams", floor=[0, 0, 0, 7, 0, 0]).tolist()
    [9, 8, 7, 7, 3, 2]
    """
    if method not in METHODS:
        raise refusal(MeasureError, "refusal.method", method=method, known=listed(METHODS))
    claims = _read_claims(total, weights, floor, ceiling)
    given = _hamilton(claims) if method == "hamilton" else _by_divisor(claims, method)
    return np.array(given, dtype=np.int64)


# --- the methods ---


@dataclass(frozen=True)
class _Claims:
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


def _hamilton(claims: _Claims) -> list[int]:
    money, weight = _level(claims)
    parts = [
        divmod(min(max(w * money, least * weight), most * weight), weight)
        for w, least, most in zip(claims.weight, claims.floor, claims.ceiling, strict=True)
    ]
    given = [whole for whole, _ in parts]
    # Fewer are left over than there are remainders, so nothing passes a whole quota or a bound.
    by_remainder = sorted(
        range(len(parts)), key=lambda i: (-parts[i][1], -claims.weight[i], claims.rank[i])
    )
    for i in by_remainder[: claims.total - sum(given)]:
        given[i] += 1
    return given


def _by_divisor(claims: _Claims, method: Method) -> list[int]:
    divisor, rounded = DIVISOR[method], ROUNDED[method]
    power = 2 if method == "huntington_hill" else 1
    money, weight = _level(claims)
    given = [
        min(max(rounded(w * money, weight), least), most)
        for w, least, most in zip(claims.weight, claims.floor, claims.ceiling, strict=True)
    ]
    missing = claims.total - sum(given)
    # Too much: take back from the last in the order of prices. Too little: go on in it.
    step, limit, before = (1, claims.ceiling, 0) if missing > 0 else (-1, claims.floor, 1)

    def place(i: int) -> tuple[Fraction, int, int, int]:
        price = Fraction(divisor(given[i] - before), claims.weight[i] ** power)
        return step * price, -step * claims.weight[i], step * claims.rank[i], i

    queue = [place(i) for i in range(len(given)) if given[i] != limit[i]]
    heapq.heapify(queue)
    for _ in range(abs(missing)):
        i = queue[0][-1]
        given[i] += step
        if given[i] != limit[i]:
            heapq.heapreplace(queue, place(i))
        else:
            heapq.heappop(queue)
    return given


def _level(claims: _Claims) -> tuple[int, int]:
    """Return money and weight, whose ratio times each weight, kept in bounds, adds to the total.

    If the bounds raise more than they cut, the ratio is too high, and a unit below its floor
    will stay there: set it apart. In the same way for ceilings.
    """
    weight, floor, ceiling = claims.weight, claims.floor, claims.ceiling
    money = claims.total - sum(least for w, least in zip(weight, floor, strict=True) if not w)
    free = [i for i, w in enumerate(weight) if w]
    while True:
        total = sum(weight[i] for i in free)
        low = [i for i in free if weight[i] * money < floor[i] * total]
        high = [i for i in free if weight[i] * money > ceiling[i] * total]
        raised = sum(floor[i] * total - weight[i] * money for i in low)
        cut = sum(weight[i] * money - ceiling[i] * total for i in high)
        if raised == cut:
            return money, total
        apart, bound = (set(low), floor) if raised > cut else (set(high), ceiling)
        money -= sum(bound[i] for i in apart)
        free = [i for i in free if i not in apart]


# --- the figures, checked and made exact ---


def _read_claims(
    total: object, weights: Values, floor: Values | None, ceiling: Values | None
) -> _Claims:
    money = _whole(total)
    if money is None or not 0 <= money < 2**63:
        raise refusal(MeasureError, "refusal.whole_total", total=total)
    (row,) = lined_up({WEIGHTS: weights}).values()
    weight, labels = _weights(row), [str(label) for label in row.index]
    least, most = [0] * len(labels), [money] * len(labels)
    if floor is not None:
        least = _bound(floor, weights, ("下限", "floor"), inf_is=None)
    if ceiling is not None:
        most = _bound(ceiling, weights, ("上限", "ceiling"), inf_is=money)
    reach = [money if w else low for w, low in zip(weight, least, strict=True)]
    most = [min(high, end) for high, end in zip(most, reach, strict=True)]
    _check_feasible(money, labels, least, most)
    # Codes of two types cannot be compared; each type keeps its own order. Arrays keep theirs.
    codes = row.index.tolist() if isinstance(weights, pd.Series) else range(len(row))
    order = sorted(range(len(row)), key=lambda i: (type(codes[i]).__name__, codes[i]))
    rank = [0] * len(row)
    for place, i in enumerate(order):
        rank[i] = place
    return _Claims(money, weight, least, most, rank)


def _weights(row: pd.Series) -> list[int]:
    """Return whole numbers in the exact proportion of the weights."""
    values = _own_numbers(row)
    for label, value in zip(row.index, values, strict=True):
        if not _is_finite(value) or value < 0:
            raise no_figure(*WEIGHTS, label, value)
    check_total(values, *WEIGHTS)
    exact = [Fraction(value) for value in values]
    scale = lcm(*(w.denominator for w in exact))
    return [int(w * scale) for w in exact]


def _bound(bound: Values, weights: Values, name: Name, inf_is: int | None) -> list[int]:
    if isinstance(bound, pd.Series) != isinstance(weights, pd.Series):
        raise refusal(MeasureError, "refusal.both_alike", name=ByLanguage(*name))
    row = lined_up({WEIGHTS: weights, name: bound})[name]
    bounds = []
    for label, value in zip(row.index, _own_numbers(row), strict=True):
        whole = inf_is if isinstance(value, float) and value == inf else _whole(value)
        if whole is None or whole < 0:
            raise refusal(
                MeasureError, "refusal.bound", name=ByLanguage(*name), label=label, value=value
            )
        bounds.append(whole)
    return bounds


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


# --- bounds that no sharing keeps ---


def _check_feasible(total: int, labels: list[str], floor: list[int], ceiling: list[int]) -> None:
    if sum(floor) > total:
        said = {"floors": sum(floor), "total": total, "over": sum(floor) - total}
        raise refusal(MeasureError, "refusal.floors", **said)
    for label, least, most in zip(labels, floor, ceiling, strict=True):
        if least > most:
            bounds = {"unit": label, "floor": least, "ceiling": most}
            raise refusal(MeasureError, "refusal.crossed", **bounds)
    if sum(ceiling) < total:
        said = {"ceilings": sum(ceiling), "total": total, "short": total - sum(ceiling)}
        raise refusal(MeasureError, "refusal.ceilings", **said)
