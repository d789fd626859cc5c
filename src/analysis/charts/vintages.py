"""The stock of funds by the year it was granted, and what the two-year rule takes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from analysis.charts.chart import Chart
from analysis.charts.marks import amount_axis, labels_room
from analysis.charts.months import (
    label_months,
    money_texts,
    money_ticks,
    month_names,
    name_money_unit,
)
from analysis.charts.stock import compared
from analysis.charts.style import COLOURS, HAIRLINE, SMALL, Canvas
from analysis.fonts import width
from analysis.statuses import with_status
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan
from analysis.stock.simulation import StockResult
from analysis.words.sentence import Figure, Month, Sentence, Writer, say

# More shades of one colour than this are not told apart: the oldest years are put together.
_MOST_VINTAGES = 6
_NEWEST = "#bfd6e6"


def vintages(
    plan: StockPlan, result: StockResult, *, comparison: bool = False, status: str | None = None
) -> Chart | Sentence:
    """Draw the expected stock of all units at each month's end, by the year it was granted.

    Parameters
    ----------
    plan : StockPlan
    result : StockResult
        Of that plan; over 24 months it shows what the two-year rule takes.
    comparison : bool
        Whether the share of demand borne was set only to compare units: this is remarked.
    status : str, optional
        Of what the plan rests on.

    Returns
    -------
    Chart or Sentence
        The sentence says why there is no chart.
    """
    if not plan.unit_code:
        return say("stock_chart.no_caseload")
    layers, labels = _layers(result.vintage_stock_wan.sum(axis=0), plan.vintage)
    count = len(layers)
    by_year = result.recovered_by_year_wan.sum(axis=0)
    recovered = np.zeros(count)
    recovered[np.arange(1, len(by_year) + 1) * YEAR - 1] = by_year
    tops = np.cumsum(layers.to_numpy(), axis=1)
    high = float((tops[:, -1] + recovered).max()) or 1.0
    named = {name: say(key, year=year) for name, (key, year) in labels.items()}

    def draw(to: Writer) -> Canvas:
        ticks, marks = money_ticks(0.0, high * 1.14, to)
        canvas = Canvas(200, left=labels_room(marks), right=10, below=30)
        axes = canvas.axes
        axes.set_xlim(0.5, count + 0.5)
        axes.set_ylim(0, high * 1.14)
        amount_axis(axes, ticks, marks)
        name_money_unit(axes, to)
        _draw_layers(canvas, layers, tops)
        # The newest years are light: a line shows where the stock ends.
        edges = np.repeat(np.arange(count + 1) + 0.5, 2)[1:-1]
        axes.plot(edges, np.repeat(tops[:, -1], 2), color=COLOURS["money"], lw=HAIRLINE)
        _draw_recovered(canvas, tops[:, -1], recovered, to)
        label_months(axes, to, count)
        canvas.key = [
            (Line2D([], [], color=shade, lw=7), to(said))
            for shade, said in zip(_shades(len(named)), named.values(), strict=True)
        ]
        if recovered.any():
            lost = Line2D([], [], ls="none", marker="v", ms=6, color=COLOURS["danger"])
            canvas.key.append((lost, to("stock_chart.recovered_key")))
        return canvas

    frame = layers.rename_axis("month")
    if recovered.any():
        frame["recovered_wan"] = recovered
    columns = list(frame.columns)
    frame.insert(0, "name", month_names(range(1, count + 1)))
    end = min(YEAR, count)
    return Chart(
        frame=with_status(frame, dict.fromkeys(columns, status)),
        columns=columns,
        draw=draw,
        title=_vintages_title(result, end, by_year),
        kind=say(
            "stock_chart.vintages",
            first=Month(1),
            last=Month(count),
            start=Figure(float(tops[0, -1]), "wan"),
            end=Month(end),
            left=Figure(float(tops[end - 1, -1]), "wan"),
        ),
        subtitle=say("stock_chart.vintages_subtitle"),
        remarks=compared(comparison),
        labels=named,
        quiet=True,
    )


def _vintages_title(result: StockResult, end: int, by_year: NDArray[np.float64]) -> Sentence:
    left = float(result.carry_over_year_wan.sum())
    second = float(by_year[1]) if len(by_year) > 1 else 0.0
    said = {"month": Month(end), "left": Figure(left, "wan")}
    if not second > 0:
        return say("stock_chart.vintages_title", **said)
    return say(
        "stock_chart.vintages_title_recovered",
        **said,
        next=Month(2 * YEAR),
        recovered=Figure(second, "wan"),
    )


def _layers(
    stock: NDArray[np.float64], years: Sequence[int] | NDArray[np.int64]
) -> tuple[pd.DataFrame, dict[str, tuple[str, str]]]:
    """Return the stock of the years that have any, the oldest of many together, and their names."""
    shown = [place for place in range(len(years)) if stock[:, place].any()] or [len(years) - 1]
    extra = max(0, len(shown) - _MOST_VINTAGES)
    columns = [stock[:, shown[: extra + 1]].sum(axis=1)]
    columns += [stock[:, place] for place in shown[extra + 1 :]]
    names = [f"vintage_{place}_wan" for place in range(1, len(columns) + 1)]
    labels = {
        name: ("stock_chart.vintage", str(int(years[place])))
        for name, place in zip(names, shown[extra:], strict=True)
    }
    if extra:
        labels[names[0]] = ("stock_chart.vintage_before", str(int(years[shown[extra]])))
    return pd.DataFrame(dict(zip(names, columns, strict=True))), labels


def _draw_layers(canvas: Canvas, layers: pd.DataFrame, tops: NDArray[np.float64]) -> None:
    months = np.arange(1, len(layers) + 1)
    thin = canvas.across / len(layers) < 6
    edge: dict[str, Any] = {"edgecolor": COLOURS["paper"], "lw": 0.0 if thin else 0.5}
    for column, shade in enumerate(_shades(layers.shape[1])):
        heights = layers.iloc[:, column].to_numpy()
        under = tops[:, column] - heights
        canvas.axes.bar(months, heights, bottom=under, width=1.0, color=shade, **edge)


def _shades(count: int) -> list[str]:
    """Return shades of the colour of money, the oldest year's the darkest."""
    dark, light = np.array(to_rgb(COLOURS["money"])), np.array(to_rgb(_NEWEST))
    return [to_hex(dark + (light - dark) * part / max(1, count - 1)) for part in range(count)]


def _draw_recovered(
    canvas: Canvas, stock: NDArray[np.float64], recovered: NDArray[np.float64], to: Writer
) -> None:
    """Draw the money lost on top of what is left, with its amount over the months before."""
    axes = canvas.axes
    month, point = canvas.across / len(stock), axes.get_ylim()[1] / canvas.height
    outline: dict[str, Any] = {"edgecolor": COLOURS["danger"], "lw": 0.8, "ls": (0, (2, 1))}
    tops, texts = stock + recovered, money_texts(list(recovered), to)
    for place in np.flatnonzero(recovered > 0):
        lost, under = float(recovered[place]), float(stock[place])
        axes.bar(place + 1, lost, bottom=under, width=1.0, fc=COLOURS["paper"], **outline)
        mark = tops[place] + 5 * point
        axes.plot(place + 1, mark, ls="none", marker="v", ms=6, c=COLOURS["danger"], clip_on=False)
        said = to("stock_chart.recovered", amount=texts[place])
        span = math.ceil(width(said) * SMALL / month)
        if span < YEAR:
            height = max(mark, float(tops[max(0, place + 1 - span) : place + 1].max())) + 9 * point
            how: dict[str, Any] = {"ha": "right", "va": "center_baseline", "fontsize": SMALL}
            axes.text(place + 1.4, height, said, **how, color=COLOURS["danger"])
