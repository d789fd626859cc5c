"""The stock of funds under chance: many paths, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UsageError
from analysis.stock.demand import draw_demand, shared_walk
from analysis.stock.payment import follow
from analysis.stock.plan import StockPlan
from analysis.stock.projection import project
from analysis.stock.top_up import money_needed, top_up
from analysis.words import LANGUAGES, catalogue

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class StockResult:
    """What the paths say of U units over T months, V vintages; amounts in 万元.

    Parameters
    ----------
    unit_code : tuple of str
    paths, seed : int
    odds_depleted : array, shape (U, T)
        Share of the paths on which some demand up to the end of the month was not met in full.
    quantiles : array, shape (U, 5, T)
        5, 25, 50, 75 and 95 % quantile of the stock at the end of each month.
    depletion_month, runway_months : array, shape (U,)
        Of the expected course: see `analysis.stock.projection.Projection`.
    paid_wan : array, shape (U, T)
        Mean over the paths.
    expected_shortfall_wan : array, shape (U,)
        Demand not met over all months, mean over the paths.
    carry_over_wan : array, shape (U, V)
        Left after the last month, mean over the paths.
    recovered_wan : array, shape (U,)
        Recovered by the two-year rule within the horizon, mean over the paths.
    top_up_wan : array, shape (U,)
        Least money, granted in the first year and there at its start, with which at most 5 %
        of the paths run out; infinite where none is enough, since it would be recovered first.
    """

    unit_code: tuple[str, ...]
    paths: int
    seed: int
    odds_depleted: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    depletion_month: NDArray[np.float64]
    runway_months: NDArray[np.float64]
    paid_wan: NDArray[np.float64]
    expected_shortfall_wan: NDArray[np.float64]
    carry_over_wan: NDArray[np.float64]
    recovered_wan: NDArray[np.float64]
    top_up_wan: NDArray[np.float64]

    @property
    def odds_standard_error(self) -> NDArray[np.float64]:
        """Monte Carlo standard error of `odds_depleted`, shape (U, T).

        It is 0 at odds of 0 or 1, where up to 3 / paths may still be missing at 95 % confidence.
        """
        error: NDArray[np.float64] = np.sqrt(
            self.odds_depleted * (1 - self.odds_depleted) / self.paths
        )
        return error


def simulate(plan: StockPlan, *, paths: int, seed: int) -> StockResult:
    """Simulate every unit's stock along many paths.

    A unit's figures depend on its own part of the plan, the number of paths and the seed: not
    on the order of the units or on which others there are.

    Parameters
    ----------
    plan : StockPlan
    paths : int
        At least 1.
    seed : int
        At least 0.

    Returns
    -------
    StockResult

    Raises
    ------
    UsageError
        If `paths` or `seed` is not a whole number in its range.

    Examples
    --------
    >>> plan = StockPlan(
    ...     unit_code=["654201"], opening_wan=[[0.0]], vintage=[2024],
    ...     receipts_wan=[[67.0] + [0.0] * 11], demand_wan=[[6.0] * 12], growth=[0.0],
    ...     volatility=[0.0], lump_rate=[0.0], lump_mean_wan=[0.0], correlation=0.0,
    ... )
    >>> simulate(plan, paths=100, seed=1).odds_depleted[0, [10, 11]].tolist()
    [0.0, 1.0]
    """
    paths, seed = _whole("paths", paths, 1), _whole("seed", seed, 0)
    shared = shared_walk(plan, paths, seed)
    units = [_simulate_unit(plan, unit, shared, seed) for unit in range(len(plan.unit_code))]
    expected = project(plan)
    return StockResult(
        unit_code=plan.unit_code,
        paths=paths,
        seed=seed,
        depletion_month=expected.depletion_month,
        runway_months=expected.runway_months,
        **{field: np.array([unit[field] for unit in units]) for field in units[0]},
    )


def _simulate_unit(
    plan: StockPlan, unit: int, shared: NDArray[np.float64], seed: int
) -> dict[str, Any]:
    money = (plan.opening_wan[unit], plan.vintage, plan.receipts_wan[unit])
    demand = draw_demand(plan, unit, shared, seed)
    course = follow(*money, demand)
    stock = course.stock_wan.sum(axis=1)
    depleted = np.bincount(course.depleted_month, minlength=plan.months + 1)[1:]
    return {
        "odds_depleted": depleted.cumsum() / len(course.depleted_month),
        "quantiles": np.quantile(stock, LEVELS, axis=1),
        "paid_wan": course.paid_wan.mean(axis=1),
        "expected_shortfall_wan": course.shortfall_wan.sum(axis=0).mean(),
        "carry_over_wan": course.stock_wan[-1].mean(axis=1),
        "recovered_wan": course.recovered_wan.sum(axis=0).mean(),
        "top_up_wan": top_up(money_needed(*money, demand), course.depleted_month),
    }


def _whole(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        zh, en = (
            catalogue(lang)("stock.whole_number", name=name, value=value, least=least)
            for lang in LANGUAGES
        )
        raise UsageError(zh, en)
    return int(value)
