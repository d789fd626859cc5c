"""Maps of the ratio of money to need: a square for each unit, or the outlines of the units.

One colour scale serves both, and the tiles of the front page. Its steps lie symmetrically around
1 on a logarithmic scale. The two arms differ in hue for the colour-blind; in a grey print no two
steps are alike, and only money far below need is dark.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Shape
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from analysis.charts.chart import Chart, left_out
from analysis.charts.marks import ratio_text, rows, widest
from analysis.charts.outlines import Outline, centre, outlines, tile_positions
from analysis.charts.style import COLOURS, SMALL, WIDTH, Canvas, few_lines, letters, plain
from analysis.ratio_steps import FILLS, step_bounds, step_of
from analysis.statuses import joined
from analysis.verdicts import FIRM
from analysis.words.sentence import Sentence, Units, Writer, say

_PAD, _TALLEST = 4.0, 460.0
_ACROSS = WIDTH - 2 * _PAD
# Points that the key takes above the drawing, and each of its steps across.
_KEY_HEIGHT, _SWATCH = 46.0, 46.0
_LARGEST_TILE, _LEAST_FOR_WORDS, _TILE_LINE = 84.0, 38.0, 9.5
_MAP_LINE, _MAP_NAME = 10.5, 11.0
# A label hides the map where it is more than this many times as large as its unit.
_COVER = 3.0
# Steps of an outline shorter than this are not seen, points.
_FINE = 0.35


def tiles(
    shares: pd.DataFrame, verdicts: pd.DataFrame, centres: pd.DataFrame | None = None
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
    fitting = (_LARGEST_TILE, _ACROSS / count["col"], _TALLEST / count["row"])
    side = math.floor(10 * min(fitting)) / 10
    square = side - round(min(2.0, side * 0.12), 1)
    left = round((_ACROSS - count["col"] * side) / 2, 1)
    corners = np.column_stack((left + cells["col"] * side, _KEY_HEIGHT + cells["row"] * side))
    outline = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]) * square

    def draw(to: Writer) -> Canvas:
        shapes = [Shape(corner + outline, closed=True) for corner in corners]
        canvas = _drawing(count["row"] * side, shapes, drawn, to, line=min(0.5, side / 40))
        if side >= _LEAST_FOR_WORDS:
            most = int(side // _TILE_LINE) - 2
            for code, place, step in zip(drawn.index, corners, _steps(drawn), strict=True):
                lines = few_lines(to.name(str(code)), (side - 6) / SMALL, most)
                lines.append(ratio_text(drawn["ratio"][code]))
                _write(canvas, place + square / 2, lines, step)
        return canvas

    return Chart(
        frame=drawn,
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
    shares, verdicts : DataFrame, index unit_code
        As for `tiles`. Units without a ratio stay white.
    boundaries : Path or None
        GeoJSON as for `analysis.charts.outlines.outlines`. Units without an outline in it are
        named under the title.
    approval_no : str
        Approval number of the boundaries; empty when they have none.

    Raises
    ------
    ReportError
        If the boundaries are no GeoJSON of outlines of these units.
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
    lost = [str(code) for code in ranked.index.difference(drawn.index)]
    remarks = [say("ratio_chart.no_outline", units=Units(lost))] if lost else []
    remarks += left_out(len(white), "ratio_chart.white")
    number = plain(approval_no)
    remarks.append(
        say("ratio_chart.approved", number=number) if number else say("ratio_chart.not_approved")
    )

    def draw(to: Writer) -> Canvas:
        shapes = [_shape(placed[str(code)]) for code in everything.index]
        canvas = _drawing(height, shapes, everything, to)
        unnamed = _label_units(canvas, placed, everything, to)
        if unnamed:
            said = to("ratio_chart.names_left_off", count=unnamed)
            canvas.write(said, len(FILLS) * _SWATCH + 16, 34, va="baseline")
        return canvas

    return Chart(
        frame=drawn,
        draw=draw,
        title=_title(drawn),
        kind=say("ratio_chart.map", count=len(drawn)),
        subtitle=say("ratio_chart.map_subtitle"),
        remarks=remarks,
    )


def _ranked(shares: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return the units with a ratio and their verdicts, the highest ratio first."""
    known = shares[["ratio"]].dropna().sort_index()
    if len(known):
        rows(known)
    return joined(known.sort_values("ratio", ascending=False, kind="stable"), verdicts["verdict"])


def _is_open(drawn: pd.DataFrame) -> pd.Series:
    return drawn["ratio"].notna() & ~drawn["verdict"].isin(FIRM)


def _steps(drawn: pd.DataFrame) -> list[int]:
    """Return the step of each unit's ratio on the scale, -1 where it has none."""
    bounds = step_bounds(drawn["ratio"])
    return [-1 if math.isnan(ratio) else step_of(ratio, bounds) for ratio in drawn["ratio"]]


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


def _drawing(
    height: float, shapes: list[Shape], drawn: pd.DataFrame, to: Writer, *, line: float = 0.5
) -> Canvas:
    """Draw the units' shapes, in points from the top left, under the scale; open ones hatched."""
    canvas = Canvas(_KEY_HEIGHT + height, left=_PAD, right=_PAD, below=0)
    canvas.axes.set(xlim=(0, canvas.across), ylim=(canvas.height, 0))
    # Those of a step are drawn at once.
    alike = defaultdict(list)
    for shape, step, hatched in zip(shapes, _steps(drawn), _is_open(drawn), strict=True):
        alike[step, hatched].append(shape)
    for (step, hatched), some in sorted(alike.items()):
        face = _face(step, hatched=hatched)
        canvas.axes.add_patch(PathPatch(Shape.make_compound_path(*some), **face, linewidth=line))
    end = len(FILLS) * _SWATCH
    swatches = [(step * _SWATCH, _SWATCH, _face(step)) for step in range(len(FILLS))]
    notes = [
        (0, 8, to("ratio_chart.scale_below"), "left"),
        (end / 2, 8, to("ratio_chart.scale_even"), "center"),
        (end, 8, to("ratio_chart.scale_above"), "right"),
    ]
    for place, bound in enumerate(step_bounds(drawn["ratio"]), start=1):
        notes.append((place * _SWATCH, 30, f"{bound:.{3 if bound > 1 else 2}g}", "center"))
    x = end + 16
    for wanted, key, face in (
        (_is_open(drawn).any(), "chart.undecided", _face(3, hatched=True)),
        (drawn["ratio"].isna().any(), "ratio_chart.no_ratio", _face(-1)),
    ):
        if wanted:
            swatches.append((x, 16, face))
            notes.append((x + 20, 20, to(key), "left"))
            x += 32 + widest([to(key)])
    for left, wide, face in swatches:
        canvas.axes.add_patch(Rectangle((left, 12), wide, 9, lw=0.5, **face))
    for x, y, words, side in notes:
        canvas.write(words, x, y, ha=side, va="baseline")
    return canvas


def _face(step: int, *, hatched: bool = False) -> dict[str, Any]:
    face = {"facecolor": FILLS[step] if step >= 0 else COLOURS["paper"]}
    face["edgecolor"] = COLOURS["neutral"]
    if not hatched:
        return face
    lines = COLOURS["paper"] if step in (0, 1, 6) else COLOURS["neutral"]
    return face | {"hatch": "///", "hatchcolor": lines, "hatch_linewidth": 0.6}


def _write(canvas: Canvas, place: NDArray[np.float64], lines: list[str], step: int) -> None:
    """Write lines on a shape of a step, on its colour where they reach over its edge."""
    canvas.axes.text(
        float(place[0]),
        float(place[1]),
        "\n".join(lines),
        ha="center",
        va="center",
        fontproperties=letters(SMALL),
        linespacing=1.12,
        color=COLOURS["paper" if step in (0, 1) else "ink"],
        bbox=_face(step) | {"edgecolor": "none", "pad": 1.5},
    )


def _placed(found: dict[str, Outline]) -> tuple[dict[str, Outline], float]:
    """Return the outlines in points from the top left of the drawing, and the map's height."""
    points = _points([polygon for outline in found.values() for polygon in outline])
    low, high = points.min(axis=0), points.max(axis=0)
    size = min(_ACROSS / (high[0] - low[0]), _TALLEST / (high[1] - low[1]))
    corner = np.array([(_ACROSS - (high[0] - low[0]) * size) / 2, _KEY_HEIGHT])
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
    """Return an outline as a shape, without the points that cannot be seen."""
    rings = []
    for ring in itertools.chain(*outline):
        steps = np.diff(np.round(ring / _FINE), axis=0)
        seen = np.append(True, steps.any(axis=1))
        kept = ring[seen] if seen.sum() > 2 else ring
        rings.append(Shape(np.vstack((kept, kept[:1]))))
    return Shape.make_compound_path(*rings)


def _label_units(
    canvas: Canvas, placed: dict[str, Outline], drawn: pd.DataFrame, to: Writer
) -> int:
    """Name the units, the largest first, where there is room; return how many have no name."""
    boxes: list[Bbox] = []
    steps = dict(zip(drawn.index, _steps(drawn), strict=True))
    size = {code: float(np.prod(np.ptp(_points(each), axis=0))) for code, each in placed.items()}
    for code in sorted(placed, key=lambda code: (-size[code], code)):
        lines = [*few_lines(to.name(code), _MAP_NAME, 2), ratio_text(float(drawn["ratio"][code]))]
        half = np.array((widest(lines) / 2 + 2, len(lines) * _MAP_LINE / 2 + 2))
        if 4 * half.prod() > _COVER * size[code]:
            continue
        place = _label_place(placed[code], half)
        place[0] = np.clip(place[0], half[0], _ACROSS - half[0])
        box = Bbox((place - half, place + half))
        if not box.count_overlaps(boxes):
            boxes.append(box)
            _write(canvas, place, lines, steps[code])
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
