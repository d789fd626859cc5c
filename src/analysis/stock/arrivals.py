"""When money that is due arrives: on time, or some months late."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.stock.elementwise import SHIFT_12, word
from analysis.stock.plan import StockPlan
from analysis.stock.unit_model import UnitModel, arrival_vintage


def expected_arrivals(plan: StockPlan) -> NDArray[np.float64]:
    """Return the money expected to arrive: every month's receipts, spread over its odds.

    Money that would arrive after the last month is not there.

    Returns
    -------
    array, shape (T, V, U), 万元
        By the year it was granted.
    """
    arrives_in = arrival_vintage(plan)
    arrivals = np.zeros((plan.months, len(plan.vintage), len(plan.unit_code)))
    for due in range(plan.months):
        for late, odds in enumerate(plan.late_odds[: plan.months - due]):
            arrivals[due + late, arrives_in[due]] += odds * plan.receipts_wan[:, due]
    return arrivals


def drawn_arrivals(model: UnitModel, path: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Draw when a unit's money arrives along some paths, once for every month's receipts.

    Returns
    -------
    array, shape (T, V, P), or (T, V, 1) where nothing is ever late; 万元
    """
    late = len(model.late_levels)
    arrivals = np.zeros((model.months, len(model.opening), len(path) if late else 1))
    for due in np.flatnonzero(model.receipts).tolist():
        place, amount = model.arrives_in[due], model.receipts[due]
        if not late:
            arrivals[due, place] = amount
            continue
        drawn = word(path, *model.late_keys[due]) >> SHIFT_12
        months_late = np.searchsorted(model.late_levels, drawn, side="right")
        for lag in range(min(late + 1, model.months - due)):
            arrivals[due + lag, place] += np.where(months_late == lag, amount, 0.0)
    return arrivals
