"""Outputs of cells as a notebook holds them, and those of the real notebooks."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_output

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def real_outputs(path):
    """Return the outputs of each cell of a notebook that has any."""
    node = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    return [cell.outputs for cell in node.cells if cell.get("outputs")]


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(data, metadata=None, output_type="display_data", **more):
    return new_output(output_type, data=data, metadata=metadata or {}, **more)


def failed(text, traceback=()):
    return new_output("error", ename="ValueError", evalue=text, traceback=list(traceback))
