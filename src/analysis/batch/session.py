"""A batch's files on one machine, and the processes there that make its reports."""

from __future__ import annotations

import tempfile
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree
from typing import Any

from analysis.batch.local import Pool
from analysis.batch.packed_batch import composer, unpack

# What is at work when a session ends is gone long before.
GRACE_SECONDS = 30.0

# A packed report, or the reason why there is none; None where the batch has no session here.
Answer = tuple[bytes | None, tuple[str, str] | None] | None


class Session:
    """What a machine holds and does for one batch.

    Parameters
    ----------
    home : str
        Folder for its own folder.
    inputs : bytes
    limit_seconds : float
    memory_mb : float
        What a report may take where its order sets no limit.
    threads : int
        Reports at once.
    """

    # What looks whether the batch goes on: kept here as long as the session is.
    watch: Any = None

    def __init__(
        self, home: str, inputs: bytes, limit_seconds: float, memory_mb: float, threads: int
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="relief-", dir=home))
        try:
            workplace, prepare = unpack(inputs, self.folder)
        except BaseException:
            rmtree(self.folder, ignore_errors=True)
            raise
        self._function = composer(workplace, memory_mb)
        self.threads = ThreadPoolExecutor(threads)
        self._pool = Pool(str(self.folder), limit_seconds, prepare)

    def make(self, packed: bytes) -> Answer:
        """Make a report; return None where the session is closed meanwhile."""
        try:
            return self._pool.submit(self._function, packed).result()
        except CancelledError:
            return None

    def close(self) -> None:
        """End what is at work, whoever waits for it, and clear away the files."""
        self._pool.close()
        self.threads.shutdown(wait=False, cancel_futures=True)
        rmtree(self.folder, ignore_errors=True)
