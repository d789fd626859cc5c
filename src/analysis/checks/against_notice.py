"""Whether the notice agrees with itself, and the tables with it: amounts, units, tags and codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.case import Case
from analysis.checks.finding import TOLERANCE_WAN, Finding, finding, unit_name
from analysis.notice import Notice, Row, source_of
from analysis.units import called, resolver

# --- amounts ---


def total_mismatch(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where annex 1's rows do not add up to its printed total."""
    total, printed = _annex1_sum(notice), notice.annex1_total_wan
    if printed is not None and _differ(total, printed):
        yield finding("TOTAL_MISMATCH", "notice", notice.annex1_line, printed=printed, total=total)


def body_amount(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the body's amount is blank, or another than annex 1's."""
    total, printed, line = _annex1_sum(notice), notice.amount_wan, notice.amount_line
    if printed is None:
        yield finding("BODY_AMOUNT_BLANK", "notice", line, total=total)
    elif _differ(printed, total):
        yield finding("BODY_AMOUNT_DIFFERS", "notice", line, total=total, printed=printed)


def annex3_total(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where annex 3's total, or the part of its only source, is another than annex 1's sum."""
    total, line = _annex1_sum(notice), notice.annex3.line
    for printed in dict.fromkeys((notice.annex3.total_wan, notice.annex3.source_wan)):
        if printed is not None and _differ(printed, total):
            yield finding("ANNEX3_TOTAL_DIFFERS", "notice", line, printed=printed, total=total)


def annex3_amounts(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a line of annex 3 has other amounts than annex 1, in annex 1's order."""
    expected = tuple(row.amount_wan for row in notice.annex1)
    for row in notice.annex3.amounts:
        printed = tuple(float(cell) for cell in row.cells)
        if printed != expected:
            said = {"printed": printed, "expected": expected}
            yield finding("ANNEX3_AMOUNT_DIFFERS", "notice", row.line, **said)


def allocation_differs(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a unit's rows in the allocation table do not add up to its amount in annex 1."""
    code_of, rows = resolver(called(case.units)), _of_notice(case, notice)
    for line in notice.annex1:
        code = code_of(line.name)
        own = rows[rows["unit_code"] == code]
        total = float(own["amount_wan"].sum())
        if code is not None and _differ(total, line.amount_wan):
            row = int(own.index[0]) + 2 if len(own) else None
            said = {"unit": line.name, "printed": line.amount_wan, "total": total}
            yield finding("ALLOCATION_DIFFERS", "allocation", row, "amount_wan", **said)


# --- numbering, the money's source, annex 3's header ---


def clause_number(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where two clauses have the same number."""
    seen: dict[str, int] = {}
    for clause in notice.clauses:
        first = seen.setdefault(clause.number, clause.line)
        if first != clause.line:
            said = {"number": clause.number, "first": first, "line": clause.line}
            yield finding("CLAUSE_NUMBER_REPEATED", "notice", clause.line, **said)


def objectives(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the numbers of annex 3's objectives leave one out or come twice."""
    line = notice.annex3.objectives_line
    for before, after in pairwise((0, *notice.annex3.objectives)):
        if after != before + 1:
            yield finding("OBJECTIVES_JUMP", "notice", line, before=before, after=after)


def source(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where annex 3 says that the money comes from another level than the title does."""
    label, line = notice.annex3.source, notice.annex3.line
    if notice.source and source_of(label) not in ("", notice.source):
        yield finding("SOURCE_CONTRADICTED", "notice", line, label=label, title=notice.title)


def header(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a header line of annex 3 does not name annex 1's units once each and in order."""
    code_of = resolver(called(case.units))
    expected = {row.name: code_of(row.name) for row in notice.annex1}
    for row in notice.annex3.names:
        codes = [code_of(name) for name in row.cells]
        # A unit that is not known is told by itself.
        if None in (*codes, *expected.values()) or codes == list(expected.values()):
            continue
        yield finding(
            "HEADER_JUMBLED",
            "notice",
            row.line,
            count=len(row.cells),
            expected=len(expected),
            missing=tuple(name for name, code in expected.items() if code not in codes),
            repeated=tuple(name for name, times in Counter(row.cells).items() if times > 1),
        )


def header_alias(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where annex 3 calls a unit by another name than annex 1."""
    code_of = resolver(called(case.units))
    known = {code_of(row.name): row.name for row in notice.annex1}
    for name, line in _first_lines(notice.annex3.names).items():
        if (official := known.get(code_of(name), name)) != name:
            yield finding("HEADER_ALIAS", "notice", line, alias=name, name=official)


# --- units, tags and codes of the tables ---


def unit_not_in_table(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the notice names a unit that the units table does not know."""
    code_of = resolver(called(case.units))
    in_annex1 = {row.name: row.line for row in notice.annex1[::-1]}
    for name, line in {**_first_lines(notice.annex3.names), **in_annex1}.items():
        if code_of(name) is None:
            yield finding("UNIT_NOT_IN_TABLE", "notice", line, name=name)


def unit_not_in_notice(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the allocation table gives money of this notice to a unit that annex 1 lacks."""
    code_of = resolver(called(case.units))
    named = {code_of(row.name) for row in notice.annex1}
    # A name that is not known may be this very unit: that is told first.
    if None in named:
        return
    for row, code in _cells(_of_notice(case, notice)["unit_code"]):
        if code not in named:
            said = {"name": unit_name(case, code), "code": code}
            yield finding("UNIT_NOT_IN_NOTICE", "allocation", row, "unit_code", **said)


def package(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the case has another document number or revenue item than the notice."""
    said = {"case": case.document_no, "notice": notice.document_no}
    if case.document_no != notice.document_no:
        yield finding("DOCUMENT_NO_DIFFERS", "datapackage", None, "document_no", **said)
    said = {"case": case.revenue_code, "notice": notice.revenue_code}
    if all(said.values()) and case.revenue_code != notice.revenue_code:
        yield finding("REVENUE_CODE_DIFFERS", "datapackage", None, "revenue_code", **said)


def allocation_rows(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a row's year, source or tag of direct funds is another than the notice's."""
    for column, expected, code in (
        ("fiscal_year", notice.fiscal_year, "FISCAL_YEAR_DIFFERS"),
        ("source", notice.source, "FUND_SOURCE_DIFFERS"),
        ("fund_tag", notice.fund_tag, "FUND_TAG_DIFFERS"),
    ):
        for row, cell in _cells(_of_notice(case, notice)[column]):
            if expected and cell != expected:
                found = "FUND_TAG_MISSING" if column == "fund_tag" and pd.isna(cell) else code
                yield finding(found, "allocation", row, column, cell=cell, expected=expected)


def function_codes(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where annex 2 and the table of spending items differ in a code or its name."""
    if not notice.annex2 or case.function_codes.empty:
        return
    differs = "FUNCTION_CODE_DIFFERS"
    printed = {item.code: item.name for item in notice.annex2}
    known = dict(zip(case.function_codes["code"], case.function_codes["name_zh"], strict=True))
    for row, code in _cells(case.function_codes["code"]):
        if printed.get(code) != known[code]:
            name = (printed[code],) if code in printed else ()
            said = {"code": code, "table": known[code], "notice": name}
            yield finding(differs, "function_codes", row, "name_zh", **said)
    for item in notice.annex2:
        if item.code not in known:
            said = {"code": item.code, "table": (), "notice": item.name}
            yield finding(differs, "notice", item.line, **said)


def booking_code(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the granting level's own unit is not booked under the item of the notice."""
    rows, expected = _of_notice(case, notice), notice.own_item_code
    own = rows["unit_code"].map(case.units["kind"]) == "institution"
    for row, code in _cells(rows["unit_code"][own & (rows["function_code"] != expected)]):
        if expected:
            booked = rows["function_code"][row - 2]
            said = {"name": unit_name(case, code), "booked": () if pd.isna(booked) else booked}
            said["expected"] = expected
            yield finding("BOOKING_CODE_WRONG", "allocation", row, "function_code", **said)


def booking_item_open(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where counties still have to choose the spending item among annex 2's."""
    rows, items = _of_notice(case, notice), len(notice.annex2)
    county = rows["unit_code"].map(case.units["kind"]) == "county"
    blank = rows[county & rows["function_code"].isna()]
    if items and len(blank):
        said = {"count": len(blank), "items": items}
        first = int(blank.index[0]) + 2
        yield finding("BOOKING_ITEM_OPEN", "allocation", first, "function_code", **said)


def _of_notice(case: Case, notice: Notice) -> pd.DataFrame:
    """Return the allocation rows that stand on this notice, not on another document."""
    document = case.allocation["document_no"]
    return case.allocation[document.isna() | (document == notice.document_no)]


def _first_lines(rows: Sequence[Row]) -> dict[str, int]:
    """Return each cell of some rows with the first line that it stands in."""
    lines: dict[str, int] = {}
    for row in rows:
        for cell in row.cells:
            lines.setdefault(cell, row.line)
    return lines


def _annex1_sum(notice: Notice) -> float:
    """Return the sum of annex 1's rows, 万元."""
    return sum(row.amount_wan for row in notice.annex1)


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > TOLERANCE_WAN


def _cells(cells: pd.Series) -> Iterator[tuple[int, Any]]:
    """Return each cell with its row in the file."""
    for index, cell in cells.items():
        yield int(str(index)) + 2, cell


CHECKS = (
    *(total_mismatch, body_amount, annex3_total, annex3_amounts, allocation_differs),
    *(clause_number, objectives, source, header, header_alias),
    *(unit_not_in_table, unit_not_in_notice, package, allocation_rows),
    *(function_codes, booking_code, booking_item_open),
)
