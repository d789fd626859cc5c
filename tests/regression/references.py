"""Notebooks with reference outputs, written for a test."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


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


def shown(data, metadata=None):
    return new_output("display_data", data=data, metadata=metadata or {})


def value(text, **data):
    return new_output("execute_result", data={"text/plain": text, **data}, execution_count=1)
