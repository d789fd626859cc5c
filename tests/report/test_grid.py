"""A table for a spreadsheet, read back by readers of our own and others'."""

import csv
import io
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_report import HOSTILE, make_results, make_table

from analysis.report.display import Column
from analysis.report.downloads import body, csv_text, header
from analysis.report.results import Results
from analysis.words import catalogue

ZH = catalogue("zh")


def recorded(frame, columns, status="official", key="t"):
    results = make_results("zh")
    results.table(key, frame, caption="表", columns=columns, status=status)
    return results.as_json()["tables"][key]


def read(table):
    return list(csv.reader(io.StringIO(csv_text(table, ZH).removeprefix("\ufeff"), newline="")))


def test_each_row_says_its_status_once():
    table = recorded(pd.DataFrame({"wan": [1.5]}), {"wan": Column("金额", "wan")}, "estimate")
    assert read(table) == [["金额（万元）", "性质"], ["1.5", "估计值"]]


def test_a_status_of_its_own_stands_in_the_head():
    frame = pd.DataFrame({"wan": [1.0], "share": [0.25]})
    columns = {"wan": Column("金额", "wan", status="official"), "share": Column("占比", "percent")}
    table = recorded(frame, columns, "estimate")
    assert header(table, ZH) == ["金额（万元） [官方数据]", "占比（%）", "性质"]


def test_a_column_of_statuses_takes_the_place_of_the_added_one():
    frame = pd.DataFrame({"name": ["a", "b"], "how": ["official", "assumption"]})
    columns = {"name": Column("名称"), "how": Column("性质", "status")}
    assert read(recorded(frame, columns))[1:] == [["a", "官方数据"], ["b", "假设值"]]


def test_a_cell_without_a_number_says_why():
    table = recorded(
        pd.DataFrame({"m": [math.inf, math.nan, 2.0]}), {"m": Column("月数", "months")}
    )
    assert [row[0] for row in body(table, ZH)] == ["无限大", None, 2.0]
    assert [row[0] for row in read(table)[1:]] == ["无限大", "", "2.0"]


@pytest.mark.parametrize("text", [*HOSTILE, "=1+1", "+1", "-1", "@a", "\tx", 'a"b,c', "两\n行"])
def test_a_text_comes_back_and_is_no_formula(text):
    results = make_results("zh", text=text)
    make_table(results, text)
    cell = read(results.as_json()["tables"]["shares"])[1][0]
    assert cell[0] not in "=+-@\t\r"
    assert cell.removeprefix("'") == text.removeprefix("'")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_numbers_come_back_to_twelve_digits(values):
    table = recorded(pd.DataFrame({"v": values}), {"v": Column("值", "plain")})
    back = pd.read_csv(io.BytesIO(csv_text(table, ZH).encode()), encoding="utf-8-sig")
    assert back.iloc[:, 0].tolist() == pytest.approx(values, rel=1e-11, abs=0)


def test_negative_numbers_stay_numbers():
    table = recorded(pd.DataFrame({"v": [-50.0]}), {"v": Column("差额", "wan")})
    assert read(table)[1] == ["-50.0", "官方数据"]


def test_dollars_in_english_are_counted_one_by_one():
    results = Results("n", "c", "en", currency="USD")
    frame = pd.DataFrame({"wan": [3251.5432, math.nan]})
    results.table(
        "t", frame, caption="t", columns={"wan": Column("money", "wan")}, status="official"
    )
    table, en = results.as_json()["tables"]["t"], catalogue("en")
    assert header(table, en)[0] == "money (dollars)"
    assert [row[0] for row in body(table, en)] == [32515432.0, None]
