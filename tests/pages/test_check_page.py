"""What notebook 01 says, against the findings and tables counted here."""

import pandas as pd
import pytest
from cases import SHIPPED, read_rows, shipped_copy, small_case, sound_case, write_rows

from analysis.case import load_case
from analysis.checks import findings
from analysis.pages import check
from analysis.statuses import status_of
from analysis.words.sentence import Writer


def answered(case, lang):
    answer = check.check_answer(case.amount_wan(), findings(case, lang=lang))
    return answer, Writer(lang)(answer.sentences[0])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_points_to_verify_are_the_warnings(lang):
    case = load_case(SHIPPED)
    counted = findings(case, lang=lang)["severity"].value_counts()
    answer, said = answered(case, lang)
    assert f"{counted['warning']} 处警告" in said or f"verify: {counted['warning']}," in said
    assert f"{counted['note']} 处提示" in said or f"notes: {counted['note']}." in said
    figures = {each.key: (each.value.value, each.status) for each in answer.figures}
    # How many findings there are is no statistic, and has no status.
    assert figures == {
        "errors": (counted.get("error", 0), None),
        "warnings": (counted["warning"], None),
        "notes": (counted["note"], None),
    }


def test_a_sound_case_is_said_to_be_usable(tmp_path):
    _, said = answered(load_case(sound_case(tmp_path / "case")), "zh")
    assert "没有发现问题" in said


@pytest.mark.parametrize(("lang", "says"), [("zh", "不能使用"), ("en", "cannot be used")])
def test_an_error_forbids_the_use(tmp_path, lang, says):
    folder = shipped_copy(tmp_path / "case")
    rows = [row | {"amount_wan": "1000"} for row in read_rows(folder, "allocation")]
    write_rows(folder, "allocation", rows)
    answer, said = answered(load_case(folder), lang)
    assert answer.figures[0].value.value > 0
    assert says in said


@pytest.mark.parametrize(
    ("severities", "says"),
    [
        (["warning"], "warnings to verify: 1."),
        (["note", "note"], "notes: 2."),
        ([], "nothing was found"),
    ],
)
def test_only_what_was_found_is_told(severities, says):
    found = pd.DataFrame({"severity": severities})
    answer = check.check_answer(load_case(SHIPPED).amount_wan(), found)
    assert says in Writer("en")(answer.sentences[0])


def test_each_finding_has_its_place_and_keeps_its_order():
    found = findings(load_case(SHIPPED), lang="en")
    table = check.findings_table(found)
    assert table["message"].tolist() == found["message"].tolist()
    places = [Writer("en")(place) for place in table["place"]]
    for place, row in zip(places, found.to_dict("records"), strict=True):
        assert str(row["row"]) in place or pd.isna(row["row"])
        assert pd.isna(row["column"]) or row["table"] == "notice" or row["column"] in place
    assert "line 15 of the notice" in places
    assert "indicators weight" in places
    assert status_of(table) is None
    assert set(check.serious(found)["severity"]) == {"warning"}


def test_each_group_is_summed_with_its_worst_status():
    case = load_case(SHIPPED)
    order = ("official", "estimate", "assumption", "synthetic")
    expected = {}
    for row in case.population.to_dict("records"):
        persons, status = expected.get(row["group"], (0, "official"))
        worst = max(status, row["status"], key=order.index)
        expected[row["group"]] = (persons + row["persons"], worst)
    table = check.population_table(case)
    assert list(zip(table["total_count"], table["status"], strict=True)) == list(expected.values())


def test_the_usual_source_of_a_group_is_given_and_others_counted(tmp_path):
    table = check.population_table(load_case(small_case(tmp_path / "case")))
    resident = table[table["group"].map(lambda word: word.key) == "group.resident"].iloc[0]
    # The older count of 100001 does not count.
    assert Writer("en").text(resident["source"]) == "census"
    case = load_case(SHIPPED)
    sources = set(case.people("resident")["source"])
    shown = Writer("zh").text(check.population_table(case)["source"][0])
    assert f"另有 {len(sources) - 1} 种来源" in shown


def test_rescaled_weights_add_up_to_a_hundred():
    table = check.indicator_table(load_case(SHIPPED))
    assert table["printed_weight"].sum() == 82
    assert table["weight_100"].sum() == pytest.approx(100)
    assert status_of(table, "printed_weight") == "official"
    # Rescaled by us: no document says so.
    assert status_of(table, "weight_100") == "computed"


def test_the_allocation_is_shown_as_the_notice_gives_it(tmp_path):
    table = check.allocation_table(load_case(SHIPPED))
    assert table.columns.tolist() == ["code", "amount_wan", "fund_tag", "function_code"]
    assert table["amount_wan"].sum() == 413
    two = check.allocation_table(load_case(small_case(tmp_path / "case")))
    # Two tranches of one county; no tag and no spending item in the table.
    assert two.columns.tolist() == ["code", "amount_wan"]
    assert two.index.tolist().count("100001") == 2
    assert status_of(two, "amount_wan") == "official"


def test_a_case_without_people_indicators_or_items_has_empty_tables(tmp_path):
    bare = small_case(tmp_path / "case", population=None)
    case = load_case(bare)
    assert check.population_table(case).empty
    assert check.indicator_table(case).empty
    assert check.code_table(case).empty
    names = check.code_table(load_case(SHIPPED))["item"]
    assert Writer("en").text(names[0]) == "Urban minimum living allowance"
