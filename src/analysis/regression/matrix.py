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
from analysis.words import LANGUAGES, refusal


@dataclass(frozen=True)
class MatrixRun:
    """One run: the file that lists it, its name, and what to run."""

    matrix: Path
    name: str
    job: Job

    @property
    def stored(self) -> Path:
        """The JSON file with the results that were accepted."""
        return self.matrix.with_suffix("") / f"{self.name}.json"


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
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refusal(UsageError, "regression.no_toml", path=path, reason=error) from error
    runs: dict[str, MatrixRun] = {}
    entries = content.get("run")
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        where = f"{path}, [[run]] {number}"
        try:
            for job in _jobs(**entry):
                run = MatrixRun(path, _name(job), job)
                if run.name in runs:
                    raise refusal(UsageError, "regression.run_twice", name=run.name)
                runs[run.name] = run
        except TypeError as error:
            wrong = str(error).removeprefix("_jobs() ")
            raise refusal(UsageError, "regression.entry", where=where, reason=wrong) from error
        except ReliefError as error:
            raise refusal(UsageError, "regression.wrong_run", where=where, error=error) from error
    return list(runs.values())


def strays(path: Path, runs: list[MatrixRun]) -> list[Path]:
    """Return stored results that no run has any more."""
    known = {run.stored for run in runs}
    return [file for file in sorted(path.with_suffix("").glob("*.json")) if file not in known]


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
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise refusal(UsageError, "regression.no_json", path=path, reason=error) from error
    return found


def _jobs(
    *,
    notebook: str,
    case: str,
    units: str | list[str] | None = None,
    lang: list[str] | None = None,
    parameters: Mapping[str, list[Any]] | None = None,
) -> Iterator[Job]:
    """Yield the jobs of an entry."""
    lists = {"lang": [*LANGUAGES] if lang is None else lang, **(parameters or {})}
    wrong = [name for name, values in lists.items() if not isinstance(values, list)]
    if wrong or not isinstance(notebook, str) or not isinstance(case, str):
        raise TypeError(f"wrong: {', '.join(wrong) or 'notebook, case'}")
    codes: list[str | None] = [None if units is None else str(units)]
    if takes_unit(find_notebook(notebook)):
        asked = ",".join(map(str, units)) if isinstance(units, list) else units or "all"
        codes = [*find_units(load_roster(case), asked)]
    langs, *choices = ([(name, value) for value in values] for name, values in lists.items())
    for unit, (_, language), *given in itertools.product(codes, langs, *choices):
        written = [f"{name}={_written(value)}" for name, value in given]
        yield single_job(notebook, case, unit, str(language), written)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _name(job: Job) -> str:
    """Return what a run is called: no other has the same."""
    given = [f"{name}={_written(value)}" for name, value in job.parameters.items()]
    parts = [job.notebook.stem, job.case.name, job.unit_code or "", job.lang, *given]
    return re.sub(r"[^\w.=+-]", "_", ".".join(part for part in parts if part))
