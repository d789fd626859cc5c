"""pytest's options ``--relief…``; without ``--relief`` nothing of this takes part.

pytest imports this module whenever it runs in an environment that has the package, so nothing
is loaded here before it is asked for.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

MATRIX = "matrix.toml"
_OPTIONS = {"relief_rtol": "rtol", "relief_atol": "atol", "relief_image_tol": "image-tol"}
_ALONE = (*_OPTIONS, "relief_images", "relief_fork")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("relief", "笔记本回归测试 / notebook regression tests (with --nbval)")
    add = group.addoption
    add(
        "--relief", action="store_true", help="数字按容差比较 / Compare numbers within a tolerance."
    )
    add("--relief-rtol", metavar="X", help="相对容差 / Relative tolerance. (1e-09)")
    add("--relief-atol", metavar="X", help="绝对容差 / Absolute tolerance. (1e-12)")
    add("--relief-images", action="store_true", help="也比较图的外观 / Compare looks of figures.")
    add("--relief-image-tol", metavar="X", help="像素的均方根差，0–255 / RMS of pixels. (0.12)")
    add(
        "--relief-fork",
        action="store_true",
        help="用已载入软件包的进程运行，更快 / Run in processes that have the packages loaded.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Take part where that is asked for."""
    if not config.option.relief:
        given = [name for name in _ALONE if getattr(config.option, name)]
        if given:
            option = "--" + given[0].replace("_", "-")
            raise pytest.UsageError(f"{option} 须与 --relief 同用 / goes with --relief.")
        return
    if not config.pluginmanager.hasplugin("nbval"):
        raise pytest.UsageError(
            '--relief 需要 nbval / needs nbval: pip install "relief-analysis[test]"'
        )
    from analysis.errors import UsageError
    from analysis.regression.compare import Tolerance
    from analysis.regression.forked import KernelSource
    from analysis.regression.items import KERNELS, TOLERANCE

    asked = {name: getattr(config.option, option) for option, name in _OPTIONS.items()}
    entries = {name: value for name, value in asked.items() if value is not None}
    try:
        config.stash[TOLERANCE] = Tolerance().updated(entries, "--relief-…")
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    if config.option.relief_fork and _may_fork(config):
        config.stash[KERNELS] = KernelSource()
    config.pluginmanager.register(_Relief(), "relief-notebooks")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what makes kernels."""
    if config.pluginmanager.hasplugin("relief-notebooks"):
        from analysis.regression.items import KERNELS

        if KERNELS in config.stash:
            config.stash[KERNELS].close()


class _Relief:
    """The hooks that take part."""

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[Any], list[Any]]:
        """Put our notebooks in the place of nbval's, and add runs with other parameters."""
        from nbval.plugin import IPyNbFile

        from analysis.regression.items import Matrix, Notebook

        found = yield
        if file_path.name == MATRIX:
            found.append(Matrix.from_parent(parent, path=file_path))
        return [
            Notebook.from_parent(parent, path=file_path) if type(each) is IPyNbFile else each
            for each in found
        ]

    def pytest_report_header(self, config: pytest.Config) -> str:
        """Say what is compared how."""
        from analysis.regression.forked import KernelSource
        from analysis.regression.items import TOLERANCE

        used = config.stash[TOLERANCE]
        images = f", images {used.image:g}" if config.option.relief_images else ""
        kernel = "fork" if config.option.relief_fork and KernelSource.works() else "nbval"
        if not (config.option.nbval or config.option.nbval_lax):
            kernel = "— (notebooks: add --nbval)"
        return f"relief: rtol {used.relative:g}, atol {used.absolute:g}{images}, kernel {kernel}"


def _may_fork(config: pytest.Config) -> bool:
    """Tell whether kernels may be forked: not for another kernel, nor to measure coverage.

    The process that only hands out tests to others needs none.
    """
    from analysis.regression.forked import KernelSource

    option = config.option
    other = option.nbval_kernel_name or getattr(option, "cov_source", None)
    hands_out = getattr(option, "dist", "no") != "no" and not hasattr(config, "workerinput")
    return KernelSource.works() and not other and not hands_out
