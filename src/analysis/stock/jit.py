"""How numba compiles the simulation, and which plain functions it may compile in."""

from __future__ import annotations

from typing import Any

from numba import njit
from numba.extending import overload, register_jitable

from analysis.stock import elementwise
from analysis.stock.bins import place_of

# Division by zero cannot happen, and its check would keep loops from vectorising. Neither fast
# maths nor fused operations: results are those of the reference.
OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": False}
compiled = njit(**OPTIONS)

for function in (
    elementwise.word,
    elementwise.from_one_to_two,
    elementwise.above_zero,
    elementwise.log,
    elementwise.exp,
    elementwise.sine,
    elementwise.cosine,
    elementwise.normal_pair,
    elementwise.gamma_attempt,
    place_of,
):
    register_jitable(function)


@overload(elementwise.select)
def _select(condition: Any, first: Any, second: Any) -> Any:
    # A choice between two numbers, which vectorises; numba's np.where makes arrays.
    def choose(condition: Any, first: Any, second: Any) -> Any:
        return first if condition else second

    return choose
