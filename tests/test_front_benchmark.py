"""The benchmark of the front page opens what it lists, and says how long that took."""

import json
import math
import shutil
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
CENSUS = """level,code,prefecture,name,population
nation,,全国,全国,1400000000
county,110101,北京市,东城区,708829
county,110102,北京市,西城区,1106214
county,130001,石家庄市,无人区,0
county,650102,乌鲁木齐市,天山区,600000
"""


@pytest.fixture
def front(monkeypatch):
    pytest.importorskip("playwright.sync_api")
    monkeypatch.syspath_prepend(BENCHMARKS)
    import front

    return front


@pytest.fixture
def census(tmp_path):
    path = tmp_path / "census.csv"
    path.write_text(CENSUS, encoding="utf-8")
    return path


def test_each_county_with_residents_has_a_report_in_both_languages(front, census):
    listed = front.country(census)
    codes = [entry.unit_code for entry in listed]
    assert codes == [None, None, "110101", "110101", "110102", "110102", "650102", "650102"]
    assert {item["status"] for entry in listed for item in entry.numbers} == {"synthetic"}
    assert len({entry.place for entry in listed}) == len(listed)


def test_what_waits_has_no_figures(front, census):
    listed = front.waiting(front.country(census), 2)
    assert [entry.state for entry in listed] == ["made"] * 2 + ["waiting"] * 6
    assert not [entry for entry in listed if not entry.made and entry.numbers]


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on PATH")
def test_it_measures_every_page(front, census, tmp_path, monkeypatch, capsys):
    record = tmp_path / "times.json"
    words = ["front.py", str(census), "--runs", "1", "--json", str(record)]
    monkeypatch.setattr(sys, "argv", words)
    front.main()
    said = capsys.readouterr().out
    written = json.loads(record.read_text(encoding="utf-8"))
    assert (written["reports"], written["status"]) == (8, "synthetic")
    assert [each["page"] for each in written["pages"]] == [*front.pages([])]
    for each in written["pages"]:
        assert f"\n{each['page']} " in said
        figures = [value for name, value in each.items() if name not in ("page", "render")]
        assert all(math.isfinite(figure) and figure > 0 for figure in figures)
    made = written["pages"][1]
    assert made.keys() >= front.ACTS.keys()
