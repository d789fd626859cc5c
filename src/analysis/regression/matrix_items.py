"""Runs with other parameters as tests: their results beside those that were accepted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.batch import local
from analysis.batch.limits import UNHURRIED
from analysis.errors import ReliefError, ReportError, UsageError
from analysis.regression.matrix import MatrixRun, read_matrix, read_stored, results_now, strays
from analysis.regression.message import failure
from analysis.regression.notebook_items import TOLERANCE, accept_command
from analysis.regression.values import compare_values


class Matrix(pytest.File):
    """A file of runs."""

    def collect(self) -> Iterator[MatrixItem]:
        """Yield a test for each run."""
        try:
            runs = read_matrix(self.path)
            self._check_strays(strays(self.path, runs))
        except ReliefError as error:
            raise self.CollectError(str(error)) from error
        for run in runs:
            yield MatrixItem.from_parent(self, name=run.name, run=run)

    def _check_strays(self, files: list[Path]) -> None:
        if files:
            names, command = ", ".join(file.name for file in files), accept_command(self)
            raise UsageError(
                f"{self.path.name} 中没有这些结果的运行：{names}。请运行：{command}",
                f"{self.path.name} has no run for these results: {names}. Run: {command}",
            )


class MatrixItem(pytest.Item):
    """One run."""

    def __init__(self, name: str, parent: Matrix, run: MatrixRun) -> None:
        super().__init__(name, parent)
        self.run = run

    def runtest(self) -> None:
        """Run the notebook and compare its results with those stored."""
        command = accept_command(self, self.name)
        stored = read_stored(self.run.stored)
        if stored is None:
            raise UsageError(
                f"没有存下的结果 {self.run.stored.name}。请运行：{command}",
                f"There are no stored results {self.run.stored.name}. Run: {command}",
            )
        results = _results(self.run)
        found = list(compare_values(stored, results, self.config.stash[TOLERANCE]))
        if found:
            raise _DifferentError(failure(found, "", command))

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


def _results(run: MatrixRun) -> dict[str, Any]:
    limit = UNHURRIED.run_seconds
    (ended,) = local.run(results_now, [run.job], workers=1, limit_seconds=limit)
    if ended.reason:
        raise ReportError(*ended.reason)
    results: dict[str, Any] = ended.value
    return results
