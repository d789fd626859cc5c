"""Pace of change: how each unit's amount comes nearer to its target, year by year."""

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
from analysis.figures import alt, scenario_alt
from analysis.figures.look import COLOURS, HAIRLINE, SMALL, house_style
from analysis.figures.marks import spread, text_colour
from analysis.figures.numbers import Column, Fact, counted, numbers
from analysis.figures.rows import MOST, joined, name_of, rows
from analysis.figures.scenario_alt import year_name
from analysis.figures.scenario_marks import CUT, figures_of, signed, signed_percent
from analysis.figures.style import Canvas, Chart, begin, finish
from analysis.figures.text import decimal, shorten
from analysis.fonts import width
from analysis.words import catalogue

# More lines than this cannot each be named at their ends.
_NAMED = 12
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_HEIGHT, _LABEL, _LEADER = 220.0, 11.0, 16.0
_ROLES = {"above": "idle", "below": "danger"}


@house_style()
def pace(
    paths: pd.DataFrame,
    target_wan: pd.DataFrame,
    names: pd.Series,
    *,
    within: float,
    lang: str,
    title: str,
    source: str,
) -> Chart:
    """Draw each unit's distance from its target year by year, beside the distance aimed at.

    Parameters
    ----------
    paths, target_wan : DataFrame, index unit_code, columns years (int), 万元
        Amounts and target amounts, at least 0. Units without a target in some year are counted
        in the subtitle, not drawn. Of more than 40 units the bands that hold half of them and
        90 % of them are drawn, with the two furthest from their targets in the first year.
    names : Series, index unit_code, str
        Names in the report's language.
    within : float, part of 1
        The distance aimed at, on both sides of the target.
    lang : str
        ``zh`` or ``en``.
    title, source : str
        The takeaway; where the figures come from and their status.

    Returns
    -------
    Chart

    Raises
    ------
    ReportError
        If the tables differ in units or years, a figure is out of range, no unit has a target,
        or a character has no glyph.
    """
    if not math.isfinite(within) or within < 0:
        raise ReportError(
            f"within 为 {within}：须为不小于 0 的数（1 的一部分）。",
            f"within is {within}: give a part of 1, at least 0.",
        )
    distance = _distances(paths, target_wan)
    known = distance.replace(np.inf, np.nan).dropna()
    without = len(distance) - len(known)
    years = [int(year) for year in known.columns]
    rows([str(code) for code in known.index], names)
    far = _furthest(known[known.columns[0]])
    many = len(known) > MOST
    furthest = known.loc[known.index.isin(list(far))]
    lines = furthest if many else known
    named = lines if len(lines) <= _NAMED else furthest
    labels = [_label(known.loc[code], name_of(str(code), names), lang) for code in named.index]
    room = max([0.0, *(width(label) for label in labels)]) * SMALL
    canvas = begin(_HEIGHT, left=44, right=_LEADER + 8 + room, below=24)
    axes = canvas.axes
    bands = np.quantile(known.to_numpy(), _QUANTILES, axis=0) if many else None
    seen = lines.to_numpy() if bands is None else np.vstack([bands, lines.to_numpy()])
    high = _limits(axes, seen, within)
    axes.axhspan(-within, within, color=COLOURS["band"], alpha=0.55, lw=0, gid="within")
    for edge in (-within, within):
        axes.axhline(edge, color=COLOURS["money"], linewidth=HAIRLINE)
    axes.axhline(0, color=COLOURS["ink"], linewidth=1)
    if bands is not None:
        _draw_bands(axes, years, bands)
    for code, course in lines.iterrows():
        role = far.get(str(code))
        axes.plot(
            years,
            course,
            color=COLOURS[_ROLES[role] if role else "neutral"],
            linewidth=2 if role else 0.8,
            zorder=3 if role else 2,
            gid=str(code),
            marker="o" if len(years) == 1 else "",
            markersize=4,
        )
    _name_ends(canvas, named[known.columns[-1]].clip(upper=high), labels, far)
    _label_years(axes, years, lang)
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=_subtitle(lang, without, int((lines.max(axis=1) > high).sum())),
        source=source,
        alt=alt.some(
            scenario_alt.pace(known, far, names, within, lang), len(known), len(distance), lang
        ),
        data=_numbers(
            lines,
            bands,
            names,
            within,
            lang,
            {"hidden": len(known) - len(lines), "without": without},
        ),
        key=_key(set(far.values()), within, lang, banded=many),
    )


def _numbers(
    lines: pd.DataFrame,
    bands: NDArray[np.float64] | None,
    names: pd.Series,
    within: float,
    lang: str,
    missed: dict[str, int],
) -> dict[str, Any]:
    words = catalogue(lang)
    said = [name_of(str(code), names) for code in lines.index]
    drawn = lines.to_numpy()
    if bands is not None:
        parts = [words("figure_table.quantile", part=f"{part:.0%}") for part in _QUANTILES]
        parts[_QUANTILES.index(0.5)] = words("figure.median")
        said, drawn = [*parts, *said], np.vstack([bands, drawn])
    return numbers(
        [
            Column("name", words("term.unit"), said),
            *(
                Column(f"year_{year}", year_name(int(year), lang), list(drawn[:, at]), "percent", 1)
                for at, year in enumerate(lines.columns)
            ),
        ],
        [
            Fact("within", words("figure_table.within"), within, "percent"),
            *counted(lang, **missed),
        ],
    )


def _distances(paths: pd.DataFrame, target_wan: pd.DataFrame) -> pd.DataFrame:
    units, years = set(paths.index), set(paths.columns)
    if units != set(target_wan.index) or years != set(target_wan.columns) or not len(years):
        raise ReportError(
            "金额表与目标表的单位、年份必须相同，至少一年。",
            "The tables of amounts and targets must hold the same units and years, at least one.",
        )
    given = list(paths.columns)
    if not all(isinstance(year, (int, np.integer)) for year in given) or len(years) < len(given):
        raise ReportError(
            f"年份应为不重复的整数；得到：{'、'.join(map(str, given))}。",
            f"Years are whole numbers, each once; the columns are: {', '.join(map(str, given))}.",
        )
    order = sorted(given)
    amounts, targets = figures_of(paths, order), figures_of(target_wan, order)
    with np.errstate(divide="ignore", invalid="ignore"):
        return amounts / targets - 1


def _furthest(first: pd.Series) -> dict[str, str]:
    """Name the unit furthest above its target and the one furthest below."""
    found = {}
    if first.max() > 1e-9:
        found[str(first.idxmax())] = "above"
    if first.min() < -1e-9:
        found[str(first.idxmin())] = "below"
    return found


def _limits(axes: Axes, seen: NDArray[np.float64], within: float) -> float:
    low, high = min(float(seen.min()), -within), max(float(seen.max()), within)
    high = min(high, max(CUT, 1.2 * within))
    margin = 0.04 * ((high - low) or 1.0)
    axes.set_ylim(low - margin, high + margin)
    axes.yaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    ticks = axes.get_yticks()
    digits = max(0, -math.floor(math.log10(100 * float(ticks[1] - ticks[0])) + 1e-9))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{signed(100 * y, digits)}%"))
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    return high


def _draw_bands(axes: Axes, years: list[int], bands: NDArray[np.float64]) -> None:
    for low, high, alpha in ((0, 4, 0.2), (1, 3, 0.3)):
        axes.fill_between(
            years, bands[low], bands[high], color=COLOURS["neutral"], alpha=alpha, lw=0
        )
    for edge in (0, 1, 3, 4):
        axes.plot(years, bands[edge], color=COLOURS["neutral"], linewidth=HAIRLINE)
    axes.plot(years, bands[2], color=COLOURS["ink"], linewidth=1.4, gid="median")


def _name_ends(canvas: Canvas, ends: pd.Series, labels: list[str], far: dict[str, str]) -> None:
    axes = canvas.axes
    low, high = axes.get_ylim()
    heights = (ends.to_numpy() - low) / (high - low) * canvas.height
    places = spread(heights, _LABEL)
    # Labels are moved apart upward; then all go down together, to lie around the lines' ends.
    places -= min((places - heights).mean(), max(places.min() - 2, 0)) if len(places) else 0
    places -= max(places.max(initial=0) - canvas.height, 0)
    for code, height, place, label in zip(ends.index, heights, places, labels, strict=True):
        role = far.get(str(code))
        colour = text_colour(_ROLES[role] if role else "neutral")
        axes.annotate(
            label,
            (1, height / canvas.height),
            (_LEADER, place - height),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="left",
            va="center_baseline",
            fontsize=SMALL,
            color=colour,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 0.5,
                "shrinkA": 1,
                "shrinkB": 1,
                "relpos": (0, 0.5),
            },
        )


def _label(course: pd.Series, name: str, lang: str) -> str:
    short = shorten(name, 15)
    first, last = (signed_percent(float(course.iloc[place])) for place in (0, -1))
    if len(course) == 1:
        return catalogue(lang)("figure.alt_value", name=short, value=first)
    return catalogue(lang)("scenario_figure.course", name=short, first=first, last=last)


def _label_years(axes: Axes, years: list[int], lang: str) -> None:
    axes.set_xlim(years[0], years[-1]) if len(years) > 1 else axes.set_xlim(
        years[0] - 0.5, years[0] + 0.5
    )
    step = math.ceil(len(years) / 8)
    shown = years[::-1][::step][::-1]
    axes.set_xticks(shown, labels=[year_name(year, lang) for year in shown])


def _subtitle(lang: str, without: int, beyond: int) -> str:
    words = catalogue(lang)
    parts = [words("scenario_figure.pace_subtitle")]
    for key, count in (("no_target", without), ("off_scale", beyond)):
        if count:
            parts.append(words(f"scenario_figure.{key}", count=decimal(count)))
    return joined(parts, lang)


def _key(roles: set[str], within: float, lang: str, *, banded: bool) -> list[tuple[Line2D, str]]:
    words = catalogue(lang)
    grey: dict[str, Any] = {"color": COLOURS["neutral"]}
    key = [
        (Line2D([], [], color=COLOURS[_ROLES[role]], lw=2), words(f"scenario_figure.{role}"))
        for role in _ROLES
        if role in roles
    ]
    if banded:
        key += [
            (Line2D([], [], color=COLOURS["ink"], lw=1.4), words("scenario_figure.median")),
            (Line2D([], [], **grey, alpha=0.45, lw=7), words("scenario_figure.half_band")),
            (Line2D([], [], **grey, alpha=0.2, lw=7), words("scenario_figure.most_band")),
        ]
    else:
        key.append((Line2D([], [], **grey, lw=0.8), words("scenario_figure.one_unit")))
    said = words("scenario_figure.within", within=f"{100 * within:.4g}%")
    key.append((Line2D([], [], color=COLOURS["band"], alpha=0.55, lw=7), said))
    return key
