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


@pytest.mark.parametrize(
    ("check", "zh", "en"),
    [
        (
            lambda: unit_values([1], *NEED),
            "需求须为按单位代码索引的 Series",
            "need must be a Series by unit code",
        ),
        (
            lambda: unit_values(GIVEN[:0], *NEED),
            "需求没有任何数据",
            "need is empty: give at least one figure",
        ),
        (
            lambda: unit_values(pd.Series([1, 2], ["a", None]), *NEED),
            "需求中有一行没有单位代码：请补上",
            "need: a row has no unit code. Give it one",
        ),
        (
            lambda: unit_values(pd.Series([1, 2], ["a", "a"]), *NEED),
            "需求中 a 重复出现：只能有一行，请先合并",
            "need: a is repeated. Add its rows together first",
        ),
        (
            lambda: unit_values(-GIVEN, *NEED),
            "需求（a）为 -1.0：须为不小于 0 的数；确实没有的写 0，没有数据的先去掉",
            "need of a is -1.0: values are numbers of at least 0; write 0 for none",
        ),
        (
            lambda: unit_values(pd.Series({"a": 1, "b": np.nan}), *NEED),
            "需求（b）为 nan",
            "need of b is nan",
        ),
        (
            lambda: unit_values(pd.Series({"a": 1, "b": np.inf}), *NEED),
            "需求（b）为 inf",
            "need of b is inf",
        ),
        (
            lambda: unit_values(pd.Series({"a": 1, "b": None}, dtype="Int64"), *NEED),
            "需求（b）为 <NA>",
            "need of b is <NA>",
        ),
        (
            lambda: unit_values(pd.Series({"a": 1, "b": "many"}), *NEED),
            "需求（b）为 many",
            "need of b is many",
        ),
        (
            lambda: same_units(GIVEN[:1], GIVEN, *NEED),
            "需求中缺少 b：请补上",
            "need has no figure for b: add it",
        ),
        (
            lambda: same_units(GIVEN, GIVEN[:1], *NEED, partial=True),
            "只有需求中有 b：请去掉",
            "Only need has a figure for b: leave it out",
        ),
        (
            lambda: lined_up({MONEY: GIVEN, NEED: [1, 2, 3]}),
            "需求有 3 个值，单位有 2 个：请逐个单位对应",
            "need has 3 values for 2 units: give one for each",
        ),
        (
            lambda: lined_up({MONEY: [[1], [2]]}),
            "金额须为一维，每个单位一个值",
            "amount must be one value a unit, in one row",
        ),
        (
            lambda: check_total([0, 0], *NEED),
            "需求合计为 0，无法计算占比：请至少给一个大于 0 的数",
            "need: values add up to 0, and there are no shares. Give at least one above 0",
        ),
        (
            lambda: check_total([1e308, 1e308], *NEED),
            "需求合计过大，无法计算：请改用更大的计量单位",
            "need: values add up to more than a number can hold. Use a larger unit",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_where_and_what_to_do(check, zh, en):
    with pytest.raises(MeasureError) as refused:
        check()
    assert refused.value.zh.startswith(zh)
    assert refused.value.en.startswith(en)
