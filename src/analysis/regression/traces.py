"""What of this machine, its user and the hour a notebook's outputs must not keep."""

from __future__ import annotations

import getpass
import re
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from analysis.regression.volatile import PATH, PLACES, TIMES, normalised
from analysis.report.outputs import HTML, MARKDOWN, PICTURES, SVG, TEXT

# Shorter names, and those of no person, are words that a text may well hold.
_SHORTEST_NAME = 4
_NO_PERSON = re.compile("root|user|admin|runner|jovyan|ubuntu|debian|localhost|build", re.I)
# Colours part a traceback's words from the paths in it.
_COLOUR = re.compile(r"(\x1b\[[\d;]*m)")
_PROSE = (TEXT, MARKDOWN, "text", "evalue", "traceback")


def without_traces(output: Mapping[str, Any]) -> dict[str, Any]:
    """Return an output without folders of this machine, addresses in memory and times of day.

    What it prints is written as `normalised` compares it; elsewhere only the names of this
    machine's own folders go, since a page may need its other paths, and a table its times.

    Parameters
    ----------
    output : mapping
        As a notebook holds it.
    """
    lone = not any(kind in output.get("data", {}) for kind in (HTML, SVG))
    kinds = (PLACES, TIMES) if lone else (PLACES,)
    return {name: _cleaned(value, name, kinds) for name, value in output.items()}


def names_left(output: Mapping[str, Any]) -> list[str]:
    """Return which names of this machine or its user an output still holds.

    Parameters
    ----------
    output : mapping
        After `without_traces`.
    """
    told = "\n".join(_texts(output))
    return [name for name in _names() if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told)]


def _cleaned(value: Any, name: str, kinds: tuple[str, ...]) -> Any:
    if isinstance(value, Mapping):
        return {key: _cleaned(each, key, kinds) for key, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each, name, kinds) for each in value]
    if not isinstance(value, str) or name in PICTURES:
        return value
    parts = _COLOUR.split(value)
    # Only what a comparison knows as a path may go, as it is to find the rest the same.
    kept = [PATH.sub(lambda path: _folders().sub("…", path[0]), part) for part in parts[::2]]
    parts[::2] = [normalised(part, kinds if name in _PROSE else ()) for part in kept]
    return "".join(parts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        yield from _texts([each for name, each in value.items() if name not in PICTURES])
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


@cache
def _folders() -> re.Pattern[str]:
    """Return a pattern of a path's start in one of this machine's own folders."""
    found = {Path.home(), Path.cwd(), Path(tempfile.gettempdir()), Path(sys.prefix)}
    found |= {Path(sys.base_prefix), Path(tempfile.gettempdir()).resolve()}
    names = sorted((str(each) for each in found if each != Path(each.anchor)), key=len)
    longest_first = "|".join(re.escape(each) for each in reversed(names))
    return re.compile(rf"\A(?:file://)?(?:{longest_first})(?=[/\\])")


@cache
def _names() -> list[str]:
    asked: tuple[Callable[[], str], ...] = (getpass.getuser, socket.gethostname)
    found = []
    for ask in asked:
        try:
            found.append(ask())
        except (OSError, KeyError):  # a user without a name, as in a container
            continue
    return [n for n in found if len(n) >= _SHORTEST_NAME and not _NO_PERSON.fullmatch(n)]
