"""Many tasks at once on this machine, each in a process of its own that can be ended."""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.forkserver
import os
import pickle
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

import psutil  # type: ignore[import-untyped]

from analysis.errors import ReliefError

PRELOAD = ["analysis.batch.warm"]
# Values of a batch's parameters, as JSON: its environment is all that the server's start takes.
PREPARE = "RELIEF_PREPARE"
GRACE_SECONDS = 3.0


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
    function: Callable[[Any], Any],
    tasks: Sequence[Any],
    *,
    workers: int,
    limit_seconds: float,
    prepare: Mapping[str, object] | None = None,
) -> Generator[Ended]:
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
    prepare : mapping, optional
        Values of the parameters of a task's notebook: the process that all are forked from
        computes what they share. Only the first call of a process starts it.
    """
    if not tasks:
        return
    context = _context(prepare or {})
    waiting = deque(tasks)
    running: list[_Running] = []
    # A process that is killed cannot clear away its temporary files: they stand here.
    with tempfile.TemporaryDirectory(prefix="relief-", ignore_cleanup_errors=True) as private:
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    call = (function, waiting.popleft(), private)
                    running.append(_start(context, call, limit_seconds))
                nearest = min(job.deadline for job in running) - time.monotonic()
                wait([job.pipe for job in running], timeout=max(0.0, nearest))
                for job in list(running):
                    ended = _look(job, limit_seconds)
                    if ended is not None:
                        running.remove(job)
                        yield ended
        finally:
            _end(running)


def _context(prepare: Mapping[str, object]) -> Any:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    # Ctrl-C while the server still imports would end it with a traceback.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    os.environ[PREPARE] = json.dumps(dict(prepare))
    try:
        multiprocessing.forkserver.ensure_running()
    finally:
        del os.environ[PREPARE]
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def _start(context: Any, call: tuple[Any, ...], limit_seconds: float) -> _Running:
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(*call, theirs), daemon=False)
    process.start()
    theirs.close()
    return _Running(call[1], process, ours, time.monotonic() + limit_seconds)


def _child(function: Callable[[Any], Any], task: Any, private: str, pipe: Connection) -> None:
    # Ctrl-C reaches the whole process group; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A kernel must not outlive its report: leave by way of every `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    tempfile.tempdir = private
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
        except (EOFError, OSError, pickle.UnpicklingError):
            job.process.join(GRACE_SECONDS)
            value, reason = None, _died(job.process.exitcode)
        job.process.join(GRACE_SECONDS)
        _end([job])
        return Ended(job.task, value, reason)
    if time.monotonic() >= job.deadline:
        _end([job])
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


def _end(jobs: Sequence[_Running]) -> None:
    """End processes and whatever they started: politely at first, then not."""
    families = [_family(job.process) for job in jobs]
    for job in jobs:
        if job.process.is_alive():
            job.process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for job, family in zip(jobs, families, strict=True):
        job.process.join(max(0.0, deadline - time.monotonic()))
        for process in family:
            if process.is_running():  # false where its number has gone to another process
                process.kill()
        job.process.join()
        job.pipe.close()


def _family(process: BaseProcess) -> list[psutil.Process]:
    try:
        parent = psutil.Process(process.pid)
        return [parent, *parent.children(recursive=True)] if process.is_alive() else []
    except psutil.NoSuchProcess:
        return []


def available_workers() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
