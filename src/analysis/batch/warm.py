"""Everything a report needs, loaded once: a process forked from here starts at once.

The server that forks imports this module, and so does it. It starts no thread and opens no socket.
"""

from __future__ import annotations

import gc
import json
import os
import tempfile
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

# As a kernel's process has it from its start: matplotlib reads it when it is imported.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

from typing import Any

import pandas as pd

from analysis.batch.jobs import CaseFacts, Job
from analysis.batch.local import PREPARE
from analysis.batch.report import make_report
from analysis.case import keep_case
from analysis.figures import stock
from analysis.reports import content
from analysis.reports.content import unit_page
from analysis.reports.content.runway_view import RunwayView, runway_view
from analysis.reports.content.share_view import ShareView, share_view
from analysis.stock.engine import load_kernel
from analysis.words import LANGUAGES

NEEDED = (
    "nbconvert",
    "openpyxl",
    "pandera.pandas",
    "pandera.strategies.pandas_strategies",
    "papermill",
    "scipy.optimize",
    "scipy.special",
    "analysis.batch.engine",
    "analysis.batch.kernel",
    "analysis.batch.report",
)


_CELLS = (
    'case: str = ""\ncount: int = 1\nlang: str = "zh"',
    "from analysis.reports.results import Results\nresults = Results('small', 'small', lang)\n"
    "results.number('n', count, unit='count', status='official', label='n')\n"
    "results.headline('n', ['n'])",
    "results",
)
SMALL = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{number}",
            "metadata": {"tags": [] if number else ["parameters"]},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(_CELLS)
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def _load_all() -> None:
    for name in NEEDED:
        import_module(name)
    for module in iter_modules(content.__path__, f"{content.__name__}."):
        import_module(module.name)


def _draw_one() -> None:
    """Draw a figure, so that the font is there, and what all figures begin with."""
    rates = pd.DataFrame({"month": range(1, 13), "execution_rate": 0.5, "time_progress": 0.5})
    text = {"lang": "zh", "start_month": "2024-01", "title": "", "source": ""}
    stock.execution(rates, **text)


def _prepare(values: dict[str, Any]) -> None:
    """Compute what all reports of a batch show from the whole case, and draw one unit's."""
    if "case" not in values:
        return
    case = keep_case(values["case"])
    group: Any = values.get("need_group")
    seed = values.get("seed", 1)
    if group is not None:
        share_view(case, group, "zh", seed=seed)
    if {"fund_share", "paths", "seed"} <= values.keys():
        paths, fund_share = values["paths"], values["fund_share"]
        runway_view(case, fund_share, paths=paths, seed=seed, lang="zh")
        for lang in LANGUAGES if group is not None else ():
            shares = share_view(case, group, lang, seed=seed)
            runway = runway_view(case, fund_share, paths=paths, seed=seed, lang=lang)
            _draw_unit(shares, runway, seed)


def _draw_unit(shares: ShareView, runway: RunwayView, seed: int) -> None:
    """Draw the charts of a unit that has all of them: the letters of the others' are the same."""
    unit = str(shares.compared.index.intersection(runway.table.index)[0])
    page = unit_page.unit_page(unit, shares, runway, seed=seed)
    for chart in (
        unit_page.share_chart,
        unit_page.fan_chart,
        unit_page.execution_chart,
        unit_page.spent_chart,
    ):
        chart(page)


def _make_one() -> None:
    """Make a small report, so that templates, checks and writers are there."""
    with tempfile.TemporaryDirectory(prefix="relief-") as folder:
        notebook = Path(folder) / "small.ipynb"
        notebook.write_text(json.dumps(SMALL), encoding="utf-8")
        facts = CaseFacts(folder, "small", {"zh": "小", "en": "small"}, "", "CNY", {})
        job = Job(notebook, facts, None, {"zh": "", "en": ""}, "zh", {"count": 2})
        make_report(job, Path(folder) / "small.html", "")


def warm(values: dict[str, Any]) -> None:
    """Load everything; what fails here fails again in a report, which says why."""
    for step in (_load_all, load_kernel, _draw_one, _make_one, partial(_prepare, values)):
        with suppress(Exception):
            step()
    # What is here stays: no child need look through it for garbage, and so copy it.
    gc.collect()
    gc.freeze()


# The server that processes are forked from imports modules, and calls nothing.
if PREPARE in os.environ:
    warm(json.loads(os.environ.pop(PREPARE)))
