"""HTML and SVG of others: what draws stays, what runs, fetches or reaches out goes."""

import re

import pytest
from sample_report import Tags

from analysis.report.clean import clean, image, picture

STYLED = """<style type="text/css">
#T_a th, td, #T_b td {{color: blue}}
#T_a_row0 {{ {} }}
</style><table id="T_a"><tr><td id="T_a_row0">1</td></tr></table>"""


@pytest.mark.parametrize(
    "said",
    [
        "color: #b40426",
        "background: linear-gradient(90deg, #d65f5f 75.0%, transparent 75.0%)",
        "border-top: 1px solid rgba(0, 0, 0, .5)",
        "font-weight: bold",
        "text-align: left",
    ],
)
def test_harmless_styles_stay_in_place_and_in_a_sheet(said):
    name, _, value = (part.strip() for part in said.partition(":"))
    assert f'style="{name}:{value}"' in clean(f'<p style="{said}">x</p>')
    assert f"#x-1{{{name}:{value}}}" in clean(STYLED.format(said))


@pytest.mark.parametrize(
    "said",
    [
        "background:url(https://example.org/x)",
        "background:URL(//example.org)",
        "background:u\\72l(//example.org)",
        "background-image:image-set('//example.org' 1x)",
        "background:/**/url(//example.org)",
        "width:expression(alert(1))",
        "position:fixed",
        "behavior:url(#x)",
        "content:'x'",
        "color:red}*{color:blue",
        "color:'",
        "-moz-binding:url(x)",
        "z-index:9",
    ],
)
def test_other_styles_go(said):
    assert clean(f'<p style="{said}">x</p>') == "<p>x</p>"
    kept = "".join(re.findall(r"<style>(.*?)</style>", clean(STYLED.format(said))))
    assert kept in ("#x-0 th{color:blue}", "#x-0 th{color:blue}#x-1{color:red}")


@pytest.mark.parametrize(
    "selector", ["td", "#main", "#T_a + p", "#T_a ~ p", "*", "#T_a[x]", "@import 'x'; #T_a"]
)
def test_a_rule_reaches_no_further_than_its_table(selector):
    sheet = f"<style>{selector}{{color:red}}</style>"
    assert clean(f'{sheet}<table id="T_a"></table>') == '<table id="x-0"></table>'


def test_ids_are_renamed_and_classes_of_the_page_are_not_to_be_had():
    html = clean('<p id="main" class="relief-banner mine">x</p><p id="b">y</p>', mark="m")
    assert html == '<p id="m-0" class="mine">x</p><p id="m-1">y</p>'


def test_elements_of_an_svg_that_refer_to_each_other_still_do():
    svg = (
        '<svg viewBox="0 0 9 9"><clipPath id="c"><path id="p" d="M0 0h9v9z"/></clipPath>'
        '<g id="g" clip-path="url(#c)"><use xlink:href="#p" style="fill: url(\'#c\')"/></g></svg>'
    )
    kept = image(svg, "x", mark="m")
    (clip, path) = re.findall(r' id="(m-\d)"', kept)
    assert f'clip-path="url(#{clip})"' in kept
    assert f'href="#{path}"' in kept
    assert f"fill:url(#{clip})" in kept


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<g onload='alert(1)'/>",
        "<foreignObject><body onload='alert(1)'/></foreignObject>",
        "<image href='https://example.org/x.png'/>",
        "<image xlink:href='data:image/svg+xml,x'/>",
        "<use href='https://example.org/x.svg#a'/>",
        "<path fill='url(https://example.org/x#a)'/>",
        "<style>@import 'https://example.org';</style>",
        "<a href='javascript:alert(1)'>x</a>",
        "<set attributeName='href' to='javascript:alert(1)'/>",
        "<animate attributeName='href' values='https://example.org'/>",
        "<metadata>2024-01-01</metadata>",
    ],
)
def test_an_svg_keeps_nothing_that_runs_or_fetches(inside):
    seen = Tags(image(f"<svg viewBox='0 0 1 1'>{inside}<path d='M0 0'/></svg>", "x"))
    assert set(seen.tags) <= {"svg", "g", "image", "use", "path"}
    assert set(dict(seen.attributes)) <= {"role", "viewbox", "aria-label", "d"}
    assert "2024" not in seen.text


def test_uses_of_uses_come_to_nothing():
    """A few lines could draw a billion marks."""
    nested = "".join(
        f'<g id="g{n}">{f"<use href={chr(34)}#g{n - 1}{chr(34)}/>" * 10}</g>' for n in range(1, 12)
    )
    kept = image(f'<svg viewBox="0 0 1 1"><g id="g0"><path d="M0 0"/></g>{nested}</svg>', "x")
    assert " id=" not in kept


def test_an_svg_says_its_text_and_keeps_its_size_where_asked():
    svg = '<?xml version="1.0"?><!DOCTYPE svg><svg width="30pt" height="20pt" onload="x"></svg>'
    box = 'viewBox="0 0 30 20"'
    assert (
        image(svg, '2 > "1"') == f'<svg role="img" {box} aria-label="2 &gt; &quot;1&quot;"></svg>'
    )
    assert 'width="30pt" height="20pt"' in image(svg, "x", sized=True)
    assert image("no <b>picture</b>", "x") == ""


def test_pictures_are_base64_of_a_known_kind():
    assert picture("image/png", "aGk=\n") == "data:image/png;base64,aGk="
    assert picture("image/png", "a'b") == ""
    assert picture("text/html", "aGk=") == ""
    kept = clean('<img src="data:image/png;base64,aGk="><img src="https://example.org/x.png">')
    assert kept == '<img alt="" src="data:image/png;base64,aGk="><img alt="">'
