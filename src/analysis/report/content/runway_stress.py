"""What growth of demand the stock of funds bears, and what each uncertain value does to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.figures import tornado as draw
from analysis.figures.style import Chart
from analysis.report import formats
from analysis.report.content.runway_charts import source_line
from analysis.report.content.runway_tables import input_unit, parameter_name
from analysis.report.content.runway_view import RunwayView
from analysis.report.content.wording import group_name, money, rough_digits
from analysis.report.display import Column, Table
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.stock import Tornado, reverse_stress, tornado
from analysis.stock.case_plan import CASELOAD_GROUP
from analysis.words import catalogue

# Months of the reverse stress test that the table shows: the ends of the quarters.
SHOWN = (3, 6, 9, 12)
# Paths of a tornado: its many runs take fewer where there are many units.
UNIT_PATHS, LEAST_PATHS = 1_000_000, 1_000
TAILS = ("shortfall", "carry")


def stress_table(view: RunwayView, results: Results) -> Table | Note:
    """Record and show which monthly growth of demand empties each unit's money by when."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    exponent = reverse_stress(view.projection.year.plan)
    # Where lumps alone use up the money, no growth below 0 saves it either.
    growth = exponent.apply(np.expm1).where(np.isfinite(exponent))
    frame = growth.rename(columns=lambda month: f"month_{month}").rename_axis("unit_code")
    frame = frame.assign(name=view.names[frame.index]).sort_values(
        f"month_{growth.columns[-1]}", kind="stable"
    )
    months = {}
    for month in range(1, len(growth.columns) + 1):
        name = formats.month_name(view.case.start, month, view.lang)
        said = words("runway.stress_month", month=name)
        months[f"month_{month}"] = Column(said, "percent", digits=1, hidden=month not in SHOWN)
    return results.table(
        "reverse_stress",
        frame,
        caption=words("runway.stress_caption"),
        columns={
            "unit_code": Column(words("runway.code"), hidden=True),
            "name": Column(words("term.unit")),
            **months,
        },
        status=view.status,
    )


def stress_note(view: RunwayView) -> Note:
    """Say how to read the reverse stress test."""
    words = catalogue(view.lang)
    return Note(words("runway.no_caseload" if view.projection is None else "runway.stress_note"))


def ranges(view: RunwayView) -> Tornado | Note:
    """Set each value with a stated range to its ends, one at a time, and simulate."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    result = view.projection.year_result
    most = max(LEAST_PATHS, UNIT_PATHS // len(result.unit_code))
    made = tornado(
        view.case,
        fund_share=view.fund_share,
        paths=min(result.paths, most),
        seed=result.seed,
        **view.projection.settings,
    )
    return made if len(made.table) else Note(words("runway.no_ranges"))


def ranges_chart(made: Tornado | Note, view: RunwayView) -> Chart | Note:
    """Draw what each range alone does to the shortfall and to what is left."""
    if isinstance(made, Note):
        return made
    words = catalogue(view.lang)
    labels = _labels(made.table, view)
    drawn = made.table.set_axis(pd.Index(labels))
    drawn = drawn.rename(columns=lambda name: name.removesuffix("_wan"))
    for end in ("low", "high"):
        drawn[f"{end}_text"] = [
            "" if np.isnan(value) else formats.number(value, "plain", view.lang)
            for value in made.table[end]
        ]
    first = made.table.iloc[0]
    base = {"shortfall": made.base_shortfall_wan, "carry": made.base_carry_wan}
    tail = max(base, key=lambda name: _reach(first, name, base[name]))
    low, high = sorted(first[f"{tail}_{end}_wan"] for end in ("low", "high"))
    return draw.tornado(
        drawn,
        base_shortfall_wan=made.base_shortfall_wan,
        base_carry_wan=made.base_carry_wan,
        lang=view.lang,
        currency=view.case.currency,
        title=words(
            f"runway.ranges_title_{tail}",
            name=labels[0],
            between=formats.interval(
                low, high, "wan", view.lang, view.case.currency, rough_digits(low, high)
            ),
        ),
        source=source_line(view),
    )


def ranges_table(made: Tornado | Note, view: RunwayView, results: Results) -> Table | Note:
    """Record and show both tails at both ends of every range."""
    words = catalogue(view.lang)
    if isinstance(made, Note):
        # The chart has said why there is none.
        return Note("")
    frame = made.table.assign(
        label=_labels(made.table, view),
        unit=[input_unit(view, name) for name in made.table["name"]],
    )
    tails = {
        f"{tail}_{end}_wan": Column(words(f"runway.{tail}_{end}"), "wan", digits=1)
        for tail in TAILS
        for end in ("low", "high")
    }
    return results.table(
        "ranges",
        frame,
        caption=words(
            "runway.ranges_caption",
            shortfall=money(made.base_shortfall_wan, view.case, view.lang, digits=1),
            carry=money(made.base_carry_wan, view.case, view.lang, digits=1),
        ),
        columns={
            "label": Column(words("runway.parameter")),
            "low": Column(words("runway.low"), "plain"),
            "value": Column(words("runway.value"), "plain"),
            "high": Column(words("runway.high"), "plain"),
            "unit": Column(words("runway.input_unit")),
            **tails,
            "status": Column(words("term.status"), "status"),
        },
        status=view.status,
    )


def _labels(table: pd.DataFrame, view: RunwayView) -> list[str]:
    """Name the values of a tornado, with the need group whose spending item they are for."""
    words = catalogue(view.lang)
    labels = []
    for name, code in zip(table["name"], table["programme"], strict=True):
        label = parameter_name(name, view.lang)
        if not pd.isna(code):
            group = group_name(CASELOAD_GROUP[code], view.lang)
            label = words("runway.of_group", name=label, group=group)
        labels.append(label)
    return labels


def _reach(row: pd.Series, tail: str, base: float) -> float:
    ends = row[[f"{tail}_{end}_wan" for end in ("low", "high")]].to_numpy(dtype=np.float64)
    return float(np.abs(ends - base).max())
