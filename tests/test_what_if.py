"""What if a figure were another: by a method, or changed in a table in place; never unnoticed."""

import shutil
import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cases import SHIPPED, SMALL, small_case
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.case import keep_case, load, load_case
from analysis.case.table import read_table
from analysis.errors import UsageError
from analysis.schema import TABLES
from analysis.shares import share_table
from analysis.statuses import status_of
from analysis.stock.case_plan import stock_plan

SHAWAN, WUSU = "654203", "654202"
DATA = load_case(SHIPPED)
UNITS = list(DATA.units.index)
AMOUNTS = st.dictionaries(
    st.sampled_from(UNITS),
    st.floats(0, 1e6) | st.integers(0, 500) | st.sampled_from([0, 50, 67.0]),
    min_size=1,
)
RECEIPTS = """unit_code,month,amount_wan,vintage,status,source
100001,1,20,2024,official,拨款单
100001,5,15,2024,official,拨款单
100002,2,10,2024,official,拨款单
"""


@pytest.fixture
def data():
    return load_case(SHIPPED)


@pytest.fixture
def small(tmp_path):
    return load_case(small_case(tmp_path / "case", receipts=RECEIPTS))


def assert_sound(name, frame):
    """Assert that a table can be written to a case's file and read again."""
    again, problems = read_table(TABLES[name], f"{name}.csv", frame.to_csv(index=False).encode())
    assert problems == []
    pd.testing.assert_frame_equal(again, frame.reset_index(drop=True), check_exact=True)


def assumed_units(case):
    rows = case.allocation
    return set(rows.loc[rows["status"] == "assumption", "unit_code"])


# Amounts.


@given(AMOUNTS)
def test_the_units_named_have_the_money_given_and_no_other_changes(amounts):
    before = DATA.amount_wan().to_dict()
    after = DATA.with_amounts(amounts).amount_wan().to_dict()
    assert after == {**before, **amounts}


@given(AMOUNTS)
def test_the_status_is_assumption_for_exactly_the_changed_units(amounts):
    key, before = DATA.fingerprint, DATA.amount_wan()
    case = DATA.with_amounts(amounts)
    differ = {unit for unit, amount in amounts.items() if amount != before[unit]}
    assert assumed_units(case) == differ
    assert set(case.changes()["unit"]) == differ
    assert case.is_changed == bool(differ)
    assert status_of(case.amount_wan()) == case.money_status
    assert case.money_status == ("assumption" if differ else "official")
    assert (DATA.fingerprint, DATA.money_status, DATA.is_changed) == (key, "official", False)
    assert DATA.amount_wan().equals(before)


@given(AMOUNTS)
def test_kept_totals_scale_the_others_by_one_factor(amounts):
    before = DATA.amount_wan()
    others = [unit for unit in UNITS if unit not in amounts]
    assume(others and sum(amounts.values()) < before.sum())
    case = DATA.with_amounts(amounts, keep_total=True)
    after = case.amount_wan()
    assert after.sum() == pytest.approx(before.sum(), rel=1e-12)
    assert after[list(amounts)].to_dict() == amounts
    factors = after[others] / before[others]
    assert factors.max() == pytest.approx(factors.min(), rel=1e-12)
    assert assumed_units(case) == set(after.index[after != before])


@pytest.mark.parametrize("unit", [SHAWAN, "沙湾市", " 沙湾市 ", "shawan city", "沙湾县", 654203])
def test_a_unit_goes_by_code_name_or_alias(data, unit):
    after = data.with_amounts({unit: 60}).amount_wan()
    assert after[SHAWAN] == 60


def test_the_share_follows_the_money(data):
    need = data.people("aided")["persons"]
    case = data.with_amounts(pd.Series({"沙湾市": 60}))
    share = share_table(case.amount_wan(), need)["share"]
    assert share[SHAWAN] == pytest.approx(60 / (413 + 10) * 413 / (413 - 1), rel=0.01)
    assert case.amount_wan().sum() == 423


def test_tranches_keep_their_proportion(small):
    rows = small.with_amounts({"甲县": 70}).allocation
    assert rows.loc[[0, 3], "amount_wan"].tolist() == [60, 10]
    assert rows["status"].fillna("").tolist() == ["assumption", "", "", "assumption"]
    assert small.allocation.loc[[0, 3], "amount_wan"].tolist() == [30, 5]


def test_a_unit_without_money_can_get_some(tmp_path):
    lines = SMALL["allocation"].splitlines(keepends=True)
    one = load_case(small_case(tmp_path / "case", allocation="".join(lines[:2])))
    case = one.with_amounts({"乙县": 7})
    assert case.amount_wan().to_dict() == {"100001": 30, "100002": 7, "100000-home": 0}
    new = case.allocation.iloc[-1]
    assert new[["unit_code", "tranche", "fiscal_year", "status"]].tolist() == [
        "100002",
        "what_if",
        2024,
        "assumption",
    ]
    assert case.allocation.dtypes.equals(one.allocation.dtypes)
    assert_sound("allocation", case.allocation)
    again = case.with_amounts({"乙县": 0}).with_amounts({"乙县": 9})
    assert again.amount_wan()["100002"] == 9
    assert len(again.allocation) == 2


def test_receipts_of_a_unit_follow_its_amount(small):
    rows = small.with_amounts({"甲县": 70}).receipts
    assert rows["amount_wan"].tolist() == [40, 30, 10]
    assert rows["status"].tolist() == ["assumption", "assumption", "official"]
    assert rows["source"].tolist() == ["使用者假设", "使用者假设", "拨款单"]
    none = small.with_amounts({"甲县": 0}).receipts
    assert none["unit_code"].tolist() == ["100002"]


def test_synthetic_amounts_that_are_only_scaled_stay_synthetic(data):
    made_up = replace(data, allocation=data.allocation.assign(status="synthetic"))
    case = made_up.with_amounts({SHAWAN: 60}, keep_total=True)
    assert assumed_units(case) == {SHAWAN}
    assert case.money_status == "synthetic"


BAD_AMOUNTS = [
    ({"沙湾": 60}, "沙湾市"),
    ({"Shawan Town": 60}, "Shawan City"),
    ({"沙湾市": -1}, "negative"),
    ({"沙湾市": float("nan")}, "no number"),
    ({"沙湾市": float("inf")}, "no number"),
    ({"沙湾市": True}, "no number"),
    ({"沙湾市": np.True_}, "no number"),
    ({"沙湾市": "60"}, "no number"),
    ({"沙湾市": None}, "no number"),
    ({"沙湾市": 60, "654203": 60}, "given twice"),
    ({}, "nothing is given"),
    (60, "nothing is given"),
]


@pytest.mark.parametrize(("amounts", "message"), BAD_AMOUNTS)
def test_amounts_that_are_none_are_refused(data, amounts, message):
    with pytest.raises(UsageError, match=message) as caught:
        data.with_amounts(amounts)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in caught.value.zh)


def test_a_name_of_two_units_is_refused_with_their_codes(data):
    units = data.units.assign(name_en="County")
    with pytest.raises(UsageError, match="654201, 654221"):
        replace(data, units=units).with_amounts({"county": 1})


@pytest.mark.parametrize("amounts", [{SHAWAN: 500}, dict.fromkeys(UNITS, 1)])
def test_a_total_that_cannot_be_kept_is_refused(data, amounts):
    with pytest.raises(UsageError, match="the total stays 413"):
        data.with_amounts(amounts, keep_total=True)


# People.


def test_a_count_takes_the_place_of_the_latest_and_is_exact(small):
    case = small.with_people("resident", {"甲县": 650})
    people = case.people("resident")
    assert people.loc["100001", ["persons", "low", "high"]].tolist() == [650] * 3
    assert people["status"].tolist() == ["assumption", "official"]
    assert people["source_en"].tolist() == ["assumed by the user", "census"]
    assert case.population["persons"].tolist() == [500, 650, 400, 60, 40]
    assert small.people("resident")["persons"].tolist() == [600, 400]
    assert case.people_status("resident") == status_of(people, "low") == "assumption"
    assert case.people_status("aided") == "estimate"


def test_a_count_may_have_bounds_and_a_unit_or_group_be_new(small):
    case = small.with_people("aided", {"乙县": (90, 80, 110), "甲县": (60, 30, 120)})
    people = case.people("aided")
    assert people.loc["100002", ["persons", "low", "high"]].tolist() == [90, 80, 110]
    # What is given as it was is no assumption.
    assert people["status"].tolist() == ["estimate", "assumption"]
    new = small.with_people("urban_hardship", {"乙县": 5}).people("urban_hardship")
    assert new["persons"].to_dict() == {"100002": 5}
    assert_sound("population", case.population)


@pytest.mark.parametrize(
    ("group", "counts", "message"),
    [
        ("resdent", {"甲县": 5}, "resident"),
        ("aided", {"甲县": (60, 70, 80)}, "low <= value <= high"),
        ("aided", {"甲县": (60, 50)}, "must be one number, or three"),
        ("aided", {"甲县": -5}, "negative"),
        ("aided", {"甲县": (60, "50", 70)}, "no number"),
        ("aided", {"丙县": 5}, "Close ones"),
        ("aided", {}, "nothing is given"),
    ],
)
def test_counts_that_are_none_are_refused(small, group, counts, message):
    with pytest.raises(UsageError, match=message):
        small.with_people(group, counts)


# Assumptions.


def values(case, name, programme=None, unit=None):
    rows = stock_plan(case).inputs
    rows = rows[rows["name"] == name]
    if programme:
        rows = rows[rows["programme"] == programme]
    rows = rows[rows["unit_code"] == unit] if unit else rows[rows["unit_code"].isna()]
    return rows[["value", "low", "high", "status"]].to_numpy().tolist()


def test_a_value_for_all_reaches_the_stock_plan(data):
    case = data.with_assumptions({"growth": 0.02, "lump_rate": (0.5, 0.1, 1)})
    assert values(case, "growth") == [[0.02, 0.02, 0.02, "assumption"]]
    assert values(case, "lump_rate") == [[0.5, 0.1, 1, "assumption"]]
    assert set(stock_plan(case).plan.growth) == {0.02}
    assert set(case.changes()["item"]) == {"growth", "lump_rate"}


def test_a_value_for_a_programme_leaves_the_others(data):
    before = {code: values(data, "benefit_yuan_month", code) for code in ("2081901", "2081902")}
    case = data.with_assumptions({"benefit_yuan_month": 600}, programme="rural_allowance")
    assert values(case, "benefit_yuan_month", "2081902")[0][0] == 600
    assert values(case, "benefit_yuan_month", "2081901") == before["2081901"]
    assert values(data, "benefit_yuan_month", "2081902") == before["2081902"]


def test_a_value_for_a_unit_goes_before_those_for_all(data):
    case = data.with_assumptions({"benefit_yuan_month": 600, "growth": 0.01}, unit="沙湾市")
    # One value for every programme is listed once.
    assert values(case, "benefit_yuan_month", unit=SHAWAN) == [[600, 600, 600, "assumption"]]
    plan = stock_plan(case).plan
    at = plan.unit_code.index(SHAWAN)
    assert plan.growth[at] == 0.01
    assert set(np.delete(plan.growth, at)) == {0.0}


def test_a_value_for_all_programmes_takes_the_place_of_each(data):
    case = data.with_assumptions({"benefit_yuan_month": 600})
    rows = case.assumptions[case.assumptions["name"] == "benefit_yuan_month"]
    assert rows[["value", "unit"]].to_numpy().tolist() == [[600, "yuan per person per month"]]
    assert case.assumptions.index.is_monotonic_increasing
    assert_sound("assumptions", case.assumptions)


@pytest.mark.parametrize(
    ("given_", "where", "message"),
    [
        ({"grwth": 0.1}, {}, "growth"),
        ({"growth": None}, {}, "no number"),
        ({"growth": (0, 1, 2)}, {}, "low <= value <= high"),
        ({"growth": 0.1}, {"unit": "沙湾"}, "沙湾市"),
        ({"growth": 0.1}, {"programme": "rural_alowance"}, "rural_allowance"),
        ({}, {}, "nothing is given"),
    ],
)
def test_assumptions_that_are_none_are_refused(data, given_, where, message):
    with pytest.raises(UsageError, match=message):
        data.with_assumptions(given_, **where)


# In place.


def test_an_amount_changed_in_place_counts_and_is_an_assumption(data):
    need = data.people("aided")["persons"]
    place = data.allocation.index[data.allocation["unit_code"] == SHAWAN][0]
    before = share_table(data.amount_wan(), need)["ratio"][SHAWAN]
    data.allocation.loc[place, "amount_wan"] = 60
    assert data.amount_wan()[SHAWAN] == 60
    by_method = load_case(SHIPPED).with_amounts({SHAWAN: 60})
    after = share_table(data.amount_wan(), need)["ratio"][SHAWAN]
    assert after == share_table(by_method.amount_wan(), need)["ratio"][SHAWAN] > before
    assert data.money_status == status_of(data.amount_wan()) == "assumption"
    rows = data.originals["allocation"].marked().set_index("unit_code")
    assert rows["status"][SHAWAN] == "assumption"
    assert pd.isna(rows["status"][WUSU])
    found = data.changes()
    assert found.to_numpy().tolist() == [
        ["allocation", SHAWAN, "advance", "amount_wan", 50.0, 60.0]
    ]
    data.allocation.loc[place, "amount_wan"] = 50
    assert not data.is_changed
    assert data.money_status == "official"


def test_a_count_changed_in_place_counts_and_is_an_assumption(data):
    row = data.population.query("unit_code == @SHAWAN and group == 'resident'").index[0]
    data.population.loc[row, ["persons", "low", "high"]] = 1000.0
    people = data.people("resident")
    assert people.loc[SHAWAN, "persons"] == 1000
    assert set(people.index[people["status"] == "assumption"]) == {SHAWAN}
    assert data.people_status("resident") == status_of(people, "persons") == "assumption"
    assert data.people_status("urban") == "official"
    assert people["low"].sum() < DATA.people("resident")["low"].sum()
    assert list(data.changes()["item"]) == ["resident 2020"] * 3


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_a_row_that_is_gone_or_new_makes_the_total_an_assumption(data):
    data.allocation.drop(index=data.allocation.index[-1], inplace=True)  # noqa: PD002
    assert data.amount_wan().iloc[-1] == 0
    assert data.money_status == "assumption"
    assert data.changes().query("column == 'amount_wan'")["after"].isna().all()
    data = load_case(SHIPPED)
    with warnings.catch_warnings():
        # pandas takes a column without any text for numbers.
        warnings.simplefilter("ignore")
        data.allocation.loc[99] = data.allocation.loc[0].to_dict() | {"tranche": "more"}
    assert data.amount_wan().sum() == 414
    assert data.money_status == "assumption"
    rows = data.originals["allocation"].marked()
    statuses = rows.loc[rows["unit_code"] == UNITS[0], "status"].fillna("")
    assert statuses.tolist() == ["", "assumption"]
    data = load_case(SHIPPED)
    gone = data.population.query("group == 'resident'").index[0]
    data.population.drop(index=gone, inplace=True)  # noqa: PD002
    assert data.people_status("resident") == "assumption"
    assert data.people_status("rural") == "official"


def test_a_status_written_over_a_changed_figure_does_not_hold(data):
    data.allocation.loc[3, ["amount_wan", "status"]] = [60, "official"]
    assert data.money_status == "assumption"


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_another_order_and_a_column_of_one_s_own_are_no_change(data):
    key = data.fingerprint
    data.allocation.sort_values("amount_wan", inplace=True)  # noqa: PD002
    data.population["note"] = "seen"
    assert not data.is_changed
    assert data.changes().empty
    assert data.money_status == "official"
    # A function that is kept may well read them.
    assert data.fingerprint != key


def test_texts_changed_in_place_are_seen(data):
    data.units.loc[SHAWAN, "name_zh"] = "新名"
    data.population.loc[0, "source"] = "别处"
    assert data.changes()[["table", "unit", "column", "after"]].to_numpy().tolist() == [
        ["units", SHAWAN, "name_zh", "新名"],
        ["population", data.population.loc[0, "unit_code"], "source", "别处"],
    ]
    assert data.people_status("resident") == "assumption"


def test_money_of_a_unit_that_there_is_not_is_refused(data):
    data.allocation.loc[3, "unit_code"] = "999999"
    with pytest.raises(UsageError, match="999999"):
        data.amount_wan()
    data.population.loc[0, "unit_code"] = "999999"
    with pytest.raises(UsageError, match="999999"):
        data.people("resident")


def test_an_amount_made_empty_is_not_read_as_0(data):
    data.allocation.loc[3, "amount_wan"] = np.nan
    assert data.amount_wan().isna().sum() == 1


def test_a_table_cannot_be_assigned_and_the_message_says_what_to_do(data):
    with pytest.raises(UsageError, match="with_amounts"):
        data.allocation = data.allocation.copy()
    with pytest.raises(UsageError, match="with_amounts"):
        data.rounding_wan = 0
    assert data.rounding_wan == 1


def test_what_is_handed_out_is_the_analyst_s_own(data):
    money, people = data.amount_wan(), data.people("aided")
    money[SHAWAN], people.loc[SHAWAN, "persons"] = 60, 1.0
    assert status_of(money) == status_of(people, "persons") == "assumption"
    assert status_of(people, "high") == "estimate"
    assert data.amount_wan()[SHAWAN] == 50
    assert data.people("aided").loc[SHAWAN, "persons"] > 1
    assert not data.is_changed


def test_a_change_in_one_case_reaches_no_other(data, monkeypatch, tmp_path):
    monkeypatch.setattr(load, "_KEPT", {})
    what_if, put_in = data.with_amounts({SHAWAN: 60}), replace(data, rounding_wan=0)
    what_if.population.loc[0, "persons"] = 1.0
    put_in.population.loc[0, "persons"] = 2.0
    assert not data.is_changed
    folder = small_case(tmp_path / "case")
    kept, first = keep_case(folder), load_case(folder)
    kept.allocation.loc[0, "amount_wan"] = 1.0
    first.allocation.loc[0, "amount_wan"] = 2.0
    first.title["zh"] = "别的"
    second = load_case(folder)
    assert second.allocation.loc[0, "amount_wan"] == 30
    assert second.title["zh"] == "小案例"
    assert not second.is_changed


def test_a_case_derived_from_a_changed_one_has_not_forgotten(data):
    data.population.loc[0, "persons"] += 1
    data.allocation.loc[3, "amount_wan"] = 60
    for case in (
        data.without_aided(),
        data.with_amounts({WUSU: 1}),
        replace(data, rounding_wan=0),
    ):
        assert case.money_status == "assumption"
        assert case.people_status("resident") == "assumption"
        assert set(case.changes()["table"]) == {"allocation", "population"}
    assert replace(data, allocation=DATA.allocation).money_status == "official"


def test_what_is_left_out_on_purpose_is_no_change(data):
    assert not data.without_aided().is_changed


def test_changes_of_a_changed_case_are_told_in_one_table(data):
    case = data.with_amounts({SHAWAN: 60}).with_people("aided", {WUSU: 5}).with_amounts({WUSU: 1})
    found = case.changes()
    assert list(found.columns) == ["table", "unit", "item", "column", "before", "after"]
    assert found[["unit", "column", "after"]].to_numpy().tolist() == [
        [WUSU, "amount_wan", 1.0],
        [SHAWAN, "amount_wan", 60.0],
        [WUSU, "persons", 5.0],
        [WUSU, "low", 5.0],
        [WUSU, "high", 5.0],
    ]


# Fingerprint, rounding, description, top-level names.


def test_the_fingerprint_stands_for_the_data(data, tmp_path):
    key = data.fingerprint
    shutil.copytree(SHIPPED, tmp_path / "copy")
    assert load_case(tmp_path / "copy").fingerprint == key
    others = [
        data.with_amounts({SHAWAN: 60}),
        data.with_amounts({SHAWAN: 61}),
        data.with_people("aided", {SHAWAN: 60}),
        data.with_assumptions({"growth": 0.1}),
        data.without_aided(),
        replace(data, rounding_wan=0),
        replace(data, allocation=data.allocation.assign(status="synthetic")),
        replace(data, allocation=data.allocation.assign(amount_wan=1.0)),
    ]
    assert len({key, *(each.fingerprint for each in others)}) == 1 + len(others)
    assert others[0].fingerprint == data.with_amounts({"沙湾市": 60.0}).fingerprint
    data.allocation.loc[3, "amount_wan"] += 1
    assert data.fingerprint != key
    data.allocation.loc[3, "amount_wan"] -= 1
    assert data.fingerprint == key


def test_a_column_that_cannot_be_read_never_gives_the_same_fingerprint_twice(data):
    data.allocation["odd"] = [lambda: 0] * len(data.allocation)
    assert data.fingerprint != data.fingerprint


def test_the_rounding_of_tranches_adds_up(small):
    width = small.rounding_by_unit()
    assert width.to_dict() == pytest.approx({"100001": 0.2, "100002": 0.1, "100000-home": 0.1})
    assert replace(small, allocation=small.allocation.iloc[:1]).rounding_by_unit().tolist() == [
        0.1,
        0,
        0,
    ]


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_a_case_says_in_ten_lines_what_it_holds_and_what_to_type(data):
    text = repr(data)
    assert len(text.splitlines()) <= 10
    for word in ("413 万元 (official)", "units：8", "children_0_14, aided", "population 63"):
        assert word in text
    for word in ("data.allocation", "data.amount_wan()", 'data.people("aided")', "with_amounts({"):
        assert word in text
    assert "changes()" not in text
    assert "allocation 1 → data.changes()" in repr(data.with_amounts({SHAWAN: 60}))
    gone = data.without_aided()
    gone.population.drop(index=gone.population.index, inplace=True)  # noqa: PD002
    assert "need groups：无 none" in repr(gone)


def test_top_level_names_are_there_and_importing_the_package_loads_nothing():
    code = (
        "import sys, analysis\n"
        "assert 'pandas' not in sys.modules\n"
        "from analysis import load_case, inequality\n"
        "import analysis.case\n"
        "assert load_case is analysis.case.load_case\n"
        "assert inequality.__name__ == 'analysis.inequality'\n"
        "assert not hasattr(analysis, 'no_such_name')\n"
        "assert {'load_case', 'Page', 'charts', 'inequality'} <= set(dir(analysis))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
