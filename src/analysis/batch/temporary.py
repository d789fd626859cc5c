"""A batch's folder for temporary files: gone after it, or, where it was killed, after the next."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "relief-batch-"
# Environment variables that say where matplotlib and IPython keep settings.
SETTINGS = ("MPLCONFIGDIR", "IPYTHONDIR")


@contextmanager
def temporary_folder() -> Iterator[str]:
    """Make a folder for temporary files and remove it afterwards.

    It is locked while it is in use, so that those of batches that were killed are known by their
    lock being free, and are removed, too.

    Raises
    ------
    OSError
        If there is no place for one.
    """
    remove_abandoned()
    folder, lock = _make()
    try:
        with _settings_in(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


@contextmanager
def _settings_in(folder: str) -> Iterator[None]:
    """Let packages keep their settings here where the user's own folder cannot be written.

    Else each makes a folder of its own here, and complains at its end that it is gone.
    """
    home = Path("~").expanduser()
    writable = home.is_dir() and os.access(home, os.W_OK)
    names = [] if writable else [name for name in SETTINGS if name not in os.environ]
    os.environ.update(dict.fromkeys(names, folder))
    try:
        yield
    finally:
        for name in names:
            del os.environ[name]


def _make() -> tuple[str, int | None]:
    while True:
        folder = tempfile.mkdtemp(prefix=PREFIX)
        lock = _lock(folder, wait=True)
        # Another batch may have taken it for abandoned before it was locked.
        if Path(folder).is_dir():
            return folder, lock
        if lock is not None:
            os.close(lock)


def remove_abandoned() -> None:
    """Remove the folders of batches that were killed."""
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            lock = _lock(str(folder), wait=False)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _lock(folder: str, *, wait: bool) -> int | None:
    """Lock a folder of this user's; None where that cannot be done, or another process has it."""
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = -1
    with suppress(OSError):
        # Whoever may write into the folder of all temporary files may put a link there.
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        if os.fstat(descriptor).st_uid == os.getuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            return descriptor
    if descriptor >= 0:
        os.close(descriptor)
    return None
