"""Files appear whole or not at all."""

import os
import signal
import sys

import pytest

from analysis.errors import ReportError
from analysis.report import files
from analysis.report.files import write_together, write_whole


def test_a_file_is_written_and_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new" / "报告.html"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.html"
    write_whole(path, b"old")

    def full_disk(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ReportError, match="No space left on device"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_is_no_folder_is_said(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ReportError, match="Cannot write"):
        write_whole(tmp_path / "file" / "a.html", b"x")


def test_a_folder_in_a_files_place_is_said_before_anything_is_changed(tmp_path):
    page, data = tmp_path / "n.html", tmp_path / "n.json"
    write_whole(page, b"1")
    data.mkdir()
    with pytest.raises(ReportError, match=r"n\.json: Is a directory"):
        write_together({data: b"2", page: b"2"})
    assert page.read_bytes() == b"1"
    assert sorted(tmp_path.iterdir()) == [page, data]


def test_an_interrupt_leaves_no_part(tmp_path, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a.html", b"x")
    assert list(tmp_path.iterdir()) == []


def killed_at(line, contents):
    """Write files in a process that is killed before so many lines; tell whether it was."""
    pid = os.fork()
    if pid == 0:
        left = line

        def trace(frame, event, _):
            nonlocal left
            if frame.f_code.co_filename != files.__file__:
                return None
            left -= event == "line"
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        write_together(contents)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_at_whatever_line_it_is_killed_no_file_is_half_nor_a_page_beside_others(tmp_path):
    paths = [tmp_path / name for name in ("n.ipynb", "n.json", "n.html")]
    one, two = (dict.fromkeys(paths, letter * 3000) for letter in (b"1", b"2"))
    line, seen = 0, set()
    write_together(one)
    while killed_at(line, two):
        found = [path.read_bytes() if path.exists() else b"" for path in paths]
        # Only the page may be missing, and where it is, all is of its moment.
        assert set(found[:2]) <= {b"1" * 3000, b"2" * 3000}
        assert found[2] == b"" or len(set(found)) == 1
        seen.add(tuple(content[:1] for content in found))
        write_together(one)
        assert len(list(tmp_path.glob("n.*"))) == 3
        line += 1
    assert [path.read_bytes()[:1] for path in paths] == [b"2"] * 3
    assert {(b"1", b"1", b"1"), (b"2", b"1", b""), (b"2", b"2", b"")} <= seen


def test_files_that_belong_together_are_never_of_two_moments(tmp_path, monkeypatch):
    page, data = tmp_path / "n.html", tmp_path / "n.json"
    write_together({data: b"1", page: b"1"})
    assert (page.read_bytes(), data.read_bytes()) == (b"1", b"1")

    def full_disk(_):
        if len(list(tmp_path.glob(".*.part"))) == 2:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", full_disk)
        with pytest.raises(ReportError, match=r"n\.html: No space left"):
            write_together({data: b"2", page: b"2"})
    assert (page.read_bytes(), data.read_bytes()) == (b"1", b"1")
    assert len(list(tmp_path.iterdir())) == 2

    seen = []
    replace = type(page).replace

    def look(part, path):
        seen.append((page.exists(), path))
        return replace(part, path)

    monkeypatch.setattr(type(page), "replace", look)
    write_together({data: b"3", page: b"3"})
    assert seen == [(False, data), (False, page)]
    assert (page.read_bytes(), data.read_bytes()) == (b"3", b"3")
