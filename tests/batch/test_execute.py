"""A notebook runs to its end, or the error says which cell stopped it and why."""

import re
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import nbformat
import pytest
from batch.tiny_notebooks import (
    gone,
    leave_pid,
    pids,
    private_folders,
    wait_until,
    write_notebook,
)

from analysis.batch import forking
from analysis.batch.execute import execute
from analysis.batch.limits import Limits
from analysis.errors import ReportError
from analysis.report.results import read_results

SEEN = "print([(type(v).__name__, v) for v in (case, unit, count, share, aided, text)])"
WARNS = "import warnings\nwarnings.warn('look')"
GIVEN = {
    "case": "数据/a 'b' \"c\" {d}",
    "unit": "062300",
    "count": 12,
    "share": 0.25,
    "aided": False,
    "text": "１２３",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("execute")


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Keep temporary files where nobody else's are, below a path short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as short:
        monkeypatch.setattr(tempfile, "tempdir", short)
        yield Path(short)
        assert private_folders(short) == []


def run_here(notebook):
    return nbformat.writes(execute(notebook, GIVEN))


@pytest.fixture(scope="module")
def two_runs(folder):
    notebook = write_notebook(folder / "{名} 1.ipynb", SEEN, WARNS)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return list(pool.map(run_here, [notebook, notebook]))


def test_parameters_reach_the_notebook_with_their_types(two_runs):
    node = nbformat.reads(two_runs[0], as_version=4)
    outputs = [output for cell in node.cells for output in cell.get("outputs", ())]
    (printed,) = [output.text for output in outputs if output.get("name") == "stdout"]
    assert eval(printed) == [(type(value).__name__, value) for value in GIVEN.values()]  # noqa: S307
    assert read_results(node)["numbers"][0]["value"] == 12


def test_two_runs_at_once_give_the_same_bytes(two_runs):
    assert two_runs[0] == two_runs[1]


def test_no_time_and_no_path_of_this_machine_is_kept(two_runs, folder):
    text = two_runs[0]
    assert "UserWarning: look" in text
    for trace in (str(folder), tempfile.gettempdir(), "ipykernel_", "start_time", "duration"):
        assert trace not in text
    assert not re.search(r"20\d\d-\d\d-\d\dT", text)


FAILURES = {
    "raises": ('raise ValueError("坏了 broken")', "ValueError: 坏了 broken", "ValueError：坏了"),
    "leaves": ("import sys; sys.exit(0)", "stopped here", "其后的单元没有运行"),
    "dies": ("import os; os._exit(0)", "kernel died", "内核意外退出"),
    "killed": (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "kernel died",
        "内核意外退出",
    ),
}


@pytest.mark.parametrize("how", FAILURES)
def test_a_notebook_that_stops_names_itself_the_cell_and_the_reason(how, tmp_path):
    cell, english, chinese = FAILURES[how]
    notebook = write_notebook(tmp_path / "坏.ipynb", leave_pid(tmp_path), "x = 1", "", cell)
    node = nbformat.read(notebook, 4)
    # What an earlier run left must not pass for this one's.
    node.cells[-1].outputs = [nbformat.v4.new_output("stream", text="old")]
    nbformat.write(node, notebook)
    with pytest.raises(ReportError) as caught:
        execute(notebook, {"count": 1})
    assert "坏.ipynb" in caught.value.zh
    assert "第 4 个代码单元" in caught.value.zh
    assert chinese in caught.value.zh
    assert "坏.ipynb, code cell 4" in caught.value.en
    assert english in caught.value.en
    assert cell in caught.value.en
    (kernel,) = pids(tmp_path)
    wait_until(lambda: gone(kernel))


def test_our_own_errors_are_told_in_one_language_each(tmp_path):
    cell = 'from analysis.errors import PlanError\nraise PlanError("不行。", "No good.")'
    with pytest.raises(ReportError) as caught:
        execute(write_notebook(tmp_path / "n.ipynb", cell), {})
    assert "PlanError：不行。" in caught.value.zh
    assert "No good." not in caught.value.zh.splitlines()[0]
    assert "PlanError: No good." in caught.value.en


def test_a_notebook_without_results_is_refused(tmp_path):
    node = execute(write_notebook(tmp_path / "n.ipynb", "x = 1", results=""), {})
    with pytest.raises(ReportError, match=r"shows no results.*page"):
        read_results(node)


SLEEPS = "import time; time.sleep(60)"
GROWS = "kept = []\nwhile True: kept.append(bytes(10**7))"
PASSES_IT_ON = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {GROWS!r}])"
BEYOND = {
    "cell": (SLEEPS, Limits(cell_seconds=1), "it took more than 1 seconds", "超过单元时限 1 秒"),
    "run": (SLEEPS, Limits(run_seconds=2), "the whole run took more than 2", "整个运行超过时限 2"),
    "memory": (GROWS, Limits(memory_mb=900), "more than the limit of 900 MB", "超过上限 900 MB"),
    "children": (PASSES_IT_ON, Limits(memory_mb=900), "the limit of 900 MB", "超过上限 900 MB"),
}


def execute_by_papermill(notebook, limits):
    forking.unsafe = lambda: "threads"
    return execute(notebook, {}, limits=limits)


@pytest.mark.parametrize("forks", [True, False], ids=["fork", "papermill"])
@pytest.mark.parametrize("what", BEYOND)
def test_a_notebook_beyond_its_limits_is_ended_and_says_where(what, forks, tmp_path):
    cell, limits, english, chinese = BEYOND[what]
    notebook = write_notebook(tmp_path / "n.ipynb", leave_pid(tmp_path), cell)
    begun = time.monotonic()
    with pytest.raises(ReportError) as caught:
        if forks:
            execute(notebook, {}, limits=limits)
        else:  # its sockets would keep this process from forking ever after
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                pool.submit(execute_by_papermill, notebook, limits).result()
    assert time.monotonic() - begun < 45
    assert "code cell 3: " in caught.value.en and english in caught.value.en
    assert "第 3 个代码单元" in caught.value.zh and chinese in caught.value.zh
    wait_until(lambda: gone(*pids(tmp_path)))


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ReportError, match=r"n\.ipynb"):
        execute(path, {})


def test_a_deep_temporary_folder_and_a_notebook_that_names_no_kernel(tmp_path, monkeypatch):
    deep = tmp_path / ("深" * 40) / "{x}"
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    node = execute(write_notebook(tmp_path / "n.ipynb"), {"count": 7})
    assert read_results(node)["numbers"][0]["value"] == 7
    assert private_folders(deep) == []
