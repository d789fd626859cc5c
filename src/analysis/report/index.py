"""The front page of a folder of reports: what is there, what failed, and where to look first."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable

from analysis.report.assets import TEMPLATES, finish, site
from analysis.report.listing import STATES, IndexEntry, both, listings
from analysis.report.missing import missing
from analysis.report.ratio_tiles import ratio_tiles, style
from analysis.report.status import in_order
from analysis.words import catalogue

__all__ = ["IndexEntry", "index_page"]

# So many rows of a table are shown at first, where the page's script is at work.
ROWS_AT_FIRST = 100
# The mark after a figure of each status, and the class that colours it: the class takes a byte
# of each cell of a long table.
MARKS = {
    "official": ("o", "index.mark_official"),
    "computed": ("c", "index.mark_computed"),
    "estimate": ("e", "index.mark_estimate"),
    "assumption": ("a", "index.mark_assumption"),
    "synthetic": ("s", "index.mark_synthetic"),
    "not_stated": ("x", "index.mark_not_stated"),
}


def index_page(entries: Iterable[IndexEntry]) -> str:
    """Return the page that lists every report, in Chinese with English beside it.

    Failures come first, each with its reason and the command that makes it again. The page
    works without a script; with one, its rows can be searched, filtered and sorted, and a tile
    for each unit shows its ratio of money to need.

    Parameters
    ----------
    entries : iterable of IndexEntry
        In the order to list them.

    Raises
    ------
    ReportError
        If the shipped font lacks a character of the page.
    """
    listed = list(entries)
    script = (TEMPLATES / "page" / "site.js").read_text(encoding="utf-8").strip()
    tables = listings(listed)
    rows = [row for table in tables for row in table.rows]
    marked = {figure.status for row in rows for figure in row.figures}
    states = Counter(entry.state for entry in listed)
    page = {
        "zh": catalogue("zh"),
        "en": catalogue("en"),
        "title": both("index.title"),
        "count": len(listed),
        "states": {state: states[state] for state in reversed(STATES) if states[state]},
        "state_names": {state: both(key) for state, key in STATES.items()},
        "statuses": in_order(status for row in rows for status in row.statuses),
        "status_names": {status: both(f"status.{status}") for status in MARKS},
        "marks": {status: (kind, " ".join(both(key))) for status, (kind, key) in MARKS.items()},
        "marked": [status for status in MARKS if status in marked],
        "missing": missing(listed),
        "tables": [(f"t{place}", table, ratio_tiles(table)) for place, table in enumerate(tables)],
        "cases": len({table.case for table in tables}),
        "rows_at_first": ROWS_AT_FIRST,
        "tile_style": style(),
        "script": script,
        "script_hash": _csp_hash(script),
    }
    html = site().get_template("site.html.j2").render(page=page)
    return finish(html.rstrip() + "\n", "index.html")


def _csp_hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
