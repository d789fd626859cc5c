"""How the pages of a batch refer to each other; needs little, so that it loads at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from analysis.words import LANGUAGES, catalogue

if TYPE_CHECKING:
    from analysis.batch.jobs import Job, Roster

FRONT = "../index.html"
OVERVIEW, UNIT = "overview_report", "unit_report"
# An overview of more units than this leaves their pages to the front page, where one can search.
MOST_LISTED = 60


@dataclass(frozen=True)
class Links:
    """What a page links to.

    Parameters
    ----------
    other_lang : str
        Relative address of the same report in the other language; empty where there is none.
    pages : mapping
        Label and relative address of other pages, by what they are to this one: ``front``,
        ``overview``, ``previous``, ``next``, or ``unit-CODE``.
    """

    other_lang: str = ""
    pages: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def report_name(notebook: str, unit: str | None, lang: str) -> str:
    """Return a report's name, from the notebook's name, the unit's code and the language alone."""
    return ".".join(part for part in (notebook, unit, lang) if part)


def links_of(job: Job, roster: Roster, places: Collection[str]) -> Links:
    """Return what a report of a batch links to.

    Links follow from the reports that were asked for, not from files that happen to lie there:
    the same request makes the same bytes.

    Parameters
    ----------
    job : Job
    roster : Roster
        Names of the case's units, in order.
    places : collection of str
        Places of every report of the output folder's account and of this batch.
    """
    other = next(each for each in LANGUAGES if each != job.lang)
    words = catalogue(job.lang)
    pages = {"front": (words("report.to_front"), FRONT)}

    def href(notebook: str, unit: str | None, lang: str = job.lang) -> str:
        name = report_name(notebook, unit, lang)
        return quote(f"{name}.html") if f"{job.case.name}/{name}" in places else ""

    overview = href(OVERVIEW, None)
    if overview and job.notebook.stem != OVERVIEW:
        pages["overview"] = (words("report.to_overview"), overview)
    if job.unit_code is not None:
        units = list(roster.units)
        here = units.index(job.unit_code)
        for kind, others in (("previous", units[:here][::-1]), ("next", units[here + 1 :])):
            unit = next((each for each in others if href(job.notebook.stem, each)), None)
            if unit is not None:
                label = words(f"report.to_{kind}", unit=roster.unit_name(unit)[job.lang])
                pages[kind] = (label, href(job.notebook.stem, unit))
    elif job.notebook.stem == OVERVIEW:
        listed = {
            f"unit-{unit}": (roster.unit_name(unit)[job.lang], address)
            for unit in roster.units
            if (address := href(UNIT, unit))
        }
        pages |= listed if len(listed) <= MOST_LISTED else {}
    return Links(href(job.notebook.stem, job.unit_code, other), pages)


def other_language(html: Path, lang: str) -> str:
    """Return the link of a single report to the same one in the other language, if it is there.

    Parameters
    ----------
    html : Path
        The page; only a name such as ``NAME.zh.html`` tells what the other one is called.
    lang : str
        The page's language.
    """
    ending = f".{lang}.html"
    if not html.name.endswith(ending):
        return ""
    other = next(each for each in LANGUAGES if each != lang)
    name = html.name.removesuffix(ending) + f".{other}.html"
    return quote(name) if html.with_name(name).is_file() else ""
