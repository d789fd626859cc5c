"""Whether a case can be used, as the notebooks show it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.case import Case
from analysis.report.content.wording import group_name, money, unit_names
from analysis.report.display import Column, Headline, Table
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.report.status import in_order
from analysis.words import catalogue

SEVERITIES = ("error", "warning", "note")


def headline(case: Case, found: pd.DataFrame, results: Results) -> Headline:
    """Record how many findings there are and return the first screen of notebook 01."""
    words = catalogue(results.lang)
    counts = {name: int((found["severity"] == name).sum()) for name in SEVERITIES}
    for name, count in counts.items():
        label = words(f"checking.{name}s")
        results.number(f"{name}s", count, unit="count", status="official", label=label)
    total = money(case.amount_wan().sum(), case, results.lang)
    said = next((f"{name}s" for name in SEVERITIES if counts[name]), None)
    key = {"errors": "errors", "warnings": "usable", "notes": "notes", None: "clean"}[said]
    values = {f"{name}s": count for name, count in counts.items()}
    answer = words(f"checking.answer_{key}", total=total, **values)
    return results.headline(answer, [f"{name}s" for name in SEVERITIES])


def findings_table(found: pd.DataFrame, results: Results) -> Table | Note:
    """Record and show the findings, the most severe first."""
    words = catalogue(results.lang)
    if found.empty:
        return Note(words("checking.no_findings"))
    frame = pd.DataFrame(
        {
            "severity": found["severity"].map(lambda name: words(f"checking.severity_{name}")),
            "code": found["code"],
            "place": [_place(row, results.lang) for row in found.to_dict("records")],
            "message": found["message"],
            "remedy": found["remedy"],
        }
    )
    return results.table(
        "findings",
        frame,
        caption=words("checking.findings_caption"),
        columns={str(name): Column(words(f"checking.{name}")) for name in frame},
        status="official",
    )


def warnings_note(lang: str) -> Note:
    """Say that notes are left out, and where they are."""
    return Note(catalogue(lang)("checking.warnings_only"))


def _place(row: Mapping[Hashable, Any], lang: str) -> str:
    words = catalogue(lang)
    column = "" if pd.isna(row["column"]) else row["column"]
    if pd.isna(row["row"]):
        return words("checking.place_table", table=row["table"], column=column).strip()
    number = int(str(row["row"]))
    return words("checking.place_row", table=row["table"], row=number, column=column).strip()


def allocation_table(case: Case, results: Results) -> Table:
    """Record and show the allocation as the notice gives it."""
    words = catalogue(results.lang)
    frame = case.allocation.assign(
        name=case.allocation["unit_code"].map(unit_names(case, results.lang))
    )
    columns = {
        "unit_code": Column(words("checking.allocation_code")),
        "name": Column(words("term.unit")),
        "amount_wan": Column(words("term.allocation"), "wan"),
        "fund_tag": Column(words("checking.allocation_tag")),
        "function_code": Column(words("checking.allocation_function")),
    }
    return results.table(
        "allocation",
        frame,
        caption=words("checking.allocation_caption"),
        columns={name: column for name, column in columns.items() if frame[name].notna().any()},
        status=case.money_status,
    )


def indicator_table(case: Case, results: Results) -> Table | Note:
    """Record and show the performance indicators, their weights printed and rescaled to 100."""
    words = catalogue(results.lang)
    if case.indicators.empty:
        return Note(words("checking.no_indicators"))
    weight = case.indicators["weight"]
    frame = case.indicators.assign(weight_100=weight * 100 / weight.sum())
    return results.table(
        "indicators",
        frame,
        caption=words("checking.indicators_caption"),
        columns={
            "level3": Column(words("checking.indicator")),
            "target": Column(words("checking.target")),
            "weight": Column(words("checking.weight"), "count"),
            "weight_100": Column(words("checking.weight_100"), "ratio", digits=1),
            "note": Column(words("checking.note")),
        },
        status="official",
    )


def population_table(case: Case, results: Results) -> Table | Note:
    """Record and show each need group's total, status and source."""
    words = catalogue(results.lang)
    if case.population.empty:
        return Note(words("checking.no_population"))
    rows = []
    for group in case.groups():
        people = case.people(group)
        rows.append(
            {
                "group": group_name(group, results.lang),
                "persons": float(people["persons"].sum()),
                "counted_in": words(f"unit.{case.counted_in(group)}"),
                "status": in_order(people["status"])[-1],
                "source": case.need_source(group, results.lang),
            }
        )
    frame = pd.DataFrame(rows)
    units = {"persons": "count", "status": "status"}
    return results.table(
        "population",
        frame,
        caption=words("checking.population_caption"),
        columns={
            name: Column(words(f"{section}.{name}"), units.get(name))
            for section, names in (
                ("checking", ("group", "persons", "counted_in")),
                ("term", ("status", "source")),
            )
            for name in names
        },
        status=in_order(case.population["status"])[-1],
    )


def code_table(case: Case, results: Results) -> Table | Note:
    """Record and show the spending items."""
    words = catalogue(results.lang)
    if case.function_codes.empty:
        return Note(words("checking.no_codes"))
    return results.table(
        "function_codes",
        case.function_codes,
        caption=words("checking.codes_caption"),
        columns={
            "code": Column(words("checking.code_number")),
            f"name_{results.lang}": Column(words("checking.code_name")),
        },
        status="official",
    )
