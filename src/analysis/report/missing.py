"""Reports that are not there: equal reasons once, and the command that makes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.report.listing import STATES, Both, IndexEntry, notebook_title, unit_name
from analysis.words import catalogue

# Up to so many reports that failed for the same reason have a line each, and no command for all.
IN_FULL_UP_TO = 5
# Up to so many commands of single reports are listed.
COMMANDS_UP_TO = 200
LEFT_OUT = "…"


@dataclass(frozen=True)
class Missing:
    """Reports of one case that are not there for the same reason.

    `named` has the name and code of each unit once, `single` what each report is and its own
    command, where they are few. `command` is that of the batch that makes all of them; it is empty
    where each has its own, or they are of several batches.
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


def _missing(state: str, group: Sequence[IndexEntry]) -> Missing:
    one = group[0]
    differ = len({(entry.reason_zh, entry.reason_en) for entry in group}) > 1
    has_failed = state == "failed"
    batches = {entry.batch_command for entry in group}
    in_full = (has_failed and len(group) <= IN_FULL_UP_TO) or len(batches) > 1
    command = "" if in_full else one.batch_command
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
