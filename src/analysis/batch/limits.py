"""What a notebook may take: time for a cell and for all of it, and memory."""

from __future__ import annotations

import time
from dataclasses import dataclass

from analysis.batch.processes import machine_memory_mb, memory_mb
from analysis.errors import ReportError

# How often a notebook's memory is looked at.
LOOK_SECONDS = 0.2
# Of the machine's memory, what all reports at work may take together.
MEMORY_SHARE = 0.8


@dataclass(frozen=True)
class Limits:
    """What one run of a notebook may take.

    Parameters
    ----------
    run_seconds : float
        Time on the clock from its start to its end.
    cell_seconds : float
        Time of each cell.
    memory_mb : float
        Memory of its process and all that it starts, in MB (10^6 bytes), what it shares with
        others included.
    """

    run_seconds: float = 900.0
    cell_seconds: float = 600.0
    memory_mb: float = float("inf")

    @classmethod
    def of(
        cls,
        run_seconds: float | None = None,
        cell_seconds: float | None = None,
        memory_mb: float | None = None,
        *,
        at_once: int = 1,
    ) -> Limits:
        """Return the limits that were given; by default memory is shared by those at work."""
        return cls(
            run_seconds=cls.run_seconds if run_seconds is None else run_seconds,
            cell_seconds=cls.cell_seconds if cell_seconds is None else cell_seconds,
            memory_mb=memory_mb or MEMORY_SHARE * machine_memory_mb() / at_once,
        )


UNHURRIED = Limits()


class LimitError(ReportError):
    """A notebook took more time or memory than it may."""


class Watch:
    """Looks whether a running notebook keeps within its limits.

    Parameters
    ----------
    limits : Limits
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.deadline = time.monotonic() + limits.run_seconds
        self._next_look = time.monotonic() + LOOK_SECONDS

    def look(self, pid: int) -> None:
        """Raise a `LimitError` where the process is beyond its limits."""
        now = time.monotonic()
        if now >= self.deadline:
            seconds = f"{self.limits.run_seconds:g}"
            raise LimitError(
                f"整个运行超过时限 {seconds} 秒，已终止。可用 --time-limit 放宽",
                f"the whole run took more than {seconds} seconds and was ended; --time-limit "
                "allows more",
            )
        if now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        taken = memory_mb(pid)
        if taken > self.limits.memory_mb:
            raise LimitError(
                f"占用内存 {taken:.0f} MB，超过上限 {self.limits.memory_mb:.0f} MB，已终止。"
                "可用 --memory-limit 放宽",
                f"it took {taken:.0f} MB of memory, more than the limit of "
                f"{self.limits.memory_mb:.0f} MB, and was ended; --memory-limit allows more",
            )
