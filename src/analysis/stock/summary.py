"""The figures of the stock model as tables: one row a unit, both tails beside each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.kept import kept
from analysis.statuses import joined, status_of, with_status
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan, plan_error
from analysis.stock.projection import project
from analysis.stock.simulation import StockResult


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
        raise plan_error("stock.other_plan")
