"""Each unit's share of the money beside its share of the need, now and before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.kept import kept
from analysis.statuses import status_of, weakest, with_status
from analysis.unit_values import comparable

# A difference below half a cent (0.01 yuan = 0.000001 万元) is noise of adding up, not money.
_HALF_CENT_WAN = 5e-7


@kept(maxsize=32)
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
        by nature. Without any, every cell is empty.

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
    if len(need):
        comparable(amount_wan, need)
    n = need.reindex(amount_wan.index).astype(float)
    a = amount_wan.astype(float).where(n.notna())
    share, need_share = a / a.sum(), n / n.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = share / need_share
        per_person = a * 10_000 / n
    table = pd.DataFrame(
        {
            "share": share,
            "need_share": need_share,
            "ratio": ratio,
            "yuan_per_person": per_person,
            "gap_wan": a - a.sum() * need_share,
        }
    )
    money, people = status_of(amount_wan), status_of(need)
    both = weakest([money, people], at_least="computed")
    stated = dict.fromkeys(map(str, table), both) | {
        "share": weakest([money], at_least="computed"),
        "need_share": weakest([people], at_least="computed"),
    }
    return with_status(table, stated)


def ratio_table(amount_wan: pd.Series, needs: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Return the ratio of shares under several counts of need: how much the choice matters.

    Parameters
    ----------
    amount_wan : Series, index unit_code, 万元
    needs : mapping of str to Series, index unit_code
        Persons or households by need group.

    Returns
    -------
    DataFrame, index unit_code as in `amount_wan`, one column a need group
        ``ratio`` of `share_table`; NaN where a unit has no count.

    Raises
    ------
    MeasureError
        As `share_table`.

    Examples
    --------
    >>> money = pd.Series({"a": 30.0, "b": 10.0})
    >>> equal, all_in_a = pd.Series({"a": 5, "b": 5}), pd.Series({"a": 5, "b": 0})
    >>> ratio_table(money, {"aided": equal, "resident": all_in_a}).loc["a"].to_dict()
    {'aided': 1.5, 'resident': 0.75}
    """
    tables = {group: share_table(amount_wan, need) for group, need in needs.items()}
    ratios = pd.DataFrame({group: table["ratio"] for group, table in tables.items()})
    stated = {group: status_of(table, "ratio") for group, table in tables.items()}
    return with_status(ratios.reindex(amount_wan.index), stated)


def ratio_moves(ratio_before: pd.Series, ratio_after: pd.Series) -> pd.Series:
    """Tell whether each ratio comes nearer to 1, where its two decimals show that it does.

    Half is as far from 1 as double.

    Parameters
    ----------
    ratio_before, ratio_after : Series of the same index
        Share of the money / share of the need, at least 0.

    Returns
    -------
    Series
        ``toward``, ``away`` or ``same``.

    Examples
    --------
    >>> ratio_moves(pd.Series([2.0, 2.0, 0.8, 0.8]), pd.Series([1.5, 0.5, 0.6, 0.801])).tolist()
    ['toward', 'same', 'away', 'same']
    """
    ratios = [each.to_numpy(dtype=float) for each in (ratio_before, ratio_after)]
    with np.errstate(divide="ignore"):
        before, after = (np.maximum(each, 1 / each).round(2) for each in ratios)
    same = (before == after) | (ratios[0].round(2) == ratios[1].round(2))
    moves = np.where(same, "same", np.where(after < before, "toward", "away"))
    return pd.Series(moves, ratio_before.index, name="moved")


def relative_change(before_wan: pd.Series, after_wan: pd.Series) -> pd.Series:
    """Return (after - before) / before: infinite from nothing, 0 where less than a cent moves.

    Parameters
    ----------
    before_wan, after_wan : Series of the same index, 万元

    Examples
    --------
    >>> relative_change(pd.Series([8.0, 0.0, 0.0]), pd.Series([6.0, 1.0, 0.0])).tolist()
    [-0.25, inf, 0.0]
    """
    change = after_wan - before_wan
    moved = (change.abs() >= _HALF_CENT_WAN) | change.isna()
    return (change / before_wan).where(moved, 0.0)
