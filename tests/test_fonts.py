"""The shipped font has a glyph for everything a report can say, and pieces of it are the same."""

import base64
import json
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from analysis.fonts import face, font_path, missing, subset_woff, width
from analysis.words import LANGUAGES, catalogue

ROOT = Path(__file__).parents[1]
WHOLE = TTFont(font_path())
TEXTS = st.text(
    st.sampled_from("塔城地区困难群众救助补助资金 ABCabc0123456789%，。〔〕−→"), max_size=30
)


def gb2312():
    pairs = (bytes([row, cell]) for row in range(0xA1, 0xFF) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)


def outline(font, char):
    pen = RecordingPen()
    name = font.getBestCmap()[ord(char)]
    font.getGlyphSet()[name].draw(pen)
    return pen.value, font["hmtx"].metrics[name]


def test_every_character_of_gb2312_has_a_glyph():
    characters = gb2312()
    assert len(set(characters)) == 7445
    assert missing(characters) == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_character_of_the_catalogues_has_a_glyph(lang):
    assert missing("".join(catalogue(lang).texts.values())) == ""


def test_every_character_of_the_tables_has_a_glyph():
    lacking = {
        str(path.relative_to(ROOT)): missing(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "data").rglob("*.csv"))
    }
    assert not {path: chars for path, chars in lacking.items() if chars}


def test_every_character_of_the_notebooks_has_a_glyph():
    lacking = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        lacking[path.name] = missing("".join("".join(cell["source"]) for cell in cells))
    assert not {name: chars for name, chars in lacking.items() if chars}


def test_missing_names_each_character_once_and_no_white_space():
    assert missing("塔😀\n\t\u3000城\u200b😀🐟") == "😀🐟"


def test_the_font_keeps_its_makers_notice_and_licence():
    names = WHOLE["name"]
    assert "Adobe" in names.getDebugName(0)
    assert "SIL Open Font License" in names.getDebugName(13)
    licence = (font_path().parent / "OFL.txt").read_text(encoding="utf-8")
    assert names.getDebugName(0).removeprefix("© ") in licence
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


@given(TEXTS)
def test_a_piece_holds_just_the_characters_asked_for(text):
    piece = TTFont(BytesIO(subset_woff(text)))
    assert set(map(chr, piece.getBestCmap())) == set(text)
    for char in set(text):
        assert outline(piece, char) == outline(WHOLE, char)


def test_a_rule_for_a_style_sheet_brings_the_piece():
    address = re.fullmatch(
        r'@font-face\{font-family:"[\w ]+";src:url\(data:font/woff;base64,(.*)\) '
        r'format\("woff"\)\}',
        face("应保尽保 0"),
    )[1]
    assert base64.b64decode(address) == subset_woff("0 保尽应")


def test_a_piece_sets_lines_like_the_whole():
    piece = TTFont(BytesIO(subset_woff("塔城")))
    for table, field in (("hhea", "ascent"), ("hhea", "descent"), ("OS/2", "usWinAscent")):
        assert getattr(piece[table], field) == getattr(WHOLE[table], field)
    assert "Adobe" in piece["name"].getDebugName(0)


def test_a_character_without_a_glyph_is_left_out_of_a_piece():
    assert subset_woff("塔😀") == subset_woff("塔")


@given(TEXTS)
def test_width_adds_up_the_advances_of_the_font(text):
    advances = [outline(WHOLE, char)[1][0] for char in text]
    assert width(text) == pytest.approx(sum(advances) / WHOLE["head"].unitsPerEm)


def test_the_font_is_read_at_once():
    # Processes forked from one with an open file share the place in it: their reads would mix.
    # In a process of its own, as matplotlib keeps the files of its fonts open.
    code = (
        "import psutil; from analysis.fonts import subset_woff; subset_woff('应保尽保')\n"
        "print([each.path for each in psutil.Process().open_files()])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert font_path().name not in ran.stdout
