"""What is said of actual spending, against sums done here from the tables."""

import re
from dataclasses import replace

import numpy as np
import pytest
from cases import CALIFORNIA, SHIPPED

from analysis.case import load_case
from analysis.errors import UsageError
from analysis.pages import spending as page
from analysis.schema import TABLES
from analysis.statuses import status_of
from analysis.stock.outlook import (
    OddsRecord,
    earlier_forecasts,
    fit_units,
    forecast_month,
    forecast_path,
    left_together,
    odds_record,
    one_report_earlier,
    paid_by_period,
    spending_table,
)
from analysis.words.answer import Answer
from analysis.words.sentence import Writer

CODES = ["654201", "654221", "654202"]


class Found:
    """All that the notebook works out of a case's spending."""

    def __init__(self, case, *, as_of=0):
        self.case, self.money = case, case.amount_wan()
        self.paid = paid_by_period(case, as_of=as_of)
        self.month = forecast_month(self.paid)
        self.burns = fit_units(self.paid, self.money, seed=1)
        args = {"month": self.month}
        self.table = spending_table(self.burns, self.paid, self.money, **args)
        self.together = left_together(self.burns, self.table, **args)
        known = one_report_earlier(self.paid)
        earlier = spending_table(fit_units(known, self.money, seed=1), known, self.money, **args)
        self.past = earlier_forecasts(self.paid, self.money, seed=1)
        self.record = odds_record(self.past)
        silent = page.silent_units(self.money, self.paid)
        self.answer = page.spending_answer(
            self.table, self.together, self.record, **args, silent=silent, earlier=earlier
        )

    def text(self, said, lang="en"):
        names = self.case.units[f"name_{lang}"]
        return Writer(lang, self.case.currency, names, self.case.start).paragraph(said)

    def said(self, lang="en"):
        return self.text([*self.answer.sentences, *self.answer.notes], lang)


@pytest.fixture(scope="module")
def california():
    return Found(load_case(CALIFORNIA))


def made(spent, money=None, *, every=1, status="official"):
    """The shipped case with spending of some counties: {code: amounts by period}."""
    case = load_case(SHIPPED)
    rows = [
        {
            "unit_code": code,
            "month": every * (place + 1),
            "months": every,
            "amount_wan": float(amount),
            "status": status,
            "source": "报表",
            "source_en": "report",
        }
        for code, amounts in spent.items()
        for place, amount in enumerate(amounts)
    ]
    columns = [column.name for column in TABLES["spending"].columns]
    frame = TABLES["spending"].frame({c: [row.get(c) for row in rows] for c in columns})
    case = replace(case, spending=frame)
    return case.with_amounts(money) if money else case


def spent_by_unit(case, up_to=600):
    spent = {}
    for row in case.spending.to_dict("records"):
        if row["month"] <= up_to:
            spent[row["unit_code"]] = spent.get(row["unit_code"], 0) + row["amount_wan"]
    return spent


# --- figures ---


def test_what_was_spent_is_the_sum_of_the_rows(california):
    spent, table = spent_by_unit(california.case), california.table
    assert set(table.index) == set(spent)
    for code, row in table.iterrows():
        assert row["spent_wan"] == pytest.approx(spent[code])
        assert row["spent_share"] == pytest.approx(spent[code] / california.money[code])


def test_part_spent_and_what_is_left_add_up_to_the_money(california):
    money, spent = california.money, spent_by_unit(california.case)
    own = sum(min(paid, money[code]) for code, paid in spent.items())
    figures = {each.key: each for each in california.answer.figures}
    assert figures["spent_part"].value.value == pytest.approx(own / money.sum())
    assert figures["unspent"].value.value == pytest.approx(money.sum() - own)
    assert f"{own / money.sum() * 100:.1f}% of the money" in california.said()


def test_a_forecast_lies_between_what_is_spent_and_the_money(california):
    for _, row in california.table.iterrows():
        if row["spent_wan"] > row["amount_wan"]:
            assert row[["forecast_wan", "left_wan", "odds_used_up", "days_of_cover"]].isna().all()
            continue
        ends = row[["spent_wan", "forecast_wan_low", "forecast_wan", "forecast_wan_high"]]
        assert (ends.diff().dropna() >= -1e-9 * row["amount_wan"]).all()
        assert row["forecast_wan_high"] <= row["amount_wan"] * (1 + 1e-12)
        assert row["left_wan"] == pytest.approx(row["amount_wan"] - row["forecast_wan"])
        assert row["left_wan_low"] == pytest.approx(row["amount_wan"] - row["forecast_wan_high"])


def test_the_total_left_has_an_interval_of_its_own(california):
    mean, low, high = california.together
    left = california.table[["left_wan", "left_wan_low", "left_wan_high"]].sum()
    assert mean == pytest.approx(left["left_wan"])
    # Units apart from each other do not all have least, or most, left at once.
    assert left["left_wan_low"] < low < mean < high < left["left_wan_high"]
    figure = california.answer.figures[2]
    assert (figure.low, figure.high) == (low, high) and figure.status == "estimate"
    drawn = [california.burns[code].paths(california.month)[-1] for code in california.burns]
    total = sum(california.money[code] for code in california.burns) - np.sum(drawn, axis=0)
    assert np.mean((total >= low) & (total <= high)) == pytest.approx(0.9, abs=0.001)


def test_days_of_cover_are_what_is_left_over_the_rate(california):
    for code, burn in california.burns.items():
        row = california.table.loc[code]
        days = (row["amount_wan"] - row["spent_wan"]) / burn.rate_wan * 365 / 12
        assert row["days_of_cover"] == pytest.approx(days)


def test_statuses_tell_arithmetic_from_forecasts(california):
    stated = {name: status_of(california.table, name) for name in california.table}
    assert stated["amount_wan"] == "official"
    assert {stated[name] for name in ("spent_wan", "spent_share", "unspent_wan")} == {"computed"}
    rest = {"forecast_wan", "left_wan", "left_wan_low", "odds_used_up", "days_of_cover"}
    assert {stated[name] for name in rest} == {"estimate"}
    made_up = Found(made({"654201": [5, 5]}, status="synthetic"))
    assert status_of(made_up.table, "spent_share") == "synthetic"
    assert status_of(made_up.table, "left_wan") == "synthetic"


def test_spending_after_the_chosen_month_is_not_known(california):
    case = california.case
    early = Found(case, as_of=6)
    alone = Found(replace(case, spending=case.spending[case.spending["month"] <= 6]))
    assert early.table.equals(alone.table) and early.month == 12
    assert early.said() == alone.said()
    for code, spent in spent_by_unit(case, 6).items():
        assert early.table["spent_wan"][code] == pytest.approx(spent)


def test_a_units_forecast_does_not_depend_on_the_others(california):
    for code in ("06-city-of-los-angeles", "06-marin-county"):
        own = california.paid[california.paid["unit_code"] == code]
        burns = fit_units(own, california.money, seed=1)
        table = spending_table(burns, own, california.money, month=california.month)
        assert table.loc[code].equals(california.table.loc[code])


def test_a_path_leads_from_what_is_spent_to_the_table(california):
    code, month = "06-sonoma-county", california.month
    path = forecast_path(california.burns, code, month=month, status="estimate")
    row = california.table.loc[code]
    assert path.index.tolist() == list(range(int(row["last_month"]) + 1, month + 1))
    assert path.iloc[-1].tolist() == row[path.columns].tolist()
    assert forecast_path(california.burns, "06-marin-county", month=month).empty
    spent = page.spent_by_month(california.paid, code)
    assert spent.iloc[-1] == pytest.approx(spent_by_unit(california.case)[code])


# --- sentences ---


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_units_report_up_to_other_months_both_ends_are_told(california, lang):
    months = california.case.spending.groupby("unit_code")["month"].max()
    assert (months.min(), months.max()) == (18, 24)
    first, last = {"zh": ("2022年6月", "2022年12月"), "en": ("June 2022", "December 2022")}[lang]
    said = california.text(california.answer.sentences, lang)
    assert first in said and last in said
    same = Found(made({code: [5, 5, 5] for code in CODES}))
    assert re.search("截至2024年3月", same.text(same.answer.sentences, "zh"))


def test_units_that_spent_more_than_their_money_are_named(california):
    money, spent = california.money, spent_by_unit(california.case)
    over = [code for code, paid in spent.items() if paid > money[code]]
    assert len(over) == 5
    said = california.text(
        [each for each in california.answer.notes if each.key == "spending_page.over"]
    )
    assert all(california.case.units["name_en"][code] in said for code in over)


def test_odds_that_were_too_high_before_are_not_shown(california):
    # One row for each unit and cut-off: the odds at the last report, and whether it was so.
    last = california.past.groupby(["unit_code", "cutoff"]).last()
    last = last[last["spent_wan"] < last["scale_wan"]]
    odds, actual = last["odds_used_up"].mean(), (last["actual"] >= last["scale_wan"]).mean()
    said = re.search(r"they were (\d+)% on average, while only (\d+)%", california.said())
    assert said.groups() == (f"{odds * 100:.0f}", f"{actual * 100:.0f}")
    assert "odds_used_up" not in page.spending_columns(california.record)
    assert "spending_page.likely" not in {each.key for each in california.answer.sentences}


@pytest.mark.parametrize(
    ("record", "refuted"),
    [
        (OddsRecord(200, 0.37, 0.08, 1.0), True),
        (OddsRecord(200, 0.37, 0.30, 1.0), False),
        (OddsRecord(5, 0.9, 0.0, 1.0), False),
        (OddsRecord(200, 0.1, 0.6, 1.0), False),
        (OddsRecord(), False),
    ],
)
def test_few_forecasts_or_a_small_miss_refute_nothing(record, refuted):
    assert record.refuted is refuted
    assert ("odds_used_up" in page.spending_columns(record)) is not refuted


def test_an_interval_from_nothing_to_everything_is_told_as_such(california):
    row = california.table.loc["06-state-of-california"]
    assert row["left_wan_low"] == 0 and row["left_wan_high"] == pytest.approx(row["unspent_wan"])
    said = page.unit_spending_sentences(california.table, row.name, month=california.month)
    assert "cannot be told yet" in california.text(said)
    whole = california.table["left_wan_low"] < 0.01 * california.table["unspent_wan"]
    whole &= california.table["left_wan_high"] > 0.99 * california.table["unspent_wan"]
    assert whole.sum() == len(california.burns)
    assert page.interval_sentences(california.table)[1].key == "spending_page.whole_all"


@pytest.mark.parametrize(
    ("spent", "money", "says"),
    [
        ([8, 8, 8, 9, 8, 8], 67, r"had spent 73\.1% of the money .* is expected to be left"),
        ([60, 70], 100, r"130\.0% of the money handed down to it: there must be other money"),
        ([40, 27], 67, r"had spent all the money handed down to it \(670,000 yuan, 100\.0%\)"),
        ([5, 0], 0, r"without any money handed down"),
    ],
)
def test_a_unit_is_told_its_own_state(spent, money, says):
    found = Found(made({"654201": spent}, {"塔城市": money}))
    said = found.text(page.unit_spending_sentences(found.table, "654201", month=found.month))
    assert re.search(says, said)
    assert found.text(found.answer.sentences[:1]) == said
    for figure in page.unit_spending_figures(found.table, "654201", month=found.month):
        assert np.isfinite(figure.value.value)


def test_a_unit_with_money_and_no_report_is_named():
    found = Found(made({"654201": [5, 5, 5], "654221": [8, 8, 8]}))
    silent = page.silent_units(found.money, found.paid)
    assert silent == [code for code in found.money.index if code not in ("654201", "654221")]
    (note,) = [each for each in found.answer.notes if each.key == "spending_page.silent"]
    assert list(note.places["units"].codes) == silent
    assert page.unit_spending_sentences(found.table, silent[0], month=found.month) == []
    assert page.unit_spending_figures(found.table, silent[0], month=found.month) == []


def test_likely_units_are_those_whose_odds_say_so():
    found = Found(made({"654201": [20, 20, 20], "654221": [1, 1, 1]}))
    assert not found.record.refuted
    likely = [code for code, odds in found.table["odds_used_up"].items() if odds > 0.5]
    assert likely == ["654201"]
    (said,) = [each for each in found.answer.sentences if each.key == "spending_page.likely"]
    assert list(said.places["units"].codes) == likely


def test_the_two_charts_are_of_different_units(california):
    fullest, left = page.fullest(california.table), page.most_unspent(california.table)
    known = california.table[california.table["unspent_wan"] > 0]
    assert known["spent_share"].idxmax() == fullest
    assert california.table["left_wan"].idxmax() == left != fullest
    one = Found(made({"654201": [5, 5]}))
    assert (page.fullest(one.table), page.most_unspent(one.table)) == ("654201", "")
    chart = object()
    assert page.path_or_why_not(chart, one.table, "654201") is chart
    assert page.path_or_why_not(chart, one.table, "").key == "spending_page.same_unit"
    all_spent = Found(made({"654201": [67]}))
    assert page.path_or_why_not(chart, all_spent.table, "").key == "spending_page.nothing_unspent"


# --- back-test ---


def test_the_back_test_table_adds_up_to_what_is_said(california):
    table = page.backtest_table(california.past, "estimate")
    count = table["forecasts"].sum()
    inside = (table["forecasts"] * table["coverage"]).sum()
    said = california.text(
        page.backtest_sentences(california.table, california.past, california.record)
    )
    assert re.search(r"of ([\d,]+) forecasts, (\d+)%", said).groups() == (
        f"{count:,.0f}",
        f"{inside / count * 100:.0f}",
    )
    assert status_of(table, "coverage") == "estimate"


def test_one_period_is_too_short_for_a_back_test():
    found = Found(made({code: [5] for code in CODES}))
    assert found.past.empty and page.backtest_table(found.past, "estimate").empty
    (said,) = page.backtest_sentences(found.table, found.past, found.record)
    assert said.key == "spending_page.too_short"


def test_a_unit_without_money_does_not_spoil_the_back_test_of_the_others():
    found = Found(made({"654201": [5, 5, 5], "654221": [1, 1, 1]}, {"额敏县": 0}))
    assert set(found.past["unit_code"]) == {"654201"}


def test_the_views_of_the_pace_add_up(california):
    (said,) = page.pace_sentences(california.burns)
    assert sum(figure.value for figure in said.places.values()) == pytest.approx(1)


# --- without spending, and refusals ---


def test_without_spending_every_frame_is_empty_and_every_sentence_says_so():
    found = Found(load_case(SHIPPED))
    assert found.paid.empty and found.table.empty and found.past.empty and not found.burns
    assert (page.fullest(found.table), page.most_unspent(found.table)) == ("", "")
    assert found.answer == Answer([])
    said = [
        *page.interval_sentences(found.table),
        *page.backtest_sentences(found.table, found.past, found.record),
        *page.pace_sentences(found.burns),
    ]
    assert len(said) == 3 and {each.key for each in said} == {"spending_page.none"}
    assert page.silent_units(found.money, found.paid) == []


@pytest.mark.parametrize(
    ("as_of", "says"),
    [(-1, "as_of is -1"), (25, "up to 24"), (1.5, "as_of is 1.5"), (True, "True")],
)
def test_a_month_that_is_none_is_refused(california, as_of, says):
    with pytest.raises(UsageError, match=says):
        paid_by_period(california.case, as_of=as_of)


def test_a_month_before_the_first_report_is_refused(california):
    with pytest.raises(UsageError, match=r"no spending up to month 2: .* ends with month 3"):
        paid_by_period(california.case, as_of=2)


def test_a_changed_row_of_spending_is_an_assumption(california):
    case = load_case(CALIFORNIA)
    case.spending.loc[case.spending.index[0], "amount_wan"] = 1.0
    assert status_of(paid_by_period(case), "paid_wan") == "assumption"
    assert status_of(california.paid, "paid_wan") == "official"


def test_the_table_shows_the_month_by_name(california):
    shown = page.spending_shown(california.table)
    assert shown["reported_to"]["06-city-of-los-angeles"].t == 18
    assert status_of(shown, "spent_share") == "computed"
