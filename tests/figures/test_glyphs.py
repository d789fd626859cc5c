"""Letters take the room that FreeType gives them."""

import pytest
from fontTools.pens.boundsPen import ControlBoundsPen
from fontTools.ttLib import TTFont
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from analysis.figures import glyphs
from analysis.fonts import EM, font_path

FONT = TTFont(font_path())
NAMES = FONT.getBestCmap()
LETTERS = st.sampled_from(
    "塔城地区困难群众救助（）〔〕《》，。、：；！？·…—−→∞≈ABCgjpqy@|0123456789%.,:;'\" "
)


@given(st.sampled_from(sorted(NAMES)))
def test_a_letter_knows_how_far_it_reaches(code):
    letter, pen = glyphs.glyph(chr(code)), ControlBoundsPen(None)
    FONT.getGlyphSet()[NAMES[code]].draw(pen)
    _, bottom, right, top = pen.bounds or (0, 0, 0, 0)
    assert (letter.bottom, letter.right, letter.top) == (bottom / 1000, right / 1000, top / 1000)
    assert letter.advance == FONT["hmtx"][NAMES[code]][0] / 1000


@given(st.text(LETTERS, min_size=1, max_size=12))
@example(" ·")
@example(" a")
@example("  ")
def test_a_text_takes_the_room_that_freetype_gives_it(text):
    shipped = FontProperties(fname=str(font_path()), size=100)
    theirs = TextToPath().get_text_width_height_descent(text, shipped, False)
    assert [100 * part for part in glyphs.extent(text)] == pytest.approx(theirs, abs=0.15)


def test_lines_are_as_high_as_the_font_says():
    table = FONT["OS/2"]
    assert table.sTypoAscender == 1000 * glyphs.ASCENT
    assert table.sTypoDescender == -1000 * glyphs.DESCENT
    assert table.sTypoLineGap == 0


def test_the_font_puts_letters_side_by_side():
    # Kerning or ligatures would make a text other than its letters one after the other.
    assert not {"GPOS", "GSUB", "kern"} & set(FONT.keys())
    assert FONT["head"].unitsPerEm == EM
