"""Charts of two allocations side by side: whose money changes, and whose ratio nears 1."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.charts import marks
from analysis.charts.chart import Chart, axis_label, left_out
from analysis.charts.style import COLOURS, Canvas
from analysis.shares import ratio_moves, relative_change
from analysis.statuses import joined, status_of, weakest, with_status
from analysis.words.columns import label
from analysis.words.sentence import Figure, Listed, Sentence, Writer, group_word, say

# Beyond this a bar is cut and keeps its figure: one unit must not flatten all others.
CUT = 1.5
# What may become of a unit: its colour, and what its count is called in the key.
_CHANGES = {
    "gain": ("idle", "earlier_chart.gain"),
    "unchanged": ("neutral", "earlier_chart.unchanged"),
    "loss": ("danger", "earlier_chart.loss"),
}
_MOVES = {
    "toward": ("idle", "earlier_chart.nearer"),
    "away": ("danger", "earlier_chart.further"),
    "same": ("neutral", "earlier_chart.as_far"),
}
# Shapes and colours, so that neither alone has to tell scenarios apart.
_SCENARIOS = {"formula_wan": ("money", "o"), "proportional_wan": ("need", "s")}
_BOUNDS = ("floor_wan", "ceiling_wan")
_TICK: dict[str, Any] = {"ls": "none", "marker": "|", "ms": 13, "mew": 1.2}


def allocation_change(
    change: pd.DataFrame, labels: Mapping[str, Sentence] | None = None
) -> Chart | Sentence:
    """Draw how each unit's money changes, in per cent as a bar and in money beside it.

    Parameters
    ----------
    change : DataFrame, index unit_code, 万元
        ``before_wan`` and ``after_wan``, at least 0. Units without one of them are counted, not
        drawn.
    labels : mapping, optional
        What the two are called, where not the money before and after.
    """
    part = relative_change(change["before_wan"], change["after_wan"])
    lost, gained = int((part < 0).sum()), int((part > 0).sum())
    title = say("earlier_chart.changes_title", lost=lost, gained=gained)
    if not lost and not gained:
        title = say("earlier_chart.changes_title_none")
    return _changes(change, "before_wan", "after_wan", title, labels or {})


def proportional_change(by_need: pd.DataFrame, group: str) -> Chart | Sentence:
    """Draw what each unit would gain or lose in an allocation proportional to need.

    Parameters
    ----------
    by_need : DataFrame, index unit_code, 万元
        ``amount_wan`` and ``proportional_wan``.
    group : str
        The need group that the latter is proportional to.
    """
    words = {"group": group_word(group)}
    now, then = by_need["amount_wan"], by_need["proportional_wan"]
    moved = Figure(float((then - now).clip(lower=0).sum()), "wan")
    title = say("scenario_chart.proportional", moved=moved, **words)
    if (relative_change(now, then) == 0).all():
        title = say("scenario_chart.proportional_even", **words)
    return _changes(by_need, "amount_wan", "proportional_wan", title, {})


def _changes(
    table: pd.DataFrame, before: str, after: str, title: Sentence, labels: Mapping[str, Sentence]
) -> Chart | Sentence:
    known = table[[before, after]].dropna().sort_index()
    if known.empty:
        return say("earlier_page.none")
    part = relative_change(known[before], known[after])
    moved = (known[after] - known[before]).where(part != 0, 0.0)
    status = weakest([status_of(table, name) for name in (before, after)], at_least="computed")
    frame = with_status(
        known.assign(change_wan=moved, change=part), {"change_wan": status, "change": status}
    )
    # Among equals, such as all who lose everything, those with the most money stand at the end.
    chosen = marks.rows(frame.sort_values(["change", "change_wan"], ascending=False, kind="stable"))
    drawn = chosen.frame
    kinds = part.map(lambda each: "gain" if each > 0 else "loss" if each < 0 else "unchanged")

    def draw(to: Writer) -> Canvas:
        amounts = marks.money_texts(drawn["change_wan"], to, signed=True)
        tips = drawn["change"].map(lambda each: _change_text(each, CUT, to))
        falls = drawn["change"] < 0
        canvas = chosen.canvas(
            to,
            left=marks.widest(tips[falls]) + 4,
            right=marks.widest(tips[~falls]) + 4,
            columns=[(axis_label("change_wan", to), amounts)],
        )
        ends = drawn["change"].clip(upper=_change_scale(canvas, drawn[["change"]]))
        for kind, (role, key) in _CHANGES.items():
            some = (kinds[drawn.index] == kind).to_numpy()
            canvas.bars(chosen.places[some], ends[some], role)
            if count := int((kinds == kind).sum()):
                canvas.explain(to(key, count=count), role, lw=7)
        for place, end, tip, left in zip(chosen.places, ends, tips, falls, strict=True):
            canvas.beside(tip, end, place, left=left)
        return canvas

    return Chart(
        frame=drawn,
        draw=draw,
        title=title,
        kind=say("earlier_chart.changes", count=len(known)),
        subtitle=say("earlier_chart.changes_subtitle"),
        remarks=[*chosen.remarks, *left_out(len(table) - len(known), "chart.no_figure")],
        labels=labels,
    )


def formula_change(by_formula: pd.DataFrame, formula: Listed) -> Chart | Sentence:
    """Draw each unit's amount by a formula, and by its need, beside the present amount.

    Parameters
    ----------
    by_formula : DataFrame, index unit_code, 万元
        ``amount_wan``, ``formula_wan`` and ``proportional_wan``; ``floor_wan`` and
        ``ceiling_wan`` where there are bounds. Units with an empty cell, but for bounds, are
        counted, not drawn.
    formula : Listed
        The formula as it stands in a sentence.
    """
    columns = list(_SCENARIOS)
    known = by_formula.dropna(subset=["amount_wan", *columns]).sort_index()
    if known.empty:
        return say("scenario_chart.nothing")
    bounds = [name for name in _BOUNDS if name in known]
    moved = pd.DataFrame(
        {name: relative_change(known["amount_wan"], known[name]) for name in columns + bounds}
    )
    order = moved[columns].median(axis=1).sort_values(ascending=False, kind="stable").index
    chosen = marks.rows(known.loc[order, ["amount_wan", *columns, *bounds]])
    shown, drawn = chosen.frame, moved.loc[chosen.frame.index]
    low, high = drawn[columns].min(axis=1), drawn[columns].max(axis=1)

    def draw(to: Writer) -> Canvas:
        held = marks.money_texts(shown["amount_wan"], to)
        canvas = chosen.canvas(
            to,
            left=marks.widest(_change_text(each, CUT, to) for each in low) + 6,
            right=marks.widest(_change_text(each, CUT, to) for each in high) + 6,
            step=22,
            columns=[(axis_label("amount_wan", to), held)],
        )
        edge = _change_scale(canvas, drawn)
        looks = [(label(name, to.lang), *look) for name, look in _SCENARIOS.items()]
        chosen.staggered(canvas, drawn[columns], looks, lambda part: _change_text(part, edge, to))
        for name in bounds:
            canvas.dots(drawn[name].clip(upper=edge), chosen.places, "ink", **_TICK)
        if bounds:
            canvas.explain(to.listed([label(name, to.lang) for name in bounds]), "ink", **_TICK)
        return canvas

    change = moved["formula_wan"]
    counts = {"gain": int((change > 0).sum()), "loss": int((change < 0).sum())}
    return Chart(
        frame=shown,
        draw=draw,
        title=say("scenario_chart.formula_title", formula=formula, **counts),
        kind=say("scenario_chart.formula", count=len(known), scenarios=len(columns)),
        subtitle=say("scenario_chart.formula_subtitle"),
        remarks=[*chosen.remarks, *left_out(len(by_formula) - len(known), "chart.no_figure")],
    )


def ratio_shift(change: pd.DataFrame) -> Chart | Sentence:
    """Draw how far each unit's ratio of money to need moves, toward 1 or away from it.

    Parameters
    ----------
    change : DataFrame, index unit_code
        ``ratio_before`` and ``ratio_after``: 0 and infinite ones stand at the edge. Units without
        one of them are counted, not drawn.
    """
    known = change[["ratio_before", "ratio_after"]].dropna().sort_index()
    if known.empty:
        return say("earlier_page.none")
    moves = ratio_moves(known["ratio_before"], known["ratio_after"])
    counts = {name: int((moves == name).sum()) for name in _MOVES}
    ranked = known.sort_values(list(known.columns), ascending=False, kind="stable")
    chosen = marks.rows(joined(ranked, moves))
    drawn = chosen.frame[["ratio_before", "ratio_after"]]
    room = marks.widest(map(marks.ratio_text, drawn.to_numpy().ravel())) + 8

    def draw(to: Writer) -> Canvas:
        canvas = chosen.canvas(to, left=room, right=room)
        inside = drawn.clip(*marks.ratio_scale(canvas, drawn.to_numpy(dtype=float)))
        canvas.explain(to("earlier_chart.before"), "neutral", **_ring("neutral"))
        canvas.explain(to("earlier_chart.after"), "neutral", ls="none", marker=">", ms=7)
        for move, (role, key) in _MOVES.items():
            some = chosen.frame["moved"] == move
            before, after = (inside[name].where(some) for name in inside)
            words = to(key, count=counts[move]) if counts[move] else ""
            canvas.spans(chosen.places, before, after, role, words, lw=2.2)
            canvas.dots(before, chosen.places, role, **_ring(role))
            for head, way in ((">", after > before), ("<", after < before), ("o", after == before)):
                canvas.dots(after.where(way), chosen.places, role, marker=head, ms=7)
        texts = drawn.map(marks.ratio_text)
        how: dict[str, Any] = {"room": 7, "over": True}
        for code, place in zip(drawn.index, chosen.places, strict=True):
            (before, after), (was, now) = inside.loc[code], texts.loc[code]
            canvas.beside(now, after, place, left=after < before, **how)
            if was != now:
                canvas.beside(was, before, place, "neutral", left=after >= before, **how)
        return canvas

    return Chart(
        frame=chosen.frame,
        draw=draw,
        title=say("earlier_chart.shift_title", **counts),
        kind=say("earlier_chart.shift", count=len(known)),
        subtitle=say("earlier_chart.shift_subtitle"),
        remarks=[*chosen.remarks, *left_out(len(change) - len(known), "chart.no_figure")],
    )


def _change_text(part: float, edge: float, to: Writer) -> str:
    """Write a relative change with its sign; from nothing it has no percentage."""
    said = to("earlier_chart.new") if math.isinf(part) else marks.part_text(part, signed=True)
    return f"{said} →" if part > edge else said


def _change_scale(canvas: Canvas, parts: pd.DataFrame) -> float:
    """Give the x axis a scale for relative changes, cut at `CUT`; return its right end."""
    values = parts.to_numpy(dtype=float)
    finite = values[np.isfinite(values)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    if high > CUT or np.isinf(values).any():
        # A bar from nothing has no length of its own: it runs a little past the others.
        high = min(CUT, max(1.2 * high, -0.5 * low, 0.25))
    marks.number_scale(canvas, *((low, high) if low < high else (-0.05, 0.05)), percents=True)
    canvas.axes.axvline(0, color=COLOURS["ink"], linewidth=1)
    return float(high)


def _ring(role: str) -> dict[str, Any]:
    how = {"mfc": COLOURS["paper"], "mec": COLOURS[role], "mew": 1.4}
    return {"ls": "none", "marker": "o", "ms": 5.5, **how}
