"""What a measure of inequality has to meet, whichever it is, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from inequality_samples import MEASURES, at_least_0, money_and_need, positive, whole

from analysis.errors import MeasureError
from analysis.inequality import concentration_index, theil_decomposition

every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES.keys())
# Seven measures meet each property: together they see nearly two hundred cases of it.
share_of_the_cases = settings(max_examples=25)


@every_measure
@share_of_the_cases
@given(case=money_and_need(at_least_0, at_least_0), seed=st.integers(0, 1000), factor=positive)
def test_order_scale_and_empty_units_do_not_matter(measure, case, seed, factor):
    a, n = case
    value = measure(a, n)
    order = np.random.default_rng(seed).permutation(a.size)
    assert measure(a[order], n[order]) == pytest.approx(value, abs=1e-12)
    assert measure(a * factor, n) == pytest.approx(value, abs=1e-12)
    assert measure(a, n * factor) == pytest.approx(value, abs=1e-12)
    assert measure(np.append(a, 0), np.append(n, 0)) == pytest.approx(value, abs=1e-12)


@every_measure
@share_of_the_cases
@given(case=money_and_need(at_least_0, at_least_0), times=st.integers(2, 4))
def test_the_country_many_times_over_is_as_unequal(measure, case, times):
    a, n = case
    assert measure(np.tile(a, times), np.tile(n, times)) == pytest.approx(measure(a, n), abs=1e-12)
    assert measure(np.tile(a, times)) == pytest.approx(measure(a), abs=1e-12)


@every_measure
@share_of_the_cases
@given(case=money_and_need(at_least_0, at_least_0), part=st.floats(0.01, 0.99))
def test_merging_units_supplied_alike_changes_nothing(measure, case, part):
    a, n = case
    apart = (np.append(x[:-1], [x[-1] * part, x[-1] * (1 - part)]) for x in (a, n))
    assert measure(*apart) == pytest.approx(measure(a, n), abs=1e-12)


@every_measure
@share_of_the_cases
@given(case=money_and_need(st.integers(0, 1000), st.integers(1, 5)))
def test_a_need_of_k_is_k_persons(measure, case):
    a, n = case
    persons = np.repeat(a / n, n.astype(int))
    assert measure(a, n) == pytest.approx(measure(persons), abs=1e-12)


@every_measure
@share_of_the_cases
@given(case=money_and_need(whole, whole, least=2), part=st.floats(0.1, 0.9))
def test_money_moved_to_a_worse_supplied_unit_lowers_it(measure, case, part):
    a, n = case
    supply = a / n
    best, worst = supply.argmax(), supply.argmin()
    # Less than a tenth apart, the change may be too small for a float.
    assume(supply[best] > 1.1 * supply[worst])
    level = (a[best] * n[worst] - a[worst] * n[best]) / (n[best] + n[worst])
    after = a.copy()
    after[best] -= part * level
    after[worst] += part * level
    assert measure(after, n) < measure(a, n)


@every_measure
@share_of_the_cases
@given(case=money_and_need(at_least_0, at_least_0))
def test_it_is_at_least_0_and_at_most_1_or_the_rarity_of_need(measure, case):
    a, n = case
    value = measure(a, n)
    assert value >= 0
    if measure is MEASURES["theil_t"]:
        rarest = n[a > 0].min() / n.sum()
        assert rarest == 0 or value <= -np.log(rarest) + 1e-12
    elif measure is not MEASURES["theil_l"]:
        assert value <= 1


@every_measure
@share_of_the_cases
@given(case=money_and_need())
def test_money_in_proportion_to_need_is_equality(measure, case):
    _, n = case
    assert measure(3 * n, n) == pytest.approx(0, abs=1e-12)
    assert measure(np.full(n.size, 7.0)) == pytest.approx(0, abs=1e-12)


# numpy warns where it overflows or takes 0/0.
@pytest.mark.filterwarnings("error")
@every_measure
def test_a_share_too_small_for_a_float_is_none(measure):
    assert measure([5e-324, 1], [1, 1]) == measure([0, 1], [1, 1])
    assert measure([1, 1], [5e-324, 1]) == measure([1, 1], [0, 1])
    assert measure([1e-290, 1], [1, 1e-290]) == pytest.approx(measure([1e-290, 1], [2, 2e-290]))


@every_measure
def test_series_are_matched_by_unit_not_by_place(measure):
    amount = pd.Series({"a": 30.0, "b": 10.0, "c": 5.0})
    need = pd.Series({"c": 5, "b": 10, "a": 30})
    assert measure(amount, need) == pytest.approx(0, abs=1e-15)


def ranked_by_place(amount, need):
    return concentration_index(amount, need, rank=list(range(len(amount))))


def in_one_group(amount, need):
    return theil_decomposition(amount, need, ["all"] * len(amount))


@pytest.mark.parametrize(
    ("amount", "need", "says"),
    [
        ([1, -1], None, "amount of #2 is -1"),
        ([1, np.nan], None, "amount of #2 is nan"),
        ([1, np.inf], None, "amount of #2 is inf"),
        ([1, None], None, "amount of #2 is None"),
        (["ten", 1], None, "amount of #1 is ten"),
        ([[1, 2], [3, 4]], None, "amount must be one value a unit"),
        ([0, 0], None, "amount adds up to 0"),
        ([1e308, 1e308], None, "amount adds up to more than a number can hold"),
        ([], None, "adds up to 0"),
        ([1, 2], [0, 0], "need adds up to 0"),
        ([1, 2], [1], "2 values and need has 1"),
        (pd.Series([1, pd.NA], index=["a", "b"], dtype="Int64"), None, "amount of b is <NA>"),
        (pd.Series({"a": 1.0}), pd.Series({"a": -1.0}), "need of a is -1"),
        (pd.Series({"a": 1.0}), pd.Series({"b": 1.0}), "not for the same units: unit a is only"),
        (pd.Series({"a": 1.0}), pd.Series({"a": 1.0, "b": 1.0}), "unit b is only in need"),
        (pd.Series([1.0, 2.0], index=["a", "a"]), None, "amount: unit a is repeated"),
        (
            pd.Series({"a": 1.0, "b": 1.0}),
            pd.Series([1.0, 2.0, 3.0], index=["a", "b", "b"]),
            "need: unit b is repeated",
        ),
    ],
)
@pytest.mark.parametrize("measure", [*MEASURES.values(), ranked_by_place, in_one_group])
def test_figures_it_is_not_defined_on_are_refused(measure, amount, need, says):
    with pytest.raises(MeasureError, match=says):
        measure(amount, need)
