"""Load a case folder: everything is read and checked, and all problems are told at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from analysis.case.model import Case
from analysis.case.package import BOUNDARIES, FILE, NOTICE, Package, check_json, read_package
from analysis.case.problems import InvalidCaseError, Problem, problem
from analysis.case.table import UnreadableError, decode, read_table
from analysis.schema import TABLES
from analysis.units import resolve, unit_names


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
    folder = _find(Path(path))
    inputs: dict[str, bytes] = {}
    package, problems = _package(folder, inputs)
    if package is None:
        raise InvalidCaseError(str(folder), problems)
    data, problems = _files(folder, package, inputs)
    frames, found = _tables(package, data)
    notice, boundaries, unreadable = _attachments(package, data)
    problems += [*found, *unreadable, *_unlisted(folder, package)]
    if problems:
        raise InvalidCaseError(str(folder), problems)
    return Case(
        path=folder,
        name=package.name,
        title=package.title,
        currency=package.currency,
        start=package.start,
        document_no=package.document_no,
        units=frames.pop("units"),
        **frames,
        notice_text=notice,
        boundaries=folder / boundaries if boundaries else None,
        inputs={name: hashlib.sha256(content).hexdigest() for name, content in inputs.items()},
        revenue_code=package.revenue_code,
        caveats=package.caveats,
    )


def _find(folder: Path) -> Path:
    if folder.is_absolute() or folder.exists():
        return folder
    above = (parent / folder for parent in Path.cwd().parents)
    return next((found for found in above if (found / FILE).is_file()), folder)


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
        if not path.resolve().is_relative_to(folder.resolve()):
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
    files = {name: package.files[name] for name in TABLES if name in sound}
    problems += _double_names(frames["units"], files)
    problems += _strangers(frames, files)
    return frames, problems


def _units(frame: pd.DataFrame) -> pd.DataFrame:
    """Index the units by code and split their aliases."""
    aliases = [
        tuple(part.strip() for part in text.split(";") if part.strip())
        for text in frame["aliases"].fillna("")
    ]
    split = pd.Series(aliases, index=frame.index, dtype=object)
    return frame.assign(aliases=split).set_index("unit_code")


def _double_names(units: pd.DataFrame, files: Mapping[str, str]) -> Iterator[Problem]:
    if "units" in files:
        for name, codes in unit_names(units).items():
            if len(codes) > 1:
                shown = ", ".join(codes)
                yield problem("name_of_two", files["units"], name=name, codes=shown)


def _strangers(frames: Mapping[str, pd.DataFrame], files: Mapping[str, str]) -> Iterator[Problem]:
    """Find cells that name a unit, spending item or indicator which its own table lacks."""
    units, codes = frames["units"], frames["function_codes"]["code"]
    for name in files:
        if name != "units" and "units" in files and "unit_code" in frames[name]:
            for row, cell in _unknown(frames[name]["unit_code"], units.index):
                meant = resolve(units, cell)
                key = "unit_alias" if meant else "unit_unknown"
                place = (files[name], row, "unit_code")
                yield problem(key, *place, cell=cell, meant=meant, units=files["units"])
    for name, column, home, known in (
        ("allocation", "function_code", "function_codes", codes),
        ("assumptions", "programme", "function_codes", codes),
        ("spending", "programme", "function_codes", codes),
        ("achievement", "indicator", "indicators", frames["indicators"]["level3"]),
    ):
        if name in files and home in files:
            for row, cell in _unknown(frames[name][column], known):
                yield problem("stranger", files[name], row, column, cell=cell, home=files[home])


def _unknown(cells: pd.Series, known: pd.Index | pd.Series) -> Iterator[tuple[int, str]]:
    for index, cell in cells[cells.notna() & ~cells.isin(list(known))].items():
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
