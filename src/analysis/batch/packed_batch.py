"""A batch packed to be made elsewhere: the files it needs, its orders, and what comes of each.

A report comes out with the same bytes as at home: its case is called by the same path there, and
what its page says of where it comes from is said as it would be at home.
"""

from __future__ import annotations

import json
import os
import pickle
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import isinf
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.batch.jobs import CaseFacts, Job, Order
from analysis.batch.report import compose
from analysis.case_folder import PLACES, find_folder
from analysis.errors import ReportError

# The working folder lies so far down that a path such as ../../case stays in the batch's folder.
DEPTH = 16


@dataclass(frozen=True)
class Workplace:
    """Where the files of a batch lie on a machine that makes its reports.

    Parameters
    ----------
    folder : str
        Working folder of the reports; a case with a relative path lies in its place there.
    notebooks : str
        Folder of the notebooks.
    places : mapping
        Folders of the cases with absolute paths, by that path.
    """

    folder: str
    notebooks: str
    places: Mapping[str, str]

    def enter(self) -> None:
        """Let this process work here."""
        os.chdir(self.folder)
        os.environ[PLACES] = json.dumps(self.places)

    def job(self, packed: Mapping[str, Any]) -> Job:
        """Return a job that was packed."""
        return Job(**{**packed, "notebook": Path(self.notebooks, packed["notebook"])})


class Packer:
    """Packs a batch's files and its orders.

    Parameters
    ----------
    orders : sequence of Order
    prepare : mapping
        What the reports have in common, as `analysis.batch.warm.prepare` takes it.

    Raises
    ------
    ReportError
        If a file cannot be read, or is no longer what the batch was planned for.
    """

    def __init__(self, orders: Sequence[Order], prepare: Mapping[str, Any]) -> None:
        notebooks = dict.fromkeys(order.job.notebook for order in orders)
        self._places = {path: f"{number}/{path.name}" for number, path in enumerate(notebooks)}
        cases = {order.job.case.path: order.job.case for order in orders}
        packed = {
            "cases": {named: _case_files(facts) for named, facts in cases.items()},
            "notebooks": {place: _read(path) for path, place in self._places.items()},
            "prepare": {**prepare, "rehearsed": [*map(self._job, prepare.get("rehearsed", ()))]},
        }
        self.inputs = zlib.compress(pickle.dumps(packed))

    def order(self, order: Order) -> bytes:
        """Pack an order."""
        said = {"html": order.html.name, "command": order.job.command(order.html)}
        return pickle.dumps({**vars(order), "job": self._job(order.job), **said})

    def _job(self, job: Job) -> dict[str, Any]:
        # Texts, no paths: these are of another class on Windows.
        return {**vars(job), "notebook": self._places[job.notebook]}


def _case_files(facts: CaseFacts) -> dict[str, bytes]:
    folder = find_folder(Path(facts.path))
    files = {file: _read(folder / file) for file in facts.inputs}
    for file, content in files.items():
        if sha256(content).hexdigest() != facts.inputs[file]:
            raise ReportError(
                f"{folder / file} 在批处理开始后被改动。请重新运行。",
                f"{folder / file} was changed after the batch had begun. Run it again.",
            )
    return files


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReportError(
            f"无法读取 {path}：{reason}。", f"{path} cannot be read: {reason}."
        ) from error


def unpack(inputs: bytes, folder: Path) -> tuple[Workplace, dict[str, Any]]:
    """Put a batch's files into an empty folder.

    Returns
    -------
    Workplace, dict
        Where they are; and what `analysis.batch.warm.prepare` takes.

    Raises
    ------
    ValueError
        If a file would lie outside the folder.
    """
    packed = pickle.loads(zlib.decompress(inputs))  # noqa: S301
    places: dict[str, str] = {}
    work = _descend(folder, "work", *map(str, range(DEPTH)))
    for number, (named, files) in enumerate(packed["cases"].items()):
        if PurePosixPath(named).is_absolute() or Path(named).is_absolute():
            place = _descend(folder, "cases", str(number))
            places[named] = str(place)
        else:
            place = _descend(work, *PurePosixPath(named).parts)
        _fill(place, files, folder)
    _fill(folder / "notebooks", packed["notebooks"], folder)
    workplace = Workplace(str(work), str(folder / "notebooks"), places)
    prepare = packed["prepare"]
    rehearsed = [workplace.job(job) for job in prepare["rehearsed"]]
    return workplace, {**prepare, "rehearsed": rehearsed, "enter": workplace.enter}


def compose_packed(workplace: Workplace, memory_mb: float, packed: bytes) -> bytes:
    """Make a packed report, a pickled `analysis.batch.report.Composed`, of a packed order.

    Parameters
    ----------
    workplace : Workplace
    memory_mb : float
        What a report may take of this machine's memory where its order sets no limit.
    packed : bytes
        As `Packer.order` packs it.
    """
    workplace.enter()
    parts = pickle.loads(packed)  # noqa: S301
    order = Order(**{**parts, "job": workplace.job(parts["job"]), "html": Path(parts["html"])})
    if isinf(order.limits.memory_mb):
        order = replace(order, limits=replace(order.limits, memory_mb=memory_mb))
    return pickle.dumps(compose(order))


def _descend(folder: Path, *parts: str) -> Path:
    """Follow a path, and make every folder on it: each must be there for ``..`` to lead back."""
    for part in parts:
        folder = folder.parent if part == ".." else folder / part
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fill(place: Path, files: Mapping[str, bytes], root: Path) -> None:
    for file, content in files.items():
        *parts, last = PurePosixPath(file).parts
        path = _descend(place, *parts) / last
        if not path.is_relative_to(root) or (path.exists() and path.read_bytes() != content):
            raise ValueError(f"{file} has no place of its own")
        path.write_bytes(content)
