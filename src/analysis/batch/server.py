"""A process in which all that reports need is loaded: what is forked from it starts at once.

It is started as ``python -m analysis.batch.server NUMBER``, the number of an open socket, takes one
request after another, each a function of a module and its arguments, and runs each in a fork. It
starts no thread and opens nothing else, so that its forks are safe. It is the last to go: when
the process that started it is gone, it ends whatever notebooks have started.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, ClassVar

from analysis.batch.processes import (
    GRACE_SECONDS,
    end_children,
    end_family,
    end_with_parent,
    inherit_orphans,
)


def can_fork() -> bool:
    """Tell whether this system forks processes safely."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class Server:
    """Such a process, and the pipe to whatever it runs now.

    It is lost, and its pipe closes, where what it runs does not end well.
    """

    _idle: ClassVar[list[Server]] = []

    def __init__(self) -> None:
        self.pipe, theirs = Pipe()
        # The interpreter that starts must not be ended by Ctrl-C before it can ignore it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-m", __name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()
        self._send(sys.path)

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    @classmethod
    def take(cls) -> Server:
        """Return one that has nothing to do, or a new one, which begins to load."""
        return cls._idle.pop() if cls._idle else cls()

    def keep(self) -> None:
        """Let another take it: what it ran has ended well."""
        self._idle.append(self)

    @classmethod
    def end_idle(cls) -> None:
        """End those that have nothing to do."""
        while cls._idle:
            cls._idle.pop().stop()

    def run(self, function: Callable[..., None], *arguments: Any) -> None:
        """Let it call a function, in a fork, with the pipe and some arguments."""
        self._send((function, *arguments))

    def stop(self) -> int:
        """End it with all that it runs, unless it has ended; return its exit code.

        That is the code of what it ran last; less than 0 it is a signal's number.
        """
        # Unlike a closed one, a pipe that is shut down tells whoever reads it on either side.
        with (
            suppress(OSError),
            socket.socket(fileno=os.dup(self.pipe.fileno())) as ours,
        ):
            ours.shutdown(socket.SHUT_RDWR)
        try:
            code = self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            end_family(self.pid)
            code = self._process.wait()
        return 128 - code if code > 128 else code

    def _send(self, what: object) -> None:
        with suppress(OSError):  # it is gone, as whoever reads the pipe sees
            self.pipe.send(what)


def main(descriptor: int) -> int:
    """Serve until the process at the other end of a socket is gone; then leave nothing behind."""
    # Ctrl-C reaches the whole process group; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    inherit_orphans()
    pipe, code = Connection(descriptor), 0
    try:
        sys.path[:] = pipe.recv()
        from analysis.batch import warm

        warm.load()
        while code == 0:
            code = _run_in_fork(pipe, *pipe.recv())
    except (EOFError, OSError):
        pass
    finally:
        end_children()
    return code if code >= 0 else 128 - code


def _run_in_fork(pipe: Connection, function: Callable[..., None], *arguments: Any) -> int:
    """Return the exit code of a call in a fork; EOFError where nobody waits for it any more."""
    pid = os.fork()
    if pid == 0:
        try:
            end_with_parent()
            inherit_orphans()
            function(pipe, *arguments)
            os._exit(0)
        finally:
            os._exit(1)
    ends = select.poll()
    ends.register(os.pidfd_open(pid), select.POLLIN)
    ends.register(pipe.fileno(), 0)  # only whether the other end is closed
    ((ended, _), *_) = ends.poll()
    if ended == pipe.fileno():
        raise EOFError
    os.close(ended)
    status = os.waitpid(pid, 0)[1]
    # What its notebooks had started is this process's child now.
    end_children()
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
