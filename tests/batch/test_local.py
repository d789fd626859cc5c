"""Tasks run beside each other, and one that goes wrong ends alone."""

import os
import signal
import subprocess
import sys
import tempfile
import time

import pytest
from batch.tiny_notebooks import gone, pids, private_folders, wait_until

from analysis.batch import local
from analysis.errors import CaseError


def act(task):
    """Do what a task says, in a process of its own."""
    what, *more = task
    match what:
        case "square":
            return more[0] ** 2
        case "relief":
            raise CaseError("中文。", "English.")
        case "bug":
            raise ZeroDivisionError("oops")
        case "exit":
            os._exit(3)
        case "kill":
            os.kill(os.getpid(), more[0])
        case "sleep":
            leave(more[0], os.getpid())
            time.sleep(120)
        case "stubborn":
            grandchild(more[0])
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            tempfile.mkdtemp(prefix="left-")
            leave(more[0], os.getpid())
            time.sleep(120)
    return None


def grandchild(folder):
    sleeping = [sys.executable, "-c", "import time; time.sleep(120)"]
    leave(folder, subprocess.Popen(sleeping, start_new_session=True).pid)


def leave(folder, pid):
    (folder / str(pid)).touch()


def ended(tasks, workers=2, limit_seconds=60.0):
    return list(local.run(act, tasks, workers=workers, limit_seconds=limit_seconds))


def test_every_task_ends_once_whatever_the_workers():
    tasks = [("square", n) for n in range(7)]
    for workers in (1, 3):
        assert {e.task: e.value for e in ended(tasks, workers)} == {t: t[1] ** 2 for t in tasks}


def test_no_task_is_no_work():
    assert ended([]) == []


def test_a_task_that_goes_wrong_ends_alone():
    bad = [("relief",), ("bug",), ("exit",), ("kill", signal.SIGKILL), ("kill", signal.SIGSEGV)]
    got = {e.task: e for e in ended([("square", 2), *bad, ("square", 3)])}
    assert got["square", 2].value == 4
    assert got["square", 3].value == 9
    assert all(got["square", n].reason is None for n in (2, 3))
    assert got["relief",].reason == ("中文。", "English.")
    assert all("ZeroDivisionError: oops" in text for text in got["bug",].reason)
    assert all("3" in text for text in got["exit",].reason)
    for number in (signal.SIGKILL, signal.SIGSEGV):
        assert all(number.name in text for text in got["kill", number].reason)


@pytest.mark.parametrize("how", ["sleep", "stubborn"])
def test_the_limit_ends_a_task_and_all_it_started(how, tmp_path, monkeypatch):
    monkeypatch.setattr(local, "GRACE_SECONDS", 0.5)
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
    assert gone(child)


def test_there_is_at_least_one_worker():
    assert 1 <= local.available_workers() <= os.cpu_count()
