"""Disturb batches in every way, and look whether anything is lost, mixed up or left behind.

Run as ``python benchmarks/faults.py [--kills 200] [--tries 20] [--real 3] [--seed N] [--json FILE]
[--only FAULT …]``. Most batches are of small notebooks and are forked from this process, where
all is loaded; some are of the real command, and of the shipped case. Full and read-only disks
are mounts, which need root; they are left out without it.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import fault_kinds as kinds
from small_batch import ROOT, Ground, LostError

CLONE_NEWNS = 0x20000
CASE = ROOT / "data" / "tacheng-2024"
Fault = Callable[[Ground, random.Random], str]
# What to try often, what to try less, and what needs root.
OFTEN: dict[str, Fault] = {"batch killed": kinds.killed_batch}
FAULTS: dict[str, Fault] = {
    "notebook's process killed": kinds.killed_notebook,
    "worker killed": kinds.killed_worker,
    "batch's server killed": kinds.killed_batch_server,
    "packages' server killed": kinds.killed_package_server,
    "Ctrl-C or SIGTERM": kinds.interrupted,
    "output folder removed": kinds.removed_folder,
    "folder in a file's place": kinds.folder_for_file,
    "several at once": kinds.several_at_once,
    "ledger damaged": kinds.damaged_ledger,
    "notebook damaged": kinds.damaged_notebook,
    "case or notebook changed": kinds.changed_inputs,
    "clock jumps": kinds.jumping_clock,
    "reports' files altered": kinds.altered_files,
}
MOUNTS: dict[str, Fault] = {
    "output disk full": kinds.full_disk,
    "temporary disk full": kinds.full_temp,
    "output read-only": kinds.read_only,
}
REAL: dict[str, Fault] = {
    "batch killed, real command": partial(kinds.killed_batch, real=True),
    "Ctrl-C or SIGTERM, real command": partial(kinds.interrupted, real=True),
}
SHIPPED = "batch killed, shipped case"


class Campaign:
    """Tries faults and keeps count.

    Parameters
    ----------
    folder : Path
        For the files of batches; what a lost one left stays there.
    seed : int
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.rows: list[dict[str, object]] = []

    def run(self, name: str, fault: Fault, ground: Ground, tries: int, unit: str = "") -> None:
        """Try a fault so many times; where a unit is given, until it was seen so often."""
        seen: Counter[str] = Counter()
        lost: list[str] = []
        begun, done, number = time.monotonic(), 0, 0
        while done < tries:
            # Each try has a seed of its own, so that it can be repeated alone.
            chance = random.Random(f"{self.seed} {name} {number}")  # noqa: S311
            number += 1
            try:
                what = fault(ground, chance)
            except LostError as error:
                lost.append(f"try {number - 1}: {error}")
                done += 1
                continue
            done += int(what.removeprefix(unit)) if unit else 1
            seen[what] += 1
        seconds = time.monotonic() - begun
        self.rows.append(
            {
                "fault": name,
                "tried": done,
                "lost": len(lost),
                "seen": dict(seen.most_common()),
                "seconds": round(seconds, 1),
                "losses": lost,
            }
        )
        print(self._line(self.rows[-1]), flush=True)
        for each in lost:
            print(f"    {each}", file=sys.stderr, flush=True)

    @staticmethod
    def head() -> str:
        """Return the head of the table."""
        return "| fault | tried | lost | seen |\n|---|---|---|---|"

    @staticmethod
    def _line(row: dict[str, object]) -> str:
        counts = row["seen"]
        assert isinstance(counts, dict)  # noqa: S101
        seen = ", ".join(f"{what}: {count}" for what, count in list(counts.items())[:6])
        return f"| {row['fault']} | {row['tried']} | {row['lost']} | {seen} |"


def own_mounts() -> bool:
    """Give this process mounts of its own, which go with it; tell whether it could be done."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    if ctypes.CDLL(None).unshare(CLONE_NEWNS) != 0:
        return False
    private = subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True)  # noqa: S607
    return private.returncode == 0


def main() -> int:
    """Print the table, and write it where asked; return 1 if anything was lost."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=200, help="of the batch itself")
    arguments.add_argument("--tries", type=int, default=20, help="of each other fault")
    arguments.add_argument("--real", type=int, default=6, help="tries of the real command")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--json", type=Path, help="file for the table")
    arguments.add_argument("--only", nargs="*", help="names of faults")
    given = arguments.parse_args()
    # Whatever asks this to end, the files and mounts are cleared away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))

    def asked(name: str) -> bool:
        return not given.only or name in given.only

    todo = dict(FAULTS)
    if own_mounts():
        todo |= MOUNTS
    else:
        print("Without root: nothing is mounted, no disk is full or read-only.", file=sys.stderr)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        campaign = Campaign(Path(folder), given.seed)
        ground = Ground(Path(folder) / "small")
        print(campaign.head(), flush=True)
        for name, fault in OFTEN.items():
            if asked(name) and given.kills:
                campaign.run(name, fault, ground, given.kills, "killed ")
        for name, fault in todo.items():
            if asked(name) and given.tries:
                campaign.run(name, fault, ground, given.tries)
        for name, fault in REAL.items():
            if asked(name) and given.real:
                campaign.run(name, fault, ground, given.real)
        if asked(SHIPPED) and given.real:
            shipped = Ground(Path(folder) / "shipped", CASE)
            campaign.run(SHIPPED, kinds.killed_batch, shipped, given.real, "killed ")
    if given.json:
        record = {"seed": given.seed, "rows": campaign.rows}
        given.json.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    return int(any(row["lost"] for row in campaign.rows))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception:
        traceback.print_exc()
        sys.exit(2)
