"""What a reader is told of differences, in Chinese and English side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analysis.regression.compare import NOTHING, Difference, shortened
from analysis.words import side_by_side

# Changed cells of the data, and tables with further differences, that are told one by one.
MORE = 5
SOURCE_LINES = 6
_STEP = " › "


def failure(
    differences: Sequence[Difference], command: str, data: Sequence[str] = (), source: str = ""
) -> str:
    """Return the message of a cell or run that differs.

    Parameters
    ----------
    differences : sequence of Difference
        At least one; the gravest is told in full, the others are counted by table.
    command : str
        What accepts what is there now.
    data : sequence of str
        The cells that changed in the case's data, which come first.
    source : str
        The cell's; empty for a run.
    """
    first, *_ = ranked = _ranked(differences)
    lines = [f"{each}  {side_by_side('regression.in_data')}" for each in data[:MORE]]
    if len(data) > MORE:
        lines.append(f"… {side_by_side('regression.more', count=len(data) - MORE)}")
    place, off = _STEP.join(first.place), _off(first)
    told = {"place": place, "old": first.old, "new": first.new, "off": off}
    # A narrow terminal shows its beginning alone, in the list of what failed.
    lines += [f"{_change(first)}  {shortened(_STEP.join(first.place[-2:]), 40)}  {_kind(first)}"]
    named = {side_by_side(f"regression.{key}"): value for key, value in told.items()}
    lines += [f"  {name}: {value}" for name, value in named.items() if value]
    if len(ranked) > 1:
        counts = Counter(each.table for each in ranked[1:]).most_common()
        lines.append(f"{side_by_side('regression.more', count=len(ranked) - 1)}:")
        lines += [f"    {table or '[…]'}: {count}" for table, count in counts[:MORE]]
        lines += ["    …"] if len(counts) > MORE else []
    if source.strip():
        shown = source.strip().splitlines()[:SOURCE_LINES]
        lines += [f"{side_by_side('regression.cell')}:", *(f"    {line}" for line in shown)]
    return "\n".join([*lines, f"{side_by_side('regression.if_meant')}:", f"    {command}"])


def brief(differences: Sequence[Difference]) -> str:
    """Return the gravest of differences on a line, and how many more there are.

    Examples
    --------
    >>> brief([Difference(("t", "额敏县", "万元"), "1", "2", (1, 2)), Difference(("t",), "a", "b")])
    't › 额敏县 › 万元: 1 → 2 (+1)'
    """
    first, *others = _ranked(differences)
    more = f" (+{len(others)})" if others else ""
    return f"{_STEP.join(first.place)}: {_change(first)}{more}"


def _ranked(differences: Sequence[Difference]) -> list[Difference]:
    return sorted(differences, key=lambda each: each.weight, reverse=True)


def _change(told: Difference) -> str:
    return f"{shortened(told.old, 40)} → {shortened(told.new, 40)}"


def _kind(told: Difference) -> str:
    missing = NOTHING in (told.old, told.new)
    kind = "shape" if missing else "number" if told.values else "text"
    return side_by_side(f"regression.kind_{kind}")


def _off(told: Difference) -> str:
    """Return how far two numbers are apart, and which part of the old one that is."""
    if told.values is None:
        return ""
    old, new = told.values
    off = new - old
    return f"{off:.6g} ({100 * off / abs(old):.3g}%)" if old else f"{off:.6g}"
