"""The benchmark of charts runs and writes what it says."""

import json
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def charts(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import charts

    monkeypatch.setattr(charts, "REPEATS", 1)
    monkeypatch.setattr(charts, "PATHS", 200)
    monkeypatch.setattr(charts.shutil, "which", lambda _: None)
    return charts


def test_it_compares_times_and_bytes(charts, tmp_path, monkeypatch, capsys):
    record = tmp_path / "charts.json"
    monkeypatch.setattr(sys, "argv", ["charts.py", "--json", str(record)])
    charts.main()
    written = json.loads(record.read_text(encoding="utf-8"))
    printed = capsys.readouterr().out
    for lang in ("zh", "en"):
        assert f"{lang}: 7 charts, each" in printed
        rows = written[lang]["writers"]
        assert list(rows) == ["words", "outlines", "pixels"]
        assert rows["words"]["kb_on_page"] < rows["words"]["kb"] < rows["outlines"]["kb"] / 2
        assert rows["words"]["kb_on_page"] < rows["pixels"]["kb_on_page"] / 10
