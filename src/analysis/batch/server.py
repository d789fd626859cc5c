"""Processes that others are forked from: what reports need is loaded in them once.

`pool` starts the first as ``python -m analysis.batch.server NUMBER``, the number of an open
socket. It loads the packages and forks a server for each batch; that one prepares what the
batch's reports have in common and forks the workers. None starts a thread or opens another
socket, so that its forks are safe, and each ends with the process that asked for it. The first
is the last to go: it ends what notebooks have started when the batch itself is killed.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from multiprocessing import reduction
from multiprocessing.connection import Connection, wait
from typing import NoReturn

import psutil  # type: ignore[import-untyped]

from analysis.batch.processes import (
    end_children,
    end_family,
    end_with_parent,
    inherit_orphans,
)

READY = "ready"


def main(control: int) -> None:
    """Serve until the process at the other end of a socket is gone; then leave nothing behind."""
    # Loading takes long, and there is nothing to clear away yet.
    end_with_parent()
    inherit_orphans()
    try:
        serve_batches(Connection(control))
    except (EOFError, ConnectionError):  # it was killed while this one spoke to it
        pass
    finally:
        # What notebooks have started does not end with them.
        end_children()


def serve_batches(control: Connection) -> None:
    """Load the packages, then fork a server for every batch."""
    # Ctrl-C reaches the whole process group; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    sys.path[:] = control.recv()
    from analysis.batch import warm

    warm.load()
    end_with_parent(False)
    control.send(READY)
    _Forks(control, serve_batch).serve()


def serve_batch(control: Connection) -> None:
    """Prepare what the reports of a batch have in common, then fork its workers."""
    end_with_parent()
    inherit_orphans()
    from analysis.batch import warm

    folder, environment, prepare, child = control.recv()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # the folder it had while it loaded may be gone
    if prepare is not None:
        warm.prepare(**prepare)
    control.send(READY)
    _Forks(control, child).serve()


class _Forks:
    """Forks a process for every socket that comes, and tells how each ended.

    It answers a socket with the new process's number, or with a text: why there is none. When one
    ends it sends its number and its status, as `os.waitpid` gives it.
    """

    def __init__(self, control: Connection, child: Callable[[Connection], None]) -> None:
        self.control, self.child = control, child
        self.pids: dict[int, int] = {}

    def serve(self) -> None:
        """Do as asked until nobody asks any more."""
        while True:
            for ready in wait([self.control, *self.pids]):
                if isinstance(ready, int):
                    self._tell_end(ready)
                elif not self._take():
                    return

    def _take(self) -> bool:
        try:
            handle = reduction.recv_handle(self.control)
        except (EOFError, OSError, RuntimeError):
            return False
        answer = self._fork(handle)
        os.close(handle)
        self.control.send(answer)
        return True

    def _fork(self, handle: int) -> int | str:
        try:
            pid = os.fork()
        except OSError as error:  # no memory, or too many processes
            return str(error)
        if pid == 0:
            self._be_child(handle)
        self.pids[os.pidfd_open(pid)] = pid
        return pid

    def _be_child(self, handle: int) -> NoReturn:
        try:
            self.control.close()
            for descriptor in self.pids:
                os.close(descriptor)
            self.child(Connection(handle))
            os._exit(0)
        finally:
            os._exit(1)

    def _tell_end(self, descriptor: int) -> None:
        pid = self.pids.pop(descriptor)
        os.close(descriptor)
        status = os.waitpid(pid, 0)[1]
        # What its notebook had started is this process's child now.
        for child in psutil.Process().children():
            if child.pid not in self.pids.values():
                end_family(child.pid)
        self.control.send((pid, status))


if __name__ == "__main__":
    main(int(sys.argv[1]))
