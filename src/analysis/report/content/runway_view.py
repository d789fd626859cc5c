"""What the stock model says about a case: a simulated year, and the whole life of the money."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.case import Case
from analysis.report import formats
from analysis.report.content.wording import unit_names
from analysis.report.status import in_order
from analysis.stock import CasePlan, NoCaseload, StockResult, simulate, stock_plan, stock_table
from analysis.stock.case_plan import BALANCED
from analysis.stock.payment import YEAR
from analysis.words import catalogue

# Money granted in a year is recovered at the end of the next: its life is two years.
LIFE = 24
# A unit is named as running out when its odds by year end exceed this.
LIKELY = 0.5


@dataclass(frozen=True)
class Projection:
    """A simulated year, and the whole life of the money.

    Attributes
    ----------
    settings : dict
        What was given to `analysis.stock.stock_plan` in place of the case's values.
    """

    year: CasePlan
    year_result: StockResult
    life: CasePlan
    life_result: StockResult
    settings: dict[str, Any]


@dataclass(frozen=True)
class RunwayView:
    """What the stock model says about a case; without aided counts there is no projection.

    Attributes
    ----------
    table : DataFrame, index unit_code
        `analysis.stock.stock_table` of the year, with ``recovered_wan`` and ``life_month`` (month
        in which the money is expected to run out; NaN: never) of the life of the money.
    """

    case: Case
    lang: str
    projection: Projection | None
    table: pd.DataFrame

    @property
    def names(self) -> pd.Series:
        """Unit names in the view's language."""
        return unit_names(self.case, self.lang)

    @property
    def used_statuses(self) -> list[str]:
        """The statuses of what the projection was made from, the most trustworthy first."""
        return [] if self.projection is None else in_order(self.projection.year.inputs["status"])

    @property
    def status(self) -> str:
        """Status of every projected figure."""
        return in_order([*self.used_statuses, self.case.money_status])[-1]

    @property
    def status_word(self) -> str:
        """The status as a reader sees it."""
        return catalogue(self.lang)(f"status.{self.status}")

    @property
    def fund_share(self) -> float:
        """Share of the spending that the money bears; NaN without a projection."""
        return math.nan if self.projection is None else self.projection.year.fund_share

    @property
    def share_text(self) -> str:
        """The share of spending borne, in per cent, two digits of it."""
        value = self.fund_share * 100
        return f"{value:.{max(0, 1 - math.floor(math.log10(value)))}f}"

    @property
    def full_days(self) -> pd.Series:
        """Days that each unit's money at hand in month 1 lasts if it bears all spending."""
        return self.table["days_of_cover"] * self.fund_share

    @property
    def first_short(self) -> str | None:
        """Code of the unit most likely to run out before the year ends."""
        if self.projection is None:
            return None
        ranked = self.table.sort_values(["odds_year_end", "runway_months"], ascending=[False, True])
        return str(ranked.index[0])

    @property
    def most_left(self) -> str | None:
        """Code of the unit with the most money left; None where it is `first_short` again."""
        if self.projection is None:
            return None
        code = str(self.table["carry_over_wan"].idxmax())
        return None if code == self.first_short else code

    @property
    def year_end(self) -> int:
        """The calendar year of month 12."""
        return int(self.case.start[:4])

    @property
    def rule(self) -> str:
        """How the share borne was set: ``balanced``, ``all`` or ``chosen``."""
        if self.projection is None:
            return "chosen"
        inputs = self.projection.year.inputs
        source = inputs.loc[inputs["name"] == "fund_share", "source"].iloc[0]
        if source == BALANCED:
            return "balanced"
        return "all" if source == catalogue("zh")("stock.source_all") else "chosen"

    def value(self, unit_code: str, column: str) -> float:
        """Return a figure of a unit from `table`."""
        return float(self.table[column].astype(float)[unit_code])

    def runs_out(self, unit_code: str) -> bool:
        """Tell whether a unit is expected to run out within the year, and likelier than not."""
        likely = self.value(unit_code, "odds_year_end") > LIKELY
        return likely and self.value(unit_code, "life_month") <= YEAR

    def month_text(self, unit_code: str) -> str:
        """Name the month in which a unit is expected to run out, within the life of the money."""
        month = self.value(unit_code, "life_month")
        if not month >= 1:
            return catalogue(self.lang)("runway.never", year=self.year_end + 1)
        return formats.month_name(self.case.start, int(month), self.lang)


def runway_view(
    case: Case, fund_share: str | float, *, paths: int, seed: int, lang: str, **settings: Any
) -> RunwayView:
    """Project and simulate a case's stock of funds, over the year and the life of the money.

    Parameters
    ----------
    case : Case
    fund_share : str or float
        ``balanced``, or the share of spending that this money bears, in (0, 1].
    paths : int
        Simulated paths.
    seed : int
        The same seed gives the same numbers.
    lang : str
        ``zh`` or ``en``.
    settings
        Of `analysis.stock.stock_plan`, in place of the case's values; an empty text is the case's.
    """
    chosen = {name: value for name, value in settings.items() if value != ""}
    key = ("projection", fund_share, paths, seed, *sorted(chosen.items()))
    try:
        found = case.remember(key, lambda: _project(case, fund_share, paths, seed, chosen))
    except NoCaseload:
        return RunwayView(case, lang, None, pd.DataFrame())
    projection, table = found
    return RunwayView(case, lang, projection, table.copy(deep=False))


def _project(
    case: Case, fund_share: str | float, paths: int, seed: int, chosen: dict[str, Any]
) -> tuple[Projection, pd.DataFrame]:
    """Return a projection, and its figures as a table."""
    plans = [
        stock_plan(case, months=months, fund_share=fund_share, **chosen) for months in (YEAR, LIFE)
    ]
    results = [simulate(each.plan, paths=paths, seed=seed) for each in plans]
    projection = Projection(plans[0], results[0], plans[1], results[1], chosen)
    table = stock_table(projection.year.plan, projection.year_result)
    table["recovered_wan"] = projection.life_result.recovered_wan
    table["life_month"] = projection.life_result.depletion_month
    return projection, table
