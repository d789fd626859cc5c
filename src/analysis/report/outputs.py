"""What a reader gets to see of an executed notebook, made harmless, and what files are made of.

An output that says it is ours (`display.OURS` in its metadata) is a table, a headline, a chart or a
note of the page. Any other was added by an analyst: it stands on the page in the best form that
needs no script, says that its status is not stated, and never makes a report fail.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import groupby
from typing import Any

from analysis import fonts
from analysis.errors import ReportError
from analysis.report.assets import visible_text
from analysis.report.clean import clean, image, picture
from analysis.report.display import BANNER_END, BANNER_START, OURS, Table
from analysis.report.display import shown as macros
from analysis.report.downloads import Record, csv_text
from analysis.report.prose import one_language, plain
from analysis.report.results import MIME, read_results
from analysis.report.status import Banner, banner
from analysis.words import LANGUAGES, catalogue, numbers, refusal

HIDDEN_TAGS = {"parameters", "injected-parameters"}
# Cells that show their maker a frame; their code counts as a step to what is shown next.
WORKING = "working"
SVG, HTML, MARKDOWN, TEXT = "image/svg+xml", "text/html", "text/markdown", "text/plain"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_BANNER = re.compile(f"{re.escape(BANNER_START)}.*?{re.escape(BANNER_END)}", re.DOTALL)
_SCRIPTED = re.compile(r"<(?:script|iframe|canvas|object|embed|video|audio)\b", re.IGNORECASE)
_DRAWS = re.compile(r"<(?:table|img|svg)\b")
_TITLE = re.compile(r"<(title|text)\b[^>]*>(.*?)</\1>", re.DOTALL)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
# What a plotting call returns beside its figure: <Axes: title='x'>, [<... at 0x7f>], Text(0, 1).
_CALL = re.compile(r"\A\s*Text\(|<[\w.]+(?::| object| at 0x)")
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Shown:
    """One thing that a cell shows.

    Parameters
    ----------
    kind : str
        ``prose`` (Markdown), ``html`` and ``chart`` (made harmless), ``picture`` (an address),
        ``text``, or ``remark``: a line in place of what a page cannot keep.
    content : str
    added : bool
        Whether an analyst added it: its status is not stated.
    key : str
        Of a chart that tells its numbers: ``chart-1`` for the first.
    alt : str
        Of a picture.
    """

    kind: str
    content: str
    added: bool = False
    key: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Cell:
    """What a cell shows, in order, and the code that it was computed by; None for prose."""

    shown: tuple[Shown, ...]
    code: str | None = None

    @property
    def is_table(self) -> bool:
        """Whether it shows a table alone, which another may stand beside."""
        return len(self.shown) == 1 and "<table" in self.shown[0].content

    def runs(self) -> list[tuple[bool, list[Shown]]]:
        """Return neighbours together that were all added, or all ours."""
        return [(added, list(run)) for added, run in groupby(self.shown, lambda each: each.added)]


@dataclass(frozen=True)
class Material:
    """All that the files of a report are made of.

    Parameters
    ----------
    results : mapping
        As `read_results` returns it.
    cells : list of Cell
    charts : mapping of str to mapping
        The numbers of each chart by its key, as `display.Table.record` keeps a table, with the
        chart's ``source``.
    added : list of dict
        Cell number, kind and heading of whatever an analyst added.
    warnings : list of str
        What the maker of the notebook should know, in the report's language.
    tolerated : str
        Characters that the font lacks and that the page may show all the same.
    """

    results: Mapping[str, Any]
    cells: list[Cell]
    charts: Mapping[str, Record] = field(default_factory=dict)
    added: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tolerated: str = ""

    @property
    def lang(self) -> str:
        """Language of the report."""
        return str(self.results["lang"])

    @cached_property
    def tables(self) -> dict[str, Record]:
        """Every table, and the numbers of every chart, by key."""
        return {**self.results["tables"], **self.charts}

    @cached_property
    def csv(self) -> dict[str, str]:
        """The CSV text of each of `tables`."""
        say = catalogue(self.lang)
        return {key: csv_text(table, say) for key, table in self.tables.items()}


def material(
    notebook: Mapping[str, Any], lang: str = "", *, results: Mapping[str, Any] | None = None
) -> Material:
    """Return what a report of an executed notebook is made of.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it shows a `Page`, unless `results` are given.
    lang : str
        ``zh`` or ``en``: the language that the notebook must have run in; by default any.
    results : mapping, optional
        What the notebook found, as `read_results` returns it.

    Raises
    ------
    ReportError
        If a cell failed, there are no results, or their language is another.
    """
    found = results or read_results(notebook)
    if lang not in ("", found["lang"]):
        raise refusal(ReportError, "report_error.other_language", ran=found["lang"], lang=lang)
    reader = _Reader(found)
    cells = list(reader.cells(notebook))
    lacking = fonts.missing("".join([*reader.free, *(cell.code or "" for cell in cells)]))
    if lacking:
        reader.warnings.append(reader.say("published.no_glyph", chars=lacking))
    return Material(found, cells, reader.charts, reader.added, reader.warnings, lacking)


def chart_table(record: Record, key: str, lang: str) -> str:
    """Return the numbers of a chart for its readers, as HTML: table, single figures, source.

    Parameters
    ----------
    record : mapping
        One of `Material.charts`.
    key, lang : str
    """
    say, currency = catalogue(lang), record["currency"]

    def written(value: float | None, unit: str, digits: int | None) -> str:
        digits = numbers.default_digits(unit, [value or 0.0]) if digits is None else digits
        return numbers.cell(value, unit, lang, currency, digits)

    facts = say("report.facts_joined").join(
        say(
            "report.fact",
            label=fact["header"],
            value=written(fact["value"], fact["unit"], fact["digits"]),
        )
        for fact in record.get("facts", ())
    )
    html = Table.from_record(record, key, lang)._repr_html_()
    html = clean(f"{html}{f'<p>{escape(facts)}</p>' if facts else ''}", ours=True)
    source = escape(say("chart.source", source=record["source"]))
    return f'{html}<p class="relief-source">{source}</p>'


class _Reader:
    """Goes through a notebook from top to bottom and keeps what a reader may see."""

    def __init__(self, results: Mapping[str, Any]) -> None:
        self.say = catalogue(results["lang"])
        self.charts: dict[str, Record] = {}
        self.added: list[dict[str, Any]] = []
        self.warnings: list[str] = []
        # Texts that nobody but their writer answers for: prose, and what was added.
        self.free: list[str] = []
        self._currency = results["currency"]
        self._banner = report_banner(results)
        self._number, self._heading, self._steps = 0, "", list[str]()

    def cells(self, notebook: Mapping[str, Any]) -> Iterator[Cell]:
        """Yield the cells of the language that show something.

        Raises
        ------
        ReportError
            If a cell failed.
        """
        hidden = HIDDEN_TAGS | {f"lang-{each}" for each in LANGUAGES if each != self.say.lang}
        said: set[tuple[Shown, ...]] = set()
        for self._number, cell in enumerate(notebook["cells"], 1):
            tags = set(cell.get("metadata", {}).get("tags", ()))
            _refuse_error(cell, self._number)
            if tags & hidden or cell["cell_type"] not in ("code", "markdown"):
                continue
            if cell["cell_type"] == "markdown":
                source = one_language(cell["source"], self.say.lang)
                headings = _HEADING.findall(source)
                if headings:
                    self._heading, said = headings[-1], set()
                yield Cell((self._keep(Shown("prose", source)),))
                continue
            self._steps += [] if _only_imports(cell["source"]) else [cell["source"].strip()]
            shown = self._shown([] if WORKING in tags else cell.get("outputs", ()))
            # A note that stands in the same section already is not said twice.
            noted = all(each.kind == "prose" for each in shown)
            if shown and not (noted and shown in said):
                said.add(shown)
                # What a sentence rests on is shown beside the figures themselves.
                yield Cell(shown, "" if noted else "\n\n".join(self._steps))
                self._steps = self._steps if noted else []

    def _shown(self, outputs: Iterable[Mapping[str, Any]]) -> tuple[Shown, ...]:
        found = [(output, shown) for output in outputs if (shown := self._form(output))]
        drawn = any(_kind(shown) == "figure" for _, shown in found)
        kept = []
        for output, shown in found:
            if drawn and output["output_type"] == "execute_result" and _of_a_call(shown):
                continue
            if shown.added or shown.kind == "remark":
                place = {"cell": self._number, "kind": _kind(shown), "heading": self._heading}
                self.added.append(place)
                self._keep(shown)
            kept.append(shown)
        return tuple(kept)

    def _keep(self, shown: Shown) -> Shown:
        if shown.kind != "picture":
            self.free += [shown.content, visible_text(shown.content)]
        return shown

    def _form(self, output: Mapping[str, Any]) -> Shown | None:
        """Return the form of an output that a page shows; None where it shows nothing."""
        if output["output_type"] == "stream":
            said = _COLOURS.sub("", "".join(output["text"]))
            told = output["name"] == "stdout" and said.strip()
            return Shown("text", said, added=True) if told else None
        data = {mime: _text(content) for mime, content in output.get("data", {}).items()}
        notes = output.get("metadata", {})
        if MIME in data or not data:
            return None
        if HTML in data and OURS in _of(notes, HTML):
            html = _BANNER.sub(lambda _: self._banner, data[HTML])
            return Shown("html", clean(html, ours=True))
        if MARKDOWN in data and OURS in _of(notes, MARKDOWN):
            return Shown("prose", data[MARKDOWN]) if data[MARKDOWN].strip() else None
        chart = self._chart(data[SVG], _of(notes, SVG)) if SVG in data else None
        return chart or self._added(data, notes)

    def _chart(self, svg: str, about: Mapping[str, Any]) -> Shown | None:
        """Return a chart of ours that tells its numbers; None where it is none."""
        table = about.get("table") if about.get(OURS) == "chart" else None
        if not isinstance(table, Mapping) or not table.keys() >= {"columns", "rows", "caption"}:
            return None
        key = f"chart-{len(self.charts) + 1}"
        drawn = image(svg, about.get("alt") or table["caption"], mark=key)
        self.charts[key] = {**table, "source": about.get("source", "")}
        return Shown("chart", drawn, key=key)

    def _added(self, data: Mapping[str, str], notes: Mapping[str, Any]) -> Shown | None:
        """Return what an analyst shows, in the best form that needs no script."""
        mark = f"added-{len(self.added) + 1}"
        if SVG in data and (drawn := image(data[SVG], "x", mark=mark, sized=True)):
            alt = self._alt(notes, SVG, data[SVG])
            drawn = image(data[SVG], alt, mark=mark, sized=True)
            return Shown("html", drawn, added=True)
        for mime in PICTURES:
            if mime in data and (address := picture(mime, data[mime])):
                return Shown("picture", address, added=True, alt=self._alt(notes, mime))
        html = clean(data.get(HTML, ""), mark=mark)
        scripted = _SCRIPTED.search(data.get(HTML, "")) or any(map(_needs_script, data))
        if _DRAWS.search(html) or (html and not scripted):
            return Shown("html", html, added=True)
        if scripted or any(mime.startswith("image/") for mime in data):
            reason = "published.interactive" if scripted else "published.unreadable"
            return Shown("remark", self.say(reason))
        if data.get(MARKDOWN, "").strip():
            return Shown("prose", data[MARKDOWN], added=True)
        text = _COLOURS.sub("", data.get("text/latex") or data.get(TEXT, ""))
        return Shown("text", text, added=True) if text.strip() else None

    def _alt(self, notes: Mapping[str, Any], mime: str, svg: str = "") -> str:
        given = _of(notes, mime).get("alt") or notes.get("alt")
        if given:
            return str(given)
        words = sorted(_TITLE.findall(svg), key=lambda each: (each[0] != "title", -len(each[1])))
        alt = next((said for _, html in words if (said := plain(html))), "")
        if not alt and self._heading:
            alt = self.say("published.figure_of", heading=self._heading)
        alt = alt or self.say("published.figure")
        self.warnings.append(self.say("published.no_alt", cell=self._number, alt=alt))
        return alt


def report_banner(results: Mapping[str, Any]) -> str:
    """Return what the figures of a finished report rest on, for its first screen, as HTML.

    Made-up figures are told across the whole page, not here.
    """
    found = banner(results["statuses"], results["lang"])
    if found is None:
        found = Banner("assumption", catalogue(results["lang"])("report.banner_none"))
    return "" if found.status == "synthetic" else clean(str(macros().banner(found)), ours=True)


def _of(notes: Mapping[str, Any], mime: str) -> Mapping[str, Any]:
    about = notes.get(mime)
    return about if isinstance(about, Mapping) else {}


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    return "".join(content) if isinstance(content, list) else json.dumps(content)


def _needs_script(mime: str) -> bool:
    kinds = ("application/", "video/", "audio/")
    return mime.startswith(kinds) and mime != "application/json"


def _kind(shown: Shown) -> str:
    if shown.kind in ("picture", "chart") or shown.content.startswith("<svg"):
        return "figure"
    if shown.kind == "remark":
        return "interactive"
    return "table" if shown.kind == "html" and "<table" in shown.content else "text"


def _of_a_call(shown: Shown) -> bool:
    return shown.kind == "text" and bool(_CALL.search(shown.content))


def _only_imports(source: str) -> bool:
    try:
        found = ast.parse(source).body
    except SyntaxError:
        return False
    return all(isinstance(each, ast.Import | ast.ImportFrom) for each in found)


def _refuse_error(cell: Mapping[str, Any], number: int) -> None:
    for output in cell.get("outputs", ()):
        if output["output_type"] == "error":
            what = f"{output.get('ename', '')}: {output.get('evalue', '')}"
            raise refusal(ReportError, "report_error.cell_failed", number=number, reason=what)
