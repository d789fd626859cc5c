"""Amounts, rounding and measures made ready for a solver: matched by unit, checked, near 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError
from analysis.formula import measure_shares
from analysis.unit_values import same_units, unit_values


@dataclass(frozen=True)
class ScaledCase:
    """Amounts, rounding and measures in the order of their labels.

    Attributes
    ----------
    units, measures : Index
        Labels of the n units and the k measures, in order.
    amount, half_width : float64 array (n,)
        Amounts with mean 1, and half the width each was rounded in.
    columns : float64 array (n, k)
        Measures, each with mean 1.
    unit_wan : float, 万元
        The mean amount.
    """

    units: pd.Index
    measures: pd.Index
    amount: NDArray[np.float64]
    half_width: NDArray[np.float64]
    columns: NDArray[np.float64]
    unit_wan: float


def scaled_case(
    amount_wan: pd.Series, measures: pd.DataFrame, rounding_wan: float | pd.Series
) -> ScaledCase:
    """Check and scale a case.

    Parameters
    ----------
    amount_wan, measures, rounding_wan
        As in :func:`analysis.implied.implied_weights`.

    Returns
    -------
    ScaledCase

    Raises
    ------
    MeasureError
        As in :func:`analysis.implied.implied_weights`, the solver apart.

    Examples
    --------
    >>> case = scaled_case(pd.Series({"b": 1, "a": 3}), pd.DataFrame({"all": {"a": 1, "b": 1}}), 1)
    >>> case.amount.tolist(), case.half_width.tolist(), case.unit_wan
    ([1.5, 0.5], [0.25, 0.25], 2.0)
    """
    # One order whatever the caller's: among mixes that fit alike the solver's pick depends on it.
    shares = measure_shares(measures).sort_index(key=_text).sort_index(axis=1, key=_text)
    amount = same_units(unit_values(amount_wan, "金额", "amount_wan"), shares, "金额", "amount_wan")
    if not isinstance(rounding_wan, pd.Series):
        rounding_wan = pd.Series(rounding_wan, index=shares.index)
    width = unit_values(rounding_wan, "取整单位", "rounding_wan")
    width = same_units(width, shares, "取整单位", "rounding_wan")
    unmeasured = amount.index[(amount > 0) & (shares == 0).all(axis=1)]
    if len(unmeasured):
        raise MeasureError(
            f"单位 {unmeasured[0]} 有资金，但各项测度都为 0：没有公式能给它资金，请先去掉该单位。",
            f"Unit {unmeasured[0]} has money and all its measures are 0: no formula gives it any. "
            "Leave the unit out first.",
        )
    if amount.sum() <= width.sum() / 2:
        raise MeasureError(
            f"金额合计 {amount.sum():g} 万元，不大于各单位取整误差之和 {width.sum() / 2:g} 万元："
            "推不出权重，请核对 rounding_wan。",
            f"The amounts add up to {amount.sum():g} (10,000), no more than rounding may have "
            f"added, {width.sum() / 2:g}: they show no weights. Check rounding_wan.",
        )
    unit_wan = float(amount.mean())
    return ScaledCase(
        units=shares.index,
        measures=shares.columns,
        amount=amount.to_numpy() / unit_wan,
        half_width=width.to_numpy() / 2 / unit_wan,
        columns=shares.to_numpy() * len(shares),
        unit_wan=unit_wan,
    )


def _text(labels: pd.Index) -> pd.Index:
    return labels.astype(str)
