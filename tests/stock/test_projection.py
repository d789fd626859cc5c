"""Without chance: straight lines, closed forms, and exactly enough."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stock_plans import one_unit, plans, untimed

from analysis.stock import project, simulate
from analysis.stock.projection import expected_arrivals, months_covered


@untimed
@given(st.floats(0.1, 500), st.floats(0.1, 50), st.integers(1, 12), st.sampled_from([1, 4]))
def test_constant_demand_is_a_straight_line_with_a_closed_form_end(money, rate, months, steps):
    plan = one_unit(
        months=months,
        opening_wan=[[money]],
        demand_wan=np.full((1, months), rate),
        steps_per_month=steps,
    )
    expected = project(plan)
    line = np.maximum(money - rate * np.arange(1, months + 1), 0)
    np.testing.assert_allclose(expected.stock_wan[0], line, rtol=1e-9, atol=1e-9 * money)
    assert expected.runway_months[0] == pytest.approx(money / rate, rel=1e-9)
    assert expected.days_of_cover[0] == pytest.approx(money / rate * 365 / 12, rel=1e-9)
    whole = math.floor(money / rate)
    # So near a whole number of months that rounding may decide: exact cases have their own test.
    if abs(money / rate - round(money / rate)) > 1e-8 * (1 + money / rate):
        last = expected.depletion_month[0]
        assert last == whole + 1 if whole < months else math.isnan(last)


@untimed
@given(st.integers(1, 24), st.floats(0.01, 1e6))
def test_exactly_enough_is_not_depletion(months, total):
    # total / months is rounded, so its sum misses the total by a few units in the last place.
    plan = one_unit(
        months=months,
        opening_wan=[[total, 0.0][: (months + 11) // 12]],
        demand_wan=np.full((1, months), total / months),
    )
    assert math.isnan(project(plan).depletion_month[0])
    assert simulate(plan, paths=3, seed=0).odds_depleted.max() == 0


@pytest.mark.parametrize(("part", "month"), [(1e-6, 12), (1e-12, None)])
def test_a_real_shortage_is_one_and_rounding_is_not(part, month):
    plan = one_unit(opening_wan=[[120 * (1 - part)]])
    found = project(plan).depletion_month[0]
    assert math.isnan(found) if month is None else found == month


@untimed
@given(plans(late=False))
def test_the_simulation_without_chance_is_the_projection(plan):
    calm = one_unit_of(plan, volatility=0, lump_rate=0)
    expected, result = project(calm), simulate(calm, paths=2, seed=3)
    np.testing.assert_allclose(result.paid_wan, expected.paid_wan, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(result.shortfall_wan, expected.shortfall_wan, rtol=1e-12, atol=1e-12)
    for level in range(5):
        np.testing.assert_allclose(result.quantiles[:, level], expected.stock_wan, atol=1e-12)
    month = np.arange(1, plan.months + 1)
    np.testing.assert_array_equal(
        result.odds_depleted, expected.depletion_month[:, None] <= month[None, :]
    )


def one_unit_of(plan, **each):
    """Return the plan with some fields the same for every unit."""
    fields = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
    units = len(plan.unit_code)
    return type(plan)(**(fields | {name: np.full(units, value) for name, value in each.items()}))


@untimed
@given(plans())
def test_every_month_balances(plan):
    expected = project(plan)
    arriving = expected_arrivals(plan).sum(axis=1).T
    money_in = plan.opening_wan.sum(axis=1)[:, None] + arriving.cumsum(axis=1)
    gone = money_in - expected.paid_wan.cumsum(axis=1) - expected.stock_wan
    # What is gone and not paid was recovered: in Decembers only, so a step function.
    change = np.diff(gone, axis=1, prepend=0)
    not_december = (np.arange(1, plan.months + 1) % 12) != 0
    np.testing.assert_allclose(change[:, not_december], 0, atol=1e-8)
    assert (change > -1e-8).all()


def test_growth_and_lumps_count_in_the_expected_demand():
    plan = one_unit(growth=[0.02], lump_rate=[0.5], lump_mean_wan=[3.0], volatility=[0.4])
    wanted = [10 * math.exp(0.02 * month) + 1.5 for month in range(1, 13)]
    np.testing.assert_allclose(project(plan).demand_wan[0], wanted, rtol=1e-12)


def test_late_receipts_leave_the_first_months_unpaid():
    receipts = np.zeros((1, 12))
    receipts[0, 2] = 120
    expected = project(one_unit(opening_wan=[[0.0]], receipts_wan=receipts))
    assert expected.paid_wan[0, :3].tolist() == [0, 0, 10]
    assert expected.shortfall_wan[0].sum() == 20
    assert expected.depletion_month[0] == 1
    assert expected.days_of_cover[0] == 0
    assert expected.runway_months[0] == 12


@pytest.mark.parametrize(
    ("money", "demand", "months"),
    [
        (0, [10, 10], 0),
        (5, [0, 10], 1.5),
        (10, [10, 0, 10], 2),
        (45, [10, 10], 4.5),
        (20, [10, 10, 0], math.inf),
        (0, [0, 0], math.inf),
        (7, [0, 0], math.inf),
        (15, [10, 20], 1.25),
    ],
)
def test_runway_by_hand(money, demand, months):
    assert months_covered(money, np.array(demand, dtype=float)) == pytest.approx(months)


def test_days_of_cover_count_what_is_there_in_the_first_month():
    receipts = np.zeros((1, 12))
    receipts[0, :2] = [20, 500]
    expected = project(one_unit(opening_wan=[[10.0]], receipts_wan=receipts))
    assert expected.days_of_cover[0] == pytest.approx(3 * 365 / 12)


def test_no_demand_is_never_used_up():
    expected = project(one_unit(demand_wan=np.zeros((1, 12))))
    assert math.isnan(expected.depletion_month[0])
    assert expected.runway_months[0] == expected.days_of_cover[0] == math.inf
    assert expected.stock_wan[0].tolist() == [100] * 12
