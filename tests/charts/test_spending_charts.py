"""Charts of spending: nothing beyond a unit's money counts, and no forecast is made up."""

import numpy as np
import pandas as pd
import pytest
from stock_samples import LANGS, check, drawn_texts, left_out, plan_of, writer

from analysis import charts
from analysis.statuses import status_of, with_status
from analysis.stock import simulate
from analysis.words.sentence import Month

FORECAST = ["forecast_wan", "forecast_wan_low", "forecast_wan_high"]


def spending_of(spent, money, months, ahead=None):
    codes = [f"u{place:03d}" for place in range(len(spent))]
    ahead = np.full(len(spent), np.nan) if ahead is None else np.array(ahead, dtype=float)
    values = {"amount_wan": money, "spent_wan": spent, "last_month": months}
    values |= dict(zip(FORECAST, (ahead, ahead * 0.9, ahead * 1.1), strict=True))
    return pd.DataFrame(values, codes)


SAMPLE = spending_of([50.0, 130.0, -3.0], [100.0, 100.0, 50.0], [6, 6, 6], [80.0, np.nan, 20.0])


def path():
    actual = pd.Series({3: 10.0, 6: 24.0})
    months = range(7, 13)
    mean = np.linspace(28.0, 48.0, 6)
    ahead = pd.DataFrame(dict(zip(FORECAST, (mean, mean - 3, mean + 4), strict=True)), months)
    return actual, ahead


@pytest.mark.parametrize("lang", LANGS)
def test_charts_of_spending_declare_their_columns_and_are_the_same_in_bytes(lang):
    to = writer(lang, ["u000", "u001", "u002"], currency="USD")
    check(charts.spent(SAMPLE, target=12), to)
    check(charts.spent_path(*path(), unit="u000", money_wan=60.0), to)
    check(charts.spent_path(path()[0], None, unit="u000", money_wan=np.nan), to)
    plan = plan_of([60.0], [4.0])
    result = simulate(plan, paths=20, seed=1)
    check(charts.execution(plan, result, "u000", path()[0]), to)
    check(charts.execution(plan, result, "u000"), to)


def test_what_is_spent_beyond_a_units_money_does_not_count():
    title = charts.spent(SAMPLE, target=12).title
    # 50 of 100, all 100 of 100 (not 130), and 3 paid back of 50.
    assert title.places["part"].value == pytest.approx((50 + 100 - 3) / 250)
    assert title.key == "spending_chart.title_progress"
    assert title.places["progress"].value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("months", "key", "progress"),
    [
        ([6, 6], "title_progress", True),
        ([12, 12], "title_progress", True),
        ([15, 15], "title", False),
        ([3, 6], "title_months", False),
    ],
)
def test_a_line_of_time_stands_only_where_all_units_report_up_to_one_month(months, key, progress):
    chart = charts.spent(spending_of([5.0, 6.0], [10.0, 10.0], months), target=24)
    assert chart.title.key == f"spending_chart.{key}"
    assert ("time_progress" in chart.facts) == progress
    told = chart.alternative_text(writer("zh", ["u000", "u001"]))
    assert ("2024年3月至2024年6月" in told) == (months == [3, 6])


def test_shares_are_of_the_units_own_money_with_their_statuses():
    spending = with_status(SAMPLE, dict.fromkeys(["amount_wan", "spent_wan"], "official"))
    spending = with_status(spending, dict.fromkeys(FORECAST, "estimate"))
    frame = charts.spent(spending, target=12).frame
    assert frame["spent_share"].to_dict() == pytest.approx(
        {"u001": 1.3, "u000": 0.5, "u002": -0.06}
    )
    assert frame.loc["u000", "forecast_share_high"] == pytest.approx(0.88)
    assert status_of(frame, "spent_share") == "computed"
    assert status_of(frame, "forecast_share") == "estimate"


@pytest.mark.parametrize("count", [3, 100])
def test_every_unit_with_money_is_drawn_or_counted(count):
    spent = np.linspace(0, 150, count)
    spending = spending_of(spent, [0.0, *[100.0] * (count - 1)], [6] * count, spent * 1.2)
    chart = charts.spent(spending, target=12)
    to = writer("en", spending.index)
    texts = drawn_texts(chart, to)
    named = {code for code in spending.index if to.name(code) in texts}
    assert named == set(chart.frame.index)
    assert "u000" not in named
    assert len(named) + left_out(chart) == count


def test_a_bar_of_many_times_the_money_is_cut_but_keeps_its_figure():
    chart = charts.spent(spending_of([900.0, 5.0], [10.0, 10.0], [6, 6]), target=12)
    texts = drawn_texts(chart, writer("en", ["u000", "u001"]))
    assert "9000%" in [text.replace(",", "") for text in texts]
    assert "300%" not in texts


def test_spending_of_units_without_money_is_a_sentence():
    said = charts.spent(spending_of([5.0], [0.0], [6]), target=12)
    assert said.key == "spending_chart.no_money"


def test_a_path_ends_with_its_forecast_and_sets_out_from_what_is_known():
    actual, ahead = path()
    chart = charts.spent_path(actual, ahead, unit="u000", money_wan=60.0)
    assert [name.places["month"] for name in chart.frame["name"]] == [
        Month(month) for month in (3, 6, *range(7, 13))
    ]
    assert chart.frame["spent_wan"].dropna().tolist() == [10.0, 24.0]
    assert chart.frame["forecast_wan"].dropna().tolist() == ahead["forecast_wan"].tolist()
    places = chart.title.places
    assert (places["month"], places["target"]) == (Month(6), Month(12))
    assert (places["between"].low, places["between"].high) == (45.0, 52.0)
    texts = " ".join(drawn_texts(chart, writer("en", ["u000"])))
    assert "mean 48" in texts
    assert "money 60" in texts


@pytest.mark.parametrize(
    ("money", "key"),
    [(20.0, "path_title_over"), (24.0, "path_title_spent"), (0.0, "path_title_spent")],
)
def test_without_a_forecast_only_overspending_is_called_so(money, key):
    chart = charts.spent_path(path()[0], None, unit="u000", money_wan=money)
    assert chart.title.key == f"spending_chart.{key}"
    assert chart.columns == ["spent_wan"]
    assert ("amount_wan" in chart.facts) == (money > 0)


def test_a_unit_that_reports_nothing_has_a_sentence_for_a_chart():
    nothing = pd.Series(dtype=float)
    said = charts.spent_path(nothing, None, unit="u000", money_wan=5.0)
    assert said.key == "spending_chart.silent"
    assert charts.spent_path(nothing, None, unit="", money_wan=5.0).key == "spending_page.none"
    assert charts.spent(SAMPLE.head(0), target=12).key == "spending_page.none"


def test_execution_is_what_is_paid_of_the_money_beside_the_time_gone():
    plan = plan_of([60.0], [4.0])
    spent = with_status(pd.Series({3: 15.0, 14: 30.0}, name="spent_wan"), "official")
    chart = charts.execution(
        plan, simulate(plan, paths=4, seed=1), "u000", spent, status="assumption"
    )
    frame = chart.frame
    assert frame["execution_rate"].to_numpy() == pytest.approx(4 * np.arange(1, 13) / 60)
    assert frame["time_progress"].to_numpy() == pytest.approx(np.arange(1, 13) / 12)
    assert frame["actual_rate"].dropna().to_dict() == {2: 0.25}
    assert chart.title.places["rate"].value == pytest.approx(0.8)
    assert chart.kind.places["ahead"] == 0
    statuses = [status_of(frame, name) for name in ("execution_rate", "actual_rate")]
    assert statuses == ["assumption", "computed"]
