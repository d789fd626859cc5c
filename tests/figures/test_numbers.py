"""Every chart carries the numbers it draws as one kind of table, that JSON can hold."""

import json
import math

import figure_samples
import numpy as np
import pandas as pd
import pytest
import test_scenario_charts as scenario_charts
import test_stock_charts as stock_charts
from chart_numbers import column, fact
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures import influence, paths
from analysis.figures.numbers import Column, Fact, counted, digits_of, numbers
from analysis.report.formats import UNITS, figure
from analysis.words import catalogue

SAMPLES = {
    name: module.draw
    for module in (figure_samples, scenario_charts, stock_charts)
    for name in module.CHARTS
}
LANGS = ("zh", "en")


@pytest.mark.parametrize("count", [1, 7, 100])
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_chart_carries_a_table(name, lang, count):
    data = SAMPLES[name](name, count, lang).data
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert list(data) == ["columns", "rows", "facts"] and data["rows"]
    keys = [each["key"] for each in data["columns"]]
    assert len(set(keys)) == len(keys)
    for each in data["columns"]:
        assert set(each) - {"digits"} == {"key", "label", "unit"}
        assert each["label"] and (lang == "zh" or each["label"].isascii())
        assert each["unit"] is None or each["unit"] in UNITS
    for row in data["rows"]:
        assert len(row) == len(keys)
        for cell, each in zip(row, data["columns"], strict=True):
            if each["unit"] is None:
                assert cell is None or isinstance(cell, str)
            else:
                assert cell in (None, "∞") or type(cell) in (int, float)
                if type(cell) is float:
                    assert figure(cell, each["unit"], each.get("digits", 2))
    for each in data["facts"]:
        assert set(each) - {"digits"} == {"key", "label", "value", "unit"}
        assert each["unit"] is None or each["unit"] in UNITS
        assert each["label"] and each["value"] is not None


@pytest.mark.parametrize("name", SAMPLES)
def test_labels_follow_the_language_and_figures_do_not(name):
    zh, en = (SAMPLES[name](name, 7, lang).data for lang in LANGS)
    assert [each["key"] for each in zh["columns"]] == [each["key"] for each in en["columns"]]
    assert [each["label"] for each in zh["columns"]] != [each["label"] for each in en["columns"]]
    for place, each in enumerate(zh["columns"]):
        if each["unit"]:
            assert [row[place] for row in zh["rows"]] == [row[place] for row in en["rows"]]
    assert [each["value"] for each in zh["facts"] if each["unit"]] == [
        each["value"] for each in en["facts"] if each["unit"]
    ]


@pytest.mark.parametrize("name", ["dumbbell", "runway", "cover", "spent", "changes", "need_groups"])
def test_drawn_and_hidden_rows_are_all_there_are(name):
    chart = SAMPLES[name](name, 100, "en")
    assert len(chart.data["rows"]) + fact(chart, "hidden") == 100


def test_a_name_too_long_for_its_row_is_whole_in_the_table():
    assert "Hoboksar Mongol Autonomous County" in column(SAMPLES["cover"]("cover", 7, "en"), "name")


def test_tiles_with_a_place_say_where_they_stand():
    sample = figure_samples.Sample(7, "en")
    chart = figure_samples.draw("tiles", 7, "en")
    table = sample.positions + 1
    assert column(chart, "row") == list(table["row"]) and column(chart, "col") == list(table["col"])


def test_odds_are_those_of_the_cells():
    sample = figure_samples.Sample(7, "en")
    chart = figure_samples.draw("odds", 7, "en")
    drawn = sample.odds.set_axis(sample.names)
    for month in sample.odds:
        assert column(chart, f"month_{month}") == list(drawn[month][column(chart, "name")])


def test_measures_and_years_that_look_like_other_columns_keep_apart():
    index = pd.MultiIndex.from_product([["a"], ["name", "unit"]], names=["unit_code", "measure"])
    table = pd.DataFrame({"total": [0.4, 0.6]}, index)
    none = pd.Series(dtype=str)
    how = {"lang": "en", "title": "t", "source": "s"}
    keys = [each["key"] for each in influence.sensitivity(table, none, none, **how).data["columns"]]
    assert keys == ["name", "measure_unit", "measure_name"]
    year = pd.DataFrame({0: [1.0]}, ["a"])
    chart = paths.pace(year, year, none, within=0.05, **how)
    assert chart.data["columns"][1]["label"] == "start"


@given(st.lists(st.floats() | st.none() | st.integers() | st.text(), min_size=1))
def test_any_cells_become_json(cells):
    made = numbers([Column("a", "A", cells)], [Fact("b", "B", cells[0])])
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    for given_, kept in zip(cells, made["rows"], strict=True):
        if isinstance(given_, float) and math.isfinite(given_):
            assert kept == [given_]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.float64("nan"), None),
        (-np.inf, "−∞"),
        (np.int64(3), 3),
        (np.float64(0.1), 0.1),
        (" a\n\x07b ", "a b"),
    ],
)
def test_cells_are_plain(value, kept):
    assert numbers([Column("a", "A", [value])])["rows"] == [[kept]]


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        numbers([Column("a", "A", [1]), Column("b", "B", [])])


@given(st.lists(st.floats(1e-5, 1e9), min_size=1), st.integers(0, 3))
def test_no_value_looks_like_0(values, least):
    digits = digits_of(values, least)
    assert least <= digits <= 6
    assert all(float(f"{value:.{digits}f}") > 0 for value in values)


def test_nothing_is_counted_that_is_not_there():
    (fact_,) = counted("zh", hidden=0, without=2)
    assert (fact_.label, fact_.value) == (catalogue("zh")("figure_table.without"), 2)
