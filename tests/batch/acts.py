"""What tests ask of a worker; it loads nothing that takes long."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
            leave(more[1], time.monotonic_ns())
            os.kill(os.getpid(), more[0])
        case "kill once":
            if not any(more[0].iterdir()):
                leave(more[0], os.getpid())
                os.kill(os.getpid(), signal.SIGKILL)
            return "done"
        case "orphan":
            grandchild(more[0])
            return os.getpid()
        case "pid":
            return os.getpid()
        case "no temporary folder":
            shutil.rmtree(Path(tempfile.gettempdir()).parent)
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
