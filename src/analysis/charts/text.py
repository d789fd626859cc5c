"""Text in charts: measured with the shipped font's own widths, broken, shortened, written out."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from analysis.fonts import advance, width

# A line never starts with one of these, nor ends with one of those.
_CLOSING = "、，。；：？！）》」』”’〕】%‰…,.;:?!)]"
_OPENING = "（《「『“‘〔【(["
_PIECES = re.compile(r"\s+|[\w.,:;%+/'\"()\[\]&−–-]+", re.ASCII)


def plain(text: object) -> str:
    r"""Return `text` on one line, without control or invisible characters.

    Examples
    --------
    >>> plain(" 塔城市\n\x07(城区)\u200b ")
    '塔城市 (城区)'
    """
    text = str(text)
    if text.isprintable():
        return " ".join(text.split())
    seen = (" " if unicodedata.category(c)[0] == "Z" else c for c in re.sub(r"\s", " ", text))
    return " ".join("".join(c for c in seen if unicodedata.category(c)[0] != "C").split())


def wrap(text: str, ems: float) -> list[str]:
    """Break `text` into lines of at most `ems` times the type size.

    Chinese breaks between any two characters but never before a closing or after an opening
    mark; words and figures stay whole.

    Examples
    --------
    >>> wrap("各县占比不一。", 6)
    ['各县占比不', '一。']
    >>> wrap("one two three", 4)
    ['one two', 'three']
    """
    lines, line, filled = [], "", 0
    for piece, thousandths, without_end in _measured(plain(text)):
        if line and (filled + without_end) / 1000 > ems:
            lines.append(line.rstrip())
            line, filled = piece, 0
        else:
            line += piece
        filled += thousandths
    return [*lines, line.rstrip()] if line else lines


def balanced(text: str, ems: float) -> list[str]:
    """Break `text` like `wrap`, into as few lines, of about the same length.

    Examples
    --------
    >>> balanced("one two three four five", 10)
    ['one two three', 'four five']
    """
    lines = wrap(text, ems)
    tries = (wrap(text, ems * part) for part in (0.55, 0.65, 0.75, 0.85, 1.0))
    return next(again for again in tries if len(again) == len(lines))


def shorten(text: str, ems: float) -> str:
    """Cut `text` to `ems` times the type size, with an ellipsis where something is lost.

    Examples
    --------
    >>> shorten("和布克赛尔蒙古自治县", 6), shorten("Hoboksar", 3)
    ('和布克赛尔…', 'Hob...')
    """
    text = plain(text)
    if width(text) <= ems:
        return text
    # The font's own ellipsis is a Chinese one: too broad and too high among Latin letters.
    cut = "..." if text.isascii() else "…"
    while text and width(text + cut) > ems:
        text = text[:-1]
    return text.rstrip() + cut


@lru_cache(maxsize=64)
def _measured(text: str) -> list[tuple[str, int, int]]:
    """Return what stays together, how long it is, and how long at the end of a line."""
    return [(piece, advance(piece), advance(piece.rstrip())) for piece in _unbreakable(text)]


def _unbreakable(text: str) -> list[str]:
    pieces: list[str] = []
    at = 0
    while at < len(text):
        found = _PIECES.match(text, at)
        piece = found.group() if found else text[at]
        at += len(piece)
        if pieces and (piece[0] in _CLOSING or piece.isspace() or pieces[-1][-1] in _OPENING):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
