"""Which weights of a formula an actual allocation implies, and how far each is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from analysis.errors import ReportError
from analysis.figures import alt, scenario_alt
from analysis.figures.look import BODY, COLOURS, SMALL, house_style
from analysis.figures.marks import scale
from analysis.figures.numbers import Column, counted, interval_columns, name_column, numbers
from analysis.figures.rows import label_rows, rows, subtitle
from analysis.figures.scenario_marks import figures_of, text_column
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal, percent
from analysis.fonts import width
from analysis.words import catalogue

_WEIGHTS = ["weight", "low", "high"]
_DOT: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 6.5}


@house_style()
def implied(
    weights: pd.DataFrame, labels: pd.Series, *, lang: str, title: str, source: str
) -> Chart:
    """Draw the weight of each measure that an allocation implies, with its interval.

    Parameters
    ----------
    weights : DataFrame, index measure
        ``weight``, ``low`` and ``high``, parts of 1. The weight is empty where the figures do
        not settle it. Measures without an interval are counted in the subtitle, not drawn.
    labels : Series, index measure, str
        Names of the measures in the report's language.
    lang : str
        ``zh`` or ``en``.
    title, source : str
        The takeaway; where the figures come from and their status.

    Returns
    -------
    Chart

    Raises
    ------
    ReportError
        If no row can be drawn, a figure is no part of 1, an interval ends before it begins, or
        a character has no glyph.
    """
    words = catalogue(lang)
    known = figures_of(weights, _WEIGHTS).dropna(subset=["low", "high"])
    _check_intervals(known)
    middle = known["weight"].fillna((known["low"] + known["high"]) / 2)
    known = known.loc[middle.sort_values(ascending=False, kind="stable").index]
    chosen = rows([str(measure) for measure in known.index], labels)
    drawn = known.loc[list(chosen.codes)]
    settled = drawn["weight"].notna()
    best = ["—" if math.isnan(weight) else percent(weight) for weight in drawn["weight"]]
    ranges = [_between(low, high, lang) for low, high in zip(drawn.low, drawn.high, strict=True)]
    headers = words("scenario_figure.best"), words("scenario_figure.interval")
    columns = [
        max(*(width(text) * BODY for text in texts), width(header) * SMALL)
        for texts, header in zip((best, ranges), headers, strict=True)
    ]
    first = 16 + columns[0]
    second = first + 14 + columns[1]
    canvas = begin((chosen.count + 0.9) * 22 + 2, left=chosen.room + 12, right=second + 4)
    axes = canvas.axes
    places = np.array(chosen.places)
    for place, (_, row) in zip(places, drawn.iterrows(), strict=True):
        if math.isnan(row["weight"]):
            axes.barh(place, row["high"] - row["low"], 0.36, row["low"], **_hollow())
        else:
            axes.plot([row["low"], row["high"]], [place] * 2, **_whisker())
    shown = drawn["weight"][settled]
    axes.plot(shown, places[settled], **_DOT, color=COLOURS["money"], gid="weight", clip_on=False)
    axes.set_xlim(0, min(1.0, float(np.nanmax(drawn.to_numpy())) * 1.04) or 1)
    scale(axes, percents=True)
    label_rows(axes, chosen, lang, room=8, head=0.9)
    for texts, header, at in zip((best, ranges), headers, (first, second), strict=True):
        text_column(axes, chosen.places, texts, header, at)
    key = []
    if settled.any():
        key.append((Line2D([], [], **_DOT, color=COLOURS["money"]), headers[0]))
        key.append((Line2D([], [], **_whisker()), words("scenario_figure.interval_means")))
    if not settled.all():
        edge: dict[str, Any] = {"color": COLOURS["need"], "lw": 1.2, "ls": (0, (3, 2))}
        key.append((Line2D([], [], **edge), words("scenario_figure.hollow")))
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words("scenario_figure.implied_subtitle"),
            chosen,
            lang,
            without=len(weights) - len(known),
            why="figure.no_figure",
        ),
        source=source,
        alt=alt.some(
            scenario_alt.implied(known, labels, lang), len(drawn), len(weights), lang, "measures"
        ),
        data=numbers(
            [
                name_column(chosen.codes, labels, lang, "measure"),
                Column("weight", headers[0], list(drawn["weight"]), "percent", 1),
                *interval_columns(drawn, "", words("figure_table.weight"), lang, "percent", 1),
            ],
            counted(lang, hidden=chosen.hidden, without=len(weights) - len(known)),
        ),
        key=key,
    )


def _check_intervals(known: pd.DataFrame) -> None:
    wrong = known[(known["low"] > known["high"] + 1e-9) | (known > 1 + 1e-9).any(axis=1)]
    if len(wrong):
        measure, row = wrong.index[0], wrong.iloc[0]
        said = f"{row['weight']:g} [{row['low']:g}, {row['high']:g}]"
        raise ReportError(
            f"因素 {measure} 的权重 {said} 有误：须为 0 至 1，且区间下限不大于上限。",
            f"The weight of {measure}, {said}, is wrong: parts of 1, low no greater than high.",
        )


def _between(low: float, high: float, lang: str) -> str:
    ends = {"low": decimal(100 * low, 1), "high": percent(high)}
    if f"{ends['low']}%" == ends["high"]:
        return ends["high"]
    return catalogue(lang)("scenario_figure.between", **ends)


def _hollow() -> dict[str, Any]:
    return {
        "facecolor": COLOURS["paper"],
        "edgecolor": COLOURS["need"],
        "linewidth": 1.2,
        "linestyle": (0, (3, 2)),
    }


def _whisker() -> dict[str, Any]:
    return {"color": COLOURS["need"], "linewidth": 1.4, "marker": "|", "markersize": 6}
