"""Tiles and maps show every unit in the colour of its ratio, and count or name the rest."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from readable import assert_readable, canvas_of
from stock_samples import LANGS, check, drawn_texts, left_out, writer

from analysis import charts
from analysis.charts import picture
from analysis.charts.outlines import centre, centres, outlines, tile_positions
from analysis.charts.ratios import FILLS, step_bounds, step_of
from analysis.errors import ReportError
from analysis.statuses import status_of, with_status
from analysis.words.sentence import Sentence

TACHENG = Path(__file__).parents[2] / "data/tacheng-2024/boundaries.geojson"
CODES = ["654201", "654202", "654203", "654221", "654224", "654225", "654226"]
RATIOS = [1.74, 0.8, 0.38, 1.52, 1.4, 1.39, 1.71]
VERDICTS = ["open_group", "open_need", "below", "above", "open_rounding", "above", "above"]


def frames(ratios, verdicts=None, codes=None):
    codes = codes or [f"u{place:04d}" for place in range(len(ratios))]
    shares = pd.DataFrame({"ratio": ratios}, codes, dtype=float)
    if verdicts is None:
        verdicts = ["below" if ratio < 1 else "above" if ratio > 1 else "even" for ratio in ratios]
    return shares, pd.DataFrame({"verdict": verdicts}, codes)


def sample(count):
    draws = np.random.default_rng(count)
    verdicts = draws.choice(["below", "above", "even", "open_group", "open_need"], count)
    return frames(np.exp(draws.normal(0, 0.5, count)).round(4), list(verdicts))


def boundaries(folder, codes, size=0.1):
    """Write a GeoJSON of squares in rows of ten, the first in the north-west."""
    features = []
    for place, code in enumerate(codes):
        west, north = 82 + size * (place % 10), 47 - size * (place // 10)
        ring = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
        ring = [[west + size * x, north - size * y] for x, y in ring]
        features.append(feature(code, [ring]))
    return written(folder / "b.geojson", *features)


def feature(code, coordinates, kind="Polygon"):
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def written(path, *features):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def filled(chart, to):
    """Return the area drawn in each colour, and hatched or not."""
    area = {}
    for patch in canvas_of(chart, to).axes.patches:
        for ring in patch.get_path().to_polygons():
            shape = shapely.Polygon(ring)
            if shape.bounds[1] > 40:
                key = to_hex(patch.get_facecolor()), bool(patch.get_hatch())
                area[key] = area.get(key, 0.0) + shape.area
    return area


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("count", [2, 7, 39, 60, 300])
def test_tiles_of_any_number_can_be_read_and_declare_their_columns(lang, count):
    shares, verdicts = sample(count)
    chart = charts.tiles(shares, verdicts)
    to = writer(lang, shares.index)
    check(chart, to)
    assert_readable(chart, to)
    assert sorted(chart.frame.index) == sorted(shares.index)
    assert chart.frame["ratio"].is_monotonic_decreasing


@pytest.mark.parametrize("lang", LANGS)
def test_every_tile_has_the_colour_of_its_ratio_and_open_ones_are_hatched(lang):
    shares, verdicts = frames(
        [0.3, 0.6, 1.0, 1.3, 3.0, 0.3],
        ["below", "open_need", "even", "open_group", "above", "none"],
    )
    shares.loc["u0005"] = np.nan
    chart = charts.tiles(shares, verdicts)
    area = filled(chart, writer(lang, shares.index))
    bounds = step_bounds(shares["ratio"])
    expected = {
        (FILLS[step_of(ratio, bounds)], verdict.startswith("open"))
        for ratio, verdict in zip(shares["ratio"], verdicts["verdict"], strict=True)
        if not np.isnan(ratio)
    }
    assert set(area) == expected
    # Tiles are of one size, so colours take room by the number of their units.
    one = min(area.values())
    assert sum(area.values()) / one == pytest.approx(5, rel=0.01)
    assert left_out(chart) == 1 and len(chart.frame) == 5


def test_thousands_of_tiles_stay_small():
    shares, verdicts = sample(2850)
    chart = charts.tiles(shares, verdicts)
    drawn = picture(chart, writer("zh", shares.index), "")
    assert len(drawn.svg) < 250_000 and "某县" not in drawn.svg.partition(">")[2]


@pytest.mark.parametrize(
    ("verdicts", "key", "counts"),
    [
        (["below", "above"], "title", {"below": 1, "above": 1, "open": 0}),
        (["open_need", "open_group"], "title", {"below": 0, "above": 0, "open": 2}),
        (["even", "below"], "title_some_even", {"even": 1, "below": 1, "open": 0}),
        (["even", "even"], "title_even", {}),
    ],
)
def test_the_title_counts_what_is_concluded(verdicts, key, counts):
    title = charts.tiles(*frames([0.9, 1.0], verdicts)).title
    assert title.key == f"ratio_chart.{key}"
    assert {name: title.places[name] for name in counts} == counts


def test_fewer_than_two_units_are_not_compared(tmp_path):
    for ratios in ([], [1.2], [1.2, np.nan]):
        shares, verdicts = frames(ratios, ["above", "none"][: len(ratios)])
        said = charts.tiles(shares, verdicts)
        assert isinstance(said, Sentence) and said.key == "share.nothing_to_compare"
        path = boundaries(tmp_path, ["u0000"])
        assert charts.ratio_map(shares, verdicts, path) == said
    assert charts.ratio_map(*frames([0.5, 2.0]), None).key == "ratio_chart.no_boundaries"


def test_a_repeated_unit_is_refused():
    shares, verdicts = frames([0.5, 2.0], codes=["a", "a"])
    with pytest.raises(ReportError, match="Unit a is repeated"):
        charts.tiles(shares, verdicts)


def test_statuses_and_the_order_of_rows_survive():
    shares, verdicts = sample(12)
    shares = with_status(shares, "computed")
    chart = charts.tiles(shares, verdicts)
    assert status_of(chart.frame, "ratio") == "computed"
    to = writer("en", shares.index)
    shuffled = charts.tiles(shares[::-1], verdicts.sample(frac=1, random_state=1))
    assert picture(shuffled, to, "") == picture(chart, to, "")


@pytest.mark.parametrize("lang", LANGS)
def test_tiles_lie_as_the_units_do_where_every_one_has_a_centre(lang):
    shares, verdicts = frames(RATIOS, VERDICTS, CODES)
    where = centres(TACHENG, CODES)
    to = writer(lang, CODES)
    placed = charts.tiles(shares, verdicts, where)
    assert placed.subtitle.key == "ratio_chart.tiles_in_place"
    assert charts.tiles(shares, verdicts, where[1:]).subtitle.key == "ratio_chart.tiles_in_order"
    texts = canvas_of(placed, to).axes.texts
    at = {text.get_text().split("\n")[0][-6:]: text.get_position() for text in texts}
    # Tacheng lies in the north-west, Hoboksar in the east, Shawan in the south-east.
    assert at["654201"][1] < at["654203"][1] and at["654201"][0] < at["654226"][0]
    assert_readable(placed, to)


# --- the map ---


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("number", "key"), [(" ", "not_approved"), ("GS（2024）0650号", "approved")]
)
def test_the_approval_number_stands_on_the_map(lang, number, key):
    chart = charts.ratio_map(*frames(RATIOS, VERDICTS, CODES), TACHENG, number)
    to = writer(lang, CODES)
    check(chart, to)
    assert_readable(chart, to)
    said = {"not_approved": {"zh": "无审图号", "en": "no approval number"}}.get(key, {})
    assert said.get(lang, "GS（2024）0650号") in "".join(drawn_texts(chart, to))
    assert ids_are_unique(picture(chart, to, "").svg)


def ids_are_unique(svg):
    found = [part.partition('"')[0] for part in svg.split(' id="')[1:]]
    return len(found) == len(set(found)) > 0


def test_outlines_keep_their_shape_and_lie_north_up():
    ratios = [1.0] * 7
    ratios[2] = 0.1
    chart = charts.ratio_map(*frames(ratios, ["even"] * 7, CODES), TACHENG)
    true = {
        each["properties"]["code"]: shapely.geometry.shape(each["geometry"])
        for each in json.loads(TACHENG.read_text("utf-8"))["features"]
    }
    west, south, east, north = shapely.total_bounds(list(true.values()))
    narrow = np.cos(np.radians((south + north) / 2))
    shapes = {
        to_hex(patch.get_facecolor()): shapely.union_all(
            [shapely.Polygon(ring).buffer(0) for ring in patch.get_path().to_polygons()]
        )
        for patch in canvas_of(chart, writer("zh", CODES)).axes.patches
        if patch.get_path().get_extents().y0 > 40
    }
    left, top, right, bottom = shapely.total_bounds(list(shapes.values()))
    size = (bottom - top) / (north - south)
    assert (right - left) / size == pytest.approx((east - west) * narrow, rel=1e-3)
    flat = shapely.transform(
        true["654203"],
        lambda at: np.column_stack(
            (left + (at[:, 0] - west) * narrow * size, top + (north - at[:, 1]) * size)
        ),
    )
    # Steps too short to be seen are left out, nothing else.
    assert shapes[FILLS[0]].symmetric_difference(flat).area < 0.01 * flat.area


def test_units_without_an_outline_are_named_those_without_a_ratio_stay_white(tmp_path):
    shares, verdicts = frames(
        [0.5, 2.0, 1.5, np.nan, np.nan], ["below", "above", "above"] + ["none"] * 2
    )
    path = boundaries(tmp_path, ["u0000", "u0001", "u0003"])
    chart = charts.ratio_map(shares, verdicts, path)
    lost, white = chart.remarks[:2]
    assert list(lost.places["units"].codes) == ["u0002"]
    assert white.key == "ratio_chart.white" and white.places["count"] == 1
    assert set(chart.frame.index) == {"u0000", "u0001"}
    area = filled(chart, writer("en", shares.index))
    assert area["#ffffff", False] == pytest.approx(sum(area.values()) / 3, rel=0.01)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("count", [2, 300])
def test_maps_of_any_size_can_be_read(tmp_path, lang, count):
    shares, verdicts = sample(count)
    chart = charts.ratio_map(shares, verdicts, boundaries(tmp_path, shares.index))
    to = writer(lang, shares.index)
    assert_readable(chart, to)
    named = sum("\n" in text.get_text() for text in canvas_of(chart, to).axes.texts)
    said = [text for text in drawn_texts(chart, to) if str(count - named) in text]
    assert (named == count) or said, "how many names are left off is not said"


def test_a_hole_is_left_open(tmp_path):
    ring = [[80, 44], [81, 44], [81, 45], [80, 45], [80, 44]]
    hole = [[80.4, 44.4], [80.4, 44.6], [80.6, 44.6], [80.6, 44.4], [80.4, 44.4]]
    other = [[[x + 2, y] for x, y in ring]]
    path = written(
        tmp_path / "b.geojson", feature("a", [[ring, hole]], "MultiPolygon"), feature("b", other)
    )
    chart = charts.ratio_map(*frames([1.0, 9.0], codes=["a", "b"]), path)
    rings = [
        [shapely.Polygon(ring) for ring in patch.get_path().to_polygons()]
        for patch in canvas_of(chart, writer("zh", "ab")).axes.patches
    ]
    outer, inner = next(pair for pair in rings if len(pair) == 2)
    assert inner.area == pytest.approx(outer.area * 0.04)
    # The rule by which SVG fills leaves a ring open that runs the other way.
    assert outer.exterior.is_ccw != inner.exterior.is_ccw


# --- steps of the scale ---


SCALE = st.lists(
    st.one_of(st.floats(0.001, 1000), st.sampled_from([0.0, 1.0, np.inf, np.nan])),
    min_size=1,
    max_size=60,
)


@given(SCALE, st.floats(1.0001, 500))
def test_steps_are_symmetrical_around_1(ratios, ratio):
    bounds = step_bounds(ratios)
    if not np.isclose(ratio, bounds, rtol=1e-12).any():
        assert step_of(1 / ratio, bounds) + step_of(ratio, bounds) == 6
    assert [step_of(each, bounds) for each in (0.0, 1.0, np.inf)] == [0, 3, 6]


@given(SCALE, st.randoms())
def test_bounds_leave_units_beyond_them_whatever_the_order(ratios, random):
    bounds = step_bounds(ratios)
    assert step_bounds(random.sample(ratios, len(ratios))) == bounds
    far = [r for r in ratios if r >= bounds[-1] * (1 - 1e-9) or r <= bounds[0] * (1 + 1e-9)]
    if bounds[-1] > 1.5:
        assert len(far) >= np.count_nonzero(~np.isnan(ratios)) / 8


# --- outlines and places ---


def test_centres_of_real_outlines_agree_with_shapely():
    features = json.loads(TACHENG.read_text("utf-8"))["features"]
    shapes = {f["properties"]["code"]: shapely.geometry.shape(f["geometry"]) for f in features}
    found = centres(TACHENG, [*CODES, "659999"])
    ends = shapely.total_bounds(list(shapes.values()))
    narrow = np.cos(np.radians((ends[1] + ends[3]) / 2))
    assert list(found.index) == CODES
    for code in CODES:
        middle = shapes[code].centroid
        assert tuple(found.loc[code]) == pytest.approx((middle.x * narrow, middle.y), abs=1e-9)


RADII = st.lists(st.floats(0.5, 3), min_size=3, max_size=12).map(np.array)


def star(radii, x, y):
    turns = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return np.column_stack((x + radii * np.cos(turns), y + radii * np.sin(turns)))


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


def test_no_file_and_a_broken_one_have_no_centres(tmp_path):
    broken = tmp_path / "b.geojson"
    broken.write_text("{", "utf-8")
    assert centres(None, ["a"]).empty and centres(broken, ["a"]).empty
    assert list(centres(None, ["a"]).columns) == ["x", "y"]


@given(
    st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=20),
    st.randoms(),
)
def test_every_unit_has_its_own_square_whatever_the_order(places, random):
    where = pd.DataFrame(places, [f"u{i:02d}" for i in range(len(places))], ["x", "y"])
    squares = tile_positions(where)
    assert not squares.duplicated().any()
    for axis in ("row", "col"):
        assert set(squares[axis]) == set(range(squares[axis].max() + 1))
    shuffled = where.loc[random.sample(list(where.index), len(where))]
    pd.testing.assert_frame_equal(tile_positions(shuffled).sort_index(), squares)


@pytest.mark.parametrize("count", [300, 301, 2850])
def test_many_units_keep_north_and_west(count):
    draws = np.random.default_rng(count)
    where = pd.DataFrame({"x": draws.uniform(0, 60, count), "y": draws.uniform(0, 30, count)})
    squares = tile_positions(where)
    assert not squares.duplicated().any()
    assert np.corrcoef(squares["col"], where["x"])[0, 1] > 0.95
    assert np.corrcoef(squares["row"], -where["y"])[0, 1] > 0.95


@pytest.mark.parametrize(
    ("x", "codes", "said"),
    [
        ([], [], "at least one unit"),
        ([1.0, 2.0], ["a", "a"], "each once"),
        ([1.0, np.inf], ["a", "b"], "unit b is missing"),
    ],
)
def test_places_that_cannot_be_used_are_refused(x, codes, said):
    with pytest.raises(ReportError, match=said):
        tile_positions(pd.DataFrame({"x": x, "y": 1.0}, codes, dtype=float))


SQUARE = [[80, 44], [81, 44], [81, 45], [80, 45], [80, 44]]


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (feature("1", [[80, 44]], "Point"), "has to be an area"),
        (feature("1", [[[80, 44], [80, 44], [81, 44], [80, 44]]]), "has to be an area"),
        (feature("1", [[[80, 44], [81, 44], ["x", 45]]]), "has to be an area"),
        (feature("1", [[[500000, 4900000], [500100, 4900000], [500000, 4900100]]]), "in degrees"),
        (feature("1", [[[80, 44], [81, 44], [82, 44], [80, 44]]]), "enclose"),
        (feature("1", []), "has to be an area"),
        (feature("1", None), "has to be an area"),
        (feature("1", [SQUARE], "MultiPolygon"), "has to be an area"),
        ({"properties": {"code": "1"}, "geometry": None}, "has to be an area"),
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


def test_a_repeated_outline_is_refused_one_of_another_unit_does_no_harm(tmp_path):
    twice = written(tmp_path / "b.geojson", feature("1", [SQUARE]), feature("1", [SQUARE]))
    with pytest.raises(ReportError, match="repeats the unit"):
        outlines(twice, ["1"])
    both = written(tmp_path / "c.geojson", feature("2", None), feature(1, [SQUARE]))
    assert list(outlines(both, ["1"])) == ["1"]
