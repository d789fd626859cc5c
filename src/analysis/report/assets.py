"""What every page of the site shares: the templates, the embedded font, files as addresses."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from analysis import fonts
from analysis.errors import ReportError
from analysis.words import refusal

TEMPLATES = Path(__file__).parent / "templates"
# Escaped text holds no "<", so this stands in a page once, at the head of its style sheet.
FONT_PLACE = "<style>/*relief:font*/"
HTML_LANG = {"zh": "zh-CN", "en": "en"}
# Page numbers in print, counts and arrows of the front page's script.
ADDED_LATER = "0123456789/ ▲▼"
_NOT_TEXT = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)
# What cannot stand as it is in an address within a page; the rest of an SVG can.
_IN_ADDRESS = {ord(char): f"%{ord(char):02X}" for char in '%#<>"\n\r\t'} | {ord("&"): "&amp;"}


@cache
def site() -> Any:
    """Return the templates, with escaping switched on."""
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(TEMPLATES / "page"), autoescape=True)


def finish(html: str, name: str, *, tolerated: str = "") -> str:
    """Embed the shipped font, cut to the characters that the page shows.

    Parameters
    ----------
    html : str
        A page whose style sheet starts with `FONT_PLACE`.
    name : str
        The page's name, for the error.
    tolerated : str
        Characters that the reader's own fonts may show where ours lacks them.

    Raises
    ------
    ReportError
        If the font lacks a character: it would show as an empty box.
    """
    text = visible_text(html)
    lacking = [char for char in fonts.missing(text) if char not in tolerated]
    if lacking:
        listed = " ".join(f"{char} (U+{ord(char):04X})" for char in lacking[:20])
        raise refusal(ReportError, "report_error.characters", name=name, characters=listed)
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
