"""A chart before a language is chosen, and how it becomes a picture in one.

A function of `analysis.charts` takes frames and returns a `Chart`: what is drawn, the columns it is
made of, the takeaway. ``page.chart(...)`` asks for it in the page's language. The numbers beside
the picture and its alternative text come from the columns that the chart declares, so a chart
says them once.
"""

from __future__ import annotations

import hashlib
import math
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from numbers import Real

import pandas as pd

from analysis import fonts
from analysis.charts.style import Canvas, house_style, plain
from analysis.errors import ReportError
from analysis.words import refusal
from analysis.words.columns import COLUMNS, Quantity, label
from analysis.words.numbers import default_digits, unit_name
from analysis.words.sentence import Figure, Interval, Sentence, Word, Writer, say

_HEAD = re.compile(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', re.DOTALL)
_DROPPED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", re.DOTALL)
_STYLE = re.compile(r' style="([^"]*)"')
_ID = re.compile(r' id="([^"]*)"')
_TEXT = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)
_EMPTY = re.compile(r"<g>\s*</g>|<defs>\s*</defs>|(?<=>)\s+(?=<)")
_SIZE = re.compile(r"([\d.]+)px")
# As a line is measured, letters stand side by side at the font's own widths.
_GROUP = (
    f'<g font-family="{fonts.FAMILY},Noto Sans SC,Noto Sans CJK SC,sans-serif" '
    'stroke-linejoin="round" text-rendering="geometricPrecision" aria-hidden="true">'
)


@dataclass(frozen=True, eq=False)
class Chart:
    """What a chart shows, in no language.

    Parameters
    ----------
    frame : DataFrame, index unit_code or another key
        A row for each mark, in the order drawn; figures as they are, not rounded. Its columns are
        told in the table beside the chart and in the alternative text: `analysis.words.columns`
        knows their units and labels. A column ``name`` says what a row is called.
    draw : callable
        Takes a `Writer` and returns the drawn `Canvas`.
    title, kind, subtitle : Sentence
        The takeaway; what kind of chart of how many things it is, for the alternative text;
        what is measured, in which unit.
    remarks : sequence of Sentence
        What is left out, or stands elsewhere than its figure says: told under the title and in the
        alternative text.
    facts : mapping of str to Figure
        Figures of the chart as a whole, by the name of a column.
    labels : mapping of str to Sentence or Word
        Labels of columns that the page cannot know by their names.
    quiet : bool
        Whether the rows of `frame` are too many or too alike to be told in the alternative text.
    """

    frame: pd.DataFrame
    draw: Callable[[Writer], Canvas]
    title: Sentence
    kind: Sentence
    subtitle: Sentence
    remarks: Sequence[Sentence] = ()
    facts: Mapping[str, Figure] = field(default_factory=dict)
    labels: Mapping[str, Sentence | Word] = field(default_factory=dict)
    quiet: bool = False

    def __repr__(self) -> str:
        return f"Chart {self.title.key}: page.chart(...) shows it in the page's language"

    @property
    def columns(self) -> list[str]:
        """Columns of `frame` that hold what is drawn."""
        return [str(name) for name in self.frame if name != "name"]

    def label(self, name: str, to: Writer) -> str:
        """Return the label of a column."""
        own = self.labels.get(name)
        return label(name, to.lang) if own is None else to.text(own)

    def alternative_text(self, to: Writer) -> str:
        """Say in words and figures what the chart shows, the first and the last row among it."""
        told = [to(self.kind), to(self.title)]
        if len(self.frame) and not self.quiet:
            told += [self._row_text(place, to) for place in sorted({0, len(self.frame) - 1})]
        told += [
            to("chart.alt_figure", label=self.label(name, to), figure=fact)
            for name, fact in self.facts.items()
        ]
        told += [to(each) for each in self.remarks]
        return plain(("" if to.lang == "zh" else " ").join(_whole(each, to.lang) for each in told))

    def _row_text(self, place: int, to: Writer) -> str:
        row = self.frame.iloc[place]
        name = to.text(row["name"]) if "name" in row else to.name(str(self.frame.index[place]))
        said = [self._cell_text(column, row, to) for column in self.columns]
        return to("chart.alt_row", name=name, figures=to("chart.alt_join").join(filter(None, said)))

    def _cell_text(self, column: str, row: pd.Series, to: Writer) -> str:
        """Return a figure with its label, and the ends of its interval behind it."""
        kind, value = COLUMNS.get(column, Quantity("ratio")), row[column]
        base = column.removesuffix("_low").removesuffix("_high")
        low, high = (row.get(f"{column}_{end}", math.nan) for end in ("low", "high"))
        if kind.hidden or (base != column and base in row) or (pd.isna(value) and pd.isna(low)):
            return ""
        said: Sentence | Figure | Interval | Word | str = str(value)
        if kind.word:
            said = Word(f"{kind.word}.{value}", str(value))
        elif isinstance(value, Real) and kind.unit:
            digits = kind.digits_of(self.frame[column])
            if digits is None:
                digits = default_digits(kind.unit, self.frame[column].dropna())
            figure = Figure(float(value), kind.unit, digits)
            said = Interval(low, high, kind.unit, digits)
            if pd.isna(low):
                said = figure
            elif not math.isnan(value):
                said = say("chart.alt_between", figure=figure, between=said)
        return to("chart.alt_figure", label=self.label(column, to), figure=said)


@dataclass(frozen=True)
class Picture:
    """A chart drawn in one language: an ``<svg>`` element with its font, and texts.

    ``alt`` says what it shows, ``title`` its takeaway, ``source`` where the figures come from.
    """

    svg: str
    alt: str
    title: str
    source: str


def picture(chart: Chart, to: Writer, source: str) -> Picture:
    """Draw a chart in a writer's language, with its source line.

    Raises
    ------
    ReportError
        If a character of a text in the chart has no glyph in the shipped font.
    """
    alt, title = chart.alternative_text(to), plain(to(chart.title))
    subtitle = to("chart.remark_join").join([to(chart.subtitle), *(to(r) for r in chart.remarks)])
    with house_style(), warnings.catch_warnings():
        # A letter without a glyph is told below, with its place.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        canvas = chart.draw(to)
        canvas.frame(title, plain(subtitle), plain(to("chart.source", source=source)))
        written = canvas.svg()
    return Picture(_small(written, alt), alt, title, plain(source))


def axis_label(name: str, to: Writer) -> str:
    """Return a column's label with its unit, for an axis or a key."""
    text = label(name, to.lang)
    unit = unit_name(COLUMNS[name].unit or "plain", to.lang, to.currency)
    return to("report.in_brackets", text=text, unit=unit) if unit else text


def left_out(count: int, key: str) -> list[Sentence]:
    """Return the remark that so many are left out, none where that is 0."""
    return [say(key, count=count)] if count else []


def _whole(text: str, lang: str) -> str:
    """Return a text as a sentence of its own."""
    end = "。" if lang == "zh" else "."
    text = text if text.endswith(("。", ".", "！", "？")) else text + end
    return text[:1].upper() + text[1:]


def _small(svg: str, alt: str) -> str:
    """Return matplotlib's SVG as one small element whose ids are its own and always the same."""
    head = _HEAD.search(svg)
    if head is None:  # pragma: no cover - matplotlib always writes one
        raise refusal(ReportError, "chart_error.not_drawn")
    body = _DROPPED.sub("", svg[head.end() : svg.rindex("</svg>")])
    body = _STYLE.sub(_attributes, body).replace("xlink:href", "href")
    body = _EMPTY.sub("", _EMPTY.sub("", _own_ids(body)))
    words = "".join(unescape(text) for text in _TEXT.findall(body))
    _check_glyphs(_TEXT.findall(body))
    across = head[1].split()[2]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{head[1]}" '
        f'style="width:100%;max-width:{float(across) * 1.4:.0f}px;height:auto" '
        f'aria-label="{escape(alt)}"><style>{fonts.face("".join(sorted(set(words))))}</style>'
        f"{_GROUP}{body}</g></svg>"
    )


def _attributes(found: re.Match[str]) -> str:
    """Write what a style says as attributes: no style sheet of a page reaches them."""
    written = []
    for part in found[1].split(";"):
        name, _, value = (word.strip() for word in part.partition(":"))
        if name == "font":
            size = _SIZE.search(value)
            name, value = "font-size", size[1] if size else ""
        if name == "font-size":
            value = value.removesuffix("px")
        if name and name not in ("font-family", "stroke-linejoin", "stroke-linecap") and value:
            written.append(f' {name}="{value}"')
    return "".join(written)


def _own_ids(body: str) -> str:
    """Keep the ids that are referred to, under names that no other chart has."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]*)', body))
    mark = "c" + hashlib.sha256(body.encode()).hexdigest()[:8]
    names = {old: f"{mark}-{place}" for place, old in enumerate(sorted(used))}
    body = _ID.sub(lambda found: f' id="{names[found[1]]}"' if found[1] in names else "", body)
    for old, new in names.items():
        body = body.replace(f"#{old})", f"#{new})").replace(f'"#{old}"', f'"#{new}"')
    return body


def _check_glyphs(texts: Sequence[str]) -> None:
    for text in texts:
        chars = fonts.missing(unescape(text))
        if chars:
            codes = " ".join(f"U+{ord(char):04X}" for char in chars)
            said = {"text": unescape(text), "chars": chars, "codes": codes}
            raise refusal(ReportError, "chart_error.characters", **said)
