"""A case found sound before is not loaded again, and one of which anything changed is."""

import json
import subprocess
import sys

import pytest
from cases import replace_once, small_case

from analysis.batch import checked_cases
from analysis.batch.checked_cases import note_name, open_roster
from analysis.batch.jobs import load_roster
from analysis.batch.ledger import NAME, Ledger, read_account
from analysis.errors import CaseError, UsageError

SECOND_BATCH = """
import sys
from pathlib import Path
from analysis.batch import front_page, links, outdated_reports, progress
from analysis.batch.checked_cases import open_roster
from analysis.batch.ledger import read_account
case, out = sys.argv[1:]
open_roster(case, read_account(Path(out))[1])
slow = {"pandas", "numpy", "nbformat", "papermill", "nbconvert", "matplotlib", "scipy"}
print(sorted(slow & set(sys.modules)))
"""


def opened(folder, out):
    return open_roster(str(folder), read_account(out)[1])[0]


def note(folder, out, text):
    with Ledger(out) as account:
        account.note(note_name(str(folder)), text)


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """Load the small case and note it; from then on nobody is to load it."""
    folder, out = small_case(tmp_path / "case"), tmp_path / "out"
    out.mkdir()
    roster, noted = open_roster(str(folder), {})
    note(folder, out, noted)

    def refuse(path):
        raise AssertionError("loaded")

    monkeypatch.setattr(checked_cases, "load_roster", refuse)
    return folder, out, roster


def test_the_note_says_what_the_case_does(noted):
    folder, out, roster = noted
    assert opened(folder, out) == roster == load_roster(str(folder))
    assert roster.units["100001"] == ("100001", "甲县", "Jia County", ("老甲", "Old Jia"))


def changed_byte(folder, out):
    replace_once(folder / "population.csv", "600,600,600", "601,601,601")


def changed_description(folder, out):
    path = folder / "datapackage.json"
    path.write_bytes(path.read_bytes() + b" ")


def file_gone(folder, out):
    (folder / "population.csv").unlink()


def table_added(folder, out):
    (folder / "balances.csv").write_text("unit_code\n", encoding="utf-8")


def link_outside(folder, out):
    path = folder / "population.csv"
    path.rename(out / "population.csv")
    path.symlink_to(out / "population.csv")


def ledger_gone(folder, out):
    (out / NAME).unlink()


def ledger_damaged(folder, out):
    (out / NAME).write_bytes(b"SQLite format 3\0 and then nothing")


def note_damaged(folder, out):
    note(folder, out, "{")


def note_of_another_shape(folder, out):
    held = json.loads(read_account(out)[1][note_name(str(folder))])
    del held["roster"]["units"]
    note(folder, out, json.dumps(held))


CHANGES = [
    changed_byte,
    changed_description,
    file_gone,
    table_added,
    link_outside,
    ledger_gone,
    ledger_damaged,
    note_damaged,
    note_of_another_shape,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_case_is_loaded_where_anything_is_not_as_it_was(noted, change):
    folder, out, _ = noted
    change(folder, out)
    with pytest.raises(AssertionError, match="loaded"):
        opened(folder, out)


@pytest.mark.parametrize("name", ["package_fingerprint", "versions"])
def test_another_program_checks_for_itself(noted, monkeypatch, name):
    folder, out, _ = noted
    monkeypatch.setattr(checked_cases, name, lambda: {"changed": "program"})
    with pytest.raises(AssertionError, match="loaded"):
        opened(folder, out)


def test_a_table_that_came_while_the_case_was_loaded_is_not_taken_for_checked(noted, monkeypatch):
    folder, out, roster = noted

    def load(path):
        table_added(folder, out)
        return roster

    monkeypatch.setattr(checked_cases, "load_roster", load)
    _, text = open_roster(str(folder), {})
    note(folder, out, text)
    loaded = []
    monkeypatch.setattr(checked_cases, "load_roster", lambda path: loaded.append(path) or roster)
    opened(folder, out)
    assert loaded == [str(folder)]


def test_a_case_that_was_moved_is_checked_where_it_is(noted, tmp_path):
    folder, out, _ = noted
    moved = folder.rename(tmp_path / "moved")
    with pytest.raises(AssertionError, match="loaded"):
        opened(moved, out)


def test_what_is_wrong_with_a_case_is_told_as_ever(tmp_path):
    with pytest.raises(UsageError):
        opened(tmp_path / "none", tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaseError):
        opened(tmp_path / "empty", tmp_path)


def test_a_noted_case_needs_no_tables(noted):
    folder, out, _ = noted
    ran = subprocess.run(
        [sys.executable, "-c", SECOND_BATCH, folder, out],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "[]\n"
