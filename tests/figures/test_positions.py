"""Centres agree with Shapely's; squares keep neighbours together, north up."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ReportError
from analysis.figures.outlines import centre, outlines
from analysis.figures.positions import centres, tile_positions

TACHENG = Path(__file__).parents[2] / "data/tacheng-2024/boundaries.geojson"
SQUARE = [[80.0, 44.0], [81.0, 44.0], [81.0, 45.0], [80.0, 45.0], [80.0, 44.0]]


def written(path, *features):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def feature(code, coordinates, kind="Polygon"):
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def star(radii, x, y):
    turns = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return np.column_stack((x + radii * np.cos(turns), y + radii * np.sin(turns)))


RADII = st.lists(st.floats(0.5, 3), min_size=3, max_size=12).map(np.array)


@given(RADII, RADII, st.floats(-170, 170), st.floats(-80, 80), st.booleans(), st.booleans())
def test_the_centre_is_the_centre_of_gravity(outer, other, x, y, hole, backwards):
    rings = [star(outer, x, y), star(np.full(5, 0.2), x, y)][: 1 + hole]
    outline = [rings, [star(other, x + 8, y)]]
    shape = shapely.MultiPolygon([(part[0], part[1:]) for part in outline])
    if backwards:
        outline = [[ring[::-1] for ring in part] for part in outline]
    # A polygon of three points around a full turn may enclose nothing.
    if shape.area > 1e-3:
        assert centre(outline) == pytest.approx((shape.centroid.x, shape.centroid.y), abs=1e-9)


def test_centres_of_real_outlines_agree_with_shapely():
    features = json.loads(TACHENG.read_text("utf-8"))["features"]
    shapes = {f["properties"]["code"]: shapely.geometry.shape(f["geometry"]) for f in features}
    codes = sorted(shapes)
    found = centres(TACHENG, [*codes, "659999"])
    ends = shapely.total_bounds(list(shapes.values()))
    narrow = np.cos(np.radians((ends[1] + ends[3]) / 2))
    assert list(found.index) == codes
    for code in codes:
        middle = shapes[code].centroid
        assert tuple(found.loc[code]) == pytest.approx((middle.x * narrow, middle.y), abs=1e-9)


def test_real_neighbours_have_squares_that_touch():
    features = json.loads(TACHENG.read_text("utf-8"))["features"]
    shapes = {f["properties"]["code"]: shapely.geometry.shape(f["geometry"]) for f in features}
    squares = tile_positions(centres(TACHENG, list(shapes)))
    near = [shapes[one].distance(shapes[other]) == 0 for one, other in combinations(shapes, 2)]
    apart = [
        (squares.loc[one] - squares.loc[other]).abs().max()
        for one, other in combinations(shapes, 2)
    ]
    together = [far <= 1 for far, bordering in zip(apart, near, strict=True) if bordering]
    assert sum(near) >= 9
    # The region winds round a gap: one border of ten is too much for squares.
    assert sum(together) >= len(together) - 1


PLACES = st.lists(
    st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=1, max_size=25
).map(lambda rows: pd.DataFrame(rows, [f"u{i:02d}" for i in range(len(rows))], ["x", "y"]))


@given(PLACES, st.randoms())
@settings(max_examples=60)
def test_every_unit_has_its_own_square_whatever_the_order(places, random):
    squares = tile_positions(places)
    assert not squares.duplicated().any()
    for axis in ("row", "col"):
        assert set(squares[axis]) == set(range(squares[axis].max() + 1))
    shuffled = places.loc[random.sample(list(places.index), len(places))]
    assert list(tile_positions(shuffled).index) == list(shuffled.index)
    pd.testing.assert_frame_equal(tile_positions(shuffled).sort_index(), squares)


@given(PLACES)
@settings(max_examples=60)
def test_of_two_units_in_one_row_the_eastern_stands_in_the_east(places):
    squares = tile_positions(places)
    for one, other in combinations(places.index, 2):
        for axis, along, sign in (("row", "x", 1), ("col", "y", -1)):
            if squares[axis][one] == squares[axis][other]:
                across = "col" if axis == "row" else "row"
                apart = squares[across][one] - squares[across][other]
                # Else the two would change places and lie nearer to where they belong.
                assert sign * (places[along][one] - places[along][other]) * apart >= -1e-9


def test_units_on_a_grid_keep_their_places():
    row, col = (axis.ravel() for axis in np.indices((4, 5)))
    codes = [f"{place:02d}" for place in np.random.default_rng(3).permutation(20)]
    squares = tile_positions(pd.DataFrame({"x": col * 2.0, "y": -row * 2.0}, codes))
    for axis, true in (("row", row), ("col", col)):
        mean = squares[axis].groupby(true).mean()
        assert mean.is_monotonic_increasing and mean.is_unique


@pytest.mark.parametrize("count", [300, 301, 2850])
def test_many_units_lie_in_rows_from_the_north(count):
    draws = np.random.default_rng(count)
    codes = [f"{100000 + place}" for place in range(count)]
    places = pd.DataFrame(
        {"x": draws.uniform(0, 60, count), "y": draws.uniform(0, 30, count)}, codes
    )
    squares = tile_positions(places)
    assert not squares.duplicated().any()
    assert np.corrcoef(squares["col"], places["x"])[0, 1] > 0.95
    assert np.corrcoef(squares["row"], -places["y"])[0, 1] > 0.95
    assert (squares["col"].max() + 1) * (squares["row"].max() + 1) <= 1.4 * count
    pd.testing.assert_frame_equal(tile_positions(places[::-1])[::-1], squares)


@pytest.mark.parametrize(("x", "y"), [([1.0, 1.0], [2.0, 2.0]), ([0.0, 5.0], [1.0, 1.0])])
def test_units_on_one_spot_or_one_line_still_have_squares(x, y):
    assert not tile_positions(pd.DataFrame({"x": x, "y": y}, ["a", "b"])).duplicated().any()


@pytest.mark.parametrize(
    ("x", "codes", "said"),
    [
        ([], [], "no unit to place"),
        ([1.0, 2.0], ["a", "a"], "Unit a has two places"),
        ([1.0, np.nan], ["a", "b"], "unit b is missing"),
        ([1.0, np.inf], ["a", "b"], "unit b is missing"),
    ],
)
def test_places_that_cannot_be_used_are_refused(x, codes, said):
    with pytest.raises(ReportError, match=said):
        tile_positions(pd.DataFrame({"x": x, "y": 1.0}, codes, dtype=float))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (feature("1", [[80, 44]], "Point"), "is a Point"),
        (feature("1", [[[80, 44], [81, 44]]]), "wrong coordinates"),
        (feature("1", [[[80, 44], [80, 44], [81, 44], [80, 44]]]), "wrong coordinates"),
        (feature("1", [[[80, 44], [81, 44], ["x", 45]]]), "wrong coordinates"),
        (feature("1", [[[500000, 4900000], [500100, 4900000], [500000, 4900100]]]), "in degrees"),
        (feature("1", [[[80, 44], [81, 44], [82, 44], [80, 44]]]), "without any area"),
        (feature("1", []), "wrong coordinates"),
        (feature("1", None), "wrong coordinates"),
        (feature("1", [SQUARE], "MultiPolygon"), "wrong coordinates"),
        ({"properties": {"code": "1"}, "geometry": None}, "is a None"),
        (feature("2", [SQUARE]), "no outline of any unit"),
        ({"properties": None}, "no outline of any unit"),
        ("feature", "no outline of any unit"),
    ],
)
def test_a_broken_outline_is_refused_with_its_place(tmp_path, shape, said):
    with pytest.raises(ReportError, match=said) as refused:
        outlines(written(tmp_path / "b.geojson", shape), ["1"])
    assert "b.geojson" in refused.value.zh


@pytest.mark.parametrize("content", ["", "{", "[]", '{"features": 1}', "\xff", "[" * 100_000])
def test_a_file_that_is_no_geojson_is_refused(tmp_path, content):
    path = tmp_path / "b.geojson"
    path.write_text(content, "latin-1")
    with pytest.raises(ReportError, match="GeoJSON"):
        outlines(path, ["1"])


def test_a_missing_file_and_a_repeated_unit_are_refused(tmp_path):
    with pytest.raises(ReportError, match="cannot be read"):
        outlines(tmp_path / "none.geojson", ["1"])
    twice = written(tmp_path / "b.geojson", feature("1", [SQUARE]), feature("1", [SQUARE]))
    with pytest.raises(ReportError, match="twice"):
        outlines(twice, ["1"])


def test_a_broken_outline_that_nobody_asked_for_does_no_harm(tmp_path):
    both = written(tmp_path / "b.geojson", feature("2", None), feature("1", [SQUARE]))
    assert list(outlines(both, ["1"])) == ["1"]


def test_codes_written_as_numbers_and_heights_are_read(tmp_path):
    ring = [[x, y, 1200.0] for x, y in SQUARE]
    found = outlines(written(tmp_path / "b.geojson", feature(654201, [ring])), ["654201"])
    assert found["654201"][0][0].shape == (5, 2)
