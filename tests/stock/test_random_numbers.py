"""The random numbers are uniform, normal, and independent across paths, steps, uses and units.

All seeds are fixed. A statistic may lie 4.5 standard errors off, which a sound generator exceeds
seven times in a million.
"""

import numpy as np
import pytest
from scipy import stats

from analysis.stock.demand import path_numbers, random_walk
from analysis.stock.elementwise import above_zero, word
from analysis.stock.random_numbers import levels, stream_keys, sub_keys

ERRORS = 4.5
ODDS = 2 * stats.norm.sf(ERRORS)
PATHS = 1_000_000


def uniforms(unit="654201", stream=0, step=0, paths=PATHS, seed=1):
    keys = sub_keys(stream_keys(seed, unit, 4)[stream], step + 1, 2)[step]
    return above_zero(word(path_numbers(0, paths), *keys))


def moves(unit="654201", steps=2, paths=PATHS, seed=1):
    keys = sub_keys(stream_keys(seed, unit, 4)[0], (steps + 1) // 2, 4)
    return np.diff(random_walk(keys, steps, path_numbers(0, paths)), axis=0, prepend=0)


@pytest.mark.parametrize("cells", [10, 1024])
@pytest.mark.parametrize("stream", [0, 1, 2, 3])
def test_uniform_by_chi_square(cells, stream):
    counts = np.bincount((uniforms(stream=stream) * cells).astype(int) % cells, minlength=cells)
    assert ODDS < stats.chisquare(counts).pvalue < 1 - ODDS


def test_the_lowest_bits_are_uniform_too():
    keys = stream_keys(1, "654201", 2)
    bits = word(path_numbers(0, PATHS), *keys)
    for shift in (0, 12, 20):
        counts = np.bincount(((bits >> np.uint64(shift)) & np.uint64(255)).astype(int))
        assert ODDS < stats.chisquare(counts).pvalue < 1 - ODDS


def test_pairs_of_neighbouring_paths_and_steps_fill_the_square():
    one, next_step = uniforms(), uniforms(step=1)
    for first, second in ((one[:-1], one[1:]), (one, next_step)):
        cell = (first * 32).astype(int) % 32 * 32 + (second * 32).astype(int) % 32
        assert ODDS < stats.chisquare(np.bincount(cell, minlength=1024)).pvalue < 1 - ODDS


@pytest.mark.parametrize("lag", [1, 2, 3, 8, 512, 4096])
def test_paths_are_not_correlated(lag):
    x = moves()[0]
    assert abs((x[lag:] * x[:-lag]).mean()) < ERRORS / np.sqrt(PATHS - lag)
    # Squares too: E x^4 - 1 is 2.
    assert abs(((x[lag:] ** 2 - 1) * (x[:-lag] ** 2 - 1)).mean()) < ERRORS * 2 / np.sqrt(PATHS)


def test_steps_uses_units_and_seeds_are_not_correlated():
    drawn = [*moves(steps=24, paths=100_000)]
    drawn += [*moves("654202", steps=2, paths=100_000), *moves("", steps=2, paths=100_000)]
    drawn += [*moves(seed=2, steps=2, paths=100_000)]
    drawn += [stats.norm.ppf(uniforms(stream=each, paths=100_000) - 2**-53) for each in (1, 2, 3)]
    found = np.corrcoef(drawn)[np.triu_indices(len(drawn), 1)]
    # The largest of so many: the level of each is that of all, divided.
    assert np.abs(found).max() < stats.norm.isf(ODDS / 2 / len(found)) / np.sqrt(100_000)
    assert stats.kstest(found * np.sqrt(100_000), "norm").pvalue > ODDS


def test_normal_moments_and_distribution():
    x = moves().ravel()
    for power, mean, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96), (6, 15, 10170)):
        assert abs((x**power).mean() - mean) < ERRORS * np.sqrt(variance / len(x))
    assert stats.kstest(x, "norm").pvalue > ODDS


@pytest.mark.parametrize("odds", [1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
def test_normal_tails(odds):
    edge, beyond, drawn = stats.norm.isf(odds), np.zeros(2), 0
    for seed in range(10):
        x = moves(seed=seed, steps=2)
        beyond += (x > edge).sum(), (x < -edge).sum()
        drawn += x.size
    for count in beyond:
        assert stats.poisson.cdf(count, odds * drawn) > ODDS
        assert stats.poisson.sf(count - 1, odds * drawn) > ODDS


def test_keys_do_not_depend_on_how_many_there_are():
    key = np.uint64(7)
    np.testing.assert_array_equal(sub_keys(key, 9, 3, 2)[:4], sub_keys(key, 4, 3, 2))


def test_odds_become_whole_numbers_and_certainty_none():
    assert levels(np.array([0.0, 0.25, 1 - 2**-53, 1.0, 1.5])).tolist() == [0, 2**50]
