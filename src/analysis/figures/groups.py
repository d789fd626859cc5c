"""The ratio of shares under several measures of need: how much the choice matters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.figures import alt
from analysis.figures.look import COLOURS, house_style
from analysis.figures.marks import beside, room_beside
from analysis.figures.numbers import Column, counted, digits_of, name_column, numbers
from analysis.figures.rows import label_rows, rows, subtitle
from analysis.figures.share_axis import ratio_scale
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal
from analysis.words import catalogue

# Room beside a row for a figure such as "10.25", points.
_FIGURE = 40.0


@house_style()
def need_groups(
    table: pd.DataFrame, names: pd.Series, *, lang: str, title: str, source: str
) -> Chart:
    """Draw the ratio of shares under several measures of need: how much the choice matters.

    Parameters
    ----------
    table : DataFrame, index unit_code
        A column for each measure of need, named as the reader shall see it, holding share of
        money / share of need. Empty cells are not drawn; 0 and infinite ones stand at the edge.
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
    shown = table.dropna(how="all").astype(float).sort_index()
    order = shown.median(axis=1).sort_values(ascending=False, kind="stable").index
    chosen = rows(list(order), names)
    drawn = shown.loc[list(chosen.codes)]
    finite = drawn.to_numpy()[np.isfinite(drawn.to_numpy()) & (drawn.to_numpy() > 0)]
    span = max([1.25, *(max(ratio, 1 / ratio) for ratio in finite)]) * 1.05
    canvas = begin(chosen.count * 21 + 2, left=chosen.room + _FIGURE + 10, right=_FIGURE + 4)
    axes = canvas.axes
    ratio_scale(axes, span)
    inside = drawn.clip(1 / span, span)
    pairs = zip(inside.iterrows(), drawn.iterrows(), strict=True)
    for place, ((_, row), (_, exact)) in zip(chosen.places, pairs, strict=True):
        axes.plot([row.min(), row.max()], [place] * 2, color=COLOURS["grid"], linewidth=2.6)
        _ends(axes, row, exact, place)
    key = []
    apart = min(0.14, 0.45 / max(1, len(drawn.columns) - 1))
    for step, (group, (mark, colour)) in enumerate(zip(drawn.columns, _marks(), strict=False)):
        how: dict[str, Any] = {
            "linestyle": "none",
            "marker": mark,
            "markersize": 5.5,
            "color": colour,
            "markeredgecolor": COLOURS["paper"],
            "markeredgewidth": 0.5,
        }
        # Each measure has its own height in the row, so that equal ratios are all seen.
        places = np.array(chosen.places) + (step - (len(drawn.columns) - 1) / 2) * apart
        axes.plot(inside[group], places, **how, gid=str(group))
        key.append((Line2D([], [], **how), str(group)))
    least = float(np.nanmin(inside.to_numpy()))
    label_rows(axes, chosen, lang, room=room_beside(axes, least, canvas.across))
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words("figure.need_groups_subtitle"), chosen, lang, without=len(table) - len(shown)
        ),
        source=source,
        alt=alt.some(alt.need_groups(shown, names, lang), len(drawn), len(table), lang),
        data=numbers(
            [
                name_column(chosen.codes, names, lang),
                *(
                    Column(
                        f"group_{place}",
                        str(group),
                        list(drawn[group]),
                        "ratio",
                        digits_of(drawn[group], 2),
                    )
                    for place, group in enumerate(drawn.columns, start=1)
                ),
            ],
            counted(lang, hidden=chosen.hidden, without=len(table) - len(shown)),
        ),
        key=key,
    )


def _marks() -> Iterable[tuple[str, str]]:
    shapes = "osD^vPX*"
    colours = [COLOURS[role] for role in ("money", "need", "idle", "danger", "neutral", "ink")]
    for place in range(len(shapes) * len(colours)):
        yield shapes[place % len(shapes)], colours[place % len(colours)]


def _ends(axes: Axes, inside: pd.Series, row: pd.Series, place: float) -> None:
    beside(
        axes,
        inside.min(),
        place,
        decimal(row.min(), 2),
        COLOURS["neutral"],
        left=True,
        room=6,
        over=True,
    )
    if row.max() > row.min():
        beside(
            axes, inside.max(), place, decimal(row.max(), 2), COLOURS["neutral"], room=6, over=True
        )
