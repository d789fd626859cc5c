"""What if: a changed figure counts in every cell, and is called an assumption wherever it shows."""

import pytest
from cases import SHIPPED
from notebooks.cells import run

from analysis.case import load_case
from analysis.report.note import Note
from analysis.report.page import Page, ShownChart
from analysis.shares import share_table
from analysis.statuses import joined, status_of
from analysis.words import LANGUAGES
from notebooks import by_hand

SHARES, SHAWAN = "02_share_and_need", "654203"
PATHS = 60


def by_method():
    return load_case(SHIPPED).with_amounts({"沙湾市": 60})


def in_place():
    data = load_case(SHIPPED)
    data.allocation.loc[data.allocation["unit_code"] == SHAWAN, "amount_wan"] = 60
    return data


CHANGED = {"by_method": by_method, "in_place": in_place}


@pytest.fixture(scope="module", params=CHANGED)
def changed(request):
    return run(SHARES, CHANGED[request.param](), lang="en")


def statuses(table):
    return {column["key"]: column["status"] for column in table["columns"]}


def test_the_ratio_is_that_of_the_changed_money(changed):
    money, people = by_hand.counts(load_case(SHIPPED))
    money[SHAWAN] = 60.0
    expected = by_hand.ratio(money, people["aided"], SHAWAN)
    assert expected == pytest.approx(0.447, abs=0.0005)
    assert changed.names["shares"]["ratio"][SHAWAN] == pytest.approx(expected)
    assert changed.rows("shares")[SHAWAN]["ratio"] == pytest.approx(expected)
    assert changed.number("bottom_ratio")["value"] == pytest.approx(expected)
    assert changed.rows("shares")[SHAWAN]["amount_wan"] == 60


def test_whatever_rests_on_it_is_an_assumption(changed):
    tables = changed.record["tables"]
    shares = statuses(tables["shares"])
    for column in ("amount_wan", "share", "ratio", "yuan_per_person", "gap_wan"):
        assert shares[column] == "assumption", column
    # Nobody changed a count of people.
    assert (shares["persons"], shares["need_share"]) == ("estimate", "estimate")
    assert set(statuses(tables["ratios"]).values()) - {None} == {"assumption"}
    for key in ("hoover", "bottom_ratio", "top_ratio"):
        assert changed.number(key)["status"] == "assumption"
    assert "assumption" in changed.record["statuses"]


def test_charts_and_their_sources_say_so(changed):
    drawn = [shown for shown in changed.reported if isinstance(shown.value, ShownChart)]
    record = drawn[0].metadata["image/svg+xml"]["table"]
    assert statuses(record)["share"] == statuses(record)["ratio"] == "assumption"
    assert statuses(record)["need_share"] == "estimate"
    assert "money handed down, assumption" in drawn[0].value.picture.source


def test_the_first_screen_says_what_was_changed(changed):
    headline = changed.shown_headline
    assert headline.banner.status == "assumption"
    assert [note for note in headline.notes if "changed" in note and "Shawan City" in note]
    assert not [note for note in run(SHARES, load_case(SHIPPED)).record["notes"] if "改动" in note]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_change_taken_back_is_none(lang):
    data = in_place()
    data.allocation.loc[data.allocation["unit_code"] == SHAWAN, "amount_wan"] = 50
    first = run(SHARES, load_case(SHIPPED), lang=lang).record
    assert run(SHARES, data, lang=lang).record == first


def test_a_changed_frame_of_need_makes_what_follows_an_assumption():
    data = load_case(SHIPPED)
    money, need = data.amount_wan(), data.people("aided")
    need.loc[SHAWAN, "persons"] = 6_000.0
    shares = share_table(money, need["persons"])
    assert status_of(shares, "ratio") == "assumption"
    assert status_of(shares, "share") == "computed"
    page = Page(SHARES, data, "en", need_group="aided")
    page.table(joined(money, need["persons"], shares), "shares")
    told = statuses(page.as_json()["tables"]["shares"])
    assert told["amount_wan"] == "official"
    assert told["persons"] == told["ratio"] == "assumption"
    # The case itself has the count that it was loaded with.
    assert data.people("aided")["persons"][SHAWAN] == 13_370


@pytest.mark.parametrize("notebook", ["05_allocation_scenarios", "unit_report"])
def test_every_notebook_of_money_says_what_was_changed(notebook):
    result = run(notebook, by_method(), lang="zh", unit=SHAWAN, paths=PATHS)
    assert [note for note in result.record["notes"] if "沙湾市" in note and "改动" in note]
    assert "assumption" in result.record["statuses"]


def test_changed_people_and_assumptions_are_told_too():
    people = load_case(SHIPPED).with_people("aided", {"沙湾市": (6_000, 5_000, 7_000)})
    result = run(SHARES, people, lang="en")
    assert result.number("bottom_ratio")["status"] == "assumption"
    assert statuses(result.record["tables"]["shares"])["need_share"] == "assumption"
    assert [note for note in result.record["notes"] if "changed" in note]
    growth = load_case(SHIPPED).with_assumptions({"growth": 0.05})
    stock = run("03_stock_depletion", growth, lang="en", paths=PATHS)
    assert [note for note in stock.record["notes"] if "changed" in note]
    rows = stock.record["tables"]["parameters"]["rows"]
    assert any(0.05 in row.values() for row in rows) or "0.05" in str(rows)


def test_the_notebook_s_own_what_if_is_marked_and_leaves_the_page_as_it_was():
    result = run(SHARES, load_case(SHIPPED), lang="en")
    assert statuses(result.record["tables"]["shares"])["ratio"] == "estimate"
    assert result.rows("shares")[SHAWAN]["amount_wan"] == 50
    assert "assumption" not in result.record["statuses"]
    # 60 instead of 50 of the 412 that the seven counties have, beside their part of the people.
    people = load_case(SHIPPED).people("aided")["persons"]
    ratio = 60 / 422 / (people[SHAWAN] / people.sum())
    told = [str(shown.value) for shown in result.reported if isinstance(shown.value, Note)]
    told = [note for note in told if "Shawan City" in note and "600,000" in note]
    assert len(told) == 1
    assert f"to {ratio:.2f} (assumption)" in told[0]
