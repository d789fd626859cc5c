"""The stock of funds: how it gets used up, and what is left of it to be recovered."""

from __future__ import annotations

from analysis.stock.burn_rate import BurnRate, Forecast, fit_burn_rate
from analysis.stock.case_plan import CasePlan, break_even, stock_plan
from analysis.stock.plan import StockPlan
from analysis.stock.projection import Projection, project, reverse_stress
from analysis.stock.ranges import Tornado, tornado
from analysis.stock.simulation import (
    StockResult,
    execution,
    simulate,
    stock_table,
    year_and_life,
)

__all__ = [
    "BurnRate",
    "CasePlan",
    "Forecast",
    "Projection",
    "StockPlan",
    "StockResult",
    "Tornado",
    "break_even",
    "execution",
    "fit_burn_rate",
    "project",
    "reverse_stress",
    "simulate",
    "stock_plan",
    "stock_table",
    "tornado",
    "year_and_life",
]
