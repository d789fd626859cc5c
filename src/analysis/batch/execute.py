"""Run one notebook to its end in a process of its own, and judge whether it got there."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import errors
from analysis.batch.limits import UNHURRIED, LimitError, Limits
from analysis.errors import ReportError

if TYPE_CHECKING:
    from nbformat import NotebookNode

Texts = tuple[str, str]


def load_nbformat() -> None:
    """Load nbformat without what checks internationalised addresses, which nothing here asks for.

    Its grammar, which jsonschema would load, takes longer than everything else.
    """
    name = "rfc3987_syntax"
    blocked = name not in sys.modules and "jsonschema" not in sys.modules
    if blocked:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        import nbformat  # noqa: F401
    finally:
        if blocked:
            del sys.modules[name]


def execute(
    notebook: Path,
    parameters: Mapping[str, object],
    *,
    limits: Limits = UNHURRIED,
    folder: Path | None = None,
) -> NotebookNode:
    """Run a notebook with papermill and return it executed.

    It runs in a process of its own, as `analysis.batch.forking` says. Whether the run succeeded is
    read from what each cell left, since a saved notebook calls every cell completed even when its
    kernel died.

    Parameters
    ----------
    notebook : Path
    parameters : mapping
        Values for names that the notebook's parameters cell declares.
    limits : Limits, optional
    folder : Path, optional
        Where the notebook runs; by default the current folder.

    Returns
    -------
    NotebookNode
        With what every cell shows, and nothing that differs from run to run: no times and
        no paths of this machine.

    Raises
    ------
    ReportError
        Naming the notebook, the cell and the reason.
    """
    load_nbformat()
    import papermill
    from papermill.engines import papermill_engines
    from papermill.execute import remove_error_markers

    from analysis.batch.engine import ForkEngine

    logging.getLogger("papermill").setLevel(logging.ERROR)
    papermill_engines.register("fork", ForkEngine)
    begun: list[NotebookNode] = []
    try:
        node = papermill.execute_notebook(
            _papermill_path(notebook),
            None,
            parameters=dict(parameters),
            engine_name="fork",
            kernel_name="python3",
            language="python",
            progress_bar=False,
            log_output=False,
            limits=limits,
            autosave_cell_every=0,
            cwd=str(folder) if folder else None,
            begun=begun,
        )
    except Exception as error:
        ran = begun[0] if begun else None
        if not _is_expected(error, ran):
            raise _failure(notebook, ran, _reason(error, limits)) from error
        node = remove_error_markers(ran)
    _judge(notebook, node)
    return _without_run_traces(node, notebook)


def _is_expected(error: Exception, ran: NotebookNode | None) -> bool:
    """Tell whether every cell that failed is tagged ``raises-exception``: papermill minds none."""
    from papermill.exceptions import PapermillExecutionError

    if ran is None or not isinstance(error, PapermillExecutionError):
        return False
    failed = [
        cell
        for cell in _code_cells(ran)
        if any(output.output_type == "error" for output in cell.outputs)
    ]
    return all("raises-exception" in cell.metadata.get("tags", ()) for cell in failed)


def _papermill_path(path: Path) -> str:
    """Return a path as papermill takes it: it fills in whatever stands in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _reason(error: Exception, limits: Limits) -> Texts:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, PapermillExecutionError):
        return _raised(str(error.ename), str(error.evalue))
    if isinstance(error, CellTimeoutError):
        seconds = f"{limits.cell_seconds:g}"
        return (
            f"超过单元时限 {seconds} 秒，已终止。可用 --cell-limit 放宽",
            f"it took more than {seconds} seconds and was ended; --cell-limit allows more",
        )
    if isinstance(error, LimitError):
        return error.zh, error.en
    if isinstance(error, DeadKernelError):
        # The fork engine says how; papermill's own does not know.
        how = str(error).partition(": ")[2] or "out of memory?"
        return f"内核意外退出（{how}）", f"its kernel died ({how})"
    return (f"{type(error).__name__}：{error}", f"{type(error).__name__}: {error}")


def _raised(name: str, message: str) -> Texts:
    zh = en = message
    lines = message.splitlines()
    # Our own errors say the same in both languages, first the one, then the other.
    if issubclass(getattr(errors, name, type(None)), errors.ReliefError) and len(lines) % 2 == 0:
        half = len(lines) // 2
        zh, en = "\n".join(lines[:half]), "\n".join(lines[half:])
    return f"{name}：{zh}", f"{name}: {en}"


def _judge(notebook: Path, node: NotebookNode) -> None:
    if any(_code_cells(node)) and not all(_began(cell) for cell in _code_cells(node)):
        raise _failure(
            notebook,
            node,
            ("在此停止，其后的单元没有运行", "the notebook stopped here, before its end"),
        )


def _failure(notebook: Path, node: NotebookNode | None, reason: Texts) -> ReportError:
    """Name the cell that began last: there it ended."""
    zh, en = reason
    begun = [
        (number, cell)
        for number, cell in enumerate(_code_cells(node), 1)
        if _began(cell) and cell.source.strip()
    ]
    if not begun:
        return ReportError(
            f"笔记本 {notebook.name} 未能运行：{zh}。",
            f"Notebook {notebook.name} did not run: {en}",
        )
    number, cell = begun[-1]
    source = "\n".join(f"    {line}" for line in cell.source.strip().splitlines()[:6])
    return ReportError(
        f"笔记本 {notebook.name} 第 {number} 个代码单元：{zh}\n{source}",
        f"Notebook {notebook.name}, code cell {number}: {en}\n{source}",
    )


def _code_cells(node: NotebookNode | None) -> Iterator[NotebookNode]:
    """Yield the reader's code cells: not those that papermill put in."""
    for cell in node.cells if node else ():
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code" and "injected-parameters" not in tags:
            yield cell


def _began(cell: NotebookNode) -> bool:
    return cell.metadata.get("papermill", {}).get("start_time") is not None


def _without_run_traces(node: NotebookNode, notebook: Path) -> NotebookNode:
    papermill_notes = node.metadata.get("papermill", {})
    node.metadata["papermill"] = {
        "input_path": notebook.name,
        "parameters": papermill_notes.get("parameters", {}),
        "version": papermill_notes.get("version", ""),
    }
    for number, cell in enumerate(node.cells):
        cell["id"] = f"cell-{number}"
        for trace in ("papermill", "execution", "collapsed"):
            cell.metadata.pop(trace, None)
        for output in cell.get("outputs", ()):
            if output.output_type == "stream" and output.name == "stderr":
                output.text = _without_folders(output.text)
    return node


def _without_folders(warnings: str) -> str:
    """Leave the file's name alone before ``:LINE: SomeWarning``."""
    return re.sub(r"(?m)^\S.*[/\\]([^/\\:]+\.py:\d+: )", r"\1", warnings)
