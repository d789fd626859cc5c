"""An executed notebook as one self-contained page that needs no script and no network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from nbformat import from_dict

from analysis.report.display import banner_html
from analysis.report.downloads import Download, downloads, with_download
from analysis.report.material import Material
from analysis.report.outputs import HTML, SVG, with_banner, without_styles
from analysis.report.assets import HTML_LANG, exporter, finish, image, visible_text
from analysis.report.prose import Prose, headings, plain
from analysis.report.status import Banner, banner
from analysis.report.terms import terms_used
from analysis.words import LANGUAGES, catalogue


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


def render(
    material: Material,
    *,
    title: str,
    case_title: str,
    provenance: Provenance,
    unit_name: str = "",
    other_lang_href: str = "",
    name: str = "",
) -> str:
    """Return an executed notebook as an HTML page.

    Parameters
    ----------
    material : Material
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

    Raises
    ------
    ReportError
        If the shipped font lacks a character.
    """
    lang, results = material.lang, material.results
    say = catalogue(lang)
    final = banner(results["statuses"], lang) or Banner("assumption", say("report.banner_none"))
    # Made-up figures are announced across the whole page, not within the headline.
    synthetic = final.text if final.status == "synthetic" else ""
    shown = "" if synthetic else banner_html(final)
    lead = say("report.of_unit", unit=unit_name, title="") if unit_name else ""
    offered = downloads(results, material.charts, material.csv, name)
    files = _files_beside(name)
    page = {
        "words": say,
        "html_lang": HTML_LANG[lang],
        "other_html_lang": HTML_LANG[next(other for other in LANGUAGES if other != lang)],
        "other_lang_href": other_lang_href,
        "title": f"{lead}{title}",
        "case_title": case_title,
        "unit_name": unit_name,
        "banner": shown,
        "synthetic": synthetic,
        "provenance": provenance,
        "downloads": list(offered.values()),
        "files": files,
    }
    cells = _with_extras(material, shown, offered, files)
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    made = _exporter(Prose(lead), lang)
    html, _ = made.from_notebook_node(from_dict(notebook), {"relief": page})
    return finish(html.rstrip() + "\n", title)


def _exporter(prose: Prose, lang: str) -> Any:
    """Return nbconvert's exporter with the filters that the templates name."""
    made = exporter()
    for name, function in {
        "prose": prose,
        "chart": image,
        "headings": lambda html: headings(str(html)),
        "first_heading": lambda html: _first_heading(str(html)),
        "terms": lambda html: terms_used(visible_text(str(html)), lang),
        "css_string": _css_string,
    }.items():
        made.register_filter(name, function)
    return made


def _files_beside(name: str) -> dict[str, str]:
    """Return the addresses of the files beside a page, by their kind."""
    kinds = {"Excel": ".xlsx", "JSON": ".json", "Jupyter": ".ipynb"}
    return {kind: quote(name + ending) for kind, ending in kinds.items()} if name else {}


def _with_extras(
    material: Material, banner_shown: str, offered: Mapping[str, Download], files: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the cells with the final banner, the numbers of each chart, links under tables."""
    say, workbook = catalogue(material.lang), files.get("Excel", "")
    charts = {chart.key: chart for chart in material.charts}
    cells = deepcopy(material.cells)
    for cell in cells:
        for output in cell.get("outputs", ()):
            data, notes = output["data"], output["metadata"].get(SVG, {})
            if HTML in data:
                html = with_banner(data[HTML], banner_shown)
                data[HTML] = with_download(html, offered, workbook, say)
            elif chart := charts.get(notes.get("key", "")):
                notes["numbers"] = with_download(
                    without_styles(chart.html()), offered, workbook, say
                )
    return cells


def _first_heading(html: str) -> str:
    found = re.search(r"<h1 [^>]*>(.*?)</h1>", html, re.DOTALL)
    return plain(found[1]) if found else ""


def _css_string(text: str) -> str:
    # Inside <style> a "<" could end the element, so every such sign is written as an escape.
    escaped = "".join(
        char if char.isalnum() or char in " ，。：；、" else f"\\{ord(char):x} " for char in text
    )
    return f'"{escaped}"'
