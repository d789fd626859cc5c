"""Pages that several tests look at, and a browser to look with."""

import pytest
from browser import browser, chromium, view  # noqa: F401
from sample_report import make_page


@pytest.fixture(scope="session")
def pages():
    return {lang: make_page(lang=lang) for lang in ("zh", "en")}
