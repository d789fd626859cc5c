"""For every test: the same examples on every run, no clock, and a browser for who asks for it."""

import pytest
from browser import MISSING, browser, chromium, view  # noqa: F401
from command import relief  # noqa: F401
from hypothesis import settings

# A run fails when the code changes, not when luck or a slow machine does.
settings.register_profile("relief", derandomize=True, deadline=None)
settings.load_profile("relief")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """Say last how many tests were left out for want of a browser."""
    yield
    skipped = terminalreporter.stats.get("skipped", ())
    left_out = sum("browser" in each.keywords and MISSING in str(each.longrepr) for each in skipped)
    if left_out:
        terminalreporter.write_line(
            f"browser tests left out: {MISSING} ({left_out} tests)", yellow=True
        )
