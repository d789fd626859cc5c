"""Whether the indicators are whole: weights, levels, targets, cells in their columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from analysis.case import Case
from analysis.checks.finding import Finding, finding
from analysis.notice import Notice

# The usual levels of a performance table; the second belongs to the first.
LEVELS = {
    "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}
SECOND_LEVELS = tuple(name for names in LEVELS.values() for name in names)
BASES = ("计划标准", "行业标准", "历史标准")
AS_PRINTED = (
    *("level1", "level2", "level3", "target", "target_again"),
    *("basis", "last_year", "weight", "method", "evidence"),
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DAYS = re.compile(r"\d+\s*(?:日|天|个工作日)内")


def weights(case: Case) -> Iterator[Finding]:
    """Tell where the weights do not add up to 100."""
    total = float(case.indicators["weight"].sum())
    if len(case.indicators) and abs(total - 100) > 1e-9:
        said = {"count": len(case.indicators), "total": total}
        yield finding("WEIGHTS_NOT_100", "indicators", None, "weight", **said)


def method(case: Case) -> Iterator[Finding]:
    """Tell where 福分 stands for 扣分."""
    rows = _where(case, lambda row: "福分" in row["method"])
    if rows:
        yield finding("METHOD_MISPRINTED", "indicators", rows[0], "method", count=len(rows))


def levels(case: Case) -> Iterator[Finding]:
    """Tell where a level's name stands in another column than its own, or is left out."""
    current = ""
    for number, row in _rows(case):
        first, second, name = row["level1"], row["level2"], row["level3"]
        if first in LEVELS:
            current = first
        wrong = ""
        if first and first not in LEVELS:
            wrong = "level1"
        elif (first and not second) or (second and second not in LEVELS.get(current, ())):
            wrong = "level2"
        elif name in (*LEVELS, *SECOND_LEVELS):
            wrong = "level3"
        if wrong:
            said = {"name": name, "level1": (first,) if first else (), "level2": second or ()}
            yield finding("LEVEL_SLIPPED", "indicators", number, wrong, **said)


def targets_differ(case: Case) -> Iterator[Finding]:
    """Tell where the two printed targets of a row are two numbers."""
    for number, row in _rows(case):
        one, two = row["target"], row["target_again"]
        if "%" in one and "%" in two and one != two:
            said = {"name": row["level3"], "target": one, "again": two}
            yield finding("TARGETS_DIFFER", "indicators", number, "target", **said)


def cells_slipped(case: Case) -> Iterator[Finding]:
    """Tell where target, basis and last year's value stand in each other's columns."""
    for number, row in _rows(case):
        if _slipped(row):
            names = ("target", "basis", "target_again", "last_year")
            cells = {name: (row[name],) if row[name] else () for name in names}
            said = {"name": row["level3"], **cells}
            yield finding("CELLS_SLIPPED", "indicators", number, "target", **said)


def last_year(case: Case) -> Iterator[Finding]:
    """Tell where the column of last year's value says 计划标准, the basis of the target."""
    rows = _where(case, lambda row: row["last_year"] in BASES)
    if rows:
        said = {"rows": tuple(rows), "count": len(rows)}
        yield finding("LAST_YEAR_MISSING", "indicators", rows[0], "last_year", **said)


def target_kind(case: Case) -> Iterator[Finding]:
    """Tell where a rate has a target in words, or a state of affairs one in percent."""
    rows = _where(case, _kind_doubtful)
    if rows:
        yield finding("TARGET_KIND_DOUBTFUL", "indicators", rows[0], "target", rows=tuple(rows))


def target_in_name(case: Case) -> Iterator[Finding]:
    """Tell where the target stands in the indicator's name, not in its column."""
    for number, row in _rows(case):
        found = _DAYS.search(row["level3"])
        if found and found[0] not in row["target"]:
            said = {"target": found[0], "cell": row["target"]}
            yield finding("TARGET_IN_NAME", "indicators", number, "target", **said)


def target_value(case: Case) -> Iterator[Finding]:
    """Tell where the normalised target is a number that the row does not print."""
    for number, row in _rows(case):
        value = row["target_value"]
        text = " ".join((row["target"], row["target_again"], row["level3"]))
        if value != "" and float(value) not in [float(each) for each in _NUMBER.findall(text)]:
            said = {"value": float(value), "target": row["target"], "name": row["level3"]}
            yield finding("TARGET_VALUE_DIFFERS", "indicators", number, "target_value", **said)


def transcription(case: Case, notice: Notice) -> Iterator[Finding]:
    """Tell where a row is not the notice's, or a column of it not among the printed cells."""
    printed = [" | ".join(row.filled) for row in notice.annex3.indicators]
    if not printed or case.indicators.empty:
        return
    rows = [row for _, row in _rows(case)]
    for place, (row, notice_row) in enumerate(zip_longest(rows, printed, fillvalue="")):
        said: dict[str, object] = {"notice": (notice_row,) if notice_row else ()}
        if isinstance(row, str):
            line = notice.annex3.indicators[place].line
            yield finding("INDICATOR_DIFFERS", "notice", line, **said, cell=())
            continue
        column, cell = _strange_cell(row, notice_row)
        if column:
            yield finding("INDICATOR_DIFFERS", "indicators", place + 2, column, **said, cell=cell)


def _strange_cell(row: dict[str, Any], notice_row: str) -> tuple[str, str]:
    if row["printed"] != notice_row:
        return "printed", row["printed"]
    cells = notice_row.split(" | ")
    for column in AS_PRINTED:
        text = f"{row[column]:.15g}" if isinstance(row[column], float) else row[column]
        if text and text not in cells:
            return column, text
    return "", ""


def _slipped(row: dict[str, Any]) -> bool:
    target, again, basis = row["target"], row["target_again"], row["basis"]
    if target in BASES or again in BASES or (again and not target):
        return True
    if again and again != target and not ("%" in target and "%" in again):
        return True
    return bool(target) and not basis and row["last_year"] in BASES


def _kind_doubtful(row: dict[str, Any]) -> bool:
    name, target = row["level3"], row["target"]
    if not target or target in BASES:
        return False
    if name.endswith(("率", "比例")):
        return not _NUMBER.search(target)
    return name.endswith("情况") and "%" in target


def _rows(case: Case) -> Iterator[tuple[int, dict[str, Any]]]:
    """Return each indicator with its row in the file; an empty cell is an empty text."""
    filled = case.indicators.astype(object).where(case.indicators.notna(), "")
    for number, row in enumerate(filled.to_dict("records"), start=2):
        yield number, {str(name): value for name, value in row.items()}


def _where(case: Case, holds: Callable[[dict[str, Any]], bool]) -> list[int]:
    return [number for number, row in _rows(case) if holds(row)]


CHECKS = (
    *(weights, method, levels, targets_differ, cells_slipped, last_year),
    *(target_kind, target_in_name, target_value),
)
