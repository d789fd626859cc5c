"""What holds of every measure of inequality, one function each over a registered measure.

Called with a measure alone, a property tries itself on many cases of money and need.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from inequality_samples import at_least_0, money_and_need, positive, whole

PROPERTIES = []


def holds(**strategies):
    """Take a function of a measure and a case as a property, to be tried on 25 cases."""

    def take(check):
        if strategies:
            # Seven measures meet each property: together they see nearly two hundred cases.
            check = settings(max_examples=25)(given(**strategies)(check))
        PROPERTIES.append(check)
        return check

    return take


def near(measure, value):
    # A measure that is not 0 where money is proportional is a ratio without an upper end: its
    # digits count from the first.
    return pytest.approx(value, rel=1e-9 if measure.least else 0, abs=1e-12)


any_case = money_and_need(at_least_0, at_least_0)


@holds(case=any_case, seed=st.integers(0, 1000), factor=positive)
def order_scale_and_empty_units_do_not_matter(measure, case, seed, factor):
    a, n = case
    value = near(measure, measure.function(a, n))
    order = np.random.default_rng(seed).permutation(a.size)
    assert measure.function(a[order], n[order]) == value
    assert measure.function(a * factor, n) == value
    assert measure.function(a, n * factor) == value
    assert measure.function(np.append(a, 0), np.append(n, 0)) == value


@holds(case=any_case, times=st.integers(2, 4))
def the_country_many_times_over_is_as_unequal(measure, case, times):
    a, n = case
    many, repeated = np.tile(a, times), np.tile(n, times)
    assert measure.function(many, repeated) == near(measure, measure.function(a, n))
    assert measure.function(many, None) == near(measure, measure.function(a, None))


@holds(case=any_case, part=st.floats(0.01, 0.99))
def merging_units_supplied_alike_changes_nothing(measure, case, part):
    a, n = case
    apart = (np.append(x[:-1], [x[-1] * part, x[-1] * (1 - part)]) for x in (a, n))
    assert measure.function(*apart) == near(measure, measure.function(a, n))


@holds(case=money_and_need(st.integers(0, 1000), st.integers(1, 5)))
def a_need_of_k_is_k_persons(measure, case):
    a, n = case
    persons = np.repeat(a / n, n.astype(int))
    assert measure.function(a, n) == near(measure, measure.function(persons, None))


@holds(case=money_and_need(whole, whole, least=2), part=st.floats(0.1, 0.9), data=st.data())
def money_moved_to_a_worse_supplied_unit_never_raises_it(measure, case, part, data):
    a, n = case
    better, worse = data.draw(st.permutations(range(a.size)))[:2]
    # Less than a tenth apart, the change may be too small for a float.
    assume(a[better] / n[better] > 1.1 * a[worse] / n[worse])
    level = (a[better] * n[worse] - a[worse] * n[better]) / (n[better] + n[worse])
    after = a.copy()
    after[better] -= part * level
    after[worse] += part * level
    moved, before = measure.function(after, n), measure.function(a, n)
    assert moved < before if measure.strict else moved <= before * (1 + 1e-12)


@holds(case=any_case)
def it_keeps_to_its_range(measure, case):
    assert measure.least - 1e-12 <= measure.function(*case) <= measure.most


@holds(case=money_and_need())
def money_in_proportion_to_need_is_the_least(measure, case):
    _, n = case
    assert measure.function(3 * n, n) == near(measure, measure.least)
    assert measure.function(np.full(n.size, 7.0), None) == near(measure, measure.least)


@holds()
def a_share_too_small_for_a_float_is_none(measure):
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        of = measure.function
        assert of([5e-324, 1], [1, 1]) == of([0, 1], [1, 1])
        assert of([1, 1], [5e-324, 1]) == of([1, 1], [0, 1])
        tiny = of([1e-290, 1], [2, 2e-290])
        assert of([1e-290, 1], [1, 1e-290]) == pytest.approx(tiny)


@holds()
def series_are_matched_by_unit_not_by_place(measure):
    amount = pd.Series({"a": 30.0, "b": 10.0, "c": 5.0})
    value = measure.function(amount, pd.Series({"c": 5, "b": 10, "a": 30}))
    assert value == pytest.approx(measure.least, abs=1e-15)
