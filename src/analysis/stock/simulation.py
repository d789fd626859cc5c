"""The stock of funds under chance: many paths, and what they say together, also as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import PlanError, UsageError
from analysis.kept import kept
from analysis.short_repr import ShortRepr
from analysis.statuses import joined, status_of, with_status
from analysis.stock.chance import drawn_months, shared_moves
from analysis.stock.payment import TOLERANCE, YEAR, follow
from analysis.stock.plan import StockPlan, is_whole
from analysis.stock.projection import project
from analysis.words import refusal

# Paths drawn together. The fan comes from the first so many alone: a quantile is then known to
# 1.7 % of a standard deviation.
BLOCK = 2**14
LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
# Odds of depletion that a top-up may leave: one path in so many.
ONE_PATH_IN = 20


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
        5, 25, 50, 75 and 95 % quantile of the stock at the end of each month, of the first
        16,384 paths.
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
    top_up_wan : array, shape (U,)
        Least money, granted in the first year and there at its start, with which at most 5 %
        of the paths run out within the horizon; infinite where none is enough, since it would
        be recovered first. Never too little for these very paths.
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
    top_up_wan: NDArray[np.float64]

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
    for name, value, least in (("paths", paths, 1), ("seed", seed, 0)):
        if not is_whole(value, least):
            raise refusal(UsageError, "stock.whole_number", name=name, value=value, least=least)
    paths, seed = int(paths), int(seed)
    sizes = [min(BLOCK, paths - first) for first in range(0, paths, BLOCK)]
    shared = [shared_moves(plan, seed, block, size) for block, size in enumerate(sizes)]
    units, expected = len(plan.unit_code), project(plan)
    by_month, by_vintage = (units, plan.months), (units, plan.months, len(plan.vintage))
    made = {
        "odds_depleted": np.zeros(by_month),
        "quantiles": np.zeros((units, len(LEVELS), plan.months)),
        "paid_wan": np.zeros(by_month),
        "shortfall_wan": np.zeros(by_month),
        "vintage_stock_wan": np.zeros(by_vintage),
        "recovered_by_year_wan": np.zeros((units, plan.months // YEAR)),
        "top_up_wan": np.zeros(units),
    }
    for unit in range(units):
        for field, value in _simulate_unit(plan, unit, shared, sizes, seed).items():
            made[field][unit] = value
    return StockResult(
        unit_code=plan.unit_code,
        paths=paths,
        seed=seed,
        depletion_month=expected.depletion_month,
        runway_months=expected.runway_months,
        expected_shortfall_wan=made["shortfall_wan"].sum(axis=1),
        **made,
    )


def _simulate_unit(
    plan: StockPlan, unit: int, shared: Sequence[NDArray[np.float64]], sizes: list[int], seed: int
) -> dict[str, Any]:
    """Return the fields of `StockResult` that one unit's paths decide, block by block."""
    paths, years = sum(sizes), -(-plan.months // YEAR)
    depleted, paid, shortfall = np.zeros((3, plan.months))
    stock, recovered = np.zeros((plan.months, len(plan.vintage))), np.zeros(years)
    fan, lacking = np.empty((plan.months, sizes[0])), np.empty(paths)
    place = plan.arrives_in
    for block, size in enumerate(sizes):
        some = slice(block * BLOCK, block * BLOCK + size)
        short, own_paid = np.zeros((2, years, size))
        drawn = drawn_months(plan, unit, shared[block], seed=seed, block=block, paths=size)
        course = follow(plan.opening_wan[unit], plan.vintage, plan.first_year, drawn)
        for month, now in enumerate(course):
            year = month // YEAR
            depleted[month] += np.count_nonzero(now.depleted)
            paid[month] += now.paid_wan.sum()
            shortfall[month] += now.shortfall_wan.sum()
            stock[month] += now.stock_wan.sum(axis=1)
            if block == 0:
                fan[month] = now.stock_wan.sum(axis=0)
            short[year] += now.lacking_wan
            own_paid[year] += now.arrived_wan[place[month]]
            if (month + 1) % YEAR == 0:
                own_paid[year] -= now.stock_wan[place[month]]
                recovered[year] += now.recovered_wan.sum()
        lacking[some] = money_lacking(short, own_paid)
    rank = paths - paths // ONE_PATH_IN - 1
    return {
        "odds_depleted": depleted / paths,
        "quantiles": quantiles(fan),
        "paid_wan": paid / paths,
        "shortfall_wan": shortfall / paths,
        "vintage_stock_wan": stock / paths,
        "recovered_by_year_wan": recovered[: plan.months // YEAR] / paths,
        "top_up_wan": np.partition(lacking, rank)[rank],
    }


def money_lacking(short: NDArray[np.float64], own_paid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least money of the first year, there from its start, that avoids any shortage.

    It has to make up for every shortage. In the first two years each 万元 of it does, since none
    is recovered before. Later it helps only by what it spares: in each year from the second on,
    money of that year itself, as much as is paid of it otherwise.

    Parameters
    ----------
    short, own_paid : array, shape (years, P), 万元
        Demand not met in a year, and what is paid of money granted in that very year.

    Returns
    -------
    array, shape (P,), 万元
        Infinite where no money at the start is enough.

    Examples
    --------
    The third year lacks 5. Money at the start makes up for it where the second year's own money
    pays at least 5.

    >>> short = np.array([[8.0, 8.0], [0.0, 0.0], [5.0, 5.0]])
    >>> money_lacking(short, np.array([[0.0, 0.0], [6.0, 4.0], [9.0, 9.0]])).tolist()
    [13.0, inf]
    """
    lacking: NDArray[np.float64] = short.sum(axis=0)
    for year in range(1, len(short) - 1):
        later = short[year + 1 :].sum(axis=0)
        lacking[(later > 0) & (own_paid[year] < later * (1 - TOLERANCE))] = np.inf
    return lacking


def quantiles(fan: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the quantiles of each row, as NumPy interpolates between ranks, shape (5, T).

    Sorting, which NumPy does with the processor's widest registers, is quicker than its
    ``quantile``. The rows are sorted in place.
    """
    fan.sort(axis=1)
    rank = np.array(LEVELS) * (fan.shape[1] - 1)
    below = rank.astype(int)
    lower, upper = fan[:, below], fan[:, np.minimum(below + 1, fan.shape[1] - 1)]
    between: NDArray[np.float64] = lower + (upper - lower) * (rank - below)
    return between.T


@kept(maxsize=8)
def stock_table(plan: StockPlan, result: StockResult, *, status: str | None = None) -> pd.DataFrame:
    """Return each unit's odds of running out beside the money it is left with.

    Parameters
    ----------
    plan : StockPlan
    result : StockResult
        Of that plan.
    status : str, optional
        Of every column, such as `analysis.stock.CasePlan.status`.

    Returns
    -------
    DataFrame, index unit_code
        ``amount_wan`` (opening stock and all receipts), ``monthly_demand_wan`` (expected, mean of
        the first 12 months), ``days_of_cover``, ``runway_months``, ``depletion_month`` (NaN: not
        within the horizon), ``odds_year_end`` (of running out in the first 12 months),
        ``carry_over_wan`` (left after the last month), ``carry_over_wan_low`` and
        ``carry_over_wan_high`` (the middle 90 % of the paths, and the mean), ``recovered_wan``,
        ``expected_shortfall_wan``, ``top_up_wan``. Amounts in 万元.

    Raises
    ------
    PlanError
        If the result belongs to a plan of other units or months.
    """
    _check_pair(plan, result)
    expected, carry_over = project(plan), result.carry_over_wan.sum(axis=1)
    table = pd.DataFrame(
        {
            "amount_wan": plan.total_wan,
            "monthly_demand_wan": expected.demand_wan[:, :YEAR].mean(axis=1),
            "days_of_cover": expected.days_of_cover,
            "runway_months": result.runway_months,
            "depletion_month": result.depletion_month,
            "odds_year_end": result.odds_depleted[:, min(YEAR, plan.months) - 1],
            "carry_over_wan": carry_over,
            # A mean that a few paths lift over 95 % of them belongs to its interval, too.
            "carry_over_wan_low": np.minimum(result.quantiles[:, 0, -1], carry_over),
            "carry_over_wan_high": np.maximum(result.quantiles[:, -1, -1], carry_over),
            "recovered_wan": result.recovered_wan,
            "expected_shortfall_wan": result.expected_shortfall_wan,
            "top_up_wan": result.top_up_wan,
        },
        index=pd.Index(plan.unit_code, name="unit_code", dtype=object),
    )
    return with_status(table, status)


def year_and_life(year: pd.DataFrame, life: pd.DataFrame) -> pd.DataFrame:
    """Put what becomes of a year's money later beside the figures of the year.

    Parameters
    ----------
    year, life : DataFrame, index unit_code
        Of `stock_table`, over 12 and over 24 months: money is recovered at the end of the year
        after that it was granted in.

    Returns
    -------
    DataFrame, index unit_code
        Columns of `year`, without ``depletion_month``, with ``recovered_wan`` and ``life_month``,
        the month in which the money is expected to run out, of `life`; NaN: not within it.
    """
    later = pd.DataFrame(
        {"recovered_wan": life["recovered_wan"], "life_month": life["depletion_month"]}
    )
    later = with_status(later, status_of(life, "recovered_wan"))
    return joined(year.drop(columns=["depletion_month", "recovered_wan"]), later)


def execution(
    plan: StockPlan, result: StockResult, *, unit_code: str | None = None
) -> pd.DataFrame:
    """Return each unit's expected budget execution beside time-proportional progress.

    Parameters
    ----------
    plan : StockPlan
    result : StockResult
        Of that plan.
    unit_code : str, optional
        One unit of the plan; by default all of them.

    Returns
    -------
    DataFrame, a row for each unit and month
        ``unit_code``, ``month`` (1 to T), ``execution_rate`` (expected payments so far over
        opening stock and all receipts; NaN without money) and ``time_progress`` (month / 12, 1
        from the twelfth on).

    Raises
    ------
    PlanError
        If the result belongs to a plan of other units or months.
    """
    _check_pair(plan, result)
    codes = plan.unit_code if unit_code is None else (unit_code,)
    first = 0 if unit_code is None else plan.unit_code.index(unit_code)
    total = plan.total_wan[first : first + len(codes), None]
    paid = result.paid_wan[first : first + len(codes)].cumsum(axis=1)
    rate = np.divide(paid, total, out=np.full_like(paid, np.nan), where=total > 0)
    month = np.arange(1, plan.months + 1)
    return pd.DataFrame(
        {
            "unit_code": [code for code in codes for _ in month],
            "month": np.tile(month, len(codes)),
            "execution_rate": rate.ravel(),
            "time_progress": np.tile(np.minimum(month / YEAR, 1), len(codes)),
        }
    )


def _check_pair(plan: StockPlan, result: StockResult) -> None:
    if plan.unit_code != result.unit_code or plan.months != result.odds_depleted.shape[1]:
        raise refusal(PlanError, "stock.other_plan")
