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
    what = {
        "notebook": hashlib.sha256(job.notebook.read_bytes()).hexdigest(),
        "parameters": job.all_parameters(),
        "inputs": dict(sorted(inputs.items())),
        "package": package_fingerprint(),
        "versions": versions(),
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


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
