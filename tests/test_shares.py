"""Share beside need: definitions, properties and refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import MeasureError
from analysis.shares import share_table


@st.composite
def amounts_and_needs(draw):
    n = draw(st.integers(min_value=1, max_value=10))
    codes = [f"{650000 + i}" for i in range(n)]
    money = draw(st.lists(st.floats(0, 1e5), min_size=n, max_size=n).filter(lambda x: sum(x) > 1))
    need = draw(st.lists(st.integers(1, 10**6), min_size=n, max_size=n))
    return pd.Series(money, index=codes), pd.Series(need, index=codes)


@given(amounts_and_needs())
def test_shares_add_to_one_and_gaps_to_nothing(case):
    table = share_table(*case)
    assert table["share"].sum() == pytest.approx(1, abs=1e-12)
    assert table["need_share"].sum() == pytest.approx(1, abs=1e-12)
    assert table["gap_wan"].sum() == pytest.approx(0, abs=1e-6)


@given(amounts_and_needs())
def test_a_unit_with_no_need_and_no_money_changes_nothing(case):
    amount, need = case
    alone = share_table(amount, need)
    amount["999999"], need["999999"] = 0.0, 0
    beside = share_table(amount, need)
    pd.testing.assert_frame_equal(beside.drop("999999"), alone)
    assert beside.loc["999999", ["share", "need_share", "gap_wan"]].tolist() == [0, 0, 0]
    assert beside.loc["999999", ["ratio", "yuan_per_person"]].isna().all()


@given(amounts_and_needs(), st.floats(0.01, 100))
def test_scaling_the_money_scales_gaps_and_leaves_ratios(case, factor):
    amount, need = case
    before, after = share_table(amount, need), share_table(amount * factor, need)
    for column in ("gap_wan", "yuan_per_person"):
        np.testing.assert_allclose(after[column], before[column] * factor, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(after["ratio"], before["ratio"], rtol=1e-9)


@given(amounts_and_needs(), st.integers(0, 1000))
def test_the_order_of_units_does_not_matter(case, seed):
    amount, need = case
    shuffled = need.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(share_table(amount, shuffled), share_table(amount, need))


@given(amounts_and_needs())
def test_the_gap_is_what_must_move_to_equal_amounts_per_person(case):
    amount, need = case
    table = share_table(amount, need)
    moved = (amount - table["gap_wan"]) * 10_000 / need
    overall = amount.sum() * 10_000 / need.sum()
    np.testing.assert_allclose(moved, overall, rtol=1e-9, atol=1e-9)


def test_an_institution_without_need_stays_in_the_table_and_out_of_the_totals():
    amount = pd.Series({"home": 1.0, "a": 30.0, "b": 10.0})
    table = share_table(amount, pd.Series({"a": 10, "b": 30}))
    assert table.loc["home"].isna().all()
    assert table.loc["a", "share"] == 0.75
    assert table.loc["a", "yuan_per_person"] == 30_000


def test_money_without_need_has_an_infinite_ratio():
    table = share_table(pd.Series({"a": 1.0, "b": 1.0}), pd.Series({"a": 5, "b": 0}))
    assert table.loc["b", "ratio"] == np.inf
    assert table.loc["b", "gap_wan"] == 1.0


@pytest.mark.parametrize(
    ("amount", "need", "says"),
    [
        ({"a": -1.0}, {"a": 1}, "amount_wan of a is -1"),
        ({"a": np.nan}, {"a": 1}, "amount_wan of a is nan: .* write 0 for none"),
        ({"a": 1.0}, {"a": -5}, "need of a is -5"),
        ({"a": 1.0}, {"a": 1, "b": 1}, "Only need has a figure for b: .*0 for none"),
        ({"a": 0.0}, {"a": 1}, "amount_wan of the units with need: values add up to 0"),
        ({"a": 1.0}, {"a": np.nan}, "need is empty"),
        ({"a": 1.0}, {"a": 0}, "need: values add up to 0"),
    ],
)
def test_figures_that_have_no_shares_are_refused(amount, need, says):
    with pytest.raises(MeasureError, match=says):
        share_table(pd.Series(amount, dtype=float), pd.Series(need, dtype=float))


def test_without_any_need_there_is_nothing_to_compare():
    table = share_table(pd.Series({"a": 1.0}), pd.Series(dtype=float))
    assert table.index.tolist() == ["a"]
    assert table.isna().all(axis=None)


def test_a_repeated_unit_is_refused():
    twice = pd.Series([1.0, 2.0], index=["a", "a"])
    with pytest.raises(MeasureError, match="amount_wan: a is repeated"):
        share_table(twice, pd.Series({"a": 1.0}))
