"""Steps of the ratio lie symmetrically around 1."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ReportError
from analysis.figures.ratio_colours import (
    checked,
    steps,
    undecided,
)
from analysis.figures.ratio_steps import step_bounds

RATIOS = st.lists(
    st.one_of(st.floats(0.001, 1000), st.sampled_from([0.0, 1.0, np.inf, np.nan])),
    min_size=1,
    max_size=60,
)


@given(RATIOS, st.floats(1.0001, 500))
def test_steps_are_symmetrical_around_1(ratios, ratio):
    bounds = step_bounds(pd.Series(ratios))
    low, high = steps(pd.Series([1 / ratio, ratio]), bounds)
    if not np.isclose(ratio, bounds, rtol=1e-12).any():
        assert low + high == 6
    assert steps(pd.Series([0.0, 1.0, np.inf, np.nan]), bounds).tolist() == [0, 3, 6, -1]


@given(RATIOS)
def test_a_higher_ratio_never_has_a_lower_step(ratios):
    ranked = pd.Series(ratios).dropna().sort_values()
    found = steps(ranked, step_bounds(pd.Series(ratios)))
    assert (np.diff(found) >= 0).all()
    assert ((ranked < 1).to_numpy() <= (found <= 3)).all()


@given(RATIOS, st.randoms())
def test_bounds_leave_units_beyond_them_whatever_the_order(ratios, random):
    bounds = step_bounds(pd.Series(ratios))
    shuffled = random.sample(ratios, len(ratios))
    assert step_bounds(pd.Series(shuffled)) == bounds
    far = [r for r in ratios if r >= bounds[-1] * (1 - 1e-9) or r <= bounds[0] * (1 + 1e-9)]
    if bounds[-1] > 1.5:
        assert len(far) >= np.count_nonzero(~np.isnan(ratios)) / 8


def test_without_a_verdict_nothing_is_undecided():
    table = pd.DataFrame({"ratio": [1.0, 2.0]}, ["a", "b"])
    assert undecided(table).tolist() == [False, False]
    verdicts = table.assign(verdict=["undecided", "above"])
    assert undecided(verdicts).tolist() == [True, False]


@pytest.mark.parametrize(
    ("ratios", "codes", "said"),
    [
        ([1.0, 2.0], ["a", "a"], "Unit a is repeated"),
        ([1.0, -0.5], ["a", "b"], "Unit b has the ratio -0.5"),
        ([np.nan], ["a"], "no unit to draw"),
        ([], [], "no unit to draw"),
    ],
)
def test_ratios_that_cannot_be_drawn_are_refused(ratios, codes, said):
    with pytest.raises(ReportError, match=said):
        checked(pd.DataFrame({"ratio": pd.Series(ratios, codes, dtype=float)}))
