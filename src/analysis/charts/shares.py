"""Charts of share and need: who gets which part of the money beside which part of the need."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MultipleLocator

from analysis import inequality
from analysis.charts.chart import Chart, axis_label, left_out
from analysis.charts.marks import (
    MOST_ROWS,
    Rows,
    beside,
    figures_column,
    interval_texts,
    is_far_apart,
    label_rows,
    log_remark,
    ratio_scale,
    ratio_text,
    room_beside,
    rows,
    scale,
    share_scale,
    share_text,
)
from analysis.charts.style import BODY, COLOURS, SMALL, WIDTH, Canvas
from analysis.charts.text import wrap
from analysis.fonts import width
from analysis.statuses import joined
from analysis.uncertainty import visible_intervals
from analysis.verdicts import FIRM
from analysis.words.columns import per_head_digits
from analysis.words.numbers import figure
from analysis.words.sentence import Figure, Sentence, Units, Writer, group_word, say

_DOT: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 6.5}
_NEED_DOT: dict[str, Any] = {
    "markerfacecolor": COLOURS["paper"],
    "markeredgecolor": COLOURS["need"],
    "markeredgewidth": 1.8,
}
# What is undecided: in a grey print its colour is like the others.
_DASHES = (0, (1.2, 0.8))
# Room beside a row for a figure such as "100.0%", points.
_FIGURE = 40.0
# Of many units, a unit's own chart has so many at each end, and beside it on either side.
_ENDS, _NEIGHBOURS = 3, 5
# Below this part of the money, what would have to move prints as 0.0 %.
EVEN = 0.0005


def dumbbell(
    shares: pd.DataFrame,
    doubt: pd.DataFrame | None = None,
    verdicts: pd.DataFrame | None = None,
    *,
    unit: str | None = None,
) -> Chart | Sentence:
    """Draw each unit's share of the money beside its share of the need, ranked by their ratio.

    Parameters
    ----------
    shares : DataFrame, index unit_code
        Of `analysis.shares.share_table`. Rows without a need share are counted, not drawn.
        Shares more than 40 times apart stand on a logarithmic axis, those of 0 at its left edge.
    doubt : DataFrame, index unit_code, optional
        Of `analysis.uncertainty.share_uncertainty`: intervals, and ranks for the title.
    verdicts : DataFrame, index unit_code, optional
        Of `analysis.verdicts.ratio_verdicts`: units that are open are drawn grey.
    unit : str, optional
        A unit that the chart is about: of many units, it and its neighbours are drawn.

    Returns
    -------
    Chart, or Sentence where fewer than two units can be compared

    Raises
    ------
    ReportError
        If a unit is repeated.
    """
    ranked = _ranked(shares)
    if ranked["ratio"].notna().sum() < 2:
        return say("share.nothing_to_compare")
    if unit is not None and unit not in ranked.index:
        return say("unit_page.no_share")
    frame = _with_doubt(ranked, doubt, verdicts)
    chosen = rows(frame.index) if unit is None else _rows_around(frame.index, unit)
    drawn = frame.loc[list(chosen.codes)]
    is_open = ~drawn["verdict"].isin(FIRM) if "verdict" in drawn else pd.Series(False, drawn.index)
    pairs = drawn[["share", "need_share"]].to_numpy(dtype=float)
    columns = ["share", "need_share", "ratio", "ratio_low", "ratio_high", "verdict"]
    remarks = [*log_remark(is_far_apart(pairs)), *chosen.remarks]
    remarks += left_out(len(shares) - len(ranked), "chart.no_need")

    def draw(to: Writer) -> Canvas:
        ranged = "need_share_low" in drawn
        ranges = (
            interval_texts(drawn["ratio_low"], drawn["ratio_high"]) if "ratio_low" in drawn else []
        )
        apart = max((width(said) for said in ranges), default=0.0) * SMALL
        apart += 8 if apart else 0
        names = _ranked_names(chosen, list(frame.index), unit, to)
        canvas = Canvas(
            (chosen.count + 1) * (23 if ranged else 20) + 2,
            left=max(width(name) for name in names) * BODY + _FIGURE + 10,
            right=_FIGURE + 40 + apart,
        )
        axes = canvas.axes
        top = float(np.nanmax([pairs.max(), *(drawn["need_share_high"] if ranged else [])]))
        edge = share_scale(axes, pairs, top, canvas.across)
        for place, open_, row in zip(chosen.places, is_open, drawn.to_dict("records"), strict=True):
            _draw_pair(axes, row, place, edge, is_open=bool(open_))
        inside = drawn[["share", "need_share"]].clip(lower=edge)
        axes.plot(inside["need_share"], chosen.places, **_DOT, **_NEED_DOT, clip_on=False)
        axes.plot(inside["share"], chosen.places, **_DOT, color=COLOURS["money"], clip_on=False)
        room = room_beside(axes, max(edge, float(pairs.min())), canvas.across)
        label_rows(axes, chosen, to, names=names, room=room, head=1)
        figures = [ratio_text(ratio) for ratio in drawn["ratio"]]
        figures_column(axes, chosen.places, figures, to("share_chart.ratio_short"))
        if apart:
            figures_column(axes, chosen.places, ranges, to("chart.range"), room=apart)
        canvas.key = [
            (Line2D([], [], **_DOT, color=COLOURS["money"]), axis_label("share", to)),
            (Line2D([], [], **_DOT, **_NEED_DOT), axis_label("need_share", to)),
            (Line2D([], [], color=COLOURS["idle"], lw=2.6), to("share_chart.above")),
            (Line2D([], [], color=COLOURS["danger"], lw=2.6), to("share_chart.below")),
        ]
        if is_open.any():
            mark = Line2D([], [], color=COLOURS["neutral"], lw=2.6, ls=_DASHES)
            canvas.key.append((mark, to("chart.undecided")))
        if ranged:
            mark = Line2D([], [], color=COLOURS["need"], lw=0.9)
            canvas.key.append((mark, to("share_chart.need_range")))
        return canvas

    return Chart(
        frame=drawn,
        columns=[name for name in columns if name in drawn],
        draw=draw,
        title=_dumbbell_title(ranked, doubt, unit),
        kind=say("share_chart.dumbbell", count=len(ranked)),
        subtitle=say("share_chart.dumbbell_subtitle"),
        remarks=remarks,
    )


def _ranked(shares: pd.DataFrame) -> pd.DataFrame:
    known = shares.dropna(subset=["share", "need_share"]).sort_index()
    return known.sort_values("ratio", ascending=False, kind="stable", na_position="last")


def _with_doubt(
    ranked: pd.DataFrame, doubt: pd.DataFrame | None, verdicts: pd.DataFrame | None
) -> pd.DataFrame:
    parts = [ranked]
    if doubt is not None:
        parts.append(visible_intervals(doubt))
    if verdicts is not None:
        parts.append(verdicts)
    return joined(*parts)


def _rows_around(codes: Iterable[object], unit: str) -> Rows:
    """Choose a unit, its neighbours by ratio and the two ends, of more units than can be read."""
    order = [str(code) for code in codes]
    if len(order) <= MOST_ROWS or unit not in order:
        return rows(order)
    place, last = order.index(unit), len(order)
    near = range(max(0, place - _NEIGHBOURS), min(last, place + _NEIGHBOURS + 1))
    places = sorted({*range(_ENDS), *near, *range(last - _ENDS, last)})
    heights: list[float] = []
    for before, here in zip([-1, *places], places, strict=False):
        heights.append((heights[-1] if heights else -1.0) + (1.0 if here == before + 1 else 1.5))
    return Rows(tuple(order[each] for each in places), tuple(heights), 0)


def _ranked_names(chosen: Rows, order: list[object], unit: str | None, to: Writer) -> list[str]:
    """Return the rows' names, led by their ranks where not all units are drawn."""
    names = chosen.names(to)
    if unit is None or len(chosen.codes) == len(order):
        return names
    rank = {str(code): place for place, code in enumerate(order, start=1)}
    return [
        f"{'→ ' if code == unit else ''}{rank[code]:,} {name}"
        for code, name in zip(chosen.codes, names, strict=True)
    ]


def _dumbbell_title(ranked: pd.DataFrame, doubt: pd.DataFrame | None, unit: str | None) -> Sentence:
    if unit is not None:
        share, need = (float(ranked[name][unit]) for name in ("share", "need_share"))
        return say(
            "share_chart.unit_title",
            unit=Units([unit]),
            share=share_text(share),
            need_share=share_text(need),
        )
    if (ranked["share"] - ranked["need_share"]).abs().sum() / 2 < EVEN:
        return say("share_chart.title_even")
    order = ranked["ratio"].dropna()
    low, high = str(order.index[-1]), str(order.index[0])
    sure_low = doubt is None or doubt["rank_low"][low] == doubt["rank_high"].max()
    sure_high = doubt is None or doubt["rank_high"][high] == 1
    if sure_low and sure_high:
        return say("share_chart.title_both", low=Units([low]), high=Units([high]))
    if sure_low:
        return say("share_chart.title_low", low=Units([low]))
    if sure_high:
        return say("share_chart.title_high", high=Units([high]))
    return say("share_chart.title_open")


def _draw_pair(
    axes: Axes, row: dict[Any, Any], place: float, edge: float, *, is_open: bool
) -> None:
    """Draw what joins a unit's two dots, the range of its need, and its figures."""
    money_left = row["share"] < row["need_share"]
    colour = COLOURS["neutral" if is_open else "danger" if money_left else "idle"]
    need, money = max(edge, row["need_share"]), max(edge, row["share"])
    axes.plot([need, money], [place] * 2, color=colour, lw=2.6, ls=_DASHES if is_open else "-")
    low, high = row.get("need_share_low", math.nan), row.get("need_share_high", math.nan)
    if not (math.isnan(low) or math.isnan(high)):
        ends = [max(edge, low), max(edge, high)]
        axes.plot(ends, [place + 0.33] * 2, color=COLOURS["need"], lw=0.9, marker="|", ms=4)
    beside(axes, money, place, share_text(row["share"]), "money", left=money_left, room=6)
    beside(axes, need, place, share_text(row["need_share"]), "need", left=not money_left, room=6)


def per_person(
    shares: pd.DataFrame, doubt: pd.DataFrame | None = None, *, households: bool = False
) -> Chart | Sentence:
    """Draw the money per head of each unit's need, with the mean over all of them.

    Parameters
    ----------
    shares : DataFrame, index unit_code
        Of `analysis.shares.share_table`.
    doubt : DataFrame, index unit_code, optional
        Of `analysis.uncertainty.share_uncertainty`: intervals, drawn as whiskers.
    households : bool
        Whether the need counts households.

    Raises
    ------
    ReportError
        If a unit is repeated.
    """
    each = "yuan_per_household" if households else "yuan_per_person"
    known = shares[np.isfinite(shares["yuan_per_person"].astype(float))].sort_index()
    known = known.sort_values("yuan_per_person", ascending=False, kind="stable")
    if known.empty:
        return say("share.nothing_to_compare")
    chosen = rows(known.index)
    ends = ["yuan_per_person_low", "yuan_per_person_high"]
    drawn = _with_doubt(known.loc[list(chosen.codes)], doubt, None)
    ranged = ends[0] in drawn
    drawn = drawn[["yuan_per_person", *(ends if ranged else [])]]
    digits = per_head_digits(known["yuan_per_person"])
    mean = _mean_per_head(known)

    def draw(to: Writer) -> Canvas:
        values = drawn["yuan_per_person"].astype(float)
        figures = [figure(value, "one", digits) for value in values]
        ranges = []
        if ranged:
            pairs = drawn[ends].astype(float).itertuples(index=False)
            ranges = [f"{figure(a, 'one', digits)}–{figure(b, 'one', digits)}" for a, b in pairs]
        apart = max((width(said) for said in ranges), default=0.0) * SMALL + 8
        canvas = Canvas(
            (chosen.count + 0.8) * 20 + 2,
            left=chosen.room(to) + 10,
            right=80 + apart if ranged else 44,
        )
        axes = canvas.axes
        axes.barh(chosen.places, values, height=0.62, color=COLOURS["money"])
        most = [*values, mean, *(drawn[ends[1]] if ranged else [])]
        axes.set_xlim(0, max((end for end in most if math.isfinite(end)), default=0.0) * 1.02 or 1)
        if ranged:
            # A range without end, such as of need that may be 0, runs to the edge.
            low, high = (drawn[end].clip(upper=axes.get_xlim()[1]) for end in ends)
            axes.hlines(chosen.places, low, high, color=COLOURS["need"], linewidth=1.3)
            figures_column(axes, chosen.places, figures, axis_label(each, to))
            figures_column(axes, chosen.places, ranges, to("chart.range"), room=apart)
            canvas.key = [(Line2D([], [], color=COLOURS["need"], lw=1.3), to("chart.range"))]
        else:
            for place, value, said in zip(chosen.places, values, figures, strict=True):
                beside(axes, value, place, said, "ink", over=True)
        scale(axes)
        label_rows(axes, chosen, to, head=0.8)
        if not math.isnan(mean):
            # A white casing keeps the line visible across the bars.
            axes.axvline(mean, color=COLOURS["paper"], linewidth=2.6)
            axes.axvline(mean, color=COLOURS["ink"], linewidth=1, linestyle=(0, (4, 2)))
            said = to("share_chart.mean", amount=Figure(mean, "one", digits))
            beside(axes, mean, -0.95, said, "ink", left=mean > 0.6 * axes.get_xlim()[1])
        return canvas

    return Chart(
        frame=drawn,
        columns=list(drawn.columns),
        draw=draw,
        title=_per_head_title(known["yuan_per_person"].astype(float), digits, households),
        kind=say(
            "share_chart.per_household" if households else "share_chart.per_person",
            count=len(known),
        ),
        subtitle=say("share_chart.per_head_subtitle", label=say(f"column.{each}")),
        remarks=[*chosen.remarks, *left_out(len(shares) - len(known), "chart.no_need")],
        facts={} if math.isnan(mean) else {"mean": Figure(mean, "one", digits)},
    )


def _per_head_title(amounts: pd.Series, digits: int, households: bool) -> Sentence:
    what = say("column.yuan_per_household" if households else "column.yuan_per_person")
    high, low = (Figure(float(amounts.iloc[end]), "one", digits) for end in (0, -1))
    if len(amounts) == 1:
        return say("share_chart.per_head_one", what=what, high=high)
    if low.value == 0:
        return say("share_chart.per_head_zero", what=what, high=high)
    times = Figure(high.value / low.value, "ratio", 1)
    return say("share_chart.per_head_title", what=what, low=low, high=high, times=times)


def _mean_per_head(shares: pd.DataFrame) -> float:
    """Money of all units over their people: each unit's own figure divided by its ratio."""
    usable = shares[(shares["ratio"] > 0) & np.isfinite(shares["ratio"].astype(float))]
    means = (usable["yuan_per_person"] / usable["ratio"]).astype(float)
    return float(means.median()) if len(means) else math.nan


def need_groups(ratios: pd.DataFrame) -> Chart | Sentence:
    """Draw the ratio of shares under several measures of need: how much the choice matters.

    Parameters
    ----------
    ratios : DataFrame, index unit_code
        A column a need group. Empty cells are not drawn; 0 and infinite ones stand at the edge.
    """
    known = ratios.dropna(how="all").astype(float).sort_index()
    if len(known) < 2:
        return say("share.nothing_to_compare")
    order = known.median(axis=1).sort_values(ascending=False, kind="stable").index
    chosen = rows(order)
    drawn = known.loc[list(chosen.codes)]
    values = drawn.to_numpy()
    finite = values[np.isfinite(values) & (values > 0)]
    span = max([1.25, *(max(ratio, 1 / ratio) for ratio in finite)]) * 1.05
    below = [str(code) for code in known.index[(known < 1).all(axis=1) & known.notna().any(axis=1)]]

    def draw(to: Writer) -> Canvas:
        canvas = Canvas(
            chosen.count * 21 + 2, left=chosen.room(to) + _FIGURE + 10, right=_FIGURE + 4
        )
        axes = canvas.axes
        ratio_scale(axes, span)
        inside = drawn.clip(1 / span, span)
        for place, code in zip(chosen.places, drawn.index, strict=True):
            low, high = inside.loc[code].min(), inside.loc[code].max()
            axes.plot([low, high], [place] * 2, color=COLOURS["grid"], linewidth=2.6)
            said = ratio_text(drawn.loc[code].min())
            beside(axes, low, place, said, "neutral", left=True, room=6, over=True)
            if high > low:
                said = ratio_text(drawn.loc[code].max())
                beside(axes, high, place, said, "neutral", room=6, over=True)
        # Each measure has its own height in the row, so that equal ratios are all seen.
        apart = min(0.14, 0.45 / max(1, len(drawn.columns) - 1))
        for step, (group, (mark, role)) in enumerate(zip(drawn.columns, _marks(), strict=False)):
            how: dict[str, Any] = {
                "linestyle": "none",
                "marker": mark,
                "markersize": 5.5,
                "color": COLOURS[role],
                "markeredgecolor": COLOURS["paper"],
                "markeredgewidth": 0.5,
            }
            places = np.array(chosen.places) + (step - (len(drawn.columns) - 1) / 2) * apart
            axes.plot(inside[group], places, **how)
            canvas.key.append((Line2D([], [], **how), to.text(group_word(str(group)))))
        least = float(np.nanmin(inside.to_numpy()))
        label_rows(axes, chosen, to, room=room_beside(axes, least, canvas.across))
        return canvas

    return Chart(
        frame=drawn,
        columns=[str(name) for name in drawn],
        draw=draw,
        title=say("share_chart.groups_below", units=Units(below))
        if below
        else say("share_chart.groups_mixed"),
        kind=say("share_chart.groups", count=len(known), groups=len(known.columns)),
        subtitle=say("share_chart.groups_subtitle"),
        remarks=[*chosen.remarks, *left_out(len(ratios) - len(known), "chart.no_need")],
    )


def _marks() -> Iterable[tuple[str, str]]:
    shapes, roles = "osD^vPX*", ("money", "need", "idle", "danger", "neutral", "ink")
    for place in range(len(shapes) * len(roles)):
        yield shapes[place % len(shapes)], roles[place % len(roles)]


def lorenz(amount_wan: pd.Series, need: pd.Series) -> Chart | Sentence:
    """Draw the Lorenz curve of the money over the need, with the Hoover distance marked.

    Parameters
    ----------
    amount_wan, need : Series, index unit_code
        Of the units that can be compared; need in persons or households.
    """
    both = pd.DataFrame({"amount": amount_wan, "need": need}).dropna()
    if len(both) < 2:
        return say("share.nothing_to_compare")
    curve = inequality.lorenz(both["amount"], both["need"])
    hoover = inequality.hoover(both["amount"], both["need"])
    gini = inequality.gini(both["amount"], both["need"])
    x, y = (curve[name].to_numpy(dtype=float) for name in ("need_cum", "money_cum"))
    widest = int(np.argmax(x - y))
    side = 270.0

    def draw(to: Writer) -> Canvas:
        canvas = Canvas(side, left=46, right=WIDTH - 46 - side, below=30)
        axes = canvas.axes
        axes.plot([0, 1], [0, 1], color=COLOURS["neutral"], lw=1, ls=(0, (4, 2)))
        axes.fill_between(x, x, y, color=COLOURS["band"], alpha=0.5, linewidth=0)
        axes.plot(x, y, color=COLOURS["money"], linewidth=1.8)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_xlabel(axis_label("need_cum", to))
        axes.set_ylabel(axis_label("money_cum", to))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MultipleLocator(0.2))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:.0f}%"))
        axes.grid()
        gap = [float(y[widest]), float(x[widest])]
        axes.plot([float(x[widest])] * 2, gap, color=COLOURS["danger"], lw=2)
        canvas.key = [
            (Line2D([], [], color=COLOURS["money"], lw=1.8), to("share_chart.lorenz_curve")),
            (
                Line2D([], [], color=COLOURS["neutral"], lw=1, ls=(0, (4, 2))),
                to("share_chart.proportional"),
            ),
            (Line2D([], [], color=COLOURS["danger"], lw=2), to("share_chart.hoover_gap")),
        ]
        for down, name, value in (
            (0.86, "hoover", f"{figure(hoover, 'percent', 1)}%"),
            (0.52, "gini", figure(gini, "ratio", 3)),
        ):
            measure = inequality.MEASURES[name]
            _write_index(axes, down, measure.label[to.lang], value, measure.meaning[to.lang])
        return canvas

    return Chart(
        frame=pd.DataFrame(
            {"need_cum": x, "money_cum": y}, index=[str(code) for code in range(len(x))]
        ),
        columns=["need_cum", "money_cum"],
        draw=draw,
        title=say("share_chart.lorenz_title", part=Figure(hoover, "percent")),
        kind=say("share_chart.lorenz", count=len(both)),
        subtitle=say("share_chart.lorenz_subtitle"),
        facts={"hoover": Figure(hoover, "percent", 1), "gini": Figure(gini, "ratio", 3)},
        quiet=True,
    )


def _write_index(axes: Axes, y: float, name: str, value: str, meaning: str) -> None:
    """Write an index beside the curve: its name, its value, and what that means."""
    lines = wrap(meaning, (WIDTH - 46 - 270 - 34) / BODY)
    texts = [(name, BODY, "neutral", 0.0), (value, 18.0, "ink", 22.0)]
    texts += [(line, BODY, "neutral", 36.0 + 12 * place) for place, line in enumerate(lines)]
    for words, size, role, down in texts:
        axes.annotate(
            words,
            (1, y),
            (26, -down),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=size,
            color=COLOURS[role],
            va="baseline",
            annotation_clip=False,
        )
