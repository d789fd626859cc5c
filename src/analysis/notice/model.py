"""What a notice says, part by part, with the lines where it says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """A numbered clause of the body."""

    line: int
    number: str
    text: str


@dataclass(frozen=True)
class Amount:
    """A row of annex 1: who gets how many 万元."""

    line: int
    name: str
    amount_wan: float


@dataclass(frozen=True)
class Item:
    """A row of annex 2: a spending item and its code."""

    line: int
    name: str
    code: str


@dataclass(frozen=True)
class Row:
    """A row of annex 3 with its cells by column, empty ones too."""

    line: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> tuple[str, ...]:
        """The cells that are not empty, in order."""
        return tuple(cell for cell in self.cells if cell)


@dataclass(frozen=True)
class Annex3:
    """The performance annex: its header, its line of money, its objectives and indicators.

    Attributes
    ----------
    line : int
        The line of money; 0 when the notice has none.
    names : tuple of Row
        Each header line that has units: its ``cells`` are their names alone.
    total_wan, source_wan : float or None
        The printed total, and the amount under the label of the money's source, 万元.
    source : str
        That label, such as 中央财政补助.
    amounts : tuple of Row
        Each line that has units' amounts, as printed.
    objectives : tuple of int
        Numbers of the annual objectives, as printed.
    """

    line: int
    names: tuple[Row, ...]
    total_wan: float | None
    source: str
    source_wan: float | None
    amounts: tuple[Row, ...]
    objectives: tuple[int, ...]
    objectives_line: int
    indicators: tuple[Row, ...]


@dataclass(frozen=True)
class Notice:
    """What a notice says, with the lines where it says it; the first line is 1.

    Attributes
    ----------
    source : str
        Who grants the money by the title: central, region or prefecture; empty when unsaid.
    amount_wan : float or None
        The amount in the body, 万元; None when it is left blank.
    own_item_code : str
        The spending item of the money that stays at the granting level, by the body.
    annex1_total_wan : float or None
        The printed total, 万元.
    """

    document_no: str
    title: str
    fiscal_year: int | None
    source: str
    amount_wan: float | None
    amount_line: int
    clauses: tuple[Clause, ...]
    fund_tag: str
    revenue_code: str
    own_item_code: str
    annex1: tuple[Amount, ...]
    annex1_total_wan: float | None
    annex1_line: int
    annex2: tuple[Item, ...]
    annex3: Annex3
