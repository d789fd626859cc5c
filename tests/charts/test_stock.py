"""Charts of the stock of funds say what the simulation says, of every unit."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stock_samples import LANGS, check, drawn_texts, left_out, plan_of, writer

from analysis import charts
from analysis.charts.marks import month_axis
from analysis.charts.style import Canvas, house_style
from analysis.statuses import status_of, with_status
from analysis.stock import simulate, stock_table
from analysis.words.sentence import Month, Units


@pytest.fixture(scope="module")
def sample():
    plan = plan_of([35.0, 95.0, 140.0, 300.0], [10.0] * 4, 24, volatility=0.05, late_years=50.0)
    return plan, simulate(plan, paths=300, seed=1)


def simulated(money, demand, months=12, **more):
    plan = plan_of(money, demand, months, **more)
    return plan, simulate(plan, paths=8, seed=1)


def every_chart(plan, result):
    stock = stock_table(plan, result)
    return {
        "fan": charts.fan(plan, result, "u001"),
        "odds": charts.odds(result),
        "runway": charts.runway(stock),
        "cover": charts.cover(stock, fund_share=0.2),
        "vintages": charts.vintages(plan, result),
    }


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["fan", "odds", "runway", "cover", "vintages"])
def test_a_chart_declares_its_columns_and_is_the_same_in_bytes(name, lang, sample):
    plan, result = sample
    check(every_chart(plan, result)[name], writer(lang, plan.unit_code))


@pytest.mark.parametrize("count", [1, 7, 100])
@pytest.mark.parametrize("name", ["odds", "runway", "cover"])
def test_every_unit_is_drawn_or_counted(name, count):
    money = np.linspace(20, 400, count)
    plan, result = simulated(money, np.full(count, 10.0))
    stock = stock_table(plan, result)
    stock.iloc[0, stock.columns.get_indexer(["runway_months", "days_of_cover"])] = np.nan
    chart = {
        "odds": charts.odds(result),
        "runway": charts.runway(stock),
        "cover": charts.cover(stock),
    }[name]
    if count == 1 and name != "odds":
        assert chart.key == "stock_chart.nothing"
        return
    to = writer("zh", plan.unit_code)
    texts = drawn_texts(chart, to)
    named = {code for code in plan.unit_code if to.name(code) in texts}
    assert named == set(chart.frame.index)
    assert len(named) + left_out(chart) == count


@given(st.integers(1, 300), st.integers(1, 30))
@settings(max_examples=25, deadline=None)
def test_a_fan_says_when_the_money_runs_out_or_what_is_left(money, demand):
    title = charts.fan(*simulated([money], [demand]), "u000").title
    if money < 12 * demand:
        # Demand is met in full as long as the money lasts whole months.
        assert title.key == "stock_chart.fan_short"
        assert title.places["month"] == Month(money // demand + 1)
    else:
        assert title.key == "stock_chart.fan_left"
        assert title.places["carry"].value == pytest.approx(money - 12 * demand)


def test_the_interval_of_the_month_holds_nine_paths_of_ten(sample):
    plan, result = sample
    title = charts.fan(plan, result, "u001").title
    low, month, high = (title.places[name].t for name in ("low", "month", "high"))
    assert low < high
    assert low <= month <= high
    odds = result.odds_depleted[plan.unit_code.index("u001")]
    assert odds[high - 1] - odds[low - 2] >= 0.9


def test_a_month_of_depletion_may_lie_beyond_the_plan():
    plan = plan_of([85.0], [10.0], 12, volatility=0.3)
    result = simulate(plan, paths=400, seed=2)
    assert 0.5 < result.odds_depleted[0, -1] < 0.95
    title = charts.fan(plan, result, "u000").title
    assert title.key == "stock_chart.fan_short_open"
    assert title.places["last"] == Month(12)


def test_a_unit_without_money_or_projection_has_a_sentence_for_a_chart():
    plan, result = simulated([0.0, 50.0], [10.0, 10.0])
    assert charts.fan(plan, result, "u000").key == "stock_chart.no_money"
    for draw in (charts.fan, charts.execution):
        said = draw(plan, result, "elsewhere")
        assert said.key == "stock_chart.not_projected"
        assert said.places["unit"] == Units(["elsewhere"])


def test_a_plan_of_no_unit_gives_one_sentence_for_every_chart():
    plan = plan_of([], [])
    result = simulate(plan, paths=2, seed=1)
    stock = stock_table(plan, result)
    said = [charts.fan(plan, result, ""), charts.execution(plan, result, "")]
    said += [charts.odds(result), charts.runway(stock), charts.vintages(plan, result)]
    said += [charts.cover(stock), charts.cover(stock, pd.DataFrame())]
    assert {each.key for each in said} == {"stock_chart.no_caseload"}


def test_the_same_unit_is_not_drawn_twice(sample):
    assert charts.fan(*sample, "").key == "stock_chart.same_unit"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("unit", ["u000", "u003"])
def test_a_share_set_for_comparison_names_no_month_of_running_out(lang, unit, sample):
    plan, result = sample
    to = writer(lang, plan.unit_code)
    chart = charts.fan(plan, result, unit, comparison=True)
    check(chart, to)
    months = result.runway_months[plan.unit_code.index(unit)]
    assert chart.title.places["months"].value == months
    texts = " ".join([to(chart.title), *drawn_texts(chart, to)])
    assert to("stock_chart.comparison") in texts
    assert not any(to.text(Month(month)) in texts for month in range(1, 25))
    assert charts.execution(plan, result, unit, comparison=True).remarks == chart.remarks


def test_the_odds_title_names_all_units_that_print_alike():
    plan, result = simulated([10.0, 200.0, 20.0], [10.0] * 3)
    title = charts.odds(result).title
    assert sorted(title.places["units"].codes) == ["u000", "u002"]
    to = writer("en", plan.unit_code)
    assert ">99%" in to(title)


def test_small_odds_single_out_nobody():
    _, result = simulated([200.0, 300.0], [10.0] * 2)
    assert charts.odds(result).title.key == "stock_chart.odds_small"


def test_odds_of_a_long_plan_are_those_of_its_first_year(sample):
    _, result = sample
    chart = charts.odds(result)
    assert chart.columns[-1] == "odds_month_12"
    assert chart.frame.loc["u001", "odds_month_12"] == result.odds_depleted[1, 11]
    assert chart.frame["odds_month_12"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("months", "key"),
    [
        ([5.0], "runway_one"),
        ([5.0, 5.01], "runway_one"),
        ([5.0, 20.0], "runway_title"),
        ([5.0, np.inf], "runway_open"),
        ([np.inf, np.inf], "runway_endless"),
    ],
)
@pytest.mark.parametrize("lang", LANGS)
def test_the_runway_title_fits_the_figures(months, key, lang):
    codes = [f"u{place:03d}" for place in range(len(months))]
    chart = charts.runway(pd.DataFrame({"runway_months": months}, codes))
    assert chart.title.key == f"stock_chart.{key}"
    to = writer(lang, codes)
    check(chart, to)
    assert ("∞" in "".join(drawn_texts(chart, to))) == np.isinf(months).any()


def test_runway_bars_are_cut_but_keep_their_figures():
    chart = charts.runway(pd.DataFrame({"runway_months": [6.0, 480.0]}, ["a", "b"]))
    texts = drawn_texts(chart, writer("en", ["a", "b"]))
    assert "480.0 →" in texts
    assert "480" not in texts


def test_cover_counts_the_units_below_a_month():
    days = pd.Series({"a": 10.0, "b": 29.9, "c": 30.0, "d": np.nan})
    stock = pd.DataFrame({"days_of_cover": days * 2})
    chart = charts.cover(stock, fund_share=0.5)
    assert chart.title.key == "stock_chart.cover_plan_short"
    assert (chart.title.places["short"], chart.title.places["count"]) == (2, 3)
    assert left_out(chart) == 1
    assert charts.cover(stock, fund_share=50.0).title.key == "stock_chart.cover_plan_none"
    assert charts.cover(None).key == "spending_page.none"
    assert charts.cover(stock.tail(1)).key == "stock_chart.nothing"


@pytest.mark.parametrize("lang", LANGS)
def test_cover_of_money_left_says_up_to_when_spending_is_reported(lang):
    spending = pd.DataFrame({"days_of_cover": [10.0, 90.0], "last_month": [6, 9]}, ["a", "b"])
    spending = with_status(spending, "estimate")
    chart = charts.cover(None, spending)
    assert chart.title.key == "stock_chart.cover_spent_short"
    to = writer(lang, ["a", "b"])
    check(chart, to)
    alt = chart.alternative_text(to)
    assert to.text(Month(6)) in alt
    assert to.text(Month(9)) in alt
    assert status_of(chart.frame, "days_of_cover") == "estimate"


def test_layers_add_up_to_the_stock_and_many_years_are_put_together():
    plan, result = simulated([90.0], [1.0], 12, opening=[8.0] * 9)
    chart = charts.vintages(plan, result)
    layers = chart.frame[[name for name in chart.columns if name.startswith("vintage")]]
    assert layers.shape[1] == 6
    assert chart.labels["vintage_1_wan"].key == "stock_chart.vintage_before"
    assert layers.sum(axis=1).to_numpy() == pytest.approx(result.vintage_stock_wan.sum((0, 2)))
    check(chart, writer("zh", plan.unit_code))


def test_what_is_recovered_stands_in_its_december(sample):
    plan, result = sample
    chart = charts.vintages(plan, result, status="assumption")
    recovered = chart.frame["recovered_wan"]
    assert list(recovered.index[recovered > 0]) == [23]
    assert recovered[23] == pytest.approx(result.recovered_by_year_wan[:, 1].sum())
    places = chart.title.places
    assert places["left"].value == pytest.approx(result.vintage_stock_wan[:, 11].sum())
    assert places["recovered"].value == pytest.approx(recovered[23])
    assert status_of(chart.frame, "recovered_wan") == "assumption"


def test_a_year_without_recovery_does_not_speak_of_it():
    plan, result = simulated([90.0], [10.0])
    chart = charts.vintages(plan, result)
    assert chart.title.key == "stock_chart.vintages_title"
    assert "recovered_wan" not in chart.frame


def test_months_stand_on_the_axis_with_each_year_once():
    with house_style():
        canvas = Canvas(100, left=40, right=10)
        month_axis(canvas, writer("en", [], "2023-11"), 5)
        labels = [label.get_text() for label in canvas.axes.texts]
    assert labels == ["Nov\n2023", "Dec", "Jan\n2024", "Feb", "Mar"]
