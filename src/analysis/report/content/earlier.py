"""Beside an earlier allocation: who lost, who gained, and whether shares came nearer need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import inequality
from analysis.figures import scenarios as draw
from analysis.figures.style import Chart
from analysis.report.content.share import named, need_words
from analysis.report.content.share_charts import source_line
from analysis.report.content.share_view import EQUAL, ShareView
from analysis.report.content.wording import money, sentences
from analysis.report.display import Column, Table
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.report.status import in_order
from analysis.shares import share_table
from analysis.words import catalogue

# A single unit with more than this part of the money decides every measure over all units.
DOMINANT = 0.5


@dataclass(frozen=True)
class Earlier:
    """An earlier allocation to the units that can be compared.

    Attributes
    ----------
    kind : ``original`` or ``last_year``
    money_status : str
        Of the earlier and the present amounts.
    status : str
        Of the amounts and the need together.
    table : DataFrame, index unit_code
        ``before_wan``, ``after_wan``, ``change_wan``, ``change`` (part of before), and the ratio
        of shares ``ratio_before``, ``ratio_after``; ``moved``: toward, away or unchanged.
    """

    view: ShareView
    kind: str
    money_status: str
    status: str
    table: pd.DataFrame

    def units_that(self, gained: bool) -> pd.Series:
        """Return the changes of the units that gained, or of those that lost, largest first."""
        change = self.table["change_wan"]
        some = change[change > 0] if gained else change[change < 0]
        return some.sort_values(ascending=not gained, kind="stable")


def earlier(view: ShareView) -> Earlier | None:
    """Set the allocation beside its earlier version, or last year's; None where there is none."""
    case = view.case
    kinds = [kind for kind in ("original", "last_year") if case.earlier_wan(kind) is not None]
    before = case.earlier_wan(kinds[0]) if kinds else None
    if before is None or not view.comparable:
        return None
    codes = view.compared.index
    before, after = before[codes], view.compared["amount_wan"]
    if not before.sum() > 0:
        return None
    now = view.compared["ratio"]
    was = share_table(before, view.compared["persons"])["ratio"]
    with np.errstate(divide="ignore", invalid="ignore"):
        nearer = np.log(was).abs() - np.log(now).abs()
        change = (after - before) / before
    moved = pd.Series("unchanged", index=codes)
    moved[nearer > EQUAL] = "toward"
    moved[nearer < -EQUAL] = "away"
    rows = case.earlier_allocation[case.earlier_allocation["kind"] == kinds[0]]
    table = pd.DataFrame(
        {
            "before_wan": before,
            "after_wan": after,
            "change_wan": after - before,
            "change": change,
            "ratio_before": was,
            "ratio_after": now,
            "moved": moved,
        }
    )
    of_money = in_order([*rows["status"], case.money_status])[-1]
    return Earlier(view, kinds[0], of_money, in_order([of_money, view.status])[-1], table)


def answer(found: Earlier | None, view: ShareView, results: Results) -> Note:
    """Say who lost and who gained, and whether that brought shares nearer to need."""
    words = catalogue(view.lang)
    if found is None:
        return Note(words("earlier.none"))
    table = found.table
    lost, gained = found.units_that(gained=False), found.units_that(gained=True)
    totals = {
        name: money(table[f"{name}_wan"].sum(), view.case, view.lang)
        for name in ("before", "after")
    }
    texts = [words(f"earlier.total_{found.kind}", **totals)]
    for key, some in (("lost", lost), ("gained", gained)):
        if len(some):
            sums = money(abs(some.sum()), view.case, view.lang)
            names = named(view, list(some.index))
            texts.append(words(f"earlier.{key}", count=len(some), sum=sums, names=names))
    was, now = _hoovers(found, table.index)
    for key, value in (("before", was), ("after", now)):
        label = words(f"earlier.hoover_{key}")
        results.number(f"hoover_{key}", value, unit="percent", status=found.status, label=label)
    said = _percents(was, now) | need_words(view)
    texts.append(words(f"earlier.{_direction(was, now)}", **said))
    largest = str(table["after_wan"].idxmax())
    if table["after_wan"].max() > DOMINANT * table["after_wan"].sum() and len(table) > 2:
        rest = table.index[table.index != largest]
        was, now = _hoovers(found, rest)
        direction = words(f"earlier.{_direction(was, now)}_short")
        name = view.names[largest]
        said = _percents(was, now)
        texts.append(words("earlier.without", name=name, direction=direction, **said))
    return Note(sentences(texts, view.lang))


def _hoovers(found: Earlier, codes: pd.Index) -> tuple[float, float]:
    """Return the part of the money that would have to move among some units, before and now."""
    need = found.view.compared["persons"][codes]
    rows = found.table.loc[codes]
    before, after = (rows[f"{name}_wan"] for name in ("before", "after"))
    if not (before.sum() > 0 and after.sum() > 0 and need.sum() > 0):
        return (np.nan, np.nan)
    return inequality.hoover(before, need), inequality.hoover(after, need)


def _direction(was: float, now: float) -> str:
    # Both are printed with one decimal of a per cent: a difference nobody sees is none.
    if round(was, 3) == round(now, 3):
        return "same"
    return "nearer" if now < was else "farther"


def _percents(was: float, now: float) -> dict[str, str]:
    return {"was": f"{was * 100:.1f}", "now": f"{now * 100:.1f}"}


def changes_chart(found: Earlier | None, view: ShareView) -> Chart | Note:
    """Draw who lost and who gained."""
    words = catalogue(view.lang)
    if found is None:
        return Note(words("earlier.none"))
    counts = {"lost": found.units_that(gained=False), "gained": found.units_that(gained=True)}
    said = {name: f"{len(some):,}" for name, some in counts.items()}
    return draw.changes(
        found.table,
        view.names,
        lang=view.lang,
        currency=view.case.currency,
        title=words("earlier.changes_title", **said),
        source=source_line(view),
    )


def shift_chart(found: Earlier | None, view: ShareView) -> Chart | Note:
    """Draw whether each unit's ratio came nearer to 1."""
    words = catalogue(view.lang)
    if found is None:
        return Note(words("earlier.none"))
    moved = found.table["moved"].value_counts()
    said = {name: int(moved.get(name, 0)) for name in ("toward", "away", "unchanged")}
    return draw.ratio_shift(
        found.table,
        view.names,
        lang=view.lang,
        title=words("earlier.shift_title", **said),
        source=source_line(view),
    )


def changes_table(found: Earlier | None, view: ShareView, results: Results) -> Table | Note:
    """Record and show each unit's money before and now, and its ratio of shares."""
    words = catalogue(view.lang)
    if found is None:
        return Note(words("earlier.none"))
    frame = found.table.assign(
        name=view.names, moved=found.table["moved"].map(lambda key: words(f"earlier.moved_{key}"))
    )
    return results.table(
        "earlier",
        frame.sort_values("change_wan", kind="stable"),
        caption=words(f"earlier.caption_{found.kind}"),
        columns={
            "unit_code": Column(words("share.code"), hidden=True),
            "name": Column(words("term.unit")),
            "before_wan": Column(
                words(f"earlier.before_{found.kind}"), "wan", status=found.money_status
            ),
            "after_wan": Column(words("earlier.after"), "wan", status=found.money_status),
            "change_wan": Column(words("earlier.change"), "wan", status=found.money_status),
            "change": Column(words("earlier.change_part"), "percent", status=found.money_status),
            "ratio_before": Column(words("earlier.ratio_before"), "ratio"),
            "ratio_after": Column(words("earlier.ratio_after"), "ratio"),
            "moved": Column(words("earlier.moved")),
        },
        status=found.status,
    )
