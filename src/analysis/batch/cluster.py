"""Reports made on a Dask cluster: as the pool at home makes them, with the same bytes.

Dask carries orders out and reports back. Which worker makes which report is decided here: a worker
is given some only after it was looked at, and what a lost one had is given to another.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from analysis.batch import remote
from analysis.batch.cluster_workers import LOOK_SECONDS, ClusterWorkers
from analysis.batch.connection import connected, was_lost
from analysis.batch.jobs import Order
from analysis.batch.local import TRIES, Ended
from analysis.batch.packed_batch import Packer, composed
from analysis.batch.report import write
from analysis.batch.session import Answer
from analysis.errors import ClusterError, ReliefError

if TYPE_CHECKING:
    from distributed import Client

# How long to wait for another worker where all were lost.
AGAIN_SECONDS = 60.0
# What a report that is made may take on its way.
FETCH_SECONDS = 60.0
# Reports that wait on a worker, so that it need not wait for them.
AHEAD = 1


def run(
    orders: Sequence[Order], *, scheduler: str, limit_seconds: float, prepare: Mapping[str, Any]
) -> Generator[Ended]:
    """Make and write the reports that are ordered, and yield how each ended, as it ends.

    A report that fails or takes too long ends alone. One whose worker is lost is made by another,
    `analysis.batch.local.TRIES` times in all. Leaving the iterator early ends what still runs.

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
    with connected(scheduler) as client:
        workers = ClusterWorkers(client, packer.inputs, limit_seconds)
        going = _Run(client, workers, packer, orders)
        try:
            workers.assemble()
            yield from going.ended()
        except ReliefError:
            raise
        except (Exception, asyncio.CancelledError) as error:
            if client.status == "running" and not isinstance(error, OSError):
                raise
            raise was_lost(scheduler, going.left, error) from error
        finally:
            if client.status == "running":
                # What cannot be told to a worker now, it sees for itself.
                with suppress(Exception):
                    going.cancel()
                    workers.dismiss()


@dataclass
class _Given:
    """An order on its way: where it is made, and how often that was tried."""

    order: Order
    number: int = 1
    worker: str = ""
    future: Any = None


class _Run:
    def __init__(
        self, client: Client, workers: ClusterWorkers, packer: Packer, orders: Sequence[Order]
    ) -> None:
        self.client, self.workers, self.packer = client, workers, packer
        self.waiting = deque(map(_Given, orders))
        self.given: dict[str, _Given] = {}
        self.done: SimpleQueue[str] = SimpleQueue()
        self.count = 0

    @property
    def left(self) -> int:
        """How many reports have not ended."""
        return len(self.waiting) + len(self.given)

    def ended(self) -> Iterator[Ended]:
        while self.left:
            for address, threads in self.workers.look().items():
                yield from self._lose(address, threads)
            if self.workers.alone_seconds > AGAIN_SECONDS:
                raise _no_worker(self.left)
            self._hand_out()
            with suppress(Empty):
                yield from self._take(self.done.get(timeout=LOOK_SECONDS))

    def cancel(self) -> None:
        """Let Dask forget what was given: nothing more is begun."""
        self.client.cancel([given.future for given in self.given.values()])

    def _hand_out(self) -> None:
        threads = self.workers.threads
        had = Counter(given.worker for given in self.given.values())
        while self.waiting:
            # The last ones go to whoever is free first.
            ahead = AHEAD if len(self.waiting) > sum(threads.values()) else 0
            room = {each: count + ahead - had[each] for each, count in threads.items()}
            address = max(room, key=room.__getitem__, default="")
            if not address or room[address] <= 0:
                return
            self._give(self.waiting.popleft(), address)
            had[address] += 1

    def _give(self, given: _Given, address: str) -> None:
        self.count += 1
        key = f"relief-report-{self.workers.batch}-{self.count}"
        packed = self.packer.order(given.order)
        given.worker = address
        given.future = self.client.submit(
            remote.make, self.workers.batch, packed, key=key, workers=[address], pure=False
        )
        self.given[key] = given
        given.future.add_done_callback(lambda _: self.done.put(key))

    def _take(self, key: str) -> Iterator[Ended]:
        if key not in self.given:  # given to another meanwhile
            return
        given, error = self.given[key], None
        answer: Answer = None
        if self.client.status != "running":
            raise ConnectionError(self.client.status)
        try:
            answer = given.future.result(timeout=FETCH_SECONDS)
        except Exception as raised:  # whatever kept the worker from it
            error = raised
        if answer is None and error is None:
            # The worker was started anew at the same address.
            yield from self._lose(given.worker, self.workers.forget(given.worker))
            return
        del self.given[key]
        given.future.release()
        if error is not None:
            yield from self._again(given, _texts(error))
            return
        assert answer is not None  # noqa: S101
        packed, reason = answer
        yield Ended(given.order, None, reason) if packed is None else _written(given.order, packed)

    def _lose(self, address: str, threads: int) -> Iterator[Ended]:
        """Take back what a worker had; only what it had begun can have been too much for it."""
        keys = [key for key, given in self.given.items() if given.worker == address]
        for place, key in reversed(list(enumerate(keys))):
            given = self.given.pop(key)
            given.future.cancel()
            if place < threads:
                zh, en = f"工作进程 {address} 中断", f"worker {address} was lost"
                yield from self._again(given, (zh, en))
            else:
                self.waiting.appendleft(given)

    def _again(self, given: _Given, why: tuple[str, str]) -> Iterator[Ended]:
        if given.number < TRIES:
            self.waiting.appendleft(_Given(given.order, given.number + 1))
            return
        zh, en = why
        reason = (
            f"试了 {TRIES} 次，Dask 工作进程每次都未能完成（最后：{zh}）。可能内存不足：请减少"
            "每台机器上的工作进程。",
            f"Its Dask worker did not come through each of {TRIES} times (last: {en}). Memory may "
            "be short: run fewer workers a machine.",
        )
        yield Ended(given.order, None, reason)


def _written(order: Order, packed: bytes) -> Ended:
    try:
        return Ended(order, write(order, composed(packed)))
    except ReliefError as error:
        return Ended(order, None, (error.zh, error.en))


def _texts(error: Exception) -> tuple[str, str]:
    if isinstance(error, ReliefError):
        return error.zh, error.en
    text = f"{type(error).__name__}: {error}"
    return text, text


def _no_worker(left: int) -> ClusterError:
    return ClusterError(
        f"{AGAIN_SECONDS:g} 秒内没有可用的 Dask 工作进程，还有 {left} 份报告未完成。已完成的"
        "保留；请启动工作进程后运行同一命令。",
        f"There has been no Dask worker for {AGAIN_SECONDS:g} seconds, with {left} reports left. "
        "Those made are kept: start workers and run the same command.",
    )
