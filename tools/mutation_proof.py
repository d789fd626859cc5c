"""Changes one thing at a time in a copy of the repository, and shows which test catches it.

Run `python tools/mutation_proof.py` from the repository; a word picks the changes that hold it in
their kind or name. Each change costs some 20 seconds. Ends with 1 where one is not caught by what
should catch it. The table of the last full run stands in `docs/mutations.md`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from os import environ
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("src", "data", "notebooks", "tests/matrix.toml", "tests/matrix")
# What must catch a change: the notebooks' numbers and words, or a look at their pictures alone.
NUMBERS = ("number", "label", "order")
PYTEST = (sys.executable, "-m", "pytest", "-q", "--nbval", "--relief", "--relief-fork")
QUIET = ("-p", "no:cacheprovider", "-p", "no:mpl", "-n", "2", "--dist", "loadfile")


@dataclass(frozen=True)
class Mutation:
    """A change: `old`, which stands in `file` once, becomes `new`."""

    kind: str
    what: str
    file: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        """Make the change in a copy of the repository."""
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise SystemExit(f"{self.file}: {self.old!r} stands there {text.count(self.old)} times")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


@dataclass(frozen=True)
class Caught:
    """How many tests failed: notebook cells, with a look at pictures too, and parameter runs."""

    cells: int
    with_looks: int
    runs: int
    first: str

    def rightly(self, kind: str) -> bool:
        """Tell whether what should catch a change of a kind does, and nothing else."""
        if kind in NUMBERS:
            return self.cells + self.runs > 0
        return self.cells + self.runs == 0 < self.with_looks


def mutations() -> list[Mutation]:
    """Return the changes of `mutations.toml`."""
    content = tomllib.loads((ROOT / "tools/mutations.toml").read_text(encoding="utf-8"))
    return [Mutation(kind, **entry) for kind, entries in content.items() for entry in entries]


def prove(mutation: Mutation) -> Caught:
    """Make a change in a copy, and run the tests there."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = copied(Path(folder))
        mutation.apply(copy)
        cells = list(failing(copy, "notebooks"))
        looks = list(failing(copy, "notebooks", "--relief-images"))
        runs = list(failing(copy, "tests/matrix.toml"))
    return Caught(len(cells), len(looks), len(runs), (cells + runs + looks + ["-"])[0])


def copied(folder: Path) -> Path:
    """Copy what the notebooks are made from."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.nb[ci]"))
        else:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def failing(copy: Path, *words: str) -> Iterator[str]:
    """Yield the tests that fail in a copy."""
    ran = subprocess.run(  # noqa: S603
        [*PYTEST, *QUIET, *words],
        cwd=copy,
        env=environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    if ran.returncode not in (0, 1):
        raise SystemExit(ran.stdout + ran.stderr)
    for line in ran.stdout.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            yield line.split(" ", 1)[1].partition(" - ")[0].rpartition("/")[2]


def main() -> int:
    """Prove every change that was asked for; print a table."""
    words = sys.argv[1:]
    wanted = [m for m in mutations() if all(word in f"{m.kind} {m.what}" for word in words)]
    print(
        "| change | in | cells | with looks | runs | first caught by |\n|---|---|---|---|---|---|"
    )
    missed = []
    for mutation in wanted:
        caught = prove(mutation)
        counts = f"{caught.cells} | {caught.with_looks} | {caught.runs}"
        where = Path(mutation.file).name
        print(
            f"| {mutation.kind}: {mutation.what} | {where} | {counts} | {caught.first} |",
            flush=True,
        )
        if not caught.rightly(mutation.kind):
            missed.append(mutation.what)
    print(
        f"\n{len(wanted) - len(missed)} of {len(wanted)} caught as they should be. {missed or ''}"
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
