"""Charts of spending: beside time and money, where it leads, and how long the money lasts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from analysis.charts import marks
from analysis.charts.chart import Chart, axis_label, left_out
from analysis.charts.stock import compared, no_money
from analysis.charts.style import COLOURS, HAIRLINE, Canvas
from analysis.statuses import joined, status_of, weakest, with_status
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan
from analysis.stock.simulation import StockResult
from analysis.stock.simulation import execution as execution_table
from analysis.words.numbers import NOTHING, figure
from analysis.words.sentence import Figure, Interval, Month, Sentence, Units, Writer, say

_SHARES = ["spent_share", "forecast_share", "forecast_share_low", "forecast_share_high"]
_FORECAST = ["forecast_wan", "forecast_wan_low", "forecast_wan_high"]
# Days of a month, below which a bar of days of cover is marked.
MONTH_DAYS = 30
# Beyond these a bar is cut and keeps its figure: one unit must not flatten all others.
_LEAST, _MOST = -0.5, 2.0
_MOST_MONTHS, _MOST_DAYS = 3.0 * YEAR, 720.0
_RUNWAY = ("stock_chart.runway_line", "stock_chart.runway_short", "stock_chart.runway_long")
_COVER = ("stock_chart.cover_line", "stock_chart.cover_short", "stock_chart.cover_long")
_PROGRESS: dict[str, Any] = {"lw": 1.4, "ls": (0, (4, 2))}
_ACTUAL_PATH: dict[str, Any] = {"lw": 2, "marker": "o", "ms": 4.5, "clip_on": False, "zorder": 3}
_MONEY: dict[str, Any] = {"lw": 1, "ls": (0, (6, 1.5, 1, 1.5))}
_MEAN: dict[str, Any] = {"lw": 1.6, "ls": (0, (4, 2))}
_TIME: dict[str, Any] = {"lw": 1.2, "ls": (0, (4, 2))}
_ACTUAL: dict[str, Any] = {"lw": 1.4, "marker": "o", "ms": 3.5, "zorder": 4}
_WHISKER: dict[str, Any] = {"lw": 1.1, "marker": "|", "ms": 6, "mew": 1.1, "clip_on": False}
_MEAN_DOT: dict[str, Any] = {"mec": COLOURS["paper"], "mew": 0.7, "ms": 4.8, "zorder": 4}


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
    """
    if (why := no_money(plan, unit)) is not None:
        return why
    table = execution_table(plan, result, unit_code=unit).head(YEAR)
    frame = table[["execution_rate", "time_progress"]].reset_index(drop=True).rename_axis("month")
    frame = with_status(frame, {"execution_rate": status, "time_progress": "computed"})
    rate, due = (frame[name].to_numpy(dtype=float) for name in frame)
    count = len(frame)
    months = np.arange(1, count + 1)
    paid = np.full(count, np.nan)
    if spent_wan is not None:
        total = float(plan.total_wan[plan.unit_code.index(unit)])
        paid = (spent_wan / total).reindex(months).to_numpy(dtype=float)
    known = np.isfinite(paid)
    top = max(1.0, *rate, *due, *paid[known]) * 1.04

    def draw(to: Writer) -> Canvas:
        rate_end = to("stock_chart.execution_end", part=Figure(float(rate[-1]), "percent"))
        due_end = to("stock_chart.progress_end", part=Figure(float(due[-1]), "percent"))
        ends = [(float(rate[-1]), rate_end, "money"), (float(due[-1]), due_end, "neutral")]
        canvas = marks.line_canvas(
            (0, top), marks.round_marks(0, top, step=0.25, percents=True), ends
        )
        marks.along_months(canvas, to, count, named=False)
        canvas.line(months, rate, "money", axis_label("execution_rate", to), lw=2)
        if known.any():
            canvas.line(months[known], paid[known], "ink", axis_label("actual_rate", to), **_ACTUAL)
        canvas.line(months, due, "neutral", axis_label("time_progress", to), **_TIME)
        for some, role, key in (
            (rate >= due, "idle", "stock_chart.ahead"),
            (rate <= due, "danger", "stock_chart.behind"),
        ):
            canvas.area(months, rate, due, role, to(key), where=some, alpha=0.25)
        return canvas

    # A rate that is the time's but for rounding is not ahead of it.
    ahead = int((rate > due + 1e-9).sum())
    reading = {"first": Month(1), "last": Month(count), "count": count, "ahead": ahead}
    kind = say("stock_chart.execution", **reading)
    if spent_wan is not None and known.any():
        frame.insert(1, "actual_rate", paid)
        paid_status = weakest([status_of(spent_wan)], at_least="computed")
        frame = with_status(frame, {"actual_rate": paid_status})
        actual = Figure(float(paid[known][-1]), "percent")
        last = Month(int(months[known][-1]))
        kind = say("stock_chart.execution_actual", **reading, month=last, actual=actual)
    frame.insert(0, "name", marks.month_names(months.tolist()))
    return Chart(
        frame=frame,
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
    """
    if spending.empty:
        return say("spending_page.none")
    known = spending[spending["amount_wan"] > 0]
    shares = _shares(known).dropna(how="all", subset=_SHARES[:2])
    if shares.empty:
        return say("spending_chart.no_money")
    ranked = shares.sort_values(_SHARES[:2], ascending=False, kind="stable", na_position="last")
    chosen = marks.rows(ranked)
    drawn = chosen.frame
    months = known["last_month"]
    latest = int(months.max())
    # Beside units that report up to different months one line would mislead.
    progress = latest / YEAR if latest <= YEAR and latest == months.min() else math.nan
    low = max(_LEAST, float(np.nanmin(drawn, initial=0.0))) * 1.02
    high = min(_MOST, float(np.nanmax(drawn, initial=1.0))) * 1.02

    def draw(to: Writer) -> Canvas:
        so_far, mean, least, most = (drawn[name] for name in _SHARES)
        columns = [
            (to("spending_chart.spent"), [marks.part_text(value) for value in so_far]),
            (to("spending_chart.range"), marks.range_texts(least, most, marks.part_text, NOTHING)),
        ]
        canvas = chosen.canvas(to, left=4, columns=columns)
        marks.number_scale(canvas, low, high, percents=True)
        inside = drawn.clip(low, high)
        for some, role, key in (
            (so_far <= 1, "money", "spending_chart.spent"),
            (so_far > 1, "danger", "spending_chart.over"),
        ):
            bars = inside["spent_share"][some]
            canvas.bars(chosen.places[some], bars, role, to(key))
        whisker = inside["forecast_share_low"], inside["forecast_share_high"]
        # A white casing keeps it visible where it lies over the bar.
        canvas.spans(chosen.places, *whisker, "paper", lw=3.4)
        words = to("spending_chart.interval") if mean.notna().any() else ""
        canvas.spans(chosen.places, *whisker, "ink", words, **_WHISKER)
        for name, beyond in (("forecast_share", mean > high), ("spent_share", so_far > high)):
            canvas.dots(inside[name].where(beyond), chosen.places, "ink", marker=">", **_MEAN_DOT)
        canvas.dots(mean.where(mean <= high), chosen.places, "ink", **_MEAN_DOT)
        canvas.rule(1.0, "ink", to("spending_chart.all_money"))
        if not math.isnan(progress):
            words = to("spending_chart.progress", part=Figure(progress, "percent"))
            canvas.rule(progress, "need", words, **_PROGRESS)
        return canvas

    remarks = [*chosen.remarks, *left_out(len(spending) - len(ranked), "chart.no_figure")]
    if latest > months.min():
        remarks.insert(0, reported(months))
    over = int((ranked["spent_share"] > 1).sum())
    return Chart(
        frame=drawn,
        draw=draw,
        title=_spent_title(known, progress),
        kind=say("spending_chart.bars", count=len(ranked), over=over),
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
    """
    known = spent_wan.dropna()
    if known.empty and not unit:
        return say("spending_page.none")
    if known.empty:
        return say("spending_chart.silent", unit=Units([unit]))
    ahead = pd.DataFrame(columns=_FORECAST, dtype=float) if forecast is None else forecast
    money = float(money_wan) if math.isfinite(money_wan) and money_wan > 0 else math.nan
    months = [int(month) for month in (*known.index, *ahead.index)]
    frame = pd.DataFrame({"spent_wan": known.reindex(months)}, months)
    frame = with_status(frame, {"spent_wan": status_of(spent_wan)})
    if len(ahead):
        frame = joined(frame, ahead[_FORECAST])
    values = [*known, *ahead[_FORECAST].to_numpy().ravel()]
    limits = min(0.0, *values) * 1.05, float(np.nanmax([*values, money])) * 1.12 or 1.0

    def draw(to: Writer) -> Canvas:
        canvas = marks.money_canvas(limits, _path_ends(known, ahead, money, to), to)
        marks.along_months(canvas, to, months[-1])
        canvas.line(known.index, known, "money", **_ACTUAL_PATH)
        canvas.explain(to("spending_chart.actual"), "money", lw=2)
        if len(ahead):
            # The forecast sets out from what is known.
            course = [int(known.index[-1]), *ahead.index]
            mean, low, high = ([known.iloc[-1], *ahead[name]] for name in _FORECAST)
            canvas.line(course, mean, "money", to("spending_chart.mean"), **_MEAN)
            canvas.area(course, low, high, "band", to("spending_chart.band"), alpha=0.7)
            for edge in (low, high):
                canvas.line(course, edge, "money", lw=HAIRLINE)
        if not math.isnan(money):
            canvas.axes.axhline(money, color=COLOURS["ink"], **_MONEY)
            canvas.explain(axis_label("amount_wan", to), "ink", **_MONEY)
        return canvas

    frame.insert(0, "name", marks.month_names(months))
    return Chart(
        frame=frame.rename_axis("month"),
        draw=draw,
        title=_path_title(known, ahead, unit, money),
        kind=say("spending_chart.path", first=Month(months[0]), last=Month(months[-1])),
        subtitle=say("spending_chart.path_subtitle"),
        facts={} if math.isnan(money) else {"amount_wan": Figure(money, "wan")},
        quiet=True,
    )


def _path_title(known: pd.Series, ahead: pd.DataFrame, unit: str, money: float) -> Sentence:
    spent = float(known.iloc[-1])
    said = {"unit": Units([unit]), "month": Month(int(known.index[-1]))}
    said["spent"] = Figure(spent, "wan")
    if len(ahead):
        mean, low, high = (float(ahead[name].iloc[-1]) for name in _FORECAST)
        target, between = Month(int(ahead.index[-1])), Interval(low, high, "wan")
        expected = {"target": target, "mean": Figure(mean, "wan"), "between": between}
        return say("spending_chart.path_title", **said, **expected)
    if spent > money:
        return say("spending_chart.path_title_over", **said)
    return say("spending_chart.path_title_spent", **said)


def _path_ends(
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
    texts = marks.money_texts([value for _, value, _ in ends], to)
    return [
        (value, to(key, amount=text), role)
        for (key, value, role), text in zip(ends, texts, strict=True)
    ]


def runway(stock: pd.DataFrame) -> Chart | Sentence:
    """Draw how many months each unit's money lasts, against the fiscal year's twelve.

    Parameters
    ----------
    stock : DataFrame, index unit_code
        Of `analysis.stock.stock_table`; infinite ``runway_months`` where there is no demand.
    """
    if stock.empty:
        return say("stock_chart.no_caseload")
    known = stock[["runway_months"]].dropna().sort_values("runway_months", kind="stable")
    if known.empty:
        return say("stock_chart.nothing")
    chosen = marks.rows(known)
    short = int((known["runway_months"] < YEAR).sum())
    return Chart(
        frame=chosen.frame,
        draw=lambda to: _bars(chosen, to, _RUNWAY, {"months": YEAR}, _MOST_MONTHS),
        title=_runway_title(known["runway_months"]),
        kind=say("stock_chart.runway", count=len(known), short=short, months=YEAR),
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
    """
    at_pace = spending is not None and not spending.empty
    if spending is not None and at_pace:
        days, status = spending["days_of_cover"], status_of(spending, "days_of_cover")
    elif stock is not None and not stock.empty:
        days, status = stock["days_of_cover"] * fund_share, status_of(stock, "days_of_cover")
    else:
        return say("spending_page.none" if stock is None else "stock_chart.no_caseload")
    known = days.dropna().astype(float).sort_values(kind="stable").to_frame("days_of_cover")
    if known.empty:
        return say("stock_chart.nothing")
    chosen = marks.rows(known)
    short = int((known["days_of_cover"] < MONTH_DAYS).sum())
    counts = {"count": len(known), "short": short, "days": MONTH_DAYS}
    remarks = [*chosen.remarks, *left_out(len(days) - len(known), "chart.no_figure")]
    if spending is not None and at_pace:
        remarks.insert(0, reported(spending["last_month"].loc[known.index]))
    return Chart(
        frame=with_status(chosen.frame, status),
        draw=lambda to: _bars(chosen, to, _COVER, {"days": MONTH_DAYS}, _MOST_DAYS),
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


def _bars(
    chosen: marks.Rows, to: Writer, keys: tuple[str, str, str], line: dict[str, int], most: float
) -> Canvas:
    """Draw a bar for each unit, marked where it is shorter than a line.

    Parameters
    ----------
    keys : (str, str, str)
        What the line is, what shorter bars are, and what the others are.
    line : dict of one place of those templates to its figure
    most : float
        Where longer bars are cut.
    """
    (at,) = line.values()
    values = chosen.frame.iloc[:, 0].astype(float)
    limit = min(max([1.5 * at, *values[np.isfinite(values)]]), most)
    texts = [figure(value, "count", 1) + (" →" if value > limit else "") for value in values]
    endless = to("stock_chart.no_spending")
    texts = [endless if math.isinf(v) else text for v, text in zip(values, texts, strict=True)]
    canvas = chosen.canvas(to, right=max(20.0, marks.widest(texts) + 4), head=marks.ABOVE)
    step = next(part * at for part in (0.5, 1, 2, 4) if limit <= 8 * part * at)
    marks.number_scale(canvas, 0, limit, step=step)
    ends, (named, short, long) = values.clip(upper=limit), (to(key, **line) for key in keys)
    for some, role, words in ((values < at, "danger", short), (values >= at, "idle", long)):
        canvas.bars(chosen.places[some], ends[some], role, words)
    for place, end, text in zip(chosen.places, ends, texts, strict=True):
        canvas.beside(text, end, place, over=True)
    canvas.rule(at)
    canvas.beside(named, at, -marks.ABOVE)
    return canvas
