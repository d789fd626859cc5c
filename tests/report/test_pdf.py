"""A report on paper: whatever fails in a browser is told; the real one prints whole sheets."""

import os
import re
import signal
import tempfile
from pathlib import Path

import pytest
from batch.tiny_notebooks import gone, wait_until
from paper import sheets
from sample_report import make_page

from analysis.errors import ReportError, UsageError
from analysis.report.pdf import VARIABLE, find_browser, is_whole, print_page

PDF = b"%PDF-1.4\nxref\ntrailer\nstartxref\n9\n%%EOF\n"
HEAD = """#!/bin/sh
for word; do case "$word" in
  --print-to-pdf=*) pdf="${word#*=}";;
  --user-data-dir=*) profile="${word#*=}";;
esac; page="$word"; done
mkdir "$profile"; touch "$profile/lock"
"""
GOOD = f"printf '{PDF.decode().replace(chr(10), chr(92) + 'n').replace('%', '%%')}' > \"$pdf\""

posix = pytest.mark.skipif(os.name != "posix", reason="the browsers made up here are shell scripts")


def fake(folder, *lines, name="chromium"):
    """Put a program into a folder that takes a browser's arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A folder for all temporary files, in which nothing may be left."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@posix
def test_the_page_goes_to_the_browser_and_its_pdf_comes_back(tmp_path):
    browser = fake(
        tmp_path,
        f'printf "%s\\n" "$@" > {tmp_path}/words',
        f'cat "${{page#file://}}" > {tmp_path}/page',
        f'env > {tmp_path}/env; test "$(pwd)" = "$(dirname "$pdf")" || exit 7',
        GOOD,
    )
    assert print_page(b"<p>1</p>", browser) == PDF
    assert (tmp_path / "page").read_bytes() == b"<p>1</p>"
    words = (tmp_path / "words").read_text().splitlines()
    assert "--headless" in words
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in words
    assert ("--no-sandbox" in words) == (os.geteuid() == 0)
    environment = (tmp_path / "env").read_text()
    private = str(tmp_path / "t" / "relief-")
    assert f"XDG_CONFIG_HOME={private}" in environment


@posix
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["echo 'x:FATAL: No usable sandbox!' >&2; echo later >&2; exit 3"],
            "exit code 3. x:FATAL",
        ),
        (["kill -SEGV $$"], "exit code -11"),
        (["echo 'Page load failed' >&2"], "it wrote no PDF. Page load failed"),
        (["exit 0"], "it wrote no PDF. No file"),
        ([GOOD, 'head -c 20 "$pdf" > x; mv x "$pdf"'], "not whole"),
        (['echo "%PDF-1.4" > "$pdf"'], "not whole"),
        (['echo "<html>" > "$pdf"'], "not whole"),
        (['mkdir "$pdf"'], "it wrote no PDF"),
    ],
)
def test_a_browser_that_fails_is_told_of(tmp_path, lines, said):
    browser = fake(tmp_path, *lines)
    with pytest.raises(ReportError) as told:
        print_page(b"", browser)
    assert said in told.value.en
    assert str(browser) in told.value.zh
    assert "--pdf" in told.value.zh


@posix
def test_a_browser_that_does_not_start_is_told_of(tmp_path):
    path = tmp_path / "chromium"
    path.write_bytes(b"\x7fELF nothing")
    path.chmod(0o755)
    with pytest.raises(ReportError, match="it did not start"):
        print_page(b"", path)


@posix
def test_a_browser_that_takes_too_long_is_ended_with_all_it_started(tmp_path):
    pids = f"{tmp_path}/pids"
    browser = fake(tmp_path, f"echo $$ > {pids}; sleep 600 & echo $! >> {pids}; wait")
    with pytest.raises(ReportError, match="more than 1 seconds"):
        print_page(b"", browser, limit_seconds=1)
    started = [int(pid) for pid in Path(pids).read_text().split()]
    assert len(started) == 2
    wait_until(lambda: all(map(gone, started)))


@posix
def test_what_a_browser_leaves_running_is_ended(tmp_path):
    browser = fake(tmp_path, f"sleep 600 & echo $! > {tmp_path}/pid", GOOD)
    assert print_page(b"", browser) == PDF
    pid = int((tmp_path / "pid").read_text())
    wait_until(lambda: gone(pid))


@posix
def test_an_interrupt_ends_the_browser(tmp_path):
    browser = fake(tmp_path, f"echo $$ > {tmp_path}/pid; sleep 1; kill -INT $PPID; sleep 600")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            print_page(b"", browser)
    finally:
        signal.signal(signal.SIGINT, before)
    pid = int((tmp_path / "pid").read_text())
    wait_until(lambda: gone(pid))


@posix
def test_a_snap_works_where_it_may_read(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    snap = fake(tmp_path, 'test "${pdf#*/home/snap/chromium/common/}" != "$pdf" || exit 7', GOOD)
    snap.rename(tmp_path / "snap")
    snap.symlink_to(tmp_path / "snap")
    assert print_page(b"", snap) == PDF
    assert list((tmp_path / "home/snap/chromium/common").iterdir()) == []


@posix
def test_browsers_are_found_on_path_then_in_the_usual_places(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path / 'a'}{os.pathsep}{tmp_path / 'b'}")
    if not Path("/Applications").exists():
        with pytest.raises(UsageError, match="apt install chromium"):
            find_browser()
    macos = tmp_path / "Applications/Microsoft Edge.app/Contents/MacOS"
    edge = fake(macos, name="Microsoft Edge")
    assert find_browser() == edge
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path / "programs"))
    windows = r"programs\Google\Chrome\Application\chrome.exe"
    for folder, name in (
        (tmp_path, windows),
        (tmp_path / "b", "msedge"),
        (tmp_path / "a", "chrome"),
    ):
        browser = fake(folder, name=name)
        assert find_browser() == browser
    other = fake(tmp_path / "c", name="other")
    monkeypatch.setenv(VARIABLE, str(other))
    assert find_browser() == other
    monkeypatch.setenv(VARIABLE, "nowhere")
    with pytest.raises(UsageError, match=f"{VARIABLE} names 'nowhere'"):
        find_browser()


def test_a_pdf_that_was_cut_is_not_whole():
    assert is_whole(PDF)
    for end in range(len(PDF) - 1):
        assert not is_whole(PDF[:end])
    assert not is_whole(b"<html>" + PDF)
    assert not is_whole(PDF.replace(b"\n9\n", b"\n9999\n"))


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "answer"), [("zh", "答案:乌苏市"), ("en", "答案:乌苏市")])
def test_a_real_browser_prints_numbered_sheets_with_the_answer_first(chromium, lang, answer):
    page = make_page(lang=lang, other_lang_href="other.html")
    content = print_page(page.encode(), Path(chromium))
    texts = sheets(content)
    assert answer in texts[0]
    for number, text in enumerate(texts, 1):
        assert f"{number} / {len(texts)}" in text
    # A link would lead into the folder where it was printed.
    assert b"/URI" not in content
    # As the font that comes with the product calls itself.
    assert b"NotoSansCJKsc-Regular" in content


@pytest.mark.browser
def test_two_prints_differ_in_their_dates_alone(chromium):
    def printed():
        content = print_page(make_page().encode(), Path(chromium))
        # Chromium numbers a table's heads in the order in which it came to them.
        content = re.sub(rb"\(node\d+\)", b"(node)", content)
        return re.sub(rb"/(CreationDate|ModDate) \([^)]*\)", b"", content)

    assert printed() == printed()


@pytest.mark.browser
def test_a_real_browser_leaves_nothing_behind(chromium, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    before = set(Path(tempfile.gettempdir()).parent.iterdir())
    assert is_whole(print_page(make_page().encode(), Path(chromium)))
    assert list(home.iterdir()) == []
    assert set(Path(tempfile.gettempdir()).parent.iterdir()) == before


@pytest.mark.browser
def test_a_page_that_asks_for_more_gets_nothing(chromium):
    page = make_page().replace(
        "</main>",
        "<img src='https://example.org/x.png'><iframe src='http://[::1]:1/'></iframe></main>",
    )
    assert len(sheets(print_page(page.encode(), Path(chromium)))) >= 1
