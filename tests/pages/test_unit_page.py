"""A unit's own page: the same verdict as among all units, and its figures from the same frames."""

from dataclasses import replace

import pytest
from notebooks.edge_cases import made, of_case

from analysis.pages import unit as page
from analysis.pages.share import share_answer
from analysis.shares import ratio_table, share_table
from analysis.statuses import status_of
from analysis.uncertainty import share_uncertainty
from analysis.verdicts import FIRM, ratio_verdicts
from analysis.words import LANGUAGES
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import Figure, Units, Writer, say
from notebooks import by_hand

HOME, TACHENG, SHAWAN = "654200-children-home", "654201", "654203"
CASES = (
    *("shipped", "no_aided", "two", "two_swapped", "one_has_all", "proportional", "one_exact"),
    *("nothing_needed", "nothing_given", "not_everywhere_counted", "counted", "twelve"),
    *("nothing_needed_nothing_given", "households", "a_little"),
)
LASTS = Answer(
    [say("share.none_apart"), say("share.map_on_request")],
    [KeyFigure("months", say("share.total"), Figure(3, "months"), "assumption")],
    [say("share.no_small_numbers")],
    ["assumption"],
)


def frames(case):
    group = case.need_group("aided")
    money, need = case.amount_wan(), case.people(group)
    rounding = case.rounding_by_unit()
    shares = share_table(money, need["persons"])
    doubt = share_uncertainty(money, need, rounding_wan=rounding, seed=1)
    ratios = ratio_table(money, {each: case.people(each)["persons"] for each in case.need_groups()})
    verdicts = ratio_verdicts(ratios, doubt, group=group, amount_wan=money, rounding_wan=rounding)
    return {"group": group}, (money, need, shares, doubt, verdicts), ratios


def answer_of(case, code, lasts=LASTS):
    named, parts, _ = frames(case)
    return page.unit_answer(code, *parts, **named, lasts=lasts)


@pytest.mark.parametrize("name", CASES)
def test_a_unit_is_told_the_verdict_that_it_has_among_all(name):
    case = of_case(name)
    named, (money, need, shares, doubt, verdicts), ratios = frames(case)
    among_all = share_answer(money, need, shares, doubt, verdicts, ratios, **named)
    told = {
        side: set(places[side].codes)
        for sentence in among_all.sentences
        for places in [sentence.places]
        for side in ("below", "above")
        if side in places and isinstance(places[side], Units)
    }
    for code in case.units.index:
        answer = answer_of(case, code)
        verdict, key = verdicts["verdict"][code], answer.sentences[0].key
        if need["persons"].get(code, 0) > 0:
            assert key == f"unit_page.{verdict}"
            (ratio,) = (figure for figure in answer.figures if figure.key == "ratio")
            assert ratio.verdict == (verdict if verdict in FIRM else "undecided")
        else:
            assert key in ("unit_page.no_need", "unit_page.apart")
            assert "ratio" not in {figure.key for figure in answer.figures}
        for side, codes in told.items():
            assert (code in codes) == (verdict == side)


@pytest.mark.parametrize("name", ["shipped", "two", "households", "no_aided"])
def test_a_unit_s_sentence_has_the_shares_computed_by_hand(name):
    case = of_case(name)
    money, people = by_hand.counts(case)
    people = people[case.need_group("aided")]
    for code in people:
        places = answer_of(case, code).sentences[0].places
        total = sum(money[other] for other in people)
        assert places["amount"].value == money[code]
        assert places["share"].value == pytest.approx(money[code] / total)
        assert places["need_share"].value == pytest.approx(people[code] / sum(people.values()))
        assert places["ratio"].value == pytest.approx(by_hand.ratio(money, people, code))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_says_the_verdict_in_the_words_of_the_table(lang):
    case = of_case("shipped")
    writer = Writer(lang, names=case.units[f"name_{lang}"])
    _, (*_, verdicts), _ = frames(case)
    open_words = {"zh": "暂不能判断", "en": "cannot be told yet"}
    seen = set()
    for code in case.units.index.drop(HOME):
        verdict = verdicts["verdict"][code]
        text = writer(answer_of(case, code).sentences[0])
        word = writer(f"verdict.{verdict}") if verdict in FIRM else open_words[lang]
        assert word in text
        seen.add(verdict)
    assert {"below", "above", "open_need", "open_group"} <= seen


def test_what_is_known_of_the_money_s_use_follows_the_share():
    answer = answer_of(of_case("shipped"), SHAWAN)
    assert [said.key for said in answer.sentences] == ["unit_page.below", "share.none_apart"]
    assert [figure.key for figure in answer.figures] == ["amount", "ratio", "months"]
    assert [said.key for said in answer.notes] == ["share.map_on_request", "share.no_small_numbers"]
    assert {"official", "estimate", "assumption"} <= set(answer.rests_on)
    alone = answer_of(of_case("shipped"), SHAWAN, Answer([]))
    assert len(alone.sentences) == 1


def test_an_institution_is_not_compared_and_its_booking_is_told():
    case = of_case("shipped")
    answer = answer_of(case, HOME)
    assert answer.sentences[0].key == "unit_page.apart"
    assert answer.sentences[0].places["share"].value == pytest.approx(1 / 413)
    need = case.people("aided")
    booked, *_ = page.unit_notes(case, HOME, need, "aided")
    assert booked.places["code"] == "2081001"
    assert page.unit_notes(case, SHAWAN, need, "aided")[0].key == "share.aided_estimate"
    alone = of_case("institution")
    assert answer_of(alone, HOME).sentences[0].key == "unit_page.apart_alone"


@pytest.mark.parametrize(
    ("name", "label"),
    [("one", "column.yuan_per_person"), ("one_of_households", "column.yuan_per_household")],
)
def test_a_unit_alone_has_an_amount_per_head_in_place_of_a_ratio(name, label):
    answer = answer_of(of_case(name), "100001")
    assert answer.sentences[0].key == "unit_page.alone"
    (each,) = (figure for figure in answer.figures if figure.key == "per_person")
    assert each.value.value == pytest.approx(30 * 10_000 / 60)
    assert each.label.key == label


def test_of_a_unit_that_cannot_be_rated_no_doubt_is_shown():
    for name, code in (("shipped", HOME), ("one", "100001"), ("nothing_needed", "100003")):
        _, (_, _, shares, doubt, _), _ = frames(of_case(name))
        assert page.unit_doubt(code, shares, doubt).empty


def test_doubt_is_that_of_the_unit_among_all():
    _, (_, _, shares, doubt, _), _ = frames(of_case("shipped"))
    row = page.unit_doubt(SHAWAN, shares, doubt)
    assert list(row.index) == [SHAWAN]
    assert row["rank"].item() == 7
    for column in ("ratio_low", "ratio_high", "need_share_low", "rank_high"):
        assert row[column].item() == doubt[column][SHAWAN]
    assert status_of(row, "ratio") == status_of(shares, "ratio")


def test_a_unit_s_shares_under_each_group_are_those_among_all():
    case = of_case("shipped")
    money, people = by_hand.counts(case)
    counts = {each: case.people(each)["persons"] for each in case.need_groups()}
    table = page.unit_by_group(TACHENG, case.amount_wan(), counts)
    assert set(table.index) == set(people)
    for group, row in table.iterrows():
        assert row["persons"] == people[group][TACHENG]
        assert row["ratio"] == pytest.approx(by_hand.ratio(money, people[group], TACHENG))
        worst = set(case.people(group)["status"])
        assert row["status"] == ("estimate" if "estimate" in worst else "computed")
    assert page.unit_by_group(HOME, case.amount_wan(), counts).empty


def test_the_allocation_of_a_unit_has_no_empty_column_and_says_if_it_was_changed():
    case = of_case("shipped")
    rows = page.unit_allocation(case, SHAWAN)
    assert rows["amount_wan"].tolist() == [50]
    assert not rows.isna().all().any()
    assert rows["fiscal_year"].tolist() == ["2024"]
    assert status_of(rows, "amount_wan") == "official"
    changed = page.unit_allocation(case.with_amounts({SHAWAN: 60}), SHAWAN)
    assert status_of(changed, "amount_wan") == "assumption"


def test_several_tranches_are_rows_of_their_own():
    case = made([(30, 500, 60), (10, 400, 30)])
    twice = case.allocation.loc[[0, 0, 1]].reset_index(drop=True)
    twice["amount_wan"] = [20.0, 10.0, 10.0]
    rows = page.unit_allocation(replace(case, allocation=twice), "100001")
    assert rows["amount_wan"].tolist() == [20, 10]
