"""The font that ships with the package: where it is, what it lacks, and pieces of it for pages.

`README.md` beside it says which characters it has and how it was made.
"""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

# The name of the pieces that pages and charts bring along: no installed font has it.
FAMILY = "Noto Sans SC embedded"
# Units an em.
EM = 1000
# Fields of `head` and `OS/2` that a piece takes over, so that it sets lines like the whole.
_HEAD = ("created", "modified", "fontRevision", "macStyle", "lowestRecPPEM")
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
_NAMES = (0, 1, 2, 4, 6, 13, 14)


def font_path() -> Path:
    """Return where the font lies."""
    return Path(str(files(__package__))) / "NotoSansSC-subset.otf"


def missing(text: str) -> str:
    r"""Return the characters of `text` that the font has no glyph for, each once.

    White space and control characters need no glyph.

    Examples
    --------
    >>> missing("塔城地区 2024 → 万元\n")
    ''
    >>> missing("😀塔😀")
    '😀'
    """
    return "".join(
        char
        for char in dict.fromkeys(text)
        if ord(char) not in _font().names and unicodedata.category(char) not in _UNSEEN
    )


def width(text: str) -> float:
    """Return how long `text` is on one line, in ems; a character without a glyph counts as 1.

    Examples
    --------
    >>> width("万元"), width("")
    (2.0, 0.0)
    """
    return advance(text) / EM


def advance(text: str) -> int:
    """Return how long `text` is on one line, in thousandths of an em.

    Examples
    --------
    >>> advance("10%")
    2031
    """
    return sum(map(_advances().__getitem__, text))


class _Advances(dict[str, int]):
    """Advances of characters, each looked up once."""

    def __missing__(self, char: str) -> int:
        font = _font()
        name = font.names.get(ord(char))
        self[char] = font.widths[name][0] if name else EM
        return self[char]


@cache
def _advances() -> _Advances:
    return _Advances()


def face(text: str) -> str:
    """Return the CSS rule that brings the font's characters of `text` to a page or a chart.

    Examples
    --------
    >>> face("应保尽保")[:73]
    '@font-face{font-family:"Noto Sans SC embedded";src:url(data:font/woff;bas'
    """
    woff = base64.b64encode(subset_woff(text)).decode("ascii")
    return (
        f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff;base64,{woff}) format("woff")}}'
    )


def subset_woff(text: str) -> bytes:
    """Return a WOFF font with the characters of `text`, for embedding in a page.

    Same characters, same bytes, whatever their order. Characters without a glyph are left out;
    `missing` names them.

    Parameters
    ----------
    text : str
        Any text; repetitions do not matter.

    Examples
    --------
    >>> subset_woff("应保尽保") == subset_woff("保尽应")
    True
    """
    return _piece("".join(sorted({char for char in text if ord(char) in _font().names})))


@dataclass(frozen=True)
class _Loaded:
    """The font, read once: what a piece is put together from."""

    names: dict[int, str]
    widths: dict[str, tuple[int, int]]
    outlines: dict[str, bytes]
    font: TTFont


@cache
def _font() -> _Loaded:
    # Loading fontTools takes longer than all else here: only who asks for glyphs pays for it.
    from fontTools.ttLib import TTFont

    # Read at once: processes forked from this one would share an open file's place.
    content = BytesIO(font_path().read_bytes())
    font = TTFont(content, lazy=True, recalcTimestamp=False, recalcBBoxes=False)
    charstrings = font["CFF "].cff[0].CharStrings
    index = charstrings.charStringsIndex
    outlines = {name: index[place].bytecode for name, place in charstrings.charStrings.items()}
    return _Loaded(font.getBestCmap(), dict(font["hmtx"].metrics), outlines, font)


@lru_cache(maxsize=32)
def _piece(text: str) -> bytes:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.misc.psCharStrings import T2CharString

    loaded = _font()
    source = loaded.font
    mapping = {ord(char): loaded.names[ord(char)] for char in text}
    order = [".notdef", *dict.fromkeys(mapping.values())]
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=False)
    builder.font.recalcTimestamp = builder.font.recalcBBoxes = False
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(mapping)
    cff = source["CFF "].cff[0]
    builder.setupCFF(
        source["name"].getDebugName(6),
        {"Notice": cff.Notice, "FontBBox": cff.FontBBox},
        {name: T2CharString(bytecode=loaded.outlines[name]) for name in order},
        {"defaultWidthX": cff.Private.defaultWidthX, "nominalWidthX": cff.Private.nominalWidthX},
    )
    builder.setupHorizontalMetrics({name: loaded.widths[name] for name in order})
    builder.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
    builder.setupPost(keepGlyphNames=False)
    builder.setupNameTable({}, mac=False)
    for record in source["name"].names:
        if record.nameID in _NAMES and record.langID == 0x409:
            builder.font["name"].setName(str(record), record.nameID, 3, 1, 0x409)
    builder.font["OS/2"] = source["OS/2"]
    for field in _HEAD:
        setattr(builder.font["head"], field, getattr(source["head"], field))
    # WOFF2 would be 2 % smaller, and take fontTools 0.25 s for a report's characters.
    builder.font.flavor = "woff"
    packed = BytesIO()
    builder.font.save(packed, reorderTables=None)  # else all is written twice
    return packed.getvalue()
