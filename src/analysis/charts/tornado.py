"""The tornado: which uncertain value matters most, to too little money and to too much."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from analysis.charts import marks
from analysis.charts.chart import Chart, left_out
from analysis.charts.style import COLOURS, DOWN, HAIRLINE, Canvas
from analysis.statuses import with_status
from analysis.stock.case_plan import CASELOAD_GROUP
from analysis.stock.ranges import CHANGED, ENDS, Tornado
from analysis.words.numbers import figure, in_a_wan, unit_name
from analysis.words.sentence import Figure, Interval, Sentence, Word, Writer, group_word, say

_MOST = 10
# Points: a row, the heads of the panels, what lies between them, and right of them.
_STEP, _HEAD, _GAP, _RIGHT = 27.0, 20.0, 30.0, 20.0
# Points that what is written at the end of a bar may take.
_LONGEST_END = 46.0
_HEADS = {"shortfall": "stock_chart.shortfall_head", "carry": "stock_chart.carry_head"}
# A light bar with a round mark at its end, a dark one with a diamond: grey prints tell them apart.
_LOOKS = {
    "low": ("stock_chart.low_end", -0.2, "o", COLOURS["band"]),
    "high": ("stock_chart.high_end", 0.2, "D", COLOURS["money"]),
}


def tornado(made: Tornado, *, status: str | None = None) -> Chart | Sentence:
    """Draw the expected shortfall and carry-over with each value at the ends of its range.

    Parameters
    ----------
    made : Tornado
        Of `analysis.stock.tornado`; the ten values of the largest effect are drawn.
    status : str, optional
        Of what the plan rests on.
    """
    if math.isnan(made.fund_share):
        return say("stock_chart.no_caseload")
    if made.table.empty:
        return say("stock_chart.tornado_no_ranges")
    renamed = {"low": "range_low", "high": "range_high"}
    ranked = made.table.rename(columns=renamed)[[*renamed.values(), *CHANGED]].astype(float)
    ranked = with_status(ranked, status)
    named = zip(made.table["name"], made.table["programme"], strict=True)
    ranked.insert(0, "name", [parameter(str(name), code) for name, code in named])
    chosen = marks.rows(ranked.head(_MOST).rename_axis("parameter"))
    base = {"shortfall": made.base_shortfall_wan, "carry": made.base_carry_wan}

    def draw(to: Writer) -> Canvas:
        canvas = chosen.canvas(to, right=_RIGHT, head=_HEAD / _STEP, step=_STEP)
        canvas.axes.set_xlim(0, canvas.across)
        across = (canvas.across - _GAP) / 2
        for start, tail in zip((0.0, across + _GAP), base, strict=True):
            _draw_panel(canvas, chosen.frame, tail, base[tail], (start, across), to)
        for end in ENDS:
            key, _, marker, fill = _LOOKS[end]
            canvas.explain(to(key), "money", ls="none", marker=marker, ms=6.5, mfc=fill)
        canvas.explain(to("stock_chart.base"), "ink", lw=1)
        return canvas

    return Chart(
        frame=chosen.frame,
        draw=draw,
        title=_title(ranked.iloc[0], base),
        kind=say("stock_chart.tornado", count=len(ranked)),
        subtitle=say("stock_chart.tornado_subtitle"),
        remarks=left_out(len(ranked) - len(chosen.frame), "stock_chart.tornado_hidden"),
        facts={f"{tail}_wan": Figure(value, "wan") for tail, value in base.items()},
        quiet=True,
    )


def parameter(name: str, programme: str | None = None) -> Word | Sentence:
    """Return the name of a value of a plan, with the need group whose spending it is for."""
    word = Word(f"parameter.{name}", otherwise=name)
    if programme is None or pd.isna(programme):
        return word
    group = group_word(CASELOAD_GROUP.get(programme, programme))
    return say("parameter.of_group", name=word, group=group)


def _title(first: pd.Series, base: dict[str, float]) -> Sentence:
    """Name the value of the largest effect, and the tail that it moves further."""
    ends = {tail: [float(first[f"{tail}_{end}_wan"]) for end in ENDS] for tail in base}
    reach = {tail: max(abs(end - base[tail]) for end in ends[tail]) for tail in base}
    tail = max(reach, key=lambda each: reach[each])
    if reach[tail] < 0.005:
        return say("stock_chart.tornado_none")
    low, high = min(*ends[tail], base[tail]), max(*ends[tail], base[tail])
    between = Interval(low, high, "wan")
    if tail == "shortfall":
        return say("stock_chart.tornado_shortfall", name=first["name"], between=between)
    return say("stock_chart.tornado_carry", name=first["name"], between=between)


def _draw_panel(
    canvas: Canvas,
    drawn: pd.DataFrame,
    tail: str,
    base: float,
    span: tuple[float, float],
    to: Writer,
) -> None:
    """Draw one outcome's bars from a place on, points; the low end's above the high end's."""
    start, across = span
    values = drawn[[f"{tail}_{end}_wan" for end in ENDS]].to_numpy()
    texts = drawn[["range_low", "range_high"]].map(_end_text).to_numpy()
    # Room for what is written at the ends of bars, to both sides.
    low, most = min(base, float(values.min())), max(base, float(values.max()))
    room = marks.widest(texts.ravel()) + 9
    point = (across - 2 * room) / (most - low or 0.2 * base or 1.0)
    low -= room / point
    high = low + across / point

    def place(value: Any) -> Any:
        return start + (value - low) * point

    top, bottom = -0.5, len(drawn) - 0.5
    grid: dict[str, Any] = {"color": COLOURS["grid"], "lw": HAIRLINE, "zorder": 0.5}
    canvas.axes.hlines(np.arange(1, len(drawn)) - 0.5, start, start + across, **grid)
    at = np.arange(len(drawn))
    for end, column, words in zip(ENDS, values.T, texts.T, strict=True):
        _, up, marker, fill = _LOOKS[end]
        edge: dict[str, Any] = {"fc": fill, "ec": COLOURS["money"], "lw": HAIRLINE}
        canvas.axes.barh(at + up, (column - base) * point, 0.32, place(base), **edge)
        canvas.dots(place(column), at + up, "money", marker=marker, ms=4.5, mfc=fill, zorder=4)
        for row, value, text in zip(at, column, words, strict=True):
            canvas.beside(text, place(value), row + up, left=value < base, room=6)
    canvas.axes.vlines(place(base), top, bottom, color=COLOURS["ink"], lw=1, zorder=3)
    many, least = in_a_wan(to.lang, to.currency), max(0.0, low)
    ticks, labels = _fitting_marks(least * many, high * many, (high - least) * point)
    marked = [place(mark / many) for mark in ticks]
    canvas.axes.vlines(marked, top, bottom, **grid)
    for x, label in zip(marked, labels, strict=True):
        canvas.write(label, x, 0, shift=(0, -4), where=DOWN, ha="center", va="top")
    (written,) = marks.money_texts([base], to)
    head = to(_HEADS[tail], unit=unit_name("wan", to.lang, to.currency), base=written)
    canvas.write(head, start, 1, "ink", shift=(0, -9), where=DOWN)


def _end_text(value: float) -> str:
    """Write what a value is at an end of its range, nothing where it differs or takes much room."""
    text = "" if math.isnan(value) else figure(value, "plain", 0)
    return text if marks.widest([text]) <= _LONGEST_END else ""


def _fitting_marks(low: float, high: float, across: float) -> marks.Marks:
    """Return as many round values as can be written side by side on `across` points."""
    for most in (5, 4, 3, 2):
        ticks, labels = marks.round_marks(low, high, most=most)
        apart = (ticks[1] - ticks[0]) / (high - low) * across if len(ticks) > 1 else across
        if marks.widest(labels) + 8 <= apart:
            return ticks, labels
    return ticks[:1], labels[:1]
