"""What a reader is told of differences, in Chinese and English side by side."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.regression.difference import STEP, Difference, Place, shortened
from analysis.words import LANGUAGES, catalogue

# The first is told in full, so many more in a line each.
MORE = 5
SOURCE_LINES = 6
_HEAD = 40


def failure(differences: Sequence[Difference], source: str, command: str) -> str:
    """Return the message of a cell or run that differs.

    Parameters
    ----------
    differences : sequence of Difference
        At least one, in the order of the outputs; the first number among them is told in full.
    source : str
        The cell's; empty for a run.
    command : str
        What accepts what is there now.
    """
    first = next((each for each in differences if each.kind == "number"), differences[0])
    lines = [*described(first), *_others([each for each in differences if each is not first])]
    if source.strip():
        lines += [f"{in_both('cell')}:", *_indented(source.strip().splitlines()[:SOURCE_LINES])]
    return "\n".join([*lines, f"{in_both('if_meant')}:", *_indented([command])])


def described(difference: Difference) -> list[str]:
    """Return one difference, the line that sums it up first."""
    told = {
        "place": _place(difference.place),
        "old": difference.old,
        "new": difference.new,
        "off": _off(*difference.values) if difference.values else "",
        "allowed": difference.allowed,
    }
    # A narrow terminal shows its beginning alone, in the list of what failed.
    change = f"{shortened(difference.old, _HEAD)} → {shortened(difference.new, _HEAD)}"
    inside = difference.where(last=2)
    return [
        f"{change}  {shortened(inside, _HEAD)}  {in_both(f'kind_{difference.kind}')}".strip(),
        *(f"  {in_both(key)}: {value}" for key, value in told.items() if value),
    ]


def brief(difference: Difference) -> str:
    """Return one difference on a line, in no language.

    Examples
    --------
    >>> brief(Difference("number", "1", "2", (("row", "额敏县"), ("column", "万元"))))
    '额敏县 › 万元: 1 → 2'
    """
    place, change = difference.where(), f"{difference.old} → {difference.new}"
    return f"{place}: {change}" if place else change


def in_both(key: str, **values: object) -> str:
    """Return a text of the section ``regression`` in Chinese and English."""
    return " ".join(catalogue(lang)(f"regression.{key}", **values) for lang in LANGUAGES)


def _place(place: Place) -> str:
    named = (f"{in_both(f'at_{kind}')} {at}" if kind != "in" else at for kind, at in place)
    return STEP.join(named)


def _others(others: Sequence[Difference]) -> list[str]:
    if not others:
        return []
    lines = [f"{in_both('more', count=len(others))}:"]
    return [
        *lines,
        *_indented([brief(each) for each in others[:MORE]] + ["…"][: len(others) > MORE]),
    ]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _off(old: float, new: float) -> str:
    """Return how far two numbers are apart, and which part of the old one that is.

    Examples
    --------
    >>> _off(98, 99), _off(0, 1)
    ('1 (1.02%)', '1')
    """
    off = new - old
    return f"{off:.6g} ({100 * off / abs(old):.3g}%)" if old else f"{off:.6g}"
