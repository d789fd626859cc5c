"""A small batch to disturb, and what must be true of it afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing import Pipe
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import psutil

from analysis.batch import local, server, warm
from analysis.cli import main

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "batch")]

from cases import small_case  # noqa: E402
from tiny_notebooks import write_notebook  # noqa: E402

ENDINGS = (".html", ".ipynb", ".json", ".xlsx")
ACCOUNT = "ledger.sqlite"
# Far more than anything here takes: who waits so long waits in vain.
LONG_SECONDS = 240.0
# What a report was made from, for all to see.
PERSONS = """import time
from analysis.case import load_case
print("persons", int(load_case(case).population["persons"].sum()))
time.sleep(0.01)"""
# Started while the notebook runs, in a session of its own: what a batch must not leave behind.
SUBPROCESS = """import pathlib, subprocess, sys, os
pathlib.Path("left").mkdir(exist_ok=True)
sleeping = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]
child = subprocess.Popen(sleeping, start_new_session=True)
pathlib.Path("left", str(child.pid)).touch()
import time
time.sleep(0.05)
child.kill()
child.wait()
pathlib.Path("left", str(child.pid)).unlink()"""


class LostError(Exception):
    """The batch lost something, or left something behind."""


def demand(condition: object, what: str) -> None:
    """Raise a `LostError` that says what is not as it must be."""
    if not condition:
        raise LostError(what)


def wait_until(
    condition: Callable[[], object], what: Callable[[], str], seconds: float = LONG_SECONDS
) -> None:
    """Wait for something that other processes do."""
    deadline = time.monotonic() + seconds
    while not condition():
        demand(time.monotonic() < deadline, f"not within {seconds:g} s: {what()}")
        time.sleep(0.004)


class Forked:
    """A process forked from this one; `poll` is as of `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.code: int | None = None

    def poll(self) -> int | None:
        """Return its exit code, once it has ended."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code

    def wait(self, timeout: float) -> int:
        """Wait until it has ended; return its exit code."""
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("server", timeout)
            time.sleep(0.01)
        return int(self.code or 0)


class Running:
    """A batch that was started, in a session of its own."""

    def __init__(self, place: Place, process: Forked | subprocess.Popen[bytes]) -> None:
        self.place, self.process, self.number = place, process, place.runs
        self.pid = process.pid

    @property
    def code(self) -> int | None:
        """Its exit code, once it has ended."""
        return self.process.poll()

    def ended(self) -> bool:
        """Tell whether its first process has ended."""
        return self.code is not None

    def end(self) -> int:
        """Wait for its end; return its exit code."""
        wait_until(self.ended, lambda: f"an end of the batch: {self.said[-300:]}")
        self.check_words()
        return int(self.code or 0)

    def send(self, number: int, *, group: bool = False) -> bool:
        """Send it a signal; tell whether it was still there."""
        if self.ended():
            return False
        (os.killpg if group else os.kill)(self.pid, number)
        return True

    @property
    def said(self) -> str:
        """What it said so far, on both streams."""
        folder = self.place.folder
        return "".join(
            (folder / f"{name}.{self.number}").read_text(encoding="utf-8", errors="replace")
            for name in ("out", "err")
        )

    @property
    def made(self) -> int:
        """How many reports it said it had made or failed."""
        lines = (self.place.folder / f"err.{self.number}").read_bytes().splitlines()
        return sum(line.startswith(b"[") for line in lines)

    def places(self) -> set[str]:
        """Return the reports that it said it had made."""
        lines = [line.partition("] ")[2] for line in self.said.splitlines() if line[:1] == "["]
        return {line for line in lines if "/" in line and " " not in line}

    def check_words(self) -> None:
        """Demand that it never showed its insides."""
        for trace in ("Traceback", "Exception ignored", "Internal error", "Error:\n"):
            demand(trace not in self.said, f"it said {self.said[-1500:]}")

    def depth(self, wanted: int) -> list[psutil.Process]:
        """Return its processes so many steps below the first one."""
        found = []
        with suppress(psutil.NoSuchProcess):
            found = [psutil.Process(self.pid)]
        for _ in range(wanted):
            below = []
            for each in found:
                with suppress(psutil.NoSuchProcess):
                    below += each.children()
            found = below
        return found

    def check_gone(self) -> None:
        """Demand that all that it started ends soon after it."""
        wait_until(lambda: not list(self._left()), lambda: f"an end of {list(self._left())}", 60)

    def _left(self) -> Iterator[str]:
        for each in psutil.process_iter():
            with suppress(OSError, psutil.NoSuchProcess):
                alive = each.status() != psutil.STATUS_ZOMBIE
                if each.pid != self.pid and alive and os.getsid(each.pid) == self.pid:
                    yield str(each)
        for name in self.place.left():
            if psutil.pid_exists(int(name)):
                yield f"a subprocess of a notebook, {name}"


@dataclass
class Place:
    """A folder with a case, its notebooks and the reports of one try."""

    folder: Path
    ground: Ground
    runs: int = 0

    @property
    def out(self) -> Path:
        """The output folder."""
        return self.folder / "out"

    @property
    def temp(self) -> Path:
        """The folder for temporary files."""
        return self.folder / "temp"

    def left(self) -> list[str]:
        """Return the process numbers of subprocesses that notebooks had no time to end."""
        return [path.name for path in (self.folder / "left").glob("*")]

    def end_left(self) -> None:
        """End what notebooks had no time to end."""
        for name in self.left():
            with suppress(psutil.NoSuchProcess):
                psutil.Process(int(name)).kill()

    def empty(self) -> None:
        """Remove what is in the output folder."""
        shutil.rmtree(self.out)
        self.out.mkdir()

    def start(
        self,
        *,
        real: bool = False,
        before: Callable[[], object] = lambda: None,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> Running:
        """Start the batch: by the real command, or forked from here, where all is loaded.

        Parameters
        ----------
        real : bool
        before : callable
            What a forked one does first.
        environment : mapping
            Variables beside those of this process.
        """
        self.runs += 1
        for name in ("out", "err"):
            (self.folder / f"{name}.{self.runs}").touch()
        start = _Start(
            ["batch", "--out", "out", "--jobs", "2", *self.ground.words],
            self.folder,
            {"TMPDIR": str(self.temp), "PYTHONPATH": str(ROOT / "src"), **environment},
            self.runs,
        )
        real = real or self.ground.only_real
        return Running(self, start.command() if real else start.fork(before))

    def finish(self, *, made: int | None = None, damaged: bool = False, **how: Any) -> Running:
        """Run the batch to its end; demand what an undisturbed one leaves."""
        running = self.start(**how)
        demand(running.end() == 0, f"exit code {running.code}: {running.said[-1500:]}")
        running.check_gone()
        self.check_same(damaged=damaged)
        if made is not None:
            demand(f"\n{made} made" in running.said, f"made other than {made}: {running.said}")
        return running

    def check_same(self, *, damaged: bool = False) -> None:
        """Demand that all is as an undisturbed batch leaves it."""
        found, wanted = contents(self.out), self.ground.wanted
        if damaged:
            found.pop("ledger.damaged", None)
        for name in sorted(found.keys() | wanted.keys()):
            demand(name in found, f"{name} is missing")
            demand(name in wanted, f"{name} is left behind")
            demand(found[name] == wanted[name], f"{name} differs")
        demand(account(self.out) == self.ground.account, "the ledger differs")
        demand(not any(self.temp.iterdir()), f"left in temp: {list(self.temp.iterdir())}")

    def check_whole(self) -> None:
        """Demand that each file that has its name is whole, whatever happened."""
        for name, content in contents(self.out).items():
            if name in ("index.html", "glossary.html"):
                demand(content.endswith(b"</html>\n"), f"{name} is not whole")
            elif name.endswith(ENDINGS) and "/." not in name:
                demand(content == self.ground.wanted.get(name), f"{name} is not whole")

    def parts(self) -> list[str]:
        """Return what was begun to be written."""
        return [path.name for path in self.out.rglob("*.part")]

    def remove(self) -> None:
        """Remove the folder of a try that went well."""
        shutil.rmtree(self.folder)


class Ground:
    """Where batches are disturbed.

    Parameters
    ----------
    folder : Path
        For all files of it.
    case : Path, optional
        A case whose unit reports are made, by the real command; else a small one, with notebooks
        of a few cells.
    """

    def __init__(self, folder: Path, case: Path | None = None) -> None:
        self.folder, self.numbers, self.only_real = folder, count(), case is not None
        folder.mkdir(parents=True, exist_ok=True)
        if case:
            shutil.copytree(case, folder / "case")
            self.words = ["--case", "case", "--notebook", "unit_report", "--lang", "zh"]
            self.notebooks: tuple[str, ...] = ()
        else:
            small_case(folder / "case")
            write_notebook(folder / "one.ipynb", PERSONS)
            write_notebook(folder / "two.ipynb", SUBPROCESS)
            self.notebooks = ("one.ipynb", "two.ipynb")
            self.words = ["--case", "case"]
            self.words += [word for name in self.notebooks for word in ("--notebook", name)]
            # A kernel tells programs to print in colours.
            environment = dict(os.environ)
            warm.load()
            os.environ.clear()
            os.environ.update(environment)
        place = self.place()
        begun = time.monotonic()
        running = place.start()
        demand(running.end() == 0, running.said)
        self.seconds = time.monotonic() - begun
        self.reports = running.made
        demand(self.reports, f"reports are counted: {running.said}")
        self.wanted, self.account = contents(place.out), account(place.out)
        place.check_same()
        place.remove()

    def place(self) -> Place:
        """Return the folder for another try."""
        folder = self.folder / f"try-{next(self.numbers)}"
        for name in ("temp", "out"):
            (folder / name).mkdir(parents=True)
        shutil.copytree(self.folder / "case", folder / "case")
        for name in self.notebooks:
            shutil.copy(self.folder / name, folder)
        return Place(folder, self)


def contents(out: Path) -> dict[str, bytes]:
    """Return all files below an output folder, without the ledger, its lock and its notes."""
    found = {}
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.name not in (ACCOUNT, ".lock"):
            found[path.relative_to(out).as_posix()] = path.read_bytes()
    return found


def account(out: Path) -> list[tuple[Any, ...]]:
    """Return what stands in a ledger, without what differs from folder to folder."""
    with closing(sqlite3.connect(out / ACCOUNT)) as data:
        rows = data.execute("SELECT * FROM reports ORDER BY name").fetchall()
        (notes,) = data.execute("SELECT count(*) FROM notes").fetchone()
    return [*rows, (notes,)]


@dataclass(frozen=True)
class _Start:
    """What it takes to start a batch; its words go to the files ``out.N`` and ``err.N``."""

    words: list[str]
    folder: Path
    environment: dict[str, str]
    number: int

    def command(self) -> subprocess.Popen[bytes]:
        """Start the command."""
        streams = {
            name: (self.folder / f"{file}.{self.number}").open("wb")
            for name, file in (("stdout", "out"), ("stderr", "err"))
        }
        begun = subprocess.Popen(
            [sys.executable, "-c", "from analysis.cli import main\nmain()", *self.words],
            cwd=self.folder,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **streams,
        )
        for stream in streams.values():
            stream.close()
        return begun

    def fork(self, before: Callable[[], object]) -> Forked:
        """Do as `command` does, without loading all over again what is loaded here."""
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._be_batch(before)
        with suppress(OSError):
            wait_until(lambda: os.getsid(pid) == pid, lambda: "a session of its own")
        return Forked(pid)

    def _be_batch(self, before: Callable[[], object]) -> NoReturn:
        code = 1
        try:
            os.setsid()
            for descriptor, name in ((1, "out"), (2, "err")):
                os.dup2(os.open(self.folder / f"{name}.{self.number}", os.O_WRONLY), descriptor)
            os.chdir(self.folder)
            os.environ.update(self.environment)
            tempfile.tempdir = None
            local.Server = _ForkedServer  # type: ignore[misc]
            sys.argv = ["relief", *self.words]
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            before()
            main()
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except KeyboardInterrupt:  # before it began
            code = 130
        except BaseException:
            traceback.print_exc()
        finally:
            with suppress(BaseException):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)


class _ForkedServer(server.Server):
    """A server that is started by a fork."""

    def __init__(self) -> None:
        self.pipe, theirs = Pipe()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        pid = os.fork()
        if pid == 0:
            _be_server(theirs.fileno())
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        self._process = Forked(pid)  # type: ignore[assignment]
        self._send(sys.path)


def _be_server(control: int) -> NoReturn:
    try:
        # As a new interpreter, it has nothing open of what its parent has.
        os.closerange(3, control)
        os.closerange(control + 1, 1000)
        server.main(control)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def live(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Return the processes that still run."""
    found = []
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            if each.status() != psutil.STATUS_ZOMBIE:
                found.append(each)
    return found
