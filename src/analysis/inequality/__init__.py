"""How unequally money is spread over need: Lorenz, Gini, Hoover, Theil, Atkinson, concentration.

Every measure compares the shares of money *s* with shares of need *w*. Without ``need`` each
unit counts once (*w = 1/n*). Units with neither money nor need change nothing.
"""

from __future__ import annotations

from analysis.inequality.atkinson_index import atkinson
from analysis.inequality.concentration import concentration_index
from analysis.inequality.hoover_index import hoover
from analysis.inequality.lorenz_curve import gini, lorenz
from analysis.inequality.theil import theil_l, theil_t
from analysis.inequality.theil_groups import TheilDecomposition, theil_decomposition

__all__ = [
    "TheilDecomposition",
    "atkinson",
    "concentration_index",
    "gini",
    "hoover",
    "lorenz",
    "theil_decomposition",
    "theil_l",
    "theil_t",
]
