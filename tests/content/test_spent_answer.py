"""What is said of actual spending, against sums done here from the tables."""

import math
import re
from dataclasses import replace

import pytest
from cases import SHIPPED
from chart_numbers import column, has
from conftest import made_case
from notebook_run import run
from sample_cases import made, with_spending

from analysis.case import load_case
from analysis.errors import UsageError
from analysis.figures.style import Chart
from analysis.report.content.spent import answer, notes, spent_view
from analysis.report.content.spent_view import OddsBefore

NOTEBOOK = "03_stock_depletion"
CALIFORNIA = SHIPPED.parent / "us-era1-california"


@pytest.fixture(scope="module")
def california():
    return run(NOTEBOOK, load_case(CALIFORNIA), lang="en")


def spent_by_unit(case, up_to=600):
    spent = {}
    for row in case.spending.to_dict("records"):
        if row["month"] <= up_to:
            spent[row["unit_code"]] = spent.get(row["unit_code"], 0) + row["amount_wan"]
    return spent


def rows_of(record, table):
    return {row["unit_code"]: row for row in record["tables"][table]["rows"]}


def test_what_was_spent_is_the_sum_of_the_rows(california):
    case = load_case(CALIFORNIA)
    spent, money = spent_by_unit(case), case.amount_wan()
    rows = rows_of(california.record, "spent")
    assert set(rows) == set(spent)
    for code, row in rows.items():
        assert row["spent_wan"] == pytest.approx(spent[code])
        assert row["spent_share"] == pytest.approx(spent[code] / money[code])
    part = sum(spent.values()) / money.sum()
    assert california.number("spent_part")["value"] == pytest.approx(part)
    assert f"{part * 100:.1f}% of the money" in california.headline.answer


def test_a_forecast_lies_between_what_is_spent_and_the_money(california):
    money = load_case(CALIFORNIA).amount_wan()
    for code, row in rows_of(california.record, "spent").items():
        if row["spent_wan"] > money[code]:
            assert row["mean_wan"] is row["low_wan"] is row["high_wan"] is None
            assert row["odds_used_up"] == 1
            continue
        assert row["spent_wan"] <= row["low_wan"] <= row["high_wan"] <= money[code] * (1 + 1e-12)
        assert row["low_wan"] <= row["mean_wan"] <= row["high_wan"]
        assert row["left_wan"] == pytest.approx(money[code] - row["mean_wan"])


def test_units_that_spent_more_than_their_money_are_named(california):
    case = load_case(CALIFORNIA)
    money = case.amount_wan()
    over = [code for code, spent in spent_by_unit(case).items() if spent > money[code]]
    assert len(over) == 5
    said = next(note for note in california.headline.notes if "above the allocation" in note)
    for code in over:
        assert case.units["name_en"][code] in said


def test_the_back_test_table_adds_up_to_what_is_said(california):
    rows = california.record["tables"]["backtest"]["rows"]
    count = sum(row["forecasts"] for row in rows)
    inside = sum(row["forecasts"] * row["coverage"] for row in rows)
    said = next(str(part) for part in california.shown if str(part).startswith("Back-test: of"))
    assert re.search(r"of ([\d,]+) forecasts, (\d+)%", said).groups() == (
        f"{count:,}",
        f"{inside / count * 100:.0f}",
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["spending", "spending_by_quarter", "spending_once"])
def test_a_case_with_spending_says_both_tails(name, lang, ran):
    result = ran(NOTEBOOK, name, lang)
    assert re.search("预计剩" if lang == "zh" else "will be left", result.headline.answer)
    said = "\n".join(result.headline.notes)
    if name == "spending_once":
        # Of one unit, the interval of what is left tells both.
        assert re.search(
            "剩余的 90% 区间" if lang == "zh" else "interval of what will be left", said
        )
    else:
        assert re.search("用尽的可能性" if lang == "zh" else "more likely than not use", said)
    assert result.number("spent_part")["status"] == "synthetic"
    assert result.number("spent_left")["status"] == "synthetic"


def test_forecasts_of_official_spending_are_estimates(california):
    assert california.number("spent_part")["status"] == "official"
    assert california.number("spent_left")["status"] == "estimate"
    assert "not money added" in " ".join(california.headline.notes)


def test_spending_after_the_chosen_month_is_not_known():
    case = load_case(CALIFORNIA)
    early = spent_view(case, as_of=6, seed=1, lang="en")
    known = replace(case, spending=case.spending[case.spending["month"] <= 6])
    alone = spent_view(known, as_of=0, seed=1, lang="en")
    assert early.table.equals(alone.table)
    assert (early.as_of, early.target) == (6, 12)
    assert answer(early) == answer(alone)
    for code, spent in spent_by_unit(case, 6).items():
        assert early.table["spent_wan"][code] == pytest.approx(spent)


def test_a_units_forecast_does_not_depend_on_the_others():
    case = made_case("spending")
    code = case.units.index[2]
    alone = replace(
        case,
        units=case.units.loc[[code]],
        allocation=case.allocation[case.allocation["unit_code"] == code],
        spending=case.spending[case.spending["unit_code"] == code],
    )
    both = (spent_view(each, as_of=0, seed=1, lang="zh").table.loc[code] for each in (case, alone))
    assert next(both).equals(next(both))


def test_a_unit_with_money_and_no_report_is_named():
    case = made_case("spending")
    code = case.units.index[0]
    silent = replace(case, spending=case.spending[case.spending["unit_code"] != code])
    view = spent_view(silent, as_of=0, seed=1, lang="zh")
    assert view.silent == [code]
    assert any(case.units["name_zh"][code] in note for note in notes(view))


@pytest.mark.parametrize(
    ("as_of", "says"), [(-1, "as_of is -1"), (10, "up to 9"), (1.5, "as_of is 1.5"), (True, "True")]
)
def test_a_month_that_is_none_is_refused(as_of, says):
    with pytest.raises(UsageError, match=says):
        spent_view(made_case("spending"), as_of=as_of, seed=1, lang="en")


def test_a_month_before_the_first_report_is_refused():
    case = with_spending(made_case("two"), 6, every=3)
    with pytest.raises(UsageError, match=r"no spending up to month 2: .* ends with month 3"):
        spent_view(case, as_of=2, seed=1, lang="en")


def test_without_spending_the_page_says_so(ran):
    shown = " ".join(map(str, ran(NOTEBOOK, "shipped", "en").shown))
    assert "has no actual spending" in shown


def test_days_of_cover_are_what_is_left_over_the_pace(california):
    case = load_case(CALIFORNIA)
    view = spent_view(case, as_of=0, seed=1, lang="en")
    money, spent = case.amount_wan(), spent_by_unit(case)
    for code, burn in view.burns.items():
        days = view.table["cover_days"][code]
        if spent[code] > money[code]:
            assert math.isnan(days)
        else:
            assert days == pytest.approx((money[code] - spent[code]) / burn.rate_wan * 365 / 12)
    short = int((view.table["cover_days"] < 30).sum())
    assert california.number("spent_short")["value"] == short > 0


def test_odds_that_were_too_high_before_are_called_so(california):
    view = spent_view(load_case(CALIFORNIA), as_of=0, seed=1, lang="en")
    # One row for each unit and cut-off: the odds at the last report, and whether it was so.
    last = view.past.groupby(["unit_code", "cutoff"]).last()
    last = last[last["spent_wan"] < last["scale_wan"]]
    odds, actual = last["odds_used_up"].mean(), (last["actual"] >= last["scale_wan"]).mean()
    said = re.search(r"too high before: (\d+)% on average, (\d+)% came", california.said)
    assert said.groups() == (f"{odds * 100:.0f}", f"{actual * 100:.0f}")


@pytest.mark.parametrize(
    ("before", "warns"),
    [
        (OddsBefore(200, 0.37, 0.08, 1.0), True),
        (OddsBefore(200, 0.37, 0.30, 1.0), False),
        (OddsBefore(5, 0.9, 0.0, 1.0), False),
        (OddsBefore(200, 0.1, 0.6, 1.0), False),
    ],
)
def test_few_forecasts_or_a_small_miss_warn_of_nothing(before, warns):
    assert before.too_high is warns


def test_a_unit_report_forecasts_what_the_page_of_all_units_does():
    case = load_case(CALIFORNIA)
    whole = spent_view(case, as_of=0, seed=1, lang="en")
    for code in ("06-city-of-los-angeles", "06-state-of-california", "06-marin-county"):
        own = spent_view(case, as_of=0, seed=1, lang="en", unit_code=code)
        assert (own.as_of, own.target) == (whole.as_of, whole.target)
        assert own.table.loc[code].equals(whole.table.loc[code])


@pytest.mark.parametrize(
    ("spent", "money", "says"),
    [
        ([10.0, 12.0], 100.0, r"had spent 22.0% of its money \(220,000 yuan\); .* will be left"),
        ([60.0, 70.0], 100.0, r"130.0% of its money: there must be other money"),
        ([5.0, 0.0], 0.0, r"without any money allocated"),
    ],
)
def test_a_single_unit_is_told_its_own_state(spent, money, says):
    case = made([(money, 500, 20)])
    rows = with_spending(made([(10, 500, 20)]), 2).spending.assign(amount_wan=spent)
    view = spent_view(replace(case, spending=rows), as_of=0, seed=1, lang="en")
    assert re.search(says, answer(view))


def test_nothing_spent_of_nothing_forecasts_nothing():
    case = made([(0, 500, 20)])
    rows = with_spending(made([(10, 500, 20)]), 2).spending.assign(amount_wan=0.0)
    found = spent_view(replace(case, spending=rows), as_of=0, seed=1, lang="en")
    assert "nothing is forecast" in str(found)


def test_planned_and_actual_execution_stand_on_one_chart():
    case = made_case("spending")
    result = run(NOTEBOOK, case, lang="en", paths=40, draw=True)
    drawn = [
        shown for shown in result.shown if isinstance(shown, Chart) and has(shown, "actual_rate")
    ]
    assert drawn
    paid = spent_by_unit(case)
    for chart in drawn:
        known = [rate for rate in column(chart, "actual_rate") if rate is not None]
        shares = [paid[code] / money for code, money in case.amount_wan().items() if money]
        assert any(known[-1] == pytest.approx(share) for share in shares)
