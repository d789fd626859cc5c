"""What an SVG shows, whatever way it is written: shapes and words, their places, colours, clips."""

import re
from dataclasses import dataclass, replace
from xml.etree import ElementTree

import numpy as np
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path

from analysis.fonts import width

INHERITED = {
    "fill": "#000000",
    "stroke": "none",
    "stroke-width": "1",
    "stroke-linejoin": "miter",
    "stroke-linecap": "butt",
    "stroke-dasharray": "none",
    "stroke-dashoffset": "0",
    "stroke-opacity": "1",
    "fill-opacity": "1",
}
# How words are set: the type size in points, and which end of the line a place is that of.
SET = {"font-size": "", "text-anchor": "start"}
ENDS = {"start": 0.0, "middle": 0.5, "end": 1.0}
STROKES = [name for name in INHERITED if name.startswith("stroke")]


@dataclass(frozen=True)
class Shape:
    """Part of a drawing, in points: a line, a filled outline, a pattern's tile, or words.

    Words have two points, where they start and where they end.
    """

    look: tuple[str, ...]
    kinds: str
    points: np.ndarray
    clip: tuple[float, ...]

    def near(self, other, within):
        if (self.look, self.kinds) != (other.look, other.kinds):
            return False
        if len(self.clip) != len(other.clip) or not np.allclose(
            self.clip, other.clip, rtol=0, atol=within
        ):
            return False
        return np.abs(self.points - other.points).max() <= within


def shapes_of(svg):
    """Return all shapes of an SVG in the order they are drawn."""
    root = ElementTree.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", svg))  # noqa: S314
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    found = []
    _walk(root, np.eye(3), _general(root), (), named, found)
    return found


def unmatched(ours, theirs, within=0.05):
    """Return the shapes of each of two drawings that the other has not."""
    left = list(theirs)
    alone = []
    for shape in ours:
        place = next((n for n, other in enumerate(left) if shape.near(other, within)), None)
        if place is None:
            alone.append(shape)
        else:
            left.pop(place)
    return alone, left


def _general(root):
    """Return what a style for all elements says."""
    rules = [re.fullmatch(r"\*\{(.*)\}", style.text) for style in root.iter("style")]
    return INHERITED | SET | _declared(next((rule[1] for rule in rules if rule), ""))


def _declared(css):
    pairs = (part.partition(":") for part in css.split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _walk(element, matrix, look, clip, named, found):
    if element.tag in ("defs", "metadata", "style", "title", "clipPath", "pattern"):
        return
    said = dict(element.attrib) | _declared(element.get("style", ""))
    look = look | {name: said[name] for name in INHERITED | SET if name in said}
    matrix = matrix @ _transform(said.get("transform", ""))
    if "clip-path" in said:
        shape = named[said["clip-path"][5:-1]]
        clip = tuple(np.round(_extent(shape, matrix), 3))
    inside = []
    if element.tag == "use":
        target = next(value for name, value in said.items() if name.endswith("href"))
        move = np.eye(3)
        move[:2, 2] = float(said.get("x", 0)), float(said.get("y", 0))
        _walk(named[target[1:]], matrix @ move, look, clip, named, inside)
    elif element.tag == "path":
        # A space has no outline.
        inside += _parts(said["d"], matrix, look, clip, named) if said.get("d") else []
    elif element.tag == "text":
        inside.append(_words(element, matrix, look, clip))
    elif element.tag in ("svg", "g"):
        for child in element:
            _walk(child, matrix, look, clip, named, inside)
    else:
        raise ValueError(element.tag)
    if "opacity" in said:
        # What is seen through as one hides what lies under it within.
        seen = (f"opacity={_plain(said['opacity'])} of {len(inside)}",)
        inside = [replace(shape, look=shape.look + seen) for shape in inside]
    found += inside


def _transform(text):
    matrix = np.eye(3)
    for name, inner in re.findall(r"(\w+)\(([^)]*)\)", text):
        figures = [float(part) for part in re.split(r"[\s,]+", inner.strip())]
        step = np.eye(3)
        if name == "translate":
            step[:2, 2] = figures[0], figures[1] if len(figures) > 1 else 0
        elif name == "scale":
            step[0, 0], step[1, 1] = figures[0], figures[-1]
        elif name == "rotate":
            turn, pivot = np.deg2rad(figures[0]), np.array(figures[1:] or [0, 0])
            step[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
            step[:2, 2] = pivot - step[:2, :2] @ pivot
        else:
            raise ValueError(name)
        matrix = matrix @ step
    return matrix


def _extent(clip, matrix):
    (shape,) = clip
    if shape.tag == "rect":
        x, y, width, height = (float(shape.get(name)) for name in ("x", "y", "width", "height"))
        return [x, y, width, height]
    return [value for _, points in _steps(shape.get("d"), matrix) for value in points.flat]


def _steps(data, matrix):
    """Return the strokes of a path: kinds of their steps and the places these lead to."""
    pen = RecordingPen()
    parse_path(data, pen)
    kinds, points = "", []
    for name, places in pen.value:
        moved = [(matrix @ (*place, 1))[:2] for place in places]
        if name == "moveTo":
            if points:
                yield kinds, np.array(points)
            kinds, points = "m", moved
        elif name == "lineTo":
            # Nobody sees a step of no length within a line.
            if np.abs(moved[0] - points[-1]).max() >= 0.02:
                kinds, points = kinds + "l", points + moved
        elif name != "endPath":
            kinds += {"curveTo": "c", "qCurveTo": "q", "closePath": "z"}[name]
            points += moved
    if points:
        yield kinds, np.array(points)


def _words(element, matrix, look, clip):
    size = float(look["font-size"].removesuffix("px"))
    length = width(element.text) * size
    start = float(element.get("x", 0)) - ENDS[look["text-anchor"]] * length
    base = float(element.get("y", 0))
    ends = [(matrix @ (x, base, 1))[:2] for x in (start, start + length)]
    # A space that no browser leaves out is a space.
    text = element.text.replace("\N{NO-BREAK SPACE}", " ")
    said = (text, f"size={size:.2f}", f"fill={_plain(look['fill'])}")
    return Shape(said, "words", np.array(ends), clip)


def _parts(data, matrix, look, clip, named):
    size = round(float(np.sqrt(abs(np.linalg.det(matrix[:2, :2])))), 6)
    stroke = look["stroke"] != "none"
    if not stroke and look["fill"] == "none":
        return  # nobody sees it
    hidden = [*SET, *(() if stroke else STROKES)]
    said = {name: value for name, value in look.items() if name not in hidden}
    hatch = None
    if look["fill"].startswith("url"):
        said["fill"], hatch = _tile(named[look["fill"][5:-1]])
    # Only what is stroked is as broad as the drawing says.
    said = tuple(f"{name}={_plain(value)}" for name, value in sorted(said.items()))
    said += (f"{size}" if stroke else "",)
    for kinds, points in _steps(data, matrix):
        if not stroke:
            kinds, points = _filled(kinds, points)
        if hatch:
            kinds, points = kinds + hatch[0], np.concatenate([points, hatch[1]])
        yield Shape(said, kinds, points, clip)


def _filled(kinds, points):
    """Return an outline to be filled without its way back, which is drawn or not all the same."""
    kinds = kinds.removesuffix("z")
    while kinds.endswith("l") and np.abs(points[-1] - points[0]).max() < 0.02:
        kinds, points = kinds[:-1], points[:-1]
    return kinds, points


def _tile(pattern):
    """Return a hatch: how its tile looks, and the lines on it."""
    rect, path = pattern
    said = dict(path.attrib) | _declared(path.get("style", ""))
    inks = [_plain(said[name]) for name in ("fill", "stroke", "stroke-width")]
    sides = [float(part.get(name)) for part in (pattern, rect) for name in ("width", "height")]
    steps = list(_steps(path.get("d"), np.eye(3)))
    drawn = "".join(kinds for kinds, _ in steps), np.concatenate([points for _, points in steps])
    return f"tile {sides} {_plain(rect.get('fill'))} {inks}", drawn


def _plain(value):
    """Return a number or a colour written in one way."""
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(2 * digit for digit in value[1:])
    if value.startswith(("#", "tile")):
        return value
    return re.sub(r"-?\d*\.?\d+(?:e-?\d+)?", lambda hit: f"{float(hit[0]):.2f}", value)
