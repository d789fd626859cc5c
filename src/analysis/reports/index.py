"""The front page of a folder of reports: what is there, what failed, and where to look first."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from analysis.reports import formats
from analysis.reports.page import TEMPLATES, finish, site
from analysis.reports.status import in_order
from analysis.words import LANGUAGES, catalogue


@dataclass(frozen=True)
class IndexEntry:
    """One report in one language.

    Parameters
    ----------
    place : str
        Where it stands below the index page, without its ending: ``case/NAME``.
    notebook : str
        The notebook's name.
    case_name, case_title_zh, case_title_en : str
    lang : str
        ``zh`` or ``en``.
    command : str
        What to type to make the report again.
    unit_code : str, optional
        None for the whole case.
    unit_name_zh, unit_name_en : str
    reason_zh, reason_en : str
        Why it could not be made; empty where it was.
    statuses : sequence of str
        Every status used.
    numbers : sequence of mapping
        The key figures, as `results.key_findings` returns them.
    currency : str
    """

    place: str
    notebook: str
    case_name: str
    case_title_zh: str
    case_title_en: str
    lang: str
    command: str
    unit_code: str | None = None
    unit_name_zh: str = ""
    unit_name_en: str = ""
    reason_zh: str = ""
    reason_en: str = ""
    statuses: Sequence[str] = ()
    numbers: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    currency: str = "CNY"

    @property
    def failed(self) -> bool:
        """Tell whether the report could not be made."""
        return bool(self.reason_zh or self.reason_en)


@dataclass(frozen=True)
class _Link:
    lang: str
    text: str
    href: str


@dataclass(frozen=True)
class _Row:
    name_zh: str
    name_en: str
    code: str
    figures: tuple[tuple[str, str], ...]
    statuses: tuple[tuple[str, str], ...]
    pages: tuple[_Link, ...]
    files: tuple[_Link, ...]


@dataclass(frozen=True)
class _Group:
    title_zh: str
    title_en: str
    case_zh: str
    case_en: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[_Row, ...]


def index_page(entries: Iterable[IndexEntry], *, title_zh: str = "", title_en: str = "") -> str:
    """Return the page that lists every report, in Chinese with English beside it.

    Failures come first, each with its reason and the command that makes it again. The page
    works without a script; with one, its rows can be searched and sorted.

    Parameters
    ----------
    entries : iterable of IndexEntry
        In the order to list them.
    title_zh, title_en : str
        Heading of the page; by default "报告目录" and "Reports".

    Raises
    ------
    ReportError
        If the shipped font lacks a character of the page.
    """
    listed = list(entries)
    zh, en = catalogue("zh"), catalogue("en")
    script = (TEMPLATES / "page" / "site.js").read_text(encoding="utf-8").strip()
    page = {
        "zh": zh,
        "en": en,
        "title_zh": title_zh or zh("report.index_title"),
        "title_en": title_en or en("report.index_title"),
        "failed": [entry for entry in listed if entry.failed],
        "groups": _groups([entry for entry in listed if not entry.failed]),
        "count": len(listed),
        "script": script,
        "script_hash": _csp_hash(script),
    }
    html = site().get_template("site.html.j2").render(page=page)
    return finish(html.rstrip() + "\n", "index.html")


def _groups(entries: Sequence[IndexEntry]) -> list[_Group]:
    groups: dict[tuple[str, str], dict[str | None, dict[str, IndexEntry]]] = {}
    for entry in entries:
        units = groups.setdefault((entry.case_name, entry.notebook), {})
        units.setdefault(entry.unit_code, {})[entry.lang] = entry
    return [_group(list(units.values())) for units in groups.values()]


def _group(units: Sequence[Mapping[str, IndexEntry]]) -> _Group:
    one = next(iter(units[0].values()))
    titles = {lang: _notebook_title(one.notebook, lang) for lang in LANGUAGES}
    keys: dict[str, dict[str, str]] = {}
    for unit in units:
        for lang, entry in unit.items():
            for item in entry.numbers:
                keys.setdefault(item["key"], {})[lang] = item["label"]
    columns = [(labels.get("zh", ""), labels.get("en", "")) for labels in keys.values()]
    return _Group(
        title_zh=titles["zh"],
        title_en=titles["en"],
        case_zh=one.case_title_zh,
        case_en=one.case_title_en,
        columns=tuple(columns),
        rows=tuple(_row(unit, list(keys)) for unit in units),
    )


def _row(unit: Mapping[str, IndexEntry], keys: Sequence[str]) -> _Row:
    languages = [lang for lang in LANGUAGES if lang in unit]
    first = unit[languages[0]]
    zh, en = catalogue("zh"), catalogue("en")
    whole = first.unit_code is None
    return _Row(
        name_zh=zh("report.index_whole") if whole else first.unit_name_zh,
        name_en=en("report.index_whole") if whole else first.unit_name_en,
        code=first.unit_code or "",
        figures=tuple(_figure(first, key) for key in keys),
        statuses=tuple(
            (status, zh(f"status.{status}"))
            for status in _telling(s for entry in unit.values() for s in entry.statuses)
        ),
        pages=tuple(
            _Link(lang, catalogue(lang)("report.language_name"), _href(unit[lang], ".html"))
            for lang in languages
        ),
        files=tuple(
            _Link(first.lang, text, _href(first, ending))
            for text, ending in (("JSON", ".json"), ("Excel", ".xlsx"), ("Jupyter", ".ipynb"))
        ),
    )


def _figure(entry: IndexEntry, key: str) -> tuple[str, str]:
    found = next((item for item in entry.numbers if item["key"] == key), None)
    if found is None or found["value"] is None:
        return formats.NOTHING, ""
    value = found["value"]
    if isinstance(value, str):
        return value, value
    written = formats.number(value, found["unit"], entry.lang, entry.currency, found.get("digits"))
    return written, repr(value)


def _telling(statuses: Iterable[str]) -> list[str]:
    used = in_order(statuses)
    return [status for status in used if status != "official"] or used


def _notebook_title(notebook: str, lang: str) -> str:
    texts, key = catalogue(lang).texts, f"report.notebook_{notebook}"
    return texts.get(key, notebook)


def _href(entry: IndexEntry, ending: str) -> str:
    return quote(entry.place + ending)


def _csp_hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
