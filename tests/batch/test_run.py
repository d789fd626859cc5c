"""A batch makes what is missing or out of date, once, and never lets one failure stop the rest."""

import html
import json
import os
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from batch.tiny_notebooks import (
    WHOLE_CASE,
    gone,
    leave_pid,
    pids,
    private_folders,
    wait_until,
    write_notebook,
)
from cases import SMALL, replace_once, small_case

from analysis.batch.ledger import read_account
from analysis.batch.limits import Limits
from analysis.batch.run import BatchOptions, BatchRequest, run_batch, show_plan
from analysis.batch.temporary import PREFIX
from analysis.cli import main
from analysis.errors import ReliefError, ReportError, UsageError

RELIEF = Path(sys.executable).parent / "relief"
ENDINGS = ("html", "ipynb", "json", "xlsx")
# A file of a unit's name stands for something wrong with that unit alone.
FAILS = "import pathlib\nif pathlib.Path('bad', unit).exists(): raise ValueError('坏 broken')"
STAYS = "import time, pathlib\nif pathlib.Path('stay').exists(): time.sleep(120)"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with the small case, a notebook about one unit, and no reports."""
    folder = tmp_path / "工作 folder"
    small_case(folder / "case")
    write_notebook(folder / "tiny.ipynb", leave_pid(folder), FAILS, STAYS)
    (folder / "bad").mkdir()
    monkeypatch.chdir(folder)
    return folder


def asked(units="甲县,乙县", langs="zh", notebooks=("tiny.ipynb",), force=False):
    return BatchRequest("case", Path("out"), notebooks, units, langs, force)


def batch(*, workers=2, fail_fast=False, **given):
    return run_batch(asked(**given), BatchOptions(workers, Limits(), fail_fast))


def stamps(pattern="*.html"):
    """Return when each report was written: a report that is made again has a newer one."""
    return {path.stem: path.stat().st_mtime_ns for path in Path("out/small").glob(pattern)}


def drop_unit_b(here):
    for table in ("units", "allocation", "population"):
        lines = SMALL[table].splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith("100002,"))
        (here / "case" / f"{table}.csv").write_text(text, encoding="utf-8", newline="")


def index():
    return Path("out/index.html").read_text(encoding="utf-8")


def failures():
    before_the_tables = index().partition("<table")[0]
    return before_the_tables.partition('id="failures"')[2]


def account():
    return read_account(Path("out"))[0]


def test_only_what_changed_is_made_again(here, capsys):
    assert batch()
    first = stamps()
    assert sorted(first) == ["tiny.100001.zh", "tiny.100002.zh"]
    assert all(Path(f"out/small/{stem}.{end}").stat().st_size for stem in first for end in ENDINGS)
    assert "2 made, 0 unchanged, 0 failed" in capsys.readouterr().out
    page = index()

    assert batch()
    assert stamps() == first
    assert index() == page
    assert "0 made, 2 unchanged, 0 failed" in capsys.readouterr().out

    Path("out/small/tiny.100001.zh.html").unlink()
    assert batch()
    second = stamps()
    assert second["tiny.100001.zh"] > first["tiny.100001.zh"]
    assert second["tiny.100002.zh"] == first["tiny.100002.zh"]

    replace_once(here / "case" / "population.csv", "600,600,600", "601,601,601")
    assert batch()
    third = stamps()
    assert all(third[stem] > second[stem] for stem in second)
    assert not list(Path("out").rglob("*.part"))


def test_a_batch_with_nothing_to_do_clears_away_after_one_that_was_killed(
    here, tmp_path, monkeypatch
):
    batch(units="甲县")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"{PREFIX}killed" / "x").mkdir(parents=True)
    batch(units="甲县")
    assert private_folders(tmp_path) == []


def test_force_makes_everything_again(here):
    batch(units="甲县")
    first = stamps()
    batch(units="甲县", force=True)
    assert stamps()["tiny.100001.zh"] > first["tiny.100001.zh"]


def test_a_failure_stays_alone_is_told_and_clears(here, capsys, monkeypatch):
    Path("bad/100001").touch()
    assert not batch()
    assert list(stamps()) == ["tiny.100002.zh"]
    said = capsys.readouterr()
    assert "1 made, 0 unchanged, 1 failed" in said.out
    assert "ValueError: 坏 broken" in said.err
    assert "Traceback" not in said.err
    assert "甲县" in failures()
    assert "broken" in failures()
    command = said.out.strip().splitlines()[-1].partition("rerun: ")[2]
    assert command.replace("'", "&#39;") in failures() or command in failures()

    assert not batch()  # a failed report is tried again, the good one kept
    assert "0 made, 1 unchanged, 1 failed" in capsys.readouterr().out

    Path("bad/100001").unlink()
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with pytest.raises(SystemExit, match="0"):
        main()
    assert Path("out/small/tiny.100001.zh.html").exists()
    assert batch()
    assert failures() == ""


NAMES = """import os
name = os.fsdecode(b"\\xd6\\xd0.csv")
print(name)
display({"text/html": f"<b>{name}</b>", "text/plain": name}, metadata={"title": name}, raw=True)
if unit == "100001": raise ValueError(name)
name"""


def test_names_in_another_encoding_end_no_batch(here, capsys):
    """Lone surrogates, which no file in UTF-8 can hold."""
    write_notebook(here / "tiny.ipynb", NAMES)
    assert not batch()
    assert list(stamps()) == ["tiny.100002.zh"]
    shown = r"\udcd6\udcd0.csv"
    assert f"ValueError: {shown}" in capsys.readouterr().err
    assert shown in failures()
    for ending in ("html", "ipynb"):
        text = Path(f"out/small/tiny.100002.zh.{ending}").read_text(encoding="utf-8")
        assert shown.replace("\\", "\\\\" if ending == "ipynb" else "\\") in text


def test_a_failure_keeps_the_last_good_files_unlisted(here):
    batch(units="甲县")
    before = stamps("*")
    Path("bad/100001").touch()
    replace_once(here / "case" / "population.csv", "600,600,600", "601,601,601")
    assert not batch(units="甲县")
    assert stamps("*") == before
    assert 'href="small/tiny.100001.zh.html"' not in index()


CHANGED = """import pathlib
changed = pathlib.Path('change', unit)
if changed.exists():
    path = pathlib.Path(changed.read_text(encoding='utf-8'))
    changed.unlink()
    before = path.read_bytes()
    path.write_bytes(before.replace(b'600,600,600', b'601,601,601').replace(b' [', b'  ['))
    if (pathlib.Path('change') / 'back').exists():
        path.write_bytes(before)"""


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("what", ["case/population.csv", "tiny.ipynb"])
def test_no_report_says_it_is_made_from_what_it_is_not(here, what, back):
    write_notebook(here / "tiny.ipynb", CHANGED)
    Path("change").mkdir()
    Path("change/100001").write_text(what, encoding="utf-8")
    if back:
        Path("change/back").touch()
    assert not batch(workers=1)
    # Nor do those that come later, unless all is as it was.
    assert list(stamps()) == (["tiny.100002.zh"] if back else [])
    assert "changed while the batch was at work" in failures()
    assert batch()
    assert len(stamps()) == 2


def test_the_index_gives_one_command_that_makes_what_is_left(here, monkeypatch):
    Path("bad/100001").touch()
    assert not batch(units="甲县,乙县,100000-home", workers=1, fail_fast=True)
    waits = failures().partition("relief-waiting")[2]
    (command,) = re.findall(r'<code class="relief-command">(.*?)</code>', waits)
    Path("bad/100001").unlink()
    monkeypatch.setattr(sys, "argv", shlex.split(html.unescape(command)))
    with pytest.raises(SystemExit, match="0"):
        main()
    assert set(stamps()) == {"tiny.100001.zh", "tiny.100002.zh", "tiny.100000-home.zh"}
    assert failures() == ""


def test_a_unit_that_left_the_case_takes_its_report_along(here, capsys):
    batch()
    drop_unit_b(here)
    batch(units="all")
    assert sorted(stamps("*.*")) == sorted(f"tiny.{code}.zh" for code in ("100001", "100000-home"))
    assert "100002" not in index()
    assert "small/tiny.100002.zh" not in account()
    assert "1 removed: their unit" in capsys.readouterr().out


def test_a_report_out_of_date_never_looks_current(here, capsys):
    batch()
    replace_once(here / "case" / "population.csv", "600,600,600", "601,601,601")
    assert batch(units="甲县")
    assert "1 reports are out of date" in capsys.readouterr().out
    assert "乙县" in failures()
    assert "Out of date" in failures()
    assert 'href="small/tiny.100002.zh.html"' not in index()
    batch()
    assert failures() == ""
    assert 'href="small/tiny.100002.zh.html"' in index()


def test_the_first_failure_ends_a_batch_that_is_to_fail_fast(here, capsys):
    Path("bad/100001").touch()
    assert not batch(units="甲县,乙县,100000-home", workers=1, fail_fast=True)
    assert stamps() == {}
    said = capsys.readouterr().out
    assert "0 made, 0 unchanged, 1 failed" in said
    assert "2 not made: run the same command to go on" in said
    # What was not made is not passed over in silence.
    assert all(name in failures() for name in ("甲县", "乙县", "福利院"))
    assert "Not made yet" in failures()

    assert not batch(units="甲县,乙县,100000-home", workers=1)
    assert len(stamps()) == 2
    assert "2 made, 0 unchanged, 1 failed" in capsys.readouterr().out


def test_the_summary_counts_each_notebook(here, capsys):
    write_notebook(here / "whole.ipynb", parameters=WHOLE_CASE)
    batch()
    capsys.readouterr()
    batch(notebooks=["tiny.ipynb", "whole.ipynb"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["tiny", "0", "2", "0", "0"] in lines
    assert ["whole", "1", "0", "0", "0"] in lines


def shown_plan(capsys, **given):
    capsys.readouterr()
    show_plan(asked(**given))
    lines = capsys.readouterr().out.splitlines()
    return {line.partition("  ")[0]: line.partition("  ")[2] for line in lines[:-2]}, lines[-1]


def test_a_plan_says_what_would_be_made_and_why_and_writes_nothing(here, capsys):
    plan, counts = shown_plan(capsys)
    assert list(plan) == ["small/tiny.100001.zh", "small/tiny.100002.zh"]
    assert all("is not there" in why for why in plan.values())
    assert counts == "2 would be made, 0 are unchanged, 0 would be removed."
    assert not Path("out").exists()

    batch()
    before = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    assert shown_plan(capsys)[0] == {}
    assert all("forced" in why for why in shown_plan(capsys, force=True)[0].values())
    plan, _ = shown_plan(capsys, langs="zh,en")
    assert "other language" in plan["small/tiny.100001.zh"]
    assert "is not there" in plan["small/tiny.100001.en"]

    page = Path("out/small/tiny.100002.zh.html")
    page.write_bytes(page.read_bytes() + b" ")
    assert list(shown_plan(capsys)[0].items()) == [
        ("small/tiny.100002.zh", "文件已被改动或删除 its files were altered or deleted")
    ]
    page.write_bytes(before[page])
    notebook = here / "tiny.ipynb"
    notebook.write_bytes(notebook.read_bytes() + b" ")
    assert all("notebook has changed" in why for why in shown_plan(capsys)[0].values())
    notebook.write_bytes(notebook.read_bytes()[:-1])
    replace_once(here / "case" / "population.csv", "600,600,600", "601,601,601")
    assert all("case has changed" in why for why in shown_plan(capsys)[0].values())
    assert before == {path: path.read_bytes() for path in before}


def test_a_plan_tells_what_failed_what_waits_and_what_goes(here, capsys):
    batch(units="all")
    drop_unit_b(here)
    Path("bad/100001").touch()
    plan, counts = shown_plan(capsys, units="all")
    assert "to be removed" in plan["small/tiny.100002.zh"]
    assert counts == "2 would be made, 0 are unchanged, 1 would be removed."
    batch(units="all", workers=1, fail_fast=True)
    plan, _ = shown_plan(capsys, units="all")
    assert "failed last time" in plan["small/tiny.100001.zh"]
    assert "case has changed" in plan["small/tiny.100000-home.zh"]


def test_a_report_links_to_the_other_language_only_where_it_is(here):
    def linked(lang, other):
        page = Path(f"out/small/tiny.100001.{lang}.html").read_text(encoding="utf-8")
        return f'href="tiny.100001.{other}.html"' in page

    batch(units="甲县", langs="zh")
    assert not linked("zh", "en")
    batch(units="甲县", langs="zh,en")
    assert linked("zh", "en")
    assert linked("en", "zh")
    first = stamps()
    batch(units="甲县", langs="zh")
    assert stamps() == first


def test_a_notebook_about_the_whole_case_makes_one_report(here):
    write_notebook(here / "whole.ipynb", parameters=WHOLE_CASE)
    batch(units="all", notebooks=["whole.ipynb"])
    assert list(stamps()) == ["whole.zh"]
    assert account()["small/whole.zh"].unit_code is None


def test_a_second_batch_is_refused_while_one_is_at_work(here):
    from filelock import FileLock

    Path("out").mkdir()
    with FileLock("out/.lock"), pytest.raises(ReportError, match=r"(?s)另一个批处理.*Another"):
        batch()
    assert stamps() == {}


def test_a_file_for_a_folder_is_refused(here):
    Path("out").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="folder"):
        batch()
    assert Path("out").read_text(encoding="utf-8") == "mine"


def test_a_damaged_account_is_put_aside_and_what_is_sound_is_kept(here, capsys):
    batch()
    first = stamps()
    data = sqlite3.connect("out/ledger.sqlite")
    data.executescript("UPDATE reports SET sha256 = '' WHERE name = 'small/tiny.100002.zh'")
    data.close()
    assert batch()
    said = capsys.readouterr()
    assert "renamed ledger.damaged" in said.err
    assert "1 made, 1 unchanged" in said.out
    assert stamps()["tiny.100001.zh"] == first["tiny.100001.zh"]
    assert Path("out/ledger.damaged").exists()

    Path("out/ledger.sqlite").write_text("no data base", encoding="utf-8")
    assert batch()
    assert "2 made, 0 unchanged" in capsys.readouterr().out


@pytest.mark.skipif(
    os.name != "posix" or not (Path(__file__).parents[2] / ".git").exists(),
    reason="the git made up here is a shell script, asked for the repository of the tests",
)
def test_a_commit_that_could_not_be_read_is_told_until_it_can_be(here, monkeypatch, capsys):
    def commit_told():
        stored = Path("out/small/tiny.100001.zh.json").read_text(encoding="utf-8")
        return json.loads(stored)["provenance"]["commit"]

    def git(script):
        (here / "bin" / "git").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")

    (here / "bin").mkdir()
    (here / "bin" / "git").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(here / "bin"), prepend=os.pathsep)
    git("exit 128")
    batch(units="甲县")
    assert "git" in commit_told()
    first = stamps()
    batch(units="甲县")
    assert stamps() == first
    git('case "$3" in rev-parse) echo 0123abc;; esac')
    assert "could not be read" in shown_plan(capsys, units="甲县")[0]["small/tiny.100001.zh"]
    batch(units="甲县")
    assert commit_told() == "0123abc"
    second = stamps()
    batch(units="甲县")
    assert stamps() == second
    git("exit 128")
    batch(units="甲县")
    assert stamps() == second


@pytest.mark.parametrize(
    "wrong", [{"units": "丙县"}, {"langs": "fr"}, {"notebooks": ["none"]}], ids=str
)
def test_nothing_is_run_when_something_is_wrong(here, wrong):
    with pytest.raises(ReliefError):
        batch(**wrong)
    assert not Path("out").exists()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name)
def test_an_interrupted_batch_ends_cleanly_and_goes_on(here, sent):
    options = ["--case", "case", "--notebook", "tiny.ipynb", "--units", "甲县,乙县,100000-home"]
    command = [RELIEF, "batch", *options, "--lang", "zh", "--jobs", "2", "--out", "out"]
    assert batch(units="甲县")
    first = stamps()
    Path("out/small/.tiny.100001.zh.html.999999999.part").touch()
    before = set(pids(here))
    Path("stay").touch()
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_until(lambda: len(set(pids(here)) - before) == 2)
    # A terminal sends Ctrl-C to all of its processes; a service manager ends the first one.
    (os.killpg if sent == signal.SIGINT else os.kill)(running.pid, sent)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "已中断" in said
    assert "Run the same command to go on" in said
    assert "Traceback" not in said
    wait_until(lambda: all(gone(pid) for pid in pids(here)))
    assert not list(Path("out").rglob("*.part"))
    assert stamps() == first

    Path("stay").unlink()
    assert batch(units="all")
    after = stamps()
    assert sorted(after) == ["tiny.100000-home.zh", "tiny.100001.zh", "tiny.100002.zh"]
    assert batch(units="all")
    assert stamps() == after


def test_a_batch_says_how_to_make_what_is_missing():
    usual = BatchRequest("data/c", Path("reports"))
    assert usual.command == "relief batch --case data/c --out reports"
    odd = BatchRequest("my data/c", Path("a b"), ["x y.ipynb", "01_check_data"], "1,it's", "zh")
    assert shlex.split(odd.command) == [
        *("relief", "batch", "--case", "my data/c", "--out", "a b"),
        *("--notebook", "x y.ipynb", "--notebook", "01_check_data"),
        *("--units", "1,it's", "--lang", "zh"),
    ]
