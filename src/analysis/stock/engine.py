"""The compiled kernel, or the NumPy reference where it is not worth loading or there is none."""

from __future__ import annotations

import os
from functools import cache
from types import ModuleType

from analysis.stock import reference

# Set to 1, paths are drawn by NumPy alone.
WITHOUT_NUMBA = "RELIEF_WITHOUT_NUMBA"
# Steps of all paths that NumPy takes before numba would be imported.
FEW_STEPS = 2_000_000


def engine(path_steps: int) -> ModuleType:
    """Return `analysis.stock.kernel` or `analysis.stock.reference`, whose numbers are the same.

    The reference takes short runs, unless the process has loaded the kernel. It also takes all
    runs where numba is missing or switched off, or where what numba compiles cannot be kept:
    compiling takes longer than most runs.

    Parameters
    ----------
    path_steps : int
        Units x steps x paths.
    """
    if os.environ.get(WITHOUT_NUMBA) == "1":
        return reference
    if path_steps < FEW_STEPS and not load_kernel.cache_info().currsize:
        return reference
    return load_kernel()


@cache
def load_kernel() -> ModuleType:
    """Load the kernel; worth it before forking. Returns the reference where that fails."""
    try:
        from analysis.stock import kernel

        kernel.compile_all()
    except Exception:  # noqa: BLE001,RUF100 - whatever numba stumbles over
        return reference
    return kernel
