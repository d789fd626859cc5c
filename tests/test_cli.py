"""What a user types ends with the right code, and with words instead of a traceback."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from batch.tiny_notebooks import WHOLE_CASE, write_notebook
from cases import SHIPPED, set_cell, shipped_copy, small_case
from command import Ran, is_told

from analysis import cli

RELIEF = Path(sys.executable).parent / "relief"


def script(*words, **environment):
    """Run the script itself."""
    return subprocess.run(
        [RELIEF, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "文件 夹"
    small_case(folder / "小 案例")
    small_case(folder / "broken", units=None)
    shipped_copy(folder / "mistaken")
    set_cell(folder / "mistaken", "allocation", 2, "amount_wan", 99)
    write_notebook(folder / "whole.ipynb", parameters=WHOLE_CASE)
    write_notebook(folder / "unit.ipynb")
    write_notebook(folder / "failing.ipynb", "1 / 0", parameters=WHOLE_CASE)
    return folder


def test_check_lists_findings_and_ends_well(relief):
    ran = relief("check", SHIPPED)
    assert ran.returncode == 0
    assert "0 个错误" in ran.stdout
    assert ran.stderr == ""


def test_check_prints_json(relief):
    ran = relief("check", "--json", "--lang", "en", SHIPPED)
    found = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert found
    assert all({"code", "severity", "message", "remedy"} <= row.keys() for row in found)


def test_check_fails_where_a_finding_is_an_error(relief, folder):
    ran = relief("check", "mistaken", "--json", cwd=folder)
    assert ran.returncode == 1
    assert "error" in {row["severity"] for row in json.loads(ran.stdout)}
    assert relief("check", "mistaken", cwd=folder).returncode == 1


def test_check_of_a_broken_case_or_none(relief, folder):
    is_told(relief("check", "broken", cwd=folder), 1, "units")
    is_told(relief("check", "nowhere", cwd=folder), 2, "nowhere")
    is_told(relief("check", "whole.ipynb", cwd=folder), 2, "whole.ipynb")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["report"], "relief report --help"),
        (["report", "whole"], "--case"),
        (["report", "whole.ipynb", "--case", "小 案例"], "--out"),
        (["report", "whole.ipynb", "--case", "小 案例", "--out", "x.pdf"], ".html"),
        (["report", "whole.ipynb", "--case", "小 案例", "--out", "x"], ".html"),
        (["report", "none", "--case", "小 案例", "--out", "x.html"], "unit_report"),
        (["report", "小 案例", "--case", "whole.ipynb", "--out", "x.html"], "小 案例"),
        (["report", "unit.ipynb", "--case", "小 案例", "--out", "x.html"], "--unit"),
        (["report", "unit.ipynb", "--case", "nowhere", "--out", "x.html"], "nowhere"),
        (
            ["report", "whole.ipynb", "--case", "小 案例", "--out", "x.html", "-p", "count=３"],
            "int",
        ),
        (
            ["report", "whole.ipynb", "--case", "小 案例", "--out", "x.html", "-p", "lang=en"],
            "lang",
        ),
        (
            ["report", "whole.ipynb", "--case", "小 案例", "--out", "x.html", "--lang", "zh,en"],
            "zh",
        ),
        (["batch", "--case", "小 案例"], "--out"),
        (["batch", "小 案例", "--out", "o"], "--case"),
        (["batch", "--case", "小 案例", "--out", "o", "--jobs", "0"], "--jobs"),
        (["batch", "--case", "小 案例", "--out", "o", "--jobs", "two"], "--jobs"),
        (["batch", "--case", "小 案例", "--out", "o", "--units", "丙县，甲县"], "丙县"),
        (["batch", "--case", "小 案例", "--out", "whole.ipynb"], "whole.ipynb"),
        (["batch", "--case", "nowhere", "--out", "o"], "nowhere"),
        (["check", "小 案例", "--lang", "de"], "zh, en"),
        (["accept", "none"], "none"),
        (["--nope"], "--nope"),
        (["nope"], "nope"),
        ([], "check"),
    ],
)
def test_misuse_ends_with_two_and_a_hint(relief, folder, words, hint):
    is_told(relief(*words, cwd=folder), 2, hint)
    assert not (folder / "x.html").exists()
    assert not (folder / "o").exists()


def test_a_path_that_is_not_text_is_refused():
    is_told(script("check", b"\xb2\xe2"), 2, "UTF-8")


def test_report_writes_its_four_files(relief, folder, tmp_path):
    page = tmp_path / "新 new" / "whole.en.html"
    ran = relief(
        *("report", "whole.ipynb", "--case", "小 案例", "--lang", "en", "-p", "count=8"),
        *("--out", page),
        cwd=folder,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == str(page)
    names = sorted(path.name for path in page.parent.iterdir())
    assert names == [f"whole.en.{ending}" for ending in ("html", "ipynb", "json", "xlsx")]
    stored = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert stored["numbers"][0]["value"] == 8
    assert stored["provenance"]["parameters"]["share"] == 0.5
    assert 'href="whole.zh.html"' not in page.read_text(encoding="utf-8")


def test_report_of_a_notebook_that_fails_writes_nothing(relief, folder, tmp_path):
    words = ("report", "failing.ipynb", "--case", "小 案例", "--out", tmp_path / "f.html")
    is_told(relief(*words, cwd=folder), 1, "failing.ipynb", "ZeroDivisionError")
    assert list(tmp_path.iterdir()) == []


PRINTS = """#!/bin/sh
for word; do case "$word" in --print-to-pdf=*) pdf="${word#*=}";; esac; done
printf '%%PDF-1.4\\nxref\\ntrailer\\nstartxref\\n9\\n%%%%EOF\\n' > "$pdf"
"""


@pytest.fixture
def on_path(tmp_path, monkeypatch):
    """Put a made-up browser on PATH, and nothing else."""
    monkeypatch.delenv("RELIEF_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()

    def put(script):
        path = tmp_path / "bin" / "chromium"
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)

    return put


@pytest.mark.skipif(os.name != "posix", reason="the browser made up here is a shell script")
def test_report_prints_its_page(relief, folder, tmp_path, on_path):
    on_path(PRINTS)
    page = tmp_path / "o" / "whole.zh.html"
    words = ("report", "whole.ipynb", "--case", "小 案例", "--out", page)
    ran = relief(*words, "--pdf", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == [str(page), str(page.with_suffix(".pdf"))]
    names = sorted(path.name for path in page.parent.iterdir())
    assert names == [f"whole.zh.{ending}" for ending in ("html", "ipynb", "json", "pdf", "xlsx")]
    # A print of an earlier report is left, and told of.
    is_told(relief(*words, cwd=folder), 0, "whole.zh.pdf", "--pdf")
    assert page.with_suffix(".pdf").exists()


def test_report_to_be_printed_without_a_browser_is_refused_at_once(
    relief, folder, tmp_path, on_path
):
    page = tmp_path / "o" / "f.html"
    words = ("report", "failing.ipynb", "--case", "小 案例", "--pdf", "--out", page)
    is_told(relief(*words, cwd=folder), 2, "--pdf", "apt install chromium", "RELIEF_CHROMIUM")
    assert not page.parent.exists()


@pytest.mark.skipif(os.name != "posix", reason="the browser made up here is a shell script")
def test_report_that_cannot_be_printed_writes_nothing(relief, folder, tmp_path, on_path):
    on_path("#!/bin/sh\nexit 3\n")
    page = tmp_path / "o" / "whole.zh.html"
    words = ("report", "whole.ipynb", "--case", "小 案例", "--pdf", "--out", page)
    is_told(relief(*words, cwd=folder), 1, "exit code 3", "--pdf")
    assert not page.parent.exists()


def test_report_into_a_place_that_cannot_be(relief, folder, tmp_path):
    (tmp_path / "file").touch()
    words = ("report", "whole.ipynb", "--case", "小 案例", "--out", tmp_path / "file" / "x.html")
    is_told(relief(*words, cwd=folder), 1, "x.")
    (tmp_path / "y.html").mkdir()
    words = ("report", "whole.ipynb", "--case", "小 案例", "--out", tmp_path / "y.html")
    is_told(relief(*words, cwd=folder), 2, "y.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "y.html"]


def test_batch_ends_with_one_when_a_report_failed(relief, folder, tmp_path):
    words = ("--case", "小 案例", "--notebook", "failing.ipynb", "--lang", "en", "--out", tmp_path)
    ran = relief("batch", *words, cwd=folder)
    is_told(ran, 1, "ZeroDivisionError")
    assert "relief report failing.ipynb" in ran.stdout


def test_accept_renews_a_notebook_only_when_all_of_them_ran(relief, folder, tmp_path):
    good = write_notebook(tmp_path / "good.ipynb", "count + 1", parameters=WHOLE_CASE)
    bad = write_notebook(tmp_path / "bad.ipynb", "1 / 0")
    before = [path.read_bytes() for path in (good, bad)]
    is_told(relief("accept", good, bad), 1, "bad.ipynb", "ZeroDivisionError")
    assert [path.read_bytes() for path in (good, bad)] == before
    assert f"renewed: {good}" in relief("accept", good).stdout
    renewed = nbformat.read(good, as_version=4)
    assert renewed.cells[2].outputs[0].data["text/plain"] == "4"
    assert "unchanged" in relief("accept", good).stdout


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_and_version(relief, word):
    ran = relief(word)
    assert ran.returncode == 0
    assert all(name in ran.stdout for name in ("check", "report", "batch", "accept"))
    batch = relief("batch", word).stdout
    assert all(option in batch for option in ("--case", "--out", "--units", "--jobs", "--force"))
    version = relief("--version")
    assert version.returncode == 0
    assert version.stdout.startswith("relief-analysis ")


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C"},
    ],
    ids=str,
)
def test_a_terminal_without_chinese_gets_an_answer(environment):
    assert script("--help", **environment).returncode == 0
    assert script("check", SHIPPED, **environment).returncode == 0
    wrong = script("nowhere", **environment)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr
    assert "nowhere" in wrong.stderr


def test_what_the_system_refuses_is_told(relief, folder, tmp_path, monkeypatch):
    def full():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", full)
    words = ("--case", "小 案例", "--notebook", "whole.ipynb", "--out", tmp_path)
    is_told(relief("batch", *words, cwd=folder), 1, "No usable temporary directory", "TMPDIR")


def test_output_that_nobody_reads_ends_quietly():
    running = subprocess.Popen(
        [RELIEF, "check", SHIPPED], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    running.stdout.close()
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait() == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_output_that_cannot_be_written_is_told():
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([RELIEF, "--help"], stdout=full, stderr=subprocess.PIPE, text=True)
    is_told(Ran(ran.returncode, "", ran.stderr), 1, "No space left on device")


INTERRUPTED_WHILE_LOADING = """
import sys
class Interrupt:
    def find_spec(self, name, *_):
        if name == "typer":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
import analysis.cli
"""


def test_an_interrupt_while_the_command_is_loaded_has_no_traceback():
    ran = subprocess.run([sys.executable, "-c", INTERRUPTED_WHILE_LOADING], capture_output=True)
    assert ran.stderr == b""
    assert ran.returncode in (-signal.SIGINT, 130)


def test_a_second_request_to_end_does_not_disturb_the_first(monkeypatch):
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(kind) for kind in kinds]
    clock = iter([10.0, 10.1, 12.0, 60.0])
    monkeypatch.setattr(cli, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    try:
        cli._end_in_order()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)
