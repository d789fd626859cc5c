"""What a Dask worker does for a batch: reports in processes of their own, never in its own.

A Dask worker has threads and must not be forked. It starts a server, as a batch at home does, which
forks the processes that make the reports; a thread of its own waits for each report. They end
with the batch, however the client leaves it.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from analysis.batch import local
from analysis.batch.pool import (
    ForkedWorkers,
    NoWorkerError,
    WorkerSource,
    end_server,
    server_pid,
    worker_source,
)
from analysis.batch.processes import end_family

if TYPE_CHECKING:
    from distributed import Worker

# How often a worker asks whether the client is still there.
LOOK_SECONDS = 5.0
# What is at work when a session ends is gone long before.
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
    most, threads = dask_worker.memory_manager.memory_limit, dask_worker.state.nthreads
    memory_mb = most / 1e6 / threads if most else inf
    # Dask clears this folder even after a worker that was killed.
    home = dask_worker.local_directory
    session = await asyncio.to_thread(Session, home, inputs, limit_seconds, memory_mb, threads)
    _SESSIONS[dask_worker.address, batch] = session
    watch = asyncio.create_task(_close_after(batch, dask_worker))
    # A task that nothing refers to may be collected before it is done.
    session.watch = watch


async def close_session(batch: str, dask_worker: Worker) -> None:
    """End what a batch still does on a Dask worker, and clear away its files."""
    session = _SESSIONS.pop((dask_worker.address, batch), None)
    if session is not None:
        await asyncio.to_thread(_end, session, alone=not _SESSIONS)


def _end(session: Session, *, alone: bool) -> None:
    session.close(alone=alone)
    if alone:
        end_server()


async def _close_after(batch: str, dask_worker: Worker) -> None:
    """Close a session when its client is gone: Dask forgets a client's tasks with the client."""
    key, over = lease(batch), False
    try:
        while (dask_worker.address, batch) in _SESSIONS and not over:
            await asyncio.sleep(LOOK_SECONDS)
            if dask_worker.status.name in ("closing", "closed", "failed"):
                break
            # While a scheduler cannot be reached, Dask itself decides whether to wait or to end.
            with suppress(OSError):
                over = (await dask_worker.scheduler.get_task_status(keys=[key]))[key] is None
    finally:
        # Also where the loop ends: no thread of a session may keep this process from its end.
        await close_session(batch, dask_worker)


async def make(batch: str, packed: bytes) -> Answer:
    """Make a report in a process of its own; a Dask task.

    It waits in a thread of the session: one of Dask's own would be looked at by its profiler a
    hundred times a second.
    """
    from distributed import get_worker

    session = _SESSIONS.get((get_worker().address, batch))
    if session is None:
        return None
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(session.threads, session.make, packed)


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
    threads : int
        Reports at once.
    """

    watch: asyncio.Task[None]

    def __init__(
        self, home: str, inputs: bytes, limit_seconds: float, memory_mb: float, threads: int
    ) -> None:
        from analysis.batch.parcel import composer, unpack

        self.folder = Path(tempfile.mkdtemp(prefix="relief-", dir=home))
        try:
            workplace, prepare = unpack(inputs, self.folder)
        except BaseException:
            rmtree(self.folder, ignore_errors=True)
            raise
        self._function = composer(workplace, memory_mb)
        self._limit_seconds = limit_seconds
        self.threads = ThreadPoolExecutor(threads)
        self._source = _Shared(worker_source(prepare, str(self.folder)))
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

    def close(self, *, alone: bool = False) -> None:
        """End what is at work, whoever waits for it, and clear away the files.

        Parameters
        ----------
        alone : bool
            Whether no other session of this process needs the server that loads the packages.
        """
        with self._lock:
            self._source.closed = True
        # A thread that waits for a report takes up its end itself: none closes what another reads.
        deadline = time.monotonic() + GRACE_SECONDS
        ended: set[int] = set()
        while self._busy and time.monotonic() < deadline:
            for pid in self._source.pids(self._busy, alone=alone) - ended:
                end_family(pid)
                ended.add(pid)
            time.sleep(0.02)
        for pool in self._idle:
            pool.close()
        self._source.end()
        self.threads.shutdown(wait=False, cancel_futures=True)
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
            try:
                if not self.closed:
                    return self._source.start()
            except NoWorkerError:
                if not self.closed:
                    raise
            raise _ClosedError

    def end_of(self, pid: int) -> int | None:
        """Return how a worker ended."""
        with self._lock:
            return self._source.end_of(pid)

    def close(self) -> None:
        """Do nothing: one thread is done, and others may go on."""

    def pids(self, pools: list[local._Pool], *, alone: bool) -> set[int]:
        """Return the processes to end, with all below them, so that these pools stop."""
        if isinstance(self._source, ForkedWorkers):
            pid = self._source.pid or (server_pid() if alone else None)
            return {pid} if pid else set()
        return {worker.pid for pool in pools for worker in pool.workers}

    def end(self) -> None:
        """Let go of what makes workers."""
        self._source.close()
