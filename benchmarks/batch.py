"""Time a batch of reports beside what else makes them from the same notebooks.

Run as ``OMP_NUM_THREADS=1 python benchmarks/batch.py [--census FILE] [--json FILE] [PART ...]``.
Without a part's name all are measured; ``scale`` needs the census table, ``engine`` the package
ploomber-engine and ``cluster`` the package distributed: a part that lacks its own is left out, and
that is said.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.util import find_spec
from itertools import islice, product
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from country import make_country

from analysis.batch import local
from analysis.batch.jobs import Order, single_job
from analysis.batch.report import make
from analysis.batch.run import in_common
from analysis.case import load_case

CASE, NOTEBOOK = "data/tacheng-2024", "unit_report"
RELIEF = str(Path(sys.executable).parent / "relief")
WORKERS = 2
# Reports of each, after those that start the processes.
OURS, PEERS, IN_ONE_PROCESS = 96, 12, 12
FEW, MANY = 100, 2850  # counties
HELP_RUNS = 15
ROUNDS = 3

Result = dict[str, Any]


def orders(folder: Path, count: int) -> list[Order]:
    """Return unit reports of the shipped case, in both languages, as often as it takes."""
    units = load_case(CASE).units.index
    jobs = [single_job(NOTEBOOK, CASE, *each, []) for each in product(units, ("zh", "en"))]
    return [Order(jobs[n % len(jobs)], folder / f"{n}.html") for n in range(count)]


def make_by_peers(order: Order) -> None:
    """Make a page with papermill and nbconvert."""
    import papermill

    job = order.job
    node = papermill.execute_notebook(
        str(job.notebook), None, parameters=job.all_parameters(), progress_bar=False
    )
    order.html.write_text(_page(node), encoding="utf-8")


def make_in_one_process(todo: Sequence[Order]) -> float:
    """Make pages with ploomber-engine and nbconvert; return processor seconds a report."""
    os.environ["PLOOMBER_STATS_ENABLED"] = "false"
    from ploomber_engine import execute_notebook

    begun = 0.0
    for number, order in enumerate(todo):
        if number == WORKERS:
            begun = time.process_time()
        node = execute_notebook(
            str(order.job.notebook),
            None,
            parameters=order.job.all_parameters(),
            progress_bar=False,
        )
        order.html.write_text(_page(node), encoding="utf-8")
    return (time.process_time() - begun) / (len(todo) - WORKERS)


def _page(node: Any) -> str:
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter(exclude_input=True).from_notebook_node(node)
    return str(page)


def fork(todo: Sequence[Order]) -> Iterator[object]:
    """Make reports as a batch does."""
    prepare = in_common([order.job for order in todo])
    for ended in local.run(make, todo, workers=WORKERS, limit_seconds=300, prepare=prepare):
        if ended.reason:
            raise RuntimeError(ended.reason[1])
        yield ended


def pool(todo: Sequence[Order]) -> Iterator[object]:
    """Make pages in a pool of processes."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as workers:
        yield from workers.map(make_by_peers, todo)


def timed(run: Callable[[Sequence[Order]], Iterator[object]], todo: Sequence[Order]) -> Result:
    """Return the seconds to the first reports, and what each later one takes."""
    begun = time.perf_counter()
    ended = iter(run(todo))
    for _ in islice(ended, WORKERS):
        pass
    started, spent = time.perf_counter(), processor_seconds(psutil.Process())
    count, now, used = 0, started, spent
    for count, _ in enumerate(ended, 1):  # noqa: B007
        # Processes that have gone tell no more what they took.
        now, used = time.perf_counter(), processor_seconds(psutil.Process())
    return {
        "start_seconds": started - begun,
        "reports_a_minute": 60 * count / (now - started),
        "processor_seconds": (used - spent) / count,
    }


def processor_seconds(process: psutil.Process) -> float:
    """Return what a process and those below it have taken of a processor so far."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def peers(folder: Path) -> Result:
    """Return reports a minute beside a pool of papermill and nbconvert, as many at a time."""
    ours, theirs = timed(fork, orders(folder, OURS + WORKERS)), timed(pool, orders(folder, PEERS))
    return {
        "fork": ours,
        "papermill": theirs,
        "ratio": ours["reports_a_minute"] / theirs["reports_a_minute"],
    }


def engine(folder: Path) -> Result:
    """Processor seconds a report beside ploomber-engine in one warm process."""
    ours = timed(fork, orders(folder, OURS + WORKERS))["processor_seconds"]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one:
        todo = orders(folder, IN_ONE_PROCESS + WORKERS)
        theirs = one.submit(make_in_one_process, todo).result()
    return {"fork": ours, "ploomber": theirs, "ratio": ours / theirs}


def scale(folder: Path, census: Path) -> Result:
    """Return what a report and the batch's own process take with few and with many counties."""
    few, many = (_country(folder, census, count) for count in (FEW, MANY))
    return {
        "few": few,
        "many": many,
        "ratio": many["processor_seconds"] / few["processor_seconds"],
        "parent_growth_mb": many["parent_mb"] - few["parent_mb"],
    }


def _country(folder: Path, census: Path, counties: int) -> Result:
    case = folder / f"country-{counties}"
    count = make_country(census, case, counties)
    out = folder / f"out-{case.name}"
    command = [RELIEF, "batch", "--case", str(case), "--out", str(out), "--jobs", str(WORKERS)]
    command += ["--notebook", NOTEBOOK, "--lang", "zh"]
    begun = time.perf_counter()
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr is not None and run.stdout is not None  # noqa: S101
        watched = _watch(run.pid, run.stderr, begun)
        said = run.stdout.read()
    if run.returncode:
        raise RuntimeError(said)
    sizes = [path.stat().st_size for path in out.rglob("unit_report.*.html")]
    return {"counties": count, **watched, "page_kb": max(sizes) / 1e3} | _second(command, count)


def _watch(pid: int, lines: Iterable[str], begun: float) -> Result:
    """Follow the lines that a batch says in a log, one a report."""
    process, first, memory = psutil.Process(pid), 0.0, 0
    spent = used = started = now = 0.0
    number = 0
    for line in lines:
        found = re.match(r"\[(\d+)/(\d+)\]", line)
        if not found:
            continue
        number = int(found[1])
        if number == WORKERS:
            first, started = time.perf_counter() - begun, time.perf_counter()
            spent = processor_seconds(process)
        elif number % 10 == 0 or number == int(found[2]):
            now, used = time.perf_counter(), processor_seconds(process)
            memory = max(memory, process.memory_info().rss)
            last = number
    return {
        "start_seconds": first,
        "processor_seconds": (used - spent) / (last - WORKERS),
        "reports_a_minute": 60 * (last - WORKERS) / (now - started),
        "parent_mb": memory / 1e6,
        "whole_seconds": time.perf_counter() - begun,
    }


def _second(command: Sequence[str], count: int) -> Result:
    begun = time.perf_counter()
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds = time.perf_counter() - begun
    if f"0 made, {count} unchanged" not in said:
        raise RuntimeError(said)
    return {"second_seconds": seconds, "checked_a_second": count / seconds}


def start() -> Result:
    """Tell how long ``relief --help`` takes beside an interpreter that does nothing."""
    ours, nothing = (
        _median_seconds(command) for command in ([RELIEF, "--help"], [sys.executable, "-c", "pass"])
    )
    return {"help_seconds": ours, "python_seconds": nothing, "ratio": ours / nothing}


def _median_seconds(command: Sequence[str]) -> float:
    took = []
    for _ in range(HELP_RUNS):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        took.append(time.perf_counter() - begun)
    return median(took)


def cluster(folder: Path) -> Result:
    """Return reports a minute by two Dask workers on this machine beside the local pool."""
    from cluster import by_dask, dask

    found: dict[str, list[Result]] = {"local": [], "cluster": []}
    with dask(folder, WORKERS) as address:
        for _ in range(ROUNDS):  # they take turns, and the quickest round of each counts
            for name, run in (("local", fork), ("cluster", partial(by_dask, address))):
                found[name].append(timed(run, orders(folder, OURS + WORKERS)))
    best = {name: max(each, key=_rate) for name, each in found.items()}
    return {**best, "ratio": _rate(best["cluster"]) / _rate(best["local"])}


def _rate(found: Result) -> float:
    return float(found["reports_a_minute"])


def parts(folder: Path, census: Path | None) -> dict[str, Callable[[], Result] | str]:
    """Return each part, or what it lacks."""
    ploomber, dask = (find_spec(name) for name in ("ploomber_engine", "distributed"))
    return {
        "start": start,
        "peers": lambda: peers(folder),
        "engine": (lambda: engine(folder)) if ploomber else "pip install ploomber-engine",
        "cluster": (lambda: cluster(folder)) if dask else "pip install distributed",
        "scale": (lambda: scale(folder, census)) if census else "--census FILE",
    }


def main() -> None:
    """Print what was measured, and write it where asked."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("parts", nargs="*", help="what to measure; default: everything")
    arguments.add_argument("--census", type=Path, help="table of counties")
    arguments.add_argument("--json", type=Path, help="file for the figures")
    given = arguments.parse_args()
    # Several threads a process would fight over the processors.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    measured: Result = {"machine": platform.machine(), "processors": os.cpu_count()}
    with tempfile.TemporaryDirectory() as folder:
        for name, part in parts(Path(folder), given.census).items():
            if given.parts and name not in given.parts:
                continue
            if isinstance(part, str):
                print(f"{name}: left out, it needs {part}")
                continue
            measured[name] = part()
            print(f"{name}: {json.dumps(measured[name], indent=1, default=str)}", flush=True)
    if given.json:
        given.json.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
