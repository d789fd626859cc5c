"""The registry, and what reads it: the table, the glossary and the page of methods."""

import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import inequality
from analysis.errors import MeasureError
from analysis.inequality import (
    MEASURES,
    atkinson,
    concentration_index,
    gini,
    hoover,
    theil_l,
    theil_t,
)
from analysis.report.glossary import terms
from analysis.statuses import status_of, with_status

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import methods  # noqa: E402

sys.path.pop(0)

MONEY = pd.Series({"a": 30.0, "home": 7.0, "b": 10.0, "c": 5.0}, name="amount_wan")
NEED = pd.Series({"c": 20, "b": 10, "a": 15}, name="persons")
# The same without the institution, in one order.
A, N = [30, 10, 5], [15, 10, 20]


def test_the_table_holds_every_measure_of_the_units_with_a_need_in_the_order_of_the_registry():
    table = inequality.table(MONEY, NEED)
    assert (table.index.name, table.columns.tolist()) == ("measure", ["value"])
    expected = {
        "hoover": hoover(A, N),
        "gini": gini(A, N),
        "theil_t": theil_t(A, N),
        "theil_l": theil_l(A, N),
        "atkinson": atkinson(A, N, epsilon=1),
    }
    assert table.loc[[*expected], "value"].to_dict() == expected
    assert table.index.tolist() == [key for key, each in MEASURES.items() if not each.ranked]
    assert table.index.tolist()[:5] == [*expected]
    pd.testing.assert_frame_equal(inequality.table(MONEY, NEED.reindex(MONEY.index)), table)


def test_without_any_need_there_is_nothing_to_measure():
    assert inequality.table(MONEY, NEED[:0]).empty


def test_measures_that_rank_from_outside_are_there_if_it_is_said_by_what():
    rank = pd.Series({"home": np.nan, "b": 3.0, "c": 1.0, "a": 2.0})
    table = inequality.table(MONEY, NEED, rank_by=rank)
    assert table.index[-1] == "concentration"
    assert table.loc["concentration", "value"] == concentration_index(A, N, rank=[2, 3, 1])
    with pytest.raises(MeasureError, match="rank of b is nan"):
        inequality.table(MONEY, NEED, rank_by=rank.drop("b"))


@pytest.mark.parametrize(
    ("money", "need", "rank", "value"),
    [
        ("official", "official", None, "computed"),
        ("official", "estimate", None, "estimate"),
        ("synthetic", "assumption", None, "synthetic"),
        ("official", "official", "assumption", "assumption"),
        (None, "official", None, None),
        ("official", None, None, None),
    ],
)
def test_a_value_is_as_good_as_the_weakest_figure_it_rests_on(money, need, rank, value):
    ranks = rank and with_status(pd.Series({"a": 1, "b": 2, "c": 3}, name="part"), rank)
    stated = with_status(MONEY, money), with_status(NEED, need)
    assert status_of(inequality.table(*stated, rank_by=ranks), "value") == value


@pytest.mark.parametrize(
    ("money", "need", "says"),
    [
        (MONEY, pd.Series({"a": 1, "x": 2}), "Only need has a figure for x"),
        (MONEY.where(MONEY > 6), NEED, "amount_wan of c is nan"),
        (0 * MONEY, NEED, "amount_wan of the units with need: values add up to 0"),
    ],
)
def test_figures_that_make_no_table_are_refused(money, need, says):
    with pytest.raises(MeasureError, match=says):
        inequality.table(money, need)


def test_an_entry_says_in_both_languages_what_it_is_and_means():
    for key, measure in MEASURES.items():
        assert measure.key == key
        assert measure.label.keys() == measure.meaning.keys() == {"zh", "en"}
        assert measure.meaning["zh"].endswith("。"), key
        assert measure.meaning["en"].endswith("."), key
        assert not re.search("[\u4e00-\u9fff]", measure.label["en"] + measure.meaning["en"]), key
        assert measure.formula and measure.zeros and measure.source, key


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_glossary_explains_every_measure(lang):
    told = {term.name[lang]: term.definition[lang] for term in terms() if term.key in MEASURES}
    assert len(told) == len(MEASURES)
    for measure in MEASURES.values():
        assert told[measure.label[lang]] == measure.meaning[lang]


def test_the_page_of_methods_has_the_table_of_the_registry():
    page = methods.PAGE.read_text(encoding="utf-8")
    assert methods.with_table(page) == page, "run python tools/methods.py"
    section = page.partition(methods.START)[2].partition(methods.END)[0].replace(r"\|", "|")
    for measure in MEASURES.values():
        assert f"| {measure.label['en']} | {measure.formula} |" in section
