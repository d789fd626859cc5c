"""What changed in a case since a reference was committed, as git tells."""

import subprocess

import pytest
from cases import read_rows, set_cell, shipped_copy, small_case, write_rows
from regression.shown_cells import write

from analysis.regression.case_data import case_of, changed_cells, errors_of


@pytest.fixture
def case(tmp_path):
    return small_case(tmp_path / "数据/case")


def commit(folder):
    me = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for words in (("init", "-q"), ("add", "."), (*me, "commit", "-qm", "x")):
        subprocess.run(["git", "-C", folder, *words], check=True)


def changed(case, reference):
    changed_cells.cache_clear()
    return list(changed_cells(case, reference))


def test_changed_new_and_missing_rows_are_told_committed_or_not(case, tmp_path):
    reference = write(tmp_path / "a.ipynb")
    assert changed(case, reference) == []  # there is no git
    commit(tmp_path)
    assert changed(case, reference) == []
    set_cell(case, "allocation", 3, "amount_wan", "11")
    rows = read_rows(case, "population")
    write_rows(case, "population", rows[1:])
    write_rows(case, "units", [*read_rows(case, "units")[:2], {"unit_code": "100009"}])
    set_cell(case, "units", 2, "name_zh", "子县")
    expected = [
        "allocation.csv 乙县 advance amount_wan 10.5 → 11",
        "population.csv 子县 resident 2019 → —",
        "units.csv 子县 name_zh 甲县 → 子县",
        "units.csv 100000-home → —",
        "— → units.csv 100009",
    ]
    assert changed(case, reference) == expected
    commit(tmp_path)
    assert changed(case, reference) == expected
    # Accepted with the data as they are now: nothing more is known.
    reference.write_text(reference.read_text() + "\n")
    assert changed(case, reference) == []
    commit(tmp_path)
    assert changed(case, reference) == []


def test_the_case_that_a_notebook_reads_is_found(case, tmp_path, monkeypatch):
    def reading(line):
        return write(tmp_path / "a.ipynb", (line, [], ["parameters"]))

    assert case_of(reading('case: str = "数据/case"')) == case
    monkeypatch.chdir(case)
    assert case_of(reading('case: str = "数据/case"')).samefile(case)
    for line in ('case: str = "nowhere"', "x = 1", 'case: str = ""'):
        assert case_of(reading(line)) is None


def test_errors_are_told_in_both_languages(tmp_path):
    case = shipped_copy(tmp_path / "case")
    assert errors_of(case) == []
    set_cell(case, "allocation", 3, "amount_wan", "68")
    assert any("共 68 万元" in each and "68 万元 in the" in each for each in errors_of(case))
    (case / "allocation.csv").write_text("unit_code\n")
    assert len(errors_of(case)) == 1
