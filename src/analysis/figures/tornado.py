"""What each assumption, alone, does to both tails: too little money and too much."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.errors import ReportError
from analysis.figures import alt, stock_alt
from analysis.figures.amounts import amount_digits, amount_text, fitting_ticks
from analysis.figures.axes import ChartAxes
from analysis.figures.look import BODY, COLOURS, HAIRLINE, SMALL, house_style
from analysis.figures.marks import beside
from analysis.figures.numbers import Column, Fact, counted, numbers
from analysis.figures.rows import joined, label_lines
from analysis.figures.scenario_marks import figures_of
from analysis.figures.style import Canvas, Chart, begin, finish
from analysis.figures.text import balanced, decimal, plain
from analysis.fonts import width
from analysis.words import catalogue

_MOST = 10
_ROW, _HEAD = 27.0, 20.0
_GAP, _RIGHT = 30.0, 24.0
_LABEL, _LONGEST_END = 132.0, 62.0
_TAILS, _ENDS = ("shortfall", "carry"), ("low", "high")
_COLUMNS = [f"{tail}_{end}" for tail in _TAILS for end in _ENDS]
# A light bar with a round mark at its end, a dark one with a diamond: grey prints tell them apart.
_COLOUR = {"low": "band", "high": "money"}
_MARK = {"low": "o", "high": "D"}
# Less than half a cent below 0 is noise of adding up.
_NOISE_WAN = 5e-7


@house_style()
def tornado(
    table: pd.DataFrame,
    *,
    base_shortfall_wan: float,
    base_carry_wan: float,
    lang: str,
    currency: str,
    title: str,
    source: str,
) -> Chart:
    """Draw the expected shortfall and carry-over with each assumption at its low and high end.

    Parameters
    ----------
    table : DataFrame, index the label of an assumption in the report's language
        ``shortfall_low``, ``shortfall_high``, ``carry_low``, ``carry_high``, 10,000 of
        `currency`, at least 0: outcomes with the assumption at that end, empty where it has no
        such end; ``low_text``, ``high_text``: the ends themselves, such as ``-1 %``. The ten of
        the largest effect on either outcome are drawn; rows without any figure are counted.
    base_shortfall_wan, base_carry_wan : float, 10,000 of `currency`
        Outcomes with every assumption as it is.
    lang, currency : str
        ``zh`` or ``en``; ``CNY`` or ``USD``.
    title, source : str
        The takeaway; where the figures come from and their status.

    Returns
    -------
    Chart

    Raises
    ------
    ReportError
        If no row can be drawn, an assumption is repeated, a figure is out of range, a column is
        missing, or a character has no glyph.
    """
    words = catalogue(lang)
    base = dict(zip(_TAILS, _bases(base_shortfall_wan, base_carry_wan), strict=True))
    known = figures_of(table, _COLUMNS, least=-_NOISE_WAN).dropna(how="all").clip(lower=0.0)
    ranked = _ranked(known, base)
    texts = _end_texts(table).loc[ranked.index]
    drawn = ranked.iloc[:_MOST]
    canvas = _begin([str(name) for name in drawn.index])
    canvas.axes.set_axis_off()
    panel = (canvas.across - _GAP) / 2
    for side, tail in enumerate(_TAILS):
        where = (side * (panel + _GAP) / canvas.across, 0.0, panel / canvas.across, 1.0)
        axes = canvas.axes.inset_axes(where, axes_class=ChartAxes)
        axes.set_gid(tail)
        ends = drawn[[f"{tail}_{end}" for end in _ENDS]].set_axis(list(_ENDS), axis=1)
        _draw(axes, ends, texts.iloc[:_MOST], base[tail], panel)
        largest = max(base[tail], float(np.nanmax(ends.to_numpy(), initial=0.0)))
        said = words(f"stock_figure.{tail}_head", base=amount_text(base[tail], largest))
        _head(axes, said)
        if side == 0:
            _name_rows(axes, [str(name) for name in drawn.index])
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=_subtitle(lang, currency, len(ranked) - len(drawn), len(table) - len(known)),
        source=source,
        alt=alt.some(
            stock_alt.tornado(ranked, texts, base, lang, currency),
            len(drawn),
            len(table),
            lang,
            "assumptions",
        ),
        data=_numbers(drawn, texts, base, lang, len(ranked) - len(drawn), len(table) - len(known)),
        key=[
            *((_key_mark(end), words(f"stock_figure.{end}_end")) for end in _ENDS),
            (Line2D([], [], color=COLOURS["ink"], linewidth=1), words("stock_figure.base")),
        ],
    )


def _numbers(
    drawn: pd.DataFrame,
    texts: pd.DataFrame,
    base: dict[str, float],
    lang: str,
    hidden: int,
    without: int,
) -> dict[str, Any]:
    words = catalogue(lang)
    ends = {end: words(f"stock_figure.{end}_end") for end in _ENDS}
    digits = amount_digits(float(np.nanmax([*base.values(), *drawn[_COLUMNS].to_numpy().ravel()])))
    return numbers(
        [
            Column("name", words("figure_table.assumption"), [str(name) for name in drawn.index]),
            *(
                Column(
                    f"{end}_text",
                    words("figure_table.end_text", end=said),
                    list(texts[end].iloc[: len(drawn)]),
                )
                for end, said in ends.items()
            ),
            *(
                Column(
                    f"{tail}_{end}",
                    words(f"figure_table.{tail}_end", end=said),
                    list(drawn[f"{tail}_{end}"]),
                    "wan",
                    digits,
                )
                for tail in _TAILS
                for end, said in ends.items()
            ),
        ],
        [
            *(
                Fact(f"base_{t}", words(f"figure_table.{t}_base"), base[t], "wan", digits)
                for t in _TAILS
            ),
            *counted(lang, hidden_assumptions=hidden, without_assumptions=without),
        ],
    )


def _bases(*base: float) -> list[float]:
    for value in base:
        if not math.isfinite(value) or value < -_NOISE_WAN:
            raise ReportError(
                f"龙卷风图的基准值为 {value}：须为不小于 0 的有限的数（万元）。",
                f"A base value of the tornado is {value}: give a finite amount of at least 0.",
            )
    return [max(0.0, float(value)) for value in base]


def _ranked(known: pd.DataFrame, base: dict[str, float]) -> pd.DataFrame:
    if known.empty:
        raise ReportError(
            "没有可画的假设：表中没有一行有数。",
            "There is no assumption to draw: no row of the table holds a figure.",
        )
    effect = known.sub([base[tail] for tail in _TAILS for _ in _ENDS], axis=1).abs().max(axis=1)
    return known.loc[effect.sort_values(ascending=False, kind="stable").index]


def _end_texts(table: pd.DataFrame) -> pd.DataFrame:
    for end in _ENDS:
        if f"{end}_text" not in table.columns:
            raise ReportError(f"图表缺列：{end}_text。", f"The chart lacks a column: {end}_text.")
    texts = table[[f"{end}_text" for end in _ENDS]].set_axis(list(_ENDS), axis=1)
    return texts.map(lambda text: plain(text) if isinstance(text, str) else "")


def _begin(labels: Sequence[str]) -> Canvas:
    lines = [line for label in labels for line in _lines(label)]
    room = max(width(line) for line in lines) * BODY
    return begin(_HEAD + len(labels) * _ROW, left=room + 12, right=_RIGHT)


def _lines(label: str) -> list[str]:
    lines = balanced(label, _LABEL / BODY)
    return lines if len(lines) <= 2 else label_lines(label, _LABEL / BODY, 2)


def _name_rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(
        range(len(labels)),
        labels=["\n".join(_lines(label)) for label in labels],
        fontsize=BODY,
        color=COLOURS["ink"],
        linespacing=1.1,
    )
    axes.tick_params(axis="y", pad=6)


def _draw(axes: Axes, ends: pd.DataFrame, texts: pd.DataFrame, base: float, across: float) -> None:
    """Draw one outcome's bars; the low end's in the upper half of each row."""
    said = texts.map(lambda text: text if width(text) * SMALL <= _LONGEST_END else "")
    low, high = _limits(axes, ends, said, base, across)
    axes.set_ylim(len(ends) - 0.5, -0.5 - _HEAD / _ROW)
    axes.set_yticks([])
    for place in range(1, len(ends)):
        axes.axhline(place - 0.5, color=COLOURS["grid"], linewidth=0.6)
    for end, up in zip(_ENDS, (-0.2, 0.2), strict=True):
        for place, value in enumerate(ends[end]):
            if math.isnan(value):
                continue
            at, colour = place + up, COLOURS[_COLOUR[end]]
            edge: dict[str, Any] = {"edgecolor": COLOURS["money"], "linewidth": HAIRLINE}
            axes.barh(at, value - base, left=base, height=0.32, color=colour, gid=end, **edge)
            axes.plot([value], [at], ls="none", **_mark(end), clip_on=False, zorder=4)
            text = said[end].iloc[place]
            if text:
                beside(axes, value, at, text, COLOURS["ink"], left=value < base, room=6)
    top = (len(ends) * _ROW) / (len(ends) * _ROW + _HEAD)
    axes.axvline(base, ymax=top, color=COLOURS["ink"], linewidth=1, gid="base", zorder=3)
    ticks, labels = fitting_ticks(
        max(0.0, low), high, (high - max(0.0, low)) / (high - low) * across
    )
    axes.set_xticks(ticks, labels=labels)
    for tick in ticks:
        axes.axvline(tick, ymax=top, color=COLOURS["grid"], linewidth=0.6, zorder=0.5)
    axes.spines[["left", "bottom"]].set_visible(False)


def _limits(
    axes: Axes, ends: pd.DataFrame, said: pd.DataFrame, base: float, across: float
) -> tuple[float, float]:
    """Give the axis room for the bars and for what is written at their ends."""
    values = ends.to_numpy()
    least, most = (
        min(base, np.nanmin(values, initial=base)),
        max(base, np.nanmax(values, initial=base)),
    )
    span = float(most - least) or 0.2 * base or 1.0
    wide = said.map(lambda text: width(text) * SMALL + 9 if text else 6.0).to_numpy()
    falls = values < base
    left, right = (float(wide[side].max(initial=6.0)) for side in (falls, ~falls))
    point = span / (across - left - right)
    low, high = float(least) - left * point, float(least) + span + right * point
    axes.set_xlim(low, high)
    return low, high


def _mark(end: str) -> dict[str, Any]:
    return {
        "marker": _MARK[end],
        "markersize": 4.5,
        "markerfacecolor": COLOURS[_COLOUR[end]],
        "markeredgecolor": COLOURS["money"],
        "markeredgewidth": 1.0,
    }


def _key_mark(end: str) -> Line2D:
    return Line2D([], [], linestyle="none", **(_mark(end) | {"markersize": 6.5}))


def _head(axes: Axes, said: str) -> None:
    axes.annotate(
        said,
        (0, 1),
        (0, -9),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="left",
        va="center_baseline",
        fontsize=BODY,
        color=COLOURS["ink"],
        annotation_clip=False,
    )


def _subtitle(lang: str, currency: str, hidden: int, without: int) -> str:
    words = catalogue(lang)
    said = [words("stock_figure.tornado_subtitle", unit=words(f"unit.wan_{currency}"))]
    for key, count in (("assumptions_hidden", hidden), ("assumptions_without", without)):
        if count:
            said.append(words(f"stock_figure.{key}", count=decimal(count)))
    return joined(said, lang)
