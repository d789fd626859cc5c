"""How much money at the start would have kept a path from running out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.stock.payment import TOLERANCE, YEAR

# Odds of depletion that a top-up may leave: one path in so many.
ONE_PATH_IN = 20


def money_needed(
    opening: NDArray[np.float64],
    vintage: NDArray[np.int64],
    receipts: NDArray[np.float64],
    demand: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the least money of the first year, there from month 1, that avoids any shortage.

    Money is lost at the end of the year after its grant. So all demand is met if and only if,
    from the start of every year on, the demand up to any later step is at most the money that
    has arrived by then and was not lost before that year. Money of the first year counts for
    the first and the second; where a later year falls short by itself, none is enough.

    Parameters
    ----------
    opening, vintage, receipts, demand
        As in `analysis.stock.payment.follow`.

    Returns
    -------
    array, shape (P,), 万元
        Negative where money is left over at all times; infinite where none is enough.
    """
    months, paths = len(receipts), demand.shape[1]
    steps = len(demand) // months
    first_year = int(vintage[-1]) - (months - 1) // YEAR
    arrival = np.repeat(receipts / steps, steps)
    demanded = demand.cumsum(axis=0)
    needed = np.full(paths, -np.inf)
    for year in range((months - 1) // YEAR + 1):
        start = year * YEAR * steps
        before = demanded[start - 1] if start else np.zeros(paths)
        arrived = arrival.copy()
        arrived[: max(0, start - YEAR * steps)] = 0
        # Before the first December even money older than the rule allows is still there.
        kept = opening if year == 0 else opening[vintage >= first_year + year - 1]
        usable = kept.sum() + arrived.cumsum()[start:]
        lacking = demanded[start:] - before - usable[:, None]
        if year < 2:
            needed = np.maximum(needed, lacking.max(axis=0))
        else:
            short = (lacking > TOLERANCE * demanded[start:]).any(axis=0)
            needed[short] = np.inf
    return needed


def top_up(needed: NDArray[np.float64], depleted_month: NDArray[np.int64]) -> float:
    """Return the least top-up that leaves at most one path in twenty depleted.

    Parameters
    ----------
    needed : array, shape (P,), 万元
        From `money_needed`.
    depleted_month : array of int, shape (P,)
        0 for a path that needs nothing.

    Returns
    -------
    float, 万元
        An order statistic, never between two: the odds hold on these very paths. Infinite where
        no money at the start is enough.

    Examples
    --------
    >>> top_up(np.array([8.0] + [5.0] * 9 + [-1.0] * 10), np.array([1] * 10 + [0] * 10))
    5.0
    """
    lacking = np.where(depleted_month > 0, np.maximum(needed, 0), 0)
    place = len(lacking) - len(lacking) // ONE_PATH_IN - 1
    return float(np.partition(lacking, place)[place])
