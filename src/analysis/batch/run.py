"""A batch: every report of a case, made or kept, with an account and an index page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from analysis.batch import local, manifest
from analysis.batch.jobs import (
    DEFAULT_NOTEBOOKS,
    Job,
    find_languages,
    find_notebook,
    find_units,
    open_case,
    plan,
)
from analysis.batch.keys import key
from analysis.batch.ledger import Ledger
from analysis.batch.leftovers import settle
from analysis.batch.manifest import Entry
from analysis.batch.progress import progress, say_damaged, say_end
from analysis.batch.report import Made, make_report, other_language, values_used
from analysis.errors import ReportError, UsageError
from analysis.reports.files import write_whole
from analysis.reports.index import IndexEntry, index_page
from analysis.words import catalogue

REPORT_SECONDS = 900.0


@dataclass(frozen=True)
class _Task:
    job: Job
    out: Path
    html: Path
    key: str
    other_lang_href: str


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
    languages = find_languages(langs)
    found = [find_notebook(name) for name in notebooks or DEFAULT_NOTEBOOKS]
    case = open_case(case_path)
    jobs = plan(case, case_path, found, find_units(case, units), languages)
    places = {job.place for job in jobs}
    with _alone_in(out), _no_parts_in(out, out / case.name), Ledger(out) as ledger:
        if ledger.was_damaged:
            say_damaged(out)
        before, removed = settle(out, case, case_path, ledger.entries, places)
        tasks = [_task(job, out, both=len(languages) > 1) for job in jobs]
        due = [task for task in tasks if force or not _is_current(task, before)]
        entries = before | {
            task.job.place: replace(before[task.job.place], outdated=True)
            for task in due
            if task.job.place in before
        }
        ledger.replace(entries)
        manifest.write(out, entries)
        try:
            _make_all(due, ledger, workers or local.available_workers())
        finally:
            entries = ledger.entries
            manifest.write(out, entries)
            order = [job.place for job in jobs] + sorted(entries.keys() - places)
            listed = [_listed(entries[place]) for place in order if place in entries]
            write_whole(out / "index.html", index_page(listed).encode())
    failed = [entries[job.place].report for job in jobs if entries[job.place].report.failed]
    say_end(
        out / "index.html",
        made=len(due) - len(failed),
        kept=len(jobs) - len(due),
        failed=failed,
        removed=removed,
        outdated=sum(entry.outdated for entry in entries.values()),
    )
    return len(failed)


def _task(job: Job, out: Path, *, both: bool) -> _Task:
    html = out / f"{job.place}.html"
    href = other_language(html, job.lang, planned=both)
    return _Task(job, out, html, key(job, job.case.inputs), href)


def _is_current(task: _Task, entries: Mapping[str, Entry]) -> bool:
    entry = entries.get(task.job.place)
    if entry is None or entry.linked != bool(task.other_lang_href):
        return False
    return manifest.is_current(task.out, entry, task.key)


def _make_all(due: Sequence[_Task], ledger: Ledger, workers: int) -> None:
    """Make reports and enter each in the account as it ends."""
    first = max(due, key=lambda task: task.job.unit_code is not None, default=None)
    ended_ones = local.run(
        _make,
        due,
        workers=workers,
        limit_seconds=REPORT_SECONDS,
        prepare=values_used(first.job) if first else None,
    )
    with progress(len(due)) as advance, closing(ended_ones):
        for ended in ended_ones:
            entry = _entry(ended, ledger.entries.get(ended.task.job.place))
            ledger.put(entry)
            advance(entry.report)


def _make(task: _Task) -> Made:
    return make_report(task.job, task.html, task.other_lang_href)


def _entry(ended: local.Ended, before: Entry | None) -> Entry:
    task: _Task = ended.task
    job = task.job
    made: Made | None = ended.value
    reason_zh, reason_en = ended.reason or ("", "")
    # A failed report leaves the files of the last good one.
    files = manifest.file_hashes(task.out, made.files) if made else before.files if before else {}
    return Entry(
        key=task.key,
        notebook=job.notebook.as_posix(),
        linked=bool(task.other_lang_href),
        files=files,
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


def _listed(entry: Entry) -> IndexEntry:
    """Return what the index lists: an outdated report stands among the failures."""
    if not entry.outdated or entry.report.failed:
        return entry.report
    zh, en = (catalogue(lang)("cli.outdated") for lang in ("zh", "en"))
    return replace(entry.report, reason_zh=zh, reason_en=en)


@contextmanager
def _alone_in(out: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    if out.exists() and not out.is_dir():
        raise UsageError(
            f"--out 须为文件夹，而“{out}”是文件。", f"--out takes a folder, and {out} is a file."
        )
    lock = FileLock(out / ".lock", timeout=0)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise ReportError(
            f"另一个批处理正在写入 {out}。请等它结束，或另选 --out。",
            f"Another batch is at work in {out}. Wait for it, or choose another --out.",
        ) from error
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReportError(
            f"无法使用输出文件夹 {out}：{reason}。请检查权限，或另选 --out。",
            f"The output folder {out} cannot be used: {reason}. Check its permissions, or choose "
            "another --out.",
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _no_parts_in(*folders: Path) -> Iterator[None]:
    """Clear away, before and after, what processes that were ended had begun to write."""
    _clear_parts(folders)
    try:
        yield
    finally:
        _clear_parts(folders)


def _clear_parts(folders: Iterable[Path]) -> None:
    for folder in folders:
        for part in folder.glob(".*.part"):
            writer = part.name.split(".")[-2]
            if writer.isdigit() and not psutil.pid_exists(int(writer)):
                part.unlink(missing_ok=True)
