"""A figure's status travels with its frame, and a changed figure is an assumption."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import UsageError
from analysis.statuses import STATUSES, joined, status_of, weakest, with_status

ANY = st.sampled_from(STATUSES)
NUMBERS = st.lists(st.integers(-9, 9) | st.just(float("nan")), min_size=1, max_size=8)


@st.composite
def stated(draw):
    """Draw a frame of two columns, each with a status of its own."""
    values = draw(NUMBERS)
    frame = pd.DataFrame(
        {"a": values, "b": range(len(values))}, index=[f"u{n}" for n in range(len(values))]
    ).astype({"a": float})
    told = {"a": draw(ANY), "b": draw(ANY)}
    return with_status(frame, told), told


def both(frame):
    return {name: status_of(frame, name) for name in ("a", "b")}


@given(stated(), st.data())
def test_rows_left_out_and_put_in_another_order_keep_the_status(given_frame, data):
    frame, told = given_frame
    order = data.draw(st.permutations(list(frame.index)))
    some = order[: data.draw(st.integers(0, len(order)))]
    assert both(frame.loc[some]) == told
    assert both(frame.sort_values("b", ascending=False)) == told
    assert both(frame[frame["b"] > 2]) == told
    assert both(frame[["b", "a"]].copy()) == told
    assert status_of(frame["a"].loc[some]) == told["a"]


@given(stated(), st.data())
def test_one_changed_figure_makes_its_column_an_assumption_and_no_other(given_frame, data):
    frame, told = given_frame
    row = data.draw(st.sampled_from(list(frame.index)))
    changed = frame.copy()
    changed.loc[row, "a"] = 100.0
    expected = "synthetic" if told["a"] == "synthetic" else "assumption"
    assert both(changed) == {"a": expected, "b": told["b"]}
    assert both(frame) == told
    changed.loc[row, "a"] = frame.loc[row, "a"]
    assert both(changed) == told


@given(stated())
def test_what_is_computed_from_a_column_is_no_longer_what_was_stated(given_frame):
    frame, told = given_frame
    assert status_of(frame["b"] + 1) in ("assumption", "synthetic")
    assert status_of(frame.assign(c=frame["b"] * 2), "c") is None
    added = pd.concat([frame, pd.DataFrame({"a": [1.0], "b": [99]}, index=["new"])])
    assert status_of(added, "b") in (None, "assumption", "synthetic")
    assert both(frame) == told


@given(stated(), stated())
def test_joined_frames_keep_the_status_of_every_column(left, right):
    frame, told = left
    other, of_other = right
    beside = joined(frame, other.add_suffix("_2"))
    assert both(beside) == told
    assert list(beside.index) == list(frame.index)
    unnamed = {name: status_of(beside, f"{name}_2") for name in of_other}
    # `add_suffix` gives columns that nobody has stated anything of.
    assert unnamed == dict.fromkeys(of_other)
    renamed = with_status(other.add_suffix("_2"), {f"{k}_2": v for k, v in of_other.items()})
    again = joined(renamed, frame["a"], frame["b"].rename("c"))
    assert {name: status_of(again, f"{name}_2") for name in of_other} == of_other
    assert status_of(again, "a") in (told["a"], "assumption", "synthetic")


def test_a_row_that_is_missing_beside_another_frame_leaves_the_rest_as_stated():
    money = with_status(pd.Series({"a": 67.0, "b": 1.0}, name="amount_wan"), "official")
    need = with_status(pd.DataFrame({"persons": {"a": 500.0}}), "estimate")
    table = joined(money, need)
    assert pd.isna(table.loc["b", "persons"])
    assert status_of(table, "persons") == "estimate"
    assert status_of(table) == "estimate"


@given(st.lists(ANY | st.none(), min_size=1), ANY)
def test_the_weakest_of_some_statuses_is_none_stronger_than_any(some, least):
    found = weakest(some, at_least=least)
    if None in some:
        assert found is None
    else:
        ranks = [STATUSES.index(each) for each in [*some, least]]
        assert STATUSES.index(found) == max(ranks)


def test_a_status_that_there_is_not_is_refused_with_those_there_are():
    with pytest.raises(UsageError, match=r"(?s)“guess”.*official, computed, estimate"):
        with_status(pd.Series([1.0], name="a"), "guess")
    with pytest.raises(UsageError, match="guess"):
        with_status(pd.DataFrame({"a": [1.0]}), {"a": "guess"})


def test_nothing_stated_is_nothing_known():
    frame = pd.DataFrame({"a": [1.0]})
    assert status_of(frame, "a") is None
    assert status_of(frame["a"]) is None
    assert status_of(with_status(frame, {"a": None}), "a") is None
    assert status_of(with_status(frame, "official"), "b") is None
    kept = with_status(with_status(frame, "official"), {"a": None})
    assert status_of(kept, "a") == "official"
