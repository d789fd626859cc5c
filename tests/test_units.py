"""Which unit a code, a name or an alias stands for."""

import pandas as pd
import pytest
from cases import SHIPPED
from hypothesis import given
from hypothesis import strategies as st

from analysis.case import load_case
from analysis.units import called, resolver, unit_names


@pytest.fixture(scope="module")
def units():
    return load_case(SHIPPED).units


def test_every_code_name_and_alias_stands_for_its_own_unit(units):
    for code, row in units.iterrows():
        for name in (code, row["name_zh"], row["name_en"], *row["aliases"]):
            assert resolver(called(units))(name) == code


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("654223", "654203"),
        ("沙湾县", "654203"),
        ("和丰县", "654226"),
        (" emin county ", "654221"),
        ("丰县", None),
        ("", None),
    ],
)
def test_names_of_the_shipped_case(units, word, code):
    assert resolver(called(units))(word) == code


def test_a_name_of_two_units_stands_for_neither():
    units = pd.DataFrame(
        {"name_zh": ["城区", "城区"], "name_en": ["A", "B"], "aliases": [(), ("a2",)]},
        index=["140202", "140302"],
    )
    assert unit_names(called(units))["城区"] == ["140202", "140302"]
    assert resolver(called(units))("城区") is None
    assert resolver(called(units))("B") == "140302"


@given(st.text())
def test_any_text_stands_for_a_known_unit_or_none(word):
    units = pd.DataFrame(
        {"name_zh": ["甲县"], "name_en": ["Jia"], "aliases": [("老甲",)]}, index=["100001"]
    )
    known = {"100001", "甲县", "jia", "老甲"}
    assert (resolver(called(units))(word) == "100001") == (word.strip().casefold() in known)
