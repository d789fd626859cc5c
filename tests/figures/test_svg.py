"""Numbers and paths are written short, and mean the same."""

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from analysis.figures.svg import (
    BEND,
    CLOSE,
    CURVE,
    LINE,
    MOVE,
    colour,
    hundredths,
    number,
    path_data,
)

PLACES = st.tuples(st.integers(-50_000, 50_000), st.integers(-50_000, 50_000))
STEPS = st.one_of(
    st.tuples(st.just(LINE), PLACES),
    st.tuples(st.just(CURVE), PLACES, PLACES, PLACES),
    st.tuples(st.just(BEND), PLACES, PLACES),
)
PARTS = st.lists(
    st.tuples(PLACES, st.lists(STEPS, min_size=1, max_size=8), st.booleans()),
    min_size=1,
    max_size=3,
)
NAMES = {MOVE: "moveTo", LINE: "lineTo", CURVE: "curveTo", BEND: "qCurveTo"}


def recorded(data):
    pen = RecordingPen()
    parse_path(data, pen)
    return [(name, tuple(tuple(point) for point in points)) for name, points in pen.value]


@given(PARTS)
def test_a_path_keeps_its_places_to_a_hundredth(parts):
    codes, places, meant = [], [], []
    for start, steps, closed in parts:
        codes, places = [*codes, MOVE], [*places, start]
        meant.append(("moveTo", (start,)))
        for code, *points in steps:
            # A line of no length within another is left out.
            if code != LINE or points[0] != places[-1] or meant[-1][0] == "moveTo":
                meant.append((NAMES[code], tuple(points)))
            codes, places = codes + [code] * len(points), places + points
        if closed:
            # Who reads a path goes back to its start before closing it.
            meant += [("lineTo", (start,))] * (places[-1] != start) + [("closePath", ())]
            codes, places = [*codes, CLOSE], [*places, (0, 0)]
        else:
            meant.append(("endPath", ()))
    said = recorded(path_data(codes, places, hundredths))
    assert [name for name, _ in said] == [name for name, _ in meant]
    for (_, ours), (_, theirs) in zip(said, meant, strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert one == pytest.approx((other[0] / 100, other[1] / 100), abs=1e-6)


@given(st.integers(-(10**7), 10**7))
def test_a_number_of_hundredths_is_written_as_it_is_and_short(count):
    text = hundredths(count)
    assert float(text) == pytest.approx(count / 100, abs=1e-9)
    assert len(text) <= len(f"{count / 100:g}") or abs(count) >= 10**6


@given(st.floats(-1e6, 1e6), st.integers(0, 5))
def test_a_number_is_rounded_to_its_digits(value, digits):
    text = number(value, digits)
    assert float(text) == pytest.approx(value, abs=0.5001 * 10**-digits)
    assert text != "-0" and not text.startswith(("0.", "-0."))


@given(st.tuples(*[st.floats(0, 1)] * 4))
def test_a_colour_is_the_one_that_matplotlib_writes(rgba):
    text = colour(rgba)
    assert to_hex(text) == to_hex(rgba)
