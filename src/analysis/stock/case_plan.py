"""Build a stock plan from a case: its caseloads, its money, and the values it assumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.case import Case
from analysis.errors import UsageError
from analysis.kept import kept
from analysis.short_repr import ShortRepr
from analysis.statuses import status_of, weakest, with_status
from analysis.stock.assumptions import Assumptions
from analysis.stock.case_inputs import INPUT_COLUMNS, input_row, number, said, sources, worst
from analysis.stock.case_money import check_start, first_year, opening, receipts
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan, plan_error
from analysis.words import LANGUAGES, catalogue

# The need group that counts the people of each spending item (annex 2's codes).
CASELOAD_GROUP = {
    "2081901": "urban_allowance",
    "2081902": "rural_allowance",
    "2082101": "urban_hardship",
    "2082102": "rural_hardship",
}
BALANCED = "balanced"
ENDS = ("low", "high")
YUAN_A_WAN = 10_000
# Months that money may be late, as stated by late_1, late_2 and so on.
MOST_LATE = 6


@dataclass(frozen=True, eq=False, repr=False)
class CasePlan(ShortRepr):
    """A plan, and what it was built from.

    Parameters
    ----------
    plan : StockPlan
        Of the units that have a caseload, in the case's order; of no unit where nobody counted
        aided people, or all counts are 0.
    fund_share : float
        Share of the spending that the money bears, in (0, 1]; NaN in a plan of no unit.
    rule : str
        How it was set: ``balanced``; ``all``, where a balanced one would exceed 1; ``chosen``.
    left_out : tuple of str
        Codes of the units without a caseload.
    inputs : DataFrame
        Every value used: ``name``, ``unit_code`` (empty: every unit), ``programme``, ``value``,
        ``low``, ``high`` (NaN where no range is stated), ``unit``, ``status``, ``source``,
        ``source_en``. Caseloads and balances are sums over the units.
    demand : DataFrame, index unit_code, 万元 a month
        ``demand_wan``, expected in the first 12 months if the money bore all of it;
        ``demand_wan_low`` and ``demand_wan_high``, with every count at that end of its range.
    status : str
        The weakest of the inputs and of the money, an estimate at best: that of all results.
    money_status : str
        That of the money alone: what is handed down, receipts and opening stock.
    """

    next_step = "plan.inputs, plan.demand, simulate(plan.plan, paths=10_000, seed=1)"

    plan: StockPlan
    fund_share: float
    rule: str
    left_out: tuple[str, ...]
    inputs: pd.DataFrame
    demand: pd.DataFrame
    status: str
    money_status: str


@kept(maxsize=8)
def stock_plan(
    case: Case,
    *,
    months: int = YEAR,
    fund_share: str | float | None = BALANCED,
    growth: float | None = None,
    volatility: float | None = None,
    lump_rate: float | None = None,
    lump_size: float | None = None,
    correlation: float | None = None,
    receipt_month: int | None = None,
) -> CasePlan:
    """Build the stock plan of a case: demand = persons x spending per person x share borne.

    A parameter of None, or an empty text, has the case's value, from its table ``assumptions``.

    Parameters
    ----------
    case : Case
        Starting in a January.
    months : int
        Horizon T, 1 to 600.
    fund_share : ``balanced``, float or its text, in (0, 1]
        Share of the spending that this money bears. ``balanced``: the one at which the first
        year's allocation to all units with a caseload, together, lasts exactly 12 months of
        expected demand, 1 at most. None: the case's, or else ``balanced``.
    growth, volatility, correlation : float
        As in `StockPlan`.
    lump_rate : float
        Lumps expected a month.
    lump_size : float
        Mean lump as a share of the first month's demand before growth.
    receipt_month : int
        Month, 1 to 12, of its fiscal year in which an allocation arrives. A unit with rows in
        the case's table ``receipts`` receives those instead.

    Returns
    -------
    CasePlan
        Of no unit where no unit has a count of aided people by spending item, or all are 0:
        then demand is unknown.

    Raises
    ------
    PlanError
        If an assumption is missing, or the case's tables do not fit the plan.
    UsageError
        If a parameter is no number or out of range.
    """
    check_start(case)
    _check_months(months)
    assumed = Assumptions(case)
    people = _people(case)
    caseload = _caseloads(case, people)
    codes = list(caseload.index)
    if not codes:
        return _of_no_unit(case, months)
    full, ends, rows = _full_demand(assumed, caseload, people)
    growths, growth_rows = assumed.by_unit("growth", codes, given=growth)
    walk, walk_rows = assumed.by_unit("volatility", codes, given=volatility)
    rates, rate_rows = assumed.by_unit("lump_rate", codes, given=lump_rate)
    sizes, size_rows = assumed.by_unit("lump_size", codes, given=lump_size)
    shared, shared_rows = assumed.one("correlation", given=correlation)
    money, money_rows = receipts(case, assumed, codes, max(months, YEAR), given_month=receipt_month)
    late, late_rows = _late_odds(assumed)
    usual = full.mean(axis=1)
    with np.errstate(over="ignore"):
        # A growth beyond all bounds is refused by the plan.
        a_year = (full * np.exp(np.outer(growths, np.arange(1, YEAR + 1)))).sum(axis=1)
    a_year += YEAR * rates * sizes * usual
    balanced = _first_year_wan(case, codes), float(a_year.sum())
    demand = pd.DataFrame({"demand_wan": a_year / YEAR}, index=caseload.index)
    for end in ends:
        moved = np.divide(ends[end], usual, out=np.ones_like(usual), where=usual > 0)
        # Exact counts are exact, to the last digit.
        within = np.minimum(moved, 1.0) if end == "low" else np.maximum(moved, 1.0)
        demand[f"demand_wan_{end}"] = demand["demand_wan"] * within
    share, share_row = _fund_share(case, assumed, fund_share, *balanced)
    stock, vintage, stock_rows = opening(case, codes, months)
    plan = StockPlan(
        unit_code=tuple(codes),
        opening_wan=stock,
        vintage=vintage,
        receipts_wan=money[:, :months],
        demand_wan=np.take(full, np.arange(months) % YEAR, axis=1) * share,
        growth=growths,
        volatility=walk,
        lump_rate=rates,
        lump_mean_wan=sizes * usual * share,
        correlation=shared,
        late_odds=late,
    )
    used = [share_row, *rows, *growth_rows, *walk_rows, *rate_rows, *size_rows, *shared_rows]
    used += [*money_rows, *late_rows, *stock_rows]
    inputs = pd.DataFrame(used, columns=list(INPUT_COLUMNS))
    left_out = tuple(code for code in case.table("units").index if code not in caseload.index)
    status = str(weakest([*inputs["status"], case.money_status], at_least="estimate"))
    demand = with_status(demand, status)
    at_hand = inputs["name"].isin(["opening_wan", "receipts_wan"]) & (inputs["value"] > 0)
    money_status = str(weakest([case.money_status, *inputs.loc[at_hand, "status"]]))
    rule = _rule(share_row)
    return CasePlan(plan, share, rule, left_out, inputs, demand, status, money_status)


def _of_no_unit(case: Case, months: int) -> CasePlan:
    years = first_year(case) + np.arange((months - 1) // YEAR + 1)
    by_month, by_unit = np.zeros((0, months)), np.zeros(0)
    plan = StockPlan(
        unit_code=(),
        opening_wan=np.zeros((0, len(years))),
        vintage=years,
        receipts_wan=by_month,
        demand_wan=by_month,
        growth=by_unit,
        volatility=by_unit,
        lump_rate=by_unit,
        lump_mean_wan=by_unit,
        correlation=0.0,
    )
    columns = ["demand_wan", *(f"demand_wan_{end}" for end in ENDS)]
    demand = pd.DataFrame(columns=columns, index=case.table("units").index[:0], dtype=float)
    inputs = pd.DataFrame(columns=list(INPUT_COLUMNS))
    units, money = tuple(case.table("units").index), case.money_status
    return CasePlan(plan, np.nan, "chosen", units, inputs, demand, "estimate", money)


def _people(case: Case) -> dict[str, pd.DataFrame]:
    """Return the counts of each spending item that is counted."""
    counted = set(case.groups())
    groups = CASELOAD_GROUP.items()
    return {code: case.people(group) for code, group in groups if group in counted}


def _caseloads(case: Case, people: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the people aided under each spending item that is counted; no row without any."""
    counted = {code: rows["persons"].astype(float) for code, rows in people.items()}
    table = pd.DataFrame(counted, index=case.table("units").index).dropna(how="all").fillna(0.0)
    if not table.to_numpy(dtype=float).sum() > 0:
        return table.iloc[:0]
    return table.loc[:, table.sum() > 0]


def break_even(case: Case) -> pd.DataFrame:
    """Return the monthly spending at which each unit's money just lasts the year.

    Needs no count of aided people.

    Returns
    -------
    DataFrame, index unit_code
        ``amount_wan``, ``wan_per_month`` (a twelfth of it, 万元); where the case counts residents,
        ``residents`` (persons; NaN for a unit without them) and ``yuan_per_resident`` (a month,
        yuan). The columns carry their status; what is spent evenly over a year is an estimate
        at best.
    """
    amount = case.amount_wan()
    money = status_of(amount)
    table = pd.DataFrame({"amount_wan": amount, "wan_per_month": amount / YEAR})
    stated = {"amount_wan": money, "wan_per_month": weakest([money], at_least="estimate")}
    if "resident" not in case.groups():
        return with_status(table, stated)
    people = case.people("resident")
    counted = str(status_of(people, "persons"))
    counts = people["persons"].reindex(amount.index).astype(float)
    table["residents"] = counts.where(counts > 0)
    table["yuan_per_resident"] = table["wan_per_month"] * YUAN_A_WAN / table["residents"]
    per_head = weakest([money, counted], at_least="estimate")
    return with_status(table, stated | {"residents": counted, "yuan_per_resident": per_head})


def _full_demand(
    assumed: Assumptions, caseload: pd.DataFrame, people: Mapping[str, pd.DataFrame]
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]], list[dict[str, Any]]]:
    """Return each unit's demand by calendar month if the money bore all of it, and its inputs.

    Shape (U, 12), 万元; and its mean over the months with the counts at the ends of their ranges,
    shape (U,) each.
    """
    total = np.zeros((len(caseload), YEAR))
    ends = {end: np.zeros(len(caseload)) for end in ENDS}
    rows = []
    codes = list(caseload.index)
    for code in caseload.columns:
        benefit, used = assumed.by_unit("benefit_yuan_month", codes, programme=code)
        if (benefit < 0).any():
            unit = int(np.argmin(benefit))
            value = f"{benefit[unit]:g}"
            raise plan_error("benefit_negative", programme=code, unit=codes[unit], value=value)
        season, season_rows = _season(assumed, codes, code)
        total += (caseload[code].to_numpy() * benefit / YUAN_A_WAN)[:, None] * season
        for end in ENDS:
            counts = people[code][end].reindex(codes).fillna(caseload[code])
            ends[end] += counts.to_numpy() * benefit / YUAN_A_WAN * season.mean(axis=1)
        # A season that holds for every programme is told once.
        rows += [_caseload_row(code, people[code], codes), *used]
        rows += [row for row in season_rows if row not in rows]
    return total, ends, rows


def _season(
    assumed: Assumptions, codes: list[str], programme: str
) -> tuple[NDArray[np.float64], list[dict[str, Any]]]:
    """Return what a month's spending is of the usual one, shape (U, 12); 1 where not stated."""
    season = np.ones((len(codes), YEAR))
    rows: list[dict[str, Any]] = []
    for month in range(1, YEAR + 1):
        name = f"season_{month}"
        if not assumed.has(name, programme):
            continue
        season[:, month - 1], used = assumed.by_unit(name, codes, programme=programme)
        if (season[:, month - 1] < 0).any():
            unit = int(np.argmin(season[:, month - 1]))
            value = f"{season[unit, month - 1]:g}"
            raise plan_error("season_negative", name=name, unit=codes[unit], value=value)
        rows += used
    return season, rows


def _late_odds(assumed: Assumptions) -> tuple[tuple[float, ...], list[dict[str, Any]]]:
    """Return the odds that money arrives 0, 1, ... months late; on time where none are stated."""
    late, rows = [], []
    for months in range(1, MOST_LATE + 1):
        name = f"late_{months}"
        odds, used = assumed.one(name) if assumed.has(name) else (0.0, [])
        if not 0 <= odds <= 1:
            raise plan_error("late_share", name=name, value=f"{odds:g}")
        late.append(odds)
        rows += used
    if sum(late) > 1:
        raise plan_error("late_sum", value=f"{sum(late):g}")
    while late and late[-1] == 0:
        late.pop()
    return (1 - sum(late), *late), rows


def _caseload_row(code: str, people: pd.DataFrame, codes: Sequence[str]) -> dict[str, Any]:
    people = people[people.index.isin(codes)]
    return input_row(
        "caseload",
        people["persons"].sum(),
        low=float(people["low"].sum()),
        high=float(people["high"].sum()),
        programme=code,
        status=worst(people["status"]),
        **sources(people),
    )


def _first_year_wan(case: Case, codes: Sequence[str]) -> float:
    allocation = case.table("allocation")
    rows = allocation[allocation["unit_code"].isin(list(codes))]
    return float(rows.loc[rows["fiscal_year"] == first_year(case), "amount_wan"].sum())


def _fund_share(
    case: Case,
    assumed: Assumptions,
    given: str | float | None,
    amount_wan: float,
    year_wan: float,
) -> tuple[float, dict[str, Any]]:
    """Return the share borne, and its row in the list of inputs."""
    if given is None and assumed.has("fund_share"):
        share, rows = assumed.one("fund_share")
        return _in_unit_interval(share), rows[0]
    if given is None or given == BALANCED:
        return _balanced_share(case, amount_wan, year_wan)
    share = _in_unit_interval(number("fund_share", given))
    return share, input_row("fund_share", share, status="assumption", **said("source_chosen"))


def _balanced_share(case: Case, amount_wan: float, year_wan: float) -> tuple[float, dict[str, Any]]:
    if not (amount_wan > 0 and year_wan > 0):
        raise plan_error("no_balance", case=case.name, year=first_year(case))
    share = amount_wan / year_wan
    if share > 1:
        return 1.0, input_row("fund_share", 1, status="assumption", **said("source_all"))
    return share, input_row("fund_share", share, status="assumption", **said("source_balanced"))


def _rule(share_row: Mapping[str, Any]) -> str:
    """Return how the share borne was set, from where it is said to come from."""
    found = {said(f"source_{rule}")["source"]: rule for rule in (BALANCED, "all")}
    return found.get(share_row["source"], "chosen")


def _in_unit_interval(share: float) -> float:
    if 0 < share <= 1:
        return share
    zh, en = (catalogue(lang)("stock.fund_share", value=share) for lang in LANGUAGES)
    raise UsageError(zh, en)


def _check_months(months: Any) -> None:
    whole = isinstance(months, int | np.integer) and not isinstance(months, bool)
    if not whole or not 1 <= months <= 600:
        zh, en = (catalogue(lang)("stock.months", value=months) for lang in LANGUAGES)
        raise UsageError(zh, en)
