"""What a loaded case holds, and the questions asked of it most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.case import what_if
from analysis.case.original import CHANGE_COLUMNS, Original, content, least
from analysis.errors import UsageError
from analysis.kept import kept
from analysis.schema import EARLIER_KINDS, NUMBER, TABLES
from analysis.statuses import with_status
from analysis.words import ByLanguage, listed, refusal

# Counts of aided people by programme, and of all of them. The other groups are census groups.
PROGRAMME_GROUPS = ("urban_allowance", "rural_allowance", "urban_hardship", "rural_hardship")
ALL_AIDED_GROUPS = ("aided", "aided_households")
AIDED_GROUPS = (*ALL_AIDED_GROUPS, *PROGRAMME_GROUPS)
CENSUS_GROUPS = ("resident", "urban", "rural", "aged_65_plus", "children_0_14")
# An amount in words, by currency, for the short description of a case.
MONEY = {"CNY": "万元", "USD": "万美元"}


@dataclass(frozen=True, eq=False)
class CaseTables:
    """What the files of a case say: the fields of a `Case`.

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
    originals : dict of Original
        Each table as it came into the case, to tell what was changed since. Where it is not
        given, a table is taken as it is.
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
    originals: Mapping[str, Original] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        originals = {}
        for name in TABLES:
            given: pd.DataFrame = getattr(self, name)
            known = self.originals.get(name)
            # A table that `dataclasses.replace` puts in is taken as it is; others keep their past.
            if known is None or known.held is not given:
                known = Original(given, given, may_differ=False)
            originals[name] = known.own()
            # Whoever asks for the table gets the one in `originals`.
            object.__delattr__(self, name)
        object.__setattr__(self, "originals", originals)


class Case(CaseTables):
    """One notice: who gets how much, how many people live there, and what is assumed.

    Its tables are attributes, see `CaseTables`. Nothing that is computed is kept: what is changed
    in a table in place counts in every later call, and is an ``assumption``. `with_amounts`,
    `with_people` and `with_assumptions` give a changed case and leave this one as it is.

    Examples
    --------
    >>> from analysis.case import load_case
    >>> data = load_case("data/tacheng-2024")
    >>> what_if = data.with_amounts({"沙湾市": 60})
    >>> float(what_if.amount_wan()["654203"]), what_if.money_status
    (60.0, 'assumption')
    >>> float(data.amount_wan()["654203"]), data.money_status
    (50.0, 'official')
    """

    def __setattr__(self, name: str, value: object) -> None:
        raise refusal(UsageError, "refusal.assigned", name=name)

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Hand out a table: from now on it may be changed in place."""
        if name not in TABLES:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.originals[name].may_differ = True
        return self.originals[name].held

    def table(self, name: str) -> pd.DataFrame:
        """Return a table as it stands now, to read: what is changed in it counts nowhere."""
        return self.originals[name].held.copy(deep=False)

    def __repr__(self) -> str:
        units = self.table("units")
        kinds = units["kind"].value_counts(sort=False)
        unit = next(iter(units["name_zh"]), "...")
        groups = self.groups()
        rows = {name: len(each.held) for name, each in self.originals.items()}
        total = f"{self.amount_wan().sum():,.2f}".rstrip("0").rstrip(".")
        changed = {name: each.rows_changed for name, each in self.originals.items()}
        group = self.aided_group() or next(iter(groups), "resident")
        lines = [
            f"案例 Case {self.name}：{self.title['zh']} | {self.title['en']}",
            f"单位 units：{len(units)} ({_listed(kinds)})",
            f"金额 money：{total} {MONEY.get(self.currency, self.currency)} ({self.money_status})",
            f"需求口径 need groups：{', '.join(groups) or '无 none'}",
            f"表（行数）tables (rows)：{_listed(rows)}",
            "改动的行 rows changed："
            + (f"{_listed(changed)} → data.changes()" if any(changed.values()) else "无 none"),
            "接着可用 next：data.allocation, data.amount_wan(), "
            f'data.people("{group}"), data.with_amounts({{"{unit}": 60}})',
        ]
        return "\n".join(lines)

    @property
    def fingerprint(self) -> str:
        """A key (SHA-256) over all the data as it stands now, whoever changed it."""
        apart = (*TABLES, "path", "boundaries", "originals")
        said = [getattr(self, each.name) for each in fields(self) if each.name not in apart]
        tables = [
            (each.key or content(each.before), "" if each.is_same else content(each.held))
            for each in self.originals.values()
        ]
        return content((said, tables))

    @property
    def is_changed(self) -> bool:
        """Whether a figure differs from the case's files: in place, or by one of `with_...`."""
        return any(each.rows_changed for each in self.originals.values())

    def changes(self) -> pd.DataFrame:
        """Return every figure that differs from the case's files.

        Returns
        -------
        DataFrame, a row for each changed cell
            ``table``; ``unit``, its unit_code (empty where a row is of no unit); ``item``, what
            else tells the row from others, such as the tranche or the need group and year;
            ``column``; ``before`` and ``after`` (empty where the row is new, or gone).
        """
        found = [each.changes(name) for name, each in self.originals.items()]
        some = [each for each in found if len(each)]
        return pd.concat(some, ignore_index=True) if some else pd.DataFrame(columns=CHANGE_COLUMNS)

    def with_amounts(self, amounts: what_if.Given, keep_total: bool = False) -> Case:
        """Return the case as it would be with other money for some units.

        Parameters
        ----------
        amounts : mapping or Series of unit to 万元, at least 0
            A unit is its code, name or alias. It stands for all tranches of the unit, which keep
            their proportions; a unit without a row in ``allocation`` gets one, of tranche
            ``what_if``. The unit's ``receipts``, if it has any, change in proportion.
        keep_total : bool
            Keep the total: all other units are scaled by one factor.

        Returns
        -------
        Case
            Rows that differ have the status ``assumption`` (scaled ``synthetic`` ones stay so).

        Raises
        ------
        UsageError
            If nothing is given, a unit is unknown or given twice, an amount is no number or
            negative, or the total cannot be kept.

        Examples
        --------
        >>> from analysis.case import load_case
        >>> data = load_case("data/tacheng-2024")
        >>> round(data.with_amounts({"沙湾市": 60}, keep_total=True).amount_wan().sum(), 6)
        np.float64(413.0)
        """
        return self._changed(**what_if.changed_amounts(self, amounts, keep_total=keep_total))

    def with_people(self, group: str, counts: what_if.Given) -> Case:
        """Return the case as it would be with other counts of a need group for some units.

        Parameters
        ----------
        group : str
            One of `groups`, `AIDED_GROUPS` or `CENSUS_GROUPS`. Other groups stay as they are.
        counts : mapping or Series of unit to persons (or households), or to (persons, low, high)
            A count alone is exact. It takes the place of the unit's latest.

        Raises
        ------
        UsageError
            If nothing is given, the group or a unit is unknown, or a count is no number, negative
            or outside its bounds.

        Examples
        --------
        >>> from analysis.case import load_case
        >>> data = load_case("data/tacheng-2024")
        >>> what_if = data.with_people("aided", {"沙湾市": (9000, 8000, 9500)})
        >>> float(what_if.people("aided").loc["654203", "low"]), what_if.people_status("aided")
        (8000.0, 'assumption')
        """
        known = dict.fromkeys([*self.groups(), *AIDED_GROUPS, *CENSUS_GROUPS])
        found = what_if.changed_people(self, group, counts, known_groups=list(known))
        return self._changed(population=found)

    def with_assumptions(
        self, values: what_if.Given, *, programme: str | None = None, unit: str | None = None
    ) -> Case:
        """Return the case as it would be with other values in its table ``assumptions``.

        Parameters
        ----------
        values : mapping of name to value, or to (value, low, high)
            A value alone has no range.
        programme : str, optional
            Code or name of a spending item. Without it, a value holds for all.
        unit : str, optional
            Code, name or alias. Without it, a value holds for all units.

        Returns
        -------
        Case
            One row stands in place of all that the value holds for. Without `unit`, but with
            `programme`, a row for one unit and all programmes still goes before it.

        Raises
        ------
        UsageError
            If nothing is given, a name, programme or unit is unknown, or a value is no number.

        Examples
        --------
        >>> from analysis.case import load_case
        >>> data = load_case("data/tacheng-2024").with_assumptions({"growth": 0.01})
        >>> data.changes()[["item", "column", "before", "after"]].iloc[0].tolist()
        ['growth', 'value', 0.0, 0.01]
        """
        table = what_if.changed_assumptions(self, values, programme=programme, unit=unit)
        return self._changed(assumptions=table)

    def amount_wan(self) -> pd.Series:
        """Return the money of each unit over all tranches.

        Returns
        -------
        Series, index unit_code in the order of `units`, float64, 万元
            0 for a unit without an allocation. It carries its status: see
            `analysis.statuses.status_of`.

        Raises
        ------
        UsageError
            If a row of ``allocation`` was changed to a unit that `units` lacks.
        """
        return with_status(self._by_unit(self.table("allocation")), self.money_status)

    @property
    def money_status(self) -> str:
        """The least trustworthy status of the allocation; an empty one is official."""
        rows, lost = self.originals["allocation"].compared()
        return least(rows, changed=len(lost) > 0)

    @property
    def document(self) -> str | ByLanguage:
        """What the figures are cited by: the number of the notice, or else the case's title."""
        return self.document_no or ByLanguage(**self.title)

    def rounding_by_unit(self) -> pd.Series:
        """Return the width of the interval in which each unit's money was rounded.

        Returns
        -------
        Series, index unit_code in the order of `units`, float64, 万元
            The rounding of several tranches adds up; 0 for a unit without an allocation.
        """
        tranches = self.table("allocation").groupby("unit_code").size()
        width = (tranches * self.rounding_wan).reindex(self.table("units").index, fill_value=0.0)
        return width.astype(NUMBER).rename("rounding_wan")

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
            raise refusal(
                UsageError, "refusal.earlier_kind", kind=kind, known=listed(EARLIER_KINDS)
            )
        earlier = self.table("earlier_allocation")
        rows = earlier[earlier["kind"] == kind]
        return None if rows.empty else self._by_unit(rows)

    def groups(self) -> list[str]:
        """Return the need groups the case has counts of, in the order of its population table."""
        return list(self.table("population")["group"].unique())

    def aided_group(self) -> str | None:
        """Return the need group that counts everybody aided, or None where nobody is counted."""
        groups = self.groups()
        return next((group for group in ALL_AIDED_GROUPS if group in groups), None)

    def need_groups(self) -> list[str]:
        """Return the need groups that the money can be compared with.

        Counts of single programmes are left out: they are parts of a need. So is a group without
        people, or without money for those who have them.
        """
        persons = self.table("population")["persons"].to_numpy()
        money = self.amount_wan().to_numpy()
        found = []
        for group in self.groups():
            rows = self.latest_rows(group)
            counted = np.where(rows < 0, np.nan, persons[rows])
            paid = np.nansum(money[~np.isnan(counted)])
            if group not in PROGRAMME_GROUPS and np.nansum(counted) > 0 and paid > 0:
                found.append(group)
        return found

    def need_group(self, asked: str) -> str:
        """Return the need group to compare the money with.

        ``aided`` gives way to households aided, then to residents, then to the case's first group,
        where the case does not count it; '' where there is nothing to compare with.

        Raises
        ------
        UsageError
            If the case has need groups, but not this one.
        """
        groups = [group for group in self.groups() if group not in PROGRAMME_GROUPS]
        able = self.need_groups()
        if asked == "aided" and groups:
            usual = [name for name in (self.aided_group(), "resident") if name in able]
            asked = str([*usual, *able, *groups][0])
        if asked not in groups and groups:
            raise refusal(
                UsageError, "refusal.need_group", case=self.name, asked=asked, known=listed(groups)
            )
        return asked if asked in able else ""

    def counted_in(self, group: str) -> Literal["persons", "households"]:
        """Return what a need group counts: households where its name ends in ``_households``."""
        return "households" if group.endswith("_households") else "persons"

    def people(self, group: str) -> pd.DataFrame:
        """Return the counts of one need group, each unit's latest.

        Parameters
        ----------
        group : str
            One of `groups`; '' gives a frame without rows.

        Returns
        -------
        DataFrame, index unit_code in the order of `units`
            ``persons``, ``low``, ``high`` (persons or households, see `counted_in`), which carry
            the weakest status of their rows (see `analysis.statuses.status_of`); ``status``,
            ``source``, ``source_en`` (may be empty). Only the units that have the group.

        Raises
        ------
        UsageError
            If the case has no count of that group.
        """
        columns = ["persons", "low", "high", "status", "source", "source_en"]
        if not group:
            return self.table("population").iloc[:0].set_index("unit_code")[columns]
        rows, status = self._latest(group)
        return with_status(rows[columns], dict.fromkeys(columns[:3], status))

    def people_status(self, group: str) -> str:
        """Return the least trustworthy status of the counts of a need group; see `people`."""
        return self._latest(group)[1]

    def without_aided(self) -> Case:
        """Return the case as it stands where nobody has counted the aided people."""
        known = self.originals["population"]
        before, held = (
            rows[~rows["group"].isin(AIDED_GROUPS)] for rows in (known.before, known.held)
        )
        key = f"{known.key} census" if known.key else ""
        own = Original(before, held, key, known.may_differ)
        return self.copied(population=held, originals={**self.originals, "population": own})

    def _changed(self, **tables: pd.DataFrame) -> Case:
        """Return the case with other tables, which are compared with those of the files."""
        given: dict[str, Any] = {}
        originals = dict(self.originals)
        for name, frame in tables.items():
            given[name] = replace(originals[name], held=frame, may_differ=True).marked()
            originals[name] = replace(originals[name], held=given[name], may_differ=True)
        return self.copied(**given, originals=originals)

    def copied(self, **given: Any) -> Case:
        """Return a case of its own, some fields of which may be other ones."""
        own: dict[str, Any] = {name: each.held for name, each in self.originals.items()}
        own |= {
            each.name: getattr(self, each.name) for each in fields(self) if each.name not in own
        }
        return Case(**(own | given))

    def _by_unit(self, rows: pd.DataFrame) -> pd.Series:
        # An amount that was made empty stays empty, so that a measure refuses it.
        total = rows.groupby("unit_code", sort=False)["amount_wan"].sum(skipna=False)
        _places(self.table("units"), "allocation", total.index)
        total = total.reindex(self.table("units").index, fill_value=0.0)
        return total.astype(NUMBER).rename("amount_wan")

    def _latest(self, group: str) -> tuple[pd.DataFrame, str]:
        """Return each unit's latest count of a need group, and the weakest of their statuses."""
        latest = _latest_counts(self.originals["units"], self.originals["population"], group)
        if latest is None:
            known = listed(self.groups())
            raise refusal(UsageError, "refusal.no_count", case=self.name, group=group, known=known)
        return latest

    def latest_rows(self, group: str) -> NDArray[np.intp]:
        """Return the place in ``population`` of each unit's latest count of a need group.

        They are in the order of `units`; -1 for a unit that has none.
        """
        return _latest_rows(self.originals["units"], self.originals["population"], group)


@kept(maxsize=64)
def _latest_rows(units: Original, population: Original, group: str) -> NDArray[np.intp]:
    counts = population.held
    rows = np.flatnonzero((counts["group"] == group).to_numpy())
    rows = rows[counts["year"].to_numpy()[rows].argsort(kind="stable")]
    latest = np.full(len(units.held), -1)
    # A later year is written over an earlier one.
    codes = pd.Index(counts["unit_code"].array[rows])
    latest[_places(units.held, "population", codes)] = rows
    return latest


@kept(maxsize=64)
def _latest_counts(
    units: Original, population: Original, group: str
) -> tuple[pd.DataFrame, str] | None:
    rows = _latest_rows(units, population, group)
    rows = rows[rows >= 0]
    if not len(rows):
        return None
    counts, lost = population.compared()
    latest = counts.iloc[rows].set_index("unit_code")
    return latest, least(latest, changed=group in set(lost["group"]))


def _places(units: pd.DataFrame, table: str, codes: pd.Index) -> NDArray[np.intp]:
    """Return where in `units` the units of a table stand."""
    places = units.index.get_indexer(codes)
    if (places < 0).any():
        strange = codes[places < 0][0]
        raise refusal(UsageError, "refusal.stray_unit", table=table, unit=strange)
    return places


def _listed(sizes: Mapping[Any, int] | pd.Series) -> str:
    return ", ".join(f"{name} {size}" for name, size in sizes.items() if size)
