"""Two lists of facts compared: places and words exactly, numbers within a tolerance.

A fact is a place, such as ``("资金与需求", "额敏县", "资金占比 %")``, and what stands there.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from analysis.errors import UsageError
from analysis.words import listed, refusal

Place = tuple[str, ...]
Fact = tuple[Place, object]

# As options, cell tags and a notebook's metadata name them.
NAMES = {"rtol": "relative", "atol": "absolute", "image-tol": "image"}
PREFIX = "relief-"
# What another processor changes in a number; whole numbers are free of it.
NOISE = 1e-9
NOTHING = "—"
_AROUND = 40

# A date is a name, and so is the place in an order: 2024-05, 2023/24, 2024年, 5月31日, 第3.
_DATE = (
    r"(?<![\d.,])(?:(?:19|20)\d\d(?:[-/]\d{1,2}(?:[-/]\d{1,2})?|\.\d{1,2}\.\d{1,2})(?!\.?\d)"
    r"|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?)|第\d++"
)
# What has a letter before it, or a letter and a digit after it, is a code, and so is 062300. The
# point that NumPy leaves after a whole number belongs to it. No figure has 300 digits.
_NUMBER = (
    r"(?:(?<![A-Za-z0-9_)%])[-+−])?(?<![A-Za-z0-9_.])(?<![A-Za-z]-)(?!0\d)"
    r"(?:(?:[1-9]\d{0,2}(?:,\d{3}){1,9}(?!,?\d)|\d{1,300}+)(?:\.\d{1,300}+|\.(?=\s*[\]),]|\s+-?\d))?"
    r"|\.\d{1,300}+)(?:[eE][-+]?\d{1,2}+)?(?![A-Za-z]*[0-9_]|\.\d)"
)
IN_TEXT = re.compile(rf"{_DATE}|(?P<number>{_NUMBER})")
# In a drawing any figure is a measure, but those of a colour or a name.
IN_DRAWING = re.compile(r"#[\w-]+|(?P<number>[-+]?(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d+)?)")


@dataclass(frozen=True)
class Tolerance:
    """A number is the same where ``|new - old| <= absolute + relative * |old|``.

    Of two whole numbers `relative` counts only where it is more than the default: a long code is
    another one however little it changed.

    Parameters
    ----------
    relative : float
        A part of the old number. The default is far below what a reader sees, and above what
        another processor changes.
    absolute : float
        In the number's own unit.
    image : float
        Root of the mean square difference of two pictures' pixels, in grey levels from 0 to 255.

    Examples
    --------
    >>> Tolerance(relative=0.01).accepts(100, 100.9), Tolerance().accepts(100, 100.0001)
    (True, False)
    >>> Tolerance().accepts(654221100201, 654221100202)
    False
    """

    relative: float = NOISE
    absolute: float = 1e-12
    image: float = 0.12

    def accepts(self, old: float, new: float) -> bool:
        """Tell whether `new` may stand for `old`; what is no number only stands for its like."""
        if not (math.isfinite(old) and math.isfinite(new)):
            return old == new or (math.isnan(old) and math.isnan(new))
        exact = self.relative <= NOISE and isinstance(old, int) and isinstance(new, int)
        return abs(new - old) <= self.absolute + (0 if exact else self.relative * abs(old))

    def updated(self, entries: object, where: str) -> Tolerance:
        """Return it with what a run, a notebook's metadata or a cell's tags say.

        Parameters
        ----------
        entries : mapping
            Such as ``{"rtol": 1e-6}``.
        where : str
            What to call their place in an error.

        Raises
        ------
        UsageError
            If an entry has another name, or is no number of at least 0.

        Examples
        --------
        >>> Tolerance().updated({"rtol": "1e-6"}, "a.ipynb").relative
        1e-06
        """
        given = {}
        named = entries if isinstance(entries, Mapping) else {"relief": entries}
        for name, value in named.items():
            try:
                size = math.nan if isinstance(value, bool) else float(str(value))
            except ValueError:
                size = math.nan
            if name not in NAMES or not 0 <= size < math.inf:
                said = {"where": where, "name": name, "value": value, "prefix": PREFIX}
                raise refusal(UsageError, "regression.no_tolerance", **said, known=listed(NAMES))
            given[NAMES[name]] = size
        return replace(self, **given)

    def of_cell(self, tags: Iterable[object], where: str) -> Tolerance:
        """Return it with what a cell's tags, such as ``relief-rtol=0.01``, say."""
        ours = [str(tag).removeprefix(PREFIX) for tag in tags if str(tag).startswith(PREFIX)]
        return self.updated(dict(tag.partition("=")[::2] for tag in ours), where)


@dataclass(frozen=True)
class Difference:
    """Where two outputs differ, and how.

    Parameters
    ----------
    place : tuple of str
        From the output inward, such as ``("资金与需求", "额敏县", "资金占比 %")``.
    old, new : str
        As a reader sees them; `NOTHING` for what is missing.
    values : tuple of float, optional
        Old and new of a number.
    """

    place: Place
    old: str
    new: str
    values: tuple[float, float] | None = None

    @property
    def weight(self) -> tuple[int, float]:
        """What is told first: a thing missing or too much, then the largest relative change."""
        if NOTHING in (self.old, self.new):
            return 2, 0.0
        if self.values is None:
            return 0, 0.0
        old, new = self.values
        return 1, abs(new - old) / abs(old) if old else math.inf

    @property
    def table(self) -> str:
        """Name of the table, chart or text in which it stands."""
        return self.place[0] if self.place else ""

    def within(self, *place: str) -> Difference:
        """Return it with a place further out."""
        return replace(self, place=(*place, *self.place))


def compare_facts(
    old: Iterable[Fact],
    new: Iterable[Fact],
    tolerance: Tolerance,
    numbers: re.Pattern[str] = IN_TEXT,
) -> Iterator[Difference]:
    """Yield how two lists of facts differ: places missing or too much, in another order, changed.

    Examples
    --------
    >>> old, new = ([(("t", "额敏县", "万元"), number)] for number in ("98", "99"))
    >>> [(d.old, d.new, d.place) for d in compare_facts(old, new, Tolerance())]
    [('98', '99', ('t', '额敏县', '万元'))]
    """
    olds, news = _by_place(old), _by_place(new)
    for place, value in olds.items():
        if place not in news:
            yield Difference(place, shortened(str(value)), NOTHING)
        else:
            yield from (
                each.within(*place) for each in _values(value, news[place], tolerance, numbers)
            )
    for place in (place for place in news if place not in olds):
        yield Difference(place, NOTHING, shortened(str(news[place])))
    if olds.keys() == news.keys():
        pairs = zip(olds, news, strict=True)
        moved = next(((one, other) for one, other in pairs if one != other), None)
        if moved:
            one, other = (shortened(" › ".join(each[1:])) for each in moved)
            yield Difference(moved[0][:1], one, other)


def compare_text(
    old: str, new: str, tolerance: Tolerance, numbers: re.Pattern[str] = IN_TEXT
) -> Iterator[Difference]:
    """Yield how two texts differ: each number, or the first line whose words do.

    A number is the same however it is written: 1234, 1,234 and 1.234e3. What is a name counts
    exactly: a date, a code such as 062300, Q3 or A-12, a place in an order such as 第3.

    Parameters
    ----------
    old, new : str
    tolerance : Tolerance
    numbers : pattern
        Its group ``number`` is what is compared as a number.

    Examples
    --------
    >>> [(d.old, d.place) for d in compare_text("人均 148.8 元", "人均 148.9 元", Tolerance())]
    [('148.8', ('人均 […] 元',))]
    >>> list(compare_text("a 1.0000000000001", "a 1", Tolerance()))
    []
    >>> [d.new for d in compare_text("code 062300", "code 062301", Tolerance(relative=0.1))]
    ['code 062301']
    """
    if old == new:
        return
    (old_words, olds), (new_words, news) = (_split(text, numbers) for text in (old, new))
    if old_words != new_words:
        sides = [text.splitlines() for text in (old, new, old_words, new_words)]
        lines = enumerate(zip_longest(*sides, fillvalue=NOTHING), 1)
        at, (one, other, *_) = next(each for each in lines if each[1][2] != each[1][3])
        unlike = (n for n, each in enumerate(zip(one, other, strict=False)) if each[0] != each[1])
        same = max(0, next(unlike, min(len(one), len(other))) - _AROUND)
        place = (f"#{at}",) if "\n" in old.strip() else ()
        yield Difference(place, shortened(one[same:]), shortened(other[same:]))
        return
    for found, now in zip(olds, news, strict=True):
        values = as_number(found[0]), as_number(now[0])
        if not tolerance.accepts(*values):
            before = old[max(0, found.start() - _AROUND) : found.start()].rpartition("\n")[2]
            after = old[found.end() : found.end() + _AROUND].partition("\n")[0]
            place = (f"{before}[…]{after}",) if before or after else ()
            yield Difference(place, found[0], now[0], values)


def as_number(text: str) -> float:
    """Return the number that a text writes, with separators or without; whole ones as such.

    Examples
    --------
    >>> as_number("−1,234.5"), as_number("1,234")
    (-1234.5, 1234)
    """
    plain = text.replace(",", "").replace("−", "-")
    return int(plain) if plain.lstrip("-+").isdecimal() else float(plain)


def shortened(text: str, longest: int = 160) -> str:
    """Return a text on one line and not too long to read."""
    line = " ⏎ ".join(text.strip("\n").splitlines())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _by_place(facts: Iterable[Fact]) -> dict[Place, object]:
    """Return facts by their places; of one place the second is told as such."""
    seen: Counter[Place] = Counter()
    found: dict[Place, object] = {}
    for place, value in facts:
        seen[place] += 1
        again = f" ({seen[place]})" if seen[place] > 1 else ""
        found[(*place[:-1], f"{place[-1]}{again}") if place else (again,)] = value
    return found


def _values(
    old: object, new: object, tolerance: Tolerance, numbers: re.Pattern[str]
) -> Iterator[Difference]:
    if isinstance(old, str) and isinstance(new, str):
        yield from compare_text(old, new, tolerance, numbers)
    elif _is_number(old) and _is_number(new):
        values: tuple[float, float] = (old, new)  # type: ignore[assignment]
        if not tolerance.accepts(*values):
            yield Difference((), f"{old!r}", f"{new!r}", values)
    elif type(old) is not type(new) or old != new:
        yield Difference((), shortened(str(old)), shortened(str(new)))


def _is_number(value: object) -> bool:
    # A longer whole number has no float to measure its distance by.
    whole = isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, float) or (whole and abs(value) <= sys.float_info.max)  # type: ignore[arg-type]


def _split(text: str, numbers: re.Pattern[str]) -> tuple[str, list[re.Match[str]]]:
    """Return a text's words, with a mark for each number, and the numbers."""
    found: list[re.Match[str]] = []

    def mark(match: re.Match[str]) -> str:
        if match["number"] is None:
            return match[0]
        found.append(match)
        return "\0"

    return numbers.sub(mark, text), found
