"""Charts of rules that share the money: implied weights, their influence, the way to a target.

A measure (因素) is what a formula weighs.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

from analysis.charts import marks
from analysis.charts.changes import CUT
from analysis.charts.chart import Chart, left_out
from analysis.charts.style import COLOURS, DOWN, HAIRLINE, SMALL, WIDTH, Canvas, few_lines, shorten
from analysis.statuses import status_of, weakest, with_status
from analysis.words.numbers import figure
from analysis.words.sentence import Figure, Sentence, Writer, say
from analysis.words.weights import Labels, mix, percent_digits

_DOT: dict[str, Any] = {"ls": "none", "marker": "o", "ms": 5.5, "mew": 0.5}
_WHISKER: dict[str, Any] = {"lw": 1.4, "marker": "|", "ms": 6}
_HOLLOW: dict[str, Any] = {"ls": (0, (3, 2)), "lw": 1.2}
# More columns than this are too narrow for their figures; broader ones would tear the grid apart.
_MOST_MEASURES, _WIDE, _HEAD_LINE, _STEP = 10, 72.0, 10.0, 19.0
# The darkest cell still lets ink be read: a deeper blue would need white figures on some.
_BLUES = LinearSegmentedColormap.from_list("influence", ["#f6f7f8", "#6d93ad"])
# More lines than this cannot each be named at their ends.
_NAMED = 12
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def implied_mix(weights: pd.DataFrame, labels: Labels) -> Chart | Sentence:
    """Draw the weight of each measure that an allocation implies, with its range.

    Parameters
    ----------
    weights : DataFrame, index measure
        ``weight``, ``weight_low`` and ``weight_high``, parts of 1, of
        `analysis.implied.implied_weights`. A weight that the figures do not settle is empty: its
        range is drawn hollow.
    labels : mapping of measure to what it is called
    """
    known = weights[["weight", "weight_low", "weight_high"]].dropna(subset=["weight_low"])
    if known.empty:
        return say("scenario_chart.nothing")
    middle = known["weight"].fillna(known[["weight_low", "weight_high"]].mean(axis=1))
    ranked = known.loc[middle.sort_values(ascending=False, kind="stable").index]
    ranked.insert(0, "name", [labels[str(measure)] for measure in ranked.index])
    chosen = marks.rows(ranked)
    drawn = chosen.frame
    settled = drawn["weight"].notna()
    low, high = drawn["weight_low"], drawn["weight_high"]

    def draw(to: Writer) -> Canvas:
        best, between = to("scenario_chart.best"), to("chart.range")
        columns = [
            (best, [marks.part_text(weight) for weight in drawn["weight"]]),
            (between, marks.range_texts(low, high, marks.part_text)),
        ]
        canvas = chosen.canvas(to, left=4, step=22, columns=columns)
        marks.number_scale(canvas, 0, min(1.0, float(high.max()) * 1.04) or 1, percents=True)
        if settled.any():
            words = to("scenario_chart.range_means")
            canvas.explain(best, "money", **_DOT)
            canvas.spans(chosen.places, low.where(settled), high, "need", words, **_WHISKER)
        if not settled.all():
            canvas.explain(to("scenario_chart.hollow"), "need", **_HOLLOW)
            open_ = ~settled.to_numpy()
            how = {"facecolor": COLOURS["paper"], "edgecolor": COLOURS["need"], **_HOLLOW}
            places, start = chosen.places[open_], low[open_]
            canvas.axes.barh(places, high[open_] - start, 0.36, start, **how)
        canvas.dots(drawn["weight"], chosen.places, "money", **_DOT)
        return canvas

    title = say("scenario_chart.implied_open")
    if settled.all():
        title = say("scenario_chart.implied_title", mix=mix(known["weight"], labels))
    return Chart(
        frame=drawn,
        draw=draw,
        title=title,
        kind=say("scenario_chart.implied", count=len(known)),
        subtitle=say("scenario_chart.implied_subtitle"),
        remarks=[*chosen.remarks, *left_out(len(weights) - len(known), "chart.no_figure")],
    )


def weight_influence(indices: pd.DataFrame, labels: Labels) -> Chart | Sentence:
    """Draw how much of each unit's money each weight decides, printed in cells.

    Parameters
    ----------
    indices : DataFrame, index (unit_code, measure)
        ``total``, ``total_low`` and ``total_high`` of `analysis.sensitivity.weight_sensitivity`.
        Empty where the money does not depend on the weights: such units come last, and are
        only counted where units are too many to draw.
    labels : mapping of measure to what it is called
    """
    total = indices["total"].astype(float)
    if total.isna().all():
        return say("scenario_chart.no_influence")
    grid = total.unstack().sort_index()  # noqa: PD010
    grid = grid[grid.mean().sort_values(ascending=False, kind="stable", na_position="last").index]
    ranked = grid.sort_values(str(grid.columns[0]), ascending=False, kind="stable")
    shown = ranked.dropna(how="all") if len(ranked) > marks.MOST_ROWS else ranked
    chosen = marks.rows(shown.iloc[:, :_MOST_MEASURES])
    drawn = chosen.frame
    named = {f"influence_{name}": labels[str(name)] for name in drawn}

    def draw(to: Writer) -> Canvas:
        size = min(_WIDE, (WIDTH - chosen.room(to) - 6) / drawn.shape[1])
        heads = [few_lines(to.text(name), (size - 4) / SMALL, 3) for name in named.values()]
        above = max(len(lines) for lines in heads) * _HEAD_LINE + 4
        right = WIDTH - chosen.room(to) - size * drawn.shape[1] - 4
        canvas = chosen.canvas(to, right=right, below=4, head=above / _STEP, step=_STEP)
        chosen.heat(
            canvas,
            text=lambda value: figure(value, "ratio", 2),
            fill=lambda value: "none" if math.isnan(value) else _BLUES(min(max(value, 0.0), 1.0)),
            ink=lambda value: "neutral" if math.isnan(value) else "ink",
        )
        top: dict[str, Any] = {"shift": (0, 4 - above), "where": DOWN, "va": "bottom"}
        for column, lines in enumerate(heads):
            canvas.write("\n".join(lines), column, 1, ha="center", **top)
        return canvas

    off = indices[["total_low", "total_high"]].astype(float).sub(total, axis=0).abs()
    half = Figure(math.ceil(float(np.nanmax(off.to_numpy())) * 100) / 100, "ratio")
    remarks = [say("scenario_chart.interval_width", half=half), *chosen.remarks]
    remarks += left_out(grid.shape[1] - drawn.shape[1], "scenario_chart.measures_left_out")
    remarks += left_out(len(ranked) - len(shown), "scenario_chart.unmoved")
    if drawn.isna().any(axis=None):
        remarks.append(say("scenario_chart.dash"))
    # Two decimals are drawn: what lies beyond is noise of the draws.
    frame = drawn.round(2).set_axis(list(named), axis=1)
    return Chart(
        frame=with_status(frame, status_of(indices, "total")),
        draw=draw,
        title=_influence_title(indices, grid.columns, labels),
        kind=say("scenario_chart.influence", units=len(ranked), measures=grid.shape[1]),
        subtitle=say("scenario_chart.influence_subtitle"),
        remarks=remarks,
        labels=named,
    )


def _influence_title(indices: pd.DataFrame, order: pd.Index, labels: Labels) -> Sentence:
    """Name the weight that matters most to most units, where the draws tell it from the others."""
    low, high = (indices[f"total_{end}"].astype(float).unstack() for end in ("low", "high"))  # noqa: PD010
    leads = {
        str(name): int((low[name] > high.drop(columns=name).max(axis=1)).sum()) for name in order
    }
    most = max(leads, key=lambda name: leads[name])
    if not leads[most]:
        return say("scenario_chart.influence_open")
    words = {"measure": labels[most], "count": leads[most], "total": len(low)}
    return say("scenario_chart.influence_title", **words)


def pace(path: pd.DataFrame, target: pd.Series, *, within: float) -> Chart | Sentence:
    """Draw each unit's distance from its target year by year, beside the distance aimed at.

    Parameters
    ----------
    path : DataFrame, index unit_code, columns years (int), 万元
        Of `analysis.pace.pace_of_change`. Of more than 40 units the bands that hold half of
        them and 90 % of them are drawn, with the two furthest from their targets at first.
    target : Series, index unit_code
        In which proportions the money is to be shared. Units without one, or with 0, are counted,
        not drawn.
    within : float, part of 1
        The distance aimed at, on both sides of the target.
    """
    years = [int(str(year)) for year in path]
    aim = target.reindex(path.index).astype(float) / target.sum()
    wanted = pd.DataFrame({year: aim * path[year].sum() for year in years})
    known = (path[years] / wanted - 1).where(wanted > 0).dropna().sort_index()
    if not years or known.empty:
        return say("scenario_chart.nothing")
    few = marks.rows(known).hidden == 0
    known = known.loc[known[years[0]].sort_values(ascending=False, kind="stable").index]
    first, last = known[years[0]], known[years[-1]]
    far = _furthest(first)
    furthest = known.loc[known.index.isin(list(far))]
    lines = known if few else furthest
    named = lines if len(lines) <= _NAMED else furthest
    bands = np.quantile(known.to_numpy(), _QUANTILES, axis=0)
    seen = lines.to_numpy() if few else np.vstack((bands, lines.to_numpy()))
    low, high = min(float(seen.min()), -within), max(float(seen.max()), within)
    high = min(high, max(CUT, 1.2 * within))
    near = Figure(within, "percent", percent_digits(within))

    def draw(to: Writer) -> Canvas:
        ends = []
        for code, course in named[::-1].iterrows():
            pair = course.iloc[[0, -1]].map(lambda part: marks.part_text(part, signed=True))
            said = f"{shorten(to.name(str(code)), 15)} {' → '.join(pair.unique())}"
            role = far.get(str(code), ("neutral", ""))[0]
            ends.append((min(course.iloc[-1], high), said, role))
        margin = 0.04 * ((high - low) or 1.0)
        limits = low - margin, high + margin
        ticks, labels = marks.round_marks(*limits, most=8, percents=True)
        labels = [
            f"+{said}" if mark > 1e-9 else said for mark, said in zip(ticks, labels, strict=True)
        ]
        canvas = marks.line_canvas(limits, (ticks, labels), ends, height=220, below=24)
        canvas.axes.axhspan(-within, within, color=COLOURS["band"], alpha=0.55, lw=0)
        for edge in (-within, within):
            canvas.axes.axhline(edge, color=COLOURS["money"], linewidth=HAIRLINE)
        canvas.axes.axhline(0, color=COLOURS["ink"], linewidth=1)
        for role, key in far.values():
            canvas.explain(to(key), role, lw=2)
        if few:
            canvas.explain(to("scenario_chart.one_unit"), "neutral", lw=0.8)
        else:
            _draw_bands(canvas, years, bands, to)
        for code, course in lines.iterrows():
            role = far.get(str(code), ("neutral", ""))[0]
            how: dict[str, Any] = {"lw": 0.8} if role == "neutral" else {"lw": 2, "zorder": 3}
            canvas.line(years, course, role, marker="o" if len(years) == 1 else "", ms=4, **how)
        canvas.explain(to("scenario_chart.within", within=near), "band", alpha=0.55, lw=7)
        canvas.axes.set_xlim(years[0] - (len(years) == 1), years[-1])
        for year in years[:: -math.ceil(len(years) / 8)]:
            said, shift = to(_year(year)), (0, -4)
            canvas.write(said, year, 0, shift=shift, where=DOWN, ha="center", va="top")
        return canvas

    inside = {
        f"inside_{end}": int((course.abs() <= within + 1e-9).sum())
        for end, course in (("start", first), ("end", last))
    }
    title = say("scenario_chart.pace_all", year=_year(years[-1]), within=near)
    if inside["inside_end"] < len(known):
        counts = {"count": len(known), "inside": inside["inside_end"]}
        title = say("scenario_chart.pace_some", year=_year(years[-1]), within=near, **counts)
    status = weakest([status_of(path), status_of(target)], at_least="computed")
    ends = {"first": _year(years[0]), "last": _year(years[-1])}
    return Chart(
        frame=with_status(pd.DataFrame({"distance_start": first, "distance_end": last}), status),
        draw=draw,
        title=title,
        kind=say("scenario_chart.pace", count=len(known), **ends),
        subtitle=say("scenario_chart.pace_subtitle"),
        remarks=[
            *left_out(len(path) - len(known), "scenario_chart.no_target"),
            *left_out(len(known) - len(lines), "scenario_chart.in_bands"),
            *left_out(int((lines.max(axis=1) > high).sum()), "scenario_chart.off_scale"),
        ],
        facts={name: Figure(count, "count") for name, count in inside.items()},
    )


def _furthest(first: pd.Series) -> dict[str, tuple[str, str]]:
    """Return the units furthest above and below their targets: their colour, and its meaning."""
    found = {}
    if first.max() > 1e-9:
        found[str(first.idxmax())] = ("idle", "scenario_chart.furthest_above")
    if first.min() < -1e-9:
        found[str(first.idxmin())] = ("danger", "scenario_chart.furthest_below")
    return found


def _year(year: int) -> Sentence:
    """Name a year of the calendar, or one counted from the start."""
    if year == 0:
        return say("scenario_chart.year_start")
    key = "scenario_chart.year_calendar" if year >= 1000 else "scenario_chart.year_count"
    return say(key, year=str(year))


def _draw_bands(canvas: Canvas, years: list[int], bands: NDArray[np.float64], to: Writer) -> None:
    """Draw the median of many units, and what half and 90 % of them lie in."""
    for edge in (0, 1, 3, 4):
        canvas.line(years, bands[edge], "neutral", lw=HAIRLINE)
    canvas.line(years, bands[2], "ink", to("scenario_chart.median"), lw=1.4)
    for low, high, key, alpha in (
        (1, 3, "scenario_chart.half_of_units", 0.3),
        (0, 4, "scenario_chart.most_units", 0.2),
    ):
        canvas.area(years, bands[low], bands[high], "neutral", to(key), alpha=alpha)
