"""What a loaded case holds, and the questions asked of it most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from analysis.errors import UsageError
from analysis.schema import NUMBER

# Counts of aided people by programme, and of all of them. The other groups are census groups.
PROGRAMME_GROUPS = ("urban_allowance", "rural_allowance", "urban_hardship", "rural_hardship")
AIDED_GROUPS = ("aided", *PROGRAMME_GROUPS)


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
    allocation, indicators, function_codes, population, balances, receipts, spending, \
achievement, assumptions : DataFrame
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

    def amount_wan(self) -> pd.Series:
        """Return the money of each unit over all tranches.

        Returns
        -------
        Series, index unit_code in the order of `units`, float64, 万元
            0 for a unit without an allocation.
        """
        total = self.allocation.groupby("unit_code", sort=False)["amount_wan"].sum()
        return total.reindex(self.units.index, fill_value=0.0).astype(NUMBER).rename("amount_wan")

    def groups(self) -> list[str]:
        """Return the need groups the case has counts of, in the order of its population table."""
        return list(dict.fromkeys(self.population["group"]))

    def people(self, group: str) -> pd.DataFrame:
        """Return the counts of one need group, each unit's latest.

        Parameters
        ----------
        group : str
            One of `groups`.

        Returns
        -------
        DataFrame, index unit_code in the order of `units`
            ``persons``, ``low``, ``high`` (persons), ``status``, ``source``, ``source_en`` (may be
            empty); only the units that have the group.

        Raises
        ------
        UsageError
            If the case has no count of that group.
        """
        columns = ["persons", "low", "high", "status", "source", "source_en"]
        return self._latest(group)[columns]

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

    def _latest(self, group: str) -> pd.DataFrame:
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
