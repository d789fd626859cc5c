"""Reports over a hundred counties, and over every county of the census."""

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from notebooks.cells import run
from notebooks.edge_cases import allocation, made, population

CENSUS = Path(__file__).parents[3] / "shared" / "data" / "census_county_2020.csv"
pytestmark = pytest.mark.skipif(not CENSUS.exists(), reason="the census table is not here")
# People aided among a thousand residents, and money for each, both made up.
AIDED, MONEY = 40, 100


@cache
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
    shares = run("02_share_and_need", census_case(count), lang="en")
    assert len(shares.rows("shares")) == count
    assert len(shares.record["answer"]) < 500


def test_stocks_of_many_units():
    # The simulation takes its time with each unit: more of them would slow the tests down.
    stock = run("03_stock_depletion", census_case(300), lang="zh", paths=4)
    assert len(stock.rows("stock")) == 300
    assert stock.shown_headline.banner.status == "synthetic"
    assert len(stock.record["answer"]) < 300


def test_scenarios_of_every_county():
    scenarios = run("05_allocation_scenarios", census_case(2850), lang="en")
    for key in ("proportional", "formula", "pace"):
        assert len(scenarios.rows(key)) == 2850
    assert len(scenarios.record["answer"]) < 900


def test_a_unit_among_many():
    case = census_case(100)
    result = run("unit_report", case, lang="en", unit=case.units.index[50], paths=4)
    assert len(result.record["answer"]) < 900
    assert all(len(table["rows"]) < 60 for table in result.record["tables"].values())
