"""The front page and the glossary of an output folder, written when they have changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from analysis.batch.keys import package_fingerprint
from analysis.batch.ledger import Ledger
from analysis.report import glossary
from analysis.report.files import write_whole
from analysis.report.glossary import glossary_page
from analysis.report.index import IndexEntry, index_page

NAME = "index.html"
# What the pages' bytes rest on beside this package and what they list.
PACKAGES = ("fonttools", "jinja2", "markupsafe")


def write_front(out: Path, listed: Sequence[IndexEntry], ledger: Ledger) -> None:
    """Write the page that lists reports and the glossary, unless they are as they would be.

    Parameters
    ----------
    out : Path
    listed : sequence of IndexEntry
        In the order to list them.
    ledger : Ledger
        Of that folder: it says which reports are still to be made, and notes from what each page
        was made, and the page's SHA-256.

    Raises
    ------
    ReportError
        If a page cannot be made or written.
    """
    waiting = {
        place
        for place, entry in ledger.entries.items()
        if entry.waits or (entry.outdated and not entry.report.failed)
    }
    program = [package_fingerprint(), *(f"{name} {version(name)}" for name in PACKAGES)]
    _write(
        out / NAME,
        _hash([*program, sorted(waiting), *map(vars, listed)]),
        lambda: index_page(listed, waiting=waiting),
        ledger,
    )
    _write(out / glossary.NAME, _hash(program), glossary_page, ledger)


def _write(path: Path, made_from: str, make: Callable[[], str], ledger: Ledger) -> None:
    try:
        there = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        there = ""
    if there and ledger.note(path.name) == f"{made_from} {there}":
        return
    content = make().encode()
    write_whole(path, content)
    ledger.write_note(path.name, f"{made_from} {hashlib.sha256(content).hexdigest()}")


def _hash(parts: Sequence[object]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(json.dumps(part).encode() + b"\n")
    return digest.hexdigest()
