"""One reading of need beside the money, with the other readings next to it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.case import PROGRAMME_GROUPS, Case
from analysis.errors import UsageError
from analysis.report.content.wording import unit_names
from analysis.report.status import in_order
from analysis.shares import share_table
from analysis.uncertainty import share_uncertainty
from analysis.words import catalogue

# A ratio this near to 1 is 1: the rest is rounding of the computer.
EQUAL = 1e-9
# Ends of an interval nearer to each other than this part of themselves print alike.
SEEN = 1e-3
# Verdicts that conclude something; any other leaves a unit undecided, and says why.
FIRM = ("below", "above", "even")
# Draws of all units together, and of one. The odds of 5 % and 95 %, on which verdicts turn, then
# have a standard error of 0.1 to 0.3 points.
MOST_DRAWS, LEAST_DRAWS, CELLS = 40_000, 4_000, 4_000_000


@dataclass(frozen=True)
class ShareView:
    """The money of a case compared with one need group.

    Attributes
    ----------
    group : str
        The need group; empty when the case has no people to compare the money with.
    status : str
        Of the money and the need together, and so of everything computed from them.
    table : DataFrame, index unit_code
        `analysis.shares.share_table` with ``amount_wan`` and ``persons``.
    ratios : DataFrame, index unit_code, one column a need group
        The ratio of shares under every group of the case that allows a comparison.
    doubt : DataFrame, index unit_code
        `analysis.uncertainty.share_uncertainty` of this need group.
    verdicts : Series, index unit_code
        ``rounding`` or ``need`` where rounding or the range of the counts leaves it undecided;
        else ``below``, ``above`` or ``even`` where all need groups agree, ``mixed`` where they do
        not, ``none`` where the unit is in no group.
    """

    case: Case
    lang: str
    group: str
    status: str
    table: pd.DataFrame
    ratios: pd.DataFrame
    doubt: pd.DataFrame
    verdicts: pd.Series

    @property
    def names(self) -> pd.Series:
        """Unit names in the view's language."""
        return unit_names(self.case, self.lang)

    @cached_property
    def group_statuses(self) -> dict[str, str]:
        """The status of each need group that the verdicts rest on."""
        return {str(name): self.case.people_status(str(name)) for name in self.ratios}

    @property
    def need_status(self) -> str:
        """The status of the need group compared with."""
        return self.group_statuses.get(self.group, "official")

    @property
    def used_statuses(self) -> list[str]:
        """The statuses of the money and of every need group."""
        return in_order([self.case.money_status, *self.group_statuses.values()])

    @property
    def counted_in(self) -> str:
        """What the need group counts: persons or households."""
        return self.case.counted_in(self.group)

    @cached_property
    def compared(self) -> pd.DataFrame:
        """The rows of `table` that have a need."""
        return self.table[self.table["need_share"].notna()]

    @cached_property
    def apart(self) -> pd.DataFrame:
        """The rows of `table` that have none by nature."""
        return self.table[self.table["need_share"].isna()]

    @cached_property
    def ranked(self) -> pd.Series:
        """The ratios that say something, the lowest first: of units with money or with need."""
        return self.table["ratio"].dropna().sort_values(kind="stable")

    @cached_property
    def ranks(self) -> pd.Series:
        """The rank of each compared unit's ratio, 1 the highest; equal ones share the mean."""
        return self.compared["ratio"].rank(ascending=False)

    @cached_property
    def charted(self) -> list[str]:
        """The codes of the compared units in the order of a chart, the highest ratio first."""
        ratios = self.compared["ratio"].sort_index()
        order = ratios.sort_values(ascending=False, kind="stable", na_position="last").index
        return [str(code) for code in order]

    @property
    def comparable(self) -> bool:
        """Whether there are at least two units to compare."""
        return len(self.ranked) > 1

    def value(self, unit_code: str, column: str) -> float:
        """Return a figure of a unit from `table`."""
        return float(self.table[column].astype(float)[unit_code])

    def doubt_of(self, unit_code: str, column: str) -> float:
        """Return a figure of a unit from `doubt`."""
        return float(self.doubt[column].astype(float)[unit_code])

    def uncertain(self, name: str) -> bool:
        """Whether the intervals of a column of `doubt` are wider than a reader would see."""
        return self._uncertain[name]

    @cached_property
    def _uncertain(self) -> dict[str, bool]:
        found = {}
        for name in ("need_share", "ratio", "yuan_per_person"):
            low, high = (self.doubt[f"{name}_{end}"].astype(float) for end in ("low", "high"))
            found[name] = bool((high > low * (1 + SEEN)).any())
        return found

    def in_language(self, lang: str) -> ShareView:
        """Return the same view, with frames of its own, in a language."""
        view = copy(self)
        for name in ("table", "ratios", "doubt", "verdicts"):
            object.__setattr__(view, name, getattr(self, name).copy(deep=False))
        object.__setattr__(view, "lang", lang)
        return view

    def verdict(self, unit_code: str) -> str:
        """Return a unit's verdict."""
        return str(self.verdicts[unit_code])

    def units_with(self, verdict: str) -> list[str]:
        """Return the codes of the units with a verdict, those furthest from proportional first."""
        ranked = self.ranked.iloc[::-1] if verdict == "above" else self.ranked
        return [str(code) for code in ranked.index if self.verdicts[code] == verdict]


def share_view(case: Case, group: str, lang: str, *, seed: int = 1) -> ShareView:
    """Compare shares under one need group, and under every other of the case.

    Without aided people the group ``aided`` gives way to aided households, then to ``resident``,
    or else to the first group of the case.

    Raises
    ------
    UsageError
        If the case has need groups, but not this one.
    """
    groups = [name for name in case.groups() if name not in PROGRAMME_GROUPS]
    if group == "aided" and groups:
        usual = [name for name in (case.aided_group(), "resident") if name in groups]
        group = str([*usual, *groups][0])
    if group not in groups and groups:
        known = ", ".join(groups)
        values = {"case": case.name, "group": group, "known": known}
        raise UsageError(
            catalogue("zh")("share.unknown_group", **values),
            catalogue("en")("share.unknown_group", **values),
        )
    view = case.remember(
        ("share_view", group, seed), lambda: _share_view(case, groups, group, seed)
    )
    return view.in_language(lang)


def group_shares(case: Case, group: str) -> pd.DataFrame:
    """Return the share table of the case's money under one of its need groups."""
    shares = case.remember(
        ("share_table", group),
        lambda: share_table(case.amount_wan(), case.people(group)["persons"]),
    )
    return shares.copy(deep=False)


def _share_view(case: Case, groups: list[str], group: str, seed: int) -> ShareView:
    amount = case.amount_wan()
    people = {name: case.people(name) for name in groups}
    tables = {
        name: group_shares(case, name)
        for name, counts in people.items()
        if _has_shares(amount, counts["persons"])
    }
    if group not in tables:
        return _without_need(case)
    table = tables[group]
    table.insert(0, "amount_wan", amount)
    table.insert(1, "persons", people[group]["persons"].reindex(amount.index).astype(float))
    ratios = pd.DataFrame({name: shares["ratio"] for name, shares in tables.items()})
    rounding = rounded_to(case)
    draws = min(MOST_DRAWS, max(LEAST_DRAWS, CELLS // len(people[group])))
    doubt = share_uncertainty(amount, people[group], rounding_wan=rounding, draws=draws, seed=seed)
    view = ShareView(
        case=case,
        lang="zh",
        group=group,
        status=in_order([case.people_status(group), case.money_status])[-1],
        table=table,
        ratios=ratios,
        doubt=doubt,
        verdicts=_verdicts(ratios, doubt, _leeway(amount, rounding, people[group].index), group),
    )
    # Found now, so that the processes forked from this one find them here.
    _ = view.ranks, view.ranked, view.charted, view.group_statuses, view._uncertain
    return view


def rounded_to(case: Case) -> pd.Series:
    """Return the width of the interval in which each unit's money was rounded, 万元.

    The rounding of several tranches adds up.
    """
    tranches = case.allocation.groupby("unit_code").size()
    return (tranches * case.rounding_wan).reindex(case.units.index, fill_value=0.0)


def _has_shares(amount: pd.Series, persons: pd.Series) -> bool:
    return bool(amount[persons.index].sum() > 0 and persons.sum() > 0)


def _without_need(case: Case) -> ShareView:
    amount = case.amount_wan()
    columns = ["persons", "share", "need_share", "ratio", "yuan_per_person", "gap_wan"]
    table = pd.DataFrame(np.nan, index=amount.index, columns=columns)
    table.insert(0, "amount_wan", amount)
    ratios = pd.DataFrame(index=amount.index)
    return ShareView(
        case=case,
        lang="zh",
        group="",
        status=case.money_status,
        table=table,
        ratios=ratios,
        doubt=pd.DataFrame(index=amount.index),
        verdicts=pd.Series("none", index=amount.index),
    )


def _leeway(amount: pd.Series, rounding: pd.Series, compared: pd.Index) -> pd.Series:
    """Return by how much, as a part of itself, rounding could move each unit's ratio."""
    given = amount.where(amount > 0)
    total = rounding[compared].sum() / amount[compared].sum()
    return (rounding / given + total).fillna(0.0) / 2


def _verdicts(
    ratios: pd.DataFrame, doubt: pd.DataFrame, leeway: pd.Series, group: str
) -> pd.Series:
    unknown = ratios.isna()
    # Another need group does not agree where rounding could turn it round. For the chosen one
    # the draws have decided that.
    edge = ratios.mul(leeway, axis=0).where(np.isfinite(ratios), 0.0).clip(lower=EQUAL)
    edge[group] = EQUAL
    said = pd.Series("mixed", index=ratios.index)
    said[((ratios - 1).abs().le(EQUAL) | unknown).all(axis=1)] = "even"
    said[(ratios.lt(1 - edge) | unknown).all(axis=1)] = "below"
    said[(ratios.gt(1 + edge) | unknown).all(axis=1)] = "above"
    open_ones = doubt["verdict"].eq("undecided")
    said[open_ones] = doubt.loc[open_ones, "rests_on"]
    said[unknown.all(axis=1)] = "none"
    return said
