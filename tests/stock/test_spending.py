"""Spending as bureaus report it: by month, by quarter, cumulative with months missing."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stock_plans import untimed

from analysis.errors import PlanError
from analysis.stock.spending import real_number, spending_periods

NAN = float("nan")
AMOUNT = st.integers(-2_000, 20_000).map(lambda cents: cents / 100)


def table(**columns):
    return pd.DataFrame(columns)


def by_month(*paid):
    return table(month=range(1, len(paid) + 1), amount_wan=paid)


def read(spending):
    """Return the periods as tuples of first month, last month, and money paid."""
    return list(spending_periods(spending).itertuples(index=False, name=None))


def test_months_are_periods_of_one_month():
    assert read(by_month(3.0, 0.0, 4.5)) == [(1, 1, 3), (2, 2, 0), (3, 3, 4.5)]


def test_quarters_end_with_their_month_and_may_stand_beside_months():
    spending = table(month=[3, 6, 7], months=[3, 3, None], amount_wan=[9.0, 12.0, 5.0])
    assert read(spending) == [(1, 3, 9), (4, 6, 12), (7, 7, 5)]


def test_cumulative_figures_for_march_may_and_june_are_enough():
    spending = table(month=[3, 5, 6], cumulative_wan=[9.0, 15.0, 18.0])
    assert read(spending) == [(1, 3, 9), (4, 5, 6), (6, 6, 3)]


def test_months_without_a_row_are_in_no_period():
    spending = table(month=[2, 5, 9], months=[1, 2, 3], amount_wan=[1.0, 2.0, 3.0])
    assert read(spending) == [(2, 2, 1), (4, 5, 2), (7, 9, 3)]


def test_periods_are_read_as_they_are():
    periods = spending_periods(table(month=[3, 6, 7], months=[3, 3, 1], amount_wan=[9.0, 12, 5]))
    again = spending_periods(periods.assign(unit_code="a").iloc[1:])
    pd.testing.assert_frame_equal(again, periods.iloc[1:].reset_index(drop=True))


def test_programmes_are_added_up():
    spending = table(
        month=[1, 2, 1, 2],
        programme=["2081901", "2081901", "2082001", "2082001"],
        amount_wan=[10.0, 11.0, 0.5, 0.0],
    )
    assert read(spending) == [(1, 1, 10.5), (2, 2, 11)]


@pytest.mark.parametrize("none", [None, NAN, pd.NA, ""])
def test_all_programmes_together_have_no_name(none):
    whole = table(month=[1, 2], programme=pd.Series([none, none]), amount_wan=[1.0, 2.0])
    assert read(whole) == [(1, 1, 1), (2, 2, 2)]
    for named in ("2081901", 2081901):
        mixed = table(month=[1, 1], programme=pd.Series([none, named]), amount_wan=[1.0, 2.0])
        with pytest.raises(PlanError, match=r"row 2: the programme is empty while other rows"):
            read(mixed)


def test_refunds_are_negative_payments():
    assert read(by_month(8.0, -3.0)) == [(1, 1, 8), (2, 2, -3)]
    spending = table(month=[1, 2], cumulative_wan=[8.0, 5.0])
    assert read(spending) == [(1, 1, 8), (2, 2, -3)]


@st.composite
def reports(draw):
    """Cumulative figures for some months, and the same payments as amounts."""
    last = sorted(draw(st.sets(st.integers(1, 600), min_size=1, max_size=8)))
    paid = draw(st.lists(AMOUNT, min_size=len(last), max_size=len(last)))
    cumulative = table(month=last, cumulative_wan=np.cumsum(paid))
    amounts = table(month=last, months=np.diff(last, prepend=0), amount_wan=paid)
    return cumulative, amounts


@untimed
@given(reports())
def test_cumulative_figures_say_the_same_as_amounts(both):
    cumulative, amounts = (spending_periods(each) for each in both)
    pd.testing.assert_frame_equal(cumulative, amounts, check_dtype=False, rtol=1e-9, atol=1e-7)
    assert cumulative["first"].iloc[0] == 1
    assert (cumulative["first"].iloc[1:].to_numpy() == cumulative["last"].iloc[:-1] + 1).all()


@untimed
@given(reports(), st.randoms(use_true_random=False), st.integers(1, 3))
def test_the_order_of_rows_changes_nothing(both, random, programmes):
    cumulative, amounts = both
    items = pd.concat([amounts.assign(programme=f"item {n}") for n in range(programmes)])
    for spending in (cumulative, amounts, items):
        order = list(range(len(spending)))
        random.shuffle(order)
        found = spending_periods(spending.iloc[order])
        pd.testing.assert_frame_equal(found, spending_periods(spending), rtol=1e-12)


TWICE = {"month": [1, 2, 2], "amount_wan": [1.0, 2.0, 3.0]}


@pytest.mark.parametrize(
    ("columns", "zh", "en"),
    [
        ({"amount_wan": [1.0]}, "没有“month”列", "the column month is missing"),
        ({"month": [1]}, "没有“amount_wan”列", "the column amount_wan is missing"),
        (
            {"month": [1], "amount_wan": [1.0], "cumulative_wan": [1.0]},
            "同时有 amount_wan 和 cumulative_wan",
            "both amount_wan and cumulative_wan",
        ),
        ({"month": [], "amount_wan": []}, "没有一行", "has no row"),
        (
            {"month": [1, 1], "unit_code": ["654201", "654221"], "amount_wan": [1.0, 2.0]},
            "几个单位（654201, 654221）",
            "of several units (654201, 654221)",
        ),
        ({"month": [1, 0], "amount_wan": [1.0, 2.0]}, "第 3 行：month 为 0", "row 3: month is 0;"),
        ({"month": [601], "amount_wan": [1.0]}, "第 2 行：month 为 601", "a whole number from 1"),
        (
            {"month": [3], "months": [4], "amount_wan": [1.0]},
            "第 2 行：months 为 4，须为 1 到 3",
            "row 2: months is 4; it must be a whole number from 1 to 3",
        ),
        (
            {"month": [1, 2], "amount_wan": [1.0, NAN]},
            "第 3 行：amount_wan 为 nan",
            "row 3: amount_wan is nan; it must be a finite number",
        ),
        (
            {"month": [1], "cumulative_wan": ["much"]},
            "第 2 行：cumulative_wan 为 much",
            "row 2: cumulative_wan is much;",
        ),
        (TWICE, "第 4 行：2 月重复", "row 4: month 2 is repeated"),
        (
            {"month": [2, 2], "cumulative_wan": [1.0, 2.0]},
            "第 3 行：2 月重复",
            "row 3: month 2 is repeated",
        ),
        (
            TWICE | {"programme": ["a", "a", "a"]},
            "第 4 行：2 月重复",
            "row 4: month 2 is repeated",
        ),
        (
            {"month": [3, 5], "months": [3, 3], "amount_wan": [1.0, 2.0]},
            "到 5 月为止的一行与到 3 月为止的一行",
            "the row up to month 5 and the row up to month 3 cover the same months",
        ),
        (
            {
                "month": [3, 3],
                "months": [3, 1],
                "programme": ["a", "b"],
                "amount_wan": [1.0, 2.0],
            },
            "到 3 月为止的一行与到 3 月为止的一行",
            "cover the same months",
        ),
        (
            {"month": [1, 1, 2], "programme": ["a", "b", "a"], "amount_wan": [1.0, 2.0, 3.0]},
            "项目 b 没有第 2 月这一期",
            "item b has no row for the period up to month 2. Enter 0",
        ),
    ],
)
def test_a_wrong_table_is_refused_by_row_column_and_value(columns, zh, en):
    with pytest.raises(PlanError) as caught:
        spending_periods(table(**columns))
    assert zh in caught.value.zh
    assert en in caught.value.en


@pytest.mark.parametrize("other", [None, [1.0, 2.0], {"month": [1], "amount_wan": [1.0]}])
def test_what_is_no_table_is_refused(other):
    with pytest.raises(PlanError, match="must be a table"):
        spending_periods(other)


def test_a_row_is_named_by_its_line_in_the_file_or_by_its_label():
    part = table(month=[1, 2, 3, 4], amount_wan=[1.0, 2.0, 3.0, NAN]).iloc[2:]
    with pytest.raises(PlanError, match="row 5: amount_wan is nan"):
        spending_periods(part)
    labelled = table(month=[1, 1], amount_wan=[1.0, 2.0]).set_axis(["first", "second"])
    with pytest.raises(PlanError, match="row second: month 1 is repeated"):
        spending_periods(labelled)


EMPTY = [None, NAN, pd.NA, pd.NaT, Decimal("NaN")]
NO_NUMBERS = [np.inf, -np.inf, "", "x", "inf", True, False, np.True_, 1j, b"3", 10**400]
NO_NUMBERS += [[1], (1, 2), {}, np.array([1, 2]), Ellipsis]
NO_NUMBERS += [datetime.date(2024, 1, 1), pd.Timestamp("2024-01-01"), pd.Timedelta(3, "D")]
NO_MONTHS = [0, -1, 1.5, np.float32(1.5), Decimal("1.5"), 601, "3", 1e300]


def one_cell(column, value, good):
    cells = pd.Series([good, None], dtype=object)
    cells.iloc[1] = value
    amount = "cumulative_wan" if column == "cumulative_wan" else "amount_wan"
    return table(**({"month": [3, 6], amount: [1.0, 2.0]} | {column: cells}))


@pytest.mark.parametrize("value", EMPTY + NO_NUMBERS, ids=repr)
@pytest.mark.parametrize("column", ["amount_wan", "cumulative_wan"])
def test_an_amount_that_is_no_finite_number_is_refused(column, value):
    with pytest.raises(PlanError, match=f"row 3: {column} is"):
        spending_periods(one_cell(column, value, 1.0))


@pytest.mark.parametrize("value", NO_NUMBERS + NO_MONTHS, ids=repr)
@pytest.mark.parametrize("column", ["month", "months"])
def test_a_month_that_is_no_whole_number_is_refused(column, value):
    with pytest.raises(PlanError, match=f"row 3: {column} is"):
        spending_periods(one_cell(column, value, 3))


@pytest.mark.parametrize("value", EMPTY, ids=repr)
def test_an_empty_cell_is_no_month_but_a_length_of_one(value):
    with pytest.raises(PlanError, match="row 3: month is"):
        spending_periods(one_cell("month", value, 3))
    assert read(one_cell("months", value, 3)) == [(1, 3, 1), (6, 6, 2)]


@pytest.mark.parametrize("kind", [list, "string", "Int64", "float32", "category", "bool"])
def test_a_column_of_another_type_is_read_or_refused(kind):
    values = [1, None] if kind in ("Int64", "float32", "category") else ["1", None]
    column = pd.Series(values) if kind is list else pd.Series(values).astype(kind)
    for name in ("month", "months", "amount_wan"):
        spending = table(**({"month": [3, 6], "amount_wan": [1.0, 2.0]} | {name: column}))
        try:
            assert len(read(spending)) == 2
        except PlanError as error:
            assert f": {name} is" in error.en


def test_an_amount_written_as_text_is_read():
    assert read(table(month=[1, 2], amount_wan=["8.5", "-1"])) == [(1, 1, 8.5), (2, 2, -1)]


@pytest.mark.parametrize("value", [3, 3.0, np.int8(3), np.float32(3), Decimal(3)])
def test_numbers_of_every_type_are_numbers(value):
    assert real_number(value) == 3
    assert read(table(month=pd.Series([value], dtype=object), amount_wan=[1.0])) == [(3, 3, 1)]
