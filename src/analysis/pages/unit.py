"""Is one unit's money in proportion to its need? What its page says, and its own tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.case import Case
from analysis.pages.share import (
    caveats,
    is_comparable,
    need_words,
    per_head_figure,
    ratio_figure,
    share_notes,
)
from analysis.shares import share_table
from analysis.statuses import joined, status_of, weakest, with_status
from analysis.uncertainty import visible_intervals
from analysis.verdicts import FIRM
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import ByLanguage, Figure, Sentence, Units, say

# What is said of a unit by its verdict, and why nothing is concluded.
_SAID = {
    "below": "unit_page.below",
    "above": "unit_page.above",
    "even": "unit_page.even",
    "open_group": "unit_page.open_group",
    "open_need": "unit_page.open_need",
    "open_rounding": "unit_page.open_rounding",
}


def unit_answer(
    unit: str,
    money: pd.Series,
    need: pd.DataFrame,
    shares: pd.DataFrame,
    doubt: pd.DataFrame,
    verdicts: pd.DataFrame,
    *,
    group: str,
    lasts: Answer,
) -> Answer:
    """Say what a unit gets beside its need, and how long that lasts.

    Parameters
    ----------
    unit : str
        Its code.
    money : Series, index unit_code, 万元
    need : DataFrame, index unit_code
        Of `Case.people`.
    shares, doubt, verdicts : DataFrame, index unit_code
        Of `share_table`, `share_uncertainty` and `ratio_verdicts`.
    group : str
        The need group that `need` counts.
    lasts : Answer
        What is known of the money's use: its first sentence and figures come after the share.
    """
    figures = [KeyFigure("amount", say("column.amount_wan"), _wan(money, unit), status_of(money))]
    statuses = [status_of(money)]
    if is_rated(unit, shares):
        verdict = str(verdicts["verdict"][unit])
        said = verdict if verdict in FIRM else "undecided"
        ratio = ratio_figure("ratio", say("column.ratio"), unit, shares, doubt, said)
        figures.append(ratio)
        statuses.append(ratio.status)
    elif np.isfinite(shares["yuan_per_person"][unit]):
        per_head = per_head_figure(unit, shares, group)
        figures.append(per_head)
        statuses.append(per_head.status)
    first = _share_sentence(unit, money, need, shares, verdicts, group)
    return Answer(
        [first, *lasts.sentences[:1]],
        [*figures, *lasts.figures],
        [*lasts.sentences[1:], *lasts.notes],
        [*statuses, *lasts.rests_on],
    )


def is_rated(unit: str, shares: pd.DataFrame) -> bool:
    """Tell whether a unit's ratio can be set against that of others."""
    return is_comparable(shares) and bool(np.isfinite(shares["ratio"][unit]))


def _share_sentence(
    unit: str,
    money: pd.Series,
    need: pd.DataFrame,
    shares: pd.DataFrame,
    verdicts: pd.DataFrame,
    group: str,
) -> Sentence:
    told = {"unit": Units([unit]), "amount": _wan(money, unit)}
    if unit not in need.index or pd.isna(need["persons"][unit]):
        return _apart_sentence(unit, money, told)
    told |= need_words(need, group)
    if need["persons"][unit] == 0:
        return say("unit_page.no_need", **told)
    if not is_rated(unit, shares):
        each = per_head_figure(unit, shares, group)
        return say("unit_page.alone", per_head=each.value, **told)
    return say(
        _SAID[str(verdicts["verdict"][unit])],
        share=Figure(float(shares["share"][unit]), "percent"),
        need_share=Figure(float(shares["need_share"][unit]), "percent"),
        ratio=Figure(float(shares["ratio"][unit]), "ratio"),
        **told,
    )


def _apart_sentence(unit: str, money: pd.Series, told: Mapping[str, object]) -> Sentence:
    if len(money) < 2 or money.sum() == 0:
        return say("unit_page.apart_alone", **told)
    share = Figure(float(money[unit] / money.sum()), "percent")
    return say("unit_page.apart", share=share, total=Figure(float(money.sum()), "wan"), **told)


def unit_notes(case: Case, unit: str, need: pd.DataFrame, group: str) -> list[Sentence]:
    """Return what a reader of a unit's page must know before using its figures."""
    if unit in need.index:
        return share_notes(case, group)
    allocation = case.table("allocation")
    rows = allocation[allocation["unit_code"] == unit]
    items = case.function_codes.drop_duplicates("code").set_index("code")
    codes = [code for code in rows["function_code"].dropna().unique() if code in items.index]
    booked = [
        say(
            "unit_page.booked",
            code=str(code),
            item=ByLanguage(*items.loc[code, ["name_zh", "name_en"]]),
        )
        for code in codes
    ]
    return [*booked, *caveats(case)]


def unit_doubt(unit: str, shares: pd.DataFrame, doubt: pd.DataFrame) -> pd.DataFrame:
    """Return one row: a unit's ratio, need share and amount per head with their intervals.

    Returns
    -------
    DataFrame, index unit_code
        No row where the unit cannot be compared.
    """
    if not is_rated(unit, shares):
        return shares.iloc[:0]
    rank = with_status(
        shares["ratio"].rank(ascending=False).rename("rank"), status_of(shares, "ratio")
    )
    columns = ["ratio", "need_share", "yuan_per_person"]
    return joined(shares[columns], rank, visible_intervals(doubt)).loc[[unit]]


def unit_by_group(unit: str, money: pd.Series, counts: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Return a unit's shares under every need group.

    Parameters
    ----------
    unit : str
    money : Series, index unit_code, 万元
    counts : mapping of str to Series, index unit_code
        Persons or households by need group.

    Returns
    -------
    DataFrame, index group
        ``persons`` and the columns of `share_table`, and ``status`` of each row; only groups that
        count the unit.
    """
    rows = {
        group: joined(count.rename("persons"), share_table(money, count).reindex(count.index))
        for group, count in counts.items()
        if unit in count.index
    }
    table = pd.DataFrame({group: row.loc[unit] for group, row in rows.items()}).T
    # A share depends on everybody's count, not on the unit's own alone.
    table["status"] = [
        weakest([status_of(money), status_of(counts[group])], at_least="computed") for group in rows
    ]
    basis = weakest(table["status"])
    return with_status(table.rename_axis("group").infer_objects(), basis)


def unit_allocation(case: Case, unit: str) -> pd.DataFrame:
    """Return a unit's rows of the allocation, as the notice gives them.

    Returns
    -------
    DataFrame
        ``document_no``, ``fiscal_year``, ``amount_wan``, ``fund_tag``, ``function_code``: those
        that are not empty.
    """
    columns = ["document_no", "fiscal_year", "amount_wan", "fund_tag", "function_code"]
    allocation = case.table("allocation")
    rows = allocation[allocation["unit_code"] == unit][columns]
    rows = rows.assign(fiscal_year=rows["fiscal_year"].astype(str)).dropna(axis=1, how="all")
    return with_status(rows.reset_index(drop=True), {"amount_wan": case.money_status})


def _wan(money: pd.Series, unit: str) -> Figure:
    return Figure(float(money[unit]), "wan")
