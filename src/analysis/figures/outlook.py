"""Charts of all units' prospects: the odds of running out, and how long the money lasts."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from analysis.figures import alt
from analysis.figures.calendar import label_months, month_names
from analysis.figures.look import COLOURS, SMALL, house_style
from analysis.figures.marks import beside, scale
from analysis.figures.numbers import Column, Fact, counted, name_column, numbers
from analysis.figures.rows import label_rows, rows, subtitle
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import chance, decimal
from analysis.words import catalogue

# A heat map's cells hold printed figures: no more rows and columns than can be read.
_ROWS, _COLUMNS = 20, 14
# Months the money is meant to last: a fiscal year.
_YEAR = 12
# Up to even odds letters are dark, beyond them white.
_EVEN, _SKIPPED = 0.5, (0.55, 0.76)


@house_style()
def odds_heatmap(
    odds: pd.DataFrame,
    names: pd.Series,
    *,
    lang: str,
    start_month: str,
    title: str,
    source: str,
) -> Chart:
    """Draw the odds that a unit has run out by the end of each month, printed in the cells.

    Parameters
    ----------
    odds : DataFrame, index unit_code, columns month numbers 1 to T
        Cumulative odds, 0 to 1. Of many months every second, third, ... is shown, always with
        the last; of many units those that run out first.
    names : Series, index unit_code, str
        Names in the report's language.
    lang : str
        ``zh`` or ``en``.
    start_month : str
        Month 1, as ``2024-01``.
    title, source : str
        The takeaway; where the figures come from and their status.

    Returns
    -------
    Chart

    Raises
    ------
    ReportError
        If there is no unit, or a character has no glyph.
    """
    words = catalogue(lang)
    known = odds.dropna().astype(float)
    # First who is likelier to run out in the end; among equals, who does so sooner.
    order = np.lexsort((-known.sum(axis=1).to_numpy(), -known.iloc[:, -1].to_numpy()))
    ranked = known.iloc[order]
    chosen = rows([str(code) for code in ranked.index[:_ROWS]], names)
    step = math.ceil(ranked.shape[1] / _COLUMNS)
    shown = list(range(ranked.shape[1] - 1, -1, -step))[::-1]
    drawn = ranked.iloc[: len(chosen.codes), shown]
    canvas = begin(chosen.count * 19 + 2, left=chosen.room + 12, right=6, below=30)
    axes = canvas.axes
    for place, row in zip(chosen.places, drawn.to_numpy(), strict=True):
        for column, value in enumerate(row):
            _cell(axes, column, place, float(value))
    axes.set_xlim(-0.5, len(shown) - 0.5)
    label_rows(axes, chosen, lang)
    axes.spines["bottom"].set_visible(False)
    label_months(axes, start_month, ranked.shape[1], lang, shown=[place + 1 for place in shown])
    months = month_names(start_month, ranked.shape[1], lang)
    hidden = len(ranked) - len(chosen.codes)
    said = words("figure.odds_subtitle")
    if hidden:
        count, kept = decimal(hidden), len(chosen.codes)
        more = words("figure.not_shown_first", count=count, shown=kept)
        said = words("figure.also", first=said, second=more)
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            said, chosen, lang, without=len(odds) - len(known), why="figure.no_figure"
        ),
        source=source,
        alt=alt.some(alt.odds(ranked, names, lang, months[-1]), len(drawn), len(odds), lang),
        data=numbers(
            [
                name_column(chosen.codes, names, lang),
                *(
                    Column(f"month_{place + 1}", months[place], list(drawn.iloc[:, at]), "odds")
                    for at, place in enumerate(shown)
                ),
            ],
            counted(lang, hidden=hidden, without=len(odds) - len(known)),
        ),
    )


@house_style()
def runway(table: pd.DataFrame, names: pd.Series, *, lang: str, title: str, source: str) -> Chart:
    """Draw how many months each unit's money lasts, against the fiscal year's twelve.

    Parameters
    ----------
    table : DataFrame, index unit_code
        ``runway_months``; infinite where there is no spending.
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
    ranked = table["runway_months"].dropna().astype(float).sort_values(kind="stable")
    chosen = rows([str(code) for code in ranked.index], names)
    drawn = ranked.loc[list(chosen.codes)]
    finite = drawn[np.isfinite(drawn)]
    # Very long bars would flatten the others: they are cut, their figure is not.
    limit = min(max([1.5 * _YEAR, *finite]), 3.0 * _YEAR)
    canvas = begin((chosen.count + 0.9) * 20 + 2, left=chosen.room + 10, right=70)
    axes = canvas.axes
    for place, value in zip(chosen.places, drawn, strict=True):
        colour = COLOURS["danger" if value < _YEAR else "idle"]
        axes.barh(place, min(value, limit), height=0.62, color=colour)
        beyond = words("figure.runway_beyond") if math.isinf(value) else decimal(value, 1)
        cut = math.isfinite(value) and value > limit
        said = f"{beyond} →" if cut else beyond
        beside(axes, min(value, limit), place, said, COLOURS["ink"], over=True)
    axes.set_xlim(0, limit)
    scale(axes, step=6 if limit > 18 else 3)
    label_rows(axes, chosen, lang, head=0.9)
    # A white casing keeps the line visible across the bars.
    axes.axvline(_YEAR, color=COLOURS["paper"], linewidth=2.6)
    axes.axvline(_YEAR, color=COLOURS["ink"], linewidth=1, gid="year")
    beside(axes, _YEAR, -0.95, words("figure.runway_line", months=_YEAR), COLOURS["ink"])
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words("figure.runway_subtitle"),
            chosen,
            lang,
            without=len(table) - len(ranked),
            why="figure.no_figure",
        ),
        source=source,
        alt=alt.some(alt.runway(ranked, names, lang, _YEAR), len(drawn), len(table), lang),
        data=numbers(
            [
                name_column(chosen.codes, names, lang),
                Column("runway_months", words("term.runway_months"), list(drawn), "months", 1),
                Column("verdict", words("figure_table.verdict"), [_side(v, lang) for v in drawn]),
            ],
            [
                Fact("line", words("figure_table.line_months"), _YEAR, "months"),
                *counted(lang, hidden=chosen.hidden, without=len(table) - len(ranked)),
            ],
        ),
        key=[
            (Line2D([], [], color=COLOURS[role], linewidth=7), _side(months, lang))
            for role, months in (("danger", 0), ("idle", _YEAR))
        ],
    )


def _side(months: float, lang: str) -> str:
    key = "short" if months < _YEAR else "long"
    return catalogue(lang)(f"figure.runway_{key}", months=_YEAR)


def _depth(odds: float) -> float:
    """Return how red a cell is; on the shades between the two skipped no letters can be read."""
    light, dark = _SKIPPED
    if odds <= _EVEN:
        return light * odds / _EVEN
    return dark + (1 - dark) * (odds - _EVEN) / (1 - _EVEN)


def _cell(axes: Axes, x: float, y: float, odds: float) -> None:
    white, red = np.array(to_rgb("#f6f7f8")), np.array(to_rgb(COLOURS["danger"]))
    fill = to_hex(white + (red - white) * _depth(odds))
    axes.add_artist(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=fill, linewidth=0))
    axes.text(
        x,
        y,
        chance(odds),
        ha="center",
        va="center_baseline",
        fontsize=SMALL,
        color=COLOURS["ink" if odds <= _EVEN else "paper"],
    )
