"""The tables of the stock model: results by unit, the values used, and what needs no counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.report import formats
from analysis.report.content.runway_view import RunwayView
from analysis.report.display import Column, Table
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.report.status import in_order
from analysis.stock import break_even
from analysis.stock.case_inputs import kind
from analysis.stock.case_plan import BALANCED, CASELOAD_GROUP
from analysis.words import catalogue

# Inputs that are amounts of money: their unit is named in the case's currency.
IN_WAN = ("opening_wan", "receipts_wan")


def stock_table_shown(view: RunwayView, results: Results) -> Table | Note:
    """Record and show what the model says of each unit, the shortest runway first."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    frame = view.table.assign(
        name=view.names.loc[view.table.index],
        month=[view.month_text(str(code)) for code in view.table.index],
    ).sort_values("runway_months", kind="stable")
    return results.table(
        "stock",
        frame,
        caption=words("runway.table_caption"),
        columns=stock_columns(view.lang),
        status=view.status,
    )


def stock_columns(lang: str) -> dict[str, Column]:
    """Return the columns of the stock table."""
    words = catalogue(lang)
    return {
        "unit_code": Column(words("runway.code"), hidden=True),
        "name": Column(words("term.unit")),
        "amount_wan": Column(words("runway.amount"), "wan"),
        "monthly_demand_wan": Column(words("runway.monthly_demand"), "wan", digits=2),
        "runway_months": Column(words("runway.runway"), "months"),
        "month": Column(words("runway.depletion")),
        "odds_year_end": Column(words("runway.odds"), "odds"),
        "carry_over_wan": Column(words("runway.carry"), "wan", digits=1),
        "recovered_wan": Column(words("runway.recovered"), "wan", digits=1),
        "expected_shortfall_wan": Column(words("runway.shortfall"), "wan", digits=1),
        "top_up_wan": Column(words("term.top_up"), "wan", digits=1),
    }


def inputs_table(view: RunwayView, results: Results, unit_code: str | None = None) -> Table | Note:
    """Record and show every value the projection used, with its range, status and source.

    For one unit, its own caseload stands in place of all units' together.
    """
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    inputs = _caseload_of(view, view.projection.year.inputs, unit_code)
    items = view.case.function_codes.set_index("code")[f"name_{view.lang}"]
    source = inputs["source_en" if view.lang == "en" else "source"].fillna(inputs["source"])
    frame = inputs.assign(
        name=[parameter_name(name, view.lang) for name in inputs["name"]],
        of=[input_scope(view, row, items) for row in inputs.to_dict("records")],
        unit=[input_unit(view, name) for name in inputs["name"]],
        source=source.replace(BALANCED, words("runway.source_balanced")),
    )
    return results.table(
        "inputs",
        frame,
        caption=words("runway.inputs_caption"),
        columns={
            "name": Column(words("runway.parameter")),
            "of": Column(words("runway.programme")),
            "value": Column(words("runway.value"), "plain"),
            "low": Column(words("runway.low"), "plain"),
            "high": Column(words("runway.high"), "plain"),
            "unit": Column(words("runway.input_unit")),
            "status": Column(words("term.status"), "status"),
            "source": Column(words("term.source")),
        },
        status=in_order(inputs["status"])[-1],
    )


def _caseload_of(view: RunwayView, inputs: pd.DataFrame, unit_code: str | None) -> pd.DataFrame:
    if unit_code is not None:
        # What is assumed of other units has no bearing on this one.
        inputs = inputs[inputs["unit_code"].isna() | (inputs["unit_code"] == unit_code)]
    inputs = inputs.copy()
    known = ["status", "source", "source_en"]
    for row in inputs.index[inputs["name"] == "caseload"]:
        people = view.case.people(CASELOAD_GROUP[inputs.loc[row, "programme"]])
        if unit_code is None:
            # One wording stands for those that differ by a remark on a single unit.
            said = Counter(zip(people["source"], people["source_en"], strict=True))
            (source, source_en), _ = said.most_common(1)[0]
            inputs.loc[row, "source"], inputs.loc[row, "source_en"] = source, source_en
        elif unit_code in people.index:
            own = people.loc[unit_code]
            inputs.loc[row, ["value", "low", "high"]] = own[["persons", "low", "high"]].to_numpy()
            inputs.loc[row, known] = own[known].to_numpy()
    return inputs


def parameter_name(name: str, lang: str) -> str:
    """Return an input's name as a reader sees it."""
    return catalogue(lang)(f"runway.param_{kind(name)}", number=name.rpartition("_")[2])


def input_scope(view: RunwayView, row: Mapping[Hashable, Any], items: pd.Series) -> str:
    """Name the spending item and the unit that a value is for."""
    parts = []
    if not pd.isna(row["programme"]):
        parts.append(str(items.get(row["programme"], row["programme"])))
    if not pd.isna(row["unit_code"]):
        parts.append(str(view.names.get(row["unit_code"], row["unit_code"])))
    return " ".join(parts) or catalogue(view.lang)("runway.every")


def input_unit(view: RunwayView, name: str) -> str:
    """Name the unit of measure of an input."""
    words = catalogue(view.lang)
    if name == "benefit_yuan_month":
        one = formats.unit_name("one", view.lang, view.case.currency)
        return words("runway.per_person_month", unit=one)
    if name in IN_WAN:
        # Both languages list the values as they are kept, so their unit is that of the case.
        return words(f"unit.wan_{view.case.currency}")
    return words(f"stock.unit_{kind(name)}")


def break_even_table(view: RunwayView, results: Results) -> Table:
    """Record and show the monthly spending at which each unit's money just lasts a year."""
    words = catalogue(view.lang)
    frame = break_even(view.case)
    return results.table(
        "break_even",
        frame.assign(name=view.names.loc[frame.index]),
        caption=words("runway.break_even_caption"),
        columns={
            "unit_code": Column(words("runway.code"), hidden=True),
            "name": Column(words("term.unit")),
            "amount_wan": Column(words("runway.amount"), "wan"),
            "wan_per_month": Column(words("runway.per_month"), "wan", digits=2),
            "resident": Column(words("runway.residents"), "persons", status=_resident_status(view)),
            "yuan_per_resident": Column(
                words("runway.per_resident"), "one", digits=2, status=_resident_status(view)
            ),
        },
        status=view.case.money_status,
    )


def _resident_status(view: RunwayView) -> str:
    if "resident" not in view.case.groups():
        return "official"
    return in_order(view.case.people("resident")["status"])[-1]
