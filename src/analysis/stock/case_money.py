"""The money of a case as the stock model takes it: what is at hand, and what arrives when."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.case import Case
from analysis.stock.assumptions import Assumptions
from analysis.stock.case_inputs import input_row, said, sources, worst
from analysis.stock.payment import YEAR
from analysis.stock.plan import plan_error

# Units without a balance are named up to so many; of more, the first ones.
NAMED_AT_MOST, SHOWN = 9, 5


def check_start(case: Case) -> None:
    """Refuse a case whose month 1 is not the first of a fiscal year.

    Raises
    ------
    PlanError
        Vintages are fiscal years, which are calendar years.
    """
    if not case.start.endswith("-01"):
        raise plan_error("start", case=case.name, start=case.start)


def first_year(case: Case) -> int:
    """Return the fiscal year of month 1."""
    return int(case.start[:4])


def opening(
    case: Case, codes: Sequence[str], months: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], list[dict[str, Any]]]:
    """Return the stock at the start by vintage; unknown counts as 0, and the inputs say so.

    Returns
    -------
    array, shape (U, V), 万元
    array of int, shape (V,)
        Every year with a balance, and every year of the horizon.
    list of dict
        Rows of the list of inputs.

    Raises
    ------
    PlanError
        If a balance is of a later year than the case's first.
    """
    rows = case.balances[case.balances["unit_code"].isin(list(codes))]
    start = first_year(case)
    late = rows[rows["vintage"] > start]
    if len(late):
        line, vintage = int(late.index[0]) + 2, late["vintage"].iloc[0]
        raise plan_error("balance_year", line=line, vintage=vintage, year=start)
    years = range(start, start + (months - 1) // YEAR + 1)
    vintage = np.array(sorted({*years, *(int(year) for year in rows["vintage"])}), dtype=np.int64)
    table = rows.pivot_table(
        index="unit_code", columns="vintage", values="amount_wan", aggfunc="sum"
    )
    stock = table.reindex(index=list(codes), columns=vintage).fillna(0.0).to_numpy(dtype=np.float64)
    return stock, vintage, _opening_rows(rows, codes)


def _opening_rows(rows: pd.DataFrame, codes: Sequence[str]) -> list[dict[str, Any]]:
    used = [_sum_row("opening_wan", rows)] if len(rows) else []
    known = set(rows["unit_code"])
    unknown = [code for code in codes if code not in known]
    if unknown:
        key = "source_no_balances" if len(unknown) == len(codes) else "source_no_balance_of"
        source = said(key, units=_few(unknown))
        used.append(input_row("opening_wan", 0, status="assumption", **source))
    return used


def _few(codes: Sequence[str]) -> str:
    """Name units: of thousands the first few, and how many there are.

    Examples
    --------
    >>> _few(["a", "b"]), _few([*"abcdefghij"])
    ('a, b', 'a, b, c, d, e … (10)')
    """
    if len(codes) <= NAMED_AT_MOST:
        return ", ".join(codes)
    return f"{', '.join(codes[:SHOWN])} … ({len(codes):,})"


def receipts(
    case: Case,
    assumed: Assumptions,
    codes: Sequence[str],
    months: int,
    *,
    given_month: int | None,
) -> tuple[NDArray[np.float64], list[dict[str, Any]]]:
    """Return the money arriving in each month.

    Returns
    -------
    array, shape (U, T), 万元
        A unit's rows of ``receipts``; without any, its allocations, each in the receipt month of
        its fiscal year. What arrives after the horizon is left out.
    list of dict
        Rows of the list of inputs.

    Raises
    ------
    PlanError
        If an allocation is older than the case, the receipt month is none, or a receipt is
        negative or granted in another year than it arrives.
    """
    table = np.zeros((len(codes), months))
    place = {code: index for index, code in enumerate(codes)}
    rows = case.receipts[case.receipts["unit_code"].isin(list(codes))]
    for line, row in zip(rows.index + 2, rows.to_dict("records"), strict=True):
        _check_receipt(case, line, row)
        if row["month"] <= months:
            table[place[row["unit_code"]], row["month"] - 1] += row["amount_wan"]
    used = [_sum_row("receipts_wan", rows)] if len(rows) else []
    received = set(rows["unit_code"])
    waiting = [code for code in codes if code not in received]
    if not waiting:
        return table, used
    arrival, month_rows = assumed.by_unit("receipt_month", waiting, given=given_month)
    for code, month in zip(waiting, arrival, strict=True):
        if month not in range(1, YEAR + 1):
            raise plan_error("receipt_month", unit=code, value=f"{month:g}")
    month_of = dict(zip(waiting, arrival.astype(int), strict=True))
    allocation = case.table("allocation")
    granted = allocation[allocation["unit_code"].isin(waiting)]
    for line, row in zip(granted.index + 2, granted.to_dict("records"), strict=True):
        code = row["unit_code"]
        column = (row["fiscal_year"] - first_year(case)) * YEAR + month_of[code] - 1
        if column < 0:
            raise plan_error("allocation_year", line=line, year=row["fiscal_year"])
        if column < months:
            table[place[code], column] += row["amount_wan"]
    return table, [*used, *month_rows]


def _check_receipt(case: Case, line: int, row: Mapping[Hashable, Any]) -> None:
    if row["amount_wan"] < 0:
        raise plan_error("receipt_negative", line=line, value=f"{row['amount_wan']:g}")
    year = first_year(case) + (row["month"] - 1) // YEAR
    if row["vintage"] != year:
        raise plan_error(
            "receipt_vintage", line=line, vintage=row["vintage"], month=row["month"], year=year
        )


def _sum_row(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    status = worst(rows["status"])
    return input_row(name, rows["amount_wan"].sum(), status=status, **sources(rows))
