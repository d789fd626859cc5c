"""What to run is worked out from what was typed, or the message says what there is."""

import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from batch.tiny_notebooks import WHOLE_CASE, write_notebook
from cases import small_case

from analysis.batch.jobs import (
    find_languages,
    find_notebook,
    find_units,
    load_roster,
    open_case,
    plan,
    single_job,
)
from analysis.errors import CaseError, UsageError

UNITS = ["100001", "100002", "100000-home"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jobs")
    small_case(folder / "小 案例")
    write_notebook(folder / "unit it's.ipynb")
    write_notebook(folder / "whole.ipynb", parameters=WHOLE_CASE)
    return folder


@pytest.fixture(scope="module")
def case(folder):
    return load_roster(str(folder / "小 案例"))


def job(folder, notebook="unit it's", unit="甲县", lang="zh", parameters=()):
    path = str(folder / f"{notebook}.ipynb")
    return single_job(path, str(folder / "小 案例"), unit, lang, parameters)


@pytest.mark.parametrize(
    "word", ["100001", "甲县", "Jia County", "老甲", " jia county ", "Old Jia"]
)
def test_a_unit_goes_by_its_code_name_or_alias(case, word):
    assert find_units(case, word) == ["100001"]


@pytest.mark.parametrize(
    "units", ["乙县,100001", "乙县，老甲", "乙县、100001;甲县", "100002,,甲县,"]
)
def test_units_are_listed_once_in_the_order_given(case, units):
    assert find_units(case, units) == ["100002", "100001"]


def test_all_is_every_unit(case):
    assert find_units(case, "all") == find_units(case, " all ") == UNITS


@pytest.mark.parametrize("units", ["丙县", "100001,丙县"])
def test_an_unknown_unit_is_told_which_there_are(case, units):
    with pytest.raises(UsageError) as caught:
        find_units(case, units)
    assert "丙县" in caught.value.zh
    assert all(code in message for code in UNITS for message in (caught.value.zh, caught.value.en))
    assert "Yi County" in caught.value.en


@pytest.mark.parametrize("units", ["", " ", ",", "，"])
def test_no_unit_is_refused(case, units):
    with pytest.raises(UsageError, match="all"):
        find_units(case, units)


def test_languages():
    assert find_languages("en，zh,en") == ["en", "zh"]
    for langs in ("", "fr", "zh,fr", "ZH"):
        with pytest.raises(UsageError, match="zh, en"):
            find_languages(langs)


def test_a_notebook_is_found_by_path_or_name(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert find_notebook("whole.ipynb") == Path("whole.ipynb")
    write_notebook(folder / "notebooks" / "own.ipynb")
    assert find_notebook("own").samefile(folder / "notebooks" / "own.ipynb")
    assert find_notebook("own.ipynb").samefile(folder / "notebooks" / "own.ipynb")
    with pytest.raises(UsageError, match=r"unit_report"):
        find_notebook("none")


def test_a_plan_has_a_job_for_every_notebook_unit_and_language(folder, case):
    notebooks = [folder / "whole.ipynb", folder / "unit it's.ipynb", folder / "whole.ipynb"]
    jobs = plan(case, notebooks, UNITS, ["zh", "en"])
    assert len(jobs) == 2 + 2 * len(UNITS)
    assert len({job.place for job in jobs}) == len(jobs)
    assert jobs[0].place == "small/whole.zh"
    assert jobs[-1].place == "small/unit it's.100000-home.en"
    assert "unit" not in jobs[0].all_parameters()
    named = (folder / "小 案例").as_posix()
    assert jobs[-1].all_parameters() == {"case": named, "unit": "100000-home", "lang": "en"}
    assert all(job.place.count("/") == 1 for job in jobs)


def test_two_notebooks_of_one_name_are_refused(folder, case):
    twin = write_notebook(folder / "other" / "WHOLE.ipynb")
    with pytest.raises(UsageError, match="overwrite"):
        plan(case, [folder / "whole.ipynb", twin], UNITS, ["zh"])


def test_the_command_of_a_job_asks_for_the_same_job(folder):
    asked = job(folder, unit="老甲", lang="en", parameters=["text=a b=c", "aided=false", "count=4"])
    words = shlex.split(asked.command(folder / "出 out.html"))
    assert words[:2] == ["relief", "report"]
    options = dict(zip(words[3::2], words[4::2], strict=True))
    given = [value for name, value in pairwise(words) if name == "-p"]
    again = single_job(words[2], options["--case"], options["--unit"], options["--lang"], given)
    assert again == asked
    assert options["--out"] == str(folder / "出 out.html")


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"unit": None}, "--unit"),
        ({"unit": ""}, "100001"),
        ({"notebook": "whole", "unit": "甲县"}, "--unit"),
        ({"lang": "zh,en"}, "zh, en"),
        ({"lang": "fr"}, "zh, en"),
        ({"notebook": "none"}, "unit_report"),
        ({"parameters": ["nope=1"]}, "count"),
    ],
)
def test_misuse_says_what_would_do(folder, wrong, hint):
    with pytest.raises(UsageError, match=hint):
        job(folder, **wrong)


def test_a_missing_folder_is_misuse_and_a_broken_case_is_not(tmp_path):
    with pytest.raises(UsageError, match="none"):
        open_case(str(tmp_path / "none"))
    small_case(tmp_path / "c", units=None)
    with pytest.raises(CaseError, match="units"):
        open_case(str(tmp_path / "c"))
