"""The linear programmes behind the implied weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import MeasureError

# To what part of the average unit's money two amounts are compared. Nothing finer is asked of a
# solver whose own tolerance is a tenth of it.
RESOLUTION = 1e-9
SOLVER = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
# Measures whose shares differ by less than this part of their length count as mixes of each other.
COLLINEAR = 1e-9

Vector = NDArray[np.float64]


def best_fit(amount: Vector, half_width: Vector, columns: Vector) -> tuple[Vector, float]:
    """Find the weights of measures that leave the least misfit.

    Parameters
    ----------
    amount, half_width : float64 array (n,)
        Amounts with mean 1, and half the width each was rounded in, in the same unit.
    columns : float64 array (n, k)
        Measures, each with mean 1.

    Returns
    -------
    weights : float64 array (k,)
        At least 0; their sum is the total shared, as a part of the amounts' total.
    beyond : float
        Sum of the misfits beyond rounding, in the unit of the amounts.

    Raises
    ------
    MeasureError
        If the solver fails.

    Examples
    --------
    >>> best_fit(np.array([1.5, 0.5]), np.zeros(2), np.array([[2.0, 1.0], [0.0, 1.0]]))
    (array([0.5, 0.5]), 0.0)
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


def weight_ranges(
    amount: Vector, half_width: Vector, columns: Vector, best: Vector
) -> tuple[Vector, Vector]:
    """Range each weight over the mixes that fit no unit worse than the best, but for rounding.

    Parameters
    ----------
    amount, half_width, columns
        As in :func:`best_fit`.
    best : float64 array (k,)
        The weights that it returned.

    Returns
    -------
    low, high : float64 array (k,)
        Parts of the total shared.

    Raises
    ------
    MeasureError
        If the solver fails.

    Examples
    --------
    >>> columns = np.array([[2.0, 1.0], [0.0, 1.0]])
    >>> low, high = weight_ranges(
    ...     np.array([1.5, 0.5]), np.full(2, 0.1), columns, np.array([0.5, 0.5])
    ... )
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([0.4, 0.4], [0.6, 0.6])
    """
    slack = _total_slack(amount, half_width)
    own = np.abs(amount - columns @ best)
    # A misfit at the edge of rounding is within it: best_fit may leave over half of this.
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


def told_apart(columns: Vector) -> NDArray[np.bool_]:
    """Tell which weights cannot change against others' without any unit's money changing.

    Parameters
    ----------
    columns : float64 array (n, k)
        Measures, each with the same total.

    Returns
    -------
    bool array (k,)
        All False where the measures are as many as the units or more: nothing is then left to
        test the mix by.

    Examples
    --------
    >>> told_apart(np.array([[1.0, 1.0, 2.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]))
    array([False, False,  True])
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


def _total_slack(amount: Vector, half_width: Vector) -> float:
    """By what part of itself the rounding of the parts can have changed the total."""
    return float(half_width.sum() / amount.sum())


def _solve(cost: Vector, **programme: Any) -> Vector:
    from scipy.optimize import linprog

    result = linprog(cost, method="highs", options=SOLVER, **programme)
    if result.status != 0:
        raise MeasureError(
            f"线性规划未能求解（{result.message}）：请核对金额与测度有无相差过大的数。",
            f"The linear programme was not solved ({result.message}): look for amounts or "
            "measures that are out of all proportion.",
        )
    solution: Vector = result.x
    return solution
