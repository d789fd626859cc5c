"""The account of an output folder keeps what it is given, and notices when files change."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.batch import manifest
from analysis.batch.manifest import Entry
from analysis.errors import ReportError
from analysis.report.index import IndexEntry

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBER = st.fixed_dictionaries({"key": TEXT, "value": st.none() | st.integers() | TEXT})
REPORT = st.builds(
    IndexEntry,
    **dict.fromkeys(("notebook", "case_name", "case_title_zh", "case_title_en"), TEXT),
    **dict.fromkeys(("place", "lang", "command", "reason_zh", "unit_name_zh"), TEXT),
    unit_code=st.none() | TEXT,
    statuses=st.lists(TEXT, max_size=2).map(tuple),
    numbers=st.lists(NUMBER, max_size=2).map(tuple),
)
ENTRY = st.builds(
    Entry,
    key=TEXT,
    notebook=TEXT,
    links=st.text(max_size=16),
    files=st.dictionaries(TEXT, TEXT, max_size=2),
    report=REPORT,
    outdated=st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(ENTRY, max_size=3))
def test_what_is_written_reads_back(tmp_path, listed):
    entries = {entry.report.place: entry for entry in listed}
    manifest.write(tmp_path, entries)
    assert manifest.read(tmp_path) == entries


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
    report = IndexEntry("c/n", "n", "c", "案", "case", "zh", "relief …")
    return Entry("k", "n.ipynb", False, hashes(tmp_path, files), report)


def test_a_folder_without_an_account_has_no_entries(tmp_path):
    assert manifest.read(tmp_path) == {}


def test_a_whole_report_of_the_same_key_is_current(tmp_path, made):
    assert manifest.is_current(tmp_path, made, "k")
    assert not manifest.is_current(tmp_path, made, "other")


def test_a_report_that_failed_or_has_no_files_is_not_current(tmp_path, made):
    failed = replace(made, report=replace(made.report, reason_zh="坏", reason_en="bad"))
    assert not manifest.is_current(tmp_path, failed, "k")
    assert not manifest.is_current(tmp_path, replace(made, files={}), "k")


@pytest.mark.parametrize("ending", ["html", "json"])
def test_a_missing_or_altered_file_is_noticed(tmp_path, made, ending):
    path = tmp_path / "c" / f"n.{ending}"
    path.write_text("altered", encoding="utf-8")
    assert not manifest.is_current(tmp_path, made, "k")
    path.unlink()
    assert not manifest.is_current(tmp_path, made, "k")


def test_only_unaltered_files_below_the_folder_are_removed(tmp_path, made):
    outside = tmp_path / "outside"
    outside.write_text("mine", encoding="utf-8")
    (tmp_path / "c" / "n.json").write_text("edited", encoding="utf-8")
    (away,) = hashes(tmp_path, [outside]).values()
    manifest.remove_files(tmp_path / "c", replace(made, files={"../outside": away}))
    manifest.remove_files(tmp_path, made)
    assert outside.exists()
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["n.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff",
        b'{"version": 4}',
        b'{"version": 4, "reports": [1]}',
        b'{"version": 4, "reports": [{"key": "k"}]}',
    ],
)
def test_a_damaged_account_says_what_to_do(tmp_path, content):
    (tmp_path / manifest.NAME).write_bytes(content)
    with pytest.raises(ReportError, match=r"(?s)请删除.*manifest\.json.*Delete it"):
        manifest.read(tmp_path)


def test_a_damaged_line_of_a_real_account_is_noticed(tmp_path, made):
    manifest.write(tmp_path, {"c/n": made})
    path = tmp_path / manifest.NAME
    path.write_text(path.read_text(encoding="utf-8").replace('"place"', '"plaice"'))
    with pytest.raises(ReportError, match="plaice"):
        manifest.read(tmp_path)


def test_a_byte_that_has_changed_is_noticed(tmp_path, made):
    manifest.write(tmp_path, {"c/n": made})
    path = tmp_path / manifest.NAME
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert manifest.read(tmp_path) == {}, place  # another version
        except ReportError:
            continue


def test_an_account_of_another_version_counts_for_nothing(tmp_path, made):
    manifest.write(tmp_path, {"c/n": made})
    path = tmp_path / manifest.NAME
    path.write_text(path.read_text(encoding="utf-8").replace('"version": 4', '"version": 99'))
    assert manifest.read(tmp_path) == {}


def test_of_many_reports_those_are_current_that_are_so_alone(tmp_path, made):
    asked = {}
    for place in range(100):
        path = tmp_path / "c" / f"{place}.html"
        path.write_text(str(place), encoding="utf-8")
        entry = replace(made, files=hashes(tmp_path, [path]))
        asked[f"c/{place}"] = entry, "other" if place % 7 == 0 else "k"
        if place % 5 == 0:
            path.write_text("altered", encoding="utf-8")
    found = manifest.current(tmp_path, asked)
    assert found == {f"c/{place}" for place in range(100) if place % 7 and place % 5}
    assert found == {place for place, each in asked.items() if manifest.is_current(tmp_path, *each)}
    assert manifest.current(tmp_path, {}) == set()


def test_an_account_that_says_the_same_is_not_written_again(tmp_path, made):
    manifest.write(tmp_path, {"c/n": made})
    before = (tmp_path / manifest.NAME).stat().st_ino
    manifest.write(tmp_path, {"c/n": made})
    assert (tmp_path / manifest.NAME).stat().st_ino == before
    manifest.write(tmp_path, {"c/n": replace(made, outdated=True)})
    assert (tmp_path / manifest.NAME).stat().st_ino != before
