"""What a reader is told of a cell's differences, in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.regression.difference import Difference
from analysis.words import LANGUAGES, catalogue

# The first is told in full, so many more in a line each.
MORE = 5
SOURCE_LINES = 6


def failure(differences: Sequence[Difference], source: str, command: str) -> str:
    """Return the message of a cell whose outputs differ.

    Parameters
    ----------
    differences : sequence of Difference
        At least one, in the order of the outputs; the first number among them is told in full.
    source : str
        The cell's.
    command : str
        What accepts the new outputs.
    """
    first = next((each for each in differences if each.kind == "number"), differences[0])
    others = [each for each in differences if each is not first]
    lines = [*described(first), *_others(others)]
    if source.strip():
        shown = source.strip().splitlines()
        lines += [in_both("cell"), *(f"    {line}" for line in shown[:SOURCE_LINES])]
    return "\n".join([*lines, in_both("accept", command=command)])


def described(difference: Difference) -> list[str]:
    """Return one difference, its lines in Chinese and English side by side."""
    lines = [in_both(f"kind_{difference.kind}")]
    if difference.place:
        lines += [f"  {difference.where(lang)}" for lang in LANGUAGES]
    told = {"old": difference.old, "new": difference.new, "allowed": difference.allowed}
    if difference.values:
        told["off"] = _off(*difference.values)
    order = ("old", "new", "off", "allowed")
    return [*lines, *(f"  {labelled(key, told[key])}" for key in order if told.get(key))]


def brief(difference: Difference) -> str:
    """Return one difference on a line, in no language.

    Examples
    --------
    >>> brief(Difference("number", "1", "2", (("row", "额敏县"), ("column", "万元"))))
    '额敏县 › 万元: 1 → 2'
    """
    place = " › ".join(at for _, at in difference.place)
    return f"{place}: {difference.old} → {difference.new}"


def _others(others: Sequence[Difference]) -> list[str]:
    if not others:
        return []
    lines = [in_both("more", count=len(others))]
    lines += [f"    {brief(each)}" for each in others[:MORE]]
    return [*lines, "    …"] if len(others) > MORE else lines


def _off(old: float, new: float) -> str:
    """Return how far two numbers are apart, and which part of the old one that is.

    Examples
    --------
    >>> _off(98, 99), _off(0, 1)
    ('1 (1.02%)', '1')
    """
    off = new - old
    return f"{off:.6g} ({100 * off / abs(old):.3g}%)" if old else f"{off:.6g}"


def in_both(key: str, **values: object) -> str:
    """Return a text of the section ``regression`` in Chinese and English on one line."""
    said = [catalogue(lang)(f"regression.{key}", **values) for lang in LANGUAGES]
    return said[0] if said[0] == said[1] else " | ".join(said)


def labelled(key: str, value: str) -> str:
    """Return a value after its name in Chinese and English, of the section ``regression``."""
    names = " ".join(catalogue(lang)(f"regression.{key}") for lang in LANGUAGES)
    return f"{names}: {value}"
