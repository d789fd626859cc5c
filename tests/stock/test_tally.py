"""Counts instead of paths: a quantile is known to a bin's width, a top-up is never too small."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stock_plans import one_unit, untimed

from analysis.stock import simulate, tally
from analysis.stock.bins import BINS, PLACES, add_counts, quantiles, scale_of
from analysis.stock.block import tile_sums
from analysis.stock.tally import LEVELS

PATHS = 20_000
NOISE = {"volatility": [0.05], "lump_rate": [0.5], "lump_mean_wan": [3.0], "correlation": 0.5}
PLANS = [
    one_unit(opening_wan=[[125.0]], **NOISE),
    one_unit(opening_wan=[[60.0]], **NOISE),
    one_unit(opening_wan=[[500.0]], **NOISE),
    one_unit(months=30, opening_wan=[[250.0, 0, 0]], receipts_wan=np.full((1, 30), 4.0), **NOISE),
    one_unit(opening_wan=[[70.0]], lump_rate=[0.1], lump_mean_wan=[200.0]),
    one_unit(),
    one_unit(opening_wan=[[0.0]]),
]


@pytest.mark.parametrize("plan", PLANS)
def test_counted_paths_give_nearly_what_kept_ones_give(plan, monkeypatch):
    counted = simulate(plan, paths=PATHS, seed=1)
    first = simulate(plan, paths=tally.KEPT, seed=1)
    monkeypatch.setattr(tally, "KEPT", PATHS)
    kept = simulate(plan, paths=PATHS, seed=1)
    for field in dataclasses.fields(kept):
        if field.name in ("quantiles", "top_up_wan", "top_up_year_wan"):
            continue
        np.testing.assert_array_equal(getattr(counted, field.name), getattr(kept, field.name))
    # No range is wider than the money there is.
    width = plan.total_wan[0] / BINS
    np.testing.assert_allclose(counted.quantiles, kept.quantiles, rtol=0, atol=width)
    assert ((counted.quantiles == 0) == (kept.quantiles == 0)).all()
    # The Monte Carlo error of a quantile, from its difference to that of a fifth of the paths.
    error = np.abs(kept.quantiles - first.quantiles).mean()
    assert np.abs(counted.quantiles - kept.quantiles).mean() <= 0.1 * error + 1e-12
    for name in ("top_up_wan", "top_up_year_wan"):
        found, exact = getattr(counted, name), getattr(kept, name)
        assert (found >= exact).all()
        assert (found <= exact * 1.002).all()


@pytest.mark.parametrize("plan", PLANS[:4])
def test_the_top_up_of_counted_paths_leaves_one_in_twenty(plan):
    more = simulate(plan, paths=PATHS, seed=1).top_up_wan[0]
    opening = plan.opening_wan.copy()
    opening[0, 0] += more if np.isfinite(more) else 0
    after = simulate(dataclasses.replace(plan, opening_wan=opening), paths=PATHS, seed=1)
    assert np.isinf(more) or after.odds_depleted[0, -1] <= 0.05


AMOUNTS = st.lists(st.one_of(st.just(0.0), st.floats(1e-3, 1e6)), min_size=1, max_size=60)


@untimed
@given(AMOUNTS, AMOUNTS)
def test_quantiles_of_any_amounts_are_known_to_their_bin(first, more):
    most = np.array([max(*first, *more, 1.0) * 2])
    scale = scale_of(np.array([first]), most)
    counts = np.zeros((1, PLACES), dtype=np.int32)
    amounts = np.array([[*first, *more]])
    add_counts(amounts, scale, counts)
    assert counts.sum() == amounts.size
    found = quantiles(counts, scale, most, LEVELS)[:, 0]
    exact = np.quantile(amounts[0], LEVELS)
    inside = (amounts[0] == 0) | ((amounts[0] >= scale.low[0]) & (amounts[0] <= scale.end[0]))
    if inside.all():
        width = (scale.end[0] - scale.low[0]) / BINS
        np.testing.assert_allclose(found, exact, rtol=1e-9, atol=width * 1.001)
    assert (found >= 0).all() and (found <= most).all() and (np.diff(found) >= -1e-9 * most).all()


def test_a_year_is_read_from_two():
    noise = NOISE | {"late_odds": [0.8, 0.2], "opening_wan": [[20.0, 90.0, 0.0]]}
    noise["receipts_wan"] = np.full((1, 24), 1.0)
    two = one_unit(months=24, vintage=[2023, 2024, 2025], **noise)
    one = dataclasses.replace(
        two,
        vintage=[2023, 2024],
        opening_wan=two.opening_wan[:, :2],
        receipts_wan=two.receipts_wan[:, :12],
        demand_wan=two.demand_wan[:, :12],
    )
    for paths in (3000, 9000):
        long, short = (simulate(plan, paths=paths, seed=4) for plan in (two, one))
        same = {
            "odds_depleted": long.odds_depleted[:, :12],
            "quantiles": long.quantiles[:, :, :12],
            "paid_wan": long.paid_wan[:, :12],
            "shortfall_wan": long.shortfall_wan[:, :12],
            "vintage_stock_wan": long.vintage_stock_wan[:, :12, :2],
            "carry_over_wan": long.carry_over_year_wan[:, :2],
            "recovered_wan": long.recovered_year_wan,
            "top_up_wan": long.top_up_year_wan,
        }
        for name, found in same.items():
            np.testing.assert_array_equal(found, getattr(short, name), err_msg=name)


def test_the_odds_of_recovery_count_paths_not_dust():
    exactly = one_unit(months=24, opening_wan=[[240.0, 0.0]])
    assert simulate(exactly, paths=5, seed=1).odds_recovered[0] == 0
    chance = one_unit(months=24, opening_wan=[[240.0, 0.0]], volatility=[0.1])
    result = simulate(chance, paths=4000, seed=1)
    # Of 240 some is left at the end of 2025 on every path that never ran out.
    assert result.odds_recovered[0] == pytest.approx(1 - result.odds_depleted[0, -1], abs=1e-12)


def test_sums_are_those_of_exact_arithmetic():
    values = np.random.default_rng(1).random((3, 2048))
    sums = tile_sums(values, 1700)
    assert sums.shape == (4, 3)
    np.testing.assert_allclose(sums.sum(axis=0), values[:, :1700].sum(axis=1), rtol=1e-14)
