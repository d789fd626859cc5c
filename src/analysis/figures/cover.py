"""How many days each unit's money covers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from analysis.figures import alt, stock_alt
from analysis.figures.look import COLOURS, SMALL, house_style
from analysis.figures.marks import beside, scale
from analysis.figures.numbers import Column, Fact, counted, name_column, numbers
from analysis.figures.rows import label_rows, rows, subtitle
from analysis.figures.scenario_marks import figures_of
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal
from analysis.fonts import width
from analysis.words import catalogue

# A month, below which a bar is marked.
MONTH_DAYS = 30
# Beyond two years a bar is cut and keeps its figure: one unit must not flatten all others.
_LEAST, _CUT = 45.0, 720.0


@house_style()
def cover(days: pd.Series, names: pd.Series, *, lang: str, title: str, source: str) -> Chart:
    """Draw how many days each unit's money covers, against a month's thirty.

    Parameters
    ----------
    days : Series, index unit_code
        Days of cover, at least 0; infinite where there is no spending. Empty ones are counted
        in the subtitle, not drawn.
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
        If no row can be drawn, a unit is repeated, a figure is negative, or a character has no
        glyph.
    """
    words = catalogue(lang)
    known = figures_of(days.to_frame("days"), ["days"], infinite=True)["days"].dropna()
    ranked = known.sort_values(kind="stable")
    chosen = rows([str(code) for code in ranked.index], names)
    drawn = ranked.set_axis([str(code) for code in ranked.index]).loc[list(chosen.codes)]
    finite = drawn[np.isfinite(drawn)]
    limit = min(max([_LEAST, *finite]), _CUT)
    said = [_text(value, limit, words("stock_figure.cover_beyond")) for value in drawn]
    line = words("stock_figure.cover_line", days=MONTH_DAYS)
    across = max(width(text) for text in said) * SMALL + 8
    canvas = begin((chosen.count + 0.9) * 20 + 2, left=chosen.room + 10, right=max(across, 24.0))
    axes = canvas.axes
    for place, value, text in zip(chosen.places, drawn, said, strict=True):
        colour = COLOURS["danger" if value < MONTH_DAYS else "idle"]
        axes.barh(place, min(value, limit), height=0.62, color=colour)
        beside(axes, min(value, limit), place, text, COLOURS["ink"], over=True)
    axes.set_xlim(0, limit)
    scale(axes, step=15 if limit <= 120 else 30 if limit <= 240 else 60 if limit <= 480 else 120)
    label_rows(axes, chosen, lang, head=0.9)
    # A white casing keeps the line visible across the bars.
    axes.axvline(MONTH_DAYS, color=COLOURS["paper"], linewidth=2.6)
    axes.axvline(MONTH_DAYS, color=COLOURS["ink"], linewidth=1, gid="month")
    beside(axes, MONTH_DAYS, -0.95, line, COLOURS["ink"])
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words("stock_figure.cover_subtitle"),
            chosen,
            lang,
            without=len(days) - len(ranked),
            why="figure.no_figure",
        ),
        source=source,
        alt=alt.some(stock_alt.cover(ranked, names, lang, MONTH_DAYS), len(drawn), len(days), lang),
        data=numbers(
            [
                name_column(chosen.codes, names, lang),
                Column("days", words("term.days_of_cover"), list(drawn), "days", 1),
                Column("verdict", words("figure_table.verdict"), [_side(v, lang) for v in drawn]),
            ],
            [
                Fact("line", words("figure_table.line_days"), MONTH_DAYS, "days"),
                *counted(lang, hidden=chosen.hidden, without=len(days) - len(ranked)),
            ],
        ),
        key=[
            (Line2D([], [], color=COLOURS[role], linewidth=7), _side(end, lang))
            for role, end, some in (
                ("danger", 0, (drawn < MONTH_DAYS).any()),
                ("idle", MONTH_DAYS, (drawn >= MONTH_DAYS).any()),
            )
            if some
        ],
    )


def _side(days: float, lang: str) -> str:
    key = "short" if days < MONTH_DAYS else "long"
    return catalogue(lang)(f"stock_figure.cover_{key}", days=MONTH_DAYS)


def _text(days: float, limit: float, beyond: str) -> str:
    if math.isinf(days):
        return beyond
    said = decimal(days, 0 if days >= 100 else 1)
    return f"{said} →" if days > limit else said
