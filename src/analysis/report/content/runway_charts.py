"""The charts of the stock model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.figures import cover, vintages
from analysis.figures import stock as draw
from analysis.figures.amounts import amount_digits
from analysis.figures.cover import MONTH_DAYS
from analysis.figures.style import Chart
from analysis.report import formats
from analysis.report.content.runway_view import RunwayView
from analysis.report.content.spent_view import SpentView
from analysis.report.content.wording import money, rough_money
from analysis.report.note import Note
from analysis.stock import execution
from analysis.stock.payment import YEAR
from analysis.words import catalogue


def source_line(view: RunwayView) -> str:
    """Return the line under a chart: the documents and the statuses of what it rests on."""
    words = catalogue(view.lang)
    return words(
        "runway.source_line",
        document=view.case.document_no or view.case.title[view.lang],
        money=words(f"status.{view.case.money_status}"),
        statuses=words("share.name_join").join(
            words(f"status.{status}") for status in view.used_statuses
        ),
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
    worst = view.value(view.first_short, "odds_year_end")
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
    low, high = (formats.figure(end, "months", 1) for end in (months.min(), months.max()))
    title = words("runway.runway_title", low=low, high=high)
    if len(months) == 1:
        title = words("runway.runway_title_one", low=low)
    elif np.isinf(months.max()):
        title = words("runway.runway_title_open", low=low)
    return draw.runway(
        view.table, view.names, lang=view.lang, title=title, source=source_line(view)
    )


def fan_chart(view: RunwayView, unit_code: str | None) -> Chart | Note:
    """Draw the fan of a unit's stock over the life of its money."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    if unit_code is None:
        return Note(words("runway.same_unit"))
    plan, result = view.projection.life.plan, view.projection.life_result
    place = plan.unit_code.index(unit_code)
    name = view.names[unit_code]
    if view.value(unit_code, "amount_wan") == 0:
        return Note(words("runway.no_money", name=name))
    if view.runs_out(unit_code):
        title = words("runway.fan_short_title", name=name, month=view.month_text(unit_code))
    else:
        carry = money(view.value(unit_code, "carry_over_wan"), view.case, view.lang, digits=1)
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


def execution_chart(
    view: RunwayView, unit_code: str | None, actual: SpentView | Note
) -> Chart | Note:
    """Draw a unit's expected execution rate, and the actual one, beside 序时进度."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    if unit_code is None:
        return Note(words("runway.same_unit"))
    name = view.names[unit_code]
    if view.value(unit_code, "amount_wan") == 0:
        return Note(words("runway.no_money", name=name))
    year, result = view.projection.year, view.projection.year_result
    rows = execution(year.plan, result, unit_code=unit_code).assign(actual_rate=np.nan)
    if not isinstance(actual, Note) and unit_code in actual.spent:
        paid = actual.spent[unit_code] / view.value(unit_code, "amount_wan")
        rows["actual_rate"] = rows["month"].map(paid)
    rate = formats.number(rows["execution_rate"].iloc[-1], "percent", view.lang, digits=1)
    return draw.execution(
        rows,
        lang=view.lang,
        start_month=view.case.start,
        title=words("runway.execution_title", name=name, rate=rate),
        source=source_line(view),
    )


def cover_chart(view: RunwayView, actual: SpentView | Note) -> Chart | Note:
    """Draw how many days the money at hand covers.

    At the actual pace of spending where it is known, and else if it bore all of the spending.
    """
    words = catalogue(view.lang)
    if not isinstance(actual, Note):
        days, key, source = actual.table["cover_days"], "cover_spent", actual.source_line
        month = actual.as_of
    elif view.projection is not None:
        days, key, source = view.full_days, "cover_plan", source_line(view)
        month = 1
    else:
        return Note(words("runway.no_caseload"))
    known = days.dropna()
    if known.empty:
        return Note(words("spent.no_money"))
    short = int((known < MONTH_DAYS).sum())
    title = words(
        f"runway.{key}{'_short' if short else '_none'}",
        month=formats.month_name(view.case.start, month, view.lang),
        short=f"{short:,}",
        count=f"{len(known):,}",
        days=MONTH_DAYS,
    )
    return cover.cover(days, view.names, lang=view.lang, title=title, source=source)


def vintage_chart(view: RunwayView) -> Chart | Note:
    """Draw the stock of all units together by year of grant, over the life of the money."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    plan, result = view.projection.life.plan, view.projection.life_result
    stock = pd.DataFrame(
        result.vintage_stock_wan.sum(axis=0),
        index=pd.RangeIndex(1, plan.months + 1),
        columns=[int(year) for year in plan.vintage],
    )
    lost = result.recovered_by_year_wan.sum(axis=0)
    recovered = pd.Series(lost, index=YEAR * np.arange(1, len(lost) + 1))
    left, taken = result.carry_over_year_wan.sum(), lost.sum()
    digits = amount_digits(float(stock.sum(axis=1).add(recovered, fill_value=0.0).max()))
    return vintages.vintage_stack(
        stock,
        recovered,
        lang=view.lang,
        currency=view.case.currency,
        start_month=view.case.start,
        title=words(
            "runway.vintage_title",
            year=view.year_end,
            left=rough_money(float(left), view.case, view.lang, taken),
            next=view.year_end + 1,
            recovered=money(float(taken), view.case, view.lang, digits),
        ),
        source=source_line(view),
    )
