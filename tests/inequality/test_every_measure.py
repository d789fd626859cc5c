"""Every registered measure has the properties of one, and refuses what it is not defined on."""

from dataclasses import replace

import pandas as pd
import pytest
from inequality_samples import UNRANKED
from measure_properties import (
    PROPERTIES,
    it_keeps_to_its_range,
    money_in_proportion_to_need_is_the_least,
    money_moved_to_a_worse_supplied_unit_never_raises_it,
)

from analysis.errors import MeasureError
from analysis.inequality import MEASURES, concentration_index, lorenz, theil_decomposition


@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
@pytest.mark.parametrize("measure", UNRANKED, ids=lambda measure: measure.key)
def test_a_measure_has_the_property(measure, holds):
    holds(measure=measure)


@pytest.mark.parametrize(
    ("key", "flag", "holds"),
    [
        ("hoover", {"strict": True}, money_moved_to_a_worse_supplied_unit_never_raises_it),
        ("theil_l", {"most": 1}, it_keeps_to_its_range),
        ("gini", {"least": 0.1}, money_in_proportion_to_need_is_the_least),
    ],
)
def test_a_property_wrongly_said_of_a_measure_is_found_out(key, flag, holds):
    with pytest.raises(AssertionError):
        holds(measure=replace(MEASURES[key], **flag))


def ranked_by_place(amount, need):
    return concentration_index(amount, need, rank=list(range(len(amount))))


def in_one_group(amount, need):
    return theil_decomposition(amount, need, ["all"] * len(amount))


@pytest.mark.parametrize(
    ("amount", "need", "says"),
    [
        ([1, -1], None, "amount of #2 is -1"),
        ([[1, 2], [3, 4]], None, "amount must be one value a unit"),
        ([0, 0], None, "amount: values add up to 0"),
        ([1e308, 1e308], None, "amount: values add up to more than a number can hold"),
        ([1, 2], [0, 0], "need: values add up to 0"),
        ([1, 2], [1], "need has 1 values for 2 units"),
        (pd.Series([1, pd.NA], index=["a", "b"], dtype="Int64"), None, "amount of b is <NA>"),
        (pd.Series({"a": 1.0}), pd.Series({"b": 1.0}), "need has no figure for a"),
    ],
)
@pytest.mark.parametrize(
    "measure", [*(each.function for each in UNRANKED), lorenz, ranked_by_place, in_one_group]
)
def test_figures_it_is_not_defined_on_are_refused(measure, amount, need, says):
    with pytest.raises(MeasureError, match=says):
        measure(amount, need)
