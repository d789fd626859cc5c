"""Money is neither made nor lost, the oldest goes first, and the two-year rule takes the rest."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stock_plans import drawn, plans, untimed

from analysis.stock.payment import Month, follow, pay_oldest_first

MONEY = st.floats(0, 1000)


def course(opening, vintage, arrivals, demand, first_year=2024):
    """Follow money with one step a month or several, and stack what each month says."""
    steps = demand.reshape(len(arrivals), -1, demand.shape[1])
    months = follow(opening, vintage, first_year, zip(arrivals, steps, strict=True))
    return SimpleNamespace(
        **{
            name: np.array(
                [np.broadcast_to(each, (*each.shape[:-1], demand.shape[1])) for each in parts]
            )
            for name, parts in zip(Month._fields, zip(*months, strict=True), strict=True)
        }
    )


def courses(plan, paths=5, seed=7):
    for unit in range(len(plan.unit_code)):
        arrivals, demand = drawn(plan, unit, paths, seed)
        yield unit, arrivals, demand, course(plan.opening_wan[unit], plan.vintage, arrivals, demand)


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
    for unit, arrivals, demand, made in courses(plan):
        for part in (made.stock_wan, made.paid_wan, made.shortfall_wan, made.recovered_wan):
            assert (part >= 0).all()
        out = made.paid_wan.sum(axis=0) + made.recovered_wan.sum(axis=(0, 1))
        out += made.stock_wan[-1].sum(axis=0)
        money = plan.opening_wan[unit].sum() + arrivals.sum(axis=(0, 1))
        np.testing.assert_allclose(*np.broadcast_arrays(out, money), rtol=1e-12, atol=1e-9)
        np.testing.assert_allclose(
            (made.paid_wan + made.shortfall_wan).sum(axis=0), demand.sum(axis=0), rtol=1e-12
        )


@untimed
@given(plans())
def test_after_a_december_nothing_older_than_the_year_is_left(plan):
    for _, _, _, made in courses(plan):
        for december in range(11, plan.months, 12):
            year = plan.first_year + december // 12
            assert (made.stock_wan[december, plan.vintage < year] == 0).all()
        # Money of the last year has had no December in which it could be recovered.
        assert (made.recovered_wan[:, plan.vintage == plan.vintage[-1]] == 0).all()


@untimed
@given(plans())
def test_depleted_is_a_path_from_its_first_shortfall_on(plan):
    for _, _, demand, made in courses(plan):
        np.testing.assert_array_equal(made.depleted, made.lacking_wan.cumsum(axis=0) > 0)
        # What does not count as a shortage is rounding.
        assert (made.lacking_wan <= made.shortfall_wan).all()
        rounding = made.shortfall_wan.sum(axis=0) - made.lacking_wan.sum(axis=0)
        assert (rounding <= 1e-9 * demand.sum(axis=0) * len(demand)).all()


def test_the_two_year_rule_by_hand():
    # 30 left of 2023, 50 of 2024; 2 a month. By December 2024 24 of the 2023 money is paid and
    # its last 6 are lost. In 2025 another 24 come out of the 50; the last 26 are lost. The 10
    # granted in January 2025 outlive both Decembers.
    vintage = np.array([2023, 2024, 2025])
    arrivals = np.zeros((24, 3, 1))
    arrivals[12, 2] = 10
    made = course(np.array([30.0, 50.0, 0.0]), vintage, arrivals, np.full((24, 1), 2.0))
    assert made.recovered_wan.sum(axis=0)[:, 0].tolist() == [6, 26, 0]
    assert made.stock_wan[10, :, 0].tolist() == [8, 50, 0]
    assert made.stock_wan[11, :, 0].tolist() == [0, 50, 0]
    assert made.stock_wan[12, :, 0].tolist() == [0, 48, 10]
    assert made.stock_wan[23, :, 0].tolist() == [0, 0, 10]
    assert not made.depleted.any()


def test_money_recovered_is_missing_in_january():
    # Enough in all, but what December takes cannot pay January.
    vintage = np.array([2023, 2024, 2025])
    nothing, demand = np.zeros((13, 3, 1)), np.full((13, 1), 5.0)
    made = course(np.array([100.0, 0.0, 0.0]), vintage, nothing, demand)
    assert made.recovered_wan.sum(axis=0)[:, 0].tolist() == [40, 0, 0]
    assert made.depleted[:, 0].tolist() == [False] * 12 + [True]
    assert made.shortfall_wan[:, 0].tolist() == [0] * 12 + [5]
