"""From a drawing to a chart: title, key, source line, alternative text, checked and made SVG."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis.errors import ReportError
from analysis.figures.axes import ChartAxes
from analysis.figures.look import BODY, COLOURS, SMALL, TITLE, WIDTH, house_style, letters
from analysis.figures.renderer import draw
from analysis.figures.text import balanced, plain, wrap
from analysis.fonts import width
from analysis.words import catalogue

_LINE = 1.4
_PAD = 4.0


@dataclass(frozen=True)
class Chart:
    """A finished chart.

    Parameters
    ----------
    svg : str
        One ``<svg>`` element, for a page or a file of its own; it brings its font.
    alt : str
        What the chart shows, in words and figures.
    title : str
        Its takeaway.
    source : str
        Where the figures come from, and their status.
    data : dict
        The numbers drawn, as a table: see `analysis.figures.numbers.numbers`.
    """

    svg: str
    alt: str
    title: str
    source: str
    data: dict[str, Any]

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        bundle = {"image/svg+xml": self.svg, "text/plain": self.alt}
        about = {"alt": self.alt, "title": self.title, "source": self.source, "data": self.data}
        return bundle, {"image/svg+xml": about}


@dataclass(frozen=True)
class Canvas:
    """An empty drawing area: its axes measure exactly `across` x `height` points."""

    figure: Figure
    axes: Axes
    left: float
    right: float
    below: float
    height: float

    @property
    def across(self) -> float:
        """Width of the axes, points."""
        return WIDTH - self.left - self.right


def begin(height: float, *, left: float, right: float, below: float = 18.0) -> Canvas:
    """Begin a chart; call inside `house_style`.

    Parameters
    ----------
    height : float
        Height of the axes, points.
    left, right, below : float
        Room beside and under the axes for labels, points.
    """
    figure: Figure = pickle.loads(_empty())  # noqa: S301
    (axes,) = figure.axes
    figure.set_size_inches(WIDTH / 72, height / 72)
    axes.set_position((left / WIDTH, 0.0, (WIDTH - left - right) / WIDTH, 1.0))
    return Canvas(figure, axes, left, right, below, height)


@cache
def _empty() -> bytes:
    """Return a figure with axes, which takes longer to build than to read."""
    with house_style():
        # Without pyplot nothing outlives the chart: no window, no global list, nothing to fork.
        figure = Figure((WIDTH / 72, 1.0), dpi=72)
        figure.add_axes((0.0, 0.0, 1.0, 1.0), axes_class=ChartAxes)
        return pickle.dumps(figure)


def finish(
    canvas: Canvas,
    *,
    lang: str,
    title: str,
    subtitle: str,
    source: str,
    alt: str,
    data: dict[str, Any],
    key: Sequence[tuple[Line2D, str]] = (),
) -> Chart:
    """Put title, key and source line around a drawing, check its letters and write it.

    Parameters
    ----------
    canvas : Canvas
        The drawing.
    lang : str
        ``zh`` or ``en``.
    title : str
        The takeaway, a sentence.
    subtitle : str
        What is measured, in which unit, and what is left out.
    source : str
        Where the figures come from, and their status.
    alt : str
        What the chart shows, in words and figures.
    data : dict
        The numbers drawn, as of `analysis.figures.numbers.numbers`.
    key : sequence of (Line2D, str)
        Marks as they are drawn, and what each means.

    Raises
    ------
    ReportError
        If a character of any text in the chart has no glyph in the shipped font.
    """
    heading = balanced(title, (WIDTH - 2 * _PAD) / TITLE)
    below_it = wrap(subtitle, (WIDTH - 2 * _PAD) / BODY)
    foot = wrap(catalogue(lang)("figure.source", source=source), (WIDTH - 2 * _PAD) / SMALL)
    rows = _key_rows(key)
    top = _PAD + len(heading) * TITLE * _LINE + len(below_it) * BODY * _LINE + 6
    above = top + len(rows) * 13 + 6
    total = above + canvas.height + canvas.below + 8 + len(foot) * SMALL * _LINE + _PAD
    canvas.figure.set_size_inches(WIDTH / 72, total / 72)
    canvas.axes.set_position(
        (
            canvas.left / WIDTH,
            1 - (above + canvas.height) / total,
            canvas.across / WIDTH,
            canvas.height / total,
        )
    )
    page = _Page(canvas.figure, total)
    page.lines(heading, _PAD, TITLE, COLOURS["ink"])
    page.lines(below_it, _PAD + len(heading) * TITLE * _LINE + 2, BODY, COLOURS["neutral"])
    for place, row in enumerate(rows):
        page.key(row, top + place * 13 + 6)
    at = above + canvas.height + canvas.below + 8
    page.lines(foot, at, SMALL, COLOURS["neutral"])
    svg, lacking = draw(canvas.figure, label=plain(alt))
    if lacking:
        raise _lacking(lacking)
    return Chart(svg, plain(alt), plain(title), plain(source), data)


@dataclass(frozen=True)
class _Page:
    """A figure measured in points from its top left corner."""

    figure: Figure
    height: float

    def text(self, words: str, x: float, y: float, size: float, colour: str, **how: Any) -> None:
        self.figure.text(
            x / WIDTH,
            1 - y / self.height,
            words,
            fontproperties=letters(size),
            color=colour,
            horizontalalignment="left",
            **how,
        )

    def lines(self, lines: Iterable[str], top: float, size: float, colour: str) -> None:
        for place, line in enumerate(lines):
            baseline = top + size * (0.95 + place * _LINE)
            self.text(line, _PAD, baseline, size, colour, verticalalignment="baseline")

    def key(self, row: Sequence[tuple[Line2D, str, float]], y: float) -> None:
        for mark, words, x in row:
            long = _length(mark)
            ends = [x + long / 2] if long == _DOT else [x, x + long]
            mark.set_data([end / WIDTH for end in ends], [1 - y / self.height] * len(ends))
            mark.set_transform(self.figure.transFigure)
            self.figure.add_artist(mark)
            self.text(
                words,
                x + long + 4,
                y + SMALL * 0.36,
                SMALL,
                COLOURS["ink"],
                verticalalignment="baseline",
            )


_DOT, _DASH = 7.0, 18.0


def _length(mark: Line2D) -> float:
    return _DOT if mark.get_linestyle() in ("None", "none", "") else _DASH


def _key_rows(key: Sequence[tuple[Line2D, str]]) -> list[list[tuple[Line2D, str, float]]]:
    rows: list[list[tuple[Line2D, str, float]]] = []
    x = WIDTH
    for mark, words in key:
        words = plain(words)
        needed = _length(mark) + 4 + width(words) * SMALL
        if x + needed > WIDTH - _PAD:
            rows.append([])
            x = _PAD
        rows[-1].append((mark, words, x))
        x += needed + 14
    return rows


def _lacking(texts: dict[str, str]) -> ReportError:
    where, chars = next(iter(texts)), "".join(dict.fromkeys("".join(texts.values())))
    codes = " ".join(f"U+{ord(char):04X}" for char in chars)
    return ReportError(
        f"图中文字“{where}”里有随附字体没有的字符：{chars}（{codes}）。"
        "请改写，或用 tools/make_font.py 重做字体。",
        f"The chart text {where!r} has characters the shipped font lacks: {chars} "
        f"({codes}). Reword it, or make the font again with tools/make_font.py.",
    )
