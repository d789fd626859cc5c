"""A notebook's kernel in the process that is already there: no ports, no sockets, no threads.

It is ipykernel's own kernel and shell; only the way its messages travel is another: each goes
through a pipe to the process that asked for the cell.
"""

from __future__ import annotations

import asyncio
import atexit
import faulthandler
import io
import logging
import os
import sys
import tempfile
import threading
import warnings
from contextlib import suppress
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

import comm
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelbase import Kernel
from jupyter_client.session import Session
from traitlets import Any as AnyTrait
from traitlets.config import Config

from analysis.batch.clean_text import clean
from analysis.batch.processes import end_with_parent

CONFIG = Config({"HistoryManager": {"enabled": False}})
INLINE = "module://matplotlib_inline.backend_inline"
STREAMS = ("stdout", "stderr")


class PipeSession(Session):  # type: ignore[misc]
    """Sends messages through a pipe, as plain values.

    One lock goes with the pipe and with all that is printed: threads of a notebook take turns.
    """

    pipe = AnyTrait()
    before_send = AnyTrait()
    lock = AnyTrait()

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        """Send a message to whoever asked for the cell; there is no socket to send it to."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content, parent, header, metadata)
        message["buffers"] = [bytes(each) for each in buffers or ()]
        with self.lock:
            if message["msg_type"] != "stream":
                self.before_send()
            self.pipe.send(clean(message))
        return message


class Stream(io.TextIOWrapper):
    """What a cell prints: one message for all that is printed before anything else is shown.

    It goes to a file, as what subprocesses and C code print does, and is sent from there.
    """

    def __init__(self, name: str, session: PipeSession, kernel: IPythonKernel) -> None:
        descriptor = STREAMS.index(name) + 1
        file, self.printed = _file(name)
        os.dup2(file, descriptor)
        # A name in another encoding than the system's has surrogates, which are shown escaped.
        raw = io.FileIO(descriptor, "w", closefd=False)
        super().__init__(
            raw,
            encoding="UTF-8",
            errors="backslashreplace",
            newline="",
            write_through=True,
        )
        self.stream, self.session, self.kernel = name, session, kernel
        self.other: Stream | None = None
        self.process = os.getpid()

    def write(self, text: str) -> int:
        """Keep a text until it is sent, after what the other stream has."""
        with self.session.lock:
            if self.other is not None:
                self.other.send()
            return super().write(text)

    def flush(self) -> None:
        """Send what was written, and what subprocesses wrote since."""
        super().flush()
        self.send()

    def send(self) -> None:
        """Send what is in the file and was not sent yet; a fork of the notebook leaves it to it."""
        if os.getpid() != self.process:
            return
        with self.session.lock:
            if data := self.printed.read():
                content = {"name": self.stream, "text": data.decode(errors="replace")}
                parent = self.kernel.get_parent()  # type: ignore[no-untyped-call]
                self.session.send(None, "stream", content, parent=parent)


def _file(name: str) -> tuple[int, io.FileIO]:
    """Return a file to write to, in memory where that can be had, and the same to read from."""
    if hasattr(os, "memfd_create"):
        file = os.memfd_create(f"relief-{name}")
        return file, io.FileIO(f"/proc/self/fd/{file}")
    file, path = tempfile.mkstemp(prefix=f"relief-{name}-")
    reader = io.FileIO(path)
    with suppress(OSError):  # else it goes with the folder of temporary files
        os.unlink(path)  # noqa: PTH108
    return file, reader


class PipeKernel(IPythonKernel):
    """ipykernel's kernel without its sockets, and without its debugger, which is slow to load."""

    debugger_class = AnyTrait()
    shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())

    def __init__(self, **traits: Any) -> None:
        Kernel.__init__(self, **traits)  # type: ignore[no-untyped-call]
        self.shell = self.shell_class.instance(
            parent=self,
            profile_dir=self.profile_dir,
            user_module=self.user_module,
            user_ns=self.user_ns,
            kernel=self,
            compiler_class=self.compiler_class,
        )
        for publisher in (self.shell.displayhook, self.shell.display_pub):
            publisher.session = self.session
        self.shell.displayhook.topic = b"execute_result"
        # `%matplotlib inline` asks for it; there is no window whose events matter.
        self.shell.enable_gui = lambda gui=None: None
        self.comm_manager = comm.get_comm_manager()
        self.shell.configurables.append(self.comm_manager)


def serve(pipe: Connection) -> None:
    """Run the cells that come through a pipe until it closes; then leave the process for good.

    `None` stands for the end, too, and is the last answer.
    """
    status = 0
    try:
        end_with_parent()
        faulthandler.disable()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        kernel = _start(pipe)
        # What runs at the end is what the notebook asks for: nothing of the parent's, nor
        # IPython's tidying up.
        atexit._clear()
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        pipe.send({"language_info": kernel.language_info, "pid": os.getpid()})
        while (request := _next(pipe)) is not None:
            loop.run_until_complete(_run(kernel, request))
            if kernel.shell.exit_now:  # the cell said `exit`
                break
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        with suppress(OSError):
            pipe.send(None)
    except BaseException as error:  # the parent must learn of every way to fail
        status = 1
        pipe.send({"failed": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(status)


def _next(pipe: Connection) -> dict[str, Any] | None:
    try:
        request: dict[str, Any] | None = pipe.recv()
    except EOFError:
        return None
    return request


async def _run(kernel: Any, request: dict[str, Any]) -> None:
    parent = {"header": {"msg_id": request["msg_id"]}, "content": {}}
    session = kernel.session
    kernel.set_parent([], parent)
    session.send(None, "status", {"execution_state": "busy"}, parent)
    count = kernel.shell.execution_count
    asked = {"code": request["code"], "execution_count": count}
    session.send(None, "execute_input", asked, parent)
    reply = await kernel.do_execute(request["code"], silent=False, allow_stdin=False)
    session.send(None, "execute_reply", reply, parent)
    session.send(None, "status", {"execution_state": "idle"}, parent)


def prepare() -> None:
    """Make the kernel before there is a notebook to run: processes forked later find it there."""
    main = sys.modules["__main__"]
    try:
        _kernel()
    finally:
        # The shell put its own there, which this process is not to have.
        sys.modules["__main__"] = main


def _kernel() -> Any:
    """Return this process's kernel, which `prepare` may have made before a fork."""
    log = logging.getLogger(__name__)
    # No message is signed; without a key the session says so each time.
    return PipeKernel.instance(session=PipeSession(key=b"unused"), config=CONFIG, log=log)


def _start(pipe: Connection) -> Any:
    """Connect the kernel to its notebook."""
    kernel = _kernel()
    session = kernel.session
    session.pipe, session.lock = pipe, threading.RLock()
    sys.modules["__main__"] = kernel.shell.user_module
    out, err = (Stream(name, session, kernel) for name in STREAMS)
    out.other, err.other = err, out

    def send_printed() -> None:
        out.send()
        err.send()

    session.before_send = send_printed
    sys.stdout, sys.stderr = out, err
    _be_fresh()
    _show_figures_inline()
    return kernel


def _be_fresh() -> None:
    """Undo what the forked process has and one that has just started would not have."""
    # A kernel looks for modules in its working folder, after Python's own.
    sys.path[:] = filter(None, sys.path)
    packages = (place for place, path in enumerate(sys.path) if path.endswith("-packages"))
    sys.path.insert(next(packages, 0), "")
    # Warnings already shown are shown again.
    with warnings.catch_warnings():
        pass
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    if "pandas" in sys.modules:
        # Loaded outside a kernel, it cuts wide tables to the width of a terminal.
        sys.modules["pandas"].set_option("display.max_columns", 20)


def _show_figures_inline() -> None:
    """Make matplotlib draw into the notebook, as a kernel's process does from its start."""
    os.environ.setdefault("MPLBACKEND", INLINE)
    if "matplotlib" not in sys.modules:
        return
    import matplotlib as mpl

    if os.environ["MPLBACKEND"] == INLINE:
        mpl.use(INLINE)
