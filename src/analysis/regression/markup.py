"""HTML and SVG as a reader finds them: the words in their order, and the cells of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from analysis.regression.difference import Difference, Place, shortened
from analysis.regression.table_places import TablePlace
from analysis.regression.text import compare_text
from analysis.regression.tolerance import Tolerance
from analysis.regression.volatile import PLACES, normalised

# Within one of these, words stand on one line.
_INLINE = frozenset(
    [
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "dfn", "em", "i", "kbd"),
        *("label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time"),
        *("tspan", "u", "var", "wbr"),
    ]
)
_CELLS = frozenset(["td", "th"])
_TERMS = frozenset(["dt", "dd"])
# What a reader is told or led to by; ids, classes and styles are looks.
_SAID = ("alt", "title", "aria-label", "href", "src", "value", "colspan", "rowspan")
_UNSEEN = frozenset(["metadata", "style", "template"])
_LINKS = frozenset(["a", "area"])
# How a picture within a page looks; its words are its `alt`.
_EMBEDDED = re.compile(r"(data:image/[\w.+-]+).*", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A run of words with no break in it, and what it stands in."""

    kind: str
    words: str
    place: Place = ()
    starts_row: bool = False


def compare_markup(old: str, new: str, tolerance: Tolerance) -> Iterator[Difference]:
    """Yield how two pieces of HTML or SVG differ in what they say.

    Heads of rows and columns are compared exactly, cells and prose with numbers within a
    tolerance. Looks do not count.

    Examples
    --------
    >>> table = "<table><tr><th></th><th>人数</th></tr><tr><th>额敏县</th><td>{}</td></tr></table>"
    >>> (found,) = compare_markup(table.format(98), table.format(99), Tolerance())
    >>> found.old, found.new, found.where()
    ('98', '99', '1 › 额敏县 › 人数')
    """
    olds, news = pieces(old), pieces(new)
    if [_structure(piece) for piece in olds] != [_structure(piece) for piece in news]:
        yield _shape(olds, news, tolerance)
        return
    for before, now in zip(olds, news, strict=True):
        for difference in _piece(before, now, tolerance):
            yield difference.within(*before.place)


def pieces(markup: str) -> list[Piece]:
    """Return what a piece of HTML or SVG says, in its order."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    reader.end_piece()
    return reader.found


def _piece(old: Piece, new: Piece, tolerance: Tolerance) -> Iterator[Difference]:
    if old.kind.startswith("th"):
        before, now = (normalised(piece.words, (PLACES,)) for piece in (old, new))
        if before != now:
            yield Difference("text", shortened(old.words), shortened(new.words))
    else:
        in_table = old.kind.startswith("td")
        yield from compare_text(old.words, new.words, tolerance, in_table=in_table)


def _shape(olds: list[Piece], news: list[Piece], tolerance: Tolerance) -> Difference:
    """Tell of the first piece that is another one, missing or too much."""
    pairs = enumerate(zip(olds, news, strict=False))
    unlike = (n for n, each in pairs if _unlike(*each, tolerance))
    first = next(unlike, min(len(olds), len(news)))
    old, new = (each[first] if first < len(each) else Piece("", "") for each in (olds, news))
    return Difference("shape", _told(old), _told(new), place=old.place or new.place)


def _unlike(old: Piece, new: Piece, tolerance: Tolerance) -> bool:
    return _structure(old) != _structure(new) or any(_piece(old, new, tolerance))


def _structure(piece: Piece) -> tuple[str, bool]:
    return piece.kind, piece.starts_row


def _told(piece: Piece) -> str:
    return f"{piece.kind}: {shortened(piece.words)}" if piece.kind else "—"


class _Reader(HTMLParser):
    """Collects pieces; a table's cells are told by the heads of their row and column."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Piece] = []
        self.words: list[str] = []
        self.unseen = 0
        self.tables: list[TablePlace] = []
        self.count = 0
        self.block = self.term = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in _UNSEEN:
            self.unseen += 1
        if tag == "br":
            self.words.append(" ")
        if tag in _INLINE:
            self._say(tag, attributes)
            return
        # An end tag may be left out.
        if tag in (*_CELLS, "tr", "tbody"):
            self._end_cell()
        self.end_piece()
        if tag in _TERMS:
            self.block = tag
        if tag == "table":
            self.count += 1
            self.tables.append(TablePlace(self.count))
        elif self.tables:
            self._start_in(self.tables[-1], tag, attributes)
        self._say(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        if tag in _INLINE:
            return
        if tag in (*_CELLS, "table"):
            self._end_cell()
        self.end_piece()
        if tag in _TERMS:
            self.block = ""
        if self.tables and tag == "table":
            self.tables.pop()
        elif self.tables and tag == "thead":
            self.tables[-1].in_head = False
        elif self.tables and tag == "caption":
            self.tables[-1].kind = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _INLINE:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(data)

    def end_piece(self, *, empty: bool = False) -> None:
        """Keep the words so far; where wanted, even if there are none."""
        words = " ".join("".join(self.words).split())
        self.words = []
        if not (words or empty):
            return
        if not self.tables:
            # What is said of a term is told by it.
            told: Place = (("in", self.term),) if self.block == "dd" and self.term else ()
            self.found.append(Piece("text", words, told))
            if self.block == "dt":
                self.term = words
            return
        table = self.tables[-1]
        place = table.say(words)
        self.found.append(Piece(table.kind or "text", words, place, table.starts_row))
        table.starts_row = False

    def _start_in(self, table: TablePlace, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in ("thead", "tbody"):
            table.in_head = tag == "thead"
        elif tag == "tr":
            table.start_row()
        elif tag == "caption":
            table.kind = tag
        elif tag in _CELLS:
            table.start_cell(tag, *(_reach(attributes, name) for name in ("colspan", "rowspan")))

    def _end_cell(self) -> None:
        if self.tables and self.tables[-1].kind in _CELLS:
            self.end_piece(empty=not self.tables[-1].said)
            self.tables[-1].kind = ""

    def _say(self, tag: str, attributes: dict[str, str | None]) -> None:
        for name in _SAID:
            value = attributes.get(name)
            # Other elements refer to parts of a drawing, by names that may be drawn by chance.
            within = name == "href" and tag not in _LINKS
            if value and not within and not (name.endswith("span") and value == "1"):
                self.found.append(Piece(f"{tag} {name}", _EMBEDDED.sub(r"\1", value)))


def _reach(attributes: dict[str, str | None], name: str) -> int:
    value = attributes.get(name) or "1"
    return int(value) if re.fullmatch("[1-9][0-9]{0,2}", value) else 1
