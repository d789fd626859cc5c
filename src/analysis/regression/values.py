"""Two JSON values compared: names, order and texts exactly, numbers within a tolerance."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.regression.difference import Difference, shortened
from analysis.regression.text import compare_text, number_difference
from analysis.regression.tolerance import Tolerance

# A record is told by the first of these that it has, any other by its place.
_NAMED_BY = ("key", "name", "name_zh", "unit_code", "label")


def compare_values(old: Any, new: Any, tolerance: Tolerance) -> Iterator[Difference]:
    """Yield how two JSON values differ.

    Parameters
    ----------
    old, new : dict, list, str, int, float, bool or None
        Accepted and now.
    tolerance : Tolerance

    Examples
    --------
    >>> old = {"rows": [{"name": "额敏县", "ratio": 1.52}]}
    >>> new = {"rows": [{"name": "额敏县", "ratio": 1.53}]}
    >>> [(d.old, d.new, d.where()) for d in compare_values(old, new, Tolerance())]
    [('1.52', '1.53', 'rows › 额敏县 › ratio')]
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _mappings(old, new, tolerance)
    elif _is_list(old) and _is_list(new):
        yield from _lists(old, new, tolerance)
    elif _is_number(old) and _is_number(new):
        if not tolerance.accepts(old, new):
            yield number_difference(f"{old!r}", f"{new!r}", (old, new), tolerance)
    elif isinstance(old, str) and isinstance(new, str):
        yield from compare_text(old, new, tolerance)
    elif type(old) is not type(new) or old != new:
        yield Difference("text", _shown(old), _shown(new))


def _mappings(
    old: Mapping[str, Any], new: Mapping[str, Any], tolerance: Tolerance
) -> Iterator[Difference]:
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new:
            found: Iterator[Difference] = iter([Difference("shape", _shown(old[name]), "—")])
        elif name not in old:
            found = iter([Difference("shape", "—", _shown(new[name]))])
        else:
            found = compare_values(old[name], new[name], tolerance)
        for difference in found:
            yield difference.within(("in", str(name)))


def _lists(old: Sequence[Any], new: Sequence[Any], tolerance: Tolerance) -> Iterator[Difference]:
    for place, (before, now) in enumerate(zip(old, new, strict=False), 1):
        for difference in compare_values(before, now, tolerance):
            yield difference.within(("in", _name(before) or f"#{place}"))
    if len(old) != len(new):
        longer = old if len(old) > len(new) else new
        first = _shown(longer[min(len(old), len(new))])
        sides = (first, "—") if longer is old else ("—", first)
        yield Difference("shape", *sides, place=(("items", f"[{len(old)} → {len(new)}]"),))


def _name(item: Any) -> str:
    """Return what a record is called; where it has no name, its first text."""
    if isinstance(item, Mapping):
        named = (str(item[name]) for name in _NAMED_BY if item.get(name))
        return next(named, _name(list(item.values())))
    if _is_list(item):
        return next((each for each in item if isinstance(each, str)), "")
    return ""


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    # A longer whole number has no float to measure its distance by.
    return isinstance(value, float) or (isinstance(value, int) and abs(value) <= sys.float_info.max)


def _shown(value: Any) -> str:
    return shortened(str(value))
