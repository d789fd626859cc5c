"""A square for each unit, coloured by its ratio of shares: a map without borders."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.path import Path

from analysis.errors import ReportError
from analysis.figures import alt
from analysis.figures.look import SMALL, WIDTH, house_style
from analysis.figures.numbers import Column, counted, numbers
from analysis.figures.ratio_colours import (
    KEY_HEIGHT,
    checked,
    draw_key,
    fill,
    ratio_columns,
    steps,
    undecided,
    write,
)
from analysis.figures.ratio_steps import step_bounds
from analysis.figures.rows import joined, label_lines, name_list, name_of
from analysis.figures.share_axis import ratio_text
from analysis.figures.style import Chart, begin, finish
from analysis.figures.text import decimal
from analysis.words import catalogue

_PAD = 4.0
_TALLEST = 460.0
_LARGEST, _LEAST_FOR_WORDS = 84.0, 38.0
_LINE = 9.5


@house_style()
def tile_cartogram(
    table: pd.DataFrame,
    names: pd.Series,
    *,
    positions: pd.DataFrame | None,
    lang: str,
    title: str,
    source: str,
) -> Chart:
    """Draw a square for each unit, coloured by its ratio of shares.

    Parameters
    ----------
    table : DataFrame, index unit_code
        ``ratio`` = share of money / share of need; optionally ``verdict``: units that it calls
        ``undecided`` are hatched. Units without a ratio are counted in the subtitle, not drawn.
    names : Series, index unit_code, str
        Names in the report's language.
    positions : DataFrame, index unit_code, or None
        ``row`` (0 at the top) and ``col`` (0 at the left), whole numbers, no two units on one
        square. Units without a place are named in the subtitle. None lays the squares out in
        order of the codes.
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
        If no unit can be drawn, a unit is repeated, a ratio is negative, a place is no whole
        number or taken twice, or a character has no glyph.
    """
    words = catalogue(lang)
    shown = checked(table).dropna(subset=["ratio"])
    cells = _in_order(shown.index) if positions is None else _in_place(shown.index, positions)
    drawn = shown.loc[cells.index]
    bounds = step_bounds(drawn["ratio"])
    step, open_ = steps(drawn["ratio"], bounds), undecided(drawn)
    rows, cols = (int(cells[axis].max()) + 1 for axis in ("row", "col"))
    # Whole tenths of a point keep the drawing of thousands of tiles small.
    side = math.floor(10 * min(_LARGEST, (WIDTH - 2 * _PAD) / cols, _TALLEST / rows)) / 10
    height = KEY_HEIGHT + rows * side
    canvas = begin(height, left=_PAD, right=_PAD, below=0)
    axes = canvas.axes
    axes.set(xlim=(0, canvas.across), ylim=(height, 0))
    axes.axis("off")
    draw_key(axes, bounds, step, open_, lang)
    left = round((canvas.across - cols * side) / 2, 1)
    corners = np.column_stack((left + cells["col"] * side, KEY_HEIGHT + cells["row"] * side))
    gap = round(min(2.0, side * 0.12), 1)
    squares = [_square(x, y, side - gap) for x, y in corners]
    fill(axes, squares, step, open_, line=min(0.5, side / 40))
    if side >= _LEAST_FOR_WORDS:
        middles = corners + (side - gap) / 2
        each = zip(middles, drawn.index, drawn["ratio"], step, strict=True)
        for (x, y), code, ratio, place in each:
            lines = label_lines(name_of(code, names), (side - 6) / SMALL, int(side // _LINE) - 2)
            write(axes, x, y, [*lines, ratio_text(ratio)], int(place))
    said = [
        words("figure.tiles_subtitle"),
        words("figure.tiles_in_order" if positions is None else "figure.tiles_in_place"),
    ]
    lost = shown.index.difference(cells.index)
    if len(lost):
        said.append(words("figure.no_place", names=name_list(lost, names, lang)))
    if len(table) > len(shown):
        said.append(words("figure.no_need", count=decimal(len(table) - len(shown))))
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=joined(said, lang),
        source=source,
        alt=alt.some(
            alt.ratios(drawn, names, lang, "figure.alt_tiles"), len(drawn), len(table), lang
        ),
        data=numbers(
            [
                *ratio_columns(drawn, names, bounds, step, lang),
                *(
                    Column(axis, words(f"figure_table.{axis}"), list(cells[axis] + 1), "count")
                    for axis in ("row", "col")
                    if positions is not None
                ),
            ],
            counted(lang, lost=len(lost), without=len(table) - len(shown)),
        ),
    )


def _in_order(codes: pd.Index) -> pd.DataFrame:
    """Lay squares out like words on a page, in a block a little broader than high."""
    cols = min(len(codes), math.ceil(math.sqrt(1.5 * len(codes))))
    row, col = np.divmod(np.arange(len(codes)), cols)
    return pd.DataFrame({"row": row, "col": col}, index=codes)


def _in_place(codes: pd.Index, positions: pd.DataFrame) -> pd.DataFrame:
    """Return the places of the units that have one, counted from the top left square."""
    known = positions.index.intersection(codes).sort_values()
    if known.empty:
        raise ReportError(
            "位置表中没有表内任何一个单位：请用 unit_code 作索引。",
            "The positions hold no unit of the table: index them by unit_code.",
        )
    found = positions.loc[known, ["row", "col"]].astype(float)
    if found.index.has_duplicates:
        code = found.index[found.index.duplicated()][0]
        raise ReportError(
            f"单位 {code} 的位置重复：每个单位只能有一格。",
            f"Unit {code} has two places: give it one square.",
        )
    figures = found.to_numpy()
    odd = found.index[(~np.isfinite(figures) | (figures != np.floor(figures))).any(axis=1)]
    if len(odd):
        raise ReportError(
            f"单位 {odd[0]} 的 row 或 col 不是整数：请写成 0、1、2 这样的行号和列号。",
            f"The row or col of unit {odd[0]} is no whole number: count rows and columns 0, 1, 2.",
        )
    taken = found.index[found.duplicated()]
    if len(taken):
        other = found.index[(found == found.loc[taken[0]]).all(axis=1)][0]
        raise ReportError(
            f"单位 {other} 与 {taken[0]} 在同一格：请给每个单位单独一格。",
            f"Units {other} and {taken[0]} are on the same square: give each its own.",
        )
    return (found - found.min()).astype("int64")


def _square(x: float, y: float, side: float) -> Path:
    right, bottom = x + side, y + side
    return Path([(x, y), (right, y), (right, bottom), (x, bottom), (x, y)], closed=True)
