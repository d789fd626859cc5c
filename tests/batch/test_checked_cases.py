"""A case found sound before is not loaded again, and one of which anything changed is."""

import json
import subprocess
import sys

import pytest
from cases import replace_once, small_case

from analysis.batch import checked_cases, jobs, ledger
from analysis.batch.checked_cases import note_roster, open_roster
from analysis.batch.jobs import Roster, find_unit, find_units, open_case, plan
from analysis.batch.ledger import Ledger
from analysis.errors import CaseError, UsageError

SECOND_BATCH = """
import sys
from pathlib import Path
from analysis.batch import front_page, leftovers, links, progress
from analysis.batch.checked_cases import note_roster, open_roster
from analysis.batch.ledger import Ledger
case, out = sys.argv[1:]
roster = open_roster(case, Path(out))
with Ledger(Path(out)) as account:
    note_roster(account, case, roster)
slow = {"pandas", "numpy", "nbformat", "papermill", "nbconvert", "matplotlib", "scipy"}
print(sorted(slow & set(sys.modules)))
"""


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """Load the small case and note it; from then on nobody is to load it."""
    folder, out = small_case(tmp_path / "case"), tmp_path / "out"
    out.mkdir()
    roster = open_roster(str(folder), out)
    with Ledger(out) as account:
        note_roster(account, str(folder), roster)

    def refuse(path):
        raise AssertionError("loaded")

    monkeypatch.setattr(checked_cases, "open_case", refuse)
    return folder, out, roster


def test_the_note_says_what_the_case_does(noted):
    folder, out, roster = noted
    assert open_roster(str(folder), out) == roster == Roster.of(open_case(str(folder)))
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
    (out / ledger.NAME).unlink()


def ledger_damaged(folder, out):
    (out / ledger.NAME).write_bytes(b"SQLite format 3\0 and then nothing")


def note_damaged(folder, out):
    with Ledger(out) as account:
        account.write_note(checked_cases._name(str(folder)), "{")


def note_of_another_shape(folder, out):
    with Ledger(out) as account:
        name = checked_cases._name(str(folder))
        note = json.loads(account.note(name))
        del note["roster"]["units"]
        account.write_note(name, json.dumps(note))


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
        open_roster(str(folder), out)


@pytest.mark.parametrize("name", ["package_fingerprint", "versions"])
def test_another_program_checks_for_itself(noted, monkeypatch, name):
    folder, out, _ = noted
    monkeypatch.setattr(checked_cases, name, lambda: {"changed": "program"})
    with pytest.raises(AssertionError, match="loaded"):
        open_roster(str(folder), out)


def test_a_case_that_was_moved_is_checked_where_it_is(noted, tmp_path):
    folder, out, _ = noted
    moved = folder.rename(tmp_path / "moved")
    with pytest.raises(AssertionError, match="loaded"):
        open_roster(str(moved), out)


def test_what_is_wrong_with_a_case_is_told_as_ever(tmp_path):
    with pytest.raises(UsageError):
        open_roster(str(tmp_path / "none"), tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaseError):
        open_roster(str(tmp_path / "empty"), tmp_path)


def test_a_roster_stands_in_for_the_case(noted, tmp_path):
    folder, _, roster = noted
    case = open_case(str(folder))
    for words in ("all", "100002, old jia", "老甲"):
        assert find_units(roster, words) == find_units(case, words)
    notebook = jobs.find_notebook("unit_report")
    wanted = [plan(each, "case", [notebook], ["100001"], ["zh", "en"]) for each in (case, roster)]
    assert wanted[0] == wanted[1]
    said = []
    for each in (case, roster):
        with pytest.raises(UsageError) as error:
            find_unit(each, "丙县")
        said.append(str(error.value))
    assert said[0] == said[1]


def test_a_noted_case_needs_no_tables(noted):
    folder, out, _ = noted
    ran = subprocess.run(
        [sys.executable, "-c", SECOND_BATCH, folder, out],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "[]\n"
