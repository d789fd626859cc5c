"""Lorenz and Gini against the definitions by pairs and by rank."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inequality_samples import at_least_0, money_and_need

from analysis.inequality import gini, lorenz


def gini_by_pairs(a, n):
    """Half the need-weighted mean difference of money per need, over its mean.

    Both per-head amounts are multiplied by both needs, so that need may be 0.
    """
    cross = np.abs(a[:, None] * n[None, :] - a[None, :] * n[:, None])
    return cross.sum() / (2 * a.sum() * n.sum())


@given(money_and_need(at_least_0, at_least_0))
def test_gini_is_the_mean_difference_over_all_pairs(case):
    a, n = case
    assert gini(a, n) == pytest.approx(gini_by_pairs(a, n), abs=1e-12)


@given(money_and_need(at_least_0))
def test_gini_without_need_is_the_textbook_formula(case):
    a, _ = case
    ordered, n = np.sort(a), a.size
    textbook = 2 * (np.arange(1, n + 1) * ordered).sum() / (n * ordered.sum()) - (n + 1) / n
    assert gini(a) == pytest.approx(textbook, abs=1e-12)


def test_two_units_one_seven_hundred_times_the_other():
    assert gini([700, 1]) == pytest.approx(700 / 701 - 1 / 2, abs=1e-15)
    assert gini([1, 1], [700, 1]) == pytest.approx(700 / 701 - 1 / 2, abs=1e-15)


# Whole numbers: a slope is the ratio of two differences, and is exact enough only where no
# unit is a millionth of another.
@given(money_and_need(st.integers(1, 1000), st.integers(1, 1000)))
def test_curve_is_convex_and_below_the_diagonal(case):
    curve = lorenz(*case)
    x, y = curve["need_cum"].to_numpy(), curve["money_cum"].to_numpy()
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert (y <= x + 1e-12).all()
    slopes = np.diff(y) / np.diff(x)
    assert (np.diff(slopes) >= -1e-9 * slopes[1:]).all()


def test_curve_starts_flat_where_there_is_no_money_and_ends_upright_where_no_need():
    curve = lorenz([0, 2, 2], [1, 1, 0])
    assert curve["need_cum"].tolist() == [0, 0.5, 1, 1]
    assert curve["money_cum"].tolist() == [0, 0, 0.5, 1]


@given(money_and_need(st.integers(0, 3), st.integers(0, 3)), st.integers(0, 1000))
def test_rows_are_the_same_whatever_the_order_of_units_that_tie(case, seed):
    a, n = case
    order = np.random.default_rng(seed).permutation(a.size)
    pd.testing.assert_frame_equal(lorenz(a[order], n[order]), lorenz(a, n), rtol=0, atol=1e-15)
