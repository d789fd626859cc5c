"""Numbers within a tolerance, words and places exactly."""

import json
import random
import re

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from analysis.errors import UsageError
from analysis.regression.compare import (
    NOTHING,
    Tolerance,
    as_number,
    compare_facts,
    compare_text,
)
from analysis.regression.outputs import compare_json, words

EXACT = Tolerance(0, 0)
LOOSE = Tolerance(relative=0.5)
SIZES = st.floats(0, 2, allow_subnormal=False)


# ---- How far a number may be from the one that was accepted.
@given(st.floats(), st.floats(), SIZES, SIZES)
def test_numbers_are_as_close_as_numpy_finds_them(old, new, relative, absolute):
    with np.errstate(over="ignore"):
        close = np.isclose(new, old, rtol=relative, atol=absolute, equal_nan=True)
    assert Tolerance(relative, absolute).accepts(old, new) == close


@given(st.integers(), st.integers())
def test_another_whole_number_is_another_number_however_long(old, new):
    assert Tolerance().accepts(old, new) == (old == new)


def test_a_cell_says_more_than_its_notebook_and_that_more_than_the_run():
    run = Tolerance(relative=1e-3, image=5)
    notebook = run.updated({"rtol": 0.1, "atol": "2"}, "a.ipynb")
    assert notebook == Tolerance(0.1, 2, 5)
    assert notebook.of_cell(["lang-zh", "relief-rtol=0.25"], "cell 1") == Tolerance(0.25, 2, 5)
    assert run.updated({}, "a.ipynb") == run == run.of_cell((), "cell 1")


@pytest.mark.parametrize(
    "own", [{"rtol": -1}, {"rtol": True}, {"rtol": None}, {"rtol": "nan"}, {"tol": 1}, 0.1, [1]]
)
def test_what_is_no_tolerance_is_told_with_its_place(own):
    with pytest.raises(UsageError, match=r"a\.ipynb"):
        Tolerance().updated(own, "a.ipynb")


@pytest.mark.parametrize("tag", ["relief-rtol", "relief-rtol=inf", "relief-", "relief-tol=1"])
def test_a_tag_that_is_no_tolerance_is_told_with_its_cell(tag):
    with pytest.raises(UsageError, match="cell 7"):
        Tolerance().of_cell([tag], "cell 7")


# ---- Texts. What may stand before and after a number without making it a code:
BEFORE = st.sampled_from(["", "共", "共 ", "(", "=", "¥", "[1, ", "±", "a,", "\n", "3–", "%-"])
AFTER = st.sampled_from(
    ["", "万元", "%", "kg", " ", ")", "元/人/月", "，", ".", ". And", ",b", "\n"]
)
FIGURES = st.floats(-1e12, 1e12).filter(lambda x: x == 0 or abs(x) > 1e-6)


def found(old, new, tolerance=EXACT):
    return list(compare_text(words(old), words(new), tolerance))


def written(number):
    """Return ways of writing a number, each of which says it to the last digit."""
    plain = repr(number)
    ways = [plain, plain.replace("-", "−") if "e" not in plain else plain, f"{number:.17e}"]
    return [*ways, f"{number:,.1f}"] if number == round(number, 1) else ways


@given(st.text())
def test_a_text_is_the_same_as_itself(text):
    assert not found(text, f" {text}\n")


@given(BEFORE, FIGURES, AFTER, st.data())
def test_a_number_is_the_same_however_it_is_written(before, number, after, data):
    one, other = (data.draw(st.sampled_from(written(number))) for _ in range(2))
    assert not found(before + one + after, before + other + after)


@given(BEFORE, FIGURES, FIGURES, AFTER)
def test_another_number_is_found_as_a_number(before, old, new, after):
    assume(old != new and (before[-1:] not in "3–%-" or min(old, new) >= 0))
    (difference,) = found(f"{before}{old!r}{after}", f"{before}{new!r}{after}")
    assert difference.values == (old, new)


@given(st.lists(st.sampled_from(["人均", "98", "1.5", "ratio", "−3", "\n", "Q3", "062300", "a-b"])))
def test_any_other_word_is_found(said):
    text = " ".join(["start", *said, "end"])
    for number, word in enumerate(said):
        changed = " ".join(["start", *said[:number], f"{word}x", *said[number + 1 :], "end"])
        assert found(text, changed, LOOSE), word
        missing = " ".join(["start", *said[:number], *said[number + 1 :], "end"])
        assert word == "\n" or found(text, missing, LOOSE), word


NAMES = [
    *(("062300", "062301"), ("Q3", "Q4"), ("v2", "v3"), ("A-12", "A-13"), ("UTF-8", "UTF-9")),
    *(("2024-05", "2024-06"), ("2024-05-31.", "2024-05-30."), ("2024/5/31", "2024/5/30")),
    *(("2024.05.31", "2024.05.30"), ("财年 2023/24", "财年 2023/25"), ("2024年", "2025年")),
    *(("2024年12月", "2024年11月"), ("12月31日", "12月30日"), ("第3位", "第4位")),
    *(("10x5", "10x6"), ("3m2", "3m3"), ("192.168.0.1", "192.168.0.2"), ("1e400", "1e500")),
    *(("9" * 400, "9" * 399 + "8"), ("5 %", "5 ‰"), ("-", "−"), ("nan", "1.5")),
    *(("元/人/月", "元/户/月"), (r"$\alpha\cdot x$", r"$\gamma\cdot x$")),
]


@pytest.mark.parametrize(("old", "new"), NAMES)
def test_a_name_counts_exactly_even_with_a_wide_tolerance(old, new):
    (difference,) = found(f"see {old} here", f"see {new} here", LOOSE)
    assert difference.values is None
    assert difference.old != difference.new


SAME = [
    *(("1,234", "1234"), ("1,234,567.5", "1234567.5"), ("−5", "-5"), ("1.50", "1.5")),
    *(("1523.45 元", "1523.4500000001 元"), ("413万元", "413.0万元"), ("32-33", "32.0-33")),
    *(("0.28–0.57", "0.28000000000001–0.57"), ("12.5kg", "12.500000000001kg"), (".25", "0.25")),
    *(("a,0.3,5", "a,0.30000000000000004,5"), ("1.5E-3", "0.0015"), ("(1, 2.)", "(1, 2)")),
    *(("[1. 0.]", "[ 1.00000000e+00 -2.22044605e-16]"), ("\x1b[31m12.5\x1b[0m a", "12.5 a")),
    *(("a    1\n--------", "a 1\n-----------"), ("a\r\nb", "a\nb")),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_noise_and_ways_of_writing_make_no_difference(old, new):
    assert not found(old, new, Tolerance())
    assert not found(new, old, Tolerance())


CHANGED = [
    *(("1,234", "1,235"), ("32-33", "32-34"), ("0.28–0.57", "0.28–0.58"), ("5%-10%", "5%-11%")),
    *(("1,2,3", "1,2,4"), ("1/3", "1/4"), ("3:1", "4:1"), ("-5", "5"), ("[1. 0.]", "[1. 0.1]")),
    *(("1e5", "1e6"), ("654221", "654222"), ("654221100201", "654221100202")),
]


@pytest.mark.parametrize(("old", "new"), CHANGED)
def test_a_number_among_others_is_found(old, new):
    (difference,) = found(old, new, Tolerance())
    assert difference.values


def test_each_number_is_told_with_the_words_around_it():
    old = "塔城市 1.5 和 2.5\n额敏县 3.5"
    new = "塔城市 1.5 和 2.6\n额敏县 3.6"
    assert [(each.old, each.new, each.place) for each in found(old, new)] == [
        ("2.5", "2.6", ("塔城市 1.5 和 […]",)),
        ("3.5", "3.6", ("额敏县 […]",)),
    ]


def test_the_first_line_with_other_words_is_told():
    (difference,) = found("a 1\nb 2\nc 3", "a 1\nb 2\nd 3\ne")
    assert (difference.old, difference.new, difference.place) == ("c 3", "d 3", ("#3",))
    (difference,) = found("a 1", "a 1\nb")
    assert (difference.old, difference.new) == (NOTHING, "b")


@given(st.text(alphabet="ab1 \n.,-", max_size=30), st.text(alphabet="ab1 \n.,-", max_size=30))
@example("a 1.", "a 1")
def test_only_gaps_and_ways_of_writing_a_number_may_differ(old, new):
    # Strip what may differ; the rest is then the same if and only if no difference is told.
    if not found(old, new):
        plain = [re.sub(r"[\s,.0+-]|\d+", "", text) for text in (old, new)]
        assert plain[0] == plain[1]
        digits = [sum(map(float, re.findall(r"\d+", text))) == 0 for text in (old, new)]
        assert digits[0] == digits[1]


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_is_read_as_such(number):
    assert as_number(f"{number:,}") == number
    assert isinstance(as_number(f"{number:,}"), int)
    assert isinstance(as_number(f"{number}.0"), float)


# ---- Facts, each with its place.
def test_places_missing_moved_and_repeated_are_told():
    old = [(("t", name), number) for name, number in (("a", 1), ("b", 2), ("b", 3))]

    def places(new):
        return [(each.place, each.old, each.new) for each in compare_facts(old, new, EXACT)]

    assert places(old) == []
    assert places(old[:2]) == [(("t", "b (2)"), "3", NOTHING)]
    assert places([*old, (("t", "c"), "x")]) == [(("t", "c"), NOTHING, "x")]
    assert places([old[1], old[0], old[2]]) == [(("t",), "a", "b")]
    assert places([old[0], old[2], old[1]]) == [(("t", "b"), "2", "3"), (("t", "b (2)"), "3", "2")]


# ---- JSON. Words without digits or paths, as what those are compared by has tests of its own.
WORDS = st.text("abc人", max_size=3)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)


def changes(old, new, tolerance=EXACT):
    return list(compare_json(old, new, tolerance))


def canonical(value):
    """Return a text that is the same for the same value; 1 and 1.0 are one, True and 1 are not."""
    if isinstance(value, dict):
        return json.dumps({name: canonical(value[name]) for name in sorted(value)})
    if isinstance(value, list):
        return json.dumps([canonical(each) for each in value])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value)


@given(JSON, JSON)
def test_two_values_differ_where_their_canonical_texts_do(old, new):
    assert bool(changes({"of": old}, {"of": new})) == (canonical(old) != canonical(new))


@given(JSON, st.randoms(use_true_random=False))
def test_the_order_of_names_does_not_count(value, chance):
    assert not changes(value, shuffled(value, chance))


def shuffled(value, chance):
    if isinstance(value, dict):
        return {name: shuffled(value[name], chance) for name in chance.sample([*value], len(value))}
    return [shuffled(each, chance) for each in value] if isinstance(value, list) else value


@given(st.lists(st.integers(), unique=True, min_size=2))
def test_the_order_of_a_list_counts(values):
    other = random.Random(len(values)).sample(values, len(values))  # noqa: S311
    assume(other != values)
    assert changes(values, other)


@pytest.mark.parametrize(
    ("old", "new"),
    [(True, 1), (False, 0), (None, 0), (None, ""), (None, False), ("1", 1), ([], {}), ("", [])],
)
def test_another_kind_of_value_is_another_value(old, new):
    assert changes({"a": old}, {"a": new}, Tolerance(1, 1))
    assert changes({"a": new}, {"a": old}, Tolerance(1, 1))


def test_numbers_and_those_in_texts_are_compared_within_the_tolerance():
    assert not changes([1, 0.3, float("nan")], [1.0, 0.1 + 0.2, float("nan")], Tolerance())
    (difference,) = changes({"n": 100}, {"n": 102}, Tolerance(relative=0.01))
    assert difference.values == (100, 102)
    assert not changes({"answer": "人均 148.8 元"}, {"answer": "人均 148.9 元"}, Tolerance(0.01))
    assert changes({"answer": "人均 148.8 元"}, {"answer": "人均 168.8 元"}, Tolerance(0.01))
    assert changes([10**400], [10**400 + 1], Tolerance())


ROW = {"name": "额敏县", "ratio": 1.52}
PLACES = [
    ({"rows": [ROW]}, {"rows": [{**ROW, "ratio": 2}]}, ("rows", "额敏县", "ratio")),
    ({"tables": {"t": [ROW]}}, {"tables": {"t": [{**ROW, "ratio": 2}]}}, ("t", "额敏县", "ratio")),
    ({"rows": [["额敏县", 1]]}, {"rows": [["额敏县", 2]]}, ("rows", "额敏县", "#2")),
    ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ("a", "b", "#2")),
    ({"a": 1, "b": 1}, {"b": 1}, ("a",)),
    ({"b": 1}, {"a": 1, "b": 1}, ("a",)),
    ([1], [1, 2], ("#2",)),
]


@pytest.mark.parametrize(("old", "new", "place"), PLACES)
def test_a_place_is_told_by_names(old, new, place):
    (difference,) = changes(old, new)
    assert difference.place == place
