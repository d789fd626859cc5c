"""Floors and ceilings: kept, met by the definition, and refused where nothing keeps them."""

from decimal import Decimal
from math import inf

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seat_by_seat import (
    DIVISOR_METHODS,
    all_sharings,
    bounded_questions,
    bounded_quotas,
    is_at_one_price,
    questions,
    seat_by_seat,
)

from analysis.apportion import METHODS, apportion
from analysis.errors import MeasureError


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@given(bounded_questions())
def test_divisor_methods_are_the_free_seats_handed_out_one_by_one(method, question):
    total, weights, floor, ceiling = question
    got = apportion(total, weights, method=method, floor=floor, ceiling=ceiling)
    assert got.tolist() == seat_by_seat(total, weights, method, floor, ceiling)


@given(bounded_questions(most_units=4, most_seats=5))
def test_hamilton_is_the_sharing_nearest_to_the_bounded_quotas(question):
    total, weights, floor, ceiling = question
    quotas = bounded_quotas(total, weights, floor, ceiling)

    def distance(seats):
        return sum((a - q) ** 2 for a, q in zip(seats, quotas, strict=True))

    got = apportion(total, weights, method="hamilton", floor=floor, ceiling=ceiling).tolist()
    assert distance(got) == min(map(distance, all_sharings(total, floor, ceiling)))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40)
@given(bounded_questions(most_seats=10**9))
def test_bounds_and_total_are_kept(method, question):
    total, weights, floor, ceiling = question
    got = apportion(total, weights, method=method, floor=floor, ceiling=ceiling)
    assert got.sum() == total
    assert (got >= floor).all()
    assert (got <= ceiling).all()


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30)
@given(questions(most_total=10**9))
def test_bounds_that_do_not_bind_change_nothing(method, question):
    total, weights = question
    free = apportion(total, weights, method=method)
    loose = {"floor": [0] * len(weights), "ceiling": [inf] * len(weights)}
    assert apportion(total, weights, method=method, **loose).tolist() == free.tolist()


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30)
@given(question=bounded_questions(), seed=st.integers(0, 1000))
def test_bounds_are_matched_by_unit_in_any_order(method, question, seed):
    total, values, low, high = question
    codes = [f"{650000 + i}" for i in range(len(values))]
    table = pd.DataFrame({"w": values, "low": low, "high": high}, index=codes, dtype=object)
    plain = apportion(total, table["w"], method=method, floor=table["low"], ceiling=table["high"])
    mixed = table.sample(frac=1, random_state=seed)
    again = apportion(total, mixed["w"], method=method, floor=table["low"], ceiling=table["high"])
    assert dict(zip(mixed.index, again, strict=True)) == dict(zip(codes, plain, strict=True))


@pytest.mark.parametrize("method", METHODS)
def test_nobody_under_last_year_at_2850_units(method):
    rng = np.random.default_rng(3)
    need = rng.lognormal(8, 1.5, 2850)
    quota = 2.4e11 * need / need.sum()
    floor = np.floor(0.9 * quota * rng.uniform(0.2, 1.1, 2850)).astype(int)
    ceiling = np.maximum(floor, np.ceil(quota * rng.uniform(1, 1.5, 2850)).astype(int))
    got = apportion(240_000_000_000, need, method=method, floor=floor, ceiling=ceiling)
    assert got.sum() == 240_000_000_000
    assert ((floor <= got) & (got <= ceiling)).all()
    free = (floor < got) & (got < ceiling)
    assert free.sum() > 100
    if method == "hamilton":
        # All that are at no bound stand at one ratio to their weight, but for a cent.
        assert ((got - 1) / need)[free].max() <= ((got + 1) / need)[free].min()
    else:
        figures = (got.tolist(), need.tolist(), method, floor.tolist(), ceiling.tolist())
        assert is_at_one_price(*figures)


@pytest.mark.parametrize(
    ("total", "weights", "bounds", "says"),
    [
        (9, [1, 1], {"floor": [5, 6]}, "floors add up to 11, 2 more than the total of 9"),
        (9, [1, 1], {"ceiling": [4, 3]}, "ceilings add up to 7, 2 less than the total of 9"),
        (9, [1, 0], {"ceiling": [4, inf]}, "add up to 4, 5 less .* weight 0 gets its floor"),
        (9, [1, 0], {"floor": [0, 2], "ceiling": [6, 9]}, "add up to 8, 1 less"),
        (9, [1, 0], {"floor": [0, 2], "ceiling": [9, 1]}, "above the ceiling: #2: 2 > 1"),
        (9, [1, 1], {"floor": [4, 0], "ceiling": [3, 9]}, "above the ceiling: #1: 4 > 3"),
        (9, [1, 1], {"floor": [0.5, 0]}, "floor of #1 is 0.5"),
        (9, [1, 1], {"floor": [-1, 0]}, "floor of #1 is -1"),
        (9, [1, 1], {"floor": [np.nan, 0]}, "floor of #1 is nan"),
        (9, [1, 1], {"floor": [inf, 0]}, "floor of #1 is inf"),
        (9, [1, 1], {"ceiling": [-inf, 9]}, "ceiling of #1 is -inf"),
        (9, [1, 1], {"ceiling": [None, 9]}, "ceiling of #1 is None"),
        (9, [1, 1], {"ceiling": 9}, "ceiling must be one value a unit"),
        (9, [1, 1], {"floor": pd.Series([1, 1])}, "both as Series"),
        (9, pd.Series([1, 1]), {"floor": [1, 1]}, "both as Series"),
        (9, pd.Series({"a": 1}), {"floor": pd.Series({"b": 1})}, "floor has no figure for a"),
        (9, pd.Series([1, None], dtype="Int64"), {}, "weights of 1 is <NA>"),
        (9, [1, np.nan], {}, "weights of #2 is nan"),
        (9, np.array([1, inf]), {}, "weights of #2 is inf"),
        (9, [1, True], {}, "weights of #2 is True"),
        (9, [1, "2"], {}, "weights of #2 is 2: values are numbers"),
        (9, [1, Decimal(2)], {}, "weights of #2 is 2: values are numbers"),
        (9, [0, 0], {}, "weights: values add up to 0"),
        (9, "12", {}, "one value a unit"),
        (-1, [1], {}, "The total is -1"),
        (1.5, [1], {}, "The total is 1.5"),
        (np.nan, [1], {}, "The total is nan"),
        (inf, [1], {}, "The total is inf"),
        (2**63, [1], {}, "less than 2"),
        (True, [1], {}, "The total is True"),
    ],
)
@pytest.mark.parametrize("method", ["hamilton", "webster"])
def test_what_cannot_be_shared_is_refused(method, total, weights, bounds, says):
    with pytest.raises(MeasureError, match=says):
        apportion(total, weights, method=method, **bounds)


def test_a_method_that_is_none_is_refused():
    with pytest.raises(MeasureError, match="no method 'dean': use one of hamilton"):
        apportion(9, [1], method="dean")


@pytest.mark.parametrize("method", METHODS)
def test_a_unit_of_weight_0_gets_its_floor_and_the_others_share_the_rest(method):
    got = apportion(12, [3, 0, 1], method=method, floor=[0, 4, 0], ceiling=[12, 12, 12])
    assert got.tolist() == [6, 4, 2]
