"""Forecasts of spending made as if standing at an earlier month, against what was then paid."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.stock.burn_rate import BurnRate, fit_burn_rate
from analysis.stock.spending import SAME, spending_error, spending_periods


def backtest(
    spending: pd.DataFrame,
    *,
    money_wan: float | pd.Series | None = None,
    months: int = 12,
    seed: int = 1,
) -> pd.DataFrame:
    """Forecast from every month with actual spending, and tell how often the interval held.

    Parameters
    ----------
    spending : DataFrame
        As in `analysis.stock.spending.spending_periods`; with ``unit_code``, of many units.
    money_wan : float or Series by unit_code, optional, 万元
        As in `analysis.stock.burn_rate.fit_burn_rate`.
    months, seed : int
        As there.

    Returns
    -------
    DataFrame, index ``cutoff``, the last month that the forecasts knew
        ``forecasts`` (number of later periods, over all units), ``coverage`` (part of them within
        the 90 % interval), ``error`` (mean distance between mean forecast and actual cumulative
        spending), ``bias`` (mean of forecast less actual) and ``width`` (of the interval); the
        last three as parts of the unit's money, or of all it spent where money is not given.

    Raises
    ------
    PlanError
        As `fit_burn_rate`, and if no unit has two periods that follow each other.

    Examples
    --------
    >>> spending = pd.DataFrame({"month": range(1, 13), "amount_wan": [8.0] * 12})
    >>> backtest(spending, money_wan=100.0).loc[6, ["forecasts", "coverage"]].tolist()
    [6.0, 1.0]
    """
    made = past_forecasts(spending, money_wan=money_wan, months=months, seed=seed)
    return summary(made, "cutoff")


def past_forecasts(
    spending: pd.DataFrame,
    *,
    money_wan: float | pd.Series | None = None,
    months: int = 12,
    seed: int = 1,
) -> pd.DataFrame:
    """Forecast every later period from every month with actual spending.

    Parameters
    ----------
    spending, money_wan, months, seed
        As in `backtest`.

    Returns
    -------
    DataFrame, a row a forecast
        ``unit_code`` (empty without one), ``cutoff``, ``month``, ``periods_ahead``; ``mean``,
        ``low``, ``high`` and ``actual`` cumulative spending, 万元; ``scale_wan``, the unit's money,
        or all that it spent; ``covered``. Periods after months without a figure are left out.

    Raises
    ------
    PlanError
        As in `backtest`.
    """
    rows = [
        row
        for code, own in _by_unit(spending)
        for row in _unit_forecasts(code, own, _money_of(money_wan, code), months, seed)
    ]
    if not rows:
        most = max(_unbroken(spending_periods(own)) for _, own in _by_unit(spending))
        raise spending_error("no_scale") if most > 1 else spending_error("too_few", count=most)
    table = pd.DataFrame(rows)
    leeway = SAME * table["scale_wan"]
    inside = table["actual"].between(table["low"] - leeway, table["high"] + leeway)
    return table.assign(covered=inside)


def summary(made: pd.DataFrame, by: str) -> pd.DataFrame:
    """Summarise forecasts by cut-off, by periods ahead, or by unit.

    Parameters
    ----------
    made : DataFrame
        From `past_forecasts`.
    by : ``cutoff``, ``periods_ahead`` or ``unit_code``

    Returns
    -------
    DataFrame, index `by`
        The columns of `backtest`.
    """
    off = (made["mean"] - made["actual"]) / made["scale_wan"]
    width = (made["high"] - made["low"]) / made["scale_wan"]
    table = made.assign(error=off.abs(), bias=off, width=width).groupby(by)
    return table.agg(
        forecasts=("covered", "size"),
        coverage=("covered", "mean"),
        error=("error", "mean"),
        bias=("bias", "mean"),
        width=("width", "mean"),
    )


def used_up_forecasts(
    spending: pd.DataFrame, *, money_wan: float | pd.Series, months: int = 12, seed: int = 1
) -> pd.DataFrame:
    """Forecast from every month with actual spending by when the money is used up.

    Parameters
    ----------
    spending, money_wan, months, seed
        As in `backtest`; the money must be given.

    Returns
    -------
    DataFrame, a row for each unit and cut-off at which money was left
        ``unit_code``, ``cutoff``; ``expected`` (first month by whose end the odds are at least
        one half), ``earliest`` and ``latest`` (5 % and 95 %); ``actual``. NaN: not by the last
        month with actual spending, or the last before months without a figure. ``odds`` that it
        is used up by then, and ``covered``: whether the actual month lies between the two, with
        NaN as later than any.
    """
    rows = [
        row
        for code, own in _by_unit(spending)
        for row in _unit_used_up(code, own, _money_of(money_wan, code), months, seed)
    ]
    columns = ["unit_code", "cutoff", "expected", "earliest", "latest", "actual", "odds"]
    table = pd.DataFrame(rows, columns=columns)
    ends = table[["earliest", "latest", "actual"]].fillna(np.inf)
    inside = ends["actual"].between(ends["earliest"], ends["latest"])
    return table.assign(covered=inside)


def _by_unit(spending: pd.DataFrame) -> Iterator[tuple[Hashable, pd.DataFrame]]:
    if "unit_code" not in spending:
        yield "", spending
        return
    yield from spending.groupby("unit_code", sort=True)


def _money_of(money_wan: float | pd.Series | None, code: Any) -> float | None:
    if not isinstance(money_wan, pd.Series):
        return money_wan
    key = code if code in money_wan.index else str(code)
    return float(money_wan[key]) if key in money_wan.index else None


def _unbroken(periods: pd.DataFrame) -> int:
    """Return how many periods at most follow each other without a gap."""
    gaps = periods["first"] != periods["last"].shift() + 1
    return int(gaps.cumsum().value_counts().max())


def _ahead(periods: pd.DataFrame, place: int) -> range:
    """Return the places of the periods after one, up to the first gap."""
    last, first = periods["last"].to_numpy(), periods["first"].to_numpy()
    end = place + 1
    while end < len(periods) and first[end] == last[end - 1] + 1:
        end += 1
    return range(place + 1, end)


def _cut(periods: pd.DataFrame, place: int) -> pd.DataFrame:
    """Return the periods up to one, as rows of spending."""
    known = periods.iloc[: place + 1]
    return pd.DataFrame(
        {
            "month": known["last"],
            "months": known["last"] - known["first"] + 1,
            "amount_wan": known["paid_wan"],
        }
    )


def _fits(
    own: pd.DataFrame, money: float | None, months: int, seed: int
) -> Iterator[tuple[pd.DataFrame, int, BurnRate]]:
    """Fit at the end of every period that another follows without a gap."""
    periods = spending_periods(own)
    for place in range(len(periods) - 1):
        if not _ahead(periods, place):
            continue
        known = _cut(periods, place)
        if money is None and known["amount_wan"].clip(lower=0).sum() == 0:
            continue
        yield periods, place, fit_burn_rate(known, money_wan=money, months=months, seed=seed)


def _unit_forecasts(
    code: Hashable, own: pd.DataFrame, money: float | None, months: int, seed: int
) -> Iterator[dict[str, Any]]:
    for periods, place, burn in _fits(own, money, months, seed):
        last = periods["last"].to_numpy()
        cumulative = periods["paid_wan"].cumsum().to_numpy()
        scale = money if money is not None else float(periods["paid_wan"].abs().sum())
        later = _ahead(periods, place)
        paths = burn.paths(int(last[later[-1]]))
        for at in later:
            spent = paths[last[at] - burn.last_month - 1]
            low, high = np.quantile(spent, [0.05, 0.95])
            yield {
                "unit_code": str(code),
                "cutoff": burn.last_month,
                "month": int(last[at]),
                "periods_ahead": at - place,
                "mean": float(spent.mean()),
                "low": float(low),
                "high": float(high),
                "actual": float(cumulative[at]),
                "scale_wan": scale,
            }


def _unit_used_up(
    code: Hashable, own: pd.DataFrame, money: float | None, months: int, seed: int
) -> Iterator[tuple[Any, ...]]:
    if money is None:
        return
    for periods, place, burn in _fits(own, money, months, seed):
        cumulative = periods["paid_wan"].cumsum().to_numpy()
        if cumulative[: place + 1].max() >= money * (1 - SAME):
            return
        places = list(_ahead(periods, place))
        later = periods["last"].to_numpy()[places]
        odds = (burn.paths(int(later[-1])) >= burn.money_wan).mean(axis=1)
        # What is asked of the odds is asked at the ends of periods, as the actual month is.
        at_ends = odds[later - burn.last_month - 1]
        over = np.flatnonzero(cumulative[places] >= money * (1 - SAME))
        yield (
            str(code),
            burn.last_month,
            *(_first(later, at_ends >= odds_wanted) for odds_wanted in (0.5, 0.05, 0.95)),
            float(later[over[0]]) if len(over) else np.nan,
            float(at_ends[-1]),
        )


def _first(months: Any, reached: Any) -> float:
    places = np.flatnonzero(reached)
    return float(months[places[0]]) if len(places) else np.nan
