"""Other ways of sharing the money, against amounts worked out here by hand."""

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pandas as pd
import pytest
from cases import SHIPPED
from conftest import made_case
from notebook_run import run
from sample_cases import COUNTED, made, with_last_year

from analysis.case import load_case
from analysis.errors import MeasureError, UsageError
from analysis.formula import formula_amounts
from analysis.report.content.implied_view import implied_view
from analysis.report.content.measures import case_measures, read_names, read_weights
from analysis.report.content.scenario_view import scenario_view
from analysis.report.content.share_view import share_view
from analysis.report.note import Note
from analysis.schema import TABLES

NOTEBOOK = "05_allocation_scenarios"
CALIFORNIA = SHIPPED.parent / "us-era1-california"
SETTINGS = {"method": "hamilton", "floor_share": 0.0, "ceiling_share": 0.0, "lang": "en"}


def by_largest_remainder(total, need):
    """Whole parts first; what is left to the largest remainders, in exact fractions."""
    everybody = sum(Fraction(n) for n in need.values())
    exact = {code: Fraction(n) * total / everybody for code, n in need.items()}
    given = {code: int(part) for code, part in exact.items()}
    by_rest = sorted(exact, key=lambda code: (given[code] - exact[code], -need[code], code))
    for code in by_rest[: total - sum(given.values())]:
        given[code] += 1
    return given


def table(record, key):
    return {row["unit_code"]: row for row in record["tables"][key]["rows"]}


def compared(case):
    need = case.people("aided")["persons"].to_dict()
    money = case.allocation.groupby("unit_code")["amount_wan"].sum().to_dict()
    return {code: money[code] for code in need}, need


@pytest.mark.parametrize("name", ["shipped", "two", "counted", "twelve", "kinds"])
def test_proportional_amounts_are_those_of_the_largest_remainders(name, ran):
    run = ran(NOTEBOOK, name, "zh")
    money, need = compared(made_case(name))
    expected = by_largest_remainder(round(sum(money.values())), need)
    rows = table(run.record, "proportional")
    assert {code: row["proportional_wan"] for code, row in rows.items()} == expected
    assert all(row["gain_wan"] == expected[code] - money[code] for code, row in rows.items())
    moved = sum(max(0, expected[code] - money[code]) for code in money)
    assert run.number("moved")["value"] == moved
    part = re.search(r"（([\d.]+)%）：", run.headline.answer)
    assert float(part[1]) == round(100 * moved / sum(money.values()), 1)


def test_amounts_known_to_the_cent_are_shared_to_the_cent():
    case = load_case(CALIFORNIA)
    rows = table(run(NOTEBOOK, case, lang="en").record, "proportional")
    money = case.allocation.groupby("unit_code")["amount_wan"].sum()
    need = case.people("aided_households")["persons"].to_dict()
    cents = round(money[list(need)].sum() * 1_000_000)
    expected = by_largest_remainder(cents, need)
    given = {code: round(row["proportional_wan"] * 1_000_000) for code, row in rows.items()}
    assert given == expected


@pytest.mark.parametrize("method", ["hamilton", "webster", "jefferson", "adams", "huntington_hill"])
def test_bounds_hold_and_the_total_stays(method):
    case = with_last_year(made_case("twelve"))
    given = {"method": method, "floor_share": 0.2, "ceiling_share": 0.5}
    record = run(NOTEBOOK, case, lang="zh", **given).record
    last_year = case.earlier_allocation.set_index("unit_code")["amount_wan"]
    rows = table(record, "formula")
    total = case.allocation["amount_wan"].sum()
    assert sum(row["formula_wan"] for row in rows.values()) == total
    for code, row in rows.items():
        assert 0.2 * last_year[code] <= row["formula_wan"] <= 0.5 * last_year[code]
        assert row["formula_wan"] == int(row["formula_wan"])


def test_a_unit_without_need_keeps_its_floor(ran):
    rows = table(ran(NOTEBOOK, "nothing_needed", "zh").record, "formula")
    # It has 7 now, and a floor of 90 per cent of that, rounded up.
    assert rows["100003"]["formula_wan"] == 7
    assert sum(row["formula_wan"] for row in rows.values()) == 47


def test_a_unit_at_its_floor_is_named():
    shown = run(NOTEBOOK, made_case("shipped"), lang="en").shown
    text = next(str(part) for part in shown if str(part).startswith("Units whose amount"))
    rows = table(run(NOTEBOOK, made_case("shipped"), lang="en").record, "formula")
    at_floor = sum(row["formula_wan"] == row["floor_wan"] for row in rows.values())
    assert f"({at_floor} units)" in text


def test_a_mix_weighs_its_measures():
    case = made_case("shipped")
    record = run(NOTEBOOK, case, lang="en", weights="need:3, resident:1", floor_share=0.0).record
    aided, resident = (case.people(group)["persons"] for group in ("aided", "resident"))
    parts = 0.75 * aided / aided.sum() + 0.25 * resident / resident.sum()
    money, _ = compared(case)
    for code, row in table(record, "formula").items():
        # Made whole: less than 1 away from the exact amount.
        assert abs(row["formula_wan"] - parts[code] * sum(money.values())) < 1
    assert record["tables"]["formula"]["status"] == "assumption"


# --- what can be written as a formula ---


@pytest.mark.parametrize("text", ["need:80, equal:20", "need：80，equal：20", "equal:2;need:8"])
def test_a_formula_is_read_in_either_language(text):
    measures = case_measures(share_view(made_case("shipped"), "aided", "en"))
    assert read_weights(text, measures).to_dict() == {"need": 0.8, "equal": 0.2}


@pytest.mark.parametrize(
    ("text", "says"),
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
def test_a_formula_that_cannot_be_read_is_refused(text, says):
    measures = case_measures(share_view(made_case("shipped"), "aided", "en"))
    with pytest.raises(UsageError, match=re.escape(says)):
        read_weights(text, measures)


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"method": "droop"}, UsageError, "no method 'droop'. Choose from: hamilton, webster"),
        ({"floor_share": 1.2}, UsageError, "floor_share = 1.2: give 0 to 1"),
        ({"floor_share": -0.1}, UsageError, "floor_share = -0.1"),
        ({"ceiling_share": float("nan")}, UsageError, "ceiling_share = nan"),
        ({"weights": "need"}, UsageError, "'need' cannot be read"),
        ({"explain": "gdp"}, UsageError, "no measure 'gdp'"),
        ({"growth": 2.0}, MeasureError, "growth is 2.0"),
        ({"max_cut": -0.1}, MeasureError, "max_cut is -0.1"),
        ({"years": 200}, MeasureError, "years is 200"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(given, error, says):
    with pytest.raises(error, match=says):
        run(NOTEBOOK, made_case("shipped"), lang="en", **given)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"floor_share": 0.0, "ceiling_share": 0.5}, "ceilings add up to"),
        ({"floor_share": 1.0, "ceiling_share": 0.9}, "floor is above the ceiling"),
    ],
)
def test_bounds_that_cannot_be_kept_give_no_amounts(given, says):
    result = run(NOTEBOOK, made_case("shipped"), lang="en", draw=True, **given)
    assert "formula" not in result.record["tables"]
    assert sum(says in str(shown) for shown in result.shown) == 3
    assert "There is no such allocation" in str(result.headline)
    assert "proportional" in result.record["tables"]


# --- what the present amounts look like ---


def mixed_case(weights, total):
    """The shipped counties with amounts that a mix of measures gives, rounded to whole ones."""
    case = made_case("shipped")
    view = share_view(case, "aided", "en")
    amounts = formula_amounts(total, case_measures(view).figures, weights)
    rows = case.allocation[case.allocation["unit_code"].isin(amounts.index)]
    rows = rows.assign(amount_wan=rows["unit_code"].map(amounts).round()).reset_index(drop=True)
    return replace(case, allocation=rows)


def test_a_mix_behind_the_amounts_is_found():
    case = mixed_case({"need": 0.7, "equal": 0.3}, 4130)
    view = scenario_view(case, "aided", "need:100", **SETTINGS)
    found = implied_view(view, "need, equal, resident")
    assert found.fit.beyond_rounding_wan == 0
    assert found.answer().startswith("A mix of measures gives these amounts, but for rounding")
    for name, weight in {"need": 0.7, "equal": 0.3, "resident": 0.0}.items():
        low, high = found.weights.loc[name, ["low", "high"]]
        assert low <= weight <= high


def test_measures_that_repeat_each_other_are_not_identifiable():
    case = made_case("shipped")
    again = case.population[case.population["group"] == "resident"].assign(group="again")
    case = replace(case, population=pd.concat([case.population, again], ignore_index=True))
    record = run(NOTEBOOK, case, lang="en", explain="need, resident, again").record
    said = {
        row["measure"]: row["identifiable"] for row in record["tables"]["implied_weights"]["rows"]
    }
    assert list(said.values()).count("not identifiable") == 2
    assert "not identifiable" in " ".join(record["notes"])
    # Chosen for the user, none makes up another.
    view = scenario_view(case, "aided", "need:100", **SETTINGS)
    assert not {"resident", "again"} <= set(read_names("", view.measures))


def test_amounts_no_larger_than_their_rounding_imply_nothing():
    case = replace(made_case("a_little"), rounding_wan=1.0)
    found = implied_view(scenario_view(case, "aided", "need:100", **SETTINGS), "")
    assert isinstance(found, Note)
    assert "no more than rounding" in str(found)


def test_measures_of_a_case_stand_beside_its_need():
    """Fiscal capacity counts against a county, performance for it."""
    case = made(COUNTED)
    rows = [
        (code, name, 1.0 + place, kind)
        for place, code in enumerate(case.units.index)
        for name, kind in (("capacity", "inverse_index"), ("performance", "index"))
    ]
    cells = {
        "unit_code": [row[0] for row in rows],
        "measure": [row[1] for row in rows],
        "name_zh": ["财力" if row[1] == "capacity" else "绩效" for row in rows],
        "name_en": ["fiscal capacity" if row[1] == "capacity" else "score" for row in rows],
        "value": [row[2] for row in rows],
        "kind": [row[3] for row in rows],
        "unit": ["index"] * len(rows),
        "year": [2023] * len(rows),
        "status": ["synthetic"] * len(rows),
        "source": ["虚构"] * len(rows),
        "source_en": ["made up"] * len(rows),
    }
    case = replace(case, measures=TABLES["measures"].frame(cells))
    settings = SETTINGS | {"lang": "zh"}
    view = scenario_view(case, "aided", "capacity:50, performance:50", **settings)
    need = case.people("aided")["persons"]
    figures = view.measures.figures
    index = pd.Series(range(1, 1 + len(need)), need.index, dtype=float)
    pd.testing.assert_series_equal(figures["capacity"], need / index, check_names=False)
    pd.testing.assert_series_equal(figures["performance"], need * index, check_names=False)
    assert view.formula_status == "synthetic"
    record = run(NOTEBOOK, case, lang="zh", weights="capacity:50, performance:50").record
    assert "财力 50%" in record["tables"]["formula"]["caption"]
    assert record["tables"]["formula"]["status"] == "synthetic"


# --- how long it takes ---


def test_the_years_said_are_the_fewest_that_are_enough(ran):
    years = int(ran(NOTEBOOK, "shipped", "zh").number("years")["value"])
    case = made_case("shipped")
    texts = {
        wanted: "".join(map(str, run(NOTEBOOK, case, lang="zh", years=wanted).shown))
        for wanted in (years - 1, years)
    }
    assert f"{years - 1} 年之内做不到" in texts[years - 1]
    assert f"{years} 年之内可以做到" in texts[years]


def test_a_path_keeps_the_cuts_and_ends_within_the_distance():
    case = made_case("shipped")
    given = {"growth": 0.02, "max_cut": 0.04, "within": 0.03}
    record = run(NOTEBOOK, case, lang="en", **given).record
    years = int(next(n for n in record["numbers"] if n["key"] == "years")["value"])
    money, need = compared(case)
    for code, row in table(record, "pace").items():
        path = [row[str(year)] for year in range(years + 1)]
        assert path[0] == money[code]
        assert all(b >= a * (1 - 0.04) - 1e-9 for a, b in pairwise(path))
        target = sum(money.values()) * 1.02**years * need[code] / sum(need.values())
        assert abs(path[-1] / target - 1) <= 0.03 + 1e-9
        assert row["target"] == pytest.approx(target)


def test_a_total_that_falls_too_fast_leaves_no_way(ran):
    case = made_case("shipped")
    given = {"growth": -0.1, "max_cut": 0.05, "years": 3}
    result = run(NOTEBOOK, case, lang="en", draw=True, **given)
    assert "no number of years brings every unit" in result.said
    assert "years" not in {item["key"] for item in result.record["numbers"]}
    assert "pace" not in result.record["tables"]


def test_units_at_their_targets_are_there_already(ran):
    run = ran(NOTEBOOK, "proportional", "en")
    assert "nothing has to move" in run.headline.answer
    assert "within 5% of its target already" in run.said
    assert run.number("moved")["value"] == 0


def test_one_unit_alone_can_be_shared_in_no_other_way(ran):
    for name in ("one", "institution"):
        record = ran(NOTEBOOK, name, "zh").record
        assert not record["tables"]
        assert "moved" not in {item["key"] for item in record["numbers"]}
