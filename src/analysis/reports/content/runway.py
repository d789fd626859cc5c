"""How long the money lasts, as the notebooks show it: both tails, running out and left over."""

from __future__ import annotations

import pandas as pd

from analysis.reports import formats
from analysis.reports.content import spent
from analysis.reports.content.runway_tables import (
    break_even_table,
    inputs_table,
    stock_columns,
    stock_table_shown,
)
from analysis.reports.content.runway_view import (
    LIKELY,
    RunwayView,
    runway_view,
)
from analysis.reports.content.spent_view import SpentView
from analysis.reports.content.wording import (
    listed,
    money,
    per_person_digits,
    rough_digits,
    rough_money,
    sentences,
)
from analysis.reports.display import Headline
from analysis.reports.note import Note
from analysis.reports.results import Results
from analysis.reports.status import in_order
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
    keys, texts = ["first_short_month", "carry_over", "full_days"], [answer(view)]
    said = notes(view)
    if view.projection is None:
        total = view.case.amount_wan().sum()
        label = words("term.allocation")
        results.number("allocated", total, unit="wan", status=view.case.money_status, label=label)
        keys = ["allocated", "monthly"]
    if not isinstance(actual, Note):
        spent_keys, said = spent.record(actual, results), [*said, *spent.notes(actual)]
        texts.append(spent.answer(actual))
        keys = [*keys[:2], spent_keys[0]]
        if view.projection is None:
            # What was spent says more than what the money comes to a month.
            texts, keys, said = texts[1:], spent_keys, spent.notes(actual)
    caveats = view.case.caveats[view.lang]
    return results.headline(sentences(texts, view.lang), keys, notes=[*caveats, *said])


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
    """Say who runs out before the year ends, and who is left with how much."""
    words = catalogue(view.lang)
    if view.projection is None:
        return _answer_without_caseload(view)
    table = view.table
    short = table[table["odds_year_end"] > LIKELY].sort_values("runway_months").index
    clauses = [words("runway.none_short")]
    if len(short):
        names = listed([str(view.names[code]) for code in short], view.lang)
        clauses = [words("runway.short", names=names)]
    return words(
        "runway.answer",
        share=view.share_text,
        status=view.status_word,
        rule=words(f"runway.rule_{view.rule}"),
        outcome=words("runway.clause_join").join([*clauses, _left(view, short)]),
    )


def _left(view: RunwayView, short: pd.Index) -> str:
    """Say what is left at year end: with whom, or else on average over all paths."""
    words = catalogue(view.lang)
    table = view.table
    carried = table[table["carry_over_wan"] > NOTABLE * table["amount_wan"]]
    left = carried.drop(short, errors="ignore").sort_values("carry_over_wan", ascending=False)
    if len(left):
        names = listed([str(view.names[code]) for code in left.index], view.lang)
        carry = rough_money(left["carry_over_wan"].sum(), view.case, view.lang)
        return words(f"runway.left{'' if len(left) > 1 else '_one'}", names=names, carry=carry)
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
    return [words("runway.note_slice" if view.fund_share < 1 else "runway.note_all")]


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
