"""A unit's report among many units: it shows a bounded part of them, and reckons none anew."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from chart_numbers import column, fact
from sample_cases import made

from analysis.report.content import runway, runway_view, share, share_view, unit_page
from analysis.report.results import Results
from analysis.schema import TABLES
from analysis.shares import share_table

MANY = 60
CODES = [f"{100001 + place}" for place in range(MANY)]
REPORTS = [(CODES[0], "zh"), (CODES[0], "en"), (CODES[41], "en")]
OF_ALL_UNITS = {
    share_view: ("share_table", "share_uncertainty", "_verdicts"),
    runway_view: ("stock_plan", "simulate", "stock_table"),
}


@pytest.fixture(scope="module")
def many():
    return made([(20 + 7 * place % 31, 900 + place, 40 + place) for place in range(MANY)])


def page_of(case, unit, lang):
    shares = share.share_view(case, "aided", lang, seed=1)
    stock = runway.runway_view(case, "balanced", paths=60, seed=1, lang=lang)
    return unit_page.unit_page(unit, shares, stock, seed=1)


def shown(page):
    """Return all that a unit's report shows, as texts."""
    results = Results("unit_report", "made", page.lang, unit_code=page.unit_code)
    tables = ("doubt", "groups", "stock", "spent", "allocation", "inputs")
    made_ones = [getattr(unit_page, f"{name}_table")(page, results) for name in tables]
    return [repr(unit_page.headline(page, results)), *map(repr, made_ones)]


def test_the_second_unit_s_report_reckons_nothing_of_all_units(many, monkeypatch):
    before = {(unit, lang): shown(page_of(many, unit, lang)) for unit, lang in REPORTS}
    for module, names in OF_ALL_UNITS.items():
        for name in names:
            monkeypatch.setattr(module, name, None)
    monkeypatch.setattr(type(many), "_by_unit", None)
    for (unit, lang), texts in before.items():
        assert shown(page_of(many, unit, lang)) == texts


def test_a_view_s_tables_are_nobody_else_s(many):
    view = share.share_view(many, "aided", "zh")
    view.table.iloc[0] = -1.0
    again = share.share_view(many, "aided", "en")
    assert (again.table["amount_wan"] > 0).all()
    assert again.lang == "en"
    assert again.names.iloc[0] == "A County"


def test_the_unit_s_figures_are_those_of_all_units(many):
    page = page_of(many, CODES[7], "en")
    groups = unit_page.groups_table(page, Results("unit_report", "made", "en"))
    expected = share_table(many.amount_wan(), many.people("resident")["persons"]).loc[CODES[7]]
    (resident,) = (row for row in groups.rows if row["persons"] == 907)
    assert resident["ratio"] == expected["ratio"]


@pytest.mark.parametrize("rank", [1, 2, 5, 31, 59, 60])
def test_a_chart_of_many_units_has_the_unit_among_its_neighbours_and_the_ends(many, rank):
    view = share.share_view(many, "aided", "en")
    unit = view.charted[rank - 1]
    chart = unit_page.share_chart(page_of(many, unit, "en"))
    ranks = [int(re.search(r"\d+", name)[0]) for name in column(chart, "name")]
    drawn = [view.charted[each - 1] for each in ranks]
    ends = [*view.charted[:3], *view.charted[-3:]]
    near = view.charted[max(0, rank - 6) : rank + 5]
    assert drawn == sorted({*ends, *near}, key=view.charted.index)
    assert fact(chart, "hidden") is None
    assert len(drawn) <= 17


def test_names_are_led_by_their_rank_and_the_unit_s_by_an_arrow(many, monkeypatch):
    seen = {}

    def keep(table, names, **given):
        seen.update(names=names, **given)

    monkeypatch.setattr("analysis.report.content.share_charts.draw.dumbbell", keep)
    page = page_of(many, share.share_view(many, "aided", "zh").charted[30], "zh")
    unit_page.share_chart(page)
    assert seen["names"][page.unit_code] == f"→ 31 {page.name}"
    assert [name.split()[0] for name in seen["names"]][:4] == ["1", "2", "3", "26"]
    assert "共 60 个单位" in seen["source"]


def test_what_is_assumed_of_another_unit_is_not_listed(many):
    rows = many.assumptions[many.assumptions["name"] == "growth"]
    own = [rows.assign(unit_code=code, value=0.001 * n) for n, code in enumerate(CODES)]
    case = replace(many, assumptions=pd.concat([many.assumptions, *own], ignore_index=True))
    page = page_of(case, CODES[3], "en")
    table = unit_page.inputs_table(page, Results("unit_report", "made", "en"))
    assert [row["value"] for row in table.rows if "growth" in row["name"]] == [0.003]


def test_a_unit_s_spending_is_read_without_that_of_others(many):
    columns = {"unit_code": [*CODES, *CODES], "month": [1] * MANY + [2] * MANY}
    paid = [1.0 + place / 100 for place in range(MANY)]
    columns |= {"amount_wan": paid * 2, "programme": [None] * 2 * MANY, "months": [1.0] * 2 * MANY}
    columns |= {"status": ["official"] * 2 * MANY, "source": ["表"] * 2 * MANY}
    spending = TABLES["spending"].frame(columns | {"source_en": [None] * 2 * MANY})
    case = replace(many, spending=spending)
    page = page_of(case, CODES[20], "en")
    assert list(page.actual.table.index) == [CODES[20]]
    assert page.actual.table["spent_wan"].iloc[0] == pytest.approx(2.4)
    assert page.actual.case.amount_wan().equals(case.amount_wan())
