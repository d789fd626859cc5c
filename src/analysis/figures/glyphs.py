"""Letters, and the room a text takes.

The font has no kerning and no ligatures: letters stand side by side at their own widths.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from analysis.fonts import EM, draw_glyph, width

# Above and below the baseline a line takes at least this much, in ems (sTypoAscender and
# sTypoDescender of the font's OS/2 table).
ASCENT, DESCENT = 0.88, 0.12


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter.

    Parameters
    ----------
    advance : float
        From its place to that of the next letter, ems.
    right, bottom, top : float
        How far its outline and the points that bend it reach, ems, y upward.
    """

    advance: float
    right: float
    bottom: float
    top: float


@cache
def glyph(char: str) -> Glyph:
    """Return a letter; without a glyph in the font it is blank.

    Examples
    --------
    >>> glyph("−")
    Glyph(advance=0.555, right=0.518, bottom=0.335, top=0.403)
    """
    reach = _Reach()
    draw_glyph(char, reach)
    across, up = zip(*reach.places, strict=True) if reach.places else ((0,), (0,))
    return Glyph(width(char), *(part / EM for part in (max(across), min(up), max(up))))


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


class _Reach:
    """A pen that keeps the places of an outline."""

    def __init__(self) -> None:
        self.places: list[tuple[float, float]] = []

    def moveTo(self, *places: tuple[float, float]) -> None:  # noqa: N802
        self.places += places

    lineTo = curveTo = moveTo  # noqa: N815

    def closePath(self) -> None:  # noqa: N802
        """Leave out the way back: it leads to a place that is known."""

    endPath = closePath  # noqa: N815
