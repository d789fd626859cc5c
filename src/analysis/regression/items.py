"""Cells of notebooks and runs with other parameters as tests, compared by what they say.

The hooks here take part once `plugin` has registered this module.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from analysis.batch import local
from analysis.batch.limits import UNHURRIED
from analysis.case_folder import find_folder
from analysis.errors import ReliefError, ReportError, UsageError
from analysis.regression.case_data import case_of, changed_cells
from analysis.regression.compare import Difference, Tolerance
from analysis.regression.forked import ForkedKernel
from analysis.regression.matrix import MatrixRun, read_matrix, read_stored, results_now, strays
from analysis.regression.message import failure
from analysis.regression.outputs import compare_json, compare_outputs
from analysis.words import refusal

TOLERANCE = pytest.StashKey[Tolerance]()


MATRIX = "matrix.toml"


def take_part(config: pytest.Config, tolerances: Mapping[str, object]) -> None:
    """Make ready what the tests of a run have in common.

    Raises
    ------
    pytest.UsageError
        If a tolerance is none.
    """
    try:
        config.stash[TOLERANCE] = Tolerance().updated(tolerances, "--relief-…")
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[Any], list[Any]]:
    """Put our notebooks in the place of nbval's, and add runs with other parameters."""
    found = yield
    if file_path.name == MATRIX:
        found.append(Matrix.from_parent(parent, path=file_path))
    return [
        Notebook.from_parent(parent, path=file_path) if type(each) is IPyNbFile else each
        for each in found
    ]


def pytest_report_header(config: pytest.Config) -> str:
    """Say what is compared how."""
    used, option = config.stash[TOLERANCE], config.option
    kernel = "fork" if option.relief_fork else "nbval"
    if not (option.nbval or option.nbval_lax):
        kernel = "— (notebooks: add --nbval)"
    images = f"{used.image:g}{' and looks of charts' if option.relief_images else ''}"
    sizes = f"rtol {used.relative:g}, atol {used.absolute:g}, images {images}"
    return f"relief: {sizes}, kernel {kernel}"


class Notebook(IPyNbFile):  # type: ignore[misc]
    """A notebook as nbval reads and runs it; where asked for, in a forked process."""

    def collect(self) -> Iterator[Cell]:
        """Yield a test for each code cell."""
        self.cells: list[IPyNbCell] = list(super().collect())
        where = self.path.name
        try:
            own = self.config.stash[TOLERANCE].updated(self.nb.metadata.get("relief", {}), where)
            for each in self.cells:
                tags = each.cell.metadata.get("tags", ())
                tolerance = own.of_cell(tags, f"{where}, {each.name}")
                yield Cell.from_parent(self, like=each, tolerance=tolerance)
        except UsageError as error:
            raise self.CollectError(str(error)) from error

    def setup(self) -> None:
        """Start the kernel."""
        option = self.config.option
        language = self.nb.metadata.get("kernelspec", {}).get("language", "python")
        # Not for another kernel, nor to measure coverage.
        other = option.nbval_kernel_name or getattr(option, "cov_source", None)
        if other or not option.relief_fork or str(language).lower() != "python":
            super().setup()
            return
        skipped = {each.cell_num for each in self.cells if each.options["skip"]}
        self.kernel: Any = ForkedKernel(self.path, skipped, option.nbval_cell_timeout)
        self.setup_sanitize_files()


class Cell(IPyNbCell):  # type: ignore[misc]
    """A code cell; nbval runs it.

    Parameters
    ----------
    like : IPyNbCell
        nbval's own test of the cell.
    parent : Notebook
    tolerance : Tolerance
    """

    def __init__(self, like: IPyNbCell, parent: Notebook, tolerance: Tolerance) -> None:
        super().__init__(like.name, parent, like.cell_num, like.cell, like.options)
        self.tolerance = tolerance
        self.told = ""

    def runtest(self) -> None:
        """Run the cell; one that shows something and was never run has nothing to compare with."""
        if isinstance(self.parent.kernel, ForkedKernel):
            self.parent.kernel.cell = self.cell_num
        super().runtest()
        unrun = self.options["check"] and self.cell.execution_count is None
        if unrun and not self.compare_outputs(self.test_outputs, []):
            self.raise_cell_error("Cell outputs differ", self.told)

    def compare_outputs(self, test: list[Any], ref: list[Any], skip_compare: object = None) -> bool:
        """Tell whether the cell shows what its reference shows; keep what is to be told."""
        images = bool(self.config.option.relief_images)
        old, new = self.sanitize_outputs(ref), self.sanitize_outputs(test)
        found = list(compare_outputs(old, new, self.tolerance, images=images))
        if found:
            case = case_of(self.path)
            self.told = _failure(self, found, case, self.path, source=self.cell.source)
            self.comparison_traceback = [self.told]
        return not found

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
        """Return what is told of a failure."""
        if isinstance(excinfo.value, NbCellError) and self.told:
            return self.told
        if isinstance(excinfo.value, ReliefError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))


class Matrix(pytest.File):
    """A file of runs."""

    def collect(self) -> Iterator[MatrixItem]:
        """Yield a test for each run."""
        try:
            runs = read_matrix(self.path)
            if files := strays(self.path, runs):
                said = {"matrix": self.path.name, "names": ", ".join(file.name for file in files)}
                command = _accept_command(self)
                raise refusal(UsageError, "regression.strays", **said, command=command)
        except ReliefError as error:
            raise self.CollectError(str(error)) from error
        for run in runs:
            yield MatrixItem.from_parent(self, name=run.name, run=run)


class MatrixItem(pytest.Item):
    """One run."""

    def __init__(self, name: str, parent: Matrix, run: MatrixRun) -> None:
        super().__init__(name, parent)
        self.run = run

    def runtest(self) -> None:
        """Run the notebook and compare its results with those stored."""
        stored = read_stored(self.run.stored)
        if stored is None:
            name, command = self.run.stored.name, _accept_command(self, self.name)
            raise refusal(UsageError, "regression.not_stored", name=name, command=command)
        limit = UNHURRIED.run_seconds
        (ended,) = local.run(results_now, [self.run.job], workers=1, limit_seconds=limit)
        if ended.reason:
            raise ReportError(*ended.reason)
        found = list(compare_json(stored, ended.value, self.config.stash[TOLERANCE]))
        if found:
            case = Path(self.run.job.case.path)
            raise _DifferentError(_failure(self, found, case, self.run.stored, self.name))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """Return what is told of a failure."""
        if isinstance(excinfo.value, ReliefError | _DifferentError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the test stands."""
        return self.path, 0, f"{self.path.name}::{self.name}"


class _DifferentError(Exception):
    """The results are others than those stored."""


def _failure(
    item: pytest.Item,
    found: Sequence[Difference],
    case: Path | None,
    reference: Path,
    run: str = "",
    source: str = "",
) -> str:
    data = changed_cells(find_folder(case), reference) if case else ()
    return failure(found, _accept_command(item, run), data, source)


def _accept_command(node: pytest.Item | pytest.Collector, run: str = "") -> str:
    """Return the command that accepts what a file, or a run in it, shows now.

    Its path is as it is typed where pytest was started.
    """
    path = Path(os.path.relpath(node.path, node.config.invocation_params.dir)).as_posix()
    return f"relief accept {shlex.quote(f'{path}::{run}' if run else path)}"
