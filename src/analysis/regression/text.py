"""Two texts compared: words exactly, numbers within a tolerance."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from analysis.regression.difference import Difference, shortened
from analysis.regression.tolerance import Tolerance
from analysis.regression.volatile import PLACES, TIMES, VERSIONS, normalised

# A date is a name, and so is the place in an order: 2024-05, 2023/24, 2024年, 5月31日, 第3.
_DATE = (
    r"(?<![\d.,])(?:(?:19|20)\d\d(?:[-/]\d{1,2}(?:[-/]\d{1,2})?|\.\d{1,2}\.\d{1,2})(?!\.?\d)"
    r"|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?)"
    r"|第\d++"
)
# What has a letter before it, or a letter and a digit after it, is a code. The point that numpy
# leaves after a whole number belongs to it. No figure that anyone reads has 300 digits.
_NUMBER = (
    r"(?:(?<![A-Za-z0-9_)%])[-+−])?(?<![A-Za-z0-9_.])(?<![A-Za-z]-)"
    r"(?:(?:[1-9]\d{0,2}(?:,\d{3}){1,9}(?!,?\d)|\d{1,300}+)(?:\.\d{1,300}+|\.(?=\s*[\]),]|\s+-?\d))?"
    r"|\.\d{1,300}+)"
    r"(?:[eE][-+]?\d{1,4}+)?(?![A-Za-z]*[0-9_]|\.\d)"
)
_TOKEN = re.compile(rf"(?P<date>{_DATE})|(?P<number>{_NUMBER})")
_CODE = re.compile(r"[-+−]?0\d")
_RULE = re.compile(r"([-=─━═_*~])\1{3,}")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_PADDED = re.compile(r"(?<=[\[(]) (?=[-+−\d])|(?<=[\d.]) (?=[\])])")
_AROUND = 40


def compare_text(
    old: str, new: str, tolerance: Tolerance, *, in_table: bool = False
) -> Iterator[Difference]:
    """Yield how two texts differ: each number, or the first words that do.

    A number is the same however it is written: 1234, 1,234 and 1.234e3. What is a name counts
    exactly: a date, a code such as 062300, Q3 or A-12, a place in an order such as 第3. What is
    volatile is left out, and so are colours and the widths of gaps and rules, which follow from
    the lengths of numbers.

    Parameters
    ----------
    old, new : str
        Accepted and now.
    tolerance : Tolerance
    in_table : bool
        Whether they are a table's cell, in which times and versions are figures.

    Examples
    --------
    >>> [d.old for d in compare_text("人均 148.8 元", "人均 148.9 元", Tolerance())]
    ['148.8']
    >>> list(compare_text("a   1.0000000000001", "a 1", Tolerance()))
    []
    >>> [d.kind for d in compare_text("code 062300", "code 062301", Tolerance(relative=0.1))]
    ['text']
    """
    if old == new:
        return
    olds, news = _tokens(old, in_table), _tokens(new, in_table)
    if [word for word, number in olds if number is None] == [
        word for word, number in news if number is None
    ] and len(olds) == len(news):
        yield from _numbers(olds, news, tolerance)
    else:
        yield _words(olds, news)


def number_difference(
    old: str, new: str, values: tuple[float, float], tol: Tolerance
) -> Difference:
    """Return the difference of two numbers, and what would have been accepted."""
    return Difference("number", old, new, allowed=tol.told(*values, old), values=values)


Token = tuple[str, float | None]


def _tokens(text: str, in_table: bool) -> list[Token]:
    """Cut a text into words and numbers, in turn."""
    text = normalised(_COLOUR.sub("", text), (PLACES,) if in_table else (PLACES, TIMES, VERSIONS))
    text = _RULE.sub(r"\1\1\1", text)
    text = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    text = _PADDED.sub("", text)
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match["number"] is None or _CODE.match(match[0]):
            continue
        number = as_number(match[0])
        if math.isinf(number):
            continue
        found += [(text[end : match.start()], None), (match[0], number)]
        end = match.end()
    return [*found, (text[end:], None)]


def as_number(text: str) -> float:
    """Return the number that a text writes, with separators or without; whole ones as such.

    Examples
    --------
    >>> as_number("−1,234.5"), as_number("1,234")
    (-1234.5, 1234)
    """
    plain = text.replace(",", "").replace("−", "-")
    return int(plain) if plain.lstrip("-+").isdecimal() else float(plain)


def _numbers(olds: list[Token], news: list[Token], tolerance: Tolerance) -> Iterator[Difference]:
    for place, ((old, before), (new, now)) in enumerate(zip(olds, news, strict=True)):
        if before is None or now is None or tolerance.accepts(before, now):
            continue
        difference = number_difference(old, new, (before, now), tolerance)
        line = _line_of(olds, place)
        yield difference.within(("text", line)) if line else difference


def _words(olds: list[Token], news: list[Token]) -> Difference:
    pairs = enumerate(zip(olds, news, strict=False))
    first = next((n for n, (old, new) in pairs if _unlike(old, new)), min(len(olds), len(news)))
    before = "".join(word for word, _ in olds[:first])
    old, new = ("".join(word for word, _ in each[first:]) for each in (olds, news))
    ends = min(len(old), len(new))
    same = next((n for n in range(ends) if old[n] != new[n]), ends)
    start = max(0, same - _AROUND)
    lines = before.count("\n") + old[:same].count("\n") + 1
    before, now = (shortened(text[start : same + 2 * _AROUND]) for text in (old, new))
    is_long = any("\n" in word for word, _ in (*olds, *news))
    return Difference("text", before, now, place=(("line", str(lines)),) if is_long else ())


def _unlike(old: Token, new: Token) -> bool:
    return old != new if old[1] is None or new[1] is None else False


def _line_of(tokens: list[Token], place: int) -> str:
    """Return the words around a number, on its line; none where it stands alone."""
    # Each token has a character, so that so many hold all that is shown.
    near = tokens[max(0, place - 2 * _AROUND) : place], tokens[place + 1 : place + 2 * _AROUND]
    before, after = ("".join(word for word, _ in each) for each in near)
    before, after = before.rpartition("\n")[2], after.partition("\n")[0]
    return f"{before[-_AROUND:]}[…]{after[:_AROUND]}" if before or after else ""
