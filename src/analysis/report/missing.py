"""Reports that are not there: equal reasons once, and the command that makes them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from analysis.report.entry import IndexEntry
from analysis.report.listing import STATES, notebook_title, state_of
from analysis.words import LANGUAGES, catalogue

# Up to so many reports with the same reason have a line each.
IN_FULL_UP_TO = 5
# Up to so many units stand in the command; more are better served by all.
UNITS_UP_TO = 12
# Up to so many commands of single reports are listed.
COMMANDS_UP_TO = 200
USUAL_NOTEBOOKS = {"overview_report", "unit_report"}
LEFT_OUT = "…"


@dataclass(frozen=True)
class Missing:
    """Reports of one case that are not there for the same reason.

    Attributes
    ----------
    state : str
        ``failed`` or ``waiting``.
    case_zh, case_en, reason_zh, reason_en : str
    reports : int
    named : tuple of (name in Chinese, in English, code)
        Their units, each once.
    single : tuple of (what it is in Chinese, in English, command)
        A line for each report, where they are few.
    command : str
        What makes all of them; empty where each has its own or none can be told.
    """

    state: str
    case_zh: str
    case_en: str
    reason_zh: str
    reason_en: str
    reports: int
    named: tuple[tuple[str, str, str], ...]
    single: tuple[tuple[str, str, str], ...]
    command: str


def missing(entries: Iterable[IndexEntry], waiting: Collection[str]) -> list[Missing]:
    """Group the reports that are not there by reason, those that failed first.

    Parameters
    ----------
    entries : iterable of IndexEntry
        Those that were made are passed over.
    waiting : collection of str
        Places of the reports that are still to be made.
    """
    groups: dict[tuple[str, ...], list[IndexEntry]] = {}
    for entry in entries:
        if entry.failed:
            state = state_of(entry, waiting)
            reason = (entry.reason_zh, entry.reason_en) if state == "waiting" else _reason(entry)
            key = (state, entry.case_name, *reason)
            groups.setdefault(key, []).append(entry)
    found = [_missing(state, group) for (state, *_), group in groups.items()]
    return sorted(found, key=lambda each: STATES.index(each.state))


def batch_command(entries: Sequence[IndexEntry]) -> str:
    """Return the batch command that makes all of these reports; empty where none can be told.

    Reports that are there stay as they are. Where many units are concerned it asks for all.

    Parameters
    ----------
    entries : sequence of IndexEntry
        Of one case and one output folder.
    """
    read: dict[str, tuple[str, str, str] | None] = {}
    parts = []
    for entry in entries:
        # Commands that differ in their unit alone are read once.
        alike = entry.command.replace(entry.place, "").replace(f" --unit {entry.unit_code} ", " ")
        if alike not in read:
            read[alike] = _parts(entry)
        parts.append(read[alike])
    told = {part[:2] for part in parts if part}
    if None in parts or len(told) != 1:
        return ""
    ((case, out),) = told
    words = ["relief", "batch", "--case", case, "--out", out]
    notebooks = list(dict.fromkeys(part[2] for part in parts if part))
    if set(notebooks) != USUAL_NOTEBOOKS:
        for notebook in notebooks:
            words += ["--notebook", notebook]
    units = list(dict.fromkeys(e.unit_code for e in entries if e.unit_code is not None))
    if 0 < len(units) <= UNITS_UP_TO:
        words += ["--units", ",".join(units)]
    langs = [lang for lang in LANGUAGES if any(entry.lang == lang for entry in entries)]
    if len(langs) < len(LANGUAGES):
        words += ["--lang", *langs]
    return shlex.join(words)


def _parts(entry: IndexEntry) -> tuple[str, str, str] | None:
    """Return the case, the output folder and the notebook that a report's own command names."""
    try:
        words = shlex.split(entry.command)
        case, page = (words[words.index(name) + 1] for name in ("--case", "--out"))
    except (ValueError, IndexError):
        return None
    below = f"{entry.place}.html"
    if words[:2] != ["relief", "report"] or not f"/{page}".endswith(f"/{below}"):
        return None
    folder = page.removesuffix(below)
    return case, folder.rstrip("/") or folder or ".", words[2]


def _missing(state: str, group: Sequence[IndexEntry]) -> Missing:
    one = group[0]
    same = len({(entry.reason_zh, entry.reason_en) for entry in group}) == 1
    reason_zh, reason_en = (one.reason_zh, one.reason_en) if same else _reason(one)
    few = len(group) <= IN_FULL_UP_TO
    command = batch_command(group) if state == "waiting" or not few else ""
    listed = few or not command or (state == "failed" and len(group) <= COMMANDS_UP_TO)
    return Missing(
        state=state,
        case_zh=one.case_title_zh,
        case_en=one.case_title_en,
        reason_zh=reason_zh,
        reason_en=reason_en,
        reports=len(group),
        named=tuple(dict.fromkeys(_name(entry) for entry in group)),
        single=tuple(_single(entry) for entry in group)
        if listed and not (state == "waiting" and command)
        else (),
        command=command,
    )


def _name(entry: IndexEntry) -> tuple[str, str, str]:
    if entry.unit_code is None:
        zh, en = (catalogue(lang)("report.index_whole") for lang in ("zh", "en"))
        return zh, en, ""
    return entry.unit_name_zh, entry.unit_name_en, entry.unit_code


def _single(entry: IndexEntry) -> tuple[str, str, str]:
    zh, en, _ = _name(entry)
    said = [
        " · ".join(
            (
                name,
                notebook_title(entry.notebook, lang),
                catalogue(entry.lang)("report.language_name"),
            )
        )
        for name, lang in ((zh, "zh"), (en, "en"))
    ]
    return said[0], said[1], entry.command


def _reason(entry: IndexEntry) -> tuple[str, str]:
    """Return the reason without what names the unit: the same fault of many units is one."""
    names = [name for name in (entry.unit_name_zh, entry.unit_name_en) if len(name) > 1]
    code = entry.unit_code
    return _without(entry.reason_zh, names, code), _without(entry.reason_en, names, code)


def _without(reason: str, names: Sequence[str], code: str | None) -> str:
    for name in names:
        reason = reason.replace(name, LEFT_OUT)
    if code is not None and len(code) > 3 and code in reason:
        reason = re.sub(rf"(?<!\w){re.escape(code)}(?!\w)", LEFT_OUT, reason)
    return reason
