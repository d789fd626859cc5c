"""The decomposition against the measures of the groups, each taken alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inequality_samples import at_least_0, money_and_need

from analysis.errors import MeasureError
from analysis.inequality import theil_decomposition, theil_l, theil_t

ALONE = {"theil_t": theil_t, "theil_l": theil_l}
INF = np.inf
# Tables cost more than numbers.
fewer = settings(max_examples=50)


@st.composite
def grouped(draw, money=at_least_0, need=at_least_0):
    a, n = draw(money_and_need(money, need))
    return a, n, np.array(draw(st.lists(st.sampled_from("abcd"), min_size=a.size, max_size=a.size)))


@fewer
@given(grouped())
def test_between_and_within_add_up_to_the_measure(case):
    a, n, group = case
    measures = theil_decomposition(a, n, group).measures
    for name, measure in ALONE.items():
        row = measures.loc[name]
        assert row["total"] == pytest.approx(measure(a, n), abs=1e-12)
        assert row["between"] + row["within"] == pytest.approx(row["total"], abs=1e-12)


@fewer
@given(grouped())
def test_between_is_the_measure_over_the_groups_as_units(case):
    a, n, group = case
    sums = pd.DataFrame({"a": a, "n": n}).groupby(group).sum()
    measures = theil_decomposition(a, n, group).measures
    for name, measure in ALONE.items():
        assert measures.loc[name, "between"] == pytest.approx(measure(sums.a, sums.n), abs=1e-12)


@fewer
@given(grouped())
def test_a_group_has_its_own_measure_and_adds_it_by_its_share(case):
    a, n, group = case
    groups = theil_decomposition(a, n, group).groups
    assert groups.index.tolist() == sorted(set(group))
    for label, row in groups.iterrows():
        money, need = a[group == label], n[group == label]
        assert row["units"] == money.size
        assert row["share"] == pytest.approx(money.sum() / a.sum(), abs=1e-12)
        assert row["need_share"] == pytest.approx(need.sum() / n.sum(), abs=1e-12)
        if money.any() and need.any():
            t, low = theil_t(money, need), theil_l(money, need)
            assert row["theil_t"] == pytest.approx(t, abs=1e-12)
            assert row["theil_l"] == pytest.approx(low, abs=1e-12)
            assert row["theil_t_within"] == pytest.approx(row["share"] * t, abs=1e-12)
            assert row["theil_l_within"] == pytest.approx(row["need_share"] * low, abs=1e-12)
        else:
            assert row[["theil_t", "theil_l"]].isna().all()
            assert (row[["theil_t_within", "theil_l_within"]] == 0).all()


@fewer
@given(money_and_need(), st.integers(0, 1000))
def test_one_group_has_all_within_and_single_units_all_between(case, seed):
    a, n = case
    together = theil_decomposition(a, n, ["all"] * a.size).measures
    alone = theil_decomposition(a, n, list(range(a.size))).measures
    np.testing.assert_allclose(together["between"], 0, atol=1e-12)
    np.testing.assert_allclose(together["within"], together["total"], atol=1e-12)
    np.testing.assert_allclose(alone["within"], 0, atol=1e-12)
    np.testing.assert_allclose(alone["between"], alone["total"], atol=1e-12)


T_OF_1_AND_3 = np.log(0.5) / 4 + 3 * np.log(1.5) / 4
L_OF_1_AND_3 = np.log(2) / 2 + np.log(2 / 3) / 2


@pytest.mark.parametrize(
    ("amount", "need", "t", "low"),
    [
        # a group without money
        ([0, 0, 1, 3], [1, 1, 1, 1], (np.log(2), T_OF_1_AND_3), (INF, L_OF_1_AND_3 / 2)),
        # a group without need
        ([1, 1, 1, 3], [0, 0, 1, 1], (INF, T_OF_1_AND_3 * 2 / 3), (np.log(1.5), L_OF_1_AND_3)),
        # a group with neither
        ([0, 0, 1, 3], [0, 0, 1, 1], (0, T_OF_1_AND_3), (0, L_OF_1_AND_3)),
        # a unit without money in a group with as much as its need
        ([0, 4, 1, 3], [1, 1, 1, 1], (0, (np.log(2) + T_OF_1_AND_3) / 2), (0, INF)),
        # a unit without need in a group with as much as its need
        ([1, 1, 1, 1], [0, 2, 1, 1], (0, INF), (0, np.log(2) / 2)),
    ],
)
def test_zeros_by_their_limits(amount, need, t, low):
    measures = theil_decomposition(amount, need, list("xxyy")).measures
    expected = {"theil_t": (t[0] + t[1], *t), "theil_l": (low[0] + low[1], *low)}
    for name, row in expected.items():
        np.testing.assert_allclose(measures.loc[name].to_numpy(), row, rtol=0, atol=1e-15)


def test_groups_are_matched_by_unit_not_by_place():
    amount = pd.Series({"a": 1.0, "b": 2.0, "c": 9.0})
    need = pd.Series({"c": 9.0, "b": 2.0, "a": 1.0})
    group = pd.Series({"b": "x", "c": "y", "a": "x"})
    matched = theil_decomposition(amount, need, group).groups
    assert matched["units"].to_dict() == {"x": 2, "y": 1}
    assert matched["share"].to_dict() == {"x": 0.25, "y": 0.75}
    pd.testing.assert_frame_equal(
        theil_decomposition([1, 2, 9], need.iloc[::-1], group).groups, matched
    )


@fewer
@given(grouped(), st.integers(0, 1000))
def test_the_order_of_units_does_not_matter(case, seed):
    a, n, group = case
    order = np.random.default_rng(seed).permutation(a.size)
    before, after = (
        theil_decomposition(*case),
        theil_decomposition(a[order], n[order], group[order]),
    )
    pd.testing.assert_frame_equal(after.measures, before.measures, rtol=0, atol=1e-12)
    pd.testing.assert_frame_equal(after.groups, before.groups, rtol=0, atol=1e-12)


def test_groups_stand_in_the_order_of_their_categories_and_unused_ones_are_left_out():
    group = pd.Series(pd.Categorical(["west", "east"], categories=["west", "north", "east"]))
    assert theil_decomposition([1, 2], None, group).groups.index.tolist() == ["west", "east"]


@pytest.mark.parametrize(
    ("group", "says"),
    [
        (["x", None, "y"], "group of b is missing"),
        (pd.Series({"c": None, "b": "x", "a": "y"}), "group of c is missing"),
        ([{"x"}, {"y"}, {"z"}], "one name or number a unit"),
    ],
)
def test_groups_that_cannot_be_told_are_refused(group, says):
    amount = pd.Series({"a": 1.0, "b": 2.0, "c": 3.0})
    with pytest.raises(MeasureError, match=says):
        theil_decomposition(amount, None, group)
