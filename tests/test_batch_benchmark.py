"""The benchmark of batches measures each of its parts and writes what it says."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SMALL = """import batch
batch.OURS, batch.PEERS, batch.FEW, batch.MANY, batch.HELP_RUNS = 2, 3, 3, 4, 1
batch.main()"""
COLUMNS = "level code prefecture name population urban rural share_65_plus_pct share_0_14_pct"


def test_it_measures_its_parts_and_says_what_it_left_out(tmp_path):
    census = tmp_path / "census.csv"
    with census.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS.split())
        for n in range(6):
            rows.writerow(
                ["county", 320100 + n, "甲市", f"第{n}县", 50_000, 20_000, 30_000, 12, 15]
            )
    figures = tmp_path / "figures.json"
    options = ["start", "peers", "scale", "engine", "--census", census, "--json", figures]
    ran = subprocess.run(
        [sys.executable, "-c", SMALL, *options],
        cwd=ROOT,
        env=os.environ
        | {"PYTHONPATH": f"{ROOT / 'benchmarks'}:{os.environ.get('PYTHONPATH', '')}"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(figures.read_text(encoding="utf-8"))
    fork, peer = found["peers"]["fork"], found["peers"]["papermill"]
    assert found["peers"]["ratio"] == fork["reports_a_minute"] / peer["reports_a_minute"]
    assert fork["processor_seconds"] > 0 < peer["processor_seconds"]
    assert (found["scale"]["few"]["counties"], found["scale"]["many"]["counties"]) == (3, 4)
    assert found["scale"]["many"]["checked_a_second"] > 0
    assert found["start"]["ratio"] > 1
    assert (
        "engine" in found or "engine: left out, it needs pip install ploomber-engine" in ran.stdout
    )
