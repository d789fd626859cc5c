"""Reports over a hundred counties, and over every county of the census."""

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from notebook_run import run
from sample_cases import allocation, made, population

CENSUS = Path(__file__).parents[3] / "shared" / "data" / "census_county_2020.csv"
pytestmark = pytest.mark.skipif(not CENSUS.exists(), reason="the census table is not here")
# People aided among a thousand residents, and money for each, both made up.
AIDED, MONEY = 40, 100


def census_case(count):
    """Every county's residents; aided people and money are made up."""
    with CENSUS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] == "county" and row["code"]]
    rows = list({row["code"]: row for row in rows if row["population"]}.values())[:count]
    codes = [row["code"] for row in rows]
    people, money = [], []
    for place, row in enumerate(rows):
        residents = float(row["population"])
        aided = residents * AIDED // 1000
        people += [(row["code"], "resident", residents, "official")]
        people += [(row["code"], name, aided, "synthetic") for name in ("aided", "rural_allowance")]
        money.append(aided * (MONEY + place % 7) // 10_000 + 1)
    names = [row["name"] for row in rows]
    units = pd.DataFrame(
        {"name_zh": names, "name_en": names, "aliases": [()] * len(codes), "kind": "county"}
        | {"subgroup_zh": None, "subgroup_en": None},
        index=pd.Index(codes, name="unit_code"),
    )
    return replace(
        made([(1, 1, 1)]),
        units=units,
        allocation=allocation(codes, money),
        population=population(people),
    )


@pytest.mark.parametrize("count", [100, 2850])
def test_shares_of_many_units(count):
    case = census_case(count)
    shares = run("02_share_and_need", case, lang="en", draw=True)
    assert len(shares.record["tables"]["shares"]["rows"]) == count
    assert "units)" in shares.said
    assert len(shares.headline.answer) < 500


@pytest.mark.parametrize("count", [100, 600])
def test_stocks_of_many_units(count):
    # The simulation takes its time with each unit: more of them would slow the suite down.
    case = census_case(count)
    stock = run("03_stock_depletion", case, lang="zh", paths=4, draw=True)
    assert len(stock.record["tables"]["stock"]["rows"]) == count
    assert stock.headline.banner.status == "synthetic"
    assert len(stock.headline.answer) < 300


def test_scenarios_of_every_county():
    case = census_case(2850)
    scenarios = run("05_allocation_scenarios", case, lang="en", draw=True)
    for key in ("proportional", "formula", "pace"):
        assert len(scenarios.record["tables"][key]["rows"]) == 2850
    assert len(scenarios.headline.answer) < 900
