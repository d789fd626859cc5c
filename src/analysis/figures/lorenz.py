"""The Lorenz curve of the money over the need."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MultipleLocator

from analysis.figures.look import BODY, COLOURS, WIDTH, house_style
from analysis.figures.numbers import Column, Fact, numbers
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal, percent, wrap
from analysis.words import catalogue


@house_style()
def lorenz_chart(
    curve: pd.DataFrame, *, lang: str, title: str, source: str, hoover: float, gini: float
) -> Chart:
    """Draw the Lorenz curve of the money over the need, with the Hoover distance marked.

    Parameters
    ----------
    curve : DataFrame
        ``need_cum`` and ``money_cum``, from 0 to 1, units ordered by money per need.
    lang : str
        ``zh`` or ``en``.
    title, source : str
        The takeaway; where the figures come from and their status.
    hoover, gini : float
        The indexes, 0 to 1.

    Returns
    -------
    Chart

    Raises
    ------
    ReportError
        If a character has no glyph.
    """
    words = catalogue(lang)
    need, money = (curve[column].to_numpy(dtype=float) for column in ("need_cum", "money_cum"))
    side = 270.0
    canvas = begin(side, left=46, right=WIDTH - 46 - side, below=30)
    axes = canvas.axes
    axes.plot([0, 1], [0, 1], color=COLOURS["neutral"], lw=1, ls=(0, (4, 2)), gid="equal")
    axes.fill_between(need, need, money, color=COLOURS["band"], alpha=0.5, linewidth=0)
    axes.plot(need, money, color=COLOURS["money"], linewidth=1.8, gid="curve")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_xlabel(words("figure.need_cum"))
    axes.set_ylabel(words("figure.money_cum"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MultipleLocator(0.2))
        axis.set_major_formatter(FuncFormatter(lambda x, _: percent(x, 0)))
    axes.grid()
    widest = int(np.argmax(need - money))
    at = float(need[widest])
    axes.plot([at, at], [float(money[widest]), at], color=COLOURS["danger"], lw=2, gid="hoover")
    key = [
        (Line2D([], [], color=COLOURS["money"], lw=1.8), words("term.lorenz")),
        (Line2D([], [], color=COLOURS["neutral"], lw=1, ls=(0, (4, 2))), words("figure.equal")),
        (Line2D([], [], color=COLOURS["danger"], lw=2), words("figure.hoover_gap")),
    ]
    _index(axes, 0.86, words("term.hoover"), percent(hoover), words("figure.hoover_means"))
    _index(axes, 0.52, words("term.gini"), decimal(gini, 3), words("figure.gini_means"))
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=words("figure.lorenz_subtitle"),
        source=source,
        alt=words(
            "figure.alt_lorenz",
            count=len(curve) - 1,
            hoover=percent(hoover),
            gini=decimal(gini, 3),
            at=percent(at),
            money=percent(float(money[widest])),
        ),
        data=numbers(
            [
                Column("need_cum", words("figure.need_cum"), list(need), "percent", 1),
                Column("money_cum", words("figure.money_cum"), list(money), "percent", 1),
            ],
            [
                Fact("hoover", words("term.hoover"), hoover, "percent", 1),
                Fact("gini", words("term.gini"), gini, "ratio", 3),
                Fact("gap_at", words("figure_table.gap_at"), at, "percent", 1),
                Fact("gap_money", words("figure_table.gap_money"), money[widest], "percent", 1),
            ],
        ),
        key=key,
    )


def _index(axes: Axes, y: float, name: str, value: str, meaning: str) -> None:
    """Write an index beside the curve: its name, its value, and what that means."""
    lines = wrap(meaning, (WIDTH - 46 - 270 - 34) / BODY)
    texts = [(name, BODY, "neutral", 0.0), (value, 18.0, "ink", 22.0)]
    texts += [(line, BODY, "neutral", 36.0 + 12 * place) for place, line in enumerate(lines)]
    for words, size, role, down in texts:
        axes.annotate(
            words,
            (1, y),
            (26, -down),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=size,
            color=COLOURS[role],
            va="baseline",
            annotation_clip=False,
        )
