"""What a report depends on, as one hash: the same key means the same report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import analysis
from analysis.batch.jobs import Job
from analysis.batch.links import Links

PACKAGES = ("numpy", "pandas", "matplotlib", "nbconvert", "papermill")
# What a key tells of, in its order, so many hexadecimal digits each.
PARTS = ("notebook", "inputs", "program", "parameters", "link")
DIGITS = 16
# In a commit's place where git failed; at the end of the key of a report that says so.
UNREAD_COMMIT = "?"


class Keys:
    """The keys of many jobs of a case: what they share is hashed once.

    Parameters
    ----------
    inputs : mapping
        The case's files and the SHA-256 of each.
    """

    def __init__(self, inputs: Mapping[str, str]) -> None:
        program = {"package": package_fingerprint(), "versions": versions()}
        self._shared = _hash(_json(dict(inputs))) + _hash(_json(program))
        self._notebooks: dict[Path, str] = {}

    def of(self, job: Job, links: Links | None = None) -> str:
        """Return a hash of a job's notebook, its case, the program, its parameters and its links.

        Raises
        ------
        OSError
            If its notebook cannot be read.
        """
        if job.notebook not in self._notebooks:
            self._notebooks[job.notebook] = notebook_part(job.notebook.read_bytes())
        own = _hash(_json(job.all_parameters()))
        linked = _hash(_json([links.other_lang, dict(links.pages)])) if links else ""
        return self._notebooks[job.notebook] + self._shared + own + linked


def notebook_part(content: bytes) -> str:
    """Return what a key begins with where a notebook has these bytes."""
    return _hash(content)


def difference(one: str, other: str) -> str | None:
    """Return the first of `PARTS` in which two keys differ; None where they are the same.

    Examples
    --------
    >>> difference("a" * 80, "a" * 48 + "b" * 32)
    'parameters'
    """
    for place, part in enumerate(PARTS):
        here = slice(place * DIGITS, (place + 1) * DIGITS)
        if one[here] != other[here]:
            return part
    return None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def _json(what: object) -> bytes:
    return json.dumps(what, sort_keys=True).encode()


@cache
def package_fingerprint() -> str:
    """Return a hash over every file of the package, so that a changed line renews reports."""
    root = Path(analysis.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Return the versions of the packages that a report's figures rest on."""
    return {"relief-analysis": analysis.__version__, **{name: version(name) for name in PACKAGES}}
