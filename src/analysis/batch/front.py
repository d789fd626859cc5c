"""The front page of an output folder, rendered when there is something new to say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from analysis.batch.keys import package_fingerprint
from analysis.batch.ledger import Ledger
from analysis.reports.files import write_whole
from analysis.reports.index import IndexEntry, index_page

NAME = "index.html"
# What the page's bytes rest on beside this package and what it lists.
PACKAGES = ("brotli", "fonttools", "jinja2", "markupsafe")


def write_front(out: Path, listed: Sequence[IndexEntry], ledger: Ledger) -> None:
    """Write the page that lists reports, unless it is there as it would be written.

    Parameters
    ----------
    out : Path
    listed : sequence of IndexEntry
        In the order to list them.
    ledger : Ledger
        Of that folder: it notes from what the page was made, and the page's SHA-256.

    Raises
    ------
    ReportError
        If the page cannot be made or written.
    """
    made_from = _made_from(listed)
    try:
        there = hashlib.sha256((out / NAME).read_bytes()).hexdigest()
    except OSError:
        there = ""
    if there and ledger.note(NAME) == f"{made_from} {there}":
        return
    content = index_page(listed).encode()
    write_whole(out / NAME, content)
    ledger.write_note(NAME, f"{made_from} {hashlib.sha256(content).hexdigest()}")


def _made_from(listed: Sequence[IndexEntry]) -> str:
    """Return a hash of all that the page is made from."""
    digest = hashlib.sha256(package_fingerprint().encode())
    for what in (*(f"{name} {version(name)}" for name in PACKAGES), *map(vars, listed)):
        digest.update(json.dumps(what).encode() + b"\n")
    return digest.hexdigest()
