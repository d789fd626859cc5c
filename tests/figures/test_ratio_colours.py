"""Steps of the ratio lie symmetrically around 1, and their colours can be told apart."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ReportError
from analysis.figures.look import COLOURS
from analysis.figures.ratio_colours import (
    FILLS,
    checked,
    letters_on,
    step_bounds,
    steps,
    undecided,
)

RATIOS = st.lists(
    st.one_of(st.floats(0.001, 1000), st.sampled_from([0.0, 1.0, np.inf, np.nan])),
    min_size=1,
    max_size=60,
)
# Vision without one kind of cone: Machado, Oliveira and Fernandes (2009), severity 1.
CONES = {
    "all": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


def linear(colour):
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def lab(light):
    """Return CIE L*a*b* of linear light."""
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.array(matrix) @ np.clip(light, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


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


@pytest.mark.parametrize("step", range(len(FILLS)))
def test_letters_can_be_read_on_every_step(step):
    dark, light = sorted((luminance(FILLS[step]), luminance(letters_on(step))))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("cones", CONES)
def test_any_two_steps_differ_for_the_colour_blind(cones):
    for one, other in combinations(FILLS, 2):
        apart = [lab(np.array(CONES[cones]) @ linear(colour)) for colour in (one, other)]
        assert np.linalg.norm(apart[0] - apart[1]) >= 6, (one, other)


def test_any_two_steps_differ_in_grey_and_only_far_below_is_dark():
    grey = [lab(np.full(3, luminance(colour)))[0] for colour in FILLS]
    assert min(np.diff(sorted(grey))) >= 5
    assert sorted(grey)[:2] == grey[:2]
    assert FILLS[0] == COLOURS["danger"]


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
