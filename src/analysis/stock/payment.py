"""Month by month along each path: money arrives, is paid out oldest first, or is recovered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

YEAR = 12
# A shortage smaller than this part of the demand so far is rounding: exactly enough is enough.
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Course:
    """What happened to one unit's money along each of P paths, 万元.

    Parameters
    ----------
    stock_wan : array, shape (T, V, P)
        By vintage at the end of each month, after what is recovered in a December.
    paid_wan, shortfall_wan : array, shape (T, P)
        Paid, and demanded but not paid, in each month.
    recovered_wan : array, shape (T / 12 rounded down, V, P)
        Recovered at the end of each December, by vintage.
    depleted_month : array of int, shape (P,)
        First month whose demand was not met in full; 0 where all was.
    """

    stock_wan: NDArray[np.float64]
    paid_wan: NDArray[np.float64]
    shortfall_wan: NDArray[np.float64]
    recovered_wan: NDArray[np.float64]
    depleted_month: NDArray[np.int64]


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
    left = np.empty_like(stock)
    unpaid = demand
    for place, money in enumerate(stock):
        paid = np.minimum(money, unpaid)
        left[place] = money - paid
        unpaid = unpaid - paid
    return left, unpaid


def follow(
    opening: NDArray[np.float64],
    vintage: NDArray[np.int64],
    arrivals: NDArray[np.float64],
    demand: NDArray[np.float64],
) -> Course:
    """Follow one unit's money through all months along each path.

    At the end of each December what is left of vintages granted before that year is recovered.

    Parameters
    ----------
    opening : array, shape (V,) or (V, P), 万元
    vintage : array of int, shape (V,)
        Ascending; the last is the year of month T.
    arrivals : array, shape (T, V, P) or (T, V, 1), 万元
        Money arriving at the start of each month, by the year it was granted; with several
        steps a month, evenly with them.
    demand : array, shape (T * steps a month, P), 万元

    Source
    ------
    Budget Law of the PRC, art. 42; Implementing Regulations of the Budget Law (2020), art. 50.
    """
    months, paths = len(arrivals), demand.shape[1]
    steps = len(demand) // months
    first_year = int(vintage[-1]) - (months - 1) // YEAR
    stock = np.array(np.broadcast_to(opening.reshape(len(vintage), -1), (len(vintage), paths)))
    ends = np.empty((months, len(vintage), paths))
    paid, shortfall = np.zeros((months, paths)), np.zeros((months, paths))
    recovered = np.zeros((months // YEAR, *stock.shape))
    depleted = np.zeros(paths, dtype=np.int64)
    demanded = np.zeros(paths)
    for month in range(months):
        year = first_year + month // YEAR
        for step in range(month * steps, (month + 1) * steps):
            stock += arrivals[month] / steps
            stock, unpaid = pay_oldest_first(stock, demand[step])
            paid[month] += demand[step] - unpaid
            shortfall[month] += unpaid
            demanded += demand[step]
            depleted[(depleted == 0) & (unpaid > TOLERANCE * demanded)] = month + 1
        if (month + 1) % YEAR == 0:
            recovered[month // YEAR, vintage < year] = stock[vintage < year]
            stock[vintage < year] = 0
        ends[month] = stock
    return Course(ends, paid, shortfall, recovered, depleted)
