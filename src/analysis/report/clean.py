"""HTML and SVG made harmless: what draws a table, a text or a picture stays, all else goes.

`nh3` reads both as a browser does and keeps the elements and attributes listed here. Nothing that
stays can run, ask for anything, or reach out of its place on the page.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from html import escape

import nh3

_TEXT = """div span p br hr b strong i em u s sub sup small code pre mark abbr ul ol li dl dt dd
    blockquote details summary section figure figcaption img
    table caption colgroup col thead tbody tfoot tr th td"""
_DRAWN = """svg g defs path rect circle ellipse line polyline polygon text tspan textPath use image
    clipPath mask linearGradient radialGradient stop pattern marker symbol title desc"""
_TAGS = {*_TEXT.split(), *_DRAWN.split()}
# Gone with all that they hold.
_GONE = {"script", "style", "metadata", "foreignObject", "iframe", "object", "noscript", "template"}
_PLAIN = """class id title alt src width height scope colspan rowspan span open dir lang"""
_PRESENTED = """x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points transform viewBox
    preserveAspectRatio fill fill-opacity fill-rule stroke stroke-width stroke-opacity
    stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity
    color display visibility font-family font-size font-weight font-style letter-spacing text-anchor
    dominant-baseline alignment-baseline baseline-shift rotate textLength lengthAdjust startOffset
    clip-path clip-rule clipPathUnits mask maskUnits offset stop-color stop-opacity gradientUnits
    gradientTransform spreadMethod patternUnits patternTransform patternContentUnits marker-start
    marker-mid marker-end markerWidth markerHeight markerUnits orient refX refY href xlink:href
    text-rendering shape-rendering paint-order"""
_ATTRIBUTES = {*_PLAIN.split(), *_PRESENTED.split(), "style"}
# What our own tables and headlines need beside; their styles serve JupyterLab alone.
_OURS = {*_PLAIN.split(), "role", "tabindex", "aria-label", "aria-hidden", "href"}
_OUR_ID = re.compile(r"table-[\w.-]+|chart-\d+")
_PROPERTY = re.compile(
    r"(?:font|text|border|padding|margin|background|fill|stroke|stop|overflow|marker|list-style)"
    r"(?:-[a-z-]+)?|(?:(?:min|max)-)?(?:width|height)|color|opacity|display|visibility|float|clear"
    r"|vertical-align|white-space|line-height|letter-spacing|table-layout|caption-side"
    r"|empty-cells|clip-path|clip-rule|transform|dominant-baseline|paint-order|word-break"
)
_VALUE = re.compile(r"""[\w\s#.,%()'"/!+*-]+""")
_FUNCTIONS = {"rgb", "rgba", "hsl", "hsla", "calc", "linear-gradient", "url"}
_FUNCTIONS |= {"translate", "rotate", "scale", "matrix"}
_URL = re.compile(r"""url\(\s*['"]?#([\w:.-]+)['"]?\s*\)""")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_SHEET = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SCOPED = re.compile(r"#([\w-]+)((?:[\w\s.:>-]|\([\w\s+-]*\))*)")
_ROOT = re.compile(r"<svg\b([^>]*)>(.*)</svg>", re.DOTALL)
_LENGTH = re.compile(r"([\d.]+)(?:pt|px|mm|cm|in)?")

_Namer = Callable[[str], str]


def clean(html: str, *, ours: bool = False, mark: str = "x") -> str:
    """Return HTML without anything that could run, fetch or reach out of its place.

    A style sheet keeps the rules for an element that it names by its id, as those of a pandas
    ``Styler`` and of great-tables do; ids are renamed, so that they clash with no other's.

    Parameters
    ----------
    html : str
    ours : bool
        Whether a `Table` or `Headline` made it: it keeps our classes and places, no style.
    mark : str
        What its ids are to start with; no other piece of a page may have the same.

    Examples
    --------
    >>> clean('<p style="color:red;position:fixed" onclick="x()">1<script>x()</script></p>')
    '<p style="color:red">1</p>'
    """
    ids: dict[str, str] = {}
    allowed = _OURS if ours else _ATTRIBUTES
    kept = nh3.clean(
        html,
        tags=_TAGS | {"a"} if ours else _TAGS,
        clean_content_tags=_GONE,
        attributes={"*": allowed},
        attribute_filter=_filter(lambda old: ids.setdefault(old, f"{mark}-{len(ids)}"), ours=ours),
        url_schemes={"data"},
        link_rel=None,
    )
    kept = re.sub(r"<img(?![^>]* alt=)", '<img alt=""', kept)
    rules = "" if ours else "".join(_rules(sheet, ids) for sheet in _SHEET.findall(html))
    return f"<style>{rules}</style>{kept}" if rules else kept


def image(svg: str, alt: str, *, mark: str = "x", sized: bool = False) -> str:
    """Return an SVG as one image among the elements of a page; empty where it is no SVG.

    Screen readers take it for one picture and say `alt`; its words are in the font of the page.

    Parameters
    ----------
    svg, alt : str
    mark : str
        As `clean` takes it.
    sized : bool
        Whether it keeps the size it was drawn in; by default it takes the width of its place.

    Examples
    --------
    >>> image('<svg viewBox="0 0 4 2"><g onclick="x()"/></svg>', "2 > 1")
    '<svg role="img" viewBox="0 0 4 2" aria-label="2 &gt; 1"><g></g></svg>'
    """
    found = _ROOT.search(clean(svg, mark=mark))
    if found is None:
        return ""
    given = dict(re.findall(r'([\w-]+)="([^"]*)"', found[1]))
    sides = {
        name: size
        for name in ("width", "height")
        if (size := _LENGTH.fullmatch(given.get(name, "")))
    }
    box = given.get("viewBox", "")
    if not box and len(sides) == 2:
        box = f"0 0 {sides['width'][1]} {sides['height'][1]}"
    head = f' viewBox="{box}"' if box else ""
    if sized:
        head += "".join(f' {name}="{size[0]}"' for name, size in sides.items())
    return f'<svg role="img"{head} aria-label="{escape(alt)}">{found[2]}</svg>'


def picture(kind: str, content: str) -> str:
    """Return a picture in base64 as an address; empty where it is none.

    Examples
    --------
    >>> picture("image/png", "iVBORw0KGgo="), picture("image/png", '"><script>')
    ('data:image/png;base64,iVBORw0KGgo=', '')
    """
    address = f"data:{kind};base64,{''.join(content.split())}"
    try:
        base64.b64decode(address.partition(",")[2], validate=True)
    except ValueError:
        return ""
    return address if _PICTURE.fullmatch(address) else ""


def _filter(name_of: _Namer, *, ours: bool) -> Callable[[str, str, str], str | None]:
    def keep(tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return " ".join(each for each in value.split() if each.startswith("relief-") == ours)
        if name == "id":
            if ours:
                return value if _OUR_ID.fullmatch(value) else None
            # Only what is drawn once may be drawn again: uses of uses could go on without end.
            return None if tag in ("g", "svg", "symbol", "use") else name_of(value)
        if name in ("src", "href", "xlink:href"):
            if tag in ("img", "image"):
                return value if _PICTURE.fullmatch(value) else None
            if not value.startswith("#"):
                return None
            return value if ours else f"#{name_of(value[1:])}"
        if name == "style":
            return _declarations(value, name_of) or None
        if "url(" in value.lower() or "\\" in value:
            local = _URL.fullmatch(value.strip())
            return f"url(#{name_of(local[1])})" if local else None
        return value

    return keep


def _rules(sheet: str, ids: dict[str, str]) -> str:
    """Return the rules of a style sheet for elements with known ids and what they hold."""
    kept = ""
    for selectors, body in _RULE.findall(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)):
        found = (_SCOPED.fullmatch(each.strip()) for each in selectors.split(","))
        scoped = [f"#{ids[each[1]]}{each[2]}" for each in found if each and each[1] in ids]
        declared = _declarations(body, lambda old: ids.get(old, old))
        if scoped and declared:
            kept += f"{','.join(scoped)}{{{declared}}}"
    return kept


def _declarations(style: str, name_of: _Namer) -> str:
    kept = []
    for each in style.split(";"):
        name, _, value = each.partition(":")
        name, value = name.strip().lower(), " ".join(value.split())
        value = _URL.sub(lambda found: f"url(#{name_of(found[1])})", value)
        if (
            _PROPERTY.fullmatch(name)
            and _VALUE.fullmatch(value)
            and set(re.findall(r"([\w-]*)\(", value)) <= _FUNCTIONS
            and len(re.findall(r"url\(", value)) == len(_URL.findall(value))
            and value.count("'") % 2 == value.count('"') % 2 == 0
        ):
            kept.append(f"{name}:{value}")
    return ";".join(kept)
