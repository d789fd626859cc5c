"""Charts on a page: ours among its elements, other SVG in an address that keeps all of it."""

from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from sample_report import SVG, Tags

from analysis.errors import ReportError
from analysis.figures.frame import framed
from analysis.report.assets import FONT_PLACE, finish, image, visible_text

LABELS = ["100 % #1", '塔城\'s "share"', "a & b < c", "&#60;script&#62;", "a > b\n\tc"]


def svg(label):
    root = ElementTree.fromstring(SVG)  # noqa: S314
    root.set("aria-label", label)
    return ElementTree.tostring(root, encoding="unicode")


@pytest.mark.parametrize("label", LABELS)
def test_another_svg_survives_its_address(label):
    attributes = dict(Tags(image(svg(label), label)).attributes)
    decoded = unquote(attributes["src"].split(",", 1)[1])
    assert ElementTree.canonicalize(decoded) == ElementTree.canonicalize(svg(label))
    assert attributes["alt"] == label
    assert (attributes["width"], attributes["height"]) == ("720", "320")


@pytest.mark.parametrize("label", LABELS)
def test_another_svg_leaves_no_text_behind_for_the_font(label):
    assert visible_text(f"<p>前</p>{image(svg(label), label)}<p>后</p>") == "前后"


def ours(words, label="x"):
    return framed(f'<text x="1" y="2" fill="#000">{words}</text>', 40, 20, words, label)


@pytest.mark.parametrize("label", LABELS)
def test_a_chart_of_ours_is_an_element_with_its_label(label):
    seen = Tags(image(ours("塔城"), label))
    assert seen.tags == ["svg", "g", "text"]
    assert dict(seen.attributes)["aria-label"] == label
    assert seen.text == "塔城"


def test_the_words_of_a_chart_are_in_the_font_of_its_page():
    page = f"{FONT_PLACE}</style>{image(ours('塔城 &lt;'), '图')}"
    assert visible_text(page) == "塔城 <"
    assert finish(page, "x") == finish(page.replace("塔城", "城塔"), "x").replace("城塔", "塔城")
    assert finish(page, "x") != finish(page.replace("塔城", "塔塔"), "x").replace("塔塔", "塔城")
    with pytest.raises(ReportError, match="U\\+1F600"):
        finish(page.replace("塔城", "😀"), "x")
