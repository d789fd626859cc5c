"""How long the money lasts, as the notebooks show it: both tails, running out and left over."""

from __future__ import annotations

import pandas as pd

from analysis.report import formats
from analysis.report.content import spent
from analysis.report.content.runway_tables import (
    break_even_table,
    inputs_table,
    stock_columns,
    stock_table_shown,
)
from analysis.report.content.runway_view import (
    LIKELY,
    RunwayView,
    runway_view,
)
from analysis.report.content.spent_view import SpentView
from analysis.report.content.wording import (
    listed,
    money,
    per_person_digits,
    rough_digits,
    rough_money,
)
from analysis.report.display import Headline
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.report.status import in_order
from analysis.stock import break_even
from analysis.stock.payment import YEAR
from analysis.stock.projection import DAYS_A_MONTH
from analysis.words import catalogue

__all__ = [
    "RunwayView",
    "break_even_table",
    "inputs_table",
    "runway_view",
    "stock_columns",
    "stock_table_shown",
]

# What is left is named when it is more than this share of the unit's money.
NOTABLE = 0.01


def headline(view: RunwayView, results: Results, actual: SpentView | Note) -> Headline:
    """Record the key figures and return the first screen of notebook 03."""
    words = catalogue(view.lang)
    record_totals(view, results)
    keys, first = ["first_short_month", "carry_over", "full_days"], answer(view)
    said = [*further(view), *notes(view)]
    if view.projection is None:
        total = view.case.amount_wan().sum()
        label = words("unit_page.amount_label")
        results.number("allocated", total, unit="wan", status=view.case.money_status, label=label)
        keys = ["allocated", "monthly"]
    if not isinstance(actual, Note):
        # What was spent says more than what the money comes to a month, or would under a rule.
        spent_keys, planned = spent.record(actual, results), [first, *said]
        first, said = spent.answer(actual), [*spent.further(actual), *spent.notes(actual)]
        keys = spent_keys
        if view.projection is not None:
            keys, said = ["first_short_month", "carry_over", spent_keys[0]], [*planned, *said]
    return results.headline(first, keys, notes=[*said, *view.case.caveats[view.lang]])


def record_totals(view: RunwayView, results: Results) -> None:
    """Record the figures of all units together: first to run out, carry-over, days of cover."""
    words = catalogue(view.lang)
    if view.first_short is None:
        monthly = view.case.amount_wan().sum() / YEAR
        label = words("runway.monthly_label")
        results.number("monthly", monthly, unit="wan", status=view.case.money_status, label=label)
        return
    results.use([*view.used_statuses, view.case.money_status])
    results.text(
        "first_short_month",
        view.month_text(view.first_short),
        status=view.status,
        label=words("runway.first_label", name=view.names[view.first_short]),
    )
    for key, label in (
        ("carry_over", words("runway.carry_label")),
        ("recovered", words("runway.recovered_label", year=view.year_end + 1)),
    ):
        amount = view.table[f"{key}_wan"].sum()
        digits = rough_digits(amount)
        results.number(key, amount, unit="wan", status=view.status, label=label, digits=digits)
    results.number(
        "full_days",
        full_days(view),
        unit="days",
        status=view.status,
        label=words("runway.full_days_label"),
    )


def full_days(view: RunwayView) -> float:
    """Return how many days all the money would last if it bore all spending."""
    monthly = view.table["monthly_demand_wan"].sum() / view.fund_share
    return float(view.table["amount_wan"].sum() / monthly * DAYS_A_MONTH)


def answer(view: RunwayView) -> str:
    """Say, in one sentence, who runs out before the year ends, and how much is left."""
    words = catalogue(view.lang)
    if view.projection is None:
        return _answer_without_caseload(view)
    short = _short(view)
    clauses = [words("runway.none_short")]
    if len(short):
        names = listed([str(view.names[code]) for code in short], view.lang)
        clauses = [words("runway.short", names=names)]
    return words(
        "runway.answer",
        share=view.share_text,
        status=view.status_word,
        outcome=words("runway.clause_join").join([*clauses, _left(view)]),
    )


def further(view: RunwayView) -> list[str]:
    """Name the units that are left with money, where the answer counts them."""
    if view.projection is None or len(left := _with_money_left(view)) < 2:
        return []
    names = listed([str(view.names[code]) for code in left.index], view.lang)
    return [catalogue(view.lang)("runway.note_left", names=names)]


def _short(view: RunwayView) -> pd.Index:
    """Return the units more likely than not to run out in the year, the first ones first."""
    likely = view.table[view.table["odds_year_end"] > LIKELY]
    return likely.sort_values("runway_months").index


def _with_money_left(view: RunwayView) -> pd.DataFrame:
    """Return the other units with a notable carry-over, the largest first."""
    carried = view.table[view.table["carry_over_wan"] > NOTABLE * view.table["amount_wan"]]
    others = carried.drop(_short(view), errors="ignore")
    return others.sort_values("carry_over_wan", ascending=False)


def _left(view: RunwayView) -> str:
    """Say what is left at year end: with whom, or else on average over all paths."""
    words = catalogue(view.lang)
    table, left = view.table, _with_money_left(view)
    if len(left):
        carry = rough_money(left["carry_over_wan"].sum(), view.case, view.lang)
        if len(left) > 1:
            return words("runway.left", count=f"{len(left):,}", carry=carry)
        return words("runway.left_one", names=view.names[left.index[0]], carry=carry)
    total = table["carry_over_wan"].sum()
    if total > NOTABLE * table["amount_wan"].sum():
        return words("runway.left_mean", carry=rough_money(total, view.case, view.lang))
    return words("runway.none_left")


def _answer_without_caseload(view: RunwayView) -> str:
    """Say what the money comes to a month, which needs no count of aided people."""
    words = catalogue(view.lang)
    frame = break_even(view.case)
    monthly = money(frame["wan_per_month"].sum(), view.case, view.lang, digits=1)
    living = frame.dropna(subset=["resident"])
    if living.empty:
        return words("runway.no_caseload_answer", monthly=monthly)
    each = living["amount_wan"].sum() * 10_000 / YEAR / living["resident"].sum()
    digits = per_person_digits(each)
    return words(
        "runway.no_caseload_residents",
        monthly=monthly,
        each=formats.number(each, "one", view.lang, view.case.currency, digits),
    )


def notes(view: RunwayView) -> list[str]:
    """Return what a reader must know before using the figures."""
    words = catalogue(view.lang)
    if view.projection is None:
        return [words("runway.note_no_caseload")]
    said = {"share": view.share_text, "rule": words(f"runway.rule_{view.rule}")}
    return [words("runway.note_slice" if view.fund_share < 1 else "runway.note_all", **said)]


def method_notes(view: RunwayView) -> Note:
    """List what the projection takes for granted and leaves out."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    inputs = view.projection.year.inputs.set_index("name")["status"]
    said = {
        name: words("share.name_join").join(
            words(f"status.{status}") for status in in_order(inputs.loc[[name]])
        )
        for name in ("caseload", "benefit_yuan_month")
    }
    texts = [
        words("runway.note_odds"),
        words("runway.note_benefit", benefit=said["benefit_yuan_month"], caseload=said["caseload"]),
    ]
    if view.case.balances.empty:
        texts.append(words("runway.note_opening"))
    texts.append(words("runway.note_recovery"))
    left_out = view.projection.year.left_out
    if left_out:
        names = listed([str(view.names[code]) for code in left_out], view.lang)
        texts.append(words("runway.note_left_out", names=names))
    return Note("", tuple(texts))
