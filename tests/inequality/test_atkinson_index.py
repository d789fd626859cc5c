"""Atkinson against its definition in 60 digits, its limits, and Theil L."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inequality_samples import at_least_0, money_and_need, positive

from analysis.errors import MeasureError
from analysis.inequality import atkinson, theil_l

AVERSIONS = (1e-9, 0.25, 0.5, 1 - 1e-6, 1 - 1e-12, 1, 1 + 1e-12, 1 + 1e-6, 2, 5, 40, 1000)
aversions = st.one_of(st.sampled_from(AVERSIONS), st.floats(0.01, 50))


def atkinson_in_decimals(a, n, epsilon):
    """The textbook formula, for money and need above 0."""
    with localcontext(prec=60, Emax=10**9, Emin=-(10**9)):
        a, n = [Decimal(float(x)) for x in a], [Decimal(float(x)) for x in n]
        money, people, power = sum(a), sum(n), 1 - Decimal(float(epsilon))
        ratio = [(x / money) / (w / people) for x, w in zip(a, n, strict=True)]
        if power == 0:
            logs = (w / people * r.ln() for w, r in zip(n, ratio, strict=True))
            return float(1 - sum(logs).exp())
        mean = sum(w / people * (power * r.ln()).exp() for w, r in zip(n, ratio, strict=True))
        return float(1 - (mean.ln() / power).exp())


@given(money_and_need(), aversions)
def test_it_is_the_textbook_formula(case, epsilon):
    exact = atkinson_in_decimals(*case, epsilon)
    assert atkinson(*case, epsilon=epsilon) == pytest.approx(exact, abs=1e-12)


@given(money_and_need(at_least_0, at_least_0))
def test_at_1_it_is_told_by_theil_l(case):
    assert atkinson(*case, epsilon=1) == pytest.approx(1 - np.exp(-theil_l(*case)), abs=1e-15)


@given(money_and_need(at_least_0, at_least_0), aversions, aversions)
def test_it_grows_with_the_aversion(case, one, other):
    low, high = sorted((one, other))
    assert atkinson(*case, epsilon=low) <= atkinson(*case, epsilon=high) + 1e-12


@given(money_and_need())
def test_the_largest_aversion_looks_at_the_worst_supplied_unit_alone(case):
    a, n = case
    worst = ((a / a.sum()) / (n / n.sum())).min()
    # The mean is within a factor (1/w)^(1/ε) of the worst, and w is above 1e-10 here.
    assert atkinson(a, n, epsilon=1e12) == pytest.approx(1 - worst, abs=1e-10)
    assert atkinson(a, n, epsilon=1e308) == pytest.approx(1 - worst, abs=1e-12)


@given(money_and_need(), positive, st.sampled_from((0.5, 0.9, 1, 2, 5)))
def test_need_without_money_is_the_limit_of_ever_less_money(case, without, epsilon):
    a, n = case
    a, n = np.append(a, 0), np.append(n, without)
    if epsilon >= 1:
        assert atkinson(a, n, epsilon=epsilon) == 1
    else:
        little = a + np.append(np.zeros(a.size - 1), 1e-280)
        limit = atkinson(little, n, epsilon=epsilon)
        assert atkinson(a, n, epsilon=epsilon) == pytest.approx(limit, abs=1e-12)


@given(money_and_need(), positive, st.sampled_from((0.1, 0.5, 1, 2)))
def test_money_without_need_is_the_limit_of_ever_less_need_and_is_wasted(case, stray, epsilon):
    a, n = case
    a, n = np.append(a, stray), np.append(n, 0)
    index = atkinson(a, n, epsilon=epsilon)
    little = n + np.append(np.zeros(n.size - 1), 1e-280)
    assert index == pytest.approx(atkinson(a, little, epsilon=epsilon), abs=1e-12)
    assert index >= stray / a.sum() - 1e-12


@pytest.mark.parametrize("epsilon", [0.5, 1, 2])
def test_all_of_the_money_where_there_is_no_need(epsilon):
    assert atkinson([0, 5], [3, 0], epsilon=epsilon) == 1


@pytest.mark.parametrize("epsilon", [0, -1, np.nan, np.inf, "1", None])
def test_an_aversion_it_is_not_defined_for_is_refused(epsilon):
    with pytest.raises(MeasureError, match=f"epsilon is {epsilon}: it is a finite number above 0"):
        atkinson([1, 2], epsilon=epsilon)
