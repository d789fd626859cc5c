"""Whether the amounts of the body, the annexes and the allocation table agree."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.case import Case
from analysis.checks.finding import Finding
from analysis.notice import Notice
from analysis.units import resolver

# Amounts are printed to at most 0.0001 万元, one yuan: less than that is the sum's own rounding.
TOLERANCE_WAN = 0.00005


def of_notice(case: Case, notice: Notice) -> pd.DataFrame:
    """Return the allocation rows that stand on this notice, not on another document."""
    document = case.allocation["document_no"]
    return case.allocation[document.isna() | (document == notice.document_no)]


def annex1_sum(notice: Notice) -> float:
    """Return the sum of annex 1's rows, 万元."""
    return sum(row.amount_wan for row in notice.annex1)


def total_mismatch(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where annex 1's rows do not add up to its printed total."""
    total = annex1_sum(notice)
    if notice.annex1_total_wan is not None and _differ(total, notice.annex1_total_wan):
        details: dict[str, object] = {"printed": notice.annex1_total_wan, "total": total}
        yield Finding("TOTAL_MISMATCH", "notice", notice.annex1_line, details=details)


def body_amount(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the body's amount is blank, or another than annex 1's."""
    total = annex1_sum(notice)
    details: dict[str, object] = {"total": total, "printed": notice.amount_wan}
    if notice.amount_wan is None:
        yield Finding("BODY_AMOUNT_BLANK", "notice", notice.amount_line, details=details)
    elif _differ(notice.amount_wan, total):
        yield Finding("BODY_AMOUNT_DIFFERS", "notice", notice.amount_line, details=details)


def annex3_total(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where annex 3's total, or the part of its only source, is another than annex 1's sum."""
    total = annex1_sum(notice)
    for printed in dict.fromkeys((notice.annex3.total_wan, notice.annex3.source_wan)):
        if printed is not None and _differ(printed, total):
            details: dict[str, object] = {"printed": printed, "total": total}
            yield Finding("ANNEX3_TOTAL_DIFFERS", "notice", notice.annex3.line, details=details)


def annex3_amounts(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a line of annex 3 has other amounts than annex 1, in annex 1's order."""
    expected = tuple(row.amount_wan for row in notice.annex1)
    for row in notice.annex3.amounts:
        printed = tuple(float(cell) for cell in row.cells)
        if printed != expected:
            details: dict[str, object] = {"printed": printed, "expected": expected}
            yield Finding("ANNEX3_AMOUNT_DIFFERS", "notice", row.line, details=details)


def allocation_differs(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a unit's rows in the allocation table do not add up to its amount in annex 1."""
    code_of = resolver(case.units)
    rows = of_notice(case, notice)
    for line in notice.annex1:
        code = code_of(line.name)
        if code is None:
            continue
        own = rows[rows["unit_code"] == code]
        total = float(own["amount_wan"].sum())
        if _differ(total, line.amount_wan):
            row = int(own.index[0]) + 2 if len(own) else None
            details = {"unit": line.name, "printed": line.amount_wan, "total": total}
            yield Finding("ALLOCATION_DIFFERS", "allocation", row, "amount_wan", details)


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > TOLERANCE_WAN


ON_NOTICE = (total_mismatch, body_amount, annex3_total, annex3_amounts, allocation_differs)
