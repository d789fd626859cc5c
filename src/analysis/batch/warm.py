"""Everything a report needs, loaded once: a process forked from here starts at once.

Only servers call this. Nothing here starts a thread or opens a socket.
"""

from __future__ import annotations

import ast
import gc
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

# As a kernel's process has it from its start: matplotlib reads it when it is imported.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

from IPython.core.interactiveshell import InteractiveShell

from analysis import pages
from analysis.batch import kernel
from analysis.batch.execute import load_nbformat
from analysis.batch.jobs import Job
from analysis.case import keep_case
from analysis.report.html import About, Provenance
from analysis.report.publish import report_files
from analysis.report.results import MIME, no_results

NEEDED = (
    "jinja2",
    "nh3",
    "papermill",
    "scipy.optimize",
    "scipy.special",
    "xlsxwriter",
    "analysis.batch.forking",
    "analysis.batch.report",
    "analysis.report.page",
)


def load() -> None:
    """Load what every report needs; what fails here fails again in a report, which says why."""
    load_nbformat()
    for module in iter_modules(pages.__path__, f"{pages.__name__}."):
        import_module(module.name)
    for name in NEEDED:
        import_module(name)
    kernel.prepare()
    with suppress(Exception):
        _make_one()
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


def _make_one() -> None:
    """Make the files of a small report, so that templates, checks and writers are there."""
    import nbformat

    shown = nbformat.v4.new_output("display_data", {MIME: no_results("small", "zh")})
    cell = nbformat.v4.new_code_cell("page", outputs=[shown], execution_count=1)
    provenance = Provenance("small", "relief report", "", {}, {}, {}, "")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    report_files(notebook, About("small", "small", provenance, name="small"), lang="zh")


def _rehearse(job: Job) -> None:
    """Run the cells of one of the product's own notebooks, and write out what each shows."""
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
