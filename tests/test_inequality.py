"""The measures against their definitions, written out, and against scipy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from analysis.errors import MeasureError
from analysis.inequality import gini, hoover, lorenz, theil_l, theil_t

MEASURES = (gini, theil_t, theil_l, hoover)
positive = st.floats(min_value=0.01, max_value=1e6)


@st.composite
def money_and_need(draw, values=positive):
    n = draw(st.integers(min_value=1, max_value=12))
    pick = st.lists(values, min_size=n, max_size=n)
    return np.array(draw(pick)), np.array(draw(pick))


def gini_by_pairs(a, n):
    """Half the need-weighted mean difference of money per need, over its mean."""
    x, w = a / n, n / n.sum()
    mean = (w * x).sum()
    return (w[:, None] * w[None, :] * np.abs(x[:, None] - x[None, :])).sum() / (2 * mean)


@given(money_and_need())
def test_gini_is_the_mean_difference_over_all_pairs(case):
    a, n = case
    assert gini(a, n) == pytest.approx(gini_by_pairs(a, n), abs=1e-12)


@given(money_and_need())
def test_gini_without_need_is_the_textbook_formula(case):
    a, _ = case
    ordered, n = np.sort(a), a.size
    textbook = 2 * (np.arange(1, n + 1) * ordered).sum() / (n * ordered.sum()) - (n + 1) / n
    assert gini(a) == pytest.approx(textbook, abs=1e-12)


@given(money_and_need())
def test_theil_is_relative_entropy(case):
    a, n = case
    assert theil_t(a, n) == pytest.approx(entropy(a, n), abs=1e-12)
    assert theil_l(a, n) == pytest.approx(entropy(n, a), abs=1e-12)


@given(money_and_need())
def test_hoover_is_the_widest_gap_of_the_lorenz_curve(case):
    a, n = case
    curve = lorenz(a, n)
    widest = (curve["need_cum"] - curve["money_cum"]).max()
    assert hoover(a, n) == pytest.approx(widest, abs=1e-12)


# Whole numbers: a slope is the ratio of two differences, and is exact enough only where no
# unit is a millionth of another.
@given(money_and_need(st.integers(1, 1000)))
def test_lorenz_curve_is_convex_and_below_the_diagonal(case):
    curve = lorenz(*case)
    x, y = curve["need_cum"].to_numpy(), curve["money_cum"].to_numpy()
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert (y <= x + 1e-12).all()
    slopes = np.diff(y) / np.diff(x)
    assert (np.diff(slopes) >= -1e-9 * slopes[1:]).all()


@pytest.mark.parametrize("measure", MEASURES)
@given(case=money_and_need(), seed=st.integers(0, 1000), factor=positive)
def test_order_scale_and_empty_units_do_not_matter(measure, case, seed, factor):
    a, n = case
    value = measure(a, n)
    order = np.random.default_rng(seed).permutation(a.size)
    assert measure(a[order], n[order]) == pytest.approx(value, abs=1e-12)
    assert measure(a * factor, n) == pytest.approx(value, abs=1e-12)
    assert measure(np.append(a, 0), np.append(n, 0)) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("measure", MEASURES)
@given(case=money_and_need())
def test_splitting_a_unit_in_proportion_changes_nothing(measure, case):
    a, n = case
    halves = np.append(a, a[-1] / 2), np.append(n, n[-1] / 2)
    halves[0][-2], halves[1][-2] = a[-1] / 2, n[-1] / 2
    assert measure(*halves) == pytest.approx(measure(a, n), abs=1e-12)


@pytest.mark.parametrize("measure", MEASURES)
@given(case=money_and_need())
def test_money_in_proportion_to_need_is_equality(measure, case):
    _, n = case
    assert measure(3 * n, n) == pytest.approx(0, abs=1e-12)


def test_one_unit_with_all_the_money():
    amount = [0, 0, 0, 5]
    assert gini(amount) == pytest.approx(3 / 4)
    assert hoover(amount) == pytest.approx(3 / 4)
    assert theil_t(amount) == pytest.approx(np.log(4))
    assert theil_l(amount) == np.inf


def test_money_without_need_counts_by_the_limit():
    assert theil_t([1, 1], [2, 0]) == np.inf
    assert theil_l([1, 1], [2, 0]) == pytest.approx(np.log(2))
    assert hoover([1, 1], [2, 0]) == pytest.approx(0.5)
    assert gini([1, 1], [2, 0]) == pytest.approx(0.5)


def test_series_are_matched_by_unit_not_by_place():
    amount = pd.Series({"a": 30.0, "b": 10.0})
    need = pd.Series({"b": 10.0, "a": 30.0})
    assert hoover(amount, need) == 0


@pytest.mark.parametrize(
    ("amount", "need", "says"),
    [
        ([1, -1], None, "amount of #2 is -1"),
        ([1, np.nan], None, "amount of #2 is nan"),
        ([1, np.inf], None, "amount of #2 is inf"),
        ([0, 0], None, "amount adds up to 0"),
        ([1, 2], [0, 0], "need adds up to 0"),
        ([1, 2], [1], "2 values and need has 1"),
        ([], None, "adds up to 0"),
        (pd.Series({"a": 1.0}), pd.Series({"b": 1.0}), "not for the same units"),
    ],
)
@pytest.mark.parametrize("measure", MEASURES)
def test_figures_it_is_not_defined_on_are_refused(measure, amount, need, says):
    with pytest.raises(MeasureError, match=says):
        measure(amount, need)
