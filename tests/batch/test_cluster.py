"""A batch on a Dask cluster makes what the local pool makes, and leaves nothing behind."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from batch.dask_cluster import Cluster
from batch.tiny_notebooks import gone, leave_pid, pids, wait_until, write_notebook
from cases import small_case

pytest.importorskip("distributed")

from analysis.batch import cluster, local
from analysis.batch.jobs import Order, load_roster, plan
from analysis.batch.report import make
from analysis.errors import ClusterError

UNITS = ("100001", "100002", "100000-home")
ENDINGS = ("html", "ipynb", "json", "xlsx")
FAILS = "if unit == '100002': raise ValueError('坏 broken')"
READS = "from analysis.case import load_case\nload_case(case).amount_wan()[unit]"


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    """Start a scheduler and two workers."""
    started = Cluster(tmp_path_factory.mktemp("dask"))
    started.add_worker()
    started.add_worker()
    yield started
    started.end()


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with the small case below another, and a place for what notebooks leave."""
    small_case(tmp_path / "案例" / "case")
    folder = tmp_path / "工作 folder"
    folder.mkdir()
    (tmp_path / "left").mkdir()
    monkeypatch.chdir(folder)
    return tmp_path


def orders(notebook, out, case="../案例/case", units=UNITS, langs=("zh",)):
    jobs = plan(load_roster(str(case)), [Path(notebook)], units, langs)
    return [Order(job, Path(out) / f"{job.name}.html", commit="abc") for job in jobs]


def common(todo):
    return {"case": todo[0].job.case.path, "rehearsed": []}


def run(todo, scheduler, limit_seconds=120.0):
    return cluster.run(todo, scheduler=scheduler, limit_seconds=limit_seconds, prepare=common(todo))


def at_home(todo):
    return local.run(make, todo, workers=2, limit_seconds=120.0, prepare=common(todo))


def files(out):
    found = [path for path in Path(out).rglob("*") if path.is_file()]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


def reasons(ended):
    return {each.task.html.as_posix(): each.reason for each in ended}


def nothing_left(dask):
    wait_until(lambda: not dask.ours() and not dask.files(), 60)


def test_the_bytes_are_those_of_the_local_pool(dask, here):
    """Whether the case is called by a path from the working folder or from the root."""
    notebook = write_notebook(here / "tiny.ipynb", FAILS, READS)
    away_from_here = here / "案例" / "case"
    todo = orders(notebook, "out") + orders(notebook, "out/root", away_from_here, UNITS[:1])
    away = reasons(run(todo, dask.address))
    nothing_left(dask)
    Path("out").rename("away")
    assert away == reasons(at_home(todo))
    assert files("away") == files("out")
    made = [*(f"tiny.{unit}.zh" for unit in ("100001", "100000-home")), "root/tiny.100001.zh"]
    assert sorted(files("out")) == sorted(f"{name}.{end}" for name in made for end in ENDINGS)
    assert "ValueError: 坏 broken" in away["out/tiny.100002.zh.html"][1]


def test_a_worker_that_is_killed_costs_no_report(dask, here):
    left, go_on = here / "left", here / "go on"
    waits = (
        f"import pathlib, time\nwhile not pathlib.Path({str(go_on)!r}).exists(): time.sleep(0.01)"
    )
    todo = orders(write_notebook(here / "tiny.ipynb", leave_pid(left), waits), "out")
    going = run(todo, dask.address)
    ended = []
    taking = threading.Thread(target=lambda: ended.extend(going))
    taking.start()
    wait_until(lambda: len(pids(left)) == 2)
    os.kill(dask.process_of(dask.workers[0]), signal.SIGKILL)
    go_on.touch()
    taking.join()
    assert reasons(ended) == {order.html.as_posix(): None for order in todo}
    assert len(ended) == len(todo)
    assert len(files("out")) == len(todo) * len(ENDINGS)
    nothing_left(dask)
    # One was begun twice.
    assert len(pids(left)) == len(todo) + 1
    assert all(map(gone, pids(left)))


def test_leaving_early_ends_what_runs_and_what_waits(dask, here):
    left = here / "left"
    sleeps = "import subprocess\nif unit != '100001': subprocess.run(['sleep', '120'])"
    notebook = write_notebook(here / "tiny.ipynb", leave_pid(left), sleeps)
    going = run(orders(notebook, "out", langs=("zh", "en")), dask.address)
    assert next(going).task.job.unit_code == "100001"
    wait_until(lambda: len([pid for pid in pids(left) if not gone(pid)]) == 2)
    begun = time.monotonic()
    going.close()
    assert time.monotonic() - begun < 10
    assert dask.ours() == []
    assert dask.files() == []
    assert all(map(gone, pids(left)))


def test_workers_end_a_batch_whose_client_is_gone(dask, here, monkeypatch):
    monkeypatch.setattr(cluster._Workers, "dismiss", lambda _: None)
    notebook = write_notebook(here / "tiny.ipynb", "import time; time.sleep(120)")
    going = run(orders(notebook, "out"), dask.address)
    monkeypatch.setattr(cluster._Going, "hand_out", hand_out_and_stop(cluster._Going.hand_out))
    with pytest.raises(KeyboardInterrupt):
        next(going)
    assert len(dask.files()) == 2
    nothing_left(dask)


def hand_out_and_stop(hand_out):
    """Return what hands out reports once, and then stops as Ctrl-C would."""

    def stop(*what):
        hand_out(*what)
        raise KeyboardInterrupt

    return stop


def test_a_report_that_takes_its_worker_along_ends_and_no_worker_left_is_told(
    tmp_path, here, monkeypatch
):
    monkeypatch.setattr(cluster, "AGAIN_SECONDS", 3.0)
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    (tmp_path / "bare").mkdir()
    kills = (
        "import psutil\nfor each in psutil.Process().parents():\n"
        "    if 'distributed.cli.dask_worker' in each.cmdline(): each.kill()"
    )
    fatal = orders(write_notebook(here / "fatal.ipynb", kills), "out", units=UNITS[:1])
    sound = orders(write_notebook(here / "tiny.ipynb"), "out", units=UNITS[:1])
    bare = Cluster(tmp_path / "bare")
    try:
        for _ in range(2):
            bare.add_worker("--no-nanny")
        (ended,) = run(fatal, bare.address)
        assert all("KilledWorker" in text for text in ended.reason)
        assert [each.reason for each in run(sound, bare.address)] == [None]
        (ended,) = run(fatal, bare.address)
        assert "KilledWorker" in ended.reason[1]
        monkeypatch.setattr(cluster._Workers, "assemble", lambda _: None)
        with pytest.raises(ClusterError, match=r"(?s)还有 1 份.*with 1 reports left"):
            list(run(sound, bare.address))
    finally:
        bare.end()


def test_an_unlike_worker_that_comes_later_is_told_and_not_used(tmp_path, here, capsys):
    (tmp_path / "bare").mkdir()
    old_version(tmp_path / "other")
    go_on = here / "go on"
    waits = (
        f"import pathlib, time\nwhile not pathlib.Path({str(go_on)!r}).exists(): time.sleep(0.01)"
    )
    todo = orders(write_notebook(here / "tiny.ipynb", waits), "out")
    bare, ended, said = Cluster(tmp_path / "bare"), [], []
    try:
        bare.add_worker("--no-nanny")
        taking = threading.Thread(target=lambda: ended.extend(run(todo, bare.address)))
        taking.start()
        wait_until(bare.ours)
        bare.add_worker("--no-nanny", path=tmp_path / "other")

        def told():
            said.append(capsys.readouterr().err)
            return "another version of relief-analysis" in "".join(said)

        wait_until(told)
        go_on.touch()
        taking.join()
    finally:
        bare.end()
    assert [each.reason for each in ended] == [None] * len(todo)
    assert "".join(said).count("another version of relief-analysis") == 1


def old_version(folder):
    (folder / "analysis").mkdir(parents=True)
    (folder / "analysis" / "__init__.py").write_text("__version__ = '0.0.1'\n")


def test_a_scheduler_without_workers_or_with_unlike_ones_is_told(tmp_path, here, monkeypatch):
    monkeypatch.setattr(cluster, "FIRST_SECONDS", 0.2)
    (tmp_path / "bare").mkdir()
    old_version(tmp_path / "other")
    todo = orders(write_notebook(here / "tiny.ipynb", leave_pid(here / "left")), "out")
    bare = Cluster(tmp_path / "bare")
    try:
        with pytest.raises(ClusterError, match=r"(?s)没有工作进程.*dask worker tcp://127"):
            next(run(todo, bare.address))
        bare.add_worker("--no-nanny", path=tmp_path / "other")
        monkeypatch.setattr(cluster, "FIRST_SECONDS", 30.0)
        with pytest.raises(ClusterError, match=r"worker tcp://127\S+: another version of relief"):
            next(run(todo, bare.address))
    finally:
        bare.end()
    assert pids(here / "left") == []
    assert not Path("out").exists()


def test_a_scheduler_that_is_lost_is_told(tmp_path, here):
    (tmp_path / "bare").mkdir()
    todo = orders(write_notebook(here / "tiny.ipynb", "import time; time.sleep(120)"), "out")
    bare = Cluster(tmp_path / "bare")
    bare.add_worker("--no-nanny", "--death-timeout", "1")
    try:
        found = []
        taking = threading.Thread(target=lambda: found.append(raised(run(todo, bare.address))))
        taking.start()
        wait_until(bare.ours)
        bare.started[0].kill()
        taking.join(20)
        assert "3 reports left" in str(found[0])
        assert "运行同一命令" in str(found[0])
        wait_until(lambda: not bare.ours(), 60)
    finally:
        bare.end()


def raised(going):
    with pytest.raises(ClusterError) as caught:
        list(going)
    return caught.value


def test_no_scheduler_is_told(here, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    todo = orders(write_notebook(here / "tiny.ipynb"), "out")
    for address in ("tcp://127.0.0.1:1", "tls://127.0.0.1:1", "carrier-pigeon://loft"):
        with pytest.raises(ClusterError, match=f"(?s)无法连接.*{address} cannot be reached"):
            next(run(todo, address))


def test_without_dask_it_says_what_to_install(here, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    todo = orders(write_notebook(here / "tiny.ipynb"), "out")
    with pytest.raises(ClusterError, match=r'pip install "relief-analysis\[cluster\]"'):
        next(run(todo, "tcp://127.0.0.1:1"))


def test_no_order_needs_no_cluster():
    assert list(cluster.run([], scheduler="", limit_seconds=1.0, prepare={})) == []
