"""A notebook with renewed outputs: what did not change stays as it is, to the byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain
from typing import Any

from analysis.regression.difference import Difference
from analysis.regression.markup import compare_markup
from analysis.regression.outputs import NOT_COMPARED, PIXELS, compare_outputs, is_stream
from analysis.regression.pictures import compare_drawings, compare_pixels
from analysis.regression.text import compare_text
from analysis.regression.tolerance import Tolerance
from analysis.regression.traces import names_left, without_notes, without_traces
from analysis.regression.values import compare_values
from analysis.report.outputs import HTML, SVG

_NOT_CHECKED = frozenset(["nbval-ignore-output", "nbval-skip"])


@dataclass(frozen=True)
class CellChange:
    """What changed in a cell.

    Parameters
    ----------
    number : int
        Of the code cell, from 0, as nbval counts.
    differences : tuple of Difference
        What a test would tell; none where only looks changed.
    names : tuple of str
        Of this machine or its user, that the new outputs show.
    """

    number: int
    differences: tuple[Difference, ...]
    names: tuple[str, ...]


def renewed(
    notebook: Any, executed: Any, tolerance: Tolerance, where: str
) -> tuple[Any, list[CellChange]]:
    """Return a notebook with the outputs of its executed copy, and what changed.

    An output within the tolerance stays as it is, so that another machine changes nothing. Of
    the rest, only outputs and the count of each run are renewed.

    Parameters
    ----------
    notebook, executed : NotebookNode
        With the same cells.
    tolerance : Tolerance
        Of the run; the notebook and its cells may have their own.
    where : str
        What to call the notebook in an error.

    Raises
    ------
    UsageError
        If a tolerance in the notebook is none.
    """
    node = deepcopy(notebook)
    node.metadata = type(node.metadata)(without_notes(node.metadata))
    own = tolerance.for_notebook(node.metadata, where)
    changes = []
    pairs = zip(_code_cells(node), _code_cells(executed), strict=True)
    for number, (cell, ran) in enumerate(pairs):
        tags = cell.metadata.get("tags", ())
        allowed = own.for_cell(tags, f"{where}, Cell {number}")
        before = cell.outputs
        kept = bool(before) and not _NOT_CHECKED.isdisjoint(tags)
        now = before if kept else _outputs(before, ran.outputs, allowed)
        found = tuple(compare_outputs(before, now, allowed))
        names = tuple(dict.fromkeys(name for each in now for name in names_left(each)))
        if now != before or names:
            changes.append(CellChange(number, found, names))
        cell.outputs = now
        _set_count(cell, ran.execution_count)
    for cell in node.cells:
        # papermill notes when it came to a text, too.
        cell.metadata = type(cell.metadata)(without_notes(cell.metadata))
    return node, changes


def _code_cells(notebook: Any) -> Iterator[Any]:
    return (cell for cell in notebook.cells if cell.cell_type == "code")


def _set_count(cell: Any, count: int | None) -> None:
    cell.execution_count = count
    for output in cell.outputs:
        if output.output_type == "execute_result":
            output.execution_count = count


def _outputs(old: Sequence[Any], new: Sequence[Any], tolerance: Tolerance) -> list[Any]:
    cleaned = [type(each)(without_traces(each)) for each in new]
    (old_printed, old_shown), (printed, shown) = _apart(old), _apart(cleaned)
    shown = _renewed(old_shown, shown, tolerance)
    same = not any(compare_outputs(old_printed, printed, tolerance))
    if same and len(old_shown) == len(shown):
        frame, printed = old, old_printed
    else:
        frame, printed = cleaned, _renewed(old_printed, printed, tolerance)
    rest = {True: iter(printed), False: iter(shown)}
    return [next(rest[is_stream(each)]) for each in frame]


def _apart(outputs: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return what is printed and what is displayed: how they interleave is chance."""
    printed = [each for each in outputs if is_stream(each)]
    return printed, [each for each in outputs if not is_stream(each)]


def _renewed(olds: list[Any], news: list[Any], tolerance: Tolerance) -> list[Any]:
    if [_kind(each) for each in olds] != [_kind(each) for each in news]:
        return news
    return [_output(*pair, tolerance) for pair in zip(olds, news, strict=True)]


def _kind(output: Any) -> tuple[str, str]:
    return output.output_type, output.get("name", "")


def _output(old: Any, new: Any, tolerance: Tolerance) -> Any:
    """Return the new output, or as much of the old one as says the same."""
    if "data" not in new:
        traces = compare_values(old.get("traceback"), new.get("traceback"), tolerance)
        return new if any(chain(compare_outputs([old], [new], tolerance), traces)) else old
    if "execution_count" in old:
        new.execution_count = old.execution_count
    for name in ("data", "metadata"):
        for kind, value in new[name].items():
            if kind in old[name] and _same(kind, old[name][kind], value, tolerance):
                new[name][kind] = old[name][kind]
    return new


def _same(kind: str, old: Any, new: Any, tolerance: Tolerance) -> bool:
    """Tell whether two forms of an output are the same, looks included."""
    if kind in NOT_COMPARED:
        return True
    if not (isinstance(old, str) and isinstance(new, str)):
        found: Iterator[Difference] = compare_values(old, new, tolerance)
    elif kind in PIXELS:
        found = compare_pixels(old, new, tolerance)
    elif kind == SVG:
        found = chain(compare_drawings(old, new, tolerance), compare_markup(old, new, tolerance))
    elif kind == HTML:
        found = chain(compare_markup(old, new, tolerance), compare_text(old, new, tolerance))
    else:
        found = compare_text(old, new, tolerance)
    return not any(found)
