"""A note shows names letter by letter, whatever they are made of."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.note import Note
from analysis.report.prose import Prose

NASTY = [
    '<script>alert("1")</script>',
    "a|b",
    "*c* _d_ **e** `f` ~~g~~",
    "[x](javascript:1)",
    "![x](https://example.org/a.png)",
    "https://example.org",
    "$f$ and $$g$$",
    "1. one",
    "12) twelve",
    "- dash",
    "+ plus",
    "# title",
    "> quote",
    "&amp; &lt;",
    "a\n\n# b",
    "---",
    "===",
    "\\",
]


def shown(html):
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


@pytest.mark.parametrize("text", NASTY)
def test_a_note_is_shown_as_it_is(text):
    html = Prose()(Note(text)._repr_markdown_())
    assert re.fullmatch(r"\s*<p>[^<>]*</p>\s*", html), html
    assert shown(html) == " ".join(text.split())


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1))
def test_any_ascii_text_is_shown_as_it_is(text):
    said = " ".join(text.split())
    assert shown(Prose()(Note(said)._repr_markdown_())) == said


@pytest.mark.parametrize("text", NASTY)
def test_the_points_of_a_note_are_a_list(text):
    html = Prose()(Note("", (text, "second"))._repr_markdown_())
    assert html.count("<li>") == 2
    assert html.count("<ul>") == 1
    assert not set(re.findall(r"<(\w+)", html)) - {"ul", "li", "p"}
