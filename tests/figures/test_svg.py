"""A compacted drawing is the same drawing."""

import re
from io import StringIO
from xml.etree import ElementTree

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from analysis.figures.look import house_style
from analysis.figures.svg import _path, compact

# A little off the hundredths that are kept, never near the middle between two.
NUMBERS = st.integers(-50_000, 50_000).map(lambda hundredths: hundredths / 100 + 0.003)
POINTS = st.tuples(NUMBERS, NUMBERS)
STEPS = st.one_of(
    st.tuples(st.just("L"), POINTS),
    st.tuples(st.just("C"), POINTS, POINTS, POINTS),
    st.tuples(st.just("Q"), POINTS, POINTS),
)


def recorded(data):
    pen = RecordingPen()
    parse_path(data, pen)
    return [(name, [tuple(point) for point in points]) for name, points in pen.value]


def written(step):
    return step[0] + " " + " ".join(f"{x} {y}" for x, y in step[1:]) + " \n"


@given(st.lists(st.tuples(POINTS, st.lists(STEPS, min_size=1, max_size=8)), min_size=1, max_size=3))
def test_a_path_keeps_its_points_to_a_hundredth(parts):
    raw = "".join(
        f"M {x} {y} \n" + "".join(written(step) for step in steps) + "z\n"
        for (x, y), steps in parts
    )
    points = [point for _, points in recorded(raw) for point in points]
    kept = [point for _, points in recorded(_path(raw, 1, 2)) for point in points]

    # Steps to where the pen already stands are dropped: compare the distinct places.
    def distinct(places):
        rounded = [(round(x, 2) + 0.0, round(y, 2) + 0.0) for x, y in places]
        return [p for i, p in enumerate(rounded) if i == 0 or p != rounded[i - 1]]

    ours, theirs = distinct(kept), distinct(points)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one == pytest.approx(other, abs=0.011)


@house_style()
def drawn(word="塔城市 <b>"):
    figure = Figure((4, 3))
    axes = figure.add_subplot()
    axes.plot([1, 2, 3], [3, 1, 2], marker="o", clip_on=True)
    axes.set_title(word)
    out = StringIO()
    figure.savefig(out, format="svg")
    return out.getvalue()


def test_it_is_one_well_formed_element_with_a_label():
    svg = compact(drawn(), label='a "b" <script>alert(1)</script> & c')
    root = ElementTree.fromstring(svg)  # noqa: S314
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'a "b" <script>alert(1)</script> & c'
    assert "<script" not in svg
    assert svg.startswith("<svg ") and svg.endswith("</svg>")
    assert root.get("width") is None and root.get("height") is None
    assert not re.search(r"<!--|<\?xml|<!DOCTYPE|<style|<metadata|\bdate\b", svg)


def test_every_reference_finds_its_shape_and_no_shape_is_idle():
    svg = compact(drawn(), label="x")
    ids = re.findall(r'id="([^"]+)"', svg)
    used = set(re.findall(r'href="#([^"]+)"', svg)) | set(re.findall(r"url\(#([^)]+)\)", svg))
    assert len(ids) == len(set(ids))
    assert set(ids) == used


def test_ids_of_two_charts_do_not_clash():
    first, second = (
        set(re.findall(r'id="([^"]+)"', compact(drawn(word), label="x")))
        for word in ("塔城", "额敏")
    )
    assert not first & second


def test_letters_stand_where_matplotlib_put_them():
    raw, small = drawn("塔城市"), compact(drawn("塔城市"), label="x")
    before = [float(x) for x in re.findall(r'<use xlink:href="#Noto[^>]*translate\((\S+) 0\)', raw)]
    after = [float(x) for x in re.findall(r'<use href="#[^"]*" x="([-\d.]+)"/>', small)]
    assert len(before) == len(after)
    assert [x * 0.2 for x in after] == pytest.approx(before, abs=0.11)
