"""The account of a batch: kept at every step, and what is sound in a damaged one is not lost."""

import json
import shutil
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

from analysis.batch.ledger import DAMAGED, NAME, Ledger, read_account
from analysis.errors import ReportError
from analysis.report.listing import STATES, IndexEntry

MADE = IndexEntry(
    *("c/n", "n", "c", "案", "case", "zh", "relief …"),
    key="k",
    notebook_path="n.ipynb",
    files={"c/n.html": "0"},
)
# Half a character may come from the name of a file or a folder.
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.just("\udcb2"), max_size=8)
NUMBER = st.fixed_dictionaries({"key": TEXT, "value": st.none() | st.integers() | TEXT})
ENTRY = st.builds(
    IndexEntry,
    **dict.fromkeys(("notebook", "case_name", "case_title_zh", "case_title_en"), TEXT),
    **dict.fromkeys(("lang", "command", "reason_zh", "unit_name_zh", "key"), TEXT),
    place=st.sampled_from("abc"),
    unit_code=st.none() | TEXT,
    state=st.sampled_from([*STATES]),
    statuses=st.lists(TEXT, max_size=2).map(tuple),
    numbers=st.lists(NUMBER, max_size=2).map(tuple),
    files=st.dictionaries(TEXT, TEXT, max_size=2),
)


def entry(place, key="k"):
    return replace(MADE, key=key, place=place)


def kept(out):
    with Ledger(out) as ledger:
        return ledger.entries


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.tuples(ENTRY, st.booleans())))
def test_it_holds_what_a_dictionary_would(tmp_path, steps):
    with Ledger(tmp_path) as ledger:
        ledger.replace({})
        wanted = {}
        for one, whole in steps:
            if whole:
                wanted = {one.place: one}
                ledger.replace(wanted)
            else:
                wanted = wanted | {one.place: one}
                ledger.put(one)
            assert ledger.entries == wanted
    assert kept(tmp_path) == read_account(tmp_path)[0] == wanted


def test_other_programs_read_it(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.put(entry("a"))
    data = sqlite3.connect(tmp_path / NAME)
    ((name, content),) = data.execute("SELECT name, content FROM reports")
    data.close()
    assert name == "a"
    assert json.loads(content)["files"] == {"c/n.html": "0"}


def test_a_look_writes_nothing(tmp_path):
    assert read_account(tmp_path) == ({}, {})
    assert list(tmp_path.iterdir()) == []
    (tmp_path / NAME).write_bytes(b"no data base")
    assert read_account(tmp_path) == ({}, {})
    assert (tmp_path / NAME).read_bytes() == b"no data base"


def test_what_a_killed_batch_had_begun_to_change_does_not_count(tmp_path):
    whole = {name: entry(name) for name in map(str, range(2000))}
    with Ledger(tmp_path) as ledger:
        ledger.replace(whole)
    killed = tmp_path / "killed"
    killed.mkdir()
    data = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    change = "UPDATE reports SET content = 'x' WHERE rowid <= 1000"
    data.executescript(f"PRAGMA cache_size = 2; BEGIN; {change}")
    for path in tmp_path.glob(f"{NAME}*"):
        shutil.copy(path, killed)
    data.execute("ROLLBACK")
    data.close()
    before = {path.name: path.read_bytes() for path in killed.iterdir()}
    assert f"{NAME}-journal" in before
    found, _ = read_account(killed)
    assert len(found) >= 1000
    assert all(whole[place] == each for place, each in found.items())
    assert before == {path.name: path.read_bytes() for path in killed.iterdir()}
    with Ledger(killed) as ledger:
        assert not ledger.was_damaged
        assert ledger.entries == whole


def test_one_of_another_version_counts_for_nothing(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.put(entry("a"))
    data = sqlite3.connect(tmp_path / NAME)
    data.execute("PRAGMA user_version = 99")
    data.close()
    assert read_account(tmp_path) == ({}, {})
    assert kept(tmp_path) == {}


ALL = {str(number) for number in range(200)}
# How one is damaged by SQL, and the reports of which no sound row is left.
BY_SQL = {
    "row": ("UPDATE reports SET content = '{' WHERE name = '7'", {"7"}),
    "undecodable": ("UPDATE reports SET content = CAST(x'ff' AS TEXT) WHERE name = '7'", {"7"}),
    "no text": ("UPDATE reports SET content = NULL WHERE name = '7'", {"7"}),
    "a key": ("""UPDATE reports SET content = replace(content, '"k"', '"j"')""", ALL),
    "a place": ("UPDATE reports SET name = 'x' WHERE name = '7'", {"7"}),
    "a row twice": ("INSERT INTO reports SELECT 'x', content, sha256 FROM reports LIMIT 1", set()),
    "no table": ("DROP TABLE reports", ALL),
    "no notes": ("DROP TABLE notes", set()),
    "a note": ("UPDATE notes SET content = '三'", set()),
    "another table": (
        "DROP TABLE reports; CREATE TABLE reports (a); INSERT INTO reports VALUES (1)",
        ALL,
    ),
}


@pytest.mark.parametrize("damage", ["text", "zeros", "cut", *BY_SQL])
def test_a_damaged_one_is_put_aside_and_its_sound_rows_are_kept(tmp_path, damage):
    with Ledger(tmp_path) as ledger:
        ledger.replace({name: entry(name) for name in ALL})
        ledger.note("n", "一")
    path = tmp_path / NAME
    whole = path.read_bytes()
    lost = ALL
    if damage in BY_SQL:
        script, lost = BY_SQL[damage]
        data = sqlite3.connect(path)
        data.executescript(script)
        data.close()
    else:
        broken = {
            "text": b"no data base",
            "zeros": whole[:4096] + bytes(len(whole) - 4096),
            "cut": whole[: len(whole) // 2],
        }
        path.write_bytes(broken[damage])
    with Ledger(tmp_path) as ledger:
        assert ledger.was_damaged
        assert ALL - lost <= ledger.entries.keys() <= ALL
        assert all(each == entry(name) for name, each in ledger.entries.items())
        assert ledger.notes in ({}, {"n": "一"})
        ledger.put(entry("a"))
    assert (tmp_path / DAMAGED).exists()
    with Ledger(tmp_path) as ledger:
        assert not ledger.was_damaged
        assert "a" in ledger.entries


def test_no_byte_that_has_changed_goes_into_an_entry(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.put(entry("a"))
    path = tmp_path / NAME
    whole = path.read_bytes()
    (begins,) = [place for place in range(len(whole)) if whole[place:].startswith(b'{"place"')]
    for place in range(begins - 80, begins + 400):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with Ledger(tmp_path) as ledger:
            assert ledger.entries in ({}, {"a": entry("a")})


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
    with Ledger(tmp_path) as ledger:
        assert ledger.notes == {}
        for text in ("一", "二"):
            ledger.note("n", text)
            assert ledger.notes == read_account(tmp_path)[1] == {"n": text}
        ledger.replace({})
    with Ledger(tmp_path) as ledger:
        assert ledger.notes == {"n": "二"}
