"""Renew the reference outputs that a notebook is committed with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.batch.execute import execute
from analysis.batch.jobs import find_notebook
from analysis.errors import UsageError
from analysis.reports.files import write_whole

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py"},
}


def accept(notebooks: Sequence[str], folder: Path = Path("notebooks")) -> list[Path]:
    """Run notebooks where they stand and keep what they show as their reference outputs.

    Nothing that differs from machine to machine is kept: no times, paths or versions.

    Parameters
    ----------
    notebooks : sequence of str
        Names or paths; none means every notebook of `folder`.
    folder : Path
        Where the notebooks are.

    Returns
    -------
    list of Path
        The notebooks whose file changed.

    Raises
    ------
    ReliefError
        If a notebook is not found or fails: every file stays as it was.
    """
    found = [find_notebook(name) for name in notebooks] or sorted(folder.glob("*.ipynb"))
    if not found:
        raise UsageError(
            f"文件夹 {folder} 中没有笔记本。请给出笔记本的名称或路径。",
            f"There is no notebook in {folder}. Give a notebook's name or path.",
        )
    contents = {path: _renewed(path) for path in found}
    changed = [path for path, content in contents.items() if content != path.read_bytes()]
    for path in changed:
        write_whole(path, contents[path])
    return changed


def _renewed(path: Path) -> bytes:
    import nbformat

    node = execute(path, {}, folder=path.parent)
    node.metadata = nbformat.from_dict(KERNEL)
    return f"{nbformat.writes(node, indent=1)}\n".encode()
