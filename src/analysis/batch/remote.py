"""What a Dask worker does for a batch: reports in processes of their own, never in its own.

A Dask worker has threads and must not be forked: its reports are made by a pool, as at home. That
ends with the batch, however the client leaves it. The batch comes packed: the files it needs, then
its orders. A report comes out with the same bytes as at home: its case is called by the same path,
and what its page says of where it comes from is said as it would be at home.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import pickle
import platform
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from math import inf, isinf
from pathlib import Path, PurePosixPath
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from analysis.batch.jobs import CaseFacts, Job, Order
from analysis.batch.keys import package_fingerprint, versions
from analysis.batch.local import Outcome, Pool
from analysis.batch.report import compose
from analysis.batch.server import Server, can_fork
from analysis.case_folder import PLACES, find_folder
from analysis.errors import ClusterError, ReportError

if TYPE_CHECKING:
    from distributed import Worker

Texts = tuple[str, str]
# How a Dask worker is started where it is not forked from: a nanny forbids it processes.
NO_NANNY = "dask worker --no-nanny"
# The working folder lies so far down that a path such as ../../case stays in the batch's folder.
DEPTH = 16
# How often a worker asks whether the client is still there.
LOOK_SECONDS = 5.0


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


class _Session:
    """A batch's files, and the pool that makes its reports."""

    def __init__(self, inputs: bytes, limit_seconds: float, worker: Worker) -> None:
        most, threads = worker.memory_manager.memory_limit, worker.state.nthreads
        # Dask clears this folder even after a worker that was killed.
        self.folder = Path(tempfile.mkdtemp(prefix="relief-", dir=worker.local_directory))
        workplace, prepare = unpack(inputs, self.folder)
        memory_mb = most / 1e6 / threads if most else inf
        self.compose = partial(compose_packed, workplace, memory_mb)
        self.pool = Pool(str(self.folder), limit_seconds, prepare)

    def close(self) -> None:
        """End what is at work, whoever waits for it, and clear away the files."""
        self.pool.close()
        Server.end_idle()
        rmtree(self.folder, ignore_errors=True)


_SESSIONS: dict[tuple[str, str], _Session] = {}
# A task that nothing refers to may be collected before it is done.
_WATCHES: set[asyncio.Task[None]] = set()


async def open_session(
    batch: str, inputs: bytes, limit_seconds: float, dask_worker: Worker
) -> None:
    """Unpack a batch's files and begin to prepare; the worker's threads are offered to the batch.

    Parameters
    ----------
    batch : str
        The batch's name, and that of the resource. A Dask task with this key exists as long as it
        goes on.
    inputs : bytes
        As `Packer` packs them.
    limit_seconds : float
        Wall-clock limit of each report.
    dask_worker : Worker
    """
    session = await asyncio.to_thread(_Session, inputs, limit_seconds, dask_worker)
    _SESSIONS[dask_worker.address, batch] = session
    watch = asyncio.create_task(_close_after(batch, dask_worker))
    _WATCHES.add(watch)
    watch.add_done_callback(_WATCHES.discard)
    await dask_worker.set_resources(**{batch: dask_worker.state.nthreads})


async def close_session(batch: str, dask_worker: Worker) -> None:
    """End what a batch still does on a Dask worker, and clear away its files."""
    session = _SESSIONS.pop((dask_worker.address, batch), None)
    if session is not None:
        await asyncio.to_thread(session.close)


async def _close_after(batch: str, dask_worker: Worker) -> None:
    """Close a session when its client is gone: Dask forgets a client's tasks with the client."""
    over = False
    try:
        while (dask_worker.address, batch) in _SESSIONS and not over:
            await asyncio.sleep(LOOK_SECONDS)
            if dask_worker.status.name in ("closing", "closed", "failed"):
                break
            # While a scheduler cannot be reached, Dask itself decides whether to wait or to end.
            with suppress(OSError):
                found = await dask_worker.scheduler.get_task_status(keys=[batch])
                over = found[batch] is None
    finally:
        await close_session(batch, dask_worker)


async def make(batch: str, packed: bytes) -> Outcome:
    """Make a packed report; a Dask task, for which no thread has to wait."""
    from distributed import get_worker

    session = _SESSIONS[get_worker().address, batch]
    return await asyncio.wrap_future(session.pool.submit(session.compose, packed))


def facts() -> dict[str, str]:
    """Return versions of all that a report's bytes rest on, by name."""
    python = ".".join(platform.python_version_tuple()[:2])
    files = package_fingerprint()[:12]
    return {"Python": python, **versions(), "files of relief-analysis": files}


async def facts_there() -> dict[str, str]:
    """Return `facts` without keeping a Dask process's own loop from its work.

    Raises
    ------
    RuntimeError
        If this Dask worker may not start processes.
    """
    if not can_fork() and multiprocessing.current_process().daemon:
        raise RuntimeError(NO_NANNY)
    return await asyncio.to_thread(facts)


def unlike(here: Mapping[str, str], there: Mapping[str, str] | Exception) -> Texts | None:
    """Say in Chinese and English what another process lacks or has otherwise; None if nothing.

    Parameters
    ----------
    here : mapping
        The `facts` of this process.
    there : mapping or Exception
        Those of the other one, or what was raised when it was asked.

    Examples
    --------
    >>> unlike({"pandas": "3.1.1"}, {"pandas": "3.0.0"})[1]
    'pandas 3.0.0, here 3.1.1'
    >>> unlike({}, ModuleNotFoundError("No module named 'analysis'"))[1]
    'relief-analysis is not installed there'
    """
    if isinstance(there, Exception):
        return _lacks(f"{type(there).__name__}: {there}")
    other = [
        (name, there.get(name, "–"), version)
        for name, version in here.items()
        if there.get(name) != version
    ]
    if not other:
        return None
    return (
        "；".join(f"{name} {theirs}，本机 {ours}" for name, theirs, ours in other),
        "; ".join(f"{name} {theirs}, here {ours}" for name, theirs, ours in other),
    )


def _lacks(error: str) -> Texts:
    # Dask may wrap one error in another: only the text tells.
    if "No module named 'analysis'" in error:
        return "没有安装 relief-analysis", "relief-analysis is not installed there"
    if any(kind in error for kind in ("ModuleNotFoundError", "ImportError", "AttributeError")):
        return (
            f"relief-analysis 的版本不同（{error}）",
            f"another version of relief-analysis ({error})",
        )
    if NO_NANNY in error:
        return f"请用 {NO_NANNY} 启动", f"start it as {NO_NANNY}"
    return error, error


def not_alike(found: Mapping[str, Texts]) -> ClusterError:
    """Return the error that tells who is unlike this process, and in what."""
    zh, en = ("\n".join(f"  {who}: {texts[n]}" for who, texts in found.items()) for n in (0, 1))
    return ClusterError(
        f"这些 Dask 进程不能生成这批报告：\n{zh}\n请在那里安装与本机相同的版本（例如按 "
        "requirements.lock），再重新启动它们。",
        f"These Dask processes cannot make the reports:\n{en}\nInstall the versions of this "
        "machine there (for example by requirements.lock), and start them again.",
    )
