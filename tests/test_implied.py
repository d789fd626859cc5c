"""Implied weights against known mixes and against every corner of the problem, one by one."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.errors import MeasureError
from analysis.formula import formula_amounts, measure_shares
from analysis.implied import implied_fit, implied_weights
from analysis.inequality import hoover

PEOPLE = pd.DataFrame(
    {"need": [900, 40, 300, 12, 75, 500], "rural": [10, 700, 30, 90, 400, 60], "equal": 1},
    index=list("abcdef"),
)
WEIGHTS = {"need": 50, "rural": 30, "equal": 20}


def mix(n, k, seed, spread=1.0):
    """Measures and weights at random."""
    rng = np.random.default_rng(seed)
    measures = pd.DataFrame(
        np.ceil(100 * rng.lognormal(0, spread, (n, k))),
        index=[f"{650000 + i}" for i in range(n)],
        columns=[f"m{j}" for j in range(k)],
    )
    return measures, pd.Series(rng.dirichlet(np.ones(k)), index=measures.columns)


def rounded(amount, to):
    return (amount / to).round() * to


# --- the oracle: a best mix and the ends of each range lie at corners; look at all of them ---


def corners(rows, sides, size):
    """Points where `size` of the hyperplanes rows @ v = sides meet."""
    chosen = np.array(list(combinations(range(len(sides)), size)))
    matrices = rows[chosen]
    sound = np.abs(np.linalg.det(matrices)) > 1e-10
    return np.linalg.solve(matrices[sound], sides[chosen[sound]][..., None])[..., 0]


def oracle(amount, shares, half_width):
    """Least misfit beyond rounding, the best weights, their ranges (None where not unique)."""
    a, m = amount.to_numpy(float), shares.to_numpy()
    k, slack = m.shape[1], half_width * len(a)
    ends = [a.sum() - slack, a.sum() + slack]
    frame, frame_sides = np.vstack([np.eye(k), np.ones((2, k))]), np.r_[np.zeros(k), ends]

    def inside(v):
        total = v.sum(axis=1)
        kept = (v > -1e-9).all(axis=1) & (total > ends[0] - 1e-9) & (total < ends[1] + 1e-9)
        return v[kept]

    kinks = np.concatenate([a - half_width, a, a + half_width])
    points = inside(corners(np.vstack([m, m, m, frame]), np.concatenate([kinks, frame_sides]), k))
    off = np.abs(a - points @ m.T)
    beyond = np.maximum(0, off - half_width).sum(axis=1)
    near = beyond < beyond.min() + 1e-9
    alike = points[near][off[near].sum(axis=1) < off[near].sum(axis=1).min() + 1e-7]
    weights = alike / alike.sum(axis=1, keepdims=True)
    if np.ptp(weights, axis=0).max() > 1e-7:
        return beyond.min(), None, None
    # A solver that leaves a thousand-millionth of the mean amount over may stop this far away.
    away = np.abs(points / points.sum(axis=1, keepdims=True) - weights[0]).max(axis=1)
    if (away[~near] * 1e-9 * a.mean() > 1e-7 * (beyond[~near] - beyond.min())).any():
        return beyond.min(), None, None
    own = np.abs(a - m @ alike[0])
    allowed = np.where(own > half_width + 1e-7, half_width + own, half_width)
    points = inside(
        corners(
            np.vstack([m, m, frame]), np.concatenate([a - allowed, a + allowed, frame_sides]), k
        )
    )
    points = points[(np.abs(a - points @ m.T) < allowed + 1e-9).all(axis=1)]
    ratios = points / points.sum(axis=1, keepdims=True)
    return beyond.min(), weights[0], (ratios.min(axis=0), ratios.max(axis=0))


@pytest.mark.parametrize("noise", [0, 0.02, 0.5])
@pytest.mark.parametrize(("n", "k"), [(3, 2), (6, 2), (4, 3), (5, 3)])
def test_weights_and_ranges_are_those_of_all_corners(n, k, noise):
    compared = 0
    for seed in range(20):
        measures, weights = mix(n, k, seed)
        rng = np.random.default_rng(seed)
        amount = formula_amounts(100, measures, weights) * np.exp(noise * rng.normal(size=n))
        amount = rounded(amount, 1)
        beyond, best, ranges = oracle(amount, measure_shares(measures), 0.5)
        fit = implied_fit(amount, measures)
        assert fit.beyond_rounding_wan == pytest.approx(beyond / 2, abs=1e-6)
        if best is None:
            continue
        compared += 1
        table = implied_weights(amount, measures)
        np.testing.assert_allclose(table["weight"], best, atol=1e-6)
        np.testing.assert_allclose(table["low"], ranges[0], atol=1e-6)
        np.testing.assert_allclose(table["high"], ranges[1], atol=1e-6)
    assert compared >= 12


# --- known mixes ---


@settings(max_examples=60)
@given(
    st.integers(2, 12),
    st.integers(1, 4),
    st.integers(0, 10**6),
    st.sampled_from([1.0, 0.01, 1e-6]),
    st.floats(20, 1e6),
)
def test_amounts_rounded_from_a_mix_have_it_in_the_ranges(n, k, seed, to, total):
    measures, weights = mix(n, k, seed)
    amount = rounded(formula_amounts(total, measures, weights), to)
    assume(amount.sum() > to * n / 2)
    table = implied_weights(amount, measures, rounding_wan=to)
    assert (table["low"] <= weights + 1e-9).all()
    assert (table["high"] >= weights - 1e-9).all()
    known = table[table["identifiable"]]
    assert ((known["low"] <= known["weight"]) & (known["weight"] <= known["high"])).all()
    assert implied_fit(amount, measures, rounding_wan=to).beyond_rounding_wan == 0


@pytest.mark.parametrize("to", [0.0, 1e-6])
def test_without_rounding_the_weights_are_found(to):
    amount = formula_amounts(219_693, PEOPLE, WEIGHTS)
    table = implied_weights(amount if to == 0 else rounded(amount, to), PEOPLE, rounding_wan=to)
    for column in ("weight", "low", "high"):
        np.testing.assert_allclose(table[column], [0.5, 0.3, 0.2], atol=1e-7)


def test_coarser_rounding_widens_the_ranges():
    amount = rounded(formula_amounts(413, PEOPLE, WEIGHTS), 1)
    widths = []
    for to in (1, 2, 4):
        table = implied_weights(amount, PEOPLE, rounding_wan=to)
        widths.append((table["high"] - table["low"]).to_numpy())
    assert (np.diff(widths, axis=0) > 0).all()


def test_rounding_may_differ_by_unit():
    exact = formula_amounts(413, PEOPLE, WEIGHTS)
    to = pd.Series({"f": 10.0, "e": 1.0, "d": 0.1, "c": 1.0, "b": 10.0, "a": 0.1})
    amount = rounded(exact, to.reindex(exact.index))
    table = implied_weights(amount, PEOPLE, rounding_wan=to)
    truth = np.array([0.5, 0.3, 0.2])
    assert ((table["low"] <= truth) & (truth <= table["high"])).all()
    finer = implied_weights(amount, PEOPLE, rounding_wan=10.0)
    assert (finer["high"] - finer["low"] > table["high"] - table["low"]).all()


def test_one_unit_off_the_formula_does_not_hide_it():
    measures, weights = mix(40, 3, seed=5)
    amount = formula_amounts(1e5, measures, weights)
    amount.iloc[7] += 5000
    # What one unit has too much the formula spreads over all: only the total is off.
    table = implied_weights(amount, measures, rounding_wan=1e-6)
    assert implied_fit(amount, measures).moved_wan == pytest.approx(5000, rel=0.15)
    np.testing.assert_allclose(table["weight"], weights, atol=0.05)


def test_thousands_of_units_seven_hundred_times_apart():
    measures, weights = mix(2850, 6, seed=1)
    measures["m0"] = np.geomspace(1, 700, 2850)
    amount = rounded(formula_amounts(1e6, measures, weights), 1)
    table = implied_weights(amount, measures)
    assert table["identifiable"].all()
    assert ((table["low"] <= weights) & (weights <= table["high"])).all()
    assert (table["high"] - table["low"]).max() < 0.01


def test_one_unit_with_all_the_money():
    measures = pd.DataFrame({"need": [1, 1, 1], "city": [0, 0, 5]}, index=list("abc"))
    table = implied_weights(pd.Series({"a": 0, "b": 0, "c": 90}), measures, rounding_wan=0)
    np.testing.assert_allclose(table["weight"], [0, 1], atol=1e-9)


def test_a_unit_with_money_may_be_without_some_of_the_measures():
    measures = pd.DataFrame({"need": [3, 1, 0], "equal": 1}, index=list("abc"))
    # Half of 240 by need is 90, 30 and 0; the other half is 40 each.
    amount = pd.Series({"a": 130, "b": 70, "c": 40})
    table = implied_weights(amount, measures, rounding_wan=0)
    np.testing.assert_allclose(table["weight"], [0.5, 0.5], atol=1e-7)


def test_amounts_must_be_more_than_rounding_may_have_added():
    equal = pd.DataFrame({"equal": 1}, index=list("ab"))
    with pytest.raises(MeasureError, match=r"amounts add up to 2 .* no more than rounding .* 2:"):
        implied_weights(pd.Series({"a": 1, "b": 1}), equal, rounding_wan=2)
    table = implied_weights(pd.Series({"a": 1, "b": 1.5}), equal, rounding_wan=2)
    assert table["weight"].tolist() == [1]


# --- what cannot be told apart ---


def test_one_measure_has_all_the_weight():
    amount = pd.Series({"a": 9, "b": 3, "c": 1, "d": 0, "e": 2, "f": 5})
    for to in (0, 1):
        table = implied_weights(amount, PEOPLE[["need"]], rounding_wan=to)
        assert table.iloc[0].tolist() == [1, 1, 1, True]


def test_measures_that_are_mixes_of_each_other_are_not_told_apart():
    measures = PEOPLE.assign(aided=PEOPLE["need"] + PEOPLE["rural"])
    amount = formula_amounts(1000, measures, {"aided": 1, "equal": 1})
    table = implied_weights(amount, measures, rounding_wan=0)
    assert table["identifiable"].to_dict() == {
        "need": False,
        "rural": False,
        "equal": True,
        "aided": False,
    }
    assert table["weight"].isna().tolist() == [True, True, False, True]
    assert table.loc["equal", "weight"] == pytest.approx(0.5, abs=1e-7)
    np.testing.assert_allclose(
        table.loc["aided", ["low", "high"]].astype(float), [0, 0.5], atol=1e-7
    )
    fit = implied_fit(amount, measures, rounding_wan=0)
    pd.testing.assert_series_equal(fit.formula_wan, amount, atol=1e-5, rtol=0)


@pytest.mark.parametrize(("n", "k"), [(1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 4)])
def test_more_measures_than_units_minus_one_are_not_told_apart(n, k):
    measures, weights = mix(n, k, seed=2)
    table = implied_weights(formula_amounts(100, measures, weights), measures, rounding_wan=0)
    assert not table["identifiable"].any()
    assert table["weight"].isna().all()
    assert ((table["low"] <= weights + 1e-9) & (weights <= table["high"] + 1e-9)).all()


def test_as_many_measures_as_units_minus_one_are_solved_for():
    measures, weights = mix(4, 3, seed=4)
    amount = formula_amounts(100, measures, weights)
    table = implied_weights(amount, measures, rounding_wan=0)
    assert table["identifiable"].all()
    np.testing.assert_allclose(table["weight"], weights, atol=1e-7)


def test_a_range_is_no_point_where_no_mix_fits():
    off = np.array([9, -9, 9, -9, 9, -9])
    amount = rounded(formula_amounts(413, PEOPLE, WEIGHTS), 1) + off
    assert implied_fit(amount, PEOPLE).beyond_rounding_wan > 1
    table = implied_weights(amount, PEOPLE)
    assert (table["high"] - table["low"] > 1e-3).all()


def test_amounts_to_the_cent_that_no_mix_gives_are_solved():
    measures, _ = mix(39, 7, seed=3, spread=2.0)
    amount = pd.Series(np.random.default_rng(3).lognormal(8, 2, 39), index=measures.index).round(6)
    table = implied_weights(amount, measures, rounding_wan=1e-6)
    assert table["weight"].sum() == pytest.approx(1)
    assert (table["low"] <= table["weight"]).all()
    assert (table["weight"] <= table["high"]).all()


# --- order and scale ---


@settings(max_examples=20)
@given(st.integers(2, 8), st.integers(1, 4), st.integers(0, 1000), st.booleans())
def test_the_order_of_units_and_measures_does_not_matter(n, k, seed, exact):
    measures, weights = mix(n, k, seed)
    noise = 0 if exact else 0.3
    rng = np.random.default_rng(seed)
    amount = formula_amounts(500, measures, weights) * np.exp(noise * rng.normal(size=n))
    amount = rounded(amount, 1)
    mixed = measures.sample(frac=1, random_state=seed).sample(frac=1, axis=1, random_state=seed)
    table = implied_weights(amount, measures)
    pd.testing.assert_frame_equal(
        implied_weights(amount.sample(frac=1, random_state=seed + 1), mixed).reindex(table.index),
        table,
        rtol=0,
        atol=0,
    )
    here, there = implied_fit(amount, measures), implied_fit(amount, mixed)
    assert (here.moved_wan, here.beyond_rounding_wan) == (
        there.moved_wan,
        there.beyond_rounding_wan,
    )


def test_the_unit_of_account_does_not_matter():
    amount = rounded(formula_amounts(413, PEOPLE, WEIGHTS), 1)
    pd.testing.assert_frame_equal(
        implied_weights(amount * 1e4, PEOPLE * 7, rounding_wan=1e4),
        implied_weights(amount, PEOPLE),
        atol=1e-9,
    )


# --- the fit ---


@settings(max_examples=30)
@given(st.integers(2, 10), st.integers(1, 3), st.integers(0, 1000))
def test_moved_money_is_the_hoover_distance(n, k, seed):
    measures, weights = mix(n, k, seed)
    amount = pd.Series(np.random.default_rng(seed).integers(1, 500, n), index=measures.index)
    # A mix as the only measure is what the fit must give.
    chosen = formula_amounts(amount.sum(), measures, weights)
    fit = implied_fit(amount, chosen.to_frame("mix"))
    pd.testing.assert_series_equal(fit.formula_wan, chosen, rtol=1e-9)
    assert fit.moved_wan == pytest.approx(hoover(amount, chosen) * amount.sum(), abs=1e-8)
    assert 0 <= fit.beyond_rounding_wan <= fit.moved_wan
    best = implied_fit(amount, measures)
    assert best.beyond_rounding_wan <= fit.beyond_rounding_wan + 1e-6
    assert best.formula_wan.sum() == pytest.approx(amount.sum())


@pytest.mark.parametrize("seed", range(6))
def test_beyond_rounding_is_least_over_the_totals_that_rounding_allows(seed):
    measures, weights = mix(7, 2, seed)
    amount = pd.Series(np.random.default_rng(seed).integers(1, 60, 7), index=measures.index)
    part = formula_amounts(1, measures, weights)
    # Piecewise linear in the total: the least lies at a kink or an end.
    ends = amount.sum() + np.array([-3.5, 3.5])
    kinks = np.concatenate([(amount - 0.5) / part, (amount + 0.5) / part])
    totals = np.concatenate([ends, kinks[(kinks > ends[0]) & (kinks < ends[1])]])
    off = np.abs(amount.to_numpy() - totals[:, None] * part.to_numpy())
    least = np.maximum(0, off - 0.5).sum(axis=1).min() / 2
    fit = implied_fit(amount, part.to_frame("mix"))
    assert fit.beyond_rounding_wan == pytest.approx(least, abs=1e-7)


# --- refusals ---


@pytest.mark.parametrize(
    ("amount", "rounding", "says"),
    [
        ({"a": 1, "b": 2}, 1, "amount_wan has no figure for c"),
        ({"a": 1, "b": 2, "c": -3}, 1, "amount_wan of c is -3"),
        ({"a": 0, "b": 0, "c": 0}, 0, "add up to 0"),
        ({"a": 1, "b": 0, "c": 0}, 1, "no more than rounding"),
        ({"a": 10, "b": 20, "c": 30}, -1, "rounding_wan of a is -1"),
        ({"a": 10, "b": 20, "c": 30}, 1, "Unit c has money and all its measures are 0"),
        ({"a": 10, "b": 20, "c": 0.01}, 1, "Unit c has money and all its measures are 0"),
    ],
)
def test_figures_that_imply_nothing_are_refused(amount, rounding, says):
    measures = pd.DataFrame({"need": [5, 4, 0], "rural": [1, 2, 0]}, index=list("abc"))
    with pytest.raises(MeasureError, match=says):
        implied_weights(pd.Series(amount), measures, rounding_wan=rounding)


def test_a_unit_without_money_or_measures_changes_nothing():
    amount = rounded(formula_amounts(413, PEOPLE, WEIGHTS), 1)
    alone = implied_weights(amount, PEOPLE, rounding_wan=0.5)
    measures = pd.concat([PEOPLE, pd.DataFrame(0, index=["z"], columns=PEOPLE.columns)])
    rounding = pd.Series(0.5, index=measures.index).where(measures.index != "z", 0.0)
    beside = implied_weights(
        pd.concat([amount, pd.Series({"z": 0.0})]), measures, rounding_wan=rounding
    )
    pd.testing.assert_frame_equal(beside, alone, atol=1e-8)


def test_a_solver_that_gives_up_gives_no_number(monkeypatch):
    gave_up = SimpleNamespace(status=4, message="numerical difficulties", x=np.zeros(99))
    monkeypatch.setattr(scipy.optimize, "linprog", lambda *_, **__: gave_up)
    with pytest.raises(MeasureError, match="numerical difficulties"):
        implied_weights(pd.Series({"a": 1.0}), pd.DataFrame({"need": {"a": 1}}), rounding_wan=0)
