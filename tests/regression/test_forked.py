"""A notebook run in a forked process shows what nbval's own kernel shows, byte for byte."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import coalesce_streams
from regression.shown_cells import write

from analysis.errors import ReportError
from analysis.regression.forked import ForkedKernel

ROOT = Path(__file__).parents[2]
# What `os.system` prints is left out: within pytest, ipykernel does not take it, and JupyterLab and
# this kernel do.
CELLS = [
    "import sys, os; print('a'); print('b', file=sys.stderr); print('c')",
    "import warnings; warnings.warn('look')",
    "x = [1.5, float('nan')]; x",
    "_ + [2]",
    "import pandas as pd; pd.DataFrame({'人数': [3, 4]}, index=['甲', '乙'])",
    "pd.DataFrame({f'第 {n} 项资金': [n] for n in range(16)})",
    "from IPython.display import display, HTML\ndisplay(HTML('<b>1</b>'), metadata={'a': 1}); x",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.title('t')",
    "print('x' * 100_000)",
    "1 / 0",
    "raise SystemExit",
    "%config InlineBackend.figure_format",
    "!echo shell",
    "import threading; t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()",
    "async def f():\n    return 7\nawait f()",
    "class A:\n    def _repr_mimebundle_(self, **_):\n"
    "        return {'application/x+json': {'n': 1}}, {'a': 1}\n"
    "    def __repr__(self):\n        return 'A'\nA()",
    "print('progress\\rdone')",
    "__name__, sys.path[0], os.getcwd()",
]


def shown(kernel, sources):
    """Return what each cell shows, as nbval takes it."""
    found = []
    for kernel.cell, source in enumerate(sources):
        number = kernel.execute_cell_input(source, allow_stdin=False)
        kernel.await_reply(number, timeout=60)
        outputs = []
        while True:
            message = kernel.get_message("iopub", timeout=5)
            content, kind = message["content"], message["msg_type"]
            if message["parent_header"].get("msg_id") != number:
                continue
            if content.get("execution_state") == "idle":
                break
            if kind in ("stream", "display_data", "execute_result", "error"):
                content = {k: v for k, v in content.items() if k in WANTED}
                outputs.append(nbformat.from_dict({"output_type": kind, **content}))
        told = json.dumps(coalesce_streams(outputs), ensure_ascii=False, sort_keys=True)
        # Temporary folders and the process's number.
        found.append(re.sub(r'[^\s"]*/ipykernel_\d*', "ipykernel", told))
    return found


WANTED = ("name", "text", "data", "metadata", "ename", "evalue")


def by_both(path):
    """Return what each cell of a notebook shows, by our kernel and by nbval's."""
    sources = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    forked = ForkedKernel(path, (), 60)
    own = RunningKernel("python3", cwd=str(path.parent))
    try:
        return sources, shown(forked, sources), shown(own, sources)
    finally:
        own.stop()


def test_every_kind_of_output_is_that_of_nbvals_kernel(tmp_path):
    path = write(tmp_path / "a.ipynb", *((source, []) for source in CELLS))
    for source, one, other in zip(*by_both(path), strict=True):
        assert one == other, source


def test_a_shipped_notebook_shows_the_same():
    _, forked, own = by_both(ROOT / "notebooks/unit_report.ipynb")
    assert sum(len(each) > 100 for each in own) > 5
    assert forked == own


def test_what_is_skipped_does_not_run(tmp_path):
    path = write(tmp_path / "a.ipynb", ("x = 1", []), ("x = 2", []), ("x", []))
    assert "1" in shown(ForkedKernel(path, {1}, 60), ["", "", ""])[2]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import os; os._exit(3)", "exit code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("while True: pass", "timed out"),
    ],
)
def test_a_notebook_that_dies_says_how_and_shows_what_it_has(tmp_path, source, said):
    path = write(tmp_path / "a.ipynb", ("'first'", []), (source, []), ("'last'", []))
    kernel = ForkedKernel(path, (), 2)
    (first,) = shown(kernel, ["'first'"])
    assert "first" in first
    for kernel.cell in (1, 2):
        with pytest.raises(ReportError, match=said):
            kernel.execute_cell_input("")
