"""The case of the whole country, made for benchmarks, is sound and says what is made up in it."""

from pathlib import Path

import pytest
from cases import read_package, read_rows

from analysis.case import load_case
from analysis.checks import findings

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
COUNTIES = 12
CENSUS = "level,code,prefecture,name,population,urban,rural,share_65_plus_pct,share_0_14_pct\n"


@pytest.fixture
def country(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import country

    return country


@pytest.fixture
def census(tmp_path):
    """Write twelve counties, half of them of one name, beside rows that are none."""
    rows = [
        "nation,,全国,全国,1400000000,900000000,500000000,13.5,18.0",
        "county,,甲市,无码区,9,9,0,1,1",
    ]
    for i in range(COUNTIES):
        people = 20_000 + 170_000 * i
        name, of = ("鼓楼区" if i % 2 else f"第{i}县"), f"{'甲乙丙丁戊己庚辛壬癸子丑'[i]}市"
        urban = people * (i % 5) // 7
        shares = f"{9 + i}.25,1{i % 9}.5"
        rows.append(f"county,{320100 + i},{of},{name},{people},{urban},{people - urban},{shares}")
    rows.append("county,990000,甲市,空县,0,0,0,0,0")
    path = tmp_path / "census.csv"
    path.write_text(CENSUS + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_it_loads_and_nothing_is_found_wrong(country, census, tmp_path):
    assert country.make_country(census, tmp_path / "made") == COUNTIES
    case = load_case(tmp_path / "made")
    assert case.name == f"country-{COUNTIES}"
    assert case.units["name_zh"].iloc[1] == "乙市鼓楼区"
    assert findings(case).empty


def test_a_county_is_the_same_among_few_and_many(country, census, tmp_path):
    for count in (5, None):
        country.make_country(census, tmp_path / f"{count}", count)
    few, many = (tmp_path / name for name in ("5", "None"))
    assert read_package(few)["name"] == "country-5"
    for table in ("units", "allocation"):
        assert read_rows(few, table) == read_rows(many, table)[:5]
    assert read_rows(few, "population") == read_rows(many, "population")[: 9 * 5]
