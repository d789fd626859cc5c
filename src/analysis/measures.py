"""The measures that a factor formula (因素法) can weigh, as a case has them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from analysis.case import PROGRAMME_GROUPS, Case
from analysis.case.original import least
from analysis.errors import MeasureError, UsageError
from analysis.formula import measure_shares
from analysis.statuses import status_of, weakest, with_status
from analysis.words import listed, refusal

NEED, EQUAL = "need", "equal"
# Two columns of shares nearer than this, as a part of their length, say the same.
ALIKE = 1e-3
_SEPARATORS = "[,，、;；]"


def measure_table(case: Case, group: str) -> pd.DataFrame:
    """Collect the measures that every comparable unit of a case has.

    Parameters
    ----------
    case : Case
    group : str
        The need group that the measure ``need`` counts; empty where the case has none.

    Returns
    -------
    DataFrame, index unit_code of the units with a count of need, a column for each measure
        ``need``; ``equal``, 1 for every unit; the other need groups, programmes apart; the case's
        table ``measures``, its indices multiplied by need, or need divided by them. Figures are at
        least 0: a column says in which proportions it would share the money. Without rows where
        fewer than two units can be compared.

    Raises
    ------
    UsageError
        If the case has no count of that group.
    MeasureError
        If an index to divide by is 0.

    Examples
    --------
    >>> from analysis.case import load_case
    >>> measure_table(load_case("data/tacheng-2024"), "aided").columns.tolist()[:3]
    ['need', 'equal', 'resident']
    """
    need = case.people(group)["persons"].astype(float) if group else pd.Series(dtype=float)
    codes = need.index
    of_need = status_of(case.people(group), "persons") if group else None
    values = {NEED: need, EQUAL: pd.Series(1.0, index=codes)}
    statuses: dict[str, str | None] = {NEED: of_need, EQUAL: "official"}
    for other in case.groups():
        if other != group and other not in PROGRAMME_GROUPS:
            people = case.people(other)
            values[other] = people["persons"].astype(float).reindex(codes)
            statuses[other] = status_of(people, "persons")
    for key, rows in latest_measures(case).groupby("measure", sort=False):
        name, kind = str(key), str(rows["kind"].iloc[0])
        values[name] = rows.set_index("unit_code")["value"].reindex(codes)
        statuses[name] = least(rows)
        if kind != "count":
            statuses[name] = weakest([statuses[name], of_need], at_least="computed")
            index = values[name]
            zero = codes[index == 0]
            if kind == "inverse_index" and len(zero) and index.notna().all():
                raise refusal(MeasureError, "refusal.index_zero", unit=zero[0])
            values[name] = need * index if kind == "index" else need / index
    table = pd.DataFrame(values, index=codes)
    if not _comparable(case, need):
        return table.iloc[:0]
    whole = table.columns[table.notna().all() & (table.sum() > 0)]
    return with_status(table[whole], {name: statuses[str(name)] for name in whole})


def read_weights(text: str, measures: pd.DataFrame) -> pd.Series:
    """Read a formula such as ``need:80, equal:20``.

    Parameters
    ----------
    text : str
        Each measure and its weight, in any scale.
    measures : DataFrame, a column for each measure
        Of `measure_table`.

    Returns
    -------
    Series, index measure, named ``weight``
        Add up to 1; an ``assumption``.

    Raises
    ------
    UsageError
        If it cannot be read, names a measure twice or one that the case has not, or holds no
        weight above 0.

    Examples
    --------
    >>> measures = pd.DataFrame({"need": {"a": 30, "b": 10}, "equal": 1})
    >>> read_weights("need:4, equal:1", measures).to_dict()
    {'need': 0.8, 'equal': 0.2}
    """
    found: dict[str, float] = {}
    for part in filter(str.strip, re.split(_SEPARATORS, text)):
        name, _, number = (word.strip() for word in part.replace("：", ":").partition(":"))
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", number) or name in found:
            raise refusal(UsageError, "refusal.formula_part", part=part.strip())
        found[_known(name, measures)] = float(number)
    if not sum(found.values()) > 0:
        raise refusal(UsageError, "refusal.formula_weights")
    weights = pd.Series(found, dtype=float, name="weight")
    return with_status(weights / weights.sum(), "assumption")


def explaining_measures(text: str, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures named in a list such as ``need, equal``; without one, choose them.

    Chosen are the measures in their order, at most half as many as there are units, leaving out
    each that the ones before it already make up.

    Parameters
    ----------
    text : str
    measures : DataFrame, index unit_code, a column for each measure
        Of `measure_table`.

    Returns
    -------
    DataFrame, index unit_code of the units that have some of them, a column for each

    Raises
    ------
    UsageError
        If a name is of no measure.

    Examples
    --------
    >>> need = pd.Series({"a": 1, "b": 2, "c": 6, "d": 3})
    >>> measures = pd.DataFrame({"need": need, "equal": 1, "again": 2 * need})
    >>> explaining_measures("", measures).columns.tolist()
    ['need', 'equal']
    """
    words = [word.strip() for word in re.split(_SEPARATORS, text) if word.strip()]
    names = [_known(word, measures) for word in dict.fromkeys(words)]
    if not names and not measures.empty:
        shares = measure_shares(measures)
        for name in shares.columns:
            if len(names) < max(1, len(shares) // 2) and not _made_up(shares[name], shares[names]):
                names.append(str(name))
    chosen = measures[names]
    return chosen[chosen.sum(axis=1) > 0]


def latest_measures(case: Case) -> pd.DataFrame:
    """Return the rows of a case's table ``measures``, of each unit and measure the latest."""
    rows = case.originals["measures"].marked().sort_values("year", kind="stable")
    return rows.drop_duplicates(["unit_code", "measure"], keep="last")


def _comparable(case: Case, need: pd.Series) -> bool:
    """Tell whether at least two units have a ratio of money to need."""
    amount = case.amount_wan()[need.index]
    return bool(amount.sum() > 0 and need.sum() > 0 and ((amount > 0) | (need > 0)).sum() > 1)


def _made_up(share: pd.Series, others: pd.DataFrame) -> bool:
    """Tell whether a measure is a mix of others, as near as counts can tell."""
    if others.empty:
        return False
    mix = np.linalg.lstsq(others.to_numpy(), share.to_numpy(), rcond=None)[0]
    rest = np.linalg.norm(share.to_numpy() - others.to_numpy() @ mix)
    return bool(rest <= ALIKE * np.linalg.norm(share.to_numpy()))


def _known(name: str, measures: pd.DataFrame) -> str:
    if name not in measures:
        raise refusal(UsageError, "refusal.factor", name=name, known=listed(measures))
    return name
