"""The stock model itself is under test here: nothing that it computed before may stand in."""

import pytest

from analysis.kept import nothing_kept


@pytest.fixture(autouse=True, scope="module")
def computed_anew():
    with nothing_kept():
        yield
