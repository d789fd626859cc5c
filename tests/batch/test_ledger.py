"""The account of a batch: kept at every step, and never lost to one that is damaged."""

import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.batch import manifest
from analysis.batch.ledger import DAMAGED, NAME, Ledger, read_note
from analysis.batch.manifest import Entry
from analysis.errors import ReportError
from analysis.report.index import IndexEntry

REPORT = IndexEntry("c/n", "n", "c", "案", "case", "zh", "relief …")
MADE = Entry("k", "n.ipynb", False, {"c/n.html": "0"}, REPORT)


def entry(place, key="k"):
    return replace(MADE, key=key, report=replace(REPORT, place=place))


def kept(out):
    with Ledger(out) as ledger:
        return ledger.entries


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.booleans())))
def test_it_holds_what_a_dictionary_would(tmp_path, steps):
    with Ledger(tmp_path) as ledger:
        ledger.replace({})
        wanted = {}
        for place, key, whole in steps:
            if whole:
                wanted = {place: entry(place, key)}
                ledger.replace(wanted)
            else:
                wanted = wanted | {place: entry(place, key)}
                ledger.put(wanted[place])
            assert ledger.entries == wanted
    assert kept(tmp_path) == wanted


def test_a_new_one_begins_with_the_manifest(tmp_path):
    manifest.write(tmp_path, {"a": entry("a")})
    assert kept(tmp_path) == {"a": entry("a")}
    # From then on it goes before the manifest.
    manifest.write(tmp_path, {})
    assert kept(tmp_path) == {"a": entry("a")}


def test_one_of_another_version_counts_for_nothing(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.put(entry("a"))
    data = sqlite3.connect(tmp_path / NAME)
    data.execute("PRAGMA user_version = 99")
    data.close()
    assert kept(tmp_path) == {}


BY_SQL = {
    "row": "UPDATE reports SET entry = '{' WHERE place = '7'",
    "undecodable": "UPDATE reports SET entry = CAST(x'ff' AS TEXT) WHERE place = '7'",
    "no table": "DROP TABLE reports",
    "no notes": "DROP TABLE notes",
    "another table": "DROP TABLE reports; CREATE TABLE reports (a)",
    "a key": """UPDATE reports SET entry = replace(entry, '"key": "k"', '"key": "j"')""",
    "a place": "UPDATE reports SET place = 'x' WHERE place = '7'",
    "a row twice": "INSERT INTO reports SELECT 'x', entry, sha256 FROM reports WHERE place = '7'",
}


@pytest.mark.parametrize("damage", ["text", "zeros", "cut", *BY_SQL])
def test_a_damaged_one_is_put_aside(tmp_path, damage):
    with Ledger(tmp_path) as ledger:
        ledger.replace({name: entry(name) for name in map(str, range(200))})
    path = tmp_path / NAME
    whole = path.read_bytes()
    if damage in BY_SQL:
        data = sqlite3.connect(path)
        data.executescript(BY_SQL[damage])
        data.close()
    else:
        broken = {
            "text": b"no data base",
            "zeros": whole[:4096] + bytes(len(whole) - 4096),
            "cut": whole[: len(whole) // 2],
        }
        path.write_bytes(broken[damage])
    manifest.write(tmp_path, {"a": entry("a")})
    with Ledger(tmp_path) as ledger:
        assert ledger.was_damaged
        assert ledger.entries == {"a": entry("a")}
    assert (tmp_path / DAMAGED).exists()
    assert kept(tmp_path) == {"a": entry("a")}


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(ReportError, match=r"(?s)无法写入.*Cannot write"):
        Ledger(tmp_path)


def test_a_damaged_one_that_cannot_be_put_aside_is_told(tmp_path):
    (tmp_path / NAME).write_bytes(b"no data base")
    (tmp_path / DAMAGED).mkdir()
    with pytest.raises(ReportError, match=r"(?s)无法写入.*Cannot write"):
        Ledger(tmp_path)


@pytest.mark.parametrize("replaced", [False, True])
def test_one_that_is_taken_away_takes_no_more_entries(tmp_path, replaced):
    with Ledger(tmp_path) as ledger:
        ledger.put(entry("a"))
        (tmp_path / NAME).rename(tmp_path / "elsewhere")
        if replaced:
            (tmp_path / NAME).touch()
        with pytest.raises(ReportError, match=r"(?s)被删除或替换.*removed or replaced"):
            ledger.put(entry("b"))
        assert ledger.entries.keys() == {"a"}


WRITES = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_ledger import entry
from analysis.batch.ledger import Ledger
with Ledger(Path(sys.argv[1])) as ledger:
    for number in range(10**6):
        ledger.put(entry(str(number)))
        print(number, flush=True)
"""


def test_what_was_entered_survives_a_kill_at_any_moment(tmp_path):
    here, moments = str(Path(__file__).parent), np.random.default_rng().uniform(0, 0.05, 8)
    for moment in moments:
        running = subprocess.Popen(
            [sys.executable, "-c", WRITES, str(tmp_path), here], stdout=subprocess.PIPE, text=True
        )
        running.stdout.readline()
        time.sleep(moment)
        running.kill()
        said, _ = running.communicate()
        last = int(said.split()[-1]) if said.split() else 0
        with Ledger(tmp_path) as ledger:
            assert not ledger.was_damaged
            assert {str(number) for number in range(last + 1)} <= ledger.entries.keys()
            ledger.replace({})


def test_a_note_is_kept_beside_the_reports(tmp_path):
    assert read_note(tmp_path, "n") == ""
    with Ledger(tmp_path) as ledger:
        assert ledger.note("n") == ""
        for text in ("一", "二"):
            ledger.write_note("n", text)
            assert ledger.note("n") == read_note(tmp_path, "n") == text
        ledger.replace({})
    with Ledger(tmp_path) as ledger:
        assert ledger.note("n") == "二"
    data = sqlite3.connect(tmp_path / NAME)
    with data:
        data.execute("UPDATE notes SET text = '三'")
    data.close()
    assert read_note(tmp_path, "n") == ""
    with Ledger(tmp_path) as ledger:
        assert ledger.note("n") == ""
    (tmp_path / NAME).write_bytes(b"none")
    assert read_note(tmp_path, "n") == ""
