"""How long the money lasts, and how much of it is left over: what a page says about it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from analysis.case import Case
from analysis.kept import kept
from analysis.pages.share import caveats
from analysis.shares import share_table
from analysis.statuses import joined, status_of, weakest, with_status
from analysis.stock.assumptions import kind
from analysis.stock.case_plan import BALANCED, CASELOAD_GROUP, CasePlan
from analysis.stock.payment import YEAR
from analysis.stock.projection import DAYS_A_MONTH, project, reverse_stress
from analysis.stock.ranges import CHANGED, Tornado
from analysis.uncertainty import share_uncertainty
from analysis.words.answer import Answer, KeyFigure
from analysis.words.columns import per_head_digits
from analysis.words.sentence import (
    ByLanguage,
    Figure,
    Interval,
    Listed,
    Month,
    Sentence,
    Units,
    Word,
    group_word,
    say,
    status_word,
)

NONE = say("stock_chart.no_caseload")
# The stock table's money is all that a unit has: what is handed down, and what was there before.
STOCK_LABELS = {"amount_wan": say("depletion.available")}
# No interval of all units' stock together is known, so the chart's title has no amount.
STOCK_COMPARED = say("depletion.vintages_title")
# Months of the reverse stress test that the table shows: the ends of the quarters.
STRESS_MONTHS = (3, 6, 9, 12)
_VALUES = ("value_used", "value_low", "value_high")
# Paths of a tornado: its many runs take fewer where there are many units.
_UNIT_PATHS, _LEAST_PATHS = 1_000_000, 1_000
# Verdicts on how long a unit's money lasts, beside all of it together or beside a year.
_ALL_OPEN = ("depletion.compared_open", "depletion.year_open")
BESIDE_ALL = {"below": "sooner", "above": "later", "even": "same"}
_UNIT_SAID = {
    "sooner": "depletion.unit_sooner",
    "later": "depletion.unit_later",
    "same": "depletion.unit_same",
    "short": "depletion.unit_short",
    "enough": "depletion.unit_enough",
}
OPEN = "open"

Row = Mapping[Hashable, Any]
Shown = TypeVar("Shown")


def demand_doubt(plan: CasePlan, rounding_wan: pd.Series, *, seed: int) -> pd.DataFrame:
    """Draw the counts within their ranges and see whose money falls short of its demand.

    The same draws as those of the shares of money and need, with each unit's demand in place of
    its persons: a page on shares and one on how long the money lasts agree.

    Parameters
    ----------
    plan : CasePlan
        Over 12 months.
    rounding_wan : Series, index unit_code, 万元
        Width of the interval in which each unit's money was rounded.
    seed : int

    Returns
    -------
    DataFrame, index unit_code
        Columns of `analysis.uncertainty.share_uncertainty`, and ``ratio`` and ``yuan_per_person``
        of `analysis.shares.share_table`, a "person" being 万元 of demand a month; no row where
        there is no demand or no money.
    """
    money, demand = _money(plan), _as_need(plan)
    if not (money.sum() > 0 and demand["persons"].sum() > 0):
        return pd.DataFrame(columns=["verdict", "ratio", "yuan_per_person"], index=money.index[:0])
    shares = share_table(money, demand["persons"])[["ratio", "yuan_per_person"]]
    rounding = rounding_wan.reindex(money.index).fillna(0.0)
    return joined(share_uncertainty(money, demand, rounding_wan=rounding, seed=seed), shares)


@kept(maxsize=8)
def lasting(plan: CasePlan, stock: pd.DataFrame, doubt: pd.DataFrame) -> pd.DataFrame:
    """Add how long each unit's money lasts within the doubt in the counts, and what follows.

    Parameters
    ----------
    plan : CasePlan
        Over 12 months.
    stock : DataFrame, index unit_code
        Of `analysis.stock.stock_table`.
    doubt : DataFrame, index unit_code
        Of `demand_doubt`.

    Returns
    -------
    DataFrame, index unit_code
        ``runway_months_low`` and ``runway_months_high``, 90 % interval of ``runway_months``;
        ``lasts``: with a balanced share borne, whether the money is used up ``sooner`` or
        ``later`` than all of it together, or at the ``same`` time; with another, whether it is
        ``short`` of 12 months or ``enough``; ``open`` where the counts do not tell; ``no_money``
        or ``no_demand`` where there is nothing to tell.
    """
    known = doubt.reindex(stock.index)
    balanced = plan.rule == BALANCED
    base = "ratio" if balanced else "yuan_per_person"
    ends = {}
    for end in ("low", "high"):
        # A unit's money is `ratio` times its part of all: with more demand it is less.
        factor = (known[base] / known.get(f"{base}_{end}", np.nan)).astype(float).fillna(1.0)
        ends[f"runway_months_{end}"] = _runway_with(plan, factor)
    table = pd.DataFrame(ends, index=stock.index)
    if balanced:
        verdicts = known["verdict"].map(BESIDE_ALL).fillna(OPEN)
    else:
        short = (table["runway_months_high"] < YEAR).map({True: "short", False: OPEN})
        verdicts = short.mask(table["runway_months_low"] >= YEAR, "enough")
    verdicts = verdicts.mask(np.isinf(stock["runway_months"]), "no_demand")
    table["lasts"] = verdicts.mask(~(stock["amount_wan"] > 0), "no_money").astype(object)
    money = with_status(stock, {"amount_wan": plan.money_status})
    return joined(money, with_status(table, plan.status))


def units_that(stock: pd.DataFrame, lasts: str) -> list[str]:
    """Return the units whose money lasts so, the shortest first."""
    found = stock[stock["lasts"] == lasts].sort_values("runway_months", kind="stable")
    return [str(code) for code in found.index]


def stock_answer(
    case: Case, plan: CasePlan, stock: pd.DataFrame, without: pd.DataFrame, actual: Answer
) -> Answer:
    """Return the first screen of notebook 03: what was spent, and how long the money lasts.

    Parameters
    ----------
    case : Case
    plan : CasePlan
        Over 12 months.
    stock : DataFrame, index unit_code
        Of `lasting`.
    without : DataFrame, index unit_code
        Of `analysis.stock.break_even`: spoken of where there is neither spending nor caseload.
    actual : Answer
        Of `analysis.pages.spending.spending_answer`.
    """
    sentences, figures = stock_sentences(plan, stock), stock_figures(plan, stock)
    notes = [] if stock.empty else share_notes(plan)
    if stock.empty and not actual.sentences:
        sentences, figures = break_even_sentences(without), break_even_figures(without)
        notes = [say("depletion.enter_counts")]
    if actual.sentences:
        # What was spent says more than what the money would do under a rule.
        said = [*actual.sentences[:1], *sentences[:1]] if sentences else actual.sentences[:2]
        rest = [*actual.sentences, *sentences]
        notes = [*(each for each in rest if each not in said), *notes]
        figures = [*actual.figures[:1], *figures[1:], *actual.figures[1:], *figures[:1]]
        sentences = list(said)
    statuses = [*actual.rests_on, *([] if stock.empty else [plan.status])]
    told = [*sentences[2:], *notes, *actual.notes, *caveats(case)]
    return Answer(sentences[:2], figures, told, statuses)


def stock_sentences(plan: CasePlan, stock: pd.DataFrame) -> list[Sentence]:
    """Say whose money lasts long and whose does not; nothing without a caseload."""
    if stock.empty:
        return []
    borne, only = _borne(plan), str(stock.index[0])
    if len(stock) == 1:
        if plan.rule == BALANCED:
            return [say("depletion.compared_single", unit=Units([only]), **borne)]
        return unit_stock_sentences(plan, stock, only)
    beside = _beside_all if plan.rule == BALANCED else _beside_a_year
    said = [beside(stock, borne)]
    if (still := units_that(stock, OPEN)) and said[0].key not in _ALL_OPEN:
        said.append(say("depletion.open", units=Units(still)))
    if lacking := units_that(stock, "no_money"):
        said.append(say("depletion.no_money", units=Units(lacking)))
    return said


def _beside_all(stock: pd.DataFrame, borne: dict[str, object]) -> Sentence:
    sooner, later = units_that(stock, "sooner"), units_that(stock, "later")
    if sooner and later:
        ends = {"sooner": Units(sooner), "later": Units(later)}
        return say("depletion.compared_both", **ends, **borne)
    if sooner:
        return say("depletion.compared_sooner", sooner=Units(sooner), **borne)
    if later:
        return say("depletion.compared_later", later=Units(later), **borne)
    if len(units_that(stock, "same")) == len(stock):
        return say("depletion.compared_same", **borne)
    return say("depletion.compared_open", **borne)


def _beside_a_year(stock: pd.DataFrame, borne: dict[str, object]) -> Sentence:
    short, enough = units_that(stock, "short"), units_that(stock, "enough")
    known = int(stock["lasts"].isin(["short", "enough", OPEN]).sum())
    if len(short) == known > 1:
        return say("depletion.year_short_all", **borne)
    if len(enough) == known > 1:
        return say("depletion.year_enough_all", **borne)
    if short and enough:
        return say("depletion.year_both", short=Units(short), enough=Units(enough), **borne)
    if short:
        return say("depletion.year_short", short=Units(short), **borne)
    if enough:
        return say("depletion.year_enough", enough=Units(enough), **borne)
    return say("depletion.year_open", **borne)


def stock_figures(plan: CasePlan, stock: pd.DataFrame) -> list[KeyFigure]:
    """Return the days that the money bears all demand, and the shortest and longest runway."""
    if stock.empty:
        return []
    figures = [full_days(plan)]
    months = stock["runway_months"][stock["amount_wan"] > 0]
    months = months[np.isfinite(months)]
    if months.empty:
        return figures
    ends = {"shortest": str(months.idxmin()), "longest": str(months.idxmax())}
    if len(stock) == 1:
        figures += unit_stock_figures(plan, stock, str(stock.index[0]))
    elif months.min() < months.max():
        shortest = say("depletion.shortest_label", unit=Units([ends["shortest"]]))
        longest = say("depletion.longest_label", unit=Units([ends["longest"]]))
        figures.append(_runway_figure("shortest_runway", shortest, stock, ends["shortest"]))
        figures.append(_runway_figure("longest_runway", longest, stock, ends["longest"]))
    return figures


def full_days(plan: CasePlan) -> KeyFigure:
    """Return how many days all the money lasts if it bears all demand.

    Its range has all counts at their upper, and all at their lower bounds.
    """
    money, monthly = float(plan.plan.total_wan.sum()), plan.demand.sum()
    names = ("demand_wan", "demand_wan_high", "demand_wan_low")
    days, low, high = (
        money / monthly[name] * DAYS_A_MONTH if monthly[name] > 0 else math.inf for name in names
    )
    apart = math.isfinite(high) and round(low, 1) < round(high, 1)
    ends = (low, high) if apart else (None, None)
    label = say("depletion.full_days_label")
    return KeyFigure("full_days", label, Figure(days, "days"), plan.status, *ends)


def unit_stock_sentences(plan: CasePlan, stock: pd.DataFrame, unit: str) -> list[Sentence]:
    """Say of one unit how long its money lasts; or that it is not projected, or has no money.

    Parameters
    ----------
    plan : CasePlan
        Over 12 months.
    stock : DataFrame, index unit_code
        Of `lasting`.
    unit : str
        Its code.
    """
    if stock.empty:
        return [NONE]
    who = {"unit": Units([unit])}
    if unit not in stock.index:
        return [say("stock_chart.not_projected", **who)]
    row, borne = stock.loc[[unit]].to_dict("records")[0], _borne(plan)
    if not row["amount_wan"] > 0:
        lacking = Figure(row["expected_shortfall_wan"], "wan")
        return [say("depletion.unit_no_money", **who, **borne, lacking=lacking)]
    said = {**who, **borne, "months": Figure(row["runway_months"], "months", 1)}
    low, high = (row[f"runway_months_{end}"] for end in ("low", "high"))
    said["between"] = Interval(low, high, "months", 1)
    if math.isinf(row["runway_months"]):
        return [say("depletion.unit_endless", **who, **borne)]
    undecided = "depletion.unit_open" if plan.rule == BALANCED else "depletion.unit_year_open"
    return [say(_UNIT_SAID.get(str(row["lasts"]), undecided), **said)]


def unit_stock_figures(plan: CasePlan, stock: pd.DataFrame, unit: str) -> list[KeyFigure]:
    """Return one unit's runway with its interval; none without money or projection."""
    if unit not in stock.index or not stock["amount_wan"][unit] > 0:
        return []
    key = "depletion.runway_compared" if plan.rule == BALANCED else "depletion.runway_label"
    return [_runway_figure("runway_months", say(key, **_borne(plan)), stock, unit)]


def share_notes(plan: CasePlan) -> list[Sentence]:
    """Say where the share borne comes from, and what must not be read out of it."""
    borne = _borne(plan)
    if plan.rule == BALANCED:
        return [say("depletion.rule_balanced", **borne)]
    if plan.rule == "all":
        return [say("depletion.rule_all")]
    return [say("depletion.rule_chosen", **borne)]


def odds_sentences(plan: CasePlan, stock: pd.DataFrame) -> list[Sentence]:
    """Say what the odds of running out leave out, and of whom they say less than they seem to."""
    if stock.empty:
        return [NONE]
    said = [say("depletion.run_out"), say("depletion.odds_of_fluctuation")]
    if plan.rule == BALANCED:
        said[1] = say("depletion.odds_compared", **_borne(plan))
    if still := units_that(stock, OPEN):
        said.append(say("depletion.odds_open", units=Units(still)))
    return said


def method_notes(case: Case, plan: CasePlan) -> list[Sentence]:
    """List what the projection takes for granted and leaves out."""
    if not plan.plan.unit_code:
        return [NONE]
    inputs = plan.inputs.set_index("name")["status"]
    words = {
        name: Listed([status_word(each) for each in dict.fromkeys(inputs.loc[[name]])])
        for name in ("caseload", "benefit_yuan_month")
    }
    said = [say("depletion.sources", benefit=words["benefit_yuan_month"], count=words["caseload"])]
    if case.balances.empty:
        said.append(say("depletion.no_balances"))
    said.append(say("depletion.recovery"))
    if plan.left_out:
        said.append(say("depletion.left_out", units=Units(plan.left_out)))
    return said


def first_short(stock: pd.DataFrame) -> str:
    """Return the unit whose money lasts the shortest; "" without a caseload, or any money."""
    months = stock["runway_months"][stock["amount_wan"] > 0]
    return str(months.idxmin()) if len(months) else ""


def most_left(stock: pd.DataFrame) -> str:
    """Return the unit with the most money left at year end; "" where it is `first_short`, too."""
    code = str(stock["carry_over_wan"].idxmax()) if len(stock) else ""
    return "" if code == first_short(stock) else code


def stock_columns(plan: CasePlan) -> list[str]:
    """Return the columns of the stock table to show.

    Without a month of running out where the share borne was set to compare units.
    """
    columns = ["amount_wan", "monthly_demand_wan", "runway_months", "runway_months_low"]
    columns += ["runway_months_high", "lasts", *([] if plan.rule == BALANCED else ["life_month"])]
    columns += ["odds_year_end", "carry_over_wan", "carry_over_wan_low", "carry_over_wan_high"]
    return [*columns, "recovered_wan", "expected_shortfall_wan", "top_up_wan"]


def runway_title(plan: CasePlan, stock: pd.DataFrame) -> Sentence | None:
    """Return the title of a chart of how long money lasts; None where its own one will do."""
    if plan.rule != BALANCED or len(stock) < 2 or not np.isfinite(stock["runway_months"]).all():
        return None
    months = stock["runway_months"]
    between = Interval(float(months.min()), float(months.max()), "months", 1)
    return say("depletion.runway_title", between=between)


def as_comparison(plan: CasePlan, chart: Shown, title: Sentence | None = None) -> Shown:
    """Return a chart that says that the share borne was set to compare units, where it was.

    Parameters
    ----------
    plan : CasePlan
    chart : Chart or Sentence
    title : Sentence, optional
        In place of its own, where that would state as a fact what follows from the share borne.
    """
    if plan.rule != BALANCED or isinstance(chart, Sentence):
        return chart
    told: Any = chart
    remarks = [*told.remarks, say("stock_chart.comparison")]
    changed: Shown = replace(told, title=title or told.title, remarks=remarks)
    return changed


def parameters_table(case: Case, plan: CasePlan, unit: str | None = None) -> pd.DataFrame:
    """Return every value that the projection used, with its range, status and source.

    Parameters
    ----------
    case : Case
    plan : CasePlan
    unit : str, optional
        For one unit its own caseload stands in place of all units' together, and what is assumed
        of other units is left out; nothing for a unit that is not projected.

    Returns
    -------
    DataFrame, a row a value
        ``parameter``, ``scope`` (spending item or unit), ``value_used``, ``value_low``,
        ``value_high``, ``measured_in``, ``status``, ``source``.
    """
    inputs = plan.inputs
    if unit is not None and unit not in plan.plan.unit_code:
        inputs = inputs.iloc[:0]
    elif unit is not None:
        inputs = inputs[inputs["unit_code"].isna() | (inputs["unit_code"] == unit)]
    rows = [_with_own_count(case, row, unit) for row in inputs.to_dict("records")]
    items = case.function_codes.set_index("code")[["name_zh", "name_en"]]
    names = {code: ByLanguage(*names) for code, *names in items.itertuples(name=None)}
    table = pd.DataFrame(
        {
            "parameter": [str(row["name"]) for row in rows],
            "scope": [_scope(row, names) for row in rows],
            "value_used": [row["value"] for row in rows],
            "value_low": [row["low"] for row in rows],
            "value_high": [row["high"] for row in rows],
            "measured_in": [_measured_in(str(row["name"]), case.currency) for row in rows],
            "status": [row["status"] for row in rows],
            "source": [_source(row) for row in rows],
        }
    )
    return with_status(table, dict.fromkeys(_VALUES, weakest(table["status"])))


def ranges_table(made: Tornado, case: Case, plan: CasePlan) -> pd.DataFrame:
    """Return what each value, alone at an end of its range, does to the shortfall and the rest.

    Parameters
    ----------
    made : Tornado
        Of `analysis.stock.tornado`.
    case : Case
    plan : CasePlan

    Returns
    -------
    DataFrame, a row a value, that of the largest effect first
        ``parameter``, ``scope`` (whose spending it is of), ``value_low``, ``value_used``,
        ``value_high``, ``measured_in``, ``status``, and of `made` the shortfalls and carry-overs.
    """
    rows = made.table.to_dict("records")
    ends = list(CHANGED)
    table = pd.DataFrame(
        {
            "parameter": [str(row["name"]) for row in rows],
            "scope": [_group(row["programme"]) for row in rows],
            "value_low": made.table["low"].astype(float),
            "value_used": made.table["value"].astype(float),
            "value_high": made.table["high"].astype(float),
            "measured_in": [_measured_in(str(row["name"]), case.currency) for row in rows],
            "status": made.table["status"],
        }
    )
    table[ends] = made.table[ends].astype(float)
    stated = dict.fromkeys(_VALUES, weakest(table["status"]))
    return with_status(table, stated | dict.fromkeys(ends, plan.status))


def no_ranges(plan: CasePlan) -> Sentence:
    """Say why no value is varied, where none is."""
    return say("stock_chart.tornado_no_ranges") if plan.plan.unit_code else NONE


def ranges_paths(plan: CasePlan, paths: int) -> int:
    """Return the paths of a tornado: its many runs take fewer where there are many units."""
    return min(paths, max(_LEAST_PATHS, _UNIT_PATHS // max(1, len(plan.plan.unit_code))))


def stress_table(plan: CasePlan) -> pd.DataFrame:
    """Return which monthly growth of demand uses up each unit's money by the end of a quarter.

    Returns
    -------
    DataFrame, index unit_code
        ``growth_to_3`` ... ``growth_to_12``, parts of 1 a month; NaN where no growth does.
    """
    exponent = reverse_stress(plan.plan)[list(STRESS_MONTHS)]
    # Where lumps alone use up the money, no growth below 0 saves it either.
    growth = exponent.apply(np.expm1).where(np.isfinite(exponent))
    return with_status(growth.set_axis(stress_labels(), axis=1), plan.status)


def stress_labels() -> dict[str, Sentence]:
    """Return the head of each column of `stress_table`: the month that it looks to."""
    return {
        f"growth_to_{month}": say("depletion.end_of", month=Month(month)) for month in STRESS_MONTHS
    }


def stress_sentences(plan: CasePlan, stress: pd.DataFrame) -> list[Sentence]:
    """Say how to read the reverse stress test, and no more than stands in it."""
    if stress.empty:
        return [NONE]
    said = [say("depletion.stress", **_borne(plan))]
    if (stress < 0).any(axis=None):
        said.append(say("depletion.stress_below"))
    if stress.isna().any(axis=None):
        said.append(say("depletion.stress_dash"))
    return said


def break_even_sentences(frame: pd.DataFrame) -> list[Sentence]:
    """Say what the money comes to a month, which needs no count of aided people.

    Parameters
    ----------
    frame : DataFrame, index unit_code
        Of `analysis.stock.break_even`.
    """
    monthly = Figure(float(frame["wan_per_month"].sum()), "wan")
    living = frame.dropna(subset=["residents"]) if "residents" in frame else frame.iloc[:0]
    if living.empty:
        return [say("depletion.break_even", monthly=monthly)]
    each = float(living["amount_wan"].sum() * 10_000 / YEAR / living["residents"].sum())
    per_head = Figure(each, "one", per_head_digits([each]))
    return [say("depletion.break_even_residents", monthly=monthly, each=per_head)]


def break_even_figures(frame: pd.DataFrame) -> list[KeyFigure]:
    """Return the money, and a twelfth of it, as figures of a first screen."""
    total = Figure(float(frame["amount_wan"].sum()), "wan")
    monthly = Figure(float(frame["wan_per_month"].sum()), "wan")
    status = status_of(frame, "wan_per_month")
    return [
        KeyFigure("allocated", say("share.total"), total, status_of(frame, "amount_wan")),
        KeyFigure("monthly", say("depletion.monthly_label"), monthly, status),
    ]


def stock_source(case: Case, plan: CasePlan) -> Sentence:
    """Return where a chart of the stock comes from: the notice, the counts, and their statuses."""
    statuses = Listed([status_word(each) for each in dict.fromkeys(plan.inputs["status"])])
    money = status_word(case.money_status)
    return say("depletion.source", document=case.document, money=money, statuses=statuses)


def _money(plan: CasePlan) -> pd.Series:
    index = pd.Index(plan.plan.unit_code, name="unit_code", dtype=object)
    money = pd.Series(plan.plan.total_wan, index=index, name="amount_wan")
    return with_status(money, plan.status)


def _as_need(plan: CasePlan) -> pd.DataFrame:
    """Return each unit's demand under the names that shares are drawn by."""
    names = {"demand_wan": "persons", "demand_wan_low": "low", "demand_wan_high": "high"}
    return with_status(plan.demand.rename(columns=names)[[*names.values()]], plan.status)


def _runway_with(plan: CasePlan, factor: pd.Series) -> np.ndarray:
    """Return how long each unit's money lasts with its demand so many times what is expected."""
    times = factor.to_numpy(dtype=float)
    moved = replace(
        plan.plan,
        demand_wan=plan.plan.demand_wan * times[:, None],
        lump_mean_wan=plan.plan.lump_mean_wan * times,
    )
    return project(moved).runway_months


def _borne(plan: CasePlan) -> dict[str, object]:
    """Return the share of demand that the money bears, in three digits, and its status."""
    percent = plan.fund_share * 100
    digits = max(0, 2 - math.floor(math.log10(percent))) if percent < 100 else 0
    status = plan.inputs.loc[plan.inputs["name"] == "fund_share", "status"].iloc[0]
    return {
        "share": Figure(plan.fund_share, "percent", digits),
        "status": status_word(status),
    }


def _runway_figure(key: str, label: Sentence, stock: pd.DataFrame, unit: str) -> KeyFigure:
    row = stock.loc[[unit]].to_dict("records")[0]
    low, high = (row[f"runway_months_{end}"] for end in ("low", "high"))
    ends = (low, high) if math.isfinite(high) and round(low, 1) < round(high, 1) else (None, None)
    value = Figure(row["runway_months"], "months", 1)
    return KeyFigure(key, label, value, status_of(stock, "runway_months"), *ends)


def _with_own_count(case: Case, row: Row, unit: str | None) -> Row:
    """Return a row of the inputs, that of a caseload with the counts it is about."""
    if row["name"] != "caseload":
        return row
    people = case.people(CASELOAD_GROUP[row["programme"]])
    if unit is None:
        # One wording stands for those that differ by a remark on a single unit.
        told = Counter(zip(people["source"], people["source_en"], strict=True))
        (source, source_en), _ = told.most_common(1)[0]
        return {**row, "source": source, "source_en": source_en}
    if unit not in people.index:
        return row
    own = people.loc[unit]
    return {**row, **own[["low", "high", "status", "source", "source_en"]], "value": own["persons"]}


def _scope(row: Row, names: dict[str, ByLanguage]) -> object:
    programme: object = (
        None if pd.isna(row["programme"]) else names.get(row["programme"], row["programme"])
    )
    unit: object = None if pd.isna(row["unit_code"]) else Units([row["unit_code"]])
    if programme is not None and unit is not None:
        return say("depletion.scope", item=programme, unit=unit)
    return programme or unit or Word("depletion.every")


def _group(programme: object) -> Word:
    if pd.isna(programme):  # type: ignore[call-overload]
        return Word("depletion.every")
    return group_word(CASELOAD_GROUP.get(str(programme), str(programme)))


def _measured_in(name: str, currency: str) -> Word | Sentence:
    if name == "benefit_yuan_month":
        return say("depletion.per_person_month", unit=Word(f"unit.one_{currency}"))
    if name in ("opening_wan", "receipts_wan"):
        # Both languages list the values as they are kept, so their unit is that of the case.
        return Word(f"unit.wan_{currency}")
    return Word(f"stock.unit_{kind(name)}")


def _source(row: Row) -> ByLanguage:
    english: object = row["source"] if pd.isna(row["source_en"]) else row["source_en"]
    return ByLanguage(str(row["source"]), str(english))
