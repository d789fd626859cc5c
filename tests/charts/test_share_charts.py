"""Charts of share and need show every unit or count it, and conclude no more than is known."""

import re

import numpy as np
import pandas as pd
import pytest
from readable import assert_readable
from stock_samples import LANGS, check, drawn_texts, left_out, writer

from analysis import charts
from analysis.charts import picture
from analysis.errors import ReportError
from analysis.shares import ratio_table, share_table
from analysis.statuses import status_of, with_status
from analysis.uncertainty import share_uncertainty
from analysis.words.sentence import Sentence, Writer

GROUPS = ("resident", "aided", "rural")


def codes_of(count):
    return [f"u{place:04d}" for place in range(count)]


def money_and_need(count):
    """Money and persons of so many units: one has no money, one three hundred times another's."""
    draws = np.random.default_rng(count)
    money = pd.Series(draws.uniform(3, 90, count).round(1), codes_of(count), name="amount_wan")
    persons = pd.Series(draws.uniform(300, 9_000, count).round(), codes_of(count), name="persons")
    if count > 3:
        money.iloc[2], money.iloc[3] = 0.0, 900.0
    return with_status(money, "official"), with_status(persons, "estimate")


def shares_of(count):
    return share_table(*money_and_need(count))


def doubt_of(count, spread=2.0):
    money, persons = money_and_need(count)
    need = pd.DataFrame({"persons": persons, "low": persons / spread, "high": persons * spread})
    need = with_status(need, "estimate")
    return share_uncertainty(money, need, rounding_wan=0.0, draws=400, seed=1)


def ratios_of(count):
    money, persons = money_and_need(count)
    turns = {group: np.roll(persons, place) for place, group in enumerate(GROUPS)}
    return ratio_table(money, {g: pd.Series(n, persons.index) for g, n in turns.items()})


BY_UNIT = {
    "dumbbell": lambda count: charts.dumbbell(shares_of(count), doubt_of(count)),
    "dumbbell alone": lambda count: charts.dumbbell(shares_of(count)),
    "per person": lambda count: charts.per_person(shares_of(count), doubt_of(count)),
    "per household": lambda count: charts.per_person(shares_of(count), households=True),
    "need groups": lambda count: charts.need_groups(ratios_of(count)),
}
CHARTS = {**BY_UNIT, "lorenz": lambda count: charts.lorenz(*money_and_need(count))}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("count", [2, 7, 39])
@pytest.mark.parametrize("name", CHARTS)
def test_charts_can_be_read_and_declare_their_columns(name, count, lang):
    chart, to = CHARTS[name](count), writer(lang, codes_of(count))
    check(chart, to)
    assert_readable(chart, to)
    if name in BY_UNIT:
        assert sorted(chart.frame.index) == codes_of(count)


@pytest.mark.parametrize("name", BY_UNIT)
def test_of_many_units_each_is_drawn_or_counted(name):
    chart, to = BY_UNIT[name](2850), writer("en", codes_of(2850))
    assert left_out(chart) + len(chart.frame) == 2850
    assert len(picture(chart, to, "").svg) < 250_000
    assert_readable(chart, to)


@pytest.mark.parametrize("name", ["dumbbell", "per_person"])
def test_units_without_need_are_counted(name):
    money, persons = money_and_need(7)
    chart = getattr(charts, name)(share_table(money, persons.drop("u0004")))
    assert "u0004" not in chart.frame.index
    assert (left_out(chart), len(chart.frame)) == (1, 6)


@pytest.mark.parametrize(
    "chart",
    [
        lambda: charts.dumbbell(shares_of(2)[:1]),
        lambda: charts.need_groups(ratios_of(2)[:1]),
        lambda: charts.per_person(shares_of(2)[:0]),
        lambda: charts.lorenz(*(each[:1] for each in money_and_need(2))),
    ],
)
def test_one_unit_is_not_compared(chart):
    assert chart() == Sentence("share.nothing_to_compare")


def test_a_repeated_unit_and_a_missing_glyph_are_refused():
    with pytest.raises(ReportError, match="Unit a is repeated"):
        charts.dumbbell(shares_of(2).set_axis(["a", "a"]))
    to = Writer("zh", names=pd.Series({"u0000": "\U00030000"}))
    with pytest.raises(ReportError, match=r"U\+30000"):
        picture(charts.dumbbell(shares_of(2)), to, "")


def test_the_order_of_rows_changes_nothing():
    mixed = shares_of(9).sample(frac=1, random_state=2)
    assert charts.dumbbell(mixed).frame.equals(charts.dumbbell(shares_of(9)).frame)
    assert charts.per_person(mixed).frame.equals(charts.per_person(shares_of(9)).frame)


def test_units_are_ranked_and_figures_keep_their_status():
    chart = charts.dumbbell(shares_of(9), doubt_of(9))
    assert chart.frame["ratio"].is_monotonic_decreasing
    assert charts.per_person(shares_of(9)).frame["yuan_per_person"].is_monotonic_decreasing
    assert status_of(chart.frame, "share") == "computed"
    for column in ("need_share", "ratio", "ratio_low"):
        assert status_of(chart.frame, column) == "estimate", column


# A unit without money is surely the last of seven; three with money may each be anywhere.
@pytest.mark.parametrize(
    ("count", "spread", "key"),
    [(7, 1.0001, "title_both"), (7, 50, "title_low"), (3, 50, "title_open")],
)
def test_the_title_names_only_ends_whose_rank_is_sure(count, spread, key):
    title = charts.dumbbell(shares_of(count), doubt_of(count, spread)).title
    assert title.key == f"share_chart.{key}"


def test_the_ends_named_are_the_lowest_and_the_highest_ratio():
    first = charts.dumbbell(shares_of(7), doubt_of(7, 1.0001)).title.places
    ratios = shares_of(7)["ratio"]
    assert first["low"].codes == [ratios.idxmin()]
    assert first["high"].codes == [ratios.idxmax()]


def test_equal_shares_are_called_so():
    people = pd.Series([100.0, 200.0, 300.0], ["a", "b", "c"])
    assert charts.dumbbell(share_table(people / 10, people)).title.key == "share_chart.title_even"


@pytest.mark.parametrize("rank", [1, 2, 5, 31, 59, 60])
def test_a_unit_stands_among_its_neighbours_and_the_ends(rank):
    order = list(shares_of(60)["ratio"].sort_values(ascending=False).index)
    unit = order[rank - 1]
    chart, to = charts.dumbbell(shares_of(60), unit=unit), writer("en", order)
    shown = {*order[:3], *order[-3:], *order[max(0, rank - 6) : rank + 5]}
    assert list(chart.frame.index) == sorted(shown, key=order.index)
    texts = drawn_texts(chart, to)
    assert f"→ {rank} {to.name(unit)}" in texts
    ranks = [int(text.split()[0]) for text in texts if re.match(r"\d+ County ", text)]
    assert ranks == [place for place, code in enumerate(order, 1) if code in shown - {unit}]
    assert chart.title.places["unit"].codes == [unit]
    left = f"Units in all: 60, with the rank before each name; units not drawn: {60 - len(shown)}."
    assert left in chart.alternative_text(to)
    assert charts.dumbbell(shares_of(60), unit="nowhere").key == "unit_page.no_share"


def test_of_few_units_all_are_drawn_without_ranks():
    chart = charts.dumbbell(shares_of(7), unit="u0001")
    assert len(chart.frame) == 7
    assert "chart.ranked" not in [remark.key for remark in chart.remarks]
    assert not [t for t in drawn_texts(chart, writer("en", codes_of(7))) if t.startswith("→")]


def test_the_mean_per_head_is_all_the_money_over_all_the_people():
    money, persons = money_and_need(7)
    mean = charts.per_person(shares_of(7)).facts["mean"].value
    assert mean == pytest.approx(10_000 * money.sum() / persons.sum())


def test_units_below_1_in_every_group_are_named():
    ratios = pd.DataFrame({"aided": [0.5, 0.9, 1.2], "rural": [0.7, 1.1, 1.3]}, ["a", "b", "c"])
    assert charts.need_groups(ratios).title.places["units"].codes == ["a"]
    assert charts.need_groups(ratios[1:]).title.key == "share_chart.groups_mixed"


def test_the_curve_begins_at_nothing_ends_at_all_and_has_its_indices_beside_it():
    money = pd.Series([10.0, 90.0], ["a", "b"])
    chart = charts.lorenz(money, pd.Series([60.0, 40.0], ["a", "b"]))
    assert chart.frame["need_cum"].tolist() == pytest.approx([0, 0.6, 1])
    assert chart.frame["money_cum"].tolist() == pytest.approx([0, 0.1, 1])
    assert chart.facts["hoover"].value == pytest.approx(0.5)
    assert chart.facts["gini"].value == pytest.approx(0.5)
    assert "50.0%" in drawn_texts(chart, writer("en", ["a", "b"]))
