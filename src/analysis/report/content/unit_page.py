"""One county or institution, as its report shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.case import Case
from analysis.errors import UsageError
from analysis.figures.share_axis import share_text
from analysis.figures.style import Chart
from analysis.report import formats
from analysis.report.content import runway, runway_charts, share, share_charts, spent, spent_charts
from analysis.report.content.runway import RunwayView
from analysis.report.content.share import ShareView
from analysis.report.content.share_view import FIRM, group_shares
from analysis.report.content.spent import SpentView, spent_view
from analysis.report.content.wording import (
    group_name,
    money,
    per_person_digits,
    rough_digits,
)
from analysis.report.display import Column, Headline, Table
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.report.status import in_order
from analysis.words import catalogue


@dataclass(frozen=True)
class UnitPage:
    """One unit within the views of its whole case."""

    unit_code: str
    shares: ShareView
    stock: RunwayView
    actual: SpentView | Note

    @property
    def case(self) -> Case:
        """The unit's case."""
        return self.shares.case

    @property
    def lang(self) -> str:
        """Language of the page."""
        return self.shares.lang

    @property
    def name(self) -> str:
        """The unit's name in the page's language."""
        return str(self.shares.names[self.unit_code])

    @property
    def compared(self) -> bool:
        """Whether the unit has a need to compare its money with."""
        return self.unit_code in self.shares.compared.index

    @property
    def rated(self) -> bool:
        """Whether its shares can be set against those of others."""
        finite = bool(np.isfinite(self.need_value("ratio")))
        return self.compared and self.shares.comparable and finite

    @property
    def projected(self) -> bool:
        """Whether the stock model covers the unit."""
        return self.unit_code in self.stock.table.index

    def need_value(self, column: str) -> float:
        """Return the unit's figure from the share table."""
        return self.shares.value(self.unit_code, column)

    def stock_value(self, column: str) -> float:
        """Return the unit's figure from the stock table."""
        return self.stock.value(self.unit_code, column)


def unit_page(unit_code: str, shares: ShareView, stock: RunwayView, *, seed: int) -> UnitPage:
    """Pick one unit out of its case, and forecast its actual spending.

    Raises
    ------
    UsageError
        If the case has no such unit.
    """
    if unit_code not in shares.case.units.index:
        known = ", ".join(shares.case.units.index)
        raise UsageError(
            f"案例中没有代码为“{unit_code}”的单位。可用：{known}。",
            f"The case has no unit with the code {unit_code!r}. Choose from: {known}.",
        )
    actual = spent_view(shares.case, as_of=0, seed=seed, lang=shares.lang, unit_code=unit_code)
    return UnitPage(unit_code, shares, stock, actual)


def headline(page: UnitPage, results: Results) -> Headline:
    """Record the unit's key figures and return the first screen."""
    words = catalogue(page.lang)
    amount = page.case.amount_wan()[page.unit_code]
    results.number(
        "amount",
        amount,
        unit="wan",
        status=page.case.money_status,
        label=words("unit_page.amount_label"),
    )
    if page.compared:
        results.use(page.shares.used_statuses)
    keys = ["amount"]
    per_person = page.need_value("yuan_per_person")
    if page.rated:
        label, status = words("unit_page.ratio_label"), page.shares.status
        ratio = page.need_value("ratio")
        low, high = share.ratio_range(page.shares, page.unit_code)
        verdict = page.shares.verdict(page.unit_code)
        results.number(
            "ratio",
            ratio,
            unit="ratio",
            status=status,
            label=label,
            low=low,
            high=high,
            verdict=verdict if verdict in FIRM else "undecided",
        )
        keys.append("ratio")
    elif np.isfinite(per_person):
        results.number(
            "per_person",
            per_person,
            unit="one",
            status=page.shares.status,
            label=words(f"term.yuan_per_{page.shares.counted_in.removesuffix('s')}"),
            digits=per_person_digits(per_person),
        )
        keys.append("per_person")
    if page.projected:
        results.use(page.stock.used_statuses)
        results.number(
            "odds_year_end",
            page.stock_value("odds_year_end"),
            unit="odds",
            status=page.stock.status,
            label=words("unit_page.odds_label"),
        )
        keys.append("odds_year_end")
    if not isinstance(page.actual, Note):
        keys = [*keys[:2], spent.record(page.actual, results)[0]]
    return results.headline(answer(page), keys, notes=[*further(page), *notes(page)])


def answer(page: UnitPage) -> str:
    """Say, in one sentence, what the unit gets beside its need, and how long that lasts."""
    words = catalogue(page.lang)
    said = _share_clause(page) if page.compared else _apart_clause(page)
    lasts = _spent_clause(page) or (_stock_clause(page) if page.projected else "")
    parts = [said, lasts] if lasts else [said]
    return words("unit_page.sentence", said=words("unit_page.clause_join").join(parts))


def further(page: UnitPage) -> list[str]:
    """Say what stands behind the answer, a sentence each."""
    words = catalogue(page.lang)
    said = _share_sentences(page) if page.compared else _apart_sentences(page)
    if isinstance(page.actual, Note):
        return said
    if page.projected and _spent_clause(page):
        clause = _stock_clause(page)
        said.append(words("unit_page.sentence", said=clause[0].upper() + clause[1:]))
    if page.projected and page.stock_value("amount_wan") > 0:
        odds = formats.number(page.stock_value("odds_year_end"), "odds", page.lang)
        said.append(words("unit_page.odds", odds=odds, status=page.stock.status_word))
    if not _spent_clause(page):
        said.append(spent.answer(page.actual))
    return [*said, *spent.further(page.actual)]


def notes(page: UnitPage) -> list[str]:
    """Return what a reader of this unit's report must know."""
    texts = share.notes(page.shares) if page.compared else list(page.case.caveats[page.lang])
    if not isinstance(page.actual, Note):
        texts = [*spent.notes(page.actual), *texts]
    return [*(runway.notes(page.stock) if page.projected else []), *texts]


def _share_clause(page: UnitPage) -> str:
    words = catalogue(page.lang)
    said = {
        "name": page.name,
        "amount": money(page.need_value("amount_wan"), page.case, page.lang),
        **share.need_words(page.shares),
    }
    if page.need_value("persons") == 0:
        return words("unit_page.answer_no_need", **said)
    if not page.rated:
        each = share.per_person(page.need_value("yuan_per_person"), page.shares)
        return words("unit_page.answer_single", per_person=each, **said)
    ratio = f"{page.need_value('ratio'):.2f}"
    verdict = page.shares.verdict(page.unit_code)
    doubt = {"need": "open", "rounding": "open", "mixed": "mixed"}.get(verdict)
    key = f"unit_page.answer_{doubt}" if doubt else "unit_page.answer"
    return words(key, ratio=ratio, **said)


def _share_sentences(page: UnitPage) -> list[str]:
    words = catalogue(page.lang)
    need = share.need_words(page.shares)
    if page.need_value("persons") == 0:
        return [words("unit_page.why_no_need", **need)]
    if not page.rated:
        return [words("unit_page.why_single")]
    said = [
        words(
            "unit_page.shares",
            compared=f"{len(page.shares.compared):,}",
            share=f"{page.need_value('share') * 100:.1f}",
            need_share=f"{page.need_value('need_share') * 100:.1f}",
            **need,
        )
    ]
    verdict = page.shares.verdict(page.unit_code)
    many = page.shares.ratios.loc[page.unit_code].count() > 1
    if verdict in ("need", "rounding") or many:
        said.append(words(f"unit_page.firm_{verdict}", **need))
    return said


def _apart_clause(page: UnitPage) -> str:
    words = catalogue(page.lang)
    amounts = page.case.amount_wan()
    said = {"name": page.name, "amount": money(amounts[page.unit_code], page.case, page.lang)}
    if len(amounts) < 2 or amounts.sum() == 0:
        return words("unit_page.apart_amount", **said)
    return words(
        "unit_page.apart_share",
        share=f"{amounts[page.unit_code] / amounts.sum() * 100:.1f}",
        total=money(amounts.sum(), page.case, page.lang),
        **said,
    )


def _apart_sentences(page: UnitPage) -> list[str]:
    words = catalogue(page.lang)
    rows = page.case.rows_of("allocation", page.unit_code)
    items = page.case.function_codes.set_index("code")[f"name_{page.lang}"]
    codes = [code for code in rows["function_code"].dropna().unique() if code in items.index]
    booked = [words("unit_page.apart_function", code=code, item=items[code]) for code in codes]
    return [words("unit_page.apart_why"), *booked]


def _stock_clause(page: UnitPage) -> str:
    words = catalogue(page.lang)
    borne = {"share": page.stock.share_text, "status": page.stock.status_word}
    if page.stock_value("amount_wan") == 0:
        short = page.stock_value("expected_shortfall_wan")
        lacking = money(short, page.case, page.lang, digits=max(1, rough_digits(short)))
        return words("unit_page.stock_no_money", lacking=lacking, **borne)
    if page.stock.runs_out(page.unit_code):
        month = page.stock.month_text(page.unit_code)
        return words("unit_page.stock", month=month, **borne)
    carry = money(page.stock_value("carry_over_wan"), page.case, page.lang, digits=1)
    return words("unit_page.stock_left", carry=carry, **borne)


def _spent_clause(page: UnitPage) -> str:
    """Say how the unit's own spending goes on; nothing where that is not forecast."""
    return "" if isinstance(page.actual, Note) else spent.clause(page.actual)


def share_chart(page: UnitPage) -> Chart | Note:
    """Draw the unit's share of money and need among all units."""
    words = catalogue(page.lang)
    if not page.compared:
        return Note(words("unit_page.no_share"))
    title = words(
        "unit_page.chart_title",
        name=page.name,
        share=share_text(page.need_value("share")).removesuffix("%"),
        need_share=share_text(page.need_value("need_share")).removesuffix("%"),
    )
    return share_charts.unit_chart(page.shares, page.unit_code, title)


def doubt_table(page: UnitPage, results: Results) -> Table | Note:
    """Record and show how sure the comparison of the unit's shares is."""
    words = catalogue(page.lang)
    if not page.rated:
        return Note(words("unit_page.no_share"))

    def doubt(name: str) -> float:
        return page.shares.doubt_of(page.unit_code, name)

    currency, counted_in = page.case.currency, page.shares.counted_in
    each = "yuan_per_household" if counted_in == "households" else "yuan_per_person"
    items = [
        (words("term.ratio"), "ratio", "ratio", None),
        (words("term.need_share"), "need_share", "percent", None),
        (
            words(f"term.{each}"),
            "yuan_per_person",
            "one",
            per_person_digits(page.need_value("yuan_per_person")),
        ),
    ]
    rows = [
        {
            "item": label,
            "value": formats.number(page.need_value(key), unit, page.lang, currency, digits),
            "between": formats.interval(
                doubt(f"{key}_low"), doubt(f"{key}_high"), unit, page.lang, currency, digits
            ),
        }
        for label, key, unit, digits in items
    ]
    rank = page.shares.ranks[page.unit_code]
    ends = formats.interval(doubt("rank_low"), doubt("rank_high"), "count", page.lang)
    value = formats.number(rank, "count", page.lang)
    rows.append({"item": words("unit_page.rank"), "value": value, "between": ends})
    odds = formats.number(doubt("odds_above"), "odds", page.lang)
    rows.append({"item": words("share.odds_above"), "value": odds, "between": ""})
    return results.table(
        "doubt",
        pd.DataFrame(rows),
        caption=words("unit_page.doubt_caption", name=page.name),
        columns={
            "item": Column(words("unit_page.item")),
            "value": Column(words("unit_page.value")),
            "between": Column(words("term.interval")),
        },
        status=page.shares.status,
    )


def groups_table(page: UnitPage, results: Results) -> Table | Note:
    """Record and show the unit's shares under every need group."""
    words = catalogue(page.lang)
    if not page.compared:
        return Note(words("unit_page.no_share"))
    rows = []
    for group in page.shares.ratios:
        people = page.case.people(str(group))
        if page.unit_code not in people.index:
            continue
        shares = group_shares(page.case, str(group)).loc[page.unit_code]
        rows.append(
            {
                "group": group_name(str(group), page.lang),
                "counted_in": words(f"unit.{page.case.counted_in(str(group))}"),
                "persons": float(people["persons"].astype(float)[page.unit_code]),
                **shares[["share", "need_share", "ratio", "yuan_per_person", "gap_wan"]],
                # A share depends on everybody's count, not on the unit's own alone.
                "status": page.case.people_status(str(group)),
            }
        )
    term = {name: words(f"term.{name}") for name in ("share", "need_share", "ratio", "gap")}
    return results.table(
        "groups",
        pd.DataFrame(rows),
        caption=words("unit_page.groups_caption", name=page.name),
        columns={
            "group": Column(words("term.need_group")),
            "persons": Column(words("unit_page.persons"), "count"),
            "counted_in": Column(words("unit_page.counted_in")),
            "share": Column(term["share"], "percent"),
            "need_share": Column(term["need_share"], "percent"),
            "ratio": Column(term["ratio"], "ratio"),
            "yuan_per_person": Column(words("unit_page.per_head"), "one", digits=2),
            "gap_wan": Column(term["gap"], "wan", digits=1),
            "status": Column(words("term.status"), "status"),
        },
        status=in_order(row["status"] for row in rows)[-1],
    )


def spent_chart(page: UnitPage) -> Chart | Note:
    """Draw what the unit has spent, and where that leads."""
    return spent_charts.path_chart(page.actual, page.unit_code)


def spent_table(page: UnitPage, results: Results) -> Table | Note:
    """Record and show the unit's actual spending and its forecast."""
    return spent.spent_table(page.actual, results)


def fan_chart(page: UnitPage) -> Chart | Note:
    """Draw the fan of the unit's stock."""
    if not page.projected:
        return Note(catalogue(page.lang)("unit_page.no_stock"))
    return runway_charts.fan_chart(page.stock, page.unit_code)


def execution_chart(page: UnitPage) -> Chart | Note:
    """Draw the unit's execution beside time-proportional progress."""
    if not page.projected:
        return Note(catalogue(page.lang)("unit_page.no_stock"))
    return runway_charts.execution_chart(page.stock, page.unit_code, page.actual)


def stock_table(page: UnitPage, results: Results) -> Table | Note:
    """Record every figure of the stock model for the unit, and show them as a list."""
    words = catalogue(page.lang)
    if not page.projected:
        return Note(words("unit_page.no_stock"))
    items = []
    for key, column in runway.stock_columns(page.lang).items():
        if key == "month":
            month = page.stock.month_text(page.unit_code)
            items.append({"item": column.label, "value": month, "status": page.stock.status})
        elif column.unit is not None:
            status = column.status or page.stock.status
            results.number(
                f"stock_{key}",
                page.stock_value(key),
                unit=column.unit,
                status=status,
                label=column.label,
            )
            value = formats.number(
                page.stock_value(key), column.unit, page.lang, page.case.currency, column.digits
            )
            items.append({"item": column.label, "value": value, "status": status})
    return results.table(
        "stock",
        pd.DataFrame(items),
        caption=words("unit_page.stock_caption", name=page.name),
        columns={
            "item": Column(words("unit_page.item")),
            "value": Column(words("unit_page.value")),
            "status": Column(words("term.status"), "status"),
        },
        status=page.stock.status,
    )


def allocation_table(page: UnitPage, results: Results) -> Table:
    """Record and show the rows of the allocation that are the unit's."""
    words = catalogue(page.lang)
    rows = page.case.rows_of("allocation", page.unit_code)
    columns = {
        "document_no": Column(words("report.document_no")),
        "fiscal_year": Column(words("checking.year")),
        "amount_wan": Column(words("term.allocation"), "wan"),
        "fund_tag": Column(words("checking.allocation_tag")),
        "function_code": Column(words("checking.allocation_function")),
    }
    return results.table(
        "allocation",
        rows.assign(fiscal_year=rows["fiscal_year"].astype(str)),
        caption=words("unit_page.allocation_caption", name=page.name),
        columns={name: column for name, column in columns.items() if rows[name].notna().any()},
        status=page.case.money_status,
    )


def method_notes(page: UnitPage) -> Note:
    """List what the projection takes for granted."""
    if not page.projected:
        return Note(catalogue(page.lang)("unit_page.no_stock"))
    return runway.method_notes(page.stock)


def inputs_table(page: UnitPage, results: Results) -> Table | Note:
    """Record and show every value that the projection used."""
    if not page.projected:
        return Note(catalogue(page.lang)("unit_page.no_stock"))
    return runway.inputs_table(page.stock, results, page.unit_code)
