"""Both catalogues say the same things, with the same places to fill in."""

import string

import pytest

from analysis.errors import UsageError
from analysis.words import LANGUAGES, catalogue


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_hold_the_same_keys():
    keys = {lang: set(catalogue(lang).texts) for lang in LANGUAGES}
    assert keys["zh"] == keys["en"]


@pytest.mark.parametrize("key", sorted(catalogue("zh").texts))
def test_a_text_takes_the_same_values_in_both_languages(key):
    assert places(catalogue("zh").texts[key]) == places(catalogue("en").texts[key])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty(lang):
    assert not [key for key, text in catalogue(lang).texts.items() if not text.strip()]


def test_an_unknown_language_is_refused():
    with pytest.raises(UsageError, match="zh, en"):
        catalogue("fr")
