"""Other ways to share the same money: proportional to need, or by a factor formula with bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.apportion import METHODS, Method, apportion
from analysis.case import Case
from analysis.errors import MeasureError, UsageError
from analysis.formula import formula_amounts
from analysis.report.content.measures import Measures, case_measures, read_weights
from analysis.report.content.share_view import ShareView, share_view
from analysis.report.content.wording import problem
from analysis.report.note import Note
from analysis.report.status import in_order
from analysis.words import catalogue

# Amounts that are not rounded at all are shared out to the cent.
CENT_WAN = 1e-6
# Numbers of units of account this near to a whole one are whole.
WHOLE = 1e-6


@dataclass(frozen=True)
class ScenarioView:
    """The money of a case shared out in other ways, in whole units of account.

    Attributes
    ----------
    weights : Series by measure
        Of the formula; they add up to 1.
    method : str
        How amounts are made whole: one of `analysis.apportion.METHODS`.
    floor_share, ceiling_share : float
        Parts of the base that a unit keeps at least and gets at most; 0: no bound.
    base : Series, index unit_code, 万元
        What the bounds refer to: last year's money where the case has it, else the present.
    table : DataFrame, index unit_code, 万元
        ``amount_wan`` (actual), ``proportional_wan``, ``formula_wan`` (whole, within bounds),
        ``floor_wan``, ``ceiling_wan`` (the bounds; empty where there are none).
    refusal : Note or None
        Why there are no amounts by the formula; ``formula_wan`` is then empty.
    """

    share: ShareView
    measures: Measures
    weights: pd.Series
    method: Method
    floor_share: float
    ceiling_share: float
    base: pd.Series
    table: pd.DataFrame
    refusal: Note | None

    @property
    def case(self) -> Case:
        """The case."""
        return self.share.case

    @property
    def lang(self) -> str:
        """Language of the texts."""
        return self.share.lang

    @property
    def formula_status(self) -> str:
        """Status of the amounts by formula: its weights are the analyst's choice."""
        used = list(self.weights.index[self.weights > 0])
        return in_order([self.measures.status(used), "assumption"])[-1]

    @property
    def possible(self) -> bool:
        """Whether there is anything to share out in another way."""
        return not self.table.empty


def scenario_view(
    case: Case,
    group: str,
    weights: str,
    *,
    method: str,
    floor_share: float,
    ceiling_share: float,
    lang: str,
    seed: int = 1,
) -> ScenarioView:
    """Share a case's money in proportion to need, and by a formula within bounds.

    Raises
    ------
    UsageError
        If the method or a bound is none, or the formula cannot be read.
    """
    whole_by = checked_method(method)
    _check_bounds(floor_share, ceiling_share)
    view = share_view(case, group, lang, seed=seed)
    measures = case_measures(view)
    amount = view.compared["amount_wan"]
    last_year = case.earlier_wan("last_year")
    base = amount if last_year is None else last_year[amount.index]
    table = pd.DataFrame({"amount_wan": amount}, dtype=float)
    formula = pd.Series(dtype=float)
    refusal: Note | None = Note(catalogue(lang)("share.nothing_to_compare"))
    if not view.comparable:
        table = table.iloc[:0]
    else:
        formula = read_weights(weights, measures)
        wanted = formula_amounts(amount.sum(), measures.figures, formula)
        unit = unit_wan(case)
        total = round(amount.sum() / unit)
        bounds = {
            "floor": _bound(base, floor_share, unit, math.ceil),
            "ceiling": _bound(base, ceiling_share, unit, math.floor),
        }
        shared = apportion(total, view.compared["persons"], method=whole_by)
        table["proportional_wan"] = in_wan(shared, unit)
        table["formula_wan"] = np.nan
        for name, bound in bounds.items():
            table[f"{name}_wan"] = np.nan if bound is None else in_wan(bound, unit)
        try:
            table["formula_wan"] = in_wan(apportion(total, wanted, method=whole_by, **bounds), unit)
            refusal = None
        except MeasureError as error:
            refusal = Note(problem(error, lang))
    return ScenarioView(
        share=view,
        measures=measures,
        weights=formula,
        method=whole_by,
        floor_share=floor_share,
        ceiling_share=ceiling_share,
        base=base,
        table=table,
        refusal=refusal,
    )


def by_method(view: ScenarioView) -> pd.DataFrame:
    """Return the proportional amounts made whole by each method, 万元."""
    unit, need = unit_wan(view.case), view.share.compared["persons"]
    total = round(view.table["amount_wan"].sum() / unit)
    return pd.DataFrame(
        {name: in_wan(apportion(total, need, method=name), unit) for name in METHODS},
        index=view.table.index,
    )


def unit_wan(case: Case) -> float:
    """Return the unit of account that amounts are shared out in, 万元.

    It is what the amounts are rounded to, or the cent where one of them is finer than that.
    """
    unit = case.rounding_wan or CENT_WAN
    units = case.amount_wan() / unit
    return unit if (units - units.round()).abs().max() < WHOLE else CENT_WAN


def in_wan(units: NDArray[np.int64] | pd.Series, unit: float) -> NDArray[np.float64]:
    """Return whole units of account as 万元."""
    whole = np.asarray(units, dtype=float)
    # Divided where the unit is a fraction: 0.000001 has no exact binary form, its inverse has.
    return whole / round(1 / unit) if unit < 1 else whole * unit


def _bound(
    base: pd.Series, part: float, unit: float, whole: Callable[[float], int]
) -> pd.Series | None:
    if part == 0:
        return None
    # A bound that is whole but for the computer's rounding is that whole number.
    return (base * part / unit).round(6).map(whole).astype("int64")


def checked_method(method: str) -> Method:
    """Return the method of that name, or refuse one that there is not.

    Raises
    ------
    UsageError
    """
    for known in METHODS:
        if method == known:
            return known
    raise UsageError(
        f"没有取整方法“{method}”。可用：{'、'.join(METHODS)}。",
        f"There is no method {method!r}. Choose from: {', '.join(METHODS)}.",
    )


def _check_bounds(floor_share: float, ceiling_share: float) -> None:
    for name, value, most in (
        ("floor_share", floor_share, 1.0),
        ("ceiling_share", ceiling_share, math.inf),
    ):
        if not (0 <= value <= most and math.isfinite(value)):
            said = "0 至 1" if most == 1 else "0（不设）或大于 0"
            said_en = "0 to 1" if most == 1 else "0 (none) or more"
            raise UsageError(
                f"{name} = {value}：须为 {said}。", f"{name} = {value}: give {said_en}."
            )
