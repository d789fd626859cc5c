"""The one rule by which a unit is said to get less, or more, than in proportion to need."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.statuses import status_of, weakest, with_status

# Verdicts that conclude something. An open one says what it hangs on.
FIRM = ("below", "above", "even")
OPEN = ("open_group", "open_need", "open_rounding")
# A ratio this near to 1 is 1: the rest is rounding of the computer.
_EQUAL = 1e-9


def ratio_verdicts(
    ratios: pd.DataFrame,
    doubt: pd.DataFrame,
    *,
    group: str,
    amount_wan: pd.Series,
    rounding_wan: pd.Series,
) -> pd.DataFrame:
    """Decide of each unit whether it gets less or more than in proportion to need.

    Nothing is concluded of a unit unless the uncertainty of its own counts and the rounding of its
    money leave one answer (odds of 95 %: see `analysis.uncertainty.share_uncertainty`), and every
    other need group gives the same answer by more than rounding.

    Parameters
    ----------
    ratios : DataFrame, index unit_code, one column a need group
        Ratio of shares, `analysis.shares.share_table`; NaN where a group has no count.
    doubt : DataFrame, index unit_code
        Of `analysis.uncertainty.share_uncertainty`: ``verdict`` and ``rests_on``.
    group : str
        The need group that `doubt` is about, a column of `ratios`; '' where there is none.
    amount_wan, rounding_wan : Series, index unit_code, 万元
        Money, and the width of the interval that it was rounded in.

    Returns
    -------
    DataFrame, index unit_code
        ``verdict``: ``below``, ``above`` or ``even``; ``open_rounding`` or ``open_need`` where
        rounding or the range of the counts leaves it open; ``open_group`` where need groups
        disagree; ``none`` where `group` has no ratio of the unit: others do not stand in for it.

    Examples
    --------
    >>> ratios = pd.DataFrame({"aided": [0.5, 1.4], "resident": [0.6, 0.9]}, index=["a", "b"])
    >>> doubt = pd.DataFrame({"verdict": ["below", "above"], "rests_on": ""}, index=["a", "b"])
    >>> money = pd.Series({"a": 40.0, "b": 60.0})
    >>> ratio_verdicts(
    ...     ratios, doubt, group="aided", amount_wan=money, rounding_wan=money * 0
    ... )["verdict"].to_dict()
    {'a': 'below', 'b': 'open_group'}
    """
    if group not in ratios:
        return with_status(pd.DataFrame({"verdict": "none"}, index=ratios.index), "computed")
    unknown = ratios.isna()
    compared = ratios.index[ratios[group].notna()]
    given = amount_wan.where(amount_wan > 0)
    leeway = rounding_wan / given + rounding_wan[compared].sum() / amount_wan[compared].sum()
    edge = ratios.mul(leeway.fillna(0.0) / 2, axis=0).where(np.isfinite(ratios), 0.0)
    edge = edge.clip(lower=_EQUAL)
    # Of the chosen group the draws have decided what rounding can do.
    edge[group] = _EQUAL
    found = pd.Series("open_group", index=ratios.index, name="verdict")
    found[((ratios - 1).abs().le(_EQUAL) | unknown).all(axis=1)] = "even"
    found[(ratios.lt(1 - edge) | unknown).all(axis=1)] = "below"
    found[(ratios.gt(1 + edge) | unknown).all(axis=1)] = "above"
    undecided = doubt["verdict"].eq("undecided")
    found[undecided] = "open_" + doubt.loc[undecided, "rests_on"].astype(str)
    found[unknown[group]] = "none"
    status = weakest([status_of(ratios, str(name)) for name in ratios], at_least="computed")
    return with_status(found.to_frame(), {"verdict": status})


def units_with(verdicts: pd.DataFrame, ratio: pd.Series, *which: str) -> list[str]:
    """Return the codes of the units with a verdict, those furthest from proportional first."""
    codes = verdicts.index[verdicts["verdict"].isin(which)]
    far = ratio.reindex(codes).astype(float)
    far = far.where(far < 1, 1 / far.where(far > 0)).fillna(0.0)
    return [str(code) for code in far.sort_values(kind="stable").index]
