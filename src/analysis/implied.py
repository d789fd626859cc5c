"""Which mix of measures the actual amounts look like, and how far each weight is known.

Unit *i* has the amount *aᵢ*, rounded, so that the true one lies within *hᵢ* of it. A factor
formula with weights *w* gives it *fᵢ = T Σₖ wₖ mᵢₖ* (:mod:`analysis.formula`). *T* is the sum that
was shared: the amounts' total, to within the rounding of its parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError
from analysis.formula import ordered_shares
from analysis.unit_values import unit_values
from analysis.words import refusal

# To what part of the average unit's money two amounts are compared. Nothing finer is asked of a
# solver whose own tolerance is a tenth of it.
RESOLUTION = 1e-9
SOLVER = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
# Measures whose shares differ by less than this part of their length count as mixes of each other.
COLLINEAR = 1e-9

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ImpliedFit:
    """The mix of measures that best reproduces the actual amounts, and what it leaves unexplained.

    Attributes
    ----------
    weights : DataFrame
        As of `implied_weights`.
    formula_wan : Series, index unit_code, 万元
        What the mix gives each unit; adds up to the actual total.
    moved_wan : float, 万元
        Half the sum of the differences: the money that would have to move between units.
    beyond_rounding_wan : float, 万元
        Half the sum of what each difference exceeds the unit's rounding by, for the total that
        makes it least: 0 where rounding explains everything.
    """

    weights: pd.DataFrame
    formula_wan: pd.Series
    moved_wan: float
    beyond_rounding_wan: float


def implied_weights(
    amount_wan: pd.Series, measures: pd.DataFrame, *, rounding_wan: float | pd.Series = 1.0
) -> pd.DataFrame:
    """Find the mix of measures that best reproduces the amounts, and the range of each weight.

    The best mix has the least misfit that rounding cannot explain, *Σ max(0, |aᵢ − fᵢ| − hᵢ)*, and
    among those the least misfit *Σ |aᵢ − fᵢ|*. A weight ranges over all the mixes that reproduce no
    unit worse than the best one does, but for rounding: *|aᵢ − fᵢ| ≤ hᵢ*, or *≤ hᵢ + rᵢ* where
    rounding does not explain the best mix's own misfit *rᵢ*. Amounts rounded one by one from a true
    mix have it in the range. Where no mix fits, the range says what rounding alone may change, not
    that the weights are well known.

    Parameters
    ----------
    amount_wan : Series, index unit_code, 万元
        Actual money, at least 0.
    measures : DataFrame, index unit_code, of the same units, a column for each measure
        At least 0. A unit with money must have some measure: leave institutions out.
    rounding_wan : float or Series, index unit_code, 万元
        To what an amount is rounded, 2 hᵢ: with 1, 32 stands for 31.5 to 32.5. Rounding that keeps
        a total, such as the largest remainder's, can shift an amount by nearly 1: it needs 2.

    Returns
    -------
    DataFrame, index measure as in `measures`
        ``weight``, ``low`` and ``high``, parts of 1, and ``identifiable``: False where the weight
        can change against others' without any unit's money changing, as when the measures are
        mixes of each other, and wherever the measures are more than the units minus one: nothing
        is then left to test the mix by. Its ``weight`` is then empty.

    Raises
    ------
    MeasureError
        If a figure is missing, negative, infinite or no number, a total is 0, a unit has money
        and no measure or stands in only one table, rounding is as large as the amounts, or the
        solver fails.

    Source
    ------
    Linear programmes solved by HiGHS: Huangfu, Q. and Hall, J. A. J. (2018), *Mathematical
    Programming Computation* 10. The range of a ratio: Charnes, A. and Cooper, W. W. (1962), *Naval
    Research Logistics Quarterly* 9.

    Examples
    --------
    >>> measures = pd.DataFrame({"need": {"a": 60, "b": 30, "c": 10}, "equal": 1})
    >>> amount = pd.Series({"a": 55, "b": 31, "c": 14})
    >>> implied_weights(amount, measures).round(3)
           weight    low   high  identifiable
    need    0.819  0.804  0.835          True
    equal   0.181  0.165  0.196          True
    """
    return implied_fit(amount_wan, measures, rounding_wan=rounding_wan).weights


def implied_fit(
    amount_wan: pd.Series, measures: pd.DataFrame, *, rounding_wan: float | pd.Series = 1.0
) -> ImpliedFit:
    """Find what `implied_weights` does, and how much of the money its best mix leaves unexplained.

    Parameters
    ----------
    amount_wan, measures, rounding_wan
        As in `implied_weights`.

    Returns
    -------
    ImpliedFit
        What the best mix gives, which exists even where some weights cannot be told apart.

    Raises
    ------
    MeasureError
        As in `implied_weights`.

    Examples
    --------
    >>> need = pd.DataFrame({"need": {"a": 60, "b": 30, "c": 10}})
    >>> fit = implied_fit(pd.Series({"a": 55, "b": 31, "c": 14}), need)
    >>> round(fit.moved_wan, 6), round(fit.beyond_rounding_wan, 6)
    (5.0, 4.1)
    """
    shares, actual, width = _checked(amount_wan, measures, rounding_wan)
    # Figures near 1 suit a solver: the mean amount is the unit of account.
    mean_wan = float(actual.mean())
    amount, half_width = actual.to_numpy() / mean_wan, width.to_numpy() / 2 / mean_wan
    columns = shares.to_numpy() * len(shares)
    best, beyond = _best_fit(amount, half_width, columns)
    weight = best / best.sum()
    low, high = _weight_ranges(amount, half_width, columns, best)
    identifiable = _told_apart(columns)
    weights = pd.DataFrame(
        {
            "weight": np.where(identifiable, weight, np.nan),
            "low": np.minimum(low, weight),
            "high": np.maximum(high, weight),
            "identifiable": identifiable,
        },
        index=shares.columns,
    )
    formula = columns @ weight
    return ImpliedFit(
        weights=weights.reindex(measures.columns),
        formula_wan=pd.Series(formula * mean_wan, index=shares.index).reindex(amount_wan.index),
        moved_wan=float(np.abs(amount - formula).sum() / 2 * mean_wan),
        beyond_rounding_wan=float(beyond / 2 * mean_wan),
    )


def _checked(
    amount_wan: pd.Series, measures: pd.DataFrame, rounding_wan: float | pd.Series
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return the measures' shares, and amounts and roundings in the order of their units."""
    # Among mixes that fit alike the solver's pick depends on the order.
    shares = ordered_shares(measures)
    amount = unit_values(amount_wan, "金额", "amount_wan", like=shares)
    width = unit_values(rounding_wan, "取整单位", "rounding_wan", like=shares)
    unmeasured = amount.index[(amount > 0) & (shares == 0).all(axis=1)]
    if len(unmeasured):
        raise refusal(MeasureError, "refusal.no_measure_of_unit", unit=unmeasured[0])
    if amount.sum() <= width.sum() / 2:
        raise refusal(
            MeasureError, "refusal.only_rounding", total=amount.sum(), rounding=width.sum() / 2
        )
    return shares, amount, width


def _best_fit(amount: Array, half_width: Array, columns: Array) -> tuple[Array, float]:
    """Find the weights (k,) that leave the least misfit, and the sum of it beyond rounding.

    The weights are at least 0; their sum is the total shared, as a part of the amounts' total.
    Amounts (n,) and measures (n, k) have a mean of 1.
    """
    from scipy import sparse

    n, k = columns.shape
    slack = _total_slack(amount, half_width)
    # Columns: weights, their total, then the misfit up and down, within rounding and beyond it.
    one = sparse.identity(n)
    misfit = sparse.hstack([columns, np.zeros((n, 1)), one, -one, one, -one])
    total = np.concatenate((np.ones(k), [-1.0], np.zeros(4 * n)))
    equal = {
        "A_eq": sparse.vstack([misfit, sparse.csr_array(total[None, :])], format="csc"),
        "b_eq": np.append(amount, 0.0),
    }
    low = np.zeros(k + 1 + 4 * n)
    high = np.concatenate((np.full(k + 1, np.inf), half_width, half_width, np.full(2 * n, np.inf)))
    low[k], high[k] = 1 - slack, 1 + slack
    bounds = np.column_stack((low, high))
    beyond = np.concatenate((np.zeros(k + 1 + 2 * n), np.ones(2 * n)))
    least = float(beyond @ _solve(beyond, bounds=bounds, **equal))
    whole = np.concatenate((np.zeros(k + 1), np.ones(4 * n)))
    best = _solve(
        whole,
        A_ub=sparse.csr_array(beyond[None, :]),
        b_ub=[least + n * RESOLUTION],
        bounds=bounds,
        **equal,
    )[:k]
    return np.maximum(best, 0.0), least if least > n * RESOLUTION else 0.0


def _weight_ranges(
    amount: Array, half_width: Array, columns: Array, best: Array
) -> tuple[Array, Array]:
    """Range each weight over the mixes that fit no unit worse than the best, but for rounding.

    The ends, both (k,), are parts of the total shared.
    """
    slack = _total_slack(amount, half_width)
    own = np.abs(amount - columns @ best)
    # A misfit at the edge of rounding is within it: _best_fit may leave over half of this.
    unexplained = np.where(own > half_width + 2 * len(own) * RESOLUTION, own, 0.0)
    allowed = half_width + unexplained + RESOLUTION
    # A weight is a ratio, vₖ / T. In terms of w = v / T and t = 1 / T all is linear.
    k = columns.shape[1]
    programme = {
        "A_ub": np.vstack(
            (
                np.column_stack((-columns, amount - allowed)),
                np.column_stack((columns, -amount - allowed)),
            )
        ),
        "b_ub": np.zeros(2 * len(amount)),
        "A_eq": np.append(np.ones(k), 0.0)[None, :],
        "b_eq": [1.0],
        "bounds": [(0, 1)] * k + [(1 / (1 + slack), 1 / (1 - slack))],
    }
    goals = np.eye(k, k + 1)
    low = np.array([_solve(goal, **programme)[i] for i, goal in enumerate(goals)])
    high = np.array([_solve(-goal, **programme)[i] for i, goal in enumerate(goals)])
    return low, high


def _told_apart(columns: Array) -> NDArray[np.bool_]:
    """Tell which weights cannot change against others' without any unit's money changing.

    None where the measures are as many as the units or more: nothing is then left to test the
    mix by.
    """
    n, k = columns.shape
    if k >= n:
        return np.zeros(k, dtype=bool)
    # A change of weights that changes no unit's money is a null vector.
    _, size, directions = np.linalg.svd(columns, full_matrices=False)
    idle = directions[size <= COLLINEAR * size[0]]
    # The directions have length 1; below this it is the decomposition's own noise.
    free: NDArray[np.bool_] = np.sqrt((idle**2).sum(axis=0)) > 1e-6
    return ~free


def _total_slack(amount: Array, half_width: Array) -> float:
    """By what part of itself the rounding of the parts can have changed the total."""
    return float(half_width.sum() / amount.sum())


def _solve(cost: Array, **programme: Any) -> Array:
    from scipy.optimize import linprog

    result = linprog(cost, method="highs", options=SOLVER, **programme)
    if result.status != 0:
        raise refusal(MeasureError, "refusal.not_solved", reason=result.message)
    solution: Array = result.x
    return solution
