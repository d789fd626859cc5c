"""The measures that a factor formula (因素法) can weigh, as a case has them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.case import PROGRAMME_GROUPS, Case
from analysis.errors import UsageError
from analysis.formula import measure_shares, need_adjusted
from analysis.report.content.share_view import ShareView
from analysis.report.content.wording import group_name
from analysis.report.status import in_order
from analysis.words import catalogue

NEED, EQUAL = "need", "equal"
# Two columns of shares nearer than this, as a part of their length, say the same.
ALIKE = 1e-3


@dataclass(frozen=True)
class Measures:
    """What a formula can weigh: need, an equal part, and whatever else the case counts.

    Attributes
    ----------
    figures : DataFrame, one row a unit that can be compared, one column a measure
        At least 0; a column says in which proportions it would share the money.
    labels : dict
        Each measure's name in the report's language.
    statuses : dict
        Each measure's status.
    """

    figures: pd.DataFrame
    labels: dict[str, str]
    statuses: dict[str, str]

    def status(self, names: list[str]) -> str:
        """Return the least trustworthy status of some measures."""
        return in_order(self.statuses[name] for name in names)[-1]


def case_measures(view: ShareView) -> Measures:
    """Collect the measures that every comparable unit has."""
    case, codes = view.case, view.compared.index
    need = view.compared["persons"]
    values = {NEED: need, EQUAL: pd.Series(1.0, index=codes)}
    words = catalogue(view.lang)
    labels = {NEED: group_name(view.group, view.lang), EQUAL: words("scenario.equal")}
    statuses = {NEED: view.need_status, EQUAL: "official"}
    for group in case.groups():
        if group != view.group and group not in PROGRAMME_GROUPS:
            people = case.people(group)
            values[group] = people["persons"].astype(float).reindex(codes)
            labels[group] = group_name(group, view.lang)
            statuses[group] = in_order(people["status"])[-1]
    for name, rows in _latest(case).groupby("measure", sort=False):
        known = rows.set_index("unit_code")["value"].reindex(codes)
        kind = rows["kind"].iloc[0]
        if known.notna().all() and kind != "count":
            known = need_adjusted(need, known, inverse=kind == "inverse_index")
        values[str(name)] = known
        named = rows[f"name_{view.lang}"].dropna()
        labels[str(name)] = str(named.iloc[0]) if len(named) else str(name)
        statuses[str(name)] = in_order([*rows["status"], view.status])[-1]
    frame = pd.DataFrame(values, index=codes)
    whole = frame.columns[frame.notna().all() & (frame.sum() > 0)]
    return Measures(frame[whole], labels, statuses)


def _latest(case: Case) -> pd.DataFrame:
    rows = case.measures.sort_values("year", kind="stable")
    return rows.drop_duplicates(["unit_code", "measure"], keep="last")


def read_weights(text: str, measures: Measures) -> pd.Series:
    """Read a formula such as ``need:80, equal:20``.

    Returns
    -------
    Series by measure
        Weights that add up to 1.

    Raises
    ------
    UsageError
        If it cannot be read, names a measure twice or one that the case has not, or holds no
        weight above 0.
    """
    found: dict[str, float] = {}
    for part in filter(str.strip, re.split("[,，、;；]", text)):
        name, _, number = (word.strip() for word in part.replace("：", ":").partition(":"))
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", number) or name in found:
            raise UsageError(
                f"公式中的“{part.strip()}”读不懂：请写成 名称:权重，每个名称一次，例如 need:80, "
                "equal:20。",
                f"The formula's {part.strip()!r} cannot be read: write NAME:WEIGHT, each name "
                "once, for example need:80, equal:20.",
            )
        _known(name, measures)
        found[name] = float(number)
    if not sum(found.values()) > 0:
        raise UsageError(
            "公式没有大于 0 的权重：请写成例如 need:80, equal:20。",
            "The formula has no weight above 0: write for example need:80, equal:20.",
        )
    weights = pd.Series(found, dtype=float)
    return weights / weights.sum()


def read_names(text: str, measures: Measures) -> list[str]:
    """Read a list of measures such as ``need, equal``; without one, choose them.

    Chosen are the measures in the case's order, at most half as many as there are units, leaving
    out each that the ones before it already make up.

    Raises
    ------
    UsageError
        If a name is of no measure.
    """
    names = [word.strip() for word in re.split("[,，、;；]", text) if word.strip()]
    if names:
        return [_known(name, measures) for name in dict.fromkeys(names)]
    shares = measure_shares(measures.figures)
    most = max(1, len(shares) // 2)
    chosen: list[str] = []
    for name in shares.columns:
        if len(chosen) < most and not _made_up(shares[name], shares[chosen]):
            chosen.append(str(name))
    return chosen


def _made_up(share: pd.Series, others: pd.DataFrame) -> bool:
    """Tell whether a measure is a mix of others, as near as counts can tell."""
    if others.empty:
        return False
    mix = np.linalg.lstsq(others.to_numpy(), share.to_numpy(), rcond=None)[0]
    rest = np.linalg.norm(share.to_numpy() - others.to_numpy() @ mix)
    return bool(rest <= ALIKE * np.linalg.norm(share.to_numpy()))


def _known(name: str, measures: Measures) -> str:
    if name not in measures.figures:
        known = [str(column) for column in measures.figures]
        raise UsageError(
            f"没有“{name}”这个分配因素。可用：{'、'.join(known)}。",
            f"There is no measure {name!r}. Choose from: {', '.join(known)}.",
        )
    return name
