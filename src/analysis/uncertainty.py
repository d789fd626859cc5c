"""How far rounded money and uncertain need leave each unit's ratio, rank and side of 1 open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import MeasureError
from analysis.kept import kept
from analysis.statuses import status_of, weakest, with_status
from analysis.unit_values import check_whole, comparable, unit_values
from analysis.words import refusal

# The 90 % interval leaves 5 % of the draws beyond each end: at these odds, and no sooner, the
# whole interval of the ratio lies on one side of 1, so verdict and interval never disagree.
SURE = 0.95
# 0.1 + 0.2 is not 0.3 in binary: figures this close, relatively, are the same figure.
SAME = 1e-12
# Cells worked on at once: 2,850 units x 4,000 draws would fill 90 MB for every step.
BLOCK_CELLS = 1_000_000
# Ends of an interval nearer to each other than this part of themselves print alike.
VISIBLE = 1e-3
NEED = ["persons", "low", "high"]
MOST_DRAWS, LEAST_DRAWS, CELLS = 40_000, 4_000, 4_000_000
COLUMNS = [
    *(
        f"{name}_{end}"
        for name in ("ratio", "need_share", "yuan_per_person", "rank")
        for end in ("low", "high")
    ),
    "odds_above",
    "odds_above_rounding",
]

Matrix = NDArray[np.float64]


@kept(maxsize=16)
def share_uncertainty(
    amount_wan: pd.Series,
    need: pd.DataFrame,
    *,
    rounding_wan: float | pd.Series,
    draws: int | None = None,
    seed: int,
) -> pd.DataFrame:
    """Draw money and need within their bounds and see what stays true of each unit's ratio.

    Money is uniform in the interval it was rounded in. Need lies between its bounds with the
    count at the peak: triangular in the logarithm, where half and double are equally far from
    the count, or triangular in persons where the lower bound is 0. Every unit is drawn on its
    own. An error common to all units, such as one coverage rate that is too high everywhere,
    cancels in shares, ratios and ranks. It does not in the amount per person, whose interval
    leaves it out, too.

    A unit's draws depend on the seed and its code alone: not on the order of the units or its
    neighbours. Its ratio and rank do depend on the neighbours, through the totals.

    Parameters
    ----------
    amount_wan : Series, index unit_code, 万元
        Money of every unit, at least 0. Exactly 0 is no money at all, not a rounded figure.
    need : DataFrame, index unit_code
        ``persons``, ``low`` and ``high`` with low <= persons <= high; equal where the count is
        exact. Leave a unit out, or its row empty, where it has no need by nature.
    rounding_wan : float or Series by unit, 万元
        Width of the interval an amount was rounded in: 1 where 32 stands for 31.5 to 32.5,
        0 where it is exact.
    draws : int, optional
        At least 20, below which no share of the draws is 5 %. By default 40,000 for up to 100
        units, fewer for more: the odds of 5 % and 95 %, on which verdicts turn, then have a
        standard error of 0.1 to 0.3 points.
    seed : int
        At least 0.

    Returns
    -------
    DataFrame, index unit_code as in `amount_wan`
        ``ratio_low``, ``ratio_high``, ``need_share_low``, ``need_share_high``,
        ``yuan_per_person_low``, ``yuan_per_person_high``, ``rank_low``, ``rank_high``: the
        middle 90 % of the draws, each end a value that was drawn. Rank 1 is the highest ratio;
        equal ratios share their mean rank. ``odds_above``: odds that the ratio is above 1, a
        draw at exactly 1 counting half. ``odds_above_rounding``: the same with need at its
        count. ``verdict``: `above` (odds of at least `SURE`), `below` (at most 1 - `SURE`),
        `even` (exactly 1 in every draw), `undecided`, or `none` (no need figure, or neither
        money nor need). ``rests_on``, for an undecided unit: `rounding` if rounding alone
        leaves it undecided, else `need`.

    Raises
    ------
    MeasureError
        If a figure is missing, negative or infinite, bounds are out of order, a unit is
        repeated or unknown, a total is 0, or `draws` or `seed` is not a whole number in range.

    Examples
    --------
    >>> amount = pd.Series({"a": 32.0, "b": 30.0})
    >>> need = pd.DataFrame({"persons": 500, "low": [500, 250], "high": [500, 1000]}, ["a", "b"])
    >>> table = share_uncertainty(amount, need, rounding_wan=1, seed=1)
    >>> table.loc["a", ["verdict", "rests_on"]].tolist()
    ['undecided', 'need']
    """
    if draws is None:
        draws = min(MOST_DRAWS, max(LEAST_DRAWS, CELLS // max(1, len(need))))
    check_whole("draws", draws, 20)
    check_whole("seed", seed, 0)
    if need.empty:
        return pd.DataFrame(np.nan, amount_wan.index, COLUMNS).assign(verdict="none", rests_on="")
    units = _comparable(amount_wan, need, rounding_wan)
    # Neither money nor need: the unit moves no total and has no ratio to rank.
    idle = (units["amount"] == 0) & (units["high"] == 0)
    some = units[~idle]
    amount, persons = _draw(some, draws, seed)
    table = _summary(some, amount, persons).reindex(amount_wan.index)
    table.loc[units.index[idle], ["need_share_low", "need_share_high"]] = 0.0
    table = table.fillna({"verdict": "none", "rests_on": ""})
    both = [status_of(amount_wan), status_of(need, "persons")]
    return with_status(table, dict.fromkeys(COLUMNS, weakest(both, at_least="estimate")))


def visible_intervals(
    doubt: pd.DataFrame, *figures: Literal["ratio", "need_share", "yuan_per_person"]
) -> pd.DataFrame:
    """Return the columns of intervals whose two ends a reader can tell apart.

    Parameters
    ----------
    doubt : DataFrame, index unit_code
        Of `share_uncertainty`.
    figures : str
        Whose intervals; by default those of all three.

    Returns
    -------
    DataFrame, index unit_code
        With the ratio's interval come its odds and ranks. None of the columns where counts and
        amounts are exact: nothing is uncertain then.
    """
    shown: list[str] = []
    for name in figures or ("ratio", "need_share", "yuan_per_person"):
        low, high = (doubt[f"{name}_{end}"].astype(float) for end in ("low", "high"))
        if (high > low * (1 + VISIBLE)).any():
            shown += [f"{name}_low", f"{name}_high"]
    if "ratio_low" in shown:
        shown += ["odds_above", "rank_low", "rank_high"]
    return doubt[shown]


def _draw(units: pd.DataFrame, draws: int, seed: int) -> tuple[Matrix, Matrix]:
    """Return money and persons, each of shape (units, draws)."""
    amount = np.repeat(units["amount"].to_numpy()[:, None], draws, axis=1)
    persons = np.repeat(units["persons"].to_numpy()[:, None], draws, axis=1)
    for row, (code, given, width, count, low, high) in enumerate(units.itertuples(name=None)):
        rounded, uncertain = given > 0 and width > 0, low < high
        if not (rounded or uncertain):
            continue
        own = np.random.SeedSequence(seed, spawn_key=tuple(str(code).encode()))
        # In (0, 1]: a draw of no money or nobody at all would divide 0 by 0.
        u = 1 - np.random.default_rng(own).random((2, draws))
        if rounded:
            least, most = max(0.0, given - width / 2), given + width / 2
            amount[row] = least + (most - least) * u[0]
        if uncertain and low > 0:
            log_low, log_high = np.log(low / count), np.log(high / count)
            persons[row] = count * np.exp(_triangular(log_low, 0.0, log_high, u[1]))
        elif uncertain:
            persons[row] = _triangular(low, count, high, u[1])
    return amount, persons


def _triangular(low: float, mode: float, high: float, u: Matrix) -> Matrix:
    """Return the triangular quantiles of `u`."""
    span = high - low
    left = (mode - low) / span
    rising, falling = np.sqrt(u * left), np.sqrt((1 - u) * (1 - left))
    drawn: Matrix = np.where(u < left, low + span * rising, high - span * falling)
    return drawn


def _summary(units: pd.DataFrame, amount: Matrix, persons: Matrix) -> pd.DataFrame:
    """Return the table of the drawn units."""
    ranks = _ranks(amount, persons)
    money, people = amount.sum(axis=0), persons.sum(axis=0)
    count = units["persons"].to_numpy()[:, None]
    counted = count / count.sum()
    blocks = []
    for at in _blocks(*amount.shape):
        # A unit may have no need, or no count where the bounds allow some: infinite or empty.
        with np.errstate(divide="ignore", invalid="ignore"):
            share, need_share = amount[at] / money, persons[at] / people
            ratio, by_rounding = share / need_share, share / counted[at]
            per_person = amount[at] * 10_000 / persons[at]
        block: dict[str, Any] = {}
        for name, drawn in (
            ("ratio", ratio),
            ("need_share", need_share),
            ("yuan_per_person", per_person),
            ("rank", ranks[at]),
        ):
            block[f"{name}_low"], block[f"{name}_high"] = _middle(drawn)
        block["odds_above"], verdict = _side_of_one(ratio)
        block["odds_above_rounding"], alone = _side_of_one(by_rounding)
        cause = np.where(alone == "undecided", "rounding", "need")
        block["verdict"] = verdict
        block["rests_on"] = np.where(verdict == "undecided", cause, "")
        blocks.append(pd.DataFrame(block, index=units.index[at]))
    return pd.concat(blocks)


def _side_of_one(ratio: Matrix) -> tuple[Matrix, NDArray[np.str_]]:
    """Return each row's odds of being above 1, and its verdict; empty for a row of 0/0."""
    even = np.abs(ratio - 1) <= SAME
    odds = ((ratio > 1) & ~even).mean(axis=1) + even.mean(axis=1) / 2
    odds[np.isnan(ratio[:, 0])] = np.nan
    verdict = np.select(
        [np.isnan(odds), even.all(axis=1), odds >= SURE, odds <= 1 - SURE],
        ["none", "even", "above", "below"],
        "undecided",
    )
    return odds, verdict


def _middle(drawn: NDArray[np.floating]) -> tuple[Matrix, Matrix]:
    """Return the ends of each row's middle 90 %: order statistics, since inf - inf is no number."""
    first = int((1 - SURE) * drawn.shape[1])
    last = drawn.shape[1] - 1 - first
    ordered = np.partition(drawn, (first, last), axis=1)
    return ordered[:, first].astype(np.float64), ordered[:, last].astype(np.float64)


def _ranks(amount: Matrix, persons: Matrix) -> NDArray[np.float32]:
    """Return each unit's rank in each draw; halves up to 8 million are exact in 32 bits."""
    ranks = np.empty(amount.shape, dtype=np.float32)
    for at in _blocks(*amount.shape[::-1]):
        with np.errstate(divide="ignore"):
            part, power = np.frexp(amount[:, at] / persons[:, at])
        supply = np.ldexp(np.round(part / SAME) * SAME, power)
        ranks[:, at] = pd.DataFrame(supply).rank(ascending=False)
    return ranks


def _blocks(rows: int, columns: int) -> Iterator[slice]:
    step = max(1, BLOCK_CELLS // columns)
    return (slice(start, start + step) for start in range(0, rows, step))


def _comparable(
    amount_wan: pd.Series, need: pd.DataFrame, rounding_wan: float | pd.Series
) -> pd.DataFrame:
    """Return the checked figures of the units with need, in the order of their codes.

    One order for every caller: a sum of floats depends on it in the last digit.
    """
    missing = [name for name in NEED if name not in need]
    if missing:
        raise refusal(MeasureError, "refusal.need_column", name=missing[0])
    amount = unit_values(amount_wan, "金额", "amount_wan")
    width = unit_values(rounding_wan, "舍入宽度", "rounding_wan", like=amount)
    given = need[NEED].dropna(how="all")
    known = pd.DataFrame({name: unit_values(given[name], f"需求 {name}", name) for name in NEED})
    comparable(amount, known["persons"])
    wrong = known[(known["low"] > known["persons"]) | (known["persons"] > known["high"])]
    if len(wrong):
        row = {name: wrong[name].iloc[0] for name in NEED}
        raise refusal(MeasureError, "refusal.need_bounds", unit=wrong.index[0], **row)
    units = known.loc[sorted(known.index, key=str)]
    units.insert(0, "amount", amount.reindex(units.index))
    units.insert(1, "width", width.reindex(units.index))
    return units
