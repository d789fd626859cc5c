"""Build a stock plan from a case: its caseloads, its money, and the values it assumes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.case import Case
from analysis.kept import kept
from analysis.short_repr import ShortRepr
from analysis.statuses import status_of, weakest, with_status
from analysis.stock.assumptions import (
    INPUT_COLUMNS,
    Assumptions,
    input_row,
    number,
    own_source,
    sources,
)
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan, plan_error, usage_error

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
    whole = isinstance(months, int | np.integer) and not isinstance(months, bool)
    if not whole or not 1 <= months <= LONGEST_PLAN:
        raise usage_error("stock.months", value=months)
    if not case.start.endswith("-01"):
        # Vintages are fiscal years, which are calendar years.
        raise plan_error("stock.start", case=case.name, start=case.start)
    people = _people(case)
    caseload = _caseloads(case, people)
    codes = list(caseload.index)
    if not codes:
        return _of_no_unit(case, months)
    assumed = Assumptions(case)
    full, ends, used = _full_demand(assumed, caseload, people)
    chosen = {
        "growth": growth,
        "volatility": volatility,
        "lump_rate": lump_rate,
        "lump_size": lump_size,
    }
    own = {}
    for name, given in chosen.items():
        own[name], rows = assumed.by_unit(name, codes, given=given)
        used += rows
    shared, rows = assumed.one("correlation", given=correlation)
    used += rows
    # What comes in the first year decides the balanced share, however short the plan.
    money, rows = _receipts(case, assumed, codes, max(months, YEAR), given_month=receipt_month)
    used += rows
    late, rows = _late_odds(assumed)
    used += rows
    usual = full.mean(axis=1)
    with np.errstate(over="ignore"):
        # A growth beyond all bounds is refused by the plan.
        growing = np.exp(np.outer(own["growth"], np.arange(1, YEAR + 1)))
        a_year = (full * growing).sum(axis=1) + YEAR * own["lump_rate"] * own["lump_size"] * usual
    share, rule, share_row = _fund_share(case, assumed, fund_share, codes, float(a_year.sum()))
    stock, vintage, rows = _opening(case, codes, months)
    inputs = pd.DataFrame([share_row, *used, *rows], columns=list(INPUT_COLUMNS))
    status = str(weakest([*inputs["status"], case.money_status], at_least="estimate"))
    at_hand = inputs["name"].isin(["opening_wan", "receipts_wan"]) & (inputs["value"] > 0)
    return CasePlan(
        plan=StockPlan(
            unit_code=tuple(codes),
            opening_wan=stock,
            vintage=vintage,
            receipts_wan=money[:, :months],
            demand_wan=np.take(full, np.arange(months) % YEAR, axis=1) * share,
            growth=own["growth"],
            volatility=own["volatility"],
            lump_rate=own["lump_rate"],
            lump_mean_wan=own["lump_size"] * usual * share,
            correlation=shared,
            late_odds=late,
        ),
        fund_share=share,
        rule=rule,
        left_out=tuple(code for code in case.units.index if code not in caseload.index),
        inputs=inputs,
        demand=with_status(_demand_range(a_year / YEAR, usual, ends, caseload.index), status),
        status=status,
        money_status=str(weakest([case.money_status, *inputs.loc[at_hand, "status"]])),
    )


def _of_no_unit(case: Case, months: int) -> CasePlan:
    by_month, by_unit = np.zeros((0, months)), np.zeros(0)
    years = _horizon(case, months)
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
    nobody = dict.fromkeys(ENDS, by_unit)
    demand = _demand_range(by_unit, by_unit, nobody, case.units.index[:0])
    inputs = pd.DataFrame(columns=list(INPUT_COLUMNS))
    units, money = tuple(case.units.index), case.money_status
    return CasePlan(plan, np.nan, "chosen", units, inputs, demand, "estimate", money)


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
    table = pd.DataFrame(counted, index=case.units.index).dropna(how="all").fillna(0.0)
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
            raise plan_error(
                "stock.benefit_negative", programme=code, unit=codes[unit], value=value
            )
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
            raise plan_error("stock.season_negative", name=name, unit=codes[unit], value=value)
        rows += used
    return season, rows


def _late_odds(assumed: Assumptions) -> tuple[tuple[float, ...], list[dict[str, Any]]]:
    """Return the odds that money arrives 0, 1, ... months late; on time where none are stated."""
    late, rows = [], []
    for months in range(1, MOST_LATE + 1):
        name = f"late_{months}"
        odds, used = assumed.one(name) if assumed.has(name) else (0.0, [])
        if not 0 <= odds <= 1:
            raise plan_error("stock.late_share", name=name, value=f"{odds:g}")
        late.append(odds)
        rows += used
    if sum(late) > 1:
        raise plan_error("stock.late_sum", value=f"{sum(late):g}")
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
        status=weakest(people["status"]),
        **sources(people),
    )


def _first_year(case: Case) -> int:
    """Return the fiscal year of month 1."""
    return int(case.start[:4])


def _horizon(case: Case, months: int) -> NDArray[np.int64]:
    """Return the fiscal years of a plan."""
    return _first_year(case) + np.arange((months - 1) // YEAR + 1)


def _opening(
    case: Case, codes: Sequence[str], months: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], list[dict[str, Any]]]:
    """Return the stock at the start by vintage; unknown counts as 0, and the inputs say so.

    Returns
    -------
    array, shape (U, V), 万元
    array of int, shape (V,)
        Every year with a balance, and every year of the horizon.
    list of dict
        Rows of the list of inputs.

    Raises
    ------
    PlanError
        If a balance is of a later year than the case's first.
    """
    rows = case.balances[case.balances["unit_code"].isin(list(codes))]
    start = _first_year(case)
    late = rows[rows["vintage"] > start]
    if len(late):
        line, vintage = int(late.index[0]) + 2, late["vintage"].iloc[0]
        raise plan_error("stock.balance_year", line=line, vintage=vintage, year=start)
    vintage = np.union1d(_horizon(case, months), rows["vintage"].astype(np.int64))
    table = rows.pivot_table(
        index="unit_code", columns="vintage", values="amount_wan", aggfunc="sum"
    )
    stock = table.reindex(index=list(codes), columns=vintage).fillna(0.0).to_numpy(dtype=np.float64)
    return stock, vintage, _opening_rows(rows, codes)


def _opening_rows(rows: pd.DataFrame, codes: Sequence[str]) -> list[dict[str, Any]]:
    used = [_sum_row("opening_wan", rows)] if len(rows) else []
    known = set(rows["unit_code"])
    unknown = [code for code in codes if code not in known]
    if unknown:
        key = (
            "stock.source_no_balances"
            if len(unknown) == len(codes)
            else "stock.source_no_balance_of"
        )
        source = own_source(key, units=_few(unknown))
        used.append(input_row("opening_wan", 0, status="assumption", **source))
    return used


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
) -> tuple[NDArray[np.float64], list[dict[str, Any]]]:
    """Return the money arriving in each month.

    Returns
    -------
    array, shape (U, T), 万元
        A unit's rows of ``receipts``; without any, its allocations, each in the receipt month of
        its fiscal year. What arrives after the horizon is left out.
    list of dict
        Rows of the list of inputs.

    Raises
    ------
    PlanError
        If an allocation is older than the case, the receipt month is none, or a receipt is
        negative or granted in another year than it arrives.
    """
    table = np.zeros((len(codes), months))
    place = {code: index for index, code in enumerate(codes)}
    rows = case.receipts[case.receipts["unit_code"].isin(list(codes))]
    for line, row in zip(rows.index + 2, rows.to_dict("records"), strict=True):
        _check_receipt(case, line, row)
        if row["month"] <= months:
            table[place[row["unit_code"]], row["month"] - 1] += row["amount_wan"]
    used = [_sum_row("receipts_wan", rows)] if len(rows) else []
    received = set(rows["unit_code"])
    waiting = [code for code in codes if code not in received]
    if not waiting:
        return table, used
    arrival, month_rows = assumed.by_unit("receipt_month", waiting, given=given_month)
    for code, month in zip(waiting, arrival, strict=True):
        if month not in range(1, YEAR + 1):
            raise plan_error("stock.receipt_month", unit=code, value=f"{month:g}")
    month_of = dict(zip(waiting, arrival.astype(int), strict=True))
    granted = case.allocation[case.allocation["unit_code"].isin(waiting)]
    for line, row in zip(granted.index + 2, granted.to_dict("records"), strict=True):
        code = row["unit_code"]
        column = (row["fiscal_year"] - _first_year(case)) * YEAR + month_of[code] - 1
        if column < 0:
            raise plan_error("stock.allocation_year", line=line, year=row["fiscal_year"])
        if column < months:
            table[place[code], column] += row["amount_wan"]
    return table, [*used, *month_rows]


def _check_receipt(case: Case, line: int, row: Mapping[Hashable, Any]) -> None:
    if row["amount_wan"] < 0:
        raise plan_error("stock.receipt_negative", line=line, value=f"{row['amount_wan']:g}")
    year = _first_year(case) + (row["month"] - 1) // YEAR
    if row["vintage"] != year:
        raise plan_error(
            "stock.receipt_vintage",
            line=line,
            vintage=row["vintage"],
            month=row["month"],
            year=year,
        )


def _sum_row(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    status = weakest(rows["status"])
    return input_row(name, rows["amount_wan"].sum(), status=status, **sources(rows))


def _fund_share(
    case: Case,
    assumed: Assumptions,
    given: str | float | None,
    codes: Sequence[str],
    year_wan: float,
) -> tuple[float, str, dict[str, Any]]:
    """Return the share borne, how it was set, and its row in the list of inputs."""
    if given is None and assumed.has("fund_share"):
        share, rows = assumed.one("fund_share")
        row, rule = rows[0], "chosen"
    elif given is None or given == BALANCED:
        granted = case.allocation[case.allocation["unit_code"].isin(list(codes))]
        first = granted["fiscal_year"] == _first_year(case)
        amount_wan = float(granted.loc[first, "amount_wan"].sum())
        if not (amount_wan > 0 and year_wan > 0):
            raise plan_error("stock.no_balance", case=case.name, year=_first_year(case))
        share = amount_wan / year_wan
        rule, source = BALANCED, "stock.source_balanced"
        if share > 1:
            share, rule, source = 1.0, "all", "stock.source_all"
        row = input_row("fund_share", share, status="assumption", **own_source(source))
    else:
        share, rule = number("fund_share", given), "chosen"
        source_chosen = own_source("stock.source_chosen")
        row = input_row("fund_share", share, status="assumption", **source_chosen)
    if not 0 < share <= 1:
        raise usage_error("stock.fund_share", value=share)
    return share, rule, row
