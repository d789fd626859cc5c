"""Many tasks at once on this machine, each in a process of its own that can be ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from analysis.errors import ReliefError

PRELOAD = ["analysis.batch.report", "papermill", "nbconvert"]


@dataclass(frozen=True)
class Ended:
    """How a task ended: with a value, or with the reason why not, in Chinese and English."""

    task: Any
    value: Any = None
    reason: tuple[str, str] | None = None


@dataclass(frozen=True)
class _Running:
    task: Any
    process: BaseProcess
    pipe: Connection
    deadline: float


def run(
    function: Callable[[Any], Any], tasks: Sequence[Any], *, workers: int, limit_seconds: float
) -> Iterator[Ended]:
    """Call ``function(task)`` for every task, and yield how each ended, as it ends.

    A task that fails, dies or takes too long ends alone; the others go on. Leaving the
    iterator early ends what still runs.

    Parameters
    ----------
    function : callable
        A function of a module, so that a new process can find it.
    tasks : sequence
        Values that can be pickled.
    workers : int
        How many run at once.
    limit_seconds : float
        Wall-clock limit of each task.
    """
    context = _context()
    waiting = deque(tasks)
    running: list[_Running] = []
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(_start(context, function, waiting.popleft(), limit_seconds))
            nearest = min(job.deadline for job in running) - time.monotonic()
            wait([job.pipe for job in running], timeout=max(0.0, nearest))
            for job in list(running):
                ended = _look(job, limit_seconds)
                if ended is not None:
                    running.remove(job)
                    yield ended
    finally:
        for job in running:
            _end(job)


def _context() -> Any:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(PRELOAD)
    return context


def _start(
    context: Any, function: Callable[[Any], Any], task: Any, limit_seconds: float
) -> _Running:
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(function, task, theirs), daemon=False)
    process.start()
    theirs.close()
    return _Running(task, process, ours, time.monotonic() + limit_seconds)


def _child(function: Callable[[Any], Any], task: Any, pipe: Connection) -> None:
    # Ctrl-C reaches the whole process group; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pipe.send((function(task), None))
    except ReliefError as error:
        pipe.send((None, (error.zh, error.en)))
    except BaseException as error:  # the parent must learn of every way to fail
        text = f"{type(error).__name__}: {error}"
        pipe.send((None, (f"程序内部错误：{text}", f"Internal error: {text}")))
    finally:
        pipe.close()


def _look(job: _Running, limit_seconds: float) -> Ended | None:
    if job.pipe.poll():
        try:
            value, reason = job.pipe.recv()
        except EOFError:
            job.process.join()
            value, reason = None, _died(job.process.exitcode)
        _end(job)
        return Ended(job.task, value, reason)
    if time.monotonic() >= job.deadline:
        _end(job)
        minutes = f"{limit_seconds / 60:g}"
        return Ended(
            job.task,
            reason=(
                f"超过时限 {minutes} 分钟，已终止。",
                f"It took more than the limit of {minutes} minutes and was ended.",
            ),
        )
    return None


def _died(exit_code: int | None) -> tuple[str, str]:
    if exit_code is not None and exit_code < 0:
        name = signal.Signals(-exit_code).name
        return f"进程被信号 {name} 终止。", f"Its process was ended by signal {name}."
    return (
        f"进程意外退出（代码 {exit_code}）。",
        f"Its process ended early (exit code {exit_code}).",
    )


def _end(job: _Running) -> None:
    job.process.join(timeout=1)
    if job.process.is_alive():
        job.process.terminate()
        job.process.join(timeout=2)
    if job.process.is_alive():
        job.process.kill()
        job.process.join()
    job.pipe.close()


def available_workers() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
