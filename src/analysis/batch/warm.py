"""Everything a report needs, loaded once: a process forked from here starts at once.

Importing this module does it. It starts no thread and opens no socket.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules

# As a kernel's process has it from its start: matplotlib reads it when it is imported.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

from typing import Any

import pandas as pd

from analysis.batch.local import PREPARE
from analysis.case import keep_case
from analysis.errors import ReliefError
from analysis.figures import stock
from analysis.reports import content
from analysis.reports.content.runway_view import runway_view
from analysis.reports.content.share_view import share_view
from analysis.stock.engine import load_kernel

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


def _load_all() -> None:
    for name in NEEDED:
        import_module(name)
    for module in iter_modules(content.__path__, f"{content.__name__}."):
        import_module(module.name)


def _draw_one() -> None:
    """Draw a figure, so that the font and its outlines are there."""
    rates = pd.DataFrame({"month": range(1, 13), "execution_rate": 0.5, "time_progress": 0.5})
    text = {"lang": "zh", "start_month": "2024-01", "title": "", "source": ""}
    stock.execution(rates, **text)


def _prepare(values: dict[str, Any]) -> None:
    """Compute what all reports of a batch show from the whole case."""
    case = keep_case(values["case"])
    if "need_group" in values:
        share_view(case, values["need_group"], "zh", seed=values.get("seed", 1))
    if {"fund_share", "paths", "seed"} <= values.keys():
        paths, seed = values["paths"], values["seed"]
        runway_view(case, values["fund_share"], paths=paths, seed=seed, lang="zh")


_load_all()
load_kernel()
_draw_one()
if _values := json.loads(os.environ.pop(PREPARE, "{}")):
    with suppress(ReliefError):
        # What is wrong, each report says for itself.
        _prepare(_values)
