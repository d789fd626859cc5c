"""Values typed on a command line keep the type that the notebook declares, or are refused."""

import json
from pathlib import Path

import pytest
from batch.tiny_notebooks import write_notebook
from hypothesis import given
from hypothesis import strategies as st

from analysis.batch.parameters import (
    check_parameters,
    declared_parameters,
    takes_unit,
    typed_parameters,
)
from analysis.errors import UsageError

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

DECLARED = """case: str = "data/x"
unit: str = "062300"
count: int = 10000
share: float = 0.5
aided: bool = True
text: str = 'it"s'
odd: list[int] = [1]
bare = 3
lang: str = "zh"
"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    return write_notebook(tmp_path_factory.mktemp("p") / "n{0}.ipynb", parameters=DECLARED)


@given(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.text())
def test_what_is_written_out_reads_back(notebook, count, share, aided, text):
    values = {"count": count, "share": share, "aided": aided, "text": text}
    read = typed_parameters(notebook, [f"{name}={value}" for name, value in values.items()])
    assert read == values
    assert list(map(type, read.values())) == [int, float, bool, str]


def test_the_defaults_keep_their_types(notebook):
    declared = declared_parameters(notebook)
    values = {name: declared[name].default_value() for name in declared}
    assert values["count"] == 10000
    assert values["share"] == 0.5
    assert values["aided"] is True
    assert values["text"] == 'it"s'
    assert values["unit"] == "062300"


@pytest.mark.parametrize(
    "word",
    [
        "count=１２",
        "count=1.5",
        "count=1_000",
        "count=",
        "count= 3",
        "share=nan",
        "share=1e999",
        "share=０.5",
        "share=half",
        "aided=yes",
        "aided=1",
    ],
)
def test_a_value_of_another_type_is_refused(notebook, word):
    name, _, text = word.partition("=")
    with pytest.raises(UsageError) as caught:
        typed_parameters(notebook, [word])
    for message in (caught.value.zh, caught.value.en):
        assert name in message
        assert text in message


@pytest.mark.parametrize("name", ["case", "unit", "lang"])
def test_what_has_an_option_of_its_own_is_not_overridden(notebook, name):
    with pytest.raises(UsageError, match=f"--{name}"):
        typed_parameters(notebook, [f"{name}=x"])


@pytest.mark.parametrize("word", ["nope=1", "count", "=1", "", "Count=1"])
def test_an_unknown_name_is_told_what_there_is(notebook, word):
    with pytest.raises(UsageError, match=r"count, share, aided, text"):
        typed_parameters(notebook, [word])


def test_a_name_given_twice_is_refused(notebook):
    with pytest.raises(UsageError, match="twice"):
        typed_parameters(notebook, ["count=1", "count=1"])


@pytest.mark.parametrize("name", ["odd", "bare"])
def test_a_type_that_cannot_be_typed_says_so(notebook, name):
    with pytest.raises(UsageError, match="annotate"):
        typed_parameters(notebook, [f"{name}=1"])


def test_only_a_notebook_that_declares_a_unit_takes_one(notebook, tmp_path):
    assert takes_unit(notebook)
    assert not takes_unit(write_notebook(tmp_path / "n.ipynb", parameters="lang: str = 'zh'"))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}'])
def test_what_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "n.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"n\.ipynb is no readable notebook"):
        declared_parameters(path)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_shipped_notebooks_declare_what_papermill_finds(path):
    import papermill

    declared = {
        name: (each.type_name, each.default) for name, each in declared_parameters(path).items()
    }
    found = papermill.inspect_notebook(str(path))
    assert declared == {
        name: (each["inferred_type_name"], each["default"]) for name, each in found.items()
    }


def test_a_cell_that_is_not_all_python_is_read_line_by_line(tmp_path):
    path = write_notebook(tmp_path / "n.ipynb", parameters='%time\ncount: int = 3\nunit = "a"\n')
    declared = declared_parameters(path)
    assert declared["count"].default_value() == 3
    assert takes_unit(path)


def test_a_type_may_be_a_comment_or_a_text_and_a_value_may_take_lines(tmp_path):
    cell = (
        'a = 1  # type: int\nb: "str" = "x = y"  # a = sign\nc: list[int] = [\n    1,\n]\nd = 2\n'
    )
    declared = declared_parameters(write_notebook(tmp_path / "n.ipynb", parameters=cell))
    assert {name: each.type_name for name, each in declared.items()} == {
        "a": "int",
        "b": "str",
        "c": "list[int]",
        "d": "None",
    }
    assert declared["b"].default_value() == "x = y"
    assert declared["c"].default_value() == [1]


def test_an_old_notebook_is_read(tmp_path):
    import nbformat

    path = write_notebook(tmp_path / "n.ipynb", parameters="count: int = 3")
    old = nbformat.convert(nbformat.read(path, as_version=4), 3)
    nbformat.write(old, path)
    assert declared_parameters(path)["count"].default_value() == 3


@pytest.mark.parametrize("change", [{"cells": 3}, {"cells": [3]}, {"nbformat": None}])
def test_a_damaged_notebook_is_refused(tmp_path, change):
    path = write_notebook(tmp_path / "n.ipynb", parameters="count: int = 3")
    node = json.loads(path.read_text(encoding="utf-8")) | change
    path.write_text(json.dumps(node), encoding="utf-8")
    with pytest.raises(UsageError, match="no readable notebook"):
        declared_parameters(path)


def test_a_notebook_without_case_or_language_is_refused(tmp_path):
    check_parameters(write_notebook(tmp_path / "n.ipynb"))
    bare = write_notebook(tmp_path / "m.ipynb", parameters='lang: str = "zh"')
    with pytest.raises(UsageError, match=r"(?s)m\.ipynb 没有声明参数 case.*declare case\. "):
        check_parameters(bare)
    with pytest.raises(UsageError, match="case and lang"):
        check_parameters(write_notebook(tmp_path / "o.ipynb", parameters="x = 1"))
