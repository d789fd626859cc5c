"""Drawn ratios against closed forms, and against scipy's distributions and ranks draw by draw."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import MeasureError
from analysis.shares import share_table
from analysis.uncertainty import SURE, share_uncertainty

DRAWS = 40_000
# Two-sided odds of a correct program beyond this many standard errors: 6 in 100,000.
ERRORS = 4
PER_PERSON = ["yuan_per_person_low", "yuan_per_person_high"]


def needs(**rows):
    """Return a need table from code=(low, persons, high)."""
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["low", "persons", "high"])
    return frame.astype(float)


def own_uniforms(code, draws, seed):
    own = np.random.SeedSequence(seed, spawn_key=tuple(code.encode()))
    return 1 - np.random.default_rng(own).random((2, draws))


def triangular(low, mode, high):
    return stats.triang((mode - low) / (high - low), loc=low, scale=high - low)


def drawn_by_scipy(amount, need, width, draws, seed):
    """Draw every unit's money and need by scipy's quantile functions, units by draws."""
    money, people = np.empty((2, len(need), draws))
    for row, (code, low, persons, high) in enumerate(need.itertuples(name=None)):
        for_money, for_need = own_uniforms(code, draws, seed)
        money[row], people[row] = amount[code], persons
        if amount[code] > 0 and width > 0:
            least, most = max(0, amount[code] - width / 2), amount[code] + width / 2
            money[row] = stats.uniform.ppf(for_money, least, most - least)
        if low < high and low > 0:
            logs = triangular(*np.log([low, persons, high]))
            people[row] = np.exp(logs.ppf(for_need))
        elif low < high:
            people[row] = triangular(low, persons, high).ppf(for_need)
    return money, people


def table_by_scipy(amount, need, width, draws, seed):
    """Return the numbers of the table by brute force; for units with money or need only."""
    money, people = drawn_by_scipy(amount, need, width, draws, seed)
    counts = need["persons"].to_numpy()[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = money / money.sum(axis=0)
        ratio = share / (people / people.sum(axis=0))
        by_rounding = share / (counts / counts.sum())
        drawn = {
            "ratio": ratio,
            "need_share": people / people.sum(axis=0),
            "yuan_per_person": money * 10_000 / people,
            "rank": stats.rankdata(-money / people, axis=0),
        }
    # The most draws that are together at most 5 %, left out at each end.
    beyond = draws // 20
    columns = {}
    for name, values in drawn.items():
        ordered = np.sort(values, axis=1)
        columns[f"{name}_low"] = ordered[:, beyond]
        columns[f"{name}_high"] = ordered[:, -1 - beyond]
    for name, values in (("odds_above", ratio), ("odds_above_rounding", by_rounding)):
        even = np.isclose(values, 1, rtol=1e-12, atol=0)
        odds = np.where(even, 0.5, values > 1).mean(axis=1)
        columns[name] = np.where(np.isnan(values).any(axis=1), np.nan, odds)
    return pd.DataFrame(columns, index=need.index)


@st.composite
def cases(draw):
    """Return amounts, needs and a rounding width; some units rich, some without money or need."""
    n = draw(st.integers(1, 7))
    codes = [f"{650000 + i}" for i in range(n)]
    amounts = st.one_of(
        st.just(0), st.floats(0.1, 4), st.integers(1, 60), st.just(42_000), st.floats(0.1, 99)
    )
    amount = pd.Series(draw(st.lists(amounts, min_size=n, max_size=n)), codes, dtype=float)
    rows = [sorted(draw(st.tuples(*[st.integers(0, 900)] * 3))) for _ in codes]
    exact = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    rows = [[row[1]] * 3 if fixed else row for row, fixed in zip(rows, exact, strict=True)]
    need = pd.DataFrame(rows, codes, ["low", "persons", "high"], dtype=float)
    # The first unit has both, so that there are shares.
    amount.iloc[0] += 1
    need.iloc[0] += 1
    return amount, need, draw(st.sampled_from([0.0, 1.0, 10.0]))


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(0, 99), st.sampled_from([20, 99, 200]))
def test_the_table_is_that_of_scipys_draws_and_ranks(case, seed, draws):
    amount, need, width = case
    table = share_uncertainty(amount, need, rounding_wan=width, draws=draws, seed=seed)
    some = need[(amount > 0) | (need["high"] > 0)]
    expected = table_by_scipy(amount, some, width, draws, seed)
    pd.testing.assert_frame_equal(table.loc[some.index, expected.columns], expected, rtol=1e-9)
    nothing = table.drop(some.index)
    assert (nothing["verdict"] == "none").all()
    assert nothing[["ratio_low", "odds_above", "rank_low"]].isna().all(axis=None)


@pytest.mark.parametrize("width", [0.5, 1, 10])
def test_rounded_money_is_never_below_0(width):
    amount = pd.Series({"a": 0.2, "b": 3.0, "c": 40.0})
    need = needs(a=(4, 5, 9), b=(30, 30, 30), c=(100, 300, 600))
    table = share_uncertainty(amount, need, rounding_wan=width, draws=2000, seed=6)
    expected = table_by_scipy(amount, need, width, 2000, 6)
    pd.testing.assert_frame_equal(table[expected.columns], expected, rtol=1e-9)
    assert (table["yuan_per_person_low"] > 0).all()


@pytest.mark.parametrize(
    ("low", "persons", "high"), [(250, 500, 1000), (300, 310, 2000), (500, 500, 700), (0, 400, 900)]
)
@pytest.mark.parametrize("share", [0.35, 0.5, 0.6])
def test_one_uncertain_need_has_its_odds_in_closed_form(low, persons, high, share):
    amount = pd.Series({"a": 100 * share, "b": 100 * (1 - share)})
    need = needs(a=(450, 450, 450), b=(low, persons, high))
    table = share_uncertainty(amount, need, rounding_wan=0, draws=DRAWS, seed=21)
    # The ratio of a is above 1 where b needs more than this.
    limit = 450 * (1 - share) / share
    if low > 0:
        odds = triangular(*np.log([low, persons, high])).sf(np.log(limit))
    else:
        odds = triangular(low, persons, high).sf(limit)
    error = np.sqrt(odds * (1 - odds) / DRAWS)
    assert abs(table.loc["a", "odds_above"] - odds) <= ERRORS * error
    assert table["odds_above"].sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("gap", [-1.2, -0.9, -0.3, 0, 0.5])
def test_rounding_alone_has_its_odds_in_closed_form(gap):
    amount = pd.Series({"a": 32 + gap, "b": 32.0})
    need = needs(a=(500, 500, 500), b=(500, 500, 500))
    table = share_uncertainty(amount, need, rounding_wan=1, draws=DRAWS, seed=4)
    # The difference of two uniforms is triangular from -1 to 1.
    odds = triangular(-1, 0, 1).cdf(gap)
    error = np.sqrt(odds * (1 - odds) / DRAWS)
    assert abs(table.loc["a", "odds_above"] - odds) <= ERRORS * error
    assert (table["odds_above"] == table["odds_above_rounding"]).all()
    undecided = 1 - SURE < odds < SURE
    assert (table["rests_on"] == ("rounding" if undecided else "")).all()


@settings(max_examples=40, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_units_and_institutions_change_nothing(case, random):
    amount, need, width = case
    table = share_uncertainty(amount, need, rounding_wan=width, draws=50, seed=1)
    amount["institution"] = 5.0
    widths = pd.Series(width, amount.index)
    shuffled = [frame.loc[random.sample([*frame.index], len(frame))] for frame in (amount, need)]
    again = share_uncertainty(*shuffled, rounding_wan=widths, draws=50, seed=1)
    assert [*again.index] == [*shuffled[0].index]
    pd.testing.assert_frame_equal(again.loc[table.index], table, check_exact=True)
    assert again.loc["institution"].drop(["verdict", "rests_on"]).isna().all()
    assert again.loc["institution", ["verdict", "rests_on"]].tolist() == ["none", ""]


def test_the_draws_of_a_unit_do_not_depend_on_its_neighbours():
    amount = pd.Series({"a": 32.0, "b": 30.0, "c": 80.0})
    need = needs(a=(250, 500, 1000), b=(0, 400, 800), c=(90, 100, 200))
    three = share_uncertainty(amount, need, rounding_wan=1, seed=9)
    two = share_uncertainty(amount.drop("c"), need.drop("c"), rounding_wan=1, seed=9)
    assert (two[PER_PERSON] == three.loc[two.index, PER_PERSON]).all(axis=None)
    assert (two["ratio_low"] > three.loc[two.index, "ratio_low"]).all()


@settings(max_examples=40, deadline=None)
@given(cases())
def test_an_error_common_to_all_counts_cancels(case):
    amount, need, width = case
    table = share_uncertainty(amount, need, rounding_wan=width, draws=50, seed=1)
    # A power of 2, so that no figure is rounded anew.
    double = share_uncertainty(amount, 2 * need, rounding_wan=width, draws=50, seed=1)
    double[PER_PERSON] *= 2
    pd.testing.assert_frame_equal(double, table, check_exact=True)


@settings(max_examples=40, deadline=None)
@given(cases())
def test_without_uncertainty_it_is_the_plain_ratio(case):
    amount, need, _ = case
    need["low"] = need["high"] = need["persons"]
    table = share_uncertainty(amount, need, rounding_wan=0, draws=20, seed=1)
    plain = share_table(amount, need["persons"])
    rank = stats.rankdata(-plain["ratio"].round(12), nan_policy="omit")
    for end in ("low", "high"):
        for name in ("ratio", "need_share", "yuan_per_person"):
            np.testing.assert_allclose(table[f"{name}_{end}"], plain[name], rtol=1e-13)
        np.testing.assert_array_equal(table[f"rank_{end}"], rank)
    assert set(table["odds_above"].dropna()) <= {0, 0.5, 1}
    assert set(table["verdict"]) <= {"above", "below", "even", "none"}


@settings(max_examples=60, deadline=None)
@given(cases(), st.sampled_from([20, 33, 400]))
def test_verdict_interval_and_odds_agree(case, draws):
    amount, need, width = case
    table = share_uncertainty(amount, need, rounding_wan=width, draws=draws, seed=2)
    even = table["verdict"] == "even"
    assert (table.loc[even, "odds_above"] == 0.5).all()
    assert table.loc[even, ["ratio_low", "ratio_high"]].to_numpy() == pytest.approx(1, abs=1e-12)
    some = table[~even & (table["verdict"] != "none")]
    assert ((some["verdict"] == "above") == (some["ratio_low"] > 1)).all()
    assert ((some["verdict"] == "below") == (some["ratio_high"] <= 1)).all()
    assert ((some["verdict"] == "undecided") == (some["rests_on"] != "")).all()


def test_odds_of_exactly_sure_decide():
    codes = [f"u{i}" for i in range(200)]
    need = pd.DataFrame({"low": 300.0, "persons": 600.0, "high": 1200.0}, codes)
    amount = pd.Series(np.linspace(20, 180, 200), codes)
    table = share_uncertainty(amount, need, rounding_wan=1, draws=20, seed=5)
    for odds, verdict in ((19 / 20, "above"), (1 / 20, "below")):
        at_the_edge = table[table["odds_above"] == odds]
        assert len(at_the_edge) > 0
        assert (at_the_edge["verdict"] == verdict).all()


def test_a_unit_even_at_its_count_rests_on_need():
    amount = pd.Series({"a": 10.0, "b": 10.0})
    need = needs(a=(500, 500, 500), b=(250, 500, 1000))
    table = share_uncertainty(amount, need, rounding_wan=0, seed=1)
    assert table["odds_above_rounding"].tolist() == [0.5, 0.5]
    assert table["verdict"].tolist() == ["undecided", "undecided"]
    assert table["rests_on"].tolist() == ["need", "need"]


def test_decimal_amounts_in_proportion_are_even_and_share_their_rank():
    amount = pd.Series({"a": 0.1, "b": 0.2, "c": 0.3, "d": 0.7})
    need = needs(a=(1, 1, 1), b=(2, 2, 2), c=(3, 3, 3), d=(7, 7, 7))
    table = share_uncertainty(amount, need, rounding_wan=0, seed=1)
    assert (table["verdict"] == "even").all()
    assert (table[["rank_low", "rank_high"]] == 2.5).all(axis=None)


def test_a_ratio_that_is_1_in_some_draws_only_is_not_even():
    # Without money b takes part of the need: a's ratio is 1 but where b has next to nobody.
    amount = pd.Series({"a": 10.0, "b": 0.0})
    need = needs(a=(1e10, 1e10, 1e10), b=(0, 0, 1))
    table = share_uncertainty(amount, need, rounding_wan=0, seed=1)
    assert SURE < table.loc["a", "odds_above"] < 1
    assert table["verdict"].tolist() == ["above", "below"]


def test_a_single_unit_is_even_whatever_its_need():
    need = needs(a=(0, 5, 90))
    table = share_uncertainty(pd.Series({"a": 0.3, "home": 1}), need, rounding_wan=1, seed=1)
    assert table["verdict"].tolist() == ["even", "none"]
    assert table.loc["a", ["ratio_low", "ratio_high", "odds_above"]].tolist() == [1, 1, 0.5]
    # 0.3 stands for 0 to 0.8: there is no money below 0.
    assert table.loc["a", "yuan_per_person_low"] > 0


def test_units_without_need_or_money_follow_the_rules_of_the_plain_ratio():
    amount = pd.Series({"rich": 5.0, "b": 3.0, "poor": 0.0, "nothing": 0.0, "also_rich": 1.0})
    need = needs(
        rich=(0, 0, 0), b=(5, 5, 5), poor=(0, 0, 9), nothing=(0, 0, 0), also_rich=(0, 0, 0)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = share_uncertainty(amount, need, rounding_wan=1, seed=1)
    assert table["verdict"].tolist() == ["above", "below", "below", "none", "above"]
    for end in ("low", "high"):
        assert table[f"ratio_{end}"].drop("b").tolist() == pytest.approx(
            [np.inf, 0, np.nan, np.inf], nan_ok=True
        )
        assert table[f"rank_{end}"].tolist() == pytest.approx([1.5, 3, 4, np.nan, 1.5], nan_ok=True)
        assert table.loc[["rich", "nothing"], f"need_share_{end}"].tolist() == [0, 0]
    # Neither money nor a count: rounding alone says nothing of it, the bounds on its need do.
    assert np.isnan(table.loc["poor", "odds_above_rounding"])
    assert table.loc["poor", "odds_above"] == 0


def test_the_seed_decides_the_draws():
    amount = pd.Series({"a": 32.0, "b": 30.0})
    need = needs(a=(250, 500, 1000), b=(250, 500, 1000))
    first, again, other = (
        share_uncertainty(amount, need, rounding_wan=1, seed=seed) for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert (first[PER_PERSON] != other[PER_PERSON]).all(axis=None)


def test_an_empty_row_of_need_is_no_need_figure():
    amount = pd.Series({"a": 32.0, "b": 30.0})
    need = needs(a=(250, 500, 1000), b=(np.nan, np.nan, np.nan))
    table = share_uncertainty(amount, need, rounding_wan=1, seed=1)
    without = share_uncertainty(amount, need.drop("b"), rounding_wan=1, seed=1)
    pd.testing.assert_frame_equal(table, without)


ONE = (1, 1, 1)


@pytest.mark.parametrize(
    ("amount", "rows", "changed", "says"),
    [
        ({"a": -1.0}, {"a": ONE}, {}, "amount_wan of a is -1"),
        ({"a": 1.0}, {"a": (-2, 1, 1)}, {}, "low of a is -2"),
        ({"a": 1.0}, {"a": (2, 1, 3)}, {}, "Need of a is 1.0, outside its bounds 2.0 to 3.0"),
        ({"a": 1.0}, {"a": (2, 4, 3)}, {}, "Need of a is 4.0, outside its bounds 2.0 to 3.0"),
        ({"a": 1.0}, {"a": ONE, "b": ONE}, {}, "Only need has a figure for b: .*0 for none"),
        ({"a": 0.0}, {"a": ONE}, {}, "amount_wan of .*: values add up to 0"),
        ({"a": 1.0}, {"a": (0, 0, 5)}, {}, "need: values add up to 0"),
        ({"a": 1.0}, {"a": (np.nan,) * 3}, {}, "persons is empty"),
        ({"a": 1.0}, {"a": ONE}, {"rounding_wan": -1}, "rounding_wan of a is -1"),
        ({"a": 1.0}, {"a": ONE}, {"draws": 19}, "draws is 19: give a whole number of at least 20"),
        ({"a": 1.0}, {"a": ONE}, {"draws": 1e3}, "draws is 1000.0"),
        ({"a": 1.0}, {"a": ONE}, {"seed": -1}, "seed is -1"),
        ({"a": 1.0}, {"a": ONE}, {"seed": True}, "seed is True"),
    ],
)
def test_figures_that_cannot_be_drawn_are_refused(amount, rows, changed, says):
    given = {"rounding_wan": 1, "seed": 1, **changed}
    with pytest.raises(MeasureError, match=says):
        share_uncertainty(pd.Series(amount, dtype=float), needs(**rows), **given)


def test_without_any_need_there_is_no_verdict():
    table = share_uncertainty(pd.Series({"a": 1.0}), needs(), rounding_wan=1, seed=1)
    assert table["verdict"].to_dict() == {"a": "none"}
    assert table["ratio_low"].isna().all()


def test_a_missing_column_is_refused():
    amount, need = pd.Series({"a": 1.0}), needs(a=ONE)
    with pytest.raises(MeasureError, match="need has no column low"):
        share_uncertainty(amount, need[["persons", "high"]], rounding_wan=1, seed=1)
