"""Checked columns of figures by unit: what every measure needs before it may count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import MeasureError


def unit_values(values: pd.Series, zh: str, en: str) -> pd.Series:
    """Check a column of figures: one for each label, all finite and at least 0.

    Parameters
    ----------
    values : Series
        Figures by unit (or by measure, for weights).
    zh, en : str
        What the column is, for the message, in Chinese and in English.

    Returns
    -------
    Series of float, index as in `values`

    Raises
    ------
    MeasureError
        If the column is empty, a label is repeated, or a figure is missing, negative, infinite
        or no number.

    Examples
    --------
    >>> unit_values(pd.Series({"a": 3}), "需求", "need").to_dict()
    {'a': 3.0}
    """
    if values.empty:
        raise MeasureError(f"{zh}没有任何数据。", f"{en} is empty: give at least one figure.")
    repeated = values.index[values.index.duplicated()]
    if len(repeated):
        raise MeasureError(
            f"{zh}中 {repeated[0]} 重复出现：只能有一行，请先合并。",
            f"{en}: {repeated[0]} is repeated. Add its rows together first.",
        )
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    bad = values[~np.isfinite(numbers) | (numbers < 0)]
    if len(bad):
        raise MeasureError(
            f"{zh}（{bad.index[0]}）为 {bad.iloc[0]}：须为不小于 0 的数；没有数据的请先去掉。",
            f"{en} of {bad.index[0]} is {bad.iloc[0]}: values are numbers of at least 0; "
            "leave out what has no figure first.",
        )
    return numbers


def same_units(values: pd.Series, like: pd.Series | pd.DataFrame, zh: str, en: str) -> pd.Series:
    """Put checked figures into the order of another column's units.

    Parameters
    ----------
    values : Series, index unit_code
        Figures that :func:`unit_values` has checked.
    like : Series or DataFrame, index unit_code
        The units wanted, each once.
    zh, en : str
        What `values` are, for the message, in Chinese and in English.

    Returns
    -------
    Series, index as in `like`

    Raises
    ------
    MeasureError
        If a unit stands in only one of the two.

    Examples
    --------
    >>> same_units(pd.Series({"b": 2.0, "a": 1.0}), pd.Series({"a": 5, "b": 6}), "", "").tolist()
    [1.0, 2.0]
    """
    missing = like.index.difference(values.index)
    if len(missing):
        raise MeasureError(
            f"{zh}中缺少单位 {missing[0]}：请补上，或在别处也去掉该单位。",
            f"{en} has no figure for {missing[0]}: add it, or leave the unit out elsewhere too.",
        )
    stray = values.index.difference(like.index)
    if len(stray):
        raise MeasureError(
            f"只有{zh}中有单位 {stray[0]}：请去掉，或在别处也加上该单位。",
            f"Only {en} has a figure for {stray[0]}: leave it out, or add the unit elsewhere too.",
        )
    return values.reindex(like.index)
