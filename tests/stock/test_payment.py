"""Money is neither made nor lost, the oldest goes first, and the two-year rule takes the rest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stock_plans import plans, untimed

from analysis.stock.arrivals import drawn_arrivals
from analysis.stock.demand import draw_demand, path_numbers, shared_walk
from analysis.stock.payment import follow, pay_oldest_first
from analysis.stock.unit_model import unit_model

MONEY = st.floats(0, 1000)


def courses(plan, paths=5, seed=7):
    shared = shared_walk(plan, paths, seed)
    for unit in range(len(plan.unit_code)):
        demand = draw_demand(plan, unit, shared, seed)
        arrivals = drawn_arrivals(unit_model(plan, unit, seed), path_numbers(0, paths))
        yield unit, arrivals, demand, follow(plan.opening_wan[unit], plan.vintage, arrivals, demand)


@untimed
@given(st.lists(MONEY, min_size=1, max_size=5), MONEY)
def test_a_vintage_is_touched_only_when_every_older_one_is_used_up(stock, demand):
    before = np.array(stock)[:, None]
    left, unpaid = pay_oldest_first(before, np.array([demand]))
    assert (left >= 0).all() and (left <= before).all() and unpaid[0] >= 0
    touched = np.flatnonzero(left[:, 0] < before[:, 0])
    if len(touched):
        assert (left[: touched[-1]] == 0).all()
    if unpaid[0] > 0:
        assert (left == 0).all()
    assert before.sum() - left.sum() + unpaid[0] == pytest.approx(demand, rel=1e-12, abs=1e-9)


@untimed
@given(plans())
def test_money_is_conserved_on_every_path_and_never_negative(plan):
    for unit, arrivals, demand, course in courses(plan):
        for part in (course.stock_wan, course.paid_wan, course.shortfall_wan, course.recovered_wan):
            assert (part >= 0).all()
        out = course.paid_wan.sum(axis=0) + course.recovered_wan.sum(axis=(0, 1))
        out += course.stock_wan[-1].sum(axis=0)
        money = plan.opening_wan[unit].sum() + arrivals.sum(axis=(0, 1))
        np.testing.assert_allclose(*np.broadcast_arrays(out, money), rtol=1e-12, atol=1e-9)
        np.testing.assert_allclose(
            (course.paid_wan + course.shortfall_wan).sum(axis=0), demand.sum(axis=0), rtol=1e-12
        )


@untimed
@given(plans())
def test_after_a_december_nothing_older_than_the_year_is_left(plan):
    for _, _, _, course in courses(plan):
        for december in range(11, plan.months, 12):
            year = plan.first_year + december // 12
            assert (course.stock_wan[december, plan.vintage < year] == 0).all()
        # Money of the last year has had no December in which it could be recovered.
        assert (course.recovered_wan[:, plan.vintage == plan.vintage[-1]] == 0).all()


@untimed
@given(plans())
def test_the_depleted_month_is_the_first_with_a_shortfall(plan):
    for _, _, demand, course in courses(plan):
        for path, month in enumerate(course.depleted_month):
            short = course.shortfall_wan[:, path]
            before = short if month == 0 else short[: month - 1]
            assert before.sum() <= 1e-9 * demand[:, path].sum() * plan.months
            assert month == 0 or short[month - 1] > 0


def test_the_two_year_rule_by_hand():
    # 30 left of 2023, 50 of 2024; 2 a month. By December 2024 24 of the 2023 money is paid and
    # its last 6 are lost. In 2025 another 24 come out of the 50; the last 26 are lost. The 10
    # granted in January 2025 outlive both Decembers.
    vintage = np.array([2023, 2024, 2025])
    arrivals = np.zeros((24, 3, 1))
    arrivals[12, 2] = 10
    course = follow(np.array([30.0, 50.0, 0.0]), vintage, arrivals, np.full((24, 1), 2.0))
    assert course.recovered_wan.sum(axis=0)[:, 0].tolist() == [6, 26, 0]
    assert course.stock_wan[10, :, 0].tolist() == [8, 50, 0]
    assert course.stock_wan[11, :, 0].tolist() == [0, 50, 0]
    assert course.stock_wan[12, :, 0].tolist() == [0, 48, 10]
    assert course.stock_wan[23, :, 0].tolist() == [0, 0, 10]
    assert course.depleted_month.tolist() == [0]


def test_money_recovered_is_missing_in_january():
    # Enough in all, but what December takes cannot pay January.
    vintage = np.array([2023, 2024, 2025])
    nothing, demand = np.zeros((13, 3, 1)), np.full((13, 1), 5.0)
    course = follow(np.array([100.0, 0.0, 0.0]), vintage, nothing, demand)
    assert course.recovered_wan.sum(axis=0)[:, 0].tolist() == [40, 0, 0]
    assert course.depleted_month.tolist() == [13]
    assert course.shortfall_wan[:, 0].tolist() == [0] * 12 + [5]
