"""What was actually paid, where it leads, and how far to trust that: what a page says about it."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pandas as pd

from analysis.case import Case
from analysis.statuses import status_of, weakest, with_status
from analysis.stock.burn_rate import BurnRate
from analysis.stock.outlook import TESTED, OddsRecord, backtest_summary
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import (
    Figure,
    Interval,
    Month,
    Sentence,
    Units,
    say,
    status_word,
)

# A unit is called likely to use up its money where its odds exceed this.
LIKELY = 0.5
# An interval that leaves out no more of the unspent money than this at either end says nothing.
WHOLE = 0.01
NONE = say("spending_page.none")

Ends = tuple[float, float, float]
Shown = TypeVar("Shown")


def silent_units(amount_wan: pd.Series, paid: pd.DataFrame) -> list[str]:
    """Return the units with money that report no spending; none where nobody does."""
    if paid.empty:
        return []
    return [str(code) for code in amount_wan.index[~amount_wan.index.isin(paid["unit_code"])]]


def part_spent(spending: pd.DataFrame) -> float:
    """Return the part of the money that is spent; what a unit spent beyond its own does not count.

    Parameters
    ----------
    spending : DataFrame, index unit_code
        Of `analysis.stock.outlook.spending_table`.

    Examples
    --------
    >>> part_spent(pd.DataFrame({"amount_wan": [100.0, 50.0], "spent_wan": [30.0, 70.0]}))
    0.5333333333333333
    """
    money = spending["amount_wan"].sum()
    return float(_own_money(spending).sum() / money) if money else np.nan


def spending_answer(
    spending: pd.DataFrame,
    together: Ends,
    record: OddsRecord,
    *,
    month: int,
    silent: list[str],
    earlier: pd.DataFrame,
) -> Answer:
    """Say how much of the money is spent, and how much will be left; nothing without spending.

    Parameters
    ----------
    spending : DataFrame, index unit_code
        Of `analysis.stock.outlook.spending_table`.
    together : tuple of float
        Of `analysis.stock.outlook.left_together`.
    record : OddsRecord
        Of `analysis.stock.outlook.odds_record`: odds that it refutes are not spoken of.
    month : int
        Month of the forecast.
    silent : list of str
        Of `silent_units`.
    earlier : DataFrame, index unit_code
        Of `spending_table`, with one report less known.
    """
    if spending.empty:
        # The section about spending says what is missing.
        return Answer([])
    if len(spending) == 1:
        sentences = unit_spending_sentences(spending, str(spending.index[0]), month=month)
    else:
        sentences = [_all_spent(spending, together, month)]
    likely = spending["odds_used_up"] > LIKELY
    if likely.any() and not record.refuted and len(spending) > 1:
        codes = [str(code) for code in spending.index[likely]]
        sentences.append(say("spending_page.likely", units=Units(codes), target=Month(month)))
    notes = [*_change_notes(spending, earlier, month), *spending_notes(spending, record)]
    if silent:
        notes.append(say("spending_page.silent", units=Units(silent)))
    figures = spending_figures(spending, together, month=month)
    return Answer(sentences, figures, notes, [figure.status for figure in figures])


def _all_spent(spending: pd.DataFrame, together: Ends, month: int) -> Sentence:
    """Say what all units together spent of their money, and will have left."""
    first, last = (int(spending["last_month"].agg(end)) for end in ("min", "max"))
    said: dict[str, object] = {
        "count": len(spending),
        "part": Figure(part_spent(spending), "percent"),
        "spent": Figure(float(_own_money(spending).sum()), "wan"),
        "unspent": Figure(float(spending["unspent_wan"].sum()), "wan"),
    }
    months: dict[str, object] = {"first": Month(first), "last": Month(last)}
    if np.isnan(part_spent(spending)):
        spent = Figure(float(spending["spent_wan"].sum()), "wan")
        return say("spending_page.no_money", spent=spent, count=len(spending))
    if np.isnan(together[0]):
        if first < last:
            return say("spending_page.spent_months", **said, **months)
        return say("spending_page.spent", **said, month=Month(last))
    status = status_word(status_of(spending, "left_wan"))
    ahead = {"target": Month(month), "status": status, **_with_interval(together)}
    if first < last:
        return say("spending_page.answer_months", **said, **months, **ahead)
    return say("spending_page.answer", **said, month=Month(last), **ahead)


def spending_figures(spending: pd.DataFrame, together: Ends, *, month: int) -> list[KeyFigure]:
    """Return the part spent, what is not, and what will be left, as figures of a first screen."""
    if spending.empty or np.isnan(part_spent(spending)):
        return []
    status = status_of(spending, "spent_share")
    part = Figure(part_spent(spending), "percent")
    unspent = Figure(float(spending["unspent_wan"].sum()), "wan")
    figures = [
        KeyFigure("spent_part", say("spending_page.part_label"), part, status),
        KeyFigure("unspent", say("spending_page.unspent_label"), unspent, status),
    ]
    if not np.isnan(together[0]):
        label = say("spending_page.left_label", target=Month(month))
        left = Figure(together[0], "wan")
        estimated = status_of(spending, "left_wan")
        figures.append(KeyFigure("spent_left", label, left, estimated, *together[1:]))
    return figures


def unit_spending_sentences(spending: pd.DataFrame, unit: str, *, month: int) -> list[Sentence]:
    """Say of one unit how much of its money is spent, and how much will be left.

    Parameters
    ----------
    spending : DataFrame, index unit_code
        Of `analysis.stock.outlook.spending_table`.
    unit : str
        Its code. Of one that does not report nothing is said: its chart says so.
    month : int
        Month of the forecast.
    """
    if unit not in spending.index:
        return []
    row = spending.loc[[unit]].to_dict("records")[0]
    said: dict[str, object] = {
        "unit": Units([unit]),
        "month": Month(int(row["last_month"])),
        "spent": Figure(row["spent_wan"], "wan"),
    }
    if not row["amount_wan"] > 0:
        return [say("spending_page.one_no_money", **said)]
    said["part"] = Figure(row["spent_share"], "percent")
    if np.isnan(row["left_wan"]):
        return [say("spending_page.one_over", **said)]
    if not row["unspent_wan"] > 0:
        return [say("spending_page.one_all", **said)]
    status = status_word(status_of(spending, "left_wan"))
    said |= {"unspent": Figure(row["unspent_wan"], "wan"), "target": Month(month)}
    together = (row["left_wan"], row["left_wan_low"], row["left_wan_high"])
    if _is_whole(together, row["unspent_wan"]):
        return [say("spending_page.one_open", **said)]
    return [say("spending_page.one", **said, status=status, **_with_interval(together))]


def unit_spending_figures(spending: pd.DataFrame, unit: str, *, month: int) -> list[KeyFigure]:
    """Return one unit's part spent, what is not, and what will be left; none without spending."""
    own = spending.loc[[unit]] if unit in spending.index else spending.iloc[:0]
    if own.empty:
        return []
    row = own.to_dict("records")[0]
    together = (row["left_wan"], row["left_wan_low"], row["left_wan_high"])
    if row["spent_wan"] > row["amount_wan"]:
        # Its own money is all spent; how much more was paid says the sentence.
        label, status = say("spending_page.part_label"), status_of(own, "spent_share")
        part = Figure(row["spent_share"], "percent")
        return [KeyFigure("spent_part", label, part, status)] if row["amount_wan"] > 0 else []
    return spending_figures(own, together, month=month)


def spending_notes(spending: pd.DataFrame, record: OddsRecord) -> list[Sentence]:
    """Return what a reader must know of the spending and its forecast, and of no other."""
    notes = []
    over = [str(code) for code in spending.index[spending["spent_share"] > 1]]
    if over:
        notes.append(say("spending_page.over", units=Units(over)))
    if spending["left_wan"].notna().any():
        notes.append(say("spending_page.estimate"))
        if len(spending) > 1:
            notes.append(say("spending_page.apart"))
        if record.refuted:
            notes.append(say("spending_page.refuted", **_odds_figures(record)))
    return notes


def interval_sentences(spending: pd.DataFrame) -> list[Sentence]:
    """Say what the forecasts come from, and of how many units they do not tell what is left."""
    if spending.empty:
        return [NONE]
    known = spending[spending["left_wan"].notna() & (spending["unspent_wan"] > 0)]
    rows = known[["left_wan", "left_wan_low", "left_wan_high", "unspent_wan"]].to_numpy()
    whole = sum(_is_whole((mean, low, high), unspent) for mean, low, high, unspent in rows)
    said = [say("spending_page.from_spending")]
    if whole and whole == len(known):
        said.append(say("spending_page.whole_all"))
    elif whole:
        said.append(say("spending_page.whole", whole=int(whole), count=len(known)))
    return said


def _change_notes(spending: pd.DataFrame, earlier: pd.DataFrame, month: int) -> list[Sentence]:
    """Say by how much the forecast moved since the report before."""
    known = spending.index[spending["left_wan"].notna()]
    known = known[known.isin(earlier.index[earlier["left_wan"].notna()])]
    if known.empty or not spending["left_wan"].notna().any():
        return []
    moved = float((spending["forecast_wan"] - earlier["forecast_wan"])[known].sum())
    change = Figure(abs(moved), "wan")
    if moved >= 0:
        return [say("spending_page.moved_up", target=Month(month), change=change)]
    return [say("spending_page.moved_down", target=Month(month), change=change)]


def spending_shown(spending: pd.DataFrame) -> pd.DataFrame:
    """Return the table as a reader sees it: with the month that each unit reports up to."""
    shown = spending.copy(deep=False)
    months = [Month(int(month)) for month in spending["last_month"]]
    shown.insert(1, "reported_to", pd.Series(months, spending.index, dtype=object))
    return shown


# What a unit's own page shows: how far odds can be trusted, only all units together can tell.
UNIT_COLUMNS = [
    *("reported_to", "spent_wan", "spent_share", "unspent_wan"),
    *("forecast_wan", "left_wan", "days_of_cover"),
]


def spending_columns(record: OddsRecord) -> list[str]:
    """Return the columns to show; without odds that the back-test refutes."""
    columns = ["amount_wan", "reported_to", "spent_wan", "spent_share", "unspent_wan"]
    columns += ["left_wan", "left_wan_low", "left_wan_high"]
    return columns if record.refuted else [*columns, "odds_used_up"]


def fullest(spending: pd.DataFrame) -> str:
    """Return the unit that spent the largest part of its money and has some left; "" without."""
    known = spending["spent_share"][spending["unspent_wan"] > 0]
    return str(known.idxmax()) if len(known) else ""


def most_unspent(spending: pd.DataFrame) -> str:
    """Return the unit that is expected to have the most left; "" where it is `fullest`, too."""
    known = spending["left_wan"].dropna()
    code = str(known.idxmax()) if len(known) else ""
    return "" if code == fullest(spending) else code


def path_or_why_not(chart: Shown, spending: pd.DataFrame, unit: str) -> Shown | Sentence:
    """Return the chart of a unit's spending; or why there is none, where no unit is named.

    Parameters
    ----------
    chart : Chart or Sentence
        Of `analysis.charts.spent_path`.
    spending : DataFrame, index unit_code
        Of `analysis.stock.outlook.spending_table`.
    unit : str
        Of `fullest` or `most_unspent`.
    """
    if unit or spending.empty:
        return chart
    return say("spending_page.same_unit" if fullest(spending) else "spending_page.nothing_unspent")


def spent_by_month(paid: pd.DataFrame, unit: str) -> pd.Series:
    """Return one unit's cumulative spending at the end of its periods, index month, 万元."""
    own = paid[paid["unit_code"] == unit]
    spent = own.set_index("last")["spent_wan"].rename_axis("month")
    return with_status(spent, status_of(paid, "spent_wan"))


def backtest_table(past: pd.DataFrame, status: str | None) -> pd.DataFrame:
    """Return how earlier forecasts did, by how many reports they looked ahead.

    Parameters
    ----------
    past : DataFrame
        Of `analysis.stock.outlook.earlier_forecasts`.
    status : str or None
        Of the forecasts.
    """
    if past.empty:
        return pd.DataFrame()
    table = backtest_summary(past, "periods_ahead").reset_index()
    return with_status(table, dict.fromkeys(table.columns, weakest([status], at_least="estimate")))


def no_backtest(spending: pd.DataFrame) -> Sentence:
    """Say why there is no back-test, where there is none."""
    return NONE if spending.empty else say("spending_page.too_short")


def backtest_sentences(
    spending: pd.DataFrame, past: pd.DataFrame, record: OddsRecord
) -> list[Sentence]:
    """Say how earlier forecasts did, and what to make of it."""
    if past.empty:
        return [no_backtest(spending)]
    error = float(((past["mean"] - past["actual"]).abs() / past["scale_wan"]).mean())
    said = [
        say(
            "spending_page.tested",
            forecasts=len(past),
            covered=Figure(float(past["covered"].mean()), "percent", 0),
            error=Figure(error, "percent", 0),
        )
    ]
    if record.count:
        said.append(say("spending_page.tested_odds", **_odds_figures(record)))
    said.append(say("spending_page.tested_money"))
    if len(spending) > TESTED:
        said.append(say("spending_page.tested_units", count=TESTED))
    return said


def pace_sentences(burns: dict[str, BurnRate]) -> list[Sentence]:
    """Say which view of the pace of spending the actual spending speaks for."""
    if not burns:
        return [NONE]
    odds = pd.DataFrame({code: burn.hypotheses for code, burn in burns.items()}).mean(axis=1)
    parts = {str(name): Figure(float(part), "percent", 0) for name, part in odds.items()}
    return [say("spending_page.pace", **parts)]


def spending_source(case: Case, spending: pd.DataFrame) -> Sentence:
    """Return where a chart of spending comes from: the notice, the reports, and their statuses."""
    columns = {"money": "amount_wan", "spent": "last_month", "forecast": "left_wan"}
    words = {name: status_word(status_of(spending, column)) for name, column in columns.items()}
    return say("spending_page.source", document=case.document, **words)


def _own_money(spending: pd.DataFrame) -> pd.Series:
    """Return what each unit spent, at most its own money."""
    spent: pd.Series = spending[["spent_wan", "amount_wan"]].min(axis=1)
    return spent


def _with_interval(together: Ends) -> dict[str, object]:
    mean, low, high = together
    return {"left": Figure(mean, "wan"), "between": Interval(low, high, "wan")}


def _is_whole(together: Ends, unspent: float) -> bool:
    """Tell whether the interval of what will be left is as good as all that is not spent."""
    _, low, high = together
    return low <= WHOLE * unspent and high >= (1 - WHOLE) * unspent


def _odds_figures(record: OddsRecord) -> dict[str, object]:
    parts = {"odds": record.odds, "actual": record.actual, "covered": record.covered}
    figures = {name: Figure(part, "percent", 0) for name, part in parts.items()}
    return {"count": record.count, **figures}
