"""What a simulation starts from: money at hand, money to come, and the demand on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.short_repr import ShortRepr
from analysis.stock.payment import YEAR
from analysis.stock.plan_checks import check_plan, read_only, unit_codes, whole_years


@dataclass(frozen=True, eq=False, repr=False)
class StockPlan(ShortRepr):
    """Units U, vintages V and months T of money and demand; amounts in 万元.

    Month 1 is a January. Arrays may be given as anything NumPy reads; they are kept as
    read-only copies.

    Parameters
    ----------
    unit_code : sequence of str, length U
        Of a plan of no unit (U = 0) all results are empty.
    opening_wan : array, shape (U, V)
        Stock before month 1, by the year it was granted.
    vintage : array of int, shape (V,)
        Fiscal years, ascending. The last is the year of month T, and every year of the
        horizon is among them.
    receipts_wan : array, shape (U, T)
        Money due at the start of each month, granted in that month's year.
    demand_wan : array, shape (U, T)
        Demand of each month before growth, random walk and lumps.
    growth : array, shape (U,)
        Growth of demand a month, as an exponent: 0.01 is about 1 %.
    volatility : array, shape (U,)
        Standard deviation of the random walk of log demand, per square root of a month.
    lump_rate : array, shape (U,)
        Lump payments expected a month.
    lump_mean_wan : array, shape (U,)
        Mean size of a lump.
    correlation : float
        Part of the variance of the random walk that all units share, 0 to 1.
    steps_per_month : int
        Steps a month is paid in. With more than one, receipts and demand of a month are spread
        evenly over its steps.
    late_odds : sequence of float, length L + 1
        Odds that the money due in a month arrives 0, 1, ... L months late. They add to 1.

    Raises
    ------
    PlanError
        If a field has the wrong shape, sign or range; names the field, unit and month.

    Examples
    --------
    >>> plan = StockPlan(
    ...     unit_code=["654201"], opening_wan=[[0.0]], vintage=[2024],
    ...     receipts_wan=[[67.0] + [0.0] * 11], demand_wan=[[6.0] * 12], growth=[0.0],
    ...     volatility=[0.05], lump_rate=[0.5], lump_mean_wan=[0.6], correlation=0.5,
    ... )
    >>> plan.months, plan.first_year
    (12, 2024)
    """

    next_step = "simulate(plan, paths=10_000, seed=1)"

    unit_code: tuple[str, ...]
    opening_wan: NDArray[np.float64]
    vintage: NDArray[np.int64]
    receipts_wan: NDArray[np.float64]
    demand_wan: NDArray[np.float64]
    growth: NDArray[np.float64]
    volatility: NDArray[np.float64]
    lump_rate: NDArray[np.float64]
    lump_mean_wan: NDArray[np.float64]
    correlation: float
    steps_per_month: int = 1
    late_odds: Sequence[float] | NDArray[np.float64] = (1.0,)

    def __post_init__(self) -> None:
        keep = object.__setattr__
        keep(self, "unit_code", unit_codes(self.unit_code))
        keep(self, "vintage", whole_years(self.vintage))
        for field in (
            "opening_wan",
            "receipts_wan",
            "demand_wan",
            "growth",
            "volatility",
            "lump_rate",
            "lump_mean_wan",
            "late_odds",
        ):
            keep(self, field, read_only(field, getattr(self, field)))
        check_plan(self)

    @property
    def months(self) -> int:
        """Number of months T."""
        return int(self.receipts_wan.shape[1])

    @property
    def first_year(self) -> int:
        """Calendar year of month 1."""
        return int(self.vintage[-1]) - (self.months - 1) // YEAR

    @property
    def total_wan(self) -> NDArray[np.float64]:
        """Opening stock and all receipts of each unit, shape (U,), 万元."""
        total: NDArray[np.float64] = self.opening_wan.sum(axis=1) + self.receipts_wan.sum(axis=1)
        return total
