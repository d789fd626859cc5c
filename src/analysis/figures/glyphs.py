"""Letters as outlines: what a drawing writes once of each letter, and the room a text takes.

The font has no kerning and no ligatures: letters stand side by side at their own widths.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from analysis.figures.svg import CURVE, LINE, MOVE, path_data
from analysis.fonts import draw_glyph, missing, width

# Units an em of outlines and of places in a line: the font's own, so that nothing is rounded.
EM = 1000
# Above and below the baseline a line takes at least this much, in ems (sTypoAscender and
# sTypoDescender of the font's OS/2 table).
ASCENT, DESCENT = 0.88, 0.12


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter.

    Parameters
    ----------
    path : str
        Its outline as SVG path data, `EM` units an em, y downward from the baseline, to be filled;
        empty where nothing is seen.
    advance : float
        From its place to that of the next letter, ems.
    known : bool
        Whether it is seen as it should be: false for a letter that the font has no glyph for.
    right, bottom, top : float
        How far its outline and the points that bend it reach, ems, y upward.
    """

    path: str
    advance: float
    known: bool
    right: float
    bottom: float
    top: float


@cache
def glyph(char: str) -> Glyph:
    """Return a letter; without a glyph in the font it is blank.

    Examples
    --------
    >>> minus = glyph("−")
    >>> minus.path, minus.advance
    ('M38-335h480v-68h-480', 0.555)
    """
    pen = _Outline()
    draw_glyph(char, pen)
    across, down = zip(*pen.places, strict=True) if pen.places else ((0,), (0,))
    box = (part / EM for part in (max(across), -max(down), -min(down)))
    return Glyph(path_data(pen.codes, pen.places, str), width(char), not missing(char), *box)


@lru_cache(maxsize=1 << 12)
def extent(text: str) -> tuple[float, float, float]:
    """Return width, height and depth below the baseline of a line of text, in ems.

    White space counts as width and, as FreeType has it, as a point on the baseline.
    """
    right = at = 0.0
    bottom, top = float("inf"), float("-inf")
    for char in text:
        letter = glyph(char)
        right = max(right, at + letter.right)
        bottom, top = min(bottom, letter.bottom), max(top, letter.top)
        at += letter.advance
    if not text:
        bottom = top = 0.0
    return max(right, at), top - bottom, -bottom


class _Outline:
    """A pen that keeps an outline as places and codes, as matplotlib has them, y downward."""

    def __init__(self) -> None:
        self.places: list[tuple[int, int]] = []
        self.codes: list[int] = []

    def moveTo(self, place: tuple[float, float]) -> None:  # noqa: N802
        self._add(MOVE, place)

    def lineTo(self, place: tuple[float, float]) -> None:  # noqa: N802
        self._add(LINE, place)

    def curveTo(self, *places: tuple[float, float]) -> None:  # noqa: N802
        self._add(CURVE, *places)

    def closePath(self) -> None:  # noqa: N802
        """Leave out the way back: to fill an outline closes it."""
        start = len(self.codes) - 1 - self.codes[::-1].index(MOVE)
        if self.codes[-1] == LINE and self.places[-1] == self.places[start]:
            self.places.pop()
            self.codes.pop()

    endPath = closePath  # noqa: N815

    def _add(self, code: int, *places: tuple[float, float]) -> None:
        self.places += [(round(x), round(-y)) for x, y in places]
        self.codes += [code] * len(places)
