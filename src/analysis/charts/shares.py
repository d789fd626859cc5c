"""Charts of share and need: who gets which part of the money beside which part of the need."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd

from analysis import inequality
from analysis.charts import marks
from analysis.charts.chart import Chart, axis_label, left_out
from analysis.charts.style import BODY, COLOURS, PARTS, WIDTH, Canvas, wrap
from analysis.statuses import joined, status_of, weakest, with_status
from analysis.uncertainty import visible_intervals
from analysis.verdicts import FIRM
from analysis.words.columns import per_head_digits
from analysis.words.numbers import figure
from analysis.words.sentence import Figure, Sentence, Units, Writer, group_word, say

_NEED_RING = {"mfc": COLOURS["paper"], "mec": COLOURS["need"], "mew": 1.8, "ms": 6.5}
# What is undecided: in a grey print its colour is like the others.
_DASHES = (0, (1.2, 0.8))
_MEAN: dict[str, Any] = {"ls": (0, (4, 2))}
# Room beside a row for a figure such as "100.0%", points.
_FIGURE = 40.0
# Below this part of the money, what would have to move prints as 0.0 %.
EVEN = 0.0005
# The square of the Lorenz curve, and the room at its left, points.
_SIDE, _LEFT = 270.0, 46.0
# Marks of need groups: neither shape nor colour alone has to tell them apart.
_SHAPES, _ROLES = "osD^vPX*", ("money", "need", "idle", "danger", "neutral", "ink")

_HOUSEHOLDS = {
    "yuan_per_person": say("column.yuan_per_household"),
    "yuan_per_person_low": say("column.yuan_per_household_low"),
    "yuan_per_person_high": say("column.yuan_per_household_high"),
}


def dumbbell(
    shares: pd.DataFrame,
    doubt: pd.DataFrame | None = None,
    verdicts: pd.DataFrame | None = None,
    *,
    unit: str | None = None,
) -> Chart | Sentence:
    """Draw each unit's share of the money beside its share of the need, ranked by their ratio.

    Shares more than 40 times apart stand on a logarithmic axis, those of 0 at its left edge.

    Parameters
    ----------
    shares : DataFrame, index unit_code
        Of `analysis.shares.share_table`. Rows without a need share are counted, not drawn.
    doubt : DataFrame, index unit_code, optional
        Of `analysis.uncertainty.share_uncertainty`: intervals, and ranks for the title.
    verdicts : DataFrame, index unit_code, optional
        Of `analysis.verdicts.ratio_verdicts`: units that are open are drawn grey.
    unit : str, optional
        A unit that the chart is about: of many units, it and its neighbours are drawn.
    """
    known = shares.dropna(subset=["share", "need_share"]).sort_index()
    ranked = known.sort_values("ratio", ascending=False, kind="stable", na_position="last")
    if ranked["ratio"].notna().sum() < 2:
        return say("share.nothing_to_compare")
    if unit is not None and unit not in ranked.index:
        return say("unit_page.no_share")
    chosen = marks.rows(_with_doubt(ranked, doubt, verdicts), around=unit)
    drawn = chosen.frame
    firm = drawn["verdict"].isin(FIRM) if "verdict" in drawn else drawn["share"].notna()
    falls = drawn["share"] < drawn["need_share"]
    pairs = drawn[["share", "need_share"]].to_numpy(dtype=float)
    ranged = "need_share_low" in drawn

    def draw(to: Writer) -> Canvas:
        columns = [
            (to("share_chart.ratio_short"), [marks.ratio_text(each) for each in drawn["ratio"]])
        ]
        if "ratio_low" in drawn:
            between = marks.range_texts(drawn["ratio_low"], drawn["ratio_high"], marks.ratio_text)
            columns.append((to("chart.range"), between))
        step = 23 if ranged else 20
        canvas = chosen.canvas(to, left=_FIGURE, right=_FIGURE, columns=columns, step=step)
        top = float(np.nanmax([pairs.max(), *(drawn["need_share_high"] if ranged else [])]))
        edge = marks.share_scale(canvas, pairs, top)
        money, need = (drawn[name].clip(lower=edge) for name in ("share", "need_share"))
        words = axis_label("share", to), axis_label("need_share", to)
        canvas.dots(money, chosen.places, "money", words[0], ms=6.5, zorder=4)
        canvas.dots(need, chosen.places, "need", words[1], **_NEED_RING, zorder=3)
        for some, role, key, ls in (
            (firm & ~falls, "idle", "share_chart.above", "-"),
            (firm & falls, "danger", "share_chart.below", "-"),
            (~firm, "neutral", "chart.undecided", _DASHES),
        ):
            if some.any():
                start = need.where(some)
                canvas.spans(chosen.places, start, money, role, to(key), lw=2.6, ls=ls)
        if ranged:
            low, high = (drawn[f"need_share_{end}"].clip(lower=edge) for end in ("low", "high"))
            how: dict[str, Any] = {"lw": 0.9, "marker": "|", "ms": 4}
            above = chosen.places + 0.33
            canvas.spans(above, low, high, "need", to("share_chart.need_range"), **how)
        for ends, name, role, left in (
            (money, "share", "money", falls),
            (need, "need_share", "need", ~falls),
        ):
            texts = drawn[name].map(marks.share_text)
            for text, end, place, side in zip(texts, ends, chosen.places, left, strict=True):
                canvas.beside(text, end, place, role, left=side, room=6)
        return canvas

    told = ("share", "need_share", "ratio", "ratio_low", "ratio_high", "verdict")
    return Chart(
        frame=drawn[[name for name in told if name in drawn]],
        draw=draw,
        title=_dumbbell_title(ranked, doubt, unit),
        kind=say("share_chart.dumbbell", count=len(ranked)),
        subtitle=say("share_chart.dumbbell_subtitle"),
        remarks=[
            *([say("chart.log_scale")] if marks.is_far_apart(pairs) else []),
            *chosen.remarks,
            *left_out(len(shares) - len(ranked), "chart.no_need"),
        ],
    )


def _with_doubt(
    ranked: pd.DataFrame, doubt: pd.DataFrame | None, verdicts: pd.DataFrame | None = None
) -> pd.DataFrame:
    seen = None if doubt is None else visible_intervals(doubt)
    return joined(ranked, *(each for each in (seen, verdicts) if each is not None))


def _dumbbell_title(ranked: pd.DataFrame, doubt: pd.DataFrame | None, unit: str | None) -> Sentence:
    if unit is not None:
        share, need = ranked.loc[unit, ["share", "need_share"]].map(marks.share_text)
        return say("share_chart.unit_title", unit=Units([unit]), share=share, need_share=need)
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
    """
    known = shares[np.isfinite(shares["yuan_per_person"].astype(float))].sort_index()
    known = known.sort_values("yuan_per_person", ascending=False, kind="stable")
    if known.empty:
        return say("share.nothing_to_compare")
    chosen = marks.rows(_with_doubt(known, doubt).filter(regex="^yuan_per_person"))
    drawn = chosen.frame
    digits = per_head_digits(known["yuan_per_person"])
    mean = _mean_per_head(known)
    what = "yuan_per_household" if households else "yuan_per_person"
    kind = "share_chart.per_household" if households else "share_chart.per_person"
    named = say("column.yuan_per_household") if households else say("column.yuan_per_person")

    def text(value: float) -> str:
        return figure(value, "one", digits)

    def draw(to: Writer) -> Canvas:
        values = drawn["yuan_per_person"]
        low, high = (drawn.get(f"yuan_per_person_{end}", values) for end in ("low", "high"))
        ranged = drawn.shape[1] > 1
        columns = [(axis_label(what, to), [text(value) for value in values])]
        if ranged:
            columns.append((to("chart.range"), marks.range_texts(low, high, text)))
        canvas = chosen.canvas(to, columns=columns)
        finite = [end for end in [mean, *values, *high] if math.isfinite(end)]
        marks.number_scale(canvas, 0, max(finite, default=0.0) * 1.02 or 1)
        edge = canvas.axes.get_xlim()[1]
        canvas.bars(chosen.places, values, "money")
        if not math.isnan(mean):
            canvas.rule(mean, **_MEAN)
            words = to("share_chart.mean", amount=Figure(mean, "one", digits))
            canvas.beside(words, mean, -marks.ABOVE, left=mean > 0.6 * edge)
        if ranged:
            # A range without end, such as of need that may be 0, runs to the edge.
            ends = low.clip(upper=edge), high.clip(upper=edge)
            canvas.spans(chosen.places, *ends, "need", to("chart.range"), lw=1.3)
        return canvas

    return Chart(
        frame=drawn,
        draw=draw,
        title=_per_head_title(known["yuan_per_person"].astype(float), digits, named),
        kind=say(kind, count=len(known)),
        subtitle=say("share_chart.per_head_subtitle", label=named),
        remarks=[*chosen.remarks, *left_out(len(shares) - len(known), "chart.no_need")],
        facts={} if math.isnan(mean) else {"mean": Figure(mean, "one", digits)},
        labels=_HOUSEHOLDS if households else {},
    )


def _per_head_title(amounts: pd.Series, digits: int, what: Sentence) -> Sentence:
    high, low = (Figure(float(amounts.iloc[end]), "one", digits) for end in (0, -1))
    said = {"what": what, "high": high}
    if len(amounts) == 1:
        return say("share_chart.per_head_one", **said)
    if low.value == 0:
        return say("share_chart.per_head_zero", **said)
    times = Figure(high.value / low.value, "ratio", 1)
    return say("share_chart.per_head_title", low=low, times=times, **said)


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
    chosen = marks.rows(known.loc[order])
    drawn = chosen.frame
    below = [str(code) for code in known.index[(known < 1).all(axis=1) & known.notna().any(axis=1)]]

    def draw(to: Writer) -> Canvas:
        canvas = chosen.canvas(to, left=_FIGURE, right=_FIGURE, step=21)
        marks.ratio_scale(canvas, drawn.to_numpy())
        words = [to.text(group_word(str(group))) for group in drawn]
        looks = list(zip(words, itertools.cycle(_ROLES), itertools.cycle(_SHAPES), strict=False))
        chosen.staggered(canvas, drawn, looks, marks.ratio_text)
        return canvas

    return Chart(
        frame=drawn,
        draw=draw,
        title=say("share_chart.groups_below", units=Units(below))
        if below
        else say("share_chart.groups_mixed"),
        kind=say("share_chart.groups", count=len(known), groups=len(known.columns)),
        subtitle=say("share_chart.groups_subtitle"),
        remarks=[*chosen.remarks, *left_out(len(ratios) - len(known), "chart.no_need")],
    )


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
    curve = inequality.lorenz(both["amount"], both["need"])[["need_cum", "money_cum"]]
    stated = {"need_cum": status_of(need), "money_cum": status_of(amount_wan)}
    curve = with_status(
        curve.reset_index(drop=True),
        {name: weakest([status], at_least="computed") for name, status in stated.items()},
    )
    hoover = inequality.hoover(both["amount"], both["need"])
    gini = inequality.gini(both["amount"], both["need"])
    x, y = curve.to_numpy(dtype=float).T
    widest = int(np.argmax(x - y))

    def draw(to: Writer) -> Canvas:
        canvas = Canvas(_SIDE, left=_LEFT, right=WIDTH - _LEFT - _SIDE, below=30)
        canvas.axes.set(xlim=(0, 1), ylim=(0, 1))
        ticks = marks.round_marks(0, 1, step=0.2, percents=True)
        canvas.marks("x", *ticks)
        canvas.marks("y", *ticks)
        under: dict[str, Any] = {"shift": (0, -18), "ha": "center", "va": "top"}
        canvas.write(axis_label("need_cum", to), 0.5, 0, where=PARTS, **under)
        canvas.write(axis_label("money_cum", to), 0, 1, shift=(4, -4), where=PARTS, va="top")
        canvas.area(x, x, y, "band", alpha=0.5)
        canvas.line(x, y, "money", to("share_chart.lorenz_curve"), lw=1.8)
        canvas.line([0, 1], [0, 1], "neutral", to("share_chart.proportional"), lw=1, **_MEAN)
        gap = [x[widest]] * 2, [y[widest], x[widest]]
        canvas.line(*gap, "danger", to("share_chart.hoover_gap"), lw=2)
        for height, name, value in (
            (0.86, "hoover", f"{figure(hoover, 'percent', 1)}%"),
            (0.52, "gini", figure(gini, "ratio", 3)),
        ):
            measure = inequality.MEASURES[name]
            how: dict[str, Any] = {"where": PARTS, "va": "baseline"}
            canvas.write(measure.label[to.lang], 1, height, shift=(26, 0), size=BODY, **how)
            canvas.write(value, 1, height, "ink", shift=(26, -22), size=18, **how)
            meaning = wrap(measure.meaning[to.lang], (WIDTH - _LEFT - _SIDE - 34) / BODY)
            for place, line in enumerate(meaning):
                canvas.write(line, 1, height, shift=(26, -36 - 12 * place), size=BODY, **how)
        return canvas

    return Chart(
        frame=curve,
        draw=draw,
        title=say("share_chart.lorenz_title", part=Figure(hoover, "percent")),
        kind=say("share_chart.lorenz", count=len(both)),
        subtitle=say("share_chart.lorenz_subtitle"),
        facts={"hoover": Figure(hoover, "percent", 1), "gini": Figure(gini, "ratio", 3)},
        quiet=True,
    )
