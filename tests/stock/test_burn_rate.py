"""The rate of spending against closed forms, all histories counted out, and its own promises."""

import dataclasses
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammaln
from stock_plans import untimed

from analysis.errors import PlanError
from analysis.stock import burn_rate
from analysis.stock.burn_rate import fit_burn_rate

# Odds that a correct program fails a test of chance.
FALSE_ALARM = 1e-4
STEADY, FADING, RENEWED = (
    {name: (1.0, *burn_rate.HYPOTHESES[name][1:])} for name in ("steady", "fading", "renewed")
)
MONEY = st.floats(1, 1e4).map(lambda value: round(value, 2))


def by_month(*paid):
    return pd.DataFrame({"month": range(1, len(paid) + 1), "amount_wan": paid})


@st.composite
def series(draw, most=4, refunds=True):
    """Spending by periods of one to three months, some of them with months missing before."""
    month, rows = 0, []
    for _ in range(draw(st.integers(1, most))):
        months = draw(st.sampled_from([1, 1, 2, 3]))
        month += months + draw(st.sampled_from([0, 0, 0, 2]))
        least = -20 if refunds else 0
        paid = draw(
            st.one_of(st.just(0.0), st.floats(least, 60).map(lambda value: round(value, 1)))
        )
        rows.append((month, months, paid))
    return pd.DataFrame(rows, columns=["month", "months", "amount_wan"])


def free_part(throttle, spent, money):
    """Return the part of the rate that is paid, as the throttle leaves it."""
    left = 1 - spent / money
    return min(1, max(left, 1e-9) / throttle) if throttle and left >= -1e-9 else 1


@pytest.fixture
def one_lump(monkeypatch):
    """Leave the hypotheses given, one throttle, and lumps of a tenth of a month's spending."""

    def leave(hypotheses, throttle=0.0):
        monkeypatch.setattr(burn_rate, "HYPOTHESES", hypotheses)
        monkeypatch.setattr(burn_rate, "THROTTLES", (throttle,))
        monkeypatch.setattr(burn_rate, "LUMPS", (0.1,))

    return leave


# What is learned.


@untimed
@given(series(), MONEY, st.sampled_from([0.03, 0.5, 2.0]), st.sampled_from([0.0, 0.5, 1.0]))
def test_a_steady_rate_has_the_gamma_posterior_in_closed_form(spending, money, lump, throttle):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(burn_rate, "HYPOTHESES", STEADY)
        patch.setattr(burn_rate, "THROTTLES", (throttle,))
        patch.setattr(burn_rate, "LUMPS", (lump,))
        burn = fit_burn_rate(spending, money_wan=money, months=6)
        assert burn.hypotheses.to_dict() == {"steady": 1}
    prior = money / 6
    before = spending["amount_wan"].cumsum() - spending["amount_wan"]
    free = [free_part(throttle, each, money) for each in before]
    paid, months = spending["amount_wan"].clip(lower=0).sum(), (spending["months"] * free).sum()
    assert len(burn.components) == 1
    found = burn.components.iloc[0]
    assert found["shape"] == pytest.approx(1 + paid / (lump * prior))
    assert found["months_per_wan"] == pytest.approx((1 + months / lump) / prior)
    assert burn.rate_wan == pytest.approx((lump * prior + paid) / (lump + months))
    assert burn.spent_wan == pytest.approx(spending["amount_wan"].sum())


def log_seen(shape, time, lumps, spans):
    """Log density of the lumps of some periods at one rate, which a Gamma distribution draws.

    ``spans`` are the periods' lengths times lumps per 万元.
    """
    log = shape * np.log(time) - gammaln(shape) + gammaln(shape + lumps.sum())
    log -= (shape + lumps.sum()) * np.log(time + spans.sum())
    return log + (lumps * np.log(spans) - gammaln(lumps + 1)).sum()


def all_histories(spending, prior, money):
    """Return every component with its odds, by counting out when the rate was new."""
    amounts = spending["amount_wan"].to_numpy()
    paid, before = np.maximum(amounts, 0), amounts.cumsum() - amounts
    months, last = spending["months"].to_numpy(), spending["month"].to_numpy()
    moved = np.diff(last)
    found = []
    suppositions = product(burn_rate.HYPOTHESES.items(), burn_rate.THROTTLES, burn_rate.LUMPS)
    for (name, (odds, fading, renewal)), throttle, size in suppositions:
        lump = size * prior
        free = np.array([free_part(throttle, each, money or np.inf) for each in before])
        lumps, spans = paid / lump, months * free / lump
        choices = len(burn_rate.LUMPS) * len(burn_rate.THROTTLES)
        as_density = -np.log(lump) * (paid > 0).sum() + np.log(odds / choices)
        own = (name, throttle, lump)
        if fading < 1:
            shape, time, log = 1.0, 1 / prior, 0.0
            for place in range(len(paid)):
                if place:
                    shape, time = (value * fading ** moved[place - 1] for value in (shape, time))
                log += log_seen(shape, time, lumps[place : place + 1], spans[place : place + 1])
                shape, time = shape + lumps[place], time + spans[place]
            found.append((*own, shape, time, log + as_density))
            continue
        for new in product([False, True] if renewal else [False], repeat=len(moved)):
            starts = [0, *(np.flatnonzero(new) + 1)]
            log = sum(
                np.log(1 - (1 - renewal) ** gap) if anew else gap * np.log(1 - renewal)
                for anew, gap in zip(new, moved, strict=True)
            )
            for start, end in zip(starts, [*starts[1:], len(paid)], strict=True):
                shape = 0.4 if start else 1.0
                time = shape / prior
                log += log_seen(shape, time, lumps[start:end], spans[start:end])
                shape, time = shape + lumps[start:end].sum(), time + spans[start:end].sum()
            found.append((*own, shape, time, log + as_density))
    table = pd.DataFrame(found, columns=["name", "throttle", "lump", "shape", "time", "log"])
    odds = np.exp(table["log"] - table["log"].max())
    return table.assign(odds=odds / odds.sum())


def like(table, row):
    """Return the odds of the components that equal one, all in all."""
    same = (table["name"] == row.name) & (table["throttle"] == row.throttle)
    for column in ("lump", "shape", "time"):
        same &= np.isclose(table[column], getattr(row, column))
    return table["odds"][same].sum()


@settings(max_examples=60)
@given(series(), st.one_of(st.none(), MONEY))
def test_the_odds_are_those_of_all_histories_counted_out(spending, money):
    if money is None and spending["amount_wan"].max() <= 0:
        return
    burn = fit_burn_rate(spending, money_wan=money)
    found, wanted = burn.components, all_histories(spending, burn.prior_wan, money)
    assert found["odds"].sum() == pytest.approx(1)
    columns = {"hypothesis": "name", "lump_wan": "lump", "months_per_wan": "time"}
    found = found.rename(columns=columns)
    for row in wanted.itertuples():
        # Histories that leave the same distribution count together.
        assert like(found, row) == pytest.approx(like(wanted, row), rel=1e-7, abs=1e-10)
    rate = (wanted["odds"] * wanted["shape"] / wanted["time"]).sum()
    assert burn.rate_wan == pytest.approx(rate, rel=1e-7)
    by_name = wanted.groupby("name")["odds"].sum()
    for name, odds in burn.hypotheses.items():
        assert odds == pytest.approx(by_name[name], abs=1e-9)


def test_one_hypothesis_comes_to_the_fore_where_it_is_true():
    steady = fit_burn_rate(by_month(*[8.0, 8.2, 7.9] * 4), money_wan=200.0, months=24)
    broken = fit_burn_rate(by_month(*[8.0] * 6, *[0.5] * 6), money_wan=200.0, months=24)
    assert steady.hypotheses.idxmax() == "steady"
    assert steady.rate_wan == pytest.approx(8, rel=0.05)
    assert broken.hypotheses["renewed"] > 0.9
    assert broken.rate_wan == pytest.approx(0.5, rel=0.2)


def test_without_money_the_mean_beforehand_is_that_of_the_spending():
    spending = pd.DataFrame(
        {"month": [1, 3, 7], "months": [1, 2, 3], "amount_wan": [3.0, -1.0, 15.0]}
    )
    assert fit_burn_rate(spending).prior_wan == pytest.approx(3)
    assert fit_burn_rate(spending, money_wan=60.0).prior_wan == 5
    assert fit_burn_rate(spending, money_wan=60.0, months=6).prior_wan == 10


def test_the_usual_length_of_a_period_is_the_step():
    quarters = pd.DataFrame(
        {"month": [3, 6, 7], "months": [3, 3, 1], "amount_wan": [9.0, 9.0, 3.0]}
    )
    assert fit_burn_rate(quarters).step_months == 3
    assert fit_burn_rate(by_month(1.0, 2.0)).step_months == 1
    cumulative = pd.DataFrame({"month": [3, 5, 6], "cumulative_wan": [9.0, 15.0, 18.0]})
    assert fit_burn_rate(cumulative).step_months == 2
    assert fit_burn_rate(cumulative).last_month == 6


# What is drawn.


def fits_pmf(numbers, pmf):
    """Return the p-value that numbers have these odds: chi-square, cells of 20 at least."""
    expected = len(numbers) * pmf
    cells = np.minimum((expected.cumsum() / 20).astype(int), int(len(numbers) / 20) - 2)
    seen = np.bincount(cells[np.minimum(numbers, len(pmf) - 1)])
    wanted = np.bincount(cells, weights=expected)
    seen, wanted = seen[wanted > 0], wanted[wanted > 0]
    wanted[-1] += len(numbers) - wanted.sum()
    return stats.chisquare(seen, wanted).pvalue


def lumps_of(burn, steps):
    """Return the number of lumps in each step of each path."""
    spent = burn.paths(burn.last_month + steps * burn.step_months)
    ends = np.vstack(
        [
            np.full((1, spent.shape[1]), burn.spent_wan),
            spent[burn.step_months - 1 :: burn.step_months],
        ]
    )
    paid = np.diff(ends, axis=0) / burn.components["lump_wan"].iloc[0]
    return np.rint(paid).astype(int), paid - np.rint(paid)


QUARTERS = pd.DataFrame({"month": [3, 6], "months": 3, "amount_wan": [21.0, 27.0]})
MONTHS = by_month(8.0, 6.5, 9.2, 7.3)
NUMBERS = np.arange(3000)


@pytest.mark.parametrize("spending", [MONTHS, QUARTERS], ids=["months", "quarters"])
def test_the_next_periods_of_a_steady_rate_are_negative_binomial(one_lump, spending):
    one_lump(STEADY)
    burn = fit_burn_rate(spending, seed=3)
    part = burn.components.iloc[0]
    lumps, between = lumps_of(burn, 3)
    exposure = burn.step_months / part["lump_wan"]
    for steps in (1, 2, 3):
        time = part["months_per_wan"]
        pmf = stats.nbinom(part["shape"], time / (time + steps * exposure)).pmf(NUMBERS)
        assert fits_pmf(lumps[:steps].sum(axis=0), pmf) > FALSE_ALARM
    some = between[lumps > 0]
    assert stats.kstest(some, stats.uniform(-0.5, 1).cdf).pvalue > FALSE_ALARM
    assert not between[lumps == 0].any()


@pytest.mark.parametrize(("spending", "money"), [(MONTHS, 50.0), (QUARTERS, 90.0)])
def test_a_throttle_slows_the_next_period_by_what_is_left(one_lump, spending, money):
    one_lump(STEADY, throttle=1.0)
    burn = fit_burn_rate(spending, money_wan=money, months=30, seed=8)
    part = burn.components.iloc[0]
    exposure = burn.step_months * free_part(1.0, burn.spent_wan, money) / part["lump_wan"]
    time = part["months_per_wan"]
    lumps, _ = lumps_of(burn, 1)
    assert burn.paths(burn.last_month + burn.step_months).max() < money
    pmf = stats.nbinom(part["shape"], time / (time + exposure)).pmf(NUMBERS)
    assert fits_pmf(lumps[0], pmf) > FALSE_ALARM


@pytest.mark.parametrize("spending", [MONTHS, QUARTERS], ids=["months", "quarters"])
def test_the_next_period_mixes_the_components_with_what_may_be_new(one_lump, spending):
    one_lump(burn_rate.HYPOTHESES)
    burn = fit_burn_rate(spending, money_wan=300.0, seed=4)
    exposure = burn.step_months / burn.components["lump_wan"].iloc[0]

    def odds_of(shape, time):
        return stats.nbinom(shape, time / (time + exposure)).pmf(NUMBERS)

    pmf = np.zeros(len(NUMBERS))
    for part in burn.components.itertuples():
        kept = part.fading**burn.step_months
        same = (1 - part.renewal) ** burn.step_months
        pmf += part.odds * same * odds_of(kept * part.shape, kept * part.months_per_wan)
        pmf += part.odds * (1 - same) * odds_of(0.4, 0.4 / burn.prior_wan)
    lumps, _ = lumps_of(dataclasses.replace(burn, money_wan=np.inf), 1)
    assert pmf.sum() == pytest.approx(1)
    assert fits_pmf(lumps[0], pmf) > FALSE_ALARM


def test_what_is_drawn_teaches_the_next_draws_of_a_fading_rate(one_lump):
    one_lump(FADING)
    # One lump in a quarter: what the next quarters draw soon outweighs what is known.
    spending = pd.DataFrame({"month": [3], "months": 3, "amount_wan": [8.0]})
    burn = fit_burn_rate(spending, money_wan=960.0, seed=5)
    found, _ = lumps_of(dataclasses.replace(burn, money_wan=np.inf), 8)
    # The same without a rate: each number of lumps is negative binomial, given those before.
    part, kept = burn.components.iloc[0], 0.9**3
    random, span = np.random.default_rng(5), 3 / part["lump_wan"]
    shape, time = np.full(40_000, part["shape"]), part["months_per_wan"]
    assert part["shape"] == 2
    for numbers in found:
        shape, time = kept * shape, kept * time
        wanted = random.negative_binomial(shape, time / (time + span))
        assert stats.ks_2samp(numbers, wanted).pvalue > FALSE_ALARM
        shape, time = shape + wanted, time + span


def test_the_mean_of_a_fading_rate_stays_over_any_horizon(one_lump):
    one_lump(FADING)
    burn = fit_burn_rate(MONTHS)
    spent = burn.paths(16)
    expected = burn.spent_wan + burn.rate_wan * np.arange(1, 13)
    error = spent.std(axis=1) / np.sqrt(spent.shape[1])
    assert (np.abs(spent.mean(axis=1) - expected) < 4 * error).all()


# What a forecast promises.


@settings(max_examples=30)
@given(series(), st.one_of(st.none(), MONEY), st.integers(1, 30))
def test_spending_never_falls_nor_passes_the_money(spending, money, months):
    if money is None and spending["amount_wan"].max() <= 0:
        return
    burn = fit_burn_rate(spending, money_wan=money)
    spent = burn.paths(burn.last_month + months)
    assert spent.shape == (months, 4000)
    assert (spent[0] >= burn.spent_wan).all()
    assert (np.diff(spent, axis=0) >= 0).all()
    assert (spent <= burn.money_wan).all()
    if money is not None and spending["amount_wan"].sum() <= money:
        assert burn.money_wan == pytest.approx(money)
    else:
        assert burn.money_wan == np.inf
    ahead = burn.forecast(burn.last_month + months)
    assert burn.spent_wan <= ahead.low <= ahead.high <= burn.money_wan
    rounding = 1e-9 * (1 + abs(ahead.mean))
    assert burn.spent_wan - rounding <= ahead.mean <= burn.money_wan + rounding
    assert ahead.low - rounding <= ahead.mean
    drawn = [spent[-1].mean(), *np.quantile(spent[-1], [0.05, 0.95])]
    np.testing.assert_allclose(ahead[:3], drawn)
    full = [(row >= burn.money_wan).mean() for row in spent]
    assert burn.forecast(burn.last_month + months).odds_used_up == full[-1]
    assert (np.diff(full) >= 0).all()


@settings(max_examples=20)
@given(series(), st.one_of(st.none(), MONEY), st.integers(1, 20), st.integers(0, 20))
def test_the_first_months_do_not_depend_on_the_horizon(spending, money, months, more):
    if money is None and spending["amount_wan"].max() <= 0:
        return
    burn = fit_burn_rate(spending, money_wan=money)
    longer = burn.paths(burn.last_month + months + more)
    np.testing.assert_array_equal(burn.paths(burn.last_month + months), longer[:months])


def test_the_seed_alone_decides():
    first, again, other = (fit_burn_rate(MONTHS, seed=seed).paths(12) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


@settings(max_examples=20)
@given(series(), st.one_of(st.none(), MONEY))
def test_forecasts_grow_with_the_amounts(spending, money):
    if money is None and spending["amount_wan"].max() <= 0:
        return
    larger = spending.assign(amount_wan=spending["amount_wan"] * 1e4)
    small = fit_burn_rate(spending, money_wan=money)
    large = fit_burn_rate(larger, money_wan=None if money is None else money * 1e4)
    month = small.last_month + 7
    few, many = small.forecast(month), large.forecast(month)
    np.testing.assert_allclose(many[:3], np.multiply(few[:3], 1e4), rtol=1e-9)
    assert many.odds_used_up == few.odds_used_up
    assert large.rate_wan == pytest.approx(small.rate_wan * 1e4, rel=1e-9)
    np.testing.assert_allclose(large.hypotheses, small.hypotheses, rtol=1e-6, atol=1e-9)


def test_months_within_a_quarter_lie_on_a_straight_line():
    burn = fit_burn_rate(QUARTERS, money_wan=70.0)
    spent = burn.paths(13)
    ends = np.vstack([np.full(4000, 48.0), spent[[2, 5]], burn.paths(15)[[8]]])
    for place in range(7):
        line = ends[place // 3] + (ends[place // 3 + 1] - ends[place // 3]) * (place % 3 + 1) / 3
        np.testing.assert_allclose(spent[place], line)


@pytest.mark.parametrize("money", [70.1, 100.1, 81.7])
def test_money_used_up_within_a_quarter_stays_used_up(money):
    burn = fit_burn_rate(QUARTERS, money_wan=money)
    odds = [burn.forecast(month).odds_used_up for month in range(7, 25)]
    assert 0 < odds[8] < 1
    # Only the end of a quarter can use it up; the next two months keep it so.
    assert odds[:2] == [0, 0]
    for quarter in range(2, 17, 3):
        assert odds[quarter] == odds[quarter + 1] == odds[min(quarter + 2, 17)] or quarter == 17


def test_all_the_money_spent_to_the_last_bit_or_nearly_is_all():
    assert 0.1 + 0.2 > 0.3
    burn = fit_burn_rate(by_month(0.1, 0.2), money_wan=0.3)
    assert burn.forecast(3).odds_used_up == 1
    assert (burn.paths(12) == burn.spent_wan).all()
    # What is left after February, a rounding below 0, counts as nothing left.
    with np.errstate(divide="raise", invalid="raise"):
        later = fit_burn_rate(by_month(0.1, 0.2, 0.0), money_wan=0.3)
    throttled = later.components.query("throttle > 0")["odds"].sum()
    assert 0 < throttled < 1
    assert later.forecast(4).odds_used_up == 1


def test_money_already_passed_is_no_ceiling():
    burn = fit_burn_rate(by_month(*[8.0] * 6), money_wan=40.0)
    assert burn.money_wan == np.inf
    assert burn.prior_wan == pytest.approx(40 / 12)
    assert burn.forecast(12).low > 48
    assert burn.forecast(12).odds_used_up == 0


def test_nothing_spent_yet_leaves_the_rate_low_and_the_interval_wide():
    rates = []
    for months in (1, 3, 6, 10):
        burn = fit_burn_rate(by_month(*[0.0] * months), money_wan=120.0)
        ahead = burn.forecast(12)
        assert 0 <= ahead.low < ahead.mean < 120
        assert ahead.low == 0 and ahead.high > 0
        rates.append(burn.rate_wan)
    assert rates == sorted(rates, reverse=True)
    assert rates[0] < 10


# What is refused.


@pytest.mark.parametrize(
    "money", [0, -5, np.nan, np.inf, True, "12", "x", [1], pd.NA, 10**400, 1e-300, 1e308], ids=repr
)
def test_money_that_is_no_amount_is_refused(money):
    with pytest.raises(PlanError) as caught:
        fit_burn_rate(MONTHS, money_wan=money)
    assert f"资金为 {money} 万元" in caught.value.zh
    assert f"The money is {money} (10,000)" in caught.value.en


@pytest.mark.parametrize("months", [0, 601, -1, 1.5, 12.0, True, "12", None, np.nan], ids=repr)
def test_a_span_that_is_none_is_refused(months):
    with pytest.raises(PlanError) as caught:
        fit_burn_rate(MONTHS, money_wan=100.0, months=months)
    assert f"months 为 {months}：须为 1 至 600 的整数" in caught.value.zh
    assert f"months is {months}: it must be a whole number" in caught.value.en


@pytest.mark.parametrize("seed", [-1, 1.0, True, "1", None], ids=repr)
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(PlanError) as caught:
        fit_burn_rate(MONTHS, money_wan=100.0, seed=seed)
    assert f"seed 为 {seed}：须为不小于 0 的整数" in caught.value.zh
    assert f"seed is {seed}: it must be a whole number of at least 0" in caught.value.en


def test_a_month_beyond_all_is_refused():
    with pytest.raises(PlanError, match=r"Month 601 is too far ahead: .* is 600"):
        fit_burn_rate(MONTHS, money_wan=100.0).forecast(601)


@pytest.mark.parametrize("month", [4, 0, -1, 7.0, True, "12", None, np.nan], ids=repr)
def test_a_month_that_is_not_ahead_is_refused(month):
    burn = fit_burn_rate(MONTHS)
    for ask in (burn.forecast, burn.paths):
        with pytest.raises(PlanError) as caught:
            ask(month)
        assert f"{month} 月不晚于最后有实际支出的 4 月" in caught.value.zh
        assert f"Month {month} is not after month 4" in caught.value.en


def test_no_payment_and_no_money_set_no_scale():
    for paid in ([0.0, 0.0], [-3.0, 0.0]):
        with pytest.raises(PlanError) as caught:
            fit_burn_rate(by_month(*paid))
        assert "无从设定先验" in caught.value.zh
        assert "Give money_wan" in caught.value.en


def test_wrong_spending_is_refused_as_it_is_read():
    with pytest.raises(PlanError, match="row 3: amount_wan is nan"):
        fit_burn_rate(by_month(1.0, np.nan), money_wan=10.0)


# Whether it is right as often as it says.


def years_of_the_model(random, years):
    """Draw years of spending from what the model assumes beforehand: 12 万元, 1 a month."""
    odds, fading, renewal = np.array(list(burn_rate.HYPOTHESES.values())).T
    which = random.choice(len(odds), size=years, p=odds)
    kept, renewal = fading[which], renewal[which]
    lump = random.choice(burn_rate.LUMPS, size=years)
    throttle = random.choice(burn_rate.THROTTLES, size=years)
    shape, rate = np.ones(years), random.exponential(size=years)
    spent = np.zeros((years, 13))
    for month in range(12):
        if month:
            fades = kept < 1
            a, b = kept[fades] * shape[fades], (1 - kept[fades]) * shape[fades]
            rate[fades] *= random.beta(a, b) / kept[fades]
            new = random.random(years) < renewal
            rate = np.where(new, random.gamma(0.4, size=years) / 0.4, rate)
            shape = np.where(new, 0.4, kept * shape)
        left = 1 - spent[:, month] / 12
        free = np.where(throttle > left, left / np.maximum(throttle, 1e-9), 1)
        lumps = random.poisson(rate * free / lump)
        shape = shape + lumps
        paid = np.where(lumps > 0, (lumps + random.uniform(-0.5, 0.5, size=years)) * lump, 0)
        spent[:, month + 1] = np.minimum(spent[:, month] + paid, 12)
    return np.diff(spent, axis=1)


@pytest.mark.parametrize("known", [1, 3, 6, 9])
def test_years_drawn_from_the_model_lie_in_the_interval_as_often_as_it_says(known):
    years, rounding = 150, 1e-9
    random = np.random.default_rng([7, known])
    within = covered = 0
    for seed, paid in enumerate(years_of_the_model(random, years)):
        burn = fit_burn_rate(by_month(*paid[:known]), money_wan=12.0, seed=seed)
        spent, actual = burn.paths(12)[-1], paid.sum()
        low, high = np.quantile(spent, [0.05, 0.95])
        covered += low - rounding <= actual <= high + rounding
        # Nothing more paid, or all the money, has odds of its own: a tie is broken by chance.
        ties = np.isclose(spent, actual, rtol=0, atol=rounding)
        place = (spent < actual)[~ties].sum() + random.random() * ties.sum()
        within += 0.05 <= place / len(spent) <= 0.95
    least, most = stats.binom(years, 0.9).interval(0.999)
    assert least <= within <= most
    assert covered >= least
