"""Whether the tables agree with the notice on units, tags and codes, and add up on people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.case import PROGRAMME_GROUPS, Case
from analysis.checks.amounts import of_notice
from analysis.checks.finding import Finding, unit_name
from analysis.notice import Notice
from analysis.units import resolver


def unit_not_in_table(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the notice names a unit that the units table does not know."""
    code_of = resolver(case.units)
    named = [(row.line, row.name) for row in notice.annex1]
    named += [(row.line, name) for row in notice.annex3.names for name in row.cells]
    seen: set[str] = set()
    for line, name in named:
        if name not in seen and code_of(name) is None:
            seen.add(name)
            yield Finding("UNIT_NOT_IN_TABLE", "notice", line, details={"name": name})


def unit_not_in_notice(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the allocation table gives money of this notice to a unit that annex 1 lacks."""
    code_of = resolver(case.units)
    named = {code_of(row.name) for row in notice.annex1}
    # A name that is not known may be this very unit: that is told first.
    if None not in named:
        for row, code in _cells(of_notice(case, notice)["unit_code"]):
            if code not in named:
                details: dict[str, object] = {"name": unit_name(case, code), "code": code}
                yield Finding("UNIT_NOT_IN_NOTICE", "allocation", row, "unit_code", details)


def document_no(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the case goes by another document number than the notice."""
    if case.document_no != notice.document_no:
        details: dict[str, object] = {"case": case.document_no, "notice": notice.document_no}
        yield Finding("DOCUMENT_NO_DIFFERS", "datapackage", column="document_no", details=details)


def fiscal_year(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a row's fiscal year is another than the title's."""
    if notice.fiscal_year:
        yield from _differing(
            case, notice, "fiscal_year", notice.fiscal_year, "FISCAL_YEAR_DIFFERS"
        )


def fund_source(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a row's money comes from another level than the title says."""
    if notice.source:
        yield from _differing(case, notice, "source", notice.source, "FUND_SOURCE_DIFFERS")


def fund_tag(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a row has no tag of direct funds, or another than clause 三 gives."""
    if notice.fund_tag:
        yield from _differing(
            case, notice, "fund_tag", notice.fund_tag, "FUND_TAG_DIFFERS", "FUND_TAG_MISSING"
        )


def revenue_code(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the case books the money under another revenue item than the notice."""
    if case.revenue_code and notice.revenue_code and case.revenue_code != notice.revenue_code:
        details: dict[str, object] = {"case": case.revenue_code, "notice": notice.revenue_code}
        yield Finding("REVENUE_CODE_DIFFERS", "datapackage", column="revenue_code", details=details)


def function_codes(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where annex 2 and the table of spending items differ in a code or its name."""
    if not notice.annex2 or case.function_codes.empty:
        return
    printed = {item.code: item for item in notice.annex2}
    known = dict(zip(case.function_codes["code"], case.function_codes["name_zh"], strict=True))
    for row, code in _cells(case.function_codes["code"]):
        name = printed[code].name if code in printed else ""
        if name != known[code]:
            details: dict[str, object] = {
                "code": code,
                "table": known[code],
                "notice": (name,) if name else (),
            }
            yield Finding("FUNCTION_CODE_DIFFERS", "function_codes", row, "name_zh", details)
    for item in notice.annex2:
        if item.code not in known:
            details = {"code": item.code, "table": (), "notice": item.name}
            yield Finding("FUNCTION_CODE_DIFFERS", "notice", item.line, details=details)


def booking_code(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where the granting level's own unit is not booked under the item of the notice."""
    if not notice.own_item_code:
        return
    rows = of_notice(case, notice)
    own = case.units["kind"] == "institution"
    for row, code in _cells(rows["unit_code"]):
        booked = rows["function_code"][row - 2]
        if own[code] and booked != notice.own_item_code:
            details: dict[str, object] = {
                "name": unit_name(case, code),
                "booked": () if pd.isna(booked) else booked,
                "expected": notice.own_item_code,
            }
            yield Finding("BOOKING_CODE_WRONG", "allocation", row, "function_code", details)


def booking_item_open(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where counties still have to choose the spending item among annex 2's."""
    rows = of_notice(case, notice)
    county = rows["unit_code"].map(case.units["kind"]) == "county"
    blank = rows[county & rows["function_code"].isna()]
    if notice.annex2 and len(blank):
        details: dict[str, object] = {"count": len(blank), "items": len(notice.annex2)}
        first = int(blank.index[0]) + 2
        yield Finding("BOOKING_ITEM_OPEN", "allocation", first, "function_code", details)


def need_group(case: Case) -> Iterator[Finding]:
    """Tell where a need group leaves out a county that received money."""
    amount = case.amount_wan()
    counties = case.units.index[(case.units["kind"] == "county") & (amount > 0)]
    for group in case.groups():
        # A county may well have nobody in one programme.
        if group in PROGRAMME_GROUPS:
            continue
        missing = counties.difference(case.people(group).index, sort=False)
        if len(missing):
            names = tuple(unit_name(case, code) for code in missing)
            details: dict[str, object] = {"group": group, "names": names}
            yield Finding("NEED_GROUP_INCOMPLETE", "population", column="group", details=details)


def population_sum(case: Case) -> Iterator[Finding]:
    """Tell where urban and rural residents of a unit do not add up to its residents."""
    if not {"resident", "urban", "rural"} <= set(case.groups()):
        return
    keyed = case.population.set_index(["unit_code", "year"])
    resident, urban, rural = (
        keyed.loc[keyed["group"] == group, "persons"] for group in ("resident", "urban", "rural")
    )
    # Where one of the three is missing the difference is empty, which is above nothing.
    total = (urban + rural).reindex(resident.index)
    for place in resident.index[(total - resident).abs() > 0.5]:
        details: dict[str, object] = {
            "name": unit_name(case, place[0]),
            "year": place[1],
            "total": float(total[place]),
            "resident": float(resident[place]),
        }
        row = int((keyed.index == place).argmax()) + 2
        yield Finding("POPULATION_SUM_DIFFERS", "population", row, "persons", details)


def _differing(
    case: Case, notice: Notice, column: str, expected: object, code: str, blank: str = ""
) -> Iterator[Finding]:
    for row, cell in _cells(of_notice(case, notice)[column]):
        if cell != expected:
            details: dict[str, object] = {"cell": cell, "expected": expected}
            found = blank if blank and pd.isna(cell) else code
            yield Finding(found, "allocation", row, column, details)


def _cells(cells: pd.Series) -> Iterator[tuple[int, Any]]:
    for index, cell in cells.items():
        yield int(str(index)) + 2, cell


ON_NOTICE = (
    unit_not_in_table,
    unit_not_in_notice,
    document_no,
    fiscal_year,
    fund_source,
    fund_tag,
    revenue_code,
    function_codes,
    booking_code,
    booking_item_open,
)
ON_TABLES = (need_group, population_sum)
