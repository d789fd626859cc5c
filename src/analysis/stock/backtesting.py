"""Forecasts of spending made as if standing at an earlier month, against what was then paid."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.stock.burn_rate import fit_periods
from analysis.stock.plan import plan_error
from analysis.stock.spending import SAME, spending_periods


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
        ``low``, ``high`` and ``actual`` cumulative spending, and ``spent_wan``, that at the
        cut-off, 万元; ``odds_used_up`` by ``month``, NaN where no money is given; ``scale_wan``,
        the unit's money, or all that it spent; ``covered``. Periods after months without a
        figure are left out.

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
        raise (
            plan_error("spending.no_scale")
            if most > 1
            else plan_error("spending.too_few", count=most)
        )
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


def used_up_forecasts(made: pd.DataFrame) -> pd.DataFrame:
    """Tell by when the money was forecast to be used up, and when it was.

    Parameters
    ----------
    made : DataFrame
        From `past_forecasts`.

    Returns
    -------
    DataFrame, a row for each unit and cut-off at which some of its known money was left
        ``unit_code``, ``cutoff``; ``expected`` (first month by whose end the odds are at least
        one half), ``earliest`` and ``latest`` (5 % and 95 %); ``actual``. NaN: not by the last
        month with actual spending, or the last before months without a figure. ``odds`` that it
        is used up by then, and ``covered``: whether the actual month lies between the two, with
        NaN as later than any.
    """
    left = made["odds_used_up"].notna() & (made["spent_wan"] < made["scale_wan"] * (1 - SAME))
    known = made[left].assign(full=made["actual"] >= made["scale_wan"] * (1 - SAME))
    rows = [
        (
            *key,
            # Asked of the odds at the ends of periods, as of the actual spending.
            *(_first(own["month"], own["odds_used_up"] >= wanted) for wanted in (0.5, 0.05, 0.95)),
            _first(own["month"], own["full"]),
            own["odds_used_up"].iloc[-1],
        )
        for key, own in known.groupby(["unit_code", "cutoff"])
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


def _unit_forecasts(
    code: Hashable, own: pd.DataFrame, money: float | None, months: int, seed: int
) -> Iterator[dict[str, Any]]:
    periods = spending_periods(own)
    last = periods["last"].to_numpy()
    cumulative = periods["paid_wan"].cumsum().to_numpy()
    scale = money if money is not None else float(periods["paid_wan"].abs().sum())
    for place in range(len(periods) - 1):
        known, later = periods.iloc[: place + 1], _ahead(periods, place)
        if not later or (money is None and not (known["paid_wan"] > 0).any()):
            continue
        burn = fit_periods(known, money_wan=money, months=months, seed=seed)
        paths = burn.paths(int(last[later[-1]]))
        for at in later:
            ahead = burn.forecast_of(paths[last[at] - burn.last_month - 1])
            yield {
                "unit_code": str(code),
                "cutoff": burn.last_month,
                "month": int(last[at]),
                "periods_ahead": at - place,
                "mean": ahead.mean,
                "low": ahead.low,
                "high": ahead.high,
                "odds_used_up": np.nan if money is None else ahead.odds_used_up,
                "actual": float(cumulative[at]),
                "spent_wan": burn.spent_wan,
                "scale_wan": scale,
            }


def _first(months: pd.Series, reached: pd.Series) -> float:
    return float(months[reached].iloc[0]) if reached.any() else np.nan
