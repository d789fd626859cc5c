"""Limits in which ruin theory has the answer, and another program for the model without chance.

Tolerances are 4.5 Monte Carlo standard errors: a correct program exceeds one seven times in a
million. Seeds are fixed.
"""

import warnings

import numpy as np
import pytest
from scipy import integrate, stats
from stock_plans import one_unit

from analysis.stock import project, simulate

PATHS = 20_000
ERRORS = 4.5
MONTH = np.arange(1, 13)


def within(found, low, high):
    """Tell whether odds found lie between two bounds, give or take the Monte Carlo error."""
    error = ERRORS * np.sqrt(np.maximum(high * (1 - low), 1 / PATHS) / PATHS)
    return bool((found > low - error).all() and (found < high + error).all())


def ruin(capital, time, rate):
    """Odds of ruin by a time: claims of mean 1 at a rate below 1, premium 1 per unit of time.

    S. Asmussen and H. Albrecher, Ruin Probabilities (2010), proposition IX.1.3.
    """
    root = np.sqrt(rate)

    def integrand(x):
        first = rate * np.exp(
            2 * root * time * np.cos(x) - (1 + rate) * time + capital * (root * np.cos(x) - 1)
        )
        phase = capital * root * np.sin(x)
        return first * (np.cos(phase) - np.cos(phase + 2 * x)) / (1 + rate - 2 * root * np.cos(x))

    for_ever = rate * np.exp(-(1 - rate) * capital)
    return for_ever - integrate.quad(integrand, 0, np.pi, limit=500)[0] / np.pi


@pytest.mark.parametrize("steps", [200, 1000])
def test_lumps_against_a_steady_income_are_cramer_lundberg(steps):
    rate, size, capital, loading = 20.0, 2.0, 8.0, 1.3
    income = loading * rate * size
    plan = one_unit(
        opening_wan=[[capital]],
        receipts_wan=np.full((1, 12), income),
        demand_wan=np.zeros((1, 12)),
        lump_rate=[rate],
        lump_mean_wan=[size],
        steps_per_month=steps,
    )
    found = simulate(plan, paths=PATHS, seed=5).odds_depleted[0]
    # Shortage is seen at the ends of steps: ruin with a step's income less is seen for certain.
    late, exact = (
        np.array([ruin(each / size, income * month / size, 1 / loading) for month in MONTH])
        for each in (capital + income / steps, capital)
    )
    assert (exact - late).max() < 0.13 * 200 / steps
    assert within(found, late, exact)
    # In the twelfth month little is left of what ruin for ever adds.
    for_ever = np.exp(-(1 - 1 / loading) * capital / size) / loading
    assert exact[-1] == pytest.approx(for_ever, abs=0.002)


def test_small_frequent_lumps_pass_like_a_drifting_brownian_motion():
    rate, spread, drift, capital, steps = 2000.0, 10.0, 5.0, 60.0, 200
    # Variance a month is 2 rate size^2.
    size = spread / np.sqrt(2 * rate)
    plan = one_unit(
        opening_wan=[[capital]],
        receipts_wan=np.full((1, 12), rate * size - drift),
        demand_wan=np.zeros((1, 12)),
        lump_rate=[rate],
        lump_mean_wan=[size],
        steps_per_month=steps,
    )
    found = simulate(plan, paths=PATHS, seed=6).odds_depleted[0]

    def passed(distance):
        # SciPy's inverse Gaussian of mean distance / drift and shape (distance / spread)^2.
        shape = (distance / spread) ** 2
        return stats.invgauss(distance / drift / shape, scale=shape).cdf(MONTH)

    # The overshoot of a lump is its mean size; steps hide 0.583 standard deviations of one
    # (M. Broadie, P. Glasserman and S. Kou, Mathematical Finance 7, 1997).
    hidden = size + 0.583 * spread / np.sqrt(steps)
    assert within(found, passed(capital + hidden), passed(capital))
    assert (passed(capital) - passed(capital + hidden)).max() < 0.02


@pytest.mark.parametrize(("rate", "steps"), [(0.8, 1), (0.8, 4), (3.0, 1), (20.0, 1), (20.0, 4)])
def test_the_sum_of_lumps_is_a_poisson_mixture_of_gamma_variates(rate, steps):
    size, money = 2.0, 15 * rate
    plan = one_unit(
        opening_wan=[[money]],
        demand_wan=np.zeros((1, 12)),
        lump_rate=[rate],
        lump_mean_wan=[size],
        steps_per_month=steps,
    )
    result = simulate(plan, paths=PATHS, seed=7)
    number = np.arange(1, 500)
    weights = stats.poisson(rate * MONTH[:, None]).pmf(number)
    above = stats.gamma(number, scale=size).sf(money)
    assert within(result.odds_depleted[0], weights @ above, weights @ above)
    # What lumps come to beyond the money: E(S - a)+ of a gamma variate, and its variance.
    beyond = number * size * stats.gamma(number + 1, scale=size).sf(money) - money * above
    square = number * (number + 1) * size**2 * stats.gamma(number + 2, scale=size).sf(money)
    square += -2 * money * (beyond + money * above) + money**2 * above
    mean = weights[-1] @ beyond
    error = np.sqrt((weights[-1] @ square - mean**2) / PATHS)
    assert abs(result.expected_shortfall_wan[0] - mean) < ERRORS * error


VENSIM = """{UTF-8}
Opening = %r ~ ~ |
Growth = %r ~ ~ |
Rate = %r ~ ~ |
Arriving = IF THEN ELSE(Time = 6, %r, 0) ~ ~ |
Demand = Rate * EXP(Growth * (Time + 1)) ~ ~ |
Paying = MIN(Stock / TIME STEP + Arriving, Demand) ~ ~ |
Stock = INTEG(Arriving - Paying, Opening) ~ ~ |
INITIAL TIME = 0 ~ ~ |
FINAL TIME = 12 ~ ~ |
TIME STEP = 1 ~ ~ |
SAVEPER = TIME STEP ~ ~ |
"""


def test_pysd_runs_the_model_without_chance_to_the_same_numbers(tmp_path):
    opening, growth, rate, arriving = 45.0, 0.02, 10.0, 30.0
    file = tmp_path / "stock.mdl"
    file.write_text(VENSIM % (opening, growth, rate, arriving), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pysd

        table = pysd.read_vensim(str(file)).run()
    receipts = np.zeros((1, 12))
    receipts[0, 6] = arriving
    plan = one_unit(opening_wan=[[opening]], growth=[growth], receipts_wan=receipts)
    expected, result = project(plan), simulate(plan, paths=1, seed=1)
    np.testing.assert_allclose(table["Stock"][1:], expected.stock_wan[0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(table["Paying"][:12], expected.paid_wan[0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(result.paid_wan, expected.paid_wan, rtol=1e-12, atol=1e-12)
