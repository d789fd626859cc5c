"""What a batch tells its user while it works and at its end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from analysis.reports.index import IndexEntry
from analysis.words import LANGUAGES, catalogue


@contextmanager
def progress(total: int) -> Iterator[Callable[[IndexEntry], None]]:
    """Show a bar with the time left on a terminal, and plain lines in a log."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        count = iter(range(1, total + 1))
        yield lambda entry: print(f"[{next(count)}/{total}] {_line(entry)}", file=sys.stderr)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeLeft())
    with Progress(*columns, console=console) as shown:
        bar = shown.add_task("", total=total)

        def advance(entry: IndexEntry) -> None:
            shown.update(bar, advance=1, description=entry.place)
            if entry.failed:
                shown.console.print(_line(entry), markup=False, style="red")

        yield advance


def say_end(
    index: Path, *, made: int, kept: int, failed: Sequence[IndexEntry], removed: int, outdated: int
) -> None:
    """Print where the index is, how many reports went which way, and how to repeat the failed."""
    print(index)
    counts = {"made": made, "kept": kept, "failed": len(failed)}
    for words in map(catalogue, LANGUAGES):
        print(words("cli.batch_end", **counts))
        if removed:
            print(words("cli.batch_removed", count=removed))
        if outdated:
            print(words("cli.batch_outdated", count=outdated))
    for entry in failed:
        print(f"\n{_in_both('cli.rerun')}: {entry.command}")


def say_damaged(out: Path) -> None:
    """Tell that the account could not be read, and what became of it."""
    for words in map(catalogue, LANGUAGES):
        print(words("cli.ledger_damaged", out=out), file=sys.stderr)


def _line(entry: IndexEntry) -> str:
    if not entry.failed:
        return entry.place
    return f"{_in_both('cli.failed')}: {entry.place}\n{entry.reason_zh}\n{entry.reason_en}"


def _in_both(key: str) -> str:
    return " ".join(catalogue(lang)(key) for lang in LANGUAGES)
