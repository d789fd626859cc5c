"""How every chart looks: the font, the colours, the sizes, the grid.

Colours keep their meaning from chart to chart, differ for the colour-blind, and differ in
lightness too, so that a grey print still tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontEntry, FontProperties, fontManager

from analysis.fonts import font_path

COLOURS = MappingProxyType(
    {
        "ink": "#1f2933",
        "neutral": "#66707a",
        "grid": "#e2e6ea",
        "money": "#12507b",
        "need": "#d97706",
        "danger": "#a61c28",
        "idle": "#2795a3",
        "band": "#a9c8de",
        "paper": "#ffffff",
    }
)
# Type sizes and the width of the drawing, in points; a page shows a chart at up to 1.4 times.
TITLE, BODY, SMALL = 12.5, 8.5, 7.5
WIDTH = 540.0
# Width of axes and of the lines across from their marks, points.
HAIRLINE = 0.6
# A name no installed font has: the shipped file is used even where Noto is installed.
FAMILY = "relief-analysis charts"


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style, whatever the user's matplotlibrc and backend say.

    Settings are put back at the end. Works as a decorator of a function that draws a chart.
    """
    now = mpl.rcParams
    with mpl.rc_context():
        # To set what is set already takes longer than to see that it is.
        now.update({name: value for name, value in _settings().items() if now[name] != value})
        yield


@cache
def letters(size: float) -> FontProperties:
    """Return the shipped font in a type size, points; who wants to change it takes a copy."""
    return FontProperties(family=[FAMILY], size=size)


@cache
def _settings() -> dict[Any, Any]:
    fontManager.ttflist.append(FontEntry(fname=str(font_path()), name=FAMILY))
    kept: dict[Any, Any] = {
        name: value
        for name, value in mpl.rcParamsDefault.items()
        if name.partition(".")[0] not in ("backend", "toolbar", "webagg", "interactive", "keymap")
    }
    return kept | {
        "font.family": [FAMILY],
        "font.size": BODY,
        "text.parse_math": False,
        "text.color": COLOURS["ink"],
        "lines.solid_capstyle": "butt",
        "axes.edgecolor": COLOURS["neutral"],
        "axes.labelcolor": COLOURS["neutral"],
        "axes.labelsize": SMALL,
        "axes.linewidth": HAIRLINE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.facecolor": "none",
        "grid.color": COLOURS["grid"],
        "grid.linewidth": HAIRLINE,
        "xtick.color": COLOURS["neutral"],
        "ytick.color": COLOURS["neutral"],
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
    }
