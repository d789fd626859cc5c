"""Each method against its definition, its characteristic property and published tables."""

from fractions import Fraction
from math import ceil, floor, inf

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seat_by_seat import DIVISOR_METHODS, all_sharings, is_at_one_price, questions, seat_by_seat

from analysis.apportion import METHODS, apportion

# Balinski and Young's six states and 36 seats: every method has its own answer.
SIX_STATES = [27744, 25178, 19951, 14610, 9225, 3292]
ANSWERS = {
    "hamilton": [10, 9, 7, 5, 4, 1],
    "webster": [10, 9, 8, 5, 3, 1],
    "jefferson": [11, 9, 7, 5, 3, 1],
    "adams": [10, 9, 7, 5, 3, 2],
    "huntington_hill": [10, 9, 7, 6, 3, 1],
}
# The census of 1790: Virginia, Massachusetts, Pennsylvania, North Carolina, New York, Maryland,
# Connecticut, South Carolina, New Jersey, New Hampshire, Vermont, Georgia, Kentucky, Rhode
# Island, Delaware.
CENSUS_1790 = [630560, 475327, 432879, 353523, 331589, 278514, 236841, 206236]
CENSUS_1790 += [179570, 141822, 85533, 70835, 68705, 68446, 55540]


def quotas(total, weights):
    exact = [Fraction(w) for w in weights]
    return [total * w / sum(exact) for w in exact]


@pytest.mark.parametrize("method", METHODS)
def test_six_states(method):
    assert apportion(36, SIX_STATES, method=method).tolist() == ANSWERS[method]


def test_the_bill_of_1792_that_was_vetoed_and_the_one_that_became_law():
    vetoed = [21, 16, 14, 12, 11, 9, 8, 7, 6, 5, 3, 2, 2, 2, 2]
    law = [19, 14, 13, 10, 10, 8, 7, 6, 5, 4, 2, 2, 2, 2, 1]
    assert apportion(120, CENSUS_1790, method="hamilton").tolist() == vetoed
    assert apportion(105, CENSUS_1790, method="jefferson").tolist() == law


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@given(questions())
def test_divisor_methods_are_the_seats_handed_out_one_by_one(method, question):
    total, weights = question
    expected = seat_by_seat(total, weights, method)
    assert apportion(total, weights, method=method).tolist() == expected


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40)
@given(questions(most_total=10**12))
def test_the_total_is_met_and_no_weight_is_no_money(method, question):
    total, weights = question
    given_out = apportion(total, weights, method=method)
    assert given_out.dtype == np.int64
    assert given_out.sum() == total
    assert all(a >= 0 and (w or not a) for a, w in zip(given_out, weights, strict=True))


@given(questions(most_total=10**12))
def test_hamilton_keeps_to_the_quota_jefferson_to_its_lower_and_adams_to_its_upper_end(question):
    total, weights = question
    shares = quotas(total, weights)
    hamilton, jefferson, adams = (
        apportion(total, weights, method=m).tolist() for m in ("hamilton", "jefferson", "adams")
    )
    for i, quota in enumerate(shares):
        assert floor(quota) <= hamilton[i] <= ceil(quota)
        assert floor(quota) <= jefferson[i]
        assert adams[i] <= ceil(quota)


@given(questions(most_units=4, most_total=10))
def test_what_each_method_makes_best(question):
    total, weights = question
    weights = [w for w in weights if w]
    shares = quotas(total, weights)
    sharings = all_sharings(total, [0] * len(weights), [total] * len(weights))
    exact = [Fraction(w) for w in weights]
    aims = {
        "hamilton": lambda a: sum(abs(x - q) for x, q in zip(a, shares, strict=True)),
        "webster": lambda a: sum(
            (x - q) ** 2 / w for x, q, w in zip(a, shares, exact, strict=True)
        ),
        "jefferson": lambda a: max(x / w for x, w in zip(a, exact, strict=True)),
        "adams": lambda a: -min(x / w for x, w in zip(a, exact, strict=True)),
    }
    for method, aim in aims.items():
        chosen = apportion(total, weights, method=method).tolist()
        assert aim(chosen) == min(aim(seats) for seats in sharings), method


@given(questions(most_units=4, most_total=12))
def test_huntington_hill_leaves_no_pair_closer_by_a_transfer(question):
    total, weights = question
    weights = [Fraction(w) for w in weights if w]
    seats = apportion(total, weights, method="huntington_hill").tolist()

    def gap(a, b):
        low, high = sorted((a, b))
        return high / low - 1

    for i, w in enumerate(weights):
        for j, v in enumerate(weights):
            if i != j and seats[i] > 1 and seats[j] > 0:
                before = gap(seats[i] / w, seats[j] / v)
                assert gap((seats[i] - 1) / w, (seats[j] + 1) / v) >= before


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@settings(max_examples=40)
@given(questions(most_total=10**9), st.integers(1, 50))
def test_a_larger_total_takes_nothing_from_anyone_by_a_divisor_method(method, question, more):
    total, weights = question
    before = apportion(total, weights, method=method)
    assert (apportion(total + more, weights, method=method) >= before).all()


def test_hamilton_has_the_alabama_paradox():
    assert apportion(10, [6, 6, 2], method="hamilton").tolist() == [4, 4, 2]
    assert apportion(11, [6, 6, 2], method="hamilton").tolist() == [5, 5, 1]


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30)
@given(shares=st.lists(st.integers(0, 10**9), min_size=1, max_size=8).filter(any))
def test_weights_that_divide_evenly_are_met_exactly(method, shares):
    total = sum(shares)
    assert apportion(total, shares, method=method).tolist() == shares
    sevenths = [Fraction(share, 7) for share in shares]
    assert apportion(total, sevenths, method=method).tolist() == shares
    # A power of two changes no digit of a float.
    assert apportion(total, [share / 1024 for share in shares], method=method).tolist() == shares


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30)
@given(question=questions(), seed=st.integers(0, 1000))
def test_the_order_of_units_does_not_matter(method, question, seed):
    total, values = question
    weights = pd.Series(values, index=[f"{650000 + i}" for i in range(len(values))], dtype=object)
    shuffled = weights.sample(frac=1, random_state=seed)
    by_unit = pd.Series(apportion(total, weights, method=method), index=weights.index)
    again = pd.Series(apportion(total, shuffled, method=method), index=shuffled.index)
    pd.testing.assert_series_equal(again[weights.index], by_unit)


@pytest.mark.parametrize("method", METHODS)
def test_ties_go_to_the_larger_weight_then_to_the_smaller_code(method):
    same = pd.Series({"650002": 5, "650001": 5, "650003": 5})
    assert apportion(4, same, method=method).tolist() == [1, 2, 1]
    assert apportion(1, [5, 5, 5], method=method).tolist() == [1, 0, 0]


def test_a_tie_between_unequal_weights():
    # 3 / 1.5 = 1 / 0.5, and quotas 1.5 and 0.5.
    for weights in ([3, 1], [1, 3]):
        for method in ("webster", "hamilton"):
            expected = [2 if w == 3 else 0 for w in weights]
            assert apportion(2, weights, method=method).tolist() == expected


@pytest.mark.parametrize("method", METHODS)
def test_floats_are_the_numbers_that_they_are(method):
    # 0.1 + 0.2 is 0.3 and one in the last place.
    assert apportion(1, [0.3, 0.1 + 0.2], method=method).tolist() == [0, 1]


@pytest.mark.parametrize("method", ["adams", "huntington_hill"])
def test_one_for_every_unit_with_weight_the_largest_first(method):
    weights = [1, 0, 700, 3]
    assert apportion(2, weights, method=method).tolist() == [0, 0, 1, 1]
    assert apportion(4, weights, method=method).tolist() == [1, 0, 2, 1]


@pytest.mark.parametrize("method", DIVISOR_METHODS)
def test_2850_units_to_the_cent(method):
    rng = np.random.default_rng(5)
    need = np.ceil(rng.lognormal(8, 1.5, 2850))
    need[:3] = 0, 1, need.max() * 700
    for weights in (need.astype(int).tolist(), (need / need.sum()).tolist()):
        given_out = apportion(240_000_000_000, weights, method=method).tolist()
        assert sum(given_out) == 240_000_000_000
        assert is_at_one_price(given_out, weights, method, [0] * 2850, [inf] * 2850)


@pytest.mark.parametrize("method", METHODS)
def test_extremes(method):
    most = 2**63 - 1
    assert apportion(most, [0, 3, 0], method=method).tolist() == [0, most, 0]
    assert apportion(0, [1, 2], method=method).tolist() == [0, 0]
    assert apportion(10**12, [1e-300, 1e300], method=method).sum() == 10**12
    assert apportion(7, [10**400, 10**400, 5 * 10**400], method=method).tolist() == [1, 1, 5]
    # The squares and products of these pass the largest 64-bit number.
    big = np.array([2**62, 2**62, 2**61], dtype=np.int64)
    assert apportion(5 * 10**17, big, method=method).tolist() == [2 * 10**17, 2 * 10**17, 10**17]
    assert apportion(3.0, pd.Series([1, 2], dtype="Int64"), method=method).tolist() == [1, 2]
