"""The sentences on the stock of funds against a calculation and a simulation made here."""

import csv
import re
from dataclasses import replace

import numpy as np
import pytest
from cases import SHIPPED
from conftest import PATHS, made_case
from notebook_run import run
from sample_cases import made, shipped

from analysis.errors import UsageError
from analysis.report.content import runway, unit_page
from analysis.report.content.share_view import share_view
from analysis.report.content.wording import rough_digits

ITEMS = {
    "urban_allowance": "2081901",
    "rural_allowance": "2081902",
    "rural_hardship": "2082102",
}
DAYS = 365 / 12


def table(name):
    with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_hand():
    """Money and full monthly demand, in 万元, of the shipped counties, read from the files."""
    values = {(row["name"], row["programme"]): float(row["value"]) for row in table("assumptions")}
    money = {row["unit_code"]: float(row["amount_wan"]) for row in table("allocation")}
    demand = {}
    for row in table("population"):
        if row["group"] in ITEMS:
            yuan = float(row["persons"]) * values["benefit_yuan_month", ITEMS[row["group"]]]
            demand[row["unit_code"]] = demand.get(row["unit_code"], 0) + yuan / 10_000
    return {code: money[code] for code in demand}, demand, values


def simulated(money, demand, *, paths=40_000):
    """Mean left after a year and odds of running out, of one county, by another simulation."""
    _, _, values = by_hand()
    draw = np.random.default_rng(20231230)
    sigma, rate, size = (values[name, ""] for name in ("volatility", "lump_rate", "lump_size"))
    total = np.zeros(paths)
    walk = np.zeros(paths)
    for month in range(1, 13):
        walk += draw.normal(0, sigma, paths)
        total += demand * np.exp(walk - sigma**2 * month / 2)
        number = draw.poisson(rate, paths)
        for at in range(1, number.max() + 1):
            total += np.where(number >= at, draw.exponential(size * demand, paths), 0)
    return np.maximum(money - total, 0), total > money


@pytest.fixture(scope="module")
def shipped_run():
    return run("03_stock_depletion", shipped(), lang="zh", paths=4000, seed=3)


def test_days_of_cover_and_the_share_borne_are_those_of_the_files(shipped_run):
    money, demand, values = by_hand()
    monthly = sum(demand.values()) * (1 + values["lump_rate", ""] * values["lump_size", ""])
    assert values["growth", ""] == 0
    days = sum(money.values()) / monthly * DAYS
    assert shipped_run.number("full_days")["value"] == pytest.approx(days, rel=1e-9)
    said = re.search(r"支出的 ([\d.]+)%", shipped_run.headline.answer)[1]
    assert float(said) == float(f"{sum(money.values()) / (12 * monthly) * 100:.2g}")


def test_carry_over_and_odds_are_those_of_another_simulation(shipped_run):
    money, demand, values = by_hand()
    monthly = sum(demand.values()) * (1 + values["lump_rate", ""] * values["lump_size", ""])
    share = sum(money.values()) / (12 * monthly)
    rows = {row["unit_code"]: row for row in shipped_run.record["tables"]["stock"]["rows"]}
    assert rows.keys() == money.keys()
    total, variance, likely = 0.0, 0.0, set()
    for code in money:
        left, short = simulated(money[code], demand[code] * share)
        # Four standard errors of both simulations together.
        error = 4 * left.std() * np.sqrt(1 / 4000 + 1 / len(left)) + 1e-9
        assert rows[code]["carry_over_wan"] == pytest.approx(left.mean(), abs=error)
        odds = short.mean()
        error = 4 * np.sqrt(odds * (1 - odds) * (1 / 4000 + 1 / len(left))) + 3 / 4000
        assert rows[code]["odds_year_end"] == pytest.approx(odds, abs=error)
        total, variance = total + left.mean(), variance + left.std()
        likely |= {code} if odds > 0.5 else set()
    carry = shipped_run.number("carry_over")
    assert carry["value"] == pytest.approx(total, abs=4 * variance / np.sqrt(4000))
    first, last = shipped_run.headline.answer.split("），")[1].split("，")
    names = shipped().units["name_zh"]
    assert {code for code in money if names[code] in first} == likely
    with_money = next(note for note in shipped_run.headline.notes if "有剩余的" in note)
    assert {code for code in money if names[code] in with_money} == money.keys() - likely
    assert last.startswith(f"{len(money) - len(likely)} 个单位")
    said = float(re.search(r"剩 ([\d.,]+) 万元", last)[1])
    left = sum(rows[code]["carry_over_wan"] for code in money.keys() - likely)
    assert said == round(left, rough_digits(left))


def test_the_stock_model_is_an_assumption_and_says_so(shipped_run):
    statuses = {item["key"]: item["status"] for item in shipped_run.record["numbers"]}
    assert set(statuses.values()) == {"assumption"}
    assert "假设值" in shipped_run.headline.answer
    inputs = shipped_run.record["tables"]["inputs"]
    assert inputs["status"] == "assumption"
    assert {row["status"] for row in inputs["rows"]} == {"estimate", "assumption"}


@pytest.mark.parametrize(
    ("units", "rule", "said"),
    [
        ([(30, 500, 60), (10, 400, 30)], "balanced", "恰好够用一年"),
        ([(30_000, 500, 60), (10_000, 400, 30)], "all", "100%"),
    ],
)
def test_the_rule_behind_the_share_is_named(units, rule, said):
    view = runway.runway_view(made(units), "balanced", paths=20, seed=1, lang="zh")
    assert view.rule == rule
    assert said in " ".join([runway.answer(view), *runway.notes(view)])


def test_a_chosen_share_is_not_called_balanced():
    view = runway.runway_view(made([(30, 500, 60)]), 0.5, paths=20, seed=1, lang="zh")
    assert view.rule == "chosen"
    assert "支出的 50% 由这笔资金承担（假设值）" in runway.answer(view)
    assert "只承担支出的 50%（由使用者选定）" in runway.notes(view)[0]


@pytest.mark.parametrize("share", [1e-5, 0.00123, 0.0176, 0.5, 0.926, 1.0])
def test_a_share_is_written_out(share):
    view = runway.runway_view(made([(30, 500, 60)]), share, paths=5, seed=1, lang="en")
    assert re.fullmatch(r"\d+(\.\d+)?", view.share_text)
    assert float(view.share_text) == pytest.approx(share * 100, rel=0.05)


@pytest.mark.parametrize("fund_share", ["0.05", "0.6", "1"])
def test_nothing_left_is_said_only_where_the_key_figure_agrees(fund_share):
    case = made([(30, 500, 60), (10, 400, 90)])
    view = runway.runway_view(case, fund_share, paths=PATHS, seed=1, lang="zh")
    left = view.table["carry_over_wan"].sum() / view.table["amount_wan"].sum()
    assert ("几乎没有剩余" in runway.answer(view)) == (left <= 0.01)


def test_a_unit_likely_to_run_out_is_not_among_those_with_money_left():
    case = made([(30, 500, 63), (10, 400, 10)])
    view = runway.runway_view(case, 1, paths=2000, seed=1, lang="zh")
    row = view.table.loc["100001"]
    assert row["odds_year_end"] > 0.5
    assert row["carry_over_wan"] > 0.01 * row["amount_wan"]
    short, left = runway.answer(view).split("），")[1].split("，")
    assert "A县" in short
    assert "A县" not in left
    assert "B县" in left


def test_a_single_balanced_unit_is_not_left_with_nothing():
    case = made([(3, 500, 60)])
    view = runway.runway_view(case, "balanced", paths=500, seed=1, lang="zh")
    left = view.table["carry_over_wan"].sum()
    assert left > 0.01 * 3
    assert f"剩 {left:.{rough_digits(left)}f} 万元" in runway.answer(view)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_counts_the_break_even_is_that_of_the_files(lang, ran):
    amounts = {row["unit_code"]: float(row["amount_wan"]) for row in table("allocation")}
    people = {
        row["unit_code"]: float(row["persons"])
        for row in table("population")
        if row["group"] == "resident"
    }
    each = sum(amounts[code] for code in people) * 10_000 / 12 / sum(people.values())
    answer = ran("03_stock_depletion", "no_aided", lang).headline.answer
    monthly = sum(amounts.values()) / 12
    assert (f"{monthly:.1f} 万元" if lang == "zh" else f"{monthly:.1f}".replace(".", "")) in answer
    assert f"{each:.2f}" in answer


def test_a_unit_without_money_is_told_what_it_lacks(ran):
    run = ran("unit_report", "nothing_given", "zh", "100003")
    assert "分得 0 万元" in run.headline.answer
    lacking = float(re.search(r"全年缺 ([\d.]+) 万元", run.headline.answer)[1])
    # It has 40 of the 130 people, and all the money, 40 万元, equals a year of all demand.
    assert lacking == pytest.approx(40 * 40 / 130, rel=0.1)
    assert lacking == round(run.number("stock_expected_shortfall_wan")["value"], 1)


@pytest.mark.parametrize("name", ["two", "one", "shipped"])
def test_both_tails_are_different_units(name):
    view = runway.runway_view(made_case(name), "balanced", paths=PATHS, seed=1, lang="zh")
    assert view.most_left != view.first_short
    if view.most_left is not None:
        assert view.table["carry_over_wan"].idxmax() == view.most_left


def test_the_caseload_of_a_unit_is_its_own():
    case = made([(30, 500, 60), (10, 400, 30)])
    record = run("unit_report", case, lang="en", unit="100002", paths=20).record
    rows = record["tables"]["inputs"]["rows"]
    caseload = [row for row in rows if row["name"] == "aided persons"]
    assert [(row["value"], row["low"], row["high"]) for row in caseload] == [(30, 15, 60)]


def test_an_unknown_unit_is_refused_with_those_that_exist():
    case = made([(1, 2, 3)])
    view = runway.runway_view(case, "balanced", paths=5, seed=1, lang="zh")
    with pytest.raises(UsageError, match="100001"):
        unit_page.unit_page("999999", share_view(case, "aided", "zh"), view, seed=1)


def test_days_of_cover_are_those_of_all_spending(shipped_run):
    money, demand, values = by_hand()
    view = shipped_run.names["view"]
    monthly = {code: full * lumpy(values) for code, full in demand.items()}
    for code, days in view.full_days.items():
        assert days == pytest.approx(money[code] / monthly[code] * DAYS)
    short = sum(money[code] / monthly[code] * DAYS < 30 for code in money)
    said = next(str(shown) for shown in shipped_run.shown if str(shown).startswith("cover:"))
    assert f"有 {short} 个单位（共 {len(money)} 个）" in said


def lumpy(values):
    """Demand with its lumps, as a multiple of that without."""
    return 1 + values["lump_rate", ""] * values["lump_size", ""]


def test_the_tornado_table_is_that_of_the_two_ends(shipped_run):
    rows = shipped_run.record["tables"]["ranges"]["rows"]
    stated = [row for row in table("assumptions") if row["low"] and row["low"] != row["high"]]
    assert len(rows) == len(stated) + len(ITEMS)
    persons = next(row for row in rows if row["label"] == "农村低保对象：救助对象人数")
    people = [row for row in table("population") if row["group"] == "rural_allowance"]
    for column, end in (("low", "low"), ("value", "persons"), ("high", "high")):
        assert persons[column] == sum(float(row[end]) for row in people)
    # More people, more shortfall and less left; and the largest effect is on top.
    assert persons["shortfall_low_wan"] < persons["shortfall_high_wan"]
    assert persons["carry_low_wan"] > persons["carry_high_wan"]
    assert rows[0] is persons
    said = next(str(shown) for shown in shipped_run.shown if str(shown).startswith("tornado:"))
    assert f"{persons['shortfall_low_wan']:.0f}–{persons['shortfall_high_wan']:.0f} 万元" in said


def test_the_tornado_is_that_of_the_settings_of_the_page():
    case = shipped()
    chosen = run("03_stock_depletion", case, lang="zh", paths=50, seed=3, growth="0.01")
    rows = chosen.record["tables"]["ranges"]["rows"]
    assert not any("增长率" in row["label"] for row in rows)
    tail = chosen.names["stress"]
    total = chosen.names["view"].table["expected_shortfall_wan"].sum()
    assert tail.base_shortfall_wan == pytest.approx(total, rel=1e-12)


def test_a_case_without_ranges_says_so():
    case = made([(30, 500, 60)], spread=1.0)
    bare = replace(case, assumptions=case.assumptions.assign(low=np.nan, high=np.nan))
    shown = run("03_stock_depletion", bare, lang="en", paths=20).shown
    assert any("No value has a stated range" in str(part) for part in shown)


def test_the_stock_by_vintage_is_what_is_left_and_recovered(shipped_run):
    view = shipped_run.names["view"]
    said = next(str(shown) for shown in shipped_run.shown if str(shown).startswith("vintage_stack"))
    left, recovered = (view.table[name].sum() for name in ("carry_over_wan", "recovered_wan"))
    # The total left is below 100, so it shows a decimal, and what stands beside it does, too.
    assert f"共剩 {left:.1f} 万元" in said and f"收回 {recovered:.1f} 万元" in said
