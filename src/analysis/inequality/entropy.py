"""Theil T and L, by groups as well, and the Atkinson index: how far money diverges from need."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError
from analysis.inequality.shares import AMOUNT, NEED, shares
from analysis.unit_values import Name, Values, lined_up
from analysis.words import refusal

GROUP: Name = ("分组", "group")
Vector = NDArray[np.float64]


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
        As in :func:`analysis.inequality.shares.shares`.

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
    amount, need : array_like, shape (n,)
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


def divergence(p: Vector, q: Vector) -> Vector:
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


def atkinson(amount: Values, need: Values | None = None, *, epsilon: float) -> float:
    """Atkinson index, *1 − (Σ w (s/w)^(1−ε))^(1/(1−ε))*, 0 (proportional) to 1.

    The same welfare could be had from this much less money, were it spread in proportion to
    need. At ε = 1 the mean is the geometric one, and the index is 1 − exp(−L) with Theil L.
    Powers are taken in logarithms, so that neither an ε beside 1 nor a large one costs
    precision. O(n).

    Parameters
    ----------
    amount, need : array_like, shape (n,)
        As in :func:`theil_t`.
    epsilon : float, above 0
        Aversion to inequality; the larger, the more the worst supplied units count.

    Returns
    -------
    float
        Zeros are taken by their limits. Need without any money gives 1 for ε of 1 or more,
        and adds 0 to the mean below that. Money where there is no need adds 0 to the mean for
        every ε, *w^ε s^(1−ε)* → 0: it is wasted, and the index is at least its share.

    Raises
    ------
    MeasureError
        As in :func:`theil_t`; if `epsilon` is not a finite number above 0.

    Source
    ------
    Atkinson, A. B. (1970), "On the measurement of inequality", *Journal of Economic Theory*
    2 (3).

    Examples
    --------
    >>> round(atkinson([10, 20, 30, 40, 50], epsilon=0.5), 5)
    0.06315
    >>> round(atkinson([10, 20, 30, 40, 50], epsilon=1), 5)
    0.13161
    >>> atkinson([1, 1], need=[2, 0], epsilon=0.5)
    0.5
    """
    if not isinstance(epsilon, Real) or not 0 < epsilon < np.inf:
        raise refusal(MeasureError, "refusal.epsilon", epsilon=epsilon)
    share, need_share = shares(amount, need)
    needed = need_share > 0
    s, w = share[needed], need_share[needed]
    if not s.any() or (epsilon >= 1 and not s.all()):
        return 1.0
    if epsilon == 1:
        equivalent_log = -divergence(w, s).sum()
    else:
        with np.errstate(divide="ignore"):
            equivalent_log = _power_mean_log(np.log(s / w), w, 1 - epsilon)
    return min(1.0, max(0.0, float(-np.expm1(equivalent_log))))


def _power_mean_log(ratio_log: Vector, weight: Vector, power: float) -> float:
    # Relative to its largest term no power overflows, and the others may fall to 0.
    largest = ratio_log.max() if power > 0 else ratio_log.min()
    with np.errstate(over="ignore"):
        exponent = power * (ratio_log - largest)
    below_1 = float(np.sum(weight * np.expm1(exponent)))
    # A sum near 1 has lost what the small powers add; a sum near 0 is lost in taking 1 off it.
    near_1 = below_1 > -0.5
    mean_log = np.log1p(below_1) if near_1 else np.log(np.sum(weight * np.exp(exponent)))
    return float(largest + mean_log / power)


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


def theil_decomposition(amount: Values, need: Values | None, group: Values) -> TheilDecomposition:
    """Take Theil T and L apart into inequality between groups and within each.

    With *S* and *W* a group's shares of money and need: *T = Σ S ln(S/W) + Σ S·T_g* and
    *L = Σ W ln(W/S) + Σ W·L_g*. O(n log n).

    Parameters
    ----------
    amount, need : array_like, shape (n,)
        As in :func:`theil_t`; a `need` of None: every unit counts once.
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
        As in :func:`theil_t`; if a unit has no group.

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
    rows = lined_up({AMOUNT: amount, NEED: need, GROUP: group})
    share, need_share = shares(rows[AMOUNT], rows.get(NEED))
    codes, labels = _codes(rows[GROUP])
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
    p: Vector, q: Vector, codes: NDArray[np.intp], p_group: Vector, q_group: Vector
) -> tuple[Vector, Vector, Vector]:
    defined = (p_group > 0) & (q_group > 0)
    inside = defined[codes]
    at = codes[inside]
    terms = divergence(p[inside] / p_group[at], q[inside] / q_group[at])
    own = _sums(terms, at, defined.size).clip(min=0)
    return np.where(defined, own, np.nan), divergence(p_group, q_group), p_group * own


def _sums(values: Vector, codes: NDArray[np.intp], size: int) -> Vector:
    return np.bincount(codes, weights=values, minlength=size).astype(np.float64)


def _codes(group: pd.Series) -> tuple[NDArray[np.intp], pd.Index]:
    missing = group.index[group.isna()]
    if len(missing):
        raise refusal(MeasureError, "refusal.no_group", unit=missing[0])
    try:
        codes, names = pd.factorize(group, sort=True)
    except TypeError as error:
        raise refusal(MeasureError, "refusal.groups") from error
    return codes, pd.Index(names.tolist(), name="group")
