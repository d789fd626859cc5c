"""Notebooks of a few cells, for tests of what runs them."""

import json
import time
from pathlib import Path

import nbformat
import psutil
from recorded import answer, empty_page, key_figure

from analysis.report.results import MIME

PARAMETERS = """case: str = ""  # folder
unit: str = "100001"
count: int = 3
share: float = 0.5
aided: bool = True
text: str = "a"
lang: str = "zh"
"""
WHOLE_CASE = PARAMETERS.replace('unit: str = "100001"\n', "")


def shown_results():
    """Return a cell that shows what a page shows, without the wait for its imports."""
    page = empty_page()
    page.answer(answer("答案。", key_figure("one", 3, "persons", label="人数")))
    bundle = json.dumps(page._repr_mimebundle_(), ensure_ascii=False)
    return (
        f"import json\nbundle = json.loads({bundle!r})\n"
        f"record = bundle[{MIME!r}]\nrecord['lang'] = lang\n"
        "record['numbers'][0]['value'] = count\n"
        "from IPython.display import display\ndisplay(bundle, raw=True)"
    )


RESULTS = shown_results()


def write_notebook(path, *cells, parameters=PARAMETERS, results=RESULTS):
    """Write a notebook: parameters, some cells, and a last one that shows its results."""
    sources = [source for source in (*cells, results) if source]
    code = [nbformat.v4.new_code_cell(source) for source in sources]
    first = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    title = nbformat.v4.new_markdown_cell("# 小报告")
    node = nbformat.v4.new_notebook(cells=[title, first, *code])
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(node, path)
    return path


def leave_pid(folder):
    """Return a cell that leaves the number of its kernel's process in a folder."""
    return f"import os, pathlib\npathlib.Path({str(folder)!r}, str(os.getpid())).touch()"


def pids(folder):
    return [int(path.name) for path in Path(folder).iterdir() if path.name.isdigit()]


def wait_until(condition, seconds=60.0):
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.05)


def gone(pid):
    """Tell whether a process has ended; one that nobody has waited for has."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def private_folders(folder):
    return [path.name for path in Path(folder).glob("relief-*")]
