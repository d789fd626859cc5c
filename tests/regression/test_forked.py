"""A forked kernel shows what nbval's own kernel shows, byte for byte."""

import json
import os
import re
import signal
from pathlib import Path
from queue import Empty

import nbformat
import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import coalesce_streams

from analysis.batch.server import Server
from analysis.regression.forked import KernelSource

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
    "class A:\n    def _repr_mimebundle_(self, **_):\n        return {'a/x': {'n': 1}}, {'a': 1}\n"
    "    def __repr__(self):\n        return 'A'\nA()",
    "print('progress\\rdone')",
    "__name__, sys.path[0], os.getcwd()",
]


def shown(kernel, sources):
    """Return what each cell shows, as nbval takes it."""
    found = []
    for source in sources:
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
        found.append(re.sub(r"ipykernel_\d+", "ipykernel_", told))  # the process's number
    return found


WANTED = ("name", "text", "data", "metadata", "ename", "evalue")


@pytest.fixture(scope="module")
def forks():
    source = KernelSource()
    yield source
    source.close()


def by_both(forks, folder, sources):
    kernels = forks.start(folder), RunningKernel("python3", cwd=str(folder))
    try:
        return [shown(kernel, sources) for kernel in kernels]
    finally:
        for kernel in kernels:
            kernel.stop()


def test_every_kind_of_output_is_that_of_nbvals_kernel(forks, tmp_path):
    forked, own = by_both(forks, tmp_path, CELLS)
    for source, one, other in zip(CELLS, forked, own, strict=True):
        assert one == other, source


@pytest.mark.parametrize("name", ["unit_report"])
def test_a_shipped_notebook_shows_the_same(forks, name):
    path = ROOT / f"notebooks/{name}.ipynb"
    sources = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    forked, own = by_both(forks, path.parent, sources)
    assert sum(len(each) > 100 for each in own) > 5
    assert forked == own


def test_what_makes_kernels_is_replaced_when_it_is_killed(forks, tmp_path):
    forks.start(tmp_path).stop()
    os.kill(Server._idle[-1].pid, signal.SIGKILL)
    kernel = forks.start(tmp_path)
    assert "5" in shown(kernel, ["2 + 3"])[0]
    kernel.stop()


def test_kernels_know_nothing_of_each_other(forks, tmp_path):
    one, other = forks.start(tmp_path), forks.start(tmp_path)
    shown(one, ["x = 5; import os; os.environ['RELIEF_TEST_MARK'] = '1'"])
    (told,) = shown(
        other,
        ["'x' in globals(), os.environ.get('RELIEF_TEST_MARK') if 'os' in globals() else None"],
    )
    assert "(False, None)" in told
    one.stop()
    other.stop()


def test_what_does_not_come_in_time_is_empty_and_an_interrupt_ends_the_cell(forks, tmp_path):
    kernel = forks.start(tmp_path)
    number = kernel.execute_cell_input("import time; time.sleep(60)")
    with pytest.raises(Empty):
        kernel.await_reply(number, timeout=0.2)
    kernel.interrupt()
    kernel.await_reply(number, timeout=10)
    kernel.await_idle(number, timeout=10)
    assert "5" in shown(kernel, ["2 + 3"])[0]
    kernel.stop()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import os; os._exit(3)", "exit code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
    ],
)
def test_a_kernel_that_dies_says_how(forks, tmp_path, source, said):
    kernel = forks.start(tmp_path)
    with pytest.raises(RuntimeError, match=said):
        shown(kernel, [source])
    assert not kernel.is_alive()
    kernel.stop()
