"""A recorded table as rows of plain values, for a spreadsheet: units in heads, status in each row.

The workbook and the CSV files both hold exactly these rows. A table with the numbers of a chart
says where they come from in place of a status, and ends with the chart's single facts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from analysis.report import formats
from analysis.words import Catalogue

# By this mark a spreadsheet knows that a CSV file is UTF-8.
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What a spreadsheet may take for the start of a formula.
FORMULA_SIGNS = "=+-@\t\r"


def header(table: Mapping[str, Any], say: Catalogue) -> list[str]:
    """Return the column heads of a table: each with its unit, and the status where it differs.

    Parameters
    ----------
    table : mapping
        As the results file keeps it.
    say : Catalogue
    """
    heads = [_head(column, table, say) for column in table["columns"]]
    if _says_status(table):
        return heads
    return [*heads, say("report.source" if "source" in table else "report.sheet_status")]


def body(table: Mapping[str, Any], say: Catalogue) -> list[list[object]]:
    """Return the rows of a table, all of them, each with its status.

    Numbers stay as exact as they were recorded, in what the head says: a part of 1 in %, 10,000
    dollars in dollars where English counts so. A cell without a number says why.

    Parameters
    ----------
    table : mapping
        As the results file keeps it.
    say : Catalogue
    """
    last: list[object] = []
    if not _says_status(table):
        last = [table["source"] if "source" in table else say(f"status.{table['status']}")]
    currency = table["currency"]
    rows: list[list[object]] = [
        [
            *(
                _cell(cells[column["key"]], column["unit"], say, currency)
                for column in table["columns"]
            ),
            *last,
        ]
        for cells in table["rows"]
    ]
    places = {column["key"]: place for place, column in enumerate(table["columns"])}
    for empty in table.get("empty_because", ()):
        rows[empty["row"]][places[empty["column"]]] = empty["reason"]
    for fact in table.get("facts", ()):
        rows.append([fact["header"], _cell(fact["value"], fact["unit"], say, currency)])
    return rows


def csv_text(table: Mapping[str, Any], say: Catalogue) -> str:
    """Return a table as CSV that a spreadsheet opens by itself: UTF-8 with its mark.

    A text that a spreadsheet would take for a formula is led by an apostrophe.

    Parameters
    ----------
    table : mapping
        As the results file keeps it.
    say : Catalogue
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([_harmless(head) for head in header(table, say)])
    writer.writerows([_harmless(value) for value in row] for row in body(table, say))
    return BOM + written.getvalue()


def _head(column: Mapping[str, Any], table: Mapping[str, Any], say: Catalogue) -> str:
    if column["unit"] in (None, "status") or column.get("status") == table.get("status"):
        return str(column["header"])
    return f"{column['header']} [{say('status.' + column['status'])}]"


def _says_status(table: Mapping[str, Any]) -> bool:
    """Tell whether a column of the table itself gives the status of each row."""
    return any(column["unit"] == "status" for column in table["columns"])


def _cell(value: Any, unit: str | None, say: Catalogue, currency: str) -> object:
    if unit == "status" and value is not None:
        return say(f"status.{value}")
    return formats.shown_value(value, unit, say.lang, currency)


def _harmless(value: object) -> object:
    if isinstance(value, str) and value[:1] and value[0] in FORMULA_SIGNS:
        return f"'{value}"
    return "" if value is None else value
