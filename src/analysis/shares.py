"""Each unit's share of the money beside its share of the need."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import MeasureError


def share_table(amount_wan: pd.Series, need: pd.Series) -> pd.DataFrame:
    """Compare each unit's share of the money with its share of the need.

    Totals are taken over the units that have a need figure. The others, institutions above
    all, stay in the table with empty cells: they are shown apart, never divided by nothing.

    Parameters
    ----------
    amount_wan : Series, index unit_code, 万元
        Money of every unit, at least 0.
    need : Series, index unit_code, persons or households
        Need of the units that can be compared; leave a unit out, or empty, where it has none
        by nature.

    Returns
    -------
    DataFrame, index unit_code as in `amount_wan`
        ``share`` and ``need_share`` (each adds up to 1), ``ratio`` = share / need_share,
        ``yuan_per_person`` = 10⁴ amount / need, ``gap_wan`` = amount - total x need_share, 万元.
        Money without need gives an infinite ratio; neither gives an empty one.

    Raises
    ------
    MeasureError
        If a figure is negative, an amount is missing, a unit is repeated, a unit has need but
        no row in `amount_wan`, or a total is 0.

    Examples
    --------
    >>> table = share_table(pd.Series({"a": 30.0, "b": 10.0}), pd.Series({"a": 500, "b": 500}))
    >>> table.loc["a"].round(3).to_dict()
    {'share': 0.75, 'need_share': 0.5, 'ratio': 1.5, 'yuan_per_person': 600.0, 'gap_wan': 10.0}
    """
    _check(amount_wan, need)
    n = need.reindex(amount_wan.index).astype(float)
    a = amount_wan.astype(float).where(n.notna())
    if not a.sum() > 0 or not n.sum() > 0:
        raise MeasureError(
            "可比单位的金额合计或需求合计为 0，无法计算占比。",
            "The amounts or the needs of the comparable units add up to 0: there are no shares.",
        )
    share, need_share = a / a.sum(), n / n.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = share / need_share
        per_person = a * 10_000 / n
    return pd.DataFrame(
        {
            "share": share,
            "need_share": need_share,
            "ratio": ratio,
            "yuan_per_person": per_person,
            "gap_wan": a - a.sum() * need_share,
        }
    )


def _check(amount_wan: pd.Series, need: pd.Series) -> None:
    for name, name_zh, series in (("amount_wan", "金额", amount_wan), ("need", "需求", need)):
        repeated = series.index[series.index.duplicated()]
        if len(repeated):
            raise MeasureError(
                f"{name_zh}中单位 {repeated[0]} 重复出现：每个单位只能有一行，请先合并。",
                f"{name}: unit {repeated[0]} is repeated. Add its rows together first.",
            )
        bad = series[(series < 0) | np.isinf(series.astype(float))]
        if len(bad):
            raise MeasureError(
                f"{name_zh}（{bad.index[0]}）为 {bad.iloc[0]}：须为不小于 0 的数。",
                f"{name} of {bad.index[0]} is {bad.iloc[0]}: values are numbers of at least 0.",
            )
    if amount_wan.isna().any():
        code = amount_wan.index[amount_wan.isna()][0]
        raise MeasureError(
            f"单位 {code} 没有金额：没有分到资金请写 0。",
            f"Unit {code} has no amount: write 0 where no money was given.",
        )
    stray = need.index.difference(amount_wan.index)
    if len(stray):
        raise MeasureError(
            f"单位 {stray[0]} 有需求但没有金额行：没有分到资金请写 0。",
            f"Unit {stray[0]} has need but no amount: write 0 where no money was given.",
        )
