"""How social-assistance money is shared among counties, and how long it lasts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis import charts as charts
    from analysis import inequality as inequality
    from analysis.case import load_case as load_case
    from analysis.report.page import Page as Page

__version__ = "0.1.0"

# Loaded when they are asked for, so that the command starts at once.
_PLACES = {"load_case": "analysis.case", "Page": "analysis.report.page"}
_MODULES = ("charts", "inequality")


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES, *_MODULES])
