"""The factor formula (因素法): money shared by a weighted mix of measures.

A measure is a figure of at least 0 for every unit: persons in need, residents, 1 for an equal
share, need times an index. With *mᵢₖ* the share of unit *i* in measure *k* and weights *wₖ* that
add up to 1, the formula gives unit *i* the share *Σₖ wₖ mᵢₖ* of the money.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.errors import MeasureError
from analysis.unit_values import unit_values
from analysis.words import listed, refusal

Weights = pd.Series | Mapping[str, float]


def measure_shares(measures: pd.DataFrame) -> pd.DataFrame:
    """Turn each measure into the units' shares of its total.

    Parameters
    ----------
    measures : DataFrame, index unit_code, a column for each measure
        Figures of at least 0, in any unit.

    Returns
    -------
    DataFrame, index and columns as in `measures`
        Each column adds up to 1.

    Raises
    ------
    MeasureError
        If a figure is missing, negative, infinite or no number, a measure adds up to 0, a unit
        or a measure is repeated, or there is no unit or no measure.

    Examples
    --------
    >>> measure_shares(pd.DataFrame({"aided": {"a": 30, "b": 10}}))["aided"].to_dict()
    {'a': 0.75, 'b': 0.25}
    """
    if measures.shape[1] == 0:
        raise refusal(MeasureError, "refusal.no_measure")
    repeated = measures.columns[measures.columns.duplicated()]
    if len(repeated):
        raise refusal(MeasureError, "refusal.measure_repeated", name=repeated[0])
    shares = {}
    for name in measures.columns:
        values = unit_values(measures[name], f"测度“{name}”", f"Measure {name}")
        # An exact sum: the order of the units does not reach the last digit.
        total = math.fsum(values)
        if total == 0:
            raise refusal(MeasureError, "refusal.measure_zero", name=name)
        shares[name] = values / total
    return pd.DataFrame(shares, index=measures.index)


def ordered_shares(measures: pd.DataFrame) -> pd.DataFrame:
    """Return `measure_shares` in one order of units and measures, whatever the caller's."""
    shares = measure_shares(measures)
    return shares.sort_index(key=_text).sort_index(axis=1, key=_text)


def formula_amounts(total_wan: float, measures: pd.DataFrame, weights: Weights) -> pd.Series:
    """Share a sum of money by a factor formula.

    Parameters
    ----------
    total_wan : float, 万元
        Money to share, at least 0.
    measures : DataFrame, index unit_code, a column for each measure
        As in :func:`measure_shares`.
    weights : Series or mapping, measure to weight
        As in :func:`scaled_weights`.

    Returns
    -------
    Series, index unit_code as in `measures`, 万元
        Adds up to `total_wan`.

    Raises
    ------
    MeasureError
        If the total is missing, negative or infinite, or as in :func:`measure_shares` and
        :func:`scaled_weights`.

    Source
    ------
    《中央财政困难群众救助补助资金管理办法》, art. 5: allocation by factors, among them the task,
    fiscal difficulty, fiscal effort and performance.

    Examples
    --------
    >>> measures = pd.DataFrame({"aided": {"a": 30, "b": 10}, "equal": {"a": 1, "b": 1}})
    >>> formula_amounts(400, measures, {"aided": 80, "equal": 20}).round(6).to_dict()
    {'a': 280.0, 'b': 120.0}
    """
    if not (math.isfinite(total_wan) and total_wan >= 0):
        raise refusal(MeasureError, "refusal.total_wan", total_wan=total_wan)
    shares = measure_shares(measures)
    return (total_wan * (shares * scaled_weights(weights, shares.columns)).sum(axis=1)).rename(None)


def scaled_weights(weights: Weights, measures: Iterable[str]) -> pd.Series:
    """Scale the weights of measures so that they add up to 1.

    Parameters
    ----------
    weights : Series or mapping, measure to weight
        At least 0, in any scale (60 and 40 are 0.6 and 0.4). A measure not named has weight 0.
    measures : iterable of str
        The measures there are.

    Returns
    -------
    Series, index measure, in the order of `measures`
        Adds up to 1.

    Raises
    ------
    MeasureError
        If a weight is missing, negative, infinite or no number, all are 0, a measure is unknown
        or is repeated.

    Examples
    --------
    >>> scaled_weights({"aided": 60, "equal": 20}, ["equal", "aided", "resident"]).to_dict()
    {'equal': 0.25, 'aided': 0.75, 'resident': 0.0}
    """
    known = pd.Index(measures)
    given = pd.Series(weights, dtype=object)
    unknown = given.index.difference(known, sort=False)
    if len(unknown):
        raise refusal(MeasureError, "refusal.weight_of_none", name=unknown[0], known=listed(known))
    # Without any weight the sum below says what is wrong.
    values = unit_values(given, "权重", "weight") if len(given) else given.astype(float)
    total = math.fsum(values)
    if total == 0:
        raise refusal(MeasureError, "refusal.weights_zero")
    return values.reindex(known, fill_value=0.0) / total


def _text(labels: pd.Index) -> pd.Index:
    return labels.astype(str)
