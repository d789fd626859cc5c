"""The benchmark of notebook tests lets both take turns over the same notebooks."""

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
SHIPPED = len(list((BENCHMARKS.parent / "notebooks").glob("*.ipynb")))


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import notebook_tests

    return notebook_tests


def test_both_take_turns_and_the_middle_round_counts(benchmark, monkeypatch, capsys):
    ran = []

    def seconds(folder, *words):
        ran.append((len(list((folder / "notebooks").glob("*.ipynb"))), words))
        return float(len(ran))

    monkeypatch.setattr(benchmark, "seconds", seconds)
    monkeypatch.setattr(sys, "argv", ["notebook_tests.py", "--rounds", "3", "--copies", "2"])
    benchmark.main()
    counts, words = zip(*ran, strict=True)
    assert counts == (SHIPPED,) * 12 + (2 * SHIPPED,) * 12
    assert [("--relief" in each) for each in words] == [False, True] * 12
    assert [("-n" in each) for each in words] == ([False] * 6 + [True] * 6) * 2
    # Rounds of 1 and 2, 3 and 4, 5 and 6 seconds: the middle one is 3 to 4.
    assert f"| {SHIPPED} | 1 | 3.0 | 4.0 | 0.8 |" in capsys.readouterr().out
