"""``relief accept``: shows what changed, renews what was named, and no more."""

import copy
import json
import random
import subprocess

import nbformat
import pytest
from batch.tiny_notebooks import WHOLE_CASE, write_notebook
from cases import set_cell, shipped_copy, small_case
from command import is_told
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook
from regression.shown_cells import NOTEBOOKS, failed, pixels, printed, shown, write

from analysis.regression import traces
from analysis.regression.accept import renewed
from analysis.regression.compare import Tolerance
from analysis.regression.outputs import compare_outputs

COUNT = ("print('人均', 150.3, '元')", [printed("人均 148.8 元\n")])
SAME = ("print('共', 8 + 1e-12, '个')", [printed("共 8 个\n")])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "notebooks/a.ipynb", COUNT, SAME)
    write(tmp_path / "notebooks/b.ipynb", COUNT)
    return tmp_path


@pytest.fixture
def matrix(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small_case(tmp_path / "case")
    write_notebook(tmp_path / "whole.ipynb", parameters=WHOLE_CASE)
    return matrix_of(tmp_path, [1, 2])


def matrix_of(folder, counts):
    path = folder / "matrix.toml"
    path.write_text(
        f'[[run]]\nnotebook = "whole.ipynb"\ncase = "case"\nlang = ["en"]\n'
        f"parameters = {{ count = {counts} }}\n"
    )
    return path


def outputs(path):
    return [cell.outputs[0].text for cell in nbformat.read(path, 4).cells]


def commit(folder, *files):
    me = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for words in (("init", "-q"), ("add", *files), (*me, "commit", "-qm", "x")):
        subprocess.run(["git", "-C", folder, *words], check=True)


def stored(folder):
    return sorted(path.name for path in (folder / "matrix").glob("*.json"))


def test_without_a_name_it_only_shows_what_changed(relief, folder):
    before = {path: path.read_bytes() for path in folder.glob("notebooks/*")}
    ran = relief("accept")
    assert ran.returncode == 1
    assert "148.8 → 150.3" in ran.stdout
    assert "relief accept notebooks/a.ipynb notebooks/b.ipynb" in ran.stdout
    assert {path: path.read_bytes() for path in folder.glob("notebooks/*")} == before


def test_what_was_named_is_renewed_and_nothing_else(relief, folder):
    other = (folder / "notebooks/b.ipynb").read_bytes()
    ran = relief("accept", "notebooks/a.ipynb")
    assert ran.returncode == 0
    assert "Cell 0" in ran.stdout
    assert "148.8 → 150.3" in ran.stdout
    # What is the same within the tolerance stays as it was.
    assert outputs(folder / "notebooks/a.ipynb") == ["人均 150.3 元\n", "共 8 个\n"]
    assert (folder / "notebooks/b.ipynb").read_bytes() == other
    assert relief("accept").returncode == 1
    assert relief("accept", "all").returncode == 0
    again = relief("accept")
    assert again.returncode == 0
    assert again.stdout.count("unchanged") == 2


@pytest.mark.parametrize("indent", [1, 2, 4])
def test_only_outputs_of_what_changed_are_in_the_diff(relief, folder, indent):
    path = folder / "notebooks/a.ipynb"
    node = json.loads(path.read_text())
    node["metadata"]["authors"] = [{"name": "刘"}]
    node["metadata"]["language_info"] = {"name": "python", "version": "3.12.1"}
    node["cells"][0]["id"] = "some-id"
    node["cells"][1]["metadata"]["jupyter"] = {"source_hidden": True}
    text = json.dumps(node, ensure_ascii=False, indent=indent, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8")
    assert relief("accept", path).returncode == 0
    lines, now = text.splitlines(), path.read_text(encoding="utf-8").splitlines()
    changed = [(old, new) for old, new in zip(lines, now, strict=True) if old != new]
    assert [(old.strip(), new.strip()) for old, new in changed] == [
        ('"人均 148.8 元\\n"', '"人均 150.3 元\\n"')
    ]


def test_times_and_folders_of_this_machine_are_not_kept(relief, folder):
    path = folder / "notebooks/a.ipynb"
    show = "import os, time; print(os.path.abspath('x/units.csv'), time.ctime(), object())"
    write(path, (show, []))
    assert relief("accept", path).returncode == 0
    text = path.read_text(encoding="utf-8")
    assert str(folder) not in text
    assert "2026" not in text
    assert outputs(path) == ["…/units.csv <time> <object object at 0x…>\n"]
    assert "unchanged" in relief("accept", path).stdout


def test_an_output_with_the_users_name_is_refused(relief, folder, monkeypatch):
    monkeypatch.setattr(traces, "_names", lambda: ["ann.lee"])
    path = write(folder / "notebooks/a.ipynb", ("print('by', 'ann.lee')", []))
    before = path.read_bytes()
    is_told(relief("accept", path), 1, "ann.lee")
    assert path.read_bytes() == before
    assert relief("accept", path, "--force").returncode == 0


def test_a_notebook_with_uncommitted_changes_is_refused_unless_forced(relief, folder):
    path = folder / "notebooks/a.ipynb"
    commit(folder, "notebooks/a.ipynb")
    assert relief("accept", "notebooks/b.ipynb").returncode == 0  # git does not know it
    node = nbformat.read(path, 4)
    node.cells[0].source = "print('人均', 151.2, '元')"
    nbformat.write(node, path)
    before = path.read_bytes()
    is_told(relief("accept", path), 1, "a.ipynb", "--force")
    assert path.read_bytes() == before
    assert relief("accept", path, "--force").returncode == 0
    assert outputs(path)[0] == "人均 151.2 元\n"
    commit(folder, "notebooks/a.ipynb")
    assert relief("accept", path).returncode == 0


def test_a_notebook_that_fails_leaves_every_file_as_it_was(relief, folder):
    write(folder / "notebooks/b.ipynb", ("1 / 0", []))
    before = (folder / "notebooks/a.ipynb").read_bytes()
    is_told(relief("accept", "all"), 1, "b.ipynb", "ZeroDivisionError")
    assert (folder / "notebooks/a.ipynb").read_bytes() == before


def test_a_cell_that_is_to_fail_is_accepted(relief, folder):
    path = write(folder / "notebooks/b.ipynb", ("1 / 0", [], ["raises-exception"]), COUNT)
    assert relief("accept", path).returncode == 0
    node = nbformat.read(path, 4)
    assert [len(cell.outputs) for cell in node.cells] == [1, 1]
    assert node.cells[0].outputs[0].ename == "ZeroDivisionError"
    assert str(folder) not in path.read_text(encoding="utf-8")
    assert "unchanged" in relief("accept", path).stdout


def test_a_run_is_named_as_it_is_to_be_typed(relief, matrix):
    ran = relief("accept", f"{matrix}::whole.small.en.count=2")
    assert ran.returncode == 0
    (matrix.parent / "matrix/whole.small.en.count=2.json").write_text("{}")
    (matrix.parent / "tests").mkdir()
    told = relief("accept", f"{matrix}::whole.small.en.count=2", cwd=matrix.parent).stdout
    name = told.split(": ")[0]
    assert relief("accept", name).stdout.startswith(f"{name}: ")


def test_results_of_runs_are_stored_renewed_and_removed(relief, matrix):
    assert relief("accept", matrix).returncode == 0
    folder = matrix.parent
    names = ["whole.small.en.count=1.json", "whole.small.en.count=2.json"]
    assert stored(folder) == names
    first, second = (folder / "matrix" / name for name in names)
    for path in (first, second):
        results = json.loads(path.read_text())
        results["numbers"][0]["value"] += 5
        path.write_text(json.dumps(results))
    ran = relief("accept", f"{matrix}::whole.small.en.count=2")
    assert "numbers › one › value: 7 → 2" in ran.stdout
    assert json.loads(second.read_text())["numbers"][0]["value"] == 2
    assert json.loads(first.read_text())["numbers"][0]["value"] == 6
    matrix_of(folder, [2, 3])
    assert relief("accept", matrix).returncode == 0
    assert stored(folder) == ["whole.small.en.count=2.json", "whole.small.en.count=3.json"]


def test_results_without_a_run_are_named_by_the_file_that_listed_them(relief, matrix):
    folder = matrix.parent / "tests"
    folder.mkdir()
    path = matrix.rename(folder / "matrix.toml")
    assert relief("accept", path).returncode == 0
    (folder / "matrix/stray.json").write_text("{}")
    told = relief("accept").stdout
    assert "stray.json" in told
    command = told.splitlines()[-1].rpartition("relief ")[2]
    assert command == "accept tests/matrix.toml"
    assert relief(*command.split()).returncode == 0
    assert not (folder / "matrix/stray.json").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "[[run]]"),
        ("run = 3", "[[run]]"),
        ("[[run]]\nnotebook = 3", "case"),
        ('[[run]]\nnotebook = "whole.ipynb"', "case"),
        ('[[run]]\nnotebook = "whole.ipynb"\ncase = "case"\nunit = "1"', "unit"),
        ('[[run]]\nnotebook = "whole.ipynb"\ncase = "case"\nlang = "en"', "lang"),
        ('[[run]]\nnotebook = "whole.ipynb"\ncase = "nowhere"', "nowhere"),
        ('[[run]]\nnotebook = "none.ipynb"\ncase = "case"', "none"),
        ('[[run]]\nnotebook = "whole.ipynb"\ncase = "case"\nunits = "all"', "--unit"),
        ('[[run]]\nnotebook = "whole.ipynb"\ncase = "case"\nparameters = { n = [1] }', "n=1"),
        ('[[run]]\nnotebook = "whole.ipynb"\ncase = "case"\nparameters = { count = 1 }', "list"),
        ('[[run]]\nnotebook = "whole.ipynb"\ncase = "case"\n' * 2, "twice"),
        ("[[run", "TOML"),
    ],
)
def test_a_wrong_matrix_is_told_by_run_and_entry(relief, matrix, content, said):
    matrix.write_text(content)
    is_told(relief("accept", matrix), 2, said, "matrix.toml")


def test_a_run_or_file_that_is_not_there_is_told(relief, matrix):
    is_told(relief("accept", f"{matrix}::nobody"), 2, "nobody")
    is_told(relief("accept", "other/matrix.toml"), 2, "other")
    is_told(relief("accept"), 2, "notebooks")


def test_errors_of_the_case_are_warned_of(relief, folder):
    case = shipped_copy(folder / "case")
    path = write(folder / "notebooks/b.ipynb", ('case: str = "case"', [], ["parameters"]), SAME)
    assert "relief check" not in relief("accept", path).stderr
    set_cell(case, "allocation", 3, "amount_wan", "68")
    ran = relief("accept", path)
    assert ran.returncode == 0
    (line,) = ran.stderr.splitlines()
    assert "relief check" in line and "case" in line and "68" in line


# ---- What did not change stays to the byte, and what is renewed passes.
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><g id="{}" fill="{}"/><text>{}</text></svg>'
STYLED = '<style>#T_{0}_row0 {{ color: {1} }}</style><table id="T_{0}"><td id="T_{0}_row0">{2}'


def drawn(number, colour, name):
    data = {"image/svg+xml": SVG.format(name, colour, number)}
    return shown(data, {"image/svg+xml": {"alt": f"is {number}", "table": [number]}})


def plotted(number, colour, _):
    grey = [[number * 100, 0 if colour == "red" else 9]]
    return shown({"image/png": pixels(grey), "text/plain": f"<Figure {number}>"})


# By kind: an output from a number, a colour and a name that is drawn by chance.
KINDS = {
    "printed": lambda number, _, name: printed(f"人均 {number} 元 at 0x{name}{name}\n"),
    "error": lambda number, _, name: failed(f"not {number}", [f"{number} at 0x{name}{name}"]),
    "plain": lambda number, _, name: shown({"text/plain": f"<A {number} at 0x{name}{name}>"}),
    "json": lambda number, _, name: shown({"application/json": {"b": [number, True]}}),
    "html": lambda number, colour, name: shown(
        {"text/html": STYLED.format(name, colour, number), "text/plain": str(number)}
    ),
    "svg": drawn,
    "png": plotted,
    "result": lambda number, _, name: shown(
        {"text/plain": str(number)}, output_type="execute_result", execution_count=1
    ),
}
LOOKS = ["html", "svg"]


def cell(made, tags=()):
    code = new_code_cell("f()", outputs=copy.deepcopy(made), execution_count=1)
    code.metadata["tags"] = list(tags)
    return code


def renew(old, new, tags=()):
    """Return the outputs of a cell as they are renewed, and what is told of it."""
    node, executed = (new_notebook(cells=[cell(each, tags)]) for each in (old, new))
    told, _ = renewed(node, executed, "a.ipynb")
    nbformat.validate(node)
    return node.cells[0].outputs, told


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_another_number_renews_its_output_alone(make):
    old = [each(1.5, "red", "0a1b2") for each in KINDS.values()]
    new = [each(1.5 + 1e-13, "red", "99fff") for each in KINDS.values()]
    assert renew(old, new) == (old, {})
    place = list(KINDS.values()).index(make)
    new[place] = make(2.5, "red", "99fff")
    now, told = renew(old, new)
    assert [n for n, (one, other) in enumerate(zip(old, now, strict=True)) if one != other] == [
        place
    ]
    assert "1.5" not in str(now[place])
    assert told["Cell 0"]


@pytest.mark.parametrize("kind", LOOKS)
def test_other_looks_are_renewed_though_no_test_tells_of_them(kind):
    old, new = KINDS[kind](1.5, "red", "0a1b2"), KINDS[kind](1.5, "blue", "0a1b2")
    assert renew([old], [new]) == ([new], {"Cell 0": []})


ONE = st.builds(
    lambda kind, *how: KINDS[kind](*how),
    st.sampled_from(list(KINDS)),
    st.sampled_from([1.5, 1.5 + 1e-13, 1.501, 2.5]),
    st.sampled_from(["red", "blue"]),
    st.sampled_from(["0a1b2", "99fff"]),
)
STREAMS = st.builds(
    printed, st.sampled_from(["a 1\n", "b 2\n"]), st.sampled_from(["stdout", "stderr"])
)
CELL = st.lists(ONE | STREAMS, max_size=4)


@given(CELL, CELL)
def test_what_is_renewed_is_the_same_as_the_run_and_stays_so(old, new):
    now, told = renew(old, new)
    assert not list(compare_outputs(now, new, Tolerance(), images=True))
    assert renew(now, new) == (now, {})
    assert any(told.values()) == any(compare_outputs(old, new, Tolerance()))


def test_how_printed_text_is_interleaved_changes_nothing():
    figure = drawn(1.5, "red", "0a1b2")
    old = [printed("a 1\n"), printed("b 2\n", "stderr"), printed("a 3\n"), figure]
    new = [figure, printed("b 2\n", "stderr"), printed("a 1\na 3\n")]
    assert renew(old, new) == (old, {})


def test_a_cells_own_tolerance_and_its_tags_hold():
    old, new = [KINDS["json"](100, "red", "")], [KINDS["json"](101, "red", "")]
    assert renew(old, new)[0] == new
    assert renew(old, new, ["relief-rtol=0.1"]) == (old, {})
    for tag in ("nbval-ignore-output", "nbval-skip"):
        assert renew(old, new, [tag]) == (old, {})
        assert renew([], new, [tag])[0] == new


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_of_a_real_notebook_one_changed_output_is_renewed(path):
    before = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    executed, node = copy.deepcopy(before), copy.deepcopy(before)
    assert renewed(node, executed, path.name) == ({}, {})
    assert node == before
    cells = [each for each in executed.cells if each.get("outputs")]
    chance = random.Random(path.stem)  # noqa: S311
    output = chance.choice([each for made in cells for each in made.outputs if "data" in each])
    output.data["text/plain"] += " 98"
    told, _ = renewed(node, executed, path.name)
    assert len(told) == 1
    assert node == executed
