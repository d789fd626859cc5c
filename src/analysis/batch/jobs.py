"""What to run: one job is one notebook, for one unit or the whole case, in one language."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import analysis
from analysis.batch.limits import UNHURRIED, Limits
from analysis.batch.links import Links, report_name
from analysis.batch.parameters import check_parameters, takes_unit, typed_parameters
from analysis.case_folder import find_folder
from analysis.errors import CaseError, UsageError
from analysis.units import Called, called, resolver
from analysis.words import LANGUAGES, ByLanguage, listed, refusal

if TYPE_CHECKING:
    from analysis.case import Case

DEFAULT_NOTEBOOKS = ("overview_report", "unit_report")
NO_LINKS = Links()


@dataclass(frozen=True)
class CaseFacts:
    """What a report says about its case, so that it need not be loaded once more.

    Attributes
    ----------
    path : str
        How the user named its folder.
    title : mapping
        By language.
    inputs : mapping
        The case's files and the SHA-256 of each.
    """

    path: str
    name: str
    title: Mapping[str, str]
    document_no: str
    currency: str
    inputs: Mapping[str, str]

    @classmethod
    def of(cls, case: Case, path: str) -> CaseFacts:
        """Take the facts from a loaded case."""
        named = Path(path).as_posix()
        return cls(named, case.name, case.title, case.document_no, case.currency, case.inputs)


@dataclass(frozen=True)
class Roster:
    """What it takes to plan the reports of a case.

    Attributes
    ----------
    case : CaseFacts
    units : dict of unit code to what it is called
        In the case's order.
    """

    case: CaseFacts
    units: dict[str, Called]

    @cached_property
    def code_of(self) -> Callable[[str], str | None]:
        """What gives the code of the unit that a code, name or alias stands for."""
        return resolver(self.units.values())

    def unit_name(self, unit_code: str | None) -> dict[str, str]:
        """Return a unit's names by language; empty ones for the whole case."""
        if unit_code is None:
            return dict.fromkeys(LANGUAGES, "")
        _, zh, en, _ = self.units[unit_code]
        return {"zh": zh, "en": en}


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
        """The report's name."""
        return report_name(self.notebook.stem, self.unit_code, self.lang)

    @property
    def place(self) -> str:
        """Where the report stands below the output folder, without its ending."""
        return f"{self.case.name}/{self.name}"

    @property
    def is_known(self) -> bool:
        """Whether its notebook is one of the product's own: what its cells do is known."""
        return self.notebook.resolve().parent == _product_folder()

    def all_parameters(self) -> dict[str, object]:
        """Return every parameter the notebook is given."""
        unit = {"unit": self.unit_code} if self.unit_code else {}
        return {"case": self.case.path, **unit, "lang": self.lang, **self.parameters}

    def command(self, html: Path) -> str:
        """Return the command that makes just this report again."""
        known = _known_notebook(self.notebook.stem)
        same = known is not None and known.resolve() == self.notebook.resolve()
        notebook = self.notebook.stem if same else self.notebook.as_posix()
        words = ["relief", "report", notebook, "--case", self.case.path]
        if self.unit_code:
            words += ["--unit", self.unit_code]
        words += ["--lang", self.lang]
        for name, value in self.parameters.items():
            words += ["-p", f"{name}={value}"]
        return shlex.join([*words, "--out", html.as_posix()])


@dataclass(frozen=True)
class Order:
    """A report to make, and all that stands in it beside the notebook's own figures.

    Parameters
    ----------
    job : Job
    html : Path
        The page to write, ending in ``.html``; the other files stand beside it.
    links : Links
        What the page links to.
    commit : str
        The code's commit, as `report.commit` gives it.
    limits : Limits
    key : str
        What it is to be made from, as `keys.Keys` gives it; empty for a notebook as it is.
    command : str
        What to type to make it again; empty for what its job says.
    browser : Path, optional
        What prints the page as PDF, as `pdf.find_browser` gives it; None for no PDF.
    """

    job: Job
    html: Path
    links: Links = NO_LINKS
    commit: str = ""
    limits: Limits = UNHURRIED
    key: str = ""
    command: str = ""
    browser: Path | None = None


def open_case(path: str) -> Case:
    """Load the case that a command names.

    Raises
    ------
    UsageError
        If there is no such folder.
    CaseError
        If something is wrong in it.
    """
    from analysis.case import load_case

    try:
        return load_case(path)
    except CaseError as error:
        if find_folder(Path(path)).is_dir():
            raise
        raise UsageError(error.zh, error.en) from error


def load_roster(path: str) -> Roster:
    """Load the case that a command names, and return what it takes to plan its reports.

    Raises
    ------
    ReliefError
        As `open_case` does.
    """
    case = open_case(path)
    return Roster(CaseFacts.of(case, path), {each[0]: each for each in called(case.units)})


def find_notebook(notebook: str) -> Path:
    """Find a notebook by its path or by the name of one that comes with the product.

    Raises
    ------
    UsageError
        If there is no such notebook.
    """
    if notebook.endswith(".ipynb") and Path(notebook).is_file():
        return Path(notebook)
    found = _known_notebook(notebook.removesuffix(".ipynb"))
    if found is not None:
        return found
    known = sorted({path.stem for folder in _notebook_folders() for path in folder.glob("*.ipynb")})
    raise refusal(UsageError, "batch_error.no_notebook", notebook=notebook, known=listed(known))


def find_units(roster: Roster, units: str) -> list[str]:
    """Return the unit codes that a list such as ``all`` or ``654201,乌苏市`` names, each once.

    Raises
    ------
    UsageError
        If a name is of no unit of the case, or none is given.
    """
    if units.strip() == "all":
        return list(roster.units)
    words = [word for word in re.split("[,，、;；]", units) if word.strip()]
    if not words:
        raise refusal(UsageError, "batch_error.no_units")
    return list(dict.fromkeys(find_unit(roster, word) for word in words))


def find_unit(roster: Roster, word: str) -> str:
    """Return the code of the unit that a code, name or alias stands for.

    Raises
    ------
    UsageError
        If it is of no unit of the case.
    """
    code = roster.code_of(word)
    if code is not None:
        return code
    names = {code: roster.unit_name(code) for code in roster.units}
    rows = (
        "\n".join(f"  {code}  {name[lang]}" for code, name in names.items()) for lang in LANGUAGES
    )
    said = {"case": roster.case.name, "unit": word.strip(), "units": ByLanguage(*rows)}
    raise refusal(UsageError, "batch_error.no_unit", **said)


def find_languages(langs: str) -> list[str]:
    """Return the languages that a list such as ``zh,en`` names, each once.

    Raises
    ------
    UsageError
        If a language is not known.
    """
    words = re.split("[,，、;；]", langs)
    return list(dict.fromkeys(find_language(word.strip()) for word in words))


def find_language(lang: str) -> str:
    """Return a language as it is; raises a `UsageError` if it is not known."""
    if lang in LANGUAGES:
        return lang
    raise refusal(UsageError, "batch_error.language", lang=lang, known=listed(LANGUAGES))


def plan(
    roster: Roster, notebooks: Iterable[Path], units: Sequence[str], langs: Sequence[str]
) -> list[Job]:
    """List the jobs of a batch: a job for every notebook, unit and language.

    Notebooks that take no unit give one job a language.

    Raises
    ------
    UsageError
        If two notebooks of one name would write the same files, or one does not declare the
        parameters that every report is given.
    """
    different = list({notebook.resolve(): notebook for notebook in notebooks}.values())
    stems = [notebook.stem.casefold() for notebook in different]
    for notebook in different:
        check_parameters(notebook)
        if stems.count(notebook.stem.casefold()) > 1:
            raise refusal(UsageError, "batch_error.same_name", name=notebook.stem)
    return [
        Job(notebook, roster.case, unit, roster.unit_name(unit), lang)
        for notebook in different
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
    language = find_language(lang)
    found = find_notebook(notebook)
    check_parameters(found)
    values = typed_parameters(found, parameters)
    roster = load_roster(path)
    if takes_unit(found) and unit is None:
        raise refusal(UsageError, "batch_error.unit_wanted", notebook=found.stem)
    if unit is not None and not takes_unit(found):
        raise refusal(UsageError, "batch_error.unit_unwanted", notebook=found.stem)
    code = None if unit is None else find_unit(roster, unit)
    return Job(found, roster.case, code, roster.unit_name(code), language, values)


def _known_notebook(stem: str) -> Path | None:
    paths = (folder / f"{stem}.ipynb" for folder in _notebook_folders())
    return next((path for path in paths if path.is_file()), None)


def _notebook_folders() -> list[Path]:
    here = Path.cwd()
    return [*(folder / "notebooks" for folder in (here, *here.parents)), _product_folder()]


def _product_folder() -> Path:
    """Return the folder of the product's notebooks: in a repository, or as they were installed."""
    package = Path(analysis.__file__).resolve().parent
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parents[1] / "notebooks"
