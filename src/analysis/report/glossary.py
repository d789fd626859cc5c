"""What the terms of the reports mean: the page that lists them, and which of them a page uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.report.assets import finish, site, visible_text
from analysis.words import LANGUAGES, catalogue

NAME = "glossary.html"
_SECTION, _SOURCE = "glossary.", "_source"
_BRACKETS = re.compile(r"\s*[（(]([^（）()]+)[）)]")


@dataclass(frozen=True)
class Term:
    """A term of a page.

    Parameters
    ----------
    key : str
        Its anchor on the page of terms.
    name, definition, source : mapping of language to str
        What it is called, with other names in brackets; what it means; where that comes from,
        which may be empty.
    """

    key: str
    name: Mapping[str, str]
    definition: Mapping[str, str]
    source: Mapping[str, str]


def terms() -> list[Term]:
    """Return every term that is explained: those of the catalogue in its order, then measures.

    Examples
    --------
    >>> next(term.name["en"] for term in terms() if term.key == "gini")
    'Gini index'
    """
    # Loads NumPy, which a batch without anything to make does not need.
    from analysis.inequality.registry import MEASURES

    texts = {lang: catalogue(lang).texts for lang in LANGUAGES}

    def of(key: str) -> dict[str, str]:
        return {lang: texts[lang].get(key, "") for lang in LANGUAGES}

    listed = [
        Term(key, of(f"term.{key}"), of(_SECTION + key), of(_SECTION + key + _SOURCE))
        for key in _defined(texts["zh"])
    ]
    measures = [
        Term(key, each.label, each.meaning, dict.fromkeys(LANGUAGES, each.source.replace("*", "")))
        for key, each in MEASURES.items()
    ]
    return [*listed, *measures]


def glossary_page() -> str:
    """Return the page that lists the terms, in Chinese with English beside it.

    Each has its key for an anchor: ``glossary.html#need_share``.

    Raises
    ------
    ReportError
        If the shipped font lacks a character of the page.
    """
    page = {"zh": catalogue("zh"), "en": catalogue("en"), "terms": terms()}
    html = site().get_template("glossary.html.j2").render(page=page)
    return finish(html.rstrip() + "\n", NAME)


def terms_on(html: str, lang: str) -> list[Term]:
    """Return the terms that a page names, in order of first occurrence.

    Parameters
    ----------
    html, lang : str

    Examples
    --------
    >>> [term.key for term in terms_on("<th>unit</th><th>need share</th>", "en")]
    ['need_share']
    """
    known = {term.key: term for term in terms()}
    # Cells side by side are words of their own.
    return [known[key] for key in terms_used(visible_text(html.replace("<", " <")), lang)]


def terms_used(text: str, lang: str) -> list[str]:
    """Return the keys of the glossary's terms that a text names, in order of first occurrence.

    A name that stands inside a longer one is not counted there. A name with another in brackets,
    such as ``minimum living allowance (dibao)``, is found by either. English names are found in
    capitals and in the plural, too, but only as whole words.

    Parameters
    ----------
    text : str
        The visible text of a page.
    lang : str
        ``zh`` or ``en``.

    Examples
    --------
    >>> terms_used("资金占比 16.3%，匹配度 1.74；低保标准不低于上年。", "zh")
    ['share', 'ratio', 'minimum_allowance']
    >>> terms_used("Need shares, then the Gini index: what is needed?", "en")
    ['need_share', 'gini']
    """
    # English names are plain ASCII, and a text of that alone is searched several times faster.
    searched = text.encode("ascii", "replace").decode().lower() if lang == "en" else text
    known, pattern = _names(lang)
    return list(dict.fromkeys(known[found[1]] for found in pattern.finditer(searched)))


def _defined(texts: Mapping[str, str]) -> list[str]:
    """Return the keys of terms; the source of a term is none itself."""
    keys = [key.removeprefix(_SECTION) for key in texts if key.startswith(_SECTION)]
    return [key for key in keys if key.removesuffix(_SOURCE) not in {*keys} - {key}]


@cache
def _names(lang: str) -> tuple[dict[str, str], re.Pattern[str]]:
    """Return the term that each name is of, and what finds names, the longest where several do."""
    known = {name: term.key for term in terms() for name in _spellings(term.name[lang], lang)}
    names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    word = rf"(?<![a-z0-9])({names})s?(?![a-z0-9])" if lang == "en" else f"({names})"
    return known, re.compile(word)


def _spellings(name: str, lang: str) -> list[str]:
    found = [_BRACKETS.sub("", name), *_BRACKETS.findall(name)]
    return [each.lower() for each in found] if lang == "en" else found
