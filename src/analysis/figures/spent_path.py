"""One unit's cumulative spending: what was reported, and the forecast from there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.errors import ReportError
from analysis.figures import stock_alt
from analysis.figures.amounts import (
    amount_axis,
    amount_digits,
    amount_ticks,
    end_labels,
    labels_room,
    whole_months,
)
from analysis.figures.calendar import label_months, month_names, year_ends
from analysis.figures.look import COLOURS, HAIRLINE, SMALL, house_style
from analysis.figures.numbers import Column, Fact, interval_columns, numbers
from analysis.figures.scenario_marks import figures_of, written
from analysis.figures.style import Chart, begin, finish
from analysis.fonts import width
from analysis.words import catalogue
from analysis.words.money import money_unit

_HEIGHT = 190.0
_COLUMNS = ["mean", "low", "high"]
_DASHES = (0, (4, 2))
_MONEY: dict[str, Any] = {
    "color": COLOURS["ink"],
    "linewidth": 1,
    "linestyle": (0, (6, 1.5, 1, 1.5)),
}


@house_style()
def spent_path(
    actual_wan: pd.Series,
    forecast: pd.DataFrame,
    *,
    money_wan: float,
    lang: str,
    currency: str,
    start_month: str,
    title: str,
    source: str,
) -> Chart:
    """Draw one unit's cumulative spending, reported and forecast, beside its money.

    Parameters
    ----------
    actual_wan : Series, index month (from 1), 10,000 of `currency`
        Cumulative spending at the end of the months that are known; empty ones are passed over.
    forecast : DataFrame, index month (after the last known one), 10,000 of `currency`
        ``mean``, and ``low`` and ``high`` of the 90 % interval; may have no row.
    money_wan : float, 10,000 of `currency`
        Money available; infinite or NaN for no line.
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
        If no month is known, a month is repeated or no whole number, the forecast does not
        follow the last known month, a figure is infinite, an interval ends before it begins, or
        a character has no glyph.
    """
    words = catalogue(lang)
    known, ahead = _known(actual_wan), _ahead(forecast)
    last = int(known.index[-1])
    if len(ahead) and ahead.index[0] <= last:
        raise ReportError(
            f"预测从第 {ahead.index[0]} 月开始：须晚于最后有实际支出的第 {last} 月。",
            f"The forecast begins in month {ahead.index[0]}: it must follow month {last}, the "
            "last with actual spending.",
        )
    count = int(ahead.index[-1]) if len(ahead) else last
    money = float(money_wan) if math.isfinite(money_wan) else math.nan
    values = np.concatenate([known.to_numpy(), ahead.to_numpy().ravel()])
    high = float(np.nanmax([*values, money])) * 1.12
    low, high = min(0.0, float(values.min()) * 1.05), high if high > 0 else 1.0
    unit, many = money_unit(lang, currency)
    ticks, marks = amount_ticks(low * many, high * many)
    ends = _ends(known, ahead, money, lang, many)
    room = max(width(said) for _, said, _ in ends) * SMALL + 10
    canvas = begin(_HEIGHT, left=labels_room(marks), right=max(room, 24.0), below=30)
    axes = canvas.axes
    axes.set_xlim(min(0.9, count - 0.1), max(count, 1.1))
    axes.set_ylim(low, high)
    amount_axis(axes, [tick / many for tick in ticks], marks)
    label_months(axes, start_month, count, lang)
    year_ends(axes, start_month, count, lang)
    _draw(axes, known, ahead, money)
    end_labels(axes, ends, height=canvas.height)
    names = month_names(start_month, count, lang)
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=words("stock_figure.path_subtitle", unit=unit),
        source=source,
        alt=stock_alt.spent_path(known, ahead, money, names, lang, currency),
        data=_numbers(known, ahead, money, names, lang),
        key=_key(lang, forecast=len(ahead) > 0, money=not math.isnan(money)),
    )


def _numbers(
    known: pd.Series, ahead: pd.DataFrame, money: float, names: list[str], lang: str
) -> dict[str, Any]:
    words = catalogue(lang)
    digits = end_digits(known, ahead, money)
    months = [int(month) for month in (*known.index, *ahead.index)]
    columns = [
        Column("month", words("figure_table.month"), [names[month - 1] for month in months]),
        Column("actual", words("figure_table.actual"), list(known.reindex(months)), "wan", digits),
    ]
    if len(ahead):
        course = ahead.reindex(months)
        said = words("figure_table.path_mean")
        columns.append(Column("mean", said, list(course["mean"]), "wan", digits))
        columns += interval_columns(course, "", words("figure_table.path_of"), lang, "wan", digits)
    available = Fact("money", words("figure_table.money"), money, "wan", digits)
    return numbers(columns, [] if math.isnan(money) else [available])


def _known(actual_wan: pd.Series) -> pd.Series:
    whole_months(actual_wan.index, "actual_wan")
    figures = figures_of(actual_wan.to_frame("actual_wan"), ["actual_wan"], least=-math.inf)
    known = figures["actual_wan"].dropna()
    if known.empty:
        raise ReportError(
            "没有可画的支出：没有一个月有累计支出。",
            "There is no spending to draw: no month has a cumulative figure.",
        )
    return known


def _ahead(forecast: pd.DataFrame) -> pd.DataFrame:
    whole_months(forecast.index, "forecast")
    ahead = figures_of(forecast, _COLUMNS, least=-math.inf)
    if ahead.isna().any(axis=None):
        raise ReportError(
            "预测缺数：每个月都要有 mean、low、high。",
            "The forecast lacks figures: give every month its mean, low and high.",
        )
    wrong = ahead.index[ahead["low"] > ahead["high"]]
    if len(wrong):
        raise ReportError(
            f"预测第 {wrong[0]} 月的区间有误：low 大于 high。",
            f"The forecast's interval of month {wrong[0]} is wrong: low is above high.",
        )
    return ahead


def _draw(axes: Axes, known: pd.Series, ahead: pd.DataFrame, money: float) -> None:
    colour = COLOURS["money"]
    if not math.isnan(money):
        axes.axhline(money, **_MONEY, gid="money")
    if len(ahead):
        # The forecast sets out from what is known.
        months = [int(known.index[-1]), *ahead.index]
        low, mean, high = ([known.iloc[-1], *ahead[name]] for name in ("low", "mean", "high"))
        axes.fill_between(months, low, high, color=COLOURS["band"], alpha=0.7, lw=0, gid="band")
        for edge in (low, high):
            axes.plot(months, edge, color=colour, linewidth=HAIRLINE)
        axes.plot(months, mean, color=colour, linewidth=1.6, linestyle=_DASHES, gid="mean")
    axes.plot(
        known.index,
        known,
        color=colour,
        linewidth=2,
        marker="o",
        markersize=4.5,
        clip_on=False,
        gid="actual",
        zorder=3,
    )


def _ends(
    known: pd.Series, ahead: pd.DataFrame, money: float, lang: str, many: int
) -> list[tuple[float, str, str]]:
    """Return what stands at the right end of each line: its value, words and colour."""
    words = catalogue(lang)
    ends = [("actual", float(known.iloc[-1]), "money")]
    if len(ahead):
        last = ahead.iloc[-1]
        ends = [
            ("low", float(last["low"]), "neutral"),
            ("mean", float(last["mean"]), "money"),
            ("high", float(last["high"]), "neutral"),
        ]
    if not math.isnan(money):
        ends.append(("money", money, "ink"))
    digits = end_digits(known, ahead, money)
    # Rounded as everywhere before it is counted in another unit.
    shown = digits if many == 1 else 0
    return [
        (
            value,
            words(f"stock_figure.end_{name}", amount=written(round(value, digits) * many, shown)),
            role,
        )
        for name, value, role in ends
    ]


def end_digits(actual_wan: pd.Series, forecast: pd.DataFrame, money_wan: float) -> int:
    """Return the decimals that amounts at the lines' ends are written with."""
    ends = forecast.iloc[-1] if len(forecast) else actual_wan.dropna().iloc[-1:]
    return amount_digits(max(abs(end) for end in (*ends, money_wan) if math.isfinite(end)))


def _key(lang: str, *, forecast: bool, money: bool) -> list[tuple[Line2D, str]]:
    words, colour = catalogue(lang), COLOURS["money"]
    solid = Line2D([], [], color=colour, linewidth=2)
    key = [(solid, words("stock_figure.path_actual"))]
    if forecast:
        dashed = Line2D([], [], color=colour, linewidth=1.6, linestyle=_DASHES)
        band = Line2D([], [], color=COLOURS["band"], alpha=0.7, linewidth=7)
        key += [
            (dashed, words("stock_figure.path_mean")),
            (band, words("stock_figure.path_band")),
        ]
    if money:
        key.append((Line2D([], [], **_MONEY), words("stock_figure.path_money")))
    return key
