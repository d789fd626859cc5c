"""How far a number may be from the one that was accepted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import UsageError
from analysis.regression.tolerance import Tolerance

SIZES = st.floats(0, 2, allow_subnormal=False)


@given(st.floats(), st.floats(), SIZES, SIZES)
def test_numbers_are_as_close_as_numpy_finds_them(old, new, relative, absolute):
    with np.errstate(over="ignore"):
        close = np.isclose(new, old, rtol=relative, atol=absolute, equal_nan=True)
    assert Tolerance(relative, absolute).accepts(old, new) == close


@given(st.floats(-1e300, 1e300), SIZES, st.floats(0, 3))
def test_neighbours_are_as_close_as_numpy_finds_them(old, relative, part):
    new = old * (1 + relative * part)
    assert Tolerance(relative, 0).accepts(old, new) == np.isclose(new, old, rtol=relative, atol=0)


def test_a_tolerance_is_a_part_of_the_old_number():
    assert Tolerance(relative=0.5).accepts(2, 1)
    assert not Tolerance(relative=0.5).accepts(1, 2)


@given(st.integers(), st.integers())
def test_another_whole_number_is_another_number_however_long(old, new):
    assert Tolerance().accepts(old, new) == (old == new)


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12), st.floats(1e-8, 1))
def test_of_whole_numbers_a_wider_tolerance_counts(old, new, relative):
    close = np.isclose(new, old, rtol=relative, atol=0)
    assert Tolerance(relative, 0).accepts(old, new) == close
    assert Tolerance(absolute=abs(new - old)).accepts(old, new)


@given(st.floats(1e-6, 1e6), st.integers(-9, 9))
def test_noise_is_accepted(old, steps):
    assert Tolerance().accepts(old, old * (1 + steps * 1e-13))


def test_a_cell_says_more_than_its_notebook_and_that_more_than_the_run():
    run = Tolerance(relative=1e-3, image=5)
    notebook = run.for_notebook({"relief": {"rtol": 0.1, "atol": "2"}}, "a.ipynb")
    cell = notebook.for_cell(["lang-zh", "relief-rtol=0.25"], "cell 1")
    assert notebook == Tolerance(0.1, 2, 5)
    assert cell == Tolerance(0.25, 2, 5)
    assert run.for_notebook({}, "a.ipynb") == run == run.for_cell((), "cell 1")


@pytest.mark.parametrize(
    "own", [{"rtol": -1}, {"rtol": True}, {"rtol": None}, {"rtol": "nan"}, {"tol": 1}, 0.1, [1]]
)
def test_what_is_no_tolerance_in_a_notebook_is_told_with_its_place(own):
    with pytest.raises(UsageError, match=r"a\.ipynb"):
        Tolerance().for_notebook({"relief": own}, "a.ipynb")


@pytest.mark.parametrize(
    "tag", ["relief-rtol", "relief-rtol=", "relief-rtol=inf", "relief-", "relief-tol=1"]
)
def test_what_is_no_tolerance_in_a_tag_is_told_with_its_place(tag):
    with pytest.raises(UsageError, match="cell 7"):
        Tolerance().for_cell([tag], "cell 7")
