"""How the pages of a batch refer to each other; needs little, so that it loads at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
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

    @property
    def mark(self) -> str:
        """A short hash: the same links have the same."""
        told = json.dumps([self.other_lang, dict(self.pages)])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


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
    folder = f"{roster.name}/"

    def name_of(notebook: str, unit: str | None, lang: str) -> str:
        return ".".join(part for part in (notebook, unit, lang) if part)

    def href(name: str) -> str:
        return quote(f"{name}.html") if folder + name in places else ""

    def named(unit: str) -> str:
        _, zh, en, _ = roster.units[unit]
        return zh if job.lang == "zh" else en

    overview = href(name_of(OVERVIEW, None, job.lang))
    if overview and job.notebook.stem != OVERVIEW:
        pages["overview"] = (words("report.to_overview"), overview)
    if job.unit_code is not None:
        pages |= _neighbours(job, list(roster.units), href, named)
    elif job.notebook.stem == OVERVIEW:
        listed = {
            f"unit-{unit}": (named(unit), address)
            for unit in roster.units
            if (address := href(name_of(UNIT, unit, job.lang)))
        }
        pages |= listed if len(listed) <= MOST_LISTED else {}
    return Links(href(name_of(job.notebook.stem, job.unit_code, other)), pages)


def _neighbours(
    job: Job, units: Sequence[str], href: Callable[[str], str], named: Callable[[str], str]
) -> dict[str, tuple[str, str]]:
    """Return the reports of the units before and after a report's own, in the case's order."""
    found: dict[str, tuple[str, str]] = {}
    here = units.index(str(job.unit_code))
    for kind, others in (("previous", units[:here][::-1]), ("next", units[here + 1 :])):
        for unit in others:
            if address := href(f"{job.notebook.stem}.{unit}.{job.lang}"):
                found[kind] = (catalogue(job.lang)(f"report.to_{kind}", unit=named(unit)), address)
                break
    return found


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
