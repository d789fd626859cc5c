"""Charts of share and need: who gets which part of the money beside which part of the need."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.figures import alt
from analysis.figures.groups import need_groups
from analysis.figures.look import COLOURS, house_style
from analysis.figures.lorenz import lorenz_chart
from analysis.figures.marks import (
    beside,
    figure,
    figures_column,
    percent_digits,
    room_beside,
    rows_data,
    scale,
    text_colour,
)
from analysis.figures.rows import label_rows, rows, subtitle
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal, percent
from analysis.words import catalogue

__all__ = ["dumbbell", "lorenz_chart", "need_groups", "per_person"]

_DOT: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 6.5}
# Room beside a row for a figure such as "100.0%", points.
_FIGURE = 40.0


@house_style()
def dumbbell(table: pd.DataFrame, names: pd.Series, *, lang: str, title: str, source: str) -> Chart:
    """Draw each unit's share of the money beside its share of the need, ranked by their ratio.

    Parameters
    ----------
    table : DataFrame, index unit_code
        ``share``, ``need_share`` (parts of 1) and ``ratio``; optionally ``need_share_low`` and
        ``need_share_high``. Rows without a need share are counted in the subtitle, not drawn.
    names : Series, index unit_code, str
        Names in the report's language.
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
        If no row can be drawn, or a character has no glyph.
    """
    words = catalogue(lang)
    shown = table.dropna(subset=["share", "need_share"])
    shown = shown.sort_values("ratio", ascending=False, kind="stable", na_position="last")
    chosen = rows(list(shown.index), names)
    drawn = shown.loc[list(chosen.codes)]
    ranged = {"need_share_low", "need_share_high"} <= set(drawn.columns)
    canvas = begin(
        (chosen.count + 1) * (23 if ranged else 20) + 2,
        left=chosen.room + _FIGURE + 10,
        right=_FIGURE + 40,
    )
    axes = canvas.axes
    digits = percent_digits(drawn[["share", "need_share"]])
    top = float(drawn[["share", "need_share"]].to_numpy().max())
    for place, (_, row) in zip(chosen.places, drawn.iterrows(), strict=True):
        colour = COLOURS["idle" if row["share"] >= row["need_share"] else "danger"]
        axes.plot([row["need_share"], row["share"]], [place] * 2, color=colour, linewidth=2.6)
        if ranged and not row[["need_share_low", "need_share_high"]].isna().any():
            ends = [float(row["need_share_low"]), float(row["need_share_high"])]
            axes.plot(
                ends, [place + 0.33] * 2, color=COLOURS["need"], linewidth=0.9, marker="|", ms=4
            )
            top = max(top, ends[1])
        _label_pair(axes, row, place, digits)
    axes.plot(drawn["need_share"], chosen.places, **_DOT, **_need_dot(), gid="need")
    axes.plot(drawn["share"], chosen.places, **_DOT, color=COLOURS["money"], gid="money")
    axes.set_xlim(0, top * 1.02 or 1)
    scale(axes, percents=True)
    least = float(drawn[["share", "need_share"]].to_numpy().min())
    label_rows(axes, chosen, lang, room=room_beside(axes, least, canvas.across), head=1)
    figures_column(axes, chosen.places, drawn["ratio"], words("term.ratio"))
    key = [
        (Line2D([], [], **_DOT, color=COLOURS["money"]), words("term.share")),
        (Line2D([], [], **_DOT, **_need_dot()), words("term.need_share")),
        (Line2D([], [], color=COLOURS["idle"], linewidth=2.6), words("figure.above")),
        (Line2D([], [], color=COLOURS["danger"], linewidth=2.6), words("figure.below")),
    ]
    if ranged:
        key.append((Line2D([], [], color=COLOURS["need"], lw=0.9), words("figure.need_range")))
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words("figure.dumbbell_subtitle"), chosen, lang, without=len(table) - len(shown)
        ),
        source=source,
        alt=alt.dumbbell(shown, names, lang),
        data=rows_data(drawn, chosen.hidden),
        key=key,
    )


@house_style()
def per_person(
    table: pd.DataFrame,
    names: pd.Series,
    *,
    lang: str,
    currency: str,
    title: str,
    source: str,
    low: pd.Series | None = None,
    high: pd.Series | None = None,
) -> Chart:
    """Draw the money per person in need of each unit, with the mean over all of them.

    Parameters
    ----------
    table : DataFrame, index unit_code
        ``yuan_per_person``, in single units of `currency`, and ``ratio``.
    names : Series, index unit_code, str
        Names in the report's language.
    lang, currency : str
        ``zh`` or ``en``; ``CNY`` or ``USD``.
    title, source : str
        The takeaway; where the figures come from and their status.
    low, high : Series, index unit_code, optional
        Interval of ``yuan_per_person``, drawn as a whisker.

    Returns
    -------
    Chart

    Raises
    ------
    ReportError
        If no row can be drawn, or a character has no glyph.
    """
    words = catalogue(lang)
    money = words(f"unit.one_{currency}")
    finite = table[np.isfinite(table["yuan_per_person"].astype(float))]
    shown = finite.sort_values("yuan_per_person", ascending=False, kind="stable")
    chosen = rows(list(shown.index), names)
    drawn = shown.loc[list(chosen.codes), ["yuan_per_person"]].copy()
    ranged = low is not None and high is not None
    if low is not None and high is not None:
        drawn["low"], drawn["high"] = low.reindex(drawn.index), high.reindex(drawn.index)
    canvas = begin((chosen.count + 0.8) * 20 + 2, left=chosen.room + 10, right=44)
    axes = canvas.axes
    values = drawn["yuan_per_person"].astype(float)
    digits = _money_digits(values)
    axes.barh(chosen.places, values, height=0.62, color=COLOURS["money"])
    tips = values
    if ranged:
        tips = drawn[["yuan_per_person", "high"]].max(axis=1)
        axes.hlines(
            chosen.places, drawn["low"], drawn["high"], color=COLOURS["need"], linewidth=1.3
        )
    for place, value, tip in zip(chosen.places, values, tips, strict=True):
        beside(axes, tip, place, decimal(value, digits), COLOURS["ink"])
    mean = _mean_per_person(finite)
    axes.set_xlim(0, np.nanmax([float(tips.max()), mean]) * 1.02 or 1)
    scale(axes)
    label_rows(axes, chosen, lang, head=0.8)
    if not math.isnan(mean):
        # A white casing keeps the line visible across the bars.
        axes.axvline(mean, color=COLOURS["paper"], linewidth=2.6)
        axes.axvline(mean, color=COLOURS["ink"], linewidth=1, linestyle=(0, (4, 2)), gid="mean")
        said = words("figure.mean", value=decimal(mean, digits), unit=money)
        past = mean > 0.6 * axes.get_xlim()[1]
        beside(axes, mean, -0.95, said, COLOURS["ink"], left=past)
    key = [(Line2D([], [], color=COLOURS["need"], lw=1.3), words("figure.range"))] if ranged else []
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words("figure.per_person_subtitle", unit=money),
            chosen,
            lang,
            without=len(table) - len(finite),
        ),
        source=source,
        alt=alt.per_person(shown["yuan_per_person"], names, lang, mean, money, digits),
        data=rows_data(drawn, chosen.hidden) | {"mean": figure(mean)},
        key=key,
    )


def _need_dot() -> dict[str, Any]:
    return {
        "markerfacecolor": COLOURS["paper"],
        "markeredgecolor": COLOURS["need"],
        "markeredgewidth": 1.8,
    }


def _label_pair(axes: Axes, row: pd.Series, place: float, digits: int) -> None:
    money_left = row["share"] < row["need_share"]
    for share, role, left in (
        ("share", "money", money_left),
        ("need_share", "need", not money_left),
    ):
        said = percent(row[share], digits)
        beside(axes, row[share], place, said, text_colour(role), left=left, room=6)


def _money_digits(values: pd.Series) -> int:
    middle = float(values.abs().median())
    return 0 if middle >= 100 else 1 if middle >= 10 else 2


def _mean_per_person(table: pd.DataFrame) -> float:
    """Money of all units over their people: each unit's own figure divided by its ratio."""
    usable = table[(table["ratio"] > 0) & np.isfinite(table["ratio"].astype(float))]
    means = (usable["yuan_per_person"] / usable["ratio"]).astype(float)
    return float(means.median()) if len(means) else math.nan
