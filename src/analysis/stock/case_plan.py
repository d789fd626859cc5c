"""Build a stock plan from a case: its caseloads, its money, and the values it assumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.case import Case
from analysis.errors import PlanError, UsageError
from analysis.kept import kept
from analysis.short_repr import ShortRepr
from analysis.statuses import status_of, weakest, with_status
from analysis.stock.assumptions import INPUT_COLUMNS, Assumptions, number
from analysis.stock.payment import YEAR
from analysis.stock.plan import FIELDS, StockPlan, is_whole
from analysis.words import refusal

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
LONGEST_PLAN = 600
# Units without a balance are named up to so many; of more, the first ones.
NAMED_AT_MOST, SHOWN = 9, 5


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
    if not is_whole(months, 1, LONGEST_PLAN):
        raise refusal(UsageError, "stock.months", value=months)
    if not case.start.endswith("-01"):
        # Vintages are fiscal years, which are calendar years.
        raise refusal(PlanError, "stock.start", case=case.name, start=case.start)
    people = _people(case)
    caseload = _caseloads(case, people)
    codes = list(caseload.index)
    if not codes:
        return _of_no_unit(case, months)
    assumed = Assumptions(case)
    full, ends = _full_demand(assumed, caseload, people)
    growths = assumed.by_unit("growth", codes, given=growth)
    walk = assumed.by_unit("volatility", codes, given=volatility)
    rates = assumed.by_unit("lump_rate", codes, given=lump_rate)
    sizes = assumed.by_unit("lump_size", codes, given=lump_size)
    shared = assumed.one("correlation", given=correlation)
    # What comes in the first year decides the balanced share, however short the plan.
    money = _receipts(case, assumed, codes, max(months, YEAR), given_month=receipt_month)
    late = _late_odds(assumed)
    stock, vintage = _opening(case, assumed, codes, months)
    usual = full.mean(axis=1)
    with np.errstate(over="ignore"):
        # A growth beyond all bounds is refused by the plan.
        growing = np.exp(np.outer(growths, np.arange(1, YEAR + 1)))
        a_year = (full * growing).sum(axis=1) + YEAR * rates * sizes * usual
    share, rule = _fund_share(case, assumed, fund_share, codes, float(a_year.sum()))
    # The share comes first in the list, since all demand is multiplied by it.
    rows = [assumed.used[-1], *assumed.used[:-1]]
    inputs = pd.DataFrame(rows, columns=list(INPUT_COLUMNS))
    status = str(weakest([*inputs["status"], case.money_status], at_least="estimate"))
    at_hand = inputs["name"].isin(["opening_wan", "receipts_wan"]) & (inputs["value"] > 0)
    return CasePlan(
        plan=StockPlan(
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
        ),
        fund_share=share,
        rule=rule,
        left_out=tuple(code for code in case.table("units").index if code not in caseload.index),
        inputs=inputs,
        demand=with_status(_demand_range(a_year / YEAR, usual, ends, caseload.index), status),
        status=status,
        money_status=str(weakest([case.money_status, *inputs.loc[at_hand, "status"]])),
    )


def _of_no_unit(case: Case, months: int) -> CasePlan:
    years, nobody = _horizon(case, months), np.zeros(0)
    lengths = {"U": 0, "V": len(years), "T": months}
    empty: dict[str, Any] = {
        field: np.zeros([lengths[axis] for axis in axes]) for field, (axes, _, _) in FIELDS.items()
    }
    demand = _demand_range(
        nobody, nobody, dict.fromkeys(ENDS, nobody), case.table("units").index[:0]
    )
    return CasePlan(
        plan=StockPlan(unit_code=(), vintage=years, correlation=0.0, **empty),
        fund_share=np.nan,
        rule="chosen",
        left_out=tuple(case.table("units").index),
        inputs=pd.DataFrame(columns=list(INPUT_COLUMNS)),
        demand=demand,
        status="estimate",
        money_status=case.money_status,
    )


def _demand_range(
    expected: NDArray[np.float64],
    usual: NDArray[np.float64],
    ends: Mapping[str, NDArray[np.float64]],
    codes: pd.Index,
) -> pd.DataFrame:
    """Return each unit's demand, and with every count at the ends of its range."""
    demand = pd.DataFrame({"demand_wan": expected}, index=codes)
    for end in ENDS:
        moved = np.divide(ends[end], usual, out=np.ones_like(usual), where=usual > 0)
        # Exact counts are exact, to the last digit.
        within = np.minimum(moved, 1.0) if end == "low" else np.maximum(moved, 1.0)
        demand[f"demand_wan_{end}"] = expected * within
    return demand


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
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Return each unit's demand by calendar month if the money bore all of it.

    Shape (U, 12), 万元; and its mean over the months with the counts at the ends of their ranges,
    shape (U,) each.
    """
    codes = list(caseload.index)
    total, ends = np.zeros((len(codes), YEAR)), {end: np.zeros(len(codes)) for end in ENDS}
    for code in caseload.columns:
        own = people[code][people[code].index.isin(codes)]
        low, high = float(own["low"].sum()), float(own["high"].sum())
        assumed.use_sum("caseload", own, "persons", low=low, high=high, programme=code)
        benefit = assumed.by_unit("benefit_yuan_month", codes, programme=code)
        if (benefit < 0).any():
            least = {"unit": codes[benefit.argmin()], "value": f"{benefit.min():g}"}
            raise refusal(PlanError, "stock.benefit_negative", programme=code, **least)
        season = _season(assumed, codes, code)
        total += (caseload[code].to_numpy() * benefit / YUAN_A_WAN)[:, None] * season
        for end in ENDS:
            counts = people[code][end].reindex(codes).fillna(caseload[code])
            ends[end] += counts.to_numpy() * benefit / YUAN_A_WAN * season.mean(axis=1)
    return total, ends


def _season(assumed: Assumptions, codes: list[str], programme: str) -> NDArray[np.float64]:
    """Return what a month's spending is of the usual one, shape (U, 12); 1 where not stated."""
    season = np.ones((len(codes), YEAR))
    for month, of_month in enumerate(season.T, start=1):
        name = f"season_{month}"
        if assumed.has(name, programme):
            of_month[:] = assumed.by_unit(name, codes, programme=programme)
        if (of_month < 0).any():
            least = {"unit": codes[of_month.argmin()], "value": f"{of_month.min():g}"}
            raise refusal(PlanError, "stock.season_negative", name=name, **least)
    return season


def _late_odds(assumed: Assumptions) -> tuple[float, ...]:
    """Return the odds that money arrives 0, 1, ... months late; on time where none are stated."""
    late = []
    for months in range(1, MOST_LATE + 1):
        name = f"late_{months}"
        odds = assumed.one(name) if assumed.has(name) else 0.0
        if not 0 <= odds <= 1:
            raise refusal(PlanError, "stock.late_share", name=name, value=f"{odds:g}")
        late.append(odds)
    if sum(late) > 1:
        raise refusal(PlanError, "stock.late_sum", value=f"{sum(late):g}")
    while late and late[-1] == 0:
        late.pop()
    return (1 - sum(late), *late)


def _first_year(case: Case) -> int:
    """Return the fiscal year of month 1."""
    return int(case.start[:4])


def _horizon(case: Case, months: int) -> NDArray[np.int64]:
    """Return the fiscal years of a plan."""
    return _first_year(case) + np.arange((months - 1) // YEAR + 1)


def _opening(
    case: Case, assumed: Assumptions, codes: Sequence[str], months: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the stock at the start by vintage, shape (U, V), 万元, and the vintages.

    They are every year with a balance, and every year of the horizon. A balance that is not
    known counts as 0, and the inputs say so; one of a later year than the first is refused.
    """
    rows = case.balances[case.balances["unit_code"].isin(list(codes))]
    start = _first_year(case)
    late = rows[rows["vintage"] > start]
    if len(late):
        line, vintage = int(late.index[0]) + 2, late["vintage"].iloc[0]
        raise refusal(PlanError, "stock.balance_year", line=line, vintage=vintage, year=start)
    if len(rows):
        assumed.use_sum("opening_wan", rows, "amount_wan")
    unknown = sorted(set(codes) - set(rows["unit_code"]), key=list(codes).index)
    if len(unknown) == len(codes):
        assumed.use_own("opening_wan", 0, "stock.source_no_balances")
    elif unknown:
        assumed.use_own("opening_wan", 0, "stock.source_no_balance_of", units=_few(unknown))
    years = np.union1d(_horizon(case, months), rows["vintage"].astype(np.int64))
    table = rows.pivot_table(
        index="unit_code", columns="vintage", values="amount_wan", aggfunc="sum"
    )
    stock = table.reindex(index=list(codes), columns=years).fillna(0.0)
    return stock.to_numpy(dtype=np.float64), years


def _few(codes: Sequence[str]) -> str:
    """Name units: of thousands the first few, and how many there are.

    Examples
    --------
    >>> _few(["a", "b"]), _few([*"abcdefghij"])
    ('a, b', 'a, b, c, d, e … (10)')
    """
    if len(codes) <= NAMED_AT_MOST:
        return ", ".join(codes)
    return f"{', '.join(codes[:SHOWN])} … ({len(codes):,})"


def _receipts(
    case: Case,
    assumed: Assumptions,
    codes: Sequence[str],
    months: int,
    *,
    given_month: int | None,
) -> NDArray[np.float64]:
    """Return the money arriving in each month, shape (U, T), 万元.

    It is a unit's rows of ``receipts``; without any, its allocations, each in the receipt month
    of its fiscal year. What arrives after the horizon is left out. Refused are an allocation
    older than the case, a receipt month that is none, and a receipt that is negative or granted
    in another year than it arrives.
    """
    table, first_year = np.zeros((len(codes), months)), _first_year(case)
    place = {code: index for index, code in enumerate(codes)}
    received = case.receipts[case.receipts["unit_code"].isin(list(codes))]
    for line, row in zip(received.index + 2, received.to_dict("records"), strict=True):
        amount, month = row["amount_wan"], row["month"]
        if amount < 0:
            raise refusal(PlanError, "stock.receipt_negative", line=line, value=f"{amount:g}")
        year = first_year + (month - 1) // YEAR
        if row["vintage"] != year:
            stated = {"vintage": row["vintage"], "month": month}
            raise refusal(PlanError, "stock.receipt_vintage", line=line, year=year, **stated)
        if month <= months:
            table[place[row["unit_code"]], month - 1] += amount
    if len(received):
        assumed.use_sum("receipts_wan", received, "amount_wan")
    waiting = [code for code in codes if code not in set(received["unit_code"])]
    if not waiting:
        return table
    month_of = dict.fromkeys(waiting, 0)
    arrival = assumed.by_unit("receipt_month", waiting, given=given_month)
    for code, due in zip(waiting, arrival.tolist(), strict=True):
        if due not in range(1, YEAR + 1):
            raise refusal(PlanError, "stock.receipt_month", unit=code, value=f"{due:g}")
        month_of[code] = int(due)
    allocation = case.table("allocation")
    granted = allocation[allocation["unit_code"].isin(waiting)]
    for line, row in zip(granted.index + 2, granted.to_dict("records"), strict=True):
        month = (row["fiscal_year"] - first_year) * YEAR + month_of[row["unit_code"]]
        if month < 1:
            raise refusal(PlanError, "stock.allocation_year", line=line, year=row["fiscal_year"])
        if month <= months:
            table[place[row["unit_code"]], month - 1] += row["amount_wan"]
    return table


def _fund_share(
    case: Case,
    assumed: Assumptions,
    given: str | float | None,
    codes: Sequence[str],
    year_wan: float,
) -> tuple[float, str]:
    """Return the share borne, listed last among the inputs, and how it was set."""
    rule = "chosen"
    if given is None and assumed.has("fund_share"):
        share = assumed.one("fund_share")
    elif given is None or given == BALANCED:
        allocation = case.table("allocation")
        granted = allocation[allocation["unit_code"].isin(list(codes))]
        first = granted["fiscal_year"] == _first_year(case)
        amount_wan = float(granted.loc[first, "amount_wan"].sum())
        if not (amount_wan > 0 and year_wan > 0):
            raise refusal(PlanError, "stock.no_balance", case=case.name, year=_first_year(case))
        share = amount_wan / year_wan
        rule, source = BALANCED, "stock.source_balanced"
        if share > 1:
            share, rule, source = 1.0, "all", "stock.source_all"
        assumed.use_own("fund_share", share, source)
    else:
        share = number("fund_share", given)
        assumed.use_own("fund_share", share, "stock.source_chosen")
    if not 0 < share <= 1:
        raise refusal(UsageError, "stock.fund_share", value=share)
    return share, rule
