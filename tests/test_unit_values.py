"""The check of one figure a unit: what it lets pass, and how it says in two languages what not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import MeasureError
from analysis.unit_values import (
    check_total,
    comparable,
    lined_up,
    same_units,
    unit_values,
)

NEED = ("需求", "need")
GIVEN = pd.Series({"a": 1.0, "b": 2.0})
MONEY = ("金额", "amount")


@given(st.dictionaries(st.text(min_size=1), st.floats(0, 1e300), min_size=1))
def test_checked_figures_are_the_figures_given(figures):
    assert unit_values(pd.Series(figures, dtype=object), *NEED).to_dict() == figures


def test_a_figure_below_0_passes_only_where_it_may():
    assert unit_values(-GIVEN, *NEED, signed=True).tolist() == [-1, -2]
    with pytest.raises(MeasureError, match="values are finite numbers"):
        unit_values(-GIVEN * np.inf, *NEED, signed=True)


def test_figures_can_be_asked_for_in_the_order_of_others_or_be_one_for_all():
    assert unit_values(GIVEN[::-1], *NEED, like=GIVEN).to_dict() == {"a": 1.0, "b": 2.0}
    assert unit_values(3, *NEED, like=GIVEN).to_dict() == {"a": 3.0, "b": 3.0}
    with pytest.raises(MeasureError, match="need has no figure for b"):
        unit_values(GIVEN[:1], *NEED, like=GIVEN)


@given(st.permutations("abcd"))
def test_figures_stand_in_the_order_of_the_first_that_has_units(units):
    need = pd.Series({unit: ord(unit) for unit in units})
    rank = need.sort_index()
    rows = lined_up({MONEY: [1, 2, 3, 4], NEED: need, ("名次", "rank"): rank, ("无", "none"): None})
    assert [list(row.index) for row in rows.values()] == [list(units)] * 3
    assert rows[MONEY].tolist() == [1, 2, 3, 4]
    assert rows["名次", "rank"].tolist() == [ord(unit) for unit in units]


def test_rows_without_units_are_numbered():
    assert lined_up({MONEY: np.array([3, 1])})[MONEY].to_dict() == {"#1": 3, "#2": 1}


def test_the_comparable_units_are_those_with_a_need_in_the_order_of_the_money():
    money = pd.Series({"c": 3, "home": 9, "a": 1, "lake": 2})
    amount, need = comparable(money, pd.Series({"a": 5, "lake": np.nan, "c": 0}))
    assert amount.to_dict() == {"c": 3.0, "a": 1.0}
    assert list(need.items()) == [("c", 0.0), ("a", 5.0)]


def of(values, units=("a", "b")):
    return unit_values(pd.Series(values, list(units)), *NEED)


@pytest.mark.parametrize(
    ("check", "zh", "en"),
    [
        (
            lambda: unit_values([1], *NEED),
            "须为按单位代码索引的 Series",
            " must be a Series by",
        ),
        (lambda: unit_values(GIVEN[:0], *NEED), "没有任何数据", " is empty: give at least one"),
        (
            lambda: of([1, 2], ["a", None]),
            "中有一行没有单位代码：请补上",
            ": a row has no unit code",
        ),
        (
            lambda: of([1, 2], ["a", "a"]),
            "中 a 重复出现：只能有一行",
            ": a is repeated. Add its rows",
        ),
        (
            lambda: unit_values(-GIVEN, *NEED),
            "（a）为 -1.0：须为不小于 0",
            " of a is -1.0: values are",
        ),
        (lambda: of([1, np.nan]), "（b）为 nan", " of b is nan"),
        (lambda: of([1, np.inf]), "（b）为 inf", " of b is inf"),
        (lambda: of(pd.array([1, None])), "（b）为 <NA>", " of b is <NA>"),
        (lambda: of([1, "many"]), "（b）为 many", " of b is many"),
        (
            lambda: same_units(GIVEN[:1], GIVEN, *NEED),
            "中缺少 b：请补上",
            " has no figure for b: add",
        ),
        (
            lambda: lined_up({MONEY: GIVEN, NEED: [1]}),
            "有 1 个值，单位有 2 个",
            " has 1 values for 2",
        ),
        (
            lambda: lined_up({NEED: [[1], [2]]}),
            "须为一维，每个单位一个值",
            " must be one value a unit",
        ),
        (lambda: check_total([0, 0], *NEED), "合计为 0，无法计算占比", ": values add up to 0"),
        (lambda: check_total([1e308] * 2, *NEED), "合计过大，无法计算", ": values add up to more"),
    ],
)
def test_a_refusal_says_what_is_wrong_where_and_what_to_do(check, zh, en):
    with pytest.raises(MeasureError) as refused:
        check()
    assert refused.value.zh.startswith(f"需求{zh}")
    assert refused.value.en.startswith(f"need{en}")


def test_a_unit_that_the_others_lack_is_named():
    with pytest.raises(MeasureError, match="Only need has a figure for b: leave it out") as refused:
        same_units(GIVEN, GIVEN[:1], *NEED, partial=True)
    assert refused.value.zh.startswith("只有需求中有 b：请去掉")
