"""Charts of other ways to share the money: in proportion, by a formula, step by step to a target.

A measure (因素) is what a formula weighs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from analysis.charts.chart import Chart, axis_label, left_out
from analysis.charts.earlier import (
    CUT,
    change_chart,
    change_scale,
    change_text,
    relative_change,
)
from analysis.charts.marks import (
    LONGEST_NAME,
    MOST_ROWS,
    beside,
    end_labels,
    figures_column,
    label_rows,
    name_rows,
    rows,
    scale,
)
from analysis.charts.ratios import label_lines
from analysis.charts.style import BODY, COLOURS, HAIRLINE, SMALL, WIDTH, Canvas
from analysis.charts.text import plain, shorten
from analysis.fonts import width
from analysis.statuses import status_of, weakest, with_status
from analysis.words.columns import label
from analysis.words.numbers import NOTHING, cell, default_digits, figure
from analysis.words.sentence import (
    Figure,
    Listed,
    Sentence,
    Word,
    Writer,
    group_word,
    say,
)

Labels: TypeAlias = Mapping[str, Sentence | Word]

# Weights below this part print as 0.0 %.
_SHOWN = 0.0005
# Shapes and colours, so that neither alone has to tell scenarios apart.
_MARKS = (("o", "money"), ("s", "need"), ("D", "idle"), ("^", "danger"), ("v", "neutral"))
_BOUNDS = ("floor_wan", "ceiling_wan")
_DOT: dict[str, Any] = {"linestyle": "none", "marker": "o", "ms": 5.5, "mew": 0.5}
# More columns than this are too narrow for their figures; broader ones would tear the grid apart.
_MOST_MEASURES, _WIDE, _HEAD_LINE = 10, 72.0, 10.0
# The darkest cell still lets ink be read: a deeper blue would need white figures on some.
_BLUES = LinearSegmentedColormap.from_list("influence", ["#f6f7f8", "#6d93ad"])
# More lines than this cannot each be named at their ends.
_NAMED = 12
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def proportional_change(by_need: pd.DataFrame, group: str) -> Chart | Sentence:
    """Draw what each unit would gain or lose in an allocation proportional to need.

    Parameters
    ----------
    by_need : DataFrame, index unit_code, 万元
        ``amount_wan`` and ``proportional_wan``.
    group : str
        The need group that the latter is proportional to.

    Returns
    -------
    Chart or Sentence
        A sentence where no unit has both figures.
    """
    words = {"group": group_word(group)}
    change = by_need["proportional_wan"] - by_need["amount_wan"]
    moved = Figure(float(change.clip(lower=0).sum()), "wan")
    title = say("scenario_chart.proportional", moved=moved, **words)
    if (relative_change(by_need["amount_wan"], by_need["proportional_wan"]) == 0).all():
        title = say("scenario_chart.proportional_even", **words)
    return change_chart(by_need, "amount_wan", "proportional_wan", title)


def formula_change(
    by_formula: pd.DataFrame,
    formula: Listed,
    scenarios: Sequence[str] = ("formula_wan", "proportional_wan"),
) -> Chart | Sentence:
    """Draw each unit's amount by a formula, and in other scenarios, beside the present amount.

    Parameters
    ----------
    by_formula : DataFrame, index unit_code, 万元
        ``amount_wan`` and ``formula_wan``; ``floor_wan`` and ``ceiling_wan`` where there are
        bounds. Units with an empty cell, but for bounds, are counted, not drawn.
    formula : Listed
        The formula as it stands in a sentence.
    scenarios : sequence of str
        Columns to draw, if they are there: the formula first, at most five.

    Returns
    -------
    Chart or Sentence
        A sentence where no unit has an amount by the formula.

    Raises
    ------
    ReportError
        If a unit is repeated.
    """
    columns = [name for name in scenarios if name in by_formula][: len(_MARKS)]
    known = by_formula.dropna(subset=["amount_wan", *columns]).sort_index()
    if known.empty or not columns:
        return say("scenario_chart.nothing")
    bounds = [name for name in _BOUNDS if name in known]
    moved = pd.DataFrame(
        {name: relative_change(known["amount_wan"], known[name]) for name in columns + bounds}
    )
    order = moved[columns].median(axis=1).sort_values(ascending=False, kind="stable").index
    chosen = rows(order)
    drawn, shown = moved.loc[list(chosen.codes)], known.loc[list(chosen.codes)]
    ends = drawn[columns].agg(["min", "max"], axis=1).to_numpy()
    digits = default_digits("wan", shown["amount_wan"])

    def draw(to: Writer) -> Canvas:
        held = [cell(v, "wan", to.lang, to.currency, digits) for v in shown["amount_wan"]]
        header = axis_label("amount_wan", to)
        tips = [(change_text(low, to), change_text(high, to)) for low, high in ends]
        left, right = (max(width(pair[side]) for pair in tips) * SMALL for side in (0, 1))
        at = right + 34 + max(width(text) for text in held) * SMALL
        canvas = Canvas(
            (chosen.count + 0.9) * 22 + 2,
            left=chosen.room(to) + 20 + left,
            right=max(at, width(header) * SMALL) + 4,
        )
        axes = canvas.axes
        edge = change_scale(axes, drawn.to_numpy(dtype=float))
        inside = drawn.clip(upper=edge)
        for place, (low, high), (low_tip, high_tip) in zip(chosen.places, ends, tips, strict=True):
            span = [min(low, edge), min(high, edge)]
            axes.plot(span, [place] * 2, color=COLOURS["grid"], linewidth=2.6)
            tip = high_tip + (" →" if high > edge else "")
            beside(axes, span[1], place, tip, "neutral", room=6, over=True)
            if low_tip != high_tip:
                beside(axes, span[0], place, low_tip, "neutral", left=True, room=6, over=True)
        # Each scenario has its own height in the row, so that equal amounts are all seen.
        for step, (name, (shape, role)) in enumerate(zip(columns, _MARKS, strict=False)):
            mark = {**_DOT, "marker": shape, "color": COLOURS[role], "mec": COLOURS["paper"]}
            lift = (step - (len(columns) - 1) / 2) * 0.14
            axes.plot(inside[name], np.array(chosen.places) + lift, **mark, clip_on=False)
            canvas.key.append((Line2D([], [], **mark), label(name, to.lang)))
        tick = {**_DOT, "marker": "|", "ms": 13, "mew": 1.2, "color": COLOURS["ink"]}
        for name in bounds:
            axes.plot(inside[name], chosen.places, **tick, clip_on=False)
        if bounds:
            said = to.listed([label(name, to.lang) for name in bounds])
            canvas.key.append((Line2D([], [], **tick), said))
        label_rows(axes, chosen, to, room=left + 10, head=0.9)
        figures_column(axes, chosen.places, held, header, room=at - 76)
        return canvas

    change = moved[columns[0]]
    counts = {"gain": int((change > 0).sum()), "loss": int((change < 0).sum())}
    return Chart(
        frame=shown,
        columns=["amount_wan", *columns, *bounds],
        draw=draw,
        title=say("scenario_chart.formula_title", formula=formula, **counts),
        kind=say("scenario_chart.formula", count=len(known), scenarios=len(columns)),
        subtitle=say("scenario_chart.formula_subtitle"),
        remarks=[*chosen.remarks, *left_out(len(by_formula) - len(known), "chart.no_figure")],
    )


def implied_mix(weights: pd.DataFrame, labels: Labels) -> Chart | Sentence:
    """Draw the weight of each measure that an allocation implies, with its range.

    Parameters
    ----------
    weights : DataFrame, index measure
        ``weight``, ``weight_low`` and ``weight_high``, parts of 1, of
        `analysis.implied.implied_weights`. A weight that the figures do not settle is empty: its
        range is drawn hollow.
    labels : mapping of measure to what it is called

    Returns
    -------
    Chart or Sentence
        A sentence where there is no measure.

    Raises
    ------
    ReportError
        If a measure is repeated.
    """
    known = weights[["weight", "weight_low", "weight_high"]].dropna(subset=["weight_low"])
    if known.empty:
        return say("scenario_chart.nothing")
    middle = known["weight"].fillna(known[["weight_low", "weight_high"]].mean(axis=1))
    drawn = known.loc[middle.sort_values(ascending=False, kind="stable").index]
    chosen = rows(drawn.index, most=len(drawn))
    settled = drawn["weight"].notna().to_numpy()
    named = [labels[str(measure)] for measure in drawn.index]
    best = [NOTHING if math.isnan(w) else f"{figure(w, 'percent', 1)}%" for w in drawn["weight"]]
    ends = drawn[["weight_low", "weight_high"]].to_numpy(dtype=float)
    ranges = [
        f"{'–'.join(dict.fromkeys(figure(end, 'percent', 1) for end in pair))}%" for pair in ends
    ]

    def draw(to: Writer) -> Canvas:
        names = [shorten(plain(to.text(name)), LONGEST_NAME) for name in named]
        headers = to("scenario_chart.best"), to("chart.range")
        apart = [
            15 + max(width(text) for text in (*texts, header)) * SMALL
            for texts, header in zip((best, ranges), headers, strict=True)
        ]
        room = max(width(name) for name in names) * BODY + 12
        canvas = Canvas((chosen.count + 0.9) * 22 + 2, left=room, right=sum(apart) + 4)
        axes = canvas.axes
        whisker: dict[str, Any] = {"color": COLOURS["need"], "lw": 1.4, "marker": "|", "ms": 6}
        edge: dict[str, Any] = {"ls": (0, (3, 2)), "lw": 1.2}
        for place, (low, high), sure in zip(chosen.places, ends, settled, strict=True):
            if sure:
                axes.plot([low, high], [place] * 2, **whisker)
            else:
                how = {"facecolor": COLOURS["paper"], "edgecolor": COLOURS["need"], **edge}
                axes.barh(place, high - low, 0.36, low, **how)
        dot = {**_DOT, "color": COLOURS["money"]}
        axes.plot(drawn["weight"], chosen.places, **dot, clip_on=False)
        axes.set_xlim(0, min(1.0, float(ends.max()) * 1.04) or 1)
        scale(axes, percents=True)
        name_rows(axes, chosen.places, names, room=8, head=0.9)
        figures_column(axes, chosen.places, best, headers[0], room=apart[0] - 76)
        figures_column(axes, chosen.places, ranges, headers[1], room=sum(apart) - 76)
        if settled.any():
            canvas.key.append((Line2D([], [], **dot), headers[0]))
            canvas.key.append((Line2D([], [], **whisker), to("scenario_chart.range_means")))
        if not settled.all():
            mark = Line2D([], [], color=COLOURS["need"], **edge)
            canvas.key.append((mark, to("scenario_chart.hollow")))
        return canvas

    title = say("scenario_chart.implied_open")
    if settled.all():
        title = say("scenario_chart.implied_title", mix=mix(drawn["weight"], labels))
    frame = drawn.copy(deep=False)
    frame.insert(0, "name", named)
    return Chart(
        frame=frame,
        columns=list(drawn.columns),
        draw=draw,
        title=title,
        kind=say("scenario_chart.implied", count=len(drawn)),
        subtitle=say("scenario_chart.implied_subtitle"),
        remarks=left_out(len(weights) - len(known), "chart.no_figure"),
        # Measures are no units: an alternative text finds no names for them; the title has them.
        quiet=True,
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

    Returns
    -------
    Chart or Sentence
        A sentence where no money depends on the weights.
    """
    total = indices["total"].astype(float)
    if total.isna().all():
        return say("scenario_chart.no_influence")
    grid = total.unstack().sort_index()  # noqa: PD010
    grid = grid[grid.mean().sort_values(ascending=False, kind="stable", na_position="last").index]
    ranked = grid.sort_values(str(grid.columns[0]), ascending=False, kind="stable")
    moves = ranked.notna().any(axis=1)
    shown = ranked[moves] if len(ranked) > MOST_ROWS else ranked
    chosen = rows(shown.index)
    drawn = shown.loc[list(chosen.codes)].iloc[:, :_MOST_MEASURES]
    named = {f"influence_{name}": labels[str(name)] for name in drawn}

    def draw(to: Writer) -> Canvas:
        left = chosen.room(to) + 10
        size = min(_WIDE, (WIDTH - left - 6) / drawn.shape[1])
        heads = [label_lines(to.text(name), (size - 4) / SMALL, 3) for name in named.values()]
        above = max(len(lines) for lines in heads) * _HEAD_LINE + 4
        height = chosen.count * 19 + 2
        right = WIDTH - left - size * drawn.shape[1]
        canvas = Canvas(height + above, left=left, right=right, below=4)
        axes = canvas.axes
        for column, name in enumerate(drawn):
            _draw_cells(axes, column, chosen.places, drawn[name])
        axes.set_xlim(-0.5, drawn.shape[1] - 0.5)
        label_rows(axes, chosen, to, head=above / (height / chosen.count))
        axes.set_xticks(range(len(heads)), labels=["\n".join(lines) for lines in heads])
        axes.tick_params(axis="x", labelbottom=False, labeltop=True, pad=4 - above)
        axes.spines["bottom"].set_visible(False)
        return canvas

    # The measure that matters most to most units, the first of equals in the order drawn.
    leading = ranked[moves].idxmax(axis=1)
    most = max(ranked.columns, key=lambda name: int((leading == name).sum()))
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
        columns=list(named),
        draw=draw,
        title=say(
            "scenario_chart.influence_title",
            measure=labels[str(most)],
            count=int((leading == most).sum()),
            total=len(ranked),
        ),
        kind=say("scenario_chart.influence", units=len(ranked), measures=grid.shape[1]),
        subtitle=say("scenario_chart.influence_subtitle"),
        remarks=remarks,
        labels=named,
    )


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

    Returns
    -------
    Chart or Sentence
        A sentence where there is no path, or no unit has a target.

    Raises
    ------
    ReportError
        If a unit is repeated.
    """
    years = [int(str(year)) for year in path]
    aim = target.reindex(path.index).astype(float) / target.sum()
    wanted = pd.DataFrame({year: aim * path[year].sum() for year in years})
    known = (path[years] / wanted - 1).where(wanted > 0).dropna().sort_index()
    if not years or known.empty:
        return say("scenario_chart.nothing")
    rows(known.index)
    known = known.loc[known[years[0]].sort_values(ascending=False, kind="stable").index]
    first, last = known[years[0]], known[years[-1]]
    far = _furthest(first)
    lines = known if len(known) <= MOST_ROWS else known.loc[known.index.isin(list(far))]
    named = lines if len(lines) <= _NAMED else lines.loc[lines.index.isin(list(far))]
    bands = np.quantile(known.to_numpy(), _QUANTILES, axis=0) if len(lines) < len(known) else None
    seen = lines.to_numpy() if bands is None else np.vstack((bands, lines.to_numpy()))
    low, high = min(float(seen.min()), -within), max(float(seen.max()), within)
    high = min(high, max(CUT, 1.2 * within))
    near = Figure(within, "percent", _percent_digits(within))

    def draw(to: Writer) -> Canvas:
        ends = []
        for code, course in named[::-1].iterrows():
            pair = dict.fromkeys(change_text(each, to) for each in course.iloc[[0, -1]])
            said = f"{shorten(plain(to.name(str(code))), 15)} {' → '.join(pair)}"
            role = far.get(str(code), ("neutral", ""))[0]
            ends.append((min(course.iloc[-1], high), said, role))
        room = max([0.0, *(width(said) * SMALL for _, said, _ in ends)])
        canvas = Canvas(220, left=44, right=room + 12, below=24)
        axes = canvas.axes
        _draw_distances(axes, low, high, within)
        if bands is not None:
            _draw_bands(axes, years, bands)
        for code, course in lines.iterrows():
            role = far.get(str(code), ("neutral", ""))[0]
            how: dict[str, Any] = {"lw": 0.8} if role == "neutral" else {"lw": 2, "zorder": 3}
            how |= {"marker": "o", "ms": 4} if len(years) == 1 else {}
            axes.plot(years, course, color=COLOURS[role], **how)
        end_labels(axes, ends, height=220)
        axes.set_xlim(years[0] - (len(years) == 1), years[-1])
        marked = years[:: -math.ceil(len(years) / 8)]
        axes.set_xticks(marked, labels=[to(_year(year)) for year in marked])
        canvas.key = _pace_key(far, near, to, banded=bands is not None)
        return canvas

    inside = {
        f"inside_{end}": Figure(int((course.abs() <= within + 1e-9).sum()), "count")
        for end, course in (("start", first), ("end", last))
    }
    met = int(inside["inside_end"].value)
    some = "scenario_chart.pace_all" if met == len(known) else "scenario_chart.pace_some"
    others = {} if met == len(known) else {"count": len(known), "inside": met}
    status = weakest([status_of(path), status_of(target)], at_least="computed")
    return Chart(
        frame=with_status(pd.DataFrame({"distance_start": first, "distance_end": last}), status),
        columns=["distance_start", "distance_end"],
        draw=draw,
        title=say(some, year=_year(years[-1]), within=near, **others),
        kind=say(
            "scenario_chart.pace",
            count=len(known),
            first=_year(years[0]),
            last=_year(years[-1]),
        ),
        subtitle=say("scenario_chart.pace_subtitle"),
        remarks=[
            *left_out(len(path) - len(known), "scenario_chart.no_target"),
            *left_out(len(known) - len(lines), "scenario_chart.in_bands"),
            *left_out(int((lines.max(axis=1) > high).sum()), "scenario_chart.off_scale"),
        ],
        facts=inside,
    )


def mix(weights: pd.Series, labels: Labels) -> Listed:
    """Return the weights of measures as they stand in a sentence, the largest first.

    Those that print as 0.0 % are left out.

    Examples
    --------
    >>> weights = pd.Series({"urban": 0.25, "resident": 0.75})
    >>> Writer("en").text(mix(weights, {name: group_word(name) for name in weights.index}))
    'residents 75% and urban residents 25%'
    """
    ranked = weights.astype(float).sort_values(ascending=False, kind="stable")
    shown = ranked[ranked >= _SHOWN]
    digits = max([0, *(_percent_digits(part) for part in shown)])
    return Listed(
        [
            say(
                "scenario_chart.weight",
                name=labels[str(name)],
                part=Figure(float(part), "percent", digits),
            )
            for name, part in shown.items()
        ]
    )


def _percent_digits(part: float) -> int:
    """Return 0 for a whole per cent, as settings are, else 1."""
    return int(abs(part * 100 - round(part * 100)) > 1e-9)


def _draw_cells(axes: Axes, column: int, places: tuple[float, ...], values: pd.Series) -> None:
    """Draw the cells of a measure, each with its figure."""
    fills = [_BLUES(min(max(value, 0.0), 1.0)) if value == value else "none" for value in values]
    axes.barh(places, 0.96, 0.92, column - 0.48, color=fills)
    for place, value in zip(places, values, strict=True):
        axes.text(
            column,
            place,
            figure(value, "ratio", 2),
            ha="center",
            va="center_baseline",
            fontsize=SMALL,
            color=COLOURS["neutral" if math.isnan(value) else "ink"],
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


def _draw_distances(axes: Axes, low: float, high: float, within: float) -> None:
    margin = 0.04 * ((high - low) or 1.0)
    axes.set_ylim(low - margin, high + margin)
    axes.yaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    ticks = axes.get_yticks()
    digits = max(0, -math.floor(math.log10(100 * float(ticks[1] - ticks[0])) + 1e-9))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda y, _: f"{'+' if y > 1e-9 else ''}{figure(y, 'percent', digits)}%")
    )
    axes.grid(axis="y")
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.axhspan(-within, within, color=COLOURS["band"], alpha=0.55, lw=0)
    for edge in (-within, within):
        axes.axhline(edge, color=COLOURS["money"], linewidth=HAIRLINE)
    axes.axhline(0, color=COLOURS["ink"], linewidth=1)


def _draw_bands(axes: Axes, years: list[int], bands: NDArray[np.float64]) -> None:
    grey = COLOURS["neutral"]
    for low, high, alpha in ((0, 4, 0.2), (1, 3, 0.3)):
        axes.fill_between(years, bands[low], bands[high], color=grey, alpha=alpha, lw=0)
    for edge in (0, 1, 3, 4):
        axes.plot(years, bands[edge], color=grey, linewidth=HAIRLINE)
    axes.plot(years, bands[2], color=COLOURS["ink"], linewidth=1.4)


def _pace_key(
    far: Mapping[str, tuple[str, str]], within: Figure, to: Writer, *, banded: bool
) -> list[tuple[Line2D, str]]:
    grey: dict[str, Any] = {"color": COLOURS["neutral"]}
    key = [(Line2D([], [], color=COLOURS[role], lw=2), to(said)) for role, said in far.values()]
    if banded:
        key += [
            (Line2D([], [], color=COLOURS["ink"], lw=1.4), to("scenario_chart.median")),
            (Line2D([], [], **grey, alpha=0.45, lw=7), to("scenario_chart.half_of_units")),
            (Line2D([], [], **grey, alpha=0.2, lw=7), to("scenario_chart.most_units")),
        ]
    else:
        key.append((Line2D([], [], **grey, lw=0.8), to("scenario_chart.one_unit")))
    said = to("scenario_chart.within", within=within)
    return [*key, (Line2D([], [], color=COLOURS["band"], alpha=0.55, lw=7), said)]
