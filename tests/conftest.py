"""For every test: the same examples on every run, no clock, and a browser for who asks for it."""

import os
import shutil

import pytest
from hypothesis import settings

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# A run fails when the code changes, not when luck or a slow machine does.
settings.register_profile("relief", derandomize=True, deadline=None)
settings.load_profile("relief")


@pytest.fixture(scope="module")
def browser():
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("RELIEF_BROWSER") == "required":
            pytest.fail("RELIEF_BROWSER=required, but there is no chromium on PATH")
        pytest.skip("no chromium on PATH; RELIEF_BROWSER=required makes this a failure")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()
