"""Charts of an allocation beside an earlier one: whose money changes, and whose ratio nears 1.

The bars of changes serve other comparisons of two allocations, too: `change_chart`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from analysis.charts.chart import Chart, axis_label, left_out
from analysis.charts.marks import (
    beside,
    figures_column,
    label_rows,
    ratio_scale,
    ratio_text,
    rows,
    scale,
)
from analysis.charts.style import COLOURS, SMALL, Canvas
from analysis.fonts import width
from analysis.statuses import joined, status_of, weakest, with_status
from analysis.words.numbers import cell, default_digits, figure
from analysis.words.sentence import Sentence, Writer, say

# Beyond this a bar is cut and keeps its figure: one unit must not flatten all others.
CUT = 1.5
# A difference below half a cent (0.01 yuan = 0.000001 万元) is noise of adding up, not money.
_HALF_CENT_WAN = 5e-7
# Two distances from 1 that differ by less are the same, computed two ways.
_SAME = 1e-9
# What may become of a unit: its colour, and what its count is called in the key.
_CHANGES = {
    "gain": ("idle", "earlier_chart.gain"),
    "loss": ("danger", "earlier_chart.loss"),
    "unchanged": ("neutral", "earlier_chart.unchanged"),
}
_MOVES = {
    "toward": ("idle", "earlier_chart.nearer"),
    "away": ("danger", "earlier_chart.further"),
    "same": ("neutral", "earlier_chart.as_far"),
}


def allocation_change(
    change: pd.DataFrame, labels: Mapping[str, Sentence] | None = None
) -> Chart | Sentence:
    """Draw how each unit's money changes, in per cent as a bar and in money beside it.

    Parameters
    ----------
    change : DataFrame, index unit_code
        ``before_wan`` and ``after_wan``, 万元, at least 0. Units without one of them are counted,
        not drawn.
    labels : mapping, optional
        What the two are called, where not the money before and after.

    Returns
    -------
    Chart or Sentence
        A sentence where no unit has both.

    Raises
    ------
    ReportError
        If a unit is repeated.
    """
    part = relative_change(change["before_wan"], change["after_wan"])
    lost, gained = int((part < 0).sum()), int((part > 0).sum())
    title = say("earlier_chart.changes_title", lost=lost, gained=gained)
    if not lost and not gained:
        title = say("earlier_chart.changes_title_none")
    return change_chart(change, "before_wan", "after_wan", title, labels)


def change_chart(
    table: pd.DataFrame,
    before: str,
    after: str,
    title: Sentence,
    labels: Mapping[str, Sentence] | None = None,
) -> Chart | Sentence:
    """Draw the bars of `allocation_change` from the column `before` to the column `after`."""
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
    frame = frame.sort_values(["change", "change_wan"], ascending=False, kind="stable")
    chosen = rows(frame.index)
    drawn = frame.loc[list(chosen.codes)]
    parts, digits = list(drawn["change"]), default_digits("wan", drawn["change_wan"])
    kinds = part.map(lambda each: "gain" if each > 0 else "loss" if each < 0 else "unchanged")

    def draw(to: Writer) -> Canvas:
        amounts = [
            ("+" if amount > 0 else "") + cell(amount, "wan", to.lang, to.currency, digits)
            for amount in drawn["change_wan"]
        ]
        header = axis_label("change_wan", to)
        tips = [change_text(each, to) + (" →" if each > CUT else "") for each in parts]
        sized = [(each < 0, width(tip) * SMALL) for each, tip in zip(parts, tips, strict=True)]
        left = max([0.0, *(room + 4 for falls, room in sized if falls)])
        right = max([0.0, *(room for falls, room in sized if not falls)])
        at = right + 18 + max(width(text) for text in amounts) * SMALL
        canvas = Canvas(
            (chosen.count + 0.9) * 20 + 2,
            left=chosen.room(to) + 14 + left,
            right=max(at, width(header) * SMALL) + 4,
        )
        high = change_scale(canvas.axes, drawn["change"].to_numpy(dtype=float))
        for place, each, code, tip in zip(chosen.places, parts, drawn.index, tips, strict=True):
            colour = COLOURS[_CHANGES[kinds[code]][0]]
            canvas.axes.barh(place, min(each, high), height=0.62, color=colour)
            beside(canvas.axes, min(each, high), place, tip, "ink", left=each < 0)
        label_rows(canvas.axes, chosen, to, room=4 + left, head=0.9)
        figures_column(canvas.axes, chosen.places, amounts, header, room=at - 76)
        canvas.key = _counted(kinds, _CHANGES, to, 7)
        return canvas

    return Chart(
        frame=drawn,
        columns=list(drawn.columns),
        draw=draw,
        title=title,
        kind=say("earlier_chart.changes", count=len(known)),
        subtitle=say("earlier_chart.changes_subtitle"),
        remarks=[*chosen.remarks, *left_out(len(table) - len(known), "chart.no_figure")],
        labels=labels or {},
    )


def ratio_shift(change: pd.DataFrame) -> Chart | Sentence:
    """Draw how far each unit's ratio of money to need moves, toward 1 or away from it.

    Parameters
    ----------
    change : DataFrame, index unit_code
        ``ratio_before`` and ``ratio_after``: 0 and infinite ones stand at the edge. Units without
        one of them are counted, not drawn.

    Returns
    -------
    Chart or Sentence
        A sentence where no unit has both.

    Raises
    ------
    ReportError
        If a unit is repeated.
    """
    known = change[["ratio_before", "ratio_after"]].dropna().sort_index()
    if known.empty:
        return say("earlier_page.none")
    moves = ratio_moves(known["ratio_before"], known["ratio_after"])
    ranked = known.sort_values(list(known.columns), ascending=False, kind="stable")
    chosen = rows(ranked.index)
    drawn = ranked.loc[list(chosen.codes)]
    span = _span(drawn.to_numpy(dtype=float))
    room = max(width(ratio_text(ratio)) for ratio in drawn.to_numpy().ravel()) * SMALL + 8

    def draw(to: Writer) -> Canvas:
        canvas = Canvas(chosen.count * 20 + 2, left=chosen.room(to) + 14 + room, right=room + 4)
        axes = canvas.axes
        ratio_scale(axes, span)
        inside = drawn.clip(1 / span, span)
        for place, code in zip(chosen.places, drawn.index, strict=True):
            before, after = inside.loc[code]
            falls = after < before
            colour = COLOURS[_MOVES[moves[code]][0]]
            axes.plot([before, after], [place] * 2, color=colour, linewidth=2.2)
            axes.plot([before], [place], **_ring(colour), clip_on=False)
            head = ">" if after > before else "<" if falls else "o"
            axes.plot([after], [place], ls="none", marker=head, ms=7, color=colour, clip_on=False)
            was, now = (ratio_text(ratio) for ratio in drawn.loc[code])
            beside(axes, after, place, now, "ink", left=falls, room=7, over=True)
            if was != now:
                beside(axes, before, place, was, "neutral", left=not falls, room=7, over=True)
        label_rows(axes, chosen, to, room=room + 4)
        arrow = Line2D([], [], ls="none", marker=">", ms=7, color=COLOURS["neutral"])
        canvas.key = [
            (Line2D([], [], **_ring(COLOURS["neutral"])), to("earlier_chart.before")),
            (arrow, to("earlier_chart.after")),
            *_counted(moves, _MOVES, to, 2.6),
        ]
        return canvas

    counts = {name: int((moves == name).sum()) for name in _MOVES}
    return Chart(
        frame=joined(drawn, moves),
        columns=["ratio_before", "ratio_after", "moved"],
        draw=draw,
        title=say("earlier_chart.shift_title", **counts),
        kind=say("earlier_chart.shift", count=len(known)),
        subtitle=say("earlier_chart.shift_subtitle"),
        remarks=[*chosen.remarks, *left_out(len(change) - len(known), "chart.no_figure")],
    )


def ratio_moves(ratio_before: pd.Series, ratio_after: pd.Series) -> pd.Series:
    """Tell whether each ratio comes nearer to 1; half is as far from it as double.

    Returns
    -------
    Series
        ``toward``, ``away`` or ``same``.

    Examples
    --------
    >>> ratio_moves(pd.Series([2.0, 2.0, 0.8]), pd.Series([1.5, 0.5, 0.6])).tolist()
    ['toward', 'same', 'away']
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = (
            np.abs(np.log(each.to_numpy(dtype=float))) for each in (ratio_before, ratio_after)
        )
        same = (before == after) | (np.abs(after - before) < _SAME)
    moves = np.where(same, "same", np.where(after < before, "toward", "away"))
    return pd.Series(moves, ratio_before.index, name="moved")


def relative_change(before_wan: pd.Series, after_wan: pd.Series) -> pd.Series:
    """Return (after - before) / before: infinite from nothing, 0 where less than a cent moves.

    Examples
    --------
    >>> relative_change(pd.Series([8.0, 0.0, 0.0]), pd.Series([6.0, 1.0, 0.0])).tolist()
    [-0.25, inf, 0.0]
    """
    change = after_wan - before_wan
    moved = (change.abs() >= _HALF_CENT_WAN) | change.isna()
    return (change / before_wan).where(moved, 0.0)


def change_text(part: float, to: Writer) -> str:
    """Write a relative change with its sign; from nothing it has no percentage."""
    if math.isinf(part):
        return to("earlier_chart.new")
    return f"{'+' if part > 0 else ''}{figure(part, 'percent', 0 if abs(part) >= 10 else 1)}%"


def change_scale(axes: Axes, parts: NDArray[np.float64]) -> float:
    """Give the x axis a scale for relative changes, cut at `CUT`; return its right end."""
    finite = parts[np.isfinite(parts)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    if high > CUT or np.isinf(parts).any():
        # A bar from nothing has no length of its own: it runs a little past the others.
        high = min(CUT, max(1.2 * high, -0.5 * low, 0.25))
    axes.set_xlim(*((low, high) if low < high else (-0.05, 0.05)))
    scale(axes, percents=True)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1)
    return float(high)


def _counted(
    kinds: pd.Series, marks: Mapping[str, tuple[str, str]], to: Writer, thick: float
) -> list[tuple[Line2D, str]]:
    """Return the key: what became of how many units."""
    return [
        (
            Line2D([], [], color=COLOURS[role], linewidth=thick),
            to(key, count=int((kinds == kind).sum())),
        )
        for kind, (role, key) in marks.items()
        if (kinds == kind).any()
    ]


def _ring(colour: str) -> dict[str, Any]:
    return {
        "linestyle": "none",
        "marker": "o",
        "markersize": 5.5,
        "markerfacecolor": COLOURS["paper"],
        "markeredgecolor": colour,
        "markeredgewidth": 1.4,
    }


def _span(ratios: NDArray[np.float64]) -> float:
    inner = ratios[np.isfinite(ratios) & (ratios > 0)]
    span = 1.05 * max([1.25, *(max(float(ratio), 1 / float(ratio)) for ratio in inner)])
    # What has no place on a log scale stands clear of what has one.
    return span if inner.size == ratios.size else span**1.15 * 1.05
