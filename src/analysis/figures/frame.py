"""What stands around a drawing: as a file of its own, which brings its font, and on a page.

On a page a chart stands among other elements, where its words can be found, marked and printed as
words. Only what `framed` wrote and what draws nothing but lines, areas and words gets there.
"""

from __future__ import annotations

import re
from html import escape

from analysis import fonts
from analysis.figures.svg import number

# The type size that need not be said.
SIZE = 7.5
# As we measure a line, letters stand side by side at the font's widths: no grid of pixels, no
# kerning, no space between scripts or saved at punctuation.
_GROUP = (
    f'<g font-family="{fonts.FAMILY},Noto Sans SC,Noto Sans CJK SC,sans-serif" font-size="{SIZE}" '
    'text-rendering="geometricPrecision" stroke-linejoin="round" aria-hidden="true" '
    'style="font-kerning:none;text-autospace:no-autospace;text-spacing-trim:space-all">'
)
_WHOLE = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg" role="img" (viewBox="[\d. ]+") '
    r'style="width:100%;max-width:\d+px;height:auto" aria-label="[^"<>]*">'
    r"<style>[^<>]*</style>(" + re.escape(_GROUP) + r".*</g></svg>)",
    re.DOTALL,
)
_ID = r"c[a-z2-7]{6}\d+"
_ATTRIBUTES = (
    r'(?:x|y|width|height|font-size|stroke-width|stroke-dashoffset|(?:fill-|stroke-)?opacity)="[-\d.]+"',
    r'd="[-\d. a-zA-Z]*"',
    rf'(?:fill|stroke)="(?:none|#[\da-f]{{3,6}}|url\(#{_ID}\))"',
    r'stroke-(?:linejoin|linecap)="[a-z]+"',
    r'stroke-dasharray="[\d.,]+"',
    r'transform="[-a-z()\d. ]+"',
    rf'clip-path="url\(#{_ID}\)"',
    rf'href="#{_ID}"',
    r'patternUnits="userSpaceOnUse"',
)
# What may be referred to holds no reference: charts cannot be made to draw without end.
_TAG = re.compile(
    rf'<(?:(?:path|clipPath|pattern) id="{_ID}"|defs|g|path|rect|text|use)'
    rf"(?: (?:{'|'.join(_ATTRIBUTES)}))*/?>|</(?:clipPath|defs|g|pattern|text)>"
)


def framed(body: str, across: float, down: float, words: str, label: str) -> str:
    """Return a drawing as an SVG of its own.

    Parameters
    ----------
    body : str
        Its elements.
    across, down : float
        Its size, points.
    words : str
        All characters in it: the SVG brings the font's outlines of these.
    label : str
        What the chart says, for those who cannot see it.
    """
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {number(across)} {number(down)}" '
        f'style="width:100%;max-width:{across * 1.4:.0f}px;height:auto" '
        f'aria-label="{escape(label)}"><style>{fonts.face(words)}</style>{_GROUP}{body}</g></svg>'
    )


def inline(svg: str, label: str) -> str | None:
    """Return an SVG of `framed` to stand on a page that has its font; of another SVG, none.

    Screen readers take it for one picture and say its label.

    Examples
    --------
    >>> chart = framed('<path d="M0 0h4"/>', 4, 2, "", "A line")
    >>> inline(chart, "2 > 1")[:62]
    '<svg role="img" viewBox="0 0 4 2" aria-label="2 &gt; 1"><g fon'
    >>> inline(chart.replace("<path", "<script"), "") is None
    True
    """
    whole = _WHOLE.fullmatch(svg)
    if whole is None:
        return None
    box, drawing = whole.groups()
    body = drawing.removeprefix(_GROUP).removesuffix("</svg>")
    if re.search("[<>]", _TAG.sub("", body)):
        return None
    return f'<svg role="img" {box} aria-label="{escape(label)}">{drawing}'
