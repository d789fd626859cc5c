"""Other ways of sharing the money, against amounts worked out here by hand."""

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from cases import CALIFORNIA, SHIPPED

from analysis.apportion import METHODS
from analysis.case import load_case
from analysis.errors import MeasureError, ReliefError, UsageError
from analysis.formula import formula_amounts
from analysis.measures import explaining_measures, measure_table, read_weights
from analysis.pages import scenario
from analysis.pages.share import need_words
from analysis.schema import TABLES
from analysis.sensitivity import weight_sensitivity
from analysis.statuses import status_of, with_status
from analysis.words.sentence import Writer, group_word

SETTINGS = {"growth": 0.03, "within": 0.05, "max_cut": 0.05}
CODES = ["a", "b", "c", "d"]
NAMES = {lang: pd.Series({code: code.upper() for code in CODES}) for lang in ("zh", "en")}
LABELS = {"need": group_word("aided"), "equal": group_word("equal"), "more": group_word("urban")}


def by_unit(*values, name=None):
    return pd.Series(dict(zip(CODES, map(float, values), strict=False)), name=name)


def money_of(*values):
    return with_status(by_unit(*values, name="amount_wan"), "official")


def text(said, lang="en"):
    return Writer(lang, names=NAMES[lang])(said)


def by_largest_remainder(total, need):
    """Whole parts first; what is left to the largest remainders, in exact fractions."""
    everybody = sum(Fraction(n) for n in need.values())
    exact = {code: Fraction(n) * total / everybody for code, n in need.items()}
    given = {code: int(part) for code, part in exact.items()}
    by_rest = sorted(exact, key=lambda code: (given[code] - exact[code], -need[code], code))
    for code in by_rest[: total - sum(given.values())]:
        given[code] += 1
    return given


def whole(money, claims, name="formula_wan", *, method="hamilton", unit_wan=1.0, bounds=None):
    return scenario.whole_amounts(
        money, claims, name, unit_wan=unit_wan, method=method, bounds=bounds
    )


# --- amounts ---


@pytest.mark.parametrize(("folder", "many"), [(SHIPPED, 1), (CALIFORNIA, 1_000_000)])
def test_proportional_amounts_are_those_of_the_largest_remainders(folder, many):
    """In whole 万元, or to the cent where amounts are known to the cent."""
    case = load_case(folder)
    measures = measure_table(case, case.need_group("aided"))
    money = case.amount_wan()[measures.index]
    unit = scenario.unit_of_account(case.amount_wan(), case.rounding_wan)
    shared = whole(money, measures["need"], "proportional_wan", unit_wan=unit)
    counted = case.people(case.need_group("aided"))["persons"].to_dict()
    paid = case.allocation.groupby("unit_code")["amount_wan"].sum()
    expected = by_largest_remainder(round(paid[list(counted)].sum() * many), counted)
    assert {code: round(amount * many) for code, amount in shared.items()} == expected
    table = scenario.change_table(money, shared)
    assert table["change_wan"].sum() == pytest.approx(0, abs=1e-6)
    moved = sum(max(0, expected[code] - paid[code] * many) for code in counted) / many
    assert scenario.moved_wan(table) == pytest.approx(moved)


@pytest.mark.parametrize("method", METHODS)
def test_bounds_hold_and_the_total_stays(method):
    money, need = money_of(30, 40, 50, 60), by_unit(1, 5, 20, 3)
    base = by_unit(33, 41, 37, 59)
    bounds = scenario.bounds_table(base, floor_share=0.3, ceiling_share=1.7, unit_wan=1.0)
    given = whole(money, need, method=method, bounds=bounds)
    assert given.sum() == 180
    assert (given == given.round()).all()
    assert (given >= 0.3 * base).all()
    assert (given <= 1.7 * base).all()


def test_a_unit_without_need_keeps_its_floor():
    money = money_of(30, 10, 7)
    bounds = scenario.bounds_table(money, floor_share=0.9, ceiling_share=0, unit_wan=1.0)
    given = whole(money, by_unit(60, 30, 0), bounds=bounds)
    # 90 per cent of 7, rounded up.
    assert given["c"] == 7
    assert given.sum() == 47


def test_units_at_a_bound_are_named_and_whom_that_costs():
    """By need a would have 50 and b 30 of 100; floors of c and d leave too little for b."""
    money, need = money_of(20, 29, 26, 25), by_unit(50, 30, 10, 10)
    exact = scenario.amounts_by_formula(money, need.to_frame("need"), pd.Series({"need": 1.0}))
    bounds = scenario.bounds_table(money, floor_share=0.9, ceiling_share=0, unit_wan=1.0)
    table = scenario.change_table(money, whole(money, exact, bounds=bounds))
    said = [text(each) for each in scenario.bounds_note(table.join(bounds), exact)]
    assert said[0] == "At the floor: B, C and D."
    assert said[1].endswith(": B.")
    assert len(said) == 2
    assert table["formula_wan"].tolist() == [26, 27, 24, 23]


def test_without_bounds_none_is_spoken_of():
    money, need = money_of(20, 30), by_unit(1, 1)
    table = scenario.change_table(money, whole(money, need))
    assert [each.key for each in scenario.bounds_note(table, by_unit(25, 25))] == [
        "scenario_page.no_bounds"
    ]


@pytest.mark.parametrize(
    ("floor", "ceiling", "says"),
    [
        (0.0, 0.5, "at most 500,000 yuan in all, less than the 1,000,000 yuan"),
        (1.0, 0.9, "the floor is above the ceiling in A and B"),
    ],
)
def test_bounds_that_cannot_be_kept_give_no_amounts(floor, ceiling, says):
    money, need = money_of(60, 40), by_unit(1, 1)
    bounds = scenario.bounds_table(money, floor_share=floor, ceiling_share=ceiling, unit_wan=1.0)
    refusal = scenario.conflict(money, need, bounds)
    assert says in text(refusal)
    nothing = scenario.change_table(money, whole(money, need, bounds=bounds))
    assert nothing.empty
    words = scenario.mix_words(pd.Series({"need": 1.0}), LABELS)
    assert scenario.formula_sentence(nothing, words, bounds, refusal) is refusal


def test_floors_of_a_richer_year_cannot_be_kept():
    money = money_of(60, 40)
    bounds = scenario.bounds_table(by_unit(90, 80), floor_share=0.9, ceiling_share=0, unit_wan=1.0)
    said = text(scenario.conflict(money, by_unit(1, 1), bounds))
    assert "the floors add up to 1,530,000 yuan, more than the 1,000,000 yuan" in said
    assert whole(money, by_unit(1, 1), bounds=bounds).empty


def test_amounts_finer_than_their_rounding_are_shared_to_the_cent():
    assert scenario.unit_of_account(money_of(3, 5), 1.0) == 1.0
    assert scenario.unit_of_account(money_of(3, 5.25), 1.0) == pytest.approx(1e-6)
    assert scenario.unit_of_account(money_of(3, 5), 0.0) == pytest.approx(1e-6)


def test_methods_that_differ_are_told_with_the_largest_difference():
    methods = scenario.method_table(money_of(5, 2), by_unit(65, 35), 1.0)
    # Seven to share: 4.55 and 2.45; Jefferson gives the larger one more.
    assert methods["hamilton"].tolist() == [5, 2]
    assert methods["adams"].tolist() == [4, 3]
    said = text(scenario.methods_sentence(methods), "zh")
    assert "金额不同的单位有 2 个，最多相差 1 万元" in said
    assert scenario.method_differences(methods).index.tolist() == ["a", "b"]
    alike = scenario.method_table(money_of(5, 5), by_unit(1, 1), 1.0)
    assert scenario.methods_sentence(alike).key == "scenario_page.methods_same"
    assert scenario.method_differences(alike).empty


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: whole(money_of(1, 2), by_unit(1, 1), method="droop"), "no method 'droop'"),
        (lambda: bounds_of(floor_share=1.2), "floor_share = 1.2: give 0 to 1"),
        (lambda: bounds_of(floor_share=-0.1), "floor_share = -0.1"),
        (lambda: bounds_of(ceiling_share=float("nan")), "ceiling_share = nan"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(call, says):
    with pytest.raises(ReliefError, match=re.escape(says)):
        call()


def bounds_of(floor_share=0.0, ceiling_share=0.0):
    return scenario.bounds_table(
        by_unit(1, 2), floor_share=floor_share, ceiling_share=ceiling_share, unit_wan=1.0
    )


# --- formulas and measures ---


def test_a_formula_weighs_its_measures():
    case = load_case(SHIPPED)
    measures = measure_table(case, "aided")
    money = case.amount_wan()[measures.index]
    weights = read_weights("need:3, resident:1", measures)
    exact = scenario.amounts_by_formula(money, measures, weights)
    aided, resident = (case.people(group)["persons"] for group in ("aided", "resident"))
    parts = 0.75 * aided / aided.sum() + 0.25 * resident / resident.sum()
    np.testing.assert_allclose(exact, parts * money.sum())
    assert status_of(exact) == "assumption"
    assert status_of(scenario.change_table(money, whole(money, exact)), "change") == "assumption"


@pytest.mark.parametrize("given", ["need:80, equal:20", "need：80，equal：20", "equal:2;need:8"])
def test_a_formula_is_read_in_either_language(given):
    measures = measure_table(load_case(SHIPPED), "aided")
    assert read_weights(given, measures).to_dict() == {"need": 0.8, "equal": 0.2}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "no weight above 0"),
        ("need:0", "no weight above 0"),
        ("need", "'need' cannot be read"),
        ("need:80%", "'need:80%' cannot be read"),
        ("need:-1", "'need:-1' cannot be read"),
        ("need:1, need:2", "'need:2' cannot be read"),
        ("gdp:1", "no measure 'gdp'. Choose from: need, equal, resident"),
    ],
)
def test_a_formula_that_cannot_be_read_is_refused(given, says):
    measures = measure_table(load_case(SHIPPED), "aided")
    with pytest.raises(UsageError, match=re.escape(says)):
        read_weights(given, measures)


def with_measures(case):
    """Fiscal capacity counts against a unit, a score for it; both are made up."""
    codes = list(case.people("aided").index)
    rows = [
        (code, name, 1.0 + place, kind)
        for place, code in enumerate(codes)
        for name, kind in (("capacity", "inverse_index"), ("score", "index"))
    ]
    cells = {
        "unit_code": [row[0] for row in rows],
        "measure": [row[1] for row in rows],
        "name_zh": ["财力" if row[1] == "capacity" else "绩效" for row in rows],
        "name_en": ["fiscal capacity" if row[1] == "capacity" else None for row in rows],
        "value": [row[2] for row in rows],
        "kind": [row[3] for row in rows],
        "unit": ["index"] * len(rows),
        "year": [2023] * len(rows),
        "status": ["synthetic"] * len(rows),
        "source": ["虚构"] * len(rows),
        "source_en": ["made up"] * len(rows),
    }
    return replace(case, measures=TABLES["measures"].frame(cells))


def test_need_is_not_divided_by_an_index_of_0():
    case = with_measures(load_case(SHIPPED))
    zero = case.measures.assign(value=case.measures["value"].replace(2.0, 0.0))
    with pytest.raises(MeasureError, match=f"index of {case.people('aided').index[1]} is 0"):
        measure_table(replace(case, measures=zero), "aided")
    # It is not divided by an index that is not used, as not every unit has it.
    assert "capacity" not in measure_table(replace(case, measures=zero[2:]), "aided")


def test_measures_of_a_case_stand_beside_its_need():
    case = with_measures(load_case(SHIPPED))
    measures = measure_table(case, "aided")
    need = case.people("aided")["persons"].astype(float)
    index = pd.Series(range(1, 1 + len(need)), need.index, dtype=float)
    pd.testing.assert_series_equal(measures["capacity"], need / index, check_names=False)
    pd.testing.assert_series_equal(measures["score"], need * index, check_names=False)
    money = case.amount_wan()[measures.index]
    weights = read_weights("capacity:50, score:50", measures)
    assert status_of(scenario.amounts_by_formula(money, measures, weights)) == "synthetic"
    labels = scenario.measure_labels(case, "aided")
    assert Writer("zh").text(scenario.mix_words(weights, labels)) == "财力 50%、绩效 50%"
    assert Writer("en").text(labels["score"]) == "score"
    said = text(scenario.measures_source(case, measures[["score", "equal"]], labels, "chosen"))
    assert "score (synthetic) and an equal part for each unit; weights chosen" in said


# --- what the present amounts look like ---


MEASURES = with_status(
    pd.DataFrame(
        {
            "need": [60.0, 25.0, 10.0, 5.0],
            "equal": [1.0] * 4,
            "more": [2.0, 30.0, 8.0, 60.0],
        },
        index=CODES,
    ),
    "official",
)
NOTHING = pd.Series(0.0, index=CODES)


def test_a_mix_behind_the_amounts_is_found():
    amounts = formula_amounts(4130, MEASURES, {"need": 0.7, "equal": 0.3}).round()
    rounding = pd.Series(1.0, index=CODES)
    mix, fit = scenario.implied_mix(money_of(*amounts), MEASURES, rounding)
    assert [each.key for each in scenario.implied_sentences(mix, fit, LABELS)] == [
        "scenario_page.implied_exact"
    ]
    for name, weight in {"need": 0.7, "equal": 0.3, "more": 0.0}.items():
        low, high = mix.loc[name, ["weight_low", "weight_high"]]
        assert low <= weight <= high
    # Fitted to official figures, a weight is an estimate all the same.
    assert status_of(mix, "weight") == "estimate"


def test_amounts_that_no_mix_gives_are_said_to_be_so():
    """Half of the money lies where no mix of the one measure puts it."""
    need = MEASURES[["need"]]
    mix, fit = scenario.implied_mix(money_of(10, 25, 10, 55), need, NOTHING)
    (said,) = scenario.implied_sentences(mix, fit, LABELS)
    assert "leaves 500,000 yuan (50.0%) unexplained" in text(said)
    keys = [each.key for each in scenario.implied_note(mix, fit)]
    assert keys == ["scenario_page.implied_interval", "scenario_page.implied_narrow"]


def test_measures_that_repeat_each_other_cannot_be_told_apart():
    again = MEASURES.assign(again=2 * MEASURES["more"])[["more", "again"]]
    mix, fit = scenario.implied_mix(money_of(10, 25, 10, 55), again, NOTHING)
    assert mix["identifiable"].tolist() == ["no", "no"]
    assert scenario.implied_sentences(mix, fit, LABELS)[0].key == "scenario_page.implied_open"
    chosen = explaining_measures("", MEASURES.assign(again=2 * MEASURES["need"])[::-1])
    assert chosen.columns.tolist() == ["need", "equal"]


def test_amounts_no_larger_than_their_rounding_imply_nothing():
    mix, fit = scenario.implied_mix(money_of(1, 1, 1, 1), MEASURES, pd.Series(2.0, index=CODES))
    assert mix.empty
    assert scenario.implied_sentences(mix, fit, LABELS) == []


def test_weights_matter_only_where_measures_differ():
    indices = weight_sensitivity(MEASURES[["need", "equal"]], seed=1)
    # A quarter of the need and one of four units: no weight changes what b gets.
    assert indices.loc["b", "total"].isna().all()
    # Of two weights that are scaled to add up to 1, each decides as much as the other.
    assert indices["total"].drop("b").between(0.4, 0.6).all()
    assert status_of(indices, "total") == "assumption"


# --- how long it takes ---


def test_a_path_keeps_the_cuts_and_ends_within_the_distance():
    money = money_of(67, 98, 50, 32)
    target = with_status(by_unit(39, 64, 125, 19, name="exact_wan"), "estimate")
    settings = {"growth": 0.02, "max_cut": 0.04, "within": 0.03}
    nearest, path = scenario.pace(money, target, years=1, **settings)
    assert path.columns[-1] == nearest.years
    for code, amounts in path.iterrows():
        assert all(after >= before * 0.96 - 1e-9 for before, after in pairwise(amounts))
        end = money.sum() * 1.02**nearest.years * target[code] / target.sum()
        assert abs(amounts.iloc[-1] / end - 1) <= 0.03 + 1e-9
    table = scenario.pace_table(path, money, target)
    assert table["amount_wan"].tolist() == money.tolist()
    assert table["target_wan"].sum() == pytest.approx(path.iloc[:, -1].sum())
    assert status_of(table, "target_wan") == "assumption"
    assert status_of(table, "amount_wan") == "official"
    assert table["distance"]["a"] == pytest.approx(67 / 39 - 1)


def test_the_years_said_are_the_fewest_that_are_enough():
    money, target = money_of(67, 98, 50), by_unit(39, 64, 112)
    nearest, _ = scenario.pace(money, target, years=5, **SETTINGS)
    for years, key in ((nearest.years - 1, "not_in_years"), (nearest.years, "wanted_years")):
        found, path = scenario.pace(money, target, years=years, **SETTINGS)
        (said,), _ = scenario.pace_note(found, path, years)
        assert said.key == f"scenario_page.{key}"
        assert text(scenario.pace_sentence(found, path, **SETTINGS)).endswith(
            f"after {nearest.years} years at the earliest."
        )


def test_one_year_is_one_year():
    money, target = money_of(52, 48), by_unit(50, 50)
    settings = {"growth": 0.0, "within": 0.01, "max_cut": 0.05}
    nearest, path = scenario.pace(money, target, years=1, **settings)
    said, _ = scenario.pace_note(nearest, path, 1)
    assert text(said[0]) == "It can be done in 1 year."


def test_a_total_that_falls_too_fast_leaves_no_way():
    settings = {"growth": -0.1, "within": 0.05, "max_cut": 0.05}
    nearest, path = scenario.pace(money_of(67, 33), by_unit(50, 50), years=3, **settings)
    assert nearest.years is None
    said = scenario.pace_sentence(nearest, path, **settings)
    assert "not even 100 years" in text(said)
    assert "\N{MINUS SIGN}10%" in text(said)
    assert scenario.where_empty(path, said) is said
    assert scenario.pace_table(path, money_of(67, 33), by_unit(50, 50)).empty


def test_of_a_long_path_the_last_year_is_shown():
    settings = {"growth": 0.0, "within": 0.05, "max_cut": 0.02}
    nearest, path = scenario.pace(money_of(90, 10), by_unit(50, 50), years=5, **settings)
    table = scenario.pace_table(path, money_of(90, 10), by_unit(50, 50))
    years = [name for name in table if name.startswith("year_")]
    assert years[-1] == f"year_{nearest.years}"
    assert len(years) <= scenario.YEARS_SHOWN < nearest.years
    heads = scenario.pace_labels(table)
    assert text(heads["target_wan"]) == f"target in year {nearest.years}"
    assert {*years, "target_wan"} == heads.keys()


@pytest.mark.parametrize(
    ("given", "says"),
    [({"growth": 2.0}, "growth is 2.0"), ({"max_cut": -0.1}, "max_cut is -0.1")],
)
def test_a_pace_out_of_range_is_refused(given, says):
    with pytest.raises(MeasureError, match=says):
        scenario.pace(money_of(1, 2), by_unit(1, 1), years=5, **SETTINGS | given)


# --- what is said ---


def answered(money, need, lang):
    need = with_status(need.rename("persons"), "official")
    table = scenario.change_table(money, whole(money, need, "proportional_wan"))
    people = with_status(need.to_frame(), "estimate")
    mix, fit = scenario.implied_mix(
        money, with_status(need.to_frame("need"), "official"), money * 0 + 1
    )
    nearest, _ = scenario.pace(money, need, years=5, **SETTINGS)
    formula = scenario.formula_sentence(
        table.rename(columns={"proportional_wan": "formula_wan"}),
        scenario.mix_words(pd.Series({"need": 1.0}), LABELS),
        pd.DataFrame(),
        None,
    )
    about = {"words": need_words(people, "aided"), "within": 0.05, "notes": []}
    answer = scenario.scenario_answer(table, formula, mix, fit, nearest, **about)
    return answer, [text(each, lang) for each in answer.sentences]


def test_the_answer_names_who_would_gain_and_lose_most():
    answer, (said, _) = answered(money_of(60, 20, 20), by_unit(20, 40, 40), "en")
    assert "400,000 yuan of the 1,000,000 yuan" in said
    assert "the largest gain (200,000 yuan) would go to B and C" in said
    assert "the largest loss (400,000 yuan) to A." in said
    figures = {each.key: (each.value.value, each.status) for each in answer.figures}
    assert figures["moved"] == (40, "computed")
    assert figures["unexplained"][1] == "estimate"
    assert figures["years"][1] == "assumption"


@pytest.mark.parametrize(("lang", "says"), [("en", "nothing would move"), ("zh", "不需调剂")])
def test_units_at_their_targets_are_there_already(lang, says):
    answer, said = answered(money_of(30, 10, 20), by_unit(300, 100, 200), lang)
    assert says in said[0]
    assert {each.key: each.value.value for each in answer.figures}["moved"] == 0


def test_one_unit_alone_can_be_shared_in_no_other_way():
    case = load_case(SHIPPED)
    aided = case.population[case.population["unit_code"] == "654201"]
    case = replace(case, population=aided)
    measures = measure_table(case, "aided")
    assert measures.empty
    money = case.amount_wan()[measures.index]
    weights = read_weights("need:80, equal:20", measures)
    exact = scenario.amounts_by_formula(money, measures, weights)
    bounds = scenario.bounds_table(money, floor_share=0.9, ceiling_share=2.0, unit_wan=1.0)
    table = scenario.change_table(money, whole(money, exact, bounds=bounds))
    mix, fit = scenario.implied_mix(money, explaining_measures("", measures), money)
    nearest, path = scenario.pace(money, exact, years=5, **SETTINGS)
    for frame in (table, mix, path, weight_sensitivity(measures, seed=1)):
        assert frame.empty
    about = {
        "words": {},
        "within": 0.05,
        "notes": scenario.formula_notes(0.9, 2, of_last_year=False),
    }
    formula = scenario.formula_sentence(table, scenario.mix_words(weights, LABELS), bounds, None)
    answer = scenario.scenario_answer(table, formula, mix, fit, nearest, **about)
    assert [each.key for each in answer.sentences] == ["share.nothing_to_compare"]
    assert not answer.figures
    assert not answer.notes
    assert scenario.conflict(money, exact, bounds) is None
