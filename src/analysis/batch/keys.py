"""What a report depends on, as one hash: the same key means the same report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import analysis
from analysis.batch.jobs import Job

PACKAGES = ("numpy", "pandas", "matplotlib", "nbconvert", "papermill")


def key(job: Job, inputs: Mapping[str, str]) -> str:
    """Return the hash of a job's notebook, parameters and inputs, and of the program.

    Parameters
    ----------
    job : Job
    inputs : mapping
        The case's files and the SHA-256 of each.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return Keys(inputs).of(job)


class Keys:
    """The keys of many jobs of a case: what they share is hashed once.

    Parameters
    ----------
    inputs : mapping
        The case's files and the SHA-256 of each.
    """

    def __init__(self, inputs: Mapping[str, str]) -> None:
        self._inputs = dict(sorted(inputs.items()))
        self._shared: dict[Path, Any] = {}

    def of(self, job: Job) -> str:
        """Return a job's key, as `key` does.

        Raises
        ------
        OSError
            If its notebook cannot be read.
        """
        if job.notebook not in self._shared:
            shared = {
                "notebook": hashlib.sha256(job.notebook.read_bytes()).hexdigest(),
                "inputs": self._inputs,
                "package": package_fingerprint(),
                "versions": versions(),
            }
            self._shared[job.notebook] = hashlib.sha256(_json(shared))
        digest = self._shared[job.notebook].copy()
        # JSON ends where its braces close: nothing can move from one part into the other.
        digest.update(_json(job.all_parameters()))
        return str(digest.hexdigest())


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
