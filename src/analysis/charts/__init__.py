"""Charts: each function takes frames and returns a `Chart` that a page draws in its language.

Importing this registers the shipped Chinese font with matplotlib, so that an analyst's own charts
have their letters, too.
"""

from __future__ import annotations

from analysis.charts.chart import Chart, Picture, picture
from analysis.charts.earlier import allocation_change, ratio_shift
from analysis.charts.outlines import centres
from analysis.charts.ratios import ratio_map, tiles
from analysis.charts.scenarios import (
    formula_change,
    implied_mix,
    pace,
    proportional_change,
    weight_influence,
)
from analysis.charts.shares import dumbbell, lorenz, need_groups, per_person
from analysis.charts.spending import execution, spent, spent_path
from analysis.charts.stock import cover, fan, odds, runway
from analysis.charts.style import register_font
from analysis.charts.tornado import tornado
from analysis.charts.vintages import vintages

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
