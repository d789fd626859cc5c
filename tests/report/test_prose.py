"""Markdown can do no harm, and its headings make an outline."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_report import Tags

from analysis.report.prose import Heading, Prose


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](//example.org)",
        "[x](https://example.org)",
        "<https://example.org>",
        "![x](https://example.org/x.png)",
        "![x](x.png)",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_nothing_in_markdown_leads_out_of_the_page(link):
    seen = Tags(Prose()(link))
    assert not [name for name, _ in seen.attributes if name in ("href", "src")]


def test_a_web_address_is_printed_beside_its_text():
    assert "(https://example.org/a)" in Prose()("[the law](https://example.org/a)")


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_headings_never_skip_a_level_and_there_is_at_most_one_first(levels):
    prose = Prose()
    html = "".join(prose(f"{'#' * level} T{n}") for n, level in enumerate(levels))
    found = [int(level) for level in re.findall(r"<h(\d) ", html)]
    assert len(found) == len(levels)
    assert found.count(1) <= 1
    assert all(b <= a + 1 for a, b in zip([1, *found], found, strict=False))
    places = re.findall(r'id="([^"]+)"', html)
    assert len(set(places)) == len(levels)


def test_the_contents_are_the_second_level():
    prose = Prose()
    prose("# A\n\n## B & C\n\n### D\n\n## E")
    assert prose.headings == [Heading("s-b-c", "B &amp; C"), Heading("s-e", "E")]


def test_equal_headings_have_different_anchors():
    html = Prose()("# 结论\n\n## 结论\n\n## 结论！\n\n## ？")
    assert re.findall(r'id="([^"]*)"', html) == ["s-结论", "s-结论-2", "s-结论-3", "s-"]


def test_the_first_heading_alone_begins_with_the_lead():
    html = Prose("<塔城市>：")("# 够不够？\n\n## 表")
    assert '<h1 id="s-够不够">&lt;塔城市&gt;：够不够？</h1>' in html
    assert html.count("塔城市") == 1
