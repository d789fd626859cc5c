"""The benchmark of the measures runs on a small census and writes what it says."""

import json
import math
import sys
from pathlib import Path

import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
COUNTIES = 12


@pytest.fixture
def measures(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import measures

    # One run of each is enough.
    monkeypatch.setattr(measures, "REPEAT_SECONDS", 1e-9)
    monkeypatch.setattr(measures, "DRAWS", 40)
    monkeypatch.setattr(measures, "SAMPLES", 16)
    return measures


@pytest.fixture
def census(tmp_path):
    """Write twelve counties of two provinces, beside rows that are no county with residents."""
    population = [40_000 + 17_000 * i for i in range(COUNTIES)]
    counties = pd.DataFrame(
        {
            "level": "county",
            "code": [f"{11 + i % 2}{i:04d}" for i in range(COUNTIES)],
            "population": population,
            "urban": [people * (i % 5 + 2) // 10 for i, people in enumerate(population)],
            "households": [people // (2 + i % 3) for i, people in enumerate(population)],
            "share_65_plus_pct": [9 + i * 7 % 12 for i in range(COUNTIES)],
        }
    )
    counties["rural"] = counties["population"] - counties["urban"]
    others = counties.iloc[:3].assign(level=["nation", "county", "county"])
    others["code"] = [None, None, "130001"]
    others["population"] = [10**7, 5000, 0]
    path = tmp_path / "census.csv"
    pd.concat([others, counties]).to_csv(path, index=False)
    return path


def test_it_times_every_measure_on_a_small_census(measures, census, tmp_path, monkeypatch, capsys):
    record = tmp_path / "times.json"
    monkeypatch.setattr(sys, "argv", ["measures.py", str(census), "--json", str(record)])
    measures.main()
    table = capsys.readouterr().out
    assert table.startswith(f"{COUNTIES} counties, synthetic amounts and aided counts\n")
    written = json.loads(record.read_text(encoding="utf-8"))
    assert (written["counties"], written["status"]) == (COUNTIES, "synthetic")
    timings = written["timings"]
    assert len({timing["measure"] for timing in timings}) == len(timings)
    for timing in timings:
        assert f"\n{timing['measure']} " in table
        figures = (timing["seconds"], timing["peak_mb"], timing["times_peer"])
        assert all(math.isfinite(figure) and figure > 0 for figure in figures)


def test_two_figures_that_differ_have_no_times(measures):
    with pytest.raises(SystemExit, match=r"gini: 0\.5 here, 0\.4 from PySAL"):
        measures.compare("gini", lambda: 0.5, "PySAL", lambda: 0.4)
