"""Compiled: the demand of a step along the paths of a tile, as in `analysis.stock.demand`."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.stock.block import TILE
from analysis.stock.demand import WIDEST
from analysis.stock.elementwise import (
    SHIFT_12,
    above_zero,
    exp,
    gamma_attempt,
    log,
    normal_pair,
    word,
)
from analysis.stock.jit import compiled
from analysis.stock.lumps import ATTEMPTS

# Level beyond which only one path in 16 lies.
RARE = np.uint64(15 * 2**48)


@compiled
def next_moves(keys: Any, first: Any, even: Any, odd: Any) -> None:
    """Draw the standard normals of two steps."""
    for lane in range(TILE):
        path = np.uint64(first + lane)
        pair = normal_pair(word(path, keys[0], keys[1]), word(path, keys[2], keys[3]))
        even[lane] = pair[0]
        odd[lane] = pair[1]


@compiled
def add_few_lumps(
    demand: Any, first: Any, mean: Any, levels: Any, number_keys: Any, size_keys: Any, work: Any
) -> None:
    """Add a step's lumps to the demand: -log of a product of uniform numbers."""
    drawn, product = work
    most = np.uint64(0)
    for lane in range(TILE):
        bits = word(np.uint64(first + lane), number_keys[0], number_keys[1]) >> SHIFT_12
        drawn[lane] = bits
        most = max(most, bits)
        product[lane] = 1.0
    lump = 0
    # While many paths have another lump, all are asked at once; then one by one.
    while lump < len(levels) and levels[lump] < RARE and levels[lump] <= most:
        level, key, second_key = levels[lump], size_keys[lump, 0], size_keys[lump, 1]
        for lane in range(TILE):
            size = above_zero(word(np.uint64(first + lane), key, second_key))
            product[lane] = product[lane] * size if drawn[lane] >= level else product[lane]
        lump += 1
    if lump < len(levels) and levels[lump] <= most:
        level = levels[lump]
        for lane in range(TILE):
            if drawn[lane] >= level:
                more = lump
                while more < len(levels) and drawn[lane] >= levels[more]:
                    bits = word(np.uint64(first + lane), size_keys[more, 0], size_keys[more, 1])
                    product[lane] *= above_zero(bits)
                    more += 1
    for lane in range(TILE):
        demand[lane] += -log(product[lane]) * mean


@compiled
def add_many_lumps(
    demand: Any, first: Any, mean: Any, least: Any, levels: Any, number_keys: Any, keys: Any
) -> None:
    """Add a step's lumps to the demand, their sum drawn as a gamma variate."""
    for lane in range(TILE):
        path = np.uint64(first + lane)
        drawn = word(path, number_keys[0], number_keys[1]) >> SHIFT_12
        low, high = 0, len(levels)
        while low < high:
            middle = (low + high) // 2
            if levels[middle] <= drawn:
                low = middle + 1
            else:
                high = middle
        number, lumps = least + low, 0.0
        for attempt in range(ATTEMPTS if number > 0 else 0):
            a, b, c = keys[3 * attempt], keys[3 * attempt + 1], keys[3 * attempt + 2]
            pair = normal_pair(word(path, a[0], a[1]), word(path, b[0], b[1]))
            uniform = above_zero(word(path, c[0], c[1]))
            lumps, taken = gamma_attempt(float(number), pair[0], uniform)
            if taken:
                break
        demand[lane] += lumps * mean


@compiled
def walk_on(step: Any, first: Any, keys: Any, so_far: Any, moves: Any) -> None:
    """Take a random walk a step further."""
    even, odd = moves
    if step % 2 == 0:
        next_moves(keys[step // 2], first, even, odd)
    move = even if step % 2 == 0 else odd
    for lane in range(TILE):
        so_far[lane] += move[lane]


@compiled
def draw_trend(
    level: Any, fall: Any, shared_part: Any, shared: Any, own_part: Any, own: Any, demand: Any
) -> None:
    """Draw the demand of a step before lumps."""
    if shared_part > 0:
        for lane in range(TILE):
            x = shared_part * shared[lane] + own_part * own[lane] - fall
            demand[lane] = level * exp(min(max(x, -WIDEST), WIDEST))
    elif own_part > 0:
        for lane in range(TILE):
            x = own_part * own[lane] - fall
            demand[lane] = level * exp(min(max(x, -WIDEST), WIDEST))
    else:
        demand[:] = level
