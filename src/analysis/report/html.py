"""An executed notebook as one self-contained page that needs no script and no network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from analysis.report.assets import HTML_LANG, finish, site
from analysis.report.downloads import downloads, offered_in
from analysis.report.glossary import terms_on
from analysis.report.outputs import Material, Shown, chart_table, report_banner
from analysis.report.prose import Prose
from analysis.report.status import banner
from analysis.words import LANGUAGES, catalogue

# By what a link is for: what it says, and its relative address.
Links = Mapping[str, tuple[str, str]]

_CODE = re.compile(r'<details class="relief-code">.*?</details>', re.DOTALL)


@dataclass(frozen=True)
class Provenance:
    """Where a report's figures come from, and the command that makes it again.

    Parameters
    ----------
    case_name : str
        Name of the case's data package.
    command : str
        What to type to make the report again.
    document_no : str
        The notice's number; empty where there is none.
    parameters : mapping
        What the notebook was given.
    inputs : mapping
        The case's files and the SHA-256 of each.
    versions : mapping
        The packages and their versions.
    commit : str
        The code's commit; empty where it is not known.
    """

    case_name: str
    command: str
    document_no: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""


@dataclass(frozen=True)
class About:
    """What a report says around what its notebook shows, and where its page stands.

    Parameters
    ----------
    title : str
        Heading of the page where the notebook has none of its own.
    case_title, unit_name : str
        In the report's language; `unit_name` is empty for the whole case.
    provenance : Provenance
        Printed at the foot.
    other_lang_href : str
        Relative address of the same report in the other language; empty where there is none.
    name : str
        Of the page, without its ending, where workbook, results and notebook stand beside it.
    links : mapping
        Label and relative address of neighbouring pages, in the order shown: ``front``,
        ``overview``, ``previous``, ``next``. None is shown that is not given.
    """

    title: str
    case_title: str
    provenance: Provenance
    unit_name: str = ""
    other_lang_href: str = ""
    name: str = ""
    links: Links = field(default_factory=dict)


def render(material: Material, about: About) -> str:
    """Return an executed notebook as an HTML page.

    Raises
    ------
    ReportError
        If the shipped font lacks a character of what the page itself says.
    """
    lang, results = material.lang, material.results
    say = catalogue(lang)
    lead = say("report.of_unit", unit=about.unit_name, title="") if about.unit_name else ""
    kinds = {"Excel": ".xlsx", "JSON": ".json", "Jupyter": ".ipynb"}
    files = {kind: quote(about.name + end) for kind, end in kinds.items()} if about.name else {}
    offered = downloads(material.tables, material.csv, about.name)
    prose = Prose(lead)

    def harmless(each: Shown) -> Markup:
        # Prose escapes HTML; whatever else a cell shows was made harmless as it was read.
        return Markup(prose(each.content) if each.kind == "prose" else each.content)  # noqa: S704

    def numbers(key: str) -> Markup:
        return Markup(chart_table(material.charts[key], key, lang))  # noqa: S704

    def found_in(cells: str) -> dict[str, Any]:
        on_top = report_banner(results)
        return {
            "heading": prose.title,
            "banner": Markup("" if on_top in cells else on_top),  # noqa: S704 - made harmless
            "parts": prose.headings,
            "terms": terms_on(_CODE.sub("", cells), lang),
        }

    made_up = banner(results["statuses"], lang)
    title = f"{lead}{about.title}"
    html = (
        site()
        .get_template("index.html.j2")
        .render(
            say=say,
            html_lang=HTML_LANG[lang],
            other_html_lang=HTML_LANG[next(other for other in LANGUAGES if other != lang)],
            about=about,
            title=title,
            synthetic=made_up.text if made_up and made_up.status == "synthetic" else "",
            material=material,
            harmless=harmless,
            numbers=numbers,
            offered=lambda html: offered_in(html, offered),
            found_in=found_in,
            css_string=_css_string,
            downloads=list(offered.values()),
            files=files,
        )
    )
    return finish(html.rstrip() + "\n", about.title, tolerated=material.tolerated)


def _css_string(text: str) -> Markup:
    # Inside <style> a "<" could end the element, so every such sign is written as an escape.
    escaped = "".join(
        char if char.isalnum() or char in " ，。：；、" else f"\\{ord(char):x} " for char in text
    )
    return Markup(f'"{escaped}"')  # noqa: S704
