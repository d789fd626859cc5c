"""Tasks run beside each other, and one that goes wrong ends alone."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest
from batch.acts import act
from batch.tiny_notebooks import gone, pids, private_folders, wait_until

from analysis.batch import local, processes, server
from analysis.errors import ReportError


def ended(tasks, workers=2, limit_seconds=60.0):
    return list(local.run(act, tasks, workers=workers, limit_seconds=limit_seconds))


def test_every_task_ends_once_whatever_the_workers():
    tasks = [("square", n) for n in range(7)]
    for workers in (1, 3):
        assert {e.task: e.value for e in ended(tasks, workers)} == {t: t[1] ** 2 for t in tasks}


def test_no_task_is_no_work():
    assert ended([]) == []


def test_a_task_that_goes_wrong_ends_alone(tmp_path):
    bad = [("relief",), ("bug",), ("kill", signal.SIGKILL, tmp_path), ("exit",)]
    got = {e.task: e for e in ended([("square", 2), *bad, ("square", 3)])}
    assert got["square", 2].value == 4
    assert got["square", 3].value == 9
    assert all(got["square", n].reason is None for n in (2, 3))
    assert got["relief",].reason == ("中文。", "English.")
    assert all("ZeroDivisionError: oops" in text for text in got["bug",].reason)
    assert all("3 " in text and "代码 3" in got["exit",].reason[0] for text in got["exit",].reason)
    assert all("SIGKILL" in text for text in got["kill", signal.SIGKILL, tmp_path].reason)
    assert len(pids(tmp_path)) == local.TRIES


def test_a_task_whose_worker_is_lost_is_begun_again(tmp_path):
    (once,) = ended([("kill once", tmp_path)])
    assert (once.value, once.reason) == ("done", None)


def test_a_worker_does_one_task_after_another_and_ends_what_they_left(tmp_path):
    got = ended([("pid",), ("orphan", tmp_path), ("pid",)], workers=1)
    assert len({e.value for e in got}) == 1
    assert all(map(gone, pids(tmp_path)))


@pytest.mark.parametrize("which", ["of the packages", "of the batch"])
def test_a_server_that_is_lost_is_replaced(which):
    going = local.run(act, [("square", n) for n in range(6)], workers=2, limit_seconds=60.0)
    values = [next(going).value]
    children = psutil.Process().children()
    (first,) = [each for each in children if "analysis.batch.server" in each.cmdline()]
    lost = first if which == "of the packages" else first.children()[-1]
    lost.kill()
    values += [each.value for each in going]
    assert sorted(values) == [n**2 for n in range(6)]
    wait_until(lambda: gone(lost.pid))
    assert ended([("square", 7)])[0].value == 49


@pytest.mark.parametrize("times", [1, local.TRIES])
def test_a_server_that_is_lost_while_it_loads_is_replaced_and_none_to_be_had_is_said(
    times, monkeypatch
):
    started, popen = [], subprocess.Popen

    def start(*words, **more):
        process = popen(*words, **more)
        started.append(process)
        if len(started) <= times:
            process.kill()
        return process

    monkeypatch.setattr(local, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(server.Server, "_idle", [])
    monkeypatch.setattr(server.subprocess, "Popen", start)
    if times < local.TRIES:
        assert ended([("square", 7)])[0].value == 49
    else:
        with pytest.raises(ReportError, match=r"(?s)无法启动进程.*--jobs.*No process can be"):
            ended([("square", 1)])
    assert len(started) == min(times + 1, local.TRIES)


def test_one_that_waits_for_work_and_is_lost_is_replaced():
    ended([("square", 1)])
    psutil.Process(server.Server._idle[-1].pid).kill()
    assert ended([("square", 7)])[0].value == 49


RUNS = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from batch.acts import act
from analysis.batch import local
list(local.run(act, [("stubborn", Path(sys.argv[2]))], workers=1, limit_seconds=60.0))
"""


def test_what_is_killed_leaves_no_process_and_its_files_go_with_the_next(tmp_path, monkeypatch):
    folder, temporary = tmp_path / "pids", tmp_path / "temporary"
    folder.mkdir()
    temporary.mkdir()
    tests = str(Path(__file__).parents[1])
    monkeypatch.setenv("TMPDIR", str(temporary))
    running = subprocess.Popen([sys.executable, "-c", RUNS, tests, str(folder)])
    wait_until(lambda: len(pids(folder)) == 2, seconds=120)
    running.kill()
    running.wait()
    # The worker, and what it had started in a session of its own.
    wait_until(lambda: all(map(gone, pids(folder))))
    assert len(private_folders(temporary)) == 1
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    assert ended([("square", 2)])[0].value == 4
    assert private_folders(temporary) == []


def test_no_folder_for_temporary_files_is_a_reason():
    _, late = ended([("no temporary folder",), ("square", 1)], workers=1)
    assert late.value is None
    assert "临时文件夹" in late.reason[0]
    assert "No temporary folder" in late.reason[1]


def test_workers_that_are_not_forked_do_the_same(monkeypatch, tmp_path):
    monkeypatch.setattr(local, "can_fork", lambda: False)
    got = {e.task[0]: e for e in ended([("square", 3), ("relief",), ("kill once", tmp_path)])}
    assert (got["square"].value, got["kill once"].value) == (9, "done")
    assert got["relief"].reason == ("中文。", "English.")


@pytest.mark.parametrize("how", ["sleep", "stubborn"])
def test_the_limit_ends_a_task_and_all_it_started(how, tmp_path, monkeypatch):
    (tmp_path / "t").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (late,) = ended([(how, tmp_path)], limit_seconds=2.0)
    assert late.value is None
    assert all("0.0333333" in text for text in late.reason)
    assert pids(tmp_path)
    wait_until(lambda: all(map(gone, pids(tmp_path))))
    assert private_folders(tmp_path / "t") == []


def test_leaving_early_ends_what_still_runs(tmp_path):
    going = local.run(act, [("sleep", tmp_path), ("square", 1)], workers=2, limit_seconds=60.0)
    assert next(going).value == 1
    wait_until(lambda: pids(tmp_path))
    going.close()
    (child,) = pids(tmp_path)
    wait_until(lambda: gone(child))


def test_there_is_at_least_one_worker():
    assert 1 <= processes.available_workers() <= os.cpu_count()
