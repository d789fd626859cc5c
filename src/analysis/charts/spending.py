"""Charts of spending: beside the time gone, beside the money, and where it leads."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.charts.chart import Chart, axis_label, left_out
from analysis.charts.marks import (
    amount_axis,
    end_labels,
    figures_column,
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
from analysis.charts.stock import compared, no_money, reported
from analysis.charts.style import BODY, COLOURS, HAIRLINE, SMALL, Canvas
from analysis.fonts import width
from analysis.statuses import status_of, weakest, with_status
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan
from analysis.stock.simulation import StockResult
from analysis.stock.summary import execution as execution_table
from analysis.words.numbers import figure
from analysis.words.sentence import Figure, Interval, Month, Sentence, Units, Writer, say

_SHARES = ["spent_share", "forecast_share", "forecast_share_low", "forecast_share_high"]
_FORECAST = ["forecast_wan", "forecast_wan_low", "forecast_wan_high"]
# Beyond these a bar is cut and keeps its figure: one unit must not flatten all others.
_LEAST, _MOST = -0.5, 2.0
_PROGRESS: dict[str, Any] = {"color": COLOURS["need"], "lw": 1.4, "ls": (0, (4, 2))}
_MONEY: dict[str, Any] = {"color": COLOURS["ink"], "lw": 1, "ls": (0, (6, 1.5, 1, 1.5))}
_MEAN: dict[str, Any] = {"color": COLOURS["money"], "lw": 1.6, "ls": (0, (4, 2))}


def execution(
    plan: StockPlan,
    result: StockResult,
    unit: str,
    spent_wan: pd.Series | None = None,
    *,
    comparison: bool = False,
    status: str | None = None,
) -> Chart | Sentence:
    """Draw one unit's expected execution rate beside time-proportional progress (序时进度).

    Parameters
    ----------
    plan : StockPlan
    result : StockResult
        Of that plan; its first twelve months are drawn.
    unit : str
        Its code.
    spent_wan : Series, index month, optional, 万元
        What was actually spent by the end of the months that are known.
    comparison : bool
        Whether the share of demand borne was set only to compare units: this is remarked.
    status : str, optional
        Of what the plan rests on.

    Returns
    -------
    Chart or Sentence
        The sentence says why there is no chart.
    """
    if (why := no_money(plan, unit)) is not None:
        return why
    table = execution_table(plan, result, unit_code=unit).head(YEAR)
    frame = table[["execution_rate", "time_progress"]].rename_axis("month")
    rate, due = (frame[name].to_numpy(dtype=float) for name in frame)
    count = len(frame)
    paid = np.full(count, np.nan)
    if spent_wan is not None:
        total = float(plan.total_wan[plan.unit_code.index(unit)])
        paid = (spent_wan / total).reindex(range(1, count + 1)).to_numpy(dtype=float)
    known = np.isfinite(paid)
    months = np.arange(1, count + 1)
    dashed: dict[str, Any] = {"color": COLOURS["neutral"], "lw": 1.2, "ls": (0, (4, 2))}
    dotted: dict[str, Any] = {"color": COLOURS["ink"], "lw": 1.4, "marker": "o", "ms": 3.5}

    def draw(to: Writer) -> Canvas:
        rate_end, due_end = (
            to(key, part=Figure(float(values[-1]), "percent"))
            for key, values in (
                ("stock_chart.execution_end", rate),
                ("stock_chart.progress_end", due),
            )
        )
        right = max(width(rate_end), width(due_end)) * SMALL + 10
        canvas = Canvas(180, left=40, right=right, below=30)
        axes = canvas.axes
        for ahead, role in ((rate >= due, "idle"), (rate <= due, "danger")):
            how: dict[str, Any] = {"where": ahead, "interpolate": True, "alpha": 0.25, "lw": 0}
            axes.fill_between(months, rate, due, color=COLOURS[role], **how)
        axes.plot(months, due, **dashed)
        axes.plot(months, rate, color=COLOURS["money"], lw=2)
        axes.plot(months[known], paid[known], **dotted, zorder=4)
        month_limits(axes, count)
        axes.set_ylim(0, max(1.0, *rate, *due, *paid[known]) * 1.04)
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{figure(y, 'percent', 0)}%"))
        axes.grid(axis="y")
        label_months(axes, to, count)
        year_ends(axes, to, count, named=False)
        ends = [(float(rate[-1]), rate_end, "money"), (float(due[-1]), due_end, "neutral")]
        end_labels(axes, ends, height=canvas.height)
        canvas.key = [
            (Line2D([], [], color=COLOURS["money"], lw=2), axis_label("execution_rate", to)),
            (Line2D([], [], **dashed), axis_label("time_progress", to)),
            (Line2D([], [], color=COLOURS["idle"], alpha=0.25, lw=7), to("stock_chart.ahead")),
            (Line2D([], [], color=COLOURS["danger"], alpha=0.25, lw=7), to("stock_chart.behind")),
        ]
        if known.any():
            canvas.key.insert(1, (Line2D([], [], **dotted), axis_label("actual_rate", to)))
        return canvas

    shown = frame.reset_index(drop=True).rename_axis("month")
    statuses = {"execution_rate": status, "time_progress": "computed"}
    if spent_wan is not None and known.any():
        shown.insert(1, "actual_rate", paid)
        statuses["actual_rate"] = weakest([status_of(spent_wan)], at_least="computed")
    columns = list(shown.columns)
    shown.insert(0, "name", month_names(months.tolist()))
    reading = {
        "first": Month(1),
        "last": Month(count),
        "count": count,
        "ahead": int((rate > due).sum()),
    }
    kind = say("stock_chart.execution", **reading)
    if known.any():
        last = int(months[known][-1])
        actual = Figure(float(paid[known][-1]), "percent")
        kind = say("stock_chart.execution_actual", **reading, month=Month(last), actual=actual)
    return Chart(
        frame=with_status(shown, statuses),
        columns=columns,
        draw=draw,
        title=say(
            "stock_chart.execution_title",
            unit=Units([unit]),
            month=Month(count),
            rate=Figure(float(rate[-1]), "percent"),
            progress=Figure(float(due[-1]), "percent", 0 if count == YEAR else 1),
        ),
        kind=kind,
        subtitle=say("stock_chart.execution_subtitle"),
        remarks=compared(comparison),
        quiet=True,
    )


def spent(spending: pd.DataFrame, *, target: int) -> Chart | Sentence:
    """Draw the part of each unit's money that is spent, and the interval of what will be.

    Parameters
    ----------
    spending : DataFrame, index unit_code
        ``amount_wan``, ``spent_wan``, ``last_month`` (that the spending is reported up to), and
        the forecast of cumulative spending by `target`: ``forecast_wan``,
        ``forecast_wan_low``, ``forecast_wan_high``, empty where there is none. Units without money
        are counted, not drawn.
    target : int
        Month of the forecast.

    Returns
    -------
    Chart or Sentence
        The sentence says why there is no chart.
    """
    if spending.empty:
        return say("spending_page.none")
    known = spending[spending["amount_wan"] > 0]
    shares = _shares(known).dropna(how="all", subset=_SHARES[:2])
    if shares.empty:
        return say("spending_chart.no_money")
    ranked = shares.sort_values(_SHARES[:2], ascending=False, kind="stable", na_position="last")
    chosen = rows(ranked.index)
    drawn = ranked.loc[list(chosen.codes)]
    months = known["last_month"]
    latest = int(months.max())
    # Beside units that report up to different months one line would mislead.
    progress = latest / YEAR if latest <= YEAR and latest == months.min() else math.nan
    low = max(_LEAST, float(np.nanmin(drawn, initial=0.0))) * 1.02
    high = min(_MOST, float(np.nanmax(drawn, initial=1.0))) * 1.02

    def draw(to: Writer) -> Canvas:
        said = [_part(value) for value in drawn["spent_share"]]
        ends = zip(drawn["forecast_share_low"], drawn["forecast_share_high"], strict=True)
        ranges = [
            "—" if math.isnan(a) or math.isnan(b) else f"{_part(a)}–{_part(b)}" for a, b in ends
        ]
        apart = 12 + max(width(text) for text in [*ranges, to("spending_chart.range")]) * BODY
        canvas = Canvas((chosen.count + 0.9) * 20 + 2, left=chosen.room(to) + 14, right=80 + apart)
        axes = canvas.axes
        axes.set_xlim(low, high)
        for place, row in zip(chosen.places, drawn.to_dict("records"), strict=True):
            _draw_row(axes, place, row, low, high)
        scale(axes, percents=True)
        _line(axes, 1.0, {"color": COLOURS["ink"], "lw": 1})
        if not math.isnan(progress):
            _line(axes, progress, _PROGRESS)
        label_rows(axes, chosen, to, room=8, head=0.9)
        figures_column(axes, chosen.places, said, to("spending_chart.spent"))
        figures_column(axes, chosen.places, ranges, to("spending_chart.range"), room=apart)
        canvas.key = _key(drawn, progress, to)
        return canvas

    remarks = [*chosen.remarks, *left_out(len(spending) - len(ranked), "chart.no_figure")]
    if latest > months.min():
        remarks.insert(0, reported(months))
    return Chart(
        frame=drawn,
        columns=_SHARES,
        draw=draw,
        title=_spent_title(known, progress),
        kind=say(
            "spending_chart.bars", count=len(ranked), over=int((ranked["spent_share"] > 1).sum())
        ),
        subtitle=say("spending_chart.subtitle", target=Month(target)),
        remarks=remarks,
        facts={} if math.isnan(progress) else {"time_progress": Figure(progress, "percent", 1)},
    )


def _shares(known: pd.DataFrame) -> pd.DataFrame:
    """Return spending and forecast as parts of each unit's money, with their statuses."""
    amounts = ["spent_wan", *_FORECAST]
    shares = known[amounts].astype(float).div(known["amount_wan"], axis=0)
    money = status_of(known, "amount_wan")
    statuses = {
        share: weakest([money, status_of(known, amount)], at_least="computed")
        for share, amount in zip(_SHARES, amounts, strict=True)
    }
    return with_status(shares.set_axis(_SHARES, axis=1), statuses)


def _spent_title(known: pd.DataFrame, progress: float) -> Sentence:
    """Say which part of all units' money is spent; what a unit spent beyond its own does not count.

    Otherwise part spent and money left would not add up to the money.
    """
    money = known["amount_wan"].sum()
    part = Figure(float(known[["spent_wan", "amount_wan"]].min(axis=1).sum() / money), "percent")
    months = known["last_month"]
    last = Month(int(months.max()))
    if months.min() < last.t:
        return say("spending_chart.title_months", part=part)
    if math.isnan(progress):
        return say("spending_chart.title", month=last, part=part)
    gone = Figure(progress, "percent")
    return say("spending_chart.title_progress", month=last, part=part, progress=gone)


def _part(value: float) -> str:
    said = figure(value, "percent", 1)
    return said if math.isnan(value) else f"{said}%"


def _draw_row(axes: Axes, place: float, row: dict[Any, Any], low: float, high: float) -> None:
    """Draw a unit's bar, its whisker and the mean, cut at the edges."""
    so_far, mean, *ends = (float(row[name]) for name in _SHARES)
    inside = [min(max(value, low), high) for value in (so_far, mean, *ends)]
    if not math.isnan(so_far):
        colour = COLOURS["danger" if so_far > 1 else "money"]
        axes.barh(place, inside[0], height=0.62, color=colour)
        if so_far > high:
            _mark(axes, inside[0], place, ">")
    if not any(math.isnan(end) for end in ends):
        # A white casing keeps the line visible where it lies over the bar.
        axes.plot(inside[2:], [place] * 2, color=COLOURS["paper"], lw=3.4)
        how: dict[str, Any] = {"color": COLOURS["ink"], "lw": 1.1, "marker": "|", "ms": 6}
        axes.plot(inside[2:], [place] * 2, **how, mew=1.1, clip_on=False)
    if not math.isnan(mean):
        _mark(axes, inside[1], place, ">" if mean > high else "o")


def _mark(axes: Axes, at: float, place: float, shape: str) -> None:
    how: dict[str, Any] = {"color": COLOURS["ink"], "mec": COLOURS["paper"], "mew": 0.7}
    axes.plot(at, place, ls="none", marker=shape, ms=4.8, **how, clip_on=False, zorder=4)


def _line(axes: Axes, at: float, how: dict[str, Any]) -> None:
    # A white casing keeps the line visible across the bars; whiskers lie over both.
    axes.axvline(at, color=COLOURS["paper"], lw=2.6, zorder=1.5)
    axes.axvline(at, **how, zorder=1.6)


def _key(drawn: pd.DataFrame, progress: float, to: Writer) -> list[tuple[Line2D, str]]:
    key = []
    if (drawn["spent_share"] <= 1).any():
        mark = Line2D([], [], color=COLOURS["money"], lw=7)
        key.append((mark, to("spending_chart.spent")))
    if (drawn["spent_share"] > 1).any():
        mark = Line2D([], [], color=COLOURS["danger"], lw=7)
        key.append((mark, to("spending_chart.over")))
    if drawn["forecast_share"].notna().any():
        mark = Line2D([], [], color=COLOURS["ink"], lw=1.1, marker="|", ms=6, mew=1.1)
        key.append((mark, to("spending_chart.interval")))
    key.append((Line2D([], [], color=COLOURS["ink"], lw=1), to("spending_chart.all_money")))
    if not math.isnan(progress):
        said = to("spending_chart.progress", part=Figure(progress, "percent"))
        key.append((Line2D([], [], **_PROGRESS), said))
    return key


def spent_path(
    spent_wan: pd.Series, forecast: pd.DataFrame | None, *, unit: str, money_wan: float
) -> Chart | Sentence:
    """Draw one unit's cumulative spending, reported and forecast, beside its money.

    Parameters
    ----------
    spent_wan : Series, index month, 万元
        Cumulative spending at the end of the months that are known.
    forecast : DataFrame, index month, 万元, or None
        ``forecast_wan``, ``forecast_wan_low`` and ``forecast_wan_high``: mean and 90 % interval
        of the months after the last known one. None where nothing is forecast.
    unit : str
        Its code; empty where no unit reports spending.
    money_wan : float, 万元
        Its money; 0 or NaN for no line.

    Returns
    -------
    Chart or Sentence
        The sentence says why there is no chart.
    """
    known = spent_wan.dropna()
    if known.empty and not unit:
        return say("spending_page.none")
    if known.empty:
        return say("spending_chart.silent", unit=Units([unit]))
    ahead = pd.DataFrame(columns=_FORECAST, dtype=float) if forecast is None else forecast
    money = float(money_wan) if math.isfinite(money_wan) and money_wan > 0 else math.nan
    last = int(known.index[-1])
    count = int(ahead.index[-1]) if len(ahead) else last
    values = [*known, *ahead[_FORECAST].to_numpy().ravel()]
    low, high = min(0.0, *values) * 1.05, float(np.nanmax([*values, money])) * 1.12 or 1.0

    def draw(to: Writer) -> Canvas:
        ticks, marks = money_ticks(low, high, to)
        ends = _ends(known, ahead, money, to)
        room = max(width(said) for _, said, _ in ends) * SMALL + 10
        canvas = Canvas(190, left=labels_room(marks), right=max(room, 24.0), below=30)
        axes = canvas.axes
        month_limits(axes, count)
        axes.set_ylim(low, high)
        amount_axis(axes, ticks, marks)
        name_money_unit(axes, to)
        label_months(axes, to, count)
        year_ends(axes, to, count)
        _draw_path(axes, known, ahead, money)
        end_labels(axes, ends, height=canvas.height)
        solid = Line2D([], [], color=COLOURS["money"], lw=2)
        canvas.key = [(solid, to("spending_chart.actual"))]
        if len(ahead):
            band = Line2D([], [], color=COLOURS["band"], alpha=0.7, lw=7)
            canvas.key += [
                (Line2D([], [], **_MEAN), to("spending_chart.mean")),
                (band, to("spending_chart.band")),
            ]
        if not math.isnan(money):
            canvas.key.append((Line2D([], [], **_MONEY), axis_label("amount_wan", to)))
        return canvas

    months = [int(month) for month in (*known.index, *ahead.index)]
    columns = ["spent_wan", *(_FORECAST if len(ahead) else [])]
    frame = pd.DataFrame({"name": month_names(months), "spent_wan": known.reindex(months)}, months)
    statuses = {"spent_wan": status_of(spent_wan)}
    for name in columns[1:]:
        frame[name] = ahead[name].reindex(months)
        statuses[name] = status_of(ahead, name)
    spent_figure = Figure(float(known.iloc[-1]), "wan")
    said = {"unit": Units([unit]), "month": Month(last), "spent": spent_figure}
    if len(ahead):
        mean, least, most = (float(ahead[name].iloc[-1]) for name in _FORECAST)
        said["target"] = Month(count)
        said["mean"] = Figure(mean, "wan")
        said["between"] = Interval(least, most, "wan")
    return Chart(
        frame=with_status(frame.rename_axis("month"), statuses),
        columns=columns,
        draw=draw,
        title=_path_title(said, float(known.iloc[-1]), money),
        kind=say("spending_chart.path", first=Month(months[0]), last=Month(months[-1])),
        subtitle=say("spending_chart.path_subtitle"),
        facts={} if math.isnan(money) else {"amount_wan": Figure(money, "wan")},
        quiet=True,
    )


def _path_title(said: dict[str, Any], spent: float, money: float) -> Sentence:
    if "target" in said:
        return say("spending_chart.path_title", **said)
    if spent > money:
        return say("spending_chart.path_title_over", **said)
    return say("spending_chart.path_title_spent", **said)


def _draw_path(axes: Axes, known: pd.Series, ahead: pd.DataFrame, money: float) -> None:
    colour = COLOURS["money"]
    if not math.isnan(money):
        axes.axhline(money, **_MONEY)
    if len(ahead):
        # The forecast sets out from what is known.
        months = [int(known.index[-1]), *ahead.index]
        mean, low, high = ([known.iloc[-1], *ahead[name]] for name in _FORECAST)
        axes.fill_between(months, low, high, color=COLOURS["band"], alpha=0.7, lw=0)
        for edge in (low, high):
            axes.plot(months, edge, color=colour, lw=HAIRLINE)
        axes.plot(months, mean, **_MEAN)
    axes.plot(known.index, known, color=colour, lw=2, marker="o", ms=4.5, clip_on=False, zorder=3)


def _ends(
    known: pd.Series, ahead: pd.DataFrame, money: float, to: Writer
) -> list[tuple[float, str, str]]:
    """Return what stands at the right end of each line: its value, words and colour."""
    ends = [("spending_chart.end_actual", float(known.iloc[-1]), "money")]
    if len(ahead):
        mean, low, high = (float(ahead[name].iloc[-1]) for name in _FORECAST)
        ends = [
            ("spending_chart.end_low", low, "neutral"),
            ("spending_chart.end_mean", mean, "money"),
            ("spending_chart.end_high", high, "neutral"),
        ]
    if not math.isnan(money):
        ends.append(("spending_chart.end_money", money, "ink"))
    texts = money_texts([value for _, value, _ in ends], to)
    return [
        (value, to(key, amount=text), role)
        for (key, value, role), text in zip(ends, texts, strict=True)
    ]
