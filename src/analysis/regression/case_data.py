"""What of a case's data may be behind a change: cells that changed in it, errors that it has."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from analysis.batch.jobs import open_case
from analysis.batch.parameters import declared_parameters
from analysis.case_folder import find_folder
from analysis.errors import ReliefError
from analysis.regression.compare import NOTHING
from analysis.schema import TABLES
from analysis.words import LANGUAGES


def case_of(notebook: Path) -> Path | None:
    """Return the folder of the case that a notebook reads by itself; None where it names none."""
    try:
        declared = declared_parameters(notebook).get("case")
    except ReliefError:
        return None
    named = str(declared.default_value()) if declared else ""
    places = (find_folder(Path(named)), notebook.parent / named) if named else ()
    return next((each for each in places if each.is_dir()), None)


def is_dirty(path: Path) -> bool:
    """Tell whether a file that git knows has changes which are not committed."""
    told = (_git(path.parent, "status", "--porcelain", "--", path.name) or "").splitlines()
    return any(not line.startswith("??") for line in told)


@cache
def changed_cells(case: Path, reference: Path) -> tuple[str, ...]:
    """Return the cells of a case that changed since a reference was committed, as git tells.

    Parameters
    ----------
    case : Path
        The case's folder.
    reference : Path
        A notebook, or the stored results of a run.

    Returns
    -------
    tuple of str
        Such as ``allocation.csv 额敏县 amount_wan 98 → 99``; empty where git cannot tell.
    """
    commit = _git(reference.parent, "log", "-1", "--format=%H", "--", reference.name)
    if not commit or is_dirty(reference):
        return ()
    since = commit.strip()
    names = _git(case, "diff", "--name-only", "--relative", since, "--", ".") or ""
    return tuple(each for name in names.splitlines() for each in _changes(case, name, since))


def errors_of(case: Path) -> list[str]:
    """Return what `relief check` calls an error in a case, a line each, in both languages."""
    from analysis.checks import findings

    try:
        loaded = open_case(str(case))
        found = [findings(loaded, lang) for lang in LANGUAGES]
    except ReliefError as error:
        return [str(error)]
    severe = [each[each["severity"] == "error"] for each in found]
    said = zip(*(each["message"] for each in severe), strict=True)
    return [" ".join(each) for each in said]


def _changes(case: Path, name: str, commit: str) -> Iterator[str]:
    """Yield the cells of a table that changed."""
    table, path = TABLES.get(name.removesuffix(".csv")), case / name
    before = _git(case, "show", f"{commit}:./{name}")
    if table is None or before is None or not path.exists():
        return
    names = {row.get("unit_code"): row.get("name_zh") for row in _rows(case / "units.csv")}
    olds, news = (
        {tuple(row.get(key) or "" for key in table.key): row for row in rows}
        for rows in (csv.DictReader(io.StringIO(before)), _rows(path))
    )
    for key in dict.fromkeys([*olds, *news]):
        place = " ".join([name, *(names.get(part) or part for part in key if part)])
        if key not in news:
            yield f"{place} → {NOTHING}"
        elif key not in olds:
            yield f"{NOTHING} → {place}"
        else:
            both = ((column, old, news[key].get(column)) for column, old in olds[key].items())
            yield from (
                f"{place} {column} {old} → {new}" for column, old, new in both if old != new
            )


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    return list(csv.DictReader(io.StringIO(text)))


def _git(folder: Path, *words: str) -> str | None:
    """Return what git says; None where there is none or it says nothing of the kind."""
    git = ["git", "-c", "core.quotePath=false", "-C", str(folder), *words]
    try:
        ran = subprocess.run(git, capture_output=True)  # noqa: S603
    except OSError:
        return None
    said = ran.stdout.decode("utf-8-sig", errors="replace")
    return said if ran.returncode == 0 else None
