"""A notebook run in a forked process that has everything loaded, then handed over by cells."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import deque
from collections.abc import Container, Sequence
from contextlib import chdir
from math import ceil
from pathlib import Path
from typing import Any

from analysis.batch import local
from analysis.batch.limits import UNHURRIED, Limits
from analysis.errors import ReportError


class ForkedKernel:
    """Stands where nbval has its `RunningKernel`: it has run every cell before it is asked.

    Parameters
    ----------
    notebook : Path
        It runs in its own folder.
    skipped : container of int
        Code cells, counted from 0, that do not run.
    cell_seconds : float
        What each cell may take.
    """

    def __init__(self, notebook: Path, skipped: Container[int], cell_seconds: float) -> None:
        task, limit = (notebook, skipped, cell_seconds), UNHURRIED.run_seconds
        (ended,) = local.run(_ran, [task], workers=1, limit_seconds=limit)
        self._shown: Sequence[Sequence[dict[str, Any]]] = ()
        self._why: tuple[str, str] = ended.reason or ("", "")
        if ended.value:
            self._shown, self._why = ended.value
        self._messages: deque[dict[str, Any]] = deque()
        # Which code cell is asked for next.
        self.cell = 0

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Take up what the cell showed; return the number that its messages bear."""
        if self.cell >= len(self._shown):
            raise ReportError(*self._why)
        number = f"cell-{self.cell}"
        for output in [*self._shown[self.cell], {"execution_state": "idle"}]:
            kind = output.pop("output_type", "status")
            parent = {"msg_id": number}
            self._messages.append({"msg_type": kind, "content": output, "parent_header": parent})
        return number

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """Do nothing: the cell is done."""

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message of what the cell showed."""
        return self._messages.popleft()

    def await_idle(self, parent_id: str, timeout: float | None) -> None:
        """Leave out the rest of what the cell showed."""
        self._messages.clear()

    def is_alive(self) -> bool:
        """Tell whether it takes cells."""
        return True

    def stop(self) -> None:
        """Do nothing: the process has ended."""


def _ran(
    task: tuple[Path, Container[int], float],
) -> tuple[Sequence[Sequence[dict[str, Any]]], tuple[str, str]]:
    """Return what each code cell showed up to where the notebook ended, and why it ended there."""
    from papermill.iorw import load_notebook_node

    from analysis.batch.engine import ForkEngine

    notebook, skipped, seconds = task
    # Where a new interpreter looks for modules: pytest adds folders of its own.
    asked = [sys.executable, "-P", "-c", "import json, sys; print(json.dumps(sys.path))"]
    sys.path[:] = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)  # noqa: S603
    node = load_notebook_node(str(notebook))
    cells = [cell for cell in node.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells):
        if number in skipped:
            cell.source = ""
    zh = en = ""
    try:
        with chdir(notebook.parent):
            ForkEngine.execute_notebook(
                node,
                "python3",
                progress_bar=False,
                autosave_cell_every=0,
                allow_errors=True,
                limits=Limits(UNHURRIED.run_seconds, ceil(seconds)),
            )
    except ReportError as error:
        zh, en = error.zh, error.en
    # Anything may go wrong in a notebook; its cells up to there are compared all the same.
    except Exception as error:
        zh = en = str(error).partition("\n")[0]
    else:
        return [cell.outputs for cell in cells], ("", "")
    begun = [cell for cell in cells if cell.metadata.get("papermill", {}).get("start_time")]
    why = f"笔记本在此停止：{zh}", f"The notebook stopped here: {en}"
    return [cell.outputs for cell in begun[:-1]], why
