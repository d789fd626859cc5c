"""What a Dask worker does for a batch: reports in processes of their own, never in its own.

A Dask worker has threads and must not be forked: its reports are made by a pool, as at home. That
ends with the batch, however the client leaves it.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import suppress
from functools import partial
from math import inf
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from analysis.batch.local import Outcome, Pool
from analysis.batch.packed_batch import compose_packed, unpack
from analysis.batch.server import Server

if TYPE_CHECKING:
    from distributed import Worker

# How often a worker asks whether the client is still there.
LOOK_SECONDS = 5.0


class _Session:
    """A batch's files, and the pool that makes its reports."""

    def __init__(self, inputs: bytes, limit_seconds: float, worker: Worker) -> None:
        most, threads = worker.memory_manager.memory_limit, worker.state.nthreads
        # Dask clears this folder even after a worker that was killed.
        self.folder = Path(tempfile.mkdtemp(prefix="relief-", dir=worker.local_directory))
        workplace, prepare = unpack(inputs, self.folder)
        memory_mb = most / 1e6 / threads if most else inf
        self.compose = partial(compose_packed, workplace, memory_mb)
        self.pool = Pool(str(self.folder), limit_seconds, prepare)

    def close(self) -> None:
        """End what is at work, whoever waits for it, and clear away the files."""
        self.pool.close()
        Server.end_idle()
        rmtree(self.folder, ignore_errors=True)


_SESSIONS: dict[tuple[str, str], _Session] = {}
# A task that nothing refers to may be collected before it is done.
_WATCHES: set[asyncio.Task[None]] = set()


async def open_session(
    batch: str, inputs: bytes, limit_seconds: float, dask_worker: Worker
) -> None:
    """Unpack a batch's files and begin to prepare; the worker's threads are offered to the batch.

    Parameters
    ----------
    batch : str
        The batch's name, and that of the resource. A Dask task with this key exists as long as it
        goes on.
    inputs : bytes
        As `analysis.batch.packed_batch.Packer` packs them.
    limit_seconds : float
        Wall-clock limit of each report.
    dask_worker : Worker
    """
    session = await asyncio.to_thread(_Session, inputs, limit_seconds, dask_worker)
    _SESSIONS[dask_worker.address, batch] = session
    watch = asyncio.create_task(_close_after(batch, dask_worker))
    _WATCHES.add(watch)
    watch.add_done_callback(_WATCHES.discard)
    await dask_worker.set_resources(**{batch: dask_worker.state.nthreads})


async def close_session(batch: str, dask_worker: Worker) -> None:
    """End what a batch still does on a Dask worker, and clear away its files."""
    session = _SESSIONS.pop((dask_worker.address, batch), None)
    if session is not None:
        await asyncio.to_thread(session.close)


async def _close_after(batch: str, dask_worker: Worker) -> None:
    """Close a session when its client is gone: Dask forgets a client's tasks with the client."""
    over = False
    try:
        while (dask_worker.address, batch) in _SESSIONS and not over:
            await asyncio.sleep(LOOK_SECONDS)
            if dask_worker.status.name in ("closing", "closed", "failed"):
                break
            # While a scheduler cannot be reached, Dask itself decides whether to wait or to end.
            with suppress(OSError):
                found = await dask_worker.scheduler.get_task_status(keys=[batch])
                over = found[batch] is None
    finally:
        await close_session(batch, dask_worker)


async def make(batch: str, packed: bytes) -> Outcome:
    """Make a packed report; a Dask task, for which no thread has to wait."""
    from distributed import get_worker

    session = _SESSIONS[get_worker().address, batch]
    return await asyncio.wrap_future(session.pool.submit(session.compose, packed))
