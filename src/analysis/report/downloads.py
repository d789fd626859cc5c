"""What a reader can take away from a page: each table as CSV, and the files beside the page.

A recorded table becomes rows of plain values here, for the workbook and the CSV files alike: units
stand in the heads, the status in each row. The numbers of a chart name their source, too.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from analysis.report.assets import data_address
from analysis.report.display import TABLE_PLACE
from analysis.words import Catalogue
from analysis.words.numbers import shown_value

Record = Mapping[str, Any]

# By this mark a spreadsheet knows that a CSV file is UTF-8.
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What a spreadsheet may take for the start of a formula.
FORMULA_SIGNS = "=+-@\t\r"
# A longer table would make the page heavy: it goes into a file beside the page.
EMBEDDED_AT_MOST = 40_000
ZIPPED = ".csv.zip"
# Equal runs must give equal files, so every date inside an archive is this one.
ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_PLACE = re.compile(rf'id="{TABLE_PLACE}([^"]+)"')


@dataclass(frozen=True)
class Download:
    """A table of a page, and where its CSV file is.

    Parameters
    ----------
    place : str
        Anchor of the table, or of the chart, on the page.
    caption : str
    rows : int
    status : str
        Empty where a chart's source says it.
    file_name : str
        Under which the CSV is saved; ``.csv.zip`` for a file beside the page.
    href : str
        The whole CSV as an address, or the name of the file beside the page; empty where a
        long table has no file.
    """

    place: str
    caption: str
    rows: int
    status: str
    file_name: str
    href: str

    @property
    def kind(self) -> str:
        """What the file is, as its link says."""
        return "CSV" if self.file_name.endswith(".csv") else "CSV (ZIP)"


def header(table: Record, say: Catalogue) -> list[str]:
    """Return the column heads of a table: each with its unit, and the status where it differs.

    Parameters
    ----------
    table : mapping
        As the results file keeps it; ``source`` and ``facts`` are those of a chart.
    say : Catalogue
    """
    heads = [_head(column, table, say) for column in table["columns"]]
    return [*heads, *_last(table, say("report.sheet_status"), say("report.source"))]


def body(table: Record, say: Catalogue) -> list[list[object]]:
    """Return the rows of a table, all of them, each with its status.

    Numbers stay as exact as they were recorded, in what the head says: a part of 1 in %, 10,000
    dollars in dollars where English counts so. A cell without a number says why.

    Parameters
    ----------
    table : mapping
        As for `header`.
    say : Catalogue
    """
    units = {column["key"]: column["unit"] for column in table["columns"]}
    status = table.get("status")
    last = _last(table, say(f"status.{status}") if status else "", table.get("source", ""))
    currency = table["currency"]
    rows: list[list[object]] = [
        [*(_cell(row[key], unit, say, currency) for key, unit in units.items()), *last]
        for row in table["rows"]
    ]
    for empty in table.get("empty_because", ()):
        rows[empty["row"]][list(units).index(empty["column"])] = empty["reason"]
    for fact in table.get("facts", ()):
        rows.append([fact["header"], _cell(fact["value"], fact["unit"], say, currency)])
    return rows


def csv_text(table: Record, say: Catalogue) -> str:
    """Return a table as CSV that a spreadsheet opens by itself: UTF-8 with its mark.

    A text that a spreadsheet would take for a formula is led by an apostrophe.

    Parameters
    ----------
    table : mapping
        As for `header`.
    say : Catalogue
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([_harmless(head) for head in header(table, say)])
    writer.writerows([_harmless(value) for value in row] for row in body(table, say))
    return BOM + written.getvalue()


def zipped(files: Mapping[str, str]) -> bytes | None:
    """Return every CSV file in one archive if one is too long for a page; else None.

    Parameters
    ----------
    files : mapping
        The CSV text of each table, by its key.
    """
    if not any(map(_too_long, files.values())):
        return None
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"{key}.csv", ZIP_DATE), text, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def downloads(
    tables: Mapping[str, Record], files: Mapping[str, str], name: str
) -> dict[str, Download]:
    """Return what a page offers for each table, by the table's key.

    Parameters
    ----------
    tables : mapping
        Tables and numbers of charts, as for `header`.
    files : mapping
        The CSV text of each.
    name : str
        Of the page, without its ending; empty where no files stand beside it.
    """
    # Where an archive stands beside a page of thousands of units, it need not hold any itself.
    archived = bool(name) and any(map(_too_long, files.values()))
    return {
        key: Download(
            # The table of a chart is folded away: its link leads to the chart.
            key if "source" in table else TABLE_PLACE + key,
            table["caption"],
            len(table["rows"]),
            table.get("status") or "",
            *_file(key, files[key], name, archived),
        )
        for key, table in tables.items()
    }


def offered_in(html: str, offered: Mapping[str, Download]) -> Download | None:
    """Return what is offered for the table that some HTML shows; None where it shows none."""
    found = _PLACE.search(html)
    return offered.get(found[1]) if found else None


def _head(column: Record, table: Record, say: Catalogue) -> str:
    status = column.get("status")
    if column["unit"] in (None, "status") or status in (None, table.get("status")):
        return str(column["header"])
    return f"{column['header']} [{say(f'status.{status}')}]"


def _last(table: Record, status: str, source: str) -> list[str]:
    """Return what stands behind a table's columns: its status, if none gives it; its source."""
    in_rows = any(column["unit"] == "status" for column in table["columns"])
    own = [status] if table.get("status") and not in_rows else []
    return [*own, source] if "source" in table else own


def _cell(value: Any, unit: str | None, say: Catalogue, currency: str) -> object:
    if unit == "status" and value is not None:
        return say(f"status.{value}")
    return shown_value(value, unit, say.lang, currency)


def _harmless(value: object) -> object:
    if isinstance(value, str) and value[:1] and value[0] in FORMULA_SIGNS:
        return f"'{value}"
    return "" if value is None else value


def _too_long(text: str) -> bool:
    return len(text.encode()) > EMBEDDED_AT_MOST


def _file(key: str, text: str, name: str, archived: bool) -> tuple[str, str]:
    """Return a CSV file's name and address."""
    if not (archived or _too_long(text)):
        address = data_address("text/csv", text.removeprefix(BOM), mark=True)
        return f"{name}.{key}.csv".lstrip("."), address
    return f"{name}{ZIPPED}", quote(f"{name}{ZIPPED}") if name else ""
