"""Texts: words exactly, numbers within a tolerance, whatever they are written like."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from analysis.regression.text import as_number, compare_text
from analysis.regression.tolerance import Tolerance

EXACT = Tolerance(0, 0)
LOOSE = Tolerance(relative=0.5)
# What may stand before and after a number without making it a code.
BEFORE = st.sampled_from(
    ["", "共", "共 ", "(", "=", "¥", "[1, ", "a: ", "±", "a,", "\n", "3–", "%-"]
)
AFTER = st.sampled_from(
    ["", "万元", "%", "kg", " ", ")", "元/人/月", "，", ".", ". And", "]", ",b", "\n"]
)
FIGURES = st.floats(-1e12, 1e12).filter(lambda x: x == 0 or abs(x) > 1e-6)


def found(old, new, tolerance=EXACT, **how):
    return list(compare_text(old, new, tolerance, **how))


def written(number):
    """Return ways of writing a number, each of which says it to the last digit."""
    plain = repr(number)
    ways = [plain, plain.replace("-", "−") if "e" not in plain else plain, f"{number:.17e}"]
    return [*ways, f"{number:,.1f}"] if number == round(number, 1) else ways


@given(st.text())
def test_a_text_is_the_same_as_itself(text):
    assert not found(text, text)
    assert not found(text + " ", f" {text}")


@given(BEFORE, FIGURES, AFTER, st.data())
def test_a_number_is_the_same_however_it_is_written(before, number, after, data):
    one, other = (data.draw(st.sampled_from(written(number))) for _ in range(2))
    assert not found(before + one + after, before + other + after)


@given(BEFORE, FIGURES, FIGURES, AFTER)
def test_another_number_is_found_as_a_number(before, old, new, after):
    assume(old != new and (before[-1:] not in "3–%-" or min(old, new) >= 0))
    (difference,) = found(f"{before}{old!r}{after}", f"{before}{new!r}{after}")
    assert difference.kind == "number"
    assert difference.values == (old, new)


@given(BEFORE, FIGURES, st.floats(-0.2, 0.2), AFTER)
def test_a_number_is_compared_within_the_tolerance(before, old, part, after):
    new = old * (1 + part)
    tolerance = Tolerance(relative=0.1, absolute=0)
    changed = bool(found(f"{before}{old!r}{after}", f"{before}{new!r}{after}", tolerance))
    assert changed != tolerance.accepts(old, new)


@given(st.lists(st.sampled_from(["人均", "98", "1.5", "ratio", "−3", "\n", "Q3", "062300", "a-b"])))
def test_any_other_word_is_found(words):
    text = " ".join(["start", *words, "end"])
    for number, word in enumerate(words):
        changed = " ".join(["start", *words[:number], f"{word}x", *words[number + 1 :], "end"])
        assert found(text, changed, LOOSE), word
        missing = " ".join(["start", *words[:number], *words[number + 1 :], "end"])
        assert word == "\n" or found(text, missing, LOOSE), word


NAMES = [
    ("code 062300", "code 062301"),
    ("Q3", "Q4"),
    ("v2", "v3"),
    ("A-12", "A-13"),
    ("COVID-19", "COVID-20"),
    ("UTF-8", "UTF-9"),
    ("2024-05", "2024-06"),
    ("2024-05-31.", "2024-05-30."),
    ("2024/5/31", "2024/5/30"),
    ("2024.05.31", "2024.05.30"),
    ("财年 2023/24", "财年 2023/25"),
    ("2024年", "2025年"),
    ("2024年12月", "2024年11月"),
    ("12月31日", "12月30日"),
    ("第3位", "第4位"),
    ("10x5", "10x6"),
    ("3m2", "3m3"),
    ("192.168.0.1", "192.168.0.2"),
    ("1e400", "1e500"),
    ("9" * 400, "9" * 399 + "8"),
    ("5 %", "5 ‰"),
    ("-", "−"),
    ("nan", "1.5"),
    ("元/人/月", "元/户/月"),
    (r"$\alpha\beta\cdot x$", r"$\gamma\beta\cdot x$"),
]


@pytest.mark.parametrize(("old", "new"), NAMES)
def test_a_name_counts_exactly_even_with_a_wide_tolerance(old, new):
    (difference,) = found(f"see {old} here", f"see {new} here", LOOSE)
    assert difference.kind == "text"
    assert difference.old != difference.new


@pytest.mark.parametrize("code", ["654221", "654221100201", "1700000000", "12345678901234567890"])
def test_a_code_that_looks_like_a_number_counts_exactly_by_default(code):
    assert found(code, str(int(code) + 1), Tolerance())


SAME = [
    ("1,234", "1234"),
    ("1,234,567.5", "1234567.5"),
    ("−5", "-5"),
    ("1.50", "1.5"),
    ("1523.45 元", "1523.4500000001 元"),
    ("413万元", "413.0万元"),
    ("0.28–0.57", "0.28000000000001–0.57"),
    ("32-33", "32.0-33"),
    ("12.5kg", "12.500000000001kg"),
    ("a,0.3,5", "a,0.30000000000000004,5"),
    (".25", "0.25"),
    ("1.5E-3", "0.0015"),
    ("[1. 0.]", "[ 1.00000000e+00 -2.22044605e-16]"),
    ("(1, 2.)", "(1, 2)"),
    ("\x1b[31m12.5\x1b[0m a", "12.500000000001 a"),
    ("a    1\n--------", "a 1\n-----------"),
    ("a\r\nb", "a\nb"),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_noise_and_ways_of_writing_make_no_difference(old, new):
    assert not found(old, new, Tolerance())
    assert not found(new, old, Tolerance())


CHANGED = [
    ("1,234", "1,235"),
    ("32-33", "32-34"),
    ("0.28–0.57", "0.28–0.58"),
    ("5%-10%", "5%-11%"),
    ("1,2,3", "1,2,4"),
    ("1/3", "1/4"),
    ("3:1", "4:1"),
    ("-5", "5"),
    ("[1. 0.]", "[1. 0.1]"),
    ("1e5", "1e6"),
]


@pytest.mark.parametrize(("old", "new"), CHANGED)
def test_a_number_among_others_is_found(old, new):
    (difference,) = found(old, new, Tolerance())
    assert difference.kind == "number"


def test_each_number_is_told_with_the_words_around_it():
    old = "塔城市 1.5 和 2.5\n额敏县 3.5"
    new = "塔城市 1.5 和 2.6\n额敏县 3.6"
    assert [(each.old, each.new, each.where()) for each in found(old, new)] == [
        ("2.5", "2.6", "塔城市 1.5 和 […]"),
        ("3.5", "3.6", "额敏县 […]"),
    ]


def test_the_first_other_word_is_told_with_its_line():
    (difference,) = found("a 1\nb 2\nc 3", "a 1\nb 2\nd 3")
    assert (difference.old, difference.new, difference.where()) == ("c 3", "d 3", "3")


@given(st.text(alphabet="ab1 \n.,-", max_size=30), st.text(alphabet="ab1 \n.,-", max_size=30))
@example("a 1.", "a 1")
def test_only_gaps_and_ways_of_writing_a_number_may_differ(old, new):
    # Strip what may differ; the rest is then the same if and only if no difference is told.
    if not found(old, new):
        plain = [re.sub(r"[\s,.0+-]|\d+", "", text) for text in (old, new)]
        assert plain[0] == plain[1]
        digits = [sum(map(float, re.findall(r"\d+", text))) == 0 for text in (old, new)]
        assert digits[0] == digits[1]


def test_in_a_table_times_and_versions_are_figures():
    assert not found("at 08:15:00", "at 08:15:01")
    assert found("at 08:15:00", "at 08:15:01", in_table=True)
    assert found("1.2.3", "1.2.4", in_table=True)


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_is_read_as_such(number):
    assert as_number(f"{number:,}") == number
    assert isinstance(as_number(f"{number:,}"), int)
    assert isinstance(as_number(f"{number}.0"), float)
