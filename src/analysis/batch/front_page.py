"""The front page and the glossary of an output folder, written when they have changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from analysis.batch.keys import package_fingerprint
from analysis.batch.ledger import Ledger
from analysis.report import glossary
from analysis.report.files import write_whole
from analysis.report.glossary import glossary_page
from analysis.report.index import index_page
from analysis.report.listing import IndexEntry

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
        Of that folder: it notes from what each page was made, and the page's SHA-256.

    Raises
    ------
    ReportError
        If a page cannot be made or written.
    """
    program = [package_fingerprint(), *(f"{name} {version(name)}" for name in PACKAGES)]
    made_from = [*program, *map(vars, listed)]
    _write(out / NAME, made_from, lambda: index_page(listed), ledger)
    _write(out / glossary.NAME, program, glossary_page, ledger)


def _write(path: Path, made_from: Sequence[object], make: Callable[[], str], to: Ledger) -> None:
    source = _sha256(json.dumps(made_from).encode())
    with suppress(OSError):
        if to.notes.get(path.name) == f"{source} {_sha256(path.read_bytes())}":
            return
    content = make().encode()
    write_whole(path, content)
    to.note(path.name, f"{source} {_sha256(content)}")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
