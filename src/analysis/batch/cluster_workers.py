"""The Dask workers that may make a batch's reports: each is looked at before it is given any."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from analysis.batch import remote
from analysis.batch.session import GRACE_SECONDS
from analysis.batch.worker_versions import Texts, facts, facts_there, not_alike, unlike
from analysis.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client

# How long to wait for a first worker.
FIRST_SECONDS = 10.0
# How often to look who is there.
LOOK_SECONDS = 1.0
# What a scheduler may take to tell.
ANSWER_SECONDS = 60.0


class ClusterWorkers:
    """The workers of a cluster that are fit for a batch, and hold its files.

    Parameters
    ----------
    client : distributed.Client
    inputs : bytes
        As `analysis.batch.packed_batch.Packer` packs them.
    limit_seconds : float
        Wall-clock limit of each report.

    Attributes
    ----------
    batch : str
        A name of the batch that no other has.
    threads : dict of int
        By a worker's address, how many reports it makes at once.
    """

    def __init__(self, client: Client, inputs: bytes, limit_seconds: float) -> None:
        self.client, self.batch = client, uuid4().hex
        self.threads: dict[str, int] = {}
        self._inputs, self._limit_seconds = inputs, limit_seconds
        self._here, self._unfit = facts(), set[str]()
        # The workers end the batch when this task is gone: a client's tasks go with the client.
        self._lease = client.submit(int, key=remote.lease(self.batch))
        self._looked = self._seen = time.monotonic()

    def assemble(self) -> None:
        """Wait for the first workers, and make sure that each can do what it is asked.

        Raises
        ------
        ClusterError
            If one cannot, or none comes.
        """
        scheduler = self.client.scheduler.address
        self._look_at_scheduler(scheduler)
        deadline = time.monotonic() + FIRST_SECONDS
        while not (there := self._there()):
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"Dask 调度器 {scheduler} 没有工作进程。请启动：dask worker {scheduler} "
                    "--nthreads 1 --nworkers 数目",
                    f"The Dask scheduler {scheduler} has no workers. Start some: dask worker "
                    f"{scheduler} --nthreads 1 --nworkers NUMBER",
                )
            time.sleep(0.1)
        unfit = self._admit(there)
        if unfit:
            raise not_alike(unfit)

    def look(self) -> dict[str, int]:
        """Look who came and who went, unless that was just done; return who went, with threads.

        Raises
        ------
        OSError
            If the scheduler is gone, or has forgotten the batch.
        """
        now = time.monotonic()
        if self.threads:
            self._seen = now
        if now < self._looked + LOOK_SECONDS:
            return {}
        if self._lease.cancelled():
            raise ConnectionError("the cluster was started anew")
        there = self._there()
        gone = {each: self.threads.pop(each) for each in self.threads.keys() - there.keys()}
        known = self._unfit | self.threads.keys()
        unfit = self._admit({each: n for each, n in there.items() if each not in known})
        if unfit:
            print(not_alike(unfit), file=sys.stderr)
        self._looked = time.monotonic()
        return gone

    @property
    def alone_seconds(self) -> float:
        """For how long there has been no worker."""
        return 0.0 if self.threads else time.monotonic() - self._seen

    def forget(self, address: str) -> int:
        """Take a worker for a new one, as it has lost the batch's files; return its threads."""
        self._looked = 0.0
        return self.threads.pop(address, 0)

    def dismiss(self) -> None:
        """Let the workers end what they still do, and clear away the batch's files."""
        there = self._there()
        known = [address for address in self.threads if address in there]
        # A worker that does not hear of it now sees later that the batch is over.
        self._lease.release()
        if known:
            self.client.run(
                remote.close_session,
                self.batch,
                workers=known,
                on_error="ignore",
                callback_timeout=GRACE_SECONDS,
            )

    def _there(self) -> dict[str, int]:
        there: dict[str, int] = self.client.nthreads(callback_timeout=ANSWER_SECONDS)
        return there

    def _look_at_scheduler(self, address: str) -> None:
        try:
            found = self.client.run_on_scheduler(facts_there)
        except Exception as error:  # whatever it lacks
            found = error
        lacks = unlike(self._here, found)
        if lacks:
            raise not_alike({f"scheduler {address}": lacks})

    def _admit(self, new: Mapping[str, int]) -> dict[str, Texts]:
        """Give new workers the batch's files; return what is wrong with those that are unfit."""
        unfit: dict[str, Texts] = {}
        fit = [
            each for each, found in self._ask(facts_there, new) if self._fits(each, found, unfit)
        ]
        what = self.batch, self._inputs, self._limit_seconds
        for address, error in self._ask(remote.open_session, fit, *what):
            if self._fits(address, error or self._here, unfit):
                self.threads[address] = new[address]
        return unfit

    def _fits(self, address: str, found: Any, unfit: dict[str, Texts]) -> bool:
        lacks = unlike(self._here, found)
        if lacks:
            self._unfit.add(address)
            unfit[f"worker {address}"] = lacks
        return not lacks

    def _ask(self, function: Any, workers: Any, *arguments: Any) -> list[tuple[str, Any]]:
        """Run a function on workers; leave out those that are gone since."""
        if not workers:
            return []
        found = self.client.run(function, *arguments, workers=list(workers), on_error="return")
        lost = [each for each, answer in found.items() if isinstance(answer, OSError)]
        there = self._there() if lost else {}
        return [(each, found[each]) for each in found if each not in lost or each in there]
