"""The stock of funds under chance: many paths, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UsageError
from analysis.kept import kept
from analysis.short_repr import ShortRepr
from analysis.stock.bins import PLACES
from analysis.stock.block import TILE
from analysis.stock.demand import shared_keys
from analysis.stock.engine import engine
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan
from analysis.stock.projection import project
from analysis.stock.tally import KEPT, LEVELS, Tally
from analysis.stock.unit_model import unit_model
from analysis.words import LANGUAGES, catalogue

# Paths drawn at a time, a multiple of a tile; no result depends on it.
BLOCK = 8 * TILE
# Numbers held at a time, 8 bytes each, and units simulated together.
MOST_NUMBERS = 2**22
MOST_UNITS = 64


@dataclass(frozen=True, eq=False, repr=False)
class StockResult(ShortRepr):
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
    paid_wan, shortfall_wan : array, shape (U, T)
        Paid, and demanded but not paid, in each month; means over the paths.
    expected_shortfall_wan : array, shape (U,)
        Demand not met over all months, mean over the paths.
    vintage_stock_wan : array, shape (U, T, V)
        Stock at the end of each month by vintage, mean over the paths.
    recovered_by_year_wan : array, shape (U, T / 12 rounded down)
        Recovered by the two-year rule at the end of each December, mean over the paths.
    odds_recovered : array, shape (U,)
        Share of the paths on which any money is recovered within the horizon.
    top_up_wan, top_up_year_wan : array, shape (U,)
        Least money, granted in the first year and there at its start, with which at most 5 %
        of the paths run out within the horizon, and within the first 12 months; infinite where
        none is enough, since it would be recovered first. Never too little for these very paths.

    Notes
    -----
    Up to 4,096 paths, quantiles and top-ups are those of the paths. With more, amounts are counted
    in 1,024 bins between the least above 0 and the largest of the first 1,024 paths: a quantile
    is within a bin's width, some 1/125 of the stock's standard deviation, and interpolated in
    it; 0 is exactly 0. The top-up's bins lie between the 90 and the 99 % quantile of what the
    first 1,024 paths lack; it is at most a bin's width too much.
    """

    next_step = "stock_table(plan.plan, result)"

    unit_code: tuple[str, ...]
    paths: int
    seed: int
    odds_depleted: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    depletion_month: NDArray[np.float64]
    runway_months: NDArray[np.float64]
    paid_wan: NDArray[np.float64]
    shortfall_wan: NDArray[np.float64]
    expected_shortfall_wan: NDArray[np.float64]
    vintage_stock_wan: NDArray[np.float64]
    recovered_by_year_wan: NDArray[np.float64]
    odds_recovered: NDArray[np.float64]
    top_up_wan: NDArray[np.float64]
    top_up_year_wan: NDArray[np.float64]

    @property
    def carry_over_wan(self) -> NDArray[np.float64]:
        """Money left after the last month, mean over the paths, shape (U, V)."""
        return self.vintage_stock_wan[:, -1]

    @property
    def carry_over_year_wan(self) -> NDArray[np.float64]:
        """Money left after month 12, or the last of a shorter plan, shape (U, V)."""
        return self.vintage_stock_wan[:, :YEAR][:, -1]

    @property
    def recovered_wan(self) -> NDArray[np.float64]:
        """Money recovered by the two-year rule within the horizon, shape (U,)."""
        total: NDArray[np.float64] = self.recovered_by_year_wan.sum(axis=1)
        return total

    @property
    def recovered_year_wan(self) -> NDArray[np.float64]:
        """Money recovered by the two-year rule within the first 12 months, shape (U,)."""
        first: NDArray[np.float64] = self.recovered_by_year_wan[:, :1].sum(axis=1)
        return first

    @property
    def odds_standard_error(self) -> NDArray[np.float64]:
        """Monte Carlo standard error of `odds_depleted`, shape (U, T).

        It is 0 at odds of 0 or 1, where up to 3 / paths may still be missing at 95 % confidence.
        """
        error: NDArray[np.float64] = np.sqrt(
            self.odds_depleted * (1 - self.odds_depleted) / self.paths
        )
        return error


@kept(maxsize=8)
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
    places, steps = range(len(plan.unit_code)), plan.months * plan.steps_per_month
    work = engine(len(places) * steps * paths)
    size = _group_size(plan)
    groups = (places[start : start + size] for start in places[::size])
    units = [unit for group in groups for unit in _simulate(work, plan, group, paths, seed)]
    expected = project(plan)
    return StockResult(
        unit_code=plan.unit_code,
        paths=paths,
        seed=seed,
        depletion_month=expected.depletion_month,
        runway_months=expected.runway_months,
        **(_together(units) if units else _no_unit(plan)),
    )


def _simulate(
    work: ModuleType, plan: StockPlan, group: range, paths: int, seed: int
) -> list[dict[str, Any]]:
    """Simulate some units, block by block, with the shared walk drawn once a block."""
    models = [unit_model(plan, unit, seed) for unit in group]
    tallies = [Tally(work, model, paths) for model in models]
    shares = any(model.shared_part > 0 for model in models)
    keys, steps = shared_keys(plan, seed), plan.months * plan.steps_per_month
    shared, size = np.empty((0, 0)), _block_size(steps)
    for first in range(0, paths, size):
        count = min(size, paths - first)
        if shares:
            shared = work.draw_walk(keys, steps, first, count)
        for model, tally in zip(models, tallies, strict=True):
            tally.add(work.draw_block(model, plan.vintage, shared, first, count), count)
    return [tally.summary() for tally in tallies]


def _together(units: list[dict[str, Any]]) -> dict[str, Any]:
    return {field: np.array([unit[field] for unit in units]) for field in units[0]}


def _no_unit(plan: StockPlan) -> dict[str, Any]:
    """Return what `Tally.summary` would of no unit."""
    months = plan.months
    shapes: dict[str, tuple[int, ...]] = {
        "odds_depleted": (months,),
        "quantiles": (len(LEVELS), months),
        "paid_wan": (months,),
        "shortfall_wan": (months,),
        "expected_shortfall_wan": (),
        "vintage_stock_wan": (months, len(plan.vintage)),
        "recovered_by_year_wan": (months // YEAR,),
        "odds_recovered": (),
        "top_up_wan": (),
        "top_up_year_wan": (),
    }
    return {field: np.zeros((0, *shape)) for field, shape in shapes.items()}


def _block_size(steps: int) -> int:
    """Return how many paths go together: fewer where there are many steps, to bound memory."""
    return min(BLOCK, max(1, MOST_NUMBERS // (steps * TILE)) * TILE)


def _group_size(plan: StockPlan) -> int:
    """Return how many units go together, to bound the memory of their kept paths and counts."""
    return int(np.clip(MOST_NUMBERS // (plan.months * (KEPT + PLACES)), 1, MOST_UNITS))


def _whole(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        zh, en = (
            catalogue(lang)("stock.whole_number", name=name, value=value, least=least)
            for lang in LANGUAGES
        )
        raise UsageError(zh, en)
    return int(value)
