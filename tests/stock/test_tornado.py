"""The tornado: each row against a plan made by hand, and what no row may be."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from cases import CALIFORNIA, SHIPPED

from analysis.case import load_case
from analysis.errors import PlanError, UsageError
from analysis.stock import simulate, stock_plan
from analysis.stock.ranges import CHANGED, TAILS, tornado

RUN = {"paths": 300, "seed": 5}
CASE = load_case(SHIPPED)
BASE = stock_plan(CASE)
GROUPS = {"2081901": "urban_allowance", "2081902": "rural_allowance", "2082102": "rural_hardship"}


def run(case=CASE, fund_share="balanced", **given):
    return tornado(case, fund_share=fund_share, **(RUN | given))


def with_assumptions(change, case=CASE):
    """Return the case with its assumptions changed by a function of the table."""
    return dataclasses.replace(case, assumptions=change(case.assumptions.copy()))


def set_cells(name, **cells):
    """Return a case some cells of whose assumption are changed."""

    def change(table):
        table.loc[table["name"] == name, list(cells)] = list(cells.values())
        return table

    return with_assumptions(change)


def more_row(like, **cells):
    """Return a case with a copy of an assumption, some cells of it changed."""

    def change(table):
        row = table[table["name"] == like].head(1).assign(**cells)
        return pd.concat([table, row], ignore_index=True)

    return with_assumptions(change)


def tails(plan):
    result = simulate(plan, **RUN)
    return result.expected_shortfall_wan.sum(), result.carry_over_wan.sum()


def row_of(made, name, programme=None):
    table = made.table[made.table["name"] == name]
    if programme is not None:
        table = table[table["programme"] == programme]
    assert len(table) == 1
    return table.iloc[0]


def assert_ends(row, low, high):
    """Compare a row with the plans at its two ends."""
    for end, plan in (("low", low), ("high", high)):
        found = [row[f"{tail}_{end}_wan"] for tail in TAILS]
        np.testing.assert_allclose(found, tails(plan), rtol=1e-12, atol=1e-9)


MADE = run()


def test_the_base_is_the_simulation_of_the_plan():
    assert (MADE.base_shortfall_wan, MADE.base_carry_wan) == tails(BASE.plan)
    assert MADE.fund_share == BASE.fund_share


def test_there_is_a_row_for_each_range_and_it_says_what_the_case_states():
    stated = BASE.inputs[BASE.inputs["low"].notna()]
    columns = ["name", "programme", "low", "value", "high", "unit", "status"]
    assert list(MADE.table.columns) == [*columns, *CHANGED]
    found, wanted = (
        table[columns].fillna({"programme": ""}).sort_values(["name", "programme"]).to_numpy()
        for table in (MADE.table, stated)
    )
    assert found.tolist() == wanted.tolist()
    assert len(found) == 12


@pytest.mark.parametrize(
    ("name", "field"),
    [("growth", "growth"), ("volatility", "volatility"), ("lump_rate", "lump_rate")],
)
def test_a_value_that_is_a_field_of_the_plan(name, field):
    row = row_of(MADE, name)
    ends = (
        dataclasses.replace(BASE.plan, **{field: np.full(7, row[end])}) for end in ("low", "high")
    )
    assert_ends(row, *ends)


def test_correlation_is_one_number():
    ends = (dataclasses.replace(BASE.plan, correlation=end) for end in (0.0, 1.0))
    assert_ends(row_of(MADE, "correlation"), *ends)


def test_the_size_of_lumps_is_a_share_of_the_demand():
    demand = BASE.plan.demand_wan[:, 0]
    ends = (dataclasses.replace(BASE.plan, lump_mean_wan=size * demand) for size in (0.0, 0.5))
    assert_ends(row_of(MADE, "lump_size"), *ends)


def test_money_that_arrives_in_march_leaves_two_months_unpaid():
    late = np.roll(BASE.plan.receipts_wan, 2, axis=1)
    row = row_of(MADE, "receipt_month")
    assert_ends(row, BASE.plan, dataclasses.replace(BASE.plan, receipts_wan=late))
    assert row["shortfall_low_wan"] == MADE.base_shortfall_wan
    assert row["shortfall_high_wan"] > MADE.base_shortfall_wan
    assert row["carry_high_wan"] > MADE.base_carry_wan


def with_need(programme, column, factor):
    """Return the base plan with another demand of one programme: persons x yuan x share."""
    benefits = CASE.assumptions.set_index(["name", "programme"])["value"]
    more = np.zeros(7)
    for code, group in GROUPS.items():
        people = CASE.people(group).loc[list(BASE.plan.unit_code)]
        yuan = benefits["benefit_yuan_month", code]
        counted = people[column] if code == programme else people["persons"]
        part = factor if code == programme else 1.0
        more += counted.to_numpy() * yuan * part / 10_000
    more *= BASE.fund_share
    demand = np.repeat(more[:, None], 12, axis=1)
    return dataclasses.replace(BASE.plan, demand_wan=demand, lump_mean_wan=0.1 * more)


@pytest.mark.parametrize("programme", GROUPS)
def test_spending_per_person_of_one_programme(programme):
    row = row_of(MADE, "benefit_yuan_month", programme)
    ends = (with_need(programme, "persons", row[end] / row["value"]) for end in ("low", "high"))
    assert_ends(row, *ends)


@pytest.mark.parametrize("programme", GROUPS)
def test_the_count_of_one_programme_in_all_units_at_once(programme):
    row = row_of(MADE, "caseload", programme)
    assert_ends(row, *(with_need(programme, end, 1.0) for end in ("low", "high")))
    assert row["low"] == CASE.people(GROUPS[programme])["low"].sum()


@pytest.mark.parametrize(
    "name", ["caseload", "benefit_yuan_month", "growth", "lump_rate", "lump_size"]
)
def test_more_demand_is_more_shortfall_and_less_left(name):
    rows = MADE.table[MADE.table["name"] == name]
    shortfall, carry = MADE.base_shortfall_wan, MADE.base_carry_wan
    assert len(rows) > 0
    assert (rows["shortfall_low_wan"] < shortfall).all()
    assert (rows["shortfall_high_wan"] > shortfall).all()
    assert (rows["carry_low_wan"] > carry).all()
    assert (rows["carry_high_wan"] < carry).all()


def test_the_largest_change_comes_first():
    base = np.repeat([MADE.base_shortfall_wan, MADE.base_carry_wan], 2)
    change = np.abs(MADE.table[list(CHANGED)].to_numpy() - base).max(axis=1)
    assert (np.diff(change) <= 0).all()
    assert MADE.table.index.tolist() == list(range(12))


def test_same_seed_same_numbers_and_the_case_stays_as_it_was():
    before = CASE.assumptions.copy(), CASE.population.copy()
    pd.testing.assert_frame_equal(run().table, MADE.table)
    assert run(seed=6).base_shortfall_wan != MADE.base_shortfall_wan
    pd.testing.assert_frame_equal(CASE.assumptions, before[0])
    pd.testing.assert_frame_equal(CASE.population, before[1])


def test_a_given_share_is_held():
    made = run(fund_share="0.01")
    assert made.fund_share == 0.01
    low = dataclasses.replace(stock_plan(CASE, fund_share=0.01).plan, growth=np.full(7, -0.01))
    assert row_of(made, "growth")["carry_low_wan"] == pytest.approx(tails(low)[1], rel=1e-12)


def test_the_share_of_the_case_has_no_row():
    case = more_row("correlation", name="fund_share", value=0.02, low=0.01, high=0.03)
    made = run(case, fund_share=None)
    assert made.fund_share == 0.02
    assert "fund_share" not in set(made.table["name"])
    low = dataclasses.replace(stock_plan(case, fund_share=0.02).plan, growth=np.full(7, -0.01))
    assert row_of(made, "growth")["carry_low_wan"] == pytest.approx(tails(low)[1], rel=1e-12)


def test_a_value_chosen_by_the_caller_has_no_range_and_is_held():
    made = run(growth=0.02, receipt_month=2)
    assert {"growth", "receipt_month"}.isdisjoint(made.table["name"])
    plan = stock_plan(CASE, growth=0.02, receipt_month=2).plan
    assert (made.base_shortfall_wan, made.base_carry_wan) == tails(plan)
    wild = dataclasses.replace(plan, volatility=np.full(7, 0.1))
    assert row_of(made, "volatility")["shortfall_high_wan"] == pytest.approx(tails(wild)[0])


def test_the_horizon_is_that_of_every_run():
    plan = stock_plan(CASE, months=6).plan
    made = run(months=6)
    assert (made.base_shortfall_wan, made.base_carry_wan) == tails(plan)
    falling = dataclasses.replace(plan, growth=np.full(7, -0.01))
    assert row_of(made, "growth")["carry_low_wan"] == pytest.approx(tails(falling)[1])


def without_ranges():
    case = with_assumptions(lambda table: table.assign(low=table["value"], high=table["value"]))
    people = case.population
    exact = people.assign(low=people["persons"], high=people["persons"])
    return dataclasses.replace(case, population=exact)


def test_values_without_a_range_have_no_row():
    made = run(without_ranges())
    assert made.table.empty
    assert list(made.table.columns) == list(MADE.table.columns)
    assert made.base_shortfall_wan == MADE.base_shortfall_wan
    none = with_assumptions(lambda table: table.assign(low=np.nan, high=np.nan))
    assert set(run(none).table["name"]) == {"caseload"}


def test_a_units_own_row_has_its_own_range():
    own = {"unit_code": "654221", "value": 0.02, "low": 0.01, "high": 0.05}
    case = more_row("growth", **own, status="synthetic")
    made = run(case)
    row = row_of(made, "growth")
    # Shown are those for every unit; the status is the worst of all.
    assert row[["low", "value", "high", "status"]].tolist() == [-0.01, 0, 0.01, "synthetic"]
    plan = stock_plan(case).plan
    place = plan.unit_code.index("654221")
    ends = []
    for every, single in ((-0.01, 0.01), (0.01, 0.05)):
        growth = np.full(7, every)
        growth[place] = single
        ends.append(dataclasses.replace(plan, growth=growth))
    assert_ends(row, *ends)


def test_a_unit_with_an_exact_value_of_its_own_keeps_it():
    exact = {"unit_code": "654221", "value": 0.02, "low": 0.02, "high": 0.02}
    case = more_row("growth", **exact)
    plan = stock_plan(case).plan
    place = plan.unit_code.index("654221")
    ends = []
    for every in (-0.01, 0.01):
        growth = np.full(7, every)
        growth[place] = 0.02
        ends.append(dataclasses.replace(plan, growth=growth))
    assert_ends(row_of(run(case), "growth"), *ends)


def test_ranges_that_differ_between_units_are_not_shown_as_one():
    def change(table):
        exact = table["name"] == "growth"
        table.loc[exact, ["low", "high"]] = table.loc[exact, "value"]
        own = [
            table[exact].assign(unit_code=code, low=low, value=0.0, high=0.03)
            for code, low in (("654201", -0.02), ("654221", -0.03))
        ]
        return pd.concat([table, *own], ignore_index=True)

    row = row_of(run(with_assumptions(change)), "growth")
    assert np.isnan(row["low"])
    assert row[["value", "high"]].tolist() == [0.0, 0.03]


def test_one_row_for_a_value_of_every_programme():
    def change(table):
        benefit = table["name"] == "benefit_yuan_month"
        one = table[benefit].head(1).assign(programme=None, value=400.0, low=200.0, high=800.0)
        return pd.concat([table[~benefit], one], ignore_index=True)

    case = with_assumptions(change)
    row = row_of(run(case), "benefit_yuan_month")
    assert pd.isna(row["programme"])
    plan = stock_plan(case).plan
    changes = ({n: getattr(plan, n) * f for n in ("demand_wan", "lump_mean_wan")} for f in (0.5, 2))
    assert_ends(row, *(dataclasses.replace(plan, **change) for change in changes))


def test_a_row_of_a_unit_without_caseload_is_not_used():
    case = more_row("growth", unit_code="654200-children-home", value=0.5, low=-9, high=9)
    pd.testing.assert_frame_equal(run(case).table, MADE.table)


@pytest.mark.parametrize(
    ("name", "cells", "texts"),
    [
        ("receipt_month", {"high": 13}, ["receipt_month", "high = 13"]),
        ("receipt_month", {"high": 1.5}, ["receipt_month", "high = 1.5"]),
        ("correlation", {"low": -0.1}, ["correlation", "low = -0.1"]),
        ("volatility", {"low": -1}, ["volatility", "low = -1"]),
        ("lump_rate", {"low": -1}, ["lump_rate", "low = -1"]),
        ("lump_size", {"low": -1}, ["lump_size", "low = -1", "lump_mean_wan"]),
        ("growth", {"high": 5}, ["growth", "high = 5", "beyond all bounds"]),
        ("benefit_yuan_month", {"low": -3}, ["benefit_yuan_month", "2081901", "low = -3"]),
    ],
)
def test_an_end_that_the_model_refuses_is_named(name, cells, texts):
    with pytest.raises(PlanError) as caught:
        run(set_cells(name, **cells))
    for text in ("assumptions.csv", *texts):
        assert text in caught.value.en
    for text in ("assumptions.csv", name, next(iter(cells))):
        assert text in caught.value.zh


def test_a_count_that_may_be_nobody_at_all_is_named():
    people = CASE.population
    only = people[~people["group"].isin(["urban_allowance", "rural_hardship"])]
    case = dataclasses.replace(CASE, population=only.assign(low=0.0))
    with pytest.raises(PlanError, match=r"population\.csv") as caught:
        run(case)
    assert "caseload" in caught.value.en and "2081902" in caught.value.en


@pytest.mark.parametrize("case", [CASE.without_aided(), load_case(CALIFORNIA)])
def test_without_a_caseload_there_is_nothing_to_vary(case):
    assert run(case).table.empty


@pytest.mark.parametrize(
    "given", [{"paths": 0}, {"seed": -1}, {"months": 0}, {"fund_share": 2}, {"growth": "fast"}]
)
def test_a_wrong_parameter_is_refused(given):
    with pytest.raises(UsageError, match=next(iter(given))):
        run(**given)
