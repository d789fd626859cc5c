"""A report on paper: its page printed as PDF by a browser of this machine, without a network."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from analysis.errors import ReportError, UsageError
from analysis.words import ByLanguage, in_both, refusal

# Names the browser where it is not found by itself.
VARIABLE = "RELIEF_CHROMIUM"
# On PATH, or where Windows and macOS install them; the first that is there prints.
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    *(
        rf"${{{folder}}}\{place}"
        for folder in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        for place in (
            r"Google\Chrome\Application\chrome.exe",
            r"Chromium\Application\chrome.exe",
            r"Microsoft\Edge\Application\msedge.exe",
        )
    ),
    *(
        f"{folder}/Applications/{name}.app/Contents/MacOS/{name}"
        for folder in ("", "~")
        for name in ("Google Chrome", "Chromium", "Microsoft Edge")
    ),
)
# Printing takes a few seconds.
LIMIT_SECONDS = 120.0
# What is killed is gone at once, but where the system is at its limits.
GRACE_SECONDS = 1.0
# The browser's socket lies in the folder of temporary files, and its path must be short.
SOCKET_FOLDER_BYTES = 60
ARGUMENTS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)


def find_browser() -> Path:
    """Return a browser that can print: Chromium, Chrome or Edge.

    Raises
    ------
    UsageError
        If there is none on PATH or in the usual places, or `RELIEF_CHROMIUM` names none.
    """
    named = os.environ.get(VARIABLE)
    for name in [named] if named else BROWSERS:
        if found := shutil.which(os.path.expandvars(os.path.expanduser(name))):  # noqa: PTH111
            return Path(found).absolute()
    if named:
        raise refusal(UsageError, "report_error.browser_named", variable=VARIABLE, name=named)
    raise refusal(UsageError, "report_error.no_browser", variable=VARIABLE)


def print_page(html: bytes, browser: Path, *, limit_seconds: float = LIMIT_SECONDS) -> bytes:
    """Print a page and return the PDF; two prints of a page differ in their dates alone.

    Parameters
    ----------
    html : bytes
        A page that needs nothing beside it.
    browser : Path
        As `find_browser` gives it.
    limit_seconds : float, optional
        After so long the browser and all that it started are ended.

    Raises
    ------
    ReportError
        If the browser does not start, fails, takes too long or gives no whole PDF.
    """
    with tempfile.TemporaryDirectory(
        prefix="relief-", dir=_room(browser), ignore_cleanup_errors=True
    ) as private:
        folder = Path(private)
        page, pdf, said = folder / "report.html", folder / "report.pdf", folder / "said.txt"
        page.write_bytes(html)
        words = [str(browser), *ARGUMENTS, f"--user-data-dir={folder / 'profile'}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            words.append("--no-sandbox")  # Chromium has no sandbox for root, and refuses to start.
        words += [f"--print-to-pdf={pdf}", page.as_uri()]
        code = _run(words, folder, said, limit_seconds)
        told = _last_words(said)
        if code is None:
            why = in_both("report_error.print_slow", seconds=f"{limit_seconds:g}")
        elif code != 0:
            why = in_both("report_error.print_exit", code=code, said=told)
        elif not pdf.is_file():
            why = in_both("report_error.print_nothing", said=told)
        elif is_whole(content := pdf.read_bytes()):
            return content
        else:
            why = in_both("report_error.print_part")
    raise _failure(browser, why)


def is_whole(content: bytes) -> bool:
    r"""Tell whether a PDF has its head, its end, and the table its end points to.

    Examples
    --------
    >>> is_whole(b"%PDF-1.4\nxref\nstartxref\n9\n%%EOF\n"), is_whole(b"%PDF-1.4\nxref\nstart")
    (True, False)
    """
    end = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", content[-64:])
    if end is None or not content.startswith(b"%PDF-"):
        return False
    return 0 < int(end[1]) < len(content) - len(b"startxref")


def _room(browser: Path) -> Path | None:
    """Return where a browser may read and write; None for the folder of all temporary files."""
    # A snap has a /tmp of its own, and sees no hidden folder; its name is a link to `snap`.
    if browser.resolve().name != "snap":
        return None
    room = Path.home() / "snap" / browser.name / "common"
    room.mkdir(parents=True, exist_ok=True)
    return room


def _run(words: list[str], folder: Path, said: Path, limit_seconds: float) -> int | None:
    """Run a browser and return its exit code, or None where it had to be ended."""
    try:
        with said.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=file,
                cwd=folder,
                env=_environment(folder),
                start_new_session=True,
            )
    except OSError as error:
        why = in_both("report_error.print_no_start", reason=error.strerror or str(error))
        raise _failure(Path(words[0]), why) from error
    try:
        return process.wait(limit_seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)


def _environment(folder: Path) -> dict[str, str]:
    """Let a browser leave nothing outside its folder."""
    environment = {
        **os.environ,
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TMPDIR": str(folder),
    }
    if len(os.fsencode(folder)) > SOCKET_FOLDER_BYTES:
        del environment["TMPDIR"]
    return environment


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a browser and all that it started, and wait until they are gone."""
    family: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    process.wait()
    psutil.wait_procs(family, timeout=GRACE_SECONDS)
    if sys.platform != "win32":
        # Those whose parent had ended are of no family any more, but still of the group.
        deadline = time.monotonic() + GRACE_SECONDS
        with suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < deadline:
                os.killpg(process.pid, signal.SIGKILL)
                time.sleep(0.01)


def _last_words(said: Path) -> str:
    """Return the line of what a browser said that tells most."""
    lines = said.read_text(encoding="utf-8", errors="replace").splitlines()
    lines = [line.strip() for line in lines if line.strip() and "dbus" not in line]
    telling = [line for line in lines if "FATAL" in line] or lines[-1:]
    return telling[0][:300] if telling else ""


def _failure(browser: Path, why: ByLanguage) -> ReportError:
    # What a browser says last may end a sentence, or be nothing.
    reason = ByLanguage(why.zh.rstrip("。 "), why.en.rstrip(". "))
    return refusal(ReportError, "report_error.not_printed", browser=browser, reason=reason)
