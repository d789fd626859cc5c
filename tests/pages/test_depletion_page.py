"""How long the money lasts: against the files, another simulation, and a run of the notebook."""

import ast
import csv
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cases import CALIFORNIA, SHIPPED

from analysis.case import load_case
from analysis.pages import depletion
from analysis.schema import TABLES
from analysis.statuses import status_of
from analysis.stock import break_even, simulate, stock_plan, stock_table, tornado, year_and_life
from analysis.uncertainty import share_uncertainty
from analysis.words.answer import Answer
from analysis.words.sentence import Writer

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "03_stock_depletion.ipynb"
ITEMS = {
    "urban_allowance": "2081901",
    "rural_allowance": "2081902",
    "rural_hardship": "2082102",
}
DAYS = 365 / 12
PATHS = 4000
SETTINGS = ({"fund_share": "balanced"}, {"fund_share": "0.05"}, {"fund_share": "0.012"})


def table(name):
    with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_hand():
    """Money and full monthly demand without lumps, 万元, and the values, read from the files."""
    values = {(row["name"], row["programme"]): float(row["value"]) for row in table("assumptions")}
    money = {row["unit_code"]: float(row["amount_wan"]) for row in table("allocation")}
    demand = {}
    for row in table("population"):
        if row["group"] in ITEMS:
            yuan = float(row["persons"]) * values["benefit_yuan_month", ITEMS[row["group"]]]
            demand[row["unit_code"]] = demand.get(row["unit_code"], 0) + yuan / 10_000
    return {code: money[code] for code in demand}, demand, values


def lumpy(values):
    """Demand with its lumps, as a multiple of that without."""
    return 1 + values["lump_rate", ""] * values["lump_size", ""]


def simulated(money, demand, *, paths=40_000):
    """Left after a year, and whether it ran out, on paths of one county drawn here."""
    _, _, values = by_hand()
    draw = np.random.default_rng(20231230)
    sigma, rate, size = (values[name, ""] for name in ("volatility", "lump_rate", "lump_size"))
    total, walk = np.zeros(paths), np.zeros(paths)
    for month in range(1, 13):
        walk += draw.normal(0, sigma, paths)
        total += demand * np.exp(walk - sigma**2 * month / 2)
        number = draw.poisson(rate, paths)
        for at in range(1, number.max() + 1):
            total += np.where(number >= at, draw.exponential(size * demand, paths), 0)
    return np.maximum(money - total, 0), total > money


def worked_out(case, paths=PATHS, **settings):
    """The plan and the stock table, as the notebook makes them."""
    plan = stock_plan(case, months=12, **settings)
    year = stock_table(plan.plan, simulate(plan.plan, paths=paths, seed=3), status=plan.status)
    life_plan = stock_plan(case, months=24, **settings)
    result = simulate(life_plan.plan, paths=paths, seed=3)
    life = stock_table(life_plan.plan, result, status=plan.status)
    doubt = depletion.demand_doubt(plan, case.rounding_by_unit(), seed=1)
    return plan, depletion.lasting(plan, year_and_life(year, life), doubt)


@pytest.fixture(scope="module")
def data():
    return load_case(SHIPPED)


@pytest.fixture(scope="module")
def shipped(data):
    return worked_out(data)


def writer(case, lang):
    return Writer(lang, case.currency, case.units[f"name_{lang}"], case.start)


def text(case, said, lang="zh"):
    return writer(case, lang).paragraph(said)


def run(case, **given):
    """Run the notebook's cells in this process; return its names and what it shows."""
    names, shown = {}, []
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tags, body = cell["metadata"].get("tags", []), ast.parse("".join(cell["source"])).body
        value = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "cell", "exec"), names)  # noqa: S102 - our notebook
        if "parameters" in tags:
            names.update(paths=60, **given)
        names["load_case"] = lambda _: case
        if value is not None:
            result = eval(compile(ast.Expression(value.value), "cell", "eval"), names)  # noqa: S307
            shown += [] if "working" in tags else [str(result)]
    return names, shown


@cache
def usual(folder, lang):
    return run(load_case(folder), lang=lang)


# --- figures ---


def test_days_of_cover_and_the_share_borne_are_those_of_the_files(shipped, data):
    plan, _ = shipped
    money, demand, values = by_hand()
    monthly = sum(demand.values()) * lumpy(values)
    assert values["growth", ""] == 0
    figure = depletion.full_days(plan)
    assert figure.value.value == pytest.approx(sum(money.values()) / monthly * DAYS)
    share = sum(money.values()) / (12 * monthly)
    answer = text(data, depletion.stock_sentences(plan, shipped[1]))
    said = float(re.search(r"都是 ([\d.]+)%", answer)[1])
    assert said == pytest.approx(share * 100, rel=5e-3)
    # What is printed leads from one to the other.
    assert said / 100 * 365 == pytest.approx(figure.value.value, rel=5e-3)


def test_the_range_of_days_has_all_counts_at_their_bounds(shipped):
    plan, _ = shipped
    money, _, values = by_hand()
    for end, figure in (("low", "high"), ("high", "low")):
        monthly = sum(
            float(row[end]) * values["benefit_yuan_month", ITEMS[row["group"]]] / 10_000
            for row in table("population")
            if row["group"] in ITEMS
        )
        days = sum(money.values()) / (monthly * lumpy(values)) * DAYS
        assert getattr(depletion.full_days(plan), figure) == pytest.approx(days)


def test_carry_over_and_odds_are_those_of_another_simulation(shipped):
    plan, stock = shipped
    money, demand, _ = by_hand()
    for code in money:
        left, short = simulated(money[code], demand[code] * plan.fund_share)
        # Four standard errors of both simulations together.
        error = 4 * left.std() * np.sqrt(1 / PATHS + 1 / len(left)) + 1e-9
        assert stock["carry_over_wan"][code] == pytest.approx(left.mean(), abs=error)
        odds = short.mean()
        error = 4 * np.sqrt(odds * (1 - odds) * (1 / PATHS + 1 / len(left))) + 3 / PATHS
        assert stock["odds_year_end"][code] == pytest.approx(odds, abs=error)
        for end, part in (("low", 0.05), ("high", 0.95)):
            edge = np.quantile(left, part)
            found = stock[f"carry_over_wan_{end}"][code]
            # The part of the other simulation's paths below the found end is the same.
            below = (left <= found).mean()
            # Where few paths leave anything, the mean lies outside them, and is the end.
            mean = stock["carry_over_wan"][code]
            widened = found == mean and (edge > mean if end == "low" else edge < mean)
            assert below == pytest.approx(part, abs=0.02) or widened or found == edge == 0


def test_statuses_are_those_of_the_values_and_the_money(shipped):
    plan, stock = shipped
    assert status_of(stock, "amount_wan") == "official"
    others = {status_of(stock, name) for name in stock if name != "amount_wan"}
    assert others == {"assumption"}
    assert depletion.full_days(plan).status == "assumption"


def test_a_projection_of_official_values_is_an_estimate(data):
    share = data.assumptions.iloc[[0]].assign(name="fund_share", programme=None, value=0.5)
    official = replace(
        data,
        population=data.population.assign(status="official"),
        assumptions=pd.concat([data.assumptions, share]).assign(status="official"),
        balances=TABLES["balances"].frame(
            {
                "unit_code": list(data.units.index),
                "vintage": [2023] * len(data.units),
                "amount_wan": [0.0] * len(data.units),
                "status": ["official"] * len(data.units),
                "source": ["决算"] * len(data.units),
                "source_en": ["accounts"] * len(data.units),
            }
        ),
    )
    assert stock_plan(official, fund_share=None).status == "estimate"
    # A share that was set only to compare units is nobody's figure.
    assert stock_plan(official).status == "assumption"


# --- doubt and verdicts ---


def test_the_interval_is_that_of_the_draws_of_shares(shipped, data):
    plan, stock = shipped
    need = plan.demand.set_axis(["persons", "low", "high"], axis=1)
    money = data.amount_wan()[stock.index]
    rounding = data.rounding_by_unit()[stock.index]
    drawn = share_uncertainty(money, need, rounding_wan=rounding, seed=1)
    # With one part borne and no growth, how long money lasts is 12 months times its ratio.
    for end in ("low", "high"):
        assert (stock[f"runway_months_{end}"] / 12).tolist() == pytest.approx(
            drawn[f"ratio_{end}"].tolist(), rel=1e-6
        )


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_verdict_and_its_interval_never_disagree(data, settings):
    _, stock = worked_out(data, paths=50, **settings)
    below, above = stock["runway_months_high"] < 12, stock["runway_months_low"] > 12
    expected = np.select([below, above], [-1, 1], 0)
    found = stock["lasts"].map({"sooner": -1, "short": -1, "later": 1, "enough": 1, "open": 0})
    assert found.tolist() == expected.tolist()


def test_exact_counts_and_amounts_leave_nothing_open(data):
    people = data.population.assign(low=data.population["persons"], high=data.population["persons"])
    exact = replace(data, population=people, rounding_wan=0.0)
    _, stock = worked_out(exact, paths=50)
    assert set(stock["lasts"]) == {"sooner", "later"}
    for end in ("low", "high"):
        assert stock[f"runway_months_{end}"].tolist() == pytest.approx(
            stock["runway_months"].tolist()
        )


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sentences_name_the_units_of_the_table(data, settings, lang):
    plan, stock = worked_out(data, paths=50, **settings)
    said = depletion.stock_sentences(plan, stock)
    named = {
        str(code)
        for sentence in said
        for place in sentence.places.values()
        for code in getattr(place, "codes", ())
    }
    if said[0].key.endswith("_all") or said[0].key.endswith("_open"):
        assert not named
    else:
        assert named == set(stock.index)
    assert text(data, said, lang)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_unit_is_told_what_its_row_says(data, settings, lang):
    plan, stock = worked_out(data, paths=50, **settings)
    for code, row in stock.iterrows():
        said = text(data, depletion.unit_stock_sentences(plan, stock, code), lang)
        assert data.units[f"name_{lang}"][code] in said
        assert f"{row['runway_months']:.1f}" in said
        is_open = bool(re.search("暂不能判断|cannot be told", said))
        assert is_open == (row["lasts"] == "open")


def test_a_unit_without_money_is_told_what_it_lacks(data):
    without = data.with_amounts({"沙湾市": 0})
    plan, stock = worked_out(without, paths=200)
    assert stock["lasts"]["654203"] == "no_money"
    said = text(without, depletion.unit_stock_sentences(plan, stock, "654203"))
    lacking = stock["monthly_demand_wan"]["654203"] * 12
    found = float(re.search(r"全年缺 ([\d.]+) 万元", said)[1])
    assert found == pytest.approx(lacking, rel=0.02)
    assert depletion.first_short(stock) != "654203"
    assert depletion.unit_stock_figures(plan, stock, "654203") == []


def test_a_unit_that_is_not_projected_is_told_so(shipped, data):
    plan, stock = shipped
    (said,) = depletion.unit_stock_sentences(plan, stock, "654200-children-home")
    assert said.key == "stock_chart.not_projected"
    notes = text(data, depletion.method_notes(data, plan))
    assert data.units["name_zh"]["654200-children-home"] in notes


# --- honesty ---


def test_no_month_of_running_out_follows_from_a_share_set_to_compare(data):
    _, shown = usual(SHIPPED, "zh")
    assert not [each for each in shown if re.search(r"\d+月用尽|用尽的月份", each)]
    _, shown = run(data, lang="zh", fund_share="0.05")
    assert [each for each in shown if re.search(r"\d+月用尽", each)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_open_is_so_wherever_it_stands(shipped, data, lang):
    plan, stock = shipped
    names = data.units[f"name_{lang}"][depletion.units_that(stock, "open")]
    assert len(names)
    for said in (depletion.stock_sentences(plan, stock), depletion.odds_sentences(plan, stock)):
        last = writer(data, lang)(said[-1])
        assert all(name in last for name in names)


def test_the_stress_test_explains_what_it_shows_and_no_more(shipped):
    plan, _ = shipped
    stress = depletion.stress_table(plan)
    keys = [said.key for said in depletion.stress_sentences(plan, stress)]
    assert ("depletion.stress_dash" in keys) == bool(stress.isna().any(axis=None))
    assert ("depletion.stress_below" in keys) == bool((stress < 0).any(axis=None))
    above = depletion.stress_sentences(plan, stress.abs().fillna(0.0))
    assert [said.key for said in above] == ["depletion.stress"]


# --- tables ---


def test_the_caseload_of_a_unit_is_its_own(shipped, data):
    plan, _ = shipped
    own = depletion.parameters_table(data, plan, "654221")
    counts = {
        float(row["persons"])
        for row in table("population")
        if row["unit_code"] == "654221" and row["group"] in ITEMS
    }
    assert set(own.loc[own["parameter"] == "caseload", "value_used"]) == counts
    every = depletion.parameters_table(data, plan)
    total = sum(float(row["persons"]) for row in table("population") if row["group"] in ITEMS)
    assert every.loc[every["parameter"] == "caseload", "value_used"].sum() == total


def test_the_table_of_ranges_is_that_of_the_two_ends(shipped, data):
    plan, _ = shipped
    made = tornado(data, fund_share="balanced", paths=300, seed=3)
    rows = depletion.ranges_table(made, data, plan)
    stated = [row for row in table("assumptions") if row["low"] and row["low"] != row["high"]]
    assert len(rows) == len(stated) + len(ITEMS)
    rural = rows.iloc[0]
    people = [row for row in table("population") if row["group"] == "rural_allowance"]
    for column, end in (("value_low", "low"), ("value_used", "persons"), ("value_high", "high")):
        assert rural[column] == sum(float(row[end]) for row in people)
    # More people, more shortfall and less left.
    assert rural["shortfall_low_wan"] < rural["shortfall_high_wan"]
    assert rural["carry_low_wan"] > rural["carry_high_wan"]


def test_columns_name_a_month_only_where_the_share_is_known(data):
    balanced, chosen = (stock_plan(data, fund_share=share) for share in ("balanced", "0.05"))
    assert "life_month" not in depletion.stock_columns(balanced)
    assert "life_month" in depletion.stock_columns(chosen)
    _, stock = worked_out(data, paths=50)
    assert set(depletion.stock_columns(chosen)) <= set(stock)


# --- without counts ---


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_counts_the_answer_is_the_break_even_of_the_files(data, lang):
    bare = data.without_aided()
    plan, stock = worked_out(bare, paths=10)
    answer = depletion.stock_answer(bare, plan, stock, break_even(bare), Answer([]))
    amounts = {row["unit_code"]: float(row["amount_wan"]) for row in table("allocation")}
    people = {
        row["unit_code"]: float(row["persons"])
        for row in table("population")
        if row["group"] == "resident"
    }
    each = sum(amounts[code] for code in people) * 10_000 / 12 / sum(people.values())
    monthly = sum(amounts.values()) / 12
    said = text(bare, answer.sentences, lang)
    assert (f"{monthly:.1f} 万元" if lang == "zh" else f"{monthly:.1f}".replace(".", "")) in said
    assert f"{each:.2f}" in said
    assert [figure.status for figure in answer.figures] == ["official", "estimate"]


def test_without_counts_every_frame_is_empty_and_every_sentence_says_so():
    case = load_case(CALIFORNIA)
    plan, stock = worked_out(case, paths=10)
    stress = depletion.stress_table(plan)
    assert stock.empty and stress.empty and depletion.parameters_table(case, plan).empty
    assert depletion.stock_figures(plan, stock) == [] == depletion.stock_sentences(plan, stock)
    assert depletion.first_short(stock) == depletion.most_left(stock) == ""
    said = [
        *depletion.odds_sentences(plan, stock),
        *depletion.stress_sentences(plan, stress),
        *depletion.method_notes(case, plan),
        *depletion.unit_stock_sentences(plan, stock, "06-marin-county"),
        depletion.no_ranges(plan),
    ]
    assert {each.key for each in said} == {"stock_chart.no_caseload"}


# --- the notebook ---


def test_what_is_changed_in_the_notebook_changes_the_answer(data):
    _, before = usual(SHIPPED, "zh")
    _, after = run(data.with_amounts({"沙湾市": 300}), lang="zh")
    assert "沙湾市的资金比全部资金合起来先用完" in before[0]
    assert "沙湾市的资金比全部资金合起来先用完" not in after[0]
    assert "沙湾市的数字在笔记本中改动过" in after[0]
