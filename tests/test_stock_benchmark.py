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
    assert written["status"] == "synthetic"
    assert printed.startswith("first run ")
    assert [(run["units"], run["paths"]) for run in written["runs"]] == [(2, 5000), (3, 600)]
    figures = [*written["runs"], written["pysd"], written["peak_mb"]]
    for figure in (value for each in figures for value in each.values()):
        assert math.isfinite(figure) and figure > 0
    assert written["pysd"]["times_faster"] >= 1000
    # Held for every path: its shared walk, its part of a unit's fan, and what it lacks.
    assert written["peak_mb"]["60000"] < 60_000 * (2 * stock.MONTHS + 2) * 8 / 1e6 * 1.5
