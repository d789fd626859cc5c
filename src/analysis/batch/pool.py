"""Where workers come from on this machine, and how they are replaced."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import Pipe, reduction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from analysis.batch.server import READY
from analysis.batch.worker import work

GRACE_SECONDS = 3.0
# Loading takes seconds; running a notebook of thousands of units beforehand, minutes.
READY_SECONDS = 900.0
NOT_STARTED = "加载软件包的进程没有就绪 the process that loads the packages did not get ready"


class NoWorkerError(Exception):
    """No worker could be started now: there is no memory, or the server is gone."""


class WorkerSource(Protocol):
    """Where workers come from."""

    def start(self) -> tuple[int, Connection]:
        """Return a new worker's process number, and the pipe that takes its tasks."""

    def end_of(self, pid: int) -> int | None:
        """Return how a worker that is gone ended: its exit code, less than 0 for a signal."""

    def close(self) -> None:
        """Let go of what makes workers."""


def worker_source(prepare: Mapping[str, Any] | None, folder: str | None = None) -> WorkerSource:
    """Return where workers come from on this machine.

    Parameters
    ----------
    prepare : mapping, optional
        The arguments of `analysis.batch.warm.prepare`; without it nothing is prepared.
    folder : str, optional
        For temporary files of what makes workers.
    """
    return ForkedWorkers(prepare, folder) if can_fork() else SpawnedWorkers()


def load_server() -> None:
    """Let the server that stays begin to load, so that it is ready when it is needed."""
    if can_fork():
        _Server.begin_first()


def end_server() -> None:
    """End the server that stays for the next batch, where none is at work."""
    _Server.end_first()


def server_pid() -> int | None:
    """Return the number of the server that stays for the next batch; it may still be loading."""
    first = _Server._first
    return None if first is None else first.pid


def can_fork() -> bool:
    """Tell whether this system forks processes safely."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class ForkedWorkers:
    """Processes forked from a server of their own, which is replaced when it dies.

    Parameters
    ----------
    prepare : mapping, optional
        The arguments of `analysis.batch.warm.prepare`; without it nothing is prepared.
    folder : str, optional
        For temporary files of what makes workers.
    child : callable
        What each process does with the pipe that comes with it: a function of a module.
    """

    def __init__(
        self,
        prepare: Mapping[str, Any] | None,
        folder: str | None = None,
        child: Callable[[Connection], None] = work,
    ) -> None:
        self._prepare, self._folder, self._child = prepare, folder, child
        self._server: _Server | None = None

    @property
    def pid(self) -> int | None:
        """Number of the process that workers are forked from, while there is one."""
        server = self._server
        return None if server is None else server.pid

    def start(self) -> tuple[int, Connection]:
        """Fork a worker; start the server before the first."""
        if self._server is None:
            self._server = _Server.forked(self._folder)
            try:
                what = str(Path.cwd()), dict(os.environ), self._prepare, self._child
                self._server.prepare(what)
            except BaseException:
                self._server = None
                raise
        try:
            return self._server.fork()
        except (EOFError, OSError) as error:
            self.close()
            raise NoWorkerError(f"{type(error).__name__} {error}") from error

    def end_of(self, pid: int) -> int | None:
        """Ask the server, which waits for the workers."""
        return None if self._server is None else self._server.end_of(pid)

    def close(self) -> None:
        """End the server, and with it every worker that is still there."""
        if self._server is not None:
            self._server.kill()
        self._server = None


class SpawnedWorkers:
    """Workers started one by one, each loading everything itself: where forking is not safe."""

    def __init__(self) -> None:
        self._processes: dict[int, Any] = {}

    def start(self) -> tuple[int, Connection]:
        """Start a worker."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs,))
        process.start()
        theirs.close()
        assert process.pid is not None  # noqa: S101
        self._processes[process.pid] = process
        return process.pid, ours

    def end_of(self, pid: int) -> int | None:
        """Wait for a process that has closed its pipe."""
        process = self._processes.pop(pid)
        process.join(GRACE_SECONDS)
        code: int | None = process.exitcode
        return code

    def close(self) -> None:
        """Workers end when their pipes close."""


class _Server:
    """A process of `analysis.batch.server` and the socket that it takes its orders from."""

    _first: _Server | None = None
    _lock = threading.Lock()

    def __init__(self, control: Connection, pid: int) -> None:
        self.control, self.pid = control, pid
        self.descriptor = os.pidfd_open(pid)
        self.ended: dict[int, int] = {}
        self.is_ready = False

    @classmethod
    def forked(cls, folder: str | None) -> _Server:
        """Return a server for a batch, forked from one that has loaded the packages."""
        with cls._lock:
            for _ in range(2):
                # That one stays for the next batch; it may have been killed since.
                first = cls._ready_first(folder)
                try:
                    pid, control = first.fork()
                    return cls(control, pid)
                except BaseException as error:
                    # It is gone, or, after Ctrl-C, has an answer ready that nobody asked for.
                    first.kill()
                    cls._first = None
                    if not isinstance(error, EOFError | OSError):
                        raise
        raise NoWorkerError(NOT_STARTED)

    @classmethod
    def begin_first(cls) -> None:
        """Start the one that loads the packages, unless it is there, and do not wait for it."""
        with cls._lock:
            if cls._first is None:
                cls._begin_first(None)

    @classmethod
    def _ready_first(cls, folder: str | None) -> _Server:
        first = cls._first or cls._begin_first(folder)
        try:
            first.wait_until_ready()
        except BaseException:
            cls._first = None
            raise
        return first

    @classmethod
    def _begin_first(cls, folder: str | None) -> _Server:
        cls._first = first = cls._started(folder)
        with suppress(OSError):  # it is gone already, which shows when it is waited for
            first.control.send(sys.path)
        return first

    @classmethod
    def end_first(cls) -> None:
        """End the one that has loaded the packages, and wait until it is gone."""
        with cls._lock:
            first, cls._first = cls._first, None
            if first is not None:
                first.kill()
                with suppress(ChildProcessError):
                    os.waitpid(first.pid, 0)

    @classmethod
    def _started(cls, folder: str | None) -> _Server:
        ours, theirs = Pipe()
        # If it is killed while it loads, its temporary files go with the batch's.
        temporary = {"TMPDIR": folder} if folder else {}
        # The interpreter that starts must not be ended by Ctrl-C before it can ignore it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-m", "analysis.batch.server", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=os.environ | temporary,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()
        return cls(ours, process.pid)

    def prepare(self, what: object) -> None:
        """Send it what it needs, and wait until it is ready; raises where it does not come up."""
        with suppress(OSError):  # it is gone, which shows when it is waited for
            self.control.send(what)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait for its first word; raises where it does not come up."""
        if self.is_ready:
            return
        try:
            ready = self.control.poll(READY_SECONDS) and self.control.recv()
        except (EOFError, OSError):
            ready = None
        except BaseException:  # Ctrl-C while it loads
            self.kill()
            raise
        if ready != READY:
            self.kill()
            raise NoWorkerError(NOT_STARTED)
        self.is_ready = True

    def fork(self) -> tuple[int, Connection]:
        """Let it fork; return the new process's number and the pipe to it."""
        ours, theirs = Pipe()
        with theirs:
            reduction.send_handle(self.control, theirs.fileno(), self.pid)
        while isinstance(answer := self.control.recv(), tuple):
            self.ended[answer[0]] = answer[1]
        if isinstance(answer, str):
            raise NoWorkerError(answer)
        return answer, ours

    def end_of(self, pid: int) -> int | None:
        """Return the exit code of a process it forked; None where it does not tell."""
        with suppress(EOFError, OSError):
            while pid not in self.ended and self.control.poll(GRACE_SECONDS):
                ended, status = self.control.recv()
                self.ended[ended] = status
        status = self.ended.pop(pid, None)
        return None if status is None else os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        """End it; its own children end with it."""
        self.control.close()
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.descriptor, signal.SIGKILL)
        os.close(self.descriptor)
