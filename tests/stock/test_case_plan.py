"""The plan of a case: its demand, its money, its values, and what it refuses."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stock_plans import untimed

from analysis.case import Case
from analysis.errors import PlanError, UsageError
from analysis.schema import TABLES
from analysis.stock import break_even, project, simulate, stock_plan, stock_table

ASSUMED = {
    ("benefit_yuan_month", "2081901"): 600.0,
    ("benefit_yuan_month", "2081902"): 400.0,
    ("growth", None): 0.01,
    ("volatility", None): 0.05,
    ("lump_rate", None): 0.5,
    ("lump_size", None): 0.1,
    ("correlation", None): 0.5,
    ("receipt_month", None): 1,
}
ORIGIN = {"status": "official", "source": "表", "source_en": "form"}


def frame(name, rows=()):
    columns = TABLES[name].column_names
    return TABLES[name].frame({c: [row.get(c) for row in rows] for c in columns})


def assumption(name, value, programme=None, unit_code=None):
    return {
        "name": name,
        "programme": programme,
        "unit_code": unit_code,
        "value": value,
        "low": value / 2,
        "high": value * 2,
        "unit": "x",
        "status": "assumption",
        "source": "选定",
        "source_en": "chosen",
    }


def count(unit, group, persons, status="estimate"):
    return ORIGIN | {
        "unit_code": unit,
        "group": group,
        "persons": persons,
        "low": persons / 2,
        "high": persons * 2,
        "year": 2023,
        "status": status,
    }


def allocated(unit, amount, year=2024, tranche="advance"):
    return {
        "unit_code": unit,
        "amount_wan": amount,
        "tranche": tranche,
        "source": "region",
        "fiscal_year": year,
    }


ALLOCATED = [allocated("654201", 60.0), allocated("654221", 30.0), allocated("home", 1.0)]
COUNTED = [
    count("654201", "urban_allowance", 1000),
    count("654201", "rural_allowance", 2000),
    count("654221", "rural_allowance", 3000, "official"),
    count("654201", "resident", 50_000, "official"),
    count("654221", "resident", 0, "official"),
]


def make_case(**tables):
    """Two counties and an institution; `assumed` changes or removes (None) assumptions."""
    assumed = ASSUMED | tables.pop("assumed", {})
    rows = {
        "allocation": ALLOCATED,
        "population": COUNTED,
        "assumptions": [assumption(n, v, p) for (n, p), v in assumed.items() if v is not None]
        + tables.pop("more", []),
    } | tables
    units = pd.DataFrame(
        {"name_zh": ["甲", "乙", "院"], "name_en": ["A", "B", "Home"], "kind": "county"},
        index=pd.Index(["654201", "654221", "home"], name="unit_code"),
    )
    return Case(
        path=Path(),
        name="test",
        title={"zh": "案例", "en": "case"},
        currency="CNY",
        start=rows.pop("start", "2024-01"),
        document_no="",
        units=units,
        **{name: frame(name, rows.get(name, ())) for name in TABLES if name != "units"},
        notice_text="",
        boundaries=None,
        inputs={},
        revenue_code="",
        caveats={"zh": (), "en": ()},
    )


def row_of(made, name):
    rows = made.inputs[made.inputs["name"] == name]
    assert len(rows) == 1
    return rows.iloc[0]


def test_demand_is_persons_times_spending_times_the_share_borne():
    made = stock_plan(make_case(), fund_share=0.05)
    # 1000 x 600 + 2000 x 400 yuan = 140 wan; 3000 x 400 yuan = 120 wan; a twentieth of each.
    np.testing.assert_allclose(made.plan.demand_wan[:, 0], [7, 6])
    np.testing.assert_allclose(made.plan.demand_wan[:, 11], [7, 6])
    np.testing.assert_allclose(made.plan.lump_mean_wan, [0.7, 0.6])
    assert made.plan.receipts_wan[:, 0].tolist() == [60, 30]
    assert made.plan.receipts_wan[:, 1:].sum() == 0
    assert made.plan.unit_code == ("654201", "654221")
    assert made.left_out == ("home",)
    assert made.fund_share == 0.05
    assert made.plan.vintage.tolist() == [2024]


@untimed
@given(
    st.floats(-0.05, 0.05),
    st.floats(0, 3),
    st.floats(0, 1),
    st.sampled_from([1, 12, 24, 30]),
)
def test_balanced_is_the_share_at_which_all_money_lasts_twelve_months(growth, rate, size, months):
    assumed = {("growth", None): growth, ("lump_rate", None): rate, ("lump_size", None): size}
    case = make_case(assumed=assumed)
    made = stock_plan(case, months=months)
    year = stock_plan(case, fund_share=made.fund_share)
    assert project(year.plan).demand_wan.sum() == pytest.approx(90, rel=1e-9)
    assert row_of(made, "fund_share")["source_en"].startswith("found by this tool")
    assert made.plan.months == months


def test_balanced_is_never_more_than_all_spending_and_says_so():
    rich = make_case(allocation=[allocated("654201", 1e6)])
    made = stock_plan(rich)
    assert made.fund_share == 1
    assert row_of(made, "fund_share")["source_en"].startswith("all money allocated exceeds")


def test_every_value_used_is_listed_with_its_status():
    made = stock_plan(make_case(), growth=0.0, fund_share="0.05")
    listed = made.inputs.set_index(["name", "programme"])
    assert listed["status"].isin(["official", "estimate", "assumption"]).all()
    assert listed["source"].notna().all() and listed["source_en"].notna().all()
    urban = listed.loc[("caseload", "2081901")]
    assert (urban["value"], urban["low"], urban["high"]) == (1000, 500, 2000)
    rural = listed.loc[("caseload", "2081902")]
    assert (rural["value"], rural["status"]) == (5000, "estimate")
    assert listed.loc[("benefit_yuan_month", "2081902"), "value"] == 400
    growth = row_of(made, "growth")
    assert (growth["value"], growth["status"]) == (0, "assumption")
    assert growth["source_en"] == "chosen by the user as a parameter"
    assert np.isnan(growth["low"])
    opening = row_of(made, "opening_wan")
    assert (opening["value"], opening["status"]) == (0, "assumption")
    assert set(made.inputs["name"]) == {name for name, _ in ASSUMED} | {
        "caseload",
        "fund_share",
        "opening_wan",
    }


def test_parameters_go_before_the_case():
    chosen = {
        "growth": 0.02,
        "volatility": 0.2,
        "lump_rate": 1.5,
        "lump_size": 0.3,
        "correlation": 0.9,
        "receipt_month": 3,
    }
    plan = stock_plan(make_case(), fund_share=0.1, **chosen).plan
    assert plan.growth.tolist() == [0.02, 0.02]
    assert plan.volatility.tolist() == [0.2, 0.2]
    assert plan.lump_rate.tolist() == [1.5, 1.5]
    np.testing.assert_allclose(plan.lump_mean_wan, [4.2, 3.6])
    assert plan.correlation == 0.9
    assert plan.receipts_wan[:, 2].tolist() == [60, 30]
    assert plan.receipts_wan.sum() == 90


def test_a_unit_may_have_its_own_value():
    more = [
        assumption("growth", 0.03, unit_code="654221"),
        assumption("benefit_yuan_month", 500.0, "2081902", "654221"),
    ]
    made = stock_plan(make_case(more=more), fund_share=1)
    assert made.plan.growth.tolist() == [0.01, 0.03]
    np.testing.assert_allclose(made.plan.demand_wan[:, 0], [140, 150])
    assert made.inputs.query("name == 'growth'")["unit_code"].tolist()[1] == "654221"
    assert len(made.inputs.query("name == 'growth'")) == 2


def test_the_share_of_the_case_is_used_on_request():
    case = make_case(more=[assumption("fund_share", 0.2)])
    assert stock_plan(case, fund_share=None).fund_share == 0.2
    assert stock_plan(case).fund_share != 0.2
    assert stock_plan(make_case(), fund_share=None).rule == "balanced"


def test_balances_are_the_opening_stock_by_vintage():
    balances = [
        ORIGIN | {"unit_code": "654201", "vintage": 2023, "amount_wan": 5.0},
        ORIGIN | {"unit_code": "654201", "vintage": 2022, "amount_wan": 2.0},
        ORIGIN | {"unit_code": "home", "vintage": 2021, "amount_wan": 9.0},
    ]
    made = stock_plan(make_case(balances=balances), fund_share=0.05)
    assert made.plan.vintage.tolist() == [2022, 2023, 2024]
    assert made.plan.opening_wan.tolist() == [[2, 5, 0], [0, 0, 0]]
    known, unknown = made.inputs.query("name == 'opening_wan'").to_dict("records")
    assert (known["value"], known["status"]) == (7, "official")
    assert (unknown["value"], unknown["status"]) == (0, "assumption")
    assert "654221" in unknown["source"] and "654201" not in unknown["source"]


def received(unit, month, amount, vintage):
    return ORIGIN | {"unit_code": unit, "month": month, "amount_wan": amount, "vintage": vintage}


def test_receipts_stand_in_for_the_allocation_of_their_unit():
    rows = [received("654201", 2, 20.0, 2024), received("654201", 14, 11.0, 2025)]
    case = make_case(receipts=rows)
    year = stock_plan(case, fund_share=0.05).plan
    assert year.receipts_wan[0].tolist() == [0, 20] + [0] * 10
    assert year.receipts_wan[1, 0] == 30
    two = stock_plan(case, months=24, fund_share=0.05).plan
    assert two.receipts_wan[0, 13] == 11
    assert row_of(stock_plan(case), "receipts_wan")["value"] == 31


def test_next_years_allocation_arrives_next_year():
    more = [*ALLOCATED, allocated("654201", 44.0, 2025, "final")]
    case = make_case(allocation=more, assumed={("receipt_month", None): 2})
    plan = stock_plan(case, months=24).plan
    assert plan.receipts_wan[0, 1] == 60 and plan.receipts_wan[0, 13] == 44
    assert stock_plan(case).fund_share == stock_plan(make_case()).fund_share


@pytest.mark.parametrize("population", [[], COUNTED[3:], [count("654201", "rural_allowance", 0)]])
def test_without_a_caseload_the_plan_is_of_no_unit(population):
    case = make_case(population=population)
    made = stock_plan(case, months=24)
    assert made.plan.unit_code == () and made.left_out == tuple(case.units.index)
    assert made.inputs.empty and made.demand.empty
    result = simulate(made.plan, paths=10, seed=1)
    assert result.quantiles.shape == (0, 5, 24) and result.odds_depleted.shape == (0, 24)
    assert stock_table(made.plan, result).empty


def test_demand_moves_with_the_counts_to_their_ends():
    exact = COUNTED[0] | {"low": 1000, "high": 1000}
    made = stock_plan(make_case(population=[exact, *COUNTED[1:]]))
    row = made.demand.loc["654201"] / made.demand.loc["654201", "demand_wan"]
    # 1,000 urban persons at 600 yuan; 2,000 rural ones, or 1,000 to 4,000, at 400.
    assert row["demand_wan_low"] == pytest.approx((600 + 400) / (600 + 800))
    assert row["demand_wan_high"] == pytest.approx((600 + 1600) / (600 + 800))
    assert made.demand["demand_wan"].sum() * 12 * made.fund_share == pytest.approx(60 + 30)


@pytest.mark.parametrize(
    ("fund_share", "rule"), [("balanced", "balanced"), (None, "balanced"), ("0.3", "chosen")]
)
def test_a_plan_says_how_the_share_was_set(fund_share, rule):
    assert stock_plan(make_case(), fund_share=fund_share).rule == rule


def test_an_empty_text_is_the_value_of_the_case():
    case = make_case()
    assert stock_plan(case, growth="").inputs.equals(stock_plan(case).inputs)


@pytest.mark.parametrize(
    ("tables", "en"),
    [
        ({"assumed": {("growth", None): None}}, "no row gives growth for every unit"),
        ({"assumed": {("correlation", None): None}}, "no row gives correlation"),
        (
            {"assumed": {("benefit_yuan_month", "2081902"): None}},
            "no row gives benefit_yuan_month of programme 2081902",
        ),
        (
            {
                "assumed": {("growth", None): None},
                "more": [assumption("growth", 0.1, unit_code="654201")],
            },
            "no row gives growth for every unit",
        ),
        (
            {"more": [assumption("growth", 0.1, "2081901")]},
            "assumptions.csv, row 10: growth cannot differ by programme",
        ),
        (
            {"more": [assumption("correlation", 0.1, unit_code="654201")]},
            "assumptions.csv, row 10: correlation cannot differ by unit",
        ),
        (
            {"assumed": {("benefit_yuan_month", "2081901"): -1.0}},
            "benefit_yuan_month (programme: 2081901, unit: 654201) is -1",
        ),
        ({"assumed": {("receipt_month", None): 1.5}}, "receipt_month (unit 654201) is 1.5"),
        ({"assumed": {("receipt_month", None): 13}}, "receipt_month (unit 654201) is 13"),
        ({"assumed": {("volatility", None): -0.5}}, "volatility (unit 654201) is -0.5"),
        ({"assumed": {("correlation", None): 3}}, "correlation is 3"),
        ({"start": "2024-07"}, "start 2024-07"),
        ({"allocation": [allocated("654201", 1.0, 2023)]}, "allocation.csv, row 2, fiscal_year"),
        ({"allocation": []}, "no allocation or no demand in 2024"),
        (
            {"receipts": [received("654201", 1, -4.0, 2024)]},
            "receipts.csv, row 2, amount_wan: -4 is negative",
        ),
        (
            {"receipts": [received("654201", 1, 4.0, 2023)]},
            "receipts.csv, row 2, vintage: money arriving in month 1 is of 2024, not 2023",
        ),
        (
            {"balances": [ORIGIN | {"unit_code": "654201", "vintage": 2025, "amount_wan": 1.0}]},
            "balances.csv, row 2, vintage: money of 2025 cannot be left over at the start of 2024",
        ),
    ],
)
def test_a_case_that_does_not_fit_is_refused_by_name(tables, en):
    with pytest.raises(PlanError) as caught:
        stock_plan(make_case(**tables))
    assert en in caught.value.en
    assert caught.value.zh != caught.value.en


@pytest.mark.parametrize(
    ("parameters", "en"),
    [
        ({"fund_share": 0}, "fund_share is 0"),
        ({"fund_share": 1.01}, "fund_share is 1.01"),
        ({"fund_share": "half"}, "fund_share is 'half'"),
        ({"fund_share": "０.５"}, "fund_share is '０.５'"),
        ({"fund_share": "nan"}, "fund_share is 'nan'"),
        ({"fund_share": True}, "fund_share is True"),
        ({"growth": "fast"}, "growth is 'fast'"),
        ({"correlation": []}, "correlation is []"),
        ({"months": 0}, "months is 0"),
        ({"months": 12.0}, "months is 12.0"),
        ({"months": 601}, "months is 601"),
    ],
)
def test_a_wrong_parameter_is_named(parameters, en):
    with pytest.raises(UsageError) as caught:
        stock_plan(make_case(), **parameters)
    assert en in caught.value.en


def test_break_even_needs_no_count_of_aided_people():
    table = break_even(make_case(population=COUNTED[3:]))
    assert table.index.tolist() == ["654201", "654221", "home"]
    assert table.loc["654201"].tolist() == [60, 5, 50_000, 1]
    assert table.loc["home", "wan_per_month"] == pytest.approx(1 / 12)
    # An institution has no residents, and a county of nobody none to divide by.
    assert table.loc[["654221", "home"], ["residents", "yuan_per_resident"]].isna().all(axis=None)
    assert list(break_even(make_case(population=[]))) == ["amount_wan", "wan_per_month"]


def test_all_units_on_one_rule_differ_by_money_per_need():
    made = stock_plan(make_case())
    result = simulate(made.plan, paths=200, seed=1)
    # 60 wan for a need of 140 a month against 30 for 120: the second runs out first.
    assert result.runway_months[0] > 12 > result.runway_months[1]


def test_a_month_of_the_season_has_its_multiple_of_the_usual_demand():
    seasonal = make_case(
        assumed={("season_2", None): 1.5, ("season_12", "2081901"): 2.0, ("growth", None): 0.0}
    )
    made = stock_plan(seasonal, months=24, fund_share=0.05)
    # Without a season 7 and 6; of the first's 7, 3 are urban allowances.
    usual = np.array([7.0, 6.0])
    np.testing.assert_allclose(made.plan.demand_wan[:, [0, 12]].T, [usual, usual])
    np.testing.assert_allclose(made.plan.demand_wan[:, [1, 13]].T, [1.5 * usual, 1.5 * usual])
    np.testing.assert_allclose(made.plan.demand_wan[:, [11, 23]].T, [[10, 6], [10, 6]])
    # A lump is a tenth of the mean month.
    means = made.plan.demand_wan[:, :12].mean(axis=1)
    np.testing.assert_allclose(made.plan.lump_mean_wan, means / 10)
    assert set(made.inputs["name"]) >= {"season_2", "season_12"}


def test_balanced_counts_the_season():
    seasonal = make_case(assumed={("season_1", None): 3.0, ("growth", None): 0.0})
    made = stock_plan(seasonal)
    a_year = made.plan.demand_wan.sum() + 12 * (0.5 * made.plan.lump_mean_wan).sum()
    assert a_year == pytest.approx(90.0)


def test_money_may_be_late_by_stated_odds():
    assert stock_plan(make_case()).plan.late_odds == pytest.approx([1.0])
    late = make_case(assumed={("late_1", None): 0.25, ("late_3", None): 0.5})
    made = stock_plan(late)
    assert made.plan.late_odds == pytest.approx([0.25, 0.25, 0.0, 0.5])
    assert row_of(made, "late_3")["value"] == 0.5


@pytest.mark.parametrize(
    ("assumed", "en"),
    [
        ({("late_1", None): 1.2}, "late_1 is 1.2"),
        ({("late_1", None): -0.1}, "late_1 is -0.1"),
        ({("late_1", None): 0.6, ("late_2", None): 0.7}, "add up to 1.3"),
        ({("season_4", None): -1.0}, "season_4 is -1 for unit 654201"),
    ],
)
def test_impossible_seasons_and_delays_are_refused(assumed, en):
    with pytest.raises(PlanError, match=en):
        stock_plan(make_case(assumed=assumed))
