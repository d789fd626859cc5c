"""What was actually spent, where it leads by year end, and how such forecasts did before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.case import Case
from analysis.errors import PlanError, UsageError
from analysis.report import formats
from analysis.report.content.wording import unit_names
from analysis.report.note import Note
from analysis.report.status import in_order
from analysis.stock.backtesting import past_forecasts, used_up_forecasts
from analysis.stock.burn_rate import BurnRate, Forecast, fit_periods
from analysis.stock.payment import YEAR
from analysis.stock.projection import DAYS_A_MONTH
from analysis.stock.spending import spending_periods
from analysis.words import LANGUAGES, catalogue

# Back-tests take the units with the most money: each costs a fit for every report.
TESTED = 100
# Odds are called too high where so many forecasts missed by more than so much on average.
ENOUGH, MISS = 20, 0.1


@dataclass(frozen=True)
class OddsBefore:
    """Odds of using up the money as forecast at earlier reports, and what came of them.

    Attributes
    ----------
    count : int
        Forecasts.
    odds, actual : float
        Mean odds, and the part of the forecasts after which the money was used up.
    covered : float
        Part of them whose actual month lay within the range.
    """

    count: int
    odds: float
    actual: float
    covered: float

    @property
    def too_high(self) -> bool:
        """Whether enough forecasts say so to warn of it."""
        return self.count >= ENOUGH and self.odds - self.actual > MISS

    @property
    def said(self) -> dict[str, str]:
        """The figures as they stand in a sentence, in per cent."""
        parts = {"odds": self.odds, "actual": self.actual, "covered": self.covered}
        percent = {name: f"{part * 100:.0f}" for name, part in parts.items()}
        return {"count": f"{self.count:,}"} | percent


@dataclass(frozen=True, eq=False)
class SpentView:
    """Actual spending of the units that report it, and its forecast.

    Attributes
    ----------
    as_of : int
        Last month whose spending the forecasts know.
    target : int
        The December that they look to.
    burns : dict of unit code to BurnRate
    spent : dict of unit code to Series
        Cumulative spending at the end of each period, 万元, index month.
    table : DataFrame, index unit_code
        ``amount_wan``, ``last_month``, ``spent_wan``, ``spent_share``; cumulative spending at the
        target: ``mean_wan``, ``low_wan``, ``high_wan`` (NaN where more was spent than the unit's
        money), and ``before_wan``, its mean as forecast one report earlier (NaN without one);
        ``left_wan``, money less ``mean_wan``; ``odds_used_up`` by the target; ``cover_days`` of
        the money not spent, at the latest rate of spending.
    silent : list of str
        Codes of the units with money that report no spending.
    """

    case: Case
    lang: str
    as_of: int
    target: int
    burns: dict[str, BurnRate]
    spent: dict[str, pd.Series]
    table: pd.DataFrame
    silent: list[str]
    seed: int

    @property
    def names(self) -> pd.Series:
        """Unit names in the view's language."""
        return unit_names(self.case, self.lang)

    @property
    def spent_status(self) -> str:
        """Status of what was spent, beside the money it came from."""
        return in_order([*self.case.spending["status"], self.case.money_status])[-1]

    @property
    def status(self) -> str:
        """Status of the forecasts: estimates at best."""
        return in_order([self.spent_status, "estimate"])[-1]

    @property
    def known(self) -> pd.DataFrame:
        """Rows of the units whose money is known."""
        return self.table[self.table["amount_wan"] > 0]

    @property
    def spent_part(self) -> float:
        """Part of the known money that is spent; NaN without any."""
        money = self.known["amount_wan"].sum()
        return float(self.known["spent_wan"].sum() / money) if money else np.nan

    @property
    def time_progress(self) -> float:
        """Part of the first year that is gone; NaN after it."""
        return self.as_of / YEAR if self.as_of <= YEAR else np.nan

    @cached_property
    def past(self) -> pd.DataFrame | None:
        """Forecasts as they would have been made at every earlier report; None without any.

        Of the 100 units with the most money.
        """
        ranked = self.table["amount_wan"].sort_values(ascending=False, kind="stable")
        spending = self.case.spending
        known = spending["unit_code"].isin(ranked.index[:TESTED])
        known &= spending["month"] <= self.as_of
        try:
            return past_forecasts(spending[known], money_wan=ranked, seed=self.seed)
        except PlanError:
            return None

    @cached_property
    def odds_before(self) -> OddsBefore | None:
        """How the odds of using up the money did at earlier reports; None where there were none."""
        if self.past is None or (made := used_up_forecasts(self.past)).empty:
            return None
        actual, covered = made["actual"].notna().mean(), made["covered"].mean()
        return OddsBefore(len(made), float(made["odds"].mean()), float(actual), float(covered))

    @property
    def most_used(self) -> str:
        """Code of the unit most likely to use up its money, of those that have not passed it."""
        known = self.table[self.table["mean_wan"].notna() & (self.table["amount_wan"] > 0)]
        ranked = (known if len(known) else self.table).sort_values(
            ["odds_used_up", "spent_share"], ascending=False, kind="stable"
        )
        return str(ranked.index[0])

    @property
    def most_left(self) -> str | None:
        """Code of the unit expected to have the most money left; None where it is `most_used`."""
        known = self.table["left_wan"].dropna()
        code = str(known.idxmax()) if len(known) else self.most_used
        return None if code == self.most_used else code

    @property
    def source_line(self) -> str:
        """The line under a chart: the documents and the statuses of what it rests on."""
        words = catalogue(self.lang)
        return words(
            "spent.source_line",
            document=self.case.document_no or self.case.title[self.lang],
            money=words(f"status.{self.case.money_status}"),
            spent=words(f"status.{in_order(self.case.spending['status'])[-1]}"),
            forecast=words(f"status.{self.status}"),
        )

    def month(self, month: int) -> str:
        """Name a month of the case."""
        return formats.month_name(self.case.start, month, self.lang)


def spent_view(
    case: Case, *, as_of: int, seed: int, lang: str, unit_code: str | None = None
) -> SpentView | Note:
    """Forecast every unit's spending to year end from what it actually spent.

    Parameters
    ----------
    case : Case
    as_of : int
        Last month whose spending the forecasts know; 0 for the last that any unit has.
    seed : int
        At least 0.
    lang : str
    unit_code : str, optional
        The one unit to look at; none for all of them.

    Raises
    ------
    UsageError
        If the month is none, or no unit has spending up to it.
    PlanError
        If a unit's spending cannot be read.
    """
    if case.spending.empty:
        return Note(catalogue(lang)("spent.none"))
    last = int(case.spending["month"].max())
    if unit_code is not None:
        case = case.with_spending_of(unit_code)
        if case.spending.empty:
            name = unit_names(case, lang)[unit_code]
            return Note(catalogue(lang)("spent.silent", names=name))
    as_of = _month(as_of, last)
    known = case.spending[case.spending["month"] <= as_of]
    if known.empty:
        first = int(case.spending["month"].min())
        raise _usage("spent.too_early", month=as_of, first=first)
    target = (as_of // YEAR + 1) * YEAR
    amount = case.amount_wan()
    burns, spent, rows = {}, {}, {}
    for code, own in known.groupby("unit_code", sort=False):
        unit, money = str(code), float(amount[code])
        own_seed = _own_seed(seed, unit)
        periods = spending_periods(own)
        burn = _fit(periods, money, own_seed)
        if burn is None:
            continue
        before = _fit(periods.iloc[:-1], money, own_seed)
        burns[unit] = burn
        spent[unit] = periods.set_index("last")["paid_wan"].cumsum()
        rows[unit] = _row(burn, before, money, target)
    if not rows:
        return Note(catalogue(lang)("spent.nothing"))
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("unit_code")
    order = [code for code in case.units.index if code in rows]
    asked = amount.index if unit_code is None else [unit_code]
    silent = [str(code) for code in asked if amount[code] > 0 and code not in rows]
    return SpentView(case, lang, as_of, target, burns, spent, table.loc[order], silent, seed)


def _fit(periods: pd.DataFrame, money: float, seed: int) -> BurnRate | None:
    """Fit a unit's spending; None where neither money nor spending sets a scale."""
    if periods.empty or not (money > 0 or (periods["paid_wan"] > 0).any()):
        return None
    given = money if money > 0 else None
    return fit_periods(periods, money_wan=given, months=YEAR, seed=seed)


def _row(burn: BurnRate, before: BurnRate | None, money: float, target: int) -> dict[str, float]:
    if 0 < money < burn.spent_wan:
        # There is other money, and nobody knows how much: nothing to forecast by.
        ahead, before = Forecast(np.nan, np.nan, np.nan, 1.0), None
    else:
        ahead = burn.forecast(target)
    return {
        "amount_wan": money,
        "last_month": burn.last_month,
        "spent_wan": burn.spent_wan,
        "spent_share": burn.spent_wan / money if money > 0 else np.nan,
        "mean_wan": ahead.mean,
        "low_wan": ahead.low,
        "high_wan": ahead.high,
        "before_wan": np.nan if before is None else before.forecast(target).mean,
        "left_wan": np.nan if money == 0 else max(money - ahead.mean, 0.0),
        "odds_used_up": 1.0 if burn.spent_wan >= money else ahead.odds_used_up,
        "cover_days": _cover_days(money - burn.spent_wan, burn.rate_wan) if money > 0 else np.nan,
    }


def _cover_days(left_wan: float, rate_wan: float) -> float:
    """Return how long money lasts at a rate; NaN where more was spent than there was."""
    if left_wan < 0:
        return np.nan
    return left_wan / rate_wan * DAYS_A_MONTH if rate_wan > 0 else np.inf


def _own_seed(seed: int, unit_code: str) -> int:
    """Return a unit's own seed, whatever other units there are."""
    own = np.random.SeedSequence(seed, spawn_key=tuple(unit_code.encode()))
    return int(own.generate_state(1)[0])


def _month(as_of: int, last: int) -> int:
    if isinstance(as_of, bool) or not isinstance(as_of, int) or not 0 <= as_of <= last:
        raise _usage("spent.bad_month", value=as_of, last=last)
    return as_of or last


def _usage(key: str, **values: object) -> UsageError:
    zh, en = (catalogue(lang)(key, **values) for lang in LANGUAGES)
    return UsageError(zh, en)
