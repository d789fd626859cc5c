"""Many tasks at once on this machine; one that goes wrong ends alone.

Workers are processes that do one task after another, and outlive those that go wrong.
"""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future
from concurrent.futures import wait as wait_for_futures
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, islice
from math import inf
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from analysis.batch.clean_text import clean
from analysis.batch.processes import (
    GRACE_SECONDS,
    end_children,
    end_family,
    end_with_parent,
    how_it_ended,
    inherit_orphans,
)
from analysis.batch.server import Server, can_fork
from analysis.batch.temporary import temporary_folder
from analysis.errors import ReliefError, ReportError

# A task whose process is lost is begun again: this often in all.
TRIES = 3
# Before processes are asked for again where none could be had.
PAUSE_SECONDS = 1.0
# How a task ended whose worker was ended for it; one that was lost leaves its exit code.
LATE = "late"

Outcome = tuple[Any, tuple[str, str] | None]


@dataclass(frozen=True)
class Ended:
    """How a task ended: with a value, or with the reason why not, in Chinese and English."""

    task: Any
    value: Any = None
    reason: tuple[str, str] | None = None


def run(
    function: Callable[[Any], Any],
    tasks: Sequence[Any],
    *,
    workers: int,
    limit_seconds: float,
    prepare: Mapping[str, Any] | None = None,
) -> Generator[Ended]:
    """Call ``function(task)`` for every task, and yield how each ended, as it ends.

    A task that fails or takes too long ends alone; the others go on. One whose worker is lost,
    killed from outside or for want of memory, is begun again, `TRIES` times in all. Leaving the
    iterator early ends what still runs.

    Parameters
    ----------
    function : callable
        A function of a module, so that another process can find it.
    tasks : sequence
        Values that can be pickled.
    workers : int
        How many run at once.
    limit_seconds : float
        Wall-clock limit of each task.
    prepare : mapping, optional
        What the tasks have in common, reports of one case: the arguments of
        `analysis.batch.warm.prepare`.

    Raises
    ------
    ReportError
        If no process can be started.
    """
    if not tasks:
        return
    # A process that is killed cannot clear away its temporary files: they stand here.
    with temporary_folder() as folder:
        pool, left = Pool(folder, limit_seconds, prepare), iter(tasks)
        try:
            given = {pool.submit(function, task): task for task in islice(left, workers)}
            while given:
                for future in wait_for_futures(given, return_when=FIRST_COMPLETED).done:
                    task = given.pop(future)
                    given |= {pool.submit(function, each): each for each in islice(left, 1)}
                    yield Ended(task, *future.result())
        finally:
            pool.close()


@dataclass
class _Given:
    packed: bytes
    future: Future[Outcome] = field(default_factory=Future)
    tries: int = 1


class Pool:
    """Processes that do as many tasks at once as they are given.

    They are forked from a `Server`; where that is not safe, each loads everything itself.

    Parameters
    ----------
    folder : str
        For temporary files.
    limit_seconds : float
        Wall-clock limit of each task.
    prepare : mapping, optional
        What the tasks have in common, as `run` takes it.
    """

    def __init__(
        self, folder: str, limit_seconds: float, prepare: Mapping[str, Any] | None = None
    ) -> None:
        self._folder, self._limit_seconds, self._prepare = folder, limit_seconds, prepare
        self._place = str(Path.cwd()), dict(os.environ)
        self._given: dict[int, _Given] = {}
        self._numbers, self._lock = count(), threading.Lock()
        self._source: Server | _ThreadSource | None = None
        self._closed = False
        self._error: ReportError | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def submit(self, function: Callable[[Any], Any], task: Any) -> Future[Outcome]:
        """Return what will be a task's value, and the reason why there is none."""
        given = _Given(pickle.dumps((function, task)))
        given.future.set_running_or_notify_cancel()
        with self._lock:
            if self._error or self._closed:
                raise self._error or CancelledError
            number = next(self._numbers)
            self._given[number] = given
            self._send(number)
        return given.future

    def close(self) -> None:
        """End what is at work; nobody gets to know how it ended."""
        with self._lock:
            self._closed = True
            if self._source is not None:
                with suppress(OSError):
                    self._source.pipe.send(None) if not self._given else self._source.stop()
        self._thread.join()
        while self._given:
            self._given.popitem()[1].future.set_exception(CancelledError())

    def _send(self, number: int) -> None:
        if self._source is not None:
            with suppress(OSError):  # it is lost, as the thread sees
                self._source.pipe.send((number, self._given[number].packed))

    def _serve(self) -> None:
        """Take answers until the pool is closed; begin anew where what gives them is lost."""
        in_vain = 0
        while not self._closed and in_vain < TRIES:
            if in_vain:
                time.sleep(PAUSE_SECONDS)
            in_vain += 1
            why = "EOF"
            try:
                source = self._begin()
                while (message := source.pipe.recv()) is not None:
                    in_vain = 0
                    self._take(*message)
                source.keep()
                return
            except Exception as error:  # whatever half a message gives
                why = f"{type(error).__name__} {error}"
            with self._lock:
                lost, self._source = self._source, None
                code = lost.stop() if lost else None
                if not in_vain and not self._closed:
                    for number in list(self._given):
                        self._lose(number, code)
        if not self._closed:
            self._give_up(why)

    def _begin(self) -> Server | _ThreadSource:
        with self._lock:
            if self._closed:
                raise EOFError
            what = self._folder, self._limit_seconds
            if can_fork():
                server = self._source = Server.take()
                server.run(share_out_here, self._place, self._prepare, *what)
            else:
                self._source = _ThreadSource(*what)
            for number in self._given:
                self._send(number)
            return self._source

    def _take(self, number: int | None, answer: bytes | int | str | None) -> None:
        if number is None:
            return
        with self._lock:
            if isinstance(answer, bytes):
                self._given.pop(number).future.set_result(pickle.loads(answer))  # noqa: S301
            elif answer == LATE:
                self._given.pop(number).future.set_result((None, _too_late(self._limit_seconds)))
            elif self._lose(number, answer if isinstance(answer, int) else None):
                self._send(number)

    def _lose(self, number: int, code: int | None) -> bool:
        """Tell whether a task whose process was lost is to be begun again."""
        given = self._given[number]
        if given.tries < TRIES:
            given.tries += 1
            return True
        del self._given[number]
        given.future.set_result((None, _lost(code)))
        return False

    def _give_up(self, why: str) -> None:
        error = ReportError(
            f"无法启动进程：{why}。请关闭其他程序，或用 --jobs 减少同时运行的数目。",
            f"No process can be started: {why}. Close other programs, or run fewer at "
            "once with --jobs.",
        )
        with self._lock:
            self._error = error
            for given in self._given.values():
                given.future.set_exception(error)
            self._given.clear()


class _ThreadSource:
    """What `Server` is, where processes are not forked: a thread hands out the tasks."""

    def __init__(self, folder: str, limit_seconds: float) -> None:
        self.pipe, theirs = Pipe()
        what = theirs, folder, limit_seconds
        self._thread = threading.Thread(target=self._share_out, args=what, daemon=True)
        self._thread.start()

    @staticmethod
    def _share_out(pipe: Connection, folder: str, limit_seconds: float) -> None:
        with pipe, suppress(EOFError, OSError):
            share_out(pipe, folder, limit_seconds, "spawn")

    def keep(self) -> None:
        """Let it go."""
        self.pipe.close()

    def stop(self) -> None:
        """End the workers."""
        with suppress(OSError):
            self.pipe.send(None)
        self._thread.join()


def _too_late(limit_seconds: float) -> tuple[str, str]:
    minutes = f"{limit_seconds / 60:g}"
    return (
        f"超过时限 {minutes} 分钟，已终止。",
        f"It took more than the limit of {minutes} minutes and was ended.",
    )


def _lost(code: int | None) -> tuple[str, str]:
    zh, en = how_it_ended(code)
    return (
        f"试了 {TRIES} 次，进程每次都意外结束（{zh}）。可能内存不足：请用 --jobs 减少"
        "同时运行的数目。",
        f"Its process was lost each of {TRIES} times ({en}). Memory may be short: run "
        "fewer at once with --jobs.",
    )


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    # Of the task that it does; None for one that waits for a task.
    number: int | None = None
    deadline: float = inf

    def end(self) -> None:
        """End it with all that it started."""
        end_family(self.process.pid)
        self.pipe.close()

    def answer(self) -> bytes | int | None:
        """Return what it says of its task, or its exit code where it is lost."""
        try:
            return self.pipe.recv_bytes()
        except (EOFError, OSError):
            self.process.join(GRACE_SECONDS)
            code: int | None = self.process.exitcode
            self.end()
            return code


def share_out_here(
    pipe: Connection,
    place: tuple[str, Mapping[str, str]],
    prepare: Mapping[str, Any] | None,
    folder: str,
    limit_seconds: float,
) -> None:
    """Do as `share_out` does in a process of its own, from which workers are forked.

    Parameters
    ----------
    place : tuple of str and mapping
        Working folder and environment.
    prepare : mapping, optional
        What the tasks have in common: the arguments of `analysis.batch.warm.prepare`.
    """
    # A notebook's process must not keep the pipe open when this one is gone.
    os.register_at_fork(after_in_child=pipe.close)
    os.chdir(place[0])
    os.environ.clear()
    os.environ.update(place[1])
    tempfile.tempdir = None
    if prepare is not None:
        from analysis.batch import warm

        warm.prepare(**prepare)
    share_out(pipe, folder, limit_seconds, "fork")


def share_out(pipe: Connection, folder: str, limit_seconds: float, method: str) -> None:
    """Give tasks to workers and tell how each ended, until `None` comes, which is answered last.

    Parameters
    ----------
    pipe : Connection
        Takes tasks, each a number and a pickled function with its argument. Answers are a number
        and what the worker said, `LATE`, or the exit code of a worker that was lost; a first
        one of `None` twice tells that all is prepared.
    folder : str
        For temporary files.
    limit_seconds : float
        Wall-clock limit of each task.
    method : str
        How workers are started, as `multiprocessing.get_context` takes it.
    """
    workers: list[_Worker] = []
    waiting: deque[tuple[int, bytes]] = deque()
    try:
        pipe.send((None, None))
        while True:
            while waiting and (worker := _free_worker(workers, folder, method)):
                worker.number, task = waiting.popleft()
                worker.deadline = time.monotonic() + limit_seconds
                worker.pipe.send_bytes(task)
            busy = [worker for worker in workers if worker.number is not None]
            nearest = min((worker.deadline for worker in busy), default=inf)
            left = None if nearest == inf else max(0.0, nearest - time.monotonic())
            ready = wait([pipe, *(worker.pipe for worker in busy)], left)
            for worker in busy:
                answer: bytes | int | str | None
                if worker.pipe in ready:
                    answer = worker.answer()
                elif time.monotonic() >= worker.deadline:
                    worker.end()
                    answer = LATE
                else:
                    continue
                if not isinstance(answer, bytes):
                    workers.remove(worker)
                number, worker.number = worker.number, None
                pipe.send((number, answer))
            if pipe in ready:
                message = pipe.recv()
                if message is None:
                    break
                waiting.append(message)
    finally:
        for worker in workers:
            worker.end()
    pipe.send(None)


def _free_worker(workers: list[_Worker], folder: str, method: str) -> _Worker | None:
    """Return a worker with nothing to do; None where all are at work and no more can be had."""
    for worker in workers:
        if worker.number is None:
            return worker
    context: Any = get_context(method)
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, folder))
    try:
        process.start()
    except OSError:  # no memory, or too many processes
        if workers:
            return None
        raise
    finally:
        theirs.close()
    workers.append(_Worker(process, ours))
    return workers[-1]


def work(pipe: Connection, folder: str) -> None:
    """Do the tasks that come through a pipe until it closes, and answer each with its outcome."""
    end_with_parent()
    inherit_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "register_at_fork"):
        # Else a notebook's process would keep the pipe open when this one is gone.
        os.register_at_fork(after_in_child=pipe.close)
    while True:
        try:
            task = pipe.recv_bytes()
        except EOFError:
            return
        try:
            with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
                tempfile.tempdir = own
                outcome = _outcome(task)
                # What a notebook has left running: this process is its parent now.
                end_children()
        except OSError as error:
            outcome = None, _no_folder(folder, error)
        pipe.send(outcome)


def _no_folder(folder: str, error: OSError) -> tuple[str, str]:
    return (
        f"无法在 {folder} 建立临时文件夹：{error.strerror}。请检查磁盘空间。",
        f"No temporary folder can be made in {folder}: {error.strerror}. Check the free space.",
    )


def _outcome(packed: bytes) -> tuple[Any, tuple[str, str] | None]:
    try:
        function, task = pickle.loads(packed)  # noqa: S301
        return function(task), None
    except ReliefError as error:
        return None, clean((error.zh, error.en))
    except BaseException as error:  # the parent must learn of every way to fail
        text = f"{type(error).__name__}: {error}"
        return None, clean((f"程序内部错误：{text}", f"Internal error: {text}"))
