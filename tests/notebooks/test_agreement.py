"""Pages agree with themselves and with each other: one verdict a unit, one value a figure."""

import re
from functools import cache

import pytest
from notebooks.cells import run
from notebooks.edge_cases import of_case
from notebooks.test_edge_cases import OPEN
from notebooks.wording import sentences, verdict_text

from analysis.report.display import Table
from analysis.report.page import ShownChart
from analysis.verdicts import FIRM
from analysis.words import LANGUAGES
from analysis.words.sentence import Units

SHARES, UNIT = "02_share_and_need", "unit_report"
PATHS = 200
OPEN_WORDS = {"zh": "暂不能判断", "en": "cannot be told yet"}
SHAWAN = "654203"
FIGURE = re.compile(r"(?<![\d,.])\d[\d,]*(?:\.\d+)?")


@cache
def ran(notebook, name, lang, unit=""):
    return run(notebook, of_case(name), lang=lang, unit=unit, paths=PATHS)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["shipped", "no_aided", "nothing_needed", "one_exact"])
def test_a_unit_s_page_and_the_page_on_shares_give_one_verdict(name, lang):
    among_all = ran(SHARES, name, lang)
    for code, row in among_all.rows("doubt").items():
        own = ran(UNIT, name, lang, code)
        verdict = among_all.names["verdicts"]["verdict"][code]
        assert row["verdict"] == verdict_text(verdict, lang)
        said = sentences(own.record["answer"], lang)[0:2]
        if among_all.names["need"]["persons"][code] > 0:
            word = row["verdict"] if verdict in FIRM else OPEN_WORDS[lang]
            assert any(word in sentence for sentence in said), (code, said)
            ratio = own.number("ratio")
            assert ratio["value"] == pytest.approx(row["ratio"])
            for end in ("low", "high"):
                if ratio[end] is not None:
                    assert ratio[end] == pytest.approx(row[f"ratio_{end}"])


@pytest.mark.parametrize("name", ["shipped", "no_aided", "counted", "nothing_needed", "twelve"])
def test_units_named_as_less_or_more_have_that_verdict_in_the_table(name):
    result = ran(SHARES, name, "en")
    table = result.rows("doubt")
    firm = {side: verdict_text(side, "en") for side in FIRM}
    named = {}
    for said in result.names["answered"].sentences:
        for side in ("below", "above"):
            if isinstance(said.places.get(side), Units):
                named[side] = set(said.places[side].codes)
    assert named
    for side, codes in named.items():
        assert codes == {code for code, row in table.items() if row["verdict"] == firm[side]}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("notebook", [each for each in OPEN if each != "01_check_data"])
def test_every_figure_of_the_answer_stands_on_the_page_again(notebook, lang):
    """In a table, a chart's text or a key figure; numbers of units are counted there."""
    unit = SHAWAN if notebook == UNIT else ""
    result = ran(notebook, "shipped", lang, unit)
    shown = [repr(s.value) for s in result.reported if isinstance(s.value, Table | ShownChart)]
    shown += [f"{key.figure} {key.interval}" for key in result.shown_headline.figures]
    values = [read(each) for each in FIGURE.findall("\n".join(shown))] + list(range(13))
    values += [sum(column) for column in amounts(result)]
    answer = result.record["answer"]
    strange = [each for each in FIGURE.findall(answer) if not stands(each, values)]
    assert not strange, answer


def read(figure):
    return float(figure.rstrip(",").replace(",", ""))


def stands(figure, values):
    """Tell whether a figure is one of some values, rounded to its own decimals."""
    rounding = 0.5 * 10.0 ** -len(figure.partition(".")[2]) + 1e-9
    # A part of 1 is a per cent in a sentence, and 万元 are yuan in an English one.
    return any(
        abs(read(figure) - value * times) <= rounding for value in values for times in (1, 100, 1e4)
    )


def amounts(result):
    """The columns of money on a page; a sentence may give what they add up to."""
    for table in result.record["tables"].values():
        for column in table["columns"]:
            if column["unit"] == "wan":
                yield [row[column["key"]] or 0 for row in table["rows"]]


def test_the_ratios_of_every_table_of_the_page_on_shares_are_one():
    result = ran(SHARES, "shipped", "en")
    rows = {key: result.rows(key) for key in ("shares", "doubt", "ratios")}
    for code, row in rows["doubt"].items():
        assert row["ratio"] == rows["shares"][code]["ratio"] == rows["ratios"][code]["aided"]
    ends = sorted(row["ratio"] for row in rows["doubt"].values())
    assert result.number("bottom_ratio")["value"] == ends[0]
    assert result.number("top_ratio")["value"] == ends[-1]
    assert result.number("hoover")["value"] == pytest.approx(
        sum(
            abs(row["share"] - row["need_share"]) for row in rows["shares"].values() if row["ratio"]
        )
        / 2
    )
