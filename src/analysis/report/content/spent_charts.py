"""The charts of actual spending and its forecast."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.figures import spent as bars
from analysis.figures import spent_path as draw
from analysis.figures.spent_path import end_digits
from analysis.figures.style import Chart
from analysis.report.content.spent_view import SpentView
from analysis.report.content.wording import money
from analysis.report.note import Note
from analysis.words import catalogue


def spent_chart(view: SpentView | Note) -> Chart | Note:
    """Draw what each unit has spent of its money, beside 序时进度 and the forecast."""
    if isinstance(view, Note):
        return view
    words, table = catalogue(view.lang), view.known
    if table.empty:
        return Note(words("spent.no_money"))
    shares = pd.DataFrame({"spent_share": table["spent_share"]})
    for end in ("mean", "low", "high"):
        shares[f"{end}_share"] = table[f"{end}_wan"] / table["amount_wan"]
    key = "chart_title" if np.isnan(view.time_progress) else "chart_title_progress"
    return bars.spent(
        shares,
        view.names,
        time_progress=view.time_progress,
        lang=view.lang,
        title=words(
            f"spent.{key}",
            month=view.month(view.as_of),
            part=f"{view.spent_part * 100:.1f}",
            progress=f"{view.time_progress * 100:.1f}",
        ),
        source=view.source_line,
    )


def most_used_chart(view: SpentView | Note) -> Chart | Note:
    """Draw the spending of the unit most likely to use up its money."""
    # Without spending the chart above has said so.
    return Note("") if isinstance(view, Note) else path_chart(view, view.most_used)


def most_left_chart(view: SpentView | Note) -> Chart | Note:
    """Draw the spending of the unit that is expected to have the most money left."""
    return Note("") if isinstance(view, Note) else path_chart(view, view.most_left)


def path_chart(view: SpentView | Note, unit_code: str | None) -> Chart | Note:
    """Draw a unit's cumulative spending, and where it leads."""
    if isinstance(view, Note):
        return view
    words = catalogue(view.lang)
    if unit_code is None:
        return Note(words("runway.same_unit"))
    name = view.names[unit_code]
    if unit_code not in view.burns:
        return Note(words("spent.silent", names=name))
    (row,) = view.table.loc[[unit_code]].to_dict("records")
    burn = view.burns[unit_code]
    spent = {"name": name, "month": view.month(burn.last_month)}
    ahead = pd.DataFrame(columns=["mean", "low", "high"], dtype=float)
    key = "path_title_over"
    if not np.isnan(row["mean_wan"]):
        months = range(burn.last_month + 1, view.target + 1)
        drawn = [burn.forecast_of(paths)[:3] for paths in burn.paths(view.target)]
        ahead = pd.DataFrame(drawn, index=list(months), columns=ahead.columns)
        key = "path_title"
    digits = end_digits(view.spent[unit_code], ahead, row["amount_wan"] or np.nan)
    told = {
        name: money(row[f"{name}_wan"], view.case, view.lang, digits) for name in ("spent", "mean")
    }
    title = words(f"spent.{key}", target=view.month(view.target), **spent, **told)
    return draw.spent_path(
        view.spent[unit_code],
        ahead,
        money_wan=row["amount_wan"] or np.nan,
        lang=view.lang,
        currency=view.case.currency,
        start_month=view.case.start,
        title=title,
        source=view.source_line,
    )
