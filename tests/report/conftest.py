"""Pages that several tests look at."""

import pytest
from sample_report import make_page


@pytest.fixture(scope="session")
def pages():
    return {lang: make_page(lang=lang) for lang in ("zh", "en")}
