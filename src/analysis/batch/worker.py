"""A worker: a process that does one task after another and outlives those that go wrong."""

from __future__ import annotations

import os
import signal
import tempfile
from multiprocessing.connection import Connection
from typing import Any

from analysis.batch.processes import end_children, end_with_parent, inherit_orphans
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
        try:
            with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
                tempfile.tempdir = own
                outcome = _outcome(function, task)
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


def _outcome(function: Any, task: Any) -> tuple[Any, tuple[str, str] | None]:
    try:
        return function(task), None
    except ReliefError as error:
        return None, (error.zh, error.en)
    except BaseException as error:  # the parent must learn of every way to fail
        text = f"{type(error).__name__}: {error}"
        return None, (f"程序内部错误：{text}", f"Internal error: {text}")
