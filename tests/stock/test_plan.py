"""A plan that contradicts itself is refused by field, unit and month."""

import numpy as np
import pytest
from hypothesis import given
from stock_plans import one_unit, plans, untimed

from analysis.errors import PlanError

NAN = float("nan")


def with_value(months, month, value):
    row = np.full((1, months), 5.0)
    row[0, month - 1] = value
    return row


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        (
            {"receipts_wan": with_value(12, 3, -5)},
            "receipts_wan（单位 654201，第 3 个月）为 -5",
            "receipts_wan (unit 654201, month 3) is -5: it must not be negative",
        ),
        (
            {"demand_wan": with_value(12, 12, NAN)},
            "demand_wan（单位 654201，第 12 个月）为 nan",
            "demand_wan (unit 654201, month 12) is nan: it must be a finite number",
        ),
        (
            {"opening_wan": [[-1.0]]},
            "opening_wan（单位 654201，2024 年资金）为 -1",
            "opening_wan (unit 654201, money of 2024) is -1",
        ),
        (
            {"opening_wan": [[5e12]]},
            "不得大于 1e+12",
            "opening_wan (unit 654201, money of 2024) is 5e+12: it must not be above 1e+12",
        ),
        ({"volatility": [-0.1]}, "volatility（单位 654201）为 -0.1", "volatility (unit 654201)"),
        ({"volatility": [11]}, "5% 写作 0.05", "5 % is 0.05"),
        ({"lump_rate": [np.inf]}, "lump_rate（单位 654201）为 inf", "lump_rate (unit 654201) is"),
        ({"lump_mean_wan": [-2]}, "lump_mean_wan（单位 654201）", "lump_mean_wan (unit 654201)"),
        ({"growth": [NAN]}, "growth（单位 654201）为 nan", "growth (unit 654201) is nan"),
        ({"growth": [100.0]}, "growth（单位 654201）为 100", "1 % a month is 0.01"),
        ({"correlation": 1.2}, "correlation 为 1.2", "correlation is 1.2"),
        ({"correlation": NAN}, "correlation 为 nan", "correlation is nan"),
        ({"correlation": "half"}, "correlation 为 half", "correlation is half"),
        ({"steps_per_month": 0}, "steps_per_month 为 0", "steps_per_month is 0"),
        ({"steps_per_month": 1.5}, "steps_per_month 为 1.5", "steps_per_month is 1.5"),
        ({"unit_code": []}, "形状为 (1, 1)，应为 (0, 1)", "shape (1, 1), not (0, 1)"),
        ({"unit_code": "654201"}, "须为一列单位代码", "must be a list of unit codes"),
        ({"unit_code": [654201]}, "第 1 个为 654201", "item 1, is 654201"),
        ({"unit_code": ["a", "a"]}, "单位 a 重复", "unit a is repeated"),
        ({"unit_code": ["a", "b"]}, "形状为 (1, 1)，应为 (2, 1)", "shape (1, 1), not (2, 1)"),
        ({"demand_wan": np.ones((1, 11))}, "demand_wan 的形状", "demand_wan has shape (1, 11)"),
        ({"receipts_wan": np.ones(12)}, "receipts_wan 的形状", "receipts_wan has shape (12,)"),
        ({"receipts_wan": [[1, 2], [3]]}, "receipts_wan 不是", "receipts_wan is not an array"),
        ({"growth": ["much"]}, "growth 不是", "growth is not an array of numbers"),
        ({"vintage": [2024.5]}, "vintage 为 [2024.5]", "vintage is [2024.5]"),
        (
            {"vintage": [2024, 2023], "opening_wan": [[1, 1]]},
            "从早到晚",
            "in ascending order",
        ),
        (
            {"vintage": [2025], "months": 13},
            "vintage 缺少 2024",
            "vintage lacks 2024: 13 months run from 2024 to 2025",
        ),
        (
            {"vintage": [2024, 2025], "months": 13, "opening_wan": [[0.0, 7.0]]},
            "opening_wan（单位 654201，2025 年资金）",
            "opening_wan (unit 654201, money of 2025) cannot be there before 2024",
        ),
    ],
)
def test_a_wrong_field_is_named_in_both_languages(changes, zh, en):
    with pytest.raises(PlanError) as caught:
        one_unit(**changes)
    assert zh in caught.value.zh
    assert en in caught.value.en


def test_months_lie_in_the_years_before_the_last_vintage():
    assert one_unit(months=12).first_year == 2024
    assert one_unit(months=13).first_year == 2024
    assert one_unit(months=25, first_year=2021).vintage.tolist() == [2021, 2022, 2023]
    assert one_unit(vintage=[2022, 2023, 2024]).first_year == 2024


def test_a_plan_keeps_its_own_read_only_arrays():
    demand = np.full((1, 12), 10.0)
    plan = one_unit(demand_wan=demand)
    demand[:] = 99
    assert plan.demand_wan.max() == 10
    with pytest.raises(ValueError, match="read-only"):
        plan.demand_wan[0, 0] = 1


@untimed
@given(plans())
def test_all_money_is_opening_stock_and_receipts(plan):
    for unit in range(len(plan.unit_code)):
        money = sum(plan.opening_wan[unit]) + sum(plan.receipts_wan[unit])
        assert plan.total_wan[unit] == pytest.approx(money, rel=1e-12)
