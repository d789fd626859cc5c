"""Every public figure function with a sample, and its drawing as pixels."""

import importlib
import inspect
import pkgutil

import figure_samples
import matplotlib as mpl
import numpy as np
import test_scenario_charts as scenario_charts
import test_stock_charts as stock_charts
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis import figures
from analysis.figures import (
    cover,
    scenarios,
    shares,
    spent,
    spent_path,
    stock,
    style,
    tornado,
    vintages,
)
from analysis.figures.look import house_style

# Nothing is moved to whole pixels, where rounding may go one way or the other.
EXACT = {"text.hinting": "no_hinting", "path.snap": False}
# About a pixel a point, but no place that many charts share lies midway between two pixels.
DPI = 72.37
SAMPLES = {
    shares.dumbbell: (figure_samples, "doubtful"),
    shares.tile_cartogram: (figure_samples, "tiles"),
    shares.border_map: (figure_samples, "border_map"),
    shares.per_person: (figure_samples, "per_person"),
    shares.lorenz_chart: (figure_samples, "lorenz"),
    shares.need_groups: (figure_samples, "need_groups"),
    stock.odds_heatmap: (figure_samples, "odds"),
    stock.runway: (figure_samples, "runway"),
    stock.fan: (figure_samples, "fan"),
    stock.execution: (figure_samples, "execution"),
    scenarios.changes: (scenario_charts, "changes"),
    scenarios.ratio_shift: (scenario_charts, "ratio_shift"),
    scenarios.pace: (scenario_charts, "pace"),
    scenarios.scenario_shares: (scenario_charts, "scenario_shares"),
    scenarios.sensitivity: (scenario_charts, "sensitivity"),
    scenarios.implied: (scenario_charts, "implied"),
    tornado.tornado: (stock_charts, "tornado"),
    vintages.vintage_stack: (stock_charts, "vintages"),
    cover.cover: (stock_charts, "cover"),
    spent.spent: (stock_charts, "spent"),
    spent_path.spent_path: (stock_charts, "path"),
}
# Units drawn: the two languages show different tables.
COUNTS = {"zh": 7, "en": 5}


def modules():
    for info in pkgutil.iter_modules(figures.__path__):
        yield importlib.import_module(f"{figures.__name__}.{info.name}")


def public_functions():
    """Return the functions that return a chart, but for the one that finishes them all."""
    return {
        function
        for module in modules()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and function.__annotations__.get("return") == "Chart"
        and function is not style.finish
    }


def figure_of(function, lang, monkeypatch):
    """Return the figure that a function builds for its sample."""
    kept = []
    for module in modules():
        if module is not style and hasattr(module, "finish"):

            def finish(canvas, *, real=module.finish, drawn_by=module.__name__, **rest):
                kept.append((drawn_by, canvas.figure))
                return real(canvas, **rest)

            monkeypatch.setattr(module, "finish", finish)
    samples, name = SAMPLES[function]
    samples.draw(name, COUNTS[lang], lang)
    monkeypatch.undo()
    ((drawn_by, figure),) = kept
    assert drawn_by == function.__module__
    return figure


def pixels(figure, dpi=DPI):
    """Draw a figure with Agg, without hinting, as red, green and blue."""
    with house_style(), mpl.rc_context(EXACT):
        figure.set_dpi(dpi)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()
