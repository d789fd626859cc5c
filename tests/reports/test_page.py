"""Charts in an address: what a browser decodes is the chart that went in."""

from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from sample_report import SVG, Tags

from analysis.reports.page import image, visible_text

LABELS = ["100 % #1", '塔城\'s "share"', "a & b < c", "&#60;script&#62;", "a > b\n\tc"]


def svg(label):
    root = ElementTree.fromstring(SVG)  # noqa: S314
    root.set("aria-label", label)
    return ElementTree.tostring(root, encoding="unicode")


@pytest.mark.parametrize("label", LABELS)
def test_a_chart_survives_its_address(label):
    attributes = dict(Tags(image(svg(label), label)).attributes)
    decoded = unquote(attributes["src"].split(",", 1)[1])
    assert ElementTree.canonicalize(decoded) == ElementTree.canonicalize(svg(label))
    assert attributes["alt"] == label
    assert (attributes["width"], attributes["height"]) == ("720", "320")


@pytest.mark.parametrize("label", LABELS)
def test_a_chart_leaves_no_text_behind_for_the_font(label):
    assert visible_text(f"<p>前</p>{image(svg(label), label)}<p>后</p>") == "前后"
