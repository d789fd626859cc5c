"""What is kept is given again for the same data, for no other, and is nobody else's."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cases import SHIPPED
from hypothesis import given
from hypothesis import strategies as st

from analysis.case import load_case
from analysis.kept import content_key, kept
from analysis.statuses import status_of, with_status
from analysis.stock import StockPlan, simulate
from analysis.uncertainty import share_uncertainty


@dataclass(frozen=True)
class Point:
    x: float
    y: object = None


@dataclass(frozen=True)
class Place:
    x: float
    y: object = None


@dataclass
class Loose:
    x: float


def counted(function: Callable, maxsize: int = 4):
    """Return the function kept, and the list of its calls."""
    calls = []

    @kept(maxsize=maxsize)
    def called(*args, **kwargs):
        calls.append(args)
        return function(*args, **kwargs)

    return called, calls


MONEY = pd.Series({"a": 30.0, "b": 10.0}, name="amount_wan")
TEXTS = pd.DataFrame({"text": pd.Series(["x", None, "x"], dtype="str"), "n": [1.0, np.nan, 2.0]})
PLACES = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])

DIFFERENT = [
    (MONEY, MONEY + 1),
    (MONEY, MONEY.rename("other")),
    (MONEY, MONEY.rename({"a": "c"})),
    (MONEY, MONEY.iloc[::-1]),
    (MONEY, MONEY.to_frame()),
    (MONEY, MONEY.astype("float32")),
    (MONEY, MONEY.set_axis(PLACES)),
    (MONEY.set_axis(PLACES), MONEY.set_axis(PLACES.set_names(["unit", "year"]))),
    (MONEY.reset_index(drop=True), MONEY.set_axis(pd.Index([0, 1]))),
    (MONEY, with_status(MONEY, "official")),
    (with_status(MONEY, "official"), with_status(MONEY, "estimate")),
    (TEXTS, TEXTS.assign(text=["x", "x", None])),
    (TEXTS, TEXTS.assign(text=["x", "nan", "x"])),
    (TEXTS, TEXTS.assign(n=[1.0, 3.0, 2.0])),
    (TEXTS, TEXTS[["n", "text"]]),
    (TEXTS, with_status(TEXTS, {"n": "official"})),
    (with_status(TEXTS, {"n": "official"}), with_status(TEXTS, {"n": "synthetic"})),
    (pd.DataFrame({"a": [1.0], "b": [2.0]}), pd.DataFrame({"a": [2.0], "b": [1.0]})),
    (pd.Series([1, True], dtype=object), pd.Series([1, 1], dtype=object)),
    (pd.Series([("a", "b")]), pd.Series([("a,", "b")])),
    (np.zeros(4), np.zeros((2, 2))),
    (np.zeros(2), np.zeros(2, dtype=int)),
    (np.array(["2024-01-01"], "M8[D]"), np.array(["2024-01-02"], "M8[D]")),
    (1, True),
    (1, 1.0),
    (1, "1"),
    (None, "None"),
    (0, np.int64(0)),
    ("ab", ["a", "b"]),
    (["a", "b"], ("a", "b")),
    (["a", "b"], ["ab", ""]),
    ([MONEY, 1], [MONEY, 2]),
    ({"a": 1}, {"a": 2}),
    ({"a": 1}, {"b": 1}),
    (Path("a"), "a"),
    (b"a", "a"),
    (Point(1.0), Point(2.0)),
    (Point(1.0), Place(1.0)),
    (Point(1.0, MONEY), Point(1.0, MONEY + 1)),
    (Loose(1.0), Loose(2.0)),
    ({1, 2}, {1, 3}),
    (pd.Series(["a"], dtype="category"), pd.Series(["a"])),
]


@pytest.mark.parametrize(("one", "two"), DIFFERENT)
def test_other_values_have_another_key_and_equal_ones_the_same(one, two):
    assert content_key(one) != content_key(two)
    for value in (one, two):
        own = value.copy() if hasattr(value, "copy") else value
        assert content_key(own) == content_key(value) is not None


@given(st.lists(st.tuples(st.text(max_size=3), st.floats()), max_size=4), st.data())
def test_a_key_is_shared_by_frames_that_are_equal_and_by_no_others(rows, data):
    other = [row for row in rows if data.draw(st.booleans())]
    frames = [
        pd.DataFrame({"t": pd.Series([t for t, _ in each], dtype="str"), "x": [x for _, x in each]})
        for each in (rows, other)
    ]
    same = rows == other or frames[0].equals(frames[1])
    assert (content_key(frames[0]) == content_key(frames[1])) == same


def test_equal_texts_are_one_whether_or_not_they_are_one_object():
    again = "".join(["a", "b"])
    assert content_key(["ab", "ab"]) == content_key(["ab", again])
    twice, apart = pd.Series(["ab"] * 2, dtype="str"), pd.Series(["ab", again], dtype="str")
    assert content_key(twice) == content_key(apart)


def test_arguments_do_not_run_into_each_other():
    assert content_key("a", "bc") != content_key("ab", "c")
    assert content_key(MONEY, 1) != content_key(1, MONEY)


def test_a_result_is_given_again_for_the_same_data_alone():
    shares, calls = counted(lambda money, scale=1: money / money.sum() * scale)
    first = shares(MONEY)
    assert shares(MONEY.copy()).equals(first)
    assert len(calls) == 1
    assert shares(MONEY, scale=2).equals(2 * first)
    assert shares(MONEY * 2 + 1)["a"] == pytest.approx(61 / 82)
    assert len(calls) == 3


def test_however_the_arguments_are_written_they_are_the_same():
    calls = []

    @kept()
    def total(money, *, scale=1):
        calls.append(scale)
        return money.sum() * scale

    assert {total(MONEY), total(money=MONEY), total(MONEY, scale=1)} == {40.0}
    assert len(calls) == 1
    with pytest.raises(TypeError, match="money"):
        total()


def test_data_changed_in_place_is_other_data():
    total, calls = counted(lambda money: money.sum())
    money = MONEY.copy()
    assert total(money) == 40
    money["a"] = 60.0
    assert total(money) == 70
    case = load_case(SHIPPED)
    allocated, calls = counted(lambda case: case.amount_wan().sum())
    assert [allocated(case), allocated(load_case(SHIPPED))] == [413, 413]
    assert len(calls) == 1
    case.allocation.loc[3, "amount_wan"] += 7
    assert allocated(case) == 420


def test_what_a_caller_changes_reaches_nobody_else():
    made, _ = counted(
        lambda: (MONEY.to_frame(), {"array": np.zeros(2)}, [1], Point(1.0, MONEY.to_frame()))
    )
    for _ in range(2):
        frame, named, items, point = made()
        frame.loc["a", "amount_wan"] = -1.0
        point.y.loc["a", "amount_wan"] = -1.0
        items.append(2)
        named["more"] = 1
        with pytest.raises(ValueError, match="read-only"):
            named["array"][0] = 1
    frame, named, items, point = made()
    assert frame.loc["a", "amount_wan"] == point.y.loc["a", "amount_wan"] == 30
    assert (list(named), items) == (["array"], [1])


def test_a_status_survives_and_belongs_to_the_key():
    doubled, calls = counted(lambda money: with_status(money * 2, status_of(money)))
    for _ in range(2):
        for status in ("official", "synthetic"):
            assert status_of(doubled(with_status(MONEY, status))) == status
    assert len(calls) == 2
    changed = with_status(MONEY, "official").copy()
    changed["a"] = 31.0
    assert status_of(doubled(changed)) == "assumption"


def test_the_result_not_asked_for_longest_goes_first():
    double, calls = counted(lambda x: 2 * x, maxsize=2)
    for x in (1, 2, 1, 3, 1, 2):
        assert double(x) == 2 * x
    assert calls == [(1,), (2,), (3,), (2,)]


class Redefined:
    """As a cell of a notebook makes it: it may be made anew, with other code."""


Redefined.__module__ = "__main__"


@pytest.mark.parametrize(
    "value", [lambda: 1, iter("a" for _ in "a"), Redefined(), Redefined, Point(1.0, lambda: 1)]
)
def test_what_cannot_be_told_apart_is_computed_each_time(value):
    same, calls = counted(lambda value: 1)
    assert [same(value), same(value)] == [1, 1]
    assert len(calls) == 2


def test_results_that_could_be_changed_are_not_kept():
    made, calls = counted(lambda: Loose(1.0))
    made().x = 2.0
    assert made().x == 1.0
    assert len(calls) == 2
    case, calls = counted(lambda: load_case(SHIPPED))
    allocation = case().allocation
    allocation.loc[3, "amount_wan"] = 0.0
    assert not case().is_changed


def test_an_error_is_not_kept():
    divided, calls = counted(lambda x: 1 / x)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            divided(0)
    assert len(calls) == 2


def test_doubt_and_stock_are_those_of_the_data_given():
    amount = pd.Series({"a": 32.0, "b": 30.0})
    need = pd.DataFrame({"persons": 500, "low": [500, 250], "high": [500, 1000]}, ["a", "b"])
    for money in (amount, amount * [1, 2]):
        given_again = [
            share_uncertainty(money, need, rounding_wan=1, draws=50, seed=1) for _ in range(2)
        ]
        anew = share_uncertainty.__wrapped__(money, need, rounding_wan=1, draws=50, seed=1)
        for each in given_again:
            pd.testing.assert_frame_equal(each, anew, check_exact=True)
    plan = StockPlan(
        unit_code=["a"],
        opening_wan=[[0.0]],
        vintage=[2024],
        receipts_wan=[[67.0] + [0.0] * 11],
        demand_wan=[[6.0] * 12],
        growth=[0.0],
        volatility=[0.1],
        lump_rate=[0.0],
        lump_mean_wan=[0.0],
        correlation=0.0,
    )
    once, again = (simulate(plan, paths=50, seed=1) for _ in range(2))
    anew = simulate.__wrapped__(plan, paths=50, seed=1)
    for each in (once, again):
        np.testing.assert_array_equal(each.quantiles, anew.quantiles)
        assert not each.quantiles.flags.writeable
    assert np.shares_memory(once.quantiles, again.quantiles)
