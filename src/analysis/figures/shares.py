"""Charts of share and need: who gets which part of the money beside which part of the need."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.figures import alt
from analysis.figures.border_map import border_map
from analysis.figures.groups import need_groups
from analysis.figures.look import COLOURS, SMALL, house_style
from analysis.figures.lorenz import lorenz_chart
from analysis.figures.marks import beside, figures_column, room_beside, text_colour
from analysis.figures.numbers import (
    Column,
    counted,
    digits_of,
    interval_columns,
    name_column,
    numbers,
)
from analysis.figures.per_person import per_person
from analysis.figures.ratio_colours import sides, undecided
from analysis.figures.rows import joined, label_rows, rows, subtitle
from analysis.figures.share_axis import interval_texts, ratio_text, share_scale, share_text
from analysis.figures.style import Chart, begin, finish
from analysis.figures.tiles import tile_cartogram
from analysis.fonts import width
from analysis.words import catalogue

__all__ = [
    "border_map",
    "dumbbell",
    "lorenz_chart",
    "need_groups",
    "per_person",
    "tile_cartogram",
]

_DOT: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 6.5}
# What is undecided: in a grey print its colour is like the others.
_DOTS = (0, (1.2, 0.8))
# Room beside a row for a figure such as "100.0%", points.
_FIGURE = 40.0


@house_style()
def dumbbell(
    table: pd.DataFrame,
    names: pd.Series,
    *,
    lang: str,
    title: str,
    source: str,
    of: int | None = None,
) -> Chart:
    """Draw each unit's share of the money beside its share of the need, ranked by their ratio.

    Parameters
    ----------
    table : DataFrame, index unit_code
        ``share``, ``need_share`` (parts of 1) and ``ratio``; optionally ``need_share_low`` and
        ``need_share_high``, ``ratio_low`` and ``ratio_high``, and ``verdict``: units that it
        calls ``undecided`` are drawn grey. Rows without a need share are counted in the
        subtitle, not drawn. Shares more than 40 times apart stand on a logarithmic axis, those
        of 0 at its left edge.
    names : Series, index unit_code, str
        Names in the report's language.
    lang : str
        ``zh`` or ``en``.
    title, source : str
        The takeaway; where the figures come from and their status.
    of : int, optional
        Units that there are, where `table` holds only some of them.

    Returns
    -------
    Chart

    Raises
    ------
    ReportError
        If no row can be drawn, a unit is repeated, or a character has no glyph.
    """
    words = catalogue(lang)
    shown = table.dropna(subset=["share", "need_share"]).sort_index()
    shown = shown.sort_values("ratio", ascending=False, kind="stable", na_position="last")
    chosen = rows(list(shown.index), names)
    drawn = shown.loc[list(chosen.codes)]
    ranged = {"need_share_low", "need_share_high"} <= set(drawn.columns)
    ranges = interval_texts(drawn, "ratio_", ratio_text)
    apart = max((width(said) for said in ranges), default=0) * SMALL + 8 if any(ranges) else 0.0
    canvas = begin(
        (chosen.count + 1) * (23 if ranged else 20) + 2,
        left=chosen.room + _FIGURE + 10,
        right=_FIGURE + 40 + apart,
    )
    axes = canvas.axes
    shares = drawn[["share", "need_share"]].to_numpy(dtype=float)
    whiskers = drawn["need_share_high"].astype(float) if ranged else pd.Series(dtype=float)
    edge = share_scale(axes, shares, float(np.nanmax([shares.max(), *whiskers])), canvas.across)
    doubtful = undecided(drawn)
    for place, doubt, (_, row) in zip(chosen.places, doubtful, drawn.iterrows(), strict=True):
        _draw_pair(axes, row, place, edge, doubt=bool(doubt))
    inside = drawn[["share", "need_share"]].clip(lower=edge)
    dots: dict[str, Any] = _DOT | {"clip_on": False}
    axes.plot(inside["need_share"], chosen.places, **dots, **_need_dot(), gid="need")
    axes.plot(inside["share"], chosen.places, **dots, color=COLOURS["money"], gid="money")
    room = room_beside(axes, max(edge, float(shares.min())), canvas.across)
    label_rows(axes, chosen, lang, room=room, head=1)
    figures = [ratio_text(ratio) for ratio in drawn["ratio"]]
    figures_column(axes, chosen.places, figures, words("term.ratio"))
    if apart:
        figures_column(axes, chosen.places, ranges, words("figure.ratio_range"), room=apart)
    key = [
        (Line2D([], [], **_DOT, color=COLOURS["money"]), words("term.share")),
        (Line2D([], [], **_DOT, **_need_dot()), words("term.need_share")),
        (Line2D([], [], color=COLOURS["idle"], linewidth=2.6), words("figure.above")),
        (Line2D([], [], color=COLOURS["danger"], linewidth=2.6), words("figure.below")),
    ]
    if doubtful.any():
        key.append(
            (Line2D([], [], color=COLOURS["neutral"], lw=2.6, ls=_DOTS), words("figure.undecided"))
        )
    if ranged:
        key.append((Line2D([], [], color=COLOURS["need"], lw=0.9), words("figure.need_range")))
    measured = [words("figure.dumbbell_subtitle")]
    if edge:
        measured.append(words("figure.log_shares"))
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(joined(measured, lang), chosen, lang, without=len(table) - len(shown)),
        source=source,
        alt=alt.some(alt.dumbbell(shown, names, lang), len(drawn), of or len(table), lang),
        data=_numbers(drawn, names, lang, chosen.hidden, len(table) - len(shown)),
        key=key,
    )


def _numbers(
    drawn: pd.DataFrame, names: pd.Series, lang: str, hidden: int, without: int
) -> dict[str, Any]:
    words = catalogue(lang)
    shares = drawn[["share", "need_share"]].astype(float)
    places = {
        "percent": digits_of(100 * shares.to_numpy().ravel(), 1),
        "ratio": digits_of(drawn["ratio"].astype(float), 2),
    }

    def figures(name: str, unit: str) -> list[Column]:
        label, digits = words(f"term.{name}"), places[unit]
        column = Column(name, label, list(drawn[name].astype(float)), unit, digits)
        return [column, *interval_columns(drawn, f"{name}_", label, lang, unit, digits)]

    said = sides(shares["share"] < shares["need_share"], undecided(drawn), lang)
    return numbers(
        [
            name_column(drawn.index, names, lang),
            *figures("share", "percent"),
            *figures("need_share", "percent"),
            *figures("ratio", "ratio"),
            Column("verdict", words("figure_table.verdict"), said),
        ],
        counted(lang, hidden=hidden, without=without),
    )


def _need_dot() -> dict[str, Any]:
    return {
        "markerfacecolor": COLOURS["paper"],
        "markeredgecolor": COLOURS["need"],
        "markeredgewidth": 1.8,
    }


def _draw_pair(axes: Axes, row: pd.Series, place: float, edge: float, *, doubt: bool) -> None:
    """Draw what joins a unit's two dots, the range of its need, and its figures."""
    money_left = row["share"] < row["need_share"]
    colour = COLOURS["neutral" if doubt else "danger" if money_left else "idle"]
    ends = [max(edge, row["need_share"]), max(edge, row["share"])]
    axes.plot(ends, [place] * 2, color=colour, linewidth=2.6, linestyle=_DOTS if doubt else "-")
    whisker = np.array([row.get(f"need_share_{end}", math.nan) for end in ("low", "high")], float)
    if not np.isnan(whisker).any():
        axes.plot(
            np.maximum(edge, whisker),
            [place + 0.33] * 2,
            color=COLOURS["need"],
            linewidth=0.9,
            marker="|",
            ms=4,
        )
    for at, share, role, left in (
        (ends[1], row["share"], "money", money_left),
        (ends[0], row["need_share"], "need", not money_left),
    ):
        beside(axes, at, place, share_text(share), text_colour(role), left=left, room=6)
