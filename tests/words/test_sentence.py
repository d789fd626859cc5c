"""Sentences without a language, and what a writer makes of each kind of value."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.words import LANGUAGES, catalogue
from analysis.words.sentence import (
    ByLanguage,
    Figure,
    Interval,
    Listed,
    Month,
    Sentence,
    Units,
    Word,
    Writer,
    group_word,
    say,
)

NAMES = {
    "zh": pd.Series({"a": "额敏县", "b": "托里县", "c": " "}),
    "en": pd.Series({"a": "Emin County", "b": "Toli County", "c": " "}),
}
ZH, EN = (Writer(lang, names=NAMES[lang], start="2023-11") for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (Figure(413, "wan"), "413 万元", "4,130,000 yuan"),
        (Figure(0.24271, "percent"), "24.3%", "24.3%"),
        (Figure(0.24271, "percent", 0), "24%", "24%"),
        (Figure(0.3801, "ratio"), "0.38", "0.38"),
        (Figure(1, "households"), "1 户", "1 household"),
        (Figure(2, "households"), "2 户", "2 households"),
        (Figure(math.inf, "months"), "∞", "∞"),
        (Figure(math.nan, "wan"), "—", "—"),
        (Figure(-3.5, "wan"), "−3.5 万元", "−35,000 yuan"),
        (Interval(21021, 84090, "persons"), "21,021–84,090 人", "21,021–84,090 persons"),
        (Units(["b", "a"]), "托里县、额敏县", "Toli County and Emin County"),
        (Units(["a"]), "额敏县", "Emin County"),
        (Units([]), "", ""),
        # Without a name, or with a blank one, the code stands for the unit.
        (Units(["c", "d"]), "c、d", "c and d"),
        (Month(1), "2023年11月", "November 2023"),
        (Month(3), "2024年1月", "January 2024"),
        (Word("status.estimate"), "估计值", "estimate"),
        (Word("group.veterans", "veterans"), "veterans", "veterans"),
        (group_word("aided_households"), "受助家庭", "households assisted"),
        (group_word("veterans"), "veterans", "veterans"),
        (ByLanguage("甲", "A"), "甲", "A"),
        (Listed([Figure(2, "wan"), Word("status.official")]), "2 万元、官方数据", None),
        (Listed([]), "", ""),
        (1234567, "1,234,567", "1,234,567"),
        ("〔2023〕90号", "〔2023〕90号", "〔2023〕90号"),
    ],
)
def test_each_kind_of_value_is_written_in_both_languages(value, zh, en):
    assert ZH.text(value) == zh
    assert en is None or EN.text(value) == en
    assert ZH(say("page.as_it_is", text=value)) == zh


@pytest.mark.parametrize("value", [0.5, 3.0, True, None, {"a": 1}, ["a"], pd.Series([1])])
def test_a_value_without_a_unit_is_refused(value):
    with pytest.raises(TypeError, match="Figure"):
        EN(say("page.as_it_is", text=value))


def test_a_sentence_stands_within_a_sentence():
    inner = say("page.as_it_is", text=Units(["a"]))
    assert EN(say("page.as_it_is", text=inner)) == "Emin County"
    assert ZH.text(inner) == "额敏县"


def test_values_of_a_name_are_not_filled_in_again():
    """Braces and percent signs of a county's name are letters like others."""
    odd = Writer("en", names=pd.Series({"a": "{unit} %s {0} {"}))
    said = say("share.apart", units=Units(["a"]), amount=Figure(32, "wan"))
    assert "{unit} %s {0} {" in odd(said)


def test_a_template_without_a_value_or_a_key_is_an_error():
    with pytest.raises(KeyError, match="amount"):
        EN(say("share.apart", units=Units(["a"])))
    with pytest.raises(KeyError, match="no_such_key"):
        EN(say("share.no_such_key"))
    with pytest.raises(KeyError, match=r"verdict\.strange"):
        EN.text(Word("verdict.strange"))


def test_english_begins_a_sentence_with_a_capital_and_leaves_a_label_alone():
    assert EN(say("share.even", units=Units(["a"]))).startswith("The share")
    small = Writer("en", names=pd.Series({"a": "the Institution"}))
    assert small(say("share.open_group", units=Units(["a"]))).startswith("The Institution: ")
    label = say("column.need_share")
    assert EN(label)[0] == EN(label)[0].lower()


@given(st.integers(0, 12), st.integers(1, 6))
def test_a_list_names_all_of_few_and_counts_many(count, at_most):
    names = [f"<{place}>" for place in range(count)]
    for writer in (ZH, EN):
        text = writer.listed(names, at_most)
        shown = names if count <= at_most else names[:at_most]
        assert [name for name in names if name in text] == shown
        assert (str(count) in text.replace("<", " ")) or count <= at_most
        assert text == "" or count > 0


def test_two_english_names_have_no_comma_and_three_have_one():
    assert EN.listed(["A", "B"]) == "A and B"
    assert EN.listed(["A", "B", "C"]) == "A, B and C"
    assert ZH.listed(["甲", "乙", "丙"]) == "甲、乙、丙"
    assert EN.text(Listed(["A", "B", "C", "D", "E", "F", "G"])) == "A, B, C, D, E, F and G"


def test_a_paragraph_joins_sentences_as_the_language_does():
    said = [say("share.none_apart"), say("share.no_small_numbers")]
    zh, en = (catalogue(lang) for lang in LANGUAGES)
    assert ZH.paragraph(said) == zh("share.none_apart") + zh("share.no_small_numbers")
    assert EN.paragraph(said) == en("share.none_apart") + " " + en("share.no_small_numbers")
    assert EN.paragraph([]) == ""


def test_money_is_written_in_the_currency_of_the_case():
    dollars = {lang: Writer(lang, "USD") for lang in LANGUAGES}
    assert dollars["zh"].text(Figure(3251.5, "wan")) == "3,251.5 万美元"
    assert dollars["en"].text(Figure(3251.5, "wan")) == "32,515,000 dollars"


def test_the_same_sentence_is_equal_and_keeps_its_values():
    said = say("share.even", units=Units(("a",)))
    assert said == Sentence("share.even", {"units": Units(("a",))})
    assert said.places["units"].codes == ("a",)
