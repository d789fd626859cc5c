"""How long the notebooks' tests take: plain nbval, and with ``--relief --relief-fork``.

Run as ``python benchmarks/notebook_tests.py [--rounds 3] [--copies 4]``. The two take turns; the
middle round counts. First the shipped notebooks as they are, then several copies of them: what
each further notebook costs, apart from what is loaded once.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLAIN = ("--nbval",)
OURS = ("--nbval", "--relief", "--relief-images", "--relief-fork")
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile")


def seconds(folder: Path, *words: str) -> float:
    """Run the tests in a folder; return how long that took."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:mpl"]
    begun = time.perf_counter()
    subprocess.run(
        [*command, *words, "notebooks"], cwd=folder, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - begun


def compare(folder: Path, rounds: int, *words: str) -> tuple[float, float]:
    """Return the middle of several rounds of both, in turn."""
    taken = [
        (seconds(folder, *PLAIN, *words), seconds(folder, *OURS, *words)) for _ in range(rounds)
    ]
    plain, ours = zip(*taken, strict=True)
    return statistics.median(plain), statistics.median(ours)


def repository(folder: Path, copies: int) -> Path:
    """Make a folder with the shipped cases and some copies of each notebook."""
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "notebooks").mkdir()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for number in range(copies):
            shutil.copy(path, folder / "notebooks" / f"{path.stem}-{number}.ipynb")
    return folder


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--copies", type=int, default=4)
    asked = parser.parse_args()
    print("| notebooks | at once | plain nbval, s | relief, s | ratio |\n|---|---|---|---|---|")
    for copies in (1, asked.copies):
        with tempfile.TemporaryDirectory() as name:
            folder = repository(Path(name), copies)
            count = len(list((folder / "notebooks").iterdir()))
            for at_once, words in ((1, ()), (2, SIDE_BY_SIDE)):
                plain, ours = compare(folder, asked.rounds, *words)
                print(
                    f"| {count} | {at_once} | {plain:.1f} | {ours:.1f} | {plain / ours:.1f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
