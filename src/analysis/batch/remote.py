"""What a Dask worker does for a batch: reports in processes of their own, never in its own.

A Dask worker has threads and must not be forked. It starts a server, as a batch at home does, which
forks the processes that make the reports; each of its threads hands one report at a time to one
of them. They end with the batch, however the client leaves it.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections import deque
from contextlib import suppress
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from analysis.batch import local
from analysis.batch.pool import ForkedWorkers, WorkerSource, end_server, worker_source
from analysis.batch.processes import end_family

if TYPE_CHECKING:
    from distributed import Worker

# How often a worker asks whether the client is still there.
LOOK_SECONDS = 5.0
# What is at work when a session ends is gone by then, unless it is just being started.
GRACE_SECONDS = 30.0

# A packed report, or the reason why there is none; None where the batch has no session here.
Answer = tuple[bytes | None, tuple[str, str] | None] | None

_SESSIONS: dict[tuple[str, str], Session] = {}


def lease(batch: str) -> str:
    """Return the key of the Dask task that a client keeps as long as its batch goes on."""
    return f"relief-batch-{batch}"


async def open_session(
    batch: str, inputs: bytes, limit_seconds: float, dask_worker: Worker
) -> None:
    """Unpack a batch's files on a Dask worker; it makes reports until the batch is over.

    Parameters
    ----------
    batch : str
        The batch; a Dask task with the key that `lease` gives exists as long as it does.
    inputs : bytes
        As `analysis.batch.parcel.Packer` packs them.
    limit_seconds : float
        Wall-clock limit of each report.
    dask_worker : Worker
    """
    most = dask_worker.memory_manager.memory_limit
    memory_mb = most / 1e6 / dask_worker.state.nthreads if most else inf
    # Dask clears this folder even after a worker that was killed.
    home = dask_worker.local_directory
    session = await asyncio.to_thread(Session, home, inputs, limit_seconds, memory_mb)
    _SESSIONS[dask_worker.address, batch] = session
    watch = asyncio.create_task(_close_after(batch, dask_worker))
    # A task that nothing refers to may be collected before it is done.
    session.watch = watch


async def close_session(batch: str, dask_worker: Worker) -> None:
    """End what a batch still does on a Dask worker, and clear away its files."""
    session = _SESSIONS.pop((dask_worker.address, batch), None)
    if session is not None:
        await asyncio.to_thread(session.close)
        if not _SESSIONS:
            await asyncio.to_thread(end_server)


async def _close_after(batch: str, dask_worker: Worker) -> None:
    """Close a session when its client is gone: Dask forgets a client's tasks with the client."""
    key, over = lease(batch), False
    while (dask_worker.address, batch) in _SESSIONS and not over:
        await asyncio.sleep(LOOK_SECONDS)
        if dask_worker.status.name in ("closing", "closed", "failed"):
            break
        # While a scheduler cannot be reached, Dask itself decides whether to wait or to end.
        with suppress(OSError):
            over = (await dask_worker.scheduler.get_task_status(keys=[key]))[key] is None
    await close_session(batch, dask_worker)


def make(batch: str, packed: bytes) -> Answer:
    """Make a report in a process of its own; a Dask task."""
    from distributed import get_worker

    session = _SESSIONS.get((get_worker().address, batch))
    return None if session is None else session.make(packed)


class Session:
    """A batch's files on this machine, and the processes that make its reports.

    Parameters
    ----------
    home : str
        Folder for its own folder.
    inputs : bytes
    limit_seconds : float
    memory_mb : float
        What a report may take where its order sets no limit.
    """

    watch: asyncio.Task[None]

    def __init__(self, home: str, inputs: bytes, limit_seconds: float, memory_mb: float) -> None:
        from analysis.batch.parcel import composer, unpack

        self.folder = Path(tempfile.mkdtemp(prefix="relief-", dir=home))
        try:
            workplace, prepare = unpack(inputs, self.folder)
        except BaseException:
            rmtree(self.folder, ignore_errors=True)
            raise
        self._function = composer(workplace, memory_mb)
        self._limit_seconds = limit_seconds
        self._source = _Shared(worker_source(prepare))
        self._idle: list[local._Pool] = []
        self._busy: list[local._Pool] = []
        self._lock = threading.Lock()

    def make(self, packed: bytes) -> Answer:
        """Make a report; return None where the session is closed meanwhile."""
        with self._lock:
            if self._source.closed:
                return None
            pool = self._idle.pop() if self._idle else self._pool()
            self._busy.append(pool)
        try:
            (ended,) = pool.run(deque([local._Try(packed)]), 1)
        except Exception:
            pool.close()
            if self._source.closed:
                return None
            raise
        else:
            self._idle.append(pool)
        finally:
            with self._lock:
                self._busy.remove(pool)
        return None if self._source.closed else (ended.value, ended.reason)

    def close(self) -> None:
        """End what is at work, whoever waits for it, and clear away the files."""
        with self._lock:
            self._source.closed = True
        # A thread that waits for a report takes up its end itself: none closes what another reads.
        deadline = time.monotonic() + GRACE_SECONDS
        ended: set[int] = set()
        while self._busy and time.monotonic() < deadline:
            for pid in self._source.pids(self._busy) - ended:
                end_family(pid)
                ended.add(pid)
            time.sleep(0.02)
        for pool in self._idle:
            pool.close()
        self._source.end()
        rmtree(self.folder, ignore_errors=True)

    def _pool(self) -> local._Pool:
        return local._Pool(self._function, str(self.folder), self._limit_seconds, self._source)


class _ClosedError(Exception):
    """The batch is over."""


class _Shared:
    """A source of workers for several threads, each with a pool of its own."""

    def __init__(self, source: WorkerSource) -> None:
        self._source, self._lock = source, threading.Lock()
        self.closed = False

    def start(self) -> tuple[int, Connection]:
        """Return a new worker, as long as the batch goes on."""
        with self._lock:
            if self.closed:
                raise _ClosedError
            return self._source.start()

    def end_of(self, pid: int) -> int | None:
        """Return how a worker ended."""
        with self._lock:
            return self._source.end_of(pid)

    def close(self) -> None:
        """Do nothing: one thread is done, and others may go on."""

    def pids(self, pools: list[local._Pool]) -> set[int]:
        """Return the processes to end, with all below them, so that these pools stop."""
        if isinstance(self._source, ForkedWorkers):
            return {self._source.pid} if self._source.pid else set()
        return {worker.pid for pool in pools for worker in pool.workers}

    def end(self) -> None:
        """Let go of what makes workers."""
        self._source.close()
