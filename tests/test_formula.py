"""The factor formula against plain arithmetic, and what it refuses."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import MeasureError
from analysis.formula import formula_amounts, measure_shares, scaled_weights
from analysis.shares import share_table

MIX = pd.DataFrame({"need": {"a": 30, "b": 10, "c": 0}, "equal": {"a": 1, "b": 1, "c": 1}})


@st.composite
def formulas(draw):
    n, k = draw(st.integers(1, 10)), draw(st.integers(1, 4))
    cells = st.lists(st.integers(0, 10**6), min_size=n, max_size=n).filter(any)
    columns = {f"m{j}": draw(cells) for j in range(k)}
    weights = draw(st.lists(st.integers(0, 100), min_size=k, max_size=k).filter(any))
    measures = pd.DataFrame(columns, index=[f"{650000 + i}" for i in range(n)])
    return measures, dict(zip(columns, weights, strict=True))


def by_hand(total, measures, weights):
    """Whole-number arithmetic, rounded once at the end."""
    result = {}
    for unit in measures.index:
        share = sum(
            Fraction(weight, sum(weights.values()))
            * Fraction(int(measures.loc[unit, name]), int(measures[name].sum()))
            for name, weight in weights.items()
        )
        result[unit] = float(total * share)
    return pd.Series(result)


@given(formulas(), st.integers(0, 10**7))
def test_amounts_are_the_weighted_shares(case, total):
    measures, weights = case
    amounts = formula_amounts(total, measures, weights)
    pd.testing.assert_series_equal(
        amounts, by_hand(total, measures, weights), rtol=1e-12, atol=1e-9
    )
    assert amounts.sum() == pytest.approx(total, rel=1e-12)


@given(formulas(), st.integers(0, 1000))
def test_the_order_of_units_does_not_reach_the_last_digit(case, seed):
    measures, weights = case
    shuffled = formula_amounts(413, measures.sample(frac=1, random_state=seed), weights)
    pd.testing.assert_series_equal(
        shuffled.reindex(measures.index), formula_amounts(413, measures, weights), rtol=0, atol=0
    )


@given(formulas(), st.floats(0.01, 1000))
def test_the_scale_of_a_measure_or_of_all_weights_changes_nothing(case, factor):
    measures, weights = case
    before = formula_amounts(413, measures, weights)
    scaled = measures.astype(float)
    scaled["m0"] *= factor
    larger = {name: weight * factor for name, weight in weights.items()}
    pd.testing.assert_series_equal(formula_amounts(413, scaled, larger), before, rtol=1e-9)


def test_one_measure_shares_in_proportion():
    need = MIX["need"]
    amounts = formula_amounts(400, MIX, {"need": 1})
    assert amounts.to_dict() == {"a": 300, "b": 100, "c": 0}
    assert share_table(amounts, need)["gap_wan"].tolist() == [0, 0, 0]


def test_weights_may_be_a_series_in_any_order_and_leave_measures_out():
    weights = pd.Series({"equal": 20, "need": 60})
    assert scaled_weights(weights, MIX.columns).to_dict() == {"need": 0.75, "equal": 0.25}
    assert scaled_weights({"equal": 3}, MIX.columns).to_dict() == {"need": 0, "equal": 1}


def changed(name, unit, value):
    frame = MIX.astype(object)
    frame.loc[unit, name] = value
    return frame


@pytest.mark.parametrize(
    ("measures", "says"),
    [
        (changed("need", "b", -1), "Measure need of b is -1"),
        (MIX * [0, 1], "Measure need adds up to 0"),
        (MIX.rename(columns={"equal": "need"}), "Measure need is repeated"),
        (MIX[[]], "no measure"),
    ],
)
def test_measures_that_have_no_shares_are_refused(measures, says):
    with pytest.raises(MeasureError, match=says):
        measure_shares(measures)


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ({"need": 1, "needs": 1}, "no measure needs .* Known: need, equal"),
        ({"need": 0, "equal": 0}, "All weights are 0"),
        ({}, "All weights are 0"),
        ({"need": -1, "equal": 2}, "weight of need is -1"),
    ],
)
def test_weights_that_make_no_formula_are_refused(weights, says):
    with pytest.raises(MeasureError, match=says):
        formula_amounts(413, MIX, weights)


@pytest.mark.parametrize("total", [-1, np.nan, np.inf])
def test_a_total_that_cannot_be_shared_is_refused(total):
    with pytest.raises(MeasureError, match=f"total_wan is {total}"):
        formula_amounts(total, MIX, {"need": 1})
