"""The top-up keeps its promise when it is paid in and the same paths are run again."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stock_plans import one_unit, plans, untimed

from analysis.stock import simulate

NOISE = {"volatility": [0.1], "lump_rate": [0.5], "lump_mean_wan": [8.0]}


def topped_up(plan, more_wan):
    opening = plan.opening_wan.copy()
    opening[:, plan.vintage == plan.first_year] += np.reshape(more_wan, (-1, 1))
    return dataclasses.replace(plan, opening_wan=opening)


def final_odds(plan, paths):
    return simulate(plan, paths=paths, seed=3).odds_depleted[:, -1]


@untimed
@given(plans(), st.sampled_from([1, 19, 20, 50]))
def test_with_the_top_up_at_most_one_path_in_twenty_runs_out(plan, paths):
    more = simulate(plan, paths=paths, seed=3).top_up_wan
    assert (more >= 0).all()
    if plan.months <= 24:
        assert np.isfinite(more).all()
    promised = np.isfinite(more)
    odds = final_odds(topped_up(plan, np.where(promised, more, 0)), paths)
    assert (odds[promised] <= 0.05).all()
    # No money at the start helps a unit whose later years fall short by themselves.
    odds = final_odds(topped_up(plan, np.where(promised, 0, 1e7)), paths)
    assert (odds[~promised] > 0.05).all()


@untimed
@given(plans(), st.sampled_from([19, 20, 50]))
def test_noticeably_less_than_the_top_up_is_not_enough(plan, paths):
    more = simulate(plan, paths=paths, seed=3).top_up_wan
    # Below a hundred yuan on a plan of thousands of 万元, the tolerance for rounding decides.
    known = np.isfinite(more) & (more > 0.01)
    odds = final_odds(topped_up(plan, np.where(known, more * 0.999 - 1e-3, 0)), paths)
    assert (odds[known] > 0.05).all()


@pytest.mark.parametrize(
    ("months", "vintage", "opening"),
    [(12, [2024], [90.0]), (18, [2023, 2024, 2025], [80.0, 70.0, 0.0])],
)
def test_the_odds_come_down_to_five_percent(months, vintage, opening):
    plan = one_unit(months=months, vintage=vintage, opening_wan=[opening], **NOISE)
    result = simulate(plan, paths=2000, seed=3)
    assert result.odds_depleted[0, -1] > 0.5
    assert final_odds(topped_up(plan, result.top_up_wan), 2000)[0] == 0.05


def test_the_part_that_december_takes_must_be_made_good():
    # 2023 money of 200 pays 120 in 2024; its other 80 are lost. 2025 needs 60 by June.
    plan = one_unit(months=18, vintage=[2023, 2024, 2025], opening_wan=[[200.0, 25.0, 0.0]])
    assert simulate(plan, paths=20, seed=1).top_up_wan[0] == pytest.approx(35)


def test_no_money_at_the_start_pays_for_the_third_year():
    plan = one_unit(months=25, opening_wan=[[300.0, 0.0, 0.0]])
    assert simulate(plan, paths=20, seed=1).top_up_wan[0] == math.inf


def test_rounding_in_a_year_that_lacks_nothing_is_no_reason_to_give_up():
    # Seven sevenths of 0.1 add up to more than 0.1; 2025 pays none of it, and 2026 needs none.
    receipts, demand = np.zeros((1, 26)), np.zeros((1, 26))
    receipts[0, 14], demand[0, 13] = 0.1, 5
    plan = one_unit(
        months=26,
        opening_wan=[[0.0, 0.0, 0.0]],
        receipts_wan=receipts,
        demand_wan=demand,
        steps_per_month=7,
    )
    assert simulate(plan, paths=20, seed=1).top_up_wan[0] == pytest.approx(5)


def test_money_at_the_start_spares_later_money_for_the_third_year():
    # 2025's own 125 would be used up in 2025 but for the money of 2024.
    receipts = np.zeros((1, 25))
    receipts[0, 12] = 125
    plan = one_unit(months=25, opening_wan=[[120.0, 0.0, 0.0]], receipts_wan=receipts)
    assert simulate(plan, paths=20, seed=1).top_up_wan[0] == pytest.approx(5)
