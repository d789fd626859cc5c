"""How much money at the start would have kept a path from running out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.stock.bins import Scale, scale_between
from analysis.stock.payment import TOLERANCE, YEAR

# Odds of depletion that a top-up may leave: one path in so many.
ONE_PATH_IN = 20
# Above all amounts of money.
LARGEST = 1e300


def money_needed(
    opening: NDArray[np.float64],
    vintage: NDArray[np.int64],
    arrivals: NDArray[np.float64],
    demand: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least money of the first year, there from month 1, that avoids any shortage.

    Money is lost at the end of the year after its grant, and the oldest is paid first. Let x be
    the money added. The money of a year that is left at its end is ``most - max(0, bend - x)``:
    it is spent only where older money, x included, does not suffice. So each year gives one
    least x, and the next year's ``most`` and ``bend``. Where a year from the third on falls short
    whatever x, none is enough.

    Parameters
    ----------
    opening, vintage, arrivals, demand
        As in `analysis.stock.payment.follow`.

    Returns
    -------
    array, shape (P,), 万元
        Up to the last month. Negative where money is left over at all times; infinite where
        none is enough.
    array, shape (P,), 万元
        Up to month 12.
    """
    months, paths = len(arrivals), demand.shape[1]
    steps = len(demand) // months
    first_year = int(vintage[-1]) - (months - 1) // YEAR
    first = int(np.searchsorted(vintage, first_year))
    demanded = demand.cumsum(axis=0)
    older, most, bend = opening[:first].sum(), opening.sum(), np.zeros(paths)
    needed, in_year_1 = np.full(paths, -np.inf), np.full(paths, -np.inf)
    for year in range((months - 1) // YEAR + 1):
        start, end = year * YEAR, min((year + 1) * YEAR, months)
        span = slice(start * steps, end * steps)
        arrived, of_older = (
            np.repeat(each, steps, axis=0).cumsum(axis=0)
            for each in _arrivals(arrivals[start:end] / steps, first + year)
        )
        wanted = demand[span].cumsum(axis=0)
        lacking = (wanted - arrived) - most
        if year < 2:
            needed = np.maximum(needed, lacking.max(axis=0))
        else:
            short = (lacking > TOLERANCE * demanded[span]).any(axis=0)
            needed = np.where(short, np.inf, np.maximum(needed, bend + lacking.max(axis=0)))
        own = arrived[-1] - of_older[-1]
        beyond = (wanted - of_older).max(axis=0)
        if year == 0:
            in_year_1 = needed
            most = (opening[first] + own) - np.maximum(beyond - older, 0)
        elif year == 1:
            most, bend = own, beyond - most
        else:
            spent = beyond - most
            most, bend = own - np.maximum(spent, 0), bend - np.maximum(-spent, 0)
    return needed, in_year_1


def _arrivals(
    arrivals: NDArray[np.float64], current: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return all money arriving in some months of a year, and that of older vintages."""
    older = np.zeros((len(arrivals), arrivals.shape[2]))
    for vintage in range(current):
        older += arrivals[:, vintage]
    return older + arrivals[:, current], older


def lacking(
    needed: tuple[NDArray[np.float64], NDArray[np.float64]], depleted_month: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the money that each path lacks up to the last month, and up to month 12.

    Parameters
    ----------
    needed : two arrays, shape (P,), 万元
        From `money_needed`.
    depleted_month : array of int, shape (P,)
        0 for a path that lacks nothing.

    Returns
    -------
    array, shape (2, P), 万元
    """
    short = depleted_month > 0
    in_year = short & (depleted_month <= YEAR)
    return np.where(np.stack([short, in_year]), np.maximum(np.stack(needed), 0), 0)


def top_up(amounts: NDArray[np.float64]) -> float:
    """Return the least top-up that leaves at most one path in twenty depleted.

    Parameters
    ----------
    amounts : array, shape (P,), 万元
        A row of `lacking`.

    Returns
    -------
    float, 万元
        An order statistic, never between two: the odds hold on these very paths. Infinite where
        no money at the start is enough.

    Examples
    --------
    >>> top_up(np.array([8.0] + [5.0] * 9 + [0.0] * 10))
    5.0
    """
    place = _rank(len(amounts))
    return float(np.partition(amounts, place)[place])


def peak_scale(amounts: NDArray[np.float64]) -> Scale:
    """Return bins for what paths lack, narrow about the one path in twenty.

    They run from the 90 to the 99 % quantile of the first paths, so that of 1,024 paths the
    sought one lies in them but for odds below one in a million.

    Parameters
    ----------
    amounts : array, shape (N, P), 万元
        From `lacking`, of the first paths.
    """
    paths = amounts.shape[1]
    ranks = paths * 90 // 100, paths * 99 // 100
    ordered = np.partition(amounts, ranks, axis=1)
    some = np.where(np.isfinite(amounts), amounts, 0).max(axis=1)
    ends = (np.where(ordered[:, rank] > 0, ordered[:, rank], some) for rank in ranks)
    low, end = (np.where(some > 0, np.minimum(each, some), LARGEST) for each in ends)
    return scale_between(low, end)


def top_up_of_peaks(counts: NDArray[np.int32], peaks: NDArray[np.float64]) -> float:
    """Return the top-up of paths that were counted in bins.

    It is the largest amount in the bin of the sought one: at most a bin's width too much, never
    too little.

    Parameters
    ----------
    counts : array of int, shape (PLACES,)
    peaks : array, shape (PLACES,)
        Largest amount at each place, 万元.
    """
    until = counts.cumsum(dtype=np.int64)
    return float(peaks[np.searchsorted(until, _rank(int(until[-1])), side="right")])


def _rank(paths: int) -> int:
    return paths - paths // ONE_PATH_IN - 1
