"""What a Dask worker does for a batch, without Dask: files unpacked, reports made, all ended."""

import asyncio
import multiprocessing
import pickle
import threading
import zlib
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial
from math import inf
from pathlib import Path

import pytest
from batch.tiny_notebooks import gone, leave_pid, pids, wait_until, write_notebook
from cases import replace_once, small_case

from analysis.batch import local, remote
from analysis.batch.jobs import Order, load_roster, plan
from analysis.batch.limits import Limits
from analysis.batch.local import Pool, run
from analysis.batch.remote import Packer, Workplace, compose_packed, unlike, unpack
from analysis.batch.report import make
from analysis.batch.server import Server
from analysis.case_folder import PLACES, find_folder
from analysis.errors import ReportError

UNITS = ("100001", "100002", "100000-home")
MEETS = (
    "import time, pathlib\nwhile len(list(pathlib.Path({0!r}).iterdir())) < {1}: time.sleep(0.01)"
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with the small case, and folders for what notebooks and sessions leave."""
    small_case(tmp_path / "case")
    (tmp_path / "left").mkdir()
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def orders(*cells, limits=None, case="case", units=UNITS):
    notebook = write_notebook(Path("tiny.ipynb").absolute(), *cells)
    jobs = plan(load_roster(str(case)), [notebook], units, ["zh"])
    return [Order(job, Path(f"{job.name}.html"), limits=limits or Limits()) for job in jobs]


def packer(todo):
    return Packer(todo, {"case": todo[0].job.case.path, "rehearsed": []})


class There:
    """A place that makes the reports of a packed batch."""

    def __init__(self, home, packed, memory_mb=inf, limit_seconds=60.0):
        self.packed = packed
        workplace, prepare = unpack(packed.inputs, home)
        self.compose = partial(compose_packed, workplace, memory_mb)
        self.pool = Pool(str(home), limit_seconds, prepare)

    def begin(self, order):
        return self.pool.submit(self.compose, self.packed.order(order))

    def make(self, order):
        return self.begin(order).result(120)


@pytest.fixture
def there(here):
    """Return what opens a place for some orders; it is closed at the end."""
    opened = []

    def open_one(packed, **limits):
        home = here / "home" / str(len(opened))
        home.mkdir()
        opened.append(There(home, packed, **limits))
        return opened[-1]

    yield open_one
    for each in opened:
        each.pool.close()


def test_reports_are_made_beside_each_other(here, there):
    left = here / "left"
    todo = orders(leave_pid(left), MEETS.format(str(left), len(UNITS)))
    one = there(packer(todo))
    answers = [each.result(120) for each in [one.begin(order) for order in todo]]
    assert all(reason is None for _, reason in answers)
    assert all(pickle.loads(report).files[".html"] for report, _ in answers)  # noqa: S301
    assert len(pids(left)) == len(UNITS)


def test_the_limit_of_time_acts_as_at_home(there):
    limits = Limits(run_seconds=0.3)
    todo = orders("import time\ntime.sleep(5)", limits=limits, units=UNITS[:1])
    (ended,) = run(make, todo, workers=1, limit_seconds=60.0)
    assert there(packer(todo)).make(todo[0]) == (None, ended.reason)


def test_where_an_order_sets_no_limit_of_memory_the_machine_does(there):
    (free,) = orders("import time\ntime.sleep(5)", units=UNITS[:1])
    bound = replace(free, limits=Limits(run_seconds=1.0, memory_mb=5000.0))
    small = there(packer([free, bound]), memory_mb=1.0)
    assert "more than the limit of 1 MB" in small.make(free)[1][1]
    assert "more than 1 seconds" in small.make(bound)[1][1]


@pytest.mark.parametrize("when", ["while it loads", "while it prepares", "while it makes a report"])
def test_closing_ends_what_is_at_work_at_once(when, here, there):
    left = here / "left"
    if when.endswith("loads"):
        Server.end_idle()
    else:
        list(run(make, orders(units=UNITS[:1]), workers=1, limit_seconds=60.0))
    todo = orders(leave_pid(left), "import subprocess\nsubprocess.run(['sleep', '120'])")
    one = there(packer(todo))
    future = one.begin(todo[0])
    wait_until(lambda: pids(left) if when.endswith("report") else one.pool._source)
    server = one.pool._source.pid
    closing = threading.Thread(target=one.pool.close)
    closing.start()
    with pytest.raises(CancelledError):
        future.result(10)
    closing.join(10)
    with pytest.raises(CancelledError):
        one.begin(todo[0])
    assert gone(server)
    assert all(map(gone, pids(left)))
    # What comes next has a server of its own.
    (next_one,) = orders(units=UNITS[:1])
    assert there(packer([next_one])).make(next_one)[1] is None


def test_what_is_not_forked_finds_its_case_too(here, there, monkeypatch):
    monkeypatch.setattr(local, "can_fork", lambda: False)
    reads = "from analysis.case import load_case\nload_case(case).amount_wan()[unit]"
    todo = orders(reads, case=here / "case", units=UNITS[:1])
    packed = packer(todo)
    replace_once(here / "case" / "population.csv", "600,600,600", "broken")
    assert there(packed).make(todo[0])[1] is None


def test_a_worker_that_may_start_no_process_is_refused(monkeypatch):
    monkeypatch.setattr(remote, "can_fork", lambda: False)
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)
    with pytest.raises(RuntimeError) as caught:
        asyncio.run(remote.facts_there())
    assert unlike({}, caught.value)[1] == "start it as dask worker --no-nanny"


@pytest.mark.parametrize("named", ["case", ".", "../case", "x/../../../case", "../../case/"])
def test_a_relative_case_lies_in_its_place(named, tmp_path, monkeypatch):
    work = tmp_path / "a" / "b" / "c" / "x"
    work.mkdir(parents=True)
    monkeypatch.chdir(work.parent)
    folder = small_case(Path(named).resolve() if named != "." else work.parent)
    todo = orders(case=named, units=UNITS[:1])
    root = tmp_path / "there"
    root.mkdir()
    place, _ = unpack(packer(todo).inputs, root)
    monkeypatch.setenv(PLACES, "")
    place.enter()
    found = find_folder(Path(todo[0].job.case.path))
    for name in todo[0].job.case.inputs:
        assert (found / name).read_bytes() == (folder / name).read_bytes()
    assert found.resolve().is_relative_to(root)


def test_a_packed_order_says_what_it_would_say_at_home(here):
    (order,) = orders(units=UNITS[:1])
    parts = pickle.loads(packer([order]).order(order))  # noqa: S301
    job = Workplace("/w", "/n", {}).job(parts["job"])
    assert parts["command"] == order.job.command(order.html)
    assert parts["html"] == order.html.name
    assert job.all_parameters() == order.job.all_parameters()
    assert job.name == order.job.name


@pytest.mark.parametrize("file", ["../" * 30 + "outside.csv", "case/" + "../" * 31 + "outside.csv"])
def test_no_file_is_put_outside(file, tmp_path):
    packed = {"cases": {"case": {file: b""}}, "notebooks": {}, "prepare": {}}
    (tmp_path / "root").mkdir()
    with pytest.raises(ValueError, match=r"outside\.csv"):
        unpack(zlib.compress(pickle.dumps(packed)), tmp_path / "root")
    assert not list(tmp_path.rglob("outside.csv"))


def test_files_changed_or_gone_since_the_plan_are_told(here):
    todo = orders(units=UNITS[:1])
    replace_once(here / "case" / "population.csv", "600,600,600", "601,601,601")
    with pytest.raises(ReportError, match=r"(?s)被改动.*population\.csv was changed"):
        packer(todo)
    (here / "case" / "population.csv").unlink()
    with pytest.raises(ReportError, match=r"population\.csv cannot be read: No such file"):
        packer(todo)
