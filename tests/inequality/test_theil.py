"""Theil T and L against scipy's relative entropy."""

import numpy as np
import pytest
from hypothesis import given
from inequality_samples import at_least_0, money_and_need
from scipy.stats import entropy

from analysis.inequality import theil_l, theil_t


@given(money_and_need(at_least_0, at_least_0))
def test_they_are_relative_entropies(case):
    a, n = case
    assert theil_t(a, n) == pytest.approx(entropy(a, n), abs=1e-12)
    assert theil_l(a, n) == pytest.approx(entropy(n, a), abs=1e-12)


@given(money_and_need(at_least_0, at_least_0))
def test_theil_t_is_at_most_the_rarity_of_need(case):
    a, n = case
    rarest = n[a > 0].min() / n.sum()
    assert rarest == 0 or theil_t(a, n) <= -np.log(rarest) + 1e-12


def test_one_unit_with_all_of_the_money():
    assert theil_t([0, 0, 0, 5]) == pytest.approx(np.log(4), abs=1e-15)
    assert theil_l([0, 0, 0, 5]) == np.inf


def test_money_where_there_is_no_need():
    assert theil_t([1, 1], [2, 0]) == np.inf
    assert theil_l([1, 1], [2, 0]) == pytest.approx(np.log(2), abs=1e-15)


def test_the_least_share_that_counts_and_a_smaller_one():
    assert theil_l([1e-300, 1]) == pytest.approx(150 * np.log(10) - np.log(2), rel=1e-14)
    assert theil_l([9e-301, 1]) == np.inf
