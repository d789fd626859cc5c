"""A report's figures as an Excel workbook: a summary sheet and one sheet for each table."""

from __future__ import annotations

import datetime
import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from analysis.report import formats, grid
from analysis.report.downloads import ZIP_DATE
from analysis.report.html import Provenance
from analysis.report.material import Material
from analysis.report.status import banner
from analysis.words import Catalogue, catalogue

SHEET_NAME_LENGTH = 31
WIDEST = 60
_DATE = datetime.datetime(*ZIP_DATE, tzinfo=datetime.UTC).replace(tzinfo=None)
_BOLD, _TOP = Font(bold=True), Alignment(vertical="top")


def workbook(material: Material, provenance: Provenance, *, case_title: str) -> bytes:
    """Return a workbook of everything that a notebook recorded, and of what its charts draw.

    Texts stay texts: none is taken for a formula, whatever it starts with.

    Parameters
    ----------
    material : Material
    provenance : Provenance
    case_title : str
        In the language of `material`.

    Returns
    -------
    bytes
        An XLSX file; the same for the same figures.
    """
    results, say = material.results, catalogue(material.lang)
    tables = dict(results["tables"])
    tables |= {chart.key: chart.record() for chart in material.charts}
    book = Workbook()
    summary = book.active
    taken = {summary.title.lower()}
    summary.title = say("report.sheet_summary")
    names = {key: _sheet_name(table["caption"], taken) for key, table in tables.items()}
    _fill(summary, _summary(results, tables, names, provenance, case_title))
    for key, table in tables.items():
        _table_sheet(book.create_sheet(names[key]), table, say)
    book.properties.creator = "relief-analysis"
    book.properties.title = case_title
    book.properties.created = book.properties.modified = _DATE
    return _same_bytes(book)


def _summary(
    results: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
    provenance: Provenance,
    case_title: str,
) -> list[list[object]]:
    say = catalogue(results["lang"])
    found = banner(results["statuses"], say.lang)
    rows: list[list[object]] = [
        [say("report.sheet_answer"), results["answer"]],
        *([say("report.sheet_note"), note] for note in results["notes"]),
        [say("report.sheet_status"), found.text if found else ""],
        [say("report.case"), case_title, provenance.case_name],
        [say("report.document_no"), provenance.document_no],
        [say("report.unit"), results["unit_code"] or say("report.index_whole")],
        [],
        _words(say, "item value unit low high status note"),
    ]
    for item in results["numbers"]:
        unit = formats.unit_name(item["unit"], say.lang, results["currency"])
        values = [
            formats.shown_value(item[end], item["unit"], say.lang, results["currency"])
            for end in ("value", "low", "high")
        ]
        status = say(f"status.{item['status']}")
        rows.append([item["label"], values[0], unit, *values[1:], status, item.get("reason", "")])
    for item in results["texts"]:
        status = say(f"status.{item['status']}")
        rows.append([item["label"], item["value"], "", None, None, status])
    rows += [[], _words(say, "table sheet rows status")]
    for key, table in tables.items():
        status = table["source"] if "source" in table else say(f"status.{table['status']}")
        rows.append([table["caption"], names[key], len(table["rows"]), status])
    lists: list[tuple[str, Mapping[str, object]]] = [
        ("input sha256", provenance.inputs),
        ("parameter value", provenance.parameters),
        ("package version", provenance.versions),
    ]
    for words, pairs in lists:
        rows += [[], _words(say, words)]
        rows += [[name, str(value)] for name, value in pairs.items()]
    rows += [[], [say("report.commit"), provenance.commit or say("report.unknown")]]
    return [*rows, [say("report.command"), provenance.command]]


def _words(say: Catalogue, keys: str) -> list[object]:
    return [_Heading(say(f"report.sheet_{key}")) for key in keys.split()]


class _Heading(str):
    __slots__ = ()


def _table_sheet(sheet: Worksheet, table: Mapping[str, Any], say: Catalogue) -> None:
    heads = [_Heading(head) for head in grid.header(table, say)]
    _fill(sheet, [heads, *grid.body(table, say)])
    sheet.freeze_panes = "B2"
    for number, column in enumerate(table["columns"], 1):
        if column["digits"] is not None:
            currency = table["currency"]
            digits = formats.shown_digits(column["digits"], column["unit"], say.lang, currency)
            decimals = "." + "0" * digits if digits else ""
            for (cell,) in sheet.iter_rows(min_row=2, min_col=number, max_col=number):
                cell.number_format = f"#,##0{decimals}"


def _fill(sheet: Worksheet, rows: Sequence[Sequence[object]]) -> None:
    widths: dict[int, int] = {}
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if value is None or value == "":
                continue
            cell = sheet.cell(row, column)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)
                # openpyxl takes a leading "=" for a formula; Excel asks the same of "+", "-", "@".
                cell.data_type = "s"
                cell.quotePrefix = value[0] in grid.FORMULA_SIGNS
                cell.alignment = _TOP
            else:
                cell.value = value
            if isinstance(value, _Heading):
                cell.font = _BOLD
            if len(values) > 2 or column == 1:
                widths[column] = max(widths.get(column, 0), _width(str(value)))
    for column, width in widths.items():
        letter = sheet.cell(1, column).column_letter
        sheet.column_dimensions[letter].width = min(width, WIDEST) + 2


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _sheet_name(caption: str, taken: set[str]) -> str:
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", caption).strip(" '")[:SHEET_NAME_LENGTH] or "-"
    name, count = base, 1
    while name.lower() in taken:
        count += 1
        name = f"{base[: SHEET_NAME_LENGTH - len(str(count)) - 1]} {count}"
    taken.add(name.lower())
    return name


def _same_bytes(book: Workbook) -> bytes:
    written = io.BytesIO()
    with _Archive(written, "w") as archive:
        _Writer(book, archive).write_data()
    return written.getvalue()


class _Archive(zipfile.ZipFile):
    """One whose files are all of one date, whatever the clock says."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Add a file."""
        info = zipfile.ZipInfo(zinfo_or_arcname, ZIP_DATE)
        super().writestr(info, data, zipfile.ZIP_DEFLATED)


class _Writer(ExcelWriter):  # type: ignore[misc]
    """Writes sheets from memory; openpyxl's own goes through files, for which a disk may be full.

    It writes what this module makes: cells alone, no charts and no images.
    """

    def write_worksheet(self, ws: Worksheet) -> None:
        """Write a sheet."""
        ws._drawing = None
        writer = WorksheetWriter(ws, io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read())
        self.manifest.append(ws)
