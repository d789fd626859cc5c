"""A worker: a process that does one task after another and outlives those that go wrong."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import psutil  # type: ignore[import-untyped]

from analysis.batch.processes import end_family, end_with_parent, inherit_orphans
from analysis.errors import ReliefError


def work(pipe: Connection) -> None:
    """Do the tasks that come through a pipe until it closes, and answer each with its outcome."""
    end_with_parent()
    inherit_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "register_at_fork"):
        # Else a notebook's process would keep the pipe open when this one is gone.
        os.register_at_fork(after_in_child=pipe.close)
    while True:
        try:
            function, task, folder = pipe.recv()
        except EOFError:
            return
        with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
            tempfile.tempdir = own
            outcome = _outcome(function, task)
            _end_what_is_left()
        pipe.send(outcome)


def _outcome(function: Any, task: Any) -> tuple[Any, tuple[str, str] | None]:
    try:
        return function(task), None
    except ReliefError as error:
        return None, (error.zh, error.en)
    except BaseException as error:  # the parent must learn of every way to fail
        text = f"{type(error).__name__}: {error}"
        return None, (f"程序内部错误：{text}", f"Internal error: {text}")


def _end_what_is_left() -> None:
    """End the processes that a notebook has left running: this one is their parent now."""
    if sys.platform != "linux":
        return
    with suppress(ChildProcessError):
        while True:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                for child in psutil.Process().children():
                    end_family(child.pid)
