"""The tables of the front page: one for each notebook of each case, with a row for each unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import quote

from analysis.report.status import in_order
from analysis.words import LANGUAGES, catalogue, numbers

# A longer table links one file a row; the page's script adds the others to the rows it shows.
ALL_FILES_UP_TO = 300
# What became of a report, the worst first, and what that is called.
STATES = {"failed": "index.failed", "waiting": "index.waiting", "made": "index.made"}


@dataclass(frozen=True)
class IndexEntry:
    """What is known of one report in one language: all that the front page says of it, and more.

    Parameters
    ----------
    place : str
        Where it stands below the front page, without its ending: ``case/NAME``.
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
    state : str
        One of `STATES`: made, failed, or waiting to be made, for the first time or again.
    reason_zh, reason_en : str
        Why it is not there; empty where it was made.
    statuses : sequence of str
        Every status used.
    numbers : sequence of mapping
        The key figures, as `results.key_findings` returns them.
    currency : str
    key : str
        What it was made from, as a hash; empty where it was never tried.
    notebook_path : str
    batch_command : str
        What to type to make all reports of its batch that are not there.
    files : mapping
        SHA-256 of each of its files, by the path below the front page.
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
    state: str = "made"
    reason_zh: str = ""
    reason_en: str = ""
    statuses: Sequence[str] = ()
    numbers: Sequence[Mapping[str, Any]] = ()
    currency: str = "CNY"
    key: str = ""
    notebook_path: str = ""
    batch_command: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def made(self) -> bool:
        """Whether the report is there and up to date."""
        return self.state == "made"


# A key figure as results keep it, and the report that it is of.
Cell = tuple[Mapping[str, Any], IndexEntry]


class Both(NamedTuple):
    """A text in Chinese and in English."""

    zh: str
    en: str


class Figure(NamedTuple):
    """A key figure as its cell shows it; `status` is empty where there is none."""

    text: str
    status: str = ""


@dataclass(frozen=True)
class Column:
    """A column of key figures; its unit is empty where each cell has its own."""

    key: str
    label: Both
    unit: Both
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Row:
    """A unit's reports; of the whole case where there is no code.

    `pages` and `files` are addresses, empty where there is no report. `ratio` is the ratio of
    money to need and `verdict` what the report concludes of it: below, above, even or open.
    """

    name: Both
    code: str
    pages: Both
    files: str
    figures: Sequence[Figure]
    statuses: Sequence[str]
    state: str
    state_langs: Sequence[str]
    ratio: float | None
    verdict: str


@dataclass(frozen=True)
class Listing:
    """The reports of one notebook of one case."""

    title: Both
    case: Both
    columns: Sequence[Column]
    rows: Sequence[Row]
    all_files: bool


def both(key: str, **values: object) -> Both:
    """Return a text of the catalogue in both languages."""
    return Both(catalogue("zh")(key, **values), catalogue("en")(key, **values))


def titled(key: str, otherwise: str) -> Both:
    """Return a text of the catalogue in both languages; another text where it has none."""
    return both(key) if key in catalogue("zh").texts else Both(otherwise, otherwise)


def notebook_title(notebook: str) -> Both:
    """Return what a notebook's reports are called; the name of one that is not the product's."""
    return titled(f"report.notebook_{notebook}", notebook)


def unit_name(entry: IndexEntry) -> Both:
    """Return the name of the unit that a report is about."""
    if entry.unit_code is None:
        return both("report.index_whole")
    return Both(entry.unit_name_zh, entry.unit_name_en)


def listings(entries: Iterable[IndexEntry]) -> list[Listing]:
    """Return the tables in the order of their first entries."""
    groups: dict[tuple[str, str], dict[str | None, dict[str, IndexEntry]]] = {}
    for entry in entries:
        units = groups.setdefault((entry.case_name, entry.notebook), {})
        units.setdefault(entry.unit_code, {})[entry.lang] = entry
    return [_listing(list(units.values())) for units in groups.values()]


def _listing(units: Sequence[Mapping[str, IndexEntry]]) -> Listing:
    one = next(iter(units[0].values()))
    made = [
        [unit[lang] for lang in LANGUAGES if lang in unit and unit[lang].made] for unit in units
    ]
    columns = _columns(made)
    return Listing(
        title=notebook_title(one.notebook),
        case=Both(one.case_title_zh, one.case_title_en),
        columns=columns,
        rows=[
            _row(unit, made[place], [column.figures[place] for column in columns])
            for place, unit in enumerate(units)
        ],
        all_files=len(units) <= ALL_FILES_UP_TO,
    )


def _columns(made: Sequence[Sequence[IndexEntry]]) -> list[Column]:
    """Return a column for each key figure, from the first report that was made of each unit."""
    labels: dict[str, dict[str, str]] = {}
    for entry in chain.from_iterable(made):
        for item in entry.numbers:
            labels.setdefault(item["key"], {}).setdefault(entry.lang, item["label"])
    columns = []
    for key, label in labels.items():
        names = Both(label.get("zh") or label["en"], label.get("en", ""))
        columns.append(Column(key, names, *_written([_find(unit, key) for unit in made])))
    return columns


def _find(made: Sequence[IndexEntry], key: str) -> Cell | None:
    """Return a key figure of the first of a unit's reports, and that report."""
    cells = ((item, entry) for entry in made[:1] for item in entry.numbers if item["key"] == key)
    return next((cell for cell in cells if cell[0]["value"] is not None), None)


def _written(cells: Sequence[Cell | None]) -> tuple[Both, list[Figure]]:
    """Write a column's figures: bare under their unit where that is the same for all."""
    counted = [cell for cell in cells if cell and not isinstance(cell[0]["value"], str)]
    units = {item["unit"] for item, _ in counted}
    if len(units) != 1 or "month" in units:
        return Both("", ""), [_figure(cell) for cell in cells]
    unit, currency = counted[0][0]["unit"], counted[0][1].currency
    digits = numbers.default_digits(unit, [item["value"] for item, _ in counted])
    name = Both(*(numbers.unit_name(unit, lang, currency) for lang in LANGUAGES))
    return name, [_figure(cell, digits) for cell in cells]


def _figure(cell: Cell | None, usual_digits: int | None = None) -> Figure:
    """Write one figure: with its unit where no usual number of digits is given."""
    if cell is None:
        return Figure(numbers.NOTHING)
    item, entry = cell
    value, digits = item["value"], item.get("digits")
    if isinstance(value, str):
        text = value
    elif usual_digits is None:
        text = numbers.number(value, item["unit"], entry.lang, entry.currency, digits)
    else:
        text = numbers.figure(value, item["unit"], usual_digits if digits is None else digits)
    return Figure(text, item["status"])


def _row(
    unit: Mapping[str, IndexEntry],
    made: Sequence[IndexEntry],
    figures: Sequence[Figure],
) -> Row:
    one = next(iter(unit.values()))
    states = {lang: entry.state for lang, entry in unit.items()}
    worst = next(state for state in STATES if state in states.values())
    langs = [lang for lang in LANGUAGES if states.get(lang) == worst]
    pages = {entry.lang: quote(f"{entry.place}.html") for entry in made}
    ratio, verdict = (None, "") if one.unit_code is None else _ratio(made)
    return Row(
        name=unit_name(one),
        code=one.unit_code or "",
        pages=Both(pages.get("zh", ""), pages.get("en", "")),
        files=quote(made[0].place) if made else "",
        figures=figures,
        statuses=in_order(status for entry in made for status in entry.statuses),
        state=worst,
        state_langs=langs if len(langs) < len(unit) else (),
        ratio=ratio,
        verdict=verdict,
    )


def _ratio(made: Sequence[IndexEntry]) -> tuple[float | None, str]:
    """Return a unit's ratio of money to need and its verdict, if its report has one."""
    found = _find(made, "ratio")
    item = found[0] if found else {}
    if item.get("unit") != "ratio" or isinstance(item["value"], str) or item["value"] < 0:
        return None, ""
    verdict = item.get("verdict")
    return item["value"], verdict if verdict in ("below", "above", "even") else "open"
