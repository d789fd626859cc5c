"""The charts of allocation scenarios."""

from __future__ import annotations

import pandas as pd

from analysis.figures import scenarios as draw
from analysis.figures.style import Chart
from analysis.report.content.implied_view import ImpliedView
from analysis.report.content.pace_view import PaceView, years_text
from analysis.report.content.scenario import formula_text, moved_wan
from analysis.report.content.scenario_view import ScenarioView
from analysis.report.content.share_charts import source_line
from analysis.report.content.wording import group_name, money
from analysis.report.note import Note
from analysis.words import catalogue


def proportional_chart(view: ScenarioView) -> Chart | Note:
    """Draw what each unit would gain or lose in a proportional allocation."""
    words = catalogue(view.lang)
    if not view.possible:
        return Note(words("share.nothing_to_compare"))
    moved = moved_wan(view)
    title = words(
        "scenario.proportional_title" if moved else "scenario.proportional_title_even",
        group=group_name(view.share.group, view.lang),
        moved=money(moved, view.case, view.lang),
    )
    renamed = {"amount_wan": "before_wan", "proportional_wan": "after_wan"}
    return draw.changes(
        view.table.rename(columns=renamed),
        view.share.names,
        lang=view.lang,
        currency=view.case.currency,
        title=title,
        source=source_line(view.share),
    )


def formula_chart(view: ScenarioView) -> Chart | Note:
    """Draw each unit's amount by the formula, and in proportion to need, beside the actual one."""
    words = catalogue(view.lang)
    if view.refusal is not None:
        return view.refusal
    change = view.table["formula_wan"] - view.table["amount_wan"]
    counts = {"gain": int((change > 0).sum()), "loss": int((change < 0).sum())}
    table = pd.DataFrame(
        {
            words("scenario.actual"): view.table["amount_wan"],
            words("scenario.formula"): view.table["formula_wan"],
            words("scenario.proportional"): view.table["proportional_wan"],
        }
    )
    return draw.scenario_shares(
        table,
        view.share.names,
        lang=view.lang,
        currency=view.case.currency,
        title=words("scenario.formula_title", formula=formula_text(view), **counts),
        source=source_line(view.share),
    )


def implied_chart(found: ImpliedView | Note) -> Chart | Note:
    """Draw the weights that the actual amounts imply."""
    if isinstance(found, Note):
        return found
    words = catalogue(found.view.lang)
    title = words("scenario.implied_title_open")
    if found.identifiable:
        title = words("scenario.implied_title", mix=found.mixed(1))
    return draw.implied(
        found.weights,
        found.labels,
        lang=found.view.lang,
        title=title,
        source=source_line(found.view.share),
    )


def sensitivity_chart(indices: pd.DataFrame | Note, found: ImpliedView | Note) -> Chart | Note:
    """Draw how much each unit's money depends on each weight."""
    if isinstance(found, Note):
        return found
    if isinstance(indices, Note):
        return indices
    view = found.view
    words = catalogue(view.lang)
    total = indices["total"].dropna()
    # The measure of each unit's largest index, and how many units it is so for.
    leading = total.loc[total.groupby("unit_code").idxmax()].index.get_level_values("measure")
    most = leading.value_counts()
    name = str(most.index[0])
    return draw.sensitivity(
        indices,
        view.share.names,
        found.labels,
        lang=view.lang,
        title=words("scenario.sobol_title", measure=found.labels[name], count=int(most.iloc[0])),
        source=source_line(view.share),
    )


def pace_chart(found: PaceView | Note) -> Chart | Note:
    """Draw each unit's distance from its target year by year."""
    if isinstance(found, Note):
        return found
    view = found.view
    words = catalogue(view.lang)
    if found.path.empty:
        return Note(words("scenario.pace_never", **found.settings))
    last = years_text(int(found.path.columns[-1]), view.lang)
    return draw.pace(
        found.path,
        found.target_wan,
        view.share.names,
        within=found.within,
        lang=view.lang,
        title=words("scenario.pace_title", years=last, **found.settings),
        source=source_line(view.share),
    )
