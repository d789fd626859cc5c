"""Outlines of the units, coloured by their ratio of shares; drawn only on request.

In China a map with borders needs an approval number (审图号): the source line carries it, or
says that there is none.
"""

from __future__ import annotations

from pathlib import Path as FilePath

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path
from numpy.typing import NDArray

from analysis.figures import alt
from analysis.figures.look import SMALL, WIDTH, house_style
from analysis.figures.numbers import counted, numbers
from analysis.figures.outlines import Outline, centre, outlines
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
from analysis.figures.text import decimal, plain
from analysis.fonts import width
from analysis.words import catalogue

_PAD = 4.0
_TALLEST = 460.0
_LINE = 10.5
_EMS = 11.0
# A label hides the map where it is more than this many times as large as its unit.
_COVER = 3.0
# Places tried for a label along each side, and points of it that must lie inside the outline.
_TRIES = 15
_PROBES = np.array([(x, y) for x in (-1, -0.5, 0, 0.5, 1) for y in (-1, 0, 1)])
# Steps of an outline shorter than this are not seen, points.
_FINE = 0.35


@house_style()
def border_map(
    table: pd.DataFrame,
    names: pd.Series,
    *,
    boundaries: FilePath,
    approval_no: str,
    lang: str,
    title: str,
    source: str,
) -> Chart:
    """Draw the outlines of the units, coloured by their ratio of shares.

    Equirectangular about the mean latitude, north up.

    Parameters
    ----------
    table : DataFrame, index unit_code
        ``ratio`` = share of money / share of need; optionally ``verdict``: units that it calls
        ``undecided`` are hatched. Units without a ratio stay white.
    names : Series, index unit_code, str
        Names in the report's language.
    boundaries : Path
        GeoJSON in degrees, with the unit's code under the property ``code``. Units without an
        outline in it are named in the subtitle.
    approval_no : str
        Approval number (审图号) of the boundaries; empty when they have none.
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
        If no unit can be drawn, a unit is repeated, a ratio is negative, the boundaries are no
        GeoJSON of polygons, or a character has no glyph.
    """
    words = catalogue(lang)
    ordered = checked(table)
    found = outlines(boundaries, [str(code) for code in ordered.index])
    drawn = checked(ordered.loc[list(found)])
    bounds = step_bounds(drawn["ratio"])
    step, open_ = steps(drawn["ratio"], bounds), undecided(drawn)
    placed, body = _placed(found)
    height = KEY_HEIGHT + body
    canvas = begin(height, left=_PAD, right=_PAD, below=0)
    axes = canvas.axes
    axes.set(xlim=(0, canvas.across), ylim=(height, 0))
    axes.axis("off")
    draw_key(axes, bounds, step, open_, lang)
    fill(axes, [_shape(placed[code]) for code in drawn.index], step, open_)
    unnamed = _label(axes, placed, drawn["ratio"], names, step)
    said = [words("figure.map_subtitle")]
    # An institution has no ratio and no outline: nobody looks for it on a map.
    lost = ordered.index[ordered["ratio"].notna()].difference(drawn.index)
    if len(lost):
        said.append(words("figure.no_outline", names=name_list(lost, names, lang)))
    if unnamed:
        said.append(words("figure.names_left_off", count=decimal(unnamed)))
    number = plain(approval_no)
    approval = (
        words("figure.map_approved", number=number) if number else words("figure.map_unapproved")
    )
    return finish(
        canvas,
        lang=lang,
        title=title,
        subtitle=joined(said, lang),
        source=joined([source.rstrip("。. "), approval], lang),
        alt=alt.some(
            alt.ratios(drawn, names, lang, "figure.alt_map"),
            int(drawn["ratio"].notna().sum()),
            len(table),
            lang,
        ),
        data=numbers(
            ratio_columns(drawn, names, bounds, step, lang),
            counted(lang, lost=len(lost)),
        ),
    )


def _placed(found: dict[str, Outline]) -> tuple[dict[str, Outline], float]:
    """Return the outlines in points from the top left of the drawing, and the map's height."""
    points = np.concatenate([ring for rings in found.values() for part in rings for ring in part])
    low, high = points.min(axis=0), points.max(axis=0)
    room = WIDTH - 2 * _PAD
    size = min(room / (high[0] - low[0]), _TALLEST / (high[1] - low[1]))
    left = (room - (high[0] - low[0]) * size) / 2

    def place(ring: NDArray[np.float64]) -> NDArray[np.float64]:
        across, down = (ring[:, 0] - low[0]) * size, (high[1] - ring[:, 1]) * size
        return np.column_stack((left + across, KEY_HEIGHT + down))

    placed = {
        code: [[place(ring) for ring in rings] for rings in polygons]
        for code, polygons in found.items()
    }
    return placed, float((high[1] - low[1]) * size)


def _shape(outline: Outline) -> Path:
    rings = [_thinned(ring) for polygon in outline for ring in polygon]
    return Path.make_compound_path(*(Path(np.vstack((ring, ring[:1]))) for ring in rings))


def _thinned(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out points too near to the one kept before them."""
    kept = [0]
    for place in range(1, len(ring)):
        if np.abs(ring[place] - ring[kept[-1]]).max() >= _FINE:
            kept.append(place)
    return ring[kept] if len(kept) > 2 else ring


def _label(
    axes: Axes,
    placed: dict[str, Outline],
    ratios: pd.Series,
    names: pd.Series,
    step: NDArray[np.int64],
) -> int:
    """Name the units, the largest first, where there is room; return how many have no name."""
    order = {code: place for place, code in enumerate(ratios.index)}
    boxes: list[tuple[float, float, float, float]] = []
    for code in sorted(placed, key=lambda code: (-_size(placed[code]), code)):
        lines = [*label_lines(name_of(code, names), _EMS, 2), ratio_text(float(ratios[code]))]
        across = max(width(line) for line in lines) * SMALL / 2 + 2
        down = len(lines) * _LINE / 2 + 2
        if 4 * across * down > _COVER * _size(placed[code]):
            continue
        x, y = _spot(placed[code], across, down)
        x = min(max(x, across), WIDTH - 2 * _PAD - across)
        box = (x - across, y - down, x + across, y + down)
        if any(_over(box, other) for other in boxes):
            continue
        boxes.append(box)
        write(axes, x, y, lines, int(step[order[code]]))
    return len(placed) - len(boxes)


def _spot(outline: Outline, across: float, down: float) -> tuple[float, float]:
    """Return where a label lies wholly inside, as near the centre as can be; else the centre."""
    middle = np.array(centre(outline))
    points = np.concatenate([ring for rings in outline for ring in rings])
    half = np.array((across, down))
    low, high = points.min(axis=0) + half, points.max(axis=0) - half
    if (low < high).all():
        grid = np.meshgrid(*np.linspace(low, high, _TRIES).T)
        spots = np.vstack((middle, np.column_stack([axis.ravel() for axis in grid])))
        spots = spots[np.argsort(((spots - middle) ** 2).sum(axis=1), kind="stable")]
        probes = (spots[:, None, :] + _PROBES * half).reshape(-1, 2)
        fits = _inside(outline, probes).reshape(len(spots), -1).all(axis=1)
        if fits.any():
            middle = spots[int(fits.argmax())]
    return float(middle[0]), float(middle[1])


def _inside(outline: Outline, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    inside = np.zeros(len(points), dtype=bool)
    for outer, *holes in outline:
        here = Path(outer).contains_points(points)
        for hole in holes:
            here &= ~Path(hole).contains_points(points)
        inside |= here
    return inside


def _size(outline: Outline) -> float:
    points = np.concatenate([ring for rings in outline for ring in rings])
    return float(np.prod(np.ptp(points, axis=0)))


def _over(box: tuple[float, ...], other: tuple[float, ...]) -> bool:
    across = box[0] < other[2] and other[0] < box[2]
    return across and box[1] < other[3] and other[1] < box[3]
