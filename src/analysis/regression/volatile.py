"""What differs from run to run and from machine to machine, and tells nothing.

Each rule is narrow: what it takes away is no longer compared. None looks at a character more
than a few times, so that a text of any length is soon read.
"""

from __future__ import annotations

import re
from collections.abc import Container

PLACES, TIMES, VERSIONS = "place", "time", "version"

# A folder's name ends at what ends a word in a message; Windows has its own separators, twice
# where a text is quoted.
_NAME = r"[^\s/\\…:*?\"'<>|,;()\[\]{}，。；：、（）“”]++"
_GAP = r"[/\\]{1,2}"
_GIVEN = ("uuid", "port", "cell", "line", "folder", "time", "duration", "version")
# Not within a word or another path, nor after what a rule put there.
_STARTS = r"(?<![A-Za-z0-9_/\\.…~])" + "".join(f"(?<!<{name}>)" for name in _GIVEN)
# 元/人/月 and 元/kg are units: after a letter of another script a path starts as folders do.
_ROOT = r"~?(?:(?<!\w)|(?=/(?:[A-Za-z][\w.-]{3,}|tmp|usr|var|opt|mnt|srv)/))/"
_PATH = (
    rf"{_STARTS}(?:file://(?:/(?=[A-Za-z]:))?)?"
    rf"(?:{_ROOT}(?:{_NAME}{_GAP})+|(?:…|[A-Za-z]:){_GAP}(?:{_NAME}{_GAP})*)({_NAME})"
)
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d++)?(?: ?[AaPp][Mm]\b)?"
# After a gap a number of four digits, such as -1234, is a number.
_ZONE = r"(?: ?(?:Z|UTC|GMT)\b|[+-]\d\d:?\d\d\b| [+-](?:\d\d:|0\d)(?:00|15|30|45)\b)?"
_UNIT = r"(?:(?:ns|µs|μs|us|ms|s|sec|seconds?|min|minutes?|h|hours?)\b|毫秒|秒|分钟?|小时)"
_TIME = rf"(?<![\d.])\d++(?:\.\d++)?\s?{_UNIT}"
_DAY = r"(?:19|20)\d\d\.(?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12]\d|3[01])(?!\d)"
# Midnight is how a date is shown in a table of dates: that is a figure.
_MOMENT = rf"\b\d{{4}}-\d\d-\d\d[T ](?!00:00:00(?:\.0+)?(?![\d.])){_CLOCK}{_ZONE}"
_WEEKDAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*+"
_SUFFIX = r"(?:[.-]?(?:alpha|beta|rc|dev|post|a|b)\d*+)*+(?:\+[\w.]++)?"

RULES: tuple[tuple[str, str, str], ...] = (
    (PLACES, r"\b0x[0-9a-fA-F]{6,}+\b", "0x…"),
    (PLACES, r"(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", "<uuid>"),
    # By these pandas knows the cells of a styled table.
    (PLACES, r"(?<![A-Za-z0-9_])T_[0-9a-f]{5}(?=_|\b)", "T_…"),
    (PLACES, r"\b(localhost|127\.0\.0\.1|0\.0\.0\.0):\d+", r"\1:<port>"),
    (PLACES, r"(?<![^\s\"'<>])[^\s\"'<>]*[/\\]ipykernel_\d+[/\\]\d+\.py", "<cell>"),
    (PLACES, r"(\.py):\d++(?=: \w*(?:Warning|Error)\b)", r"\1:<line>"),
    (PLACES, _PATH, r"…/\1"),
    (PLACES, r"(?<=…/)tmp[a-z0-9_]{8}(?![\w.-])", "<folder>"),
    (TIMES, _MOMENT, "<time>"),
    (TIMES, rf"\b{_WEEKDAY} \w{{3}} {{1,2}}\d+ {_CLOCK}(?: \w+)? \d{{4}}", "<time>"),
    # After a number of days it is a length of time.
    (TIMES, rf"(?<![\d:])(?<!day )(?<!days )(?<!days \+)(?!00:00:00){_CLOCK}(?![\d:])", "<time>"),
    (TIMES, r"(?m)^CPU times: .*$", "CPU times: <duration>"),
    (
        TIMES,
        rf"(Wall time:|耗时[:：]?|用时[:：]?|[Ee]lapsed:?|[Tt]ook) ?{_TIME}(?:\s?{_TIME})*",
        r"\1 <duration>",
    ),
    (TIMES, rf"{_TIME} ± {_TIME} per loop \([^)\n]{{0,99}}\)", "<duration> per loop"),
    (TIMES, r"\[\d\d(?::\d\d)+<[^\]\n]{0,99}\]", "[<duration>]"),
    (VERSIONS, r"\bPython \d+\.\d+(?:\.\d+)?\S*", "Python <version>"),
    (VERSIONS, rf"(?<![\w.])v?(?!{_DAY})\d++\.\d++\.\d++{_SUFFIX}(?![\w.]*\d)", "<version>"),
)
PATH = re.compile(_PATH)
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
    >>> normalised("pandas 3.1.1, due 2024-12-31, 12.5 s, 148 元/人/月")
    'pandas <version>, due 2024-12-31, 12.5 s, 148 元/人/月'
    """
    for kind, pattern, instead in _COMPILED:
        if kind in kinds:
            text = pattern.sub(instead, text)
    return text
