"""A kernel for nbval in a process forked from one that has everything loaded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty
from typing import Any

from analysis.batch.kernel import serve_alone
from analysis.batch.pool import ForkedWorkers, NoWorkerError, can_fork, load_server
from analysis.batch.processes import end_family, how_it_ended


class KernelSource:
    """Makes kernels as they are asked for; one of the same environment as this process."""

    def __init__(self) -> None:
        load_server()
        self._path = _fresh_path()
        self._forks = ForkedWorkers(None, None, serve_alone)

    @staticmethod
    def works() -> bool:
        """Tell whether kernels can be forked on this system."""
        return can_fork()

    def start(self, folder: Path) -> ForkedKernel:
        """Return a new kernel that runs in a folder."""
        try:
            pid, pipe = self._forks.start()
        except NoWorkerError:
            # What makes them was killed since; another takes its place.
            pid, pipe = self._forks.start()
        pipe.send((str(folder), self._path))
        pipe.recv()  # what language it speaks
        return ForkedKernel(self._forks, pid, pipe)

    def close(self) -> None:
        """End what makes kernels."""
        self._forks.close()


class ForkedKernel:
    """Stands where nbval has its `RunningKernel`: the same questions, the same answers.

    Parameters
    ----------
    forks : ForkedWorkers
        What the process was forked from.
    pid : int
    pipe : Connection
    """

    def __init__(self, forks: ForkedWorkers, pid: int, pipe: Connection) -> None:
        self._forks, self._pid, self._pipe = forks, pid, pipe
        self._shown: deque[dict[str, Any]] = deque()
        self._numbers = count()

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Run a cell; return the number that its messages bear. It is asked no questions."""
        number = f"cell-{next(self._numbers)}"
        self._pipe.send({"msg_id": number, "code": cell_input})
        return number

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """Wait until a cell is done; `Empty` where that takes longer."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (message := self._receive(deadline))["msg_type"] != "execute_reply":
            self._shown.append(message)

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message of what a cell shows; `Empty` where none comes in time."""
        if self._shown:
            return self._shown.popleft()
        deadline = None if timeout is None else time.monotonic() + timeout
        while (message := self._receive(deadline))["msg_type"] == "execute_reply":
            pass
        return message

    def await_idle(self, parent_id: str, timeout: float | None) -> None:
        """Leave out what a cell shows up to its end."""
        while self.get_message("iopub", timeout)["content"].get("execution_state") != "idle":
            pass

    def interrupt(self) -> None:
        """End the cell that runs, as Ctrl-C does."""
        os.kill(self._pid, signal.SIGINT)

    def is_alive(self) -> bool:
        """Tell whether it still takes cells."""
        return bool(self._pid)

    def stop(self) -> None:
        """End it."""
        if not self._pid:
            return
        pid, self._pid = self._pid, 0
        self._pipe.close()
        if self._forks.end_of(pid) is None:
            end_family(pid)

    def _receive(self, deadline: float | None) -> dict[str, Any]:
        try:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not self._pipe.poll(left):
                raise Empty
            message: dict[str, Any] = self._pipe.recv()
        except (EOFError, OSError):
            pid, self._pid = self._pid, 0
            self._pipe.close()
            zh, en = how_it_ended(self._forks.end_of(pid))
            raise RuntimeError(f"内核意外退出（{zh}）。\nThe kernel died ({en}).") from None
        if "failed" in message:
            raise RuntimeError(f"内核未能运行 The kernel failed: {message['failed']}")
        return message


def _fresh_path() -> list[str]:
    """Return where a new interpreter looks for modules: pytest adds folders of its own."""
    asked = [sys.executable, "-P", "-c", "import json, sys; print(json.dumps(sys.path))"]
    told = subprocess.run(asked, capture_output=True, check=True)  # noqa: S603
    path: list[str] = json.loads(told.stdout)
    return path
