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
from pathlib import Path
from queue import Empty
from typing import Any

from analysis.batch.kernel import serve_alone
from analysis.batch.processes import GRACE_SECONDS, how_it_ended
from analysis.batch.server import Server, can_fork


class KernelSource:
    """Makes kernels as they are asked for; one of the same environment as this process."""

    def __init__(self) -> None:
        # It loads while the tests are collected.
        Server.take().keep()
        self._path = _fresh_path()

    @staticmethod
    def works() -> bool:
        """Tell whether kernels can be forked on this system."""
        return can_fork()

    def start(self, folder: Path) -> ForkedKernel:
        """Return a new kernel that runs in a folder."""
        try:
            return ForkedKernel(folder, self._path)
        except (EOFError, OSError):
            # What makes them was killed since; another takes its place.
            return ForkedKernel(folder, self._path)

    def close(self) -> None:
        """End what makes kernels."""
        Server.end_idle()


class ForkedKernel:
    """Stands where nbval has its `RunningKernel`: the same questions, the same answers.

    Parameters
    ----------
    folder : Path
        Where it runs.
    path : list of str
        Where it looks for modules.

    Raises
    ------
    EOFError, OSError
        If the process that it is to be forked from is lost.
    """

    def __init__(self, folder: Path, path: list[str]) -> None:
        self._server: Server | None = Server.take()
        self._server.run(serve_alone, str(folder), path)
        self._pipe = self._server.pipe
        self._pid = self._pipe.recv()["pid"]
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
        return self._server is not None

    def stop(self) -> None:
        """End it."""
        if self._server is None:
            return
        server, self._server = self._server, None
        try:
            self._pipe.send(None)
            while self._pipe.poll(GRACE_SECONDS):
                if self._pipe.recv() is None:
                    server.keep()
                    return
        except (EOFError, OSError):
            pass
        server.stop()

    def _receive(self, deadline: float | None) -> dict[str, Any]:
        message = None
        try:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not self._pipe.poll(left):
                raise Empty
            message = self._pipe.recv()
        except (EOFError, OSError):
            pass
        if message is None:
            server, self._server = self._server, None
            zh, en = how_it_ended(server.stop() if server else None)
            raise RuntimeError(f"内核意外退出（{zh}）。\nThe kernel died ({en}).")
        if "failed" in message:
            raise RuntimeError(f"内核未能运行 The kernel failed: {message['failed']}")
        found: dict[str, Any] = message
        return found


def _fresh_path() -> list[str]:
    """Return where a new interpreter looks for modules: pytest adds folders of its own."""
    asked = [sys.executable, "-P", "-c", "import json, sys; print(json.dumps(sys.path))"]
    told = subprocess.run(asked, capture_output=True, check=True)  # noqa: S603
    path: list[str] = json.loads(told.stdout)
    return path
