"""Numbers, paths and colours as SVG, in as few characters as it allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

# Codes of a path's points, as in `matplotlib.path.Path`.
STOP, MOVE, LINE, BEND, CURVE, CLOSE = 0, 1, 2, 3, 4, 79
# Letter of each code, and how many points it takes.
_KINDS = {MOVE: ("m", 1), LINE: ("l", 1), BEND: ("q", 2), CURVE: ("c", 3)}

Place = tuple[int, int]


@lru_cache(maxsize=1 << 12)
def number(value: float, digits: int = 2) -> str:
    """Write a number.

    Examples
    --------
    >>> number(-0.25), number(3.0), number(-0.001), number(12.3456, 3)
    ('-.25', '3', '0', '12.346')
    """
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


@lru_cache(maxsize=1 << 16)
def hundredths(count: int) -> str:
    """Write a number of hundredths.

    Examples
    --------
    >>> hundredths(-25), hundredths(300)
    ('-.25', '3')
    """
    return number(count / 100)


@lru_cache(maxsize=1 << 14)
def tenths(count: int) -> str:
    """Write a number of tenths.

    Examples
    --------
    >>> tenths(-25), tenths(300)
    ('-2.5', '30')
    """
    return number(count / 10)


@lru_cache(maxsize=1024)
def colour(rgb: tuple[float, ...]) -> str:
    """Write a colour given as parts of 1; what comes after the third is left to others.

    Examples
    --------
    >>> colour((1.0, 0.5, 0.0, 1.0)), colour((0.0, 0.0, 0.0))
    ('#ff8000', '#000')
    """
    pairs = [f"{round(part * 255):02x}" for part in rgb[:3]]
    short = all(pair[0] == pair[1] for pair in pairs)
    return "#" + "".join(pair[0] if short else pair for pair in pairs)


def path_data(codes: Sequence[int], places: Sequence[Place], write: Callable[[int], str]) -> str:
    """Write a path with relative steps.

    Steps are taken between rounded places: they do not drift.

    Parameters
    ----------
    codes : sequence of int
        What each place is for, as in `matplotlib.path.Path`.
    places : sequence of (int, int)
        Places in whole units, y downward.
    write : callable
        Writes a number of units.

    Examples
    --------
    >>> path_data([1, 2, 2, 79], [(0, 0), (250, 0), (250, -50), (0, 0)], hundredths)
    'M0 0h2.5v-.5z'
    """
    out: list[str] = []
    x = y = start_x = start_y = at = 0
    last = ""
    while at < len(codes):
        code = codes[at]
        if code == CLOSE:
            out.append("z")
            x, y, last = start_x, start_y, "z"
            at += 1
            continue
        if code == STOP:
            break
        letter, many = _KINDS[code]
        figures: list[int] = []
        for to_x, to_y in places[at : at + many]:
            figures += (to_x - x, to_y - y)
        x, y = places[at + many - 1]
        at += many
        if code == MOVE:
            start_x, start_y = x, y
            if not out:
                letter, figures = "M", [x, y]
        elif code == LINE and not (figures[0] and figures[1]):
            # A line of no length may be a dot; within a line it is nothing.
            if not (figures[0] or figures[1]) and last not in ("M", "m"):
                continue
            letter = "v" if figures[1] else "h"
            figures = [figures[0] or figures[1]]
        words = [write(figure) for figure in figures]
        # A minus sign parts two numbers as well as a space does.
        text = "".join([word if word[0] == "-" else f" {word}" for word in words])
        if letter == last and letter != "m":
            out.append(text)
        else:
            out.append(letter + text.removeprefix(" "))
        last = letter
    return "".join(out)
