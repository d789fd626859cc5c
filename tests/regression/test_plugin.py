"""``pytest --nbval --relief``: fails when a number changes, and only then."""

import re
import subprocess

import nbformat
import numpy as np

# What a session of pytest's own tests loads is forgotten after it, and NumPy cannot load twice.
import pandas  # noqa: F401
import pytest
from batch.tiny_notebooks import WHOLE_CASE, write_notebook
from cases import set_cell, small_case
from nbformat.v4 import new_output
from regression.shown_cells import pixels, printed, shown, write

from analysis.regression import items  # noqa: F401

NOISE = "print('人均', 148.8 + 1e-12, '元')"
EXACT = [printed("人均 148.8 元\n")]
KERNELS = [[], ["--relief-fork"]]


@pytest.fixture
def run(pytester):
    def run(*options):
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", *options)

    return run


@pytest.fixture
def notebook(pytester):
    def notebook(*cells, metadata=None):
        return write(pytester.path / "a.ipynb", *cells, metadata=metadata)

    return notebook


def counts(result):
    return {name: count for name, count in result.parseoutcomes().items() if name != "seconds"}


def test_takes_no_part_unless_asked(run, notebook):
    notebook((NOISE, EXACT))
    assert counts(run("--nbval", "a.ipynb")) == {"failed": 1}
    assert counts(run("--nbval", "--relief", "a.ipynb")) == {"passed": 1}
    assert counts(run("--relief", "a.ipynb")) == {}


@pytest.mark.parametrize("fork", KERNELS, ids=["nbval", "fork"])
def test_a_changed_number_is_told_with_all_that_a_reader_needs(run, notebook, fork):
    notebook(("x = 1", []), ("print('人均', 150.3, '元')", EXACT))
    result = run("--nbval", "--relief", *fork, "a.ipynb")
    assert counts(result) == {"passed": 1, "failed": 1}
    result.stdout.fnmatch_lines(
        [
            "*a.ipynb::Cell 1*",
            "148.8 → 150.3*number changed",
            "*where: *stdout*人均*元*",
            "*old: 148.8",
            "*new: 150.3",
            "*difference: 1.5 (1.01%)",
            "*print('人均', 150.3, '元')",
            "*relief accept a.ipynb*",
            "*FAILED a.ipynb::Cell 1 - *148.8 → 150.3*",
        ]
    )


def test_the_nearest_tolerance_counts(run, notebook):
    cell = ("print('人均', 150.3, '元')", EXACT)
    options = ("--nbval", "--relief", "--relief-fork", "a.ipynb")
    notebook(cell)
    assert counts(run(*options)) == {"failed": 1}
    assert counts(run(*options, "--relief-rtol=0.02")) == {"passed": 1}
    tags = [], ["relief-rtol=0.02"], ["relief-atol=2"], ["relief-atol=0.5"]
    notebook(*((*cell, own) for own in tags), metadata={"relief": {"rtol": 0.001}})
    result = run(*options, "--relief-rtol=0.02", "-v")
    assert re.findall(r"Cell (\d) FAILED", result.stdout.str()) == ["0", "3"]


@pytest.mark.parametrize(
    ("options", "metadata", "tags", "said"),
    [
        (["--relief", "--relief-atol=much"], {}, [], "atol=much"),
        (["--relief-fork"], {}, [], "--relief-fork"),
        (["--relief"], {"relief": 1}, [], "relief=1"),
        (["--relief"], {}, ["relief-rtol"], "rtol="),
    ],
)
def test_a_wrong_tolerance_is_told_and_nothing_runs(run, notebook, options, metadata, tags, said):
    notebook(("print(1)", [printed("1\n")], tags), metadata=metadata)
    result = run("--nbval", *options, "a.ipynb")
    told = result.stdout.str() + result.stderr.str()
    assert result.ret not in (0, 1)
    assert said in told
    assert "Traceback" not in told


def test_lax_compares_only_what_is_marked(run, notebook):
    marked = "# NBVAL_CHECK_OUTPUT\nprint('人均', 150.3, '元')"
    notebook(("print('人均', 150.3, '元')", EXACT), (marked, EXACT), (NOISE, EXACT))
    assert counts(run("--nbval-lax", "--relief", "a.ipynb")) == {"passed": 2, "failed": 1}


def test_replacements_of_nbval_still_hold(run, notebook, pytester):
    pytester.path.joinpath("volatile.cfg").write_text("[ticket]\nregex: T-\\d+\nreplace: T\n")
    notebook(("print('T-2')", [printed("T-1\n")]))
    options = ("--nbval", "--relief", "--relief-fork", "a.ipynb")
    assert counts(run(*options)) == {"failed": 1}
    assert counts(run(*options, "--nbval-sanitize-with", "volatile.cfg")) == {"passed": 1}


def test_what_nbval_says_of_a_cell_holds(run, notebook):
    notebook(
        ("1 / 0", [], ["nbval-skip"]),
        ("print(2)", [printed("1\n")], ["nbval-ignore-output"]),
        (
            "raise ValueError('now 2')",
            [new_output("error", ename="ValueError", evalue="now 1")],
            ["raises-exception"],
        ),
        ("1 / 0", []),
    )
    result = run("--nbval", "--relief", "--relief-fork", "a.ipynb")
    assert counts(result) == {"skipped": 1, "passed": 1, "failed": 2}
    result.stdout.fnmatch_lines(["1 → 2*", "*ZeroDivisionError*"])


def test_a_kernel_that_dies_says_how_and_those_after_it_fail(run, notebook):
    notebook(("import os; os._exit(3)", []), ("print(1)", [printed("1\n")]))
    result = run("--nbval", "--relief", "--relief-fork", "a.ipynb")
    assert counts(result) == {"failed": 2}
    result.stdout.fnmatch_lines(["*exit code 3*"])


def test_a_cell_that_takes_too_long_ends_the_notebook_there(run, notebook):
    sleep = "import time; time.sleep(60)"
    notebook(("print(1)", [printed("1\n")]), (sleep, []), ("print(1)", [printed("1\n")]))
    options = ("--nbval", "--relief", "--relief-fork", "--nbval-cell-timeout=0.5", "a.ipynb")
    result = run(*options)
    assert counts(result) == {"passed": 1, "failed": 2}
    result.stdout.fnmatch_lines(["*The notebook stopped here: *timed out*"])


def test_a_cell_that_was_never_run_has_nothing_to_pass_by(run, notebook):
    path = notebook(("x = 1", []), ("print(x)", []))
    node = nbformat.read(path, 4)
    for cell in node.cells:
        cell.execution_count = None
    nbformat.write(node, path)
    result = run("--nbval", "--relief", "--relief-fork", "a.ipynb")
    assert counts(result) == {"passed": 1, "failed": 1}
    result.stdout.fnmatch_lines(["*new: 1*", "*relief accept a.ipynb*"])
    assert counts(run("--nbval-lax", "--relief", "--relief-fork", "a.ipynb")) == {"passed": 2}


def test_runs_with_other_parameters_are_compared_with_stored_results(run, pytester, relief):
    small_case(pytester.path / "case")
    write_notebook(pytester.path / "whole.ipynb", parameters=WHOLE_CASE)
    matrix = pytester.path / "matrix.toml"
    matrix.write_text(
        '[[run]]\nnotebook = "whole.ipynb"\ncase = "case"\nlang = ["en"]\n'
        "parameters = { count = [1, 2] }\n"
    )
    name = "whole.small.en.count=2"
    result = run("--relief", "matrix.toml")
    assert counts(result) == {"failed": 2}
    result.stdout.fnmatch_lines([f"*no stored results {name}.json*relief accept*{name}*"])
    assert relief("accept", "matrix.toml").returncode == 0
    assert counts(run("--relief", "matrix.toml")) == {"passed": 2}
    assert counts(run("matrix.toml")) == {}
    stored = pytester.path / f"matrix/{name}.json"
    stored.write_text(stored.read_text().replace('"value": 2', '"value": 3'))
    result = run("--relief", "matrix.toml")
    assert counts(result) == {"passed": 1, "failed": 1}
    result.stdout.fnmatch_lines(
        ["3 → 2  one › value*", "*where: numbers*", f"*relief accept matrix.toml::{name}"]
    )
    stored.with_name("stray.json").write_text("{}")
    result = run("--relief", "matrix.toml")
    assert counts(result) == {"errors": 1}
    result.stdout.fnmatch_lines(["*no run for these results: stray.json*"])


TABLE = """from IPython.display import HTML
import csv
rows = list(csv.DictReader(open("case/allocation.csv", encoding="utf-8")))
total = sum(float(row["amount_wan"]) for row in rows)
cells = [(row["unit_code"], row["amount_wan"], float(row["amount_wan"]) / total) for row in rows]
body = "".join("<tr><th>%s</th><td>%s</td><td>%.4f</td></tr>" % each for each in cells)
HTML("<table><caption>Money</caption><tr><th></th><th>wan</th><th>share</th></tr>" + body)"""


def test_a_cell_changed_in_the_data_is_told_first_and_the_rest_counted(run, pytester, relief):
    case = small_case(pytester.path / "case")
    path = write(pytester.path / "a.ipynb", ('case: str = "case"', [], ["parameters"]), (TABLE, []))
    assert relief("accept", path).returncode == 0
    me = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for words in (("init", "-q"), ("add", "."), (*me, "commit", "-qm", "x")):
        subprocess.run(["git", "-C", pytester.path, *words], check=True)
    options = ("--nbval", "--relief", "--relief-fork", "a.ipynb")
    assert counts(run(*options)) == {"passed": 2}
    set_cell(case, "allocation", 2, "amount_wan", "60")
    result = run(*options)
    assert counts(result) == {"passed": 1, "failed": 1}
    # The money is twice as much; the share of each other unit shrinks less than that.
    result.stdout.fnmatch_lines(
        [
            "allocation.csv 甲县 advance amount_wan 30 → 60*changed in the data",
            "30 → 60  100001 › wan*",
            "*where: Money › 100001 › wan",
            "*4 more:",
            "*Money: 4",
            "*FAILED a.ipynb::Cell 1 - allocation.csv 甲县*",
        ]
    )


FIGURE = "from IPython.display import display\ndisplay({data!r}, raw=True)"


@pytest.mark.parametrize("other", [0, 200])
def test_a_figure_that_an_analyst_adds_is_compared_as_it_is_drawn(run, notebook, other):
    old, new = (
        {"text/plain": "<Figure>", "image/png": pixels(np.full((4, 4), grey))}
        for grey in (200, other)
    )
    notebook((FIGURE.format(data=new), [shown(old)]))
    result = run("--nbval", "--relief", "--relief-fork", "a.ipynb")
    assert counts(result) == {"passed" if other == 200 else "failed": 1}


@pytest.mark.parametrize("images", [False, True])
def test_how_a_chart_looks_is_compared_on_request(run, notebook, images):
    svg = "image/svg+xml"
    about = {svg: {"title": "a", "table": {"rows": [{"name": "额敏县", "ratio": 1.5}]}}}
    red, blue = ({svg: f"<svg><g fill='{colour}'/></svg>"} for colour in ("red", "blue"))
    source = FIGURE.format(data=blue).replace("raw=True", f"raw=True, metadata={about}")
    notebook((source, [shown(red, about)]))
    asked = ["--relief-images"][:images]
    result = run("--nbval", "--relief", "--relief-fork", *asked, "a.ipynb")
    assert counts(result) == {"failed" if images else "passed": 1}


def test_without_nbval_it_says_what_to_install(pytester):
    result = pytester.runpytest_subprocess("--relief", "-p", "no:nbval")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "relief-analysis[test]" in result.stderr.str()
