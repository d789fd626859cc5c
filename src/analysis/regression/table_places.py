"""Where in a table a cell stands, as its reader finds it: by the heads of its row and column."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.regression.difference import Place, shortened

_CAPTION_LENGTH = 40


@dataclass
class TablePlace:
    """Goes through a table cell by cell; a cell may reach over columns and down over rows.

    Parameters
    ----------
    number : int
        Of the table in its page, from 1.
    """

    number: int
    caption: str = ""
    kind: str = ""  # of the open cell: td, th or caption
    in_head: bool = False
    row: int = 0
    starts_row: bool = False
    said: bool = False  # whether the open cell has had any words
    _heads: dict[int, list[str]] = field(default_factory=dict)
    _row_head: list[str] = field(default_factory=list)
    _columns: range = range(1, 1)
    _rows: int = 1
    # By column: how many more rows a cell reaches down, and its words where it is a head.
    _above: dict[int, tuple[int, str]] = field(default_factory=dict)
    _below: dict[int, tuple[int, str]] = field(default_factory=dict)

    def start_row(self) -> None:
        """Go to the next row."""
        kept = {at: (rows - 1, words) for at, (rows, words) in self._above.items() if rows > 1}
        self._above, self._below = kept | self._below, {}
        self.row, self._columns, self._row_head = self.row + 1, range(1, 1), []
        self.starts_row = True

    def start_cell(self, kind: str, columns: int, rows: int) -> None:
        """Go to the next cell, past those that reach down from above."""
        at = self._columns.stop
        while at in self._above:
            left, words = self._above.pop(at)
            self._row_head += [words] if words else []
            if left > 1:
                self._below[at] = left - 1, words
            at += 1
        self.kind, self.said = kind, False
        self._columns, self._rows = range(at, at + columns), rows
        self._reach("")

    def say(self, words: str) -> Place:
        """Take what the open cell says, and return where that stands."""
        self.said = True
        if self.kind == "caption":
            self.caption = words
        elif self.kind == "th":
            if self._names_columns():
                for at in self._columns:
                    self._heads.setdefault(at, []).extend([words] if words else [])
            if not self.in_head and words:
                self._row_head.append(words)
                self._reach(words)
        place = self.place()
        # A first cell that is no head tells of the others in its row.
        if self.kind == "td" and self._columns.start == 1 and not self._row_head and words:
            self._row_head = [words]
        return place

    def place(self) -> Place:
        """Return the table, and of row and column those that the open cell does not name."""
        name = f"{self.number} {shortened(self.caption, _CAPTION_LENGTH)}".strip()
        if self.kind not in ("td", "th"):
            return (("table", str(self.number)),)
        row = ", ".join(self._row_head) or str(self.row)
        column = ", ".join(self._heads.get(self._columns.start, ())) or str(self._columns.start)
        found: list[tuple[str, str]] = [("table", name)]
        if not (self.kind == "th" and self.in_head):
            found.append(("row", row))
        if self.kind == "td" or self._names_columns():
            found.append(("column", column))
        return tuple(found)

    def _names_columns(self) -> bool:
        return self.in_head or self.row == 1

    def _reach(self, words: str) -> None:
        if self._rows > 1:
            self._below |= dict.fromkeys(self._columns, (self._rows - 1, ""))
            self._below[self._columns.start] = self._rows - 1, words
