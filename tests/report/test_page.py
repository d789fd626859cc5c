"""The page: what it shows, what it keeps for the results file, and what it refuses."""

import json
import math
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from cases import SHIPPED

from analysis import charts
from analysis.case import load_case
from analysis.errors import ReportError, UsageError
from analysis.report.display import Headline, Table
from analysis.report.note import Note
from analysis.report.page import Page, ShownChart
from analysis.report.results import MIME
from analysis.shares import share_table
from analysis.statuses import joined, with_status
from analysis.words import LANGUAGES
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import Figure, Interval, Units, Word, say

DATA = load_case(SHIPPED)
EMIN, SHAWAN = "654221", "654203"
NEED = DATA.people("aided")["persons"]
MONEY = DATA.amount_wan()
SHARES = share_table(MONEY, NEED)
# What a message says besides what is wrong: what there is, or what to do.
HELP = r"Choose|It has|it has|select|use|give"


@pytest.fixture
def page():
    return Page("02_share_and_need", DATA, "en", need_group="aided")


def told(name, value, unit="ratio", status="estimate", **more):
    return KeyFigure(name, say("column.ratio"), Figure(value, unit), status, **more)


def answer(*figures, notes=(), rests_on=()):
    return Answer([say("share.none_apart")], figures, notes, rests_on)


def column(page, table, key):
    record = page.as_json()["tables"][table]
    return next(each for each in record["columns"] if each["key"] == key)


# What a page is about.


@pytest.mark.parametrize("given", [{"lang": "fr"}, {"lang": "en", "unit": "000000"}])
def test_a_page_of_no_such_language_or_unit_is_refused_with_those_there_are(given):
    with pytest.raises(UsageError, match=r"zh, en|654201"):
        Page("unit_report", DATA, **given)


def test_a_page_says_in_ten_lines_what_it_has_and_what_to_type_next(page):
    page.table(SHARES[["ratio"]], "shares")
    for lang in LANGUAGES:
        other = Page("02_share_and_need", DATA, lang)
        assert len(repr(other).splitlines()) <= 10
    assert "shares" in repr(page)
    assert "page.table(" in repr(page)


# Tables.


def test_a_table_has_names_labels_units_and_the_status_its_figures_carry(page):
    table = page.table(joined(MONEY, SHARES), "shares", sort="ratio")
    assert isinstance(table, Table)
    assert list(table.frame)[1:4] == [
        "unit",
        "money handed down (10,000 yuan)",
        "share of money (%)",
    ]
    assert table.rows[0]["name"] == "Tacheng City"
    ratios = [row["ratio"] for row in table.rows if row["ratio"] is not None]
    assert ratios == sorted(ratios, reverse=True)
    assert table.rows[-1]["ratio"] is None
    assert column(page, "shares", "amount_wan")["status"] == "official"
    assert column(page, "shares", "share")["status"] == "computed"
    assert column(page, "shares", "ratio")["status"] == "estimate"
    assert "aided population" in table.caption


def test_a_table_is_sorted_the_other_way_on_demand(page):
    rows = page.table(SHARES[["ratio"]], "a", sort="ratio", ascending=True).rows
    assert rows[0]["name"] == "Shawan City"
    assert [row["unit_code"] for row in page.table(SHARES[["ratio"]], "b").rows] == list(
        SHARES.index
    )


@pytest.mark.parametrize(
    "given",
    [
        {"sort": "ratios"},
        {"columns": ["ratio", "ratios"]},
        {"columns": ["ratios"], "sort": "ratio"},
    ],
)
def test_a_column_that_there_is_not_is_refused_with_those_there_are(page, given):
    with pytest.raises(ReportError, match=r"(?s)“ratios”.*'ratios'.*need_share, ratio"):
        page.table(SHARES, "shares", **given)
    assert page.as_json()["tables"] == {}


def test_chosen_columns_stand_in_the_order_given(page):
    table = page.table(SHARES, "shares", columns=["ratio", "share"])
    assert list(table.columns) == ["unit_code", "name", "ratio", "share"]


def test_an_analyst_s_own_columns_keep_their_name_and_are_marked_as_not_stated(page):
    own = SHARES[["ratio"]].assign(**{"每人 per head": 1.5, "remark": "ok", "sure": True})
    table = page.table(own, "我的表 my table")
    assert table.caption == "我的表 my table"
    assert table.columns["每人 per head"].label == "每人 per head"
    assert table.columns["remark"].unit is None
    assert table.rows[0]["sure"] == "True"
    key = table.key
    assert column(page, key, "每人 per head")["status"] == "not_stated"
    assert "not_stated" not in page.as_json()["statuses"]


def test_a_status_can_be_given_where_a_frame_carries_none(page):
    plain = pd.DataFrame({"ratio": [0.5], "mine": [1.0]}, index=[EMIN])
    page.table(plain, "whole", status="synthetic")
    page.table(plain, "by_column", status={"mine": "assumption"})
    assert column(page, "whole", "ratio")["status"] == "synthetic"
    assert column(page, "by_column", "mine")["status"] == "assumption"
    assert column(page, "by_column", "ratio")["status"] == "not_stated"
    assert page.as_json()["statuses"] == ["assumption", "synthetic"]


def test_the_status_in_the_caption_is_the_weakest_of_the_columns(page):
    even = with_status(pd.DataFrame({"ratio": [1.0], "share": [0.5]}, index=[EMIN]), "estimate")
    even = with_status(even, {"ratio": "computed"})
    assert page.table(even, "a").status == "estimate"
    assert page.table(even[["share", "ratio"]], "b").status == "estimate"
    assert page.table(even[["ratio"]], "c").status == "computed"


def test_a_column_without_any_figure_needs_no_status(page):
    empty = with_status(
        pd.DataFrame({"amount_wan": [1.0], "ratio": [math.nan]}, index=[EMIN]),
        {"amount_wan": "official"},
    )
    table = page.table(empty, "shares")
    assert table.status == "official"
    assert "not stated" not in repr(table)


def test_braces_in_a_caption_or_a_name_are_letters(page):
    assert page.table(SHARES[["ratio"]], "{mine} {0} {").caption == "{mine} {0} {"
    names = DATA.units.assign(name_en="{unit}")
    odd = Page("unit_report", replace(DATA, units=names), "en", unit=EMIN, need_group="aided")
    assert "{unit}" in odd.table(SHARES[["ratio"]], "groups").caption


def test_a_caption_is_that_of_the_name_or_the_sentence_given(page):
    said = say("table.shares", group=Word("group.rural"))
    assert "rural residents" in page.table(SHARES[["ratio"]], "mine", caption=said).caption
    without = Page("02_share_and_need", DATA, "en")
    assert "need: none" in without.table(SHARES[["ratio"]], "shares").caption


def test_two_tables_without_a_name_are_both_kept(page):
    page.table(SHARES[["ratio"]], "first one")
    page.table(SHARES[["share"]])
    assert len(page.as_json()["tables"]) == 2


def test_words_and_sentences_in_cells_are_written_in_the_page_s_language():
    frame = pd.DataFrame(
        {
            "verdict": ["below", "open_need"],
            "remark": [Figure(3, "wan"), say("share.even", units=Units([EMIN]))],
            "between": [Interval(0.1, 0.2, "percent"), None],
        },
        index=[EMIN, SHAWAN],
    )
    rows = {lang: Page("p", DATA, lang).table(frame, "t").rows for lang in LANGUAGES}
    assert rows["zh"][0]["verdict"] == "低于按人数比例测算数"
    assert rows["en"][1]["verdict"].startswith("open")
    assert (rows["zh"][0]["remark"], rows["en"][0]["remark"]) == ("3 万元", "30,000 yuan")
    assert "Emin County" in rows["en"][1]["remark"]
    assert rows["en"][0]["between"] == "10.0%–20.0%"
    assert rows["en"][1]["between"] is None


def test_a_text_in_a_column_of_figures_is_refused_with_its_place(page):
    with pytest.raises(ReportError, match=r"shares, row 1, ratio"):
        page.table(pd.DataFrame({"ratio": [1.0, "many"]}, index=[EMIN, SHAWAN]), "shares")


def test_hidden_columns_are_kept_and_not_shown(page):
    table = page.table(SHARES[["ratio", "share"]], "shares", hidden=["share"])
    assert "share of money" not in repr(table)
    assert page.as_json()["tables"]["shares"]["rows"][1]["share"] > 0


def test_of_a_frame_without_rows_the_page_says_why(page):
    nothing = SHARES.iloc[:0]
    said = page.table(nothing, "shares", otherwise=say("share.nothing_to_compare"))
    assert isinstance(said, Note)
    assert "Fewer than two units" in said.text
    assert page.table(nothing, "shares").text
    assert page.facts(nothing, "unit_doubt").text
    assert page.as_json()["tables"] == {}


def test_a_table_writes_its_figures_to_a_workbook(page, tmp_path):
    path = tmp_path / "shares.xlsx"
    page.table(joined(MONEY, SHARES), "shares", sort="ratio").to_excel(str(path))
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert rows[0][1] == "unit"
    assert (rows[1][1], rows[1][2]) == ("Tacheng City", 67)
    assert len(rows) == 1 + len(SHARES)


def test_a_frame_is_shown_with_readable_heads_and_stays_as_it_is(page):
    readable = page.frame(SHARES)
    assert list(readable)[:2] == ["name", "share of money"] or "unit" in readable.columns[0]
    assert "Emin County" in readable.iloc[:, 0].tolist()
    assert list(SHARES) == ["share", "need_share", "ratio", "yuan_per_person", "gap_wan"]
    assert readable["ratio of money to need"].equals(SHARES["ratio"])


# Lists of facts.


def test_facts_show_a_figure_its_interval_and_its_status(page):
    row = with_status(
        pd.DataFrame({"ratio": [0.38], "ratio_low": [0.28], "ratio_high": [0.57]}, index=[SHAWAN]),
        "estimate",
    )
    shown = page.facts(row, "unit_doubt")
    assert [fact["value"] for fact in shown.rows] == ["0.38"]
    assert [fact["between"] for fact in shown.rows] == ["0.28–0.57"]
    (number,) = page.as_json()["numbers"]
    assert (number["key"], number["value"], number["low"], number["high"], number["status"]) == (
        *("unit_doubt_ratio", 0.38, 0.28, 0.57),
        "estimate",
    )


def test_facts_of_several_units_are_refused_with_what_to_do(page):
    with pytest.raises(ReportError, match=r"(?s)一行.*takes one row, not 8.*\.loc"):
        page.facts(SHARES, "unit_doubt")


def test_facts_have_no_column_that_there_is_not(page):
    with pytest.raises(ReportError, match="'ratios'"):
        page.facts(SHARES.loc[[EMIN]], "unit_doubt", columns=["ratios"])


# Charts and notes.


def test_a_chart_has_its_numbers_its_text_and_its_source(page):
    shown = page.chart(charts.per_person(SHARES, None))
    assert isinstance(shown, ShownChart)
    assert repr(shown) == shown.picture.alt
    assert "official" in shown.picture.source
    data, about = shown._repr_mimebundle_()
    assert data["image/svg+xml"].startswith("<svg")
    assert about["image/svg+xml"]["table"]["rows"]
    assert "unit" in shown.frame.columns
    other = page.chart(charts.per_person(SHARES, None), source=say("share.none_apart"))
    assert other.picture.source == "Every unit is compared."


def test_a_sentence_in_place_of_a_chart_is_shown_as_a_note(page):
    assert page.chart(say("share.nothing_to_compare")).text.startswith("Fewer than two")


def test_a_note_has_sentences_and_points(page):
    note = page.note(say("share.none_apart"), items=[say("share.map_on_request")])
    assert note.text == "Every unit is compared."
    assert len(note.items) == 1
    assert page.note().text == ""


# The first screen.


def test_the_first_screen_has_an_answer_three_figures_and_remarks(page):
    figures = [told(f"n{place}", place) for place in range(5)]
    shown = page.answer(answer(*figures, notes=[say("share.map_on_request")]))
    assert isinstance(shown, Headline)
    assert len(shown.figures) == 3
    record = page.as_json()
    assert record["answer"] == "Every unit is compared."
    assert record["headline"] == ["n0", "n1", "n2"]
    assert [number["key"] for number in record["numbers"]] == [each.key for each in figures]
    assert record["notes"] == [shown.notes[0]]


def test_what_an_answer_rests_on_is_named_above_the_page(page):
    shown = page.answer(answer(told("n", 1.0, status="official"), rests_on=["synthetic", None]))
    assert shown.banner.status == "synthetic"
    assert page.statuses() == ["official", "synthetic"]


def test_a_finding_that_is_no_number_is_kept_as_a_text(page):
    page.answer(
        answer(KeyFigure("month", say("column.ratio"), say("share.none_apart"), "estimate"))
    )
    (text,) = page.as_json()["texts"]
    assert (text["key"], text["value"]) == ("month", "Every unit is compared.")


def test_an_infinite_figure_is_empty_in_the_results_and_says_why(page):
    shown = page.answer(answer(told("n", math.inf)))
    (number,) = page.as_json()["numbers"]
    assert number["value"] is None
    assert number["reason"]
    assert shown.figures[0].figure == "∞"


@pytest.mark.parametrize("name", ["", "two words", "资金", "-a"])
def test_a_key_of_other_letters_is_refused(page, name):
    with pytest.raises(ReportError, match=r"letters, digits"):
        page.answer(answer(told(name, 1.0)))


@pytest.mark.parametrize("ends", [(2.0, 1.0), (1.0, None), (None, 1.0), (1.0, math.nan)])
def test_an_interval_of_one_end_or_upside_down_is_refused(page, ends):
    with pytest.raises(ReportError, match="both, low first"):
        page.answer(answer(told("n", 1.0, low=ends[0], high=ends[1])))


def test_a_figure_of_no_unit_is_refused_with_those_there_are(page):
    with pytest.raises(ReportError, match="percent"):
        page.answer(answer(told("n", 1.0, unit="furlongs")))


# What is handed over at the end.


def test_the_results_hold_only_what_json_can_hold(page):
    page.table(joined(MONEY, SHARES), "shares")
    page.answer(answer(told("n", math.nan)))
    data = page._repr_mimebundle_()
    assert json.loads(json.dumps(data[MIME], allow_nan=False)) == page.as_json()
    assert data["text/plain"] == repr(page)


def test_a_table_shown_again_takes_the_place_of_the_first(page):
    page.table(SHARES[["ratio"]], "shares")
    page.table(SHARES[["share"]], "shares")
    assert "ratio" not in page.as_json()["tables"]["shares"]["rows"][0]


def test_changed_figures_are_told_on_the_first_screen():
    changed = DATA.with_amounts({"沙湾市": 60})
    page = Page("02_share_and_need", changed, "en", need_group="aided")
    assert "Shawan City" in page.answer(answer()).notes[0]
    plain = Page("02_share_and_need", DATA, "en", need_group="aided")
    assert plain.answer(answer()).notes == ()
    more = Page("p", DATA.with_assumptions({"growth": 0.01}), "en")
    assert "changed in the notebook" in more.answer(answer()).notes[0]


def test_a_count_of_households_is_called_so():
    rows = DATA.population[DATA.population["group"] == "aided"].assign(group="aided_households")
    case = replace(DATA, population=rows)
    need = case.people("aided_households")["persons"]
    page = Page("02_share_and_need", case, "en", need_group="aided_households")
    table = page.table(joined(need, share_table(case.amount_wan(), need)), "shares")
    heads = list(table.frame)
    assert "households in need (households)" in heads or any("households" in h for h in heads[2:3])
    assert not [head for head in heads if "person" in head or "people" in head]
