"""The connection to a Dask scheduler."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from analysis.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 10.0


@contextmanager
def connected(scheduler: str) -> Iterator[Client]:
    """Connect to a scheduler; TLS is as Dask's own configuration says.

    Raises
    ------
    ClusterError
        If Dask is not installed, or there is no scheduler.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ClusterError(
            '--scheduler 需要 Dask：请运行 pip install "relief-analysis[cluster]"。',
            '--scheduler needs Dask: run pip install "relief-analysis[cluster]".',
        ) from error
    # What becomes of the batch is told once, and not by Dask's own log.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:  # no such host, no scheduler there, another protocol, no certificate
        raise ClusterError(
            f"无法连接 Dask 调度器 {scheduler}：{error}。请检查地址，以及它是否在运行"
            "（dask scheduler）。",
            f"The Dask scheduler {scheduler} cannot be reached: {error}. Check the address, and "
            "whether it is running (dask scheduler).",
        ) from error
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=CONNECT_SECONDS)


def was_lost(scheduler: str, left: int, error: BaseException) -> ClusterError:
    """Return the error that tells that a scheduler has gone with reports left."""
    why = f"{type(error).__name__}: {error}"
    return ClusterError(
        f"与 Dask 调度器 {scheduler} 的连接中断，还有 {left} 份报告未完成（{why}）。已完成的"
        "保留；请在调度器恢复后运行同一命令。",
        f"The connection to the Dask scheduler {scheduler} was lost with {left} reports left "
        f"({why}). Those made are kept: run the same command once it is back.",
    )
