"""The command ``relief`` run in a test's own process."""

import re
import signal
import sys
from dataclasses import dataclass

import pytest

from analysis.cli import main


@dataclass(frozen=True)
class Ran:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def relief(monkeypatch, capsys):
    """Run a command in this process, as the script does, and return how it ended."""
    before = {kind: signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM)}

    def run(*words, cwd=None):
        monkeypatch.setattr(sys, "argv", ["relief", *map(str, words)])
        if cwd:
            monkeypatch.chdir(cwd)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return Ran(ended.value.code, *capsys.readouterr())

    yield run
    for kind, handler in before.items():
        signal.signal(kind, handler)


def is_told(ran, code, *texts):
    """Check that a command ended with a code and said why, in both languages, on stderr."""
    assert ran.returncode == code, ran.stderr
    assert "Traceback" not in ran.stderr
    assert re.search("[\u4e00-\u9fff]", ran.stderr)
    assert re.search("(?m)^[^\u4e00-\u9fff]*[A-Za-z]+ [a-z]+", ran.stderr)
    assert all(text in ran.stderr for text in texts), ran.stderr
