"""Chance held against closed forms, an independent convolution, and its own promises."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from stock_plans import drawn, one_unit, plans, untimed

from analysis.errors import PlanError, UsageError
from analysis.stock import execution, simulate, simulation, stock_table

PATHS = 40_000
# Two-sided odds of a correct program beyond this many standard errors: 6 in 100,000.
ERRORS = 4


def subset(plan, places):
    """Return the plan of some units, in the order of `places`."""
    whole = {"vintage", "correlation", "steps_per_month", "late_odds"}
    fields = {
        name: getattr(plan, name)
        if name in whole
        else [getattr(plan, name)[place] for place in places]
        for name in plan.__dataclass_fields__
    }
    return type(plan)(**fields)


@pytest.mark.parametrize("steps", [1, 3])
def test_lognormal_demand_has_its_closed_form_moments(steps):
    growth, sigma, rate = 0.01, 0.2, 10.0
    plan = one_unit(opening_wan=[[1e6]], growth=[growth], volatility=[sigma], steps_per_month=steps)
    result = simulate(plan, paths=PATHS, seed=11)
    time = np.arange(1, 12 * steps + 1) / steps
    mean = rate / steps * np.exp(growth * time)
    # Cov of two martingale factors: exp(sigma^2 min(s, t)) - 1.
    cov = np.outer(mean, mean) * np.expm1(sigma**2 * np.minimum.outer(time, time))
    by_month = np.kron(np.eye(12), np.ones(steps))
    error = np.sqrt(np.diag(by_month @ cov @ by_month.T) / PATHS)
    assert (np.abs(result.paid_wan[0] - by_month @ mean) < ERRORS * error).all()
    spent = 1e6 - result.carry_over_wan.sum()
    assert abs(spent - mean.sum()) < ERRORS * np.sqrt(cov.sum() / PATHS)


def test_the_second_moment_of_the_drawn_demand_is_lognormal():
    sigma = 0.3
    plan = one_unit(volatility=[sigma])
    demand = drawn(plan, 0, PATHS, seed=5)[1]
    logs = np.log(demand / 10)
    month = np.arange(1, 13)
    assert (
        np.abs(logs.mean(axis=1) + sigma**2 * month / 2) < ERRORS * sigma * np.sqrt(month / PATHS)
    ).all()
    # The variance of a sample variance of normals is 2 s^4 / (n - 1).
    error = sigma**2 * month * np.sqrt(2 / (PATHS - 1))
    assert (np.abs(logs.var(axis=1, ddof=1) - sigma**2 * month) < ERRORS * error).all()


def test_the_widest_walk_stays_a_number():
    result = simulate(one_unit(months=600, volatility=[10.0]), paths=500, seed=1)
    assert np.isfinite(result.quantiles).all() and np.isfinite(result.paid_wan).all()


def test_the_fan_of_the_first_month_is_a_quantile_of_the_lognormal():
    sigma = 0.25
    result = simulate(one_unit(volatility=[sigma]), paths=PATHS, seed=4)
    found = result.quantiles[0, :, 0]
    # Stock falls where demand rises: odds of a stock below x are odds of a demand above 100 - x.
    reached = stats.lognorm(sigma, scale=10 * np.exp(-(sigma**2) / 2)).sf(100 - found)
    level = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    assert (np.abs(reached - level) < ERRORS * np.sqrt(level * (1 - level) / PATHS)).all()


@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_the_correlation_of_two_units_is_the_shared_part(correlation):
    both = {
        name: np.repeat(getattr(one_unit(), name), 2, axis=0)
        for name in ("opening_wan", "receipts_wan", "demand_wan")
    }
    two = [0.0, 0.0]
    plan = one_unit(
        unit_code=["654201", "654221"],
        **both,
        growth=two,
        volatility=[0.2, 0.4],
        lump_rate=two,
        lump_mean_wan=two,
        correlation=correlation,
    )
    walks = [np.log(drawn(plan, unit, PATHS, seed=2)[1][-1]) for unit in (0, 1)]
    found = np.corrcoef(walks)[0, 1]
    # The standard error of a correlation of normals.
    error = (1 - correlation**2) / np.sqrt(PATHS)
    assert abs(found - correlation) <= ERRORS * error + 1e-12


@untimed
@given(plans(most_units=4), st.randoms(use_true_random=False))
def test_order_and_company_of_units_change_no_bit(plan, random):
    whole = simulate(plan, paths=30, seed=6)
    places = list(range(len(plan.unit_code)))
    random.shuffle(places)
    places = places[: random.randint(1, len(places))]
    part = simulate(subset(plan, places), paths=30, seed=6)
    for field in dataclasses.fields(whole):
        if field.name in ("paths", "seed"):
            continue
        found, wanted = getattr(part, field.name), getattr(whole, field.name)
        if field.name == "unit_code":
            assert found == tuple(wanted[place] for place in places)
        else:
            np.testing.assert_array_equal(found, wanted[places])


def test_a_longer_horizon_has_the_same_first_months():
    noise = {"volatility": [0.2], "lump_rate": [0.7], "lump_mean_wan": [4.0], "correlation": 0.4}
    year = simulate(one_unit(**noise), paths=500, seed=9)
    two = simulate(one_unit(months=24, **noise), paths=500, seed=9)
    np.testing.assert_array_equal(two.odds_depleted[:, :12], year.odds_depleted)
    np.testing.assert_array_equal(two.quantiles[:, :, :12], year.quantiles)


def test_paths_go_in_blocks_and_the_first_ones_give_the_fan(monkeypatch):
    plan = one_unit(volatility=[0.2], lump_rate=[0.7], lump_mean_wan=[4.0], correlation=0.4)
    monkeypatch.setattr(simulation, "BLOCK", 200)
    first, all_paths = (simulate(plan, paths=paths, seed=1) for paths in (200, 500))
    np.testing.assert_array_equal(all_paths.quantiles, first.quantiles)
    # Blocks have numbers of their own: the others do not repeat the first.
    rest = (500 * all_paths.paid_wan - 200 * first.paid_wan) / 300
    assert (np.abs(rest - first.paid_wan)[:, :6] > 0.001).all()
    # The sum of all paths, each drawn and followed by itself.
    demand = np.concatenate([drawn(plan, 0, 200, 1, 0)[1], drawn(plan, 0, 200, 1, 1)[1]], axis=1)
    demand = np.concatenate([demand, drawn(plan, 0, 100, 1, 2)[1]], axis=1)
    paid = np.minimum(demand.cumsum(axis=0), 100).mean(axis=1)
    np.testing.assert_allclose(all_paths.paid_wan[0].cumsum(), paid, rtol=1e-12)


def test_the_seed_alone_decides():
    plan = one_unit(volatility=[0.2], lump_rate=[0.7], lump_mean_wan=[4.0])
    first, again, other = (simulate(plan, paths=200, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.quantiles, again.quantiles)
    assert (first.quantiles != other.quantiles).any()


@untimed
@given(plans())
def test_expectations_balance_and_odds_only_rise(plan):
    result = simulate(plan, paths=40, seed=1)
    out = result.paid_wan.sum(axis=1) + result.recovered_wan + result.carry_over_wan.sum(axis=1)
    # Late money may come after the last month.
    assert (out <= plan.total_wan * (1 + 1e-9) + 1e-9).all()
    if len(plan.late_odds) == 1:
        np.testing.assert_allclose(out, plan.total_wan, rtol=1e-9, atol=1e-9)
        # Every month: what came in, less what was paid, is there or was taken in a December.
        came = plan.opening_wan.sum(axis=1)[:, None] + plan.receipts_wan.cumsum(axis=1)
        taken = np.zeros_like(came)
        taken[:, 11::12] = result.recovered_by_year_wan
        there = came - result.paid_wan.cumsum(axis=1) - taken.cumsum(axis=1)
        np.testing.assert_allclose(result.vintage_stock_wan.sum(axis=2), there, atol=1e-8)
    assert (np.diff(result.odds_depleted, axis=1) >= 0).all()
    assert (result.odds_depleted >= 0).all() and (result.odds_depleted <= 1).all()
    assert (np.diff(result.quantiles, axis=1) >= 0).all()
    assert (result.quantiles >= 0).all()
    assert (result.expected_shortfall_wan >= 0).all()


@untimed
@given(plans(most_units=1), st.floats(0.5, 100), st.data())
def test_more_money_never_raises_the_odds(plan, more, data):
    receipts, opening = plan.receipts_wan.copy(), plan.opening_wan.copy()
    month = data.draw(st.integers(0, plan.months))
    if month:
        receipts[0, month - 1] += more
    else:
        opening[0, data.draw(st.sampled_from(np.flatnonzero(plan.vintage <= 2024).tolist()))] += (
            more
        )
    richer = dataclasses.replace(plan, receipts_wan=receipts, opening_wan=opening)
    before, after = (simulate(each, paths=40, seed=1) for each in (plan, richer))
    assert (after.odds_depleted <= before.odds_depleted).all()
    assert (after.expected_shortfall_wan <= before.expected_shortfall_wan + 1e-9).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [("paths", 0), ("paths", 2.5), ("paths", True), ("paths", "9"), ("seed", -1), ("seed", None)],
)
def test_paths_and_seed_are_whole_numbers(name, value):
    with pytest.raises(UsageError, match=f"{name} is {value}"):
        simulate(one_unit(), **({"paths": 10, "seed": 1} | {name: value}))


def test_the_tables_hold_both_tails():
    receipts = np.zeros((2, 12))
    receipts[:, 0] = [60, 150]
    two = [0.0, 0.0]
    plan = one_unit(
        unit_code=["short", "rich"],
        opening_wan=np.zeros((2, 1)),
        receipts_wan=receipts,
        demand_wan=np.full((2, 12), 10.0),
        growth=two,
        volatility=two,
        lump_rate=two,
        lump_mean_wan=two,
    )
    result = simulate(plan, paths=20, seed=1)
    table = stock_table(plan, result)
    assert table.index.name == "unit_code"
    short, rich = table.loc["short"], table.loc["rich"]
    assert (short["odds_year_end"], short["carry_over_wan"]) == (1, 0)
    assert (short["depletion_month"], short["runway_months"]) == (7, 6)
    assert (short["expected_shortfall_wan"], short["top_up_wan"]) == (60, 60)
    assert (rich["odds_year_end"], rich["carry_over_wan"], rich["top_up_wan"]) == (0, 30, 0)
    assert np.isnan(rich["depletion_month"])
    assert table["monthly_demand_wan"].tolist() == [10, 10]
    rates = execution(plan, result)
    assert rates.shape == (24, 4)
    june = rates[rates["month"] == 6].set_index("unit_code")
    assert june.loc["short", "execution_rate"] == 1
    assert june.loc["rich", "execution_rate"] == pytest.approx(0.4)
    assert june["time_progress"].tolist() == [0.5, 0.5]
    alone = rates[rates["unit_code"] == "rich"].reset_index(drop=True)
    assert execution(plan, result, unit_code="rich").equals(alone)


def test_time_progress_ends_with_the_year_and_no_money_has_no_rate():
    plan = one_unit(months=15, opening_wan=[[0.0, 0.0]])
    rates = execution(plan, simulate(plan, paths=2, seed=1))
    assert rates["time_progress"].tolist()[10:] == [11 / 12, 1, 1, 1, 1]
    assert rates["execution_rate"].isna().all()


def test_the_result_of_another_plan_is_refused():
    result = simulate(one_unit(), paths=2, seed=1)
    with pytest.raises(PlanError, match="other units or months"):
        stock_table(one_unit(months=13), result)
    with pytest.raises(PlanError, match="other units or months"):
        execution(one_unit(unit_code=["654221"]), result)
