"""Runs a notebook's code cells in this process, without a kernel, and keeps what each showed."""

import ast
import html
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch

from IPython.core.formatters import DisplayFormatter

from analysis.report.display import Headline
from analysis.report.page import Page

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# Marks, and what stands between those of a style sheet.
_TAG = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)
# Kinds of output that a reader sees as text, once their marks are gone.
_MARKED = ("text/html", "image/svg+xml")


@dataclass(frozen=True)
class Shown:
    """The value of a cell's last line, and the outputs by which Jupyter shows it."""

    source: str
    value: Any
    outputs: dict[str, Any]
    metadata: dict[str, Any]
    is_working: bool

    @cached_property
    def texts(self) -> list[str]:
        """Return what a reader can read of it, a text for each kind of output."""
        marked = [self.outputs[kind] for kind in _MARKED if kind in self.outputs]
        lines = [html.unescape(_TAG.sub("\n", text)).splitlines() for text in marked]
        plain = ["\n".join(filter(None, map(str.strip, each))) for each in lines]
        plain.append(self.outputs.get("text/plain", ""))
        about = [each.get("alt", "") for each in self.metadata.values() if isinstance(each, dict)]
        return [*plain, *filter(None, about)]


@dataclass(frozen=True)
class Run:
    """What a notebook computed, showed and recorded."""

    names: dict[str, Any]
    shown: list[Shown]

    @property
    def page(self) -> Page:
        """The notebook's page, which is its last value."""
        page = self.shown[-1].value
        assert isinstance(page, Page)
        return page

    @cached_property
    def record(self) -> dict[str, Any]:
        """The results file, read back from its text."""
        return json.loads(json.dumps(self.page.as_json(), allow_nan=False))

    @property
    def reported(self) -> list[Shown]:
        """What stands in the report: all but the cells that are only for their maker."""
        return [each for each in self.shown[:-1] if not each.is_working]

    @property
    def shown_headline(self) -> Headline:
        """The first screen."""
        return next(each.value for each in self.shown if isinstance(each.value, Headline))

    def number(self, key: str) -> dict[str, Any]:
        return next(item for item in self.record["numbers"] if item["key"] == key)

    def rows(self, table: str) -> dict[str, dict[str, Any]]:
        """Return a table's rows by the code of their unit."""
        rows = self.record["tables"].get(table, {"rows": ()})["rows"]
        return {row["unit_code"]: row for row in rows}


def code_cells(notebook: str) -> list[tuple[str, list[str]]]:
    """Return the source of each code cell, and its tags."""
    content = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    return [
        ("".join(cell["source"]), cell["metadata"].get("tags", []))
        for cell in content["cells"]
        if cell["cell_type"] == "code"
    ]


def parameters(notebook: str) -> set[str]:
    """Return the names of a notebook's parameters."""
    source = next(source for source, tags in code_cells(notebook) if "parameters" in tags)
    return {node.target.id for node in ast.parse(source).body if isinstance(node, ast.AnnAssign)}


def run(notebook: str, case: Any, /, **given: Any) -> Run:
    """Run a notebook on a case object; parameters that it does not have are left out."""
    known = parameters(notebook)
    names: dict[str, Any] = {}
    shown = []
    with patch("analysis.case.load_case", lambda _: case):
        for source, tags in code_cells(notebook):
            body = ast.parse(source).body
            last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
            exec(compile(ast.Module(body, []), notebook, "exec"), names)  # noqa: S102
            if "parameters" in tags:
                names |= {name: value for name, value in given.items() if name in known}
            if last is not None:
                value = eval(compile(ast.Expression(last.value), notebook, "eval"), names)  # noqa: S307
                shown.append(Shown(source, value, *_outputs(value), "working" in tags))
    return Run(names, shown)


def _outputs(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    # IPython's formatter prints an error of ours and goes on: here it must fail.
    if hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_()
        return bundle if isinstance(bundle, tuple) else (bundle, {})
    return DisplayFormatter().format(value)
