"""The references of notebooks and runs beside what they show now, and how to renew them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.batch import local
from analysis.batch.execute import execute
from analysis.batch.limits import UNHURRIED
from analysis.batch.processes import available_workers
from analysis.errors import ReportError
from analysis.regression.difference import Difference
from analysis.regression.matrix import MatrixRun, read_stored, results_now, stored_text
from analysis.regression.message import brief, in_both
from analysis.regression.renewal import CellChange, renewed
from analysis.regression.targets import Target
from analysis.regression.tolerance import Tolerance
from analysis.regression.values import compare_values
from analysis.report.files import write_whole

# Of a notebook's or run's differences, so many are shown.
SHOWN = 20


@dataclass(frozen=True)
class Reference:
    """What a notebook or a run shows now, beside what was accepted.

    Parameters
    ----------
    path : Path
        The file that holds the reference.
    name : str
        As the user may name it.
    content : bytes, optional
        What the file is to hold; None where it is to go.
    differences : tuple of (str, Difference)
        Each with its cell; empty for stored results.
    looks : tuple of int
        Cells of which only the looks changed.
    names : tuple of (int, str)
        Cells that show a name of this machine or its user.
    """

    path: Path
    name: str
    content: bytes | None
    differences: tuple[tuple[str, Difference], ...] = ()
    looks: tuple[int, ...] = ()
    names: tuple[tuple[int, str], ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the file is not what it is to be."""
        if self.content is None or not self.path.exists():
            return True
        return self.path.read_bytes() != self.content

    def lines(self) -> list[str]:
        """Return what is told of it: what became of it, then its first differences, a line each."""
        if self.content is None:
            return [f"{self.path}: {in_both('gone')}"]
        if not self.path.exists():
            return [f"{self.name}: {in_both('new_result')}"]
        if not self.changed:
            return [f"{self.name}: {in_both('unchanged')}"]
        lines = [f"  {cell} {brief(each)}" for cell, each in self.differences]
        lines = [*lines[:SHOWN], *(["  …"] if len(lines) > SHOWN else [])]
        if self.looks:
            cells = ", ".join(f"Cell {number}" for number in self.looks)
            lines.append("  " + in_both("only_looks", cells=cells))
        return [f"{self.name}: {in_both('changed', count=len(self.differences))}", *lines]


def compare(wanted: Sequence[Target], gone: Sequence[Path]) -> list[Reference]:
    """Run notebooks, several at once, and return each reference beside what is there now.

    Raises
    ------
    ReportError
        If a notebook fails; names it.
    """
    tasks = list(wanted)
    limit = UNHURRIED.run_seconds
    ended = list(local.run(_ran, tasks, workers=available_workers(), limit_seconds=limit))
    failed = [each.reason for each in ended if each.reason]
    if failed:
        raise ReportError("\n".join(zh for zh, _ in failed), "\n".join(en for _, en in failed))
    values = {_key(each.task): each.value for each in ended}
    references = [_reference(each, values[_key(each)]) for each in tasks]
    # Those go when the file that has listed them is accepted.
    return references + [Reference(path, f"{path.parent}.toml", None) for path in gone]


def dirty(references: Sequence[Reference]) -> list[Path]:
    """Return the files that have changes which are not committed to git."""
    return [each.path for each in references if _is_dirty(each.path)]


def renew(references: Sequence[Reference]) -> None:
    """Write what references are to hold.

    Raises
    ------
    ReportError
        If a file cannot be written.
    """
    for each in references:
        if each.content is None:
            each.path.unlink(missing_ok=True)
        else:
            write_whole(each.path, each.content)


def _ran(target: Target) -> Any:
    if isinstance(target, MatrixRun):
        return results_now(target.job)
    return execute(target, {}, folder=target.parent)


def _key(target: Target) -> Path:
    return target.stored if isinstance(target, MatrixRun) else target


def _reference(target: Target, value: Any) -> Reference:
    if isinstance(target, MatrixRun):
        return _of_run(target, value)
    import nbformat

    text = target.read_text(encoding="utf-8")
    node = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    node, changes = renewed(node, value, Tolerance(), target.name)
    written = nbformat.writes(node, version=nbformat.NO_CONVERT)
    if _indent(text) != 1:  # not written by Jupyter
        written = json.dumps(json.loads(written), ensure_ascii=False, indent=_indent(text))
    return Reference(
        target,
        str(target),
        f"{written}\n".encode(),
        tuple((f"Cell {c.number}", found) for c in changes for found in c.differences),
        tuple(change.number for change in changes if _only_looks(change)),
        tuple((change.number, name) for change in changes for name in change.names),
    )


def _of_run(run: MatrixRun, results: dict[str, Any]) -> Reference:
    stored = read_stored(run.stored)
    if stored is None:
        return Reference(run.stored, run.word, stored_text(results).encode())
    found = tuple(compare_values(stored, results, Tolerance()))
    # What is the same but for noise stays as it is.
    content = stored_text(results).encode() if found else run.stored.read_bytes()
    return Reference(
        run.stored, run.word, content, tuple((run.job.notebook.stem, each) for each in found)
    )


def _only_looks(change: CellChange) -> bool:
    return not (change.differences or change.names)


def _indent(text: str) -> int:
    """Return the indentation that a file has, so that it keeps it."""
    second = text.partition("\n")[2]
    return len(second) - len(second.lstrip(" ")) or 1


def _is_dirty(path: Path) -> bool:
    git = ["git", "-C", str(path.parent), "status", "--porcelain", "--", path.name]
    try:
        told = subprocess.run(git, capture_output=True)  # noqa: S603
    except OSError:
        return False
    lines = told.stdout.decode(errors="replace").splitlines()
    return any(not line.startswith("??") for line in lines)
