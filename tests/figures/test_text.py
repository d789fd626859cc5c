"""Text in charts is broken and shortened without losing or adding anything."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.figures.text import balanced, plain, shorten, wrap
from analysis.fonts import width

TEXTS = st.text(st.sampled_from("塔城市（）《》，。、 abc12.5%- \n"), max_size=60)


@given(TEXTS, st.integers(4, 30))
def test_wrapping_keeps_every_character(text, ems):
    assert "".join(wrap(text, ems)).replace(" ", "") == plain(text).replace(" ", "")


@given(TEXTS, st.integers(4, 30))
def test_a_line_never_starts_with_a_closing_mark(text, ems):
    for line in wrap(text, ems)[1:]:
        assert line[0] not in "，。、）》%"


@given(st.text(st.sampled_from("塔城市地区"), min_size=1, max_size=60), st.integers(2, 30))
def test_chinese_fills_its_lines(text, ems):
    lines = wrap(text, ems)
    assert [len(line) for line in lines[:-1]] == [ems] * (len(lines) - 1)


@given(TEXTS, st.integers(4, 30))
def test_balancing_needs_no_more_lines(text, ems):
    assert len(balanced(text, ems)) == len(wrap(text, ems))


@given(TEXTS, st.integers(2, 30))
def test_a_shortened_text_fits_and_begins_like_the_whole(text, ems):
    short = shorten(text, ems)
    assert width(short) <= ems
    assert plain(text).startswith(short.removesuffix("…").removesuffix("..."))


@given(st.text())
def test_plain_text_is_one_line_and_stays_as_it_is(text):
    once = plain(text)
    assert once == plain(once)
    assert "\n" not in once and once == once.strip()
