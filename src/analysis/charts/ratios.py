"""Maps of the ratio of money to need: a square for each unit, or the outlines of the units.

One colour scale serves both, and the tiles of the front page. Its steps lie symmetrically around
1 on a logarithmic scale. The two arms differ in hue for the colour-blind; in a grey print no two
steps are alike, and only money far below need is dark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Shape
from numpy.typing import NDArray

from analysis.charts.chart import Chart, left_out
from analysis.charts.marks import ratio_text, rows
from analysis.charts.outlines import Outline, centre, outlines, tile_positions
from analysis.charts.style import COLOURS, SMALL, WIDTH, Canvas
from analysis.charts.text import plain, shorten, wrap
from analysis.fonts import width
from analysis.ratio_steps import FILLS, step_bounds, step_of
from analysis.statuses import joined
from analysis.verdicts import FIRM
from analysis.words.sentence import Sentence, Units, Writer, say

_PAD, _TALLEST = 4.0, 460.0
# Points that the key takes above the drawing, and each of its steps across.
_KEY_HEIGHT, _SWATCH = 46.0, 46.0
_LARGEST_TILE, _LEAST_FOR_WORDS, _TILE_LINE = 84.0, 38.0, 9.5
_MAP_LINE, _MAP_NAME = 10.5, 11.0
# A label hides the map where it is more than this many times as large as its unit.
_COVER = 3.0
# Steps of an outline shorter than this are not seen, points.
_FINE = 0.35


def tiles(
    shares: pd.DataFrame,
    verdicts: pd.DataFrame,
    centres: pd.DataFrame | None = None,
) -> Chart | Sentence:
    """Draw a square for each unit, coloured by its ratio of money to need.

    Parameters
    ----------
    shares : DataFrame, index unit_code
        ``ratio`` of `analysis.shares.share_table`. Rows without one are counted, not drawn.
    verdicts : DataFrame, index unit_code
        Of `analysis.verdicts.ratio_verdicts`: units that are open are hatched.
    centres : DataFrame, index unit_code, optional
        ``x`` (eastward) and ``y`` (northward) as of `centres`: squares then lie about as the units
        do. Where one is missing, squares stand in order of the codes.

    Returns
    -------
    Chart or Sentence
        A sentence where fewer than two units have a ratio.

    Raises
    ------
    ReportError
        If a unit is repeated.
    """
    drawn = _ranked(shares, verdicts)
    if len(drawn) < 2:
        return say("share.nothing_to_compare")
    in_place = centres is not None and drawn.index.isin(centres.index).all()
    if centres is not None and in_place:
        cells = tile_positions(centres.loc[drawn.index])
    else:
        cells = _in_order(drawn.index)
    count = cells.max() + 1
    # Whole tenths of a point keep the drawing of thousands of tiles small.
    fitting = (_LARGEST_TILE, (WIDTH - 2 * _PAD) / count["col"], _TALLEST / count["row"])
    side = math.floor(10 * min(fitting)) / 10
    gap = round(min(2.0, side * 0.12), 1)
    bounds = step_bounds(drawn["ratio"])

    def draw(to: Writer) -> Canvas:
        canvas = _canvas(count["row"] * side)
        left = round((canvas.across - count["col"] * side) / 2, 1)
        corners = np.column_stack((left + cells["col"] * side, _KEY_HEIGHT + cells["row"] * side))
        shapes = [_square(x, y, side - gap) for x, y in corners]
        _fill(canvas.axes, shapes, drawn, bounds, line=min(0.5, side / 40))
        _draw_key(canvas.axes, bounds, to, is_open=bool(_is_open(drawn).any()))
        if side >= _LEAST_FOR_WORDS:
            middles = corners + (side - gap) / 2
            for (x, y), code, ratio in zip(middles, drawn.index, drawn["ratio"], strict=True):
                most = int(side // _TILE_LINE) - 2
                lines = label_lines(to.name(str(code)), (side - 6) / SMALL, most)
                _write(canvas.axes, x, y, [*lines, ratio_text(ratio)], step_of(ratio, bounds))
        return canvas

    return Chart(
        frame=drawn,
        columns=list(drawn.columns),
        draw=draw,
        title=_title(drawn),
        kind=say("ratio_chart.tiles", count=len(drawn)),
        subtitle=say("ratio_chart.tiles_in_place" if in_place else "ratio_chart.tiles_in_order"),
        remarks=left_out(len(shares) - len(drawn), "chart.no_need"),
    )


def ratio_map(
    shares: pd.DataFrame,
    verdicts: pd.DataFrame,
    boundaries: Path | None,
    approval_no: str = "",
) -> Chart | Sentence:
    """Draw the outlines of the units, coloured by their ratio of money to need.

    Equirectangular about the mean latitude, north up. In China a map with borders needs an
    approval number (审图号): it stands under the title, or that there is none.

    Parameters
    ----------
    shares, verdicts
        As for `tiles`. Units without a ratio stay white.
    boundaries : Path or None
        GeoJSON in degrees, with the unit's code under the property ``code``. Units without an
        outline in it are named under the title.
    approval_no : str
        Approval number of the boundaries; empty when they have none.

    Returns
    -------
    Chart or Sentence
        A sentence where there are no boundaries, or fewer than two units have a ratio.

    Raises
    ------
    ReportError
        If a unit is repeated, or the boundaries are no GeoJSON of outlines of these units.
    """
    ranked = _ranked(shares, verdicts)
    if boundaries is None:
        return say("ratio_chart.no_boundaries")
    if len(ranked) < 2:
        return say("share.nothing_to_compare")
    found = outlines(boundaries, [str(code) for code in shares.index])
    drawn = ranked[ranked.index.isin(list(found))]
    white = [code for code in found if code not in drawn.index]
    everything = pd.concat([drawn, pd.DataFrame({"ratio": np.nan, "verdict": "none"}, index=white)])
    placed, height = _placed(found)
    bounds = step_bounds(drawn["ratio"])
    lost = [str(code) for code in ranked.index.difference(drawn.index)]
    number = plain(approval_no)
    remarks = [say("ratio_chart.no_outline", units=Units(lost))] if lost else []
    remarks += left_out(len(white), "ratio_chart.white")
    remarks.append(
        say("ratio_chart.approved", number=number) if number else say("ratio_chart.not_approved")
    )

    def draw(to: Writer) -> Canvas:
        canvas = _canvas(height)
        shapes = [_shape(placed[str(code)]) for code in everything.index]
        _fill(canvas.axes, shapes, everything, bounds)
        is_open = bool(_is_open(drawn).any())
        _draw_key(canvas.axes, bounds, to, is_open=is_open, is_white=bool(white))
        unnamed = _label_units(canvas.axes, placed, everything["ratio"], bounds, to)
        if unnamed:
            said = to("ratio_chart.names_left_off", count=unnamed)
            _note(canvas.axes, len(FILLS) * _SWATCH + 16, 34, said, "left")
        return canvas

    return Chart(
        frame=drawn,
        columns=list(drawn.columns),
        draw=draw,
        title=_title(drawn),
        kind=say("ratio_chart.map", count=len(drawn)),
        subtitle=say("ratio_chart.map_subtitle"),
        remarks=remarks,
    )


def label_lines(name: str, ems: float, most: int) -> list[str]:
    """Break a name into at most `most` lines of `ems` times the type size, cut where it must be.

    Examples
    --------
    >>> label_lines("City and County of San Francisco", 7, 2)
    ['City and', 'County of Sa...']
    """
    lines = wrap(name, ems)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [shorten(line, ems) for line in lines]


def _ranked(shares: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return the units with a ratio and their verdicts, the highest ratio first."""
    known = shares[["ratio"]].dropna().sort_index()
    if len(known):
        rows(known.index)
    return joined(known.sort_values("ratio", ascending=False, kind="stable"), verdicts["verdict"])


def _is_open(drawn: pd.DataFrame) -> pd.Series:
    return drawn["ratio"].notna() & ~drawn["verdict"].isin(FIRM)


def _title(drawn: pd.DataFrame) -> Sentence:
    """Count the units by what is concluded of them."""
    counts = {name: int(drawn["verdict"].eq(name).sum()) for name in FIRM}
    counts |= {"count": len(drawn), "open": int(_is_open(drawn).sum())}
    if counts["even"] == counts["count"]:
        return say("ratio_chart.title_even")
    return say("ratio_chart.title_some_even" if counts["even"] else "ratio_chart.title", **counts)


def _in_order(codes: pd.Index) -> pd.DataFrame:
    """Lay squares out like words on a page, in a block a little broader than high."""
    cols = min(len(codes), math.ceil(math.sqrt(1.5 * len(codes))))
    row, col = np.divmod(np.arange(len(codes)), cols)
    return pd.DataFrame({"row": row, "col": col}, index=codes.sort_values()).loc[codes]


def _canvas(height: float) -> Canvas:
    """Return a canvas that counts in points from its top left corner."""
    canvas = Canvas(_KEY_HEIGHT + height, left=_PAD, right=_PAD, below=0)
    canvas.axes.set(xlim=(0, canvas.across), ylim=(canvas.height, 0))
    canvas.axes.axis("off")
    return canvas


def _fill(
    axes: Axes,
    shapes: Sequence[Shape],
    drawn: pd.DataFrame,
    bounds: Sequence[float],
    *,
    line: float = 0.5,
) -> None:
    """Draw the units' shapes, those of a step at once; open ones are hatched."""
    ratios, is_open = drawn["ratio"].to_numpy(dtype=float), _is_open(drawn).to_numpy()
    step = np.array([-1 if math.isnan(ratio) else step_of(ratio, bounds) for ratio in ratios])
    for place in range(-1, len(FILLS)):
        for hatched in (False, True):
            some = np.flatnonzero((step == place) & (is_open == hatched))
            if len(some):
                shape = Shape.make_compound_path(*(shapes[i] for i in some.tolist()))
                axes.add_patch(PathPatch(shape, **_face(place, hatched=hatched), linewidth=line))


def _face(step: int, *, hatched: bool = False) -> dict[str, Any]:
    face = {"facecolor": FILLS[step] if step >= 0 else COLOURS["paper"]}
    face["edgecolor"] = COLOURS["neutral"]
    if not hatched:
        return face
    lines = COLOURS["paper"] if step in (0, 1, 6) else COLOURS["neutral"]
    return face | {"hatch": "///", "hatchcolor": lines, "hatch_linewidth": 0.6}


def _square(x: float, y: float, side: float) -> Shape:
    right, bottom = x + side, y + side
    return Shape([(x, y), (right, y), (right, bottom), (x, bottom), (x, y)], closed=True)


def _write(axes: Axes, x: float, y: float, lines: Sequence[str], step: int) -> None:
    """Write lines on a shape of a step, on its colour where they reach over its edge."""
    axes.text(
        x,
        y,
        "\n".join(lines),
        ha="center",
        va="center",
        fontsize=SMALL,
        linespacing=1.12,
        color=COLOURS["paper" if step in (0, 1) else "ink"],
        bbox=_face(step) | {"edgecolor": "none", "pad": 1.5},
    )


def _draw_key(
    axes: Axes, bounds: Sequence[float], to: Writer, *, is_open: bool, is_white: bool = False
) -> None:
    """Draw the scale above the map."""
    end = len(FILLS) * _SWATCH
    for step in range(len(FILLS)):
        axes.add_patch(Rectangle((step * _SWATCH, 12), _SWATCH, 9, lw=0.5, **_face(step)))
    for place, bound in enumerate(bounds, start=1):
        said = f"{bound:.3g}" if bound > 1 else f"{bound:.2g}"
        _note(axes, place * _SWATCH, 30, said, "center")
    _note(axes, 0, 8, to("ratio_chart.scale_below"), "left")
    _note(axes, end / 2, 8, to("ratio_chart.scale_even"), "center")
    _note(axes, end, 8, to("ratio_chart.scale_above"), "right")
    x = end + 16
    for wanted, key, step in (
        (is_open, "chart.undecided", 3),
        (is_white, "ratio_chart.no_ratio", -1),
    ):
        if wanted:
            swatch = Rectangle((x, 12), 16, 9, lw=0.5, **_face(step, hatched=step == 3))
            axes.add_patch(swatch)
            _note(axes, x + 20, 20, to(key), "left")
            x += 32 + width(to(key)) * SMALL


def _note(axes: Axes, x: float, y: float, words: str, side: str) -> None:
    axes.text(x, y, words, ha=side, va="baseline", fontsize=SMALL, color=COLOURS["neutral"])


def _placed(found: dict[str, Outline]) -> tuple[dict[str, Outline], float]:
    """Return the outlines in points from the top left of the drawing, and the map's height."""
    points = _points([polygon for outline in found.values() for polygon in outline])
    low, high = points.min(axis=0), points.max(axis=0)
    room = WIDTH - 2 * _PAD
    size = min(room / (high[0] - low[0]), _TALLEST / (high[1] - low[1]))
    corner = np.array([(room - (high[0] - low[0]) * size) / 2, _KEY_HEIGHT])
    placed = {
        code: [
            [corner + (ring - (low[0], high[1])) * (size, -size) for ring in rings]
            for rings in outline
        ]
        for code, outline in found.items()
    }
    return placed, float((high[1] - low[1]) * size)


def _points(outline: Outline) -> NDArray[np.float64]:
    return np.concatenate([ring for rings in outline for ring in rings])


def _shape(outline: Outline) -> Shape:
    rings = [_thinned(ring) for polygon in outline for ring in polygon]
    return Shape.make_compound_path(*(Shape(np.vstack((ring, ring[:1]))) for ring in rings))


def _thinned(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out points too near to the one kept before them."""
    kept = [0]
    for place in range(1, len(ring)):
        if np.abs(ring[place] - ring[kept[-1]]).max() >= _FINE:
            kept.append(place)
    return ring[kept] if len(kept) > 2 else ring


def _label_units(
    axes: Axes,
    placed: dict[str, Outline],
    ratios: pd.Series,
    bounds: Sequence[float],
    to: Writer,
) -> int:
    """Name the units, the largest first, where there is room; return how many have no name."""
    boxes: list[tuple[float, float, float, float]] = []
    size = {code: float(np.prod(np.ptp(_points(each), axis=0))) for code, each in placed.items()}
    for code in sorted(placed, key=lambda code: (-size[code], code)):
        ratio = float(ratios[code])
        lines = [*label_lines(to.name(code), _MAP_NAME, 2), ratio_text(ratio)]
        across = max(width(line) for line in lines) * SMALL / 2 + 2
        down = len(lines) * _MAP_LINE / 2 + 2
        if 4 * across * down > _COVER * size[code]:
            continue
        x, y = _label_place(placed[code], np.array((across, down)))
        x = min(max(x, across), WIDTH - 2 * _PAD - across)
        box = (x - across, y - down, x + across, y + down)
        if any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in boxes
        ):
            continue
        boxes.append(box)
        _write(axes, x, y, lines, -1 if math.isnan(ratio) else step_of(ratio, bounds))
    return len(placed) - len(boxes)


def _label_place(outline: Outline, half: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where a label lies wholly inside, as near the centre as can be; else the centre."""
    middle, points = np.array(centre(outline)), _points(outline)
    low, high = points.min(axis=0) + half, points.max(axis=0) - half
    if (low >= high).any():
        return middle
    grid = np.meshgrid(*np.linspace(low, high, 15).T)
    places = np.vstack((middle, np.column_stack([axis.ravel() for axis in grid])))
    places = places[np.argsort(((places - middle) ** 2).sum(axis=1), kind="stable")]
    corners = np.array([(x, y) for x in (-1, -0.5, 0, 0.5, 1) for y in (-1, 0, 1)]) * half
    probes = (places[:, None, :] + corners).reshape(-1, 2)
    inside = np.any([Shape(rings[0]).contains_points(probes) for rings in outline], axis=0)
    fits = inside.reshape(len(places), -1).all(axis=1)
    return places[int(fits.argmax())] if fits.any() else middle
