"""What was begun and never finished is cleared away; what is being written is not."""

import os
import subprocess
import sys
import time

import psutil

from analysis.batch.folder import alone_in

DAY = 86_400


def parts(folder):
    return sorted(path.name for path in folder.glob(".*.part"))


def leave(folder, pid, written=None):
    path = folder / f".a.html.{pid}.part"
    path.touch()
    if written is not None:
        os.utime(path, (written, written))
    return path.name


def test_parts_of_processes_that_are_gone_are_cleared_before_and_after(tmp_path):
    leave(tmp_path, 999999999)
    with alone_in(tmp_path, tmp_path / "none"):
        assert parts(tmp_path) == []
        leave(tmp_path, 999999999)
    assert parts(tmp_path) == []


def test_a_part_of_a_live_process_stays_unless_it_is_older_than_the_process(tmp_path):
    parent = os.getppid()
    begun = psutil.Process(parent).create_time()
    with alone_in(tmp_path):
        name = leave(tmp_path, parent)
    assert parts(tmp_path) == [name]
    # Since then the machine was started again, and another process has the number.
    leave(tmp_path, parent, written=begun - DAY)
    with alone_in(tmp_path):
        assert parts(tmp_path) == []


def test_a_part_of_this_process_was_interrupted(tmp_path):
    with alone_in(tmp_path):
        leave(tmp_path, os.getpid())
    assert parts(tmp_path) == []


def test_a_part_of_a_killed_process_that_nobody_has_waited_for_goes(tmp_path):
    killed = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE)
    leave(tmp_path, killed.pid)
    killed.kill()
    while psutil.Process(killed.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    with alone_in(tmp_path):
        assert parts(tmp_path) == []
    killed.communicate()


def test_one_that_cannot_be_removed_stops_nothing(tmp_path):
    (tmp_path / ".a.html.999999999.part").mkdir()
    with alone_in(tmp_path):
        pass
    assert len(parts(tmp_path)) == 1
