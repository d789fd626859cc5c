"""Charts: each function takes frames and returns a `Chart` that a page draws in its language.

Where there is nothing to draw, it returns the `Sentence` that says why. A frame whose index repeats
a unit is refused (`analysis.errors.ReportError`).

Importing this registers the shipped Chinese font with matplotlib, so that an analyst's own charts
have their letters, too.
"""

from __future__ import annotations

from analysis.charts.changes import (
    allocation_change,
    formula_change,
    proportional_change,
    ratio_shift,
)
from analysis.charts.chart import Chart, Picture, picture
from analysis.charts.outlines import centres
from analysis.charts.ratios import ratio_map, tiles
from analysis.charts.scenarios import implied_mix, pace, weight_influence
from analysis.charts.shares import dumbbell, lorenz, need_groups, per_person
from analysis.charts.spending import cover, execution, runway, spent, spent_path
from analysis.charts.stock import fan, odds, vintages
from analysis.charts.style import register_font
from analysis.charts.tornado import tornado

__all__ = [
    "Chart",
    "Picture",
    "allocation_change",
    "centres",
    "cover",
    "dumbbell",
    "execution",
    "fan",
    "formula_change",
    "implied_mix",
    "lorenz",
    "need_groups",
    "odds",
    "pace",
    "per_person",
    "picture",
    "proportional_change",
    "ratio_map",
    "ratio_shift",
    "runway",
    "spent",
    "spent_path",
    "tiles",
    "tornado",
    "vintages",
    "weight_influence",
]

register_font()
