"""The tables of allocation scenarios."""

from __future__ import annotations

import pandas as pd

from analysis.apportion import METHODS
from analysis.report.content.implied_view import ImpliedView
from analysis.report.content.pace_view import PaceView
from analysis.report.content.scenario import formula_text
from analysis.report.content.scenario_view import ScenarioView, by_method
from analysis.report.content.wording import group_name
from analysis.report.display import Column, Table
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.report.status import in_order
from analysis.words import catalogue

# Less than this a table of 万元 with one decimal does not show.
SHOWN_WAN = 0.05
# A path of many years is shown in this many steps; the files hold every year.
YEARS_SHOWN = 4


def proportional_table(view: ScenarioView, results: Results) -> Table | Note:
    """Record and show what must change to reach proportional amounts."""
    words = catalogue(view.lang)
    if not view.possible:
        return Note(words("share.nothing_to_compare"))
    columns = _unit_columns(view) | {
        "proportional_wan": Column(words("scenario.proportional"), "wan"),
        **_change_columns(view),
    }
    return results.table(
        "proportional",
        _with_change(view, "proportional_wan"),
        caption=words(
            "scenario.proportional_caption", group=group_name(view.share.group, view.lang)
        ),
        columns=columns,
        status=view.share.status,
    )


def formula_table(view: ScenarioView, results: Results) -> Table | Note:
    """Record and show the amounts by the formula, within its bounds, beside the actual ones."""
    words = catalogue(view.lang)
    if view.refusal is not None:
        return view.refusal
    bounds = {
        f"{name}_wan": Column(words(f"scenario.{name}"), "wan")
        for name in ("floor", "ceiling")
        if getattr(view, f"{name}_share") > 0
    }
    columns = _unit_columns(view) | {
        "formula_wan": Column(words("scenario.formula"), "wan"),
        **bounds,
        **_change_columns(view),
    }
    return results.table(
        "formula",
        _with_change(view, "formula_wan"),
        caption=words("scenario.formula_caption", formula=formula_text(view)),
        columns=columns,
        status=view.formula_status,
    )


def methods_table(view: ScenarioView, results: Results) -> Table | Note:
    """Record and show the proportional amounts made whole by each method."""
    words = catalogue(view.lang)
    if not view.possible:
        return Note(words("share.nothing_to_compare"))
    amounts = by_method(view)
    if ((amounts.max(axis=1) - amounts.min(axis=1)) < SHOWN_WAN).all():
        return Note(words("scenario.methods_alike"))
    columns = _unit_columns(view)
    del columns["amount_wan"]
    return results.table(
        "methods",
        amounts.assign(name=view.share.names),
        caption=words("scenario.methods_caption"),
        columns=columns
        | {method: Column(words(f"scenario.{method}"), "wan") for method in METHODS},
        status=view.share.status,
    )


def implied_table(found: ImpliedView | Note, results: Results) -> Table | Note:
    """Record and show the weights that the actual amounts imply, with their intervals."""
    if isinstance(found, Note):
        return found
    words = catalogue(found.view.lang)
    said = found.weights["identifiable"].map(
        {True: words("scenario.yes"), False: words("scenario.no")}
    )
    return results.table(
        "implied_weights",
        found.weights.assign(measure=found.labels, identifiable=said),
        caption=words("scenario.implied_caption"),
        columns={
            "measure": Column(words("scenario.measure")),
            "weight": Column(words("scenario.weight_label"), "percent"),
            "low": Column(words("scenario.low"), "percent"),
            "high": Column(words("scenario.high"), "percent"),
            "identifiable": Column(words("scenario.identifiable")),
        },
        status=found.status,
    )


def sensitivity_table(
    indices: pd.DataFrame | Note, found: ImpliedView | Note, results: Results
) -> Table | Note:
    """Record and show the Sobol indices of each unit's money to each weight."""
    if isinstance(found, Note):
        return found
    if isinstance(indices, Note):
        return indices
    words = catalogue(found.view.lang)
    frame = indices.reset_index()
    frame["name"] = frame["unit_code"].map(found.view.share.names)
    frame["measure"] = frame["measure"].map(found.labels)
    ends = [f"{kind}{end}" for kind in ("total", "first") for end in ("", "_low", "_high")]
    return results.table(
        "sensitivity",
        frame,
        caption=words("scenario.sobol_caption"),
        columns={
            "unit_code": Column(words("share.code"), hidden=True),
            "name": Column(words("term.unit")),
            "measure": Column(words("scenario.measure")),
            **{
                name: Column(words(f"scenario.{name}"), "ratio", hidden=name.startswith("first_"))
                for name in ends
            },
        },
        status=in_order([found.status, "assumption"])[-1],
    )


def pace_table(found: PaceView | Note, results: Results) -> Table | Note:
    """Record and show each unit's money year by year on its way to its target."""
    if isinstance(found, Note):
        return found
    words = catalogue(found.view.lang)
    if found.path.empty:
        return Note(words("scenario.pace_never", **found.settings))
    last = int(found.path.columns[-1])
    step = max(1, -(-last // YEARS_SHOWN))
    shown = set(range(last, 0, -step))
    frame = found.path.rename(columns=str).assign(name=found.view.share.names)
    now, end = found.path[0], found.target_wan[last]
    frame["distance"] = now / found.target_wan[0] - 1
    frame["target"] = end
    columns = {
        "unit_code": Column(words("share.code"), hidden=True),
        "name": Column(words("term.unit")),
        "distance": Column(words("scenario.distance"), "percent"),
        "0": Column(words("scenario.actual"), "wan", status=found.view.case.money_status),
        **{
            str(year): Column(
                words("scenario.year", year=year), "wan", digits=1, hidden=year not in shown
            )
            for year in range(1, last + 1)
        },
        "target": Column(words("scenario.target", year=last), "wan", digits=1),
    }
    return results.table(
        "pace",
        frame.sort_values("distance", ascending=False, kind="stable"),
        caption=words("scenario.pace_caption", **found.settings),
        columns=columns,
        status=found.status,
    )


def _with_change(view: ScenarioView, column: str) -> pd.DataFrame:
    gain = view.table[column] - view.table["amount_wan"]
    frame = view.table.assign(
        name=view.share.names, gain_wan=gain, gain_share=gain / view.table["amount_wan"]
    )
    return frame.sort_values("gain_wan", ascending=False, kind="stable")


def _unit_columns(view: ScenarioView) -> dict[str, Column]:
    words = catalogue(view.lang)
    return {
        "unit_code": Column(words("share.code"), hidden=True),
        "name": Column(words("term.unit")),
        "amount_wan": Column(words("scenario.actual"), "wan", status=view.case.money_status),
    }


def _change_columns(view: ScenarioView) -> dict[str, Column]:
    words = catalogue(view.lang)
    return {
        "gain_wan": Column(words("scenario.gain"), "wan"),
        "gain_share": Column(words("scenario.gain_part"), "percent"),
    }
