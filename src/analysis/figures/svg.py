"""Make matplotlib's SVG small and fit to stand inside a page.

The page may hold many charts, so ids must not clash and no style may reach out of a chart;
drawn twice, a chart must give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
# matplotlib writes outlines of letters 6,400 units high; 500 are finer than any printer.
_FINENESS = 12.8
_OUTLINE = "scale(0.015625)"
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
_STEP = re.compile(r"([MLQCHVZz])([^MLQCHVZz]*)")


def compact(raw: str, *, label: str) -> str:
    """Return a chart's SVG without prolog, comments, metadata and page-wide style.

    Parameters
    ----------
    raw : str
        What matplotlib wrote, with letters as outlines.
    label : str
        What the chart says, for those who cannot see it.
    """
    # The text was written by matplotlib a moment ago: nobody else's XML comes this way.
    root = ElementTree.fromstring(raw)  # noqa: S314
    shapes, order = _definitions(root)
    body = "".join(_written(child, shapes) for child in root)
    used = [key for key in order if f'"#{key}"' in body or f"(#{key})" in body]
    body = f"<defs>{''.join(shapes[key] for key in used)}</defs>{body}"
    salt = "c" + hashlib.sha256(body.encode()).hexdigest()[:6]
    names = {key: f"{salt}-{place}" for place, key in enumerate(used)}
    body = re.sub(r'(id="|"#|\(#)([^")]+)', lambda hit: hit[1] + names.get(hit[2], hit[2]), body)
    _, _, across, down = root.attrib["viewBox"].split()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {_short(float(across))} {_short(float(down))}" '
        f'style="width:100%;max-width:{float(across) * 1.4:.0f}px;height:auto" '
        f'stroke-linejoin="round" aria-label="{escape(label)}">{body}</svg>'
    )


def _definitions(root: ElementTree.Element) -> tuple[dict[str, str], list[str]]:
    shapes: dict[str, str] = {}
    for defs in root.iter(f"{SVG}defs"):
        for shape in defs:
            key = shape.get("id")
            if key is None:
                continue
            if shape.tag == f"{SVG}clipPath":
                inner = "".join(_written(child, {}) for child in shape)
                shapes[key] = f'<clipPath id="{key}">{inner}</clipPath>'
            elif shape.get("transform") == _OUTLINE:
                shapes[key] = f'<path id="{key}" d="{_outline(shape.get("d", ""))}"/>'
            else:
                shapes[key] = _written(shape, {}, key)
    return shapes, list(shapes)


def _written(element: ElementTree.Element, shapes: dict[str, str], key: str = "") -> str:
    tag = element.tag.removeprefix(SVG)
    if tag in ("defs", "metadata", "title"):
        return ""
    letters = tag == "g" and any(
        child.tag == f"{SVG}use" and child.get("x") is None for child in element
    )
    inner = "".join(_written(child, shapes) for child in element)
    said = "".join(f' {name}="{escape(value)}"' for name, value in _attributes(element, letters))
    if tag == "g":
        if not inner:
            return ""
        return f"<g{said}>{inner}</g>" if said else inner
    said = f' id="{key}"{said}' if key else said
    return f"<{tag}{said}>{inner}</{tag}>" if inner else f"<{tag}{said}/>"


def _attributes(element: ElementTree.Element, letters: bool) -> Iterator[tuple[str, str]]:
    moved = re.fullmatch(r"translate\((\S+) 0\)", element.get("transform", ""))
    for name, value in element.attrib.items():
        if name == HREF:
            yield "href", value
        elif name == "d":
            yield "d", _path(value, 1, 2)
        elif name == "style":
            yield from _declarations(value)
        elif name == "transform" and element.tag == f"{SVG}use" and moved:
            yield "x", _short(float(moved[1]) * 64 / _FINENESS, 0)
        elif name == "transform":
            yield name, _transform(value, letters)
        elif name in ("x", "y", "width", "height"):
            yield name, _short(float(value))
        elif name != "id":
            yield name, value


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for declaration in filter(None, style.split(";")):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name != "stroke-linejoin" or value != "round":
            yield name, value


def _transform(value: str, letters: bool) -> str:
    def number(hit: re.Match[str]) -> str:
        return _short(float(hit[0]), 3)

    def scale(hit: re.Match[str]) -> str:
        across, down = (float(part) * _FINENESS / 64 for part in hit[1].split())
        return f"scale({_short(across, 5)} {_short(down, 5)})"

    place, mark, rest = value.partition("scale")
    place = _NUMBER.sub(number, place)
    if letters and mark:
        rest = re.sub(r"scale\((\S+ \S+)\)", scale, mark + rest)
        return (place.rstrip() + rest).strip()
    return place + mark + rest


@lru_cache(maxsize=4096)
def _outline(data: str) -> str:
    # The same letters come again in every chart.
    return _path(data, _FINENESS, 0)


def _path(data: str, fineness: float, digits: int) -> str:
    """Rewrite a path with relative steps, rounding places rather than steps: no drift."""
    unit = 10**digits
    out, here, start, last = [], (0, 0), (0, 0), ""
    for command, body in _STEP.findall(data):
        if command in "Zz":
            out.append("z")
            here, last = start, "z"
            continue
        flat = [round(float(part) / fineness * unit) for part in body.split()]
        points = list(zip(flat[::2], flat[1::2], strict=True))
        if command == "M":
            steps = points if not out else [_minus(points[0], here)]
            letter, start = ("M" if not out else "m"), points[0]
        else:
            steps, letter = [_minus(point, here) for point in points], command.lower()
            if command == "L" and steps[0] == (0, 0):
                continue
        figures = [value for step in steps for value in step]
        if letter == "l" and 0 in steps[0]:
            letter = "h" if steps[0][1] == 0 else "v"
            figures = [steps[0][0] or steps[0][1]]
        text = "".join(_joined(value / unit, digits) for value in figures).removeprefix(" ")
        continued = letter == last and letter != "m"
        gap = " " if continued and not text.startswith("-") else ""
        out.append(gap + text if continued else letter + text)
        here, last = points[-1], letter
    return "".join(out)


def _minus(point: tuple[int, int], origin: tuple[int, int]) -> tuple[int, int]:
    return point[0] - origin[0], point[1] - origin[1]


def _joined(value: float, digits: int) -> str:
    text = _short(value, digits)
    return text if text.startswith("-") else f" {text}"


def _short(value: float, digits: int = 2) -> str:
    """Write a number in as few characters as SVG allows."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text
