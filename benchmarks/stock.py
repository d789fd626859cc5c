"""Time the simulation of stocks beside NumPy's normals and PySD, and measure its memory.

Run as ``OMP_NUM_THREADS=1 python benchmarks/stock.py [--json FILE]``. The plans are like those of
the shipped case, with every source of chance on; their amounts are synthetic.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from analysis.stock import StockPlan, simulate

MONTHS = 12
# Units and paths: the shipped case's size with many paths, and every county of the census.
SIZES = ((8, 100_000), (2850, 10_000))
MEMORY_PATHS = (10_000, 100_000, 1_000_000)
PYSD_PATHS = 100_000
# The quickest of so many runs counts: the others were disturbed.
REPEATS = 5
# As many normals as are drawn into one array; more are drawn by drawing again.
NORMALS = 9_600_000

MODEL = """{UTF-8}
Opening = %r ~ ~ |
Demand = %r ~ ~ |
Paying = MIN(Stock / TIME STEP, Demand) ~ ~ |
Stock = INTEG(-Paying, Opening) ~ ~ |
INITIAL TIME = 0 ~ ~ |
FINAL TIME = %d ~ ~ |
TIME STEP = 1 ~ ~ |
SAVEPER = TIME STEP ~ ~ |
"""


def plan(units: int, *, chance: bool = True) -> StockPlan:
    """Return a plan like the shipped case's: money in January that lasts about a year."""
    amount = np.linspace(20.0, 120.0, units)
    receipts = np.zeros((units, MONTHS))
    receipts[:, 0] = amount
    on = np.full(units, float(chance))
    return StockPlan(
        unit_code=[f"{unit:06d}" for unit in range(units)],
        opening_wan=np.zeros((units, 1)),
        vintage=[2024],
        receipts_wan=receipts,
        demand_wan=np.repeat(amount[:, None] / (MONTHS + 0.6 * chance), MONTHS, axis=1),
        growth=np.zeros(units),
        volatility=0.05 * on,
        lump_rate=0.5 * on,
        lump_mean_wan=0.1 * amount / MONTHS,
        correlation=0.5,
    )


def quickest(work: Callable[[], Any], repeats: int | None = None) -> float:
    """Return the seconds of the quickest run."""
    taken = []
    for _ in range(repeats or REPEATS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def against_normals(units: int, paths: int) -> dict[str, float]:
    """Time a simulation beside NumPy drawing as many normals as it has units, months and paths."""
    case, numbers = plan(units), units * MONTHS * paths
    drawn, generator = np.empty(min(numbers, NORMALS)), np.random.default_rng(1)
    generator.standard_normal(out=drawn)
    pairs = []
    # One after the other, so that what disturbs the machine disturbs both.
    for _ in range(REPEATS):
        ours = quickest(lambda: simulate(case, paths=paths, seed=1), 1)
        normals = quickest(lambda: generator.standard_normal(out=drawn), 3)
        pairs.append((ours, normals * numbers / len(drawn)))
    seconds, normals = (min(each) for each in zip(*pairs, strict=True))
    return {
        "units": units,
        "months": MONTHS,
        "paths": paths,
        "seconds": seconds,
        "ns_a_path_month": seconds / numbers * 1e9,
        "normals_seconds": normals,
        "times_normals": seconds / normals,
    }


def against_pysd() -> dict[str, float]:
    """Time a path without chance beside a run of the same model in PySD; stocks must agree."""
    case = plan(1, chance=False)
    text = MODEL % (float(case.receipts_wan[0, 0]), float(case.demand_wan[0, 0]), MONTHS)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pysd  # type: ignore[import-untyped]

        file = Path(folder) / "stock.mdl"
        file.write_text(text, encoding="utf-8")
        model = pysd.read_vensim(str(file))
        stock = model.run()["Stock"].to_numpy()[1:]
        theirs = quickest(model.run)
    result = simulate(case, paths=PYSD_PATHS, seed=1)
    if not np.allclose(result.quantiles[0, 2], stock, rtol=1e-9, atol=1e-9):
        raise SystemExit("PySD's stock differs. Times of different things.")
    ours = quickest(lambda: simulate(case, paths=PYSD_PATHS, seed=1)) / PYSD_PATHS
    return {"path_seconds": ours, "pysd_seconds": theirs, "times_faster": theirs / ours}


def peak_mb(paths: int) -> float:
    """Return the most memory, in 10⁶ bytes, that a simulation of 8 units held at once."""
    case = plan(SIZES[0][0])
    tracemalloc.start()
    try:
        simulate(case, paths=paths, seed=1)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


# Without a key nothing is kept: each call computes.
@patch("analysis.kept.content_key", new=lambda *values: None)
def main() -> None:
    """Print the times and the memory; write them as JSON where asked."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--json", type=Path, help="also write the figures here")
    given = arguments.parse_args()
    start = time.perf_counter()
    simulate(plan(1), paths=1, seed=1)
    first = time.perf_counter() - start
    print(f"first run {first:.3f} s; synthetic plans, {MONTHS} months")
    print(f"{'units':>6}{'paths':>9}{'seconds':>10}{'ns a path-month':>17}{'x normals':>11}")
    runs = []
    for units, paths in SIZES:
        run = against_normals(units, paths)
        runs.append(run)
        print(
            f"{units:>6,}{paths:>9,}{run['seconds']:>10.3f}{run['ns_a_path_month']:>17.1f}"
            f"{run['times_normals']:>11.2f}",
            flush=True,
        )
    pysd_run = against_pysd()
    print(
        f"a path without chance: {pysd_run['path_seconds'] * 1e6:.3f} µs, PySD "
        f"{pysd_run['pysd_seconds'] * 1e3:.1f} ms: {pysd_run['times_faster']:,.0f} x faster"
    )
    memory = {paths: peak_mb(paths) for paths in MEMORY_PATHS}
    for paths, peak in memory.items():
        print(f"peak memory at {paths:>9,} paths: {peak:.1f} MB")
    if given.json:
        record = {
            "status": "synthetic",
            "python": platform.python_version(),
            "numpy": np.__version__,
            "first_run_seconds": first,
            "runs": runs,
            "pysd": pysd_run,
            "peak_mb": memory,
        }
        given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
