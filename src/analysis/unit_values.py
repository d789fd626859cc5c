"""The one check of "one figure a unit": what every calculation needs before it may start.

`lined_up` puts figures that came as Series or as rows beside each other; `unit_values` checks one
of them; `same_units` matches two; `check_total` asks for something to share.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError
from analysis.words import ByLanguage, refusal

Values = pd.Series | NDArray[Any] | Sequence[Any]
# What messages call a figure, in Chinese and in English.
Name = tuple[str, str]


def unit_values(
    values: pd.Series | float,
    zh: str,
    en: str,
    *,
    like: pd.Series | pd.DataFrame | None = None,
    signed: bool = False,
) -> pd.Series:
    """Check a column of figures: one for each label, all finite and at least 0.

    Parameters
    ----------
    values : Series
        Figures by unit (or by measure, for weights). With `like` one figure may stand for all.
    zh, en : str
        What the column is, for the message, in Chinese and in English.
    like : Series or DataFrame, index unit_code, optional
        The units wanted, each once, and their order.
    signed : bool
        Whether figures below 0 are fine.

    Returns
    -------
    Series of float, index as in `like`, or else as in `values`

    Raises
    ------
    MeasureError
        If it is no Series or empty, a label is repeated or missing, or a figure is missing,
        negative, infinite or no number; if a unit stands only in one of `values` and `like`.

    Examples
    --------
    >>> unit_values(pd.Series({"a": 3}), "需求", "need").to_dict()
    {'a': 3.0}
    """
    given: object = values
    if like is not None and not isinstance(values, pd.Series):
        given = pd.Series(values, index=like.index)
    row = check_labels(given, zh, en)
    if row.empty:
        raise refusal(MeasureError, "refusal.no_figures", name=ByLanguage(zh, en))
    numbers = pd.to_numeric(row, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    good = np.isfinite(numbers) if signed else np.isfinite(numbers) & (numbers >= 0)
    if not good.all():
        at = int(np.argmin(good))
        raise no_figure(zh, en, row.index[at], list(row)[at], signed=signed)
    checked = pd.Series(numbers, index=row.index, name=row.name)
    return checked if like is None else same_units(checked, like, zh, en)


def no_figure(
    zh: str, en: str, label: Hashable, value: object, *, signed: bool = False
) -> MeasureError:
    """Return the refusal of one figure; see `unit_values`."""
    key = "refusal.no_finite_figure" if signed else "refusal.no_figure"
    return refusal(MeasureError, key, name=ByLanguage(zh, en), label=label, value=value)


def check_labels(values: object, zh: str, en: str) -> pd.Series:
    """Return a Series with one row a label, or refuse what is none.

    Raises
    ------
    MeasureError
        If `values` is no Series, or a label is repeated or missing.

    Examples
    --------
    >>> check_labels(pd.Series({"a": 3}), "需求", "need").to_dict()
    {'a': 3}
    """
    if not isinstance(values, pd.Series):
        raise refusal(MeasureError, "refusal.no_series", name=ByLanguage(zh, en))
    if values.index.hasnans:
        raise refusal(MeasureError, "refusal.no_unit", name=ByLanguage(zh, en))
    if not values.index.is_unique:
        repeated = values.index[values.index.duplicated()][0]
        raise refusal(MeasureError, "refusal.repeated", name=ByLanguage(zh, en), unit=repeated)
    return values


def same_units(
    values: pd.Series,
    like: pd.Series | pd.DataFrame,
    zh: str,
    en: str,
    *,
    partial: bool = False,
) -> pd.Series:
    """Put checked figures into the order of another column's units.

    Parameters
    ----------
    values : Series, index unit_code
        Figures that :func:`unit_values` has checked.
    like : Series or DataFrame, index unit_code
        The units wanted, each once.
    zh, en : str
        What `values` are, for the message, in Chinese and in English.
    partial : bool
        Whether units of `like` may be without a figure, as institutions are without need.

    Returns
    -------
    Series, index as in `like`
        Empty for a unit without a figure.

    Raises
    ------
    MeasureError
        If a unit stands in only one of the two.

    Examples
    --------
    >>> same_units(pd.Series({"b": 2.0, "a": 1.0}), pd.Series({"a": 5, "b": 6}), "", "").tolist()
    [1.0, 2.0]
    """
    if values.index.equals(like.index):
        return values
    missing = like.index.difference(values.index, sort=False)
    if len(missing) and not partial:
        raise refusal(MeasureError, "refusal.lacks_unit", name=ByLanguage(zh, en), unit=missing[0])
    stray = values.index.difference(like.index, sort=False)
    if len(stray):
        raise refusal(MeasureError, "refusal.only_unit", name=ByLanguage(zh, en), unit=stray[0])
    return values.reindex(like.index)


def comparable(amount_wan: pd.Series, need: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Check money and need, and keep the units that have a need.

    Parameters
    ----------
    amount_wan : Series, index unit_code, 万元
        Money of every unit, at least 0.
    need : Series, index unit_code, persons or households
        Left out, or empty, for a unit that has none by nature, such as an institution.

    Returns
    -------
    amount_wan, need : Series of float, index unit_code in the order of `amount_wan`

    Raises
    ------
    MeasureError
        As in `unit_values` and `check_total`; if a unit has need but no row in `amount_wan`.

    Examples
    --------
    >>> money, need = comparable(pd.Series({"home": 5, "a": 30}), pd.Series({"a": 500}))
    >>> money.to_dict(), need.to_dict()
    ({'a': 30.0}, {'a': 500.0})
    """
    amount = unit_values(amount_wan, "金额", "amount_wan")
    check_labels(need, "需求", "need")
    persons = unit_values(need.dropna(), "需求", "need")
    persons = same_units(persons, amount, "需求", "need", partial=True).dropna()
    amount = amount[persons.index]
    check_total(amount, "可比单位的金额", "amount_wan of the units with need")
    check_total(persons, "需求", "need")
    return amount, persons


def lined_up(figures: Mapping[Name, Values | None]) -> dict[Name, pd.Series]:
    """Put figures beside each other by unit, whether they have units or come in a row.

    Parameters
    ----------
    figures : mapping of (zh, en) to array_like, shape (n,), or None
        What the messages call each of them, and its values. None is left out.

    Returns
    -------
    dict of (zh, en) to Series
        All with the index of the first Series among them; ``#1``, ``#2`` ... where none is one.
        The values are as they were given.

    Raises
    ------
    MeasureError
        If one is not in one row, has another length or other units than the rest, or repeats a
        unit.

    Examples
    --------
    >>> rows = {("金额", "amount"): [3, 1], ("需求", "need"): pd.Series({"b": 9, "a": 1})}
    >>> [row.to_dict() for row in lined_up(rows).values()]
    [{'b': 3, 'a': 1}, {'b': 9, 'a': 1}]
    """
    given = {name: values for name, values in figures.items() if values is not None}
    for name, values in given.items():
        if isinstance(values, pd.Series):
            check_labels(values, *name)
    units = next((each.index for each in given.values() if isinstance(each, pd.Series)), None)
    rows: dict[Name, pd.Series] = {}
    for name, values in given.items():
        if isinstance(values, pd.Series):
            row = values
        else:
            row = _in_a_row(values, units, *name)
            units = row.index
        rows[name] = same_units(row, next(iter(rows.values()), row), *name)
    return rows


def check_total(values: Values, zh: str, en: str) -> None:
    """Refuse figures whose total is 0 or more than a float holds: they have no shares.

    Raises
    ------
    MeasureError
        If there are no shares.

    Examples
    --------
    >>> check_total([3.0, 1.0], "需求", "need")
    """
    with np.errstate(over="ignore"):
        total = np.sum(values)
    if total == 0:
        raise refusal(MeasureError, "refusal.total_zero", name=ByLanguage(zh, en))
    if total == np.inf:
        raise refusal(MeasureError, "refusal.total_large", name=ByLanguage(zh, en))


def check_whole(name: str, value: object, least: int) -> None:
    """Refuse a setting that is no whole number, or less than it may be.

    Raises
    ------
    MeasureError
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise refusal(MeasureError, "refusal.whole_number", name=name, value=value, least=least)


def _in_a_row(values: Values, units: pd.Index | None, zh: str, en: str) -> pd.Series:
    one_row = isinstance(values, np.ndarray | Sequence) and not isinstance(values, str)
    # By a list: NumPy makes text of every value once one is text, a missing one too.
    row = list(values) if one_row else []
    if not one_row or any(isinstance(v, np.ndarray | list | tuple) for v in row):
        raise refusal(MeasureError, "refusal.one_row", name=ByLanguage(zh, en))
    if units is None:
        units = pd.Index([f"#{place}" for place in range(1, len(row) + 1)])
    if len(row) != len(units):
        raise refusal(
            MeasureError,
            "refusal.row_length",
            name=ByLanguage(zh, en),
            count=len(row),
            units=len(units),
        )
    return pd.Series(row, index=units, dtype=getattr(values, "dtype", object))
