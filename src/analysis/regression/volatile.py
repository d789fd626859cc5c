"""What differs from run to run and from machine to machine, and tells nothing.

Each rule is narrow: what it takes away is no longer compared.
"""

from __future__ import annotations

import re
from collections.abc import Container

# A folder's name ends at what ends a word in a message; Windows has its own separators.
_NAME = r"[^\s/\\:*?\"'<>|,;()\[\]{}，。；：、（）“”]+"
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?"
_ZONE = r"(?:\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?"
_TIME = r"\d+(?:\.\d+)?\s?(?:ns|µs|μs|us|ms|s|min|h)\b"
_TIMES = rf"{_TIME}(?:\s{_TIME})*"

RULES: tuple[tuple[str, str, str], ...] = (
    ("place", r"\b0x[0-9a-fA-F]{6,}\b", "0x…"),
    ("place", r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<uuid>"),
    ("place", r"\b(localhost|127\.0\.0\.1|0\.0\.0\.0):\d+", r"\1:<port>"),
    ("place", r"[^\s\"'<>]*[/\\]ipykernel_\d+[/\\]\d+\.py", "<cell>"),
    ("place", r"<ipython-input-\d+-[0-9a-f]+>", "<cell>"),
    ("place", r"(\.py):\d+(?=: \w*(?:Warning|Error)\b)", r"\1:<line>"),
    (
        "place",
        rf"(?<![\w/.:…~])(?:file://)?(?:…|~|[A-Za-z]:)?[/\\](?:{_NAME}[/\\])+({_NAME})",
        r"…/\1",
    ),
    # Midnight is how a date is shown in a table of dates: that is a figure.
    (
        "time",
        rf"\b\d{{4}}-\d\d-\d\d[T ](?!00:00:00(?:\.0+)?(?![\d.])){_CLOCK}{_ZONE}",
        "<time>",
    ),
    (
        "time",
        rf"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w* (?:\w{{3}} +\d+ {_CLOCK}(?: \w+)? \d{{4}})",
        "<time>",
    ),
    ("time", rf"(?<![\d:])(?!00:00:00){_CLOCK}(?![\d:])", "<time>"),
    ("time", r"(?m)^CPU times: .*$", "CPU times: <duration>"),
    (
        "time",
        rf"(Wall time:|耗时[:：]?|用时[:：]?|[Ee]lapsed:?|[Tt]ook) ?{_TIMES}",
        r"\1 <duration>",
    ),
    ("time", rf"{_TIME} ± {_TIME} per loop \(.*?\)", "<duration> per loop"),
    ("time", r"\[\d\d(?::\d\d)+<[^\]]*\]", "[<duration>]"),
    ("version", r"\bPython \d+\.\d+(?:\.\d+)?\S*", "Python <version>"),
    (
        "version",
        r"(?<![\w.])v?(?!(?:19|20)\d\d\.)\d+\.\d+\.\d+(?:[.-]?(?:a|b|rc|dev|post|alpha|beta)\d*)*"
        r"(?:\+[\w.]+)?(?![\w.]*\d)",
        "<version>",
    ),
)
PLACES, TIMES, VERSIONS = "place", "time", "version"
_COMPILED = tuple((kind, re.compile(pattern), instead) for kind, pattern, instead in RULES)


def normalised(text: str, kinds: Container[str] = (PLACES, TIMES, VERSIONS)) -> str:
    r"""Return a text with what is volatile replaced by its kind.

    Addresses in memory, UUIDs, local ports, paths (their last name stays), times of day, run
    times, and versions of three parts. Dates stay, and so do durations that are figures.

    Parameters
    ----------
    text : str
    kinds : container of str
        What to replace: in a table's cell, times and versions may be figures.

    Examples
    --------
    >>> normalised("<Case at 0x7f3a2c1b> from /home/ann/data/units.csv, 2026-01-31 08:15:00")
    '<Case at 0x…> from …/units.csv, <time>'
    >>> normalised("pandas 3.1.1, due 2024-12-31, 12.5 s")
    'pandas <version>, due 2024-12-31, 12.5 s'
    >>> normalised("C:\\data\\a.csv"), normalised("…/a.csv")
    ('…/a.csv', '…/a.csv')
    """
    for kind, pattern, instead in _COMPILED:
        if kind in kinds:
            text = pattern.sub(instead, text)
    return text
