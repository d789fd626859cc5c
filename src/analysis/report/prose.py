"""Markdown of a notebook as HTML that can do no harm: no raw HTML, no scripts, no requests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

import mistune

from analysis.words import LANGUAGES

# A heading in both languages: Chinese first.
_BOTH = re.compile(r"^(#{1,6}\s+)([^|\n]+) \| ([^|\n]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Heading:
    """A second-level heading: its place on the page and its text, as HTML."""

    place: str
    html: str


class _Renderer(mistune.HTMLRenderer):
    def __init__(self, lead: str) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False)
        self._level = 0
        self._lead = escape(lead)
        self._places: set[str] = set()
        self.title, self.headings = "", list[Heading]()

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        # One h1 a page and no level left out: a screen reader's outline depends on it.
        self._level = 1 if self._level == 0 and level == 1 else _fitting(level, self._level)
        place = _slug(plain(text), self._places)
        self._places.add(place)
        if self._level == 1:
            text = self._lead + text
            self.title = plain(text)
        if self._level == 2:
            self.headings.append(Heading(place, text))
        return f'<h{self._level} id="{escape(place)}">{text}</h{self._level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith("#"):
            return f'<a href="{escape(url)}">{text}</a>'
        if url.lower().startswith(("http://", "https://")):
            # Printed beside its text: a page that opens without a network links to none.
            address = escape(url)
            if address == text:
                return text
            return f'{text} <span class="relief-url">({address})</span>'
        return text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"<em>{text}</em>"

    def table(self, text: str) -> str:
        return f'<div class="relief-scroll"><table class="relief-table">{text}</table></div>\n'


class Prose:
    """Renders the Markdown of one page, keeping its headings in order.

    Parameters
    ----------
    lead : str
        What the page's first heading begins with.

    Attributes
    ----------
    headings : list of Heading
        The second-level headings written so far.

    Examples
    --------
    >>> Prose()("<b> **&** <script>alert(1)</script>").strip()
    '<p>&lt;b&gt; <strong>&amp;</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>'
    """

    def __init__(self, lead: str = "") -> None:
        self._written = _Renderer(lead)
        self._markdown = mistune.create_markdown(
            renderer=self._written, plugins=["table", "strikethrough"]
        )
        self.headings = self._written.headings

    @property
    def title(self) -> str:
        """Text of the first-level heading written so far; empty without one."""
        return self._written.title

    def __call__(self, text: str) -> str:
        """Return Markdown as HTML; HTML inside it appears as text."""
        return str(self._markdown(text))


def plain(html: str) -> str:
    """Return the text of a piece of HTML.

    Examples
    --------
    >>> plain("<em>a</em> &amp; b")
    'a & b'
    """
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def _slug(text: str, taken: set[str]) -> str:
    """Return an anchor that stays the same as long as the heading does."""
    name = "s-" + re.sub(r"\W+", "-", text.lower()).strip("-")
    place, count = name, 1
    while place in taken:
        count += 1
        place = f"{name}-{count}"
    return place


def _fitting(level: int, above: int) -> int:
    return max(2, min(level, above + 1, 6))


def one_language(source: str, lang: str) -> str:
    """Keep one language of the headings that a cell gives in both, as ``## 方法 | Method``.

    So a heading stands once in JupyterLab's table of contents, and a report has its own.

    Examples
    --------
    >>> one_language("## 方法 | Method", "en"), one_language("## 方法", "en")
    ('## Method', '## 方法')
    """

    def chosen(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2 + LANGUAGES.index(lang)].strip()}"

    return _BOTH.sub(chosen, source)
