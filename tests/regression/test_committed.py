"""What is committed holds no folder of a machine, no name of a user, no time of a run."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from analysis.regression.traces import names_left, without_traces

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
STORED = sorted((ROOT / "tests/matrix").glob("*.json"))
FOLDER = re.compile(r"(?<![\w/.<])/(?:home|root|tmp|Users|work|mnt|var)/\w|[A-Z]:\\\\?\w")
TIME = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_no_trace_of_a_machine(path):
    node = nbformat.read(path, 4)
    assert "papermill" not in node.metadata
    outputs = [each for cell in node.cells for each in cell.get("outputs", ())]
    assert len(outputs) > 5
    for cell in node.cells:
        assert not {"papermill", "execution"} & cell.metadata.keys()
    for output in outputs:
        assert without_traces(output) == output
        assert names_left(output) == []
    text = path.read_text(encoding="utf-8")
    assert not FOLDER.search(text)
    assert not TIME.search(text)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_stored_results_hold_no_trace_of_a_machine(path):
    text = path.read_text(encoding="utf-8")
    assert not FOLDER.search(text)
    assert not TIME.search(text)
    # As `relief accept` writes them, so that a renewal changes what changed alone.
    written = json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True)
    assert text == f"{written}\n"


def test_the_patterns_find_what_they_are_to_find():
    for text in ("in /home/ann/x", "'/tmp/a'", "C:\\data", "at 2026-11-25T08:15"):
        assert FOLDER.search(text) or TIME.search(text), text
