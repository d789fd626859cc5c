"""Charts of the stock of funds: how one unit's falls, and how fast it is spent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from analysis.errors import ReportError
from analysis.figures import alt
from analysis.figures.amounts import end_labels
from analysis.figures.calendar import label_months, month_names, year_ends
from analysis.figures.look import COLOURS, HAIRLINE, SMALL, house_style
from analysis.figures.marks import beside, spread
from analysis.figures.numbers import Column, Fact, numbers
from analysis.figures.outlook import odds_heatmap, runway
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal, percent
from analysis.fonts import width
from analysis.words import catalogue

__all__ = ["execution", "fan", "odds_heatmap", "runway"]

# Per cent of simulations that end below each line of a fan.
_PARTS = (5, 25, 50, 75, 95)


@house_style()
def fan(
    quantiles: NDArray[np.float64],
    *,
    lang: str,
    currency: str,
    start_month: str,
    title: str,
    source: str,
    depletion_month: float | None = None,
) -> Chart:
    """Draw one unit's stock at each month's end: median and bands of the simulation.

    Parameters
    ----------
    quantiles : array, shape (5, T), 万元
        5, 25, 50, 75 and 95 % quantiles of the stock at the end of months 1 to T.
    lang, currency : str
        ``zh`` or ``en``; ``CNY`` or ``USD``.
    start_month : str
        Month 1, as ``2024-01``.
    title, source : str
        The takeaway; where the figures come from and their status.
    depletion_month : float, optional
        Month number in which the expected course runs out; none, 0 or NaN if it does not.

    Returns
    -------
    Chart

    Raises
    ------
    ReportError
        If `quantiles` has another shape or holds no figure, or a character has no glyph.
    """
    words = catalogue(lang)
    bands = np.asarray(quantiles, dtype=float)
    if bands.ndim != 2 or bands.shape[0] != 5 or not bands.size or not np.isfinite(bands).all():
        raise ReportError(
            "扇形图需要 5 行（5、25、50、75、95% 分位数）、每月一列的数；"
            f"得到的形状是 {bands.shape}。",
            "A fan needs 5 rows (quantiles 5, 25, 50, 75, 95 %) of figures, a column a month; "
            f"the array has shape {bands.shape}.",
        )
    months = np.arange(1, bands.shape[1] + 1)
    money = words(f"unit.wan_{currency}")
    canvas = begin(190, left=40, right=74, below=30)
    axes = canvas.axes
    outer: dict[str, Any] = {"color": COLOURS["band"], "alpha": 0.45, "linewidth": 0}
    inner: dict[str, Any] = {"color": COLOURS["band"], "linewidth": 0}
    axes.fill_between(months, bands[0], bands[4], **outer, gid="outer")
    axes.fill_between(months, bands[1], bands[3], **inner, gid="inner")
    for edge in (0, 1, 3, 4):
        # Light areas need an edge to be seen.
        axes.plot(months, bands[edge], color=COLOURS["money"], linewidth=HAIRLINE)
    axes.plot(months, bands[2], color=COLOURS["money"], linewidth=2, gid="median")
    top = float(bands.max()) or 1.0
    axes.set_xlim(min(0.9, bands.shape[1] - 0.1), max(bands.shape[1], 1.1))
    axes.set_ylim(0, top * 1.12)
    _money_axis(axes, words("figure.empty"))
    label_months(axes, start_month, bands.shape[1], lang)
    year_ends(axes, start_month, bands.shape[1], lang)
    _label_ends(axes, bands[:, -1], top, canvas.height, words("figure.median"))
    runs_out = _month_or_none(depletion_month)
    names = month_names(start_month, bands.shape[1], lang)
    emptied = names[runs_out - 1] if runs_out else ""
    if runs_out:
        said = words("figure.depleted", month=emptied)
        axes.axvline(runs_out, color=COLOURS["danger"], lw=1, ls=(0, (3, 2)), gid="depletion")
        left = runs_out > bands.shape[1] / 2
        beside(axes, runs_out, top * 0.96, said, COLOURS["danger"], left=left, over=True)
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=words("figure.fan_subtitle", unit=money),
        source=source,
        alt=alt.fan(bands, names, lang, currency, emptied),
        data=numbers(
            [
                Column("month", words("figure_table.month"), names),
                *(
                    Column(f"q{part}", label, list(band), "wan", _digits(top))
                    for part, label, band in zip(_PARTS, _part_names(lang), bands, strict=True)
                ),
            ],
            [Fact("depletion", words("figure_table.depletion"), emptied)] if runs_out else [],
        ),
        key=[
            (Line2D([], [], color=COLOURS["money"], linewidth=2), words("figure.median")),
            (Line2D([], [], color=COLOURS["band"], linewidth=7), words("figure.inner_band")),
            (
                Line2D([], [], color=COLOURS["band"], alpha=0.45, linewidth=7),
                words("figure.outer_band"),
            ),
        ],
    )


@house_style()
def execution(
    table: pd.DataFrame, *, lang: str, start_month: str, title: str, source: str
) -> Chart:
    """Draw one unit's expected execution rate beside time-proportional progress (序时进度).

    Parameters
    ----------
    table : DataFrame
        Rows in order of ``month`` (1 to T) with ``execution_rate``, ``time_progress`` and, where
        there is actual spending, ``actual_rate`` (empty in months without), parts of 1.
    lang : str
        ``zh`` or ``en``.
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
        If there is no month, a figure is missing or infinite, or a character has no glyph.
    """
    words = catalogue(lang)
    rate, due = (table[name].to_numpy(dtype=float) for name in ("execution_rate", "time_progress"))
    if not len(rate) or not np.isfinite([rate, due]).all():
        raise ReportError(
            "执行率图缺数：每个月都要有 execution_rate 和 time_progress。",
            "The execution chart lacks figures: every month needs execution_rate and "
            "time_progress.",
        )
    actual = pd.Series(np.nan, table.index) if "actual_rate" not in table else table["actual_rate"]
    paid = actual.to_numpy(dtype=float)
    if np.isinf(paid).any():
        raise ReportError(
            "actual_rate 有无穷大的数：没有数的月份留空。",
            "actual_rate holds an infinite figure: leave months without a figure empty.",
        )
    known = np.isfinite(paid)
    months = np.arange(1, len(rate) + 1)
    ends = _execution_ends(rate, due, lang)
    room = max(width(said) for _, said, _ in ends) * SMALL + 10
    canvas = begin(180, left=40, right=room, below=30)
    axes = canvas.axes
    for ahead, role in ((rate >= due, "idle"), (rate <= due, "danger")):
        axes.fill_between(
            months, rate, due, where=ahead, interpolate=True, color=COLOURS[role], alpha=0.25, lw=0
        )
    dashed: dict[str, Any] = {
        "color": COLOURS["neutral"],
        "linewidth": 1.2,
        "linestyle": (0, (4, 2)),
    }
    axes.plot(months, due, **dashed, gid="due")
    axes.plot(months, rate, color=COLOURS["money"], linewidth=2, gid="rate")
    dotted: dict[str, Any] = {"color": COLOURS["ink"], "linewidth": 1.4, "marker": "o", "ms": 3.5}
    if known.any():
        axes.plot(months[known], paid[known], **dotted, gid="actual", zorder=4)
    top = max(1.0, float(rate.max()), float(due.max()), *paid[known])
    axes.set_xlim(min(0.9, len(rate) - 0.1), max(len(rate), 1.1))
    axes.set_ylim(0, top * 1.04)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: percent(y, 0)))
    axes.grid(axis="y")
    label_months(axes, start_month, len(rate), lang)
    year_ends(axes, start_month, len(rate), lang, named=False)
    names = month_names(start_month, len(rate), lang)
    end_labels(axes, ends, height=canvas.height)
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=words("figure.execution_subtitle"),
        source=source,
        alt=alt.execution(rate, due, paid, names, lang),
        data=numbers(
            [
                Column("month", words("figure_table.month"), names),
                Column("execution_rate", words("term.execution_rate"), list(rate), "percent", 1),
                *(
                    [Column("actual_rate", words("figure.actual_rate"), list(paid), "percent", 1)]
                    if known.any()
                    else []
                ),
                Column("time_progress", words("term.time_progress"), list(due), "percent", 1),
            ]
        ),
        key=[
            (Line2D([], [], color=COLOURS["money"], linewidth=2), words("term.execution_rate")),
            *([(Line2D([], [], **dotted), words("figure.actual_rate"))] if known.any() else []),
            (Line2D([], [], **dashed), words("figure.time_progress")),
            (Line2D([], [], color=COLOURS["idle"], alpha=0.25, lw=7), words("figure.ahead")),
            (Line2D([], [], color=COLOURS["danger"], alpha=0.25, lw=7), words("figure.behind")),
        ],
    )


def _execution_ends(
    rate: NDArray[np.float64], due: NDArray[np.float64], lang: str
) -> list[tuple[float, str, str]]:
    """Return what stands at the right end of the lines: value, words and role of the colour."""
    words = catalogue(lang)
    ends = (("end_rate", float(rate[-1]), "money"), ("end_due", float(due[-1]), "neutral"))
    return [(value, words(f"figure.{key}", part=percent(value)), role) for key, value, role in ends]


def _part_names(lang: str) -> list[str]:
    words = catalogue(lang)
    said = [words("figure_table.quantile", part=f"{part}%") for part in _PARTS]
    return [*said[:2], words("figure.median"), *said[3:]]


def _money_axis(axes: Axes, empty: str) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    digits = 0 if axes.get_ylim()[1] >= 5 else 2
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda y, _: f"{empty} 0" if y == 0 else decimal(y, digits))
    )
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)


def _label_ends(
    axes: Axes, last: NDArray[np.float64], top: float, height: float, median: str
) -> None:
    shown = [(last[0], "5%", "neutral"), (last[2], median, "money"), (last[4], "95%", "neutral")]
    point = top * 1.12 / height
    # The lowest label keeps clear of the month names under the axis.
    values = np.maximum([value for value, _, _ in shown], 5 * point)
    places = spread(values, 11 * point)
    digits = _digits(top)
    for at, (value, name, role) in zip(places, shown, strict=True):
        said = f"{name}  {decimal(value, digits)}"
        beside(axes, axes.get_xlim()[1], at, said, COLOURS[role])


def _digits(top: float) -> int:
    return 1 if top >= 5 else 2


def _month_or_none(month: float | None) -> int | None:
    return None if month is None or not math.isfinite(month) or month < 1 else int(month)
