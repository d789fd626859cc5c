"""The catalogues: the same in both languages, clean, without dead entries or second names."""

import ast
import json
import re
import string
from functools import cache
from pathlib import Path

import pytest

import analysis
from analysis.errors import UsageError
from analysis.words import LANGUAGES, catalogue
from analysis.words.money import money_unit

ROOT = Path(analysis.__file__).parent
NOTEBOOKS = ROOT.parents[1] / "notebooks"
# Written by others' modules at the same time as these: the words of charts.
CHARTS = ("figure.", "stock_figure.", "scenario_figure.")
HAN = "\u3400-\u9fff"
# Chinese that an English reader needs as it is: signs on paper and names of documents.
CHINESE_IN_ENGLISH = (
    "中文",
    "切换到中文报告",
    "万元",
    "提前下达部分",
    "审图号",
    "福分",
    "扣分",
    "按照完成比例扣分",
    "塔地财社〔2023〕90号",
    "中央财政困难群众救助补助资金管理办法",
)


def texts(lang):
    return catalogue(lang).texts


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def wording(text):
    """The text without its places to fill in."""
    return re.sub(r"\{[^{}]*\}", "", text)


def test_both_languages_hold_the_same_keys():
    keys = {lang: set(texts(lang)) for lang in LANGUAGES}
    assert keys["zh"] == keys["en"]


@pytest.mark.parametrize("key", sorted(texts("zh")))
def test_a_text_takes_the_same_values_in_both_languages(key):
    assert places(texts("zh")[key]) == places(texts("en")[key])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_or_has_blanks_at_an_end_or_twice(lang):
    # What joins two words, and what follows "row" in a place, begins or ends with a blank.
    joins = {"list_join", "name_join", "names_join", "name_last_join", "clause_join"}
    joins |= {"place_row", "place_column", "course", "facts_joined"}
    bad = [
        key
        for key, text in texts(lang).items()
        if not text.strip()
        or ((text != text.strip() or "  " in text) and key.rpartition(".")[2] not in joins)
    ]
    assert not bad


def test_chinese_uses_chinese_punctuation():
    half_width = re.compile(rf"[{HAN}][,;:?!]|[,;:?!][{HAN}]|[{HAN}]\(|\)[{HAN}]|[{HAN}]\.(?:\s|$)")
    assert not {key: text for key, text in texts("zh").items() if half_width.search(text)}


def test_english_has_no_chinese_but_what_stands_on_paper():
    bad = {}
    for key, text in texts("en").items():
        for known in sorted(CHINESE_IN_ENGLISH, key=len, reverse=True):
            text = text.replace(known, "")
        if re.search(rf"[{HAN}，。；：、（）“”]", text):
            bad[key] = text
    assert not bad


@cache
def said_in_code():
    """Every text in the code that may be a key: exact ones, and those with values to fill in."""
    exact, patterns, words = set(), set(), set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                exact.add(node.value)
                words |= set(re.findall(r"[A-Za-z0-9_]+", node.value))
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else r"(\w+|)"
                    for part in node.values
                ]
                # A pattern names its section and is not the whole of it unless it ends there.
                if re.match(r"[a-z_]+\\\.", parts[0]):
                    patterns.add("".join(parts))
            elif isinstance(node, ast.arg | ast.keyword):
                words.add(node.arg)
            elif isinstance(node, ast.Name):
                words.add(node.id)
            elif isinstance(node, ast.Attribute):
                words.add(node.attr)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                words.add(node.name)
    for path in ROOT.rglob("*.j2"):
        text = path.read_text(encoding="utf-8")
        exact |= set(re.findall(r"'([a-z_]+\.[a-z_0-9]+)'", text))
        patterns |= {
            re.escape(start) + r"(\w+)" for start in re.findall(r"'([a-z_]+\.\w*)' [~+]", text)
        }
    return exact, [re.compile(each) for each in patterns], words


def alive(key):
    """Tell whether the code names a key, or builds it from words that it holds."""
    exact, patterns, words = said_in_code()
    if key in exact:
        return True
    for pattern in patterns:
        found = pattern.fullmatch(key)
        if found and all(
            not hole or hole.isdigit() or hole in words or set(hole.strip("_").split("_")) <= words
            for hole in found.groups()
        ):
            return True
    return False


# Texts of readers' lists and pages are found by the names of their things.
BY_NAME = ("glossary.", "group.", "term.", "report.notebook_", "report.index_", "unit.")


def test_no_text_is_dead():
    keys = [key for key in texts("zh") if not key.startswith(BY_NAME) and not alive(key)]
    assert not keys


def test_every_term_is_used_or_explained():
    explained = {key.removeprefix("glossary.") for key in texts("zh") if key.startswith("glossary")}
    terms = [key for key in texts("zh") if key.startswith("term.")]
    assert not [
        key for key in terms if not alive(key) and key.removeprefix("term.") not in explained
    ]


def test_every_notebook_has_a_name_on_the_front_page():
    for path in NOTEBOOKS.glob("[0o-u]*.ipynb"):
        assert f"report.notebook_{path.stem}" in texts("zh"), path.name


# Entries found by the name of a parameter, a group or a method that say what a term says.
LIKE_A_TERM = {
    "group.aided": "term.aided_population",
    "runway.param_receipts_wan": "term.receipts",
    "scenario.hamilton": "term.hamilton",
    "stock.unit_late": "term.odds",
}


def test_a_term_has_one_entry():
    """A text that says what a term says, in both languages, is the term."""
    terms = {
        (texts("zh")[key], texts("en")[key]): key for key in texts("zh") if key.startswith("term.")
    }
    assert len(terms) == sum(key.startswith("term.") for key in texts("zh"))
    again = {
        key: terms[pair]
        for key in texts("zh")
        if not key.startswith(("term.", *CHARTS))
        and key not in LIKE_A_TERM
        and (pair := (texts("zh")[key], texts("en")[key])) in terms
    }
    assert not again
    for key, term in LIKE_A_TERM.items():
        assert all(texts(lang)[key] == texts(lang)[term] for lang in LANGUAGES)


# What must not be said of a thing that has a name: the other word, and the term.
OTHER_NAMES = {
    "zh": {
        "最大余数法": "hamilton",
        "资金份额": "share",
        "需求份额": "need_share",
        "时间进度线": "time_progress",
        "直达标识资金": "direct_funds",
        "转结": "carry_over",
        "沉淀资金": "idle_stock",
        "特困户": "hardship",
        "五保": "hardship",
    },
    "en": {
        "share of the need": "need_share",
        "need share of": "need_share",
        "Gini coefficient": "gini",
        "carryover": "carry_over",
        "carry over funds": "carry_over",
        "extremely poor": "hardship",
        "absorption": "execution_rate",
        "time progress": "time_progress",
    },
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_thing_has_one_name(lang):
    said = {key: text for key, text in texts(lang).items() if not key.startswith(CHARTS)}
    for path in NOTEBOOKS.glob("*.ipynb"):
        for place, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            if f"lang-{lang}" in cell["metadata"].get("tags", ()):
                said[f"{path.name} {place}"] = "".join(cell["source"])
    bad = [
        (place, other)
        for place, text in said.items()
        for other in OTHER_NAMES[lang]
        if other in text
    ]
    assert not bad


def test_every_explanation_has_its_term_and_ends_as_a_sentence():
    for lang in LANGUAGES:
        for key, text in texts(lang).items():
            if key.startswith("glossary."):
                name = key.removeprefix("glossary.").removesuffix("_source")
                assert f"term.{name}" in texts(lang), key
                assert f"glossary.{name}" in texts(lang), key
                if not key.endswith("_source"):
                    assert text.endswith("。" if lang == "zh" else "."), key
                    assert len(text) < (100 if lang == "zh" else 260), key


def test_a_source_is_one_that_the_documents_cite():
    cited = " ".join(
        path.read_text(encoding="utf-8") for path in (ROOT.parents[1] / "docs").glob("methods*.md")
    )
    cited = re.sub(r"\s+", " ", cited)
    for key, text in texts("en").items():
        if key.startswith("glossary.") and key.endswith("_source"):
            named = re.match(r"[A-Z][a-z]+,? |Notice|Budget Law|Implementing|中央财政", text)
            assert named, key
            if not text.startswith("Notice"):
                assert named[0].strip(" ,") in cited, key
                for year in re.findall(r"\((1\d{3}|20\d\d)\)", text):
                    assert year in cited, key


def test_an_unknown_language_is_refused():
    with pytest.raises(UsageError, match="zh, en"):
        catalogue("fr")


def test_money_is_counted_in_one_unit_a_language_and_currency():
    assert money_unit("zh", "CNY") == ("万元", 1)
    assert money_unit("zh", "USD") == ("万美元", 1)
    assert money_unit("en", "CNY") == ("10,000 yuan", 1)
    assert money_unit("en", "USD") == ("dollars", 10_000)
    with pytest.raises(KeyError):
        money_unit("en", "EUR")
