"""The money per person in need of each unit."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from analysis.figures import alt
from analysis.figures.look import COLOURS, SMALL, house_style
from analysis.figures.marks import beside, figures_column, scale
from analysis.figures.numbers import Column, Fact, counted, interval_columns, name_column, numbers
from analysis.figures.rows import label_rows, rows, subtitle
from analysis.figures.share_axis import interval_texts
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal
from analysis.fonts import width
from analysis.words import catalogue

# Room at the right for a figure beside a bar, or for a column of them.
_BESIDE, _COLUMN = 44.0, 80.0


@house_style()
def per_person(
    table: pd.DataFrame,
    names: pd.Series,
    *,
    lang: str,
    currency: str,
    title: str,
    source: str,
    counted_in: str = "persons",
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
    counted_in : str
        What the need counts: ``persons`` or ``households``.
    low, high : Series, index unit_code, optional
        Interval of ``yuan_per_person``, drawn as a whisker.

    Returns
    -------
    Chart

    Raises
    ------
    ReportError
        If no row can be drawn, a unit is repeated, or a character has no glyph.
    """
    words = catalogue(lang)
    money = words(f"unit.one_{currency}")
    each = {"persons": "per_person", "households": "per_household"}[counted_in]
    finite = table[np.isfinite(table["yuan_per_person"].astype(float))].sort_index()
    shown = finite.sort_values("yuan_per_person", ascending=False, kind="stable")
    chosen = rows(list(shown.index), names)
    drawn = shown.loc[list(chosen.codes), ["yuan_per_person"]].copy()
    ranged = low is not None and high is not None
    if low is not None and high is not None:
        drawn["low"], drawn["high"] = low.reindex(drawn.index), high.reindex(drawn.index)
    values = drawn["yuan_per_person"].astype(float)
    digits = money_digits(finite["yuan_per_person"])
    figures = [decimal(value, digits) for value in values]
    ranges = interval_texts(drawn, "", lambda end: decimal(end, digits))
    apart = max(width(said) for said in ranges) * SMALL + 8 if ranged else 0.0
    right = _COLUMN + apart if ranged else _BESIDE
    canvas = begin((chosen.count + 0.8) * 20 + 2, left=chosen.room + 10, right=right)
    axes = canvas.axes
    axes.barh(chosen.places, values, height=0.62, color=COLOURS["money"])
    mean = _mean_per_person(finite)
    ends = [*values, mean, *(drawn["high"] if ranged else [])]
    axes.set_xlim(0, max((end for end in ends if math.isfinite(end)), default=0.0) * 1.02 or 1)
    if ranged:
        # A range without end, such as of need that may be 0, runs to the edge.
        low_end, high_end = (drawn[end].clip(upper=axes.get_xlim()[1]) for end in ("low", "high"))
        axes.hlines(chosen.places, low_end, high_end, color=COLOURS["need"], linewidth=1.3)
        figures_column(axes, chosen.places, figures, money)
        figures_column(axes, chosen.places, ranges, words("figure.ratio_range"), room=apart)
    else:
        for place, value, said in zip(chosen.places, values, figures, strict=True):
            beside(axes, value, place, said, COLOURS["ink"], over=True)
    scale(axes)
    label_rows(axes, chosen, lang, head=0.8)
    if not math.isnan(mean):
        # A white casing keeps the line visible across the bars.
        axes.axvline(mean, color=COLOURS["paper"], linewidth=2.6)
        axes.axvline(mean, color=COLOURS["ink"], linewidth=1, linestyle=(0, (4, 2)), gid="mean")
        said = words("figure.mean", value=decimal(mean, digits), unit=money)
        past = mean > 0.6 * axes.get_xlim()[1]
        beside(axes, mean, -0.95, said, COLOURS["ink"], left=past)
    average = Fact("mean", words("figure_table.mean"), mean, "one", digits)
    key = [(Line2D([], [], color=COLOURS["need"], lw=1.3), words("figure.range"))] if ranged else []
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(
            words(f"figure.{each}_subtitle", unit=money),
            chosen,
            lang,
            without=len(table) - len(finite),
        ),
        source=source,
        alt=alt.some(
            alt.per_person(
                shown["yuan_per_person"], names, lang, mean, money, digits, f"figure.alt_{each}"
            ),
            len(drawn),
            len(table),
            lang,
        ),
        data=numbers(
            [
                name_column(chosen.codes, names, lang),
                Column("money", words(f"term.yuan_{each}"), list(values), "one", digits),
                *interval_columns(drawn, "", words(f"term.yuan_{each}"), lang, "one", digits),
            ],
            [
                *([] if math.isnan(mean) else [average]),
                *counted(lang, hidden=chosen.hidden, without=len(table) - len(finite)),
            ],
        ),
        key=key,
    )


def money_digits(amounts: pd.Series) -> int:
    """Return the decimals that amounts per person or household are drawn with.

    Examples
    --------
    >>> [money_digits(pd.Series(amounts)) for amounts in ([37.4, 120.0, 550.0], [37.4, 21.0])]
    [0, 1]
    """
    finite = amounts.astype(float)[np.isfinite(amounts.astype(float))]
    middle = float(finite.abs().median()) if len(finite) else 0.0
    return 0 if middle >= 100 else 1 if middle >= 10 else 2


def _mean_per_person(table: pd.DataFrame) -> float:
    """Money of all units over their people: each unit's own figure divided by its ratio."""
    usable = table[(table["ratio"] > 0) & np.isfinite(table["ratio"].astype(float))]
    means = (usable["yuan_per_person"] / usable["ratio"]).astype(float)
    return float(means.median()) if len(means) else math.nan
