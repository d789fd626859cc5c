"""The stock model itself is under test here: nothing that it computed before may stand in."""

import pytest


@pytest.fixture(autouse=True, scope="module")
def computed_anew():
    with pytest.MonkeyPatch.context() as patched:
        # Without a key nothing is kept.
        patched.setattr("analysis.kept.content_key", lambda *values: None)
        yield
