"""Load a case folder: everything is read and checked, and all problems are told at once."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.case.model import Case
from analysis.case.original import Original
from analysis.case.package import BOUNDARIES, FILE, NOTICE, Package, check_json, read_package
from analysis.case.problems import InvalidCaseError, Problem, problem
from analysis.case.table import UnreadableError, decimals, decode, read_table
from analysis.case_folder import find_folder, inside
from analysis.schema import TABLES
from analysis.units import called, resolver, unit_names

# Column of a table, and the table and column that must have its every cell.
REFERENCES = (
    ("allocation", "function_code", "function_codes", "code"),
    ("assumptions", "programme", "function_codes", "code"),
    ("spending", "programme", "function_codes", "code"),
    ("achievement", "indicator", "indicators", "level3"),
)

Stamps = list[tuple[int, ...]]
# A file whose time is older than this when it is read has another time after its next change.
CLOCK_NS = 2_000_000_000


@dataclass(frozen=True)
class _Kept:
    """A case that this process, and those forked from it, need not build again."""

    case: Case
    # How its files stood when they were read; None where that cannot be told for sure.
    stamps: Stamps | None


_KEPT: dict[Path, _Kept] = {}


def keep_case(path: str | Path) -> Case:
    """Load a case and keep it: `load_case` need not read it again while its files are the same.

    For a process that others are forked from.
    """
    folder, now = find_folder(Path(path)), time.time_ns()
    case = load_case(path)
    stamps = _stamps(folder, case.inputs)
    if stamps and max(max(each[-2:]) for each in stamps) > now - CLOCK_NS:
        # Changed while it was read, or in a tick of the clock in which it may change once more.
        stamps = None
    _KEPT[folder] = _Kept(case, stamps)
    return _fresh(case)


def load_case(path: str | Path) -> Case:
    """Load a case folder whole, or say everything that is wrong with it.

    Parameters
    ----------
    path : str or Path
        Folder with a ``datapackage.json``. A relative one that is not in the working folder is
        looked for in the folders above it, so that a notebook finds ``data/...`` beside it.

    Returns
    -------
    Case

    Raises
    ------
    InvalidCaseError
        If anything is missing, unreadable or against the tables' rules. A `CaseError`; its
        message names file, row and column of every problem, and what to do.
    """
    folder = find_folder(Path(path))
    kept = _KEPT.get(folder)
    if kept and kept.stamps and kept.stamps == _stamps(folder, kept.case.inputs):
        return _fresh(kept.case)
    inputs: dict[str, bytes] = {}
    package, problems = _package(folder, inputs)
    if package is None:
        raise InvalidCaseError(str(folder), problems)
    data, problems = _files(folder, package, inputs)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in inputs.items()}
    if kept and kept.case.inputs == hashes and not any(_unlisted(folder, package)):
        return _fresh(kept.case)
    frames, found = _tables(package, data)
    notice, boundaries, unreadable = _attachments(package, data)
    problems += [*found, *unreadable, *_unlisted(folder, package)]
    if problems:
        raise InvalidCaseError(str(folder), problems)
    # What a table holds follows from its file.
    keys = {name: hashes.get(package.files.get(name, ""), "absent") for name in TABLES}
    # Where the package does not say to what amounts are rounded, they are as they are written.
    places = decimals(package.files["allocation"], data["allocation"], "amount_wan")
    said: dict[str, Any] = {"rounding_wan": float(f"1e-{places}"), **package.described, **frames}
    return Case(
        path=folder,
        **said,
        notice_text=notice,
        boundaries=folder / boundaries if boundaries else None,
        inputs=hashes,
        originals={
            name: Original(frame, frame, keys[name], may_differ=False)
            for name, frame in frames.items()
        },
    )


def _fresh(case: Case) -> Case:
    """Return a case of its own: what is changed in it is changed in no other."""
    return case.copied(title=dict(case.title), inputs=dict(case.inputs), caveats=dict(case.caveats))


def holds(path: str | Path, inputs: Mapping[str, str]) -> bool:
    """Tell whether a case's files are there with these SHA-256."""
    folder = find_folder(Path(path))
    kept = _KEPT.get(folder)
    same = kept and kept.stamps and kept.case.inputs == inputs
    if kept and same and kept.stamps == _stamps(folder, inputs):
        return True
    try:
        return all(
            hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest
            for file, digest in inputs.items()
        )
    except OSError:
        return False


def _stamps(folder: Path, files: Iterable[str]) -> Stamps | None:
    """Return what changes whenever a file of a case does, or one comes or goes; None if gone."""
    # The folder's own time changes when a table that is not listed is put into it.
    try:
        stats = [path.stat() for path in (folder, *(folder / file for file in files))]
    except OSError:
        return None
    return [(s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for s in stats]


def _package(folder: Path, inputs: dict[str, bytes]) -> tuple[Package | None, list[Problem]]:
    if not folder.is_dir():
        key = "not_a_folder" if folder.exists() else "no_folder"
        return None, [problem(key, str(folder))]
    data = _bytes(folder, FILE)
    if isinstance(data, Problem):
        return None, [data]
    inputs[FILE] = data
    return read_package(data)


def _files(
    folder: Path, package: Package, inputs: dict[str, bytes]
) -> tuple[dict[str, bytes], list[Problem]]:
    """Read the files the case is made of, each once: what is hashed is what is parsed."""
    data: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name in (*TABLES, NOTICE, BOUNDARIES):
        if name not in package.files:
            continue
        content = _bytes(folder, package.files[name])
        if isinstance(content, Problem):
            problems.append(content)
        else:
            data[name] = inputs[package.files[name]] = content
    return data, problems


def _bytes(folder: Path, file: str) -> bytes | Problem:
    path = folder / file
    try:
        # A link may point elsewhere though the path does not say so.
        if not inside(path, folder):
            return problem("path_outside", FILE, column="resources", value=file)
        return path.read_bytes()
    except FileNotFoundError:
        return problem("package_missing" if file == FILE else "file_missing", file)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return problem("file_unreadable", file, reason=reason)


def _tables(
    package: Package, data: Mapping[str, bytes]
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    frames: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    sound: set[str] = set()
    for name, table in TABLES.items():
        if name not in data:
            frames[name] = table.frame()
            continue
        frames[name], found = read_table(table, package.files[name], data[name])
        problems += found
        if not found:
            sound.add(name)
    frames["units"] = _units(frames["units"])
    files = {name: package.files[name] for name in TABLES if name in data}
    if "units" in sound:
        problems += _double_names(frames["units"], files["units"])
        problems += _strange_units(frames, files)
    if "measures" in sound:
        problems += _mixed_measures(frames["measures"], files["measures"])
    problems += _strange_items(frames, files, sound)
    return frames, problems


def _units(frame: pd.DataFrame) -> pd.DataFrame:
    """Index the units by code and split their aliases."""
    aliases = [
        tuple(part.strip() for part in text.split(";") if part.strip())
        for text in frame["aliases"].fillna("")
    ]
    split = pd.Series(aliases, index=frame.index, dtype=object)
    return frame.assign(aliases=split).set_index("unit_code")


def _double_names(units: pd.DataFrame, file: str) -> Iterator[Problem]:
    for name, codes in unit_names(called(units)).items():
        if len(codes) > 1:
            yield problem("name_of_two", file, name=name, codes=", ".join(codes))


def _strange_units(
    frames: Mapping[str, pd.DataFrame], files: Mapping[str, str]
) -> Iterator[Problem]:
    """Find unit codes that the units table lacks."""
    code_of = resolver(called(frames["units"]))
    for name, file in files.items():
        if "unit_code" in frames[name]:
            for row, cell in _unknown(frames, name, "unit_code", frames["units"].index):
                meant = code_of(cell)
                key = "unit_alias" if meant else "unit_unknown"
                said = {"cell": cell, "meant": meant, "units": files["units"]}
                yield problem(key, file, row, "unit_code", **said)


def _mixed_measures(measures: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Find rows that take a measure otherwise than its first row does."""
    for _, rows in measures.groupby("measure", sort=False):
        for column in ("kind", "unit"):
            first = rows[column].iloc[0]
            for index, cell in rows.loc[rows[column] != first, column].items():
                said = {"measure": rows["measure"].iloc[0], "cell": cell, "expected": first}
                said["first"] = int(str(rows.index[0])) + 2
                yield problem("measure_mixed", file, int(str(index)) + 2, column, **said)


def _strange_items(
    frames: Mapping[str, pd.DataFrame], files: Mapping[str, str], sound: Container[str]
) -> Iterator[Problem]:
    """Find spending items and indicators that their own tables lack."""
    for name, column, home, key in REFERENCES:
        if name in files and home in sound:
            for row, cell in _unknown(frames, name, column, frames[home][key]):
                yield problem("stranger", files[name], row, column, cell=cell, home=files[home])


def _unknown(
    frames: Mapping[str, pd.DataFrame], name: str, column: str, known: pd.Index | pd.Series
) -> Iterator[tuple[int, str]]:
    """Return the rows and cells of a column that are not known, but could be by their form."""
    (pattern,) = (each.pattern for each in TABLES[name].columns if each.name == column)
    cells = frames[name][column]
    for index, cell in cells[cells.notna() & ~cells.isin(list(known))].items():
        # A cell of the wrong form was reported for it when its table was read.
        if not pattern or re.fullmatch(pattern, str(cell)):
            yield int(str(index)) + 2, str(cell)


def _attachments(
    package: Package, data: Mapping[str, bytes]
) -> tuple[str, str | None, list[Problem]]:
    """Return the notice's text, the path of the boundaries, and what is wrong with either."""
    notice, boundaries, problems = "", None, []
    if NOTICE in data:
        try:
            notice = decode(package.files[NOTICE], data[NOTICE])
        except UnreadableError as error:
            problems.append(error.problem)
    if BOUNDARIES in data:
        boundaries = package.files[BOUNDARIES]
        problems += check_json(boundaries, data[BOUNDARIES])
    return notice, boundaries, problems


def _unlisted(folder: Path, package: Package) -> Iterator[Problem]:
    """Find tables that lie in the folder but would not be read."""
    listed = {(folder / file).resolve() for file in package.files.values()}
    for name in TABLES:
        path = folder / f"{name}.csv"
        if path.exists() and path.resolve() not in listed:
            yield problem("unlisted", path.name, name=name)
