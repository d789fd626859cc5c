"""The growth that uses up the money: against the projection, a root finder and closed forms."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq
from stock_plans import one_unit, plans, untimed

from analysis.errors import PlanError
from analysis.stock import project, reverse_stress

AMOUNTS = ("opening_wan", "receipts_wan", "demand_wan", "lump_mean_wan")
LATE = ((1.0,), (0.0, 1.0), (0.5, 0.25, 0.25))


def first_months(plan, months, growth=None):
    """Return the first months of a plan, up to 12, with one growth for every unit."""
    kept = plan.vintage <= plan.first_year
    changes = {
        "opening_wan": plan.opening_wan[:, kept],
        "vintage": plan.vintage[kept],
        "receipts_wan": plan.receipts_wan[:, :months],
        "demand_wan": plan.demand_wan[:, :months],
    }
    if growth is not None:
        changes["growth"] = np.full(len(plan.unit_code), growth)
    return dataclasses.replace(plan, **changes)


def one_of(plan, unit):
    """Return the plan of a single unit."""
    fields = ("opening_wan", "receipts_wan", "demand_wan", "growth", "volatility", "lump_rate")
    only = {name: getattr(plan, name)[[unit]] for name in (*fields, "lump_mean_wan")}
    return dataclasses.replace(plan, unit_code=(plan.unit_code[unit],), **only)


def used_up(plan, months, growth):
    """Return whether the projection of a single unit is depleted within some months."""
    try:
        expected = project(first_months(plan, months, growth))
    except PlanError:
        # Demand beyond all bounds in some month: no plan has it.
        assume(False)
    return not math.isnan(expected.depletion_month[0])


@untimed
@given(plans(), st.sampled_from(LATE), st.data())
def test_the_projection_is_depleted_just_above_and_not_just_below(plan, late, data):
    plan = dataclasses.replace(plan, late_odds=late)
    table = reverse_stress(plan)
    unit = data.draw(st.integers(0, len(plan.unit_code) - 1))
    month = data.draw(st.integers(1, table.shape[1]))
    single, growth = one_of(plan, unit), table.iloc[unit, month - 1]
    if math.isnan(growth):
        assert not used_up(single, month, 1.5)
    elif growth == -math.inf:
        assert used_up(single, month, -40.0)
    else:
        near = 1e-6 * max(1.0, abs(growth))
        assert used_up(single, month, growth + near)
        assert not used_up(single, month, growth - near)


@untimed
@given(
    st.lists(st.floats(0.01, 100), min_size=12, max_size=12),
    st.lists(st.floats(0, 100), min_size=12, max_size=12),
    st.floats(0, 5),
    st.sampled_from([1, 2, 30]),
)
def test_a_root_finder_agrees(demand, receipts, lumps, steps):
    plan = one_unit(
        opening_wan=[[100.0]],
        demand_wan=[demand],
        receipts_wan=[receipts],
        lump_rate=[0.5],
        lump_mean_wan=[2 * lumps],
        steps_per_month=steps,
    )
    time = np.arange(1, 12 * steps + 1) / steps
    base, money = np.repeat(demand, steps) / steps, np.repeat(receipts, steps) / steps

    def excess(growth, end):
        wanted = base[:end] * np.exp(growth * time[:end]) + lumps / steps
        return wanted.sum() - money[:end].sum() - 100

    ends = range(1, 12 * steps + 1)
    # A step of 1 / steps months is filled by a growth of steps times the log of 3,000,000 or less.
    least = [brentq(excess, -200, 16 * steps / end, (end,), xtol=1e-13) for end in ends]
    wanted = np.minimum.accumulate(least)[steps - 1 :: steps]
    np.testing.assert_allclose(reverse_stress(plan).iloc[0], wanted, rtol=0, atol=1e-6)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e10])
def test_demand_in_a_single_month_has_a_closed_form(scale):
    demand = np.zeros((1, 12))
    demand[0, 3] = 2 * scale
    plan = one_unit(opening_wan=[[60 * scale]], demand_wan=demand)
    found = reverse_stress(plan).iloc[0]
    assert found[:3].isna().all()
    np.testing.assert_allclose(found[3:], math.log(30) / 4, rtol=0, atol=1e-9)


def test_level_demand_that_lasts_exactly_so_long_needs_no_growth():
    # 100 at 10 a month: from any growth above 0 on, month 10 is not met in full.
    found = reverse_stress(one_unit()).iloc[0]
    assert found[10] == pytest.approx(0, abs=1e-9)
    assert found[9] > 1e-3 and found[12] < -1e-3


@untimed
@given(plans(), st.floats(-6, 9))
def test_it_never_rises_and_is_the_same_at_any_scale(plan, power):
    table = reverse_stress(plan)
    filled = table.fillna(np.inf).to_numpy()
    assert (filled[:, 1:] <= filled[:, :-1]).all()
    changed = {name: getattr(plan, name) * 10**power for name in AMOUNTS}
    scaled = reverse_stress(dataclasses.replace(plan, **changed))
    # A sum that rounds to the money itself has no scale.
    assume(not (table < -1).any(axis=None))
    np.testing.assert_allclose(scaled, table, rtol=1e-9, atol=1e-9)


@untimed
@given(plans(), st.randoms(use_true_random=False))
def test_a_unit_has_the_same_figures_in_any_company_and_order(plan, random):
    table = reverse_stress(plan)
    places = list(range(len(plan.unit_code)))
    random.shuffle(places)
    for place in places[:2]:
        own = reverse_stress(one_of(plan, place))
        np.testing.assert_array_equal(own.iloc[0], table.loc[plan.unit_code[place]])


@untimed
@given(plans(), st.floats(-0.04, 0.04))
def test_the_plans_own_growth_walk_and_later_months_do_not_matter(plan, growth):
    months = min(plan.months, 12)
    other = first_months(plan, months, growth)
    other = dataclasses.replace(other, volatility=np.zeros(len(plan.unit_code)), correlation=0.0)
    np.testing.assert_array_equal(reverse_stress(other), reverse_stress(plan))


def test_no_growth_uses_up_money_that_nothing_is_demanded_of():
    without = one_unit(demand_wan=np.zeros((1, 12)), lump_rate=[1.0], lump_mean_wan=[2.0])
    assert reverse_stress(without).isna().all(axis=None)
    nothing = one_unit(opening_wan=[[0.0]], demand_wan=np.zeros((1, 12)))
    assert reverse_stress(nothing).isna().all(axis=None)


def test_any_growth_uses_up_no_money():
    late = np.zeros((1, 12))
    late[0, 2] = 500
    demand = np.full((1, 12), 10.0)
    demand[0, 0] = 0
    plan = one_unit(opening_wan=[[0.0]], receipts_wan=late, demand_wan=demand)
    found = reverse_stress(plan).iloc[0]
    assert math.isnan(found[1])
    assert (found[2:] == -math.inf).all()


def test_any_growth_uses_up_money_that_lumps_exceed():
    # 100 against lumps of 30 a month: they alone exceed it in month 4.
    found = reverse_stress(one_unit(lump_rate=[2.0], lump_mean_wan=[15.0])).iloc[0]
    assert np.isfinite(found[:3]).all()
    assert (found[3:] == -math.inf).all()
    # Without other demand they do so too.
    alone = one_unit(demand_wan=np.zeros((1, 12)), lump_rate=[2.0], lump_mean_wan=[15.0])
    assert reverse_stress(alone).iloc[0].isna().tolist() == [True] * 3 + [False] * 9


def test_a_shortage_that_counts_as_rounding_is_none_here_too():
    # Lumps of 10 a month are expected to use up 100 exactly in month 10.
    plan = one_unit(lump_rate=[1.0], lump_mean_wan=[10.0])
    found = reverse_stress(plan).iloc[0]
    assert -math.inf < found[10] < -1
    assert used_up(plan, 10, found[10] + 0.01)
    assert not used_up(plan, 10, found[10] - 0.01)
    assert found[11] == -math.inf


def test_a_month_that_was_short_stays_so():
    # Short in month 1, plenty from month 2 on.
    receipts = np.zeros((1, 12))
    receipts[0, 1] = 1e6
    found = reverse_stress(one_unit(opening_wan=[[5.0]], receipts_wan=receipts)).iloc[0]
    np.testing.assert_allclose(found, math.log(0.5), atol=1e-9)


@pytest.mark.parametrize(("months", "columns"), [(1, 1), (7, 7), (12, 12), (30, 12)])
def test_it_has_a_column_for_each_month_of_the_first_year(months, columns):
    table = reverse_stress(
        one_unit(months=months, opening_wan=[[100.0] + [0.0] * ((months - 1) // 12)])
    )
    assert table.index.name == "unit_code" and table.columns.name == "month"
    assert table.columns.tolist() == list(range(1, columns + 1))
    assert table.dtypes.eq(float).all()
