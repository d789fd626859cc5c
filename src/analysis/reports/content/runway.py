"""How long the money lasts, as the notebooks show it: both tails, running out and left over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.case import Case
from analysis.figures import stock as draw
from analysis.figures.style import Chart
from analysis.reports import formats
from analysis.reports.content.wording import listed, money, unit_names
from analysis.reports.display import Column, Headline, Table
from analysis.reports.note import Note
from analysis.reports.results import Results
from analysis.reports.status import in_order
from analysis.stock import (
    CasePlan,
    NoCaseload,
    StockResult,
    break_even,
    execution,
    simulate,
    stock_plan,
    stock_table,
)
from analysis.stock.case_plan import BALANCED, CASELOAD_GROUP
from analysis.words import catalogue

YEAR = 12
# Money granted in a year is recovered at the end of the next: its life is two years.
LIFE = 24
DAYS_A_MONTH = 365 / 12
# A unit is named as running out when its odds by year end exceed this.
LIKELY = 0.5
# What is left is named when it is more than this share of the unit's money.
NOTABLE = 0.01


@dataclass(frozen=True)
class Projection:
    """A simulated year, and the whole life of the money."""

    year: CasePlan
    year_result: StockResult
    life: CasePlan
    life_result: StockResult


@dataclass(frozen=True)
class RunwayView:
    """What the stock model says about a case; without aided counts there is no projection."""

    case: Case
    lang: str
    projection: Projection | None
    table: pd.DataFrame

    @property
    def names(self) -> pd.Series:
        """Unit names in the view's language."""
        return unit_names(self.case, self.lang)

    @property
    def status(self) -> str:
        """Status of every projected figure."""
        if self.projection is None:
            return "official"
        return in_order([*self.projection.year.inputs["status"], "official"])[-1]

    @property
    def first_short(self) -> str | None:
        """Code of the unit most likely to run out before the year ends."""
        if self.projection is None:
            return None
        ranked = self.table.sort_values(["odds_year_end", "runway_months"], ascending=[False, True])
        return str(ranked.index[0])

    @property
    def most_left(self) -> str | None:
        """Code of the unit with the most money left at year end."""
        return None if self.projection is None else str(self.table["carry_over_wan"].idxmax())

    @property
    def year_end(self) -> int:
        """The calendar year of month 12."""
        return int(self.case.start[:4])


def runway_view(
    case: Case, fund_share: str | float, *, paths: int, seed: int, lang: str
) -> RunwayView:
    """Project and simulate a case's stock of funds, over the year and the life of the money.

    Parameters
    ----------
    case : Case
    fund_share : str or float
        ``balanced``, or the share of spending that this money bears, in (0, 1].
    paths : int
        Simulated paths.
    seed : int
        The same seed gives the same numbers.
    lang : str
        ``zh`` or ``en``.
    """
    try:
        year = stock_plan(case, months=YEAR, fund_share=fund_share)
    except NoCaseload:
        return RunwayView(case, lang, None, pd.DataFrame())
    life = stock_plan(case, months=LIFE, fund_share=fund_share)
    year_result = simulate(year.plan, paths=paths, seed=seed)
    life_result = simulate(life.plan, paths=paths, seed=seed)
    table = stock_table(year.plan, year_result)
    table["recovered_wan"] = stock_table(life.plan, life_result)["recovered_wan"]
    return RunwayView(case, lang, Projection(year, year_result, life, life_result), table)


def headline(view: RunwayView, results: Results) -> Headline:
    """Record the key figures and return the first screen of notebook 03."""
    words = catalogue(view.lang)
    if view.projection is None:
        total = view.case.amount_wan().sum()
        results.number(
            "allocated", total, unit="wan", status="official", label=words("term.allocation")
        )
        return results.headline(words("runway.no_caseload"), ["allocated"])
    record_totals(view, results)
    return results.headline(
        answer(view), ["first_short_month", "carry_over", "full_days"], notes=notes(view)
    )


def record_totals(view: RunwayView, results: Results) -> None:
    """Record the figures of all units together: first to run out, carry-over, days of cover."""
    if view.projection is None or view.first_short is None:
        return
    words = catalogue(view.lang)
    name = view.names[view.first_short]
    results.text(
        "first_short_month",
        month_text(view, view.first_short),
        status=view.status,
        label=words("runway.first_label", name=name),
    )
    results.number(
        "carry_over",
        view.table["carry_over_wan"].sum(),
        unit="wan",
        status=view.status,
        label=words("runway.carry_label"),
        digits=0,
    )
    results.number(
        "recovered",
        view.table["recovered_wan"].sum(),
        unit="wan",
        status=view.status,
        label=words("runway.recovered_label", year=view.year_end + 1),
        digits=1,
    )
    results.number(
        "full_days",
        full_days(view),
        unit="days",
        status=view.status,
        label=words("runway.full_days_label"),
    )


def full_days(view: RunwayView) -> float:
    """Return how many days all the money would last if it bore all spending."""
    assert view.projection is not None  # noqa: S101
    monthly = view.table["monthly_demand_wan"].sum() / view.projection.year.fund_share
    return float(view.table["amount_wan"].sum() / monthly * DAYS_A_MONTH)


def answer(view: RunwayView) -> str:
    """Say who runs out before the year ends, and who is left with how much."""
    assert view.projection is not None  # noqa: S101
    words = catalogue(view.lang)
    table = view.table
    short = table[table["odds_year_end"] > LIKELY].sort_values("runway_months").index
    carried = table[table["carry_over_wan"] > NOTABLE * table["amount_wan"]]
    left = carried.drop(short, errors="ignore").sort_values("carry_over_wan", ascending=False)
    clauses = [words("runway.none_short")]
    if len(short):
        clauses = [words("runway.short", names=listed([view.names[c] for c in short], view.lang))]
    if len(left):
        names = listed([str(view.names[code]) for code in left.index], view.lang)
        carry = money(left["carry_over_wan"].sum(), view.case, view.lang, digits=0)
        clauses.append(words("runway.left", names=names, carry=carry))
    else:
        clauses.append(words("runway.none_left"))
    return words(
        "runway.answer",
        share=share_text(view),
        rule=words(f"runway.rule_{rule(view)}"),
        outcome=words("runway.clause_join").join(clauses),
    )


def rule(view: RunwayView) -> str:
    """Return ``balanced`` or ``chosen``: how the share of spending borne was set."""
    assert view.projection is not None  # noqa: S101
    inputs = view.projection.year.inputs
    row = inputs[inputs["name"] == "fund_share"].iloc[0]
    return "balanced" if row["source"] == BALANCED else "chosen"


def share_text(view: RunwayView) -> str:
    """Return the share of spending borne, in percent."""
    assert view.projection is not None  # noqa: S101
    return f"{view.projection.year.fund_share * 100:.2g}"


def notes(view: RunwayView) -> list[str]:
    """Return what a reader must know before using the figures."""
    words = catalogue(view.lang)
    if view.projection is None:
        return [words("runway.no_caseload")]
    return [words("runway.note_slice")]


def method_notes(view: RunwayView) -> Note:
    """List what the projection takes for granted and leaves out."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    texts = [words("runway.note_odds"), words("runway.note_benefit")]
    if view.case.balances.empty:
        texts.append(words("runway.note_opening"))
    texts.append(words("runway.note_recovery"))
    left_out = view.projection.year.left_out
    if left_out:
        names = listed([str(view.names[code]) for code in left_out], view.lang)
        texts.append(words("runway.note_left_out", names=names))
    return Note("\n".join(f"- {text}" for text in texts))


def month_text(view: RunwayView, unit_code: str) -> str:
    """Name the month in which a unit is expected to run out, within the life of the money."""
    assert view.projection is not None  # noqa: S101
    place = list(view.projection.life.plan.unit_code).index(unit_code)
    month = view.projection.life_result.depletion_month[place]
    if not np.isfinite(month) or month < 1:
        return catalogue(view.lang)("runway.never", year=view.year_end + 1)
    return formats.month_name(view.case.start, int(month), view.lang)


def stock_table_shown(view: RunwayView, results: Results) -> Table | Note:
    """Record and show what the model says of each unit, the shortest runway first."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    frame = view.table.assign(
        name=view.names.loc[view.table.index],
        month=[month_text(view, str(code)) for code in view.table.index],
    ).sort_values("runway_months", kind="stable")
    return results.table(
        "stock",
        frame,
        caption=words("runway.table_caption", share=share_text(view)),
        columns=stock_columns(view.lang),
        status=view.status,
    )


def stock_columns(lang: str) -> dict[str, Column]:
    """Return the columns of the stock table."""
    words = catalogue(lang)
    return {
        "unit_code": Column(words("runway.code"), hidden=True),
        "name": Column(words("runway.unit")),
        "amount_wan": Column(words("runway.amount"), "wan", status="official"),
        "monthly_demand_wan": Column(words("runway.monthly_demand"), "wan", digits=2),
        "runway_months": Column(words("runway.runway"), "months"),
        "month": Column(words("runway.depletion")),
        "odds_year_end": Column(words("runway.odds"), "odds"),
        "carry_over_wan": Column(words("runway.carry"), "wan", digits=1),
        "recovered_wan": Column(words("runway.recovered"), "wan", digits=1),
        "expected_shortfall_wan": Column(words("runway.shortfall"), "wan", digits=1),
        "top_up_wan": Column(words("runway.top_up"), "wan", digits=1),
    }


def inputs_table(view: RunwayView, results: Results, unit_code: str | None = None) -> Table | Note:
    """Record and show every value the projection used, with its range, status and source.

    For one unit, its own caseload stands in place of all units' together.
    """
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    inputs = _caseload_of(view, view.projection.year.inputs, unit_code)
    items = view.case.function_codes.set_index("code")[f"name_{view.lang}"]
    source = inputs["source_en" if view.lang == "en" else "source"].fillna(inputs["source"])
    frame = inputs.assign(
        name=[words(f"runway.param_{name}") for name in inputs["name"]],
        of=[_scope(view, row, items) for row in inputs.to_dict("records")],
        unit=[words(f"stock.unit_{name}") for name in inputs["name"]],
        source=source.replace(BALANCED, words("runway.source_balanced")),
    )
    return results.table(
        "inputs",
        frame,
        caption=words("runway.inputs_caption"),
        columns={
            "name": Column(words("runway.parameter")),
            "of": Column(words("runway.programme")),
            "value": Column(words("runway.value"), "plain"),
            "low": Column(words("runway.low"), "plain"),
            "high": Column(words("runway.high"), "plain"),
            "unit": Column(words("runway.input_unit")),
            "status": Column(words("runway.status"), "status"),
            "source": Column(words("runway.source")),
        },
        status=in_order(inputs["status"])[0],
    )


def _caseload_of(view: RunwayView, inputs: pd.DataFrame, unit_code: str | None) -> pd.DataFrame:
    inputs = inputs.copy()
    known = ["status", "source", "source_en"]
    for row in inputs.index[inputs["name"] == "caseload"]:
        people = view.case.people(CASELOAD_GROUP[inputs.loc[row, "programme"]])
        if unit_code is None:
            # One wording stands for those that differ by a remark on a single unit.
            inputs.loc[row, known[1:]] = people[known[1:]].mode().iloc[0]
        elif unit_code in people.index:
            own = people.loc[unit_code]
            inputs.loc[row, ["value", "low", "high"]] = own[["persons", "low", "high"]].to_numpy()
            inputs.loc[row, known] = own[known].to_numpy()
    return inputs


def _scope(view: RunwayView, row: Mapping[str, object], items: pd.Series) -> str:
    """Name the spending item and the unit that a value is for."""
    parts = []
    if not pd.isna(row["programme"]):
        parts.append(str(items.get(row["programme"], row["programme"])))
    if not pd.isna(row["unit_code"]):
        parts.append(str(view.names.get(row["unit_code"], row["unit_code"])))
    return " ".join(parts) or catalogue(view.lang)("runway.every")


def break_even_table(view: RunwayView, results: Results) -> Table:
    """Record and show the monthly spending at which each unit's money just lasts a year."""
    words = catalogue(view.lang)
    frame = break_even(view.case)
    return results.table(
        "break_even",
        frame.assign(name=view.names.loc[frame.index]),
        caption=words("runway.break_even_caption"),
        columns={
            "unit_code": Column(words("runway.code"), hidden=True),
            "name": Column(words("runway.unit")),
            "amount_wan": Column(words("runway.amount"), "wan"),
            "wan_per_month": Column(words("runway.per_month"), "wan", digits=2),
            "resident": Column(words("runway.residents"), "persons"),
            "yuan_per_resident": Column(words("runway.per_resident"), "one", digits=2),
        },
        status="official",
    )


def source_line(view: RunwayView) -> str:
    """Return the line under a chart: the documents and the statuses of what it rests on."""
    words = catalogue(view.lang)
    assert view.projection is not None  # noqa: S101
    used = in_order(view.projection.year.inputs["status"])
    return words(
        "runway.source_line",
        document=view.case.document_no or view.case.title[view.lang],
        statuses=words("share.name_join").join(words(f"status.{status}") for status in used),
    )


def odds_chart(view: RunwayView) -> Chart | Note:
    """Draw the odds that each unit has run out by the end of each month of the year."""
    words = catalogue(view.lang)
    if view.projection is None or view.first_short is None:
        return Note(words("runway.no_caseload"))
    plan, result = view.projection.year.plan, view.projection.year_result
    odds = pd.DataFrame(
        result.odds_depleted,
        index=pd.Index(plan.unit_code, name="unit_code"),
        columns=range(1, YEAR + 1),
    )
    worst = odds.loc[view.first_short, YEAR]
    title = words("runway.odds_title")
    if worst > 0:
        said = formats.number(worst, "odds", view.lang)
        name = view.names[view.first_short]
        title = words("runway.odds_title_first", name=name, odds=said)
    return draw.odds_heatmap(
        odds,
        view.names,
        lang=view.lang,
        start_month=view.case.start,
        title=title,
        source=source_line(view),
    )


def runway_chart(view: RunwayView) -> Chart | Note:
    """Draw how many months each unit's money covers."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    months = view.table["runway_months"]
    low, high = f"{months.min():.1f}", f"{months.max():.1f}"
    key = "runway_title" if len(months) > 1 else "runway_title_one"
    title = words(
        f"runway.{key}", **({"low": low, "high": high} if len(months) > 1 else {"low": low})
    )
    return draw.runway(
        view.table, view.names, lang=view.lang, title=title, source=source_line(view)
    )


def fan_chart(view: RunwayView, unit_code: str | None) -> Chart | Note:
    """Draw the fan of a unit's stock over the life of its money."""
    words = catalogue(view.lang)
    if view.projection is None or unit_code not in view.table.index:
        return Note(words("runway.no_caseload"))
    plan, result = view.projection.life.plan, view.projection.life_result
    place = list(plan.unit_code).index(unit_code)
    row = view.table.loc[unit_code]
    name = view.names[unit_code]
    if row["odds_year_end"] > LIKELY:
        title = words("runway.fan_short_title", name=name, month=month_text(view, unit_code))
    else:
        carry = money(row["carry_over_wan"], view.case, view.lang, digits=1)
        title = words("runway.fan_left_title", name=name, carry=carry)
    return draw.fan(
        result.quantiles[place],
        depletion_month=result.depletion_month[place],
        lang=view.lang,
        currency=view.case.currency,
        start_month=view.case.start,
        title=title,
        source=source_line(view),
    )


def execution_chart(view: RunwayView, unit_code: str | None) -> Chart | Note:
    """Draw a unit's expected execution rate beside time-proportional progress."""
    words = catalogue(view.lang)
    if view.projection is None or unit_code not in view.table.index:
        return Note(words("runway.no_caseload"))
    table = execution(view.projection.year.plan, view.projection.year_result)
    rows = table[table["unit_code"] == unit_code]
    rate = formats.number(rows["execution_rate"].iloc[-1], "percent", view.lang, digits=0)
    return draw.execution(
        rows,
        lang=view.lang,
        start_month=view.case.start,
        title=words("runway.execution_title", name=view.names[unit_code], rate=rate),
        source=source_line(view),
    )
