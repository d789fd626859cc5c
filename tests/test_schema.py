"""The tables' columns and rules."""

import re

import numpy as np
import pytest
from cases import CALIFORNIA, SHIPPED, read_package

from analysis.schema import STATUSES, TABLES, TEXT, UNIT_CODE_PATTERN


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_frame_has_the_columns_and_types_and_is_valid(name):
    frame = TABLES[name].frame()
    assert tuple(frame.columns) == TABLES[name].column_names
    assert len(frame) == 0
    kinds = {"text": TEXT, "number": np.dtype("float64"), "integer": np.dtype("int64")}
    for column in TABLES[name].columns:
        assert frame[column.name].dtype == kinds[column.kind]


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
    assert bool(re.fullmatch(UNIT_CODE_PATTERN, code)) == good


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
