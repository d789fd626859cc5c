"""A block of a unit's paths, compiled: the same numbers as `analysis.stock.reference`.

The paths of a tile go through every step together, so that the inner loops vectorise and their
arrays stay in the processor's first cache. No threads: a process that uses them must not fork.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numba import config, njit
from numpy.typing import NDArray

from analysis.stock import (
    bins,
    demand,
    elementwise,
    jit,
    kernel_demand,
    kernel_money,
    lumps,
    payment,
)
from analysis.stock import block as block_module
from analysis.stock.bins import INFINITE, PLACES, Scale, place_of, scale_between
from analysis.stock.block import TILE, Block, empty_block, padded
from analysis.stock.jit import OPTIONS, compiled
from analysis.stock.kernel_demand import add_few_lumps, add_many_lumps, draw_trend, walk_on
from analysis.stock.kernel_money import (
    arrive,
    book,
    clip_lacking,
    close_year,
    pay,
    receive,
    recover,
    sum_vintages,
    tile_sum,
    watch,
    watch_hopeless,
    watch_older,
)
from analysis.stock.payment import YEAR
from analysis.stock.unit_model import UnitModel


def draw_walk(keys: NDArray[np.uint64], steps: int, first: int, paths: int) -> NDArray[np.float64]:
    """Draw the random walk that all units share: see `analysis.stock.reference.draw_walk`."""
    walk = np.empty((steps, padded(paths)))
    FILL_WALK(keys, first, walk)
    return walk


def draw_block(
    model: UnitModel,
    vintage: NDArray[np.int64],
    shared: NDArray[np.float64],
    first: int,
    paths: int,
) -> Block:
    """Draw a block of a unit's paths: see `analysis.stock.reference.draw_block`."""
    block = empty_block(model.months, len(vintage), paths)
    first_year = int(vintage[-1]) - (model.months - 1) // YEAR
    older = float(model.opening[: int(np.searchsorted(vintage, first_year))].sum())
    FILL_BLOCK(first, paths, shared, older, float(model.opening.sum()), *model, *block)
    return block


def add_counts(amounts: NDArray[np.float64], scale: Scale, counts: NDArray[np.int32]) -> None:
    """Count amounts in bins: see `analysis.stock.bins.add_counts`."""
    COUNT(amounts, *scale, counts)


def add_peaks(
    amounts: NDArray[np.float64],
    scale: Scale,
    counts: NDArray[np.int32],
    peaks: NDArray[np.float64],
) -> None:
    """Count amounts and keep the largest: see `analysis.stock.bins.add_peaks`."""
    COUNT_PEAKS(amounts, *scale, counts, peaks)


@compiled
def _add_counts(amounts: Any, low: Any, end: Any, per_wan: Any, counts: Any) -> None:
    places = np.empty(TILE, np.int64)
    for row in range(amounts.shape[0]):
        amount, count = amounts[row], counts[row]
        for start in range(0, len(amount), TILE):
            part = amount[start : start + TILE]
            for lane in range(len(part)):
                places[lane] = place_of(part[lane], low[row], end[row], per_wan[row])
            for lane in range(len(part)):
                count[places[lane]] += 1


@compiled
def _add_peaks(amounts: Any, low: Any, end: Any, per_wan: Any, counts: Any, peaks: Any) -> None:
    for row in range(amounts.shape[0]):
        for lane in range(amounts.shape[1]):
            amount = amounts[row, lane]
            if amount == np.inf:
                place = INFINITE
            else:
                place = place_of(amount, low[row], end[row], per_wan[row])
            counts[row, place] += 1
            peaks[row, place] = max(peaks[row, place], amount)


@compiled
def _fill_walk(keys: Any, first: Any, walk: Any) -> None:
    moves, so_far = (np.empty(TILE), np.empty(TILE)), np.empty(TILE)
    for start in range(0, walk.shape[1], TILE):
        so_far[:] = 0.0
        for step in range(walk.shape[0]):
            walk_on(step, first + start, keys, so_far, moves)
            walk[step, start : start + TILE] = so_far


@compiled
def _fill_block(
    first_path: Any,
    paths: Any,
    shared: Any,
    older_opening: Any,
    opening_total: Any,
    trend: Any,
    shared_part: Any,
    own_part: Any,
    drift: Any,
    walk_keys: Any,
    lump_mean: Any,
    lump_least: Any,
    lump_levels: Any,
    many: Any,
    number_keys: Any,
    size_keys: Any,
    opening: Any,
    receipts: Any,
    arrives_in: Any,
    oldest: Any,
    late_levels: Any,
    late_keys: Any,
    out_stock: Any,
    out_depleted: Any,
    out_lacking: Any,
    out_recovered: Any,
    out_sums: Any,
) -> None:
    months, vintages = len(receipts), len(opening)
    steps = len(trend) // months
    stock, arrivals = np.empty((vintages, TILE)), np.zeros((vintages, TILE))
    taken = np.empty(TILE)
    moves, own = (np.empty(TILE), np.empty(TILE)), np.empty(TILE)
    demand, unpaid, paid, short = np.empty(TILE), np.empty(TILE), np.empty(TILE), np.empty(TILE)
    demanded, half = np.empty(TILE), np.empty(TILE // 2)
    work = np.empty(TILE, np.uint64), np.empty(TILE)
    # Of the year so far: demand, arrivals, those of older vintages, and the largest excesses of
    # demand over all money and over that of older vintages.
    of_year = np.empty(TILE), np.empty(TILE), np.empty(TILE), np.empty(TILE), np.empty(TILE)
    most, bend = np.empty(TILE), np.empty(TILE)
    late = len(late_levels) > 0
    of_short, of_stock = months, 2 * months
    of_taken = of_stock + months * vintages
    for tile in range(out_sums.shape[0]):
        start = tile * TILE
        end, first, valid = start + TILE, first_path + start, min(TILE, paths - start)
        depleted, needed = out_depleted[start:end], out_lacking[0, start:end]
        lost, sums = out_recovered[start:end], out_sums[tile]
        for vintage in range(vintages):
            stock[vintage] = opening[vintage]
        own[:], demanded[:], lost[:], bend[:] = 0.0, 0.0, 0.0, 0.0
        depleted[:], needed[:], most[:] = 0, -np.inf, opening_total
        for month in range(months):
            year, current, first_vintage = month // YEAR, arrives_in[month], oldest[month]
            if month % YEAR == 0:
                of_year[0][:], of_year[1][:], of_year[2][:] = 0.0, 0.0, 0.0
                of_year[3][:], of_year[4][:] = -np.inf, -np.inf
            arriving = arrive(
                month, steps, first, receipts, arrives_in, late_levels, late_keys, arrivals
            )
            paid[:], short[:] = 0.0, 0.0
            for step in range(month * steps, (month + 1) * steps):
                if own_part > 0:
                    walk_on(step, first, walk_keys, own, moves)
                with_all = shared[step, start:end] if shared_part > 0 else own
                draw_trend(trend[step], drift[step], shared_part, with_all, own_part, own, demand)
                if len(number_keys) > 0 and many:
                    key, keys = number_keys[step], size_keys[step]
                    add_many_lumps(demand, first, lump_mean, lump_least, lump_levels, key, keys)
                elif len(number_keys) > 0:
                    key, keys = number_keys[step], size_keys[step]
                    add_few_lumps(demand, first, lump_mean, lump_levels, key, keys, work)
                if arriving:
                    receive(stock, arrivals, first_vintage, current, of_year)
                pay(stock, first_vintage, current, demand, unpaid)
                book(demand, unpaid, paid, short, demanded)
                watch(month, demand, unpaid, demanded, of_year, most, depleted)
                if late:
                    watch_older(of_year)
                if year >= 2:
                    watch_hopeless(of_year, most, demanded, needed)
            sums[month] = tile_sum(paid, valid, half)
            sums[of_short + month] = tile_sum(short, valid, half)
            if (month + 1) % YEAR == 0:
                recover(stock, first_vintage, current, taken, lost)
                sums[of_taken + year] = tile_sum(taken, valid, half)
            sum_vintages(stock[: current + 1], out_stock[month, start:end])
            for vintage in range(first_vintage, current + 1):
                place = of_stock + month * vintages + vintage
                sums[place] = tile_sum(stock[vintage], valid, half)
            if (month + 1) % YEAR != 0 and month < months - 1:
                continue
            if not late:
                of_year[4][:] = of_year[0]
            close_year(year, opening[current], older_opening, of_year, most, bend, needed)
            if year == 0:
                out_lacking[1, start:end] = needed
        clip_lacking(needed, depleted, months)
        clip_lacking(out_lacking[1, start:end], depleted, YEAR)


def _sources() -> str:
    """Return a digest of the modules whose code or constants are compiled into this one.

    numba keeps what it compiled until the file that holds it changes; the digest stands in its
    key, so that it is made anew when one of the others does.
    """
    modules = (
        bins,
        block_module,
        demand,
        elementwise,
        jit,
        kernel_demand,
        kernel_money,
        lumps,
        payment,
    )
    files = (Path(str(module.__file__)).read_bytes() for module in modules)
    return sha256(b"".join(files)).hexdigest()


def _entries(sources: str) -> tuple[Any, ...]:
    kept = njit(cache=True, **OPTIONS)

    @kept
    def fill_walk(*arguments: Any) -> None:
        sources  # noqa: B018 - a variable from outside is part of numba's key
        _fill_walk(*arguments)

    @kept
    def fill_block(*arguments: Any) -> None:
        sources  # noqa: B018
        _fill_block(*arguments)

    @kept
    def count(*arguments: Any) -> None:
        sources  # noqa: B018
        _add_counts(*arguments)

    @kept
    def count_peaks(*arguments: Any) -> None:
        sources  # noqa: B018
        _add_peaks(*arguments)

    return fill_walk, fill_block, count, count_peaks


FILL_WALK, FILL_BLOCK, COUNT, COUNT_PEAKS = _entries(_sources())


def compile_all() -> None:
    """Compile, or load what was compiled before, on a small model with everything in it.

    Raises
    ------
    Exception
        Whatever numba raises where it cannot compile or keep what it compiles.
    """
    if config.DISABLE_JIT:
        raise RuntimeError("numba is switched off")
    months = 1
    on, keys = np.ones(months), np.ones((months, 2), dtype=np.uint64)
    model = UnitModel(
        trend=on,
        shared_part=1.0,
        own_part=1.0,
        drift=on,
        walk_keys=np.ones((1, 4), np.uint64),
        lump_mean=1.0,
        lump_least=0,
        lump_levels=_read_only(keys[0]),
        many=False,
        number_keys=keys,
        size_keys=np.ones((months, 2, 2), np.uint64),
        opening=_read_only(on),
        receipts=_read_only(on),
        arrives_in=np.zeros(months, np.int64),
        oldest=np.zeros(months, np.int64),
        late_levels=keys[0],
        late_keys=keys,
    )
    shared = draw_walk(model.walk_keys, months, 0, TILE)
    block = draw_block(model, _read_only(np.array([2024])), shared, 0, TILE)
    scale = scale_between(np.zeros(2), np.ones(2))
    counts = np.zeros((2, PLACES), dtype=np.int32)
    add_counts(block.stock, scale, counts)
    add_peaks(block.lacking, scale, counts, np.zeros((2, PLACES)))


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array = array.copy()
    array.setflags(write=False)
    return array
