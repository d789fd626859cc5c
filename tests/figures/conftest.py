"""What the tests of charts share."""

from typing import Any

import pytest

from analysis.figures import groups, lorenz, outlook, per_person, shares, stock

MODULES = (shares, per_person, lorenz, groups, stock, outlook)


@pytest.fixture
def canvases(monkeypatch):
    """Keep the drawing of each chart, so that a test can look at what was drawn."""
    kept: list[Any] = []
    for module in MODULES:
        real = module.finish

        def finish(canvas, real=real, **rest):
            kept.append(canvas)
            return real(canvas, **rest)

        monkeypatch.setattr(module, "finish", finish)
    return kept
