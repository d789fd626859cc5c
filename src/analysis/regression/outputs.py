"""What a cell showed when it was accepted, beside what it shows now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from analysis.regression.difference import Difference, shortened
from analysis.regression.markup import compare_markup
from analysis.regression.pictures import compare_drawings, compare_pixels
from analysis.regression.text import compare_text
from analysis.regression.tolerance import Tolerance
from analysis.regression.values import compare_values
from analysis.report.outputs import HTML, SVG, TEXT

Output = Mapping[str, Any]
PIXELS = ("image/png", "image/jpeg", "image/gif", "image/webp")
# The identities of widgets are drawn by chance.
NOT_COMPARED = ("application/vnd.jupyter.widget-view+json",)
# What a figure draws, as the chart itself or `analysis.regression.drawn` recorded it.
_OURS, _FIGURE, _DATA = "relief", "figure", "table"
_CHART = (_DATA, "title", "alt", "source")


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
        Whether to compare how figures look, too.
    """
    for kind in _streams(old, new):
        before, now = (_printed(outputs, kind) for outputs in (old, new))
        for difference in compare_text(before, now, tolerance):
            yield difference.within(("stream", kind))
    olds, news = ([each for each in outputs if not is_stream(each)] for outputs in (old, new))
    for number, (one, other) in enumerate(zip(olds, news, strict=False), 1):
        for difference in _output(one, other, tolerance, images):
            yield difference.within(("output", str(number))) if len(olds) > 1 else difference
    if len(olds) != len(news):
        longer = olds if len(olds) > len(news) else news
        first = shortened(_told(longer[min(len(olds), len(news))]))
        sides = (first, "—") if longer is olds else ("—", first)
        yield Difference("shape", *sides, place=(("items", f"[{len(olds)} → {len(news)}]"),))


def unrecorded(output: Output) -> bool:
    """Tell whether an output is a picture that does not say what it draws."""
    data = output.get("data", {})
    pictured = any(kind in data for kind in (*PIXELS, SVG))
    return pictured and {_DATA, _FIGURE}.isdisjoint(_recorded(output))


def is_stream(output: Output) -> bool:
    """Tell whether an output was printed."""
    return bool(output["output_type"] == "stream")


def _streams(*outputs: Sequence[Output]) -> list[str]:
    names = (str(each["name"]) for side in outputs for each in side if is_stream(each))
    return list(dict.fromkeys(names))


def _printed(outputs: Sequence[Output], name: str) -> str:
    text = "".join(each["text"] for each in outputs if is_stream(each) and each["name"] == name)
    # A progress bar is written over and over; what was written last is what a reader sees.
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _output(old: Output, new: Output, tolerance: Tolerance, images: bool) -> Iterator[Difference]:
    if "ename" in old or "ename" in new:
        yield from compare_text(_told(old), _told(new), tolerance)
        return
    if recorded := _recorded(old):
        yield from compare_values(recorded, _recorded(new), tolerance)
    olds, news = (each["data"] for each in (old, new))
    for kind in dict.fromkeys([*_richest_first(olds), *_richest_first(news)]):
        if kind in NOT_COMPARED:
            continue
        for difference in _one_kind(kind, olds, news, tolerance, images):
            yield difference.within(("kind", kind))


def _one_kind(
    kind: str,
    olds: Mapping[str, Any],
    news: Mapping[str, Any],
    tolerance: Tolerance,
    images: bool,
) -> Iterator[Difference]:
    if kind not in news:
        yield Difference("shape", kind, "—")
    elif kind not in olds:
        yield Difference("shape", "—", kind)
    elif kind in PIXELS:
        if images:
            yield from compare_pixels(olds[kind], news[kind], tolerance)
    elif isinstance(olds[kind], str) and isinstance(news[kind], str):
        yield from _by_kind(kind)(olds[kind], news[kind], tolerance)
        if kind == SVG and images:
            yield from compare_drawings(olds[kind], news[kind], tolerance)
    else:
        yield from compare_values(olds[kind], news[kind], tolerance)


def _by_kind(kind: str) -> Callable[[str, str, Tolerance], Iterator[Difference]]:
    return compare_markup if kind in (HTML, SVG) else compare_text


def _richest_first(data: Mapping[str, Any]) -> list[str]:
    """Return the kinds of an output, the one first whose differences tell most."""
    return sorted(data, key=lambda kind: (kind == TEXT, not kind.endswith("json"), kind))


def _recorded(output: Output) -> dict[str, Any]:
    """Return what a figure's metadata say that it draws."""
    metadata = output.get("metadata", {})
    chart = metadata.get(SVG, {})
    found = {name: chart[name] for name in _CHART if name in chart}
    if _DATA in found:
        found[_DATA] = _by_name(found[_DATA])
    ours = metadata.get(_OURS)
    return found | ({_FIGURE: ours[_FIGURE]} if isinstance(ours, Mapping) else {})


def _by_name(drawn: Any) -> Any:
    """Return what a chart draws with each cell under its column's label, so that it is told by it.

    Anything that is not such a table is compared as it is.
    """
    try:
        labels = {column["key"]: column["label"] for column in drawn["columns"]}
        rows = [{labels[key]: cell for key, cell in row.items()} for row in drawn["rows"]]
    except (AttributeError, KeyError, TypeError):
        return drawn
    # Two columns of one label would hide each other.
    return {**drawn, "rows": rows} if len({*labels.values()}) == len(labels) else drawn


def _told(output: Output) -> str:
    """Return an output in a few words."""
    if "ename" in output:
        return f"{output['ename']}: {output['evalue']}"
    return str(output["data"].get(TEXT, "")) or ", ".join(output["data"])
