"""The elementary functions are exact to a unit or two in the last place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from analysis.stock import elementwise as own

RNG = np.random.default_rng(1)
MANY = 200_000


def worst_error(found, exact):
    """Return the largest error in units in the last place; `exact` in extended precision."""
    return float(np.max(np.abs(found - exact) / np.spacing(np.abs(exact.astype(float)))))


@pytest.mark.parametrize(
    ("function", "exact", "x"),
    [
        (own.log, np.log, 1 - RNG.random(MANY)),
        (own.log, np.log, np.exp(RNG.uniform(-700, 700, MANY))),
        (own.exp, np.exp, RNG.uniform(-1, 1, MANY)),
        (own.exp, np.exp, RNG.uniform(-700, 700, MANY)),
        (own.sine, np.sin, RNG.uniform(-np.pi / 4, np.pi / 4, MANY)),
        (own.cosine, np.cos, RNG.uniform(-np.pi / 4, np.pi / 4, MANY)),
    ],
)
def test_a_function_is_that_of_extended_precision(function, exact, x):
    # Where a long double is a double, the library's own error of a unit comes on top.
    assert worst_error(function(x), exact(x.astype(np.longdouble))) < 2


def test_the_ends_of_the_uniform_numbers():
    bits = np.array([0, 2**64 - 1], dtype=np.uint64)
    assert own.above_zero(bits).tolist() == [1, 2**-52]
    first, second = own.normal_pair(bits, np.zeros(2, dtype=np.uint64))
    assert np.hypot(first, second) == pytest.approx([0, np.sqrt(104 * np.log(2))], abs=1e-12)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**40))
def test_the_words_are_those_of_python_integers(key, second_key, path):
    mask = 2**64 - 1
    bits = (path * 0x9E3779B97F4A7C15 + key) & mask
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9 & mask
    bits ^= second_key
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB & mask
    found = own.word(np.array([path], dtype=np.uint64), np.uint64(key), np.uint64(second_key))
    assert int(found[0]) == bits ^ (bits >> 31)


def test_the_words_of_a_zero_second_key_are_splitmix64():
    # The first outputs of Vigna's splitmix64.c for the seed 1234567.
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    path = np.arange(1, 4, dtype=np.uint64)
    assert own.word(path, np.uint64(1234567), np.uint64(0)).tolist() == known


@pytest.mark.parametrize("shape", [1.0, 3.0, 1e6])
def test_gamma_attempts_that_are_taken_are_gamma_variates(shape):
    uniform = 1 - RNG.random(MANY)
    candidate, taken = own.gamma_attempt(np.full(MANY, shape), RNG.standard_normal(MANY), uniform)
    assert taken.mean() > 0.95
    levels = special.gammainc(shape, candidate[taken])
    # Kolmogorov: odds of 1 in 100,000 beyond 2.47 / sqrt(n).
    expected = np.arange(1, len(levels) + 1) / len(levels)
    assert np.max(np.abs(np.sort(levels) - expected)) < 2.47 / np.sqrt(len(levels))
