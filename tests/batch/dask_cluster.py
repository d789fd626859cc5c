"""A Dask scheduler and workers of their own, on this machine, for tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
from batch.tiny_notebooks import gone, wait_until

from analysis.batch.processes import end_with_parent

LOCAL = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")


class Cluster:
    """A scheduler and its workers; each is ended with all that it started."""

    def __init__(self, folder):
        self.folder, self.workers, self.started = folder, [], []
        file = folder / "scheduler.json"
        self._start("scheduler", "--port", "0", "--scheduler-file", file)
        wait_until(lambda: file.exists() and file.read_text(encoding="utf-8").endswith("}"))
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]

    def add_worker(self, *options, path="", nthreads=1):
        """Start a worker; `path` stands before the others that it imports from."""
        home = self.folder / f"worker-{len(self.workers)}"
        options = ("--nthreads", str(nthreads), "--local-directory", home, *options)
        process = self._start("worker", self.address, *options, path=path)
        self.workers.append(process)
        return process

    def _start(self, what, *options, path=""):
        paths = [str(path), os.environ.get("PYTHONPATH", "")]
        with (self.folder / f"log-{len(self.started)}.txt").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", *LOCAL, *options],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self.started.append(process)
        return process

    def process_of(self, nanny):
        """Return the process that a nanny looks after."""
        (found,) = (each.pid for each in self.family(nanny) if "spawn_main" in str(each.cmdline()))
        return found

    def ours(self):
        """Return the processes that make reports."""
        found = []
        for worker in self.workers:
            for child in self.family(worker)[1:]:
                try:
                    if "analysis.batch.server" in child.cmdline() and not gone(child.pid):
                        found.append(child.pid)
                except psutil.NoSuchProcess:
                    continue
        return found

    def files(self):
        # Unlike `Path.rglob`, this minds no folder that goes while it is looked at.
        walk = os.walk(self.folder)
        return [Path(at, name) for at, names, _ in walk for name in names if name[:7] == "relief-"]

    def family(self, process):
        try:
            parent = psutil.Process(process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def log(self):
        return "\n".join(path.read_text() for path in Path(self.folder).glob("log-*.txt"))

    def end(self):
        for process in reversed(self.started):
            for each in self.family(process):
                each.kill()
            process.wait(10)
