"""Charts of the stock of funds: how it falls, when it was granted, how likely it runs out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex
from numpy.typing import NDArray

from analysis.charts import marks
from analysis.charts.chart import Chart
from analysis.charts.style import COLOURS, HAIRLINE, PARTS, Canvas
from analysis.statuses import with_status
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan
from analysis.stock.simulation import StockResult
from analysis.words.numbers import figure
from analysis.words.sentence import Figure, Interval, Month, Sentence, Units, Writer, say

# A unit is expected to run out where its odds by year end exceed this.
LIKELY = 0.5
QUANTILES = tuple(f"stock_q{part}_wan" for part in (5, 25, 50, 75, 95))
# A heat map's cells hold printed figures: no more marks.rows than can be read.
_MOST_ROWS = 20
# Up to even odds letters are dark, beyond them white: no shade on which neither can be read.
_REDS = LinearSegmentedColormap.from_list(
    "odds", [(0, "#f6f7f8"), (0.502, "#ca7f86"), (0.502, "#b9515a"), (1, COLOURS["danger"])]
)
# More shades of one colour than this are not told apart: the oldest years are put together.
_MOST_VINTAGES = 6
_BLUES = LinearSegmentedColormap.from_list("vintages", [COLOURS["money"], "#bfd6e6"])


def fan(
    plan: StockPlan,
    result: StockResult,
    unit: str,
    *,
    comparison: bool = False,
    status: str | None = None,
) -> Chart | Sentence:
    """Draw one unit's stock at each month's end: median and bands of the simulation.

    Parameters
    ----------
    plan : StockPlan
    result : StockResult
        Of that plan.
    unit : str
        Its code.
    comparison : bool
        Whether the share of demand borne was set only to compare units: then no month is named
        in which the money runs out.
    status : str, optional
        Of what the plan rests on.
    """
    if (why := no_money(plan, unit)) is not None:
        return why
    place = plan.unit_code.index(unit)
    bands = np.asarray(result.quantiles[place], dtype=float)
    count = bands.shape[1]
    end = min(YEAR, count)
    expected = float(result.depletion_month[place])
    likely = float(result.odds_depleted[place, end - 1]) > LIKELY
    runs_out = int(expected) if likely and expected <= end and not comparison else None
    top = float(bands.max()) or 1.0

    def draw(to: Writer) -> Canvas:
        low, middle, high = bands[[0, 2, 4], -1]
        texts = marks.money_texts([low, middle, high], to)
        ends = [
            (low, f"5%  {texts[0]}", "neutral"),
            (middle, f"{to('stock_chart.median')}  {texts[1]}", "money"),
            (high, f"95%  {texts[2]}", "neutral"),
        ]
        if len(set(texts)) == 1:
            ends = [(middle, texts[1], "money")]
        canvas = marks.money_canvas((0.0, top * 1.12), ends, to)
        marks.along_months(canvas, to, count)
        canvas.write(to("stock_chart.empty"), 0, 0, shift=(-12, 0), where=PARTS, ha="right")
        months = np.arange(1, count + 1)
        canvas.line(months, bands[2], "money", to("stock_chart.median"), lw=2)
        canvas.area(months, bands[1], bands[3], "band", to("stock_chart.inner_band"))
        canvas.area(months, bands[0], bands[4], "band", to("stock_chart.outer_band"), alpha=0.45)
        for edge in (0, 1, 3, 4):
            # Light areas need an edge to be seen.
            canvas.line(months, bands[edge], "money", lw=HAIRLINE)
        if runs_out is not None:
            canvas.axes.axvline(runs_out, color=COLOURS["danger"], lw=1, ls=(0, (3, 2)))
            words = to("stock_chart.depleted", month=Month(runs_out))
            left = runs_out > count / 2
            canvas.beside(words, runs_out, top * 0.96, "danger", left=left, over=True)
        return canvas

    frame = pd.DataFrame(bands.T, columns=list(QUANTILES)).rename_axis("month")
    frame.insert(0, "name", marks.month_names(range(1, count + 1)))
    title = _fan_title(result, unit, place, runs_out)
    if comparison:
        title = _lasting_title(unit, float(result.runway_months[place]))
    return Chart(
        frame=with_status(frame, dict.fromkeys(QUANTILES, status)),
        draw=draw,
        title=title,
        kind=_fan_kind(bands, end, comparison=comparison),
        subtitle=say("stock_chart.fan_subtitle"),
        remarks=compared(comparison),
        quiet=True,
    )


def compared(comparison: bool) -> list[Sentence]:
    """Return the remark that the share of demand borne was set only to compare units."""
    return [say("stock_chart.comparison")] if comparison else []


def no_money(plan: StockPlan, unit: str) -> Sentence | None:
    """Return why a unit has no chart of its own, if so; no unit stands for one shown before."""
    if not plan.unit_code:
        return say("stock_chart.no_caseload")
    if not unit:
        return say("stock_chart.same_unit")
    if unit not in plan.unit_code:
        return say("stock_chart.not_projected", unit=Units([unit]))
    if not plan.total_wan[plan.unit_code.index(unit)] > 0:
        return say("stock_chart.no_money", unit=Units([unit]))
    return None


def _fan_kind(bands: NDArray[np.float64], end: int, *, comparison: bool) -> Sentence:
    """Read the fan's median at its start, and median and band at year end."""
    low, median, high = (float(bands[row, end - 1]) for row in (0, 2, 4))
    months = {"first": Month(1), "last": Month(bands.shape[1])}
    said = {**months, "start": Figure(float(bands[2, 0]), "wan")}
    if comparison:
        return say("stock_chart.fan_comparison", **said)
    if high == 0:
        return say("stock_chart.fan_empty", **said, end=Month(end))
    at_end = {"end": Month(end), "median": Figure(median, "wan")}
    return say("stock_chart.fan", **said, **at_end, between=Interval(low, high, "wan"))


def _lasting_title(unit: str, months: float) -> Sentence:
    who = Units([unit])
    if math.isinf(months):
        return say("stock_chart.fan_endless", unit=who)
    return say("stock_chart.fan_comparison_title", unit=who, months=Figure(months, "months", 1))


def _fan_title(result: StockResult, unit: str, place: int, runs_out: int | None) -> Sentence:
    """Say when the money runs out, or what is left at year end, with its interval."""
    odds = result.odds_depleted[place]
    if runs_out is not None:
        first = int(np.argmax(odds >= 0.05)) + 1
        said = {"unit": Units([unit]), "month": Month(runs_out)}
        if odds[-1] < 0.95:
            ends = {"low": Month(first), "last": Month(len(odds))}
            return say("stock_chart.fan_short_open", **said, **ends)
        final = int(np.argmax(odds >= 0.95)) + 1
        if first == final:
            return say("stock_chart.fan_short", **said)
        ends = {"low": Month(first), "high": Month(final)}
        return say("stock_chart.fan_short_between", **said, **ends)
    end = min(YEAR, len(odds))
    carry = Figure(float(result.carry_over_year_wan[place].sum()), "wan")
    low, high = (float(result.quantiles[place, row, end - 1]) for row in (0, 4))
    left = {"unit": Units([unit]), "month": Month(end), "carry": carry}
    if round(low, 2) == round(high, 2):
        return say("stock_chart.fan_left", **left)
    return say("stock_chart.fan_left_between", **left, between=Interval(low, high, "wan"))


def vintages(
    plan: StockPlan, result: StockResult, *, status: str | None = None
) -> Chart | Sentence:
    """Draw the expected stock of all units at each month's end, by the year it was granted.

    Parameters
    ----------
    plan : StockPlan
    result : StockResult
        Of that plan; over 24 months it shows what the two-year rule takes.
    status : str, optional
        Of what the plan rests on.
    """
    if not plan.unit_code:
        return say("stock_chart.no_caseload")
    layers, named = _layers(result.vintage_stock_wan.sum(axis=0), plan.vintage)
    count = len(layers)
    by_year = result.recovered_by_year_wan.sum(axis=0)
    recovered = np.zeros(count)
    recovered[np.arange(1, len(by_year) + 1) * YEAR - 1] = by_year
    tops = np.cumsum(layers.to_numpy(), axis=1)
    stock = tops[:, -1]
    high = (float((stock + recovered).max()) or 1.0) * 1.14

    def draw(to: Writer) -> Canvas:
        canvas = marks.money_canvas((0.0, high), (), to)
        marks.month_axis(canvas, to, count)
        axes, months = canvas.axes, np.arange(1, count + 1)
        axes.set_xlim(0.5, count + 0.5)
        edge = 0.0 if canvas.across / count < 6 else 0.5
        for column, (name, said) in enumerate(named.items()):
            shade = to_hex(_BLUES(column / max(1, len(named) - 1)))
            how = {"bottom": tops[:, column] - layers[name], "ec": COLOURS["paper"], "lw": edge}
            axes.bar(months, layers[name], width=1.0, color=shade, **how)
            canvas.explain(to(said), shade, lw=7)
        # The newest years are light: a line shows where the stock ends.
        edges = np.repeat(np.arange(count + 1) + 0.5, 2)[1:-1]
        axes.plot(edges, np.repeat(stock, 2), color=COLOURS["money"], lw=HAIRLINE)
        if recovered.any():
            _draw_recovered(canvas, stock, recovered, to)
        return canvas

    frame = layers.rename_axis("month")
    if recovered.any():
        frame["recovered_wan"] = recovered
    frame = with_status(frame, status)
    frame.insert(0, "name", marks.month_names(range(1, count + 1)))
    end = min(YEAR, count)
    start, left = (Figure(float(stock[month - 1]), "wan") for month in (1, end))
    reading = {"first": Month(1), "start": start, "left": left}
    return Chart(
        frame=frame,
        draw=draw,
        title=_vintages_title(result, end, by_year),
        kind=say("stock_chart.vintages", last=Month(count), end=Month(end), **reading),
        subtitle=say("stock_chart.vintages_subtitle"),
        labels=named,
        quiet=True,
    )


def _vintages_title(result: StockResult, end: int, by_year: NDArray[np.float64]) -> Sentence:
    left = float(result.carry_over_year_wan.sum())
    second = float(by_year[1]) if len(by_year) > 1 else 0.0
    said = {"month": Month(end), "left": Figure(left, "wan")}
    if not second > 0:
        return say("stock_chart.vintages_title", **said)
    lost = {"next": Month(2 * YEAR), "recovered": Figure(second, "wan")}
    return say("stock_chart.vintages_title_recovered", **said, **lost)


def _layers(
    stock: NDArray[np.float64], years: Sequence[int] | NDArray[np.int64]
) -> tuple[pd.DataFrame, dict[str, Sentence]]:
    """Return the stock of the years that have any, the oldest of many together, and their names."""
    shown = [place for place in range(len(years)) if stock[:, place].any()] or [len(years) - 1]
    extra = max(0, len(shown) - _MOST_VINTAGES)
    parts = [shown[: extra + 1], *([place] for place in shown[extra + 1 :])]
    layers, names = pd.DataFrame(index=range(len(stock))), {}
    for number, part in enumerate(parts, start=1):
        name, year = f"vintage_{number}_wan", str(int(years[part[-1]]))
        layers[name] = stock[:, part].sum(axis=1)
        names[name] = say("stock_chart.vintage", year=year)
        if len(part) > 1:
            names[name] = say("stock_chart.vintage_before", year=year)
    return layers, names


def _draw_recovered(
    canvas: Canvas, stock: NDArray[np.float64], recovered: NDArray[np.float64], to: Writer
) -> None:
    """Draw the money lost on top of what is left, with its amount over the months before."""
    month, point = canvas.across / len(stock), canvas.axes.get_ylim()[1] / canvas.height
    outline: dict[str, Any] = {"ec": COLOURS["danger"], "lw": 0.8, "ls": (0, (2, 1))}
    mark: dict[str, Any] = {"ls": "none", "marker": "v", "ms": 6}
    tops, texts = stock + recovered, marks.money_texts(list(recovered), to)
    for place in np.flatnonzero(recovered > 0):
        lost, under = float(recovered[place]), float(stock[place])
        canvas.axes.bar(place + 1, lost, bottom=under, width=1.0, fc=COLOURS["paper"], **outline)
        at = tops[place] + 5 * point
        canvas.dots(place + 1, at, "danger", **mark)
        said = to("stock_chart.recovered", amount=texts[place])
        span = math.ceil(marks.widest([said]) / month)
        if span < YEAR:
            height = max(at, float(tops[max(0, place + 1 - span) : place + 1].max())) + 9 * point
            canvas.write(said, place + 1.4, height, "danger", ha="right")
    canvas.explain(to("stock_chart.recovered_key"), "danger", **mark)


def odds(result: StockResult, *, status: str | None = None) -> Chart | Sentence:
    """Draw the odds that each unit has run out by the end of each month of the year.

    Parameters
    ----------
    result : StockResult
        Its first twelve months are drawn; of many units, the twenty likeliest to run out.
    status : str, optional
        Of what the plan rests on.
    """
    if not result.unit_code:
        return say("stock_chart.no_caseload")
    count = min(YEAR, result.odds_depleted.shape[1])
    columns = [f"odds_month_{month}" for month in range(1, count + 1)]
    index = pd.Index(result.unit_code, name="unit_code")
    table = pd.DataFrame(result.odds_depleted[:, :count], index=index, columns=columns)
    # First who is likelier to run out in the end; among equals, who does so sooner.
    order = np.lexsort((-table.sum(axis=1).to_numpy(), -table.iloc[:, -1].to_numpy()))
    ranked = table.iloc[order]
    last = ranked.iloc[:, -1]
    chosen = marks.rows(ranked[:_MOST_ROWS])
    hidden, many = len(ranked) - len(chosen.frame), int((last > LIKELY).sum())

    def draw(to: Writer) -> Canvas:
        canvas = chosen.canvas(to, below=30, step=19)
        chosen.heat(
            canvas,
            text=lambda value: figure(value, "odds", 0),
            fill=_REDS,
            ink=lambda value: "ink" if value <= LIKELY else "paper",
        )
        marks.month_axis(canvas, to, count, first=0)
        return canvas

    return Chart(
        frame=with_status(chosen.frame, status),
        draw=draw,
        title=_odds_title(last, count),
        kind=say("stock_chart.odds", count=len(ranked), last=Month(count), many=many),
        subtitle=say("stock_chart.odds_subtitle"),
        remarks=[say("stock_chart.odds_hidden", count=hidden, shown=_MOST_ROWS)] if hidden else [],
        labels={
            name: say("stock_chart.odds_month", month=Month(place))
            for place, name in enumerate(columns, start=1)
        },
        quiet=True,
    )


def _odds_title(last: pd.Series, count: int) -> Sentence:
    """Name the units of the highest odds: all whose odds print alike."""
    printed = [figure(float(value), "odds", 0) for value in last]
    if printed[0] == "<1":
        return say("stock_chart.odds_small", month=Month(count))
    top = [str(code) for code, said in zip(last.index, printed, strict=True) if said == printed[0]]
    said = {"units": Units(top), "odds": Figure(float(last.iloc[0]), "odds")}
    if count < YEAR:
        return say("stock_chart.odds_title_month", month=Month(count), **said)
    return say("stock_chart.odds_title", **said)
