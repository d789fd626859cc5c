"""Every figure of the second shipped case against its source, read here without the package."""

import csv
import json
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from cases import CALIFORNIA, read_package, read_rows

from analysis.case import load_case
from analysis.checks import findings

SHARED = Path(__file__).parents[2] / "shared" / "data"
SOURCES = [SHARED / "us_era1_california.csv", SHARED / "us_era1_california_reallocation.csv"]
needs_sources = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the Treasury's figures lie beside the repository, not in it"
)
QUARTERS = [f"{year}Q{quarter}" for year in (2021, 2022) for quarter in (1, 2, 3, 4)]
COLUMNS = {"aided_households": "first_time_assisted_", "applicant_households": "applications_"}


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return {row["recipient"]: row for row in csv.DictReader(file)}


def rows(table):
    return read_rows(CALIFORNIA, table)


@pytest.fixture(scope="module")
def counts():
    return read(SOURCES[0])


@pytest.fixture(scope="module")
def money():
    return read(SOURCES[1])


@pytest.fixture(scope="module")
def alias():
    """The name in the reallocation file of each unit code."""
    return {row["unit_code"]: row["aliases"] or row["name_en"] for row in rows("units")}


@pytest.fixture(scope="module")
def case():
    return load_case(CALIFORNIA)


def reported(row, prefix):
    return [Fraction(cell) for name, cell in row.items() if name.startswith(prefix) and cell]


def dollars(rows):
    return {row["unit_code"]: Fraction(row["amount_wan"]) * 10_000 for row in rows}


# The recipients.


@needs_sources
def test_the_units_are_the_39_recipients_in_their_order(counts):
    assert [row["name_en"] for row in rows("units")] == list(counts)
    assert len(rows("units")) == 39
    for row in rows("units"):
        words = re.findall("[a-z]+", row["name_en"].lower())
        assert row["unit_code"] == "-".join(["06", *words])


def words_of(name):
    return set(re.findall("[a-z]+", name.lower())) - {"california", "of"}


@needs_sources
def test_an_alias_is_the_same_place_under_another_name(money, alias):
    names = {row["unit_code"]: row["name_en"] for row in rows("units")}
    assert len(set(alias.values())) == 39
    assert set(alias.values()) <= money.keys()
    for code, name in names.items():
        if code != "06-state-of-california":
            assert words_of(name) == words_of(alias[code])


def test_every_name_is_of_one_unit_and_says_what_it_is():
    names = [row["name_zh"] for row in rows("units")] + [row["name_en"] for row in rows("units")]
    assert len(set(names)) == 78
    for row in rows("units"):
        kind = {"State": "州", "City": "市"}.get(row["name_en"].split()[0], "县")
        if row["name_en"].startswith("City and County"):
            kind = "市县"
        assert re.fullmatch(f"[\u4e00-\u9fff]+{kind}", row["name_zh"])


# The money.


@needs_sources
def test_the_allocation_is_the_updated_one_to_the_cent(money, alias):
    expected = {
        code: Fraction(money[name]["updated_allocation_usd"]) for code, name in alias.items()
    }
    assert dollars(rows("allocation")) == expected
    for row in rows("allocation"):
        assert (row["source"], row["tranche"], row["fiscal_year"]) == ("central", "updated", "2021")


@needs_sources
def test_the_earlier_allocation_is_the_original_one_to_the_cent(money, alias):
    expected = {
        code: Fraction(money[name]["original_allocation_usd"]) for code, name in alias.items()
    }
    assert dollars(rows("earlier_allocation")) == expected
    assert {row["kind"] for row in rows("earlier_allocation")} == {"original"}


def test_amounts_are_written_without_noise_or_idle_zeros():
    for table in ("allocation", "earlier_allocation"):
        for row in rows(table):
            assert re.fullmatch(r"[1-9][0-9]*(\.[0-9]{0,5}[1-9])?", row["amount_wan"])


# The households.


@needs_sources
def test_households_are_the_sum_of_the_quarters_reported(counts):
    names = {row["unit_code"]: row["name_en"] for row in rows("units")}
    found = {(row["unit_code"], row["group"]): row for row in rows("population")}
    assert set(found) == {(code, group) for code in names for group in COLUMNS}
    for (code, group), row in found.items():
        known = reported(counts[names[code]], COLUMNS[group])
        assert min(known) >= 0
        assert row["persons"] == row["low"] == row["high"] == str(sum(known))
        assert (row["status"], row["year"]) == ("official", "2022")


@needs_sources
def test_a_count_of_fewer_quarters_says_so_and_that_it_is_a_lower_bound(counts):
    names = {row["unit_code"]: row["name_en"] for row in rows("units")}
    for row in rows("population"):
        known = len(reported(counts[names[row["unit_code"]]], COLUMNS[row["group"]]))
        said = (
            "(sum of all 8 quarters)" if known == 8 else f"({known} of 8 quarters: a lower bound)"
        )
        said_zh = "（8个季度之和）" if known == 8 else f"（8个季度报了{known}个，是下限）"
        assert row["source_en"].endswith(said)
        assert row["source"].endswith(said_zh)


@needs_sources
def test_the_caveats_name_every_count_that_looks_copied(counts):
    said = read_package(CALIFORNIA)["caveats"]["en"][2]
    copied = 0
    for name, row in counts.items():
        for prefix in COLUMNS.values():
            known = [count for count in reported(row, prefix) if count >= 100]
            for count in {count for count in known if known.count(count) > 1}:
                copied += 1
                assert f"{name}, {int(count):,} households" in said
    assert copied == said.count(" and 20") == 3


def test_every_recipient_counts_some_households_and_more_applied_than_were_aided(case):
    aided = case.people("aided_households")["persons"]
    applied = case.people("applicant_households")["persons"]
    assert len(aided) == len(applied) == 39
    assert (aided > 0).all()
    assert (applied > aided).all()


# The spending.


@needs_sources
def test_the_spending_is_the_assistance_paid_in_every_quarter_reported(counts):
    names = {row["unit_code"]: row["name_en"] for row in rows("units")}
    cells = {
        (code, str(3 * place)): counts[name][f"assist_exp_{quarter}"]
        for code, name in names.items()
        for place, quarter in enumerate(QUARTERS, 1)
    }
    paid = {place: Fraction(cell) for place, cell in cells.items() if cell}
    found = {(row["unit_code"], row["month"]): row["amount_wan"] for row in rows("spending")}
    assert {place: Fraction(amount) * 10_000 for place, amount in found.items()} == paid
    assert list(found) == list(paid)
    assert len(rows("spending")) == len(paid) < len(cells) == 39 * 8


def test_every_row_of_the_spending_is_one_official_quarter():
    for row in rows("spending"):
        assert row["month"] in {"3", "6", "9", "12", "15", "18", "21", "24"}
        assert (row["months"], row["programme"], row["status"]) == ("3", "", "official")
        assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]{0,5}[1-9])?", row["amount_wan"])
        assert "该季度支付的援助" in row["source"]
        assert "assistance paid in the quarter" in row["source_en"]


# The package.


def test_the_case_loads_and_nothing_is_found_wrong(case):
    assert case.currency == "USD"
    assert case.rounding_wan == 1e-6
    assert case.aided_group() == "aided_households"
    assert case.earlier_wan("original").sum() < case.amount_wan().sum()
    found = findings(case)
    assert set(found["code"]) == {"SPENDING_ABOVE_MONEY", "SPENDING_BELOW_0"}


def test_frictionless_finds_the_package_valid():
    import frictionless

    report = frictionless.validate(str(CALIFORNIA / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])
    assert {task.name for task in report.tasks} >= {"units", "allocation", "population"}


def test_every_file_of_the_folder_is_listed():
    listed = {each["path"] for each in read_package(CALIFORNIA)["resources"]}
    present = {
        path.relative_to(CALIFORNIA).as_posix() for path in CALIFORNIA.rglob("*") if path.is_file()
    }
    assert present - {"datapackage.json"} == listed


# The script.


def make(folder, *sources):
    script = Path(__file__).parents[1] / "tools" / "make_california.py"
    command = [sys.executable, script, *sources, folder]
    return subprocess.run(command, capture_output=True, text=True)


@needs_sources
def test_the_script_gives_the_shipped_folder(tmp_path):
    folder = tmp_path / "case"
    folder.mkdir()
    package = read_package(CALIFORNIA) | {"caveats": {"zh": [], "en": []}}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    ran = make(folder, *SOURCES)
    assert ran.returncode == 0, ran.stderr
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert made == {name: (CALIFORNIA / name).read_bytes() for name in made}
    assert len(made) == 6


@needs_sources
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (0, "City of Anaheim,10416959.9,", "City of Anaheim,10416961,", "City of Anaheim: 10416"),
        (0, "City of Anaheim,", "City of Anaheim City,", "Other recipients"),
        (0, ",2270.0,", ",-2270.0,", "City of Anaheim: applications is no series"),
        (0, ",2270.0,", ",2270.5,", "City of Anaheim: applications is no series"),
        (1, "County of Marin,", "Marin,", "No reallocation of"),
        (1, "18942832.7,0.0", "18942832.7,1.0", "County of Ventura has money, but no counts"),
    ],
)
def test_the_script_refuses_other_figures(tmp_path, file, old, new, message):
    folder = Path(shutil.copytree(CALIFORNIA, tmp_path / "case"))
    sources = [shutil.copy(path, tmp_path) for path in SOURCES]
    path = Path(sources[file])
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    ran = make(folder, *sources)
    assert ran.returncode != 0
    assert message in ran.stderr
