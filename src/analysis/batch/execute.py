"""Run one notebook to its end in a process of its own, and judge whether it got there."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import ReportError

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_SECONDS = 600


def execute(
    notebook: Path, parameters: Mapping[str, object], *, folder: Path | None = None
) -> NotebookNode:
    """Run a notebook with papermill and return it executed.

    The kernel talks through sockets in a private folder: parallel runs cannot take each
    other's ports. Whether the run succeeded is read from what each cell left, since a saved
    notebook calls every cell completed even when its kernel died.

    Parameters
    ----------
    notebook : Path
    parameters : mapping
        Values for names that the notebook's parameters cell declares.
    folder : Path, optional
        Where the notebook runs; by default the current folder.

    Raises
    ------
    ReportError
        Naming the notebook, the cell and the reason.
    """
    import papermill
    from jupyter_core.utils import run_sync
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="relief-") as private:
        target = Path(private) / "executed.ipynb"
        kernel = _kernel_manager(private)
        try:
            node = papermill.execute_notebook(
                str(notebook),
                str(target),
                parameters=dict(parameters),
                progress_bar=False,
                log_output=False,
                execution_timeout=CELL_SECONDS,
                km=kernel,
                autosave_cell_every=0,
                cwd=str(folder) if folder else None,
            )
        except PapermillExecutionError as error:
            raise _failed_cell(notebook, error, injected=bool(parameters)) from error
        except Exception as error:
            raise ReportError(
                f"笔记本 {notebook.name} 没有运行到最后：{type(error).__name__}：{error}",
                f"Notebook {notebook.name} did not run to its end: {type(error).__name__}: {error}",
            ) from error
        finally:
            if kernel.has_kernel:
                run_sync(kernel.shutdown_kernel)(now=True)
    _judge(notebook, node)
    return _without_run_traces(node, notebook)


def _kernel_manager(private: str) -> Any:
    from jupyter_client.manager import AsyncKernelManager

    manager = AsyncKernelManager(
        kernel_name="python3", connection_file=str(Path(private) / "kernel.json")
    )
    manager.kernel_spec.argv = [
        *(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
        "--HistoryManager.enabled=False",
    ]
    if sys.platform != "win32":
        manager.transport = "ipc"
        manager.ip = str(Path(private) / "ipc")
    return manager


def _failed_cell(notebook: Path, error: Any, *, injected: bool) -> ReportError:
    # The cell that papermill injects is not in the reader's notebook.
    number = error.exec_count - injected if isinstance(error.exec_count, int) else "?"
    return ReportError(
        f"笔记本 {notebook.name} 第 {number} 个代码单元出错：{error.ename}：{error.evalue}",
        f"Notebook {notebook.name}, code cell {number}: {error.ename}: {error.evalue}\n"
        f"{_first_lines(error.source)}",
    )


def _judge(notebook: Path, node: NotebookNode) -> None:
    code = [
        cell
        for cell in node.cells
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", [])
    ]
    for number, cell in enumerate(code, 1):
        if cell.execution_count is None and cell.source.strip():
            raise ReportError(
                f"笔记本 {notebook.name} 在第 {number} 个代码单元之前停止：内核已退出。",
                f"Notebook {notebook.name} stopped before code cell {number}: its kernel ended.\n"
                f"{_first_lines(cell.source)}",
            )


def _first_lines(source: str) -> str:
    return "\n".join(f"    {line}" for line in str(source).strip().splitlines()[:6])


def _without_run_traces(node: NotebookNode, notebook: Path) -> NotebookNode:
    # Times and paths differ from run to run; without them equal runs give equal files.
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
    return node
