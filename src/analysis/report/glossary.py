"""The page that says what the terms of the reports mean."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.report.assets import finish, site
from analysis.words import catalogue

NAME = "glossary.html"
_SECTION, _SOURCE = "glossary.", "_source"


@dataclass(frozen=True)
class Term:
    """A term with its definition in both languages; a source may be empty."""

    key: str
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    source_zh: str
    source_en: str


def terms() -> list[Term]:
    """Return every term that has a definition, in the order of the Chinese catalogue.

    Examples
    --------
    >>> next(term.name_en for term in terms() if term.key == "need_share")
    'need share'
    """
    zh, en = catalogue("zh").texts, catalogue("en").texts
    keys = [key.removeprefix(_SECTION) for key in zh if key.startswith(_SECTION)]
    defined = [key for key in keys if key.removesuffix(_SOURCE) not in {*keys} - {key}]
    return [
        Term(
            key=key,
            name_zh=zh[f"term.{key}"],
            name_en=en[f"term.{key}"],
            definition_zh=zh[_SECTION + key],
            definition_en=en[_SECTION + key],
            source_zh=zh.get(_SECTION + key + _SOURCE, ""),
            source_en=en.get(_SECTION + key + _SOURCE, ""),
        )
        for key in defined
    ]


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
