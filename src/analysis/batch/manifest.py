"""The account of an output folder: which report was made from what, and how it went."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis.errors import ReportError
from analysis.reports.files import write_whole
from analysis.reports.index import IndexEntry

NAME = "manifest.json"
VERSION = 1


@dataclass(frozen=True)
class Entry:
    """One report in the account: what it was made from, its files, and what the index says."""

    key: str
    files: dict[str, str]
    report: IndexEntry


def read(out: Path) -> dict[str, Entry]:
    """Return the entries of an output folder by place; none where there is no account yet.

    Raises
    ------
    ReportError
        If the account cannot be read.
    """
    path = out / NAME
    if not path.exists():
        return {}
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["version"] != VERSION:
            raise ValueError(f"version {stored['version']}")
        rows = [
            Entry(row["key"], dict(row["files"]), IndexEntry(**row["report"]))
            for row in stored["reports"]
        ]
        return {entry.report.place: entry for entry in rows}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportError(
            f"{path} 无法读取（{error}）。请删除该文件后重新运行，所有报告会重新生成。",
            f"{path} cannot be read ({error}). Delete it and run again: every report is made anew.",
        ) from error


def write(out: Path, entries: dict[str, Entry]) -> None:
    """Write the account, whole or not at all."""
    rows = [asdict(entries[place]) for place in sorted(entries)]
    text = json.dumps({"version": VERSION, "reports": rows}, ensure_ascii=False, indent=1)
    write_whole(out / NAME, (text + "\n").encode())


def is_current(out: Path, entry: Entry | None, key: str) -> bool:
    """Tell whether a report is there, complete, and made from what `key` stands for."""
    if entry is None or entry.report.failed or entry.key != key or not entry.files:
        return False
    return all(_sha256(out / name) == digest for name, digest in entry.files.items())


def file_hashes(out: Path, files: list[Path]) -> dict[str, str]:
    """Return the SHA-256 of each file, by its path below `out`."""
    return {path.relative_to(out).as_posix(): _sha256(path) for path in files}


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
