"""A tile for each unit, coloured by its ratio of shares: what the front page's script draws."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.figures.ratio_steps import FILLS, step_bounds, step_of
from analysis.report.listing import Listing, Row
from analysis.words import catalogue

# Up to so many tiles are large enough to hold their unit's name and figure.
NAMED_UP_TO = 40
# How a row's step is written: settled, open, or without a ratio.
SETTLED, OPEN, NONE = "0123456", "abcdefg", "-"
_SIX_DIGITS = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class Block:
    """Units whose codes begin alike."""

    prefix: str
    name_zh: str
    name_en: str
    count: int


@dataclass(frozen=True)
class Tiles:
    """The tiles of a table.

    Attributes
    ----------
    steps : str
        A character for each of the table's rows, in its order.
    column : int
        Which of the columns of key figures is the ratio, from 0.
    bounds : tuple of str
        Between the seven steps.
    blocks : tuple of Block
    named : bool
        Whether a tile holds its unit's name.
    below, even, above, open : int
        Units by the verdict that their report gives, or else by the interval of their ratio.
    without : int
        Reports of units without a ratio.
    """

    steps: str
    column: int
    bounds: tuple[str, ...]
    blocks: tuple[Block, ...]
    named: bool
    below: int
    even: int
    above: int
    open: int
    without: int

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return sum(block.count for block in self.blocks)


def ratio_tiles(listing: Listing) -> Tiles | None:
    """Return the tiles of a table; None where no unit has a ratio."""
    ratios = [float(row.ratio["value"]) for row in listing.rows if row.ratio]
    if not ratios:
        return None
    bounds = step_bounds(ratios)
    sides = Counter(_side(row) for row in listing.rows)
    return Tiles(
        steps="".join(_written(row, bounds) for row in listing.rows),
        column=[column.key for column in listing.columns].index("ratio"),
        bounds=tuple(f"{bound:.3g}" if bound > 1 else f"{bound:.2g}" for bound in bounds),
        blocks=_blocks([row.code for row in listing.rows if row.ratio]),
        named=len(ratios) <= NAMED_UP_TO,
        below=sides["below"],
        even=sides["even"],
        above=sides["above"],
        open=sides["open"],
        without=sum(row.state == "made" and not row.ratio for row in listing.rows),
    )


def _side(row: Row) -> str:
    if row.ratio is None:
        return ""
    if verdict := row.ratio.get("verdict"):
        return "open" if verdict == "undecided" else str(verdict)
    value, low, high = (row.ratio.get(name) for name in ("value", "low", "high"))
    if low is not None and high is not None and low <= 1 <= high and low < high:
        return "open"
    return "even" if value == 1 else "below" if float(value or 0) < 1 else "above"


def _written(row: Row, bounds: Sequence[float]) -> str:
    if row.ratio is None:
        return NONE
    step = step_of(float(row.ratio["value"]), bounds)
    return (OPEN if _side(row) == "open" else SETTLED)[step]


def _blocks(codes: Sequence[str]) -> tuple[Block, ...]:
    """Group units by province, or within one by prefecture, where their codes tell."""
    digits = 0
    if all(_SIX_DIGITS.fullmatch(code) for code in codes):
        digits = next((n for n in (2, 4) if len({code[:n] for code in codes}) > 1), 0)
    counts = Counter(code[:digits] for code in codes)
    return tuple(Block(prefix, *_named(prefix), counts[prefix]) for prefix in sorted(counts))


def _named(prefix: str) -> tuple[str, str]:
    zh, en = (
        catalogue(lang).texts.get(f"index.province_{prefix}", prefix) for lang in ("zh", "en")
    )
    return zh, en


def style() -> str:
    """Return the style rules that colour the steps."""
    return "".join(
        f".t{step}{{--fill:{fill};--on:{'#fff' if step in (0, 1) else '#1f2933'}}}"
        for step, fill in enumerate(FILLS)
    )
