"""How far each unit's money is from its target share."""

from __future__ import annotations

from math import fsum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError
from analysis.unit_values import check_total, same_units, unit_values

# Shares that add up to 1 but for the rounding of their sum.
ROUNDING_OF_SUM = 1e-9


def distance_from_target(amount_wan: pd.Series, target_share: pd.Series) -> pd.Series:
    """Return each unit's money above (+) or below (-) its target, as a part of the target.

    Parameters
    ----------
    amount_wan : Series, index unit_code, 万元
        Money of every unit that has a target, at least 0; leave institutions out.
    target_share : Series, same units
        Share of the total that each should have, at least 0; adds up to 1.

    Returns
    -------
    Series, index as in `amount_wan`
        a / (A x target) - 1, with A the total of `amount_wan`. Money without a target gives
        an infinite distance; neither gives an empty one.

    Raises
    ------
    MeasureError
        If a value is missing, negative or infinite, the units differ or repeat, the money adds
        up to 0, or the targets do not add up to 1.

    Examples
    --------
    >>> amount = pd.Series({"a": 30.0, "b": 10.0})
    >>> distance_from_target(amount, pd.Series({"a": 0.5, "b": 0.5})).tolist()
    [0.5, -0.5]
    """
    amount, target = checked(amount_wan, target_share)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        distance = amount / (fsum(amount) * target) - 1
    return pd.Series(distance, index=amount_wan.index)


def checked(
    amount_wan: pd.Series, target_share: pd.Series
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return amounts and targets in the order of `amount_wan`, the targets adding up to 1.

    Raises
    ------
    MeasureError
        As in `distance_from_target`.
    """
    amount = unit_values(amount_wan, "金额", "amount_wan")
    target = unit_values(target_share, "目标占比", "target_share")
    target = same_units(target, amount, "目标占比", "target_share")
    check_total(amount, "金额", "amount_wan")
    total = fsum(target)
    if abs(total - 1) > ROUNDING_OF_SUM:
        raise MeasureError(
            f"目标占比合计为 {total:.9g}，须为 1：请除以其合计。",
            f"The target shares add up to {total:.9g}, not 1: divide them by their sum.",
        )
    return amount.to_numpy(), target.to_numpy() / total
