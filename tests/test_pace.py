"""Pace of change against linear programming and the year-by-year rule; refusals that help."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, linprog

from analysis.errors import MeasureError
from analysis.pace import (
    MOST_YEARS,
    distance_from_target,
    nearest_feasible,
    pace_of_change,
)

STEP = 0.0001  # nearest_feasible rounds up to it
LP = 1e-6  # what the linear programme's own tolerance may do to a distance


@st.composite
def figures(draw, most_units=5, least_need=1):
    n = draw(st.integers(1, most_units))
    # A cent at least: figures of 1e-320 are no money.
    money = st.one_of(st.integers(0, 30), st.floats(1e-6, 1e5))
    amount = draw(st.lists(money, min_size=n, max_size=n).filter(lambda x: sum(x) > 1))
    need = draw(st.lists(st.integers(least_need, 30), min_size=n, max_size=n).filter(any))
    codes = [f"{650000 + i}" for i in range(n)]
    return (
        pd.Series(amount, index=codes, dtype=float),
        pd.Series(need, index=codes, dtype=float) / sum(need),
    )


paces = st.fixed_dictionaries(
    {
        "years": st.integers(0, 5),
        "growth": st.floats(-0.1, 0.1),
        "within": st.floats(0, 0.5),
        "max_cut": st.floats(0, 0.4),
    }
)


def smallest_distance(amount, target, *, years, growth, max_cut, **_):
    """The least distance that any path at all can end within, by linear programming."""
    share, n = (amount / amount.sum()).to_numpy(), len(amount)
    if years == 0:
        return (share / target - 1).abs().max()
    # The amounts of years 1 to the last as parts of the first total, then the distance.
    size = n * years + 1
    rows, limits = [], []
    for year in range(years):
        for i in range(n):
            row = np.zeros(size)
            row[year * n + i] = -1
            if year:
                row[(year - 1) * n + i] = 1 - max_cut
            rows.append(row)
            limits.append(0 if year else -(1 - max_cut) * share[i])
    goal = (1 + growth) ** years * target.to_numpy()
    for i in range(n):
        for sign in (1, -1):
            row = np.zeros(size)
            row[(years - 1) * n + i], row[-1] = sign, -goal[i]
            rows.append(row)
            limits.append(sign * goal[i])
    totals = np.hstack([np.kron(np.eye(years), np.ones(n)), np.zeros((years, 1))])
    found = linprog(
        np.eye(size)[-1],
        A_ub=np.array(rows),
        b_ub=limits,
        A_eq=totals,
        b_eq=(1 + growth) ** np.arange(1, years + 1),
    )
    return found.fun if found.success else np.inf


def year_by_year(amount, target, *, years, growth, max_cut, **_):
    """The rule as it is stated, each year's common ratio found by search."""
    path = [amount.to_numpy()]
    for _year in range(years):
        least, goal = (1 - max_cut) * path[-1], path[-1].sum() * (1 + growth) * target.to_numpy()

        def surplus(ratio, least=least, goal=goal):
            return np.maximum(least, ratio * goal).sum() - goal.sum()

        # Where every unit must be cut with the total, nothing is left for a ratio to share.
        ratio = brentq(surplus, 0, 1 + 1e-9, xtol=1e-15, rtol=1e-14) if surplus(0) < 0 else 0
        path.append(np.maximum(least, ratio * goal))
    return np.array(path).T


def made_feasible(amount, target, pace):
    """The pace with a distance that can be met, and its path."""
    within = nearest_feasible(amount, target, **pace).within
    assume(within is not None)
    pace = {**pace, "within": max(within, pace["within"])}
    return pace, pace_of_change(amount, target, **pace)


@given(figures(), paces)
def test_a_path_is_found_if_and_only_if_there_is_one(case, pace):
    least = smallest_distance(*case, **pace)
    assume(abs(least - pace["within"]) > LP)
    if least < pace["within"]:
        pace_of_change(*case, **pace)
    else:
        with pytest.raises(MeasureError):
            pace_of_change(*case, **pace)


@given(figures(), paces)
def test_the_smallest_distance_is_that_of_linear_programming(case, pace):
    least, offered = smallest_distance(*case, **pace), nearest_feasible(*case, **pace).within
    if offered is None:
        assert least == np.inf
    else:
        assert least - LP <= offered < least + STEP + LP


@settings(max_examples=50)
@given(figures(), paces)
def test_the_smallest_cut_and_fewest_years_are_those_of_linear_programming(case, pace):
    offered = nearest_feasible(*case, **pace)
    if offered.max_cut is not None:
        at = {**pace, "max_cut": offered.max_cut}
        assert smallest_distance(*case, **at) <= pace["within"] + LP
        below = {**pace, "max_cut": offered.max_cut - 0.001}
        if below["max_cut"] >= 0 and pace["years"]:
            assert smallest_distance(*case, **below) > pace["within"]
    if offered.years is not None and offered.years < 12:
        at = {**pace, "years": offered.years}
        assert smallest_distance(*case, **at) <= pace["within"] + LP
        if offered.years:
            below = {**pace, "years": offered.years - 1}
            assert smallest_distance(*case, **below) > pace["within"] - LP


@settings(max_examples=50)
@given(figures(least_need=0), paces)
def test_what_is_offered_works_and_a_step_less_does_not(case, pace):
    offered = nearest_feasible(*case, **pace)
    steps = {"years": 1, "max_cut": STEP, "within": STEP}
    for setting, step in steps.items():
        value = getattr(offered, setting)
        if value is None:
            with pytest.raises(MeasureError):
                pace_of_change(*case, **pace)
        else:
            pace_of_change(*case, **{**pace, setting: value})
            # A year or a hundredth of a per cent less, unless that would be less than nothing.
            less = value - step if setting == "years" else round(value - step, 4)
            if less >= 0 and not (setting == "max_cut" and pace["years"] == 0):
                with pytest.raises(MeasureError):
                    pace_of_change(*case, **{**pace, setting: less})


@settings(max_examples=50)
@given(figures(least_need=0), paces)
def test_totals_are_met_cuts_kept_and_the_end_is_near(case, pace):
    amount, target = case
    pace, path = made_feasible(amount, target, pace)
    totals = amount.sum() * (1 + pace["growth"]) ** np.arange(pace["years"] + 1)
    assert path.columns.tolist() == list(range(pace["years"] + 1))
    np.testing.assert_array_equal(path[0], amount)
    np.testing.assert_allclose(path.sum(), totals, rtol=1e-12)
    for year in range(1, pace["years"] + 1):
        assert (path[year] >= path[year - 1] * (1 - pace["max_cut"]) * (1 - 1e-12)).all()
    end = distance_from_target(path[pace["years"]], target).dropna()
    assert (end.abs() <= pace["within"] + 1e-9).all()


@settings(max_examples=50)
@given(figures(), paces)
def test_every_year_keeps_the_rule(case, pace):
    pace, path = made_feasible(*case, pace)
    # What a year adds is at most the rounding of the search.
    scale = 1e-12 * case[0].sum()
    np.testing.assert_allclose(path, year_by_year(*case, **pace), rtol=1e-9, atol=scale)


@settings(max_examples=50)
@given(figures(), paces)
def test_the_farthest_come_nearer_every_year_and_none_is_passed(case, pace):
    amount, target = case
    _, path = made_feasible(amount, target, pace)
    ratio = path.apply(lambda column: 1 + distance_from_target(column, target))
    slack = 1e-9
    assert (ratio.max().diff().dropna() <= slack).all()
    assert (ratio.min().diff().dropna() >= -slack).all()
    # Nobody overtakes: the order of the ratios stays.
    before = ratio.sort_values(0)
    assert (before.diff().dropna() >= -slack).all(axis=None)


@settings(max_examples=50)
@given(figures(least_need=0), paces, st.integers(0, 1000))
def test_the_order_of_units_does_not_matter(case, pace, seed):
    amount, target = case
    pace, path = made_feasible(amount, target, pace)
    mixed = amount.sample(frac=1, random_state=seed)
    again = pace_of_change(mixed, target, **pace)
    pd.testing.assert_frame_equal(again.loc[amount.index], path, check_exact=True)
    assert nearest_feasible(mixed, target, **pace) == nearest_feasible(amount, target, **pace)


@settings(max_examples=50)
@given(figures(), st.floats(-0.3, 0.3))
def test_with_no_limit_on_cuts_one_year_is_enough_and_then_all_is_proportional(case, growth):
    amount, target = case
    path = pace_of_change(amount, target, years=3, growth=growth, within=0, max_cut=1)
    for year in (1, 2, 3):
        total = amount.sum() * (1 + growth) ** year
        np.testing.assert_allclose(path[year], total * target, rtol=1e-12)


def test_one_unit_seven_hundred_times_over():
    codes = [f"{100000 + i}" for i in range(2850)]
    target = pd.Series(1 / 2850, index=codes)
    amount = pd.Series(1.0, index=codes)
    amount.iloc[7] = 700.0
    pace = {"years": 1, "growth": 0.0, "within": 0.05, "max_cut": 0.2}
    years = nearest_feasible(amount, target, **pace).years
    # 700 / (3549 / 2850) = 562 times its target, cut to 1.05 by a fifth a year.
    assert years == np.ceil(np.log(700 * 2850 / 3549 / 1.05) / -np.log(0.8))
    path = pace_of_change(amount, target, **{**pace, "years": years})
    expected = np.maximum(700 * 0.8 ** np.arange(years + 1), 3549 / 2850)
    np.testing.assert_allclose(path.iloc[7], expected)
    assert path.drop(columns=0).drop(codes[7]).nunique().eq(1).all()


def test_a_unit_without_money_rises_to_the_common_ratio_at_once():
    amount = pd.Series({"a": 60.0, "b": 40.0, "c": 0.0})
    target = pd.Series({"a": 0.5, "b": 0.3, "c": 0.2})
    path = pace_of_change(amount, target, years=1, growth=0, within=0.5, max_cut=0.1)
    assert path[1].tolist() == pytest.approx([54, 36, 10])


def test_one_holder_of_all_the_money_and_equal_units():
    one = pd.Series({"a": 8.0, "b": 0.0})
    half = pd.Series({"a": 0.5, "b": 0.5})
    assert distance_from_target(one, half).tolist() == [1, -1]
    offered = nearest_feasible(one, half, years=1, growth=0, within=0, max_cut=0.5)
    assert (offered.years, offered.max_cut, offered.within) == (1, 0.5, 0)
    equal = pace_of_change(half, half, years=2, growth=0.5, within=0, max_cut=0)
    assert equal[2].tolist() == pytest.approx([1.125, 1.125])


def test_what_is_near_enough_already_needs_no_cut():
    amount = pd.Series({"a": 50.0, "b": 40.0, "c": 0.0})
    target = pd.Series({"a": 0.5, "b": 0.5, "c": 0.0})
    pace = {"growth": 0.0, "within": 0.2, "max_cut": 0.0}
    for years in (0, MOST_YEARS):
        offered = nearest_feasible(amount, target, years=years, **pace)
        # 50 of 90 is a ninth more than a half.
        assert (offered.years, offered.max_cut, offered.within) == (0, 0, 0.1112)
        path = pace_of_change(amount, target, years=years, **pace)
        assert (path.sub(amount, axis=0).abs() < 1e-12).all(axis=None)


def test_money_without_a_target():
    amount, target = pd.Series({"a": 5.0, "b": 5.0}), pd.Series({"a": 1.0, "b": 0.0})
    pace = {"years": 5, "growth": 0.0, "within": 0.1, "max_cut": 0.3}
    assert distance_from_target(amount, target)["b"] == np.inf
    offered = nearest_feasible(amount, target, **pace)
    assert (offered.years, offered.max_cut, offered.within) == (None, 1, None)
    with pytest.raises(MeasureError, match="nearest_feasible"):
        pace_of_change(amount, target, **pace)
    nothing = pd.Series({"a": 5.0, "b": 0.0})
    assert np.isnan(distance_from_target(nothing, target)["b"])
    assert pace_of_change(nothing, target, **pace)[5].tolist() == [5, 0]


def test_a_total_that_falls_faster_than_any_unit_may():
    amount = pd.Series({"a": 5.0, "b": 6.0})
    half = pd.Series({"a": 0.5, "b": 0.5})
    pace = {"years": 2, "growth": -0.1, "within": 0.1, "max_cut": 0.05}
    # Both are near enough as they stand, so a cut as fast as the total's is enough.
    assert nearest_feasible(amount, half, **pace).max_cut == 0.1
    assert nearest_feasible(amount, half, **pace).years == 0
    with pytest.raises(MeasureError, match="No path"):
        pace_of_change(amount, half, **pace)
    path = pace_of_change(amount, half, **{**pace, "max_cut": 0.1})
    assert path[2].tolist() == pytest.approx([4.05, 4.86])


def test_targets_that_add_up_to_1_but_for_rounding_are_parts_of_their_sum():
    target = pd.Series({"a": 0.6, "b": 0.4}) * (1 + 5e-10)
    amount = pd.Series({"a": 60.0, "b": 40.0})
    assert distance_from_target(amount, target).tolist() == pytest.approx([0, 0], abs=1e-12)
    path = pace_of_change(amount, target, years=2, growth=0, within=0.1, max_cut=0.5)
    assert path[2].tolist() == pytest.approx([60, 40], rel=1e-12)


GOOD = pd.Series({"a": 1.0, "b": 1.0})
HALF = pd.Series({"a": 0.5, "b": 0.5})


@pytest.mark.parametrize(
    ("amount", "target", "says"),
    [
        (pd.Series({"a": -1.0, "b": 1}), HALF, "amount_wan of a is -1"),
        (GOOD, pd.Series({"a": 1.5, "b": -0.5}), "target_share of b is -0.5"),
        (GOOD, pd.Series({"a": 0.5, "b": 0.4}), "add up to 0.9, not 1"),
        (GOOD, pd.Series({"a": 0.5, "b": 0.5000001}), "add up to 1.0000001, not 1"),
        (GOOD, pd.Series({"a": 1.0}), "target_share has no figure for b: add it"),
        (0 * GOOD, HALF, "amount_wan: values add up to 0"),
    ],
)
def test_figures_without_a_distance_are_refused(amount, target, says):
    pace = {"years": 1, "growth": 0, "within": 0.1, "max_cut": 0.1}
    for ask in (distance_from_target, pace_of_change, nearest_feasible):
        with pytest.raises(MeasureError, match=says):
            ask(amount, target, **({} if ask is distance_from_target else pace))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("years", -1),
        ("years", 1.5),
        ("years", 101),
        ("years", True),
        ("years", np.nan),
        ("growth", -1),
        ("growth", 3),
        ("growth", np.nan),
        ("growth", None),
        ("within", -0.1),
        ("within", np.inf),
        ("within", np.nan),
        ("max_cut", 1.1),
        ("max_cut", -0.1),
        ("max_cut", "5%"),
    ],
)
def test_settings_out_of_range_are_refused(setting, value):
    pace = {"years": 1, "growth": 0, "within": 0.1, "max_cut": 0.1, setting: value}
    for ask in (pace_of_change, nearest_feasible):
        with pytest.raises(MeasureError, match=f"{setting} is {value}"):
            ask(GOOD, HALF, **pace)


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("within", -0.1, "within is -0.1: it must be at least 0 (0.05 is 5 %)."),
        ("max_cut", 1.1, "max_cut is 1.1: it must be at least 0 and at most 1 (0.05 is 5 %)."),
        ("years", 101, "years is 101: it must be a whole number, 0 to 100."),
    ],
)
def test_the_refusal_of_a_setting_tells_its_range(setting, value, says):
    pace = {"years": 1, "growth": 0, "within": 0.1, "max_cut": 0.1, setting: value}
    with pytest.raises(MeasureError) as refused:
        pace_of_change(GOOD, HALF, **pace)
    assert refused.value.en == says
