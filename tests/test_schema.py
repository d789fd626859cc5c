"""The tables' columns and rules, with and without pandera."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from cases import CALIFORNIA, SHIPPED, read_package
from pandera.errors import SchemaErrors

from analysis.schema import STATUSES, TABLES, TEXT


def population(**cells):
    row = {"unit_code": "654201", "group": "resident", "persons": 3.0, "low": 2.0, "high": 4.0}
    row |= {"year": 2020, "status": "official", "source": "census", "source_en": None}
    return TABLES["population"].frame({name: [value] for name, value in (row | cells).items()})


def broken(table, frame):
    try:
        TABLES[table].pandera().validate(frame, lazy=True)
    except SchemaErrors as error:
        return set(error.failure_cases["check"])
    return set()


def test_a_good_row_passes():
    assert broken("population", population()) == set()


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"status": "guess"}, "choice"),
        ({"persons": -1.0, "low": -1.0}, "at_least"),
        ({"year": 1800}, "at_least"),
        ({"year": 20240}, "at_most"),
        ({"unit_code": "../etc"}, "pattern"),
        ({"source": None}, "not_nullable"),
        ({"low": 3.5}, "interval"),
        ({"high": 2.5}, "interval"),
    ],
)
def test_a_broken_rule_goes_by_its_name(cells, rule):
    assert broken("population", population(**cells)) == {rule}


def test_a_repeated_key_is_found_even_where_part_of_it_is_empty():
    frame = population()
    twice = pd.concat([frame, frame], ignore_index=True)
    assert broken("population", twice) == {"repeated"}
    row = {
        "name": "growth",
        "unit_code": None,
        "programme": None,
        "unit": "x",
        "status": "official",
    }
    row |= {"value": 0.0, "low": 0.0, "high": 0.0, "source": "x", "source_en": None}
    frame = TABLES["assumptions"].frame({name: [value] * 2 for name, value in row.items()})
    assert broken("assumptions", frame) == {"repeated"}


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_frame_has_the_columns_and_types_and_is_valid(name):
    frame = TABLES[name].frame()
    assert tuple(frame.columns) == TABLES[name].column_names
    assert len(frame) == 0
    kinds = {"text": TEXT, "number": np.dtype("float64"), "integer": np.dtype("int64")}
    for column in TABLES[name].columns:
        assert frame[column.name].dtype == kinds[column.kind]
    assert broken(name, frame) == set()


@pytest.mark.parametrize("name", TABLES)
def test_keys_and_intervals_are_columns(name):
    table = TABLES[name]
    assert set(table.key) <= set(table.column_names)
    assert set(table.interval or ()) <= set(table.column_names)
    status = [column for column in table.columns if column.name == "status"]
    assert all(column.choices == STATUSES for column in status)


@pytest.mark.parametrize(
    ("code", "good"),
    [
        ("654201", True),
        ("654200-children-home", True),
        ("06-los-angeles-county", True),
        ("65420", False),
        ("6542011", False),
        ("６５４２０１", False),
        ("654200-Home", False),
        ("654200-", False),
        ("654200--home", False),
        ("654200-a/b", False),
        ("654200-" + "a" * 60, False),
        ("654201\n", False),
        ("..", False),
    ],
)
def test_unit_codes(code, good):
    assert ("pattern" not in broken("population", population(unit_code=code))) == good


def test_columns_can_be_listed_without_pandera():
    code = "import sys; from analysis.schema import TABLES; TABLES['units'].frame(); "
    code += "print('pandera' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


@pytest.mark.parametrize("folder", [SHIPPED, CALIFORNIA], ids=lambda folder: folder.name)
def test_a_shipped_package_describes_the_same_columns(folder):
    kinds = {"text": "string", "number": "number", "integer": "integer"}
    resources = {each["name"]: each for each in read_package(folder)["resources"]}
    for name in resources.keys() & TABLES.keys():
        fields = resources[name]["schema"]["fields"]
        given = {field["name"] for field in fields}
        columns = [c for c in TABLES[name].columns if c.name in given or not c.absent]
        assert [(f["name"], f["type"]) for f in fields] == [
            (c.name, kinds[c.kind]) for c in columns
        ]
        for field, column in zip(fields, columns, strict=True):
            rules = field.get("constraints", {})
            assert rules.get("required", False) != column.blank
            assert tuple(rules.get("enum", ())) == column.choices
            assert rules.get("minimum") == column.at_least
            assert rules.get("pattern", "") == column.pattern
