"""Month by month along each path: money arrives, is paid out oldest first, or is recovered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

YEAR = 12
# A shortage smaller than this part of the demand so far is rounding: exactly enough is enough.
TOLERANCE = 1e-9


class Month(NamedTuple):
    """What happened to one unit's money in a month along each of P paths, 万元.

    Parameters
    ----------
    stock_wan : array, shape (V, P)
        By vintage at its end, after what is recovered in a December.
    paid_wan, shortfall_wan : array, shape (P,)
        Paid, and demanded but not paid.
    recovered_wan : array, shape (V, P)
        By vintage at its end; 0 but for a December.
    arrived_wan : array, shape (V, P) or (V, 1)
        By vintage.
    lacking_wan : array, shape (P,)
        The shortfall, but for what is rounding.
    depleted : array of bool, shape (P,)
        Whether some demand up to its end was not met in full.
    """

    stock_wan: NDArray[np.float64]
    paid_wan: NDArray[np.float64]
    shortfall_wan: NDArray[np.float64]
    recovered_wan: NDArray[np.float64]
    arrived_wan: NDArray[np.float64]
    lacking_wan: NDArray[np.float64]
    depleted: NDArray[np.bool_]


def pay_oldest_first(
    stock: NDArray[np.float64], demand: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pay a demand out of the stock, the oldest vintage first.

    Parameters
    ----------
    stock : array, shape (V, P), 万元
        By vintage, ascending.
    demand : array, shape (P,), 万元

    Returns
    -------
    array, shape (V, P)
        Stock left.
    array, shape (P,)
        Demand left unpaid.

    Examples
    --------
    >>> left, unpaid = pay_oldest_first(np.array([[3.0], [5.0]]), np.array([4.0]))
    >>> left[:, 0].tolist(), unpaid.tolist()
    ([0.0, 4.0], [0.0])
    """
    left = stock.copy()
    unpaid = demand
    for money in left:
        # Of many vintages most are spent, recovered, or still to come.
        if money.any():
            paid = np.minimum(money, unpaid)
            money -= paid
            unpaid = unpaid - paid
    return left, unpaid


def follow(
    opening: NDArray[np.float64],
    vintage: NDArray[np.int64],
    first_year: int,
    months: Iterable[tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> Iterator[Month]:
    """Follow one unit's money through all months along each path.

    At the end of each December what is left of vintages granted before that year is recovered.

    Parameters
    ----------
    opening : array, shape (V,) or (V, P), 万元
    vintage : array of int, shape (V,)
        Ascending.
    first_year : int
        Of month 1, a January.
    months : iterable of two arrays, 万元
        Money arriving at the start of the month, shape (V, P) or (V, 1), by the year it was
        granted; and demand, shape (S, P), in the month's S steps. With several steps, money
        arrives evenly with them.

    Source
    ------
    Budget Law of the PRC, art. 42; Implementing Regulations of the Budget Law (2020), art. 50.
    """
    for month, (arriving, demand) in enumerate(months):
        steps, paths = demand.shape
        if month == 0:
            stock = opening.reshape(len(vintage), -1) + np.zeros(paths)
            demanded, depleted = np.zeros(paths), np.zeros(paths, dtype=bool)
        shortfall, lacking = np.zeros(paths), np.zeros(paths)
        for step in demand:
            if arriving.any():
                stock = stock + arriving / steps
            stock, unpaid = pay_oldest_first(stock, step)
            demanded += step
            if unpaid.any():
                shortfall += unpaid
                lacking += np.where(unpaid > TOLERANCE * demanded, unpaid, 0.0)
        depleted = depleted | (lacking > 0)
        recovered = np.zeros_like(stock[:, :1])
        if (month + 1) % YEAR == 0:
            older = vintage < first_year + month // YEAR
            recovered = np.where(older[:, None], stock, 0.0)
            stock = stock - recovered
        paid = demand.sum(axis=0) - shortfall
        yield Month(stock, paid, shortfall, recovered, arriving, lacking, depleted)
