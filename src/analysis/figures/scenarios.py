"""Charts of allocation scenarios: what another sharing of the money would change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from analysis.figures import alt, scenario_alt
from analysis.figures.changes import changes
from analysis.figures.influence import sensitivity
from analysis.figures.look import COLOURS, SMALL, house_style
from analysis.figures.marks import beside
from analysis.figures.numbers import Column, counted, digits_of, name_column, numbers
from analysis.figures.paths import pace
from analysis.figures.rows import label_rows, rows, subtitle
from analysis.figures.scenario_amounts import scenario_shares
from analysis.figures.scenario_marks import figures_of, ratio_text
from analysis.figures.share_axis import ratio_scale
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal
from analysis.figures.weights import implied
from analysis.fonts import width
from analysis.words import catalogue

__all__ = ["changes", "implied", "pace", "ratio_shift", "scenario_shares", "sensitivity"]

_ROLES = {"toward": "idle", "away": "danger", "same": "neutral"}
# Two distances from 1 that differ by less are the same, computed two ways.
_SAME = 1e-9


@house_style()
def ratio_shift(
    table: pd.DataFrame, names: pd.Series, *, lang: str, title: str, source: str
) -> Chart:
    """Draw how far each unit's ratio of shares moves, toward 1 or away from it.

    Parameters
    ----------
    table : DataFrame, index unit_code
        ``ratio_before`` and ``ratio_after``, share of money / share of need, at least 0; 0 and
        infinite ones stand at the edge. Rows where one is empty are counted in the subtitle.
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
        If no row can be drawn, a ratio is negative, or a character has no glyph.
    """
    words = catalogue(lang)
    known = figures_of(table, ["ratio_before", "ratio_after"], infinite=True).dropna()
    ranked = known.sort_values(list(known.columns), ascending=False, kind="stable")
    course = _courses(ranked)
    chosen = rows([str(code) for code in ranked.index], names)
    drawn = ranked.loc[list(chosen.codes)]
    said = drawn.map(ratio_text)
    span = _span(drawn.to_numpy())
    room = max(width(text) for text in said.to_numpy().ravel()) * SMALL + 8
    canvas = begin(chosen.count * 20 + 2, left=chosen.room + 14 + room, right=room + 4)
    axes = canvas.axes
    ratio_scale(axes, span)
    inside = drawn.clip(1 / span, span)
    for place, code in zip(chosen.places, drawn.index, strict=True):
        before, after = inside.loc[code]
        colour = COLOURS[_ROLES[course[code]]]
        axes.plot([before, after], [place] * 2, color=colour, linewidth=2.2)
        axes.plot([before], [place], **_hollow(colour), clip_on=False)
        head = ">" if after > before else "<" if after < before else "o"
        axes.plot([after], [place], ls="none", marker=head, ms=7, color=colour, clip_on=False)
        falls = after < before
        was, now = said["ratio_before"][code], said["ratio_after"][code]
        where: dict[str, Any] = {"room": 7, "over": True}
        beside(axes, after, place, now, COLOURS["ink"], left=falls, **where)
        if was != now:
            beside(axes, before, place, was, COLOURS["neutral"], left=not falls, **where)
    label_rows(axes, chosen, lang, room=room + 4)
    counts = {each: int((course == each).sum()) for each in _ROLES}
    key = [
        (Line2D([], [], **_hollow(COLOURS["neutral"])), words("scenario_figure.before")),
        (
            Line2D([], [], ls="none", marker=">", ms=7, color=COLOURS["neutral"]),
            words("scenario_figure.after"),
        ),
    ]
    for each, role in _ROLES.items():
        if counts[each]:
            means = words(f"scenario_figure.{each}", count=decimal(counts[each]))
            key.append((Line2D([], [], color=COLOURS[role], linewidth=2.6), means))
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words("scenario_figure.ratio_subtitle"),
            chosen,
            lang,
            without=len(table) - len(known),
            why="figure.no_figure",
        ),
        source=source,
        alt=alt.some(
            scenario_alt.ratio_shift(ranked, counts, names, lang), len(drawn), len(table), lang
        ),
        data=numbers(
            [
                name_column(chosen.codes, names, lang),
                *(
                    Column(
                        f"ratio_{when}",
                        words(f"figure_table.{when}"),
                        list(drawn[f"ratio_{when}"]),
                        "ratio",
                        digits_of(drawn[f"ratio_{when}"], 2),
                    )
                    for when in ("before", "after")
                ),
                Column(
                    "course",
                    words("figure_table.verdict"),
                    [words(f"figure_table.is_{each}") for each in course[drawn.index]],
                ),
            ],
            counted(lang, **counts, hidden=chosen.hidden, without=len(table) - len(known)),
        ),
        key=key,
    )


def _courses(table: pd.DataFrame) -> pd.Series:
    """Tell whether each ratio comes nearer to 1; on a log scale half is as far as double."""
    with np.errstate(divide="ignore"):
        before, after = np.abs(np.log(table.to_numpy(dtype=float))).T
    with np.errstate(invalid="ignore"):
        same = (before == after) | (np.abs(after - before) < _SAME)
    return pd.Series(
        np.where(same, "same", np.where(after < before, "toward", "away")), table.index
    )


def _hollow(colour: str) -> dict[str, Any]:
    return {
        "linestyle": "none",
        "marker": "o",
        "markersize": 5.5,
        "markerfacecolor": COLOURS["paper"],
        "markeredgecolor": colour,
        "markeredgewidth": 1.4,
    }


def _span(ratios: np.ndarray) -> float:
    inner = ratios[np.isfinite(ratios) & (ratios > 0)]
    span = 1.05 * max([1.25, *(max(float(ratio), 1 / float(ratio)) for ratio in inner)])
    # What has no place on a log scale stands clear of what has one.
    return span if inner.size == ratios.size else span**1.15 * 1.05
