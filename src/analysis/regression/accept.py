"""References of notebooks and runs beside what they show now, and how to renew them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.batch import local
from analysis.batch.execute import execute
from analysis.batch.jobs import find_notebook
from analysis.batch.limits import UNHURRIED
from analysis.batch.processes import available_workers
from analysis.case_folder import find_folder
from analysis.errors import ReportError, UsageError
from analysis.regression.case_data import case_of, errors_of, is_dirty
from analysis.regression.compare import Difference, Tolerance, compare_text
from analysis.regression.matrix import (
    MatrixRun,
    read_matrix,
    read_stored,
    results_now,
    stored_text,
    strays,
)
from analysis.regression.message import brief
from analysis.regression.outputs import compare_json, compare_outputs
from analysis.regression.traces import names_left, without_traces
from analysis.regression.volatile import normalised
from analysis.report.files import write_whole
from analysis.report.outputs import HTML
from analysis.words import refusal, side_by_side

NOTEBOOKS, MATRIX = Path("notebooks"), Path("tests/matrix.toml")
ALL = "all"
_NOT_CHECKED = frozenset(["nbval-ignore-output", "nbval-skip"])


@dataclass
class Reference:
    """What a notebook or a run shows now, beside what was accepted.

    Parameters
    ----------
    target : Path or MatrixRun, optional
        A notebook or a run; None for stored results that no run has any more.
    path : Path
        The file that holds the reference.
    name : str
        As the user may name it.
    content : bytes, optional
        What the file is to hold; None where it is to go.
    differences : dict of str to list of Difference
        By cell; an empty list where only looks changed.
    names_left : dict of str to list of str
        Names of this machine or its user that cells show.
    """

    target: Path | MatrixRun | None
    path: Path
    name: str
    content: bytes | None = None
    differences: dict[str, list[Difference]] = field(default_factory=dict)
    names_left: dict[str, list[str]] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether the file is not what it is to be."""
        return not self.path.exists() or self.path.read_bytes() != self.content

    @property
    def case(self) -> Path | None:
        """The case whose figures it holds."""
        if isinstance(self.target, MatrixRun):
            return find_folder(Path(self.target.job.case.path))
        return case_of(self.target) if self.target else None

    def lines(self) -> list[str]:
        """Return what is told of it: what became of it, then a line for each cell that changed."""
        if self.content is None:
            return [f"{self.path}: {side_by_side('regression.gone')}"]
        if not self.path.exists():
            return [f"{self.name}: {side_by_side('regression.new_result')}"]
        if not self.changed:
            return [f"{self.name}: {side_by_side('regression.unchanged')}"]
        count = sum(len(found) for found in self.differences.values())
        return [f"{self.name}: {side_by_side('regression.changed', count=count)}"] + [
            f"  {cell} {brief(found) if found else side_by_side('regression.only_looks')}"
            for cell, found in self.differences.items()
        ]


def compare(names: Sequence[str]) -> list[Reference]:
    """Run what names stand for, several at once; return each reference beside what is there now.

    Parameters
    ----------
    names : sequence of str
        Notebooks by name or path, a ``matrix.toml`` or one run of it as ``matrix.toml::NAME``;
        none or ``all`` for every notebook and run of the folder in which one is.

    Raises
    ------
    UsageError
        If a name stands for nothing.
    ReportError
        If a notebook fails; names it.
    """
    found = {each.path.resolve(): each for name in _spelled_out(names) for each in _named(name)}
    wanted = [each for each in found.values() if each.target]
    limit, tasks = UNHURRIED.run_seconds, [each.target for each in wanted]
    ended = [*local.run(_ran, tasks, workers=available_workers(), limit_seconds=limit)]
    failed = [each.reason for each in ended if each.reason]
    if failed:
        raise ReportError("\n".join(zh for zh, _ in failed), "\n".join(en for _, en in failed))
    for each in ended:
        reference = next(reference for reference in wanted if reference.target == each.task)
        if isinstance(each.task, MatrixRun):
            _renew_results(reference, each.value)
        else:
            _renew_notebook(reference, each.value)
    return list(found.values())


def check_acceptable(changed: Sequence[Reference]) -> None:
    """Refuse what would overwrite work that is not committed, or keep a user's name.

    Raises
    ------
    ReportError
        If there is such a thing; nothing was written then.
    """
    dirty = [str(each.path) for each in changed if is_dirty(each.path)]
    if dirty:
        raise refusal(ReportError, "regression.dirty", files=", ".join(dirty))
    for each in changed:
        for cell, names in each.names_left.items():
            said = {"notebook": each.name, "cell": cell, "name": names[0]}
            raise refusal(ReportError, "regression.names_left", **said)


def data_errors(references: Sequence[Reference]) -> list[str]:
    """Return a line for each case that `relief check` finds errors in: figures may be wrong."""
    cases = dict.fromkeys(filter(None, (each.case for each in references)))
    errors = {case: errors_of(case) for case in cases}
    return [
        side_by_side("regression.data_errors", case=case, count=len(found), first=found[0])
        for case, found in errors.items()
        if found
    ]


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


def renewed(
    notebook: Any, executed: Any, where: str
) -> tuple[dict[str, list[Difference]], dict[str, list[str]]]:
    """Give a notebook the outputs of its executed copy; return what changed, and names left.

    An output within the tolerance stays as it is, so that another machine changes nothing. Of
    the rest, only outputs and the count of each run are renewed.

    Parameters
    ----------
    notebook, executed : NotebookNode
        With the same cells; the first is changed.
    where : str
        What to call the notebook in an error.

    Raises
    ------
    UsageError
        If a tolerance in the notebook is none.
    """
    own = Tolerance().updated(notebook.metadata.get("relief", {}), where)
    differences: dict[str, list[Difference]] = {}
    names: dict[str, list[str]] = {}
    pairs = zip(_code_cells(notebook), _code_cells(executed), strict=True)
    for number, (cell, ran) in enumerate(pairs):
        tags, title = cell.metadata.get("tags", ()), f"Cell {number}"
        tolerance = own.of_cell(tags, f"{where}, {title}")
        before = cell.outputs
        if not before or _NOT_CHECKED.isdisjoint(tags):
            now = [type(each)(without_traces(each)) for each in ran.outputs]
            cell.outputs = _kept(before, now, tolerance)
        if cell.outputs != before:
            differences[title] = list(compare_outputs(before, cell.outputs, tolerance))
        if left := [name for each in cell.outputs for name in names_left(each)]:
            names[title] = left
        cell.execution_count = ran.execution_count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = ran.execution_count
    return differences, names


def _code_cells(notebook: Any) -> Iterator[Any]:
    return (cell for cell in notebook.cells if cell.cell_type == "code")


def _kept(old: list[Any], new: list[Any], tolerance: Tolerance) -> list[Any]:
    """Return the old outputs, each in its place, where the new ones say the same."""
    if _same(old, new, tolerance):
        return old
    if len(old) != len(new):
        return new
    return [
        one if _same([one], [other], tolerance) else other
        for one, other in zip(old, new, strict=True)
    ]


def _same(old: list[Any], new: list[Any], tolerance: Tolerance) -> bool:
    """Tell whether outputs say the same and look the same."""
    if any(compare_outputs(old, new, tolerance, images=True)):
        return False
    one, other = (
        normalised("".join(each.get("data", {}).get(HTML, "") for each in side))
        for side in (old, new)
    )
    return not any(compare_text(one, other, tolerance))


def _spelled_out(names: Sequence[str]) -> list[str]:
    if names and list(names) != [ALL]:
        return list(names)
    here = [str(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    here += [str(MATRIX)] if MATRIX.exists() else []
    if not here:
        raise refusal(UsageError, "regression.nothing_here", notebooks=NOTEBOOKS, matrix=MATRIX)
    return here


def _named(name: str) -> list[Reference]:
    """Return the references that a name stands for."""
    word, _, wanted = name.partition("::")
    path = Path(word)
    if not word.endswith(".toml"):
        notebook = find_notebook(name)
        return [Reference(notebook, notebook, str(notebook))]
    runs = read_matrix(path)
    found = [
        Reference(run, run.stored, f"{path}::{run.name}")
        for run in runs
        if wanted in ("", run.name)
    ]
    if not found:
        raise refusal(UsageError, "regression.no_run", path=path, run=wanted)
    gone = [] if wanted else strays(path, runs)
    # These go when the file that listed them is accepted.
    return found + [Reference(None, each, str(path)) for each in gone]


def _ran(target: Path | MatrixRun) -> Any:
    if isinstance(target, MatrixRun):
        return results_now(target.job)
    return execute(target, {}, folder=target.parent)


def _renew_notebook(reference: Reference, executed: Any) -> None:
    import nbformat

    text = reference.path.read_text(encoding="utf-8")
    node = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    reference.differences, reference.names_left = renewed(node, executed, reference.path.name)
    # A file keeps the indentation that it has.
    second = text.partition("\n")[2]
    indent = len(second) - len(second.lstrip(" ")) or 1
    written = json.loads(nbformat.writes(node, version=nbformat.NO_CONVERT))
    reference.content = f"{json.dumps(written, ensure_ascii=False, indent=indent)}\n".encode()


def _renew_results(reference: Reference, results: dict[str, Any]) -> None:
    stored = read_stored(reference.path)
    found = list(compare_json(stored, results, Tolerance())) if stored is not None else []
    # What is the same but for noise stays as it is.
    keeps = stored is not None and not found
    reference.content = reference.path.read_bytes() if keeps else stored_text(results).encode()
    if found:
        reference.differences[reference.path.stem] = found
