"""The sentences on share and need against ratios computed here, by hand, from the tables."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from conftest import made_case
from sample_cases import CASES, made, of_status, shipped

from analysis.case import PROGRAMME_GROUPS
from analysis.errors import UsageError
from analysis.report.content.share import answer, further
from analysis.report.content.share_view import share_view
from analysis.report.content.wording import listed

ORDER = ("official", "estimate", "assumption", "synthetic")
MARKS = {
    "zh": {"below": "少于按比例应得", "above": "多于按比例应得", "even": "正好按比例"},
    "en": {"below": "less goes to", "above": "more goes to", "even": "n exact share"},
}
OPEN = {
    "zh": {"mixed": "取决于用哪种", "need": "的实际数", "rounding": "取整的误差"},
    "en": {"mixed": "it depends on", "need": "the true number", "rounding": "the rounding"},
}
COMPARED = [name for name in CASES if name not in ("one", "institution", "nasty_names")]
FEW = [name for name in COMPARED if name != "twelve"]


def counts(case):
    """Money of each unit, and each group's people, as plain dictionaries."""
    money = dict.fromkeys(case.units.index, 0.0)
    for row in case.allocation.to_dict("records"):
        money[row["unit_code"]] += row["amount_wan"]
    people = {}
    for row in case.population.to_dict("records"):
        if row["group"] not in PROGRAMME_GROUPS:
            people.setdefault(row["group"], {})[row["unit_code"]] = row["persons"]
    return money, people


def ratio(money, people, code):
    """(a / A) / (n / N), None where a unit has neither money nor people."""
    if code not in people or (people[code] == 0 and money[code] == 0):
        return None
    if people[code] == 0:
        return float("inf")
    total = sum(money[other] for other in people)
    return money[code] * sum(people.values()) / (people[code] * total)


def hoover(money, people):
    total, everybody = sum(money[code] for code in people), sum(people.values())
    return sum(abs(money[c] / total - people[c] / everybody) for c in people) / 2


def drawn(case, group, *, rounding_only, draws=40_000):
    """Draw money and people afresh and return in which part of the draws each ratio is above 1."""
    rng = np.random.default_rng(20)
    money, people = counts(case)
    bounds = case.population[case.population["group"] == group].set_index("unit_code")
    tranches = case.allocation["unit_code"].value_counts()
    amount, need = {}, {}
    for code, count in people[group].items():
        half = case.rounding_wan * tranches.get(code, 0) / 2
        low = max(0.0, money[code] - half)
        amount[code] = (
            rng.uniform(low, money[code] + half, draws) if money[code] else np.zeros(draws)
        )
        least, most = bounds.loc[code, ["low", "high"]]
        need[code] = np.full(draws, float(count))
        if least < most and not rounding_only:
            logs = (math.log(least), math.log(count), math.log(most))
            need[code] = np.exp(rng.triangular(*logs, draws))
    all_money, all_need = sum(amount.values()), sum(need.values())
    above = {}
    for code in need:
        if need[code].any():
            ratio = amount[code] / all_money / (need[code] / all_need)
            even = np.abs(ratio - 1) < 1e-9
            above[code] = float(((ratio > 1) & ~even).mean() + even.mean() / 2)
        elif amount[code].any():
            above[code] = 1.0
        exact = len(set(need[code])) == 1 and len(set(amount[code])) == 1
        if exact and above.get(code) == 0.5:
            above[code] = None  # exactly 1 in every draw: nothing is open
    return above


def is_open(odds):
    # Odds this near to the mark would say one thing here and another there.
    assert odds is None or not any(abs(odds - mark) < 0.005 for mark in (0.05, 0.95)), odds
    return odds is not None and 0.05 < odds < 0.95


def verdicts(case):
    money, people = counts(case)
    found = {name: set() for name in ("below", "above", "even", "mixed", "need", "rounding")}
    chosen = "aided" if "aided" in people else "resident"
    with_need, rounding = (drawn(case, chosen, rounding_only=only) for only in (False, True))
    for code in people[chosen]:
        if ratio(money, people[chosen], code) is None:
            continue
        if is_open(with_need[code]):
            found["rounding" if is_open(rounding[code]) else "need"].add(code)
            continue
        own = [r for group in people.values() if (r := ratio(money, group, code)) is not None]
        signs = {0 if abs(r - 1) < 1e-9 else (1 if r > 1 else -1) for r in own}
        kinds = {frozenset({-1}): "below", frozenset({1}): "above", frozenset({0}): "even"}
        found[kinds.get(frozenset(signs), "mixed")].add(code)
    return found


def named(clause, case, lang):
    """Codes of the units that a clause names; no name is part of another in these cases."""
    return {code for code, name in case.units[f"name_{lang}"].items() if name in clause}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", FEW)
def test_the_answer_names_exactly_the_right_units(name, lang):
    case = made_case(name)
    money, people = counts(case)
    group = "aided" if "aided" in people else "resident"
    view = share_view(case, "aided", lang)
    text = answer(view)
    if hoover(money, people[group]) < 0.0005:
        assert not any(mark in text for mark in MARKS[lang].values())
        everywhere = all(hoover(money, group) < 0.0005 for group in people.values())
        assert ("不然" in text or "it is not" in text) == (not everywhere)
        return
    body = text.split("：" if lang == "zh" else ": ", 1)[-1]
    clauses = [*re.split("，" if lang == "zh" else "; ", body), *further(view)]
    expected = verdicts(case)
    for verdict, mark in (MARKS[lang] | OPEN[lang]).items():
        said = [clause for clause in clauses if mark in clause]
        assert len(said) == (1 if expected[verdict] else 0), clauses
        if said:
            assert named(said[0], case, lang) == expected[verdict], text


@pytest.mark.parametrize("name", COMPARED)
def test_hoover_and_the_ends_are_those_computed_by_hand(name, ran):
    case = made_case(name)
    money, people = counts(case)
    group = people.get("aided", people["resident"])
    run = ran("02_share_and_need", name, "zh")
    assert run.number("hoover")["value"] == pytest.approx(hoover(money, group), abs=1e-12)
    own = [r for code in group if (r := ratio(money, group, code)) is not None]
    assert run.number("bottom_ratio")["value"] == pytest.approx(min(own), abs=1e-9)
    highest = run.number("top_ratio")["value"]
    assert highest is None if max(own) == float("inf") else highest == pytest.approx(max(own))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_unit_report_prints_shares_computed_by_hand(lang, ran):
    case = made_case("shipped")
    money, people = counts(case)
    for code in ("654203", "654225"):
        text = ran("unit_report", "shipped", lang, code).said
        share = money[code] / sum(money[other] for other in people["aided"])
        need = people["aided"][code] / sum(people["aided"].values())
        line = re.search("可比单位.*|comparable units.*", text)[0]
        if lang == "en":
            line = re.search("It has .*", text)[0]
        said = [float(figure) for figure in re.findall(r"([\d.]+)%", line)]
        assert said[:2] == [round(share * 100, 1), round(need * 100, 1)]
        times = re.search(r"([\d.]+) (?:倍|times)", text)[1]
        assert float(times) == round(ratio(money, people["aided"], code), 2)


def test_a_unit_of_each_verdict_is_told_the_same_in_its_own_report(ran):
    expected = verdicts(made_case("shipped"))
    words = {
        "below": "同样少于",
        "above": "同样多于",
        "mixed": "取决于",
        "need": "取决于救助对象的实际数",
        "rounding": "取整",
    }
    for verdict, word in words.items():
        for code in expected[verdict]:
            assert word in ran("unit_report", "shipped", "zh", code).said


@pytest.mark.parametrize("name", ["two", "shipped", "no_aided"])
def test_the_status_of_shares_is_the_worst_of_the_counts(name, ran):
    case = made_case(name)
    run = ran("02_share_and_need", name, "zh")
    rows = case.population.to_dict("records")
    worst = {}
    for row in rows:
        known = worst.get(row["group"], "official")
        worst[row["group"]] = max(known, row["status"], key=ORDER.index)
    group = "aided" if "aided" in worst else "resident"
    assert {item["status"] for item in run.record["numbers"]} == {worst[group]}
    columns = {c["key"]: c["status"] for c in run.record["tables"]["ratios"]["columns"]}
    for name in columns.keys() & worst.keys():
        assert columns[name] == worst[name]


def test_one_made_up_count_taints_every_share_of_its_group(ran):
    case = made([(30, 500, 60), (10, 400, 30), (5, 300, 20)])
    of_b = (case.population["unit_code"] == "100002") & (case.population["group"] == "aided")
    tainted = of_status(case, case.population["status"].mask(of_b, "synthetic"))
    view = share_view(tainted, "aided", "en")
    assert view.status == "synthetic"
    assert "synthetic" in answer(view)


def test_many_names_are_cut_with_their_number():
    names = [f"县{n}" for n in range(12)]
    assert listed(names, "zh").endswith("等 12 个单位")
    assert "12 units" in listed(names, "en")
    assert "县6" not in listed(names, "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_twelve_counties_are_not_all_named(lang, ran):
    expected = verdicts(made_case("twelve"))
    text = ran("02_share_and_need", "twelve", lang).said
    assert sum(map(len, expected.values())) == 12
    long = {name: len(codes) for name, codes in expected.items() if len(codes) > 5}
    assert long
    for count in long.values():
        assert f"{count} " in text


def test_a_single_unit_is_not_called_proportional(ran):
    for name in ("one", "institution"):
        run = ran("02_share_and_need", name, "zh")
        assert "无" in run.headline.answer
        assert "成比例" not in run.headline.answer
        assert "hoover" not in {item["key"] for item in run.record["numbers"]}


def test_amounts_per_person_are_printed_as_computed_by_hand(ran):
    run = ran("02_share_and_need", "shipped", "zh")
    money, people = counts(shipped())
    each = [money[c] * 10_000 / n for c, n in people["aided"].items()]
    title = next(shown for shown in run.shown if str(shown).startswith("per_person"))
    low, high, times = (float(f.replace(",", "")) for f in re.findall(r"([\d,.]+) [元倍]", title))
    # Rounded alike, as on the chart.
    assert (low, high) == (round(min(each)), round(max(each)))
    assert times == round(max(each) / min(each), 1)


def test_an_unknown_group_is_refused_with_those_that_exist():
    with pytest.raises(UsageError, match="resident, aided"):
        share_view(made([(1, 2, 3), (1, 2, 3)]), "veterans", "en")


def test_a_need_of_zero_people_everywhere_is_no_group():
    view = share_view(made([(1, 20, 0), (3, 20, 0)]), "resident", "en")
    assert list(view.ratios) == ["resident"]
    assert "no population" in answer(share_view(made([(1, 20, 0), (3, 20, 0)]), "aided", "en"))


@pytest.mark.parametrize("notebook", ["02_share_and_need", "overview_report", "unit_report"])
def test_a_verdict_that_rests_on_estimated_groups_says_so(notebook, ran):
    """Residents are official; that all groups agree rests on the estimated ones, too."""
    case = made_case("no_aided")
    assert set(case.people("aged_65_plus")["status"]) == {"estimate"}
    run = ran(notebook, "no_aided", "en", "654203")
    assert "need groups" in run.said
    assert "estimate" in run.record["statuses"]
    assert "estimates" in run.headline.banner.text


def chart_title(result, kind):
    return next(str(part) for part in result.shown if str(part).startswith(f"{kind}: "))


def test_the_first_chart_names_only_ends_whose_rank_is_sure(ran):
    # 沙湾 is last in every draw; three counties can each be the first.
    assert chart_title(ran("02_share_and_need", "shipped", "zh"), "dumbbell").endswith(
        "与需求相比，沙湾市的资金最少"
    )
    title = chart_title(ran("02_share_and_need", "counted", "zh"), "dumbbell")
    rows = ran("02_share_and_need", "counted", "zh").record["tables"]["shares"]["rows"]
    ratios = {row["name"]: row["ratio"] for row in rows if row["ratio"] is not None}
    low, high = min(ratios, key=ratios.get), max(ratios, key=ratios.get)
    assert title.endswith(f"{low}的资金最少，{high}最多")


@pytest.mark.parametrize("name", ["shipped", "counted", "made_up_money"])
def test_the_tiles_title_counts_what_the_table_of_doubt_concludes(name, ran):
    result = ran("02_share_and_need", name, "en")
    said = [row["said"] for row in result.record["tables"]["doubt"]["rows"]]
    below, above = (
        sum(text.startswith(f"{word} than a proportional") for text in said)
        for word in ("less", "more")
    )
    left = len(said) - below - above
    title = chart_title(result, "tile_cartogram")
    assert title.endswith(
        f"Of {len(said)} units, less than a proportional share: {below}; more: {above}; "
        f"open: {left}"
    )


def test_what_rounding_cannot_turn_round_is_decided_where_there_is_one_need_group():
    case = made([(110, 5451, 1), (90, 4549, 1)])
    people = case.population[case.population["group"] == "resident"]
    exact = people.assign(low=people["persons"], high=people["persons"])
    view = share_view(replace(case, population=exact), "resident", "en")
    # 109.5 of 200 at the least is 54.75 %, and 110.5 of 200 at the most 55.25 %: above 54.51 %.
    first, second = case.units.index
    assert (view.verdict(first), view.verdict(second)) == ("above", "below")
