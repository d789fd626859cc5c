"""papermill's engine ``fork`` against papermill's own, and the ways in which a process ends."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
import papermill
import psutil
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from analysis.batch import forking
from analysis.batch.engine import ForkEngine

papermill_engines.register("fork", ForkEngine)

SHOWN = """from IPython.display import HTML, Markdown, clear_output, display
display(HTML("<b>粗</b>"), metadata={"text/html": {"isolated": True}})
display({"text/plain": "raw", "application/json": {"a": [1, None]}}, raw=True)
print("one"); print("two"); 7"""
CELLS = {
    "result": "1 + 1",
    "silent": "x = 3;",
    "shown": SHOWN,
    "stdout": "import sys\nfor i in range(500): print(i, '字')\nsys.stdout.write('no newline')",
    "stderr": "import sys\nprint('look', file=sys.stderr)",
    "warning": "import warnings\nwarnings.warn('look')",
    "updated": "h = display('first', display_id='here')\nh.update('second')\nh.update('third')",
    "updated later": "display('fourth', display_id='here', update=True)",
    "cleared": "display('a')\nclear_output()\ndisplay('b')",
    "cleared late": "display('a')\nclear_output(wait=True)\nprint('b')",
    "frame": "import pandas as pd\npd.DataFrame({'县': ['甲', '乙'], 'n': [1, 2.5]})",
    "figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2, 4])\nplt.title('t')\nNone",
    "inline": "%matplotlib inline\n3",
    "two figures": "for n in (1, 2):\n    plt.figure()\n    plt.plot([n])\n    plt.show()",
    "bash": "%%bash\necho from bash\necho again",
    "shell": "!echo from the shell",
    "captured": "%%capture kept\nprint('not seen')",
    "recalled": "kept.stdout",
    # papermill's own engine sees what a child printed only if the cell goes on for a while.
    "subprocess": "import subprocess, time\nsubprocess.run(['echo', 'hi'])\ntime.sleep(1)",
    "awaited": "import asyncio\nawait asyncio.sleep(0.01)\n'done'",
    "thread": "import threading as t\nr = t.Thread(target=print, args='t')\nr.start()\nr.join()",
    "last": "_, _1",
    "main": "__name__, type(get_ipython()).__name__",
    "magic": "%lsmagic\n%pwd\n'%d' % 5",
    "module beside it": "import beside_it, sys\nbeside_it.n, sys.path[-3:]",
    "caught": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    print(e)",
}
WIDGET = """import comm
state = {"_model_name": "IntModel", "_model_module": "m", "_model_module_version": "1", "value": 3}
bar = comm.create_comm(target_name="jupyter.widget", comm_id="w1", data={"state": state})
bar.send({"method": "update", "state": {"value": 7}}, buffers=[b"bytes"])"""
SAY_PID = "import os, pathlib\npathlib.Path('pid').write_text(str(os.getpid()))\n"
FATAL = {
    "raises": "def f():\n    raise ValueError('不行')\nf()",
    "syntax": "1 +",
    "leaves with 0": "import sys\nsys.exit(0)",
    "leaves with 3": "import sys\nsys.exit(3)",
    "asks": "input('who?')",
    "interrupted": "raise KeyboardInterrupt",
}


@pytest.fixture(autouse=True)
def threads_of_other_tests(monkeypatch):
    """Let threads that other tests have left, as Dask's do, be no reason not to fork."""
    left = {*threading.enumerate()} - {threading.main_thread()}

    def others():
        return [each for each in threading.enumerate() if each not in left]

    known = SimpleNamespace(enumerate=others, main_thread=threading.main_thread)
    monkeypatch.setattr(forking, "threading", known)


def notebook(folder, *cells, tags=()):
    """Write a notebook of code cells; some tags for the first of them."""
    code = [nbformat.v4.new_code_cell(source) for source in cells]
    code[0].metadata["tags"] = list(tags)
    text = nbformat.v4.new_markdown_cell("# 题")
    node = nbformat.v4.new_notebook(cells=[text, *code, nbformat.v4.new_code_cell("")])
    node.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "P"}
    nbformat.write(node, folder / "n.ipynb")
    return str(folder / "n.ipynb")


def ran(path, engine_name, folder, **options):
    """Return a notebook as it was saved, and the error that ended it."""
    saved, error = str(folder / f"{engine_name}.ipynb"), None
    try:
        papermill.execute_notebook(
            path, saved, engine_name=engine_name, progress_bar=False, cwd=str(folder), **options
        )
    except PapermillExecutionError as raised:
        error = [raised.ename, raised.evalue, raised.exec_count, raised.cell_index]
    return nbformat.read(saved, as_version=4), error


BOTH = """
import json, pathlib, sys
from test_fork_engine import ran
path, options = sys.argv[1], json.loads(sys.argv[2])
folder = pathlib.Path(path).parent
print(json.dumps([ran(path, name, folder, **options)[1] for name in ("fork", "nbclient")]))
"""


def both(path, **options):
    """Run a notebook through both engines, in a process that pytest has not changed."""
    folder = Path(path).parent
    # Under pytest ipykernel does not look at what child processes print.
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    found = subprocess.run(
        [sys.executable, "-c", BOTH, path, json.dumps(options)],
        env=environment | {"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    nodes = [nbformat.read(folder / f"{name}.ipynb", 4) for name in ("fork", "nbclient")]
    return *nodes, *json.loads(found.stdout.splitlines()[-1])


def plain(node):
    """Return all of a notebook that must be the same: no times, process numbers or cell ids."""
    cells = []
    for cell in node.cells:
        cell = {name: value for name, value in cell.items() if name != "id"}
        metadata = dict(cell["metadata"])
        for name in ("papermill", "execution"):
            metadata[name] = sorted(metadata.get(name, {}))
        metadata["status"] = cell["metadata"].get("papermill", {}).get("status")
        cells.append(cell | {"metadata": metadata, "outputs": joined(cell.get("outputs", []))})
    metadata = {name: value for name, value in node.metadata.items() if name != "papermill"}
    text = repr([metadata, sorted(node.metadata.papermill), cells])
    return re.sub(r"ipykernel_\d+", "ipykernel_N", re.sub(r"0x[0-9a-f]+", "0x0", text))


def joined(outputs):
    """Join what one stream printed: papermill's own engine cuts it where time passes."""
    kept = []
    for output in map(dict, outputs):
        before = kept[-1] if kept else {}
        if output["output_type"] == "stream" and before.get("name") == output["name"]:
            before["text"] += output["text"]
        else:
            kept.append(output)
    return kept


def test_a_notebook_of_everything_is_the_same(tmp_path):
    (tmp_path / "beside_it.py").write_text("n = 5")
    fork, own, error, wanted = both(notebook(tmp_path, *CELLS.values(), WIDGET))
    assert error is wanted is None
    states = fork.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert states["w1"]["state"]["value"] == 7
    for mine, other in zip(fork.cells, own.cells, strict=True):
        found, known = (nbformat.v4.new_notebook(cells=[cell]) for cell in (mine, other))
        found.metadata["papermill"] = known.metadata["papermill"] = {}
        assert plain(found) == plain(known), mine.source
    assert plain(fork) == plain(own)


@pytest.mark.parametrize("name", FATAL)
def test_a_notebook_that_fails_does_so_in_the_same_way(name, tmp_path):
    path = notebook(tmp_path, "print('before')", FATAL[name], "print('after')")
    fork, own, error, wanted = both(path)
    assert error == wanted
    assert plain(fork) == plain(own)


def test_an_error_that_is_allowed_lets_the_others_run(tmp_path):
    fork, own, error, wanted = both(notebook(tmp_path, "1 / 0", "6 * 7", tags=["raises-exception"]))
    assert error == wanted
    assert plain(fork) == plain(own)
    assert "42" in plain(fork)


def test_parameters_are_put_in_as_by_papermill(tmp_path):
    path = notebook(tmp_path, "n = 1", "n * 2", tags=["parameters"])
    fork, own, _, _ = both(path, parameters={"n": 21})
    assert plain(fork) == plain(own)
    assert fork.cells[3].outputs[0].data["text/plain"] == "42"


@pytest.mark.parametrize(
    ("cell", "how"),
    [
        ("import os; os._exit(3)", "exit code 3"),
        ("exit", "exit code 0"),
        ("quit()", "exit code 0"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "signal SIGKILL"),
        ("import ctypes; ctypes.string_at(0)", "signal SIGSEGV"),
    ],
)
def test_a_process_that_dies_is_reported_with_its_end(cell, how, tmp_path):
    with pytest.raises(DeadKernelError, match=how):
        ran(notebook(tmp_path, cell, "'after'"), "fork", tmp_path)


def test_a_cell_beyond_its_time_ends_the_notebook_and_its_process(tmp_path):
    path = notebook(
        tmp_path,
        SAY_PID + "import time\ntime.sleep(60)",
    )
    begun = time.monotonic()
    with pytest.raises(CellTimeoutError):
        ran(path, "fork", tmp_path, execution_timeout=1)
    assert time.monotonic() - begun < 20
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_nothing_of_a_notebook_stays_in_this_process(tmp_path):
    cell = "import os\nos.environ['LEFT'] = '1'\nos.chdir('/')\nbig = bytearray(2**28)"
    before, memory = Path.cwd(), psutil.Process().memory_info().rss
    for _ in range(3):
        ran(notebook(tmp_path, cell), "fork", tmp_path)
    assert "LEFT" not in os.environ and Path.cwd() == before
    assert psutil.Process().memory_info().rss - memory < 2**27


MANY = """import sys, threading
sys.setswitchinterval(1e-6)
from IPython.display import display
def talk(stream):
    for n in range(2000):
        stream.write(f"{n}\\n")
        if n % 500 == 0:
            display(n)
both = [threading.Thread(target=talk, args=(s,)) for s in (sys.stdout, sys.stderr) * 2]
for each in both:
    each.start()
for each in both:
    each.join()"""


def test_threads_that_print_at_once_lose_nothing_and_wait_for_no_one(tmp_path):
    node, _ = ran(notebook(tmp_path, MANY), "fork", tmp_path, execution_timeout=30)
    outputs = node.cells[1].outputs
    for name in ("stdout", "stderr"):
        text = "".join(each.text for each in outputs if each.get("name") == name)
        assert sorted(map(int, text.split())) == sorted([*range(2000)] * 2)
    assert sum(each.output_type == "display_data" for each in outputs) == 16


def test_each_notebook_begins_anew(tmp_path):
    path = notebook(
        tmp_path, "import random, numpy as np\nrandom.random(), float(np.random.random())", "_"
    )
    first, again = (ran(path, "fork", tmp_path)[0].cells[1].outputs[0].data for _ in range(2))
    numbers = [eval(each["text/plain"]) for each in (first, again)]  # noqa: S307
    assert all(one != other for one, other in zip(*numbers, strict=True))


def test_what_a_notebook_registers_for_its_end_is_done(tmp_path):
    cell = (
        "import atexit, pathlib\natexit.register(lambda: pathlib.Path('end').write_text('x'))\nNone"
    )
    ran(notebook(tmp_path, cell), "fork", tmp_path)
    assert (tmp_path / "end").read_text() == "x"


def test_a_process_with_threads_uses_papermills_own_engine(tmp_path, monkeypatch, caplog):
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        assert forking.unsafe() == "threads"
        monkeypatch.setattr(forking, "ForkClient", None)
        with caplog.at_level("WARNING", logger="papermill"):
            node, _ = ran(notebook(tmp_path, "1 + 1"), "fork", tmp_path)
    finally:
        stop.set()
        other.join()
    assert node.cells[1].outputs[0].data["text/plain"] == "2"
    assert "papermill's own engine is used" in caplog.text


def test_papermills_command_finds_the_engine(tmp_path):
    path = notebook(tmp_path, "n = 1", "n + 1", tags=["parameters"])
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        "fork",
        path,
        "out.ipynb",
        "-p",
        "n",
        "5",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    node = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert node.cells[3].outputs[0].data["text/plain"] == "6"


def test_a_batch_that_is_killed_leaves_no_process(tmp_path):
    path = notebook(
        tmp_path,
        SAY_PID + "import time",
        "time.sleep(30)",
    )
    code = (
        "import papermill; from papermill.engines import papermill_engines as p\n"
        "from analysis.batch.engine import ForkEngine; p.register('fork', ForkEngine)\n"
        f"papermill.execute_notebook({path!r}, None, engine_name='fork', progress_bar=False)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path)
    pid = tmp_path / "pid"
    for _ in range(300):
        if pid.exists() and pid.read_text():
            break
        time.sleep(0.1)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 10
    while psutil.pid_exists(int(pid.read_text())) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not psutil.pid_exists(int(pid.read_text()))
