"""Actual spending of a unit as periods of one or more months, monthly or cumulative."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import PlanError
from analysis.words import refusal

LONGEST = 600
PERIOD = ["first", "last", "paid_wan"]
# Two sums of the same payments may differ by this part of their size.
SAME = 1e-9


def spending_periods(spending: pd.DataFrame) -> pd.DataFrame:
    """Read one unit's spending as periods that follow each other.

    Parameters
    ----------
    spending : DataFrame
        Either ``month`` and ``amount_wan``, money paid in the months that a row covers: as many
        as ``months`` says, the last being ``month``; without that column, or empty, one. Below 0
        where refunds exceed payments. Rows of several programmes in ``programme`` are added up.
        Or ``month`` and ``cumulative_wan``, money paid from month 1 to the end of ``month``;
        months may be missing. Or periods, as they are returned.

    Returns
    -------
    DataFrame, a row a period, in order of time
        ``first`` and ``last`` month, and ``paid_wan``, 万元. Months that no row covers are in
        no period.

    Raises
    ------
    PlanError
        If a column is missing, a month or amount is none, periods overlap, a programme lacks
        one that others have, or only some rows name a programme.

    Examples
    --------
    >>> spending_periods(pd.DataFrame({"month": [3, 5, 6], "cumulative_wan": [9.0, 15.0, 18.0]}))
       first  last  paid_wan
    0      1     3       9.0
    1      4     5       6.0
    2      6     6       3.0
    """
    if isinstance(spending, pd.DataFrame) and {*PERIOD} <= {*spending.columns}:
        return spending[PERIOD].reset_index(drop=True)
    if not isinstance(spending, pd.DataFrame) or "month" not in spending:
        raise refusal(PlanError, "spending.not_a_table", column="month")
    if "cumulative_wan" in spending and "amount_wan" in spending:
        raise refusal(PlanError, "spending.two_amounts")
    if "unit_code" in spending and len(spending["unit_code"].unique()) > 1:
        units = ", ".join(map(str, spending["unit_code"].unique()[:3]))
        raise refusal(PlanError, "spending.several_units", units=units)
    if spending.empty:
        raise refusal(PlanError, "spending.no_rows")
    if "cumulative_wan" in spending:
        return _from_cumulative(spending)
    if "amount_wan" not in spending:
        raise refusal(PlanError, "spending.not_a_table", column="amount_wan")
    return _from_amounts(spending)


def _from_cumulative(spending: pd.DataFrame) -> pd.DataFrame:
    rows = _checked(spending, "cumulative_wan").sort_values("last", kind="stable")
    again = rows["last"].duplicated()
    if again.any():
        raise _repeated(rows, again)
    paid = np.diff(rows["value"].to_numpy(), prepend=0.0)
    first = np.concatenate(([1], rows["last"].to_numpy()[:-1] + 1))
    return pd.DataFrame({"first": first, "last": rows["last"].to_numpy(), "paid_wan": paid})


def _from_amounts(spending: pd.DataFrame) -> pd.DataFrame:
    rows = _checked(spending, "amount_wan")
    rows["first"] = rows["last"] - _months(spending, rows["last"]) + 1
    if "programme" in spending:
        names = spending["programme"].astype(object).where(spending["programme"].notna(), "")
        _check_programmes(rows.assign(programme=names.to_numpy()))
    elif rows["last"].duplicated().any():
        raise _repeated(rows, rows["last"].duplicated())
    paid: pd.Series = rows.groupby(["first", "last"])["value"].sum()
    periods = paid.rename("paid_wan").reset_index().sort_values("last", ignore_index=True)
    for place in range(1, len(periods)):
        earlier, month = periods["last"][place - 1], periods["last"][place]
        if periods["first"][place] <= earlier:
            raise refusal(PlanError, "spending.overlap", month=month, earlier=earlier)
    return periods


def _check_programmes(rows: pd.DataFrame) -> None:
    unnamed = rows["programme"] == ""
    if unnamed.any() and not unnamed.all():
        # It may be their sum, or yet another programme: added to them, it may count twice.
        raise refusal(PlanError, "spending.programme_mixed", row=_line(rows.index[unnamed][0]))
    again = rows.duplicated(["programme", "last"])
    if again.any():
        raise _repeated(rows, again)
    programmes = sorted(rows["programme"].unique(), key=str)
    for month, period in rows.groupby("last"):
        lacking = [name for name in programmes if name not in set(period["programme"])]
        if lacking:
            said = {"programme": lacking[0], "month": month}
            raise refusal(PlanError, "spending.programme_missing", **said)


def _repeated(rows: pd.DataFrame, again: pd.Series) -> PlanError:
    row, month = rows.index[again][0], rows.loc[again, "last"].iloc[0]
    return refusal(PlanError, "spending.repeated", row=_line(row), month=month)


def _checked(spending: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return ``last`` and ``value`` as numbers, under the rows' own labels."""
    last, value = [], []
    for row, month, amount in zip(spending.index, spending["month"], spending[column], strict=True):
        if not _whole(month, 1, LONGEST):
            raise refusal(PlanError, "spending.bad_month", row=_line(row), value=month)
        text = isinstance(amount, str)
        number = real_number(pd.to_numeric(amount, errors="coerce") if text else amount)
        if not np.isfinite(number):
            said = {"row": _line(row), "column": column, "value": amount}
            raise refusal(PlanError, "spending.bad_amount", **said)
        last.append(int(month))
        value.append(number)
    return pd.DataFrame({"last": last, "value": value}, index=spending.index)


def _months(spending: pd.DataFrame, last: pd.Series) -> pd.Series:
    if "months" not in spending:
        return pd.Series(1, index=spending.index)
    covered = spending["months"].astype(object).where(spending["months"].notna(), 1)
    for row, months, month in zip(covered.index, covered, last, strict=True):
        if not _whole(months, 1, month):
            said = {"row": _line(row), "value": months, "month": month}
            raise refusal(PlanError, "spending.bad_months", **said)
    return covered.astype(int)


def _whole(value: Any, least: int, most: int) -> bool:
    number = real_number(value)
    return number.is_integer() and least <= number <= most


def real_number(value: Any) -> float:
    """Return a value as a number, NaN where it is none: text and truth values are none."""
    if not isinstance(value, Real | Decimal) or isinstance(value, bool):
        return np.nan
    try:
        return float(value)
    except (OverflowError, ValueError):
        return np.nan


def _line(row: Hashable) -> Hashable:
    # The header is line 1 of a file; a label that is no number is shown as it is.
    return row + 2 if isinstance(row, int | np.integer) else row
