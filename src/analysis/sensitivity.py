"""How much each weight of a factor formula matters to each unit's money: Sobol indices."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.formula import ordered_shares
from analysis.statuses import with_status
from analysis.unit_values import check_whole

CONFIDENCE = 0.90
RESAMPLES = 100
# Draws of each weight: the intervals of the indices are then some hundredths wide.
SAMPLES = 1024
# A share that moves by less than this part of itself moves by rounding of the machine only.
MOVES = 1e-12
# Keeps the model's outputs for all draws and these units within some tens of MB.
BLOCK = 128
COLUMNS = ["first", "first_low", "first_high", "total", "total_low", "total_high"]

Array = NDArray[np.float64]


def weight_sensitivity(
    measures: pd.DataFrame, *, samples: int = SAMPLES, seed: int
) -> pd.DataFrame:
    """Split the variance of each unit's money among the weights of a factor formula.

    Each weight is drawn from 0 to 1, all values alike and apart from the others; the weights
    are then scaled to add up to 1 (:func:`analysis.formula.formula_amounts`).

    Parameters
    ----------
    measures : DataFrame, index unit_code, a column for each measure
        As in :func:`analysis.formula.measure_shares`; without rows where nothing is compared.
    samples : int
        Base draws, a power of 2; the formula is computed (measures + 2) times as often.
    seed : int
        At least 0. The same seed gives the same figures, whatever the order of units or measures.

    Returns
    -------
    DataFrame, index (unit_code, factor) as in `measures`
        ``first``: the part of the variance of the unit's money that goes if this weight alone
        is known. ``total``: the part that stays if all the others are known. Each with the ends
        of its 90 % interval over resampled draws (``_low``, ``_high``), which may stand a little
        outside 0 and 1. All are empty for a unit whose share cannot change because it has the same
        share in every measure. No rows where that is so of every unit. An ``assumption``: what
        the weights may be.

    Raises
    ------
    MeasureError
        As in :func:`analysis.formula.measure_shares`, and if `seed` is out of its range.

    Source
    ------
    Saltelli, A. et al. (2010), *Computer Physics Communications* 181 (2), as implemented in SALib.

    Examples
    --------
    >>> measures = pd.DataFrame({"need": {"a": 60, "b": 40}, "equal": {"a": 1, "b": 1}})
    >>> table = weight_sensitivity(measures, samples=64, seed=1)
    >>> table.loc["a", "total"].round(1).to_dict()
    {'need': 0.5, 'equal': 0.5}
    """
    check_whole("seed", seed, 0)
    names = ["unit_code", "factor"]
    asked = pd.MultiIndex.from_product([measures.index, measures.columns], names=names)
    if measures.empty:
        return pd.DataFrame(columns=COLUMNS, index=asked)
    # The order decides which numbers a measure's weight is drawn from.
    shares = ordered_shares(measures)
    weights = _draw_weights(shares.shape[1], samples, seed)
    counts = _resample_counts(samples, seed)
    values = shares.to_numpy()
    table = np.concatenate(
        [
            _indices(weights, counts, values[start : start + BLOCK])
            for start in range(0, len(values), BLOCK)
        ]
    )
    index = pd.MultiIndex.from_product([shares.index, shares.columns], names=names)
    indices = pd.DataFrame(table.reshape(-1, len(COLUMNS)), index, COLUMNS).reindex(asked)
    return with_status(indices if indices.notna().any(axis=None) else indices[:0], "assumption")


def _draw_weights(k: int, samples: int, seed: int) -> Array:
    """Draw scaled weights, shape (measures, samples x (measures + 2)), in SALib's order."""
    from SALib.sample import sobol

    problem = {"num_vars": k, "bounds": [[0.0, 1.0]] * k}
    # A draw may be 0 but not 1. Taken down from 1, weights are never all 0.
    weights = 1 - sobol.sample(problem, samples, calc_second_order=False, seed=int(seed)).T
    scaled: Array = weights / weights.sum(axis=0)
    return scaled


def _resample_counts(samples: int, seed: int) -> Array:
    """Count how often each draw is taken in each resample, shape (resamples, samples)."""
    rows = np.random.default_rng(seed).integers(samples, size=(samples, RESAMPLES))
    return np.array([np.bincount(column, minlength=samples) for column in rows.T], dtype=float)


def _indices(weights: Array, counts: Array, shares: Array) -> Array:
    """Return the indices of a block of units, shape (units, measures, columns)."""
    from SALib.analyze.sobol import first_order, total_order

    k, step = len(weights), len(weights) + 2
    # Measure by measure, for a product of matrices adds up differently from block to block.
    share = sum(np.multiply.outer(w, m) for w, m in zip(weights, shares.T, strict=True))
    table = np.full((len(shares), k, len(COLUMNS)), np.nan)
    moves = np.ptp(share, axis=0) > MOVES * shares.max(axis=1)
    if not moves.any():
        return table
    share = share[:, moves]
    share = (share - share.mean(axis=0)) / share.std(axis=0)
    a, b = share[::step], share[step - 1 :: step]
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    n = len(a)
    variance = counts @ (a**2 + b**2) / (2 * n) - (counts @ (a + b) / (2 * n)) ** 2
    for j in range(k):
        ab = share[j + 1 :: step]
        # A resample's estimate is SALib's with each draw counted as often as it was taken.
        first = counts @ (b * (ab - a)) / n / variance
        total = counts @ (a - ab) ** 2 / (2 * n) / variance
        for at, value, resampled in (
            (0, first_order(a, ab, b), first),
            (3, total_order(a, ab, b), total),
        ):
            half_width = z * resampled.std(axis=0, ddof=1)
            table[moves, j, at : at + 3] = np.column_stack(
                (value, value - half_width, value + half_width)
            )
    return table
