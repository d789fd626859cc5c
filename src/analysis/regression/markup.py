"""HTML and SVG as a reader finds them: the words in their order, and the cells of tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from analysis.regression.difference import Difference, Place, shortened
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
# What a reader is told or led to by; ids, classes and styles are looks.
_SAID = ("alt", "title", "aria-label", "href", "src", "value", "colspan", "rowspan")
_UNSEEN = frozenset(["style", "template"])
_CAPTION_LENGTH = 40


@dataclass(frozen=True)
class Piece:
    """A run of words with no break in it, and what it stands in."""

    kind: str
    words: str
    place: Place = ()


def compare_markup(old: str, new: str, tolerance: Tolerance) -> Iterator[Difference]:
    """Yield how two pieces of HTML or SVG differ in what they say.

    Heads of rows and columns are compared exactly, cells and prose with numbers within a
    tolerance. Looks do not count.

    Examples
    --------
    >>> table = "<table><tr><th></th><th>人数</th></tr><tr><th>额敏县</th><td>{}</td></tr></table>"
    >>> (found,) = compare_markup(table.format(98), table.format(99), Tolerance())
    >>> found.old, found.new, found.where("en")
    ('98', '99', "table 1, row '额敏县', column '人数'")
    """
    olds, news = pieces(old), pieces(new)
    kinds = [[piece.kind for piece in each] for each in (olds, news)]
    if kinds[0] != kinds[1]:
        yield _shape(olds, news)
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


def _shape(olds: list[Piece], news: list[Piece]) -> Difference:
    """Tell of the first piece that is of another kind, missing or too much."""
    pairs = enumerate(zip(olds, news, strict=False))
    first = next((n for n, (a, b) in pairs if a.kind != b.kind), min(len(olds), len(news)))
    old, new = (each[first] if first < len(each) else Piece("", "") for each in (olds, news))
    return Difference("shape", _told(old), _told(new), place=old.place or new.place)


def _told(piece: Piece) -> str:
    return f"{piece.kind}: {shortened(piece.words)}" if piece.kind else "—"


@dataclass
class _Table:
    number: int
    caption: str = ""
    heads: dict[int, str] = field(default_factory=dict)
    row: int = 0
    column: int = 0
    row_head: str = ""

    def place(self) -> Place:
        name = f"{self.number} {shortened(self.caption, _CAPTION_LENGTH)}".strip()
        row = self.row_head or str(self.row)
        column = self.heads.get(self.column) or str(self.column)
        return ("table", name), ("row", row), ("column", column)


class _Reader(HTMLParser):
    """Collects pieces; a table's cells are told by the heads of their row and column."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Piece] = []
        self.kind = "text"
        self.words: list[str] = []
        self.unseen = 0
        self.tables: list[_Table] = []
        self.count = 0
        self.wide = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self.unseen += 1
        if tag == "br":
            self.words.append(" ")
        if tag in _INLINE:
            self._say(tag, dict(attrs))
            return
        self.end_piece()
        if tag == "table":
            self.count += 1
            self.tables.append(_Table(self.count))
        elif tag == "tr" and self.tables:
            table = self.tables[-1]
            table.row, table.column, table.row_head = table.row + 1, 0, ""
        self._say(tag, dict(attrs))
        if tag in _CELLS and self.tables:
            self.tables[-1].column += 1
            self.wide = _wide(dict(attrs))
        self.kind = tag if tag in (*_CELLS, "caption") else "text"

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        if tag in _INLINE:
            return
        self.end_piece(cell=tag in _CELLS)
        self.kind = "text"
        if tag == "table" and self.tables:
            self.tables.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _INLINE:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(data)

    def end_piece(self, *, cell: bool = False) -> None:
        """Keep the words so far; those of a cell even where there are none."""
        words = " ".join("".join(self.words).split())
        self.words = []
        if not (words or cell):
            return
        place: Place = ()
        if self.tables:
            place = self._in_table(self.tables[-1], words)
        self.found.append(Piece(self.kind, words, place))

    def _in_table(self, table: _Table, words: str) -> Place:
        if self.kind == "caption":
            table.caption = words
            return (("table", str(table.number)),)
        if self.kind == "th":
            # The heads stand above the rows that have anything else.
            if not table.row_head and table.column == 1:
                table.row_head = words
            for column in range(table.column, table.column + self.wide):
                if words and column not in table.heads:
                    table.heads[column] = words
        elif table.column == 1 and not table.row_head:
            table.row_head = words
        place = table.place()
        table.column += self.wide - 1
        self.wide = 1
        return place

    def _say(self, tag: str, attributes: dict[str, str | None]) -> None:
        for name in _SAID:
            value = attributes.get(name)
            if value and not (name.endswith("span") and value == "1"):
                self.found.append(Piece(f"{tag} {name}", value))


def _wide(attributes: dict[str, str | None]) -> int:
    value = attributes.get("colspan") or "1"
    return int(value) if value.isdigit() and 0 < int(value) < 1000 else 1
