"""What is written is what matplotlib draws: its own SVG is the measure, for any figure."""

import pickle
import re
from functools import partial
from io import StringIO
from unittest import mock
from xml.etree import ElementTree

import figure_samples
import matplotlib as mpl
import numpy as np
import pytest
import test_scenario_charts
import test_stock_charts
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform
from shapes import shapes_of, unmatched

from analysis.figures import style, tornado
from analysis.figures.look import house_style
from analysis.figures.renderer import draw
from analysis.fonts import face, missing, width

SAMPLES = [
    (module, name)
    for module in (figure_samples, test_stock_charts, test_scenario_charts)
    for name in module.CHARTS
]


def by_matplotlib(figure, *, label="", words="none"):
    out = StringIO()
    with mpl.rc_context({"svg.fonttype": words, "svg.hashsalt": "same"}):
        figure.savefig(out, format="svg")
    return out.getvalue(), {}


def plain_figure(width):
    figure = Figure((width / 72, 1), dpi=72)
    figure.add_axes((0, 0, 1, 1))
    return pickle.dumps(figure)


def assert_same(ours, theirs, within=0.02):
    ours, theirs = shapes_of(ours), shapes_of(theirs)
    assert ours and len(ours) == len(theirs)
    assert unmatched(ours, theirs, within) == ([], [])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("module", "name"), SAMPLES, ids=[f"{module.__name__}-{name}" for module, name in SAMPLES]
)
def test_a_chart_is_what_matplotlib_draws_with_its_own_axes(module, name, lang):
    ours = module.draw(name, 7, lang).svg
    with (
        mock.patch.object(style, "draw", by_matplotlib),
        mock.patch.object(style, "_empty", partial(plain_figure, style.WIDTH)),
        mock.patch.object(tornado, "ChartAxes", Axes),
    ):
        theirs = module.draw(name, 7, lang).svg
    assert_same(ours, theirs)


def test_many_squares_are_where_matplotlib_draws_them_to_a_twentieth_of_a_point():
    ours = figure_samples.draw("tiles", 2943).svg
    with (
        mock.patch.object(style, "draw", by_matplotlib),
        mock.patch.object(style, "_empty", partial(plain_figure, style.WIDTH)),
    ):
        theirs = figure_samples.draw("tiles", 2943).svg
    ours, theirs = shapes_of(ours), shapes_of(theirs)
    assert [shape.kinds for shape in ours] == [shape.kinds for shape in theirs]
    assert all(one.near(other, 0.0501) for one, other in zip(ours, theirs, strict=True))


def lines(axes):
    for place, (dashes, cap) in enumerate(
        [("-", "round"), ((2, (4, 1)), "projecting"), (":", "butt")]
    ):
        axes.plot([0, 1, 2], [place, 2, 0], ls=dashes, lw=place + 0.25, alpha=0.5 + place / 10,
                  solid_capstyle=cap, dash_capstyle=cap, solid_joinstyle="bevel")  # fmt: skip
    axes.plot([0, 1, np.nan, 2, 3], [1, 2, 3, np.inf, 1], "o-", ms=7, mfc="none", mec="red")
    axes.plot([1, 1], [-1e9, 1e9], color="black", lw=1)
    axes.plot(np.linspace(0, 3, 500), np.sin(np.linspace(0, 30, 500)), color=(1, 0, 0, 0.3))
    axes.set(xlim=(0, 3), ylim=(-1, 3))


def marks(axes):
    axes.plot([1, 1.05, 2], [1, 1, 2], "s", alpha=0.4, ms=9, mew=2, mec="green", clip_on=False)
    axes.plot([1, 2], [2, 1], "|", ms=4, color="#12507b")
    axes.scatter([1, 2, 3], [3, 1, 2], s=[9, 30, 90], c=["red", "blue", "#0f08"], ec="black")


class SeenThrough(Artist):
    """Marks over one another, each seen through as a whole."""

    def draw(self, renderer):
        gc = renderer.new_gc()
        gc.set_alpha(0.5)
        circle, places = Path.unit_circle(), Path([(100, 100), (106, 100)])
        size = Affine2D().scale(9)
        renderer.draw_markers(gc, circle, size, places, IdentityTransform(), (1, 0, 0))


def overlaid(axes):
    axes.add_artist(SeenThrough())


def areas(axes):
    axes.fill_between([0, 1, 2], [0, 1, 0], [1, 2, 3], alpha=0.4, lw=0)
    axes.bar([0, 1], [1, 2], hatch="///", hatchcolor="white", facecolor=(0, 0.5, 0, 0.5))
    axes.bar([2], [2], hatch="..", edgecolor="red", facecolor="none", linewidth=0)
    axes.axvspan(1, 1.5, color="orange", alpha=0.2, joinstyle="miter")
    axes.pcolormesh([[1, 2], [3, 4]], edgecolors="white")
    axes.hlines([1, 2], 0, [1, 2], colors=["red", "blue"], linestyles=["dashed", "dotted"])


def words(axes):
    axes.set_title("塔城地区 <b> & “额敏”")
    axes.text(0.2, 0.2, "两行文字\n右对齐 gjy", rotation=30, ha="right", va="center", alpha=0.5)
    axes.text(0.5, 0.5, "竖", rotation=90, color=(0, 0, 0, 0.25), clip_on=True)
    axes.text(0.7, 0.7, "另一种字", bbox={"facecolor": "white", "boxstyle": "round"})
    axes.annotate("指", (0.1, 0.9), (0.4, 0.8), arrowprops={"arrowstyle": "->"})
    axes.text(0.2, 0.9, " 前后 空格 ", ha="right", va="top", fontsize=11.3)
    axes.text(0.9, 0.1, "right gjy", ha="right", va="center_baseline", rotation=-45)
    axes.text(0.9, 0.5, "in the middle", ha="center", rotation_mode="anchor", rotation=20)


def foreign_words(axes):
    axes.axis("off")
    axes.text(0.3, 0.1, "foreign", family="DejaVu Sans", va="top")
    axes.text(0.3, 0.9, r"$\frac{a}{b}$", parse_math=True)


def clips(axes):
    circle = Circle((0.5, 0.5), 0.3, transform=axes.transData)
    axes.plot([0, 1], [0, 1], lw=9, clip_path=circle)
    axes.add_patch(FancyArrowPatch((0.1, 0.9), (0.9, 0.1), arrowstyle="-", clip_on=True))
    axes.set(xlim=(0, 1), ylim=(0, 1))


@house_style()
def drawn(*artists, size=(4, 3)):
    figure = Figure(size, dpi=72)
    axes = figure.add_subplot()
    for add in artists:
        add(axes)
    return figure


@pytest.mark.parametrize("add", [lines, marks, overlaid, areas, words, clips])
def test_a_figure_of_any_kind_is_what_matplotlib_draws(add):
    with house_style():
        ours, _ = draw(drawn(add), label="")
        theirs, _ = by_matplotlib(drawn(add))
    assert_same(ours, theirs)


def test_words_in_another_font_and_formulas_are_drawn_as_outlines():
    with house_style():
        ours, _ = draw(drawn(foreign_words), label="")
        theirs, _ = by_matplotlib(drawn(foreign_words), words="path")
    assert "<text" not in ours
    assert_same(ours, theirs)


def picture(word="塔城市 <b>"):
    return draw(drawn(marks, areas, lambda axes: axes.set_title(word)), label="x")[0]


def test_it_is_one_well_formed_element_with_a_label():
    svg, _ = draw(drawn(lines, words), label='a "b" <script>alert(1)</script> & c')
    root = ElementTree.fromstring(svg)  # noqa: S314
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'a "b" <script>alert(1)</script> & c'
    assert "<script" not in svg
    assert svg.startswith("<svg ") and svg.endswith("</svg>")
    assert root.get("width") is None and root.get("height") is None
    assert not re.search(r"<!--|<\?xml|<!DOCTYPE|<metadata|\bdate\b|\0", svg)
    said = "".join(text.text for text in root.iter() if text.tag.endswith("}text"))
    assert re.findall(r"<style>(.*?)</style>", svg) == [face(said)]
    assert [float(part) for part in root.get("viewBox").split()] == [0, 0, 288, 216]


def test_every_reference_finds_its_shape_and_no_shape_is_idle():
    svg = picture()
    ids = re.findall(r'id="([^"]+)"', svg)
    used = set(re.findall(r'href="#([^"]+)"', svg)) | set(re.findall(r"url\(#([^)]+)\)", svg))
    assert len(ids) == len(set(ids)) == 5
    assert set(ids) == used


def test_ids_of_two_charts_do_not_clash():
    first, second = (set(re.findall(r'id="([^"]+)"', picture(word))) for word in ("塔城", "额敏"))
    assert not first & second


def test_drawn_twice_it_is_the_same():
    figure = drawn(lines, marks, areas, words)
    assert draw(figure, label="x") == draw(figure, label="x")
    assert picture() == picture()


def test_texts_with_characters_the_font_lacks_are_told():
    def hostile(axes):
        axes.text(0.1, 0.1, "好😀")
        axes.text(0.1, 0.5, "🐟鱼🐟😀")
        axes.text(0.1, 0.9, "好\u00a0\u200b")

    assert draw(drawn(hostile), label="")[1] == {"好😀": "😀", "🐟鱼🐟😀": "🐟😀"}


@pytest.mark.parametrize(
    "text", [" 前", "两  字", "三   字 ", "\u200b空\x07", "a\u2003b", "<&\"'>"]
)
def test_a_text_is_as_broad_as_it_was_measured(text):
    svg, _ = draw(drawn(lambda axes: axes.set_title(text)), label="")
    (title,) = (
        element.text
        for element in ElementTree.fromstring(svg).iter()  # noqa: S314
        if element.tag.endswith("}text") and not re.fullmatch(r"[\d.]+", element.text)
    )
    # A browser makes one space of several and leaves out those at the start.
    assert width(re.sub("^ +| +(?= )", "", title)) == pytest.approx(width(text))
    assert not missing(title)


def shaded(axes):
    axes.tripcolor([0, 1, 0], [0, 0, 1], [1, 2, 3], shading="gouraud")


@pytest.mark.parametrize(
    "add",
    [
        lambda axes: axes.imshow([[1, 2], [3, 4]]),
        shaded,
        lambda axes: axes.plot([1, 2], sketch_params=(1, 1, 1)),
        lambda axes: axes.add_line(Line2D([0, 1], [0, 1], url="https://example.org")),
        lambda axes: axes.plot([1, 2], agg_filter=lambda image, dpi: (image, 0, 0)),
    ],
    ids=["image", "shading", "sketch", "link", "filter"],
)
def test_what_no_chart_has_is_refused(add):
    with pytest.raises(NotImplementedError):
        draw(drawn(add), label="")
