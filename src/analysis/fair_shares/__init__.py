"""Distance from target, and the pace at which money can move towards it."""

from __future__ import annotations

from analysis.fair_shares.pace import nearest_feasible, pace_of_change
from analysis.fair_shares.reach import MOST_YEARS, NearestFeasible
from analysis.fair_shares.targets import distance_from_target

__all__ = [
    "MOST_YEARS",
    "NearestFeasible",
    "distance_from_target",
    "nearest_feasible",
    "pace_of_change",
]
