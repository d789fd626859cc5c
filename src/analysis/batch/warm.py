"""Everything a report needs, loaded once: a process forked from here starts at once.

Only servers call this. Nothing here starts a thread or opens a socket.
"""

from __future__ import annotations

import ast
import gc
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

# As a kernel's process has it from its start: matplotlib reads it when it is imported.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

from IPython.core.interactiveshell import InteractiveShell

from analysis import pages
from analysis.batch import kernel
from analysis.batch.jobs import CaseFacts, Job, Order
from analysis.batch.report import compose
from analysis.case import keep_case

NEEDED = (
    "jinja2",
    "nh3",
    "papermill",
    "scipy.optimize",
    "scipy.special",
    "xlsxwriter",
    "analysis.batch.forking",
    "analysis.report.page",
)


def load() -> None:
    """Load what every report needs; what fails here fails again in a report, which says why."""
    for module in iter_modules(pages.__path__, f"{pages.__name__}."):
        import_module(module.name)
    for name in NEEDED:
        import_module(name)
    kernel.prepare()
    with suppress(Exception):
        _compose_one()
    _keep()


def prepare(
    case: str, rehearsed: Iterable[Job] = (), enter: Callable[[], None] | None = None
) -> None:
    """Compute what the reports of a batch have in common.

    Parameters
    ----------
    case : str
        Folder of the case that they are about.
    rehearsed : iterable of Job
        Jobs of the product's own notebooks: their cells run here once, and what they compute
        from the whole case is there for all others.
    enter : callable, optional
        What goes to the place where the case lies, if that is not the working folder.
    """
    if enter is not None:
        enter()
    with suppress(Exception):
        keep_case(case)
    for job in rehearsed:
        with suppress(Exception):
            _rehearse(job)
    _keep()


def _keep() -> None:
    """Spare children the search for garbage in what is here, and so the copying of it."""
    gc.collect()
    gc.freeze()


_CELLS = (
    'case: str = ""\ncount: int = 1\nlang: str = "zh"',
    "from IPython.display import display\n"
    "from analysis.report.results import MIME, no_results\n"
    "display({MIME: no_results('small', lang)}, raw=True)",
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


def _compose_one() -> None:
    """Make a small report, so that templates, checks and writers are there."""
    with tempfile.TemporaryDirectory(prefix="relief-") as folder:
        notebook = Path(folder) / "small.ipynb"
        notebook.write_text(json.dumps(SMALL), encoding="utf-8")
        facts = CaseFacts(folder, "small", {"zh": "小", "en": "small"}, "", "CNY", {})
        job = Job(notebook, facts, None, {"zh": "", "en": ""}, "zh", {"count": 2})
        compose(Order(job, Path(folder) / "small.html"))


def _rehearse(job: Job) -> None:
    """Run the cells of one of the product's own notebooks, and write out what each shows."""
    if not job.is_known:
        return
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in json.loads(job.notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            _run("".join(cell["source"]), names)
        if "parameters" in cell["metadata"].get("tags", ()):
            names |= job.all_parameters()


def _run(source: str, names: dict[str, Any]) -> None:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307
        InteractiveShell.instance().display_formatter.format(value)
