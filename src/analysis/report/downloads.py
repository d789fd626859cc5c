"""What a reader can take away from a page: each table as CSV, and the files beside the page."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from analysis.report.chart_numbers import ChartNumbers
from analysis.report.display import TABLE_PLACE
from analysis.report.grid import BOM, csv_text
from analysis.report.assets import data_address
from analysis.words import Catalogue

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
        Empty for a chart's numbers, whose source says it.
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


def csv_files(
    results: Mapping[str, Any], charts: Sequence[ChartNumbers], say: Catalogue
) -> dict[str, str]:
    """Return the CSV text of every table and chart, by its key.

    Parameters
    ----------
    results : mapping
        As `read_results` returns it.
    charts : sequence of ChartNumbers
    say : Catalogue
    """
    tables = {key: csv_text(table, say) for key, table in results["tables"].items()}
    return tables | {chart.key: csv_text(chart.record(), say) for chart in charts}


def zipped(files: Mapping[str, str]) -> bytes | None:
    """Return every CSV file in one archive if one is too long for a page; else None.

    Parameters
    ----------
    files : mapping
        As `csv_files` returns it.
    """
    if not any(map(_too_long, files.values())):
        return None
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"{key}.csv", ZIP_DATE), text, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def downloads(
    results: Mapping[str, Any],
    charts: Sequence[ChartNumbers],
    files: Mapping[str, str],
    name: str,
) -> dict[str, Download]:
    """Return what a page offers for each table, by the table's key.

    Parameters
    ----------
    results, charts
        As for `csv_files`.
    files : mapping
        As `csv_files` returns it.
    name : str
        Of the page, without its ending; empty where no files stand beside it.
    """
    listed = {
        key: (f"{TABLE_PLACE}{key}", table["caption"], len(table["rows"]), table["status"])
        for key, table in results["tables"].items()
    }
    # The table of a chart is folded away: its link leads to the chart.
    listed |= {chart.key: (chart.key, chart.title, len(chart.table.rows), "") for chart in charts}
    # Where an archive stands beside a page of thousands of units, it need not hold any itself.
    archived = bool(name) and any(map(_too_long, files.values()))
    return {
        key: Download(*what, *_file(key, files[key], name, archived))
        for key, what in listed.items()
    }


def with_download(html: str, offered: Mapping[str, Download], workbook: str, say: Catalogue) -> str:
    """Put the links to a table's files under a table.

    Parameters
    ----------
    html : str
        One table as `Table` shows it, and what belongs to it.
    offered : mapping
        As `downloads` returns it.
    workbook : str
        Address of the workbook; empty where there is none.
    say : Catalogue
    """
    found = _PLACE.search(html)
    download = offered.get(found[1]) if found else None
    if download is None:
        return html
    links = [_csv_link(download, say)] if download.href else []
    if workbook:
        links.append(
            f'<a href="{escape(workbook)}" download '
            f'aria-label="{escape(_label("Excel", download, say))}">Excel</a>'
        )
    return f'{html}<p class="relief-get">{" ".join(links)}</p>' if links else html


def _csv_link(download: Download, say: Catalogue) -> str:
    """Return the link that saves a table's CSV file."""
    name = "CSV" if download.file_name.endswith(".csv") else "CSV (ZIP)"
    return (
        f'<a href="{download.href}" download="{escape(download.file_name)}" '
        f'aria-label="{escape(_label(name, download, say))}">{name}</a>'
    )


def _label(name: str, download: Download, say: Catalogue) -> str:
    return say("report.download_label", file=name, caption=download.caption)


def _too_long(text: str) -> bool:
    return len(text.encode()) > EMBEDDED_AT_MOST


def _file(key: str, text: str, name: str, archived: bool) -> tuple[str, str]:
    """Return a CSV file's name and address."""
    if not (archived or _too_long(text)):
        address = data_address("text/csv", text.removeprefix(BOM), mark=True)
        return f"{name}.{key}.csv".lstrip("."), address
    return f"{name}{ZIPPED}", quote(f"{name}{ZIPPED}") if name else ""
