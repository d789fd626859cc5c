"""What a batch tells its user: what it would do, how far it is, and what came of it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.words import LANGUAGES, catalogue, side_by_side

if TYPE_CHECKING:
    from analysis.report.listing import IndexEntry

# What became of a report; the order of the summary's columns.
OUTCOMES = ("made", "kept", "failed", "left")


@contextmanager
def progress(total: int) -> Iterator[Callable[[IndexEntry], None]]:
    """Show a bar with the time left on a terminal, and plain lines in a log."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        print(f"{total} {side_by_side('cli.to_make')}", file=sys.stderr, flush=True)
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
            if not entry.made:
                shown.console.print(_line(entry), markup=False, style="red")

        yield advance


def say_plan(why: Mapping[str, str], *, kept: int, removed: Sequence[str]) -> None:
    """Print which reports would be made, each with the reason, and which removed."""
    for place, reason in why.items():
        print(f"{place}  {side_by_side(f'cli.why_{reason}')}")
    for place in removed:
        print(f"{place}  {side_by_side('cli.why_removed')}")
    for words in map(catalogue, LANGUAGES):
        print(words("cli.plan_end", made=len(why), kept=kept, removed=len(removed)))


def say_end(
    index: Path,
    ended: Sequence[IndexEntry],
    *,
    due: Container[str],
    removed: int,
    outdated: int,
) -> None:
    """Print where the index is, what became of the reports, and how to repeat those that failed.

    Parameters
    ----------
    index : Path
    ended : sequence of IndexEntry
        The reports that the batch was asked for.
    due : container of str
        Places of those that it had to make.
    removed : int
        Reports removed with their unit.
    outdated : int
        Reports out of date that it was not asked for.
    """
    outcomes = [_outcome(entry, entry.place in due) for entry in ended]
    counts = Counter(outcomes)
    print(index)
    _print_summary(zip((entry.notebook for entry in ended), outcomes, strict=True))
    for words in map(catalogue, LANGUAGES):
        print(words("cli.batch_end", **{name: counts[name] for name in OUTCOMES[:3]}))
        for name, count in (("left", counts["left"]), ("removed", removed), ("outdated", outdated)):
            if count:
                print(words(f"cli.batch_{name}", count=count))
    for entry in ended:
        if entry.state == "failed":
            print(f"\n{side_by_side('cli.rerun')}: {entry.command}")


def _outcome(entry: IndexEntry, due: bool) -> str:
    if entry.made and not due:
        return "kept"
    return "left" if entry.state == "waiting" else entry.state


def _print_summary(outcomes: Iterable[tuple[str, str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    counts = Counter(outcomes)
    table = Table("", *(side_by_side(f"cli.{name}") for name in OUTCOMES), box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for notebook in dict.fromkeys(notebook for notebook, _ in counts):
        table.add_row(notebook, *(f"{counts[notebook, name]:,}" for name in OUTCOMES))
    Console(highlight=False).print(table)


def say_damaged(out: Path) -> None:
    """Tell that the account could not be read, and what became of it."""
    for words in map(catalogue, LANGUAGES):
        print(words("cli.ledger_damaged", out=out), file=sys.stderr)


def _line(entry: IndexEntry) -> str:
    if entry.made:
        return entry.place
    return f"{side_by_side('cli.failed')}: {entry.place}\n{entry.reason_zh}\n{entry.reason_en}"
