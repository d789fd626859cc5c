"""How every chart looks: font, colours, sizes, and the canvas that holds title, key and source.

Colours keep their meaning from chart to chart, differ for the colour-blind, and differ in
lightness too, so that a grey print still tells them apart.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, FontProperties, fontManager
from matplotlib.lines import Line2D

from analysis.charts.text import balanced, plain, wrap
from analysis.fonts import font_path, width

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
_LINE, _PAD, _KEY_ROW = 1.4, 4.0, 13
_DOT, _DASH = 7.0, 18.0


def register_font() -> None:
    """Make the shipped Chinese font known to matplotlib, for an analyst's own charts, too.

    It comes after the user's own fonts: matplotlib takes a letter from the first font of the list
    that has it, so that a one-line bar chart with county names has every letter.
    """
    if not any(entry.name == FAMILY for entry in fontManager.ttflist):
        fontManager.ttflist.append(FontEntry(fname=str(font_path()), name=FAMILY))
    families = [name for name in mpl.rcParams["font.family"] if name != FAMILY]
    mpl.rcParams["font.family"] = [*families, FAMILY]


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style, whatever the user's matplotlibrc and backend say."""
    now = mpl.rcParams
    with mpl.rc_context():
        # To set what is set already takes longer than to see that it is.
        now.update({name: value for name, value in _settings().items() if now[name] != value})
        yield


@cache
def letters(size: float) -> FontProperties:
    """Return the shipped font in a type size, points; who wants to change it takes a copy."""
    return FontProperties(family=[FAMILY], size=size)


@cache
def _settings() -> dict[Any, Any]:
    register_font()
    kept: dict[Any, Any] = {
        name: value
        for name, value in mpl.rcParamsDefault.items()
        if name.partition(".")[0] not in ("backend", "toolbar", "webagg", "interactive", "keymap")
    }
    grey, size = COLOURS["neutral"], SMALL
    return kept | {
        "font.family": [FAMILY],
        "font.size": BODY,
        "svg.fonttype": "none",
        "svg.hashsalt": "relief",
        "text.parse_math": False,
        "text.color": COLOURS["ink"],
        "lines.solid_capstyle": "butt",
        "axes.edgecolor": grey,
        "axes.labelcolor": grey,
        "axes.labelsize": size,
        "axes.linewidth": HAIRLINE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.facecolor": "none",
        "figure.facecolor": "none",
        "savefig.facecolor": "none",
        "grid.color": COLOURS["grid"],
        "grid.linewidth": HAIRLINE,
        **{f"{axis}tick.{what}": size for axis in "xy" for what in ("labelsize",)},
        **{f"{axis}tick.color": grey for axis in "xy"},
        # Marks have no length; not to draw them at all is quicker.
        **{f"{axis}tick.{kind}.size": 0 for axis in "xy" for kind in ("major", "minor")},
        "xtick.bottom": False,
        "ytick.left": False,
    }


@dataclass
class Canvas:
    """A drawing area whose axes measure exactly `across` x `height` points.

    Parameters
    ----------
    height : float
        Height of the axes, points.
    left, right, below : float
        Room beside and under the axes for labels, points.

    Attributes
    ----------
    key : list of (Line2D, str)
        Marks as they are drawn, and what each means.
    """

    height: float
    left: float
    right: float
    below: float = 18.0
    key: list[tuple[Line2D, str]] = field(default_factory=list)
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

    def frame(self, title: str, subtitle: str, source: str) -> None:
        """Put title, subtitle, key and source line around the drawing."""
        across = WIDTH - 2 * _PAD
        heading, said = balanced(title, across / TITLE), wrap(subtitle, across / BODY)
        foot = wrap(source, across / SMALL)
        rows = _key_rows(self.key)
        top = _PAD + len(heading) * TITLE * _LINE + len(said) * BODY * _LINE + 6
        above = top + len(rows) * _KEY_ROW + 6
        total = above + self.height + self.below + 8 + len(foot) * SMALL * _LINE + _PAD
        self.figure.set_size_inches(WIDTH / 72, total / 72)
        bottom = 1 - (above + self.height) / total
        self.axes.set_position(
            (self.left / WIDTH, bottom, self.across / WIDTH, self.height / total)
        )
        self._lines(heading, _PAD, TITLE, COLOURS["ink"], total)
        second = _PAD + len(heading) * TITLE * _LINE + 2
        self._lines(said, second, BODY, COLOURS["neutral"], total)
        for place, row in enumerate(rows):
            self._draw_key(row, top + place * _KEY_ROW + 6, total)
        under = above + self.height + self.below + 8
        self._lines(foot, under, SMALL, COLOURS["neutral"], total)

    def _text(self, words: str, x: float, y: float, size: float, colour: str, total: float) -> None:
        self.figure.text(
            x / WIDTH,
            1 - y / total,
            words,
            fontproperties=letters(size),
            color=colour,
            horizontalalignment="left",
            verticalalignment="baseline",
        )

    def _lines(
        self, lines: Sequence[str], top: float, size: float, colour: str, total: float
    ) -> None:
        for place, line in enumerate(lines):
            self._text(line, _PAD, top + size * (0.95 + place * _LINE), size, colour, total)

    def _draw_key(self, row: list[tuple[Line2D, str, float]], y: float, total: float) -> None:
        for mark, words, x in row:
            long = _key_length(mark)
            ends = [x + long / 2] if long == _DOT else [x, x + long]
            mark.set_data([end / WIDTH for end in ends], [1 - y / total] * len(ends))
            mark.set_transform(self.figure.transFigure)
            self.figure.add_artist(mark)
            self._text(words, x + long + 4, y + SMALL * 0.36, SMALL, COLOURS["ink"], total)


@cache
def _empty_figure() -> bytes:
    """Return a figure with axes, which takes longer to build than to read."""
    with house_style():
        # Without pyplot nothing outlives the chart: no window, no global list, nothing to fork.
        figure = Figure((WIDTH / 72, 1.0), dpi=72)
        figure.add_axes((0.0, 0.0, 1.0, 1.0))
        return pickle.dumps(figure)


def _key_length(mark: Line2D) -> float:
    return _DOT if mark.get_linestyle() in ("None", "none", "") else _DASH


def _key_rows(key: Sequence[tuple[Line2D, str]]) -> list[list[tuple[Line2D, str, float]]]:
    rows: list[list[tuple[Line2D, str, float]]] = []
    x = WIDTH
    for mark, words in key:
        words = plain(words)
        needed = _key_length(mark) + 4 + width(words) * SMALL
        if x + needed > WIDTH - _PAD:
            rows.append([])
            x = _PAD
        rows[-1].append((mark, words, x))
        x += needed + 14
    return rows
