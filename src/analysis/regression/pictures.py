"""Two pictures compared as they look: pixels by their difference, drawings element by element."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from analysis.regression.difference import Difference, shortened
from analysis.regression.text import compare_text
from analysis.regression.tolerance import Tolerance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# In units of the drawing: no screen shows a hundredth of a point.
PLACES = Tolerance(relative=0.0, absolute=0.01)
# A colour or a name keeps its digits.
_MEASURE = re.compile(r"#[\w-]+|([-+]?(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d+)?)")
# An embedded font or picture: how it is packed depends on versions of libraries.
_EMBEDDED = re.compile(r"data:[\w/+.-]+;base64,[\w/+=\s]+")
# What an attribute tells, where it is no measure.
_SAID = re.compile(r"(?:alt|class|href|title|value|aria-[\w-]+|data-[\w-]+)=")
_METADATA = "{http://www.w3.org/2000/svg}metadata"


def compare_pixels(old: str, new: str, tolerance: Tolerance) -> Iterator[Difference]:
    """Yield how two pictures differ, given as PNG or JPEG in base64 as a notebook holds them.

    Parameters
    ----------
    old, new : str
    tolerance : Tolerance
        Its `image` counts.
    """
    if old == new:
        return
    before, now = _pixels(old), _pixels(new)
    if before is None or now is None or before.shape != now.shape:
        # Of two that cannot be read none stands for the other.
        yield Difference("picture", _size(before), _size(now))
        return
    from matplotlib.testing.compare import calculate_rms

    rms = float(calculate_rms(before, now))
    if rms > tolerance.image:
        yield Difference("picture", "RMS 0", f"RMS {rms:.3g}", allowed=f"RMS {tolerance.image:g}")


def compare_drawings(old: str, new: str, tolerance: Tolerance) -> Iterator[Difference]:
    """Yield the first difference of two SVG drawings.

    Elements and colours count exactly, places to a hundredth of a unit, words as in any text;
    names of elements and embedded fonts do not count.

    Parameters
    ----------
    old, new : str
    tolerance : Tolerance
        Of the numbers in words.

    Examples
    --------
    >>> from functools import partial
    >>> compare = partial(compare_drawings, tolerance=Tolerance())
    >>> bar = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 {}" fill="{}"/></svg>'
    >>> list(compare(bar.format("1.000", "red"), bar.format("1.001", "red")))
    []
    >>> [(d.old, d.new) for d in compare(bar.format(1, "red"), bar.format(1, "blue"))]
    [('fill="red"', 'fill="blue"')]
    """
    if old == new:
        return
    olds, news = _elements(old), _elements(new)
    for number, (before, now) in enumerate(zip(olds, news, strict=False), 1):
        if sides := _unlike(before, now, tolerance):
            one, other = (shortened(each) for each in sides)
            yield Difference("picture", one, other, place=(("element", f"{number} {before[0]}"),))
            return
    if len(olds) != len(news):
        yield Difference("picture", f"{len(olds)} <…>", f"{len(news)} <…>")


def _pixels(picture: str) -> NDArray[np.int16] | None:
    import numpy as np
    from PIL import Image

    try:
        with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
            # Differences of unsigned bytes would wrap around.
            return np.asarray(image.convert("RGBA"), dtype=np.int16)
    # Of what is no picture each of Pillow's readers raises what it will.
    except Exception:
        return None


def _size(pixels: Any) -> str:
    return "?" if pixels is None else f"{pixels.shape[1]} × {pixels.shape[0]}"


def _elements(drawing: str) -> list[list[str]]:
    """Return what each element says: its tag, its attributes, its words."""
    names: dict[str, str] = {}
    try:
        root = ElementTree.fromstring(drawing)  # noqa: S314
    except ElementTree.ParseError:
        return [["?", drawing]]
    for metadata in list(root.findall(_METADATA)):
        root.remove(metadata)
    for element in root.iter():
        if "id" in element.attrib:
            names.setdefault(element.attrib["id"], f"n{len(names)}")
    return [_told(element, names) for element in root.iter()]


def _told(element: ElementTree.Element, names: dict[str, str]) -> list[str]:
    told = [element.tag.rpartition("}")[2]]
    for name, value in sorted(element.attrib.items()):
        if name != "id":
            told.append(f'{name.rpartition("}")[2]}="{_renamed(value, names)}"')
    words = "".join([element.text or "", element.tail or ""])
    return [*told, " ".join(_renamed(words, names).split())]


def _renamed(text: str, names: dict[str, str]) -> str:
    """Return a text with references to elements by their place, and what is embedded left out."""
    text = _EMBEDDED.sub("data:…", text)
    return re.sub(r"#([\w-]+)", lambda match: f"#{names.get(match[1], match[1])}", text)


def _unlike(old: list[str], new: list[str], tolerance: Tolerance) -> tuple[str, str] | None:
    """Return the first of what two elements say that is not the same; None where all is."""
    if len(old) != len(new):
        return " ".join(old), " ".join(new)
    (*olds, words), (*news, now) = old, new
    for one, other in zip(olds, news, strict=True):
        if one != other and not _alike(one, other):
            return one, other
    return (words, now) if any(compare_text(words, now, tolerance)) else None


def _alike(old: str, new: str) -> bool:
    """Tell whether two attributes differ by less in their measures than anyone sees."""
    if _SAID.match(old) or _MEASURE.sub(_blank, old) != _MEASURE.sub(_blank, new):
        return False
    olds, news = ([m[0] for m in _MEASURE.finditer(each) if m[1]] for each in (old, new))
    pairs = zip(olds, news, strict=True)
    return all(PLACES.accepts(float(one), float(other)) for one, other in pairs)


def _blank(part: re.Match[str]) -> str:
    return "0" if part[1] else part[0]
