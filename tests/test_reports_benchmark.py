"""The benchmark of reports makes them by both ways and writes what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SMALL = "import reports; reports.OURS, reports.PEERS = 4, 2; reports.main()"


def test_it_times_both_ways(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", SMALL, "--json", str(tmp_path / "times.json")],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "benchmarks")},
        capture_output=True,
        text=True,
        check=True,
    )
    written = json.loads((tmp_path / "times.json").read_text(encoding="utf-8"))
    assert f"ratio {written['ratio']:.1f}" in ran.stdout
    assert written["fork"]["reports_a_minute"] > 0 < written["papermill"]["reports_a_minute"]
