"""A batch packed to be made elsewhere: the files it needs, its orders, and what comes of each.

Everything is plain bytes until it is in the process that makes a report; what passes it on needs
none of the packages. A report comes out with the same bytes as at home: its case is called by the
same path there, and what its page says of where it comes from is said as it would be at home.
"""

from __future__ import annotations

import json
import os
import pickle
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from math import isinf
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.batch.jobs import CaseFacts, Job, Order
from analysis.batch.report import Composed, compose
from analysis.case_folder import PLACES, find_folder
from analysis.errors import ReportError


@dataclass(frozen=True)
class PlacedJob(Job):
    """A job made elsewhere than it was planned: it says what it would say at home."""

    said: str = ""
    known: bool = False

    @property
    def is_known(self) -> bool:
        """As it is at home."""
        return self.known

    def command(self, html: Path) -> str:
        """Return the command as it is at home."""
        return self.said


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

    def job(self, packed: Mapping[str, Any]) -> PlacedJob:
        """Return a job that was packed."""
        return PlacedJob(**{**packed, "notebook": Path(self.notebooks, packed["notebook"])})


class Packer:
    """Packs a batch's files, each content once, and its orders.

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
        self._contents: dict[str, bytes] = {}
        self._notebooks: dict[Path, str] = {}
        cases = {order.job.case.path: order.job.case for order in orders}
        where = {named: self._case(facts) for named, facts in cases.items()}
        away = {named for named in cases if Path(named).is_absolute()}
        for order in orders:
            self._notebook(order.job.notebook)
        rehearsed = [self._job(job) for job in prepare.get("rehearsed", ())]
        packed = {
            "near": {named: where[named] for named in cases if named not in away},
            "away": {named: where[named] for named in away},
            "notebooks": [*self._notebooks.values()],
            "contents": self._contents,
            "prepare": {**prepare, "rehearsed": rehearsed},
        }
        self.inputs = zlib.compress(pickle.dumps(packed))

    def order(self, order: Order) -> bytes:
        """Pack an order."""
        job = self._job(order.job, command=order.job.command(order.html))
        return pickle.dumps({**vars(order), "job": job, "html": None})

    def _job(self, job: Job, command: str = "") -> dict[str, Any]:
        # Texts, no paths: these are of another class on Windows.
        place = self._notebook(job.notebook)
        return {**vars(job), "notebook": place, "said": command, "known": job.is_known}

    def _notebook(self, notebook: Path) -> str:
        """Return a notebook's place below the folder of notebooks."""
        if notebook not in self._notebooks:
            self._notebooks[notebook] = f"{self._read(notebook)}/{notebook.name}"
        return self._notebooks[notebook]

    def _case(self, facts: CaseFacts) -> dict[str, str]:
        """Return the case's files and the hash of each."""
        folder = find_folder(Path(facts.path))
        for file, planned in facts.inputs.items():
            if self._read(folder / file) != planned:
                raise ReportError(
                    f"{folder / file} 在批处理开始后被改动。请重新运行。",
                    f"{folder / file} was changed after the batch had begun. Run it again.",
                )
        return dict(facts.inputs)

    def _read(self, path: Path) -> str:
        try:
            content = path.read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            raise ReportError(
                f"无法读取 {path}：{reason}。", f"{path} cannot be read: {reason}."
            ) from error
        name = sha256(content).hexdigest()
        self._contents[name] = content
        return name


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
    contents: Mapping[str, bytes] = packed["contents"]
    notebooks, places = folder / "notebooks", {}
    # Far enough down that a path such as ../../case stays in the folder.
    work = _descend(folder, "work", *map(str, range(_climb(packed["near"]))))
    for named, files in packed["near"].items():
        _fill(_descend(work, *PurePosixPath(named).parts), files, contents, folder)
    for number, (named, files) in enumerate(packed["away"].items()):
        place = _descend(folder, "cases", str(number))
        _fill(place, files, contents, folder)
        places[named] = str(place)
    for each in packed["notebooks"]:
        _fill(notebooks, {each: each.partition("/")[0]}, contents, folder)
    workplace = Workplace(str(work), str(notebooks), places)
    prepare = packed["prepare"]
    rehearsed = [workplace.job(job) for job in prepare["rehearsed"]]
    return workplace, {**prepare, "rehearsed": rehearsed, "enter": workplace.enter}


def composer(workplace: Workplace, memory_mb: float) -> Callable[[bytes], bytes]:
    """Return what makes a packed report of a packed order, in a process of its own.

    Parameters
    ----------
    workplace : Workplace
    memory_mb : float
        What a report may take of this machine's memory where its order sets no limit.
    """
    return partial(_compose, workplace, memory_mb)


def _compose(workplace: Workplace, memory_mb: float, packed: bytes) -> bytes:
    workplace.enter()
    parts = pickle.loads(packed)  # noqa: S301
    order = Order(**{**parts, "job": workplace.job(parts["job"]), "html": Path()})
    if isinf(order.limits.memory_mb):
        order = replace(order, limits=replace(order.limits, memory_mb=memory_mb))
    return pickle.dumps(compose(order))


def composed(packed: bytes) -> Composed:
    """Unpack a report that was made elsewhere."""
    found: Composed = pickle.loads(packed)  # noqa: S301
    return found


def _climb(paths: Iterable[str]) -> int:
    """Return how many folders above where they begin relative paths reach.

    Examples
    --------
    >>> _climb(["data/case", "../case", "a/../../../case", "."])
    2
    """
    highest = 0
    for path in paths:
        level = 0
        for part in PurePosixPath(path).parts:
            level += -1 if part == ".." else 1
            highest = min(highest, level)
    return -highest


def _descend(folder: Path, *parts: str) -> Path:
    """Follow a path, and make every folder on it: each must be there for ``..`` to lead back."""
    for part in parts:
        folder = folder.parent if part == ".." else folder / part
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fill(place: Path, files: Mapping[str, str], contents: Mapping[str, bytes], root: Path) -> None:
    for file, name in files.items():
        *parts, last = PurePosixPath(file).parts
        path = _descend(place, *parts) / last
        if not path.is_relative_to(root) or (path.exists() and path.read_bytes() != contents[name]):
            raise ValueError(f"{file} has no place of its own")
        path.write_bytes(contents[name])
