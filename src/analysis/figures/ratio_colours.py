"""One colour scale for the ratio of shares on tiles and maps, with its key.

Steps lie symmetrically around 1 on a logarithmic scale. The two arms differ in hue for the
colour-blind; in a grey print no two steps are alike, and only money far below need is dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from analysis.errors import ReportError
from analysis.figures.look import COLOURS, SMALL
from analysis.figures.numbers import Column, digits_of, name_column
from analysis.figures.ratio_steps import FILLS
from analysis.fonts import width
from analysis.words import catalogue

# Points that the key takes above the drawing.
KEY_HEIGHT = 46.0
_SWATCH = 46.0
_EDGE = COLOURS["neutral"]


def steps(ratios: pd.Series, bounds: Sequence[float]) -> NDArray[np.int64]:
    """Return each unit's step, 0 (far below need) to 6 (far above it), -1 without a ratio.

    Examples
    --------
    >>> bounds = (0.67, 0.8, 0.91, 1.1, 1.25, 1.5)
    >>> steps(pd.Series([0.0, 1.0, 1.1, np.inf, np.nan]), bounds).tolist()
    [0, 3, 3, 6, -1]
    """
    values = ratios.to_numpy(dtype=float)
    below = np.searchsorted(bounds[:3], values, side="right")
    above = np.searchsorted(bounds[3:], values, side="left")
    return np.where(np.isnan(values), -1, below + above)


def letters_on(step: int) -> str:
    """Return the colour for letters on a step: dark, or white where dark cannot be read."""
    return COLOURS["paper"] if step in (0, 1) else COLOURS["ink"]


def undecided(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which units a ``verdict`` column, if there is one, leaves undecided."""
    if "verdict" not in table:
        return np.zeros(len(table), dtype=bool)
    return table["verdict"].eq("undecided").to_numpy(dtype=bool)


def sides(below: Sequence[bool] | pd.Series, open_: NDArray[np.bool_], lang: str) -> list[str]:
    """Say of each unit whether its money is below its need, or the figures leave that open."""
    words = catalogue(lang)
    keys = (
        "undecided" if doubt else "below" if less else "above"
        for less, doubt in zip(below, open_, strict=True)
    )
    return [words(f"figure.{key}") for key in keys]


def step_texts(bounds: Sequence[float], step: NDArray[np.int64], lang: str) -> list[str]:
    """Write between which bounds the ratio of each unit lies.

    Examples
    --------
    >>> step_texts((0.67, 0.8, 0.91, 1.1, 1.25, 1.5), np.array([0, 3, 6, -1]), "en")
    ['<0.67', '0.91–1.1', '>1.5', 'no ratio']
    """
    said = [_bound(bound) for bound in bounds]
    texts = [f"<{said[0]}", *(f"{low}–{high}" for low, high in pairwise(said)), f">{said[-1]}"]
    return [catalogue(lang)("figure.no_ratio") if place < 0 else texts[place] for place in step]


def ratio_columns(
    drawn: pd.DataFrame,
    names: pd.Series,
    bounds: Sequence[float],
    step: NDArray[np.int64],
    lang: str,
) -> list[Column]:
    """Return the columns of what is drawn: names, ratios, verdicts where there are, and colours."""
    words = catalogue(lang)
    ratios = drawn["ratio"].astype(float)
    columns = [
        name_column(drawn.index, names, lang),
        Column("ratio", words("term.ratio"), list(ratios), "ratio", digits_of(ratios, 2)),
    ]
    if "verdict" in drawn:
        said = pd.Series(sides(ratios < 1, undecided(drawn), lang)).where(ratios.notna().to_numpy())
        columns.append(Column("verdict", words("figure_table.verdict"), list(said)))
    return [*columns, Column("step", words("figure_table.step"), step_texts(bounds, step, lang))]


def checked(table: pd.DataFrame) -> pd.DataFrame:
    """Return the units in order of their codes, once their ratios can be drawn.

    Raises
    ------
    ReportError
        If a unit is repeated, a ratio is negative, or no unit has one.
    """
    ordered = table.sort_index()
    repeated = ordered.index[ordered.index.duplicated()]
    if len(repeated):
        raise ReportError(
            f"单位 {repeated[0]} 在表中重复出现：每个单位只能有一行。",
            f"Unit {repeated[0]} is repeated in the table: give one row a unit.",
        )
    wrong = ordered.index[ordered["ratio"].astype(float) < 0]
    if len(wrong):
        raise ReportError(
            f"单位 {wrong[0]} 的占比之比为 {ordered['ratio'][wrong[0]]}：须不小于 0。",
            f"Unit {wrong[0]} has the ratio {ordered['ratio'][wrong[0]]}: it is at least 0.",
        )
    if ordered["ratio"].isna().all():
        raise ReportError(
            "没有可画的单位：表中没有一个单位有占比之比。",
            "There is no unit to draw: no unit of the table has a ratio of shares.",
        )
    return ordered


def fill(
    axes: Axes,
    shapes: Sequence[Path],
    step: NDArray[np.int64],
    open_: NDArray[np.bool_],
    *,
    line: float = 0.5,
) -> None:
    """Draw the units' shapes, those of a step at once; undecided ones are hatched.

    Parameters
    ----------
    axes : Axes
        The drawing.
    shapes : sequence of Path
        A shape for each unit, in the units of the axes.
    step : array of int, shape (n,)
        As of `steps`.
    open_ : array of bool, shape (n,)
        As of `undecided`.
    line : float
        Width of the lines around the shapes, points.
    """
    for place in range(-1, len(FILLS)):
        for hatched in (False, True):
            some = np.flatnonzero((step == place) & (open_ == hatched))
            if len(some):
                shape = Path.make_compound_path(*(shapes[int(i)] for i in some))
                patch = PathPatch(shape, **_face(place, hatched=hatched), edgecolor=_EDGE, lw=line)
                patch.set_gid(f"step{place}{'?' if hatched else ''}")
                axes.add_artist(patch)


def write(axes: Axes, x: float, y: float, lines: Sequence[str], step: int) -> None:
    """Write lines on a shape of a step, on its colour where they reach over its edge."""
    axes.text(
        x,
        y,
        "\n".join(lines),
        ha="center",
        va="center",
        fontsize=SMALL,
        linespacing=1.12,
        color=letters_on(step),
        bbox=_face(step) | {"edgecolor": "none", "pad": 1.5},
    )


def draw_key(
    axes: Axes,
    bounds: Sequence[float],
    step: NDArray[np.int64],
    open_: NDArray[np.bool_],
    lang: str,
) -> None:
    """Draw the scale over the first `KEY_HEIGHT` points of axes that count in points, downward."""
    words = catalogue(lang)
    for place in range(len(FILLS)):
        _swatch(axes, place * _SWATCH, _SWATCH, place)
    for place, bound in enumerate(bounds, start=1):
        _say(axes, place * _SWATCH, 30, _bound(bound), "center")
    end = len(FILLS) * _SWATCH
    _say(axes, 0, 8, words("figure.scale_below"), "left")
    _say(axes, end / 2, 8, words("figure.scale_even"), "center")
    _say(axes, end, 8, words("figure.scale_above"), "right")
    x = end + 16
    for drawn, key, place, hatched in (
        (open_.any(), "undecided", 3, True),
        ((step < 0).any(), "no_ratio", -1, False),
    ):
        if drawn:
            _swatch(axes, x, 16, place, hatched=hatched)
            _say(axes, x + 20, 20, words(f"figure.{key}"), "left")
            x += 32 + width(words(f"figure.{key}")) * SMALL


def _bound(bound: float) -> str:
    return f"{bound:.3g}" if bound > 1 else f"{bound:.2g}"


def _face(step: int, *, hatched: bool = False) -> dict[str, Any]:
    if step < 0:
        return {"facecolor": COLOURS["paper"]}
    if not hatched:
        return {"facecolor": FILLS[step]}
    lines = COLOURS["paper"] if step in (0, 1, 6) else COLOURS["neutral"]
    return {"facecolor": FILLS[step], "hatch": "///", "hatchcolor": lines}


def _swatch(axes: Axes, x: float, across: float, step: int, *, hatched: bool = False) -> None:
    corners = [(x, 12), (x + across, 12), (x + across, 21), (x, 21), (x, 12)]
    face = _face(step, hatched=hatched)
    axes.add_artist(PathPatch(Path(corners), **face, edgecolor=_EDGE, lw=0.5))


def _say(axes: Axes, x: float, y: float, words: str, side: str) -> None:
    axes.text(x, y, words, ha=side, va="baseline", fontsize=SMALL, color=COLOURS["neutral"])
