"""How far each unit's money is from its target share."""

from __future__ import annotations

from math import fsum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError

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
    for name, name_zh, series in (
        ("amount_wan", "金额", amount_wan),
        ("target_share", "目标占比", target_share),
    ):
        _check_units(name, name_zh, series)
    strays = amount_wan.index.symmetric_difference(target_share.index, sort=False)
    if len(strays):
        raise MeasureError(
            f"单位 {strays[0]} 只有金额或只有目标占比：没有资金或目标请写 0，机构请先去掉。",
            f"Unit {strays[0]} has an amount or a target, but not both: write 0 for no money or "
            "no target, and leave institutions out.",
        )
    amount = _numbers("amount_wan", "金额", amount_wan)
    target = _numbers("target_share", "目标占比", target_share.reindex(amount_wan.index))
    if not fsum(amount) > 0:
        raise MeasureError("金额合计为 0，没有占比。", "The amounts add up to 0: no shares.")
    total = fsum(target)
    if abs(total - 1) > ROUNDING_OF_SUM:
        raise MeasureError(
            f"目标占比合计为 {total:.9g}，须为 1：请除以其合计。",
            f"The target shares add up to {total:.9g}, not 1: divide them by their sum.",
        )
    return amount, target / total


def _check_units(name: str, name_zh: str, series: pd.Series) -> None:
    if not isinstance(series, pd.Series):
        raise MeasureError(
            f"{name_zh}须为按单位代码索引的 Series。", f"{name} must be a Series by unit code."
        )
    wrong = series.index[series.index.duplicated() | series.index.isna()]
    if len(wrong):
        raise MeasureError(
            f"{name_zh}中单位 {wrong[0]} 重复或代码为空：每个单位只能有一行。",
            f"{name}: unit {wrong[0]} is repeated or has no code. Give one row a unit.",
        )


def _numbers(name: str, name_zh: str, series: pd.Series) -> NDArray[np.float64]:
    values = pd.to_numeric(series, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    bad = np.flatnonzero(~np.isfinite(values) | (values < 0))
    if len(bad):
        code, value = series.index[bad[0]], series.iloc[bad[0]]
        raise MeasureError(
            f"{name_zh}（{code}）为 {value}：须为不小于 0 的数；没有请写 0。",
            f"{name} of {code} is {value}: values are numbers of at least 0; write 0 for none.",
        )
    return values
