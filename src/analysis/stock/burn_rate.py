"""The rate at which money is actually spent, learned from spending, and where it leads.

The rate is never observed: what is paid in a period comes in lumps, the rate itself may move, and
payments may be throttled where little money is left. Hypotheses about the movement stand beside
each other, each with and without the throttle, and with lumps of several sizes. All keep a Gamma
distribution of the rate, which a period of spending updates in closed form; how well each foresaw
the spending decides how much it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import PlanError
from analysis.short_repr import ShortRepr
from analysis.stock.plan import is_whole
from analysis.stock.spending import LONGEST, SAME, real_number, spending_periods
from analysis.words import refusal

# Hypothesis: its odds beforehand, what is left of the past after a month, and the odds of a rate
# that is new altogether in any month.
HYPOTHESES = {
    "steady": (0.4, 1.0, 0.0),
    "fading": (0.2, 0.9, 0.0),
    "renewed": (0.4, 1.0, 0.2),
}
# From which part of the money on payments fall in proportion to what is left; 0: never. Both have
# the same odds.
THROTTLES = (0.0, 0.5)
# Sizes of a lump, as parts of a month's spending beforehand; all have the same odds.
LUMPS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
# Shape of the Gamma distribution beforehand, and of a rate that is new: below 1 it may well be next
# to nothing, as when a programme stops.
PRIOR_SHAPE, RENEWED_SHAPE = 1.0, 0.4
PATHS = 4000
# Amounts of money that can be reckoned with, from a thousandth of a fen to more than there is.
MONEY_WAN = (1e-9, 1e12)
# Part of the money taken as left where none is: a rate that pays nothing could not be weighed.
LEAST_LEFT = 1e-9
# Components that count less than this are dropped.
NEGLIGIBLE = 1e-12

Vector = NDArray[np.float64]


class Forecast(NamedTuple):
    """Cumulative spending at the end of a month.

    Parameters
    ----------
    mean, low, high : float, 万元
        Mean, and the ends of the 90 % interval.
    odds_used_up : float
        Odds that all money is spent by then; 0 without ceiling.
    """

    mean: float
    low: float
    high: float
    odds_used_up: float


@dataclass(frozen=True, eq=False, repr=False)
class BurnRate(ShortRepr):
    """What is known of the rate of spending after the last period of actual spending.

    Parameters
    ----------
    spent_wan : float, 万元
        Sum of all periods.
    last_month : int
        Last month with actual spending.
    step_months : int
        Usual length of a period: forecasts move in steps of it.
    money_wan : float, 万元
        Ceiling of cumulative spending; infinite where it is not known or already passed.
    prior_wan : float, 万元 a month
        Mean rate assumed before any spending was seen.
    components : DataFrame, a row for each component of the distribution
        ``hypothesis``, ``throttle``, ``lump_wan``, ``fading``, ``renewal``; ``odds``, which add up
        to 1; and ``shape`` and ``months_per_wan`` of the Gamma distribution of the rate.
    seed : int
    """

    next_step = "burn.forecast(12)"

    spent_wan: float
    last_month: int
    step_months: int
    money_wan: float
    prior_wan: float
    components: pd.DataFrame
    seed: int

    @property
    def rate_wan(self) -> float:
        """Mean of the rate in the last period, 万元 a month."""
        rates = self.components["shape"] / self.components["months_per_wan"]
        return float((self.components["odds"] * rates).sum())

    @property
    def hypotheses(self) -> pd.Series:
        """Odds of each hypothesis, by name."""
        odds = self.components.groupby("hypothesis")["odds"].sum()
        return odds.reindex(list(HYPOTHESES), fill_value=0.0)

    def forecast(self, month: int) -> Forecast:
        """Forecast the cumulative spending at the end of a month.

        Parameters
        ----------
        month : int
            After `last_month`, at most 600.

        Returns
        -------
        Forecast
            Months that no period covers are not in it.

        Raises
        ------
        PlanError
            If the month is none, or not after the last with actual spending.
        """
        return self.forecast_of(self.paths(month)[-1])

    def forecast_of(self, spent: Vector) -> Forecast:
        """Return the forecast for a month whose cumulative spending was drawn: a row of `paths`."""
        low, high = np.quantile(spent, [0.05, 0.95])
        used_up = (spent >= self.money_wan).mean()
        return Forecast(float(spent.mean()), float(low), float(high), float(used_up))

    def paths(self, month: int) -> Vector:
        """Draw cumulative spending from the last period to a month.

        Parameters
        ----------
        month : int
            As in `forecast`.

        Returns
        -------
        array, shape (K, 4000), 万元
            At the end of each month up to `month`. The first months do not depend on how many
            are asked for.
        """
        last = self.last_month
        if not is_whole(month, last + 1):
            raise refusal(PlanError, "spending.past_month", month=month, last=last)
        if month > LONGEST:
            raise refusal(PlanError, "spending.far_month", month=month, most=LONGEST)
        steps = -(-(month - last) // self.step_months)
        ends = np.vstack([np.full(PATHS, self.spent_wan), _draw_ends(self, steps)])
        places = np.arange(1, month - last + 1) / self.step_months
        before = places.astype(int)
        after = np.minimum(before + 1, steps)
        # In this form equal ends give the same, to the last bit: all the money stays all of it.
        part = (places - before)[:, None]
        spent: Vector = ends[before] + (ends[after] - ends[before]) * part
        return spent


def fit_burn_rate(
    spending: pd.DataFrame, *, money_wan: float | None = None, months: int = 12, seed: int = 1
) -> BurnRate:
    """Learn the rate of spending of one unit from what it has actually paid.

    Beforehand the rate has a Gamma distribution of shape 1, whose mean spends the money evenly in
    `months`; without known money the mean is that of the spending itself. Money paid in *m* months
    at the rate *λ* counts as *y/s* lumps of size *s*, Poisson with mean *λm/s*: from shape *a* and
    *b* months per 万元 follow *a + y/s* and *b + m/s*. Between periods the rate stays (`steady`),
    keeps 0.9 of *a* and *b* a month (`fading`), or is new with odds of 20 % a month (`renewed`),
    with shape 0.4 and the mean beforehand. Each comes with and without a throttle: where less than
    half of the money was left before a period, its *m* counts in proportion to what was left.
    Refunds beyond the payments of a period count as no payment.

    Parameters
    ----------
    spending : DataFrame
        As in `analysis.stock.spending.spending_periods`; months may be missing.
    money_wan : float, optional, 万元
        All money that can be spent: cumulative spending never passes it. A unit that has spent
        more already has no ceiling.
    months : int
        Months that the money is meant to last.
    seed : int
        Of the forecasts' draws, at least 0.

    Returns
    -------
    BurnRate

    Raises
    ------
    PlanError
        If the spending cannot be read, the money, months or seed are out of range, or there is
        neither money nor spending to set the mean by.

    Source
    ------
    Gamma distributions that fade: Smith, R. L. and Miller, J. E. (1986), *Journal of the Royal
    Statistical Society B* 48 (1). Rates that are new: Adams, R. P. and MacKay, D. J. C. (2007),
    "Bayesian online changepoint detection".

    Examples
    --------
    >>> spending = pd.DataFrame({"month": [3, 5, 6], "cumulative_wan": [24.0, 40.0, 48.0]})
    >>> burn = fit_burn_rate(spending, money_wan=100.0)
    >>> burn.spent_wan, round(burn.rate_wan)
    (48.0, 8)
    >>> ahead = burn.forecast(12)
    >>> 48 <= ahead.low < ahead.mean < ahead.high <= 100
    True
    """
    periods = spending_periods(spending)
    spent = float(periods["paid_wan"].sum())
    if not is_whole(months, 1, LONGEST):
        raise refusal(PlanError, "spending.bad_span", value=months)
    if not is_whole(seed, 0):
        raise refusal(PlanError, "spending.bad_seed", value=seed)
    prior = _prior(periods, money_wan, months)
    money = np.inf if money_wan is None else float(money_wan)
    parts, spent_before = _beforehand(prior), 0.0
    before = int(periods["first"].iloc[0]) - 1
    for place, (first, last, paid) in enumerate(periods.itertuples(index=False)):
        if place:
            parts = _moved(parts, last - before, prior)
        left = 1 - spent_before / money
        # Where more was spent than there is, there is other money, and nothing is throttled.
        left = 1.0 if left < -SAME else max(left, LEAST_LEFT)
        free = _unthrottled(parts.throttle, left)
        parts = _updated(parts, max(paid, 0.0), (last - first + 1) * free)
        before, spent_before = last, spent_before + paid
    lengths = periods["last"] - periods["first"] + 1
    passed = spent > money * (1 + SAME)
    return BurnRate(
        spent_wan=spent,
        last_month=int(before),
        step_months=int(np.median(lengths)),
        money_wan=np.inf if passed else max(money, spent),
        prior_wan=prior,
        components=pd.DataFrame(parts._asdict()),
        seed=seed,
    )


class _Parts(NamedTuple):
    """The components, an array each."""

    hypothesis: NDArray[np.str_]
    throttle: Vector
    lump_wan: Vector
    fading: Vector
    renewal: Vector
    odds: Vector
    shape: Vector
    months_per_wan: Vector

    def some(self, which: Any) -> _Parts:
        return _Parts(*(column[which] for column in self))


def _prior(periods: pd.DataFrame, money_wan: float | None, months: int) -> float:
    if money_wan is not None:
        money = real_number(money_wan)
        if not MONEY_WAN[0] <= money <= MONEY_WAN[1]:
            least, most = (f"{end:g}" for end in MONEY_WAN)
            raise refusal(PlanError, "spending.bad_money", value=money_wan, least=least, most=most)
        return money / months
    covered = float((periods["last"] - periods["first"] + 1).sum())
    paid = float(periods["paid_wan"].clip(lower=0).sum())
    if paid == 0:
        raise refusal(PlanError, "spending.no_scale")
    return paid / covered


def _beforehand(prior: float) -> _Parts:
    rows = [
        (name, throttle, lump * prior, fading, renewal, odds / len(LUMPS) / len(THROTTLES))
        for name, (odds, fading, renewal) in HYPOTHESES.items()
        for throttle in THROTTLES
        for lump in LUMPS
    ]
    names, throttle, lump, fading, renewal, odds = map(np.array, zip(*rows, strict=True))
    shape = np.full(len(rows), PRIOR_SHAPE)
    return _Parts(names, throttle, lump, fading, renewal, odds, shape, shape / prior)


def _moved(parts: _Parts, months: int, prior: float) -> _Parts:
    """Let the rate move for some months: fade, or be new."""
    kept, same = parts.fading**months, (1 - parts.renewal) ** months
    moved = parts._replace(
        odds=parts.odds * same,
        shape=parts.shape * kept,
        months_per_wan=parts.months_per_wan * kept,
    )
    # Rates that are new are alike, but for what else their component supposes.
    alike = np.column_stack((parts.throttle, parts.lump_wan, parts.renewal))
    _, first, which = np.unique(alike, axis=0, return_index=True, return_inverse=True)
    odds: Vector = np.bincount(which.ravel(), weights=parts.odds * (1 - same)).astype(np.float64)
    shape = np.full(len(first), RENEWED_SHAPE)
    new = parts.some(first)._replace(odds=odds, shape=shape, months_per_wan=shape / prior)
    new = new.some(new.odds > 0)
    return _Parts(*(np.concatenate(columns) for columns in zip(moved, new, strict=True)))


def _unthrottled(throttle: Vector, left: Vector | float) -> Vector:
    """Return the part of its rate that is paid where a part of the money is left."""
    left = np.broadcast_to(left, throttle.shape)
    return np.divide(left, throttle, out=np.ones_like(throttle), where=throttle > left)


def _updated(parts: _Parts, paid: float, months: Vector) -> _Parts:
    """Weigh the components by how well they foresaw a period, and update them."""
    from scipy.special import gammaln

    shape, time = parts.shape, parts.months_per_wan
    lumps, exposure = paid / parts.lump_wan, months / parts.lump_wan
    # Negative binomial; as a density where something was paid.
    log_odds = gammaln(shape + lumps) - gammaln(shape) - gammaln(lumps + 1)
    log_odds += shape * np.log(time / (time + exposure))
    if paid:
        log_odds += lumps * np.log(exposure / (time + exposure)) - np.log(parts.lump_wan)
    log_odds += np.log(parts.odds)
    odds = np.exp(log_odds - log_odds.max())
    odds /= odds.sum()
    kept = odds > NEGLIGIBLE
    updated = parts._replace(
        odds=odds / odds[kept].sum(), shape=shape + lumps, months_per_wan=time + exposure
    )
    return updated.some(kept)


def _draw_ends(burn: BurnRate, steps: int) -> Vector:
    """Draw cumulative spending at the end of each step, shape (steps, PATHS)."""
    random = np.random.default_rng(burn.seed)
    table = burn.components
    drawn = table.iloc[random.choice(len(table), size=PATHS, p=table["odds"].to_numpy())]
    lump, shape = drawn["lump_wan"].to_numpy(), drawn["shape"].to_numpy().copy()
    rate = random.gamma(shape) / drawn["months_per_wan"].to_numpy()
    kept, throttle = drawn["fading"].to_numpy() ** burn.step_months, drawn["throttle"].to_numpy()
    renewed = 1 - (1 - drawn["renewal"].to_numpy()) ** burn.step_months
    spent = np.full(PATHS, burn.spent_wan)
    ends = np.empty((steps, PATHS))
    for step in range(steps):
        rate, shape = _moved_rate(random, rate, shape, kept)
        new = random.random(PATHS) < renewed
        fresh = random.gamma(RENEWED_SHAPE, size=PATHS) * burn.prior_wan / RENEWED_SHAPE
        rate, shape = np.where(new, fresh, rate), np.where(new, RENEWED_SHAPE, shape)
        lumps = random.poisson(
            rate * _unthrottled(throttle, 1 - spent / burn.money_wan) * burn.step_months / lump
        )
        # Sizes between two whole numbers of lumps occur, too.
        paid = (lumps + random.random(PATHS) - 0.5) * lump * (lumps > 0)
        shape = shape + lumps
        spent = np.minimum(spent + paid, burn.money_wan)
        ends[step] = spent
    return ends


def _moved_rate(
    random: np.random.Generator, rate: Vector, shape: Vector, kept: Vector
) -> tuple[Vector, Vector]:
    """Let rates fade: the mean stays, the shape falls to what is kept of it."""
    fades = kept < 1
    part = np.ones_like(rate)
    part[fades] = random.beta((kept * shape)[fades], ((1 - kept) * shape)[fades]) / kept[fades]
    return rate * part, shape * kept
