"""Charts of the stock of funds: how it falls, how likely it runs out, how long it lasts."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from analysis.charts.chart import Chart, left_out
from analysis.charts.marks import (
    Rows,
    amount_axis,
    beside,
    end_labels,
    label_rows,
    labels_room,
    rows,
    scale,
)
from analysis.charts.months import (
    label_months,
    money_texts,
    money_ticks,
    month_limits,
    month_names,
    name_money_unit,
    year_ends,
)
from analysis.charts.style import COLOURS, HAIRLINE, SMALL, Canvas
from analysis.fonts import width
from analysis.statuses import status_of, with_status
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan
from analysis.stock.simulation import StockResult
from analysis.words.numbers import figure
from analysis.words.sentence import Figure, Interval, Month, Sentence, Units, Writer, say

# A unit is expected to run out where its odds by year end exceed this.
LIKELY = 0.5
# Days of a month, below which a bar of days of cover is marked.
MONTH_DAYS = 30
QUANTILES = tuple(f"stock_q{part}_wan" for part in (5, 25, 50, 75, 95))
# A heat map's cells hold printed figures: no more rows than can be read.
_MOST_ROWS = 20
# Up to even odds letters are dark, beyond them white; between these shades neither can be read.
_SKIPPED = (0.55, 0.76)
# Longer bars are cut and keep their figure, lest one unit flatten all others.
_MOST_MONTHS, _MOST_DAYS = 3.0 * YEAR, 720.0


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

    Returns
    -------
    Chart or Sentence
        The sentence says why there is no chart.
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
        ticks, marks = money_ticks(0.0, top * 1.12, to)
        marks = [f"{to('stock_chart.empty')} 0", *marks[1:]]
        texts = money_texts([bands[0, -1], bands[2, -1], bands[4, -1]], to)
        named = [f"5%  {texts[0]}", f"{to('stock_chart.median')}  {texts[1]}", f"95%  {texts[2]}"]
        ends = list(zip(bands[[0, 2, 4], -1], named, ("neutral", "money", "neutral"), strict=True))
        if len(set(texts)) == 1:
            ends = [(bands[2, -1], texts[1], "money")]
        right = max(width(said) for _, said, _ in ends) * SMALL + 10
        canvas = Canvas(190, left=labels_room(marks), right=right, below=30)
        axes = canvas.axes
        months = np.arange(1, count + 1)
        axes.fill_between(months, bands[0], bands[4], color=COLOURS["band"], alpha=0.45, lw=0)
        axes.fill_between(months, bands[1], bands[3], color=COLOURS["band"], lw=0)
        for edge in (0, 1, 3, 4):
            # Light areas need an edge to be seen.
            axes.plot(months, bands[edge], color=COLOURS["money"], lw=HAIRLINE)
        axes.plot(months, bands[2], color=COLOURS["money"], lw=2)
        month_limits(axes, count)
        axes.set_ylim(0, top * 1.12)
        amount_axis(axes, ticks, marks)
        name_money_unit(axes, to)
        label_months(axes, to, count)
        year_ends(axes, to, count)
        end_labels(axes, ends, height=canvas.height)
        if runs_out is not None:
            axes.axvline(runs_out, color=COLOURS["danger"], lw=1, ls=(0, (3, 2)))
            words = to("stock_chart.depleted", month=Month(runs_out))
            left = runs_out > count / 2
            beside(axes, runs_out, top * 0.96, words, "danger", left=left, over=True)
        canvas.key = [
            (Line2D([], [], color=COLOURS["money"], lw=2), to("stock_chart.median")),
            (Line2D([], [], color=COLOURS["band"], lw=7), to("stock_chart.inner_band")),
            (Line2D([], [], color=COLOURS["band"], alpha=0.45, lw=7), to("stock_chart.outer_band")),
        ]
        return canvas

    frame = pd.DataFrame(bands.T, columns=list(QUANTILES)).rename_axis("month")
    frame.insert(0, "name", month_names(range(1, count + 1)))
    return Chart(
        frame=with_status(frame, dict.fromkeys(QUANTILES, status)),
        columns=list(QUANTILES),
        draw=draw,
        title=(
            _lasting_title(unit, float(result.runway_months[place]))
            if comparison
            else _fan_title(result, unit, place, runs_out)
        ),
        kind=_fan_kind(bands, end, comparison=comparison),
        subtitle=say("stock_chart.fan_subtitle"),
        remarks=compared(comparison),
        quiet=True,
    )


def compared(comparison: bool) -> list[Sentence]:
    """Return the remark that the share of demand borne was set only to compare units."""
    return [say("stock_chart.comparison")] if comparison else []


def _fan_kind(bands: NDArray[np.float64], end: int, *, comparison: bool) -> Sentence:
    """Read the fan's median at its start, and median and band at year end."""
    low, median, high = (float(bands[row, end - 1]) for row in (0, 2, 4))
    said = {
        "first": Month(1),
        "last": Month(bands.shape[1]),
        "start": Figure(float(bands[2, 0]), "wan"),
    }
    if comparison:
        return say("stock_chart.fan_comparison", **said)
    if high == 0:
        return say("stock_chart.fan_empty", **said, end=Month(end))
    between = Interval(low, high, "wan")
    return say(
        "stock_chart.fan", **said, end=Month(end), median=Figure(median, "wan"), between=between
    )


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


def _lasting_title(unit: str, months: float) -> Sentence:
    if math.isinf(months):
        return say("stock_chart.fan_endless", unit=Units([unit]))
    return say(
        "stock_chart.fan_comparison_title", unit=Units([unit]), months=Figure(months, "months", 1)
    )


def _fan_title(result: StockResult, unit: str, place: int, runs_out: int | None) -> Sentence:
    """Say when the money runs out, or what is left at year end, with its interval."""
    who = Units([unit])
    odds = result.odds_depleted[place]
    if runs_out is not None:
        first = int(np.argmax(odds >= 0.05)) + 1
        if odds[-1] < 0.95:
            return say(
                "stock_chart.fan_short_open",
                unit=who,
                month=Month(runs_out),
                low=Month(first),
                last=Month(len(odds)),
            )
        final = int(np.argmax(odds >= 0.95)) + 1
        if first == final:
            return say("stock_chart.fan_short", unit=who, month=Month(runs_out))
        return say(
            "stock_chart.fan_short_between",
            unit=who,
            month=Month(runs_out),
            low=Month(first),
            high=Month(final),
        )
    end = min(YEAR, len(odds))
    carry = float(result.carry_over_year_wan[place].sum())
    low, high = (float(result.quantiles[place, row, end - 1]) for row in (0, 4))
    left = {"unit": who, "month": Month(end), "carry": Figure(carry, "wan")}
    if round(low, 2) == round(high, 2):
        return say("stock_chart.fan_left", **left)
    return say("stock_chart.fan_left_between", **left, between=Interval(low, high, "wan"))


def odds(result: StockResult, *, status: str | None = None) -> Chart | Sentence:
    """Draw the odds that each unit has run out by the end of each month of the year.

    Parameters
    ----------
    result : StockResult
        Its first twelve months are drawn; of many units, the twenty likeliest to run out.
    status : str, optional
        Of what the plan rests on.

    Returns
    -------
    Chart or Sentence
        The sentence says why there is no chart.
    """
    if not result.unit_code:
        return say("stock_chart.no_caseload")
    count = min(YEAR, result.odds_depleted.shape[1])
    columns = [f"odds_month_{month}" for month in range(1, count + 1)]
    table = pd.DataFrame(
        result.odds_depleted[:, :count],
        index=pd.Index(result.unit_code, name="unit_code"),
        columns=columns,
    )
    # First who is likelier to run out in the end; among equals, who does so sooner.
    order = np.lexsort((-table.sum(axis=1).to_numpy(), -table.iloc[:, -1].to_numpy()))
    ranked = table.iloc[order]
    chosen = rows(ranked.index[:_MOST_ROWS])
    drawn = ranked.iloc[:_MOST_ROWS]
    hidden = len(ranked) - len(drawn)

    def draw(to: Writer) -> Canvas:
        canvas = Canvas(chosen.count * 19 + 2, left=chosen.room(to) + 12, right=6, below=30)
        axes = canvas.axes
        for place, row in zip(chosen.places, drawn.to_numpy(), strict=True):
            for column, value in enumerate(row):
                _odds_cell(axes, column, place, float(value))
        axes.set_xlim(-0.5, count - 0.5)
        label_rows(axes, chosen, to)
        axes.spines["bottom"].set_visible(False)
        label_months(axes, to, count, first=0)
        return canvas

    return Chart(
        frame=with_status(drawn, status),
        columns=columns,
        draw=draw,
        title=_odds_title(ranked.iloc[:, -1], count),
        kind=say(
            "stock_chart.odds",
            count=len(ranked),
            last=Month(count),
            many=int((ranked.iloc[:, -1] > LIKELY).sum()),
        ),
        subtitle=say("stock_chart.odds_subtitle"),
        remarks=[say("stock_chart.odds_hidden", count=hidden, shown=len(drawn))] if hidden else [],
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


def _odds_cell(axes: Axes, x: float, y: float, value: float) -> None:
    white, red = np.array(to_rgb("#f6f7f8")), np.array(to_rgb(COLOURS["danger"]))
    light, dark = _SKIPPED
    depth = light * value / LIKELY
    if value > LIKELY:
        depth = dark + (1 - dark) * (value - LIKELY) / (1 - LIKELY)
    fill = to_hex(white + (red - white) * depth)
    axes.add_artist(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=fill, linewidth=0))
    axes.text(
        x,
        y,
        figure(value, "odds", 0),
        ha="center",
        va="center_baseline",
        fontsize=SMALL,
        color=COLOURS["ink" if value <= LIKELY else "paper"],
    )


def runway(stock: pd.DataFrame) -> Chart | Sentence:
    """Draw how many months each unit's money lasts, against the fiscal year's twelve.

    Parameters
    ----------
    stock : DataFrame, index unit_code
        Of `analysis.stock.stock_table`; infinite ``runway_months`` where there is no demand.

    Returns
    -------
    Chart or Sentence
        The sentence says why there is no chart.
    """
    if stock.empty:
        return say("stock_chart.no_caseload")
    known = stock[["runway_months"]].dropna().sort_values("runway_months", kind="stable")
    if known.empty:
        return say("stock_chart.nothing")
    chosen = rows(known.index)
    drawn = known.loc[list(chosen.codes)]
    months = drawn["runway_months"]
    limit = min(max([1.5 * YEAR, *months[np.isfinite(months)]]), _MOST_MONTHS)

    def draw(to: Writer) -> Canvas:
        texts = _bar_texts(months, limit, to)
        canvas = _bars(months, chosen, to, texts, line=YEAR, limit=limit)
        scale(canvas.axes, step=6 if limit > 18 else 3)
        beside(canvas.axes, YEAR, -0.95, to("stock_chart.runway_line", months=YEAR), "ink")
        short, long = to("stock_chart.runway_short", months=YEAR), "stock_chart.runway_long"
        canvas.key = _bars_key(months, YEAR, short, to(long, months=YEAR))
        return canvas

    return Chart(
        frame=drawn,
        columns=["runway_months"],
        draw=draw,
        title=_runway_title(known["runway_months"]),
        kind=say(
            "stock_chart.runway",
            count=len(known),
            short=int((known["runway_months"] < YEAR).sum()),
            months=YEAR,
        ),
        subtitle=say("stock_chart.runway_subtitle"),
        remarks=[*chosen.remarks, *left_out(len(stock) - len(known), "chart.no_figure")],
    )


def _runway_title(months: pd.Series) -> Sentence:
    low, high = float(months.iloc[0]), float(months.iloc[-1])
    if math.isinf(low):
        return say("stock_chart.runway_endless")
    shortest = Figure(low, "months", 1)
    if math.isinf(high):
        return say("stock_chart.runway_open", low=shortest, months=YEAR)
    if round(low, 1) == round(high, 1):
        return say("stock_chart.runway_one", low=shortest, months=YEAR)
    between = Interval(low, high, "months", 1)
    return say("stock_chart.runway_title", between=between, months=YEAR)


def cover(
    stock: pd.DataFrame | None,
    spending: pd.DataFrame | None = None,
    *,
    fund_share: float = 1.0,
) -> Chart | Sentence:
    """Draw how many days each unit's money covers, against a month's thirty.

    Parameters
    ----------
    stock : DataFrame, index unit_code, or None
        Of `analysis.stock.stock_table`: days if the money bore all spending, from month 1.
    spending : DataFrame, index unit_code, optional
        ``days_of_cover`` of the money left at the pace that the forecast expects, and
        ``last_month``. Drawn in place of `stock` unless it has no row.
    fund_share : float
        Share of the spending that the plan behind `stock` lets the money bear.

    Returns
    -------
    Chart or Sentence
        The sentence says why there is no chart.
    """
    at_pace = spending is not None and not spending.empty
    if spending is not None and at_pace:
        days, status = spending["days_of_cover"], status_of(spending, "days_of_cover")
    elif stock is not None and not stock.empty:
        days, status = stock["days_of_cover"] * fund_share, status_of(stock, "days_of_cover")
    else:
        return say("spending_page.none" if stock is None else "stock_chart.no_caseload")
    known = days.dropna().astype(float).sort_values(kind="stable").rename("days_of_cover")
    if known.empty:
        return say("stock_chart.nothing")
    chosen = rows(known.index)
    drawn = known.loc[list(chosen.codes)]
    limit = min(max([1.5 * MONTH_DAYS, *drawn[np.isfinite(drawn)]]), _MOST_DAYS)

    def draw(to: Writer) -> Canvas:
        texts = _bar_texts(drawn, limit, to)
        canvas = _bars(drawn, chosen, to, texts, line=MONTH_DAYS, limit=limit)
        steps = {120: 15, 240: 30, 480: 60}
        scale(canvas.axes, step=next((s for most, s in steps.items() if limit <= most), 120))
        said = to("stock_chart.cover_line", days=MONTH_DAYS)
        beside(canvas.axes, MONTH_DAYS, -0.95, said, "ink")
        short, long = to("stock_chart.cover_short", days=MONTH_DAYS), "stock_chart.cover_long"
        canvas.key = _bars_key(drawn, MONTH_DAYS, short, to(long, days=MONTH_DAYS))
        return canvas

    short = int((known < MONTH_DAYS).sum())
    counts = {"count": len(known), "short": short, "days": MONTH_DAYS}
    remarks = [*chosen.remarks, *left_out(len(days) - len(known), "chart.no_figure")]
    if spending is not None and at_pace:
        remarks.insert(0, reported(spending["last_month"].loc[known.index]))
    return Chart(
        frame=with_status(drawn.to_frame(), status),
        columns=["days_of_cover"],
        draw=draw,
        title=_cover_title(counts, at_pace=at_pace),
        kind=say("stock_chart.cover", **counts),
        subtitle=say("stock_chart.cover_subtitle"),
        remarks=remarks,
    )


def _cover_title(counts: dict[str, int], *, at_pace: bool) -> Sentence:
    if at_pace and counts["short"]:
        return say("stock_chart.cover_spent_short", **counts)
    if at_pace:
        return say("stock_chart.cover_spent_none", days=MONTH_DAYS)
    if counts["short"]:
        return say("stock_chart.cover_plan_short", month=Month(1), **counts)
    return say("stock_chart.cover_plan_none", month=Month(1), days=MONTH_DAYS)


def reported(last_month: pd.Series) -> Sentence:
    """Say up to which month units have reported their spending."""
    first, last = int(last_month.min()), int(last_month.max())
    if first == last:
        return say("stock_chart.cover_reported", month=Month(last))
    return say("stock_chart.cover_reported_between", first=Month(first), last=Month(last))


def _bar_texts(values: pd.Series, limit: float, to: Writer) -> list[str]:
    def text(value: float) -> str:
        if math.isinf(value):
            return to("stock_chart.no_spending")
        said = figure(value, "count", 1)
        return f"{said} →" if value > limit else said

    return [text(float(value)) for value in values]


def _bars(
    values: pd.Series, chosen: Rows, to: Writer, texts: list[str], *, line: float, limit: float
) -> Canvas:
    """Draw a bar for each unit, marked where it is shorter than a line."""
    right = max(24.0, max(width(text) for text in texts) * SMALL + 8)
    canvas = Canvas((chosen.count + 0.9) * 20 + 2, left=chosen.room(to) + 10, right=right)
    axes = canvas.axes
    axes.set_xlim(0, limit)
    for place, value, text in zip(chosen.places, values, texts, strict=True):
        colour = COLOURS["danger" if value < line else "idle"]
        axes.barh(place, min(value, limit), height=0.62, color=colour)
        beside(axes, min(value, limit), place, text, "ink", over=True)
    label_rows(axes, chosen, to, head=0.9)
    # A white casing keeps the line visible across the bars.
    axes.axvline(line, color=COLOURS["paper"], lw=2.6)
    axes.axvline(line, color=COLOURS["ink"], lw=1)
    return canvas


def _bars_key(values: pd.Series, line: float, short: str, long: str) -> list[tuple[Line2D, str]]:
    sides = (
        ("danger", short, (values < line).any()),
        ("idle", long, (values >= line).any()),
    )
    return [(Line2D([], [], color=COLOURS[role], lw=7), said) for role, said, some in sides if some]
