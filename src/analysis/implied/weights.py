"""The mix of measures that best reproduces the actual amounts, and what it leaves unexplained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import MeasureError
from analysis.formula import Weights, scaled_weights
from analysis.implied.programme import best_fit, told_apart, weight_ranges
from analysis.implied.scaled import scaled_case


@dataclass(frozen=True)
class ImpliedFit:
    """What a mix of measures leaves unexplained of the actual amounts.

    Attributes
    ----------
    formula_wan : Series, index unit_code, 万元
        What the mix gives each unit; adds up to the actual total.
    moved_wan : float, 万元
        Half the sum of the differences: the money that would have to move between units.
    beyond_rounding_wan : float, 万元
        Half the sum of what each difference exceeds the unit's rounding by, for the total that
        makes it least: 0 where rounding explains everything.
    """

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
    scaled = scaled_case(amount_wan, measures, rounding_wan)
    best, _ = best_fit(scaled.amount, scaled.half_width, scaled.columns)
    weight = best / best.sum()
    low, high = weight_ranges(scaled.amount, scaled.half_width, scaled.columns, best)
    identifiable = told_apart(scaled.columns)
    table = pd.DataFrame(
        {
            "weight": np.where(identifiable, weight, np.nan),
            "low": np.minimum(low, weight),
            "high": np.maximum(high, weight),
            "identifiable": identifiable,
        },
        index=scaled.measures,
    )
    return table.reindex(measures.columns)


def implied_fit(
    amount_wan: pd.Series,
    measures: pd.DataFrame,
    weights: Weights | None = None,
    *,
    rounding_wan: float | pd.Series = 1.0,
) -> ImpliedFit:
    """Tell how much of the actual money a mix of measures leaves unexplained.

    Parameters
    ----------
    amount_wan, measures, rounding_wan
        As in :func:`implied_weights`.
    weights : Series or mapping, measure to weight, optional
        As in :func:`analysis.formula.scaled_weights`, an announced formula's for instance. Omitted:
        the mix that fits best, which exists even where some weights cannot be told apart.

    Returns
    -------
    ImpliedFit

    Raises
    ------
    MeasureError
        As in :func:`implied_weights` and :func:`analysis.formula.scaled_weights`, and if a weight
        is empty because it cannot be told apart from others.

    Examples
    --------
    >>> need = pd.DataFrame({"need": {"a": 60, "b": 30, "c": 10}})
    >>> fit = implied_fit(pd.Series({"a": 55, "b": 31, "c": 14}), need)
    >>> round(fit.moved_wan, 6), round(fit.beyond_rounding_wan, 6)
    (5.0, 4.1)
    """
    scaled = scaled_case(amount_wan, measures, rounding_wan)
    columns = scaled.columns
    if weights is not None:
        _refuse_empty(weights)
        given = scaled_weights(weights, scaled.measures).to_numpy()
        columns = (columns * given).sum(axis=1, keepdims=True)
    best, beyond = best_fit(scaled.amount, scaled.half_width, columns)
    formula = columns @ (best / best.sum())
    formula_wan = pd.Series(formula * scaled.unit_wan, index=scaled.units)
    return ImpliedFit(
        formula_wan=formula_wan.reindex(amount_wan.index),
        moved_wan=float(np.abs(scaled.amount - formula).sum() / 2 * scaled.unit_wan),
        beyond_rounding_wan=float(beyond / 2 * scaled.unit_wan),
    )


def _refuse_empty(weights: Weights) -> None:
    given = pd.Series(weights, dtype=object)
    empty = given.index[given.isna()]
    if len(empty):
        raise MeasureError(
            f"测度“{empty[0]}”的权重为空，无法与其他测度分开：请不给权重，按最佳组合计算。",
            f"The weight of {empty[0]} is empty, as it cannot be told apart from others: give no "
            "weights to get the mix that fits best.",
        )
