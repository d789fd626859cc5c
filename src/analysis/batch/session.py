"""A batch's files on one machine, and the processes there that make its reports."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import rmtree
from typing import Any

from analysis.batch import local
from analysis.batch.packed_batch import composer, unpack
from analysis.batch.pool import (
    ForkedWorkers,
    NoWorkerError,
    WorkerSource,
    server_pid,
    worker_source,
)
from analysis.batch.processes import end_family

# What is at work when a session ends is gone long before.
GRACE_SECONDS = 30.0

# A packed report, or the reason why there is none; None where the batch has no session here.
Answer = tuple[bytes | None, tuple[str, str] | None] | None


class Session:
    """What a machine holds and does for one batch.

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

    # What looks whether the batch goes on: kept here as long as the session is.
    watch: Any = None

    def __init__(
        self, home: str, inputs: bytes, limit_seconds: float, memory_mb: float, threads: int
    ) -> None:
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
