"""A real browser for tests: pages opened from the disk, and whatever they ask for or say noted."""

import os
import shutil
from pathlib import Path

import pytest

MISSING = "no chromium on PATH"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium():
    """Where Chromium is; without one its tests are left out, or fail where it is required."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("RELIEF_BROWSER") == "required":
            pytest.fail(f"RELIEF_BROWSER=required, but there is {MISSING}")
        pytest.skip(f"{MISSING}; RELIEF_BROWSER=required makes this a failure")
    return path


# Not for the whole session: other tests fork, and playwright leaves an event loop running.
@pytest.fixture(scope="module")
def browser(chromium):
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


class Viewer:
    """Opens pages, each in a context of its own without a network.

    `trouble` has every request but for files and data, every word on the console, every error of
    a script, every dialog, and every page that went elsewhere.
    """

    def __init__(self, browser, folder):
        self.browser, self.folder = browser, folder
        self.trouble, self.contexts = [], []

    def __call__(self, html, width=1280, **options):
        """Open a page, given as text or as the path of a file."""
        path = html
        if not isinstance(html, Path):
            path = self.folder / f"page{len(self.contexts)}.html"
            path.write_text(html, encoding="utf-8")
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, **options
        )
        self.contexts.append(context)
        page = context.new_page()
        note, address = self.trouble.append, path.as_uri()
        context.route("**/*", lambda route: self._judge(route, address))
        context.on("page", lambda other: note(f"opened {other.url}"))
        page.on("console", lambda message: note(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: note(f"error: {error}"))
        page.on("dialog", lambda dialog: (note(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("framenavigated", lambda frame: self._stays(frame, address))
        page.goto(address)
        return page

    def close(self):
        for context in self.contexts:
            context.close()
        self.contexts.clear()

    def _judge(self, route, address):
        url = route.request.url
        if url == address or url.startswith("data:"):
            route.continue_()
        else:
            self.trouble.append(f"request: {url}")
            route.abort()

    def _stays(self, frame, address):
        if frame.url.partition("#")[0] != address:
            self.trouble.append(f"went to {frame.url}")


@pytest.fixture
def view(browser, tmp_path):
    """Open HTML; whatever the page asks of the network or says on the console is trouble."""
    viewer = Viewer(browser, tmp_path)
    yield viewer
    viewer.close()
    assert viewer.trouble == []
