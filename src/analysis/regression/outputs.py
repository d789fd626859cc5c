"""What a cell showed when it was accepted, beside what it shows now.

An output often says the same in several forms: recorded values, HTML, a drawing, plain text. The
richest form that differs tells, and the others, which say it again, do not.
"""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from bs4 import BeautifulSoup, Tag

from analysis.regression.compare import (
    IN_DRAWING,
    NOTHING,
    Difference,
    Fact,
    Place,
    Tolerance,
    compare_facts,
    compare_text,
    shortened,
)
from analysis.regression.volatile import PLACES, normalised
from analysis.report.outputs import HTML, PICTURES, SVG, TEXT

Output = Mapping[str, Any]
# The identities of widgets are drawn by chance.
NOT_COMPARED = ("application/vnd.jupyter.widget-view+json",)
# What a chart of ours says of itself in its metadata.
_CHART = ("table", "title", "alt", "source")
# A record in a list is told by the first of these that it has, any other by its place.
_NAMED_BY = ("key", "name", "name_zh", "unit_code", "label")
_TITLE = 40  # letters of a caption or title that name a place
# In units of a drawing: no screen shows a hundredth of a point.
_IN_DRAWING = Tolerance(relative=0.0, absolute=0.01)
# Within one of these, words stand on one line.
_INLINE = re.compile("a|abbr|b|cite|code|em|i|kbd|mark|q|s|small|span|strong|su[bp]|tspan|u|var")
# What a reader is told or led to by; ids, classes and styles are looks.
_SAID = ("alt", "title", "aria-label", "href", "src", "value")
_EMBEDDED, _SHORT = re.compile(r"(data:[\w/+.-]+)[;,].*", re.DOTALL), r"\1"
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_RULE = re.compile(r"([-=─━═_*~])\1{3,}")
_PADDED = re.compile(r"(?<=[\[(]) (?=[-+−\d])|(?<=[\d.]) (?=[\])])")


def compare_outputs(
    old: Sequence[Output], new: Sequence[Output], tolerance: Tolerance, *, images: bool = False
) -> Iterator[Difference]:
    """Yield how the outputs of a cell differ.

    What is printed is compared apart from what is displayed: how they interleave is chance.

    Parameters
    ----------
    old, new : sequence of mapping
        Outputs as a notebook holds them.
    tolerance : Tolerance
    images : bool
        Whether to compare how charts look that tell what they draw, too. Any other picture is
        compared by its looks, having nothing else.
    """
    for name in dict.fromkeys(each["name"] for each in [*old, *new] if is_printed(each)):
        for difference in compare_text(_printed(old, name), _printed(new, name), tolerance):
            yield difference.within(name)
    olds, news = ([each for each in outputs if not is_printed(each)] for outputs in (old, new))
    for number, (one, other) in enumerate(zip(olds, news, strict=False), 1):
        for difference in _output(one, other, tolerance, images):
            yield difference.within(f"[{number}]") if len(olds) > 1 else difference
    for left in olds[len(news) :]:
        yield Difference((f"[{len(olds)} → {len(news)}]",), _told(left), NOTHING)
    for left in news[len(olds) :]:
        yield Difference((f"[{len(olds)} → {len(news)}]",), NOTHING, _told(left))


def is_printed(output: Output) -> bool:
    """Tell whether an output was printed."""
    return bool(output["output_type"] == "stream")


def compare_json(
    old: Any, new: Any, tolerance: Tolerance, place: Place = ()
) -> Iterator[Difference]:
    """Yield how two JSON values differ, such as the results that a page holds.

    Of results each table is told by its key.

    Examples
    --------
    >>> old, new = ({"tables": {"shares": {"rows": [{"name": "额敏县", "ratio": ratio}]}}}
    ...             for ratio in (1.52, 1.53))
    >>> [(d.old, d.new, d.place) for d in compare_json(old, new, Tolerance())]
    [('1.52', '1.53', ('shares', 'rows', '额敏县', 'ratio'))]
    """
    yield from compare_facts(_facts(old, place), _facts(new, place), tolerance)


def facts_of_html(markup: str) -> Iterator[Fact]:
    """Yield the cells of tables by row and column, then what else HTML or SVG says.

    Examples
    --------
    >>> table = "<table><tr><th></th><th>人数</th></tr><tr><th>额敏县</th><td>98</td></tr></table>"
    >>> list(facts_of_html(table))[1]
    (('table 1', '额敏县', '人数'), '98')
    """
    soup = _seen(markup)
    for tag in soup(True):
        for name in _SAID:
            # Parts of a drawing refer to others, by names that may be drawn by chance.
            if (value := str(tag.get(name) or "")) and not value.startswith("#"):
                yield (f"{tag.name} {name}",), words(_EMBEDDED.sub(_SHORT, value))
    tables = soup("table")
    for number, table in reversed([*enumerate(tables, 1)]):  # those within others first
        yield from _cells(table.extract(), number)
    for tag in soup(True):
        if not _INLINE.fullmatch(tag.name):
            tag.insert_before("\n")
            tag.append("\n")
    yield ("text",), words(re.sub(r"\s*\n\s*", "\n", soup.get_text()))


def facts_of_drawing(svg: str) -> Iterator[Fact]:
    """Yield the attributes of each element of an SVG drawing: places, sizes, colours.

    Names of elements, fonts and embedded pictures do not count.
    """
    elements = _seen(svg)(True)
    named = (str(each["id"]) for each in elements if each.get("id"))
    # What refers to another element does so by its place: names may be drawn by chance.
    places = {f"#{name}": f"#n{place}" for place, name in enumerate(named)}
    for number, element in enumerate(elements, 1):
        told = " ".join(
            f"{name}={_EMBEDDED.sub(_SHORT, str(value))}"
            for name, value in sorted(element.attrs.items())
            if name != "id" and not name.startswith("aria-")
        )
        told = re.sub(r"#[\w-]+", lambda name: places.get(name[0], name[0]), told)
        yield (f"<{element.name}> {number}",), told


def words(text: str, *, in_table: bool = False) -> str:
    """Return a text without what is volatile, colours, and the widths of gaps and rules.

    Widths follow from the lengths of numbers. In a table's cell times and versions are figures.
    """
    text = _RULE.sub(r"\1\1\1", _COLOUR.sub("", text))
    text = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    return normalised(_PADDED.sub("", text), *[(PLACES,)][:in_table])


def _printed(outputs: Sequence[Output], name: str) -> str:
    text = "".join(each["text"] for each in outputs if is_printed(each) and each["name"] == name)
    # A progress bar is written over and over; what was written last is what a reader sees.
    return words("\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")))


def _output(old: Output, new: Output, tolerance: Tolerance, images: bool) -> Iterator[Difference]:
    if "ename" in old or "ename" in new:
        yield from compare_text(words(_told(old)), words(_told(new)), tolerance)
        return
    forms = (list(form) for form in _forms(old, new, tolerance, images))
    yield from next(filter(None, forms), [])


def _forms(
    old: Output, new: Output, tolerance: Tolerance, images: bool
) -> Iterator[Iterable[Difference]]:
    """Yield the differences of each form of an output, the richest first."""
    recorded, olds, news = _recorded(old), old["data"], new["data"]
    if recorded:
        title = shortened(str(recorded.get("title", SVG)), _TITLE)
        yield compare_json(recorded, _recorded(new), tolerance, (title,))
    kinds = [kind for kind in dict.fromkeys([*olds, *news]) if kind not in NOT_COMPARED]
    for kind in sorted(kinds, key=lambda kind: (kind == TEXT, not kind.endswith("json"), kind)):
        if kind not in olds or kind not in news:
            yield [Difference((kind,), *((kind, NOTHING) if kind in olds else (NOTHING, kind)))]
            continue
        before, now = olds[kind], news[kind]
        if before == now:
            continue
        if kind in (HTML, SVG):
            yield compare_facts(facts_of_html(before), facts_of_html(now), tolerance)
        elif kind not in PICTURES:
            place = () if isinstance(before, Mapping) else (kind,)
            yield compare_json(before, now, tolerance, place)
        if kind in (SVG, *PICTURES) and (images or not recorded):
            looks = _drawings(before, now) if kind == SVG else _pixels(before, now, tolerance)
            yield islice(looks, 1)


def _recorded(output: Output) -> dict[str, Any]:
    """Return what a chart's metadata say that it draws."""
    chart = output.get("metadata", {}).get(SVG, {})
    return {name: chart[name] for name in _CHART if name in chart} if "table" in chart else {}


def _told(output: Output) -> str:
    """Return an output in a few words."""
    if "ename" in output:
        return f"{output['ename']}: {output['evalue']}"
    return shortened(str(output["data"].get(TEXT, "")) or ", ".join(output["data"]))


def _facts(value: Any, place: Place = ()) -> Iterator[Fact]:
    """Yield the texts, numbers and truth values of a JSON value, each with its place."""
    if isinstance(value, Mapping) and value:
        for name in sorted(value):
            inside = () if name == "tables" and not place else (*place, name)
            yield from _facts(value[name], inside)
    elif isinstance(value, list) and value:
        for number, each in enumerate(value, 1):
            yield from _facts(each, (*place, words(_name(each)) or f"#{number}"))
    else:
        empty = {} if isinstance(value, Mapping) else value
        yield place or ("",), words(value) if isinstance(value, str) else empty


def _name(item: Any) -> str:
    """Return what a record is called; where it has no name, its first text without a figure."""
    if isinstance(item, Mapping):
        for name in filter(item.get, _NAMED_BY):
            return str(item[name])
        item = [item[name] for name in sorted(item)]
    texts = (each for each in item if isinstance(each, str)) if isinstance(item, list) else ()
    return next((each for each in texts if each and not re.search(r"\d", each)), "")


def _cells(table: Tag, number: int) -> Iterator[Fact]:
    """Yield the cells of a table, by the heads of their row and column.

    Columns count from the right: there no head reaches down over several rows.
    """
    caption = table.find("caption")
    said = _text(caption) if isinstance(caption, Tag) else ""
    if said:
        yield (f"table {number}", "caption"), said
    # A figure in its name that changes must not make all its cells others.
    name = shortened(re.sub(r"\d[\d.,]*", "…", said), _TITLE) or f"table {number}"
    heads: dict[int, str] = {}
    for place, row in enumerate(table("tr"), 1):
        cells = [(cell.name, _text(cell)) for cell in row(["th", "td"])]
        titles = [text for kind, text in cells if kind == "th"]
        if len(titles) == len(cells):
            heads |= {at: text for at, text in enumerate(reversed(titles)) if text}
            yield (name, f"#{place}"), " | ".join(titles)
            continue
        title = ", ".join(filter(None, titles)) or cells[0][1] or f"#{place}"
        for at, (kind, text) in reversed([*enumerate(reversed(cells))]):
            if kind == "td":
                yield (name, title, heads.get(at, f"#{len(cells) - at}")), text


def _text(tag: Tag) -> str:
    return words(" ".join(tag.get_text(" ").split()), in_table=True)


def _seen(markup: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        # It has its doubts about SVG, and about texts that look like addresses.
        warnings.simplefilter("ignore")
        soup = BeautifulSoup(markup, "html.parser")
    for tag in soup(["metadata", "script", "style", "template"]):
        tag.decompose()
    return soup


def _drawings(old: str, new: str) -> Iterator[Difference]:
    return compare_facts(facts_of_drawing(old), facts_of_drawing(new), _IN_DRAWING, IN_DRAWING)


def _pixels(old: str, new: str, tolerance: Tolerance) -> Iterator[Difference]:
    """Yield how two pictures differ, given in base64: by their size or their pixels."""
    import numpy as np
    from PIL import Image

    sides = []
    for picture in (old, new):
        try:
            with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
                sides.append(np.asarray(image.convert("RGBA"), dtype=float))
        # Of what is no picture each of Pillow's readers raises what it will.
        except Exception:
            yield Difference((), shortened(old, _TITLE), shortened(new, _TITLE))
            return
    (height, width, _), (other_height, other_width, _) = (each.shape for each in sides)
    if (height, width) != (other_height, other_width):
        yield Difference((), f"{width} × {height}", f"{other_width} × {other_height}")
    elif (rms := float(np.sqrt(np.mean((sides[0] - sides[1]) ** 2)))) > tolerance.image:
        yield Difference((), "RMS 0", f"RMS {rms:.3g}")
