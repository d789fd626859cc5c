"""Workers: processes that do one task after another and outlive those that go wrong."""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from analysis.batch.clean_text import clean
from analysis.batch.processes import (
    GRACE_SECONDS,
    end_children,
    end_family,
    end_with_parent,
    inherit_orphans,
)
from analysis.errors import ReliefError

# How a task ended whose worker was ended for it; one that was lost leaves its exit code.
LATE = "late"


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
