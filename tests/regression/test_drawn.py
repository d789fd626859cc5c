"""What a figure draws is recorded: what was handed to matplotlib, and nothing of its looks."""

import datetime as dt
import io
import json
import math
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import DateFormatter
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib.ticker import FixedLocator, FuncFormatter
from nbclient import NotebookClient
from nbformat import v4

from analysis.regression.drawn import drawn

X, Y = [1.0, 2.0, 4.0], [3.0, 5.0, 4.0]


def axes_drawn(draw, **how):
    """Return what the first axes of a figure draw; a drawing given by name gets X and Y."""
    axes = Figure().subplots(subplot_kw=how)
    getattr(axes, draw)(X, Y) if isinstance(draw, str) else draw(axes)
    (found, *_) = drawn(axes.figure)["axes"]
    return found


def only(found, kind):
    (one,) = found[kind]
    return one


def test_a_line_is_its_values_and_its_words():
    def draw(axes):
        axes.plot(X, Y, label="paid")
        axes.plot(Y, X)
        axes.set(title="Paid", xlabel="month", ylabel="万元", xlim=(0, 5), ylim=(9, 2))
        axes.set_title("2023", loc="right")
        axes.legend(title="what")

    found = axes_drawn(draw)
    assert found["lines"] == [{"label": "paid", "x": X, "y": Y}, {"x": Y, "y": X}]
    assert found["title"] == "Paid | 2023"
    assert (found["xlabel"], found["ylabel"]) == ("month", "万元")
    assert (found["xlim"], found["ylim"]) == ([0, 5], [9, 2])
    assert (found["xscale"], found["yscale"]) == ("linear", "linear")
    assert found["xticks"] == list("012345")
    assert found["legend"] == ["what", "paid"]


@pytest.mark.parametrize("draw", ["plot", "step", "loglog"])
def test_lines_of_any_kind(draw):
    assert only(axes_drawn(draw), "lines") == {"x": X, "y": Y}


def test_bars():
    standing = only(axes_drawn(lambda a: a.bar(X, Y, 0.5, [1, 1, 2], label="b")), "bars")
    assert standing == {
        "label": "b",
        "left": [0.75, 1.75, 3.75],
        "bottom": [1, 1, 2],
        "width": [0.5] * 3,
        "height": Y,
    }
    lying = only(axes_drawn(lambda a: a.barh(X, Y, left=2)), "bars")
    assert (lying["left"], lying["width"]) == ([2] * 3, Y)


def test_names_stay_names():
    named = axes_drawn(lambda a: a.plot(["塔城", "b"], [1, 2]))
    assert only(named, "lines") == {"x": ["塔城", "b"], "y": [1, 2]}
    assert axes_drawn(lambda a: a.bar(["塔城", "b"], [1, 2]))["xticks"] == ["塔城", "b"]


def test_a_histogram_is_its_counts():
    counts, edges = np.histogram(X + Y, 4)
    bars = only(axes_drawn(lambda a: a.hist(X + Y, 4)), "bars")
    assert bars["height"] == list(counts) and bars["left"] == pytest.approx(edges[:-1])
    steps = only(axes_drawn(lambda a: a.stairs(counts, edges)), "patches")
    assert set(counts) <= set(steps["y"]) and set(steps["x"]) == set(edges)


def test_a_pie_is_its_shares():
    found = axes_drawn(lambda a: a.pie(X, labels=["a", "b", "c"], explode=[0, 0, 0.5]))
    wide = [each["theta2"] - each["theta1"] for each in found["patches"]]
    assert wide == pytest.approx([360 * x / sum(X) for x in X])
    assert [math.hypot(each["x"], each["y"]) for each in found["patches"]] == pytest.approx(
        [0, 0, 0.5]
    )
    assert [each["text"] for each in found["texts"]] == ["a", "b", "c"]
    assert {each["r"] for each in found["patches"]} == {1}


def test_points_are_their_places_and_what_is_mapped():
    cloud = axes_drawn(lambda a: a.scatter(X, Y, c=[7, 8, 9], label="towns"))
    assert only(cloud, "collections") == {"label": "towns", "x": X, "y": Y, "array": [7, 8, 9]}
    assert only(axes_drawn(lambda a: a.scatter([0], [0])), "collections") == {"x": [0], "y": [0]}


def test_an_area_has_its_edges():
    area = only(axes_drawn(lambda a: a.fill_between(X, Y, [0, 1, 2])), "collections")
    corners = set(zip(area["x"], area["y"], strict=True))
    assert corners == {*zip(X, Y, strict=True), *zip(X, [0, 1, 2], strict=True)}
    over = axes_drawn(lambda a: a.stackplot(X, Y, X, labels=["y", "x"]))["collections"]
    assert [each["label"] for each in over] == ["y", "x"]
    sums = {(x, x + y) for x, y in zip(X, Y, strict=True)}
    assert sums <= set(zip(over[1]["x"], over[1]["y"], strict=True))


def test_an_image_is_its_values():
    given_ = np.arange(6.0).reshape(2, 3)
    image = only(axes_drawn(lambda a: a.imshow(given_, extent=(0, 9, 0, 4))), "images")
    assert image == {"shape": [2, 3], "array": [0, 1, 2, 3, 4, 5], "extent": [0, 9, 0, 4]}


def test_a_mesh_is_its_values_and_lines():
    mesh = only(axes_drawn(lambda a: a.pcolormesh(X, [0, 9], [[1, 2]])), "collections")
    assert mesh == {"x": X, "y": [0, 9], "array": [1, 2]}
    bent = [[[0, 1], [0, 2]], [[0, 0], [3, 4]]]
    mesh = only(axes_drawn(lambda a: a.pcolormesh(*bent, [[5]])), "collections")
    assert mesh == {"x": [0, 1, 0, 2], "y": [0, 0, 3, 4], "array": [5]}


def test_contours_lie_on_their_levels():
    x, y = np.meshgrid(np.arange(5.0), np.arange(4.0))
    found = only(axes_drawn(lambda a: a.contour(x, y, x, levels=[1.5, 2.5])), "collections")
    assert found["array"] == [1.5, 2.5] and found["parts"] == [4, 4]
    assert found["x"] == [1.5] * 4 + [2.5] * 4


def test_errors_have_ends_and_a_label():
    found = axes_drawn(lambda a: a.errorbar(X, Y, yerr=0.5, label="e"))
    assert only(found, "lines") == {"x": X, "y": Y} and found["labels"] == ["e"]
    ends = only(found, "collections")
    assert ends["parts"] == [2, 2, 2] and ends["x"] == [x for x in X for _ in "ab"]
    assert ends["y"] == [y + half for y in Y for half in (-0.5, 0.5)]


def test_a_box_has_its_median_and_quartiles():
    lines = axes_drawn(lambda a: a.boxplot([1, 2, 3, 4, 10]))["lines"]
    median = [line["y"] for line in lines if len(line["y"]) == 2 and line["y"] == [3, 3]]
    assert len(median) == 1
    assert {2.0, 4.0} == set(lines[0]["y"])
    assert [10] in [line["y"] for line in lines]


def test_lines_across_and_areas_have_their_places():
    def draw(axes):
        axes.axhline(2.5)
        axes.hlines([1, 2], 0, 3)
        axes.axvspan(1, 4)
        axes.add_patch(Circle((5, 5), 1, label="c"))
        axes.add_patch(FancyArrowPatch((1, 2), (3, 4)))

    found = axes_drawn(draw)
    assert only(found, "lines")["y"] == [2.5, 2.5]
    assert only(found, "collections")["y"] == [1, 1, 2, 2]
    span, circle, arrow = found["patches"]
    assert set(span["x"]) == {1, 4}
    assert (min(circle["x"]), max(circle["x"]), circle["label"]) == (4, 6, "c")
    assert arrow == {"x": [1, 3], "y": [2, 4]}


def test_words_have_their_places():
    def draw(axes):
        axes.annotate("peak", (2, 5), (3, 4), arrowprops={})
        axes.text(1, 2, "here")
        axes.text(1, 2, "")
        axes.table([["a", "b"], ["c", "d"]])

    found = axes_drawn(draw)
    assert found["texts"] == [
        {"text": "peak", "x": 3, "y": 4, "xy": [2, 5]},
        {"text": "here", "x": 1, "y": 2},
    ]
    assert only(found, "others") == {"kind": "Table", "texts": ["a", "b", "c", "d"]}


def test_arrows_have_their_lengths():
    found = only(axes_drawn(lambda a: a.quiver(X, Y, [1, 0, 2], [0, 3, 1])), "collections")
    assert found == {"x": X, "y": Y, "U": [1, 0, 2], "V": [0, 3, 1]}


def test_what_stands_in_space_has_its_own_places():
    x, y = np.meshgrid([0.0, 1.0], [0.0, 2.0])

    def draw(axes):
        axes.plot(X, Y, [7, 8, 9])
        axes.scatter(X, Y, [1, 2, 3])
        axes.plot_surface(x, y, x + y)
        axes.contour(x, y, x + y, levels=[1.5])
        axes.plot_wireframe(x, y, x)
        axes.bar([1], [2], zs=3, zdir="y")
        axes.text(1, 2, 3, "there")
        axes.set(zlabel="deep", zlim=(0, 9))

    found = axes_drawn(draw, projection="3d")
    assert only(found, "lines") == {"x": X, "y": Y, "z": [7, 8, 9]}
    points, surface, level, wires = found["collections"]
    assert (points["x"], points["y"], points["z"]) == (X, Y, [1, 2, 3])
    assert set(zip(surface["x"], surface["y"], surface["z"], strict=True)) == {
        (0, 0, 0),
        (1, 0, 1),
        (0, 2, 2),
        (1, 2, 3),
    }
    assert set(level["z"]) == {1.5} and wires["parts"] == [2, 2, 2, 2]
    assert set(only(found, "patches")["y"]) == {3}
    assert only(found, "texts") == {"text": "there", "x": 1, "y": 2, "z": 3}
    assert (found["zlabel"], found["zlim"]) == ("deep", [0, 9]) and found["zticks"]


@pytest.mark.parametrize("projection", ["polar", "mollweide"])
def test_axes_need_not_be_straight(projection):
    found = axes_drawn(lambda a: a.plot([0, 1], [0.5, 1]), projection=projection)
    assert only(found, "lines") == {"x": [0, 1], "y": [0.5, 1]}
    assert found["xticks"] and found["yticks"]


def test_a_date_counts_days_in_any_zone(monkeypatch):
    east = dt.timezone(dt.timedelta(hours=8))
    days = [dt.datetime(2024, 1, 1, 8, tzinfo=east), dt.datetime(2024, 1, 2, 20, tzinfo=east)]
    plain = np.array(["2024-01-01T00", "2024-01-02T12"], "datetime64[h]")

    def draw(axes):
        axes.plot(plain, [1, 2])
        axes.annotate("d", (days[0], 1))
        axes.xaxis.set_major_formatter(DateFormatter("%d %H"))

    here = axes_drawn(draw)
    first = (dt.date(2024, 1, 1) - dt.date(1970, 1, 1)).days
    assert only(here, "lines")["x"] == [first, first + 1.5]
    assert only(here, "texts")["xy"] == [first, 1]
    assert only(axes_drawn(lambda a: a.plot(days, [1, 2])), "lines")["x"] == [first, first + 1.5]
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert axes_drawn(draw) == here
    finally:
        monkeypatch.undo()
        time.tzset()


def test_ticks_are_those_in_sight():
    def draw(axes):
        axes.plot(X, Y)
        axes.set_xticks([0, 2, 3, 4], ["none", "two", "", "four"])
        axes.set(xlim=(1, 5), yscale="log", ylim=(2.5, 7.5), yticks=[])
        axes.yaxis.set_minor_locator(FixedLocator([3, 5]))
        axes.yaxis.set_minor_formatter(FuncFormatter(lambda value, _: f"{value:.0f} k"))

    found = axes_drawn(draw)
    assert (found["xticks"], found["yticks"], found["yscale"]) == (
        ["two", "four"],
        ["3 k", "5 k"],
        "log",
    )
    assert axes_drawn(lambda a: a.plot([1e9, 2e9]))["yoffset"] == "1e9"
    off = axes_drawn(lambda a: (a.plot(X, Y), a.set(xlabel="x"), a.axis("off")))
    assert (off["xlabel"], off["xticks"], off["yticks"]) == ("", [], [])


def test_all_axes_are_there_in_drawn_order():
    figure = Figure(layout="constrained")
    left, right = figure.subfigures(1, 2)
    under, over = left.subplots(2)
    under.set(title="under", zorder=1)
    over.set_title("over")
    with_bar, *_ = right.subplots(1, 2)
    with_bar.set_title("map")
    right.colorbar(with_bar.imshow([[1, 2]]), label="ratio")
    over.twinx().set_title("twin")
    inset = over.inset_axes((0, 0, 0.5, 0.5))
    inset.set_title("inset")
    second = over.secondary_xaxis("top", functions=(lambda x: 2 * x, lambda x: x / 2))
    second.set_xlabel("second")
    over.set_xlim(1, 2)
    (line,) = over.plot(X, Y)
    figure.suptitle("whole")
    figure.supxlabel("months")
    left.suptitle("left")
    left.legend([line], ["key"])
    figure.text(0.5, 0.5, "draft")
    found = drawn(figure)
    titles = [each["title"] for each in found["axes"]]
    assert titles == ["over", "", "inset", "map", "", "", "twin", "under"]
    assert found["axes"][1]["xlabel"] == "second" and found["axes"][1]["xlim"] == [2, 4]
    assert "ratio" in [each["ylabel"] for each in found["axes"]]
    assert (found["title"], found["xlabel"]) == ("whole", "months")
    assert found["texts"] == [{"text": "draft", "x": 0.5, "y": 0.5}]
    assert found["subfigures"] == [{"title": "left", "legends": [["key"]]}, {"title": ""}]
    left.set_visible(False)
    assert [each["title"] for each in drawn(figure)["axes"]] == ["map", "", ""]


def sample():
    """Return a figure with a bit of everything, and its axes."""
    axes = Figure().subplots()
    axes.plot(X, Y, label="line")
    axes.bar(X, Y, label="bars")
    axes.scatter(X, Y, c=X)
    axes.text(1, 2, "words")
    axes.imshow([[1, 2], [3, 4]], extent=(0, 5, 0, 5))
    axes.axvspan(1, 2)
    axes.legend()
    axes.figure.suptitle("title")
    return axes.figure, axes


CHANGES = {
    "value": lambda a: a.lines[0].set_ydata([3, 5, 4.000001]),
    "missing": lambda a: a.lines[0].set_ydata([3, math.nan, 4]),
    "order": lambda a: a.lines[0].set_data(X[::-1], Y[::-1]),
    "above": lambda a: (a.plot(Y, X), a.lines[0].set_zorder(9)),
    "label": lambda a: a.lines[0].set_label("Line"),
    "key": lambda a: a.get_legend().get_texts()[0].set_text("Line"),
    "no key": lambda a: a.get_legend().set_visible(False),
    "bar": lambda a: a.patches[0].set_height(3.1),
    "bars' label": lambda a: a.containers[0].set_label("Bars"),
    "no bar": lambda a: a.patches[1].set_visible(False),
    "bar removed": lambda a: a.patches[1].remove(),
    "place": lambda a: a.collections[0].set_offsets([[1, 3], [2, 5], [4, 4.1]]),
    "mapped": lambda a: a.collections[0].set_array([1, 2, 3]),
    "words": lambda a: a.texts[0].set_text("Words"),
    "moved words": lambda a: a.texts[0].set_x(1.1),
    "pixel": lambda a: a.images[0].set_data([[1, 2], [3, 5]]),
    "extent": lambda a: a.images[0].set_extent((0, 4, 0, 4)),
    "span": lambda a: a.patches[-1].set_width(2),
    "limit": lambda a: a.set_xlim(0, 6),
    "other way": lambda a: a.invert_yaxis(),
    "scale": lambda a: a.set_xscale("symlog"),
    "tick": lambda a: a.set_xticks([1, 2], ["1", "II"]),
    "tick hidden": lambda a: a.xaxis.get_major_ticks()[1].set_visible(False),
    "no ticks": lambda a: a.tick_params(labelleft=False),
    "axis label": lambda a: a.set_xlabel("x"),
    "title": lambda a: a.set_title("Title"),
    "whole title": lambda a: a.figure.suptitle("Title"),
    "more": lambda a: a.axhline(1),
    "less": lambda a: a.collections[0].remove(),
    "hidden": lambda a: a.lines[0].set_visible(False),
    "no axes": lambda a: a.set_visible(False),
}

LOOKS = {
    "colour": lambda a: [each.set_color("red") for each in (*a.lines, *a.patches, *a.texts)],
    "map": lambda a: (a.collections[0].set_cmap("magma"), a.images[0].set_cmap("magma")),
    "width": lambda a: a.lines[0].set_linewidth(5),
    "dashes": lambda a: a.lines[0].set_linestyle(":"),
    "marker": lambda a: a.lines[0].set_marker("s"),
    "sizes": lambda a: a.collections[0].set_sizes([5, 50, 500]),
    "letters": lambda a: (a.texts[0].set_fontsize(20), a.texts[0].set_fontfamily("serif")),
    "grid": lambda a: a.grid(),
    "paper": lambda a: a.set_facecolor("grey"),
    "frame": lambda a: a.spines["top"].set_visible(False),
    "clear": lambda a: a.patches[0].set_alpha(0.5),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_shows(name):
    figure, axes = sample()
    before = drawn(figure)
    assert "unread" not in json.dumps(before)
    CHANGES[name](axes)
    after = drawn(figure)
    assert after != before and "unread" not in json.dumps(after)


@pytest.mark.parametrize("name", LOOKS)
def test_looks_do_not(name):
    figure, axes = sample()
    before = drawn(figure)
    LOOKS[name](axes)
    assert drawn(figure) == before


def test_what_is_hidden_is_as_if_it_were_not_there():
    full = sample()[1]
    for each in (*full.lines, *full.collections, *full.texts, *full.images, *full.patches):
        each.set_visible(False)
    full.get_legend().set_visible(False)
    found = axes_drawn_now(full)
    assert found.keys() == axes_drawn(lambda a: None).keys() | {"bars"}
    assert only(found, "bars")["height"] == []


def axes_drawn_now(axes):
    return drawn(axes.figure)["axes"][0]


FLOATS = st.floats(width=32)
LONG = st.tuples(st.integers(1001, 3000), st.integers(0, 2**32 - 1))


@given(st.lists(st.tuples(FLOATS, FLOATS), max_size=20), FLOATS, st.text(max_size=9))
@settings(max_examples=40)
@pytest.mark.filterwarnings("ignore")
def test_any_values_become_json(points, other, label):
    x, y = [x for x, _ in points], [y for _, y in points]
    made = drawn_values(x, y, label)
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made == drawn_values(x, y, label)
    line = only(made["axes"][0], "lines")
    assert line["y"] == [value if math.isfinite(value) else None for value in y]
    if points and math.isfinite(other) and other != y[0]:
        assert made != drawn_values(x, [other, *y[1:]], label)


def drawn_values(x, y, label=""):
    axes = Figure().subplots()
    axes.plot(x, y, label=label)
    return drawn(axes.figure)


def long_line(values):
    axes = Figure().subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.plot(values)
    return only(axes_drawn_now(axes), "lines")["y"]


@given(LONG, st.data())
@settings(max_examples=40)
def test_any_change_of_a_long_array_shows(size_and_seed, data):
    size, seed = size_and_seed
    values = np.random.default_rng(seed).integers(0, 9, size).astype(float)
    first, second = data.draw(st.tuples(*[st.integers(0, size - 1)] * 2))
    whole = long_line(values)
    assert json.dumps(whole, allow_nan=False) and len(whole["values"]) <= 100
    assert whole["values"] == list(values[:: whole["each"]])
    assert (whole["count"], whole["sum"]) == (size, sum(values))
    assert (whole["min"], whole["max"]) == (min(values), max(values))
    for change in (values[first] + 1, math.nan):
        changed = values.copy()
        changed[first] = change
        assert long_line(changed) != whole
    swapped = values.copy()
    swapped[[first, second]] = swapped[[second, first]]
    assert (long_line(swapped) != whole) == (values[first] != values[second])


def test_neighbours_that_change_places_differ_by_more_than_a_tolerance():
    values = np.random.default_rng(4).uniform(1000, 1010, 100_000)
    values[51_234:51_236] = 1001, 1004
    plain = long_line(values)
    values[51_234:51_236] = 1004, 1001
    swapped = long_line(values)
    assert swapped["sum"] == plain["sum"]
    assert swapped["ordered_sum"] != pytest.approx(plain["ordered_sum"], rel=1e-9)


def test_a_gap_of_a_long_array_that_moves_shows():
    early, late = np.zeros(1500), np.zeros(1500)
    early[7] = late[8] = math.nan
    assert long_line(early) != long_line(late)
    assert long_line(early)["missing"] == 1
    empty = long_line(np.full(1500, math.nan))
    assert (empty["missing"], empty["min"], empty["max"], empty["sum"]) == (1500, None, None, 0)


def test_metadata_stay_small():
    axes = Figure().subplots()
    axes.plot(np.random.default_rng(1).random((50, 2000)), label="many")
    axes.scatter(*np.random.default_rng(2).random((2, 50_000)))
    for x in range(300):
        axes.axvspan(x, x + 0.5)
    axes.pcolormesh(np.random.default_rng(3).random((300, 300)))
    assert len(json.dumps(drawn(axes.figure))) < 40_000
    before = drawn(axes.figure)
    assert only(before["axes"][0], "lines")["labels"] == ["many"] * 2000
    axes.lines[1234].set_ydata(axes.lines[1234].get_ydata()[::-1])
    assert drawn(axes.figure) != before


class Odd(Line2D):
    """A line that does not say where it is."""

    def get_data(self, orig=True):
        """Fail."""
        raise RuntimeError("no data")


def test_what_cannot_be_read_is_named():
    def draw(axes):
        axes.plot(X, Y)
        axes.add_line(Odd([], []))
        axes.set_xticks([1, 2])
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: {}[value]))

    found = axes_drawn(draw)
    assert found["lines"] == [{"x": X, "y": Y}, {"unread": "Odd"}]
    assert found["xunread"] == "XAxis" and found["yticks"]
    crowd = axes_drawn(lambda a: (a.plot(np.ones((2, 200))), a.add_line(Odd([], []))))
    assert crowd["lines"][-1] == {"unread": "Odd"} and len(crowd["lines"]) == 201


def grid(**how):
    figure = Figure(figsize=(5, 3), **how)
    panels = figure.subplots(2, 2)
    for each in panels.flat:
        each.plot(np.linspace(0, 1.234e6, 9), np.linspace(0, 1e-3, 9))
        each.set_ylabel("two\nlines")
    panels[0, 0].set_aspect("equal", adjustable="datalim")
    figure.colorbar(panels[0, 1].imshow([[1, 2, 3]]), ax=panels[0, 1])
    figure.suptitle("title")
    return figure


LAYOUTS = ["constrained", "compressed", "tight", None]


def picture(figure, kind):
    out = io.BytesIO()
    about = {"metadata": {"Date": None}} if kind == "svg" else {}
    figure.savefig(out, format=kind, bbox_inches="tight", **about)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["png", "svg"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_picture_stays_the_same(layout, kind, monkeypatch):
    monkeypatch.setitem(rcParams, "svg.hashsalt", "same")
    read, plain = grid(layout=layout), grid(layout=layout)
    first = drawn(read)
    assert drawn(read) == first
    assert picture(read, kind) == picture(plain, kind)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_limits_and_ticks_are_those_of_the_picture(layout):
    figure = grid(layout=layout)
    found = drawn(figure)["axes"]
    picture(figure, "png")
    for each, axes in zip(found, figure.axes, strict=True):
        assert (each["xlim"], each["ylim"]) == (list(axes.get_xlim()), list(axes.get_ylim()))
        low, high = axes.get_xlim()
        ticks = [
            label.get_text()
            for label in axes.get_xticklabels()
            if low <= label.get_position()[0] <= high
        ]
        assert each["xticks"] == [tick for tick in ticks if tick]


def test_a_camera_does_not_change_the_order():
    axes = Figure().subplots(subplot_kw={"projection": "3d"})
    axes.scatter([0], [0], [0])
    axes.scatter([9], [9], [9])
    places = []
    for turned in (45, 225):
        axes.view_init(elev=0, azim=turned)
        picture(axes.figure, "png")
        places.append([each["x"] for each in axes_drawn_now(axes)["collections"]])
    assert places == [[[0], [9]], [[0], [9]]]


@pytest.mark.parametrize("canvas", [FigureCanvasSVG, FigureCanvasPdf])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_is_the_same_on_any_canvas(layout, canvas):
    figures = [grid(layout=layout), grid(layout=layout)]
    canvases = [
        make(figure) for make, figure in zip((FigureCanvasAgg, canvas), figures, strict=True)
    ]
    assert drawn(figures[0]) == drawn(figures[1])
    assert [figure.canvas for figure in figures] == canvases


def test_it_is_the_same_in_threads():
    here = drawn(grid(layout="constrained"))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: drawn(grid(layout="constrained")), range(8))) == [here] * 8


LOAD = "%load_ext analysis.regression.drawn"
UNLOAD = "%unload_ext analysis.regression.drawn"
BEGIN = """
import matplotlib, matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import set_matplotlib_formats
%matplotlib inline
matplotlib.rcParams["svg.hashsalt"] = "same"
"""
FORMATS = ["'png'", "'svg', metadata={'Date': None}", "'retina'"]
SHOW = [
    "plt.plot([1, 2, 3], [4, 5, 6], label='line');",
    # The font has no such letter: measuring it warns, drawing it warns.
    "figure, axes = plt.subplots(layout='constrained')\naxes.set_title('汉');"
    "axes.plot([1, 2, 3], [4, 5, 6])\nplt.close(figure)\nfigure",
    "display(figure)",
    "class Odd(type(axes.lines[0])):\n  def get_data(self, orig=True): 1 / 0\n"
    "axes.add_line(Odd([], [])); display(figure)",
]


@pytest.fixture(scope="module")
def shown():
    """Return the outputs of a notebook with and without the extension, for each format."""
    cells = [cell for each in FORMATS for cell in (f"set_matplotlib_formats({each})", *SHOW)]
    ended = {}
    for name, load in (("with", LOAD), ("without", "1;")):
        sources = [load, "import sys; 'matplotlib' in sys.modules", BEGIN, *cells, UNLOAD, SHOW[0]]
        notebook = v4.new_notebook(cells=[v4.new_code_cell(each) for each in sources])
        if name == "without":
            notebook.cells.pop(-2)
        NotebookClient(notebook, kernel_name="python3").execute()
        outputs = [[strip(each) for each in cell.outputs] for cell in notebook.cells]
        ended[name] = outputs
    return ended


def strip(output):
    return {key: value for key, value in output.items() if key != "execution_count"}


def test_a_notebook_carries_what_it_shows(shown):
    outputs = shown["with"]
    assert outputs[1][0]["data"]["text/plain"] == "False"
    count, kinds = 0, set()
    for each in (each for cell in outputs[3:-2] for each in cell if "data" in each):
        figure = each["metadata"]["relief"]["figure"]
        line, *_ = figure["axes"][0]["lines"]
        assert (line["x"], line["y"]) == ([1, 2, 3], [4, 5, 6])
        kinds |= each["data"].keys()
        count += 1
    assert (count, kinds) == (
        len(FORMATS) * len(SHOW),
        {"text/plain", "image/png", "image/svg+xml"},
    )
    assert "Odd" in json.dumps(outputs[-3][-1]["metadata"])


def test_all_else_in_the_notebook_stays_the_same(shown):
    plain = shown["without"]
    read = shown["with"]
    assert any("width" in each["metadata"].get("image/png", {}) for each in plain[-2])
    assert any("Glyph" in each.get("text", "") for cell in plain for each in cell)
    assert read[-2] == [] and read[-1] == plain[-1]
    for cell in read[:-2]:
        for each in cell:
            each.get("metadata", {}).pop("relief", None)
    assert read[:-2] == plain[:-1]
