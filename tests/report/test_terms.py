"""The terms of a page: each once, in order, and none inside a longer one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.inequality import MEASURES
from analysis.report.glossary import terms_on, terms_used
from analysis.words import LANGUAGES, catalogue
from analysis.words.columns import COLUMNS

# Columns that hold what a term names, under a name that says more: its unit, or that it is a mean.
COLUMN_OF = {
    "allocation": "amount_wan",
    "gap": "gap_wan",
    "interval": "between",
    "proportional": "proportional_wan",
    "recovery": "recovered_wan",
    "sobol": "total",
    "to_move": "hoover",
    "top_up": "top_up_wan",
}
QUALIFIED = {"carry_over": ["carry_wan", "carry_over_wan"], "shortfall": ["shortfall_wan"]}


def names(name):
    """Return what a term is called, and what else it is called, in brackets."""
    return [each for each in re.split(r"\s*[（）()]\s*", name) if each]


def glossary(lang):
    texts = catalogue(lang).texts
    keys = [key.removeprefix("glossary.") for key in texts if key.startswith("glossary.")]
    return {key: texts[f"term.{key}"] for key in keys if not key.endswith("_source")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_term_and_the_column_that_holds_it_are_called_the_same(lang):
    texts = catalogue(lang).texts
    same = {key: key for key in glossary(lang) if key in COLUMNS and key not in MEASURES}
    same |= COLUMN_OF
    assert {"share", "need_share", "ratio", "execution_rate", "status"} <= set(same)
    for key, column in same.items():
        label = texts[f"column.{column}"]
        assert terms_used(label, lang) == [key], column
        assert names(label)[0] in names(texts[f"term.{key}"])
    for key, columns in QUALIFIED.items():
        for column in columns:
            assert key in terms_used(texts[f"column.{column}"], lang), column


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_terms_share_a_name(lang):
    said = [each.lower() for name in glossary(lang).values() for each in names(name)]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_term_is_found_by_its_name(lang):
    for key, name in glossary(lang).items():
        assert key in terms_used(f"… {name} …", lang)
        if "（" not in name and "(" not in name:
            assert terms_used(f"… {name} …", lang) == [key]


@given(st.data(), st.sampled_from(LANGUAGES))
def test_terms_come_once_in_the_order_of_their_first_occurrence(data, lang):
    names = {
        key: name for key, name in glossary(lang).items() if "(" not in name.replace("（", "(")
    }
    keys = data.draw(st.lists(st.sampled_from(sorted(names)), max_size=12))
    text = " | ".join(names[key] for key in keys)
    assert terms_used(text, lang) == list(dict.fromkeys(keys))


def test_a_name_inside_a_longer_one_is_not_counted():
    assert terms_used("占全部需求占比", "zh") == ["need_share"]
    assert terms_used("需求占比与需求", "zh") == ["need_share", "need"]
    assert terms_used("支出需求不是需求，也不是支出", "zh") == ["demand", "need", "spending"]
    assert terms_used("the ratio of money to need, then need", "en") == ["ratio", "need"]


def test_cells_of_a_table_that_touch_are_words_of_their_own():
    html = "<tr><th>unit</th><th>need share <span>%</span></th><td>Gini index</td><td>x</td></tr>"
    assert [term.key for term in terms_on(html, "en")] == ["need_share", "gini"]


def test_either_name_of_a_term_finds_it():
    for text in ("城市低保对象", "城市最低生活保障"):
        assert terms_used(text, "zh") == ["minimum_allowance"]
    for text in ("urban dibao recipients", "Urban minimum living allowance"):
        assert terms_used(text, "en") == ["minimum_allowance"]


def test_english_names_are_whole_words_in_any_case():
    assert terms_used("needed, needless, outspending", "en") == []
    assert terms_used("Carry-overs. NEED SHARE", "en") == ["carry_over", "need_share"]
