"""A batch: every report of a case, made or kept, with an account and an index page."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analysis.batch import local, manifest
from analysis.batch.jobs import (
    DEFAULT_NOTEBOOKS,
    Job,
    find_languages,
    find_notebook,
    find_units,
    key,
    plan,
)
from analysis.batch.manifest import Entry
from analysis.batch.report import Made, make_report
from analysis.case import load_case
from analysis.errors import ReportError
from analysis.reports.files import write_whole
from analysis.reports.index import IndexEntry, index_page

REPORT_SECONDS = 900.0


@dataclass(frozen=True)
class _Task:
    job: Job
    out: Path

    @property
    def html(self) -> Path:
        return self.out / f"{self.job.place}.html"


def run_batch(
    case_path: str,
    out: Path,
    *,
    notebooks: Sequence[str] | None,
    units: str,
    langs: str,
    workers: int | None,
    force: bool,
) -> int:
    """Make the reports that are missing or out of date, and say how it went.

    Parameters
    ----------
    case_path : str
        Folder of the case.
    out : Path
        Folder for the reports; made if it is not there.
    notebooks : sequence of str, optional
        Names or paths; by default the overview and the unit reports.
    units, langs : str
        ``all`` or a list with commas; languages likewise.
    workers : int, optional
        Reports at once; by default one a processor.
    force : bool
        Make unchanged reports again, too.

    Returns
    -------
    int
        How many reports failed.

    Raises
    ------
    ReliefError
        If the case, a notebook, a unit or a language is not right, or another batch is at
        work in `out`: nothing is run then.
    """
    case = load_case(case_path)
    jobs = plan(
        case,
        case_path,
        [find_notebook(name) for name in notebooks or DEFAULT_NOTEBOOKS],
        find_units(case, units),
        find_languages(langs),
    )
    with _alone_in(out):
        entries = manifest.read(out)
        keys = {job.place: key(job, case.inputs) for job in jobs}
        due = [
            job
            for job in jobs
            if force or not manifest.is_current(out, entries.get(job.place), keys[job.place])
        ]
        started = time.monotonic()
        with _progress(len(due)) as advance:
            tasks = [_Task(job, out) for job in due]
            count = workers or local.available_workers()
            for ended in local.run(_make, tasks, workers=count, limit_seconds=REPORT_SECONDS):
                entry = _entry(ended, keys[ended.task.job.place])
                entries[entry.report.place] = entry
                manifest.write(out, entries)
                advance(entry.report)
        write_whole(
            out / "index.html", index_page(entry.report for entry in entries.values()).encode()
        )
        failed = [entries[job.place].report for job in jobs if entries[job.place].report.failed]
        _say_end(out, len(jobs), len(due), failed, time.monotonic() - started)
    return len(failed)


def _make(task: _Task) -> Made:
    return make_report(task.job, task.html)


def _entry(ended: local.Ended, key: str) -> Entry:
    task: _Task = ended.task
    job = task.job
    made: Made | None = ended.value
    reason_zh, reason_en = ended.reason or ("", "")
    return Entry(
        key=key,
        files=manifest.file_hashes(task.out, made.files) if made else {},
        report=IndexEntry(
            place=job.place,
            notebook=job.notebook.stem,
            case_name=job.case.name,
            case_title_zh=job.case.title["zh"],
            case_title_en=job.case.title["en"],
            lang=job.lang,
            command=job.command(task.html),
            unit_code=job.unit_code,
            unit_name_zh=job.unit_name["zh"],
            unit_name_en=job.unit_name["en"],
            reason_zh=reason_zh,
            reason_en=reason_en,
            statuses=made.statuses if made else (),
            numbers=made.numbers if made else (),
            currency=job.case.currency,
        ),
    )


@contextmanager
def _alone_in(out: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / ".lock", timeout=0)
        with lock:
            yield
    except Timeout as error:
        raise ReportError(
            f"另一个批处理正在写入 {out}。请等它结束，或另选 --out。",
            f"Another batch is at work in {out}. Wait for it, or choose another --out.",
        ) from error
    except OSError as error:
        raise ReportError(
            f"无法使用输出文件夹 {out}：{error.strerror}。",
            f"The output folder {out} cannot be used: {error.strerror}.",
        ) from error


@contextmanager
def _progress(total: int) -> Iterator[Callable[[IndexEntry], None]]:
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
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("", total=total)

        def advance(entry: IndexEntry) -> None:
            progress.update(bar, advance=1, description=entry.place)
            if entry.failed:
                progress.console.print(_line(entry), markup=False, style="red")

        yield advance


def _line(entry: IndexEntry) -> str:
    if not entry.failed:
        return entry.place
    return f"失败 failed: {entry.place}\n{entry.reason_zh}\n{entry.reason_en}"


def _say_end(out: Path, planned: int, made: int, failed: list[IndexEntry], seconds: float) -> None:
    done = made - len(failed)
    print(
        f"{out / 'index.html'}\n"
        f"生成 {done} 份，未变 {planned - made} 份，失败 {len(failed)} 份；{seconds:.0f} 秒。\n"
        f"{done} made, {planned - made} unchanged, {len(failed)} failed; {seconds:.0f} s."
    )
    for entry in failed:
        print(f"\n重做 rerun: {entry.command}")
