"""What was actually spent: every unit's part of its money, and where spending leads."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.errors import ReportError
from analysis.figures import alt, stock_alt
from analysis.figures.look import BODY, COLOURS, SMALL, house_style
from analysis.figures.marks import scale
from analysis.figures.numbers import Column, Fact, counted, interval_columns, name_column, numbers
from analysis.figures.rows import label_rows, rows, subtitle
from analysis.figures.scenario_marks import figures_of, text_column
from analysis.figures.spent_path import spent_path
from analysis.figures.stock_alt import part_text
from analysis.figures.style import Chart, begin, finish
from analysis.fonts import width
from analysis.words import catalogue

__all__ = ["spent", "spent_path"]

_COLUMNS = ["spent_share", "mean_share", "low_share", "high_share"]
# Beyond these a bar is cut and keeps its figure: one unit must not flatten all others.
_LEAST, _MOST = -0.5, 2.0


@house_style()
def spent(
    table: pd.DataFrame,
    names: pd.Series,
    *,
    time_progress: float,
    lang: str,
    title: str,
    source: str,
) -> Chart:
    """Draw the part of each unit's money that is spent, and the interval of what will be.

    Parameters
    ----------
    table : DataFrame, index unit_code
        ``spent_share``: spent so far; ``mean_share``, ``low_share``, ``high_share``: forecast of
        cumulative spending at the target month, its mean and 90 % interval; parts of the
        unit's money, empty where unknown. Rows with neither of the first two are counted in
        the subtitle, not drawn.
    names : Series, index unit_code, str
        Names in the report's language.
    time_progress : float, part of 1
        Part of the year that is gone (序时进度); NaN for no line.
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
        If no row can be drawn, a unit is repeated, a figure is infinite, an interval ends
        before it begins, `time_progress` is no part of 1, or a character has no glyph.
    """
    words = catalogue(lang)
    if not (math.isnan(time_progress) or 0 <= time_progress <= 1):
        raise ReportError(
            f"time_progress 为 {time_progress}：须为 0 至 1，或 NaN。",
            f"time_progress is {time_progress}: give a part of 1, or NaN.",
        )
    ranked = _ranked(figures_of(table, _COLUMNS, least=-math.inf))
    chosen = rows([str(code) for code in ranked.index], names)
    drawn = ranked.set_axis([str(code) for code in ranked.index]).loc[list(chosen.codes)]
    heads = [words(f"stock_figure.{name}_header") for name in ("spent", "interval")]
    texts = [[part_text(value) for value in drawn["spent_share"]], _intervals(drawn)]
    wide = [
        max(width(head) * SMALL, *(width(text) * BODY for text in column))
        for head, column in zip(heads, texts, strict=True)
    ]
    at = [12 + wide[0], 26 + sum(wide)]
    canvas = begin((chosen.count + 0.9) * 20 + 2, left=chosen.room + 14, right=at[1] + 4)
    axes = canvas.axes
    low, high = _limits(axes, drawn)
    over = drawn["spent_share"] > 1
    for place, code in zip(chosen.places, drawn.index, strict=True):
        _draw(axes, place, drawn.loc[code].clip(low, high), cut=drawn.loc[code] > high)
    scale(axes, percents=True)
    _lines(axes, time_progress)
    label_rows(axes, chosen, lang, room=8, head=0.9)
    for column, head, end in zip(texts, heads, at, strict=True):
        text_column(axes, chosen.places, column, head, end)
    progress = Fact("time_progress", words("term.time_progress"), time_progress, "percent", 1)
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words("stock_figure.spent_subtitle"),
            chosen,
            lang,
            without=len(table) - len(ranked),
            why="figure.no_figure",
        ),
        source=source,
        alt=alt.some(
            stock_alt.spent(ranked, names, time_progress, lang), len(drawn), len(table), lang
        ),
        data=numbers(
            [
                name_column(chosen.codes, names, lang),
                *(
                    Column(column, words(f"figure_table.{name}"), list(drawn[column]), "percent", 1)
                    for column, name in (("spent_share", "spent"), ("mean_share", "forecast"))
                ),
                *interval_columns(
                    drawn.rename(columns=lambda name: name.removesuffix("_share")),
                    "",
                    words("figure_table.forecast_of"),
                    lang,
                    "percent",
                    1,
                ),
            ],
            [
                *([] if math.isnan(time_progress) else [progress]),
                *counted(lang, hidden=chosen.hidden, without=len(table) - len(ranked)),
            ],
        ),
        key=_key(drawn, over, time_progress, lang),
    )


def _ranked(figures: pd.DataFrame) -> pd.DataFrame:
    known = figures.dropna(how="all", subset=["spent_share", "mean_share"])
    wrong = known.index[known["low_share"] > known["high_share"]]
    if len(wrong):
        low, high = known.loc[wrong[0], ["low_share", "high_share"]]
        raise ReportError(
            f"{wrong[0]} 的区间 [{low:.4g}, {high:.4g}] 有误：下端大于上端。",
            f"The interval of {wrong[0]}, [{low:.4g}, {high:.4g}], is wrong: it ends before it "
            "begins.",
        )
    order = ["spent_share", "mean_share"]
    return known.sort_values(order, ascending=False, kind="stable", na_position="last")


def _intervals(drawn: pd.DataFrame) -> list[str]:
    ends = drawn[["low_share", "high_share"]].to_numpy()
    return [
        "—" if np.isnan([low, high]).any() else f"{part_text(low)}–{part_text(high)}"
        for low, high in ends
    ]


def _limits(axes: Axes, drawn: pd.DataFrame) -> tuple[float, float]:
    values = drawn.to_numpy()
    low = max(_LEAST, float(np.nanmin(values, initial=0.0)))
    high = min(_MOST, max(1.0, float(np.nanmax(values, initial=1.0))))
    axes.set_xlim(low * 1.02, high * 1.02)
    return low * 1.02, high * 1.02


def _draw(axes: Axes, place: float, row: pd.Series, *, cut: pd.Series) -> None:
    """Draw a unit's bar and its whisker, both cut at the edges."""
    so_far, mean, low, high = (float(row[name]) for name in _COLUMNS)
    if not math.isnan(so_far):
        colour = COLOURS["danger" if so_far > 1 else "money"]
        axes.barh(place, so_far, height=0.62, color=colour, gid="spent")
    if cut["spent_share"]:
        _mark(axes, so_far, place, ">", 5.0)
    if not (math.isnan(low) or math.isnan(high)):
        # A white casing keeps the line visible where it lies over the bar.
        axes.plot([low, high], [place] * 2, color=COLOURS["paper"], linewidth=3.4)
        ends: dict[str, Any] = {"marker": "|", "markersize": 6, "markeredgewidth": 1.1}
        whisker: dict[str, Any] = {"color": COLOURS["ink"], "linewidth": 1.1, "gid": "interval"}
        axes.plot([low, high], [place] * 2, **whisker, **ends, clip_on=False)
    if not math.isnan(mean):
        _mark(axes, mean, place, ">" if cut["mean_share"] else "o", 4.6)


def _mark(axes: Axes, at: float, place: float, shape: str, size: float) -> None:
    axes.plot(
        [at],
        [place],
        ls="none",
        marker=shape,
        markersize=size,
        color=COLOURS["ink"],
        markeredgecolor=COLOURS["paper"],
        markeredgewidth=0.7,
        clip_on=False,
        zorder=4,
    )


def _lines(axes: Axes, time_progress: float) -> None:
    how: dict[str, Any] = {"color": COLOURS["ink"], "linewidth": 1, "zorder": 1.6}
    # A white casing keeps the lines visible across the bars; whiskers lie over both.
    casing: dict[str, Any] = {"color": COLOURS["paper"], "linewidth": 2.6, "zorder": 1.5}
    axes.axvline(1, **casing)
    axes.axvline(1, **how, gid="all")
    if not math.isnan(time_progress):
        axes.axvline(time_progress, **casing)
        axes.axvline(time_progress, **_dashed(), zorder=1.6, gid="progress")


def _dashed() -> dict[str, Any]:
    return {"color": COLOURS["need"], "linewidth": 1.4, "linestyle": (0, (4, 2))}


def _key(
    drawn: pd.DataFrame, over: pd.Series, time_progress: float, lang: str
) -> list[tuple[Line2D, str]]:
    words = catalogue(lang)
    key = []
    for role, name, some in (
        ("money", "spent_bar", (drawn["spent_share"] <= 1).any()),
        ("danger", "spent_over", over.any()),
    ):
        if some:
            mark = Line2D([], [], color=COLOURS[role], linewidth=7)
            key.append((mark, words(f"stock_figure.{name}")))
    if drawn["mean_share"].notna().any():
        mark = Line2D([], [], color=COLOURS["ink"], lw=1.1, marker="|", ms=6, mew=1.1)
        key.append((mark, words("stock_figure.spent_interval")))
    mark = Line2D([], [], color=COLOURS["ink"], linewidth=1)
    key.append((mark, words("stock_figure.spent_all")))
    if not math.isnan(time_progress):
        said = words("stock_figure.spent_progress", part=part_text(time_progress))
        key.append((Line2D([], [], **_dashed()), said))
    return key
