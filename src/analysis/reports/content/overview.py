"""The first screen of the overview of all units."""

from __future__ import annotations

from analysis import inequality
from analysis.reports.content import runway, share
from analysis.reports.content.runway import RunwayView
from analysis.reports.content.share import ShareView
from analysis.reports.display import Headline
from analysis.reports.results import Results
from analysis.words import catalogue


def headline(shares: ShareView, stock: RunwayView, results: Results) -> Headline:
    """Record the key figures of share and stock, and return both answers as one."""
    words = catalogue(shares.lang)
    total = shares.case.amount_wan().sum()
    results.number("total", total, unit="wan", status="official", label=words("term.allocation"))
    compared = shares.compared
    results.number(
        "hoover",
        inequality.hoover(compared["amount_wan"], compared["persons"]),
        unit="percent",
        status=shares.status,
        label=words("share.hoover_label"),
    )
    runway.record_totals(stock, results)
    answers, keys = [share.answer(shares)], ["total", "hoover"]
    notes = share.notes(shares)
    if stock.projection is None:
        notes.append(words("runway.no_caseload"))
    else:
        answers.append(runway.answer(stock))
        keys.append("carry_over")
        notes += runway.notes(stock)
    gap = "" if shares.lang == "zh" else " "
    return results.headline(gap.join(answers), keys, notes=notes)
