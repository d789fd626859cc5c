"""Theil T and L taken apart: inequality between groups of units, and within each."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError
from analysis.inequality.shares import (
    Figure,
    Values,
    check_length,
    in_order,
    shares,
    units_of,
)
from analysis.inequality.theil import divergence

Groups = pd.Series | NDArray[np.generic] | Sequence[Hashable]

GROUP = Figure("group", "分组")


@dataclass(frozen=True, eq=False)
class TheilDecomposition:
    """Theil T and L, between and within groups.

    Parameters
    ----------
    measures : DataFrame, index ``theil_t`` and ``theil_l``
        ``total``, ``between`` and ``within``, in nats; between + within = total.
    groups : DataFrame, index group, sorted
        ``units``, how many; ``share`` of the money and ``need_share``; ``theil_t`` and
        ``theil_l`` of the group alone; and what it adds to each of the measures:
        ``theil_t_between``, ``theil_t_within``, ``theil_l_between``, ``theil_l_within``.
        What a group adds between is below 0 for T where it has less than its need, for L
        where it has more.
    """

    measures: pd.DataFrame
    groups: pd.DataFrame


def theil_decomposition(amount: Values, need: Values | None, group: Groups) -> TheilDecomposition:
    """Take Theil T and L apart into inequality between groups and within each.

    With *S* and *W* a group's shares of money and need: *T = Σ S ln(S/W) + Σ S·T_g* and
    *L = Σ W ln(W/S) + Σ W·L_g*. O(n log n).

    Parameters
    ----------
    amount : array_like, shape (n,)
        Money of each unit, any unit of account, at least 0.
    need : array_like, shape (n,), or None
        People in need in each unit, at least 0. None: every unit counts once.
    group : array_like, shape (n,)
        The group of each unit, such as its prefecture: text or whole numbers.

    Returns
    -------
    TheilDecomposition
        Zeros are taken by their limits. A group without money, or without need, has no T or L
        of its own (empty) and adds 0 within: all of its inequality lies between. Without
        need but with money it makes T between infinite, without money but with need L
        between. A unit with money and no need, in a group with need, makes T within infinite;
        one with need and no money, in a group with money, L within.

    Raises
    ------
    MeasureError
        If a unit has no group, a value is missing, infinite or negative, a unit is repeated,
        a total is 0 or beyond what a float holds, or lengths or indexes differ.

    Source
    ------
    Theil, H. (1967), *Economics and Information Theory*; Shorrocks, A. F. (1980), "The class
    of additively decomposable inequality measures", *Econometrica* 48 (3).

    Examples
    --------
    >>> parts = theil_decomposition([10, 10, 20, 40], None, ["east", "east", "west", "west"])
    >>> parts.measures.round(4)
              total  between  within
    theil_t  0.1733   0.1308  0.0425
    theil_l  0.1733   0.1438  0.0294
    >>> own = parts.groups[["units", "share", "need_share", "theil_t"]].round(4)
    >>> print(own.to_string(index_names=False))
          units  share  need_share  theil_t
    east      2   0.25         0.5   0.0000
    west      2   0.75         0.5   0.0566
    """
    share, need_share = shares(amount, need)
    codes, labels = _codes(group, units_of(amount, need), share.size)
    money, people = (_sums(of, codes, len(labels)) for of in (share, need_share))
    t_own, t_between, t_within = _apart(share, need_share, codes, money, people)
    l_own, l_between, l_within = _apart(need_share, share, codes, people, money)
    groups = pd.DataFrame(
        {
            "units": np.bincount(codes),
            "share": money,
            "need_share": people,
            "theil_t": t_own,
            "theil_l": l_own,
            "theil_t_between": t_between,
            "theil_t_within": t_within,
            "theil_l_between": l_between,
            "theil_l_within": l_within,
        },
        index=labels,
    )
    measures = pd.DataFrame(
        [
            [divergence(share, need_share).sum(), t_between.sum(), t_within.sum()],
            [divergence(need_share, share).sum(), l_between.sum(), l_within.sum()],
        ],
        index=["theil_t", "theil_l"],
        columns=["total", "between", "within"],
    )
    return TheilDecomposition(measures.clip(lower=0), groups)


def _apart(
    p: NDArray[np.float64],
    q: NDArray[np.float64],
    codes: NDArray[np.intp],
    p_group: NDArray[np.float64],
    q_group: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    defined = (p_group > 0) & (q_group > 0)
    inside = defined[codes]
    at = codes[inside]
    terms = divergence(p[inside] / p_group[at], q[inside] / q_group[at])
    own = _sums(terms, at, defined.size).clip(min=0)
    return np.where(defined, own, np.nan), divergence(p_group, q_group), p_group * own


def _sums(values: NDArray[np.float64], codes: NDArray[np.intp], size: int) -> NDArray[np.float64]:
    return np.bincount(codes, weights=values, minlength=size).astype(np.float64)


def _codes(group: Groups, units: pd.Index | None, size: int) -> tuple[NDArray[np.intp], pd.Index]:
    try:
        if isinstance(group, pd.Series):
            labels = pd.Series(in_order(group, GROUP, units))
        else:
            # By a list: NumPy makes text of every label once one is text, a missing one too.
            labels = pd.Series(list(group))
        check_length(labels.size, GROUP, size)
        missing = np.flatnonzero(labels.isna())
        if missing.size:
            at = missing[0]
            raise _no_group(labels.index[at] if isinstance(group, pd.Series) else f"#{at + 1}")
        codes, names = pd.factorize(labels, sort=True)
    except TypeError as error:
        raise MeasureError(
            "分组须为每个单位一个名称或编号，且能排序。",
            "group must be one name or number a unit, of kinds that can be sorted together.",
        ) from error
    return codes, pd.Index(names.tolist(), name="group")


def _no_group(unit: Hashable) -> MeasureError:
    return MeasureError(
        f"单位 {unit} 没有分组：请为每个单位写明所属的组。",
        f"group of {unit} is missing: give every unit the group it belongs to.",
    )
