"""One run of each notebook on each case and unit, shared by the tests that read it."""

from functools import cache

import pytest
from notebook_run import run
from sample_cases import CASES

PATHS = 60


@cache
def made_case(name):
    return CASES[name]()


@pytest.fixture(scope="session")
def ran():
    """Return the run of a notebook: ``ran(notebook, case, lang, unit)``."""

    @cache
    def once(notebook, case, lang, unit="", fund_share="balanced", draw=False):
        given = {"lang": lang, "unit": unit, "fund_share": fund_share, "paths": PATHS}
        return run(notebook, made_case(case), draw=draw, **given)

    return once
