"""What every page of the site shares: the templates, the embedded font, charts."""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any

from analysis import fonts
from analysis.errors import ReportError
from analysis.figures.frame import inline

TEMPLATES = Path(__file__).parent / "templates"
# Escaped text holds no "<", so this stands in a page once, at the head of its style sheet.
FONT_PLACE = "<style>/*relief:font*/"
HTML_LANG = {"zh": "zh-CN", "en": "en"}
# Page numbers in print, counts and arrows of the front page's script.
ADDED_LATER = "0123456789/ ▲▼"
_NOT_TEXT = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)
_VIEW_BOX = re.compile(r'viewBox="\s*\S+\s+\S+\s+([\d.]+)\s+([\d.]+)\s*"')
# What cannot stand as it is in an address within a page; the rest of an SVG can.
_IN_ADDRESS = {ord(char): f"%{ord(char):02X}" for char in '%#<>"\n\r\t'} | {ord("&"): "&amp;"}


@cache
def exporter() -> Any:
    """Return nbconvert's exporter for the templates of a report, with escaping switched on."""
    from nbconvert.exporters.templateexporter import TemplateExporter

    made = TemplateExporter(
        template_name="page",
        file_extension=".html",
        extra_template_basedirs=[str(TEMPLATES)],
        default_preprocessors=[],
        exclude_input=True,
    )
    made.environment.autoescape = True
    return made


@cache
def site() -> Any:
    """Return the templates of pages that show no notebook: they need no nbconvert."""
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(TEMPLATES / "page"), autoescape=True)


def finish(html: str, name: str) -> str:
    """Embed the shipped font, cut to the characters that the page shows.

    Parameters
    ----------
    html : str
        A page whose style sheet starts with `FONT_PLACE`.
    name : str
        The page's name, for the error.

    Raises
    ------
    ReportError
        If the font lacks a character: it would show as an empty box.
    """
    text = visible_text(html)
    lacking = fonts.missing(text)
    if lacking:
        listed = " ".join(f"{char} (U+{ord(char):04X})" for char in lacking[:20])
        raise ReportError(
            f"“{name}”中有内置字体没有的字：{listed}。请换用其他写法。",
            f"{name!r} has characters the built-in font lacks: {listed}. Write them otherwise.",
        )
    characters = "".join(sorted(set(text + ADDED_LATER) - set("\n\t\r")))
    return html.replace(FONT_PLACE, f"<style>{fonts.face(characters)}", 1)


def visible_text(html: str) -> str:
    """Return the text of a page that is set in its font.

    Examples
    --------
    >>> visible_text('<style>p{}</style><p title="x">乌苏 &amp; 沙湾</p>')
    '乌苏 & 沙湾'
    """
    return unescape(_NOT_TEXT.sub("", html))


def image(svg: str, alt: str) -> str:
    """Return a chart as one image: a chart of ours stands on the page, its words in its font.

    Any other SVG becomes an image element that carries the whole of it in its address: there it
    can run no script, and its element ids cannot clash with another's.

    Examples
    --------
    >>> print(image("<svg viewBox='0 0 4 2'/>", "2 > 1"))
    <img src="data:image/svg+xml;charset=utf-8,%3Csvg viewBox='0 0 4 2'/%3E" alt="2 &gt; 1">
    """
    ours = inline(svg, alt)
    if ours is not None:
        return ours
    size = _VIEW_BOX.search(svg)
    width, height = (round(float(side)) for side in size.groups()) if size else (0, 0)
    box = f' width="{width}" height="{height}"' if size else ""
    if "'" not in svg:
        svg = svg.replace('"', "'")
    address = data_address("image/svg+xml", svg.strip())
    return f'<img src="{address}"{box} alt="{escape(alt)}">'


def data_address(kind: str, text: str, *, mark: bool = False) -> str:
    r"""Return a whole file as an address, for an attribute in double quotes.

    Parameters
    ----------
    kind : str
        Its MIME type.
    text : str
    mark : bool
        Whether the file begins with the mark by which a spreadsheet knows UTF-8.

    Examples
    --------
    >>> data_address("text/csv", "a,b\r\n50%,1\r\n", mark=True)
    'data:text/csv;charset=utf-8,%EF%BB%BFa,b%0D%0A50%25,1%0D%0A'
    """
    lead = "%EF%BB%BF" if mark else ""
    return f"data:{kind};charset=utf-8,{lead}{text.translate(_IN_ADDRESS)}"
