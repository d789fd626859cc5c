"""Counting of many paths' amounts in bins, the same in NumPy and when compiled."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.stock.elementwise import Numbers, Words, select

BINS = 1024
# Places of a count: nothing left; below the bins; the bins; their end itself; above; infinite.
NOTHING, BELOW, FIRST = 0, 1, 2
END, ABOVE, INFINITE = FIRST + BINS, FIRST + BINS + 1, FIRST + BINS + 2
PLACES = FIRST + BINS + 3


class Scale(NamedTuple):
    """The range of N rows of bins, from `low` to `end`; shape (N,) each, 万元.

    Parameters
    ----------
    low, end : array
    per_wan : array
        Bins in 1 万元.
    """

    low: NDArray[np.float64]
    end: NDArray[np.float64]
    per_wan: NDArray[np.float64]


def place_of(amount: Numbers, low: Numbers, end: Numbers, per_wan: Numbers) -> Words:
    """Return the place at which a finite amount is counted."""
    place = np.int64(
        select((amount - low) * per_wan < BINS - 1, (amount - low) * per_wan, BINS - 1)
    )
    place = select(amount < low, BELOW, place + FIRST)
    place = select(amount > end, ABOVE, place)
    place = select(amount == end, END, place)
    return select(amount <= 0.0, NOTHING, place)


def scale_between(low: NDArray[np.float64], end: NDArray[np.float64]) -> Scale:
    """Return the scale of rows of bins; where `low` is `end` they have no width."""
    with np.errstate(divide="ignore", over="ignore"):
        per_wan = BINS / (end - low)
    return Scale(low, end, np.where(np.isfinite(per_wan), per_wan, 0.0))


def scale_of(amounts: NDArray[np.float64], most: NDArray[np.float64]) -> Scale:
    """Return bins between the least amount above 0 and the largest of the first paths.

    Parameters
    ----------
    amounts : array, shape (N, P)
    most : array, shape (N,)
        Largest amount possible; all that is above 0 is counted below it where P has none.
    """
    least, largest = amounts.min(axis=1), amounts.max(axis=1)
    for row in np.flatnonzero((least <= 0) & (largest > 0)):
        least[row] = amounts[row][amounts[row] > 0].min()
    none = largest <= 0
    return scale_between(np.where(none, most, least), np.where(none, most, largest))


def add_counts(amounts: NDArray[np.float64], scale: Scale, counts: NDArray[np.int32]) -> None:
    """Count amounts in bins.

    Parameters
    ----------
    amounts : array, shape (N, P)
        At least 0, finite.
    scale : Scale
        Of N rows.
    counts : array of int, shape (N, PLACES)
        Added to.
    """
    for row, amount in enumerate(amounts):
        place = place_of(amount, scale.low[row], scale.end[row], scale.per_wan[row])
        counts[row] += np.bincount(place, minlength=PLACES).astype(np.int32)


def add_peaks(
    amounts: NDArray[np.float64],
    scale: Scale,
    counts: NDArray[np.int32],
    peaks: NDArray[np.float64],
) -> None:
    """Count amounts in bins, infinite ones too, and keep the largest one of each bin.

    Parameters
    ----------
    amounts, scale, counts
        As in `add_counts`.
    peaks : array, shape (N, PLACES)
        Raised.
    """
    for row, amount in enumerate(amounts):
        finite = np.where(np.isinf(amount), 0.0, amount)
        place = place_of(finite, scale.low[row], scale.end[row], scale.per_wan[row])
        place = np.where(np.isinf(amount), INFINITE, place)
        counts[row] += np.bincount(place, minlength=PLACES).astype(np.int32)
        np.maximum.at(peaks[row], place, amount)


def quantiles(
    counts: NDArray[np.int32], scale: Scale, most: NDArray[np.float64], odds: Any
) -> NDArray[np.float64]:
    """Return quantiles of counted amounts, as NumPy interpolates between ranks.

    The amounts of a bin are taken to lie evenly in it, so that one is known to the bin's width;
    0 and the end of the bins are exact.

    Parameters
    ----------
    counts : array of int, shape (N, PLACES)
    scale : Scale
    most : array, shape (N,)
        Largest amount possible.
    odds : array, shape (Q,)

    Returns
    -------
    array, shape (Q, N)
    """
    paths = int(counts[0].sum())
    rank = np.asarray(odds) * (paths - 1)
    below = np.floor(rank).astype(np.int64)
    ranks = np.concatenate([below, np.minimum(below + 1, paths - 1)])
    until = counts.cumsum(axis=1, dtype=np.int64)
    place = np.stack([np.searchsorted(row, ranks, side="right") for row in until])
    count = np.take_along_axis(counts, place, axis=1)
    before = np.take_along_axis(until, place, axis=1) - count
    start, width = _extent(place, scale, most[:, None])
    amounts = start + width * ((ranks - before + 0.5) / count)
    lower, upper = amounts[:, : len(rank)], amounts[:, len(rank) :]
    between: NDArray[np.float64] = lower + (upper - lower) * (rank - below)
    return between.T


def _extent(
    place: NDArray[np.int64], scale: Scale, most: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where each place of a row of bins begins, and its width."""
    low, end = scale.low[:, None], scale.end[:, None]
    width = (end - low) / BINS
    start = np.where(place == BELOW, 0.0, low + (place - FIRST) * width)
    start = np.where(place >= END, end, np.where(place == NOTHING, 0.0, start))
    width = np.where(place == BELOW, low, np.where(place == ABOVE, most - end, width))
    return start, np.where((place == NOTHING) | (place == END), 0.0, width)
