"""Two texts compared: words exactly, numbers within a tolerance."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.regression.difference import Difference, shortened
from analysis.regression.tolerance import Tolerance
from analysis.regression.volatile import PLACES, TIMES, VERSIONS, normalised

# A date or a year is a name. So is what starts with a zero or has letters before it: a code.
_DATE = r"(?<![\d.,])\d{4}(?:[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?![\d.])|年(?:\d{1,2}月(?:\d{1,2}日)?)?)"
_NUMBER = (
    r"(?:(?<![\w)])[-+−])?(?<![A-Za-z0-9_.,])"
    r"(?:\d{1,3}(?:,\d{3})+(?!,?\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?"
    r"(?![A-Za-z]*[0-9_]|[.,]\d)"
)
_TOKEN = re.compile(rf"(?P<date>{_DATE})|(?P<number>{_NUMBER})")
_CODE = re.compile(r"[-+−]?0\d")
_RULE = re.compile(r"([-=─━═_*~])\1{3,}")
_AROUND = 40


def compare_text(
    old: str, new: str, tolerance: Tolerance, *, in_table: bool = False
) -> Iterator[Difference]:
    """Yield how two texts differ: each number, or the first words that do.

    What is volatile is left out, and so are the widths of gaps and rules, which follow from the
    lengths of numbers.

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
    allowed = f"{tol.relative:g} × |{old}| + {tol.absolute:g}"
    return Difference("number", old, new, allowed=allowed, values=values)


Token = tuple[str, float | None]


def _tokens(text: str, in_table: bool) -> list[Token]:
    """Cut a text into words and numbers, in turn."""
    text = normalised(text, (PLACES,) if in_table else (PLACES, TIMES, VERSIONS))
    text = _RULE.sub(r"\1\1\1", text)
    text = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    found: list[Token] = []
    words: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match["number"] is None or _CODE.match(match[0]):
            continue
        words.append(text[end : match.start()])
        found += [("".join(words), None), (match[0], as_number(match[0]))]
        words, end = [], match.end()
    return [*found, (text[end:], None)]


def as_number(text: str) -> float:
    """Return the number that a text writes, with separators or without.

    Examples
    --------
    >>> as_number("−1,234.5")
    -1234.5
    """
    return float(text.replace(",", "").replace("−", "-"))


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
    return Difference("text", before, now, place=(("line", str(lines)),))


def _unlike(old: Token, new: Token) -> bool:
    return old != new if old[1] is None or new[1] is None else False


def _line_of(tokens: list[Token], place: int) -> str:
    """Return the words around a number, on its line; none where it stands alone."""
    before = "".join(word for word, _ in tokens[:place]).rpartition("\n")[2]
    after = "".join(word for word, _ in tokens[place + 1 :]).partition("\n")[0]
    return f"{before[-_AROUND:]}[…]{after[:_AROUND]}" if before or after else ""
