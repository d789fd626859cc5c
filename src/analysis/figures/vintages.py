"""The stock of funds by the year it was granted, and what the two-year rule takes of it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from analysis.errors import ReportError
from analysis.figures import stock_alt
from analysis.figures.amounts import (
    amount_axis,
    amount_digits,
    amount_ticks,
    labels_room,
    whole_months,
)
from analysis.figures.calendar import label_months, month_names
from analysis.figures.look import COLOURS, HAIRLINE, SMALL, house_style
from analysis.figures.numbers import Column, numbers
from analysis.figures.recoveries import draw_recovered
from analysis.figures.rows import joined
from analysis.figures.scenario_marks import figures_of
from analysis.figures.style import Canvas, Chart, begin, finish
from analysis.figures.text import decimal
from analysis.fonts import width
from analysis.words import catalogue

_HEIGHT = 200.0
# More shades of one colour than this are not told apart: the oldest years are put together.
_MOST = 6
_NEWEST = "#bfd6e6"
# A label inside a year's bars needs this height, points.
_LABEL = 10.0


@house_style()
def vintage_stack(
    stock_wan: pd.DataFrame,
    recovered_wan: pd.Series,
    *,
    lang: str,
    currency: str,
    start_month: str,
    title: str,
    source: str,
) -> Chart:
    """Draw the expected stock at each month's end, stacked by the year it was granted.

    Parameters
    ----------
    stock_wan : DataFrame, index month 1 to T, columns years (int), 10,000 of `currency`
        Expected stock of each year's money, at least 0. Years that never have any are left
        out; of more than six the oldest are put together.
    recovered_wan : Series, index month, 10,000 of `currency`
        Money lost at the end of a month by the two-year rule, at least 0, which `stock_wan` of
        that month no longer holds; months not in it have none.
    lang, currency : str
        ``zh`` or ``en``; ``CNY`` or ``USD``.
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
        If there is no month or no year, months or years are not whole numbers or repeated, a
        figure is missing or out of range, or a character has no glyph.
    """
    words = catalogue(lang)
    stock = _checked(stock_wan)
    recovered = _recovered(recovered_wan, len(stock))
    layers, labels = _layers(stock, lang)
    tops = np.cumsum(layers.to_numpy(), axis=1)
    high = float((tops[:, -1] + recovered).max()) or 1.0
    ceiling = high * 1.14
    ticks, marks = amount_ticks(0.0, ceiling)
    canvas = begin(_HEIGHT, left=labels_room(marks), right=10, below=30)
    axes = canvas.axes
    axes.set_xlim(0.5, len(stock) + 0.5)
    axes.set_ylim(0, ceiling)
    amount_axis(axes, ticks, marks)
    shades = _shades(layers.shape[1])
    months = np.arange(1, len(stock) + 1)
    thin = canvas.across / len(stock) < 6
    for column, (year, shade) in enumerate(zip(layers.columns, shades, strict=True)):
        axes.bar(
            months,
            layers[year],
            bottom=tops[:, column] - layers[year].to_numpy(),
            width=1.0,
            color=shade,
            edgecolor=COLOURS["paper"],
            linewidth=0.0 if thin else 0.5,
            gid=str(year),
        )
        _name_layer(canvas, layers, column, labels[column], shade)
    # The newest years are light: a line shows where the stock ends.
    edges = np.repeat(np.arange(len(stock) + 1) + 0.5, 2)[1:-1]
    outline = np.repeat(tops[:, -1], 2)
    axes.plot(edges, outline, color=COLOURS["money"], linewidth=HAIRLINE, gid="total")
    unnamed = draw_recovered(canvas, tops[:, -1], recovered, high, lang)
    label_months(axes, start_month, len(stock), lang)
    said = [words("stock_figure.vintage_subtitle", unit=words(f"unit.wan_{currency}"))]
    if unnamed:
        said.append(words("stock_figure.recovered_unnamed", count=decimal(unnamed)))
    key = [
        (Line2D([], [], color=shade, linewidth=7), label)
        for shade, label in zip(shades, labels, strict=True)
    ]
    digits = amount_digits(high)
    names = month_names(start_month, len(stock), lang)
    lost_column = Column(
        "recovered", words("figure_table.recovered"), list(recovered), "wan", digits
    )
    if recovered.any():
        lost = Line2D([], [], ls="none", marker="v", ms=6, color=COLOURS["danger"])
        key.append((lost, words("stock_figure.recovered_key")))
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=joined(said, lang),
        source=source,
        alt=stock_alt.vintages(layers, labels, recovered, names, lang, currency),
        data=numbers(
            [
                Column("month", words("figure_table.month"), names),
                *(
                    Column(f"year_{year}", label, list(layers[year]), "wan", digits)
                    for year, label in zip(layers.columns, labels, strict=True)
                ),
                *([lost_column] if recovered.any() else []),
            ]
        ),
        key=key,
    )


def _checked(stock_wan: pd.DataFrame) -> pd.DataFrame:
    months = whole_months(stock_wan.index, "stock_wan")
    years = list(stock_wan.columns)
    if not months or not years or sorted(months) != list(range(1, len(months) + 1)):
        raise ReportError(
            "存量图需要第 1 至 T 月每月一行、每个年度一列，各至少一个。",
            "The chart of stock needs a row for every month from 1 to T and a column a year, "
            "at least one of each.",
        )
    if not all(isinstance(year, (int, np.integer)) for year in years) or years != sorted(
        set(years)
    ):
        given = ", ".join(map(str, years[:12]))
        raise ReportError(
            f"下达年度应为从小到大、不重复的整数；得到：{given}。",
            f"Years of grant are whole numbers in ascending order, each once; given: {given}.",
        )
    stock = figures_of(stock_wan, years)
    if stock.isna().any(axis=None):
        raise ReportError(
            "存量图缺数：每月每个年度都要有数，没有存量的填 0。",
            "The chart of stock lacks figures: give every month and year one, 0 for no stock.",
        )
    return stock


def _recovered(recovered_wan: pd.Series, count: int) -> NDArray[np.float64]:
    months = whole_months(recovered_wan.index, "recovered_wan")
    if any(month > count for month in months) or recovered_wan.isna().any():
        raise ReportError(
            f"recovered_wan 只能有第 1 至 {count} 月，每月都要有数。",
            f"recovered_wan holds months 1 to {count} only, each with a figure.",
        )
    figures = figures_of(recovered_wan.to_frame("recovered_wan"), ["recovered_wan"])
    return figures["recovered_wan"].reindex(range(1, count + 1), fill_value=0.0).to_numpy()


def _layers(stock: pd.DataFrame, lang: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the years with money and their names, the oldest together where there are many."""
    words = catalogue(lang)
    with_money = stock.loc[:, (stock > 0).any()]
    shown = stock.iloc[:, -1:] if with_money.empty else with_money
    extra = max(0, shown.shape[1] - _MOST)
    labels = [words("stock_figure.vintage", year=year) for year in shown.columns[extra:]]
    if not extra:
        return shown, labels
    last = shown.columns[extra]
    old = shown.iloc[:, : extra + 1].sum(axis=1).rename(last)
    labels[0] = words("stock_figure.vintage_before", year=last)
    return pd.concat([old, shown.iloc[:, extra + 1 :]], axis=1), labels


def _shades(count: int) -> list[str]:
    """Return shades of the colour of money, the oldest year's the darkest.

    Those in the middle are left out: neither white nor dark letters could be read on them.
    """
    dark, light = np.array(to_rgb(COLOURS["money"])), np.array(to_rgb(_NEWEST))
    even = [place / max(1, count - 1) for place in range(count)]
    steps = [0.7 * step if step < 0.5 else 0.04 + 0.96 * step for step in even]
    return [to_hex(dark + (light - dark) * step) for step in steps]


def _readable(ground: str) -> str:
    """Return the colour of words, ink or paper, that stands out more from the ground."""
    own, ink, paper = (_luminance(colour) for colour in (ground, COLOURS["ink"], COLOURS["paper"]))
    on_paper, on_ink = (paper + 0.05) / (own + 0.05), (own + 0.05) / (ink + 0.05)
    return COLOURS["paper" if on_paper > on_ink else "ink"]


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def _name_layer(canvas: Canvas, layers: pd.DataFrame, column: int, label: str, shade: str) -> None:
    """Write a year into its bars where they are highest, if they are high enough there."""
    axes = canvas.axes
    tops = layers.iloc[:, : column + 1].sum(axis=1).to_numpy()
    bottoms = tops - layers.iloc[:, column].to_numpy()
    month = canvas.across / len(layers)
    span = max(1, math.ceil((width(label) * SMALL + 4) / month))
    if span > len(layers):
        return
    windows = [slice(first, first + span) for first in range(len(layers) - span + 1)]
    room = [float(tops[each].min() - bottoms[each].max()) for each in windows]
    best = int(np.argmax(room))
    point = axes.get_ylim()[1] / canvas.height
    if room[best] < _LABEL * point:
        return
    inside = windows[best]
    axes.text(
        best + 1 + (span - 1) / 2,
        (tops[inside].min() + bottoms[inside].max()) / 2,
        label,
        ha="center",
        va="center_baseline",
        fontsize=SMALL,
        color=_readable(shade),
        # Its own ground covers the edges of the bars.
        bbox={"facecolor": shade, "edgecolor": "none", "pad": 1},
    )
