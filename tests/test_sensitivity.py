"""Sobol indices of the weights against SALib's analysis of one unit, and against integrals."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample
from scipy import stats

import analysis.sensitivity
from analysis.errors import MeasureError
from analysis.formula import measure_shares
from analysis.sensitivity import weight_sensitivity

PEOPLE = pd.DataFrame(
    {"need": [900, 40, 300, 12, 75], "rural": [10, 700, 30, 90, 400], "equal": 1},
    index=list("abcde"),
)
LOW = {"need": 40, "rural": 10, "equal": 0}
HIGH = {"need": 80, "rural": 30, "equal": 20}
# Two-sided odds of a correct program beyond this many standard errors: 6 in 100,000.
ERRORS = 4


def country(n, k, seed=0):
    """Measures of n units, the largest some hundred times the smallest."""
    rng = np.random.default_rng(seed)
    columns = [f"m{j}" for j in range(k)]
    return pd.DataFrame(
        np.ceil(100 * rng.lognormal(0, 1.5, (n, k))),
        index=[f"{110000 + 37 * i}" for i in range(n)],
        columns=columns,
    )


def ranges(measures):
    low = pd.Series(np.arange(measures.shape[1], dtype=float), measures.columns)
    return low, low + 2


def by_salib(measures, low, high, samples, seed):
    """Return the table, each unit's analysed on its own from its share at every draw."""
    names = sorted(measures.columns)
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    draws = sobol_sample.sample(problem, samples, calc_second_order=False, seed=seed)
    most = np.array([high[name] for name in names])
    weights = most - (most - [low[name] for name in names]) * draws
    parts = (measures[names] / measures[names].sum()).to_numpy()
    share = weights @ parts.T / weights.sum(axis=1, keepdims=True)
    tables = {}
    for unit, outputs in zip(measures.index, share.T, strict=True):
        found = sobol_analysis.analyze(
            problem, outputs, calc_second_order=False, conf_level=0.9, seed=seed
        )
        columns = {}
        for name, salib in (("first", "S1"), ("total", "ST")):
            value, half_width = found[salib], found[f"{salib}_conf"]
            columns[name] = value
            columns[f"{name}_low"], columns[f"{name}_high"] = value - half_width, value + half_width
        tables[unit] = pd.DataFrame(columns, index=names).reindex(measures.columns)
    return pd.concat(tables, names=["unit_code", "measure"])


def by_integration(measures, low, high):
    """Return first and total, both (units, measures), by Gauss and Legendre's rule in each weight.

    The money is a smooth ratio of the weights: with these many points the rule is exact to the
    last digits.
    """
    names, shares = measures.columns, measure_shares(measures).to_numpy()
    points, odds = np.polynomial.legendre.leggauss(24)
    points, odds = (points + 1) / 2, odds / 2
    k = len(names)
    weights = np.meshgrid(*(low[n] + (high[n] - low[n]) * points for n in names), indexing="ij")
    money = np.tensordot(shares, weights, axes=1) / np.sum(weights, axis=0)

    def mean(values, axes):
        """Return the mean over the weights of these numbers; the units come first."""
        for axis in sorted(axes, reverse=True):
            values = np.tensordot(values, odds, axes=(axis + 1, 0))
        return values

    def variance_of_mean(known):
        """Return the variance of what is expected once these weights are known."""
        expected = mean(money, set(range(k)) - known)
        left = range(len(known))
        return mean(expected**2, left) - mean(expected, left) ** 2

    whole = variance_of_mean(set(range(k)))
    first = [variance_of_mean({j}) / whole for j in range(k)]
    total = [1 - variance_of_mean(set(range(k)) - {j}) / whole for j in range(k)]
    return np.array(first).T, np.array(total).T


def by_unit(column, measures=PEOPLE):
    """Return a column of the table, shape (units, measures)."""
    return column.to_numpy().reshape(measures.shape)


# --- SALib and integrals ---


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 6), st.integers(2, 4), st.sampled_from([16, 64]), st.integers(1, 10**6))
def test_indices_and_intervals_are_those_of_salib(n, k, samples, seed):
    measures = country(n, k, seed)
    low, high = ranges(measures)
    table = weight_sensitivity(measures, low, high, samples=samples, seed=seed)
    expected = by_salib(measures, low, high, samples, seed)
    pd.testing.assert_frame_equal(table, expected[table.columns], rtol=1e-8, atol=1e-8)


def test_the_mean_over_many_seeds_is_the_integral():
    exact = by_integration(PEOPLE, LOW, HIGH)
    tables = [weight_sensitivity(PEOPLE, LOW, HIGH, samples=64, seed=seed) for seed in range(40)]
    for name, expected in zip(("first", "total"), exact, strict=True):
        found = np.array([by_unit(table[name]) for table in tables])
        error = found.std(axis=0, ddof=1) / np.sqrt(len(tables))
        assert (np.abs(found.mean(axis=0) - expected) <= ERRORS * error).all()
        assert error.max() < 0.01


def test_the_interval_covers_the_integral_nine_times_in_ten():
    exact = by_integration(PEOPLE, LOW, HIGH)
    seeds = range(100, 160)
    tables = [weight_sensitivity(PEOPLE, LOW, HIGH, samples=32, seed=seed) for seed in seeds]
    # Resampled rows know nothing of how evenly Sobol's points lie: the interval is on the wide
    # side, never on the narrow one.
    least = stats.binom(len(seeds), 0.9).ppf(1e-3)
    for name, expected in zip(("first", "total"), exact, strict=True):
        inside = sum(
            (by_unit(table[f"{name}_low"]) <= expected)
            & (expected <= by_unit(table[f"{name}_high"]))
            for table in tables
        )
        assert (inside >= least).all()


def test_the_one_weight_that_varies_has_all_the_variance():
    low, high = {**HIGH, "rural": 0}, {**HIGH, "rural": 90}
    table = weight_sensitivity(PEOPLE, low, high, samples=1024, seed=3)
    fixed = table.drop("rural", level="measure")
    assert (fixed == 0).all(axis=None)
    # The two halves of the draws are not quite alike: the interval covers it.
    wide = table.xs("rural", level="measure")
    for name in ("first", "total"):
        assert ((wide[f"{name}_low"] <= 1) & (wide[f"{name}_high"] >= 1)).all()
        assert (wide[f"{name}_high"] - wide[f"{name}_low"] < 0.2).all()


# --- what must change nothing ---


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 8), st.integers(1, 4), st.integers(0, 1000))
def test_the_order_of_units_and_measures_does_not_matter(n, k, seed):
    measures = country(n, k, seed)
    low, high = ranges(measures)
    mixed = measures.sample(frac=1, random_state=seed).sample(frac=1, axis=1, random_state=seed)
    table = weight_sensitivity(measures, low, high, samples=16, seed=seed)
    again = weight_sensitivity(mixed, low[::-1], high.to_dict(), samples=16, seed=seed)
    order = pd.MultiIndex.from_product([mixed.index, mixed.columns])
    assert again.index.equals(order)
    assert again.index.names == ["unit_code", "measure"]
    pd.testing.assert_frame_equal(again.reindex(table.index), table, check_exact=True)


@pytest.mark.parametrize("block", [1, 7, 300])
def test_blocks_of_units_give_what_one_unit_alone_does(monkeypatch, block):
    measures = country(300, 3)
    low, high = ranges(measures)
    table = weight_sensitivity(measures, low, high, samples=64, seed=1)
    monkeypatch.setattr(analysis.sensitivity, "BLOCK", block)
    again = weight_sensitivity(measures, low, high, samples=64, seed=1)
    pd.testing.assert_frame_equal(again, table, rtol=1e-9, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([2.0, 0.25, 1024.0]))
def test_the_scale_of_measures_and_of_all_weights_changes_nothing(seed, factor):
    measures = country(5, 3, seed)
    low, high = ranges(measures)
    table = weight_sensitivity(measures, low, high, samples=16, seed=seed)
    scaled = weight_sensitivity(
        measures * factor, low * factor, high * factor, samples=16, seed=seed
    )
    pd.testing.assert_frame_equal(scaled, table, rtol=1e-9, atol=1e-9)


def test_the_seed_decides_the_draws():
    first, again, other = (
        weight_sensitivity(PEOPLE, LOW, HIGH, samples=16, seed=seed) for seed in (0, 0, 1)
    )
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert (first != other).all(axis=None)


# --- the edges ---


@pytest.fixture
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.usefixtures("no_warnings")
def test_a_unit_with_the_same_share_in_all_measures_has_no_indices():
    # b has a fifth of each; in tenths, whose sum is rounded.
    measures = pd.DataFrame({"x": [0.7, 0.2, 0.1], "y": [1, 2, 7], "z": [0, 20, 80]}, list("abc"))
    low, high = {"x": 1, "y": 0, "z": 1}, {"x": 3, "y": 5, "z": 1}
    table = weight_sensitivity(measures, low, high, samples=16, seed=1)
    assert table.loc["b"].isna().all(axis=None)
    assert table.drop("b").notna().all(axis=None)


@pytest.mark.usefixtures("no_warnings")
def test_a_unit_without_any_measure_has_no_indices():
    table = weight_sensitivity(
        pd.concat([PEOPLE, pd.DataFrame(0, ["z"], PEOPLE.columns)]), LOW, HIGH, samples=16, seed=1
    )
    assert table.loc["z"].isna().all(axis=None)
    expected = weight_sensitivity(PEOPLE, LOW, HIGH, samples=16, seed=1)
    pd.testing.assert_frame_equal(table.drop("z"), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.usefixtures("no_warnings")
def test_one_person_among_a_thousand_million_is_a_unit_like_any_other():
    measures = pd.DataFrame({"x": [10**9, 1], "y": [10**9 + 4, 3]}, index=list("ab"))
    table = weight_sensitivity(measures, {"x": 1, "y": 1}, {"x": 3, "y": 2}, samples=64, seed=1)
    # What one gains the other loses.
    pd.testing.assert_frame_equal(table.loc["a"], table.loc["b"], rtol=1e-5)


@pytest.mark.usefixtures("no_warnings")
@pytest.mark.parametrize(
    ("low", "high"),
    [
        (LOW, LOW),
        ({**HIGH, "need": 0, "equal": 0}, {**HIGH, "need": 0, "equal": 0}),
        ({"need": 0, "rural": 1, "equal": 0}, {"need": 0, "rural": 50, "equal": 0}),
    ],
)
def test_weights_that_change_no_share_leave_all_indices_empty(low, high):
    table = weight_sensitivity(PEOPLE, low, high, samples=16, seed=1)
    assert table.isna().all(axis=None)


@pytest.mark.usefixtures("no_warnings")
def test_one_measure_leaves_nothing_to_split():
    table = weight_sensitivity(PEOPLE[["need"]], {"need": 1}, {"need": 9}, samples=16, seed=1)
    assert table.isna().all(axis=None)


@pytest.mark.usefixtures("no_warnings")
def test_a_share_that_moves_by_little_is_split_like_one_that_moves_by_much():
    # The shares of the first unit differ by a billionth of themselves, those of the second by
    # nearly all: the money of both is one straight line in the same scaled weight.
    measures = pd.DataFrame(
        {"x": [1.0, 1, 0], "y": [1 + 2e-9, 1e-6, 1 - 1e-6 - 2e-9]}, index=list("abc")
    )
    table = weight_sensitivity(measures, {"x": 1, "y": 1}, {"x": 3, "y": 2}, samples=64, seed=1)
    pd.testing.assert_frame_equal(table.loc["a"], table.loc["b"], atol=1e-5)


@pytest.mark.usefixtures("no_warnings")
def test_one_unit_with_all_of_a_measure_and_weights_from_0():
    measures = pd.DataFrame({"city": [0, 5], "need": [4, 4]}, index=list("ab"))
    table = weight_sensitivity(
        measures, {"city": 0, "need": 0}, {"city": 1, "need": 1}, samples=256, seed=1
    )
    assert np.isfinite(table).all(axis=None)
    # What one unit gains the other loses, and neither weight has more to say than the other.
    pd.testing.assert_frame_equal(table.loc["a"], table.loc["b"], rtol=1e-9)
    total = table.loc["a"]
    assert (total["total_low"] <= total["total"].iloc[::-1].to_numpy()).all()


# --- refusals ---


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"measures": PEOPLE * [0, 1, 1]}, "Measure need adds up to 0"),
        ({"low": {"need": 1, "rural": 1}}, "low has no figure for equal: add it"),
        ({"low": {**LOW, "needs": 1}}, "Only low has a figure for needs"),
        ({"low": {**LOW, "rural": 31}}, "weight of rural ranges from 31 down to 30: swap"),
        ({"low": {}}, "low is empty"),
        ({"low": dict.fromkeys(LOW, 0), "high": dict.fromkeys(LOW, 0)}, "All weights are 0"),
        ({"samples": 100}, "samples is 100: it is a power of 2"),
        ({"samples": 8}, "samples is 8: it is a power of 2 and at least 16"),
        ({"samples": 64.0}, r"samples is 64\.0"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 1.5}, r"seed is 1\.5"),
        ({"seed": None}, "seed is None"),
    ],
)
def test_what_has_no_indices_is_refused(changed, says):
    given = {"measures": PEOPLE, "low": LOW, "high": HIGH, "samples": 16, "seed": 1, **changed}
    with pytest.raises(MeasureError, match=says):
        weight_sensitivity(**given)
