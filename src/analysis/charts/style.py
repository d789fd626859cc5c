"""How every chart looks: colours, sizes, text in the shipped font, and what it is drawn on.

Colours keep their meaning from chart to chart, differ for the colour-blind, and differ in
lightness too, so that a grey print still tells them apart.
"""

from __future__ import annotations

import io
import pickle
import re
import unicodedata
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, FontProperties, fontManager
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path
from numpy.typing import ArrayLike

from analysis.fonts import advance, font_path, width

COLOURS = MappingProxyType(
    {
        "ink": "#1f2933",
        "neutral": "#66707a",
        "grid": "#e2e6ea",
        "money": "#12507b",
        "need": "#d97706",
        "danger": "#a61c28",
        "idle": "#2795a3",
        "band": "#a9c8de",
        "paper": "#ffffff",
    }
)
# The orange of need and the teal of idle money are too light for letters.
LETTER_COLOURS = MappingProxyType({**COLOURS, "need": "#a85a04", "idle": "#17767c"})
# Type sizes and the width of the drawing, in points; a page shows a chart at up to 1.4 times.
TITLE, BODY, SMALL = 12.5, 8.5, 7.5
WIDTH = 540.0
HAIRLINE = 0.6
# A name no installed font has: the shipped file is used even where Noto is installed.
FAMILY = "relief-analysis charts"
# Where a place is measured: as a figure on the axes, or as a part of their width or height.
PARTS = "axes fraction"
ACROSS, DOWN = (PARTS, "data"), ("data", PARTS)
_HOUSE = {
    "font.family": [FAMILY],
    "svg.fonttype": "none",
    "svg.hashsalt": "relief",
    "text.parse_math": False,
    "lines.solid_capstyle": "butt",
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
}
_LINE, _PAD, _KEY_ROW = 1.4, 4.0, 13
_DOT, _DASH = 7.0, 18.0
# A line never starts with one of these, nor ends with one of those.
_CLOSING = "、，。；：？！）》」』”’〕】%‰…,.;:?!)]"
_OPENING = "（《「『“‘〔【(["
_PIECES = re.compile(r"\s+|[\w.,:;%+/'\"()\[\]&−–-]+", re.ASCII)


def register_font() -> None:
    """Make the shipped Chinese font known to matplotlib, for an analyst's own charts, too.

    It comes after the user's own fonts: matplotlib takes a letter from the first font of the list
    that has it, so that a one-line bar chart with county names has every letter.
    """
    if not any(entry.name == FAMILY for entry in fontManager.ttflist):
        fontManager.ttflist.append(FontEntry(fname=str(font_path()), name=FAMILY))
    families = [name for name in mpl.rcParams["font.family"] if name != FAMILY]
    mpl.rcParams["font.family"] = [*families, FAMILY]


def house_style() -> AbstractContextManager[None]:
    """Draw in the house style, whatever the user's matplotlibrc says."""
    return mpl.style.context(["default", _HOUSE])


@cache
def letters(size: float) -> FontProperties:
    """Return the shipped font in a type size, points; who wants to change it takes a copy."""
    return FontProperties(family=[FAMILY], size=size)


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


def few_lines(text: str, ems: float, most: int) -> list[str]:
    """Break `text` into at most `most` lines of `ems` times the type size, cut where it must be.

    Examples
    --------
    >>> few_lines("City and County of San Francisco", 7, 2)
    ['City and', 'County of Sa...']
    """
    lines = balanced(text, ems) if most > 1 else [text]
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [shorten(line, ems) for line in lines]


@lru_cache(maxsize=64)
def _measured(text: str) -> list[tuple[str, int, int]]:
    """Return what stays together, how long it is, and how long at the end of a line."""
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
    return [(piece, advance(piece), advance(piece.rstrip())) for piece in pieces]


@dataclass
class Canvas:
    """A drawing area whose axes measure exactly `across` x `height` points.

    Colours are roles of `analysis.charts.style.COLOURS`. Words given with a mark go to the key.

    Parameters
    ----------
    height : float, points
        Of the axes.
    left, right, below : float, points
        Room beside and under the axes for labels.
    """

    height: float
    left: float
    right: float
    below: float = 18.0
    key: list[tuple[Line2D, str]] = field(default_factory=list, init=False)
    figure: Figure = field(init=False, repr=False)
    axes: Axes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.figure = pickle.loads(_empty_figure())  # noqa: S301
        (self.axes,) = self.figure.axes
        self.figure.set_size_inches(WIDTH / 72, self.height / 72)
        self.axes.set_position((self.left / WIDTH, 0.0, self.across / WIDTH, 1.0))

    @property
    def across(self) -> float:
        """Width of the axes, points."""
        return WIDTH - self.left - self.right

    def write(
        self,
        words: str,
        x: float,
        y: float,
        role: str = "neutral",
        *,
        shift: tuple[float, float] = (0.0, 0.0),
        where: str | tuple[str, str] = "data",
        size: float = SMALL,
        over: bool = False,
        **how: Any,
    ) -> None:
        """Write words, `shift` points to the right of and above a place.

        `where` is how `x` and `y` are measured: ``data``, `PARTS`, `ACROSS` or `DOWN`. With `over`,
        lines behind the words give way to them. ``how`` holds matplotlib's ``ha`` and ``va``.
        """
        self.axes.annotate(
            words,
            (x, y),
            shift,
            xycoords=where,
            textcoords="offset points",
            fontproperties=letters(size),
            color=LETTER_COLOURS[role],
            bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.6} if over else None,
            annotation_clip=False,
            **{"va": "center_baseline", **how},
        )

    def beside(
        self, words: str, x: float, y: float, role: str = "ink", *, left: bool = False, **how: Any
    ) -> None:
        """Write words to the right of a mark, or to its left; `how` is that of `write`."""
        apart = how.pop("room", 4.0)
        shift = (-apart if left else apart, 0.0)
        self.write(words, x, y, role, shift=shift, ha="right" if left else "left", **how)

    def marks(self, axis: str, at: Sequence[float], labels: Sequence[str]) -> None:
        """Mark the axis ``x`` or ``y`` with labels, and lines across the drawing."""
        for place, said in zip(at, labels, strict=True):
            if axis == "x":
                self.write(said, place, 0, shift=(0, -4), where=DOWN, ha="center", va="top")
            else:
                self.write(said, 0, place, shift=(-4, 0), where=ACROSS, ha="right")
        lines = np.repeat(at, 3), np.tile([0.0, 1.0, np.nan], len(at))
        ends = lines if axis == "x" else lines[::-1]
        transform = getattr(self.axes, f"get_{axis}axis_transform")()
        how: dict[str, Any] = {"color": COLOURS["grid"], "lw": HAIRLINE, "zorder": 0.5}
        self.axes.add_artist(Line2D(*ends, transform=transform, **how))

    def line(self, x: ArrayLike, y: ArrayLike, role: str, words: str = "", **how: Any) -> None:
        """Draw a line through places; `how` is what a line of matplotlib takes."""
        self.axes.plot(x, y, color=COLOURS[role], **how)
        if words:
            self.explain(words, role, **how)

    def dots(self, x: ArrayLike, y: ArrayLike, role: str, words: str = "", **how: Any) -> None:
        """Draw a dot, or another marker, at each place."""
        self.line(x, y, role, words, **{"ls": "none", "marker": "o", "clip_on": False, **how})

    def spans(
        self,
        places: ArrayLike,
        starts: ArrayLike,
        ends: ArrayLike,
        role: str,
        words: str = "",
        **how: Any,
    ) -> None:
        """Draw a line along each row from its start to its end, none where one is missing."""
        pairs = np.column_stack((starts, ends, np.full(np.shape(starts), np.nan)))
        pairs[np.isnan(pairs[:, :2]).any(axis=1)] = np.nan
        self.line(pairs.ravel(), np.repeat(places, 3), role, words, **how)

    def bars(self, places: ArrayLike, ends: ArrayLike, role: str, words: str = "") -> None:
        """Draw a bar along each row, from 0 to its end."""
        self.axes.barh(places, ends, height=0.62, color=COLOURS[role])
        if words and np.size(ends):
            self.explain(words, role, lw=7)

    def area(
        self,
        x: ArrayLike,
        low: ArrayLike,
        high: ArrayLike,
        role: str,
        words: str = "",
        *,
        alpha: float = 1.0,
        where: ArrayLike | None = None,
    ) -> None:
        """Fill what lies between two lines."""
        how: dict[str, Any] = {"where": where, "interpolate": where is not None, "lw": 0}
        self.axes.fill_between(x, low, high, color=COLOURS[role], alpha=alpha, **how)
        if words:
            self.explain(words, role, alpha=alpha, lw=7)

    def rule(self, x: float, role: str = "ink", words: str = "", **how: Any) -> None:
        """Draw a line down the drawing, with a white casing that keeps it visible across bars."""
        how = {"lw": 1.0, **how}
        # What follows, such as a whisker, lies over it.
        self.axes.axvline(x, color=COLOURS["paper"], lw=2.6, zorder=1.5)
        self.axes.axvline(x, color=COLOURS[role], **how, zorder=1.6)
        if words:
            self.explain(words, role, **how)

    def explain(self, words: str, role: str, **how: Any) -> None:
        """Add to the key: a mark as it is drawn, in a role or another colour, and its meaning."""
        self.key.append((Line2D([], [], color=COLOURS.get(role, role), **how), words))

    def svg(self) -> str:
        """Return the drawing as matplotlib writes it."""
        written = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        renderer: Any = _Renderer(*self.figure.bbox.size, written, metadata=nothing)  # type: ignore[no-untyped-call]
        self.figure.draw(renderer)
        renderer.finalize()
        return written.getvalue()

    def frame(self, title: str, subtitle: str, source: str) -> None:
        """Put title, subtitle, key and source line around the drawing."""
        across = WIDTH - 2 * _PAD
        heading, said = balanced(title, across / TITLE), wrap(subtitle, across / BODY)
        foot, rows = wrap(source, across / SMALL), _key_rows(self.key)
        second = _PAD + len(heading) * TITLE * _LINE + 2
        top = second + len(said) * BODY * _LINE + 4
        above = top + len(rows) * _KEY_ROW + 6
        under = above + self.height + self.below + 8
        total = under + len(foot) * SMALL * _LINE + _PAD

        def write(words: str, x: float, y: float, size: float, role: str) -> None:
            how: dict[str, Any] = {"fontproperties": letters(size), "color": COLOURS[role]}
            self.figure.text(x / WIDTH, 1 - y / total, words, **how)

        self.figure.set_size_inches(WIDTH / 72, total / 72)
        bottom = 1 - (above + self.height) / total
        place = self.left / WIDTH, bottom, self.across / WIDTH, self.height / total
        self.axes.set_position(place)
        for lines, at, size, role in (
            (heading, _PAD, TITLE, "ink"),
            (said, second, BODY, "neutral"),
            (foot, under, SMALL, "neutral"),
        ):
            for count, line in enumerate(lines):
                write(line, _PAD, at + size * (0.95 + count * _LINE), size, role)
        for count, row in enumerate(rows):
            y = top + count * _KEY_ROW + 6
            for mark, words, x, long in row:
                ends = [x + long / 2] if long == _DOT else [x, x + long]
                mark.set_data([end / WIDTH for end in ends], [1 - y / total] * len(ends))
                mark.set_transform(self.figure.transFigure)
                self.figure.add_artist(mark)
                write(words, x + long + 4, y + SMALL * 0.36, SMALL, "ink")


class _Renderer(RendererSVG):
    """matplotlib's own, but a text is measured once: many charts share their texts."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: object
    ) -> tuple[float, float, float]:
        """Return the size of a text that is no formula, points."""
        return _size(s, prop)


@lru_cache(maxsize=4096)
def _size(text: str, font: FontProperties) -> tuple[float, float, float]:
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)


@cache
def _empty_figure() -> bytes:
    """Return a figure with bare axes, which takes longer to build than to read."""
    with house_style():
        # Without pyplot nothing outlives the chart: no window, no global list, nothing to fork.
        figure = Figure((WIDTH / 72, 1.0), dpi=72)
        # Marks of matplotlib's own axes take a third of the time that drawing takes.
        figure.add_axes((0.0, 0.0, 1.0, 1.0)).set_axis_off()
        return pickle.dumps(figure)


def _key_rows(key: Sequence[tuple[Line2D, str]]) -> list[list[tuple[Line2D, str, float, float]]]:
    """Return the rows of a key: marks, words, where each mark begins, and how long it is."""
    rows: list[list[tuple[Line2D, str, float, float]]] = []
    x = WIDTH
    for mark, words in key:
        words = plain(words)
        long = _DOT if mark.get_linestyle() == "None" else _DASH
        needed = long + 4 + width(words) * SMALL
        if x + needed > WIDTH - _PAD:
            rows.append([])
            x = _PAD
        rows[-1].append((mark, words, x, long))
        x += needed + 14
    return rows
