"""What a Dask worker does for a batch: reports in processes of their own, never in its own.

A Dask worker has threads and must not be forked. It starts a server, as a batch at home does, which
forks the processes that make the reports; a thread of its own waits for each report. They end
with the batch, however the client leaves it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING, Any

from analysis.batch.server import Server, can_fork
from analysis.batch.worker_versions import NO_NANNY

if TYPE_CHECKING:
    from distributed import Worker

    from analysis.batch.session import Answer, Session

# How often a worker asks whether the client is still there.
LOOK_SECONDS = 5.0
_SESSIONS: dict[tuple[str, str], Session] = {}


def lease(batch: str) -> str:
    """Return the key of the Dask task that a client keeps as long as its batch goes on."""
    return f"relief-batch-{batch}"


async def open_session(
    batch: str, inputs: bytes, limit_seconds: float, dask_worker: Worker
) -> None:
    """Unpack a batch's files on a Dask worker; it makes reports until the batch is over.

    Parameters
    ----------
    batch : str
        The batch; a Dask task with the key that `lease` gives exists as long as it does.
    inputs : bytes
        As `analysis.batch.packed_batch.Packer` packs them.
    limit_seconds : float
        Wall-clock limit of each report.
    dask_worker : Worker

    Raises
    ------
    RuntimeError
        If this Dask worker may not start processes.
    """
    if not can_fork() and multiprocessing.current_process().daemon:
        raise RuntimeError(NO_NANNY)
    most, threads = dask_worker.memory_manager.memory_limit, dask_worker.state.nthreads
    memory_mb = most / 1e6 / threads if most else inf
    # Dask clears this folder even after a worker that was killed.
    home = dask_worker.local_directory
    session = await asyncio.to_thread(_session, home, inputs, limit_seconds, memory_mb, threads)
    _SESSIONS[dask_worker.address, batch] = session
    # A task that nothing refers to may be collected before it is done.
    session.watch = asyncio.create_task(_close_after(batch, dask_worker))


def _session(*arguments: Any) -> Session:
    # Loaded here: a scheduler has this module, but no use for what makes reports.
    from analysis.batch.session import Session

    return Session(*arguments)


async def close_session(batch: str, dask_worker: Worker) -> None:
    """End what a batch still does on a Dask worker, and clear away its files."""
    session = _SESSIONS.pop((dask_worker.address, batch), None)
    if session is not None:
        await asyncio.to_thread(_end, session)


def _end(session: Session) -> None:
    session.close()
    if not _SESSIONS:
        Server.end_idle()


async def _close_after(batch: str, dask_worker: Worker) -> None:
    """Close a session when its client is gone: Dask forgets a client's tasks with the client."""
    key, over = lease(batch), False
    try:
        while (dask_worker.address, batch) in _SESSIONS and not over:
            await asyncio.sleep(LOOK_SECONDS)
            if dask_worker.status.name in ("closing", "closed", "failed"):
                break
            # While a scheduler cannot be reached, Dask itself decides whether to wait or to end.
            with suppress(OSError):
                over = (await dask_worker.scheduler.get_task_status(keys=[key]))[key] is None
    finally:
        # Also where the loop ends: no thread of a session may keep this process from its end.
        await close_session(batch, dask_worker)


async def make(batch: str, packed: bytes) -> Answer:
    """Make a report in a process of its own; a Dask task.

    It waits in a thread of the session: one of Dask's own would be looked at by its profiler a
    hundred times a second.
    """
    from distributed import get_worker

    session = _SESSIONS.get((get_worker().address, batch))
    if session is None:
        return None
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(session.threads, session.make, packed)
