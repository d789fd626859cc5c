"""Many tasks at once on this machine; one that goes wrong ends alone."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from analysis.batch.pool import NoWorkerError, WorkerSource, worker_source
from analysis.batch.processes import end_family, how_it_ended
from analysis.batch.temporary import temporary_folder
from analysis.errors import ReportError

# A task whose worker is lost is begun again: this often in all.
TRIES = 3
# Before a worker is asked for again where none could be had.
PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Ended:
    """How a task ended: with a value, or with the reason why not, in Chinese and English."""

    task: Any
    value: Any = None
    reason: tuple[str, str] | None = None


def run(
    function: Callable[[Any], Any],
    tasks: Sequence[Any],
    *,
    workers: int,
    limit_seconds: float,
    prepare: Mapping[str, Any] | None = None,
) -> Generator[Ended]:
    """Call ``function(task)`` for every task, and yield how each ended, as it ends.

    A task that fails or takes too long ends alone; the others go on. One whose worker is lost,
    killed from outside or for want of memory, is begun again, `TRIES` times in all. Leaving the
    iterator early ends what still runs.

    Parameters
    ----------
    function : callable
        A function of a module, so that another process can find it.
    tasks : sequence
        Values that can be pickled.
    workers : int
        How many run at once.
    limit_seconds : float
        Wall-clock limit of each task.
    prepare : mapping, optional
        What the tasks have in common, reports of one case: the arguments of
        `analysis.batch.warm.prepare`.

    Raises
    ------
    ReportError
        If no worker can be started.
    """
    if not tasks:
        return
    # A process that is killed cannot clear away its temporary files: they stand here.
    with temporary_folder() as folder:
        pool = _Pool(function, folder, limit_seconds, worker_source(prepare, folder))
        try:
            yield from pool.run(deque(map(_Try, tasks)), workers)
        finally:
            pool.close()


@dataclass(frozen=True)
class _Try:
    task: Any
    number: int = 1


@dataclass
class _Worker:
    pid: int
    pipe: Connection
    trying: _Try | None = None
    deadline: float = 0.0


class _Pool:
    def __init__(
        self,
        function: Callable[[Any], Any],
        folder: str,
        limit_seconds: float,
        source: WorkerSource,
    ) -> None:
        self.function, self.folder, self.limit_seconds = function, folder, limit_seconds
        self.source = source
        self.workers: list[_Worker] = []
        self.waiting: deque[_Try] = deque()

    def run(self, waiting: deque[_Try], most: int) -> Iterator[Ended]:
        self.waiting = waiting
        refused = 0
        while self.waiting or self._busy():
            why = self._hand_out(most)
            if self._busy():
                refused = 0
                yield from self._wait()
                continue
            refused += 1
            if refused == TRIES:
                raise ReportError(
                    f"无法启动进程：{why}。请关闭其他程序，或用 --jobs 减少同时运行的数目。",
                    f"No process can be started: {why}. Close other programs, or run fewer at "
                    "once with --jobs.",
                )
            time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        """End every worker, and what it is doing."""
        for worker in self.workers:
            end_family(worker.pid)
            worker.pipe.close()
        self.source.close()

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self.workers if worker.trying]

    def _hand_out(self, most: int) -> str:
        """Give tasks to workers; say why where none could be started."""
        while self.waiting and len(self._busy()) < most:
            worker = next((each for each in self.workers if not each.trying), None)
            try:
                worker = worker or self._new()
            except NoWorkerError as error:
                return str(error)
            worker.trying = self.waiting.popleft()
            worker.deadline = time.monotonic() + self.limit_seconds
            try:
                worker.pipe.send((self.function, worker.trying.task, self.folder))
            except OSError:  # it has gone since: its pipe says so again when it is read
                return ""
        return ""

    def _new(self) -> _Worker:
        worker = _Worker(*self.source.start())
        self.workers.append(worker)
        return worker

    def _wait(self) -> Iterator[Ended]:
        """Yield what has ended once something has."""
        nearest = min(worker.deadline for worker in self._busy()) - time.monotonic()
        wait([worker.pipe for worker in self._busy()], timeout=max(0.0, nearest))
        for worker in self._busy():
            ended = self._look(worker)
            if ended is not None:
                yield ended

    def _look(self, worker: _Worker) -> Ended | None:
        trying = worker.trying
        assert trying is not None  # noqa: S101
        if worker.pipe.poll():
            try:
                value, reason = worker.pipe.recv()
            except Exception:  # whatever half a message gives
                return self._lost(worker, trying)
            worker.trying = None
            return Ended(trying.task, value, reason)
        if time.monotonic() < worker.deadline:
            return None
        end_family(worker.pid)
        self._forget(worker)
        minutes = f"{self.limit_seconds / 60:g}"
        return Ended(
            trying.task,
            reason=(
                f"超过时限 {minutes} 分钟，已终止。",
                f"It took more than the limit of {minutes} minutes and was ended.",
            ),
        )

    def _lost(self, worker: _Worker, trying: _Try) -> Ended | None:
        code = self._forget(worker)
        if trying.number < TRIES:
            self.waiting.appendleft(_Try(trying.task, trying.number + 1))
            return None
        zh, en = how_it_ended(code)
        return Ended(
            trying.task,
            reason=(
                f"试了 {TRIES} 次，进程每次都意外结束（{zh}）。可能内存不足：请用 --jobs 减少"
                "同时运行的数目。",
                f"Its process was lost each of {TRIES} times ({en}). Memory may be short: run "
                "fewer at once with --jobs.",
            ),
        )

    def _forget(self, worker: _Worker) -> int | None:
        worker.pipe.close()
        self.workers.remove(worker)
        return self.source.end_of(worker.pid)
