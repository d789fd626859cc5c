"""Time a unit report in a case of thousands of counties beside one in a case of a hundred.

Run as ``python benchmarks/scale.py census_county_2020.csv [--counties N] [--json FILE]``. The money
of both cases is synthetic. As in a batch, each report is made in a process forked from one that
has loaded the case and computed what all reports share; its processor time is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

FEW, MANY = 100, 2850
# Reports of each case, in both languages.
REPORTS = 24
NOTEBOOK = "unit_report"


def of_case(case: str, reports: int) -> dict[str, float]:
    """Make unit reports of a case, spread over its units, and return what one takes."""
    from analysis.batch import warm
    from analysis.batch.jobs import find_units, open_case, single_job
    from analysis.batch.report import make_report, values_used

    begun = time.perf_counter()
    units = find_units(open_case(case), "all")
    job = single_job(NOTEBOOK, case, units[0], "zh", [])
    warm.warm(values_used(job))
    ready, held = time.perf_counter(), _held_mb()
    seconds, size = [], 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(reports):
            unit = units[number * len(units) // reports]
            this = replace(job, unit_code=unit, lang=("zh", "en")[number % 2])
            html = Path(folder) / f"{this.name}.html"
            seconds.append(_forked(lambda this=this, html=html: make_report(this, html, "")))
            size = max(size, html.stat().st_size)
    return {
        "units": len(units),
        "start_seconds": ready - begun,
        "cpu_seconds": statistics.median(seconds),
        "largest_page_kb": size / 1000,
        "parent_mb": held,
        "parent_grew_mb": _held_mb() - held,
    }


def _held_mb() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


def _forked(work: Any) -> float:
    """Do some work in a forked process and return the processor's seconds that it took."""
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit("A report failed.")
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print what a report takes in either case, and write it where asked."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("census", type=Path, help="counties of the census, CSV")
    arguments.add_argument("--counties", type=int, default=MANY, help=f"default {MANY}")
    arguments.add_argument("--reports", type=int, default=REPORTS, help=f"default {REPORTS}")
    arguments.add_argument("--json", type=Path, help="file for the times")
    given = arguments.parse_args()
    from country import make_country

    found = []
    with tempfile.TemporaryDirectory() as folder:
        for count in (FEW, given.counties):
            case = Path(folder) / str(count)
            make_country(given.census, case, count)
            # A process of its own for each case: nothing of the first is there for the second.
            command = [sys.executable, __file__, "--case", str(case), str(given.reports)]
            ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
            found.append(json.loads(ran.stdout.splitlines()[-1]))
    ratio = found[1]["cpu_seconds"] / found[0]["cpu_seconds"]
    print(
        f"{'units':>8}{'cpu ms a report':>18}{'largest page':>16}{'parent':>10}"
        f"{'grew by':>10}{'ready':>10}"
    )
    for each in found:
        print(
            f"{each['units']:>8,}{each['cpu_seconds'] * 1000:>18.0f}"
            f"{each['largest_page_kb']:>13.0f} KB{each['parent_mb']:>7.0f} MB"
            f"{each['parent_grew_mb']:>7.1f} MB"
            f"{each['start_seconds']:>8.1f} s"
        )
    print(f"ratio {ratio:.3f}")
    if given.json:
        record = {"notebook": NOTEBOOK, "status": "synthetic", "cases": found, "ratio": ratio}
        given.json.write_text(json.dumps(record, indent=1), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        # As a kernel's process has it from its start.
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        print(json.dumps(of_case(sys.argv[2], int(sys.argv[3]))))
    else:
        main()
