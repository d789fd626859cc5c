"""What is said beside an earlier allocation, against sums done here from the tables."""

from dataclasses import replace

import pandas as pd
import pytest
from cases import CALIFORNIA, SHIPPED

from analysis.case import load_case
from analysis.pages.earlier import (
    earlier_figures,
    earlier_kind,
    earlier_labels,
    earlier_money,
    earlier_sentences,
    earlier_table,
)
from analysis.schema import TABLES
from analysis.statuses import status_of, with_status
from analysis.words.sentence import Writer

STATE = "06-state-of-california"


def beside(case):
    need = case.people(case.need_group("aided"))
    kind = earlier_kind(case)
    change = earlier_table(earlier_money(case, kind), case.amount_wan(), need["persons"])
    return change, need, kind


def sentences(change, need, lang, kind="last_year"):
    said = earlier_sentences(change, need, kind=kind, group="aided")
    return [Writer(lang)(each) for each in said]


def compared(before, after, persons):
    """Return the table and the need of units a, b, c ... with these figures."""
    codes = list("abcdef"[: len(before)])
    need = pd.DataFrame({"persons": [float(n) for n in persons]}, index=codes)
    need = with_status(need, "estimate")
    was, now = (
        with_status(pd.Series(values, codes, dtype=float, name="amount_wan"), status)
        for values, status in ((before, "synthetic"), (after, "official"))
    )
    return earlier_table(was, now, need["persons"]), need


def hoover(parts):
    money, people = (sum(part[at] for part in parts) for at in (0, 1))
    return sum(abs(a / money - n / people) for a, n in parts) / 2


@pytest.fixture(scope="module")
def units():
    """Money by unit before and now, and need, as plain figures of the compared units."""
    case = load_case(CALIFORNIA)
    need = case.people("aided_households")["persons"]
    now = case.allocation.groupby("unit_code")["amount_wan"].sum()
    was = case.earlier_allocation.groupby("unit_code")["amount_wan"].sum()
    return {code: (was[code], now[code], persons) for code, persons in need.items()}


@pytest.fixture(scope="module")
def california():
    return beside(load_case(CALIFORNIA))


def test_gains_and_losses_are_those_of_the_tables(california, units):
    change, need, kind = california
    assert kind == "original"
    assert set(change.index) == units.keys()
    for code, row in change.iterrows():
        was, now, _ = units[code]
        assert row["before_wan"] == pytest.approx(was)
        assert row["change_wan"] == pytest.approx(now - was, abs=1e-6)
        assert row["change"] == pytest.approx((now - was) / was, abs=1e-6)
    lost = [was - now for was, now, _ in units.values() if was - now > 1e-6]
    gained = [now - was for was, now, _ in units.values() if now - was > 1e-6]
    said = sentences(change, need, "zh", kind)
    assert said[1].startswith(f"资金减少的单位共减 {sum(lost):,.1f} 万")
    assert said[1].endswith(f"等 {len(lost)} 个单位。")
    assert said[2].startswith(f"资金增加的单位共增 {sum(gained):,.1f} 万")
    assert said[2].endswith(f"等 {len(gained)} 个单位。")


def test_ratios_before_and_now_are_those_of_the_tables(california, units):
    change, _, _ = california
    all_was, all_now, all_need = (sum(unit[at] for unit in units.values()) for at in range(3))
    for code, row in change.iterrows():
        was, now, need = units[code]
        assert row["ratio_before"] == pytest.approx(was / all_was / (need / all_need))
        assert row["ratio_after"] == pytest.approx(now / all_now / (need / all_need))
    far = change[["ratio_before", "ratio_after"]].map(lambda ratio: max(ratio, 1 / ratio))
    # Half of a proportional share is as far from it as double.
    nearer = far["ratio_after"] < far["ratio_before"]
    assert nearer[change["moved"] == "toward"].all()
    assert not nearer[change["moved"] == "away"].any()


def test_shares_that_came_nearer_to_need_are_said_to_have(california, units):
    change, need, kind = california
    was = hoover([(before, need) for before, _, need in units.values()])
    now = hoover([(after, need) for _, after, need in units.values()])
    figures = {each.key: each for each in earlier_figures(change, need)}
    assert figures["hoover_before"].value.value == pytest.approx(was)
    assert figures["hoover_after"].value.value == pytest.approx(now)
    assert figures["hoover_after"].status == "computed"
    said = sentences(change, need, "en", kind)
    assert f"rose from {was:.1%} to {now:.1%}: shares as a whole went further from need" in said[3]
    # One recipient holds most of the money: what is true without it is told, too.
    rest = [unit for code, unit in units.items() if code != STATE]
    was = hoover([(before, need) for before, _, need in rest])
    now = hoover([(after, need) for _, after, need in rest])
    assert f"fell from {was:.1%} to {now:.1%}, nearer to need" in said[4]


def test_without_an_earlier_allocation_nothing_is_said_of_one():
    change, need, kind = beside(load_case(SHIPPED))
    assert change.empty
    assert kind == ""
    assert earlier_figures(change, need) == []
    assert sentences(change, need, "en") == ["There is no earlier allocation to compare with."]


def test_a_status_goes_with_the_money_it_was_stated_of():
    change, need = compared([30, 20, 10], [20, 20, 20], [1, 2, 3])
    assert status_of(change, "before_wan") == "synthetic"
    assert status_of(change, "after_wan") == "official"
    assert status_of(change, "change_wan") == "synthetic"
    assert status_of(change, "ratio_after") == "estimate"
    assert [each.status for each in earlier_figures(change, need)] == ["synthetic", "estimate"]


@pytest.mark.parametrize(
    ("lang", "says"), [("zh", "整体与需求的远近没有变"), ("en", "as far from need as they were")]
)
def test_amounts_that_did_not_change_are_as_far_from_need(lang, says):
    change, need = compared([90, 83, 76], [90, 83, 76], [60, 30, 40])
    assert set(change["moved"]) == {"same"}
    said = sentences(change, need, lang)
    assert len(said) == 2
    assert says in said[1]


def test_a_single_unit_that_loses_is_named_alone():
    change, need = compared([60, 20, 20], [40, 30, 30], [50, 25, 25])
    said = sentences(change, need, "en")
    assert said[0] == "The total of the units compared is 1,000,000 yuan, as it was before."
    assert said[1] == "Less money than before, 200,000 yuan in all: a."
    assert said[2] == "More money than before, 200,000 yuan in all: b and c."
    assert "rest" not in "".join(said)


def test_no_money_before_is_nothing_to_compare_with():
    assert compared([0, 0], [30, 10], [60, 30])[0].empty
    assert compared([30, 10], [0, 0], [60, 30])[0].empty
    # Nor is a single unit.
    assert compared([30], [20], [60])[0].empty


def test_last_year_s_money_of_a_unit_that_had_none():
    change, need = compared([0, 12], [30, 10], [60, 30])
    assert change["change_wan"]["a"] == 30
    assert change["change"]["a"] == float("inf")
    assert "More money than before, 300,000 yuan in all: a." in sentences(change, need, "en")


def test_the_original_allocation_goes_before_last_year_s():
    case = load_case(SHIPPED)
    codes = list(case.units.index[:2])
    cells = {
        "unit_code": codes * 2,
        "amount_wan": [1.0, 2.0, 3.0, 4.0],
        "kind": ["last_year"] * 2 + ["original"] * 2,
        "fiscal_year": [2023] * 2 + [2024] * 2,
        "document_no": [None] * 4,
        "status": ["official"] * 2 + ["synthetic"] * 2,
        "source": ["表"] * 4,
        "source_en": ["table"] * 4,
    }
    case = replace(case, earlier_allocation=TABLES["earlier_allocation"].frame(cells))
    assert earlier_kind(case) == "original"
    before = earlier_money(case, "original")
    assert before[codes].tolist() == [3, 4]
    assert status_of(before) == "synthetic"
    assert status_of(earlier_money(case, "last_year")) == "official"
    heads = {kind: earlier_labels(kind)["before_wan"] for kind in ("original", "last_year")}
    assert [Writer("en")(each) for each in heads.values()] == ["original allocation", "last year"]
