"""What the page on share and need says, against ratios and odds computed by hand."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from notebooks.edge_cases import CASES, made, of_case, of_status
from notebooks.wording import sentences

from analysis.case import Case
from analysis.pages import share
from analysis.shares import ratio_table, share_table
from analysis.statuses import status_of
from analysis.uncertainty import share_uncertainty
from analysis.verdicts import FIRM, ratio_verdicts
from analysis.words import LANGUAGES
from analysis.words.sentence import Units, Writer
from notebooks import by_hand

# Cases in which units are compared; names and currency change nothing here.
COMPARED = [
    name
    for name in CASES
    if not name.startswith(("one_of", "nobody", "nothing_to_give", "spending", "made_up"))
    and name
    not in ("one", "institution", "nasty_names", "braces", "long_names", "dollars", "last_year")
]
REASONS = {
    "share.open_group": "open_group",
    "share.open_need": "open_need",
    "share.open_rounding": "open_rounding",
}


class View:
    """The frames of the page, as notebook 02 makes them."""

    def __init__(self, case: Case, asked: str = "aided") -> None:
        self.case = case
        self.group = case.need_group(asked)
        self.money, self.need = case.amount_wan(), case.people(self.group)
        self.shares = share_table(self.money, self.need["persons"])
        self.rounding = case.rounding_by_unit()
        self.doubt = share_uncertainty(self.money, self.need, rounding_wan=self.rounding, seed=1)
        counts = {each: case.people(each)["persons"] for each in case.need_groups()}
        self.ratios = ratio_table(self.money, counts)
        self.verdicts = ratio_verdicts(
            self.ratios,
            self.doubt,
            group=self.group,
            amount_wan=self.money,
            rounding_wan=self.rounding,
        )

    @property
    def answer(self):
        frames = (self.money, self.need, self.shares, self.doubt, self.verdicts, self.ratios)
        return share.share_answer(*frames, group=self.group)

    @property
    def said(self):
        """The sentences of the answer and under it, by key."""
        both = [*self.answer.sentences, *self.answer.notes]
        return {each.key: each.places for each in both}

    def codes(self, verdict):
        return {code for code, found in self.verdicts["verdict"].items() if found == verdict}


def named(place):
    assert isinstance(place, Units)
    return set(place.codes)


@pytest.mark.parametrize("name", COMPARED)
def test_verdicts_are_those_drawn_by_hand(name):
    view = View(of_case(name))
    assert view.verdicts["verdict"].to_dict() == by_hand.verdicts(view.case, view.group)


@pytest.mark.parametrize("name", COMPARED)
def test_the_answer_names_exactly_the_units_of_each_verdict(name):
    view = View(of_case(name))
    said, by_verdict = view.said, {verdict: view.codes(verdict) for verdict in FIRM}
    concluded = {
        side: named(places[side])
        for key, places in said.items()
        if key.startswith("share.answer_")
        for side in ("below", "above")
        if side in places
    }
    if "share.answer_even" in said or "share.answer_even_here" in said:
        assert not by_verdict["below"] | by_verdict["above"]
    for verdict in ("below", "above"):
        assert concluded.get(verdict, set()) == by_verdict[verdict]
    for key, verdict in REASONS.items():
        assert (named(said[key]["units"]) if key in said else set()) == view.codes(verdict)
    is_open = set().union(*(view.codes(verdict) for verdict in REASONS.values()))
    for key in {"share.open", "share.open_lowest"} & said.keys():
        assert named(said[key]["units"]) == is_open
    # The lowest ratio is below, or the answer says why it is not named as such.
    lowest = str(view.shares["ratio"].idxmin())
    if by_verdict["below"] and lowest not in by_verdict["below"]:
        assert named(said["share.open_lowest"]["lowest"]) == {lowest}


@pytest.mark.parametrize("name", COMPARED)
def test_hoover_and_the_ends_are_those_computed_by_hand(name):
    view = View(of_case(name))
    money, people = by_hand.counts(view.case)
    own = people[view.group]
    figures = {figure.key: figure.value.value for figure in view.answer.figures}
    assert figures["hoover"] == pytest.approx(by_hand.hoover(money, own), abs=1e-12)
    ratios = [r for code in own if (r := by_hand.ratio(money, own, code)) is not None]
    if round(min(ratios), 2) == round(max(ratios), 2):
        assert list(figures) == ["hoover"]
    else:
        assert figures["bottom_ratio"] == pytest.approx(min(ratios), abs=1e-9)
        assert figures["top_ratio"] == pytest.approx(max(ratios))


def test_even_shares_that_hang_on_the_counts_are_said_to():
    said = View(of_case("proportional_by_all")).said
    assert list(said) == ["share.answer_even", "share.open_rounding"]
    here = View(of_case("proportional")).said
    assert next(iter(here)) == "share.answer_even_here"


def test_one_small_unit_far_from_proportional_is_not_swallowed_by_many_even_ones():
    """Its money is so small a part that nothing would have to move to the first decimal."""
    units = [(100_000, 100_000, 100_000), (100_000, 100_000, 100_000), (10, 100, 100)]
    view = View(made(units, aided="official", spread=1.0))
    assert view.answer.figures[0].value.value < share.EVEN
    assert named(view.said["share.answer_both"]["below"]) == {"100003"}


def test_a_unit_that_the_need_group_does_not_count_is_apart_and_in_no_verdict():
    view = View(of_case("not_everywhere_counted"))
    (apart,) = view.case.units.index[view.shares["need_share"].isna()]
    assert view.verdicts["verdict"][apart] == "none"
    assert named(share.apart_note(view.money, view.shares).places["units"]) == {apart}
    for places in view.said.values():
        assert not [p for p in places.values() if isinstance(p, Units) and apart in p.codes]


@pytest.mark.parametrize("name", ["two", "shipped", "no_aided", "synthetic", "counted"])
def test_the_status_of_shares_is_the_weakest_of_the_counts(name):
    order = ("official", "computed", "estimate", "assumption", "synthetic")
    case = of_case(name)
    view = View(case)
    statuses = case.population["status"].groupby(case.population["group"]).agg(set)
    expected = max([*statuses[view.group], "computed"], key=order.index)
    assert {figure.status for figure in view.answer.figures} == {expected}
    assert (
        view.said[view.answer.sentences[0].key]["status"].key
        == f"status.{max(statuses[view.group], key=order.index)}"
    )


def test_one_made_up_count_taints_every_share_of_its_group():
    case = made([(30, 500, 60), (10, 400, 30), (5, 300, 20)])
    of_b = (case.population["unit_code"] == "100002") & (case.population["group"] == "aided")
    view = View(of_status(case, case.population["status"].mask(of_b, "synthetic")))
    assert {figure.status for figure in view.answer.figures} == {"synthetic"}
    assert "synthetic" in view.answer.rests_on
    assert status_of(view.shares, "ratio") == "synthetic"


def test_a_verdict_rests_on_every_need_group_that_it_quotes():
    """Residents are official; that all groups agree rests on the estimated ones, too."""
    view = View(of_case("no_aided"))
    assert "share.agreed" in view.said
    assert status_of(view.need, "persons") == "official"
    assert "estimate" in view.answer.rests_on


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("one", "share.answer_single"),
        ("one_of_households", "share.answer_single"),
        ("institution", "share.answer_none"),
        ("nobody_in_need", "share.answer_none"),
        ("nothing_to_give", "share.answer_no_money"),
    ],
)
def test_without_two_units_to_compare_nothing_is_called_proportional(name, key):
    answer = View(of_case(name)).answer
    assert [each.key for each in answer.sentences] == [key]
    assert "hoover" not in {figure.key for figure in answer.figures}


def test_households_are_not_called_persons():
    for name in ("households", "one_of_households"):
        view = View(of_case(name))
        notes = share.share_notes(view.case, view.group)
        assert notes[0].key == "share.households_estimate"
        shown = [*view.answer.figures, *share.small_numbers(view.money, view.need, view.rounding)]
        assert "column.yuan_per_person" not in {getattr(f, "label", f).key for f in shown}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_many_units_are_counted_and_a_few_named(lang):
    view = View(of_case("hundreds"))
    text = Writer(lang, names=view.case.units[f"name_{lang}"]).paragraph(view.answer.sentences)
    count = len(view.codes("below"))
    assert count > 5
    assert f"{count} " in text
    assert len(text) < 500
    assert len(sentences(text, lang)) <= 2


def test_few_people_and_coarse_money_are_told_of_exactly_those_units():
    view = View(of_case("counted"))
    money, people = by_hand.counts(view.case)
    few, coarse = share.small_numbers(view.money, view.need, view.rounding)
    assert named(few.places["units"]) == {c for c, n in people["aided"].items() if 0 < n < 100}
    assert named(coarse.places["units"]) == {c for c, wan in money.items() if 0.5 / wan > 0.05}
    assert coarse.places["most"].value == pytest.approx(0.5 / 9)
    (alone,) = share.small_numbers(view.money, view.need.iloc[:0], view.rounding)
    assert alone.key == "share.nothing_to_compare"


def test_the_aided_total_is_told_with_its_bounds():
    case = of_case("shipped")
    rows = case.population[case.population["group"] == "aided"]
    told = share.share_notes(case, "aided")[0].places
    sums = {"count": "persons", "low": "low", "high": "high"}
    assert {name: told[name].value for name in sums} == {
        name: rows[column].sum() for name, column in sums.items()
    }
    assert share.share_notes(case.without_aided(), "resident")[0].key == "share.no_aided"


def test_kinds_of_units_stand_in_the_same_order_in_both_languages():
    view = View(of_case("kinds"))
    kinds = [view.case.units[f"subgroup_{lang}"] for lang in LANGUAGES]
    zh, en = (share.subgroup_table(view.money, view.need["persons"], each) for each in kinds)
    assert list(zh.index) == ["市", "县", "between", "total"]
    assert list(en.index) == ["cities", "counties", "between", "total"]
    for one, other in zip(zh.to_dict("records"), en.to_dict("records"), strict=True):
        assert one == pytest.approx(other, nan_ok=True)
    parts = zh[["theil_t_within", "theil_l_within"]]
    assert parts.drop(index="total").sum().tolist() == pytest.approx(parts.loc["total"].tolist())


def test_units_of_one_kind_or_of_none_are_not_split():
    view = View(of_case("two"))
    for kinds in (view.case.units["subgroup_zh"], pd.Series("县", index=view.money.index)):
        assert share.subgroup_table(view.money, view.need["persons"], kinds).empty


def test_a_what_if_tells_the_ratio_before_and_after():
    view = View(of_case("shipped"))
    changed = View(view.case.with_amounts({"沙湾市": 60}))
    said = share.what_if_note("654203", changed.money, view.shares, changed.shares).places
    money, people = by_hand.counts(view.case)
    assert said["before"].value == pytest.approx(by_hand.ratio(money, people["aided"], "654203"))
    money["654203"] = 60.0
    assert said["after"].value == pytest.approx(by_hand.ratio(money, people["aided"], "654203"))
    assert said["status"].key == "status.assumption"
    home = "654200-children-home"
    nothing = share.what_if_note(home, changed.money, view.shares, changed.shares)
    assert nothing.key == "share.nothing_to_compare"


def test_rural_parts_need_every_unit_compared():
    case = of_case("shipped")
    part = share.rural_part(case, case.people("aided"))
    rural, resident = (case.people(group)["persons"]["654203"] for group in ("rural", "resident"))
    assert part["654203"] == pytest.approx(rural / resident)
    fewer = case.population[
        ~((case.population["group"] == "rural") & (case.population["unit_code"] == "654203"))
    ]
    assert share.rural_part(replace(case, population=fewer), case.people("aided")) is None
    assert share.rural_part(of_case("two"), of_case("two").people("aided")) is None


def test_intervals_that_print_as_one_figure_are_left_out():
    view = View(of_case("hundreds"))
    lowest = str(view.shares["ratio"].idxmin())
    shown = share.ratio_figure("r", None, lowest, view.shares, view.doubt)
    assert math.isfinite(shown.low)
    assert shown.low <= shown.value.value <= shown.high
    same = view.doubt.assign(ratio_low=0.501, ratio_high=0.499)
    assert share.ratio_figure("r", None, lowest, view.shares, same).low is None
