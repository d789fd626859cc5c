"""Money that comes late: how often, of which year, and what comes after the last month."""

import numpy as np
import pytest
from stock_plans import drawn, one_unit

from analysis.errors import PlanError
from analysis.stock import project, simulate
from analysis.stock.projection import expected_arrivals

ERRORS = 4.5


def due(months=12, **amounts):
    receipts = np.zeros((1, months))
    for month, amount in amounts.items():
        receipts[0, int(month[1:]) - 1] = amount
    return {"months": months, "receipts_wan": receipts}


def test_the_odds_of_a_delay_are_those_given():
    paths, odds = 50_000, np.array([0.5, 0.3, 0.2])
    plan = one_unit(**due(m2=7, m3=11), late_odds=odds)
    arrivals = drawn(plan, 0, paths, seed=1)[0][:, 0]
    error = ERRORS * np.sqrt(odds * (1 - odds) / paths)
    first = np.array([np.isin(arrivals[month], (7, 18)).mean() for month in (1, 2, 3)])
    second = np.array([np.isin(arrivals[month], (11, 18)).mean() for month in (2, 3, 4)])
    assert (np.abs(first - odds) < error).all() and (np.abs(second - odds) < error).all()
    # Independent of one another: together in the third month with the product of their odds.
    both = (arrivals[2] == 18).mean()
    assert abs(both - 0.3 * 0.5) < ERRORS * np.sqrt(0.15 * 0.85 / paths)
    assert (arrivals.sum(axis=0) == 18).all()


def test_a_delay_leaves_months_unpaid():
    paths = 20_000
    plan = one_unit(opening_wan=[[10.0]], **due(m2=200), late_odds=[0.5, 0.3, 0.2])
    result = simulate(plan, paths=paths, seed=2)
    found = result.odds_depleted[0]
    assert found[0] == 0 and abs(found[1] - 0.5) < ERRORS * 0.5 / np.sqrt(paths)
    assert (found[1:] == found[1]).all()
    # 10 a month is missing in month 2 with odds of 1/2, in month 3 with odds of 1/5.
    spread = np.sqrt(np.array([0.25, 0.16]) / paths) * 10
    assert (np.abs(result.shortfall_wan[0, 1:3] - [5, 2]) < ERRORS * spread).all()
    assert result.shortfall_wan[0, 3:].sum() == 0


def test_money_due_in_december_keeps_its_year():
    plan = one_unit(opening_wan=[[120.0, 0.0]], **due(24, m12=150), late_odds=[0.0, 1.0])
    result = simulate(plan, paths=3, seed=1)
    # All of 2025's demand of 120 is paid by money of 2024; the other 30 are lost in December 2025.
    assert result.odds_depleted.max() == 0
    assert result.recovered_wan[0] == pytest.approx(30)
    assert result.recovered_by_year_wan[0, 0] == 0
    assert result.carry_over_wan.sum() == 0


def test_money_that_comes_after_the_horizon_does_not_arrive():
    plan = one_unit(opening_wan=[[110.0]], **due(m11=500), late_odds=[0.0, 0.0, 1.0])
    expected, result = project(plan), simulate(plan, paths=3, seed=1)
    assert expected.depletion_month[0] == 12
    assert result.odds_depleted[0].tolist() == [0] * 11 + [1]
    assert result.carry_over_wan.sum() == expected.stock_wan[0, -1] == 0


def test_the_expected_course_spreads_receipts_over_their_odds():
    plan = one_unit(opening_wan=[[0.0]], **due(m1=100, m2=10), late_odds=[0.6, 0.4])
    arrivals = expected_arrivals(plan)[:, 0, 0]
    assert arrivals[:4] == pytest.approx([60, 46, 4, 0])
    assert project(plan).days_of_cover[0] == pytest.approx(6 * 365 / 12)
    # As many paths as it takes to see it: the mean of the drawn ones is the expected one.
    found = drawn(plan, 0, 40_000, seed=3)[0][:, 0]
    error = found.std(axis=1) / 200
    assert (np.abs(found.mean(axis=1) - arrivals) <= ERRORS * error).all()


def test_money_of_an_earlier_year_that_comes_late_is_paid_first():
    # 120 of 2024 pay 2024; 60 due in December and 100 due in January come two months late.
    plan = one_unit(
        opening_wan=[[150.0, 0.0]], **due(24, m12=60, m13=100), late_odds=[0.0, 0.0, 1.0]
    )
    by_vintage = simulate(plan, paths=1, seed=1).vintage_stock_wan[0].T
    assert by_vintage[:, 11].tolist() == [30, 0]
    assert by_vintage[:, 13].tolist() == [70, 0]
    assert by_vintage[:, 14].tolist() == [60, 100]
    assert by_vintage[:, 23].tolist() == [0, 70]


@pytest.mark.parametrize(
    "odds", [[], [0.5, 0.4], [1.2, -0.2], [[1.0]], [np.nan], [np.inf, -np.inf], [0.5, 0.6]]
)
def test_odds_that_do_not_add_to_one_are_refused(odds):
    with pytest.raises(PlanError) as caught:
        one_unit(late_odds=odds)
    assert "late_odds" in caught.value.zh and "late_odds" in caught.value.en
    assert "add to 1" in caught.value.en and "合计为 1" in caught.value.zh
