"""The Atkinson index: the share of the money that inequality wastes, for a chosen aversion."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import NDArray

from analysis.errors import MeasureError
from analysis.inequality.shares import Values, shares
from analysis.inequality.theil import divergence


def atkinson(amount: Values, need: Values | None = None, *, epsilon: float) -> float:
    """Atkinson index, *1 − (Σ w (s/w)^(1−ε))^(1/(1−ε))*, 0 (proportional) to 1.

    The same welfare could be had from this much less money, were it spread in proportion to
    need. At ε = 1 the mean is the geometric one, and the index is 1 − exp(−L) with Theil L.
    Powers are taken in logarithms, so that neither an ε beside 1 nor a large one costs
    precision. O(n).

    Parameters
    ----------
    amount : array_like, shape (n,)
        Money of each unit, any unit of account, at least 0.
    need : array_like, shape (n,), optional
        People in need in each unit, at least 0. Omitted: every unit counts once.
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
        If `epsilon` is not a finite number above 0, a value is missing, infinite or negative,
        a unit is repeated, a total is 0 or beyond what a float holds, or lengths or indexes
        differ.

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
    _check_aversion(epsilon)
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


def _power_mean_log(
    ratio_log: NDArray[np.float64], weight: NDArray[np.float64], power: float
) -> float:
    # Relative to its largest term no power overflows, and the others may fall to 0.
    largest = ratio_log.max() if power > 0 else ratio_log.min()
    with np.errstate(over="ignore"):
        exponent = power * (ratio_log - largest)
    below_1 = float(np.sum(weight * np.expm1(exponent)))
    # A sum near 1 has lost what the small powers add; a sum near 0 is lost in taking 1 off it.
    near_1 = below_1 > -0.5
    mean_log = np.log1p(below_1) if near_1 else np.log(np.sum(weight * np.exp(exponent)))
    return float(largest + mean_log / power)


def _check_aversion(epsilon: float) -> None:
    if not isinstance(epsilon, Real) or not 0 < epsilon < np.inf:
        raise MeasureError(
            f"epsilon 为 {epsilon}：须为大于 0 的有限数，例如 0.5、1 或 2。",
            f"epsilon is {epsilon}: it is a finite number above 0, such as 0.5, 1 or 2.",
        )
