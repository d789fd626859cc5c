"""What was actually spent, where it leads by year end, and how such forecasts did before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.case import Case
from analysis.errors import UsageError
from analysis.reports import formats
from analysis.reports.content.wording import unit_names
from analysis.reports.note import Note
from analysis.reports.status import in_order
from analysis.stock.backtest import past_forecasts, used_up_forecasts
from analysis.stock.burn_rate import BurnRate, Forecast, fit_burn_rate
from analysis.stock.payment import YEAR
from analysis.words import LANGUAGES, catalogue

# Back-tests take the units with the most money: each costs a fit for every report.
TESTED = 100


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
    table : DataFrame, index unit_code
        ``amount_wan``, ``last_month``, ``spent_wan``, ``spent_share``; cumulative spending at the
        target: ``mean_wan``, ``low_wan``, ``high_wan`` (NaN where more was spent than the unit's
        money), and ``before_wan``, its mean as forecast one report earlier (NaN without one);
        ``left_wan``, money less ``mean_wan``; ``odds_used_up`` by the target.
    silent : list of str
        Codes of the units with money that report no spending.
    """

    case: Case
    lang: str
    as_of: int
    target: int
    burns: dict[str, BurnRate]
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
    def time_progress(self) -> float:
        """Part of the first year that is gone; NaN after it."""
        return self.as_of / YEAR if self.as_of <= YEAR else np.nan

    def month(self, month: int) -> str:
        """Name a month of the case."""
        return formats.month_name(self.case.start, month, self.lang)


def spent_view(case: Case, *, as_of: int, seed: int, lang: str) -> SpentView | Note:
    """Forecast every unit's spending to year end from what it actually spent.

    Parameters
    ----------
    case : Case
    as_of : int
        Last month whose spending the forecasts know; 0 for the last that there is.
    seed : int
        At least 0.
    lang : str

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
    as_of = _month(as_of, last)
    known = case.spending[case.spending["month"] <= as_of]
    if known.empty:
        first = int(case.spending["month"].min())
        raise _usage("spent.too_early", month=as_of, first=first)
    target = (as_of // YEAR + 1) * YEAR
    amount = case.amount_wan()
    burns, rows = {}, {}
    for code, own in known.groupby("unit_code", sort=False):
        unit, money = str(code), float(amount[code])
        own_seed = _own_seed(seed, unit)
        burn = _fit(own, money, own_seed)
        if burn is None:
            continue
        earlier = own[own["month"] < own["month"].max()]
        before = _fit(earlier, money, own_seed) if len(earlier) else None
        burns[unit] = burn
        rows[unit] = _row(burn, before, money, target)
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("unit_code")
    order = [code for code in case.units.index if code in rows]
    silent = [str(code) for code in amount.index[amount > 0] if code not in rows]
    return SpentView(case, lang, as_of, target, burns, table.loc[order], silent, seed)


def tested_forecasts(view: SpentView) -> pd.DataFrame:
    """Return the forecasts that would have been made at every report up to `as_of`.

    Of the 100 units with the most money.
    """
    return past_forecasts(_tested(view), money_wan=view.table["amount_wan"], seed=view.seed)


def tested_months(view: SpentView) -> pd.DataFrame:
    """Return when the money was forecast to be used up, and when it was, of the same units."""
    return used_up_forecasts(_tested(view), money_wan=view.table["amount_wan"], seed=view.seed)


def _tested(view: SpentView) -> pd.DataFrame:
    largest = view.table["amount_wan"].sort_values(ascending=False, kind="stable").index[:TESTED]
    spending = view.case.spending
    known = spending["unit_code"].isin(largest) & (spending["month"] <= view.as_of)
    return spending[known]


def _fit(own: pd.DataFrame, money: float, seed: int) -> BurnRate | None:
    """Fit a unit's spending; None where neither money nor spending sets a scale."""
    if money > 0:
        return fit_burn_rate(own, money_wan=money, seed=seed)
    return fit_burn_rate(own, seed=seed) if (own["amount_wan"] > 0).any() else None


def _row(burn: BurnRate, before: BurnRate | None, money: float, target: int) -> dict[str, float]:
    if 0 < money < burn.spent_wan:
        # There is other money, and nobody knows how much: nothing to forecast by.
        ahead, before = Forecast(np.nan, np.nan, np.nan), None
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
        "odds_used_up": 1.0 if burn.spent_wan >= money else burn.odds_used_up(target),
    }


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
