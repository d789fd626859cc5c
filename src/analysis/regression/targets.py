"""What `relief accept` is asked about: notebooks, and runs with stored results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.batch.jobs import find_notebook
from analysis.errors import UsageError
from analysis.regression.matrix import MatrixRun, read_matrix, strays

NOTEBOOKS, MATRIX = Path("notebooks"), Path("tests/matrix.toml")
ALL = "all"
Target = Path | MatrixRun


def targets(names: Sequence[str]) -> tuple[list[Target], list[Path]]:
    """Return what names stand for: notebooks, runs, and stored results that no run has any more.

    Parameters
    ----------
    names : sequence of str
        Notebooks by name or path, a ``matrix.toml`` or one run of it as ``matrix.toml::NAME``;
        none or ``all`` for every notebook and run of the folder in which one is.

    Raises
    ------
    UsageError
        If a name stands for nothing.
    """
    found: dict[Path, Target] = {}
    gone: list[Path] = []
    for name in _spelled_out(names):
        path, _, run = name.partition("::")
        if not path.endswith(".toml"):
            notebook = find_notebook(name)
            found[notebook.resolve()] = notebook
            continue
        runs = read_matrix(Path(path))
        chosen = [each for each in runs if run in ("", each.name)]
        if not chosen:
            raise UsageError(f"{path} 中没有运行 {run}。", f"{path} has no run {run}.")
        found |= {each.stored: each for each in chosen}
        gone += [] if run else strays(Path(path), runs)
    return list(found.values()), gone


def _spelled_out(names: Sequence[str]) -> list[str]:
    if names and list(names) != [ALL]:
        return list(names)
    here = [str(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    here += [str(MATRIX)] if MATRIX.exists() else []
    if not here:
        raise UsageError(
            f"这里没有 {NOTEBOOKS} 文件夹中的笔记本，也没有 {MATRIX}。请给出名称或路径。",
            f"There is no notebook in {NOTEBOOKS} here, and no {MATRIX}. Give a name or path.",
        )
    return here
