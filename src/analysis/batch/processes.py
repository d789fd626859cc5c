"""Processes and those they start: who ends with whom, how much memory they take."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress

import psutil  # type: ignore[import-untyped]

# From Linux's prctl.h.
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
# What is killed is gone at once, but where the system is at its limits.
GRACE_SECONDS = 3.0


def available_workers() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def end_with_parent(yes: bool = True) -> None:
    """Let Linux end this process when its parent is gone: a cell may run for long."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL if yes else 0)


def inherit_orphans() -> None:
    """Let Linux make this process the parent of what its children leave running."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_family(pid: int) -> None:
    """End a process and all that it started, and wait until they are gone."""
    family = _family(pid)
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=GRACE_SECONDS)


def end_children() -> None:
    """End all that this process has started, and what was left to it, until nothing is there."""
    if sys.platform != "linux":
        return
    with suppress(ChildProcessError):
        while True:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                for child in psutil.Process().children():
                    end_family(child.pid)


def memory_mb(pid: int) -> float:
    """Return the memory that a process and all that it started hold, in MB of 10^6 bytes.

    Pages that several of them share count once for each; 0 for a process that is gone.
    """
    total = 0
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total / 1e6


def machine_memory_mb() -> float:
    """Return the memory of this machine, in MB."""
    return float(psutil.virtual_memory().total / 1e6)


def how_it_ended(exit_code: int | None) -> tuple[str, str]:
    """Say in Chinese and English what an exit code tells; less than 0 it is a signal's number.

    Examples
    --------
    >>> how_it_ended(3)[1], how_it_ended(-9)[1], how_it_ended(-40)[1]
    ('exit code 3', 'signal SIGKILL', 'signal 40')
    """
    if exit_code is None:
        return "原因不明", "for a reason unknown"
    if exit_code >= 0:
        return f"退出代码 {exit_code}", f"exit code {exit_code}"
    name = str(-exit_code)
    with suppress(ValueError):
        name = signal.Signals(-exit_code).name
    return f"信号 {name}", f"signal {name}"


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)
