"""A case that is kept is given again only while its files are surely the same."""

import os
import time
from dataclasses import replace

import pytest
from cases import replace_once, small_case

from analysis.case import InvalidCaseError, keep_case, load, load_case

LONG_AGO = 1_700_000_000


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Write the small case, with times that a change would not repeat."""
    monkeypatch.setattr(load, "_KEPT", {})
    monkeypatch.setattr(load, "CLOCK_NS", 0)
    made = small_case(tmp_path / "case")
    time.sleep(0.02)
    return made


def test_a_kept_case_is_given_again_without_reading_it(folder, monkeypatch):
    case = keep_case(folder)
    monkeypatch.setattr(load, "_bytes", None)
    assert load_case(folder).fingerprint == case.fingerprint


def test_a_case_that_is_not_kept_is_loaded_anew(folder, monkeypatch):
    load_case(folder)
    monkeypatch.setattr(load, "read_table", None)
    with pytest.raises(TypeError):
        load_case(folder)


def test_a_change_of_the_same_length_and_time_is_seen(folder):
    path = folder / "population.csv"
    os.utime(path, (LONG_AGO, LONG_AGO))
    time.sleep(0.02)
    case = keep_case(folder)
    replace_once(path, "600,600,600", "601,601,601")
    os.utime(path, (LONG_AGO, LONG_AGO))
    found = load_case(folder)
    assert found.fingerprint != case.fingerprint
    assert found.people("resident")["persons"]["100001"] == 601


def test_files_with_the_same_bytes_are_not_parsed_again(folder, monkeypatch):
    case = keep_case(folder)
    path = folder / "population.csv"
    path.write_bytes(path.read_bytes())
    monkeypatch.setattr(load, "read_table", None)
    assert load_case(folder).fingerprint == case.fingerprint


def test_a_file_changed_just_before_is_read_again(folder, monkeypatch):
    monkeypatch.setattr(load, "CLOCK_NS", 10**12)
    case = keep_case(folder)
    assert load._KEPT[folder].stamps is None
    monkeypatch.setattr(load, "read_table", None)
    assert load_case(folder).fingerprint == case.fingerprint


def test_a_table_put_into_the_folder_is_not_passed_over(folder):
    keep_case(folder)
    (folder / "balances.csv").write_text("unit_code\n", encoding="utf-8")
    with pytest.raises(InvalidCaseError, match=r"balances\.csv"):
        load_case(folder)


def test_a_file_taken_away_is_missed(folder):
    keep_case(folder)
    (folder / "population.csv").unlink()
    with pytest.raises(InvalidCaseError, match=r"population\.csv"):
        load_case(folder)


def test_what_is_asked_of_a_case_twice_is_nobody_else_s(folder):
    case = load_case(folder)
    for ask in (case.amount_wan, lambda: case.people("resident")["persons"]):
        first = ask()
        first.iloc[0] = -1.0
        assert ask().iloc[0] > 0
    assert case.people_status("aided") == "estimate"
    doubled = replace(case, allocation=case.allocation.assign(amount_wan=1.0))
    assert doubled.amount_wan().sum() == 4
    assert case.amount_wan().sum() == 47.5
