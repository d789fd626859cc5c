"""The catalogues: the same in both languages, clean, without dead entries or second names."""

import ast
import json
import re
import string
from functools import cache
from pathlib import Path

import pytest

import analysis
from analysis.errors import ReportError, UsageError
from analysis.words import LANGUAGES, catalogue
from analysis.words.columns import COLUMNS
from analysis.words.numbers import unit_name

ROOT = Path(analysis.__file__).parent
NOTEBOOKS = ROOT.parents[1] / "notebooks"
HAN = "\u3400-\u9fff"
# What a page prints of itself: lines of code to type next.
AS_CODE = ("page.repr",)
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
    blank = ("join", "place_row", "place_column", "facts_joined")
    bad = [
        key
        for key, text in texts(lang).items()
        if not text.strip()
        or ((text != text.strip() or "  " in text) and not key.endswith((*blank, *AS_CODE)))
    ]
    assert not bad


def test_chinese_uses_chinese_punctuation():
    half_width = re.compile(rf"[{HAN}][,;:?!]|[,;:?!][{HAN}]|[{HAN}]\(|\)[{HAN}]|[{HAN}]\.(?:\s|$)")
    found = {key for key, text in texts("zh").items() if half_width.search(text)}
    assert not found - set(AS_CODE)


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


# Sentences of pages and charts: each key is written out, so that a search for it finds it.
WRITTEN_OUT = ("share", "depletion", "stress", "list", "page", "chart")
WRITTEN_OUT_ENDS = ("_page", "_chart")
# Texts found by the name of what they are of.
BY_NAME = (
    "glossary.",
    "term.",
    "group.",
    "column.",
    "table.",
    "unit.",
    "verdict.",
    "status.",
    "subgroup.",
)
BY_NAME += ("report.notebook_", "report.index_")


@cache
def cells_of_columns():
    """Keys of texts that stand for the cells of a column, such as ``verdict.below``."""
    sections = {kind.word for kind in COLUMNS.values() if kind.word}
    exact, _, _ = said_in_code()
    return {
        key for key in texts("zh") if key.split(".")[0] in sections and key.split(".")[1] in exact
    }


@cache
def in_notebooks():
    """Every text in the code of the notebooks."""
    sources = [
        "".join(cell["source"])
        for path in NOTEBOOKS.glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    trees = [node for source in sources for node in ast.walk(ast.parse(source))]
    return {n.value for n in trees if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def is_written_out(key):
    section = key.split(".")[0]
    return section in WRITTEN_OUT or section.endswith(WRITTEN_OUT_ENDS)


def test_no_text_is_dead():
    exact, _, _ = said_in_code()
    found = exact | in_notebooks() | cells_of_columns()
    dead = [
        key
        for key in texts("zh")
        if key not in found
        and not key.startswith(BY_NAME)
        and (is_written_out(key) or not alive(key))
    ]
    assert not dead


def test_every_key_in_the_code_has_a_text():
    sections = {key.split(".")[0] for key in texts("zh")}
    exact, _, _ = said_in_code()
    keys = {
        text
        for text in exact | in_notebooks()
        if re.fullmatch(r"[a-z_]+\.[a-z0-9_]*[a-z0-9]", text) and text.split(".")[0] in sections
    }
    files = {"glossary.html", "index.html", "report.html", "report.pdf"}
    assert len(keys) > 400
    assert not keys - set(texts("zh")) - files


def test_every_sentence_is_given_the_values_of_its_places():
    """Where a call spells them out: ``say("share.apart", units=..., amount=...)``."""
    wrong, checked = [], 0
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            key = getattr(node.args[0], "value", None)
            if called not in ("say", "to", "words") or key not in texts("zh"):
                continue
            given = {each.arg for each in node.keywords}
            wanted = places(texts("zh")[key])
            checked += 1
            # Values in a dictionary are not to be seen here.
            if (None not in given and wanted - given) or given - wanted - {None}:
                wrong.append((path.name, node.lineno, key, wanted ^ given))
    assert checked > 300
    assert not wrong


def test_every_column_has_a_label_and_every_label_a_column():
    # Columns by month, year or vintage are labelled by the chart or table that has them.
    unnamed = [name for name in COLUMNS if not re.search(r"_\d+(_wan)?$", name)]
    for lang in LANGUAGES:
        known = set(texts(lang))
        assert not [n for n in unnamed if not {f"column.{n}", f"group.{n}"} & known]
    # Heads of an index, and columns that hold text alone, need no unit.
    exact, _, _ = said_in_code()
    labels = [key.removeprefix("column.") for key in texts("zh") if key.startswith("column.")]
    assert not [name for name in labels if name not in COLUMNS and name not in exact]


def test_every_caption_is_that_of_a_table_of_a_notebook():
    names = {key.removeprefix("table.") for key in texts("zh") if key.startswith("table.")}
    assert names
    assert not names - in_notebooks()


def test_every_term_is_explained():
    explained = {key.removeprefix("glossary.") for key in texts("zh") if key.startswith("glossary")}
    terms = {key.removeprefix("term.") for key in texts("zh") if key.startswith("term.")}
    assert not terms - explained


def test_every_notebook_has_a_name_on_the_front_page():
    for path in NOTEBOOKS.glob("[0o-u]*.ipynb"):
        assert f"report.notebook_{path.stem}" in texts("zh"), path.name


def test_a_term_is_called_the_same_in_the_glossary_and_over_a_column():
    for lang in LANGUAGES:
        known = texts(lang)
        both = {
            key: (text, known[f"term.{key.removeprefix('column.')}"])
            for key, text in known.items()
            if key.startswith("column.") and f"term.{key.removeprefix('column.')}" in known
        }
        assert both
        # Either may be the longer one: with the short form, or with the author's name.
        assert not [
            pair
            for pair in both.values()
            if not pair[0].startswith(pair[1]) and not pair[1].startswith(pair[0])
        ]


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
        # Words of an earlier version of the pages.
        "占比之比": "ratio",
        "尚无定论": "verdict",
        "须移动": "hoover",
        "按比例应得": "proportional_wan",
        "应支出": "demand",
        "区间下端": "low",
        "区间上端": "high",
        "本页用语": "glossary",
        "假设与取值": "parameters",
        "年底前用尽": "odds",
    },
    "en": {
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
    said = dict(texts(lang))
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
    names = [unit_name("wan", lang, money) for lang in LANGUAGES for money in ("CNY", "USD")]
    assert names == ["万元", "万美元", "10,000 yuan", "dollars"]
    with pytest.raises(ReportError, match="EUR"):
        unit_name("wan", "en", "EUR")
