"""The benchmark of the stock model runs on small plans and writes what it says."""

import json
import math
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def stock(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import stock

    monkeypatch.setattr(stock, "SIZES", ((2, 5000), (3, 600)))
    monkeypatch.setattr(stock, "NUMPY_SIZE", (2, 600))
    monkeypatch.setattr(stock, "MEMORY_PATHS", (600, 20_000, 60_000))
    monkeypatch.setattr(stock, "PYSD_PATHS", 5000)
    monkeypatch.setattr(stock, "REPEATS", 1)
    return stock


def test_it_measures_times_and_memory(stock, tmp_path, monkeypatch, capsys):
    record = tmp_path / "times.json"
    monkeypatch.setattr(sys, "argv", ["stock.py", "--json", str(record)])
    stock.main()
    printed = capsys.readouterr().out
    written = json.loads(record.read_text(encoding="utf-8"))
    assert (written["status"], written["engine"]) == ("synthetic", "kernel")
    assert printed.startswith("kernel, compiled or loaded in ")
    assert [(run["units"], run["paths"]) for run in written["runs"]] == [(2, 5000), (3, 600)]
    figures = [*written["runs"], written["numpy_alone"], written["pysd"], written["peak_mb"]]
    for figure in (value for each in figures for value in each.values()):
        assert math.isfinite(figure) and figure > 0
    assert written["pysd"]["times_faster"] >= 1000
    # Memory does not grow with the paths beyond a block.
    assert written["peak_mb"]["60000"] < 1.1 * written["peak_mb"]["20000"]
