"""Charts of money that changes: who gains and who loses, from one allocation to another."""

from __future__ import annotations

import pandas as pd
from matplotlib.lines import Line2D

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
    signed,
    text_column,
)
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal
from analysis.fonts import width
from analysis.words import catalogue
from analysis.words.money import money_unit


@house_style()
def changes(
    table: pd.DataFrame, names: pd.Series, *, lang: str, currency: str, title: str, source: str
) -> Chart:
    """Draw how each unit's money changes, in per cent as a bar and in money beside it.

    Parameters
    ----------
    table : DataFrame, index unit_code
        ``before_wan`` and ``after_wan``, 10,000 of `currency`, at least 0. Rows where one is
        empty are counted in the subtitle, not drawn.
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
        If no row can be drawn, a figure is out of range, or a character has no glyph.
    """
    words = catalogue(lang)
    money, many = money_unit(lang, currency)
    ranked = _ranked_changes(figures_of(table, ["before_wan", "after_wan"]).dropna())
    chosen = rows([str(code) for code in ranked.index], names)
    drawn = ranked.loc[list(chosen.codes)]
    parts, moved = drawn["change"], drawn["change_wan"]
    digits = money_digits(moved)
    shown = 0 if many > 1 else digits
    column = [signed(round(value, digits) * many, shown) for value in moved]
    tips = [change_text(float(part), lang) for part in parts]
    over = width("→ ") * SMALL
    wide = [width(tip) * SMALL for tip in tips]
    left = max([0.0, *(wide[i] + 4 for i, part in enumerate(parts) if part < 0)])
    right = max([0.0, *(wide[i] for i, part in enumerate(parts) if part >= 0)])
    at = right + over + 18 + max(width(text) for text in column) * BODY
    canvas = begin(
        (chosen.count + 0.9) * 20 + 2,
        left=chosen.room + 14 + left,
        right=max(at + 4, 60),
    )
    axes = canvas.axes
    _, high = change_axis(axes, parts.to_numpy())
    for place, part, tip in zip(chosen.places, parts, tips, strict=True):
        length = min(part, high)
        cut = part > high
        colour = COLOURS["idle" if part > 0 else "danger" if part < 0 else "neutral"]
        axes.barh(place, length, height=0.62, color=colour)
        beside(axes, length, place, f"{tip} →" if cut else tip, COLOURS["ink"], left=part < 0)
    scale(axes, percents=True)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1)
    label_rows(axes, chosen, lang, room=4 + left, head=0.9)
    text_column(axes, chosen.places, column, words("scenario_figure.change_header", unit=money), at)
    counts = _counts(ranked["change"])
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words("scenario_figure.changes_subtitle", unit=money),
            chosen,
            lang,
            without=len(table) - len(ranked),
            why="figure.no_figure",
        ),
        source=source,
        alt=alt.some(
            scenario_alt.changes(ranked, counts, names, lang, currency),
            len(drawn),
            len(table),
            lang,
        ),
        data=numbers(
            [
                name_column(chosen.codes, names, lang),
                Column("change", words("figure_table.change"), list(parts), "percent", 1),
                *(
                    Column(each, words(f"figure_table.{each}"), list(drawn[each]), "wan", digits)
                    for each in ("change_wan", "before_wan", "after_wan")
                ),
            ],
            counted(lang, **counts, hidden=chosen.hidden, without=len(table) - len(ranked)),
        ),
        key=[
            (
                Line2D([], [], color=COLOURS[role], linewidth=7),
                words(f"scenario_figure.{side}", count=decimal(counts[side])),
            )
            for side, role in (("gain", "idle"), ("loss", "danger"), ("unchanged", "neutral"))
            if counts[side]
        ],
    )


def _ranked_changes(table: pd.DataFrame) -> pd.DataFrame:
    change = relative_change(table["before_wan"], table["after_wan"])
    moved = (table["after_wan"] - table["before_wan"]).where(change != 0, 0.0)
    with_changes = table.assign(change=change, change_wan=moved)
    # Among equals, such as all who lose everything, those with the most money stand at the end.
    return with_changes.sort_values(["change", "change_wan"], ascending=False, kind="stable")


def _counts(changes: pd.Series) -> dict[str, int]:
    gain, loss = int((changes > 0).sum()), int((changes < 0).sum())
    return {"gain": gain, "loss": loss, "unchanged": len(changes) - gain - loss}
