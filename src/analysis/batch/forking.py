"""Run each notebook in a fresh process, forked from this one.

What the parent has imported is there at once, and there are no ports to fight over. Where a
fork is not safe the process of a report is started anew, and does the same.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from math import inf
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from typing import Any

import psutil  # type: ignore[import-untyped]
from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger

from analysis.batch.limits import LOOK_SECONDS, LimitError, Limits, Watch
from analysis.batch.processes import GRACE_SECONDS, end_family, how_it_ended
from analysis.words import LANGUAGES, catalogue


class Forking(NBClientEngine):  # type: ignore[misc]
    """Runs notebooks in forked processes; in papermill's own way where forking is not safe."""

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **options: Any) -> NotebookNode:
        """Run a notebook as papermill asks its engines to."""
        if unsafe() is None:
            _stop_progress_thread()
        return super().execute_notebook(nb, kernel_name, **options)

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook's cells.

        Options are those of papermill's own engine; ``begun``, a list that takes the notebook
        before its first cell runs: it tells how far a failed one came; and ``limits``, `Limits`
        in place of ``execution_timeout``.

        Raises
        ------
        DeadKernelError
            If the process ended before its last cell; says how.
        CellTimeoutError
            If a cell took longer than it may.
        LimitError
            If the notebook did, or took more memory.
        """
        begun = options.pop("begun", None)
        if begun is not None:
            begun.append(nb_man.nb)
        limits: Limits | None = options.pop("limits", None)
        if limits is not None:
            options["execution_timeout"] = limits.cell_seconds
        why = unsafe()
        if why is not None and limits is None:
            for lang in LANGUAGES:
                logger.warning(catalogue(lang)(f"engine.{why}"))
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        limit = options.pop("execution_timeout", None)
        for name in ("input_path", "start_timeout", "startup_timeout"):
            options.pop(name, None)
        timeout = options.pop("timeout", None)
        client = ForkClient(nb_man, timeout=limit or timeout, log=logger, **options)
        client.watch = Watch(limits or Limits(run_seconds=inf))
        client.forks = why is None
        return client.execute()


class ForkClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs a notebook's cells in a process, and takes its messages as nbclient does."""

    pipe: Connection
    pid: int
    watch: Watch
    forks: bool

    def execute(self, **_: Any) -> NotebookNode:
        """Run every cell."""
        self.reset_execution_trackers()
        self.pipe, self.pid = _fork() if self.forks else _spawn()
        try:
            self.nb.metadata["language_info"] = self._receive()["language_info"]
            self.papermill_execute_cells()
            self.set_widgets_metadata()
        except (CellTimeoutError, LimitError):
            end_family(self.pid)
            self.pid = 0
            raise
        finally:
            self.pipe.close()
            _end(self.pid)
        return self.nb

    def execute_cell(self, cell: NotebookNode, cell_index: int, *_: Any, **__: Any) -> NotebookNode:
        """Run a cell, and enter what it shows."""
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        if self.skip_cells_with_tag in cell.metadata.get("tags", []):
            return cell
        cell["metadata"]["execution"] = {}
        cell.outputs = []
        self.clear_before_next_output = False
        timeout = self._get_timeout(cell)
        deadline = inf if timeout is None else time.monotonic() + timeout
        self._ask({"msg_id": f"cell-{cell_index}", "code": cell.source})
        self.code_cells_executed += 1
        reply = None
        while True:
            message = self._receive(deadline)
            if message is None:
                raise CellTimeoutError.error_from_timeout_and_cell("", int(timeout or 0), cell)
            if message["msg_type"] == "execute_reply":
                reply = message
                cell["metadata"]["execution"]["shell.execute_reply"] = timestamp(message)
                continue
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                break
        asyncio.run(self._check_raise_for_error(cell, cell_index, reply))
        return cell

    def _ask(self, request: dict[str, Any]) -> None:
        try:
            self.pipe.send(request)
        except OSError:
            raise self._died() from None

    def _receive(self, deadline: float = inf) -> Any:
        """Return the next message; None when the time is up."""
        message = None
        try:
            while message is None:
                self.watch.look(self.pid)
                wait = min(deadline - time.monotonic(), LOOK_SECONDS)
                if self.pipe.poll(max(0.0, wait)):
                    message = self.pipe.recv()
                elif time.monotonic() >= deadline:
                    return None
        except (EOFError, OSError):
            raise self._died() from None
        if "failed" in message:
            raise DeadKernelError(f"Kernel died: {message['failed']}")
        return message

    def _died(self) -> DeadKernelError:
        code, self.pid = _end(self.pid), 0
        _, how = how_it_ended(code)
        return DeadKernelError(f"Kernel died: {how}")


def unsafe() -> str | None:
    """Return why this process must not be forked, or None where it may be."""
    if not hasattr(os, "memfd_create") or sys.platform == "darwin":
        return "no_fork"
    others = [each for each in threading.enumerate() if each is not threading.main_thread()]
    if any(type(each).__name__ != "TMonitor" for each in others):
        return "threads"
    zmq = sys.modules.get("zmq")
    if zmq is not None and zmq.Context._instance is not None:
        return "sockets"
    return None


def _stop_progress_thread() -> None:
    """Let tqdm show its bar without a thread, which a fork would leave in an unknown state."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    tqdm.monitor_interval = 0
    if tqdm.monitor is not None:
        tqdm.monitor.exit()
        tqdm.monitor = None


def _fork() -> tuple[Connection, int]:
    from analysis.batch.kernel import serve

    ours, theirs = Pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            serve(theirs)
        finally:
            # Whatever happens, what called for the fork must not go on twice.
            os._exit(1)
    theirs.close()
    return ours, pid


def _spawn() -> tuple[Connection, int]:
    from analysis.batch.kernel import serve

    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,))
    process.start()
    theirs.close()
    return ours, process.pid or 0


def _end(pid: int) -> int | None:
    """Wait for a process whose pipe is closed; return its exit code.

    Where it does not leave, it is ended, and there is none.
    """
    try:
        return psutil.Process(pid).wait(GRACE_SECONDS) if pid else None
    except psutil.TimeoutExpired:
        end_family(pid)
    except psutil.NoSuchProcess:
        pass
    return None
