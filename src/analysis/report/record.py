"""Numbers, texts and tables in the form in which the results file keeps them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from analysis.report.display import Cell, Column, Table
from analysis.report.values import rounded
from analysis.words import catalogue


@dataclass(frozen=True)
class Finding:
    """One number or text that a notebook found."""

    label: str
    value: Cell
    status: str | None
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    digits: int | None = None
    verdict: str | None = None
    reason: str = ""


def number_record(key: str, found: Finding) -> dict[str, Any]:
    """Return a number as JSON keeps it; an empty one says why."""
    return {
        "key": key,
        "label": found.label,
        "value": rounded(found.value),
        "unit": found.unit,
        "status": found.status,
        "low": rounded(found.low),
        "high": rounded(found.high),
        "digits": found.digits,
        **({"verdict": found.verdict} if found.verdict else {}),
        **({"reason": found.reason} if found.reason else {}),
    }


def text_record(key: str, found: Finding) -> dict[str, Any]:
    """Return a text as JSON keeps it."""
    return {"key": key, "label": found.label, "value": found.value, "status": found.status}


def table_record(table: Table) -> dict[str, Any]:
    """Return a table, all its rows, as JSON keeps it.

    A cell that is infinite is empty there; ``empty_because`` lists those cells.
    """
    infinite = [
        {"row": row, "column": key, "reason": catalogue(table.lang)("report.infinite")}
        for row, cells in enumerate(table.rows)
        for key, value in cells.items()
        if isinstance(value, float) and math.isinf(value)
    ]
    return {
        "caption": table.caption,
        "currency": table.currency,
        "status": table.status,
        "columns": [
            {
                "key": key,
                "label": column.label,
                "unit": column.unit,
                "header": table.header(column),
                "digits": table.digits(key) if column.is_figure else None,
                "status": column.status or table.status,
                **({"hidden": True} if column.hidden else {}),
                **({"ends": list(column.ends)} if column.ends else {}),
            }
            for key, column in table.columns.items()
        ],
        "rows": [{key: rounded(value) for key, value in row.items()} for row in table.rows],
        **({"facts": [_fact(table, *fact) for fact in table.facts]} if table.facts else {}),
        **({"empty_because": infinite} if infinite else {}),
    }


def _fact(table: Table, column: Column, value: Cell) -> dict[str, Any]:
    return {
        "header": table.header(column),
        "value": rounded(value),
        "unit": column.unit,
        "digits": column.digits,
    }


def table_statuses(table: Table) -> set[str]:
    """Return every status that a table's columns and status cells name."""
    figures = [column for column in table.columns.values() if column.is_figure]
    stated = {column.status or table.status for column in figures} or {table.status}
    used = {status for status in stated if status}
    for key, column in table.columns.items():
        if column.unit == "status":
            used |= {str(row[key]) for row in table.rows if row[key] is not None}
    return used
