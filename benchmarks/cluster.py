"""Time reports made by two Dask workers on this machine beside the local pool.

Run as ``python benchmarks/cluster.py [--json FILE]``. All make the same unit reports of the
shipped case, two at a time, and take turns; the quickest round of each counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from analysis.batch import cluster
from analysis.batch.report import Order
from analysis.batch.run import in_common
from reports import CASE, NOTEBOOK, WORKERS, fork, tasks, timed

# Reports of each round, after those that start the processes; and rounds.
COUNT, ROUNDS = 96, 3
# What the scheduler and its workers may take to come up.
START_SECONDS = 60.0


@contextmanager
def dask(folder: Path, *, workers: int, threads: int) -> Iterator[str]:
    """Start a scheduler and workers on this machine; give the scheduler's address."""
    file = folder / f"scheduler-{workers}-{threads}.json"
    local = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    hands = ("--nworkers", str(workers), "--nthreads", str(threads), "--local-directory", folder)
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
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603


def _wait_for(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=START_SECONDS)


def by_dask(address: str, todo: Sequence[Order]) -> Any:
    """Run tasks as a batch with ``--scheduler`` does."""
    prepare = in_common([order.job for order in todo])
    for each in cluster.run(todo, scheduler=address, limit_seconds=300, prepare=prepare):
        if each.reason:
            raise RuntimeError(each.reason[1])
        yield each


def measure(ways: dict[str, Callable[[Sequence[Order]], Any]], folder: Path) -> dict[str, Any]:
    """Let several ways make the same reports in turn; return the quickest round of each."""
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, run in ways.items():
            rounds[name].append(timed(run, tasks(folder / "out", COUNT + WORKERS)))
    return {name: min(found, key=lambda each: each["seconds"]) for name, found in rounds.items()}


def main() -> None:
    """Print the times, and write them where asked."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", type=Path, help="file for the times")
    given = arguments.parse_args()
    # Several threads a process would fight over the processors.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            dask(folder, workers=WORKERS, threads=1) as apart,
            dask(folder, workers=1, threads=WORKERS) as together,
        ):
            ways = {
                "local": fork,
                "dask": partial(by_dask, apart),
                "dask, one process": partial(by_dask, together),
            }
            found = measure(ways, folder)
    rate = {name: each["reports_a_minute"] for name, each in found.items()}
    ratios = {name: rate[name] / rate["local"] for name in rate}
    print(f"{NOTEBOOK} of {CASE}, {WORKERS} at a time, {platform.machine()}")
    print(f"{'':20}reports a minute  first after  ratio")
    for name, each in found.items():
        print(f"{name:20}{rate[name]:16.0f}{each['start_seconds']:11.1f} s{ratios[name]:7.2f}")
    if given.json:
        record = {"notebook": NOTEBOOK, **found, "ratio": ratios["dask"]}
        given.json.write_text(json.dumps(record, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
