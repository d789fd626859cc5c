"""The concentration index against its definition as a covariance, and against Gini."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inequality_samples import at_least_0, counties, money_and_need
from scipy.stats import rankdata

from analysis.errors import MeasureError
from analysis.inequality import concentration_index, gini


@st.composite
def ranked(draw, money=at_least_0, need=at_least_0):
    a, n = draw(money_and_need(money, need))
    rank = st.one_of(st.integers(-3, 3), st.floats(-1e6, 1e6))
    return a, n, np.array(draw(st.lists(rank, min_size=a.size, max_size=a.size)), dtype=float)


def twice_the_covariance(a, n, rank):
    """2 cov(money per need, fractional rank) / mean, pair by pair and weighted by need."""
    w, supply = n / n.sum(), a / n
    below = (rank[None, :] < rank[:, None]) + (rank[None, :] == rank[:, None]) / 2
    fractional = below @ w
    mean = w @ supply
    return 2 * (w @ ((supply - mean) * (fractional - w @ fractional))) / mean


@given(ranked(at_least_0, st.integers(1, 1000)))
def test_it_is_twice_the_covariance_with_the_fractional_rank_over_the_mean(case):
    a, n, rank = case
    index = concentration_index(a, n, rank=rank)
    assert index == pytest.approx(twice_the_covariance(a, n, rank), abs=1e-12)


@pytest.mark.parametrize("ties", [False, True])
def test_of_2850_counties_it_is_the_covariance_with_scipy_ranks(ties):
    a, n = counties()
    rank = np.random.default_rng(3).normal(size=a.size) + np.log(a / n)
    rank = rank.round() if ties else rank
    fractional = (rankdata(rank) - 0.5) / a.size
    covariance = np.cov(a, fractional, bias=True)[0, 1]
    assert concentration_index(a, rank=rank) == pytest.approx(2 * covariance / a.mean(), abs=1e-12)
    weighted = concentration_index(a, n, rank=rank)
    assert weighted == pytest.approx(twice_the_covariance(a, n, rank), abs=1e-12)


@given(money_and_need(at_least_0))
def test_ranked_by_money_per_need_it_is_gini(case):
    a, n = case
    assert concentration_index(a, n, rank=a / n) == pytest.approx(gini(a, n), abs=1e-12)
    assert concentration_index(a, rank=a) == pytest.approx(gini(a), abs=1e-12)


@given(ranked())
def test_no_rank_shows_more_than_gini_and_the_reverse_rank_shows_the_reverse(case):
    a, n, rank = case
    index = concentration_index(a, n, rank=rank)
    assert abs(index) <= gini(a, n) + 1e-12
    assert concentration_index(a, n, rank=-rank) == pytest.approx(-index, abs=1e-12)


@given(ranked(), st.integers(0, 1000))
def test_only_the_order_of_the_ranks_counts_and_not_that_of_the_units(case, seed):
    a, n, rank = case
    index = concentration_index(a, n, rank=rank)
    places = rankdata(rank)
    assert concentration_index(a, n, rank=places) == pytest.approx(index, abs=1e-12)
    order = np.random.default_rng(seed).permutation(a.size)
    shuffled = concentration_index(a[order], n[order], rank=rank[order])
    assert shuffled == pytest.approx(index, abs=1e-12)


@given(ranked(st.integers(1, 1000), st.integers(1, 5)))
def test_a_need_of_k_is_k_persons_who_tie(case):
    a, n, rank = case
    times = n.astype(int)
    persons = concentration_index(np.repeat(a / n, times), rank=np.repeat(rank, times))
    assert concentration_index(a, n, rank=rank) == pytest.approx(persons, abs=1e-12)


@given(ranked())
def test_one_rank_for_all_tells_nothing(case):
    a, n, _ = case
    assert concentration_index(a, n, rank=np.ones_like(a)) == pytest.approx(0, abs=1e-15)


@given(ranked())
def test_a_unit_with_neither_money_nor_need_changes_nothing(case):
    a, n, rank = case
    more = concentration_index(np.append(a, 0), np.append(n, 0), rank=np.append(rank, 0.5))
    assert more == pytest.approx(concentration_index(a, n, rank=rank), abs=1e-12)


def test_extremes():
    assert concentration_index([1, 0], [0, 1], rank=[1, 2]) == -1
    assert concentration_index([0, 1], [1, 0], rank=[1, 2]) == 1
    assert concentration_index([700, 1], rank=[1, 2]) == pytest.approx(0.5 - 700 / 701, abs=1e-15)
    assert concentration_index([5], rank=[1]) == 0


def test_rounding_takes_it_no_farther_than_the_extremes():
    for n in range(1, 40):
        money, need, rank = [1] * n + [0], [0] * n + [1], np.arange(n + 1)
        assert -1 <= concentration_index(money, need, rank=rank) < -1 + 1e-12
        assert 1 - 1e-12 < concentration_index(money, need, rank=-rank) <= 1


def test_ranks_are_matched_by_unit_not_by_place():
    amount, need = pd.Series({"a": 30.0, "b": 10.0}), pd.Series({"b": 1.0, "a": 1.0})
    rank = pd.Series({"b": 2.0, "a": 1.0})
    assert concentration_index(amount, need, rank=rank) == -0.25
    assert concentration_index(amount, rank=rank) == -0.25
    assert concentration_index([10, 30], need, rank=rank) == -0.25


@pytest.mark.parametrize(
    ("rank", "says"),
    [
        ([1, np.nan], "rank of b is nan"),
        ([-np.inf, 1], "rank of a is -inf: values are finite"),
        (pd.Series({"a": 1.0}), "rank has no figure for b"),
    ],
)
def test_ranks_that_do_not_rank_are_refused(rank, says):
    with pytest.raises(MeasureError, match=says):
        concentration_index(pd.Series({"a": 1.0, "b": 2.0}), rank=rank)
