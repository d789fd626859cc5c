"""Forecasts of the past against what came, on a series by hand and on a real fund."""

import numpy as np
import pandas as pd
import pytest
from cases import SHIPPED

from analysis.case import load_case
from analysis.stock.burn_rate import fit_burn_rate
from analysis.stock.outlook import (
    backtest_summary,
    earlier_forecasts,
    odds_record,
    paid_by_period,
)

AMOUNTS = [8.0, 12.0, 0.0, 9.0, 40.0, 1.0]


def table(amounts):
    return pd.DataFrame({"month": range(1, len(amounts) + 1), "amount_wan": amounts})


def past_forecasts(amounts, money_wan=100.0, months=None):
    """Return the forecasts of one unit that paid some amounts, in months 1, 2, ... or others."""
    month = months or range(1, len(amounts) + 1)
    paid = pd.DataFrame({"unit_code": "a", "first": month, "last": month, "paid_wan": amounts})
    return earlier_forecasts(paid, pd.Series({"a": money_wan}), seed=1)


@pytest.fixture(scope="module")
def california():
    case = load_case(SHIPPED.parent / "us-era1-california")
    return paid_by_period(case), case.amount_wan()


def test_every_forecast_is_the_one_that_would_have_been_made():
    made = past_forecasts(AMOUNTS)
    assert len(made) == 5 + 4 + 3 + 2 + 1
    for row in made.to_dict("records"):
        burn = fit_burn_rate(table(AMOUNTS[: row["cutoff"]]), money_wan=100.0)
        ahead = burn.forecast(row["month"])
        found = row["mean"], row["low"], row["high"], row["odds_used_up"]
        assert found == pytest.approx(ahead)
        assert row["spent_wan"] == pytest.approx(sum(AMOUNTS[: row["cutoff"]]))
        actual = sum(AMOUNTS[: row["month"]])
        assert row["actual"] == pytest.approx(actual)
        assert row["periods_ahead"] == row["month"] - row["cutoff"]
        assert row["covered"] == (ahead.low - 1e-7 <= actual <= ahead.high + 1e-7)


def test_the_summary_is_by_definition():
    made = past_forecasts(AMOUNTS)
    rows = backtest_summary(made, "cutoff")
    assert rows.index.tolist() == [1, 2, 3, 4, 5]
    for cutoff, row in rows.iterrows():
        own = made[made["cutoff"] == cutoff].to_dict("records")
        off = [(one["mean"] - one["actual"]) / 100 for one in own]
        assert row["forecasts"] == len(own)
        assert row["coverage"] == pytest.approx(np.mean([one["covered"] for one in own]))
        assert row["error"] == pytest.approx(np.mean(np.abs(off)))
        assert row["bias"] == pytest.approx(np.mean(off))
        assert row["width"] == pytest.approx(np.mean([o["high"] - o["low"] for o in own]) / 100)


@pytest.mark.parametrize("later", [0.0, 3.0, 30.0])
def test_what_came_later_changes_no_earlier_forecast(later):
    here = past_forecasts(AMOUNTS)
    there = past_forecasts([*AMOUNTS[:-1], later])
    columns = ["cutoff", "month", "mean", "low", "high"]
    pd.testing.assert_frame_equal(here[columns], there[columns])


def test_periods_after_a_gap_are_left_out():
    made = past_forecasts([5.0, 6.0, 7.0, 8.0], months=[1, 2, 5, 6])
    assert made[["cutoff", "month"]].to_numpy().tolist() == [[1, 2], [5, 6]]


def test_units_and_their_order_change_nothing(california):
    paid, money = california
    some = paid[paid["unit_code"].isin(money.index[:4])]
    mixed = some.sort_values(["unit_code", "last"], ascending=[False, True])
    here, there = (earlier_forecasts(each, money, seed=1) for each in (some, mixed))
    pd.testing.assert_frame_equal(here, there)
    alone = earlier_forecasts(some[some["unit_code"] == money.index[2]], money, seed=1)
    own = here[here["unit_code"] == money.index[2]].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)


def test_the_interval_holds_on_a_real_fund_at_every_distance(california):
    made = earlier_forecasts(*california, seed=1)
    ahead = backtest_summary(made[made["cutoff"] >= 6], "periods_ahead")
    assert ahead["forecasts"].tolist() == [200, 160, 121, 85, 49, 15]
    assert ahead["coverage"].between(0.80, 0.97).all()
    assert ahead["error"].max() < 0.25


@pytest.mark.parametrize("amounts", [[20.0, 25.0, 30.0, 25.0, 0.0], [20.0, 5.0, 9.0, 5.0, 8.0]])
def test_the_record_of_odds_is_that_of_the_paths_themselves(amounts):
    left = [place for place in range(1, 5) if sum(amounts[:place]) < 100]
    used_up = next((place for place in range(1, 6) if sum(amounts[:place]) >= 100), np.inf)
    record, covered, final = odds_record(past_forecasts(amounts)), [], []
    for cutoff in left:
        burn = fit_burn_rate(table(amounts[:cutoff]), money_wan=100.0)
        odds = {month: burn.forecast(month).odds_used_up for month in range(cutoff + 1, 6)}
        earliest, latest = (
            min([month for month, part in odds.items() if part >= wanted], default=np.inf)
            for wanted in (0.05, 0.95)
        )
        covered.append(earliest <= used_up <= latest)
        final.append(odds[5])
    assert record.count == len(left)
    assert record.odds == pytest.approx(np.mean(final))
    assert record.actual == (used_up <= 5)
    assert record.covered == np.mean(covered)


def test_one_period_cannot_be_tested():
    assert past_forecasts([5.0]).empty
    assert past_forecasts([5.0, 6.0], months=[1, 4]).empty


# --- series that the model was not made for ---


def ramp(random, n):
    return np.linspace(0.2, 2.0, n) * random.gamma(20, 1 / 20, n)


def december(random, n):
    return np.r_[np.ones(n - 1), 4.0] * random.gamma(20, 1 / 20, n)


def stopped(random, n):
    return np.where(np.arange(n) < n // 2, 1.0, 0.0) * random.gamma(20, 1 / 20, n)


def steady(random, n):
    return random.gamma(6, 1 / 6, n)


def throttled(random, n):
    left, paid = 1.2 * n / 2, []
    for _ in range(n):
        paid.append(min(1.5, left / 4) * random.gamma(20, 1 / 20))
        left -= paid[-1]
    return np.array(paid)


@pytest.mark.parametrize("shape", [ramp, december, steady, throttled])
def test_the_interval_holds_on_spending_that_is_not_steady(shape):
    random, held = np.random.default_rng(7), []
    for _ in range(8):
        amounts = shape(random, 12)
        made = past_forecasts(amounts, money_wan=max(12.0, 1.05 * amounts.sum()))
        held.append(made["covered"].mean())
    assert np.mean(held) > 0.8


def test_a_stop_that_nobody_could_foresee_is_learned_within_two_months():
    random, held = np.random.default_rng(7), []
    for _ in range(8):
        made = past_forecasts(stopped(random, 12), money_wan=12.0)
        # The last payment is that of month 6.
        held.append(made.loc[made["cutoff"] >= 8, "covered"].mean())
    assert np.mean(held) > 0.8
