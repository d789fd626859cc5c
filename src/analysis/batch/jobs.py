"""What to run: one job is one notebook, for one unit or the whole case, in one language."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

import analysis
from analysis.case import Case, load_case
from analysis.errors import UsageError
from analysis.words import LANGUAGES

PACKAGES = ("numpy", "pandas", "scipy", "matplotlib", "nbconvert", "papermill")
DEFAULT_NOTEBOOKS = ("overview_report", "unit_report")


@dataclass(frozen=True)
class CaseFacts:
    """What a report says about its case, so that it need not be loaded once more."""

    path: str
    name: str
    title: Mapping[str, str]
    document_no: str
    currency: str
    inputs: Mapping[str, str]

    @classmethod
    def of(cls, case: Case, path: str) -> CaseFacts:
        """Take the facts from a loaded case; `path` is how the user named its folder."""
        return cls(path, case.name, case.title, case.document_no, case.currency, case.inputs)


@dataclass(frozen=True)
class Job:
    """One report to make."""

    notebook: Path
    case: CaseFacts
    unit_code: str | None
    unit_name: Mapping[str, str]
    lang: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The report's name, from the notebook, the unit's code and the language alone."""
        parts = [self.notebook.stem, self.unit_code, self.lang]
        return ".".join(part for part in parts if part)

    @property
    def place(self) -> str:
        """Where the report stands below the output folder, without its ending."""
        return f"{self.case.name}/{self.name}"

    def all_parameters(self) -> dict[str, object]:
        """Return every parameter the notebook is given."""
        unit = {"unit": self.unit_code} if self.unit_code else {}
        return {"case": self.case.path, **unit, "lang": self.lang, **self.parameters}

    def command(self, html: Path) -> str:
        """Return the command that makes just this report again."""
        words = ["relief", "report", self.notebook.stem, "--case", self.case.path]
        if self.unit_code:
            words += ["--unit", self.unit_code]
        words += ["--lang", self.lang]
        for name, value in self.parameters.items():
            words += ["-p", f"{name}={value}"]
        return shlex.join([*words, "--out", html.as_posix()])


def find_notebook(notebook: str) -> Path:
    """Find a notebook by its path or by the name of one that comes with the product.

    Raises
    ------
    UsageError
        If there is no such notebook.
    """
    if notebook.endswith(".ipynb") and Path(notebook).is_file():
        return Path(notebook)
    for folder in _notebook_folders():
        path = folder / f"{notebook.removesuffix('.ipynb')}.ipynb"
        if path.is_file():
            return path
    known = sorted({path.stem for folder in _notebook_folders() for path in folder.glob("*.ipynb")})
    raise UsageError(
        f"找不到笔记本“{notebook}”。请给出 .ipynb 文件的路径，或下列名称之一：{'、'.join(known)}。",
        f"There is no notebook {notebook!r}. Give the path of an .ipynb file, or one of: "
        f"{', '.join(known)}.",
    )


def find_units(case: Case, units: str) -> list[str]:
    """Return the unit codes that a list such as ``all`` or ``654201,乌苏市`` names.

    Raises
    ------
    UsageError
        If a name is of no unit of the case.
    """
    if units == "all":
        return list(case.units.index)
    return [find_unit(case, word.strip()) for word in units.replace("，", ",").split(",")]


def find_unit(case: Case, word: str) -> str:
    """Return the code of the unit that a code, name or alias stands for.

    Raises
    ------
    UsageError
        If it is of no unit of the case.
    """
    for row in case.units.itertuples():
        if word in (row.Index, row.name_zh, row.name_en, *row.aliases):
            return str(row.Index)
    known = "\n".join(
        f"  {row.Index}  {row.name_zh}  {row.name_en}" for row in case.units.itertuples()
    )
    raise UsageError(
        f"案例 {case.name} 中没有单位“{word}”。可用的单位：\n{known}",
        f"Case {case.name} has no unit {word!r}; the list above has them all.",
    )


def find_languages(langs: str) -> list[str]:
    """Return the languages that a list such as ``zh,en`` names.

    Raises
    ------
    UsageError
        If a language is not known.
    """
    found = [word.strip() for word in langs.replace("，", ",").split(",")]
    for lang in found:
        if lang not in LANGUAGES:
            raise UsageError(
                f"没有语言“{lang}”。可用：{'、'.join(LANGUAGES)}。",
                f"There is no language {lang!r}. Choose from: {', '.join(LANGUAGES)}.",
            )
    return list(dict.fromkeys(found))


def plan(
    case: Case, path: str, notebooks: Iterable[Path], units: Iterable[str], langs: Iterable[str]
) -> list[Job]:
    """List the jobs of a batch: a job for every notebook, unit and language.

    Notebooks that take no unit give one job a language.
    """
    facts = CaseFacts.of(case, path)
    units, langs = list(units), list(langs)
    return [
        Job(notebook, facts, unit, unit_name(case, unit), lang)
        for notebook in notebooks
        for unit in (units if takes_unit(notebook) else [None])
        for lang in langs
    ]


def single_job(
    notebook: str, path: str, unit: str | None, lang: str, parameters: Iterable[str]
) -> Job:
    """Return the job that a ``relief report`` command asks for.

    Parameters
    ----------
    notebook, path, unit, lang : str
        As typed: a notebook's name or path, a case's folder, a unit's code or name.
    parameters : iterable of str
        ``NAME=VALUE``, for names that the notebook declares; each keeps the declared type.

    Raises
    ------
    ReliefError
        If anything is not right: nothing is run then.
    """
    found = find_notebook(notebook)
    case = load_case(path)
    if takes_unit(found) and unit is None:
        raise UsageError(
            f"笔记本 {found.stem} 针对单个单位：请用 --unit 指明。",
            f"Notebook {found.stem} is about one unit: say which with --unit.",
        )
    if unit is not None and not takes_unit(found):
        raise UsageError(
            f"笔记本 {found.stem} 不针对单个单位：请去掉 --unit。",
            f"Notebook {found.stem} is about the whole case: leave out --unit.",
        )
    code = find_unit(case, unit) if unit else None
    values = typed_parameters(found, parameters)
    (language,) = find_languages(lang)[:1]
    return Job(found, CaseFacts.of(case, path), code, unit_name(case, code), language, values)


def unit_name(case: Case, unit_code: str | None) -> dict[str, str]:
    """Return a unit's names by language; empty ones for the whole case."""
    if unit_code is None:
        return dict.fromkeys(LANGUAGES, "")
    return {lang: str(case.units.loc[unit_code, f"name_{lang}"]) for lang in LANGUAGES}


def typed_parameters(notebook: Path, given: Iterable[str]) -> dict[str, object]:
    """Read ``NAME=VALUE`` words as values of the types that the notebook declares.

    Raises
    ------
    UsageError
        If a name is not declared, or a value does not fit its type.
    """
    declared = declared_parameters(notebook)
    values: dict[str, object] = {}
    for word in given:
        name, equals, text = word.partition("=")
        if not equals or name not in declared or name in ("case", "unit", "lang"):
            known = ", ".join(key for key in declared if key not in ("case", "unit", "lang"))
            raise UsageError(
                f"-p {word}：请写成 名称=值。笔记本 {notebook.stem} 的参数：{known}。",
                f"-p {word}: write NAME=VALUE. Notebook {notebook.stem} takes: {known}.",
            )
        values[name] = _typed(name, text, declared[name].type_name)
    return values


def _typed(name: str, text: str, type_name: str) -> object:
    readers: dict[str, Callable[[str], object]] = {
        "str": str,
        "int": int,
        "float": float,
        "bool": lambda word: {"true": True, "false": False}[word.lower()],
    }
    try:
        if not text.isascii() and type_name != "str":
            raise ValueError
        return readers[type_name](text)
    except (ValueError, KeyError) as error:
        raise UsageError(
            f"参数 {name} 的值“{text}”不是 {type_name}。",
            f"Parameter {name}: {text!r} is no {type_name}.",
        ) from error


def takes_unit(notebook: Path) -> bool:
    """Tell whether a notebook declares the parameter ``unit``."""
    return "unit" in declared_parameters(notebook)


@dataclass(frozen=True)
class Parameter:
    """A parameter that a notebook declares: its type, and its default as it is written."""

    type_name: str
    default: str


def declared_parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook's cell tagged ``parameters`` declares, by name.

    Raises
    ------
    UsageError
        If the file is no notebook.
    """
    from papermill import inspect_notebook

    try:
        found = inspect_notebook(str(notebook))
    except Exception as error:
        raise UsageError(
            f"{notebook} 不是可读的笔记本：{error}", f"{notebook} is no readable notebook: {error}"
        ) from error
    return {
        str(name): Parameter(str(about["inferred_type_name"]), str(about["default"]))
        for name, about in found.items()
    }


def values_used(job: Job) -> dict[str, object]:
    """Return the value of every parameter of a job's notebook, the given ones and the defaults."""
    defaults = {
        name: parameter.default.strip("\"'")
        for name, parameter in declared_parameters(job.notebook).items()
    }
    return defaults | job.all_parameters()


def key(job: Job, inputs: Mapping[str, str]) -> str:
    """Return what a report depends on, as one hash: the same key means the same report.

    Parameters
    ----------
    job : Job
    inputs : mapping
        The case's files and the SHA-256 of each.
    """
    what = {
        "notebook": hashlib.sha256(job.notebook.read_bytes()).hexdigest(),
        "parameters": job.all_parameters(),
        "inputs": dict(sorted(inputs.items())),
        "package": package_fingerprint(),
        "versions": versions(),
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


@cache
def package_fingerprint() -> str:
    """Return a hash over every file of the package, so that a changed line renews reports."""
    root = Path(analysis.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Return the versions of the packages that a report's figures rest on."""
    return {"relief-analysis": analysis.__version__, **{name: version(name) for name in PACKAGES}}


def _notebook_folders() -> list[Path]:
    here = Path.cwd()
    package = Path(analysis.__file__).parent
    above = [folder / "notebooks" for folder in (here, *here.parents)]
    return [*above, package / "notebooks", package.parents[1] / "notebooks"]
