"""Cut Noto Sans CJK SC to the characters a report can hold.

Run as ``python tools/make_font.py NotoSansCJK-Regular.ttc census_county_2020.csv OUT.otf``; the
collection is the one in Debian's package fonts-noto-cjk. Same input, same bytes.

The outlines are kept as they are; hints, subroutines, layout features and the division into nine
sub-fonts go, so that a report can cut its own few hundred characters out by copying bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTCollection, TTFont

FACE = "Noto Sans CJK SC"
# Width of most glyphs (every ideograph): a charstring of that width need not state it.
USUAL_WIDTH = 1000
RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1
    (0x0370, 0x03FF),  # Greek
    (0x2010, 0x2027),  # dashes, quotation marks, ellipsis
    (0x2030, 0x205E),  # per mille and other punctuation
    (0x2070, 0x209C),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currency
    (0x2150, 0x217F),  # fractions, Roman numerals
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x2460, 0x24FF),  # enclosed numbers
    (0x2500, 0x25FF),  # box drawing, geometric shapes
    (0x2600, 0x2606),  # stars and weather
    (0x2713, 0x2718),  # ticks and crosses
    (0x3000, 0x303F),  # Chinese punctuation
    (0xFF00, 0xFFEF),  # full-width forms
)


def gb2312() -> set[str]:
    """Return the 7,445 characters of GB 2312."""
    found = set()
    for row in range(0xA1, 0xFF):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def wanted(table: Path) -> set[str]:
    """Return every character a report may show: `RANGES`, GB 2312 and the census's names."""
    named = {chr(code) for first, last in RANGES for code in range(first, last + 1)}
    return named | gb2312() | set(table.read_text(encoding="utf-8"))


def face(collection: Path) -> TTFont:
    """Return the simplified Chinese face of a Noto Sans CJK collection."""
    for font in TTCollection(collection, lazy=True):
        if font["name"].getDebugName(4) == FACE:
            return font
    raise SystemExit(f"{collection}: holds no face named {FACE}")


def cut(source: TTFont, characters: set[str]) -> TTFont:
    """Return a font of the `characters` that `source` has, and of nothing else."""
    old_names = source.getBestCmap()
    codes = sorted(ord(c) for c in characters if ord(c) in old_names)
    # Codes that share an outline share a glyph, named after the first of them.
    new_names: dict[str, str] = {".notdef": ".notdef"}
    for code in codes:
        new_names.setdefault(old_names[code], f"u{code:04X}")
    glyphs, outlines, metrics = source.getGlyphSet(), {}, {}
    for old, new in new_names.items():
        width = glyphs[old].width
        pen = T2CharStringPen(None if width == USUAL_WIDTH else width, glyphs)
        glyphs[old].draw(pen)
        outlines[new] = pen.getCharString()
        extent = BoundsPen(glyphs)
        glyphs[old].draw(extent)
        metrics[new] = (width, round(extent.bounds[0]) if extent.bounds else 0)
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=False)
    builder.setupGlyphOrder(list(outlines))
    builder.setupCharacterMap({code: new_names[old_names[code]] for code in codes})
    notice = source["name"].getDebugName(0)
    builder.setupCFF(
        source["name"].getDebugName(6),
        {"Notice": notice, "FullName": FACE, "FamilyName": FACE, "Weight": "Regular"},
        outlines,
        {"defaultWidthX": USUAL_WIDTH, "nominalWidthX": 0},
    )
    builder.setupHorizontalMetrics(metrics)
    header = source["hhea"]
    builder.setupHorizontalHeader(ascent=header.ascent, descent=header.descent)
    builder.setupPost(keepGlyphNames=False)
    builder.font["OS/2"], builder.font["name"] = source["OS/2"], source["name"]
    for field in ("created", "modified", "fontRevision", "macStyle", "lowestRecPPEM"):
        setattr(builder.font["head"], field, getattr(source["head"], field))
    builder.font.recalcTimestamp = False
    return builder.font


def main() -> None:
    """Read the arguments, cut the font, write it."""
    parser = argparse.ArgumentParser(description="Cut Noto Sans CJK SC for reports.")
    parser.add_argument("collection", type=Path, help="NotoSansCJK-Regular.ttc")
    parser.add_argument("census", type=Path, help="CSV with the names of all counties")
    parser.add_argument("out", type=Path, help="the font to write")
    arguments = parser.parse_args()
    font = cut(face(arguments.collection), wanted(arguments.census))
    font.save(arguments.out)
    size = arguments.out.stat().st_size
    print(f"{arguments.out}: {len(font.getBestCmap()):,} characters, {size:,} bytes")


if __name__ == "__main__":
    main()
