"""A Dask scheduler and workers on this machine, for the benchmark of the batch."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.batch import cluster
from analysis.batch.jobs import Order
from analysis.batch.run import in_common

# What the scheduler and its workers may take to come up.
START_SECONDS = 60.0


@contextmanager
def dask(folder: Path, workers: int) -> Iterator[str]:
    """Start a scheduler and workers; give the scheduler's address."""
    file = folder / "scheduler.json"
    local = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    hands = ("--nworkers", str(workers), "--nthreads", "1", "--local-directory", folder)
    started = [_start("scheduler", *local, "--port", "0", "--scheduler-file", file)]
    try:
        deadline = time.monotonic() + START_SECONDS
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        started.append(_start("worker", *local, "--scheduler-file", file, *hands))
        address = str(json.loads(file.read_text(encoding="utf-8"))["address"])
        _wait_for(address, workers)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def _start(what: str, *options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *map(str, options)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def _wait_for(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=START_SECONDS)


def by_dask(address: str, todo: Sequence[Order]) -> Any:
    """Make reports as a batch with ``--scheduler`` does."""
    prepare = in_common([order.job for order in todo])
    for each in cluster.run(todo, scheduler=address, limit_seconds=300, prepare=prepare):
        if each.reason:
            raise RuntimeError(each.reason[1])
        yield each
