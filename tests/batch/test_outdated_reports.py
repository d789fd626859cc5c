"""A report passes for up to date while it is whole and of the same key, and no longer."""

import hashlib
from dataclasses import replace

import pytest

from analysis.batch.keys import DIGITS, PARTS
from analysis.batch.outdated_reports import reasons, remove
from analysis.report.listing import IndexEntry

KEY = "0" * DIGITS * len(PARTS)
OTHER = {part: KEY[: n * DIGITS] + "1" + KEY[n * DIGITS + 1 :] for n, part in enumerate(PARTS)}


def hashes(out, files):
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.fixture
def made(tmp_path):
    files = [tmp_path / "c" / f"n.{ending}" for ending in ("html", "json")]
    files[0].parent.mkdir()
    for path in files:
        path.write_text(path.name, encoding="utf-8")
    facts = ("c/n", "n", "c", "案", "case", "zh", "relief …")
    return IndexEntry(*facts, key=KEY, files=hashes(tmp_path, files))


def why(out, entry, key=KEY, **how):
    return reasons(out, {"c/n": key}, {} if entry is None else {"c/n": entry}, **how).get("c/n")


def test_a_whole_report_of_the_same_key_stays(tmp_path, made):
    assert why(tmp_path, made) is None
    assert why(tmp_path, made, force=True) == "forced"
    # What came of an earlier look does not count: it may be as it was again.
    assert why(tmp_path, replace(made, state="waiting")) is None


def test_what_is_not_there_or_failed_is_made(tmp_path, made):
    assert why(tmp_path, None) == why(tmp_path, replace(made, key="", state="waiting")) == "new"
    assert why(tmp_path, replace(made, state="failed")) == "failed"
    assert why(tmp_path, replace(made, files={})) == "files"


@pytest.mark.parametrize("part", PARTS)
def test_what_has_changed_is_named(tmp_path, made, part):
    assert why(tmp_path, made, OTHER[part]) == part


@pytest.mark.parametrize("ending", ["html", "json"])
def test_a_missing_or_altered_file_is_noticed(tmp_path, made, ending):
    path = tmp_path / "c" / f"n.{ending}"
    path.write_text("altered", encoding="utf-8")
    assert why(tmp_path, made) == "files"
    path.unlink()
    assert why(tmp_path, made) == "files"


def test_of_many_reports_each_is_judged_by_itself(tmp_path, made):
    entries, keys = {}, {}
    for place in range(100):
        path = tmp_path / "c" / f"{place}.html"
        path.write_text(str(place), encoding="utf-8")
        entries[f"c/{place}"] = replace(made, files=hashes(tmp_path, [path]))
        keys[f"c/{place}"] = OTHER["inputs"] if place % 7 == 0 else KEY
        if place % 5 == 0:
            path.write_text("altered", encoding="utf-8")
    assert reasons(tmp_path, keys, entries) == {
        f"c/{place}": "files" if place % 7 else "inputs"
        for place in range(100)
        if not (place % 7 and place % 5)
    }
    assert reasons(tmp_path, {}, entries) == {}


def test_only_unaltered_files_below_the_folder_are_removed(tmp_path, made):
    outside = tmp_path / "outside"
    outside.write_text("mine", encoding="utf-8")
    (tmp_path / "c" / "n.json").write_text("edited", encoding="utf-8")
    (away,) = hashes(tmp_path, [outside]).values()
    remove(tmp_path / "c", replace(made, files={"../outside": away}))
    remove(tmp_path, made)
    assert outside.exists()
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["n.json"]
