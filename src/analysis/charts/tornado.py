"""The tornado: which uncertain value matters most, to too little money and to too much."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.charts.chart import Chart, left_out
from analysis.charts.marks import beside, fitting_ticks, name_rows
from analysis.charts.months import money_texts
from analysis.charts.style import BODY, COLOURS, HAIRLINE, SMALL, Canvas
from analysis.charts.text import balanced, shorten
from analysis.fonts import width
from analysis.statuses import with_status
from analysis.stock.case_plan import CASELOAD_GROUP
from analysis.stock.ranges import CHANGED, ENDS, Tornado
from analysis.words.money import money_unit
from analysis.words.numbers import figure, unit_name
from analysis.words.sentence import Figure, Interval, Sentence, Word, Writer, group_word, say

_MOST = 10
_ROW, _HEAD = 27.0, 20.0
_GAP, _RIGHT = 30.0, 24.0
# Width of a value's name, and of what is written at the end of a bar, points.
_NAME, _LONGEST_END = 132.0, 62.0
_HEADS = {"shortfall": "stock_chart.shortfall_head", "carry": "stock_chart.carry_head"}
_END_WORDS = {"low": "stock_chart.low_end", "high": "stock_chart.high_end"}
# A light bar with a round mark at its end, a dark one with a diamond: grey prints tell them apart.
_COLOUR = {"low": "band", "high": "money"}
_SHAPE = {"low": "o", "high": "D"}


def tornado(made: Tornado, *, status: str | None = None) -> Chart | Sentence:
    """Draw the expected shortfall and carry-over with each value at the ends of its range.

    Parameters
    ----------
    made : Tornado
        Of `analysis.stock.tornado`; the ten values of the largest effect are drawn.
    status : str, optional
        Of what the plan rests on.

    Returns
    -------
    Chart or Sentence
        The sentence says why there is no chart.
    """
    if math.isnan(made.fund_share):
        return say("stock_chart.no_caseload")
    if made.table.empty:
        return say("stock_chart.tornado_no_ranges")
    names = [
        parameter(str(name), None if pd.isna(code) else str(code))
        for name, code in zip(made.table["name"], made.table["programme"], strict=True)
    ]
    renamed = {"low": "range_low", "high": "range_high"}
    columns = [*renamed.values(), *CHANGED]
    ranked = made.table.rename(columns=renamed)[columns].astype(float)
    ranked.insert(0, "name", names)
    drawn = ranked.head(_MOST).rename_axis("parameter")
    base = {"shortfall": made.base_shortfall_wan, "carry": made.base_carry_wan}

    def draw(to: Writer) -> Canvas:
        lines = [_lines(to.text(name)) for name in drawn["name"]]
        room = max(width(line) for name in lines for line in name) * BODY
        canvas = Canvas(_HEAD + len(drawn) * _ROW, left=room + 12, right=_RIGHT)
        canvas.axes.set_axis_off()
        panel = (canvas.across - _GAP) / 2
        for side, tail in enumerate(base):
            start = side * (panel + _GAP) / canvas.across
            axes = canvas.axes.inset_axes((start, 0.0, panel / canvas.across, 1.0))
            _draw_panel(axes, drawn, tail, base[tail], panel, to)
            if side == 0:
                named = ["\n".join(name) for name in lines]
                name_rows(axes, range(len(drawn)), named, room=6, head=_HEAD / _ROW)
        canvas.key = [
            (Line2D([], [], ls="none", **_mark(end) | {"ms": 6.5}), to(_END_WORDS[end]))
            for end in ENDS
        ]
        canvas.key.append((Line2D([], [], color=COLOURS["ink"], lw=1), to("stock_chart.base")))
        return canvas

    return Chart(
        frame=with_status(drawn, dict.fromkeys(columns, status)),
        columns=columns,
        draw=draw,
        title=_title(ranked, base),
        kind=say("stock_chart.tornado", count=len(ranked)),
        subtitle=say("stock_chart.tornado_subtitle"),
        remarks=left_out(len(ranked) - len(drawn), "stock_chart.tornado_hidden"),
        facts={f"{tail}_wan": Figure(value, "wan") for tail, value in base.items()},
        quiet=True,
    )


def parameter(name: str, programme: str | None = None) -> Word | Sentence:
    """Return the name of a value of a plan, with the need group whose spending it is for."""
    word = Word(f"parameter.{name}", otherwise=name)
    if programme is None:
        return word
    group = group_word(CASELOAD_GROUP.get(programme, programme))
    return say("parameter.of_group", name=word, group=group)


def _title(ranked: pd.DataFrame, base: dict[str, float]) -> Sentence:
    """Name the value of the largest effect, and the tail that it moves further."""
    first = ranked.iloc[0]
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


def _lines(name: str) -> list[str]:
    lines = balanced(name, _NAME / BODY)
    return lines if len(lines) <= 2 else [lines[0], shorten(" ".join(lines[1:]), _NAME / BODY)]


def _draw_panel(
    axes: Axes, drawn: pd.DataFrame, tail: str, base: float, across: float, to: Writer
) -> None:
    """Draw one outcome's bars; the low end's in the upper half of each row."""
    values = drawn[[f"{tail}_{end}_wan" for end in ENDS]].set_axis(list(ENDS), axis=1)
    stated = drawn[["range_low", "range_high"]].set_axis(list(ENDS), axis=1)
    said = stated.map(lambda value: "" if math.isnan(value) else figure(value, "plain", 0))
    said = said.map(lambda text: text if width(text) * SMALL <= _LONGEST_END else "")
    low, high = _limits(values.to_numpy(), said, base, across)
    axes.set_xlim(low, high)
    axes.set_ylim(len(drawn) - 0.5, -0.5 - _HEAD / _ROW)
    axes.set_yticks([])
    for place in range(1, len(drawn)):
        axes.axhline(place - 0.5, color=COLOURS["grid"], lw=0.6)
    edge: dict[str, Any] = {"edgecolor": COLOURS["money"], "lw": HAIRLINE}
    for end, up in zip(ENDS, (-0.2, 0.2), strict=True):
        for place, (value, text) in enumerate(zip(values[end], said[end], strict=True)):
            at, colour = place + up, COLOURS[_COLOUR[end]]
            axes.barh(at, value - base, left=base, height=0.32, color=colour, **edge)
            axes.plot(value, at, ls="none", **_mark(end), clip_on=False, zorder=4)
            beside(axes, value, at, text, "ink", left=value < base, room=6)
    top = (len(drawn) * _ROW) / (len(drawn) * _ROW + _HEAD)
    axes.axvline(base, ymax=top, color=COLOURS["ink"], lw=1, zorder=3)
    many = money_unit(to.lang, to.currency).in_a_wan
    least = max(0.0, low)
    fit = (high - least) / (high - low) * across
    ticks, labels = fitting_ticks(least * many, high * many, fit)
    axes.set_xticks([tick / many for tick in ticks], labels=labels)
    for tick in ticks:
        axes.axvline(tick / many, ymax=top, color=COLOURS["grid"], lw=0.6, zorder=0.5)
    axes.spines[["left", "bottom"]].set_visible(False)
    unit = unit_name("wan", to.lang, to.currency)
    (written,) = money_texts([base], to)
    head = to(_HEADS[tail], unit=unit, base=written)
    how: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
    axes.annotate(head, (0, 1), (0, -9), **how, va="center_baseline", fontsize=SMALL)


def _limits(values: Any, said: pd.DataFrame, base: float, across: float) -> tuple[float, float]:
    """Give the axis room for the bars and for what is written at their ends."""
    least, most = min(base, float(values.min())), max(base, float(values.max()))
    span = most - least or 0.2 * base or 1.0
    wide = said.map(lambda text: width(text) * SMALL + 9 if text else 6.0).to_numpy()
    falls = values < base
    left, right = (float(np.max(wide[side], initial=6.0)) for side in (falls, ~falls))
    point = span / (across - left - right)
    return least - left * point, least + span + right * point


def _mark(end: str) -> dict[str, Any]:
    fill, edge = COLOURS[_COLOUR[end]], COLOURS["money"]
    return {"marker": _SHAPE[end], "ms": 4.5, "mfc": fill, "mec": edge, "mew": 1.0}
