"""The output folder of a batch: for one batch at a time, and without half-written files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from analysis.errors import ReportError, UsageError
from analysis.words import refusal

# How far a file server's clock may be behind this machine's.
CLOCKS_SECONDS = 60.0


@contextmanager
def alone_in(out: Path, *below: Path) -> Iterator[None]:
    """Make a folder and keep it for this batch; raises where another batch has it.

    What processes that were ended had begun to write, in it and in folders below it, is cleared
    away before and after.
    """
    from filelock import FileLock, Timeout

    if out.exists() and not out.is_dir():
        raise refusal(UsageError, "batch_error.out_is_file", out=out)
    lock = FileLock(out / ".lock", timeout=0)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise refusal(ReportError, "batch_error.out_taken", out=out) from error
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refusal(ReportError, "batch_error.out_unusable", out=out, reason=reason) from error
    try:
        _clear_parts([out, *below])
        yield
    finally:
        _clear_parts([out, *below])
        lock.release()


def _clear_parts(folders: Iterable[Path]) -> None:
    for folder in folders:
        for part in folder.glob(".*.part"):
            writer = part.name.split(".")[-2]
            # A disk that cannot be written is told of by what needs it.
            with suppress(OSError):
                if writer.isdigit() and not _writes(int(writer), part.stat().st_mtime):
                    part.unlink()


def _writes(pid: int, written: float) -> bool:
    """Tell whether a process may be at work on a file that was last written at a time."""
    if pid == os.getpid():
        # This one writes nothing where it clears away; it may have been interrupted.
        return False
    try:
        # After a restart of the machine its number may be another's.
        writer = psutil.Process(pid)
        if writer.status() == psutil.STATUS_ZOMBIE:
            return False
        return bool(writer.create_time() <= written + CLOCKS_SECONDS)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
