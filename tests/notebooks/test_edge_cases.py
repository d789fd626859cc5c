"""Every notebook runs on every edge case, in both languages, and says nothing malformed."""

import json
import re
from functools import cache

import pytest
from notebooks.cells import run
from notebooks.edge_cases import CASES, of_case
from notebooks.wording import END, faults, sentences

from analysis.errors import PlanError
from analysis.report.note import Note
from analysis.report.page import ShownChart
from analysis.statuses import STATUSES
from analysis.words import LANGUAGES

OPEN = (
    *("01_check_data", "02_share_and_need", "03_stock_depletion", "05_allocation_scenarios"),
    *("unit_report", "overview_report"),
)
# Cases that are like another one in what a notebook asks about; the many units of one of them
# have a test of their own.
LIKE_ANOTHER = {"hundreds", "long_names"}
OF_SHARES = LIKE_ANOTHER | {
    *("two_swapped", "one_has_all", "proportional", "proportional_by_all", "one_exact"),
    *("kinds", "other_borders", "plenty", "a_little", "counted", "twelve", "last_year", "bare"),
}
LEFT_OUT = {
    "01_check_data": OF_SHARES - {"bare"},
    "02_share_and_need": LIKE_ANOTHER | {"bare", "spending", "spending_by_quarter"},
    "03_stock_depletion": OF_SHARES,
    "05_allocation_scenarios": LIKE_ANOTHER | {"bare", "spending", "other_borders"},
    "unit_report": OF_SHARES,
    "overview_report": OF_SHARES - {"one_exact", "twelve", "last_year"},
}
# Where the stock model has nothing to go by, and says so instead of making a page.
REFUSED = {
    ("03_stock_depletion", "nothing_to_give"): "fund_share",
    ("unit_report", "nothing_to_give"): "fund_share",
    ("overview_report", "nothing_to_give"): "fund_share",
    ("03_stock_depletion", "lowest_may_be_nobody"): "low",
}
# Cases in which every unit is a case of its own.
EACH_UNIT = ("nothing_needed_nothing_given", "nothing_needed", "nothing_given", "one_exact")
EACH_UNIT += ("not_everywhere_counted", "shipped")
PATHS = 60


@cache
def ran(notebook, name, lang, unit=""):
    return run(notebook, of_case(name), lang=lang, unit=unit, paths=PATHS)


def runs():
    for name in CASES:
        for notebook in OPEN:
            if name not in LEFT_OUT[notebook] and (notebook, name) not in REFUSED:
                units = list(of_case(name).units.index) if notebook == "unit_report" else [""]
                chosen = units if name in EACH_UNIT else units[-1:]
                yield from ((notebook, name, unit) for unit in chosen)


RUNS = [pytest.param(*each, id="-".join(filter(None, each))) for each in runs()]


def unit_names(name, lang):
    return list(of_case(name).units[f"name_{lang}"])


@pytest.mark.parametrize(("notebook", "name", "unit"), RUNS)
def test_a_report_is_sound_in_both_languages(notebook, name, unit):
    both = [ran(notebook, name, lang, unit) for lang in LANGUAGES]
    for lang, result in zip(LANGUAGES, both, strict=True):
        names = unit_names(name, lang)
        check_texts(result, lang, names)
        check_said_once(result, lang, names)
    check_statuses(both[0])
    check_same_numbers(*both)


def check_texts(result, lang, names):
    """Nothing malformed is said."""
    for shown in result.reported:
        for text in shown.texts:
            assert not faults(text, lang, names=names), (lang, shown.source, text)
        if isinstance(shown.value, Note):
            end = END[lang] if not shown.value.items else (*END[lang], "：", ":")
            assert not shown.value.text or shown.value.text.endswith(end), shown.value.text
    assert result.record["answer"]
    for said in [result.record["answer"], *result.record["notes"]]:
        assert said.endswith(END[lang]), said
        assert said[0] == said[0].upper(), said
    assert len(result.record["headline"]) <= 3


def check_said_once(result, lang, names):
    """No sentence stands twice, on the first screen or under it.

    A note that is the same as another of its section is left out by the report.
    """
    notes = {each.value.text for each in result.reported if isinstance(each.value, Note)}
    for texts in ([result.record["answer"], *result.record["notes"]], sorted(notes)):
        said = [each for text in texts for each in sentences(text, lang, names=names)]
        assert not {each for each in said if said.count(each) > 1}


def check_statuses(result):
    findings = [*result.record["numbers"], *result.record["texts"]]
    for finding in findings:
        # What a check counts is neither official nor estimated.
        no_figure = result.record["notebook"] == "01_check_data" and finding["unit"] == "count"
        assert no_figure or finding["status"] in STATUSES, finding
    for key, table in tables(result).items():
        of_each_row = any(column["unit"] == "status" for column in table["columns"])
        for column in table["columns"]:
            filled = any(row[column["key"]] is not None for row in table["rows"])
            if column["unit"] not in (None, "status") and filled and not of_each_row:
                assert column["status"] in STATUSES, (key, column)


def check_same_numbers(zh, en):
    assert zh.record["headline"] == en.record["headline"]
    for kind in ("numbers", "texts"):
        in_words = {"label": "", "reason": ""} | ({"value": ""} if kind == "texts" else {})
        for one, other in zip(zh.record[kind], en.record[kind], strict=True):
            assert {**one, **in_words} == {**other, **in_words}
    both = tables(zh), tables(en)
    assert both[0].keys() == both[1].keys()
    for key, table in both[0].items():
        other = both[1][key]
        assert table["status"] == other["status"]
        figures = [column["key"] for column in table["columns"] if column["unit"] is not None]
        for row, again in zip(table["rows"], other["rows"], strict=True):
            assert [row[column] for column in figures] == [again[column] for column in figures]
        facts = [[fact["value"] for fact in each.get("facts", ())] for each in (table, other)]
        assert facts[0] == facts[1]


@pytest.mark.parametrize(("notebook", "name"), sorted(REFUSED))
def test_a_refusal_says_what_to_do_in_both_languages(notebook, name):
    unit = of_case(name).units.index[0]
    with pytest.raises(PlanError, match=REFUSED[notebook, name]) as caught:
        run(notebook, of_case(name), unit=unit, paths=PATHS)
    assert "请" in str(caught.value)
    assert re.search(r"\b(Give|Correct|Fill)\b", str(caught.value))


@pytest.mark.parametrize("notebook", OPEN)
@pytest.mark.parametrize("name", ["shipped", "nasty_names"])
def test_a_run_repeated_records_the_same(notebook, name):
    unit = of_case(name).units.index[-1]
    again = run(notebook, of_case(name), lang="en", unit=unit, paths=PATHS)
    first = ran(notebook, name, "en", unit if notebook == "unit_report" else "")
    assert json.dumps(again.record) == json.dumps(first.record)
    drawn = [
        [s.outputs for s in r.shown if isinstance(s.value, ShownChart)] for r in (again, first)
    ]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("notebook", OPEN)
def test_a_name_has_no_power_over_the_page(notebook):
    for name in ("nasty_names", "braces"):
        unit = of_case(name).units.index[-1]
        result = ran(notebook, name, "zh", unit if notebook == "unit_report" else "")
        for shown in result.reported:
            for kind, text in shown.outputs.items():
                # In Markdown, a mark behind a backslash is a letter.
                bare = text if kind == "text/html" else re.sub(r"\\.", "", text)
                assert kind == "text/plain" or not re.search("<script|<b>", bare)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("notebook", [each for each in OPEN if each != "01_check_data"])
def test_dollars_are_never_called_yuan(notebook, lang):
    unit = of_case("dollars").units.index[-1] if notebook == "unit_report" else ""
    for shown in ran(notebook, "dollars", lang, unit).reported:
        # Sources of the shipped assumptions speak of yuan: they stand last in their rows.
        lines = [line.rsplit(" | ", 1)[0] for line in repr(shown.value).splitlines()]
        text = "\n".join(lines).replace("美元", "")
        assert not re.search(r"\byuan\b|\d 万?元|（万?元）|元/人", text), text


@pytest.mark.parametrize("name", ["shipped", "two", "no_aided"])
@pytest.mark.parametrize("notebook", ["02_share_and_need", "03_stock_depletion"])
def test_codes_of_units_are_kept_but_not_shown(notebook, name):
    result = ran(notebook, name, "zh")
    codes = set(of_case(name).units.index)
    for shown in result.reported:
        html = shown.outputs.get("text/html", "")
        assert not [code for code in codes if f">{code}<" in html]
    for key in {"shares", "doubt", "stock"} & result.record["tables"].keys():
        assert set(result.rows(key)) <= codes


def tables(result):
    """Every table of a report: those of the results file, and the numbers of each chart."""
    of_charts = {
        f"chart {place}": shown.metadata["image/svg+xml"]["table"]
        for place, shown in enumerate(result.shown)
        if isinstance(shown.value, ShownChart)
    }
    return {**result.record["tables"], **of_charts}
