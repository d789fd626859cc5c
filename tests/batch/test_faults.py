"""Whatever happens to a batch, it loses and mixes up nothing: each fault a few times.

`benchmarks/faults.py` tries them more often, and the real command, too.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEED = 7
NAMES = (
    "batch killed",
    "notebook's process killed",
    "worker killed",
    "batch's server killed",
    "packages' server killed",
    "Ctrl-C or SIGTERM",
    "output folder removed",
    "folder in a file's place",
    "several at once",
    "ledger damaged",
    "notebook damaged",
    "case or notebook changed",
    "clock jumps",
    "reports' files altered",
)
MOUNTS = ("output disk full", "temporary disk full", "output read-only")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the faults are those of Linux's processes and disks"
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Try every fault in one process, in which all is loaded once."""
    record = tmp_path_factory.mktemp("faults") / "table.json"
    script = [sys.executable, ROOT / "benchmarks" / "faults.py"]
    options = ["--kills", "3", "--tries", "1", "--real", "0", "--seed", str(SEED)]
    ran = subprocess.run(
        [*script, *options, "--json", record],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert record.exists(), ran.stderr
    found = json.loads(record.read_text(encoding="utf-8"))["rows"]
    assert ran.returncode == any(row["lost"] for row in found), ran.stderr
    return {row["fault"]: row for row in found}


@pytest.mark.parametrize("fault", NAMES)
def test_nothing_is_lost(rows, fault):
    assert rows[fault]["tried"]
    assert rows[fault]["losses"] == []


@pytest.mark.parametrize("fault", MOUNTS)
def test_nothing_is_lost_to_a_disk(rows, fault):
    if fault not in rows:
        pytest.skip("disks are mounted by root alone")
    assert rows[fault]["tried"]
    assert rows[fault]["losses"] == []


def test_every_fault_is_tried_here():
    faults = subprocess.run(
        [sys.executable, "-c", "import faults as f; print([*f.OFTEN, *f.FAULTS, *f.MOUNTS])"],
        cwd=ROOT / "benchmarks",
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert faults.stdout.strip() == str([*NAMES, *MOUNTS])
