"""Where actual spending leads: every unit's forecast, and how such forecasts did before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.case import Case
from analysis.errors import UsageError
from analysis.kept import kept
from analysis.statuses import status_of, weakest, with_status
from analysis.stock.burn_rate import BurnRate, fit_burn_rate
from analysis.stock.payment import YEAR
from analysis.stock.plan import is_whole
from analysis.stock.projection import DAYS_A_MONTH
from analysis.stock.spending import SAME, spending_periods
from analysis.words import refusal

# Back-tests take the units with the most money: each costs a fit for every report.
TESTED = 100
# Odds are refuted where so many forecasts missed by more than so much on average.
ENOUGH, MISS = 20, 0.1
PERIODS = ["unit_code", "first", "last", "paid_wan", "spent_wan"]
_NO_PERIOD = pd.DataFrame(columns=PERIODS).astype(
    {"first": int, "last": int, "paid_wan": float, "spent_wan": float}
)
FORECAST = ["forecast_wan", "forecast_wan_low", "forecast_wan_high"]


def paid_by_period(case: Case, *, as_of: int = 0) -> pd.DataFrame:
    """Return what each unit reports to have paid, period after period.

    Parameters
    ----------
    case : Case
    as_of : int
        Last month whose spending is known; 0 for the last that any unit reports.

    Returns
    -------
    DataFrame, a row for each unit and period
        ``unit_code``, ``first`` and ``last`` month, ``paid_wan``, and ``spent_wan``, paid up to
        the end of the period, 万元. No row where the case has no spending.

    Raises
    ------
    UsageError
        If the month is none, or no unit reports spending up to it.
    PlanError
        If a unit's spending cannot be read.

    Examples
    --------
    >>> from analysis.case import load_case
    >>> paid = paid_by_period(load_case("data/us-era1-california"))
    >>> paid.columns.tolist(), len(paid)
    (['unit_code', 'first', 'last', 'paid_wan', 'spent_wan'], 281)
    """
    rows = case.originals["spending"].marked()
    month = _known_month(rows, as_of)
    known = rows[rows["month"] <= month]
    parts = [
        spending_periods(own).assign(unit_code=str(code))
        for code, own in known.groupby("unit_code", sort=False)
    ]
    paid = pd.concat(parts, ignore_index=True) if parts else _NO_PERIOD.copy()
    paid["spent_wan"] = paid.groupby("unit_code", sort=False)["paid_wan"].cumsum()
    reported = weakest(known["status"])
    spent = weakest([reported], at_least="computed")
    return with_status(paid[PERIODS], {"paid_wan": reported, "spent_wan": spent})


def forecast_month(paid: pd.DataFrame) -> int:
    """Return the December that forecasts look to: the first after the last report.

    Parameters
    ----------
    paid : DataFrame
        Of `paid_by_period`. Without a row it is month 12.

    Examples
    --------
    >>> forecast_month(pd.DataFrame({"last": [6, 11]}))
    12
    """
    last = 0 if paid.empty else int(paid["last"].max())
    return (last // YEAR + 1) * YEAR


@kept(maxsize=8)
def fit_units(paid: pd.DataFrame, amount_wan: pd.Series, *, seed: int) -> dict[str, BurnRate]:
    """Learn the rate of spending of each unit that has not spent more than its money.

    A unit's does not depend on the others. Where more was spent there is other money, and nobody
    knows how much: nothing can be forecast, nor where a unit has no money.

    Parameters
    ----------
    paid : DataFrame
        Of `paid_by_period`.
    amount_wan : Series, index unit_code, 万元
        Money of every unit.
    seed : int
        At least 0.

    Returns
    -------
    dict of unit_code to BurnRate
    """
    burns = {}
    for code, own in paid.groupby("unit_code", sort=False):
        money, known = float(amount_wan[code]), own[["first", "last", "paid_wan"]]
        if money > 0 and known["paid_wan"].sum() <= money * (1 + SAME):
            # A unit's own, whatever other units there are.
            own_seed = np.random.SeedSequence(seed, spawn_key=tuple(str(code).encode()))
            burns[str(code)] = fit_burn_rate(
                known, money_wan=money, seed=int(own_seed.generate_state(1)[0])
            )
    return burns


def one_report_earlier(paid: pd.DataFrame) -> pd.DataFrame:
    """Return the periods that were known before each unit's last report."""
    return paid[paid["unit_code"].duplicated(keep="last")]


@kept(maxsize=8)
def spending_table(
    burns: dict[str, BurnRate], paid: pd.DataFrame, amount_wan: pd.Series, *, month: int
) -> pd.DataFrame:
    """Return what each unit spent of its money, and what it will have spent by a month.

    Parameters
    ----------
    burns : dict of unit_code to BurnRate
        Of `fit_units`.
    paid : DataFrame
        Of `paid_by_period`: what `burns` were made from.
    amount_wan : Series, index unit_code, 万元
    month : int
        After the last report: see `forecast_month`.

    Returns
    -------
    DataFrame, index unit_code
        ``amount_wan``; ``last_month`` of the unit's reports; ``spent_wan``; ``spent_share`` of the
        money; ``unspent_wan``; cumulative spending at the end of `month`: ``forecast_wan``, its
        mean, and its 90 % interval ``forecast_wan_low``, ``forecast_wan_high``; what is left
        then: ``left_wan``, ``left_wan_low``, ``left_wan_high``; ``odds_used_up`` by then;
        ``days_of_cover`` of the money not spent, at the mean rate that is forecast. Units that
        are not among `burns` have no forecast.
    """
    latest = paid.groupby("unit_code", sort=False)[["last", "spent_wan"]].last()
    rows = {
        str(code): _forecast_row(burns.get(str(code)), last, spent, float(amount_wan[code]), month)
        for code, last, spent in latest.itertuples(name=None)
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS)
    order = [code for code in amount_wan.index if code in rows]
    table = table.loc[order].rename_axis("unit_code").astype(float)
    money, spent = status_of(amount_wan), status_of(paid, "spent_wan")
    both = weakest([money, spent], at_least="computed")
    stated = dict.fromkeys(_COLUMNS, weakest([both], at_least="estimate"))
    stated |= {"amount_wan": money, "last_month": status_of(paid, "paid_wan"), "spent_wan": spent}
    return with_status(table, stated | {"spent_share": both, "unspent_wan": both})


def forecast_path(
    burns: dict[str, BurnRate], unit: str, *, month: int, status: str | None = None
) -> pd.DataFrame:
    """Return one unit's forecast of cumulative spending, month by month.

    Parameters
    ----------
    burns : dict of unit_code to BurnRate
        Of `fit_units`.
    unit : str
        Its code.
    month : int
        The last.
    status : str, optional
        Of every column.

    Returns
    -------
    DataFrame, index month, 万元
        ``forecast_wan``, ``forecast_wan_low``, ``forecast_wan_high``; no row for a unit that is
        not among `burns`.
    """
    burn = burns.get(unit)
    table = pd.DataFrame(columns=FORECAST, dtype=float).rename_axis("month")
    if burn is not None:
        drawn = [burn.forecast_of(paths)[:3] for paths in burn.paths(month)]
        months = pd.RangeIndex(burn.last_month + 1, month + 1, name="month")
        table = pd.DataFrame(drawn, index=months, columns=FORECAST)
    return with_status(table, status)


@kept(maxsize=8)
def left_together(
    burns: dict[str, BurnRate], spending: pd.DataFrame, *, month: int
) -> tuple[float, float, float]:
    """Return what all units together will have left by a month: mean, and 90 % interval.

    Every unit's spending is drawn on its own, so that what moves all of them at once is not in
    the interval.

    Parameters
    ----------
    burns : dict of unit_code to BurnRate
    spending : DataFrame, index unit_code
        Of `spending_table`.
    month : int

    Returns
    -------
    tuple of float, 万元
        Mean, low, high; NaN where no unit has money left.
    """
    known = spending.index[spending["left_wan"].notna()]
    if known.empty:
        return np.nan, np.nan, np.nan
    left = sum(spending["amount_wan"][code] - burns[code].paths(month)[-1] for code in known)
    low, high = np.quantile(left, [0.05, 0.95])
    return float(np.mean(left)), float(low), float(high)


@kept(maxsize=8)
def earlier_forecasts(paid: pd.DataFrame, amount_wan: pd.Series, *, seed: int) -> pd.DataFrame:
    """Forecast every later report from every earlier one, of the units with the most money.

    Parameters
    ----------
    paid, amount_wan, seed
        As in `fit_units`.

    Returns
    -------
    DataFrame, a row a forecast
        ``unit_code``, ``cutoff``, ``month``, ``periods_ahead``; ``mean``, ``low``, ``high`` and
        ``actual`` cumulative spending, and ``spent_wan``, that at the cut-off, 万元;
        ``odds_used_up`` by ``month``; ``scale_wan``, the unit's money; ``covered``, whether the
        actual spending lies within the 90 % interval. Periods after months without a figure are
        left out. No row where no unit has two periods that follow each other.
    """
    money = amount_wan[amount_wan.index.isin(paid["unit_code"]) & (amount_wan > 0)]
    tested = money.sort_values(ascending=False, kind="stable").index[:TESTED]
    by_unit = paid[paid["unit_code"].isin(tested)].groupby("unit_code")
    rows = [row for _, own in by_unit for row in _unit_forecasts(own, amount_wan, seed)]
    if not rows:
        return pd.DataFrame()
    table = pd.DataFrame(rows)
    leeway = SAME * table["scale_wan"]
    inside = table["actual"].between(table["low"] - leeway, table["high"] + leeway)
    return table.assign(covered=inside)


def _unit_forecasts(
    own: pd.DataFrame, amount_wan: pd.Series, seed: int
) -> Iterator[dict[str, Any]]:
    code, periods = own["unit_code"].iloc[0], own[["first", "last", "paid_wan"]]
    first, last = periods["first"].to_numpy(), periods["last"].to_numpy()
    spent, money = periods["paid_wan"].cumsum().to_numpy(), float(amount_wan[code])
    # Periods follow each other up to the first gap.
    gap = np.flatnonzero(first[1:] != last[:-1] + 1) + 1
    for place in range(len(periods) - 1):
        end = min([*gap[gap > place], len(periods)])
        if end == place + 1:
            continue
        known = periods.iloc[: place + 1]
        burn = fit_burn_rate(known, money_wan=money, seed=seed)
        paths = burn.paths(int(last[end - 1]))
        for at in range(place + 1, end):
            yield {
                "unit_code": str(code),
                "cutoff": burn.last_month,
                "month": int(last[at]),
                "periods_ahead": at - place,
                **burn.forecast_of(paths[last[at] - burn.last_month - 1])._asdict(),
                "actual": float(spent[at]),
                "spent_wan": burn.spent_wan,
                "scale_wan": money,
            }


def backtest_summary(past: pd.DataFrame, by: str) -> pd.DataFrame:
    """Tell how earlier forecasts did, by cut-off, by periods ahead, or by unit.

    Parameters
    ----------
    past : DataFrame
        Of `earlier_forecasts`.
    by : ``cutoff``, ``periods_ahead`` or ``unit_code``

    Returns
    -------
    DataFrame, index `by`
        ``forecasts``, their number; ``coverage`` (part of them within the 90 % interval);
        ``error`` (mean distance between mean forecast and actual cumulative spending), ``bias``
        (mean of forecast less actual) and ``width`` (of the interval), as parts of the money.
    """
    off = (past["mean"] - past["actual"]) / past["scale_wan"]
    width = (past["high"] - past["low"]) / past["scale_wan"]
    table = past.assign(error=off.abs(), bias=off, width=width).groupby(by)
    return table.agg(
        forecasts=("covered", "size"),
        coverage=("covered", "mean"),
        error=("error", "mean"),
        bias=("bias", "mean"),
        width=("width", "mean"),
    )


@dataclass(frozen=True)
class OddsRecord:
    """The odds of using up the money as forecast at earlier reports, and what came of them.

    Parameters
    ----------
    count : int
        Forecasts.
    odds, actual : float
        Mean odds, and the part of the forecasts after which the money was used up.
    covered : float
        Part of them whose actual month lay within the range.
    """

    count: int = 0
    odds: float = np.nan
    actual: float = np.nan
    covered: float = np.nan

    @property
    def refuted(self) -> bool:
        """Whether enough forecasts say that such odds are too high to be shown."""
        return self.count >= ENOUGH and self.odds - self.actual > MISS


def odds_record(past: pd.DataFrame) -> OddsRecord:
    """Compare the odds of earlier forecasts with what came of them.

    Parameters
    ----------
    past : DataFrame
        Of `earlier_forecasts`.
    """
    if past.empty:
        return OddsRecord()
    enough = past["scale_wan"] * (1 - SAME)
    known = past.assign(full=past["actual"] >= enough)[past["spent_wan"] < enough]
    odds, used_up, covered = [], [], []
    for _, own in known.groupby(["unit_code", "cutoff"]):
        # Asked of the odds at the ends of periods, as of the actual spending; inf: not by then.
        reached = (own["odds_used_up"] >= 0.05, own["full"], own["odds_used_up"] >= 0.95)
        earliest, actual, latest = (min(own["month"][each], default=np.inf) for each in reached)
        odds.append(own["odds_used_up"].iloc[-1])
        used_up.append(own["full"].any())
        covered.append(earliest <= actual <= latest)
    if not odds:
        return OddsRecord()
    parts = (float(np.mean(each)) for each in (odds, used_up, covered))
    return OddsRecord(len(odds), *parts)


_COLUMNS = [
    "amount_wan",
    "last_month",
    "spent_wan",
    "spent_share",
    "unspent_wan",
    *FORECAST,
    "left_wan",
    "left_wan_low",
    "left_wan_high",
    "odds_used_up",
    "days_of_cover",
]


def _forecast_row(
    burn: BurnRate | None, last: int, spent: float, money: float, month: int
) -> dict[str, float]:
    row = dict.fromkeys(_COLUMNS, np.nan)
    row |= {"amount_wan": money, "last_month": last, "spent_wan": spent}
    if money > 0:
        row["spent_share"], row["unspent_wan"] = spent / money, max(money - spent, 0.0)
    if burn is None:
        return row
    ahead, rate = burn.forecast(month), burn.rate_wan
    row |= dict(zip(FORECAST, ahead[:3], strict=True))
    ends = {"left_wan": ahead.mean, "left_wan_low": ahead.high, "left_wan_high": ahead.low}
    row |= {name: max(money - paid, 0.0) for name, paid in ends.items()}
    row["odds_used_up"] = ahead.odds_used_up
    row["days_of_cover"] = row["unspent_wan"] / rate * DAYS_A_MONTH if rate > 0 else np.inf
    return row


def _known_month(rows: pd.DataFrame, as_of: int) -> int:
    last = 0 if rows.empty else int(rows["month"].max())
    if rows.empty and is_whole(as_of, 0):
        return 0
    if not is_whole(as_of, 0, last):
        raise refusal(UsageError, "spending.bad_as_of", value=as_of, last=last)
    first = int(rows["month"].min())
    if 0 < as_of < first:
        raise refusal(UsageError, "spending.too_early", month=as_of, first=first)
    return as_of or last
