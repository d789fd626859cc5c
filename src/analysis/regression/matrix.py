"""Runs of notebooks with other parameters, and the results that are stored of each."""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.batch.execute import execute
from analysis.batch.jobs import Job, find_notebook, find_units, load_roster, single_job
from analysis.batch.parameters import takes_unit
from analysis.errors import ReliefError, UsageError
from analysis.report.results import read_results

_ENTRIES = ("notebook", "case", "units", "lang", "parameters")
_NEEDED = ("notebook", "case")


@dataclass(frozen=True)
class MatrixRun:
    """One run: what to run, and where its results are stored.

    Parameters
    ----------
    matrix : Path
        The file that lists it.
    name : str
        From notebook, case, unit, language and parameters, so that no other run has it.
    job : Job
    stored : Path
        The JSON file with the results that were accepted.
    """

    matrix: Path
    name: str
    job: Job
    stored: Path

    @property
    def word(self) -> str:
        """What `relief accept` calls it."""
        return f"{self.matrix}::{self.name}"


def read_matrix(path: Path) -> list[MatrixRun]:
    """Read a file of runs: every combination of an entry's units, languages and parameters.

    Parameters
    ----------
    path : Path
        A TOML file with tables ``[[run]]``: ``notebook`` and ``case`` as `relief report` takes
        them, ``units`` (``all``, or a list), ``lang`` (a list; by default both) and
        ``parameters``, a table of lists. Results are stored in a folder beside it, named as it is.

    Raises
    ------
    UsageError
        If the file or an entry is wrong, or two runs are the same.
    """
    runs: dict[str, MatrixRun] = {}
    for number, entry in enumerate(_entries(path), 1):
        where = f"{path}, run {number}"
        try:
            jobs = list(_jobs(entry))
        except ReliefError as error:
            raise UsageError(f"{where}：{error.zh}", f"{where}: {error.en}") from error
        for job in jobs:
            name = _name(job)
            if name in runs:
                raise UsageError(f"{where}：{name} 重复。", f"{where}: {name} is there twice.")
            runs[name] = MatrixRun(path, name, job, folder_of(path) / f"{name}.json")
    return list(runs.values())


def folder_of(path: Path) -> Path:
    """Return the folder in which the results of a file's runs are stored."""
    return path.with_suffix("")


def strays(path: Path, runs: list[MatrixRun]) -> list[Path]:
    """Return stored results that no run has any more."""
    known = {run.stored for run in runs}
    return [file for file in sorted(folder_of(path).glob("*.json")) if file not in known]


def results_now(job: Job) -> dict[str, Any]:
    """Run a job's notebook and return its results.

    Raises
    ------
    ReportError
        If the notebook fails or shows no results.
    """
    return read_results(execute(job.notebook, job.all_parameters()))


def stored_text(results: Mapping[str, Any]) -> str:
    """Return results as they are stored: a value a line, in a fixed order."""
    return json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_stored(path: Path) -> dict[str, Any] | None:
    """Return stored results; None where there are none.

    Raises
    ------
    UsageError
        If the file holds no results.
    """
    if not path.exists():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(
            f"{path} 不是可读的 JSON：{error}。请恢复它，或删除后重新接受。",
            f"{path} is no readable JSON: {error}. Restore it, or delete it and accept anew.",
        ) from error
    return found


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} 不是可读的 TOML：{error}", f"{path} is no readable TOML: {error}"
        ) from error
    runs = content.get("run")
    if not isinstance(runs, list) or not runs or content.keys() != {"run"}:
        raise UsageError(
            f"{path} 须由 [[run]] 表组成，每个有 notebook 和 case。",
            f"{path} holds tables [[run]] and nothing else, each with notebook and case.",
        )
    return [_checked(entry, f"{path}, run {number}") for number, entry in enumerate(runs, 1)]


def _checked(entry: dict[str, Any], where: str) -> dict[str, Any]:
    unknown = [name for name in entry if name not in _ENTRIES]
    missing = [name for name in _NEEDED if not isinstance(entry.get(name), str)]
    if unknown or missing:
        raise UsageError(
            f"{where}：缺少 {missing}，不认识 {unknown}。可用：{'、'.join(_ENTRIES)}。",
            f"{where}: missing {missing}, unknown {unknown}. It takes: {', '.join(_ENTRIES)}.",
        )
    parameters = entry.get("parameters", {})
    lists = [entry.get("lang", []), *(parameters.values() if _is_table(parameters) else [None])]
    units = entry.get("units", "all")
    if not all(isinstance(each, list) for each in lists) or not isinstance(units, str | list):
        raise UsageError(
            f'{where}：lang 和每个参数写成列表，units 写成 "all" 或列表。',
            f'{where}: write lang and each parameter as a list, units as "all" or a list.',
        )
    return entry


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _jobs(entry: Mapping[str, Any]) -> Iterator[Job]:
    notebook = find_notebook(entry["notebook"])
    parameters = entry.get("parameters", {})
    choices = [
        [f"{name}={_written(value)}" for value in values] for name, values in parameters.items()
    ]
    for unit in _units(entry, takes_unit(notebook)):
        for lang in entry.get("lang", ["zh", "en"]):
            for given in itertools.product(*choices):
                yield single_job(entry["notebook"], entry["case"], unit, str(lang), given)


def _units(entry: Mapping[str, Any], takes: bool) -> list[str | None]:
    if not takes:
        return [None] if "units" not in entry else [str(entry["units"])]
    units = entry.get("units", "all")
    words = units if isinstance(units, str) else ",".join(map(str, units))
    return list(find_units(load_roster(entry["case"]), words))


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _name(job: Job) -> str:
    given = [f"{name}={_written(value)}" for name, value in job.parameters.items()]
    parts = [job.notebook.stem, job.case.name, job.unit_code or "", job.lang, *given]
    return re.sub(r"[^\w.=+-]", "_", ".".join(part for part in parts if part))
