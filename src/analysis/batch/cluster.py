"""Reports made on a Dask cluster: as the pool at home makes them, with the same bytes.

Dask carries the orders out, and gives those of a worker that is lost to another one. Workers are
looked at first: one that has other versions gets none.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from analysis.batch import remote
from analysis.batch.jobs import Order
from analysis.batch.local import TRIES, Ended
from analysis.batch.remote import Packer, Texts, facts, facts_there, not_alike, unlike
from analysis.batch.report import write
from analysis.errors import ClusterError, ReliefError

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 10.0
# How long to wait for a first worker, and for another one where all were lost.
FIRST_SECONDS, AGAIN_SECONDS = 10.0, 60.0
# How often to look who is there.
LOOK_SECONDS = 1.0
# What a scheduler may take to tell, and what a report that is made may take on its way.
ANSWER_SECONDS, FETCH_SECONDS = 60.0, 60.0


def run(
    orders: Sequence[Order], *, scheduler: str, limit_seconds: float, prepare: Mapping[str, Any]
) -> Generator[Ended]:
    """Make and write the reports that are ordered, and yield how each ended, as it ends.

    A report that fails or takes too long ends alone. One whose worker is lost is made by another,
    as often as Dask's ``allowed-failures`` says. Leaving the iterator early ends what still runs.

    Parameters
    ----------
    orders : sequence of Order
    scheduler : str
        Address of a Dask scheduler, such as ``tcp://host:8786`` or ``tls://host:8786``.
    limit_seconds : float
        Wall-clock limit of each report.
    prepare : mapping
        What the reports have in common: the arguments of `analysis.batch.warm.prepare`.

    Yields
    ------
    Ended
        With an `analysis.batch.report.Made` as its value.

    Raises
    ------
    ClusterError
        If the scheduler cannot be reached or is lost, a worker has other versions than this
        machine, or none is left.
    """
    if not orders:
        return
    packer = Packer(orders, prepare)
    with _connected(scheduler) as client:
        name = f"relief-batch-{uuid4().hex}"
        # The workers end the batch when this task is gone: a client's tasks go with the client.
        lease = client.submit(int, key=name)
        going = _Going(client, name, packer, orders)
        workers = _Workers(client, name, packer.inputs, limit_seconds)
        try:
            workers.assemble()
            while going.left:
                going.hand_out(sum(workers.fit.values()))
                if lease.cancelled():
                    raise ConnectionError("the cluster was started anew")
                if workers.alone_seconds() > AGAIN_SECONDS:
                    raise _no_worker(going.left)
                yield from going.ended()
        except ReliefError:
            raise
        except (Exception, asyncio.CancelledError) as error:
            if client.status == "running" and not isinstance(error, OSError):
                raise
            raise _was_lost(scheduler, going.left, error) from error
        finally:
            if client.status == "running":
                # What cannot be told to a worker now, it sees for itself.
                with suppress(Exception):
                    going.cancel()
                    lease.release()
                    workers.dismiss()


class _Going:
    """The orders that wait, and those on their way."""

    def __init__(self, client: Client, name: str, packer: Packer, orders: Sequence[Order]) -> None:
        self.client, self.name, self.packer = client, name, packer
        self.waiting, self.numbers = deque(orders), count()
        self.given: dict[str, tuple[Order, Any]] = {}
        self.done: SimpleQueue[str] = SimpleQueue()

    @property
    def left(self) -> int:
        """How many reports have not ended."""
        return len(self.waiting) + len(self.given)

    def hand_out(self, threads: int) -> None:
        """Give Dask as much as keeps the workers' threads busy.

        What waits on a worker that is lost counts as having been lost with it.
        """
        while self.waiting and len(self.given) < 2 * threads:
            order = self.waiting.popleft()
            future = self.client.submit(
                remote.make,
                self.name,
                self.packer.order(order),
                key=f"{self.name}-{next(self.numbers)}",
                resources={self.name: 1},
                retries=TRIES - 1,
                pure=False,
            )
            self.given[future.key] = order, future
            future.add_done_callback(lambda done: self.done.put(done.key))

    def ended(self) -> Iterator[Ended]:
        try:
            key = self.done.get(timeout=LOOK_SECONDS)
        except Empty:
            return
        order, future = self.given[key]
        if future.cancelled():
            raise ConnectionError(self.client.status)
        try:
            packed, reason = future.result(timeout=FETCH_SECONDS)
        except TimeoutError:
            # Its worker was lost before the report was fetched, and another one makes it.
            self.done.put(key)
            return
        except Exception as error:
            packed, reason = None, _not_through(error)
        del self.given[key]
        future.release()
        try:
            made = None if packed is None else write(order, pickle.loads(packed))  # noqa: S301
        except ReliefError as error:
            made, reason = None, (error.zh, error.en)
        yield Ended(order, made, reason)

    def cancel(self) -> None:
        """Let Dask forget what is left: nothing more is begun."""
        self.client.cancel([future for _, future in self.given.values()])


class _Workers:
    """Who is there: those that are fit hold the batch's files; of the others, what they lack."""

    def __init__(self, client: Client, *batch: Any) -> None:
        self.client, self.batch, self.here = client, batch, facts()
        # By a worker's address and number, which one started anew at the same address has not.
        self.known: set[tuple[str, str]] = set()
        # The threads of those that are fit.
        self.fit: dict[str, int] = {}
        self.looked = self.seen = time.monotonic()

    def assemble(self) -> None:
        """Wait for the first workers, and make sure that each can do what it is asked."""
        scheduler = self.client.scheduler.address
        try:
            found: Any = self.client.run_on_scheduler(facts_there)
        except Exception as error:  # whatever it lacks
            found = error
        if lacks := unlike(self.here, found):
            raise not_alike({f"scheduler {scheduler}": lacks})
        deadline = time.monotonic() + FIRST_SECONDS
        while not (unfit := self._look()) and not self.fit:
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"Dask 调度器 {scheduler} 没有工作进程。请启动：dask worker {scheduler} "
                    "--nthreads 1 --nworkers 数目",
                    f"The Dask scheduler {scheduler} has no workers. Start some: dask worker "
                    f"{scheduler} --nthreads 1 --nworkers NUMBER",
                )
            time.sleep(0.1)
        if unfit:
            raise not_alike(unfit)

    def alone_seconds(self) -> float:
        """Look who is there, unless that was just done; return for how long there was none."""
        now = time.monotonic()
        if now >= self.looked + LOOK_SECONDS:
            if unfit := self._look():
                print(not_alike(unfit), file=sys.stderr)
            self.looked = now
        if self.fit:
            self.seen = now
        return now - self.seen

    def dismiss(self) -> None:
        """Let the workers end what they still do, and clear away the batch's files."""
        self._update()
        self._ask(remote.close_session, self.fit, *self.batch[:1])

    def _look(self) -> dict[str, Texts]:
        """Let new workers take the batch's files; return what those lack that are not fit."""
        new = self._update()
        found = self._ask(facts_there, new)
        lacks = {each: unlike(self.here, answer) for each, answer in found.items()}
        fit = [each for each in lacks if lacks[each] is None]
        opened = self._ask(remote.open_session, fit, *self.batch)
        lacks |= {each: unlike(self.here, error or self.here) for each, error in opened.items()}
        for each, texts in lacks.items():
            self.known.add((each, new[each]["id"]))
            if texts is None and each in opened:
                self.fit[each] = new[each]["nthreads"]
        return {f"worker {each}": texts for each, texts in lacks.items() if texts}

    def _update(self) -> dict[str, Any]:
        """Forget who is gone; return who is new."""
        there = self.client.scheduler_info(n_workers=-1)["workers"]
        new = {each: told for each, told in there.items() if (each, told["id"]) not in self.known}
        self.fit = {each: n for each, n in self.fit.items() if each in there and each not in new}
        return new

    def _ask(self, function: Any, workers: Any, *arguments: Any) -> dict[str, Any]:
        """Run a function on workers; leave out those that are gone, or are asked again."""
        if not workers:
            return {}
        found = self.client.run(function, *arguments, workers=list(workers), on_error="return")
        return {each: answer for each, answer in found.items() if not isinstance(answer, OSError)}


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    """Connect to a scheduler; TLS is as Dask's own configuration says."""
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ClusterError(
            '--scheduler 需要 Dask：请运行 pip install "relief-analysis[cluster]"。',
            '--scheduler needs Dask: run pip install "relief-analysis[cluster]".',
        ) from error
    # What becomes of the batch is told once, and not by Dask's own log.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    # A client that does not get through is closed here: the garbage collector, which else does it
    # at any moment, may then wait for itself.
    client = Client.__new__(Client)
    try:
        try:
            client.__init__(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        except Exception as error:
            # No such host, no scheduler there, another protocol, no certificate.
            raise ClusterError(
                f"无法连接 Dask 调度器 {scheduler}：{error}。请检查地址，以及它是否在运行"
                "（dask scheduler）。",
                f"The Dask scheduler {scheduler} cannot be reached: {error}. Check the address, "
                "and whether it is running (dask scheduler).",
            ) from error
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=CONNECT_SECONDS)


def _not_through(error: Exception) -> Texts:
    zh = en = f"{type(error).__name__}: {error}"
    if isinstance(error, ReliefError):
        zh, en = error.zh, error.en
    return (
        f"Dask 工作进程多次未能完成（最后：{zh}）。可能内存不足：请减少每台机器上的工作进程。",
        f"Its Dask workers did not come through, each time anew (last: {en}). Memory may be "
        "short: run fewer workers a machine.",
    )


def _was_lost(scheduler: str, left: int, error: BaseException) -> ClusterError:
    why = f"{type(error).__name__}: {error}"
    return ClusterError(
        f"与 Dask 调度器 {scheduler} 的连接中断，还有 {left} 份报告未完成（{why}）。已完成的"
        "保留；请在调度器恢复后运行同一命令。",
        f"The connection to the Dask scheduler {scheduler} was lost with {left} reports left "
        f"({why}). Those made are kept: run the same command once it is back.",
    )


def _no_worker(left: int) -> ClusterError:
    return ClusterError(
        f"{AGAIN_SECONDS:g} 秒内没有可用的 Dask 工作进程，还有 {left} 份报告未完成。已完成的"
        "保留；请启动工作进程后运行同一命令。",
        f"There has been no Dask worker for {AGAIN_SECONDS:g} seconds, with {left} reports left. "
        "Those made are kept: start workers and run the same command.",
    )
