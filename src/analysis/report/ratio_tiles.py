"""A tile for each unit, coloured by its ratio of money to need, for the front page's script.

What is concluded of a unit is the verdict of its own report: counted here, decided elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.ratio_steps import FILLS, step_bounds, step_of
from analysis.report.listing import Both, Listing, Row, both, titled

# Up to so many tiles are large enough to hold their unit's name and figure.
NAMED_UP_TO = 40
# How a row's step is written: with a verdict, with an open one, or without a ratio.
FIRM, OPEN, NONE = "0123456", "abcdefg", "-"
_SIX_DIGITS = re.compile(r"[0-9]{6}")


class Block(NamedTuple):
    """Units whose codes begin with the same digits."""

    prefix: str
    name: Both
    size: int


@dataclass(frozen=True)
class Tiles:
    """The tiles of a table.

    `steps` has a character for each of the table's rows, `column` is the place of the ratio among
    the columns of key figures, `bounds` stand between the seven steps. A tile that is `named` holds
    its unit's name. `counts` has the units by verdict, `without` those whose report has no ratio.
    """

    steps: str
    column: int
    bounds: Sequence[str]
    blocks: Sequence[Block]
    named: bool
    counts: Counter[str]
    without: int

    def summary(self) -> Both:
        """Say of how many units what is concluded, and how many have no tile."""
        counts = {name: f"{self.counts[name]:,}" for name in ("below", "above", "even", "open")}
        key = "index.tiles_counts_even" if self.counts["even"] else "index.tiles_counts"
        sentences = [both(key, count=f"{self.counts.total():,}", **counts)]
        if self.without:
            sentences.append(both("index.tiles_without", count=f"{self.without:,}"))
        return Both("".join(each.zh for each in sentences), " ".join(each.en for each in sentences))


def ratio_tiles(listing: Listing) -> Tiles | None:
    """Return the tiles of a table; None where no unit has a ratio."""
    rows = {row.code: row for row in listing.rows if row.ratio is not None}
    if not rows:
        return None
    bounds = step_bounds(row.ratio for row in rows.values() if row.ratio is not None)
    return Tiles(
        steps="".join(_step(row, bounds) for row in listing.rows),
        column=[column.key for column in listing.columns].index("ratio"),
        bounds=[f"{bound:.3g}" if bound > 1 else f"{bound:.2g}" for bound in bounds],
        blocks=_blocks(list(rows)),
        named=len(rows) <= NAMED_UP_TO,
        counts=Counter(row.verdict for row in rows.values()),
        without=sum(bool(row.code and row.files) and row.ratio is None for row in listing.rows),
    )


def style() -> str:
    """Return the style rules that colour the steps."""
    return "".join(
        f".t{step}{{--fill:{fill};--on:{'#fff' if step in (0, 1) else '#1f2933'}}}"
        for step, fill in enumerate(FILLS)
    )


def _step(row: Row, bounds: Sequence[float]) -> str:
    if row.ratio is None:
        return NONE
    return (OPEN if row.verdict == "open" else FIRM)[step_of(row.ratio, bounds)]


def _blocks(codes: Sequence[str]) -> list[Block]:
    """Group units by province, or within one by prefecture, where their codes tell."""
    digits = 0
    if all(_SIX_DIGITS.fullmatch(code) for code in codes):
        digits = next((n for n in (2, 4) if len({code[:n] for code in codes}) > 1), 0)
    counts = Counter(code[:digits] for code in codes)
    return [
        Block(prefix, titled(f"index.province_{prefix}", prefix), counts[prefix])
        for prefix in sorted(counts)
    ]
