"""A user's own figures: accepted once, then compared by what they draw."""

import nbformat
import pytest
from regression.references import write

# As in `test_plugin`: what a session of pytest's own tests loads is forgotten after it.
from analysis.regression import matrix_items  # noqa: F401

PLOT = """import matplotlib.pyplot as plt
fig, (left, right) = plt.subplots(1, 2)
left.plot([1, 2, 3], [98, 67, {number}], label="amount", color="{colour}")
left.set_title("{title}")
left.legend()
right.barh(["A", "B"], [1.52, {bar}])"""
AS_ACCEPTED = {"number": 32, "bar": 1.74, "colour": "tab:blue", "title": "Money"}


@pytest.fixture
def accepted(pytester, relief):
    def source(**changed):
        return PLOT.format(**(AS_ACCEPTED | changed))

    path = write(
        pytester.path / "own.ipynb", ("%load_ext analysis.regression.drawn", []), (source(), [])
    )
    assert relief("accept", path).returncode == 0

    def run(*options, **changed):
        node = nbformat.read(path, 4)
        node.cells[1].source = source(**changed)
        nbformat.write(node, path)
        words = ("-p", "no:cacheprovider", "--nbval", "--relief", "--relief-fork")
        result = pytester.runpytest_inprocess(*words, *options, "own.ipynb")
        return result.ret, result.stdout.str()

    return run


def test_figures_are_compared_by_what_they_draw(accepted):
    assert accepted()[0] == 0
    code, told = accepted(number=33)
    assert code == 1
    assert "32.0 → 33.0" in told
    assert "lines › amount › y" in told
    code, told = accepted(bar=1.75)
    assert code == 1
    assert "1.74 → 1.75" in told
    code, told = accepted(title="Funds")
    assert code == 1
    assert "Money → Funds" in told
    assert accepted(number=32 + 1e-12)[0] == 0


def test_looks_are_compared_on_request(accepted):
    assert accepted("--relief-images")[0] == 0
    assert accepted(colour="tab:red")[0] == 0
    code, told = accepted("--relief-images", colour="tab:red")
    assert code == 1
    assert "look of a figure changed" in told
