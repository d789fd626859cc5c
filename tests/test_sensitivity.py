"""Sobol indices of the weights against SALib's analysis of one unit."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample

import analysis.sensitivity
from analysis.errors import MeasureError
from analysis.sensitivity import weight_sensitivity

PEOPLE = pd.DataFrame(
    {"need": [900, 40, 300, 12, 75], "rural": [10, 700, 30, 90, 400], "equal": 1},
    index=list("abcde"),
)


def country(n, k, seed=0):
    """Measures of n units, the largest some hundred times the smallest."""
    rng = np.random.default_rng(seed)
    columns = [f"m{j}" for j in range(k)]
    return pd.DataFrame(
        np.ceil(100 * rng.lognormal(0, 1.5, (n, k))),
        index=[f"{110000 + 37 * i}" for i in range(n)],
        columns=columns,
    )


def by_salib(measures, samples, seed):
    """Return the table, each unit's analysed on its own from its share at every draw."""
    names = sorted(measures.columns)
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    draws = sobol_sample.sample(problem, samples, calc_second_order=False, seed=seed)
    weights = 1 - draws
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
    return pd.concat(tables, names=["unit_code", "factor"])


# --- SALib ---


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 6), st.integers(2, 4), st.sampled_from([16, 64]), st.integers(1, 10**6))
def test_indices_and_intervals_are_those_of_salib(n, k, samples, seed):
    measures = country(n, k, seed)
    table = weight_sensitivity(measures, samples=samples, seed=seed)
    expected = by_salib(measures, samples, seed)
    pd.testing.assert_frame_equal(table, expected[table.columns], rtol=1e-8, atol=1e-8)


# --- what must change nothing ---


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 8), st.integers(2, 4), st.integers(0, 1000))
def test_the_order_of_units_and_measures_does_not_matter(n, k, seed):
    measures = country(n, k, seed)
    mixed = measures.sample(frac=1, random_state=seed).sample(frac=1, axis=1, random_state=seed)
    table = weight_sensitivity(measures, samples=16, seed=seed)
    again = weight_sensitivity(mixed, samples=16, seed=seed)
    order = pd.MultiIndex.from_product([mixed.index, mixed.columns])
    assert again.index.equals(order)
    assert again.index.names == ["unit_code", "factor"]
    pd.testing.assert_frame_equal(again.reindex(table.index), table, check_exact=True)


@pytest.mark.parametrize("block", [1, 7, 300])
def test_blocks_of_units_give_what_one_unit_alone_does(monkeypatch, block):
    measures = country(300, 3)
    table = weight_sensitivity(measures, samples=64, seed=1)
    monkeypatch.setattr(analysis.sensitivity, "BLOCK", block)
    again = weight_sensitivity(measures, samples=64, seed=1)
    pd.testing.assert_frame_equal(again, table, rtol=1e-9, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([2.0, 0.25, 1024.0]))
def test_the_scale_of_measures_changes_nothing(seed, factor):
    measures = country(5, 3, seed)
    table = weight_sensitivity(measures, samples=16, seed=seed)
    scaled = weight_sensitivity(measures * factor, samples=16, seed=seed)
    pd.testing.assert_frame_equal(scaled, table, rtol=1e-9, atol=1e-9)


def test_the_seed_decides_the_draws():
    first, again, other = (weight_sensitivity(PEOPLE, samples=16, seed=seed) for seed in (0, 0, 1))
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
    table = weight_sensitivity(measures, samples=16, seed=1)
    assert table.loc["b"].isna().all(axis=None)
    assert table.drop("b").notna().all(axis=None)


@pytest.mark.usefixtures("no_warnings")
def test_a_unit_without_any_measure_has_no_indices():
    table = weight_sensitivity(
        pd.concat([PEOPLE, pd.DataFrame(0, ["z"], PEOPLE.columns)]), samples=16, seed=1
    )
    assert table.loc["z"].isna().all(axis=None)
    expected = weight_sensitivity(PEOPLE, samples=16, seed=1)
    pd.testing.assert_frame_equal(table.drop("z"), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.usefixtures("no_warnings")
def test_one_person_among_a_thousand_million_is_a_unit_like_any_other():
    measures = pd.DataFrame({"x": [10**9, 1], "y": [10**9 + 4, 3]}, index=list("ab"))
    table = weight_sensitivity(measures, samples=64, seed=1)
    # What one gains the other loses.
    pd.testing.assert_frame_equal(table.loc["a"], table.loc["b"], rtol=1e-5)


@pytest.mark.usefixtures("no_warnings")
@pytest.mark.parametrize("names", [["need"], ["need", "again"], []])
def test_measures_that_are_alike_leave_nothing_to_split(names):
    measures = PEOPLE.assign(again=3 * PEOPLE["need"])[names]
    assert weight_sensitivity(measures, samples=16, seed=1).empty


@pytest.mark.usefixtures("no_warnings")
def test_a_share_that_moves_by_little_is_split_like_one_that_moves_by_much():
    # The shares of the first unit differ by a billionth of themselves, those of the second by
    # nearly all: the money of both is one straight line in the same scaled weight.
    measures = pd.DataFrame(
        {"x": [1.0, 1, 0], "y": [1 + 2e-9, 1e-6, 1 - 1e-6 - 2e-9]}, index=list("abc")
    )
    table = weight_sensitivity(measures, samples=64, seed=1)
    pd.testing.assert_frame_equal(table.loc["a"], table.loc["b"], atol=1e-5)


@pytest.mark.usefixtures("no_warnings")
def test_one_unit_with_all_of_a_measure_and_weights_from_0():
    measures = pd.DataFrame({"city": [0, 5], "need": [4, 4]}, index=list("ab"))
    table = weight_sensitivity(measures, samples=256, seed=1)
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
        ({"seed": -1}, "seed is -1"),
        ({"seed": 1.5}, r"seed is 1\.5"),
        ({"seed": None}, "seed is None"),
    ],
)
def test_what_has_no_indices_is_refused(changed, says):
    given = {"measures": PEOPLE, "samples": 16, "seed": 1, **changed}
    with pytest.raises(MeasureError, match=says):
        weight_sensitivity(**given)
