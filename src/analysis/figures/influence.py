"""Whose money each weight of a formula decides."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle

from analysis.figures import alt, scenario_alt
from analysis.figures.look import COLOURS, SMALL, WIDTH, house_style
from analysis.figures.numbers import Column, counted, name_column, numbers
from analysis.figures.rows import MOST, joined, label_lines, label_rows, name_of, rows, subtitle
from analysis.figures.scenario_marks import figures_of, written
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal
from analysis.words import catalogue

# Narrower columns hold no figure and no word; wider ones tear the grid apart.
_NARROW, _WIDE = 30.0, 72.0
_HEAD_LINE = 10.0
# The darkest cell still lets ink be read: a deeper blue would need white figures on some.
_DEEPEST = 0.6


@house_style()
def sensitivity(
    indices: pd.DataFrame,
    unit_names: pd.Series,
    labels: pd.Series,
    *,
    lang: str,
    title: str,
    source: str,
) -> Chart:
    """Draw the total index of each unit's money for each weight, printed in the cells.

    Parameters
    ----------
    indices : DataFrame, index (unit_code, measure)
        ``total``, a Sobol index, near 0 to 1; optionally ``total_low`` and ``total_high``.
        Empty where the money does not depend on the weights: such units come last, and are
        only counted if there are too many units to show them all.
    unit_names, labels : Series, index unit_code and measure, str
        Names in the report's language.
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
        If there is no unit, a figure is infinite, or a character has no glyph.
    """
    words = catalogue(lang)
    grid = figures_of(indices, ["total"], least=-math.inf)["total"].unstack()  # noqa: PD010
    grid = grid[grid.mean().sort_values(ascending=False, kind="stable", na_position="last").index]
    order = grid.iloc[:, 0].sort_values(ascending=False, kind="stable", na_position="last").index
    ranked = grid.loc[order]
    still = ranked.isna().all(axis=1)
    shown = ranked[~still] if len(ranked) > MOST and not still.all() else ranked
    chosen = rows([str(code) for code in shown.index], unit_names)
    left = chosen.room + 10
    fit = int((WIDTH - left - 6) / _NARROW)
    drawn = shown.loc[list(chosen.codes)].iloc[:, :fit]
    cell = min(_WIDE, (WIDTH - left - 6) / drawn.shape[1])
    heads = [
        label_lines(name_of(str(each), labels), (cell - 4) / SMALL, 3) for each in drawn.columns
    ]
    above = max(len(lines) for lines in heads) * _HEAD_LINE + 4
    height = chosen.count * 19 + 2
    canvas = begin(height + above, left=left, right=WIDTH - left - cell * drawn.shape[1], below=4)
    axes = canvas.axes
    for place, row in zip(chosen.places, drawn.to_numpy(), strict=True):
        for column, value in enumerate(row):
            _cell(axes, column, place, float(value))
    axes.set_xlim(-0.5, drawn.shape[1] - 0.5)
    label_rows(axes, chosen, lang, head=above / (height / chosen.count))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    for column, lines in enumerate(heads):
        _write_head(axes, column, lines)
    said = [words("scenario_figure.sensitivity_subtitle"), *_interval_width(indices, lang)]
    missed = {
        key: count
        for key, count in (
            ("measures_left_out", grid.shape[1] - drawn.shape[1]),
            ("no_effect_count", len(ranked) - len(shown)),
        )
        if count
    }
    for key, count in missed.items():
        said.append(words(f"scenario_figure.{key}", count=decimal(count)))
    if drawn.isna().any(axis=None):
        said.append(words("scenario_figure.no_effect"))
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=subtitle(joined(said, lang), chosen, lang),
        source=source,
        alt=alt.some(
            scenario_alt.sensitivity(ranked, labels, lang, int(still.sum())),
            len(drawn),
            len(ranked),
            lang,
        ),
        data=numbers(
            [
                name_column(chosen.codes, unit_names, lang),
                *(
                    Column(
                        f"measure_{each}", name_of(str(each), labels), list(drawn[each]), "ratio", 2
                    )
                    for each in drawn.columns
                ),
            ],
            counted(lang, hidden=chosen.hidden, **missed),
        ),
    )


def _write_head(axes: Axes, column: int, lines: list[str]) -> None:
    for up, line in enumerate(reversed(lines)):
        axes.annotate(
            line,
            (column, -0.5),
            (0, 4 + up * _HEAD_LINE),
            textcoords="offset points",
            ha="center",
            va="baseline",
            fontsize=SMALL,
            color=COLOURS["ink"],
            annotation_clip=False,
        )


def _cell(axes: Axes, x: float, y: float, total: float) -> None:
    light, blue = np.array(to_rgb("#f6f7f8")), np.array(to_rgb(COLOURS["money"]))
    depth = 0.0 if math.isnan(total) else _DEEPEST * min(max(total, 0.0), 1.0)
    if not math.isnan(total):
        fill = to_hex(light + (blue - light) * depth)
        axes.add_artist(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=fill, linewidth=0))
    axes.text(
        x,
        y,
        "—" if math.isnan(total) else decimal(total, 2),
        ha="center",
        va="center_baseline",
        fontsize=SMALL,
        color=COLOURS["neutral" if math.isnan(total) else "ink"],
    )


def _interval_width(indices: pd.DataFrame, lang: str) -> list[str]:
    if not {"total_low", "total_high"} <= set(indices.columns):
        return []
    off = indices[["total_low", "total_high"]].astype(float).sub(indices["total"], axis=0).abs()
    half = float(np.nanmax(off.to_numpy(), initial=-1.0))
    if half < 0:
        return []
    said = written(math.ceil(half * 100) / 100, 2)
    return [catalogue(lang)("scenario_figure.interval_width", half=said)]
