"""Beside an earlier allocation: who lost, who gained, and whether shares came nearer to need."""

from __future__ import annotations

import pandas as pd

from analysis import inequality
from analysis.case import Case
from analysis.case.original import least
from analysis.pages.share import need_words
from analysis.schema import EARLIER_KINDS
from analysis.shares import ratio_moves, relative_change, share_table
from analysis.statuses import joined, status_of, weakest, with_status
from analysis.words.answer import KeyFigure
from analysis.words.sentence import Figure, Sentence, Units, say

# A single unit with more than this part of the money decides every measure over all units.
DOMINANT = 0.5
# Totals that differ by less than half a cent are the same, added up two ways.
SMALLEST_WAN = 5e-7
WHEN = ("before", "after")
COLUMNS = (
    *("before_wan", "after_wan", "change_wan", "change"),
    *("ratio_before", "ratio_after", "moved"),
)
_WHOLE = ("earlier_page.nearer", "earlier_page.farther", "earlier_page.same")
_REST = ("earlier_page.rest_nearer", "earlier_page.rest_farther", "earlier_page.rest_same")


def earlier_kind(case: Case) -> str:
    """Return what a case has to compare with: ``original``, else ``last_year``, or nothing."""
    kinds = set(case.earlier_allocation["kind"])
    return next((kind for kind in EARLIER_KINDS if kind in kinds), "")


def earlier_money(case: Case, kind: str) -> pd.Series:
    """Return the money each unit had before, with its status; empty where `kind` is.

    Parameters
    ----------
    case : Case
    kind : str
        Of `earlier_kind`.

    Returns
    -------
    Series, index unit_code, 万元
    """
    before = case.earlier_wan(kind) if kind else None
    if before is None:
        return pd.Series(dtype=float, name="amount_wan")
    rows, lost = case.originals["earlier_allocation"].compared()
    status = least(rows[rows["kind"] == kind], changed=kind in set(lost["kind"]))
    return with_status(before, status)


def earlier_table(before: pd.Series, money: pd.Series, need: pd.Series) -> pd.DataFrame:
    """Set the money of the units that can be compared beside what they had before.

    Parameters
    ----------
    before, money : Series, index unit_code, 万元
        Of `earlier_money` and `Case.amount_wan`.
    need : Series, index unit_code
        Persons or households, of the units that can be compared.

    Returns
    -------
    DataFrame, index unit_code as in `need`
        ``before_wan``, ``after_wan``, ``change_wan``; ``change``, part of before, infinite from
        nothing; ``ratio_before`` and ``ratio_after`` of money to need; ``moved``: ``toward`` 1,
        ``away`` from it or ``same``. Empty where fewer than two units can be compared, or none
        had money before.

    Raises
    ------
    MeasureError
        As `analysis.shares.share_table`.

    Examples
    --------
    >>> money, need = pd.Series({"a": 30.0, "b": 10.0}), pd.Series({"a": 50, "b": 50})
    >>> earlier_table(pd.Series({"a": 35.0, "b": 5.0}), money, need)["moved"].to_dict()
    {'a': 'toward', 'b': 'toward'}
    """
    codes = need.dropna().index
    if before.reindex(codes).sum() == 0 or money[codes].sum() == 0:
        return pd.DataFrame(columns=list(COLUMNS))
    ratio_before = _ratio(before[codes], need, "ratio_before")
    ratio_after = _ratio(money[codes], need, "ratio_after")
    if ratio_after.notna().sum() < 2:
        return pd.DataFrame(columns=list(COLUMNS))
    was, now = before[codes].rename("before_wan"), money[codes].rename("after_wan")
    changed = pd.DataFrame({"change_wan": now - was, "change": relative_change(was, now)})
    return joined(
        with_status(was, status_of(before)),
        with_status(now, status_of(money)),
        with_status(changed, weakest([status_of(before), status_of(money)], at_least="computed")),
        ratio_before,
        ratio_after,
        ratio_moves(ratio_before, ratio_after).rename("moved"),
    )


def earlier_sentences(
    change: pd.DataFrame, need: pd.DataFrame, *, kind: str, group: str
) -> list[Sentence]:
    """Say who lost and who gained, and whether that brought shares nearer to need.

    Parameters
    ----------
    change : DataFrame, index unit_code
        Of `earlier_table`.
    need : DataFrame, index unit_code
        Of `Case.people`.
    kind : str
        Of `earlier_kind`.
    group : str
        The need group that `need` counts.
    """
    if change.empty:
        return [say("earlier_page.none")]
    totals = {name: Figure(float(change[f"{name}_wan"].sum()), "wan") for name in WHEN}
    key = "earlier_page.total_original" if kind == "original" else "earlier_page.total_last_year"
    same = abs(change["change_wan"].sum()) < SMALLEST_WAN
    said = [say("earlier_page.total_same" if same else key, **totals)]
    part = change["change"]
    for some, key in ((part < 0, "earlier_page.lost"), (part > 0, "earlier_page.gained")):
        if some.any():
            largest = change["change_wan"][some].abs().sort_values(ascending=False, kind="stable")
            total = Figure(float(largest.sum()), "wan")
            codes = [str(code) for code in largest.index]
            said.append(say(key, sum=total, units=Units(codes)))
    said.append(_direction(*hoovers(change, need), _WHOLE, need_words(need, group)))
    largest_unit, most = str(change["after_wan"].idxmax()), change["after_wan"].max()
    rest = change.drop(index=largest_unit)
    parts = [rest["before_wan"], rest["after_wan"], need["persons"][rest.index]]
    told = len(rest) > 1 and all(each.sum() > 0 for each in parts)
    if told and most > DOMINANT * change["after_wan"].sum():
        share = Figure(float(most / change["after_wan"].sum()), "percent")
        words: dict[str, object] = {"unit": Units([largest_unit]), "share": share}
        said.append(_direction(*hoovers(rest, need), _REST, words))
    return said


def hoovers(change: pd.DataFrame, need: pd.DataFrame) -> tuple[float, float]:
    """Return the part of the money that would have to move among some units, before and now."""
    persons = need["persons"].astype(float)[change.index]
    return (
        inequality.hoover(change["before_wan"], persons),
        inequality.hoover(change["after_wan"], persons),
    )


def earlier_figures(change: pd.DataFrame, need: pd.DataFrame) -> list[KeyFigure]:
    """Return `hoovers` as figures for the results file; none where nothing is compared."""
    if change.empty:
        return []
    status = [status_of(change, f"ratio_{when}") for when in WHEN]
    labels = say("earlier_page.hoover_before"), say("earlier_page.hoover_after")
    return [
        KeyFigure(f"hoover_{when}", label, Figure(value, "percent"), each)
        for when, label, value, each in zip(
            WHEN, labels, hoovers(change, need), status, strict=True
        )
    ]


def earlier_labels(kind: str) -> dict[str, Sentence]:
    """Return the heads of the money before and now in `earlier_table`."""
    before = "earlier_page.original_wan" if kind == "original" else "earlier_page.last_year_wan"
    return {"before_wan": say(before), "after_wan": say("earlier_page.now_wan")}


def _ratio(money: pd.Series, need: pd.Series, name: str) -> pd.Series:
    shares = share_table(money, need)
    return with_status(shares["ratio"].rename(name), status_of(shares, "ratio"))


def _direction(
    was: float, now: float, keys: tuple[str, str, str], words: dict[str, object]
) -> Sentence:
    nearer, farther, same = keys
    # Both are printed with one decimal of a per cent: a difference nobody sees is none.
    key = same if round(was, 3) == round(now, 3) else nearer if now < was else farther
    return say(key, was=Figure(was, "percent"), now=Figure(now, "percent"), **words)
