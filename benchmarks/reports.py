"""Time reports made in forked processes beside a pool of papermill and nbconvert.

Run as ``python benchmarks/reports.py [--json FILE]``. Both make unit reports of the shipped case,
two at a time, each notebook in a process of its own; the peer's pages have nbconvert's own
template.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice, product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from analysis.batch import local
from analysis.batch.jobs import single_job
from analysis.batch.report import Order, make
from analysis.batch.run import in_common
from analysis.case import load_case

CASE = "data/tacheng-2024"
NOTEBOOK = "unit_report"
WORKERS = 2
# Reports of each, after those that start the processes.
OURS, PEERS = 96, 12


def tasks(folder: Path, count: int) -> list[Order]:
    """Return unit reports of the shipped case, in both languages, as often as it takes."""
    units = load_case(CASE).units.index
    jobs = [single_job(NOTEBOOK, CASE, *each, []) for each in product(units, ("zh", "en"))]
    return [Order(jobs[n % len(jobs)], folder / f"{n}.html") for n in range(count)]


def peers(order: Order) -> None:
    """Make a page with papermill and nbconvert."""
    import papermill
    from nbconvert import HTMLExporter

    job = order.job
    node = papermill.execute_notebook(
        str(job.notebook), None, parameters=job.all_parameters(), progress_bar=False
    )
    page, _ = HTMLExporter(exclude_input=True).from_notebook_node(node)
    order.html.write_text(page, encoding="utf-8")


def fork(todo: Sequence[Order]) -> Any:
    """Run tasks as a batch does."""
    prepare = in_common([order.job for order in todo])
    ended = local.run(make, todo, workers=WORKERS, limit_seconds=300, prepare=prepare)
    for each in ended:
        if each.reason:
            raise RuntimeError(each.reason[1])
        yield each


def pool(todo: Sequence[Order]) -> Any:
    """Run tasks in a pool of processes."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as workers:
        yield from workers.map(peers, todo)


def timed(run: Callable[[Sequence[Order]], Any], todo: Sequence[Order]) -> dict[str, float]:
    """Return the seconds to the first reports, and of each later one."""
    begun = time.perf_counter()
    ended = run(todo)
    for _ in islice(ended, WORKERS):
        pass
    started = time.perf_counter()
    count = sum(1 for _ in ended)
    now = time.perf_counter()
    return {
        "start_seconds": started - begun,
        "seconds": (now - started) / count,
        "reports_a_minute": 60 * count / (now - started),
    }


def main() -> None:
    """Print the times, and write them where asked."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", type=Path, help="file for the times")
    given = arguments.parse_args()
    # Several threads a process would fight over the processors.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        mine = timed(fork, tasks(Path(folder), OURS + WORKERS))
        other = timed(pool, tasks(Path(folder), PEERS + WORKERS))
    ratio = mine["reports_a_minute"] / other["reports_a_minute"]
    print(f"{NOTEBOOK} of {CASE}, {WORKERS} at a time, {platform.machine()}")
    print(f"{'':24}reports a minute  first after")
    for name, found in (("fork", mine), ("papermill + nbconvert", other)):
        print(f"{name:24}{found['reports_a_minute']:16.0f}{found['start_seconds']:11.1f} s")
    print(f"ratio {ratio:.1f}")
    if given.json:
        record = {"notebook": NOTEBOOK, "fork": mine, "papermill": other, "ratio": ratio}
        given.json.write_text(json.dumps(record, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
