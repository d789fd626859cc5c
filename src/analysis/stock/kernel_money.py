"""Compiled: money along the paths of a tile, as in `analysis.stock.payment` and `top_up`."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.stock.block import TILE
from analysis.stock.elementwise import SHIFT_12, word
from analysis.stock.jit import compiled
from analysis.stock.payment import TOLERANCE


@compiled
def arrive(
    month: Any,
    steps: Any,
    first: Any,
    receipts: Any,
    arrives_in: Any,
    levels: Any,
    keys: Any,
    arrivals: Any,
) -> Any:
    """Fill in what arrives each step of a month, by vintage, oldest due first; tell if any."""
    late, some = len(levels), False
    for due in range(max(0, month - late), month + 1):
        some = some or receipts[due] > 0
    if not some:
        return False
    arrivals[:] = 0.0
    for due in range(max(0, month - late), month + 1):
        amount = receipts[due]
        if amount == 0:
            continue
        row = arrivals[arrives_in[due]]
        if late == 0:
            row[:] = amount
            continue
        lag = month - due
        low = levels[lag - 1] if lag > 0 else np.uint64(0)
        last = lag == late
        high = np.uint64(0) if last else levels[lag]
        for lane in range(TILE):
            drawn = word(np.uint64(first + lane), keys[due, 0], keys[due, 1]) >> SHIFT_12
            now = (drawn >= low) & (last | (drawn < high))
            row[lane] += amount if now else 0.0
    if steps > 1:
        for vintage in range(arrivals.shape[0]):
            for lane in range(TILE):
                arrivals[vintage, lane] /= steps
    return True


@compiled
def receive(stock: Any, arrivals: Any, oldest: Any, current: Any, of_year: Any) -> None:
    """Add a step's arrivals to the stock and to those of the year."""
    _, arrived, of_older, _, _ = of_year
    for vintage in range(oldest, current + 1):
        money, more = stock[vintage], arrivals[vintage]
        for lane in range(TILE):
            money[lane] += more[lane]
    for lane in range(TILE):
        old = 0.0
        for vintage in range(oldest, current):
            old += arrivals[vintage, lane]
        arrived[lane] += old + arrivals[current, lane]
        of_older[lane] += old


@compiled
def pay(stock: Any, oldest: Any, current: Any, demand: Any, unpaid: Any) -> None:
    """Pay a step's demand out of the stock, the oldest vintage first."""
    for lane in range(TILE):
        unpaid[lane] = demand[lane]
    for vintage in range(oldest, current + 1):
        money = stock[vintage]
        for lane in range(TILE):
            part = money[lane] if money[lane] < unpaid[lane] else unpaid[lane]
            money[lane] -= part
            unpaid[lane] -= part


@compiled
def book(demand: Any, unpaid: Any, paid: Any, short: Any, demanded: Any) -> None:
    """Add a step's demand, and how it was met, to the sums of the month and of all months."""
    for lane in range(TILE):
        paid[lane] += demand[lane] - unpaid[lane]
        short[lane] += unpaid[lane]
        demanded[lane] += demand[lane]


@compiled
def watch(
    month: Any, demand: Any, unpaid: Any, demanded: Any, of_year: Any, most: Any, depleted: Any
) -> None:
    """Note the month of the first shortage, and the largest excess of the year's demand."""
    wanted, arrived, _, lacking, _ = of_year
    for lane in range(TILE):
        wanted[lane] += demand[lane]
        now = (wanted[lane] - arrived[lane]) - most[lane]
        lacking[lane] = max(lacking[lane], now)
        gone = unpaid[lane] > TOLERANCE * demanded[lane] and depleted[lane] == 0
        depleted[lane] = month + 1 if gone else depleted[lane]


@compiled
def watch_older(of_year: Any) -> None:
    """Note the largest excess of the year's demand over arrivals of older vintages."""
    wanted, _, of_older, _, beyond = of_year
    for lane in range(TILE):
        beyond[lane] = max(beyond[lane], wanted[lane] - of_older[lane])


@compiled
def watch_hopeless(of_year: Any, most: Any, demanded: Any, needed: Any) -> None:
    """Note where a year from the third on falls short whatever is added at the start."""
    wanted, arrived, _, _, _ = of_year
    for lane in range(TILE):
        now = (wanted[lane] - arrived[lane]) - most[lane]
        if now > TOLERANCE * demanded[lane]:
            needed[lane] = np.inf


@compiled
def recover(stock: Any, oldest: Any, current: Any, taken: Any, lost: Any) -> None:
    """Take what a December leaves of older vintages."""
    taken[:] = 0.0
    for vintage in range(oldest, current):
        for lane in range(TILE):
            taken[lane] += stock[vintage, lane]
            stock[vintage, lane] = 0.0
    for lane in range(TILE):
        lost[lane] += taken[lane]


@compiled
def close_year(
    year: Any, opening: Any, older: Any, of_year: Any, most: Any, bend: Any, needed: Any
) -> None:
    """Turn a year's excesses into the money needed: see `analysis.stock.top_up.money_needed`."""
    _, arrived, of_older, lacking, beyond = of_year
    for lane in range(TILE):
        base = bend[lane] if year >= 2 else 0.0
        needed[lane] = max(needed[lane], base + lacking[lane])
        own = arrived[lane] - of_older[lane]
        if year == 0:
            most[lane] = (opening + own) - max(beyond[lane] - older, 0.0)
        elif year == 1:
            bend[lane] = beyond[lane] - most[lane]
            most[lane] = own
        else:
            spent = beyond[lane] - most[lane]
            most[lane] = own - max(spent, 0.0)
            bend[lane] = bend[lane] - max(-spent, 0.0)


@compiled
def tile_sum(values: Any, paths: Any, half: Any) -> Any:
    """Return the sum of the paths that count: see `analysis.stock.block.tile_sums`."""
    width = TILE // 2
    for lane in range(width):
        low = values[lane] if lane < paths else 0.0
        high = values[lane + width] if lane + width < paths else 0.0
        half[lane] = low + high
    while width > 1:
        width //= 2
        for lane in range(width):
            half[lane] += half[lane + width]
    return half[0]


@compiled
def sum_vintages(money: Any, total: Any) -> None:
    """Add up the stock of all vintages."""
    total[:] = money[0]
    for vintage in range(1, len(money)):
        for lane in range(TILE):
            total[lane] += money[vintage, lane]


@compiled
def clip_lacking(needed: Any, depleted: Any, months: Any) -> None:
    """Leave what paths lack that are depleted by a month: see `analysis.stock.top_up.lacking`."""
    for lane in range(TILE):
        short = depleted[lane] > 0 and depleted[lane] <= months
        needed[lane] = max(needed[lane], 0.0) if short else 0.0
