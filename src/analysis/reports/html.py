"""An executed notebook as one self-contained page that needs no script and no network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.errors import ReportError
from analysis.reports.display import banner_html
from analysis.reports.outputs import HTML, cells_to_show, with_banner
from analysis.reports.page import HTML_LANG, exporter, finish, image
from analysis.reports.prose import Prose, headings, plain
from analysis.reports.results import read_results
from analysis.reports.status import banner
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
    notebook: Mapping[str, Any],
    *,
    lang: str,
    title: str,
    case_title: str,
    provenance: Provenance,
    unit_name: str = "",
    other_lang_href: str = "",
) -> str:
    """Return an executed notebook as an HTML page.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it shows a `Results` object.
    lang : str
        ``zh`` or ``en``: cells tagged with the other language are left out.
    title : str
        Heading of the page where the notebook has none of its own.
    case_title, unit_name : str
        In the report's language; `unit_name` is empty for the whole case.
    provenance : Provenance
        Printed at the foot.
    other_lang_href : str
        Relative address of the same report in the other language; empty where there is none.

    Raises
    ------
    ReportError
        If a cell failed or shows what a page cannot take, there are no results, their language
        is another, or the shipped font lacks a character.
    """
    results = read_results(notebook)
    if results["lang"] != lang:
        raise ReportError(
            f"笔记本以“{results['lang']}”运行，不能生成“{lang}”报告。请以 lang={lang} 重新运行。",
            f"The notebook ran in {results['lang']!r} and gives no {lang!r} report: "
            f"run it again with lang={lang}.",
        )
    final = banner(results["statuses"], lang)
    synthetic = final.text if final and final.status == "synthetic" else ""
    # Made-up figures are announced across the whole page, not within the headline.
    shown = "" if synthetic else banner_html(final)
    prose = Prose()
    made = exporter()
    for name, function in {
        "prose": prose,
        "chart": image,
        "headings": lambda html: headings(str(html)),
        "first_heading": lambda html: _first_heading(str(html)),
        "css_string": _css_string,
    }.items():
        made.register_filter(name, function)
    page = {
        "words": catalogue(lang),
        "html_lang": HTML_LANG[lang],
        "other_html_lang": HTML_LANG[next(other for other in LANGUAGES if other != lang)],
        "other_lang_href": other_lang_href,
        "title": title,
        "case_title": case_title,
        "unit_name": unit_name,
        "banner": shown,
        "synthetic": synthetic,
        "provenance": provenance,
    }
    html, _ = made.from_notebook_node(_for_page(notebook, lang, shown), {"relief": page})
    return finish(html.rstrip() + "\n", title)


def _for_page(notebook: Mapping[str, Any], lang: str, banner_shown: str) -> Any:
    from nbformat import from_dict

    cells = cells_to_show(notebook, lang)
    for cell in cells:
        for output in cell.get("outputs", ()):
            if HTML in output["data"]:
                output["data"][HTML] = with_banner(output["data"][HTML], banner_shown)
    return from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _first_heading(html: str) -> str:
    found = re.search(r"<h1 [^>]*>(.*?)</h1>", html, re.DOTALL)
    return plain(found[1]) if found else ""


def _css_string(text: str) -> str:
    # Inside <style> a "<" could end the element, so every such sign is written as an escape.
    escaped = "".join(
        char if char.isalnum() or char in " ，。：；、" else f"\\{ord(char):x} " for char in text
    )
    return f'"{escaped}"'
