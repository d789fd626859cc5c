"""Whether reported spending can be read, and fits the money it is paid from."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.case import Case
from analysis.checks.amounts import TOLERANCE_WAN
from analysis.checks.finding import Finding, unit_name
from analysis.errors import PlanError
from analysis.stock.spending import spending_periods


def spending_unreadable(case: Case) -> Iterator[Finding]:
    """Tell which units' spending cannot be read as periods that follow each other."""
    for code, rows in case.spending.groupby("unit_code", sort=False):
        try:
            spending_periods(rows)
        except PlanError as reason:
            name = unit_name(case, str(code))
            details: dict[str, object] = {"name": name, "why": reason}
            row = int(rows.index[0]) + 2
            yield Finding("SPENDING_UNREADABLE", "spending", row, "month", details)


def spending_above_money(case: Case) -> Iterator[Finding]:
    """Tell which units report more spending than their allocation, stock and receipts come to."""
    money = case.amount_wan()
    for table in (case.balances, case.receipts):
        money = money.add(table.groupby("unit_code")["amount_wan"].sum(), fill_value=0.0)
    for code, rows in case.spending.groupby("unit_code", sort=False):
        spent, given = float(rows["amount_wan"].sum()), float(money[str(code)])
        if spent > given + TOLERANCE_WAN:
            name = unit_name(case, str(code))
            details: dict[str, object] = {"name": name, "spent": spent, "money": given}
            row = int(rows.index[-1]) + 2
            yield Finding("SPENDING_ABOVE_MONEY", "spending", row, "amount_wan", details)


def spending_below_0(case: Case) -> Iterator[Finding]:
    """Tell where refunds exceed payments."""
    rows = case.spending[case.spending["amount_wan"] < 0]
    for index, amount in rows["amount_wan"].items():
        details: dict[str, object] = {"amount": amount}
        yield Finding("SPENDING_BELOW_0", "spending", int(str(index)) + 2, "amount_wan", details)


ON_TABLES = (spending_unreadable, spending_above_money, spending_below_0)
