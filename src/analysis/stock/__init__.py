"""The stock of funds: how it gets used up, and what is left of it to be recovered."""

from __future__ import annotations

from analysis.stock.case_plan import CasePlan, NoCaseload, break_even, stock_plan
from analysis.stock.plan import StockPlan
from analysis.stock.projection import Projection, project
from analysis.stock.simulation import StockResult, simulate
from analysis.stock.summary import execution, stock_table

__all__ = [
    "CasePlan",
    "NoCaseload",
    "Projection",
    "StockPlan",
    "StockResult",
    "break_even",
    "execution",
    "project",
    "simulate",
    "stock_plan",
    "stock_table",
]
