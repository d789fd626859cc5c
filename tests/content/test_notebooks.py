"""Every notebook says something true in both languages, whatever the case lacks."""

import re

import pytest
from conftest import made_case
from notebook_run import NAMES
from sample_cases import CASES

from analysis.report.note import Note
from analysis.words import catalogue

OF_CASE = [name for name in NAMES if name != "unit_report"]


PLURALS = "units|counties|errors|points|groups|persons|households|months|days|years|forecasts"

# Cases whose charts are those of another one with other figures.
LIKE_ANOTHER = (
    *("two_swapped", "proportional_by_all", "one_exact", "bare", "synthetic"),
    *("spending_once", "spending_by_quarter", "made_up_money"),
)
# Cases in which every unit is a case of its own.
EACH_UNIT = ("one_has_all", "nothing_needed_nothing_given", "nothing_needed", "nothing_given")


def runs(name):
    """Every notebook with the case, and unit_report with its last unit or with each."""
    units = list(made_case(name).units.index)
    chosen = units if name in EACH_UNIT else units[-1:]
    return [(notebook, "") for notebook in OF_CASE] + [("unit_report", code) for code in chosen]


@pytest.mark.parametrize("name", CASES)
def test_every_notebook_says_the_same_in_both_languages(name, ran):
    # Drawing is slow: in one language only, and the overview's charts are those of the others.
    drawn = ("zh", "en")[list(CASES).index(name) % 2] if name not in LIKE_ANOTHER else ""
    for notebook, unit in runs(name):
        both = [
            ran(notebook, name, lang, unit, draw=lang == drawn and notebook != "overview_report")
            for lang in ("zh", "en")
        ]
        for lang, run in zip(("zh", "en"), both, strict=True):
            check_texts(run, lang)
        check_same_numbers(*(run.record for run in both))


def check_texts(run, lang):
    for shown in run.shown:
        text = repr(shown)
        assert not re.search(r"\bnan\b|\binf\b|None|\de[+-]\d\d|[{}]", text), text
        if lang == "en":
            assert not re.search(rf"(?<![\d.,])1 ({PLURALS})\b", text), text
        assert "<script" not in getattr(shown, "_repr_html_", str)()
    answer = run.headline.answer
    assert answer.endswith("。" if lang == "zh" else ".")
    assert not re.search(r"  |。。|\.\.|，，|；。", answer)
    assert len(re.findall("。" if lang == "zh" else r"\.(?: |$)", answer)) == 1, answer
    for note in run.headline.notes:
        assert note.endswith("。" if lang == "zh" else "."), note
        assert note[0] == note[0].upper(), note


def check_same_numbers(zh, en):
    assert zh["numbers"]
    assert zh["headline"] == en["headline"]
    assert zh["tables"].keys() == en["tables"].keys()
    for one, other in zip(zh["numbers"], en["numbers"], strict=True):
        said = {"label": "", "reason": ""}
        assert {**one, **said} == {**other, **said}
    for key, table in zh["tables"].items():
        other = en["tables"][key]
        assert table["status"] == other["status"]
        figures = [column["key"] for column in table["columns"] if column["unit"] is not None]
        for row, again in zip(table["rows"], other["rows"], strict=True):
            assert [row[column] for column in figures] == [again[column] for column in figures]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("notebook", ["02_share_and_need", "03_stock_depletion", "overview_report"])
@pytest.mark.parametrize("name", ["shipped", "synthetic", "two"])
def test_a_figure_below_official_is_named_so_in_the_answer(notebook, name, lang, ran):
    run = ran(notebook, name, lang)
    figures = {item["key"]: item for item in [*run.record["numbers"], *run.record["texts"]]}
    used = {figures[key]["status"] for key in run.record["headline"]} - {"official"}
    assert used
    for status in used:
        assert catalogue(lang)(f"status.{status}") in run.said


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["shipped", "synthetic", "two"])
def test_a_unit_report_names_the_status_of_its_answer(name, lang, ran):
    unit = made_case(name).units.index[-1]
    run = ran("unit_report", name, lang, unit)
    numbers = {item["key"]: item["status"] for item in run.record["numbers"]}
    for key in ("ratio", "odds_year_end"):
        assert catalogue(lang)(f"status.{numbers[key]}") in run.headline.answer


@pytest.mark.parametrize("notebook", OF_CASE)
def test_made_up_people_put_a_banner_over_the_page(notebook, ran):
    run = ran(notebook, "synthetic", "zh")
    assert "synthetic" in run.record["statuses"]
    if notebook != "01_check_data":
        assert run.headline.banner.status == "synthetic"


def test_without_aided_people_nothing_is_said_about_depletion(ran):
    run = ran("03_stock_depletion", "no_aided", "zh")
    assert run.record["statuses"] == ["official"]
    assert list(run.record["tables"]) == ["break_even"]
    assert sum(isinstance(shown, Note) for shown in run.shown) == len(run.shown) - 3
    overview = ran("overview_report", "no_aided", "zh").record
    assert "carry_over" not in {item["key"] for item in overview["numbers"]}


@pytest.mark.parametrize("name", ["shipped", "two", "no_aided", "dollars"])
def test_a_table_of_units_keeps_their_codes_out_of_sight(name, ran):
    tables = {}
    for notebook in ("02_share_and_need", "03_stock_depletion", "overview_report"):
        run = ran(notebook, name, "zh")
        tables |= run.record["tables"]
        shown = "".join(shown._repr_html_() for shown in run.shown if hasattr(shown, "rows"))
        assert not [code for code in made_case(name).units.index if f">{code}<" in shown]
    for key in {"shares", "ratios", "stock", "break_even"} & tables.keys():
        codes = {row["unit_code"] for row in tables[key]["rows"]}
        assert codes <= set(made_case(name).units.index)
        assert None not in codes


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_dollars_are_never_called_yuan(lang, ran):
    for notebook, unit in runs("dollars"):
        for shown in ran(notebook, "dollars", lang, unit).shown:
            # Sources of the shipped assumptions speak of yuan: they stand last in their rows.
            lines = [line.rsplit(" | ", 1)[0] for line in repr(shown).splitlines()]
            text = "\n".join(lines).replace("美元", "")
            assert "yuan" not in text.replace("benefit_yuan_month", ""), text
            assert not re.search(r"\d 万?元|（万?元）|元/人", text), text
