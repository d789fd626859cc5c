"""The tables of the front page: one for each notebook of each case, with a row for each unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from analysis.report import formats
from analysis.report.entry import IndexEntry
from analysis.report.status import in_order
from analysis.words import LANGUAGES, catalogue

# A longer table links one file a row; the page's script adds the others to the rows it shows.
ALL_FILES_UP_TO = 300
FILES = (("Excel", ".xlsx"), ("JSON", ".json"), ("Jupyter", ".ipynb"))
# What became of a report, the worst first.
STATES = ("failed", "waiting", "made")


@dataclass(frozen=True)
class Figure:
    """A key figure as its cell shows it; `status` is empty where there is none."""

    text: str
    status: str = ""


@dataclass(frozen=True)
class Column:
    """A column of key figures: its label and unit in both languages."""

    key: str
    zh: str
    en: str
    unit_zh: str = ""
    unit_en: str = ""


@dataclass(frozen=True)
class Row:
    """A unit: its names, with an address where there is a report in that language."""

    name_zh: str
    name_en: str
    href_zh: str
    href_en: str
    code: str
    whole: bool
    figures: tuple[Figure, ...]
    statuses: tuple[str, ...]
    state: str
    state_langs: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    ratio: Mapping[str, Any] | None


@dataclass(frozen=True)
class Listing:
    """The reports of one notebook of one case."""

    title_zh: str
    title_en: str
    case_zh: str
    case_en: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    all_made: bool
    all_files: bool


def listings(entries: Iterable[IndexEntry], waiting: Collection[str]) -> list[Listing]:
    """Return the tables in the order of their first entries.

    Parameters
    ----------
    entries : iterable of IndexEntry
    waiting : collection of str
        Places of the reports that are still to be made.
    """
    groups: dict[tuple[str, str], dict[str | None, dict[str, IndexEntry]]] = {}
    for entry in entries:
        units = groups.setdefault((entry.case_name, entry.notebook), {})
        units.setdefault(entry.unit_code, {})[entry.lang] = entry
    return [_listing(list(units.values()), waiting) for units in groups.values()]


def notebook_title(notebook: str, lang: str) -> str:
    """Return what a notebook's reports are called; the name of one that is not the product's."""
    return catalogue(lang).texts.get(f"report.notebook_{notebook}", notebook)


def _listing(units: Sequence[Mapping[str, IndexEntry]], waiting: Collection[str]) -> Listing:
    one = next(iter(units[0].values()))
    shown = [_shown(unit) for unit in units]
    columns, found = _columns(units, shown)
    rows = tuple(
        _row(unit, figures, waiting, all_files=len(units) <= ALL_FILES_UP_TO)
        for unit, figures in zip(units, found, strict=True)
    )
    return Listing(
        title_zh=notebook_title(one.notebook, "zh"),
        title_en=notebook_title(one.notebook, "en"),
        case_zh=one.case_title_zh,
        case_en=one.case_title_en,
        columns=columns,
        rows=rows,
        all_made=all(row.state == "made" for row in rows),
        all_files=len(units) <= ALL_FILES_UP_TO,
    )


def _shown(unit: Mapping[str, IndexEntry]) -> IndexEntry | None:
    """Return the report that a unit's row takes its figures from: the first that was made."""
    made = [unit[lang] for lang in LANGUAGES if lang in unit and not unit[lang].failed]
    return made[0] if made else None


def _columns(
    units: Sequence[Mapping[str, IndexEntry]], shown: Sequence[IndexEntry | None]
) -> tuple[tuple[Column, ...], list[tuple[Figure, ...]]]:
    labels: dict[str, dict[str, str]] = {}
    for unit in units:
        for lang, entry in unit.items():
            if not entry.failed:
                for item in entry.numbers:
                    labels.setdefault(item["key"], {}).setdefault(lang, item["label"])
    numbers = [{n["key"]: n for n in entry.numbers} if entry else {} for entry in shown]
    columns, by_column = [], []
    for key, label in labels.items():
        items = [(each.get(key), entry) for each, entry in zip(numbers, shown, strict=True)]
        zh, en = label.get("zh") or label.get("en", ""), label.get("en", "")
        unit_names, figures = _column_figures(items)
        columns.append(Column(key, zh, en, *unit_names))
        by_column.append(figures)
    rows = [tuple(cells) for cells in zip(*by_column, strict=True)] or [()] * len(units)
    return tuple(columns), rows


def _column_figures(
    items: Sequence[tuple[Mapping[str, Any] | None, IndexEntry | None]],
) -> tuple[tuple[str, str], list[Figure]]:
    """Write a column's figures: bare under their unit where that is the same for all."""
    numbers = [
        (item, entry)
        for item, entry in items
        if item and entry and item.get("unit") and isinstance(item["value"], int | float)
    ]
    units = {(item["unit"], entry.currency) for item, entry in numbers}
    if len(units) != 1 or next(iter(units))[0] == "month":
        return ("", ""), [_worded(item, entry) for item, entry in items]
    unit, currency = next(iter(units))
    places = formats.default_digits(unit, [item["value"] for item, _ in numbers])
    figures = []
    for item, _ in items:
        if item is None or item["value"] is None:
            figures.append(Figure(formats.NOTHING))
        elif isinstance(item["value"], str):
            figures.append(Figure(item["value"], item["status"]))
        else:
            digits = item.get("digits")
            text = formats.figure(item["value"], unit, places if digits is None else digits)
            figures.append(Figure(text, item["status"]))
    return _unit_names(unit, currency), figures


def _unit_names(unit: str, currency: str) -> tuple[str, str]:
    zh, en = (formats.unit_name(unit, lang, currency) for lang in ("zh", "en"))
    return zh, en


def _worded(item: Mapping[str, Any] | None, entry: IndexEntry | None) -> Figure:
    if item is None or entry is None or item["value"] is None:
        return Figure(formats.NOTHING)
    if isinstance(item["value"], str):
        return Figure(item["value"], item["status"])
    text = formats.number(
        item["value"], item["unit"], entry.lang, entry.currency, item.get("digits")
    )
    return Figure(text, item["status"])


def _row(
    unit: Mapping[str, IndexEntry],
    figures: tuple[Figure, ...],
    waiting: Collection[str],
    *,
    all_files: bool,
) -> Row:
    first, shown = next(iter(unit.values())), _shown(unit)
    whole = first.unit_code is None
    states = {lang: state_of(entry, waiting) for lang, entry in unit.items()}
    state = next(each for each in STATES if each in states.values())
    so = tuple(lang for lang in LANGUAGES if states.get(lang) == state)
    used = in_order(s for entry in unit.values() if not entry.failed for s in entry.statuses)
    return Row(
        name_zh=catalogue("zh")("report.index_whole") if whole else first.unit_name_zh,
        name_en=catalogue("en")("report.index_whole") if whole else first.unit_name_en,
        href_zh=_page(unit.get("zh")),
        href_en=_page(unit.get("en")),
        code=first.unit_code or "",
        whole=whole,
        figures=figures,
        statuses=tuple(used),
        state=state,
        state_langs=so if len(so) < len(unit) else (),
        files=_files(shown, all_files=all_files),
        ratio=_ratio(shown),
    )


def state_of(entry: IndexEntry, waiting: Collection[str]) -> str:
    """Return what became of a report: one of `STATES`."""
    if not entry.failed:
        return "made"
    return "waiting" if entry.place in waiting else "failed"


def _page(entry: IndexEntry | None) -> str:
    return quote(f"{entry.place}.html") if entry and not entry.failed else ""


def _files(entry: IndexEntry | None, *, all_files: bool) -> tuple[tuple[str, str], ...]:
    if entry is None:
        return ()
    files = FILES if all_files else FILES[:1]
    return tuple((text, quote(entry.place + ending)) for text, ending in files)


def _ratio(entry: IndexEntry | None) -> Mapping[str, Any] | None:
    """Return a unit's ratio of shares, if its report has one."""
    for item in entry.numbers if entry and entry.unit_code is not None else ():
        value = item["value"]
        if (
            item["key"] == "ratio"
            and item.get("unit") == "ratio"
            and isinstance(value, int | float)
        ):
            return item if value >= 0 else None
    return None
