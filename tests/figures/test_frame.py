"""Charts stand on a page as they are; nothing else does."""

import re
from xml.etree import ElementTree

import figure_samples
import pytest
import test_scenario_charts
import test_stock_charts
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures.frame import framed, inline

SAMPLES = [
    (module, name)
    for module in (figure_samples, test_stock_charts, test_scenario_charts)
    for name in module.CHARTS
]
DRAWING = (
    '<defs></defs><path d="M0 0h4" fill="#fff"/><text x="1" y="2" fill="#000">塔 &lt; 2</text>'
)
CHART = framed(DRAWING, 4, 2, "塔 < 2", "A line")
HOSTILE = [
    "<script>alert(1)</script>",
    "<foreignObject><p>x</p></foreignObject>",
    '<g onclick="alert(1)"></g>',
    '<path d="M0 0" onload="alert(1)"/>',
    '<a href="javascript:alert(1)"><text>x</text></a>',
    '<use href="https://example.org/#a"/>',
    '<use href="data:image/svg+xml,x#a"/>',
    '<use xlink:href="#caaaaaa0"/>',
    '<use href="#main"/>',
    '<path id="main" d="M0 0"/>',
    '<g id="caaaaaa0"></g>',
    '<image href="x.png"/>',
    '<g style="background:url(https://example.org)"></g>',
    '<g class="relief-strip"></g>',
    "<style>*{display:none}</style>",
    '<path d="M0 0" fill="url(https://example.org#a)"/>',
    "<animate/>",
    "<set/>",
    "<title>x</title>",
    "</svg><script>alert(1)</script><svg>",
    "</figure>",
    "<!-- -->",
    "<![CDATA[<script>]]>",
    '<?xml version="1.0"?>',
    "<<g>script>",
    "<g/onload=alert(1)>",
    "<PATH/>",
    "<path d='M0 0'/>",
]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("module", "name"), SAMPLES, ids=[f"{module.__name__}-{name}" for module, name in SAMPLES]
)
def test_every_chart_may_stand_on_a_page_with_all_that_it_draws(module, name, lang):
    chart = module.draw(name, 7, lang)
    shown = inline(chart.svg, chart.alt)
    whole, part = map(ElementTree.fromstring, (chart.svg, shown))
    for element in whole.iter():
        element.tag = element.tag.rpartition("}")[2]
    assert part.attrib == {
        "role": "img",
        "viewBox": whole.get("viewBox"),
        "aria-label": chart.alt,
    }
    style, group = whole
    assert style.tag == "style"
    assert list(map(ElementTree.tostring, part)) == [ElementTree.tostring(group)]
    assert "@font-face" not in shown and "xmlns" not in shown


@pytest.mark.parametrize("module", [figure_samples, test_stock_charts, test_scenario_charts])
def test_ids_of_charts_do_not_clash(module):
    ids = [set(re.findall(r' id="([^"]+)"', module.draw(name).svg)) for name in module.CHARTS]
    assert sum(map(len, ids)) == len(set().union(*ids))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("place", ["<text", "</defs>", "塔", "</g></svg>"])
def test_what_no_chart_holds_keeps_an_svg_off_the_page(hostile, place):
    assert inline(CHART, "x")
    assert inline(CHART.replace(place, hostile + place, 1), "x") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<svg ", '<svg onload="alert(1)" '),
        ("max-width:6px", "max-width:6px;position:fixed"),
        ("</style>", "</style><style></style>"),
        ("<style>", "<style><!--"),
        (' aria-label="A line"', ""),
        ("</g></svg>", "</g></svg> "),
        ("</g></svg>", "</g></svg><script>alert(1)</script>"),
        ("font-size=", "class="),
    ],
)
def test_another_frame_keeps_an_svg_off_the_page(old, new):
    assert old in CHART
    assert inline(CHART.replace(old, new, 1), "x") is None


@given(st.text(st.sampled_from("<>\"'&;/=# gxpath塔onload()"), max_size=40))
def test_a_page_gets_no_element_that_a_chart_has_not(text):
    shown = inline(CHART.replace("塔", text), text)
    if shown is not None:
        names = set(re.findall(r"<(?!/)([^\s>/]*)", shown))
        assert names <= {"svg", "g", "defs", "path", "rect", "text", "use", "clipPath", "pattern"}


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40))
def test_the_label_is_said_as_it_is(label):
    root = ElementTree.fromstring(inline(framed(DRAWING, 4, 2, "", label), label))  # noqa: S314
    assert root.get("aria-label") == label
