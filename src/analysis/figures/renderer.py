"""Draw a figure of matplotlib as one small `<svg>` element.

A page may hold many charts, so ids must not clash and no style may reach out of a chart; drawn
twice, a chart must give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from analysis.figures import glyphs
from analysis.figures.frame import SIZE, framed
from analysis.figures.look import FAMILY
from analysis.figures.svg import LINE, MOVE, colour, hundredths, number, path_data, tenths
from analysis.fonts import known, missing

_CAPS = {"projecting": "square", "round": "round"}
# Stands for the chart's own prefix of ids until all of the chart is known; no text can hold it.
_PREFIX = "\0"
# A space as broad as a character is taken to be that the font lacks.
_BLANK = "\N{IDEOGRAPHIC SPACE}"
# Spaces that SVG drops, and one of the same width that it does not.
_DROPPED, _KEPT = re.compile("^ | (?= )"), "\N{NO-BREAK SPACE}"
# Areas of more corners are written to a tenth of a point: thousands of counties' squares take
# half the room, and no edge moves by more than a twelfth of a page's pixel.
_MANY = 500
# Side of a hatch's tile, points.
_TILE = 72.0
_HATCHED = np.array([[_TILE, 0, 0], [0, -_TILE, _TILE], [0, 0, 1]])


def draw(figure: Figure, *, label: str) -> tuple[str, dict[str, str]]:
    """Draw a figure.

    Parameters
    ----------
    figure : Figure
        Of 72 dots an inch: a dot is a point.
    label : str
        What the chart says, for those who cannot see it.

    Returns
    -------
    tuple of str and dict
        The ``<svg>`` element; the texts in it with characters that the font lacks, in the order
        they were drawn, with those characters.
    """
    across, down = (float(size) for size in figure.get_size_inches() * 72)
    renderer = SvgRenderer(across, down)
    with np.errstate(invalid="ignore"):  # a line may have gaps, and end nowhere
        figure.draw(renderer)
    body = f"<defs>{''.join(renderer.shapes)}</defs>{_written(renderer.parts)}"
    digest = hashlib.sha256(body.encode()).digest()
    body = body.replace(_PREFIX, f"c{base64.b32encode(digest)[:6].decode().lower()}")
    svg = framed(body, across, down, "".join(renderer.words), label)
    return svg, renderer.lacking


class SvgRenderer(RendererBase):
    """Writes what matplotlib draws: points from the upper left corner, words as words.

    What no chart has, and SVG could show only in part, is refused rather than drawn wrongly.

    Parameters
    ----------
    across, down : float
        Size of the drawing, points.

    Attributes
    ----------
    parts : list of tuple of str
        The elements drawn, in order: clip, style, and the element's text before and after them.
    shapes : list of str
        What they refer to: marks, clips, hatches.
    words : set of str
        The characters of its texts.
    lacking : dict
        Texts with characters that the font lacks, and those characters.
    """

    def __init__(self, across: float, down: float) -> None:
        super().__init__()
        self.across, self.down = across, down
        self.parts: list[tuple[str, str, str, str]] = []
        self.shapes: list[str] = []
        self.words: set[str] = set()
        self.lacking: dict[str, str] = {}
        self._ids: dict[Any, str] = {}

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the drawing, points."""
        return self.across, self.down

    def flipy(self) -> bool:
        """Say that y goes downward."""
        return True

    def draw_path(
        self,
        gc: Any,
        path: Path,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        """Draw a path, filled or not."""
        open_ = rgbFace is None and gc.get_hatch() is None
        if open_ and not gc.get_linewidth():
            return
        # Lines may run far out of the drawing: such a part is left out, or it would take its room.
        seen = (0.0, 0.0, self.across, self.down) if open_ else None
        data = self._data(path, self._flipped(transform), seen, coarse=not open_)
        style, own = self._style(gc, rgbFace)
        self.parts.append((self._clip(gc), style, f'<path d="{data}"{own}', "/>"))

    def draw_markers(
        self,
        gc: Any,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        """Draw a mark at each place of a path."""
        matrix = marker_trans.get_matrix().copy()
        matrix[1] *= -1
        data = self._data(marker_path, matrix, None)
        ends = [ends[-2:] for ends, _ in path.iter_segments(simplify=False) if len(ends)]
        places = _moved(np.reshape(ends, (-1, 2)), self._flipped(trans))
        places = places[np.isfinite(places).all(axis=1)]
        if not len(places) or not data:
            return
        mark = self._shape(("mark", data), f'<path id="{{}}" d="{data}"/>')
        clip, (style, own) = self._clip(gc), self._style(gc, rgbFace)
        for x, y in _rounded(places):
            place = f'x="{hundredths(x)}" y="{hundredths(y)}"'
            self.parts.append((clip, style, f'<use href="#{mark}" {place}{own}', "/>"))

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Text | None = None,
    ) -> None:
        """Draw a line of text."""
        if ismath or prop.get_family() != [FAMILY]:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        # What the font lacks is blank, and as broad as it was measured.
        words = "".join(map(_shown, s))
        if words != s and (lacking := missing(s)):
            self.lacking[s] = lacking
        if not words.strip():
            return
        words = _DROPPED.sub(_KEPT, words)
        self.words.update(words)
        style = f' fill="{colour(gc.get_rgb())}"'
        size = prop.get_size_in_points()
        if size != SIZE:
            style += f' font-size="{number(size, 3)}"'
        alpha = gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3]
        own = f' opacity="{number(alpha, 3)}"' if alpha != 1 else ""
        across, down = hundredths(round(100 * x)), hundredths(round(100 * y))
        if angle:
            place = f'transform="translate({across} {down})rotate({number(-angle)})"'
        else:
            place = f'x="{across}" y="{down}"'
        start, end = f"<text {place}{own}", f">{escape(words)}</text>"
        clip = self._clip(gc)
        if clip and angle:
            # A clip of its own would be turned with the text.
            start, end = "<g", f">{start}{end}</g>"
        self.parts.append((clip, style, start, end))

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Return the room a line of text takes, points."""
        if ismath or prop.get_family() != [FAMILY]:
            return super().get_text_width_height_descent(s, prop, ismath)
        size = prop.get_size_in_points()
        width, height, descent = glyphs.extent(s)
        return width * size, height * size, descent * size

    def _get_font_height_metrics(
        self, prop: FontProperties
    ) -> tuple[float, float, float] | tuple[None, None, None]:
        # Without it matplotlib looks the font up, and its tables, for every text.
        if prop.get_family() != [FAMILY]:
            return None, None, None
        size = prop.get_size_in_points()
        return glyphs.ASCENT * size, glyphs.DESCENT * size, 0.0

    def draw_image(self, *_: Any, **__: Any) -> None:
        """Refuse pictures of pixels."""
        raise NotImplementedError("charts hold no pictures of pixels")

    def draw_gouraud_triangles(self, *_: Any, **__: Any) -> None:
        """Refuse shaded triangles."""
        raise NotImplementedError("charts hold no shaded triangles")

    def start_filter(self) -> None:
        """Refuse filters of pixels."""
        raise NotImplementedError("charts hold no filters of pixels")

    def _flipped(self, transform: Transform) -> Any:
        matrix = transform.get_matrix().copy()
        matrix[1] *= -1
        matrix[1, 2] += self.down
        return matrix

    def _data(self, path: Path, matrix: Any, seen: Any, *, coarse: bool = False) -> str:
        places = _moved(path.vertices, matrix)
        codes: Any = path.codes
        if not _plain(places, seen) or (seen and path.should_simplify):
            simplify = bool(seen and path.should_simplify)
            clean = path.cleaned(Affine2D(matrix), True, seen, simplify=simplify, curves=True)
            places, codes = clean.vertices, clean.codes
        kinds = [MOVE] + [LINE] * (len(places) - 1) if codes is None else codes.tolist()
        if coarse and len(places) > _MANY:
            return path_data(kinds, _rounded(places, 10), tenths)
        return path_data(kinds, _rounded(places), hundredths)

    def _style(self, gc: Any, face: Any) -> tuple[str, str]:
        """Return what elements may share, and what each must say itself."""
        if gc.get_sketch_params() is not None or gc.get_url() is not None:
            raise NotImplementedError("charts hold no sketched lines and no links")
        forced = gc.get_forced_alpha()
        if gc.get_hatch() is not None:
            out = [f' fill="url(#{self._hatch(gc, face)})"']
        elif face is None:
            out = [' fill="none"']
        else:
            out = [f' fill="{colour(tuple(face))}"']
        if face is not None and len(face) == 4 and face[3] != 1 and not forced:
            out.append(f' fill-opacity="{number(face[3], 3)}"')
        seen_through = forced and gc.get_alpha() != 1
        own = f' opacity="{number(gc.get_alpha(), 3)}"' if seen_through else ""
        width = gc.get_linewidth()
        if width:
            rgb = gc.get_rgb()
            out.append(f' stroke="{colour(rgb)}"')
            if not forced and rgb[3] != 1:
                out.append(f' stroke-opacity="{number(rgb[3], 3)}"')
            if width != 1:
                out.append(f' stroke-width="{number(width)}"')
            if gc.get_joinstyle() != "round":
                out.append(f' stroke-linejoin="{gc.get_joinstyle()}"')
            if gc.get_capstyle() != "butt":
                out.append(f' stroke-linecap="{_CAPS[gc.get_capstyle()]}"')
            start, dashes = gc.get_dashes()
            if dashes is not None:
                out.append(f' stroke-dasharray="{",".join(number(part, 3) for part in dashes)}"')
                if start:
                    out.append(f' stroke-dashoffset="{number(start)}"')
        return "".join(out), own

    def _shape(self, key: Any, element: str) -> str:
        """Return the id of a shape, which is written when it is first asked for."""
        known = self._ids.get(key)
        if known is None:
            known = self._ids[key] = f"{_PREFIX}{len(self._ids)}"
            self.shapes.append(element.format(known))
        return known

    def _clip(self, gc: Any) -> str:
        path, transform = gc.get_clip_path()
        if path is not None:
            inner = f'<path d="{self._data(path, self._flipped(transform), None)}"/>'
        else:
            rectangle = gc.get_clip_rectangle()
            if rectangle is None:
                return ""
            x, y, across, down = rectangle.bounds
            y = self.down - y - down
            sides = zip(("x", "y", "width", "height"), (x, y, across, down), strict=True)
            inner = "<rect" + "".join(f' {name}="{number(side)}"' for name, side in sides) + "/>"
        shape = self._shape(inner, f'<clipPath id="{{}}">{inner}</clipPath>')
        return f' clip-path="url(#{shape})"'

    def _hatch(self, gc: Any, face: Any) -> str:
        data = self._data(gc.get_hatch_path(), _HATCHED, None)
        ink, width = gc.get_hatch_color(), gc.get_hatch_linewidth()
        filled = "none" if face is None else colour(tuple(face))
        through = f' stroke-opacity="{number(ink[3], 3)}"' if ink[3] != 1 else ""
        pattern = (
            '<pattern id="{}" patternUnits="userSpaceOnUse" '
            f'width="{_TILE:.0f}" height="{_TILE:.0f}">'
            f'<rect width="{_TILE + 1:.0f}" height="{_TILE + 1:.0f}" fill="{filled}"/>'
            f'<path d="{data}" fill="{colour(tuple(ink))}" stroke="{colour(tuple(ink))}" '
            f'stroke-width="{number(width)}"{through} stroke-linejoin="miter"/></pattern>'
        )
        return self._shape(pattern, pattern)


@cache
def _shown(char: str) -> str:
    return char if known(char) else _BLANK


def _written(parts: list[tuple[str, str, str, str]]) -> str:
    """Write elements; what those in a row have in common is said once, around them."""
    out = []
    for clip, clipped in groupby(parts, itemgetter(0)):
        runs = [(style, list(run)) for style, run in groupby(clipped, itemgetter(1))]
        around = clip if len(runs) > 1 else ""
        inside = "" if around else clip
        texts = [_run(inside + style, run) for style, run in runs]
        out += [f"<g{around}>", *texts, "</g>"] if around else texts
    return "".join(out)


def _run(said: str, run: list[tuple[str, str, str, str]]) -> str:
    if len(run) == 1:
        _, _, start, end = run[0]
        return f"{start}{said}{end}"
    return f"<g{said}>{''.join(start + end for _, _, start, end in run)}</g>"


def _moved(places: Any, matrix: Any) -> Any:
    return places @ matrix[:2, :2].T + matrix[:2, 2]


def _rounded(places: Any, parts: int = 100) -> list[tuple[int, int]]:
    return np.rint(places * parts).astype(np.int64).tolist()  # type: ignore[no-any-return]


def _plain(places: Any, seen: Any) -> bool:
    """Say whether all places can be written as they are."""
    if not len(places):
        return True
    low, high = places.min(axis=0), places.max(axis=0)
    if seen is None:
        return bool(np.isfinite(low + high).all())
    return bool(low[0] >= 0 and low[1] >= 0 and high[0] <= seen[2] and high[1] <= seen[3])
