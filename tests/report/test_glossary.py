"""The glossary: every term that has a definition, once, in both languages."""

from dataclasses import replace

import pytest
from sample_report import HOSTILE, Tags

from analysis.inequality import MEASURES
from analysis.report import glossary
from analysis.report.glossary import glossary_page, terms
from analysis.words import LANGUAGES, Catalogue, catalogue


@pytest.fixture
def words(monkeypatch):
    """Let the catalogues hold other terms."""

    def hold(zh, en):
        held = {
            lang: Catalogue(lang, catalogue(lang).texts | {"glossary.x": ""} | texts)
            for lang, texts in (("zh", zh), ("en", en))
        }
        monkeypatch.setattr(glossary, "catalogue", held.__getitem__)

    return hold


def test_each_term_has_an_anchor_a_name_and_a_definition_in_both_languages():
    page = Tags(glossary_page())
    anchors = [value for name, value in page.attributes if name == "id"]
    assert {"allocation", "need_share", "carry_over"} <= set(anchors)
    assert len(anchors) == len(set(anchors))
    for term in terms():
        assert term.key in anchors
        for lang in LANGUAGES:
            for text in (term.name[lang], term.definition[lang]):
                assert text
                assert text in page.text


def test_terms_stand_as_the_catalogue_has_them_and_then_the_measures():
    keys = [key.removeprefix("glossary.") for key in catalogue("zh").texts if "glossary." in key]
    found = [term.key for term in terms()]
    assert found == [*(key for key in keys if key in found), *MEASURES]
    assert {key.removesuffix("_source") for key in keys} == {*found} - {*MEASURES}


def test_a_measure_that_is_registered_is_explained(monkeypatch):
    palma = replace(
        MEASURES["gini"],
        key="palma",
        label={"zh": "帕尔马比值", "en": "Palma ratio"},
        source="Palma (2011), *Development and Change* 42 (1)",
    )
    monkeypatch.setitem(MEASURES, "palma", palma)
    found = {term.key: term for term in terms()}["palma"]
    assert found.definition == MEASURES["gini"].meaning
    assert found.source["zh"] == "Palma (2011), Development and Change 42 (1)"
    assert "帕尔马比值" in glossary_page()


def test_a_source_belongs_to_its_term_and_a_term_may_end_like_one(words):
    texts = {
        "glossary.x": "定义",
        "glossary.x_source": "出处",
        "glossary.money_source": "钱从哪里来",
        "term.x": "甲",
        "term.money_source": "资金来源",
    }
    words(texts, texts)
    found = {term.key: term for term in terms()}
    assert found["x"].source["zh"] == "出处"
    assert found["money_source"].definition["zh"] == "钱从哪里来"
    assert "x_source" not in found


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_text(words, text):
    texts = {"glossary.x": text, "glossary.x_source": text, "term.x": text}
    words(texts, texts)
    seen = Tags(glossary_page())
    assert "script" not in seen.tags
    assert "img" not in seen.tags
    assert not seen.comments
    assert seen.text.count(text) >= 5


def test_the_page_leads_back_and_runs_no_script():
    page = glossary_page()
    assert 'href="index.html"' in page
    assert "script-src" not in page
    assert "default-src 'none'" in page
