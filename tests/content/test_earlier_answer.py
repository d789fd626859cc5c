"""What is said beside an earlier allocation, against sums done here from the tables."""

import re
from dataclasses import replace

import pytest
from cases import SHIPPED
from conftest import made_case
from notebook_run import run
from sample_cases import made, with_last_year

from analysis.case import load_case
from analysis.report.content import earlier
from analysis.report.content.share_view import share_view

CALIFORNIA = SHIPPED.parent / "us-era1-california"
DIRECTIONS = {"更接近": "toward", "更偏离": "away", "不变": "unchanged"}


@pytest.fixture(scope="module")
def california():
    return run("02_share_and_need", load_case(CALIFORNIA), lang="zh", draw=True)


def before_and_after(case):
    """Money by unit before and now, and need, as plain dictionaries of the compared units."""
    need = case.people(case.aided_group())["persons"]
    now = case.allocation.groupby("unit_code")["amount_wan"].sum()
    was = case.earlier_allocation.groupby("unit_code")["amount_wan"].sum()
    return {code: (was[code], now[code], persons) for code, persons in need.items()}


def hoover(parts):
    money, people = (sum(part[at] for part in parts) for at in (0, 1))
    return sum(abs(a / money - n / people) for a, n in parts) / 2


def test_gains_and_losses_are_those_of_the_tables(california):
    rows = california.record["tables"]["earlier"]["rows"]
    units = before_and_after(load_case(CALIFORNIA))
    assert {row["unit_code"] for row in rows} == units.keys()
    for row in rows:
        was, now, _ = units[row["unit_code"]]
        assert row["before_wan"] == pytest.approx(was)
        assert row["change_wan"] == pytest.approx(now - was)
        assert row["change"] == pytest.approx((now - was) / was)
    lost = [was - now for was, now, _ in units.values() if now < was]
    gained = [now - was for was, now, _ in units.values() if now > was]
    text = next(str(shown) for shown in california.shown if "可比单位的合计" in str(shown))
    said = re.findall(r"(\d+) 个单位(减少|增加)，共[减增] ([\d,.]+) 万", text)
    assert [(int(n), word, float(sum_.replace(",", ""))) for n, word, sum_ in said] == [
        (len(lost), "减少", round(sum(lost), 1)),
        (len(gained), "增加", round(sum(gained), 1)),
    ]


def test_a_unit_that_moved_toward_its_share_is_called_so(california):
    units = before_and_after(load_case(CALIFORNIA))
    all_was, all_now, all_need = (sum(unit[at] for unit in units.values()) for at in range(3))
    for row in california.record["tables"]["earlier"]["rows"]:
        was, now, need = units[row["unit_code"]]
        before, after = was / all_was / (need / all_need), now / all_now / (need / all_need)
        assert row["ratio_before"] == pytest.approx(before)
        assert row["ratio_after"] == pytest.approx(after)
        # Half of a proportional share is as far from it as double.
        far_before, far_after = max(before, 1 / before), max(after, 1 / after)
        expected = "toward" if far_after < far_before else "away"
        assert DIRECTIONS[row["moved"]] == expected


def test_shares_that_came_nearer_to_need_are_said_to_have(california):
    units = before_and_after(load_case(CALIFORNIA))
    was = hoover([(before, need) for before, _, need in units.values()])
    now = hoover([(after, need) for _, after, need in units.values()])
    assert california.number("hoover_before")["value"] == pytest.approx(was)
    assert california.number("hoover_after")["value"] == pytest.approx(now)
    text = next(str(shown) for shown in california.shown if "可比单位的合计" in str(shown))
    assert (f"由 {was * 100:.1f}% 降为 {now * 100:.1f}%" in text) == (now < was)
    # One recipient holds most of the money: what is true without it is told, too.
    rest = {code: unit for code, unit in units.items() if code != "06-state-of-california"}
    was = hoover([(before, need) for before, _, need in rest.values()])
    now = hoover([(after, need) for _, after, need in rest.values()])
    assert f"由 {was * 100:.1f}% 变为 {now * 100:.1f}%" in text
    assert ("更接近需求。" if now < was else "更偏离需求。") in text


def test_without_an_earlier_allocation_nothing_is_said_of_one(ran):
    run = ran("02_share_and_need", "shipped", "en")
    assert "earlier" not in run.record["tables"]
    assert "hoover_before" not in {item["key"] for item in run.record["numbers"]}
    assert "no earlier allocation" in "".join(map(str, run.shown))


def test_made_up_money_of_last_year_is_marked(ran):
    record = ran("02_share_and_need", "last_year", "en").record
    table = record["tables"]["earlier"]
    assert table["status"] == "synthetic"
    statuses = {column["key"]: column["status"] for column in table["columns"]}
    assert {statuses[key] for key in ("before_wan", "after_wan", "change_wan")} == {"synthetic"}
    assert "synthetic" in record["statuses"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_amounts_that_did_not_change_are_as_far_from_need(lang):
    case = with_last_year(made([(90, 500, 60), (83, 400, 30), (76, 300, 40)]))
    view = share_view(case, "aided", lang)
    found = earlier.earlier(view)
    assert set(found.table["moved"]) == {"unchanged"}
    said = "".join(map(str, run("02_share_and_need", case, lang=lang).shown))
    assert ("远近没有变" if lang == "zh" else "as far from need as they were") in said


def test_no_money_before_is_nothing_to_compare_with():
    case = with_last_year(made([(30, 500, 60), (10, 400, 30)]))
    nothing = replace(case, earlier_allocation=case.earlier_allocation.assign(amount_wan=0.0))
    assert earlier.earlier(share_view(nothing, "aided", "en")) is None


def test_last_year_s_money_of_a_unit_that_had_none(ran):
    case = with_last_year(made_case("two"))
    case = replace(case, earlier_allocation=case.earlier_allocation.assign(amount_wan=[0.0, 12.0]))
    table = run("02_share_and_need", case, lang="en", draw=True).record["tables"]["earlier"]
    first = next(row for row in table["rows"] if row["unit_code"] == "100001")
    assert first["change_wan"] == 30
    assert first["change"] is None
