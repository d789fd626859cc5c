"""Which worker of a cluster gets which report, and what becomes of those of a lost one."""

import time
from types import SimpleNamespace

import pytest

pytest.importorskip("distributed")

from analysis.batch import cluster, cluster_workers
from analysis.batch.local import TRIES
from analysis.batch.remote import open_session
from analysis.batch.worker_versions import facts, facts_there
from analysis.errors import ClusterError, ReportError

NO_SESSION = object()


class Future:
    """A report on its way: what `answer` says becomes of it."""

    def __init__(self, answer):
        self.answer = answer

    def add_done_callback(self, tell):
        if self.answer is not None:
            tell(self)

    def result(self, timeout):
        if isinstance(self.answer, Exception):
            raise self.answer
        return None if self.answer is NO_SESSION else self.answer

    def cancelled(self):
        return False

    def release(self):
        pass

    cancel = release


class Client:
    """A cluster of workers that come and go as it is told."""

    status = "running"
    scheduler = SimpleNamespace(address="tcp://s")

    def __init__(self, **threads):
        self.threads, self.unlike, self.given = threads, {}, []
        self.answer = lambda address, order: (None, ("做", "made"))

    def nthreads(self, callback_timeout):
        return dict(self.threads)

    def run_on_scheduler(self, function):
        return facts()

    def run(self, function, *arguments, workers, on_error):
        if function is open_session:
            return dict.fromkeys(workers)
        assert function is facts_there
        return {each: facts() | self.unlike.get(each, {}) for each in workers}

    def submit(self, function, *arguments, key, workers=(), pure=None):
        if not workers:
            return Future(None)
        self.given.append((workers[0], arguments[1]))
        return Future(self.answer(workers[0], arguments[1]))


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    for module in (cluster_workers, cluster):
        monkeypatch.setattr(module, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(cluster_workers, "FIRST_SECONDS", 0.0)


def ended(client, orders):
    workers = cluster_workers.ClusterWorkers(client, b"", 60.0)
    workers.assemble()
    packer = SimpleNamespace(order=lambda order: order)
    return list(cluster._Run(client, workers, packer, orders).ended())


def test_workers_are_given_as_many_as_they_have_threads_and_one_ahead():
    client = Client(a=1, b=3)
    waits = []
    client.answer = lambda address, order: waits.append(address)
    workers = cluster_workers.ClusterWorkers(client, b"", 60.0)
    workers.assemble()
    going = cluster._Run(client, workers, SimpleNamespace(order=str), range(20))
    going._hand_out()
    assert sorted(waits) == ["a"] * 2 + ["b"] * 4
    going = cluster._Run(client, workers, SimpleNamespace(order=str), range(3))
    waits.clear()
    going._hand_out()
    assert sorted(waits) in (["a", "b", "b"], ["b", "b", "b"])


def test_what_a_lost_worker_had_is_given_to_another():
    client = Client(a=1, b=1)

    def answer(address, order):
        if address == "a":
            client.threads.pop("a", None)
            return None
        return None, ("做", "made")

    client.answer = answer
    got = ended(client, range(6))
    assert sorted(each.task for each in got) == list(range(6))
    assert {each.reason for each in got} == {("做", "made")}


def test_a_report_that_takes_its_worker_along_ends_after_its_tries():
    client = Client(w0=1)

    def answer(address, order):
        # A new worker comes for each that goes.
        if order == 0:
            client.threads = {f"w{len(client.given)}": 1}
            return None
        return None, ("做", "made")

    client.answer = answer
    got = {each.task: each.reason for each in ended(client, range(3))}
    assert f"each of {TRIES} times (last: worker w" in got[0][1]
    assert got[1] == got[2] == ("做", "made")
    assert [order for _, order in client.given].count(0) == TRIES


def test_what_fails_on_the_way_is_tried_again_and_told():
    client = Client(a=1)
    client.answer = lambda address, order: ReportError("没有进程。", "No process.")
    (got,) = ended(client, [7])
    assert "No process." in got.reason[1]
    assert "没有进程。" in got.reason[0]
    assert len(client.given) == TRIES


def test_a_worker_started_anew_at_its_old_address_gets_the_files_again():
    client = Client(a=1)
    opened = []
    run = client.run

    def count(function, *arguments, **options):
        opened.extend([1] if function is open_session else [])
        return run(function, *arguments, **options)

    client.run = count
    client.answer = lambda address, order: (
        NO_SESSION if len(client.given) == 1 else (None, ("做", "m"))
    )
    got = ended(client, range(3))
    assert sorted(each.task for each in got) == [0, 1, 2]
    assert len(opened) == 2


def test_an_unlike_worker_that_comes_later_is_told_and_not_used(capsys):
    client = Client(a=1)
    client.unlike["b"] = {"pandas": "0.1"}

    def answer(address, order):
        client.threads["b"] = 1
        time.sleep(0.002)
        return None, ("做", "made")

    client.answer = answer
    ended(client, range(5))
    assert {address for address, _ in client.given} == {"a"}
    said = capsys.readouterr().err
    assert said.count("worker b: pandas 0.1, here") == 1


def test_an_unlike_worker_at_the_start_is_refused():
    client = Client(a=1, b=1)
    client.unlike["b"] = {"Python": "2.7"}
    with pytest.raises(ClusterError, match=r"(?s)worker b: Python 2\.7，本机.*Python 2\.7, here"):
        ended(client, range(5))
    assert client.given == []


def test_no_worker_left_is_told_with_what_is_left(monkeypatch):
    monkeypatch.setattr(cluster, "AGAIN_SECONDS", 0.01)
    client = Client(a=1)

    def answer(address, order):
        client.threads.clear()

    client.answer = answer
    with pytest.raises(ClusterError, match=r"(?s)还有 4 份.*with 4 reports left"):
        ended(client, range(4))
