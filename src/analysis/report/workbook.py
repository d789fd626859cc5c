"""A report's figures as an Excel workbook: a summary sheet and one sheet for each table."""

from __future__ import annotations

import datetime
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from analysis.report.downloads import FORMULA_SIGNS, ZIP_DATE, Record, body, header
from analysis.report.html import Provenance
from analysis.report.outputs import Material
from analysis.report.status import banner
from analysis.words import Catalogue, catalogue
from analysis.words.numbers import shown_digits, shown_value, unit_name

SHEET_NAME_LENGTH = 31
WIDEST = 60
# The most that a cell takes, and the characters that a workbook's XML cannot hold.
LONGEST = 32_767
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


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
    say = catalogue(material.lang)
    written = io.BytesIO()
    book = Workbook(written, {"in_memory": True})
    book.set_properties(
        {
            "author": "relief-analysis",
            "title": case_title,
            "created": datetime.datetime(*ZIP_DATE, tzinfo=datetime.UTC).replace(tzinfo=None),
        }
    )
    style = cache(lambda **properties: book.add_format(properties))
    taken: set[str] = set()
    summary = book.add_worksheet(_sheet_name(say("report.sheet_summary"), taken))
    names = {key: _sheet_name(table["caption"], taken) for key, table in material.tables.items()}
    _fill(summary, _summary(material, names, provenance, case_title), style)
    for key, table in material.tables.items():
        _table_sheet(book.add_worksheet(names[key]), table, say, style)
    book.close()
    return written.getvalue()


def _summary(
    material: Material, names: Mapping[str, str], provenance: Provenance, case_title: str
) -> list[list[object]]:
    results, say = material.results, catalogue(material.lang)
    currency = results["currency"]
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
        kept_in = item["unit"]
        unit = unit_name(kept_in, say.lang, currency)
        values = [
            shown_value(item[end], kept_in, say.lang, currency) for end in ("value", "low", "high")
        ]
        status = say(f"status.{item['status']}") if item["status"] else ""
        rows.append([item["label"], values[0], unit, *values[1:], status, item.get("reason", "")])
    for item in results["texts"]:
        status = say(f"status.{item['status']}") if item["status"] else ""
        rows.append([item["label"], item["value"], "", None, None, status])
    rows += [[], _words(say, "table sheet rows status")]
    for key, table in material.tables.items():
        stated = table.get("status")
        says = [say(f"status.{stated}")] if stated else []
        says += [table["source"]] if "source" in table else []
        rows.append([table["caption"], names[key], len(table["rows"]), *says])
    if material.added:
        heads = ("published.sheet_added", "published.sheet_cell", "published.sheet_heading")
        rows += [[], [_Heading(say(key)) for key in heads]]
        for item in material.added:
            kind = say(f"published.kind_{item['kind']}")
            rows.append([kind, item["cell"], item["heading"]])
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


def _table_sheet(sheet: Worksheet, table: Record, say: Catalogue, style: Any) -> None:
    heads: list[object] = [_Heading(head) for head in header(table, say)]
    number_formats = {}
    for number, column in enumerate(table["columns"]):
        if column["digits"] is not None:
            digits = shown_digits(column["digits"], column["unit"], say.lang, table["currency"])
            number_formats[number] = f"#,##0.{'0' * digits}".rstrip(".")
    _fill(sheet, [heads, *body(table, say)], style, number_formats)
    sheet.freeze_panes(1, 1)


def _fill(
    sheet: Worksheet,
    rows: Sequence[Sequence[object]],
    style: Any,
    number_formats: Mapping[int, str] | None = None,
) -> None:
    widths: dict[int, int] = {}
    plain = style()
    numeric = {n: style(num_format=shown) for n, shown in (number_formats or {}).items()}
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                # Excel asks for the mark where a text begins like a formula.
                look = style(
                    valign="top",
                    bold=isinstance(value, _Heading),
                    quote_prefix=value[0] in FORMULA_SIGNS,
                )
                text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value)[:LONGEST]
                sheet.write_string(row, column, text, look)
            else:
                sheet.write_number(row, column, value, numeric.get(column, plain))
            if len(values) > 2 or column == 0:
                widths[column] = max(widths.get(column, 0), _width(str(value)))
    for column, width in widths.items():
        sheet.set_column(column, column, min(width, WIDEST) + 2)


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
