"""Each unit's amount under several scenarios, beside its actual amount."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from analysis.errors import ReportError
from analysis.figures import alt, scenario_alt
from analysis.figures.look import BODY, COLOURS, SMALL, house_style
from analysis.figures.marks import beside, scale
from analysis.figures.numbers import Column, counted, name_column, numbers
from analysis.figures.rows import label_rows, rows, subtitle
from analysis.figures.scenario_marks import (
    change_axis,
    change_text,
    figures_of,
    money_digits,
    relative_change,
    text_column,
    written,
)
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import plain
from analysis.fonts import width
from analysis.words import catalogue
from analysis.words.money import money_unit

# Shapes and colours, so that neither alone has to tell scenarios apart.
_MARKS = (
    ("o", "money"),
    ("s", "need"),
    ("D", "idle"),
    ("^", "danger"),
    ("v", "neutral"),
    ("P", "ink"),
)


@house_style()
def scenario_shares(
    table: pd.DataFrame, names: pd.Series, *, lang: str, currency: str, title: str, source: str
) -> Chart:
    """Draw each unit's amount under several scenarios as its change from the actual amount.

    Parameters
    ----------
    table : DataFrame, index unit_code
        A column of amounts, 10,000 of `currency`, at least 0, for the actual allocation, then
        one for each scenario, up to six, named as the reader shall see them. Rows with an
        empty cell are counted in the subtitle, not drawn.
    names : Series, index unit_code, str
        Names in the report's language.
    lang, currency : str
        ``zh`` or ``en``; ``CNY`` or ``USD``.
    title, source : str
        The takeaway; where the figures come from and their status.

    Returns
    -------
    Chart

    Raises
    ------
    ReportError
        If there is no scenario or more than six, no row can be drawn, a figure is out of
        range, or a character has no glyph.
    """
    words = catalogue(lang)
    money, many = money_unit(lang, currency)
    actual, scenarios = _scenario_names(table)
    amounts = figures_of(table, list(table.columns)).dropna()
    moved = pd.DataFrame(
        {each: relative_change(amounts[actual], amounts[each]) for each in scenarios}
    )
    order = moved.median(axis=1).sort_values(ascending=False, kind="stable").index
    moved = moved.loc[order]
    chosen = rows([str(code) for code in order], names)
    drawn = moved.loc[list(chosen.codes)]
    held = amounts.loc[list(chosen.codes), actual]
    digits = money_digits(held)
    shown = 0 if many > 1 else digits
    column = [written(round(value, digits) * many, shown) for value in held]
    ends = [
        [change_text(float(end), lang) for end in (row.min(), row.max())]
        for _, row in drawn.iterrows()
    ]
    left, right = (max(width(pair[side]) for pair in ends) * SMALL for side in (0, 1))
    at = right + width("→ ") * SMALL + 20 + max(width(text) for text in column) * BODY
    canvas = begin((chosen.count + 0.9) * 22 + 2, left=chosen.room + 20 + left, right=at + 4)
    axes = canvas.axes
    _, high = change_axis(axes, drawn.to_numpy())
    inside = drawn.clip(upper=high)
    scale(axes, percents=True)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1)
    beyond = (drawn > high).any(axis=1)
    each_row = zip(chosen.places, inside.iterrows(), ends, beyond, strict=True)
    for place, (_, row), tips, cut in each_row:
        axes.plot([row.min(), row.max()], [place] * 2, color=COLOURS["grid"], linewidth=2.6)
        tip = f"{tips[1]} →" if cut else tips[1]
        where: dict[str, Any] = {"room": 6, "over": True}
        beside(axes, row.max(), place, tip, COLOURS["neutral"], **where)
        if tips[0] != tips[1]:
            beside(axes, row.min(), place, tips[0], COLOURS["neutral"], left=True, **where)
    key = []
    for step, (each, (mark, role)) in enumerate(zip(scenarios, _MARKS, strict=False)):
        how: dict[str, Any] = {
            "linestyle": "none",
            "marker": mark,
            "markersize": 5.5,
            "color": COLOURS[role],
            "markeredgecolor": COLOURS["paper"],
            "markeredgewidth": 0.5,
        }
        # Each scenario has its own height in the row, so that equal amounts are all seen.
        lift = (step - (len(scenarios) - 1) / 2) * 0.14
        places = np.array(chosen.places) + lift
        axes.plot(inside[each], places, **how, gid=each, clip_on=False)
        key.append((Line2D([], [], **how), each))
    label_rows(axes, chosen, lang, room=left + 10, head=0.9)
    header = words("scenario_figure.amount_header", actual=plain(actual), unit=money)
    text_column(axes, chosen.places, column, header, at)
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words("scenario_figure.scenario_subtitle", actual=plain(actual), unit=money),
            chosen,
            lang,
            without=len(table) - len(amounts),
            why="figure.no_figure",
        ),
        source=source,
        alt=alt.some(
            scenario_alt.scenario_shares(moved, actual, names, lang), len(drawn), len(table), lang
        ),
        data=numbers(
            [
                name_column(chosen.codes, names, lang),
                *(
                    Column(f"scenario_{place}", each, list(drawn[each]), "percent", 1)
                    for place, each in enumerate(scenarios, start=1)
                ),
                Column("actual", actual, list(held), "wan", digits),
            ],
            counted(lang, hidden=chosen.hidden, without=len(table) - len(amounts)),
        ),
        key=key,
    )


def _scenario_names(table: pd.DataFrame) -> tuple[str, list[str]]:
    actual, *scenarios = [str(column) for column in table.columns] or [""]
    if not 0 < len(scenarios) <= len(_MARKS) or not table.columns.is_unique:
        raise ReportError(
            f"方案图需要一列实际金额和 1 至 {len(_MARKS)} 列名称不同的方案；"
            f"得到的列：{'、'.join(map(str, table.columns))}。",
            f"The chart needs the actual amounts and 1 to {len(_MARKS)} scenarios with different "
            f"names; the table's columns are: {', '.join(map(str, table.columns))}.",
        )
    return actual, scenarios
