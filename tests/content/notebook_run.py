"""Runs the code cells of a notebook in this process, on a case given as an object."""

import ast
import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# Where the content takes its drawing functions from.
DRAWING = (
    "share_charts.draw",
    "earlier.draw",
    "scenario_charts.draw",
    "runway_charts.draw",
    "runway_charts.cover",
    "runway_charts.vintages",
    "runway_stress.draw",
    "spent_charts.draw",
    "spent_charts.bars",
)
NAMES = tuple(sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")))


@dataclass(frozen=True)
class Run:
    """What a notebook showed, and what it recorded."""

    shown: list[Any]
    names: dict[str, Any]

    @property
    def record(self) -> dict[str, Any]:
        return self.names["results"].as_json()

    @property
    def headline(self) -> Any:
        return self.shown[0]

    @property
    def said(self) -> str:
        """The answer and the sentences under it, a line each."""
        return "\n".join([self.headline.answer, *self.headline.notes])

    def number(self, key: str) -> dict[str, Any]:
        return next(item for item in self.record["numbers"] if item["key"] == key)


def cells(notebook: str) -> list[tuple[str, bool]]:
    """Return the source of each code cell, and whether it holds the parameters."""
    content = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    return [
        ("".join(cell["source"]), "parameters" in cell["metadata"].get("tags", ()))
        for cell in content["cells"]
        if cell["cell_type"] == "code"
    ]


class Titles:
    """Stands in for the charts: drawing one only tells its title."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, title, **__: f"{name}: {title}"


def run(notebook: str, case: Any, *, draw: bool = False, **given: Any) -> Run:
    """Run a notebook's cells with its parameters replaced; keep the last value of each cell.

    Parameters that the notebook has not are left out. Charts are drawn only on request.
    """
    names: dict[str, Any] = {}
    shown = []
    given = {name: value for name, value in given.items() if name in parameters(notebook)}
    with ExitStack() as stack:
        stack.enter_context(patch("analysis.case.load_case", lambda _: case))
        if not draw:
            for name in DRAWING:
                stack.enter_context(patch(f"analysis.report.content.{name}", Titles()))
        for source, is_parameters in cells(notebook):
            body = ast.parse(source).body
            last = body.pop() if isinstance(body[-1], ast.Expr) else None
            exec(compile(ast.Module(body, []), notebook, "exec"), names)  # noqa: S102
            if is_parameters:
                names |= given
            if last is not None:
                value = eval(compile(ast.Expression(last.value), notebook, "eval"), names)  # noqa: S307
                shown.append(value)
    return Run(shown, names)


def parameters(notebook: str) -> set[str]:
    """Return the names of a notebook's parameters."""
    source = next(source for source, is_parameters in cells(notebook) if is_parameters)
    return {node.target.id for node in ast.parse(source).body if isinstance(node, ast.AnnAssign)}
