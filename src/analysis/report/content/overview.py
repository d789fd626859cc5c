"""The first screen of the overview of all units."""

from __future__ import annotations

from analysis.report.content import runway, share
from analysis.report.content.runway import RunwayView
from analysis.report.content.share import ShareView
from analysis.report.display import Headline
from analysis.report.results import Results
from analysis.words import catalogue


def headline(shares: ShareView, stock: RunwayView, results: Results) -> Headline:
    """Record the key figures of share and stock; share answers, and what the stock says follows."""
    words = catalogue(shares.lang)
    total = shares.case.amount_wan().sum()
    results.number(
        "total",
        total,
        unit="wan",
        status=shares.case.money_status,
        label=words("unit_page.amount_label"),
    )
    results.use(shares.used_statuses)
    keys = ["total"]
    if shares.comparable:
        share.record_hoover(shares, results)
        keys.append("hoover")
    key = "monthly" if stock.projection is None else "carry_over"
    runway.record_totals(stock, results)
    said = [runway.answer(stock), *share.further(shares), *runway.further(stock)]
    said += [*runway.notes(stock), *share.notes(shares)]
    return results.headline(share.answer(shares), [*keys, key], notes=said)
