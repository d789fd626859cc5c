"""How unequally money is spread over need: Lorenz, Gini, Hoover, Theil, Atkinson, concentration.

Every measure compares the shares of money *s* with shares of need *w*. Without ``need`` each
unit counts once (*w = 1/n*). Units with neither money nor need change nothing. `table` computes
all that `MEASURES` registers.
"""

from __future__ import annotations

from analysis.inequality.entropy import (
    TheilDecomposition,
    atkinson,
    theil_decomposition,
    theil_l,
    theil_t,
)
from analysis.inequality.lorenz_curve import concentration_index, gini, hoover, lorenz
from analysis.inequality.registry import MEASURES, Measure, table

__all__ = [
    "MEASURES",
    "Measure",
    "TheilDecomposition",
    "atkinson",
    "concentration_index",
    "gini",
    "hoover",
    "lorenz",
    "table",
    "theil_decomposition",
    "theil_l",
    "theil_t",
]
