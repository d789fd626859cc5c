"""The front page of a folder of reports: what is there, what failed, and where to look first."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable

from analysis.report import ratio_tiles
from analysis.report.entry import IndexEntry
from analysis.report.listing import STATES, listings, state_of
from analysis.report.missing import missing
from analysis.report.assets import TEMPLATES, finish, site
from analysis.report.status import in_order
from analysis.statuses import STATUSES
from analysis.words import catalogue

__all__ = ["IndexEntry", "index_page"]

# So many rows of a table are shown at first, where the page's script is at work.
ROWS_AT_FIRST = 100


def index_page(
    entries: Iterable[IndexEntry],
    *,
    waiting: Collection[str] = (),
    title_zh: str = "",
    title_en: str = "",
) -> str:
    """Return the page that lists every report, in Chinese with English beside it.

    Failures come first, each with its reason and the command that makes it again. The page
    works without a script; with one, its rows can be searched, filtered and sorted, and a tile
    for each unit shows the ratio of its shares.

    Parameters
    ----------
    entries : iterable of IndexEntry
        In the order to list them.
    waiting : collection of str
        Places of those that did not fail but are still to be made.
    title_zh, title_en : str
        Heading of the page; by default "报告目录" and "Reports".

    Raises
    ------
    ReportError
        If the shipped font lacks a character of the page.
    """
    listed = list(entries)
    zh, en = catalogue("zh"), catalogue("en")
    script = (TEMPLATES / "page" / "site.js").read_text(encoding="utf-8").strip()
    tables = listings(listed, waiting)
    states = Counter(state_of(entry, waiting) for entry in listed)
    page = {
        "zh": zh,
        "en": en,
        "title_zh": title_zh or zh("index.title"),
        "title_en": title_en or en("index.title"),
        "count": len(listed),
        "states": {state: states[state] for state in reversed(STATES) if states[state]},
        "statuses": in_order(
            status for table in tables for row in table.rows for status in row.statuses
        ),
        "marks": {
            each: f"{zh(f'index.mark_{each}')} {en(f'index.mark_{each}')}" for each in STATUSES
        },
        "used": {
            row.statuses: " ".join(zh(f"status.{status}") for status in row.statuses)
            for table in tables
            for row in table.rows
        },
        "missing": missing(listed, waiting),
        "tables": [
            (f"t{place}", table, ratio_tiles.ratio_tiles(table))
            for place, table in enumerate(tables)
        ],
        "whole": [(table, row) for table in tables for row in table.rows if row.whole],
        "rows_at_first": ROWS_AT_FIRST,
        "tile_style": ratio_tiles.style(),
        "script": script,
        "script_hash": _csp_hash(script),
    }
    html = site().get_template("site.html.j2").render(page=page)
    return finish(html.rstrip() + "\n", "index.html")


def _csp_hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
