"""Temporary files go with the batch that made them, or with the next one."""

import os
import tempfile
from pathlib import Path

import pytest
from batch.tiny_notebooks import private_folders

from analysis.batch.temporary import PREFIX, temporary_folder

SETTINGS = {"MPLCONFIGDIR", "IPYTHONDIR"}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_gone_afterwards(here):
    with temporary_folder() as folder:
        Path(folder, "a").write_text("a", encoding="utf-8")
        assert private_folders(here) == [Path(folder).name]
    assert private_folders(here) == []


def test_settings_stand_in_it_where_the_users_folder_cannot_be_written(here, monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(here))
    with temporary_folder():
        assert not SETTINGS & os.environ.keys()
    (here / "file").touch()
    monkeypatch.setenv("HOME", str(here / "file"))
    monkeypatch.setenv("IPYTHONDIR", "mine")
    with temporary_folder() as folder:
        assert os.environ["MPLCONFIGDIR"] == folder
        assert os.environ["IPYTHONDIR"] == "mine"
    assert SETTINGS & os.environ.keys() == {"IPYTHONDIR"}


def test_those_that_nobody_uses_any_more_are_removed_and_no_others(here):
    with temporary_folder() as used:
        (here / f"{PREFIX}dead" / "of" / "it").mkdir(parents=True)
        with temporary_folder() as other:
            assert sorted(private_folders(here)) == sorted(Path(f).name for f in (used, other))


def test_what_a_link_leads_to_is_left_alone(here):
    (here / "mine").mkdir()
    (here / f"{PREFIX}link").symlink_to(here / "mine")
    with temporary_folder():
        pass
    assert (here / "mine").is_dir()


def test_one_that_was_taken_for_abandoned_before_it_was_locked_is_made_again(here, monkeypatch):
    make, made = tempfile.mkdtemp, []

    def taken_away(**how):
        made.append(make(**how))
        if len(made) == 1:
            Path(made[0]).rmdir()
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", taken_away)
    with temporary_folder() as folder:
        assert [*made] == [made[0], folder]
        assert Path(folder).is_dir()
