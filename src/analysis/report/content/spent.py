"""Actual spending as the notebooks show it: how much, where it leads, how forecasts did before."""

from __future__ import annotations

import math

import pandas as pd

from analysis.figures.cover import MONTH_DAYS
from analysis.report import formats
from analysis.report.content.spent_view import TESTED, SpentView, spent_view
from analysis.report.content.wording import listed, rough_digits, rough_money, sentences
from analysis.report.display import Column, Table
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.stock.backtesting import summary
from analysis.words import catalogue

__all__ = ["SpentView", "spent_view"]

LIKELY = 0.5
# Names stand in a sentence up to this many; beyond, they are counted.
NAMED = 3


def answer(view: SpentView) -> str:
    """Say, in one sentence, how much was spent, and what will be left at that pace."""
    words = catalogue(view.lang)
    if len(view.table) == 1:
        return _answer_one(view)
    return words(
        "spent.answer",
        month=view.month(view.as_of),
        spent=_wan(view, view.known["spent_wan"].sum()),
        part="–" if math.isnan(view.spent_part) else f"{view.spent_part * 100:.1f}",
        target=view.month(view.target),
        left=_wan(view, _left(view)),
        status=words(f"status.{view.status}"),
    )


def further(view: SpentView) -> list[str]:
    """Say who will likely use up the money, and how far to trust it."""
    if len(view.table) == 1:
        return _further_one(view)
    said = [_full(view)]
    if view.odds_before is not None and view.odds_before.too_high:
        said.append(catalogue(view.lang)("spent.too_high", **view.odds_before.said))
    return said


def _further_one(view: SpentView) -> list[str]:
    """Give the interval of what the only unit will be left with."""
    (row,) = view.table.reset_index().to_dict("records")
    if row["amount_wan"] == 0 or math.isnan(row["mean_wan"]):
        return []
    low, high = (row["amount_wan"] - row[f"{end}_wan"] for end in ("high", "low"))
    digits = rough_digits(low, row["left_wan"], high)
    between = formats.interval(low, high, "wan", view.lang, view.case.currency, digits)
    target = view.month(view.target)
    return [catalogue(view.lang)("spent.left_between", target=target, between=between)]


def _answer_one(view: SpentView) -> str:
    """Say how much the only unit spent, and how much it will be left with."""
    words = catalogue(view.lang)
    (row,) = view.table.reset_index().to_dict("records")
    said = {
        "name": view.names[row["unit_code"]],
        "month": view.month(int(row["last_month"])),
        "spent": _wan(view, row["spent_wan"]),
    }
    if row["amount_wan"] == 0:
        return words("spent.answer_one_no_money", **said)
    said["part"] = f"{row['spent_share'] * 100:.1f}"
    if math.isnan(row["mean_wan"]):
        return words("spent.answer_one_over", **said)
    return words(
        "spent.answer_one",
        target=view.month(view.target),
        left=_wan(view, row["left_wan"]),
        status=words(f"status.{view.status}"),
        **said,
    )


def clause(view: SpentView) -> str:
    """Say how much of its money the only unit spent and will be left with, for a longer sentence.

    Nothing where there is no money: that is told by itself.
    """
    (row,) = view.table.to_dict("records")
    if row["amount_wan"] == 0:
        return ""
    words = catalogue(view.lang)
    said = {
        "month": view.month(int(row["last_month"])),
        "part": f"{row['spent_share'] * 100:.1f}",
    }
    if math.isnan(row["mean_wan"]):
        return words("spent.clause_over", **said)
    return words(
        "spent.clause",
        **said,
        target=view.month(view.target),
        left=_wan(view, row["left_wan"]),
        status=words(f"status.{view.status}"),
    )


def record(view: SpentView, results: Results) -> list[str]:
    """Record the key figures of actual spending; return their keys."""
    words = catalogue(view.lang)
    label, status = words("spent.part_label"), view.spent_status
    results.number("spent_part", view.spent_part, unit="percent", status=status, label=label)
    left = _left(view) if len(_open(view)) else math.nan
    results.number(
        "spent_left",
        left,
        unit="wan",
        status=view.status,
        label=words("spent.left_label", target=view.month(view.target)),
        digits=rough_digits(left),
    )
    short = int((view.table["cover_days"] < MONTH_DAYS).sum())
    label = words("spent.short_label", days=MONTH_DAYS)
    results.number("spent_short", short, unit="count", status=view.status, label=label)
    return ["spent_part", "spent_left", "spent_short"]


def notes(view: SpentView) -> list[str]:
    """Return what a reader must know before using the forecast."""
    words = catalogue(view.lang)
    over = view.table.index[_over(view)]
    said = [*_changed(view), words("spent.note_estimate")]
    if len(over):
        names = listed([str(view.names[code]) for code in over], view.lang)
        said.append(words("spent.over", names=names))
    if view.silent:
        names = listed([str(view.names[code]) for code in view.silent], view.lang)
        said.append(words("spent.silent", names=names))
    return said


def spent_table(view: SpentView | Note, results: Results) -> Table | Note:
    """Record and show each unit's spending and forecast, the fullest use first.

    Without spending the chart before it has said so; that goes for all tables and notes here.
    """
    if isinstance(view, Note):
        return Note("")
    words = catalogue(view.lang)
    frame = view.table.assign(
        name=view.names[view.table.index],
        reported=[view.month(int(month)) for month in view.table["last_month"]],
    ).sort_values("spent_share", ascending=False, kind="stable")
    labels = {
        column: words(f"spent.{column}") for column in ("spent_wan", "before_wan", "mean_wan")
    }
    return results.table(
        "spent",
        frame,
        caption=words("spent.table_caption", target=view.month(view.target)),
        columns={
            "unit_code": Column(words("runway.code"), hidden=True),
            "name": Column(words("term.unit")),
            "amount_wan": Column(words("runway.amount"), "wan", status=view.case.money_status),
            "reported": Column(words("spent.last_month")),
            "spent_wan": Column(
                labels["spent_wan"], "wan", digits=1, status=view.spent_status, hidden=True
            ),
            "spent_share": Column(words("spent.spent_share"), "percent", status=view.spent_status),
            "before_wan": Column(labels["before_wan"], "wan", digits=1, hidden=True),
            "mean_wan": Column(labels["mean_wan"], "wan", digits=1),
            "low_wan": Column(words("spent.low_wan"), "wan", digits=1),
            "high_wan": Column(words("spent.high_wan"), "wan", digits=1),
            "left_wan": Column(words("spent.left_wan"), "wan", digits=1),
            "odds_used_up": Column(words("spent.odds"), "odds"),
        },
        status=view.status,
    )


def past_table(view: SpentView | Note, results: Results) -> Table | Note:
    """Record and show how earlier forecasts did, by how far ahead they looked."""
    if isinstance(view, Note):
        return Note("")
    words = catalogue(view.lang)
    if view.past is None:
        return Note(words("spent.too_short"))
    table = summary(view.past, "periods_ahead").reset_index()
    return results.table(
        "backtest",
        table,
        caption=words("spent.test_caption"),
        columns={
            "periods_ahead": Column(words("spent.ahead"), "count"),
            "forecasts": Column(words("spent.forecasts"), "count"),
            "coverage": Column(words("spent.coverage"), "percent"),
            "error": Column(words("spent.error"), "percent"),
            "bias": Column(words("spent.bias"), "percent"),
            "width": Column(words("spent.width"), "percent"),
        },
        status=view.status,
    )


def past_note(view: SpentView | Note) -> Note:
    """Say in words how earlier forecasts did, and what to make of it."""
    if isinstance(view, Note) or view.past is None:
        return Note("")
    words, made = catalogue(view.lang), view.past
    error = ((made["mean"] - made["actual"]).abs() / made["scale_wan"]).mean()
    texts = [
        words(
            "spent.test_answer",
            forecasts=f"{len(made):,}",
            covered=f"{made['covered'].mean() * 100:.0f}",
            error=f"{error * 100:.0f}",
        )
    ]
    if view.odds_before is not None:
        texts.append(words("spent.test_used", **view.odds_before.said))
    texts.append(words("spent.test_money"))
    if len(view.table) > TESTED:
        texts.append(words("spent.test_units", count=TESTED))
    return Note(sentences(texts, view.lang))


def hypotheses_note(view: SpentView | Note) -> Note:
    """Say which view of the pace of spending the actual spending speaks for."""
    if isinstance(view, Note):
        return Note("")
    odds = pd.DataFrame({code: burn.hypotheses for code, burn in view.burns.items()}).mean(axis=1)
    said = {str(name): f"{part * 100:.0f}" for name, part in odds.items()}
    return Note(catalogue(view.lang)("spent.hypotheses", **said))


def _over(view: SpentView) -> pd.Series:
    over = view.table["spent_wan"] > view.table["amount_wan"]
    return over & (view.table["amount_wan"] > 0)


def _open(view: SpentView) -> pd.DataFrame:
    """Return the units whose money is known and not passed."""
    return view.table[(view.table["amount_wan"] > 0) & ~_over(view)]


def _left(view: SpentView) -> float:
    return float(_open(view)["left_wan"].sum())


def _full(view: SpentView) -> str:
    words = catalogue(view.lang)
    likely = _open(view).query("odds_used_up > @LIKELY").sort_values("odds_used_up")
    if likely.empty:
        return words("spent.none_full")
    if len(likely) > NAMED:
        counts = {"count": f"{len(_open(view)):,}", "many": f"{len(likely):,}"}
        return words("spent.full_most", **counts)
    names = listed([str(view.names[code]) for code in likely.index[::-1]], view.lang)
    return words("spent.full", names=names)


def _changed(view: SpentView) -> list[str]:
    """Say by how much the forecast moved since the report before."""
    both = _open(view).dropna(subset=["before_wan"])
    if both.empty:
        return []
    words = catalogue(view.lang)
    change = float((both["mean_wan"] - both["before_wan"]).sum())
    direction = words("spent.up" if change >= 0 else "spent.down")
    target = view.month(view.target)
    moved = _wan(view, abs(change))
    return [words("spent.changed", target=target, direction=direction, change=moved)]


def _wan(view: SpentView, amount_wan: float) -> str:
    return rough_money(amount_wan, view.case, view.lang)
