"""Outputs of cells as a notebook holds them, notebooks written for a test, and the real ones."""

import base64
import io
from pathlib import Path

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def real_outputs(path):
    """Return the outputs of each cell of a notebook that has any."""
    node = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    return [cell.outputs for cell in node.cells if cell.get("outputs")]


def write(path, *cells, metadata=None):
    """Write a notebook; a cell is its source, its outputs and, if any, its tags."""
    node = new_notebook(metadata={"kernelspec": KERNEL, **(metadata or {})})
    for number, (source, outputs, *tags) in enumerate(cells, 1):
        cell = new_code_cell(source, execution_count=number, outputs=outputs)
        cell.metadata["tags"] = list(*tags)
        node.cells.append(cell)
    nbformat.write(node, path)
    return path


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(data, metadata=None, output_type="display_data", **more):
    return new_output(output_type, data=data, metadata=metadata or {}, **more)


def failed(text, traceback=()):
    return new_output("error", ename="ValueError", evalue=text, traceback=list(traceback))


def pixels(array, kind="PNG"):
    """Return a picture of grey levels or colours in base64."""
    file = io.BytesIO()
    Image.fromarray(np.asarray(array, dtype=np.uint8)).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()
