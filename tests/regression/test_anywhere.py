"""The shipped notebooks show the same wherever they run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from numpy._core._multiarray_umath import __cpu_features__

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ("unit_report",)
# All at once what else would be a machine each: an old processor, one thread, another place,
# a narrow terminal, a backend that shows nothing.
ODD = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL",
    "OPENBLAS_CORETYPE": "Nehalem",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TZ": "Asia/Kathmandu",
    "LC_ALL": "C",
    "COLUMNS": "40",
    "MPLBACKEND": "pdf",
    "PYTHONHASHSEED": "7",
}


def test_an_odd_machine_shows_the_same():
    words = ("--nbval", "--relief", "--relief-images", "--relief-fork", "-p", "no:cacheprovider")
    paths = [f"notebooks/{name}.ipynb" for name in NOTEBOOKS]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *words, *paths],
        cwd=ROOT,
        env=os.environ | ODD,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_odd_machine_computes_otherwise():
    """Else the test before would have compared a machine with itself."""
    code = "import numpy; print(numpy.exp(numpy.linspace(0, 5, 10001)).tobytes().hex())"
    words = [sys.executable, "-c", code]
    told = [
        subprocess.run(words, env=os.environ | own, capture_output=True, check=True).stdout
        for own in ({}, ODD)
    ]
    if not __cpu_features__.get("X86_V4"):
        pytest.skip("this processor has nothing that the odd one lacks")
    assert told[0] != told[1]
