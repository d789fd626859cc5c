"""Every figure of the shipped case against its source, read here without the package."""

import csv
import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from cases import SHIPPED, read_package, read_rows

SHARED = Path(__file__).parents[2] / "shared"
needs_sources = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the census and monthly forms lie beside the repository, not in it"
)
TEXT = (SHIPPED / "source" / "notice.txt").read_text(encoding="utf-8")
COUNTIES = ["654201", "654221", "654202", "654203", "654224", "654225", "654226"]


def rows(table):
    return read_rows(SHIPPED, table)


@pytest.fixture(scope="module")
def census():
    with (SHARED / "data/census_county_2020.csv").open(encoding="utf-8", newline="") as file:
        counties = {row["code"]: row for row in csv.DictReader(file) if row["level"] == "county"}
    counties["654203"] = counties.pop("654223")
    return {code: counties[code] for code in COUNTIES}


@pytest.fixture(scope="module")
def people():
    return {(row["unit_code"], row["group"]): row for row in rows("population")}


# The notice.


@needs_sources
def test_the_text_is_the_notice_unchanged():
    original = SHARED / "source/notice-tadi-caishe-2023-90.txt"
    assert (SHIPPED / "source/notice.txt").read_bytes() == original.read_bytes()


def test_the_allocation_is_annex_1():
    printed = re.findall(r"^\d\t(\S+)\t(\d+)$", TEXT, re.MULTILINE)
    names = {row["unit_code"]: row["name_zh"] for row in rows("units")}
    assert [(names[row["unit_code"]], row["amount_wan"]) for row in rows("allocation")] == printed
    assert list(names.values()) == [name for name, _ in printed]
    (total,) = re.findall(r"^\t合计\t(\d+)$", TEXT, re.MULTILINE)
    assert sum(int(row["amount_wan"]) for row in rows("allocation")) == int(total)


def test_every_allocation_carries_the_notice_s_tag_number_and_year():
    (tag,) = re.findall(r"直达资金标识为“(.+?)”", TEXT)
    (number,) = re.findall(r"^塔地财社.*号$", TEXT, re.MULTILINE)
    (year,) = re.findall(r"^关于提前下达(\d{4})年自治区财政", TEXT, re.MULTILINE)
    for row in rows("allocation"):
        assert (row["fund_tag"], row["document_no"], row["fiscal_year"]) == (tag, number, year)
        assert (row["source"], row["tranche"]) == ("region", "advance")
    assert read_package(SHIPPED)["document_no"] == number


def test_the_booking_codes_are_clause_2_s():
    (revenue,) = re.findall(r"收入列 2024 年政府收支分类科目“(\d+) ", TEXT)
    (own,) = re.findall(r"地区本级的补助资金支出列 2024 年政府收支分类科目“(\d+) ", TEXT)
    assert read_package(SHIPPED)["revenue_code"] == revenue
    booked = {row["unit_code"]: row["function_code"] for row in rows("allocation")}
    assert booked == {"654200-children-home": own, **dict.fromkeys(COUNTIES, "")}


def test_the_function_codes_are_annex_2():
    printed = re.findall(r"^(\S+)\t(\d{7})$", TEXT, re.MULTILINE)
    assert [(row["name_zh"], row["code"]) for row in rows("function_codes")] == printed
    assert len(printed) == 9


def printed_indicators():
    below = TEXT[TEXT.index("一级指标\t") :].split("\n")[1:]
    return [[cell for cell in line.split("\t") if cell.strip()] for line in below if line.strip()]


def test_the_indicators_are_printed_as_they_stand():
    assert [row["printed"].split(" | ") for row in rows("indicators")] == printed_indicators()
    assert len(printed_indicators()) == 19


def test_every_printed_cell_is_in_its_row_once_and_in_order():
    order = ["level1", "level2", "level3", "target", "basis", "target_again", "last_year"]
    order += ["weight", "method", "evidence"]
    for row, printed in zip(rows("indicators"), printed_indicators(), strict=True):
        cells = [row[name] for name in order if row[name]]
        if printed[-2:] == ["工作资料", "工作资料"]:
            assert "佐证资料印了两次" in row["note"]
            printed = printed[:-1]
        assert cells == printed


def test_the_weights_are_the_last_whole_number_of_each_row():
    weights = [
        [cell for cell in printed if re.fullmatch(r"\d+", cell)][-1]
        for printed in printed_indicators()
    ]
    assert [row["weight"] for row in rows("indicators")] == weights
    assert sum(map(int, weights)) == 82


def test_a_target_is_a_number_the_row_prints_and_no_other():
    for row in rows("indicators"):
        if not row["target_value"]:
            assert (row["operator"], row["unit"]) == ("", "")
            continue
        numbers = set(re.findall(r"[\d.]+(?=%)", row["target"] + row["target_again"]))
        if row["unit"] == "日":
            numbers = set(re.findall(r"(\d+)日内", row["level3"]))
        # Two printed targets that differ leave no target.
        assert numbers == {row["target_value"]}
        if row["operator"] == ">=":
            assert "≥" in row["target"] + row["target_again"]


def test_an_indicator_without_a_number_says_why_when_it_is_no_plain_wording():
    for row in rows("indicators"):
        number_printed = re.search(r"\d", row["target"] + row["target_again"])
        if not row["target_value"] and (number_printed or row["level3"].endswith("率")):
            assert row["note"], row["printed"]


# The census and the estimates.


@needs_sources
def test_census_counts(census, people):
    for code, row in census.items():
        for group, column in (("resident", "population"), ("urban", "urban"), ("rural", "rural")):
            count = people[code, group]
            assert count["persons"] == count["low"] == count["high"] == row[column]
            assert count["status"] == "official"


@needs_sources
def test_counts_by_age_are_those_whose_share_rounds_to_the_printed_one(census, people):
    for code, row in census.items():
        for group, column in (
            ("aged_65_plus", "share_65_plus_pct"),
            ("children_0_14", "share_0_14_pct"),
        ):
            count = people[code, group]
            total, printed = int(row["population"]), Fraction(row[column])

            def off(persons, total=total, printed=printed):
                return abs(Fraction(100 * persons, total) - printed)

            half = Fraction("0.005")
            low, persons, high = (int(count[name]) for name in ("low", "persons", "high"))
            assert off(low) <= half < off(low - 1)
            assert off(high) <= half < off(high + 1)
            assert off(persons) == min(off(persons - 1), off(persons), off(persons + 1))
            assert count["status"] == "estimate"


COVERAGE = {
    "urban_allowance": ("urban", Fraction(805, 90199)),
    "rural_allowance": ("rural", Fraction(3621, 50979)),
    "rural_hardship": ("rural", Fraction(447, 50979)),
}


def test_aided_people_are_census_counts_by_national_coverage(people):
    for code in COUNTIES:
        total = 0
        for group, (base, coverage) in COVERAGE.items():
            exact = int(people[code, base]["persons"]) * coverage
            count = int(people[code, group]["persons"])
            assert abs(count - exact) <= Fraction(1, 2)
            total += count
        assert int(people[code, "aided"]["persons"]) == total


def test_an_aided_count_lies_between_half_and_double_and_asks_to_be_replaced(people):
    for code in COUNTIES:
        for group in (*COVERAGE, "aided"):
            count = people[code, group]
            low, persons, high = (int(count[name]) for name in ("low", "persons", "high"))
            assert low == persons // 2
            assert high == 2 * persons
            assert count["status"] == "estimate"
            assert "请换成" in count["source"]
            assert "replace me with your count" in count["source_en"]


def test_every_county_has_every_group_and_the_home_has_none(people):
    groups = {"resident", "urban", "rural", "aged_65_plus", "children_0_14", "aided", *COVERAGE}
    assert set(people) == {(code, group) for code in COUNTIES for group in groups}


def test_the_county_renamed_since_the_census_says_so(people):
    for (code, group), row in people.items():
        if group != "aided":
            assert ("654223" in row["source"]) == (code == "654203")


@needs_sources
def test_the_script_gives_the_shipped_population(tmp_path):
    script = {"__name__": "script", "__file__": "make_tacheng.py"}
    path = Path(__file__).parents[1] / "tools" / "make_tacheng.py"
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), script)  # noqa: S102
    script["main"](SHARED / "data/census_county_2020.csv", tmp_path / "population.csv")
    assert (tmp_path / "population.csv").read_bytes() == (SHIPPED / "population.csv").read_bytes()


# The assumptions.


def form(name, label, column):
    lines = (SHARED / "source" / name).read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(label)]
    return Fraction(line.split("|")[column].strip().replace(",", ""))


def tenth(value):
    return Fraction(round(value * 10), 10)


@needs_sources
def test_benefits_are_the_monthly_forms_figures():
    fujian, other = "monthly-form-fujian-2020-01.txt", "monthly-form-2020-01-b.txt"
    # The form's column 上期 of January is the year before: its spending, and its December's people.
    expected = {}
    for code, money, persons, highest in (
        ("2081901", "A 城市低保累计支出", "A 城市低保人数", 678),
        ("2081902", "B 农村低保累计支出", "A 农村低保人数", 616),
    ):
        year = form(fujian, money, 3) * 10_000 / form(fujian, persons, 3) / 12
        month = form(other, money, 2) * 10_000 / form(other, persons, 2)
        expected[code] = (tenth(year), tenth(month), Fraction(highest))
    hardship = form(other, "B 农村特困人员救助供养支出", 2) * 10_000
    hardship /= form(other, "B 农村特困人员救助供养人数", 2)
    expected["2082102"] = (tenth(hardship), tenth(hardship / 2), tenth(hardship * 2))
    found = {
        row["programme"]: tuple(Fraction(row[name]) for name in ("value", "low", "high"))
        for row in rows("assumptions")
        if row["name"] == "benefit_yuan_month"
    }
    assert found == expected


def test_assumptions_say_that_they_are_and_where_they_come_from():
    for row in rows("assumptions"):
        assert row["status"] == "assumption"
        assert Fraction(row["low"]) <= Fraction(row["value"]) <= Fraction(row["high"])
        if row["name"] == "benefit_yuan_month":
            assert "不是塔城" in row["source"]
            assert "not Tacheng" in row["source_en"]
        else:
            assert "chosen by the authors of this case; replace" in row["source_en"]
            assert "请按本地情况替换" in row["source"]


# The package.


@needs_sources
def test_boundaries_are_the_source_s_but_for_the_new_code():
    mine, theirs = (
        json.loads(path.read_text(encoding="utf-8"))["features"]
        for path in (SHIPPED / "boundaries.geojson", SHARED / "data/tacheng_counties.geojson")
    )
    assert [each["geometry"] for each in mine] == [each["geometry"] for each in theirs]
    codes = [each["properties"]["code"] for each in mine]
    assert codes == [each["properties"]["code"].replace("654223", "654203") for each in theirs]


def test_every_county_has_an_outline_under_its_name():
    features = json.loads((SHIPPED / "boundaries.geojson").read_text(encoding="utf-8"))["features"]
    names = {each["properties"]["code"]: each["properties"]["name"] for each in features}
    units = {row["unit_code"]: row["name_zh"] for row in rows("units") if row["kind"] == "county"}
    assert names == units


@needs_sources
def test_the_licences_are_the_sources_own():
    for name in ("census", "boundaries"):
        own = (SHIPPED / "licences" / f"{name}.txt").read_bytes()
        assert own == (SHARED / "data" / f"LICENSE-{name}.txt").read_bytes()


def test_frictionless_finds_the_package_valid():
    import frictionless

    report = frictionless.validate(str(SHIPPED / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])
    assert {task.name for task in report.tasks} >= {"units", "allocation", "population"}


def test_every_file_of_the_folder_is_listed():
    listed = {each["path"] for each in read_package(SHIPPED)["resources"]}
    present = {
        path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*") if path.is_file()
    }
    assert present - {"datapackage.json"} == listed
