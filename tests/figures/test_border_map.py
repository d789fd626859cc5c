"""The map draws outlines as they lie, names what it leaves out, and says its approval number."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from chart_numbers import column
from drawings import assert_readable, keep_canvases, words_of
from figure_samples import TEXT, Sample
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_hex

from analysis.errors import ReportError
from analysis.figures import border_map
from analysis.figures.ratio_colours import FILLS, KEY_HEIGHT

TACHENG = Path(__file__).parents[2] / "data/tacheng-2024/boundaries.geojson"
CODES = ["654201", "654202", "654203", "654221", "654224", "654225", "654226"]
NAMES = pd.Series({"654201": "塔城市", "654203": "沙湾市", "654226": "和布克赛尔蒙古自治县"})
TABLE = pd.DataFrame({"ratio": [1.74, 0.8, 0.38, 1.52, 1.4, 1.39, 1.71]}, CODES)


@pytest.fixture
def canvases(monkeypatch):
    return keep_canvases(monkeypatch, border_map)


def drawn(table=TABLE, names=NAMES, *, boundaries=TACHENG, approval_no="", lang="zh", **text):
    return border_map.border_map(
        table,
        names,
        boundaries=boundaries,
        approval_no=approval_no,
        lang=lang,
        **(TEXT[lang] | text),
    )


def shapes(canvas):
    """Return what is drawn for each step, as polygons by fill."""
    return {
        (to_hex(patch.get_facecolor()), bool(patch.get_hatch())): shapely.union_all(
            [shapely.Polygon(ring).buffer(0) for ring in patch.get_path().to_polygons()]
        )
        for patch in canvas.axes.patches
        if patch.get_gid()
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_an_approval_number_the_map_is_for_internal_use(lang, canvases):
    chart = drawn(lang=lang, approval_no=" ")
    warning = {
        "zh": "无审图号，仅供内部使用",
        "en": "no approval number (审图号): for internal use",
    }
    assert warning[lang] in words_of(canvases[0])
    assert warning[lang] in chart.source
    assert_readable(canvases[0])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_approval_number_stands_under_the_map(lang, canvases):
    chart = drawn(lang=lang, approval_no="GS（2024）0650号")
    assert "GS（2024）0650号" in words_of(canvases[0])
    assert "internal" not in words_of(canvases[0]) and "内部" not in words_of(canvases[0])
    assert "GS（2024）0650号" in chart.source


def test_outlines_keep_their_shape_and_lie_north_up(canvases):
    table = TABLE.assign(ratio=[1.0, 1.0, 0.1, 1.0, 1.0, 1.0, 1.0])
    drawn(table)
    features = json.loads(TACHENG.read_text("utf-8"))["features"]
    true = {f["properties"]["code"]: shapely.geometry.shape(f["geometry"]) for f in features}
    west, south, east, north = shapely.total_bounds(list(true.values()))
    narrow = np.cos(np.radians((south + north) / 2))
    one, rest = shapes(canvases[0])[FILLS[0], False], shapes(canvases[0])[FILLS[3], False]
    left, top, right, bottom = shapely.total_bounds([one, rest])
    assert (right - left) / (bottom - top) == pytest.approx(
        (east - west) * narrow / (north - south), rel=1e-3
    )
    size = (bottom - top) / (north - south)
    flat = shapely.transform(
        true["654203"],
        lambda at: np.column_stack(
            (left + (at[:, 0] - west) * narrow * size, top + (north - at[:, 1]) * size)
        ),
    )
    # Steps too short to be seen are left out, nothing else.
    assert one.symmetric_difference(flat).area < 0.01 * flat.area
    assert top == pytest.approx(KEY_HEIGHT, abs=1e-6)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_lie_inside_their_outlines_where_they_fit(lang, canvases):
    names = NAMES if lang == "zh" else pd.Series("Shawan City", CODES)
    drawn(TABLE, names, lang=lang)
    (canvas,) = canvases
    ground = shapely.union_all(list(shapes(canvas).values()))
    renderer = RendererAgg(1000, 1000, 72)
    canvas.figure.set_dpi(72)
    labels = [text for text in canvas.axes.texts if "\n" in text.get_text()]
    assert len(labels) == len(CODES)
    back = canvas.axes.transData.inverted()
    for text in labels:
        corners = back.transform(text.get_window_extent(renderer).get_points())
        assert ground.buffer(0.5).contains(shapely.box(*corners.min(axis=0), *corners.max(axis=0)))


def test_the_approval_follows_a_source_that_ends_in_a_full_stop(canvases):
    drawn(source="县里的表。")
    assert "县里的表；无审图号，仅供内部使用" in words_of(canvases[0])


def test_a_hole_is_left_open(tmp_path, canvases):
    ring = [[80, 44], [81, 44], [81, 45], [80, 45], [80, 44]]
    hole = [[80.4, 44.4], [80.4, 44.6], [80.6, 44.6], [80.6, 44.4], [80.4, 44.4]]
    geometry = {"type": "MultiPolygon", "coordinates": [[ring, hole]]}
    feature = {"type": "Feature", "properties": {"code": "a"}, "geometry": geometry}
    path = tmp_path / "b.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    drawn(pd.DataFrame({"ratio": [1.0]}, ["a"]), boundaries=path)
    (patch,) = [patch for patch in canvases[0].axes.patches if patch.get_gid()]
    outer, inner = (shapely.Polygon(ring) for ring in patch.get_path().to_polygons())
    assert inner.area == pytest.approx(outer.area * 0.04)
    # The rule by which SVG fills leaves a ring open that runs the other way.
    assert outer.exterior.is_ccw != inner.exterior.is_ccw


def test_units_without_an_outline_are_named(canvases):
    table = pd.concat([TABLE, pd.DataFrame({"ratio": [0.9, np.nan]}, ["659999", "654200-home"])])
    chart = drawn(table, pd.concat([NAMES, pd.Series({"659999": "石河子市"})]))
    assert "没有边界、未画出：石河子市" in words_of(canvases[0])
    assert "home" not in words_of(canvases[0])
    assert column(chart, "name") == list(NAMES.reindex(CODES).fillna(pd.Series(CODES, CODES)))
    assert chart.data["facts"][0]["value"] == 1


def test_a_unit_without_a_ratio_stays_white_and_is_explained(canvases):
    chart = drawn(TABLE.assign(ratio=[np.nan, *TABLE["ratio"][1:]]), lang="en")
    assert column(chart, "ratio")[:2] == [None, 0.8]
    assert column(chart, "step")[0] == "no ratio"
    assert shapes(canvases[0])["#ffffff", False].area > 0
    assert "no ratio" in words_of(canvases[0])
    assert "塔城市\n—" in words_of(canvases[0])


def test_undecided_units_are_hatched(canvases):
    verdict = ["undecided", *["below"] * 6]
    chart = drawn(TABLE.assign(verdict=verdict))
    assert [key for key in shapes(canvases[0]) if key[1]]
    verdicts = column(chart, "verdict")
    assert verdicts[0].startswith("尚无定论") and "尚无" not in "".join(verdicts[1:])
    assert "现有数据不足以判断的有 1 个" in chart.alt


def test_the_alt_text_names_both_ends():
    assert "最高：塔城市 1.74。最低：沙湾市 0.38。" in drawn().alt
    assert "7 个单位" in drawn().alt and "2 个低于 1" in drawn().alt


def test_the_order_of_units_changes_nothing():
    assert drawn(TABLE[::-1], NAMES[::-1]) == drawn()


@pytest.mark.parametrize("count", [2, 300, 2850])
def test_maps_of_any_size_can_be_read(count, canvases):
    sample = Sample(count, "en")
    chart = drawn(sample.doubtful, sample.names, boundaries=sample.boundaries, lang="en")
    assert_readable(canvases[0])
    assert len(chart.data["rows"]) == count
    named = sum("\n" in text.get_text() for text in canvases[0].axes.texts)
    said = f"names left off for want of room: {count - named:,}"
    assert (said in words_of(canvases[0])) == (named < count)
    # Names that hide many units are worse than none.
    assert {2: named == 2, 300: 100 < named < 300, 2850: named == 0}[count]


def test_boundaries_of_other_units_are_refused():
    with pytest.raises(ReportError, match="no outline of any unit"):
        drawn(pd.DataFrame({"ratio": [1.0]}, ["110000"]))


def test_a_map_of_units_without_any_ratio_is_refused():
    table = pd.concat([TABLE * np.nan, pd.DataFrame({"ratio": [1.0]}, ["659999"])])
    with pytest.raises(ReportError, match="no unit to draw"):
        drawn(table)
