"""pytest's options ``--relief…``; without ``--relief`` nothing of this takes part.

pytest imports this module whenever it runs in an environment that has the package, so nothing
is loaded here before it is asked for.
"""

from __future__ import annotations

import pytest

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
        alone = [name for name in _ALONE if getattr(config.option, name)]
        if alone:
            option = "--" + alone[0].replace("_", "-")
            raise pytest.UsageError(f"{option} 须与 --relief 同用 / goes with --relief.")
        return
    if not config.pluginmanager.hasplugin("nbval"):
        raise pytest.UsageError(
            '--relief 需要 nbval / needs nbval: pip install "relief-analysis[test]"'
        )
    from analysis.regression import items

    given = {name: getattr(config.option, option) for option, name in _OPTIONS.items()}
    items.take_part(config, {name: size for name, size in given.items() if size is not None})
    config.pluginmanager.register(items, "relief-notebooks")
