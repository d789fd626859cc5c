"""Changes one thing at a time in a copy of the repository, and shows which test catches it.

Run `python tools/mutation_proof.py` from the repository; a word picks the changes that hold it in
their kind or name. Each change costs some 15 seconds. Ends with 1 where one is not caught by what
should catch it.
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
COPIED = ("src", "data", "notebooks", "tests", "pyproject.toml")
# What must catch a change: the notebooks' numbers and words, or a look at their pictures alone.
NUMBERS = ("number", "label", "order")
PYTEST = (sys.executable, "-m", "pytest", "-q", "--nbval", "--relief", "--relief-fork")
QUIET = ("-p", "no:cacheprovider", "-o", "addopts=", "-n", "2", "--dist", "loadfile")


@dataclass(frozen=True)
class Mutation:
    """A change: `old`, which stands in `file` once, becomes `new`.

    What no notebook shows is up to `tests`, a file of other tests.
    """

    kind: str
    what: str
    file: str
    old: str
    new: str
    tests: str = ""

    def apply(self, root: Path) -> None:
        """Make the change in a copy of the repository."""
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise SystemExit(f"{self.file}: {self.old!r} stands there {text.count(self.old)} times")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


@dataclass(frozen=True)
class Caught:
    """What failed: notebook cells, parameter runs, cells with a look at pictures, other tests."""

    cells: list[str]
    runs: list[str]
    looks: list[str]
    others: list[str]

    def rightly(self, kind: str) -> bool:
        """Tell whether what should catch a change of a kind does, and nothing else."""
        if kind in NUMBERS:
            return bool(self.cells or self.runs or self.others)
        return bool(self.looks) and not (self.cells or self.runs)


def mutations() -> list[Mutation]:
    """Return the changes of `mutations.toml`."""
    content = tomllib.loads((ROOT / "tools/mutations.toml").read_text(encoding="utf-8"))
    return [Mutation(kind, **entry) for kind, entries in content.items() for entry in entries]


def prove(mutation: Mutation) -> Caught:
    """Make a change in a copy, and run the tests there."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = copied(Path(folder))
        mutation.apply(copy)
        failed = list(failing(copy, "notebooks", "tests/matrix.toml"))
        cells = [name for name in failed if ".ipynb::" in name]
        runs = [name for name in failed if ".ipynb::" not in name]
        asked = mutation.kind not in NUMBERS
        looks = list(failing(copy, "notebooks", "--relief-images")) if asked else []
        others = list(failing(copy, mutation.tests)) if mutation.tests else []
    return Caught(cells, runs, looks, others)


def copied(folder: Path) -> Path:
    """Copy what the notebooks are made from, and the tests."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def failing(copy: Path, *words: str) -> Iterator[str]:
    """Yield the tests that fail in a copy."""
    ran = subprocess.run(  # noqa: S603
        [*PYTEST, *QUIET, *words],
        cwd=copy,
        env=environ | {"PYTHONPATH": str(copy / "src")},
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
    print("| change | in | cells | runs | with looks | first caught by |")
    print("|---|---|---|---|---|---|")
    missed = []
    for mutation in wanted:
        caught = prove(mutation)
        looks = len(caught.looks) if mutation.kind not in NUMBERS else ""
        first = [*caught.cells, *caught.runs, *caught.looks, *caught.others, "nothing"][0]
        what = f"{mutation.kind}: {mutation.what} | {Path(mutation.file).name}"
        print(
            f"| {what} | {len(caught.cells)} | {len(caught.runs)} | {looks} | {first} |", flush=True
        )
        if not caught.rightly(mutation.kind):
            missed.append(mutation.what)
    print(
        f"\n{len(wanted) - len(missed)} of {len(wanted)} caught as they should be. {missed or ''}"
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
