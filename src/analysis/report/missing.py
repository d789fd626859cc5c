"""Reports that are not there: equal reasons once, and the command that makes them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.report.listing import STATES, Both, IndexEntry, notebook_title, unit_name
from analysis.words import LANGUAGES, catalogue

# Up to so many reports that failed for the same reason have a line each, and no command for all.
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

    `named` has the name and code of each unit once, `single` what each report is and its own
    command, where they are few. `command` makes all of them; it is empty where each has its own,
    or none can be told.
    """

    state: str
    case: Both
    reason: Both
    reports: int
    named: tuple[tuple[Both, str], ...]
    single: tuple[tuple[Both, str], ...]
    command: str


def missing(entries: Iterable[IndexEntry]) -> list[Missing]:
    """Group the reports that are not there by reason, those that failed first.

    Parameters
    ----------
    entries : iterable of IndexEntry
        Those that were made are passed over.
    """
    groups: dict[tuple[str, str, Both], list[IndexEntry]] = {}
    for entry in entries:
        if not entry.made:
            reason = _reason(entry, without_unit=entry.state == "failed")
            groups.setdefault((entry.state, entry.case_name, reason), []).append(entry)
    found = [_missing(state, group) for (state, *_), group in groups.items()]
    return sorted(found, key=lambda each: [*STATES].index(each.state))


def batch_command(entries: Sequence[IndexEntry]) -> str:
    """Return the batch command that makes all of these reports; empty where none can be told.

    Reports that are there stay as they are. Where many units are concerned it asks for all.

    Parameters
    ----------
    entries : sequence of IndexEntry
        Of one case and one output folder.
    """
    read: dict[str, tuple[str, str, str] | None] = {}
    for entry in entries:
        # Commands that differ in their unit alone are read once.
        general = entry.command.replace(entry.place, "").replace(f" --unit {entry.unit_code} ", " ")
        if general not in read:
            read[general] = _parts(entry)
    parts = [part for part in read.values() if part]
    if len(parts) < len(read) or len({part[:2] for part in parts}) != 1:
        return ""
    case, out, _ = parts[0]
    words = ["relief", "batch", "--case", case, "--out", out]
    notebooks = list(dict.fromkeys(notebook for _, _, notebook in parts))
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
    differ = len({(entry.reason_zh, entry.reason_en) for entry in group}) > 1
    has_failed = state == "failed"
    command = "" if has_failed and len(group) <= IN_FULL_UP_TO else batch_command(group)
    listed = not command or (has_failed and len(group) <= COMMANDS_UP_TO)
    return Missing(
        state=state,
        case=Both(one.case_title_zh, one.case_title_en),
        reason=_reason(one, without_unit=differ),
        reports=len(group),
        named=tuple(dict.fromkeys((unit_name(entry), entry.unit_code or "") for entry in group)),
        single=tuple((_single(entry), entry.command) for entry in group) if listed else (),
        command=command,
    )


def _single(entry: IndexEntry) -> Both:
    lang = catalogue(entry.lang)("report.language_name")
    pairs = zip(unit_name(entry), notebook_title(entry.notebook), strict=True)
    return Both(*(f"{name} · {title} · {lang}" for name, title in pairs))


def _reason(entry: IndexEntry, *, without_unit: bool) -> Both:
    """Return the reason; without what names the unit, the same fault of many units is one."""
    reason = Both(entry.reason_zh, entry.reason_en)
    if not without_unit:
        return reason
    names = [name for name in (entry.unit_name_zh, entry.unit_name_en) if len(name) > 1]
    return Both(*(_cut(text, names, entry.unit_code or "") for text in reason))


def _cut(text: str, names: Sequence[str], code: str) -> str:
    for name in names:
        text = text.replace(name, LEFT_OUT)
    if len(code) > 3 and code in text:
        text = re.sub(rf"(?<!\w){re.escape(code)}(?!\w)", LEFT_OUT, text)
    return text
