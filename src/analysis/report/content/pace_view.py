"""How long it takes to bring every unit near its target without cutting anyone too fast."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.errors import MeasureError
from analysis.fair_shares import NearestFeasible, nearest_feasible, pace_of_change
from analysis.formula import formula_amounts
from analysis.report.content.scenario_view import ScenarioView
from analysis.report.note import Note
from analysis.words import catalogue


@dataclass(frozen=True)
class PaceView:
    """The way of every unit's money to its target, which is its share by the formula.

    Attributes
    ----------
    wanted : int
        The years that were asked for.
    nearest : NearestFeasible
        What each setting has to be for the others to work.
    path : DataFrame, index unit_code, columns years, 万元
        In the years asked for, or else in the fewest that are enough; empty where none are.
    target_share : Series, index unit_code
    enough : bool
        Whether the years asked for are enough.
    growth, within, max_cut : float, parts of 1
    """

    view: ScenarioView
    wanted: int
    growth: float
    within: float
    max_cut: float
    target_share: pd.Series
    nearest: NearestFeasible
    path: pd.DataFrame
    enough: bool

    @property
    def status(self) -> str:
        """Status of the path: growth, distance and cut are the analyst's choice."""
        return self.view.formula_status

    @property
    def years(self) -> int | None:
        """The fewest years that are enough; None where none are."""
        return self.nearest.years

    @property
    def settings(self) -> dict[str, str]:
        """The settings as they stand in a sentence."""
        return {
            "growth": f"{self.growth * 100:+.4g}%".replace("-", "\N{MINUS SIGN}"),
            "within": f"{self.within * 100:.4g}%",
            "max_cut": f"{self.max_cut * 100:.4g}%",
        }

    @property
    def target_wan(self) -> pd.DataFrame:
        """The targets year by year, 万元, shaped like `path`."""
        return pd.DataFrame({year: self.target_share * self.path[year].sum() for year in self.path})

    def answer(self) -> str:
        """Say how many years it takes at least."""
        words = catalogue(self.view.lang)
        if self.years is None:
            return words("scenario.pace_never", **self.settings)
        if self.years == 0:
            return words("scenario.pace_now", **self.settings)
        years = years_text(self.years, self.view.lang)
        return words("scenario.pace_answer", years=years, **self.settings)


def pace_view(
    view: ScenarioView, *, years: int, growth: float, within: float, max_cut: float
) -> PaceView | Note:
    """Find the way of every unit to its target, or say why there is nothing to find.

    Raises
    ------
    MeasureError
        If a setting is out of its range.
    """
    if not view.possible:
        return Note(catalogue(view.lang)("share.nothing_to_compare"))
    amount = view.table["amount_wan"]
    target = formula_amounts(1.0, view.measures.figures, view.weights)
    settings = {"growth": growth, "within": within, "max_cut": max_cut}
    nearest = nearest_feasible(amount, target, years=years, **settings)
    path, enough = pd.DataFrame(index=amount.index), True
    try:
        path = pace_of_change(amount, target, years=years, **settings)
    except MeasureError:
        enough = False
        if nearest.years is not None:
            path = pace_of_change(amount, target, years=nearest.years, **settings)
    return PaceView(view, years, growth, within, max_cut, target, nearest, path, enough)


def years_text(count: int, lang: str) -> str:
    """Write a number of years for a sentence.

    Examples
    --------
    >>> years_text(1, "en"), years_text(3, "en"), years_text(3, "zh")
    ('1 year', '3 years', '3 年')
    """
    return catalogue(lang)("scenario.one_year" if count == 1 else "scenario.years", count=count)
