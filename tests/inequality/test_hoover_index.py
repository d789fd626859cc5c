"""Hoover against the Lorenz curve, and against the money that has to move."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from inequality_samples import at_least_0, counties, money_and_need, whole

from analysis.inequality import hoover, lorenz


@given(money_and_need(at_least_0, at_least_0))
def test_it_is_the_widest_gap_of_the_lorenz_curve(case):
    curve = lorenz(*case)
    widest = (curve["need_cum"] - curve["money_cum"]).max()
    assert hoover(*case) == pytest.approx(widest, abs=1e-12)


def test_it_is_what_2850_counties_must_hand_over():
    a, n = counties()
    surplus = a - a.sum() * n / n.sum()
    assert hoover(a, n) == pytest.approx(surplus[surplus > 0].sum() / a.sum(), abs=1e-12)


@given(money_and_need(whole, whole, least=2), st.floats(0.1, 0.9))
def test_money_moved_from_the_best_to_the_worst_supplied_unit_lowers_it(case, part):
    a, n = case
    best, worst = (a / n).argmax(), (a / n).argmin()
    # Less than a tenth apart, the change may be too small for a float.
    assume(a[best] / n[best] > 1.1 * a[worst] / n[worst])
    moved = part * (a[best] * n[worst] - a[worst] * n[best]) / (n[best] + n[worst])
    after = a.copy()
    after[best] -= moved
    after[worst] += moved
    assert hoover(after, n) < hoover(a, n)


def test_rounding_takes_it_no_farther_than_1():
    for n, k in product(range(1, 20), repeat=2):
        assert 1 - 1e-12 < hoover([1] * n + [0] * k, [0] * n + [1] * k) <= 1


def test_all_of_the_money_where_there_is_no_need():
    assert hoover([1, 1, 0, 0, 0], [0, 0, 1, 1, 1]) == pytest.approx(1, abs=1e-15)
    assert hoover(np.array([0, 5]), np.array([3, 0])) == 1
