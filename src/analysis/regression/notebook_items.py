"""nbval's notebooks and cells, with outputs compared by what they say."""

from __future__ import annotations

import os
import shlex
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from analysis.errors import UsageError
from analysis.regression.forked import KernelSource
from analysis.regression.message import failure
from analysis.regression.outputs import compare_outputs, unrecorded
from analysis.regression.tolerance import Tolerance
from analysis.words import LANGUAGES, catalogue

TOLERANCE = pytest.StashKey[Tolerance]()
KERNELS = pytest.StashKey[KernelSource]()


class UnrecordedFigureWarning(pytest.PytestWarning):
    """A figure does not say what it draws, so that its numbers were not compared."""


class Notebook(IPyNbFile):  # type: ignore[misc]
    """A notebook as nbval reads and runs it; where asked for, in a forked process."""

    def collect(self) -> Iterator[Cell]:
        """Yield a test for each code cell."""
        found = list(super().collect())
        where = self.path.name
        try:
            own = self.config.stash[TOLERANCE].for_notebook(self.nb.metadata, where)
            for each in found:
                tags = each.cell.metadata.get("tags", ())
                tolerance = own.for_cell(tags, f"{where}, {each.name}")
                yield Cell.from_parent(self, like=each, tolerance=tolerance)
        except UsageError as error:
            raise self.CollectError(str(error)) from error

    def setup(self) -> None:
        """Start the kernel."""
        if KERNELS not in self.config.stash or not self._is_python():
            super().setup()
            return
        self.kernel: Any = self.config.stash[KERNELS].start(self.path.parent)
        self.setup_sanitize_files()

    def _is_python(self) -> bool:
        kernel = self.nb.metadata.get("kernelspec", {})
        return str(kernel.get("language", "python")).lower() == "python"


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
        super().runtest()
        unrun = self.options["check"] and self.cell.execution_count is None
        if unrun and not self.compare_outputs(self.test_outputs, []):
            self.raise_cell_error("Cell outputs differ", self.told)

    def compare_outputs(self, test: list[Any], ref: list[Any], skip_compare: object = None) -> bool:
        """Tell whether the cell shows what its reference shows; keep what is to be told."""
        images = bool(self.config.option.relief_images)
        old, new = self.sanitize_outputs(ref), self.sanitize_outputs(test)
        found = list(compare_outputs(old, new, self.tolerance, images=images))
        if not images:
            self._warn(old)
        if found:
            self.told = failure(found, self.cell.source, accept_command(self))
            self.comparison_traceback = [self.told]
        return not found

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
        """Return what is told of a failure."""
        if isinstance(excinfo.value, NbCellError) and self.told:
            return self.told
        return str(super().repr_failure(excinfo))

    def _warn(self, outputs: list[Any]) -> None:
        for each in outputs:
            if unrecorded(each):
                said = (catalogue(lang)("regression.unrecorded") for lang in LANGUAGES)
                warning = UnrecordedFigureWarning("\n".join([self.name, *said]))
                # Of line 0 nothing is printed: a notebook's lines tell a reader nothing.
                warnings.warn_explicit(warning, None, str(self.path), 0)


def accept_command(node: pytest.Item | pytest.Collector, run: str = "") -> str:
    """Return the command that accepts what a file, or a run in it, shows now.

    Its path is as it is typed where pytest was started.
    """
    path = Path(os.path.relpath(node.path, node.config.invocation_params.dir)).as_posix()
    return f"relief accept {shlex.quote(f'{path}::{run}' if run else path)}"
