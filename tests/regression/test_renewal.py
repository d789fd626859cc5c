"""Renewed notebooks: what did not change stays to the byte, and what is renewed passes."""

import base64
import copy
import io
import random

import nbformat
import numpy as np
import pytest
from cell_outputs import NOTEBOOKS, failed, printed, shown
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

from analysis.errors import UsageError
from analysis.regression.outputs import compare_outputs
from analysis.regression.renewal import renewed
from analysis.regression.tolerance import Tolerance

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><g id="{}" fill="{}"/><text>{}</text></svg>'
STYLED = '<style>#T_{0}_row0 {{ color: {1} }}</style><table id="T_{0}"><td id="T_{0}_row0">{2}'


def pixels(colour, kind="PNG"):
    file = io.BytesIO()
    Image.fromarray(np.full((4, 4, 3), colour, dtype=np.uint8)).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


def plotted(number, colour):
    told = {"relief": {"figure": {"y": number}}}
    return shown({"image/png": pixels(colour), "text/plain": "<Figure>"}, told)


def drawn(number, colour, name):
    data = {"image/svg+xml": SVG.format(name, colour, number)}
    return shown(data, {"image/svg+xml": {"alt": f"is {number}", "data": [number]}})


def widget(number, model):
    kind = "application/vnd.jupyter.widget-view+json"
    return shown({kind: {"model_id": model}, "text/plain": f"Slider({number})"})


# By kind: an output from a number, a colour and a name that is drawn by chance.
KINDS = {
    "printed": lambda number, colour, name: printed(f"人均 {number} 元 at 0x{name}{name}\n"),
    "error": lambda number, colour, name: failed(f"not {number}", [f"{number} at 0x{name}{name}"]),
    "plain": lambda number, colour, name: shown({"text/plain": f"<A {number} at 0x{name}{name}>"}),
    "markdown": lambda number, colour, name: shown({"text/markdown": f"is **{number}**"}),
    "json": lambda number, colour, name: shown({"application/json": {"b": [number, True]}}),
    "html": lambda number, colour, name: shown(
        {"text/html": STYLED.format(name, colour, number), "text/plain": str(number)}
    ),
    "svg": drawn,
    "png": lambda number, colour, name: plotted(number, 0 if colour == "red" else 255),
    "widget": lambda number, colour, name: widget(number, name),
    "result": lambda number, colour, name: shown(
        {"text/plain": str(number)}, output_type="execute_result", execution_count=1
    ),
}
LOOKS = ["html", "svg", "png"]


def notebook(*cells, **metadata):
    return new_notebook(cells=list(cells), metadata=metadata)


def cell(outputs, tags=(), **metadata):
    made = new_code_cell("f()", outputs=copy.deepcopy(outputs), execution_count=1)
    made.metadata.update({"tags": list(tags), **metadata})
    return made


def renew(old, new, tolerance=None, tags=()):
    """Return the outputs of a cell as they are renewed, and what is told of it."""
    before, executed = notebook(cell(old, tags)), notebook(cell(new, tags))
    kept = copy.deepcopy(before)
    node, changes = renewed(before, executed, tolerance or Tolerance(), "a.ipynb")
    assert before == kept, "what was given is as it was"
    nbformat.validate(node)
    return node.cells[0].outputs, changes


def bytes_of(outputs):
    return nbformat.writes(notebook(cell(outputs)), version=4).partition('"outputs"')[2]


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_what_is_within_the_tolerance_stays_to_the_byte(make):
    old, new = make(1.5, "red", "0a1b2"), make(1.5 + 1e-13, "red", "99fff")
    now, changes = renew([old], [new])
    assert bytes_of(now) == bytes_of([old])
    assert changes == []


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_another_number_renews_just_its_output(make):
    old = [each(1.5, "red", "0a1b2") for each in KINDS.values()]
    new = [each(1.5 + 1e-13, "red", "99fff") for each in KINDS.values()]
    place = list(KINDS.values()).index(make)
    new[place] = make(2.5, "red", "99fff")
    now, (change,) = renew(old, new)
    assert "2.5" in str(now[place])
    assert "1.5" not in str(now[place])
    others = [
        (one, other) for n, (one, other) in enumerate(zip(old, now, strict=True)) if n != place
    ]
    assert all(one == other for one, other in others)
    assert [each.new for each in change.differences if each.kind == "number"]


@pytest.mark.parametrize("kind", LOOKS)
def test_other_looks_are_renewed_though_no_test_tells_of_them(kind):
    old, new = KINDS[kind](1.5, "red", "0a1b2"), KINDS[kind](1.5, "blue", "0a1b2")
    now, (change,) = renew([old], [new])
    assert now == [new]
    assert change.differences == ()


NUMBERS = st.sampled_from([1.5, 1.5 + 1e-13, 1.501, 2.5, 98])
ONE = st.builds(
    lambda kind, *how: KINDS[kind](*how),
    st.sampled_from(list(KINDS)),
    NUMBERS,
    st.sampled_from(["red", "blue"]),
    st.sampled_from(["0a1b2", "99fff"]),
)
STREAMS = st.builds(
    printed, st.sampled_from(["a 1\n", "b 2\n"]), st.sampled_from(["stdout", "stderr"])
)
CELL = st.lists(ONE | STREAMS, max_size=4)


@given(CELL, CELL)
def test_what_is_renewed_is_the_same_as_the_run_and_stays_so(old, new):
    now, changes = renew(old, new)
    assert not list(compare_outputs(now, new, Tolerance(), images=True))
    assert renew(now, new) == (now, [])
    told = list(compare_outputs(old, new, Tolerance()))
    assert bool(told) == bool([found for change in changes for found in change.differences])


@given(st.lists(STREAMS, max_size=4), st.randoms(use_true_random=False))
def test_how_printed_text_is_interleaved_changes_nothing(streams, chance):
    figure = drawn(1.5, "red", "0a1b2")
    old = [*streams, figure]
    names = chance.sample(["stdout", "stderr"], 2)
    new = [figure] + [
        printed("".join(each.text for each in streams if each.name == name), name) for name in names
    ]
    assert renew(old, [each for each in new if each.get("text", "x")]) == (old, [])


def test_a_cell_and_a_notebook_may_have_their_own_tolerance():
    old, new = [KINDS["json"](100, "red", "")], [KINDS["json"](101, "red", "")]
    assert renew(old, new)[0] == new
    assert renew(old, new, tags=["relief-rtol=0.1"]) == (old, [])
    before = notebook(cell(old), relief={"rtol": 0.1})
    node, changes = renewed(before, notebook(cell(new)), Tolerance(), "a.ipynb")
    assert (node.cells[0].outputs, changes) == (old, [])


def test_what_is_no_tolerance_is_told_with_its_place():
    with pytest.raises(UsageError, match=r"a\.ipynb, Cell 0"):
        renew([], [], tags=["relief-rtol=x"])


@pytest.mark.parametrize("tag", ["nbval-ignore-output", "nbval-skip"])
def test_a_cell_that_is_not_checked_keeps_what_it_has(tag):
    old, new = [printed("a 1")], [printed("a 2")]
    assert renew(old, new, tags=[tag]) == (old, [])
    assert renew([], new, tags=[tag])[0] == new


def test_sources_names_order_and_metadata_stay_and_notes_go():
    notes = {"execution": {"iopub.execute_input": "2026-01-31T08:15:00"}}
    before = notebook(
        new_markdown_cell("# Title"),
        cell([printed("a 1")], ["parameters"], mine={"b": 1}, **notes),
        new_markdown_cell("## More", metadata={"papermill": {"duration": 0.1}}),
        cell([printed("b 1")]),
        kernelspec={"name": "python3", "display_name": "Python 3"},
        papermill={"end_time": "2026-01-31T08:15:00"},
    )
    executed = copy.deepcopy(before)
    executed.metadata["language_info"] = {"name": "python", "version": "9.9.9"}
    for each in executed.cells:
        each.source, each.id = "other", f"x{each.id}"
        each.metadata["papermill"] = {"duration": 1.5}
    executed.cells[3].outputs[0].text = "b 2"
    node, (change,) = renewed(before, executed, Tolerance(), "a.ipynb")
    expected = copy.deepcopy(before)
    expected.cells[3].outputs[0].text = "b 2"
    del expected.cells[1].metadata["execution"], expected.metadata["papermill"]
    del expected.cells[2].metadata["papermill"]
    assert node == expected
    assert change.number == 1


def test_the_count_of_each_run_is_renewed():
    before = notebook(cell([KINDS["result"](1.5, "red", "0a1b2")]))
    executed = copy.deepcopy(before)
    executed.cells[0].execution_count = executed.cells[0].outputs[0].execution_count = 7
    node, changes = renewed(before, executed, Tolerance(), "a.ipynb")
    assert node.cells[0].execution_count == node.cells[0].outputs[0].execution_count == 7
    assert changes == []


def test_a_name_of_the_machine_that_an_output_shows_is_told(monkeypatch):
    from analysis.regression import traces

    monkeypatch.setattr(traces, "_names", lambda: ["annabel"])
    _, (change,) = renew([printed("by annabel")], [printed("by annabel")])
    assert change.names == ("annabel",)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_real_notebook_run_again_stays_to_the_byte(path):
    before = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    node, changes = renewed(before, copy.deepcopy(before), Tolerance(), path.name)
    assert changes == []
    assert nbformat.writes(node) == nbformat.writes(before)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_of_a_real_notebook_one_changed_output_is_renewed(path):
    before = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    executed = copy.deepcopy(before)
    cells = [each for each in executed.cells if each.get("outputs")]
    chance = random.Random(path.stem)  # noqa: S311
    output = chance.choice([each for made in cells for each in made.outputs if "data" in each])
    output.data["text/plain"] += " 98"
    node, (change,) = renewed(before, executed, Tolerance(), path.name)
    assert change.differences
    assert nbformat.writes(node) == nbformat.writes(executed)
