"""What a loaded case holds, and the questions asked of it most."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import pandas as pd

from analysis.errors import UsageError
from analysis.schema import EARLIER_KINDS, NUMBER, TABLES
from analysis.statuses import STATUSES

# Counts of aided people by programme, and of all of them. The other groups are census groups.
PROGRAMME_GROUPS = ("urban_allowance", "rural_allowance", "urban_hardship", "rural_hardship")
ALL_AIDED_GROUPS = ("aided", "aided_households")
AIDED_GROUPS = (*ALL_AIDED_GROUPS, *PROGRAMME_GROUPS)

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Case:
    """One notice: who gets how much, how many people live there, and what is assumed.

    Attributes
    ----------
    title : dict
        By language, ``zh`` and ``en``.
    start : str
        Year and month of month 1, such as ``2024-01``.
    document_no, notice_text : str
        Empty when there is none.
    units : DataFrame, index unit_code
        ``name_zh``, ``name_en``, ``aliases`` (tuple of str), ``kind`` (county, institution).
    allocation, earlier_allocation, indicators, function_codes, population, measures, \
balances, receipts, spending, achievement, assumptions : DataFrame
        As in `analysis.schema.TABLES`; row 2 of the file is row 0. Without rows, but with the
        right columns and types, when the case has no such file.
    boundaries : Path or None
        GeoJSON with a ``code`` property equal to the unit_code.
    inputs : dict
        SHA-256 of every file read, by its name relative to the folder.
    revenue_code : str
        Code of the revenue item the money is booked under; empty when unknown.
    caveats : dict of tuples
        By language: what a reader must know before using the figures.
    rounding_wan : float, 万元
        To what the amounts of the allocation are rounded; 0 when they are exact.
    map_approval_no : str
        Approval number (审图号) of the boundaries; empty when they have none.

    Notes
    -----
    Do not change a table in place: sums and latest counts are kept from the first time they are
    asked for. `dataclasses.replace` gives a case with another table.
    """

    path: Path
    name: str
    title: dict[str, str]
    currency: str
    start: str
    document_no: str
    units: pd.DataFrame
    allocation: pd.DataFrame
    indicators: pd.DataFrame
    function_codes: pd.DataFrame
    population: pd.DataFrame
    balances: pd.DataFrame
    receipts: pd.DataFrame
    spending: pd.DataFrame
    achievement: pd.DataFrame
    assumptions: pd.DataFrame
    notice_text: str
    boundaries: Path | None
    inputs: dict[str, str]
    revenue_code: str
    caveats: dict[str, tuple[str, ...]]
    earlier_allocation: pd.DataFrame = field(default_factory=TABLES["earlier_allocation"].frame)
    measures: pd.DataFrame = field(default_factory=TABLES["measures"].frame)
    rounding_wan: float = 1.0
    map_approval_no: str = ""
    _results: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def remember(self, key: Hashable, compute: Callable[[], Result]) -> Result:
        """Return what was computed from this very case before, or compute it and keep it.

        Parameters
        ----------
        key : hashable
            What is computed, and from which values beside the case.
        compute : function without arguments
        """
        if key not in self._results:
            self._results[key] = compute()
        result: Result = self._results[key]
        return result

    def amount_wan(self) -> pd.Series:
        """Return the money of each unit over all tranches.

        Returns
        -------
        Series, index unit_code in the order of `units`, float64, 万元
            0 for a unit without an allocation.
        """
        amount = self.remember("amount_wan", lambda: self._by_unit(self.allocation))
        return amount.copy(deep=False)

    @property
    def money_status(self) -> str:
        """The least trustworthy status of the allocation; an empty one is official."""
        return self.remember("money_status", lambda: _least(self.allocation["status"]))

    def rows_of(self, table: str, unit_code: str) -> pd.DataFrame:
        """Return the rows of one unit in a table, such as ``allocation``, that has units."""
        frame: pd.DataFrame = getattr(self, table)
        places = self.remember(
            ("rows", table), lambda: frame.groupby("unit_code", sort=False).indices
        )
        return frame.iloc[places.get(unit_code, [])]

    def with_spending_of(self, unit_code: str) -> Case:
        """Return the case as it stands where no other unit reports what it spent."""
        one = replace(self, spending=self.rows_of("spending", unit_code))
        # What rests on the allocation alone stays as it is.
        one.remember("amount_wan", self.amount_wan)
        one.remember("money_status", lambda: self.money_status)
        return one

    def earlier_wan(self, kind: str) -> pd.Series | None:
        """Return the money each unit had before: in an earlier version, or the year before.

        Parameters
        ----------
        kind : ``original`` or ``last_year``

        Returns
        -------
        Series or None, index unit_code in the order of `units`, float64, 万元
            0 for a unit without a row; None when the case has no row of that kind.

        Raises
        ------
        UsageError
            If there is no such kind.
        """
        if kind not in EARLIER_KINDS:
            raise UsageError(
                f"没有“{kind}”这一类以前的分配。可用：{'、'.join(EARLIER_KINDS)}。",
                f"There is no earlier allocation of kind {kind!r}. Choose one of: "
                f"{', '.join(EARLIER_KINDS)}.",
            )
        rows = self.earlier_allocation[self.earlier_allocation["kind"] == kind]
        return None if rows.empty else self._by_unit(rows)

    def groups(self) -> list[str]:
        """Return the need groups the case has counts of, in the order of its population table."""
        return list(self.remember("groups", lambda: dict.fromkeys(self.population["group"])))

    def aided_group(self) -> str | None:
        """Return the need group that counts everybody aided, or None where nobody is counted."""
        groups = self.groups()
        return next((group for group in ALL_AIDED_GROUPS if group in groups), None)

    def counted_in(self, group: str) -> Literal["persons", "households"]:
        """Return what a need group counts: households where its name ends in ``_households``."""
        return "households" if group.endswith("_households") else "persons"

    def people(self, group: str) -> pd.DataFrame:
        """Return the counts of one need group, each unit's latest.

        Parameters
        ----------
        group : str
            One of `groups`.

        Returns
        -------
        DataFrame, index unit_code in the order of `units`
            ``persons``, ``low``, ``high`` (persons or households, see `counted_in`), ``status``,
            ``source``, ``source_en`` (may be empty); only the units that have the group.

        Raises
        ------
        UsageError
            If the case has no count of that group.
        """
        columns = ["persons", "low", "high", "status", "source", "source_en"]
        people = self.remember(("people", group), lambda: self._latest(group)[columns])
        return people.copy(deep=False)

    def people_status(self, group: str) -> str:
        """Return the least trustworthy status of the counts of a need group.

        Raises
        ------
        UsageError
            If the case has no count of that group.
        """
        return self.remember(
            ("people_status", group), lambda: _least(self._latest(group)["status"])
        )

    def people_total(self, group: str) -> pd.Series:
        """Return ``persons``, ``low`` and ``high`` of a need group, each added up over all units.

        Raises
        ------
        UsageError
            If the case has no count of that group.
        """
        ends = ["persons", "low", "high"]
        total = self.remember(("people_total", group), lambda: self._latest(group)[ends].sum())
        return total.copy(deep=False)

    def need_source(self, group: str, lang: str) -> str:
        """Return where the counts of a need group come from, in a language where it is given.

        Raises
        ------
        UsageError
            If the case has no count of that group.
        """
        rows = self._latest(group)
        texts = rows["source"] if lang == "zh" else rows["source_en"].fillna(rows["source"])
        return ("；" if lang == "zh" else "; ").join(dict.fromkeys(texts))

    def without_aided(self) -> Case:
        """Return the case as it stands where nobody has counted the aided people."""
        aided = self.population["group"].isin(AIDED_GROUPS)
        return replace(self, population=self.population[~aided].reset_index(drop=True))

    def _by_unit(self, rows: pd.DataFrame) -> pd.Series:
        total = rows.groupby("unit_code", sort=False)["amount_wan"].sum()
        return total.reindex(self.units.index, fill_value=0.0).astype(NUMBER).rename("amount_wan")

    def _latest(self, group: str) -> pd.DataFrame:
        return self.remember(("latest", group), lambda: self._find_latest(group))

    def _find_latest(self, group: str) -> pd.DataFrame:
        rows = self.population[self.population["group"] == group]
        if rows.empty:
            known = self.groups()
            raise UsageError(
                f"案例 {self.name} 没有“{group}”的人数。可用的口径：{'、'.join(known) or '无'}。",
                f"Case {self.name} has no count of {group!r}. Choose one of: "
                f"{', '.join(known) or 'none'}.",
            )
        rows = rows.sort_values("year", kind="stable").drop_duplicates("unit_code", keep="last")
        rows = rows.set_index("unit_code")
        return rows.loc[[code for code in self.units.index if code in rows.index]]


def _least(statuses: pd.Series) -> str:
    """Return the least trustworthy status; an empty one is official."""
    given = set(statuses.fillna("official"))
    return max(given & set(STATUSES), key=STATUSES.index, default="official")
