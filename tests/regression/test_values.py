"""JSON values: names, order and kinds exactly, numbers within a tolerance, and places to read."""

import json
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.regression.tolerance import Tolerance
from analysis.regression.values import compare_values

EXACT = Tolerance(0, 0)
# Words without digits or paths, as what they are compared by has tests of its own.
WORDS = st.text("abc人", max_size=3)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)


def found(old, new, tolerance=EXACT):
    return list(compare_values(old, new, tolerance))


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
    assert bool(found(old, new)) == (canonical(old) != canonical(new))


@given(JSON, st.randoms(use_true_random=False))
def test_the_order_of_names_does_not_count(value, chance):
    assert not found(value, shuffled(value, chance))


def shuffled(value, chance):
    if isinstance(value, dict):
        names = chance.sample(list(value), len(value))
        return {name: shuffled(value[name], chance) for name in names}
    return [shuffled(each, chance) for each in value] if isinstance(value, list) else value


@given(st.lists(st.integers(), unique=True, min_size=2))
def test_the_order_of_a_list_counts(values):
    chance = random.Random(len(values))  # noqa: S311
    other = chance.sample(values, len(values))
    assume(other != values)
    assert found(values, other)


@pytest.mark.parametrize(
    ("old", "new"),
    [(True, 1), (False, 0), (None, 0), (None, ""), (None, False), ("1", 1), ([], {}), ("", [])],
)
def test_another_kind_of_value_is_another_value(old, new):
    assert found({"a": old}, {"a": new}, Tolerance(1, 1))
    assert found({"a": new}, {"a": old}, Tolerance(1, 1))


def test_numbers_are_compared_within_the_tolerance():
    assert not found([1, 0.3, float("nan")], [1.0, 0.30000000000000004, float("nan")], Tolerance())
    (difference,) = found({"n": 100}, {"n": 102}, Tolerance(relative=0.01))
    assert (difference.kind, difference.values) == ("number", (100, 102))


def test_numbers_in_texts_are_compared_within_the_tolerance():
    assert not found({"answer": "人均 148.8 元"}, {"answer": "人均 148.9 元"}, Tolerance(0.01))
    assert found({"answer": "人均 148.8 元"}, {"answer": "人均 168.8 元"}, Tolerance(0.01))


def test_a_long_code_counts_exactly():
    assert found([654221100201], [654221100202], Tolerance())


def test_a_number_longer_than_any_float_is_compared():
    assert not found(10**400, 10**400)
    assert found(10**400, 10**400 + 1, Tolerance())
    assert found(1.5, 10**400, Tolerance(relative=1))


ROW = {"name": "额敏县", "ratio": 1.52}
PLACES = [
    ({"rows": [ROW]}, {"rows": [{**ROW, "ratio": 2}]}, "rows › 额敏县 › ratio"),
    ({"rows": [["额敏县", 1]]}, {"rows": [["额敏县", 2]]}, "rows › 额敏县 › #2"),
    ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a › b › #2"),
    ({"a": 1}, {}, "a"),
    ({}, {"a": 1}, "a"),
    ([1], [1, 2], "[1 → 2]"),
    ([1, 2], [1], "[2 → 1]"),
]


@pytest.mark.parametrize(("old", "new", "place"), PLACES)
def test_a_place_is_told_by_names(old, new, place):
    (difference,) = found(old, new)
    assert difference.where() == place


def test_what_is_missing_or_too_much_is_told():
    (missing,), (extra,) = found({"a": "x", "b": 1}, {"b": 1}), found([1], [1, "y"])
    assert (missing.kind, missing.old, missing.new) == ("shape", "x", "—")
    assert (extra.kind, extra.old, extra.new) == ("shape", "—", "y")
