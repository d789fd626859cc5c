"""Every chart looks as it did: its drawing against a picture that somebody has looked at."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from pictures import COUNTS, DPI, SAMPLES, figure_of, pixels, public_functions
from PIL import Image

from analysis.figures.look import BODY, COLOURS

BASELINE = Path(__file__).parent / "baseline"
# Root mean square of the differences of all pixels, of 255 levels. Measured on these pictures:
# drawn again, in another thread or from a fresh figure, 0; with every place moved by a billionth,
# up to 0.02; one level up or down on one of twenty pixels at an edge, up to 0.11. The smallest
# changes that must be seen: a digit of one label, 0.23 or more; two rows or a mark's colour, more.
TOLERANCE = 0.12
DIGIT = re.compile(r"(.*)(\d)(\D*)$", re.DOTALL)
# Charts whose rows have a name at the left.
WITH_ROWS = (
    *("dumbbell", "per_person", "need_groups", "odds_heatmap", "runway", "changes", "ratio_shift"),
    *("scenario_shares", "sensitivity", "implied", "tornado", "cover", "spent"),
)
NAMES = {function.__name__: function for function in SAMPLES}


@dataclass(frozen=True)
class Drawing:
    """A figure that is saved as it is drawn, in the house style, whatever the session has set."""

    figure: Any

    def savefig(self, path, **_):
        Image.fromarray(pixels(self.figure)).save(path, optimize=True)


@pytest.mark.parametrize("lang", COUNTS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.mpl_image_compare(baseline_dir=str(BASELINE), tolerance=TOLERANCE)
def test_a_chart_looks_as_it_did(name, lang, monkeypatch):
    return Drawing(figure_of(NAMES[name], lang, monkeypatch))


def test_pictures_are_compared(pytestconfig):
    assert pytestconfig.getoption("--mpl")


def test_every_public_figure_function_has_its_pictures_and_they_are_small():
    assert public_functions() == set(SAMPLES)
    kept = {path.name for path in BASELINE.glob("*.png")}
    assert kept == {
        f"test_a_chart_looks_as_it_did_{name}-{lang}.png" for name in NAMES for lang in COUNTS
    }
    assert sum(path.stat().st_size for path in BASELINE.iterdir()) < 1_500_000


def apart(one, other):
    """Return the root mean square of the differences, as the comparison counts it."""
    assert one.shape == other.shape
    return float(np.sqrt(np.mean((one.astype(float) - other) ** 2)))


def all_axes(figure):
    for axes in figure.axes:
        yield from (axes, *axes.child_axes)


@pytest.mark.parametrize("name", NAMES)
def test_noise_is_let_pass(name, monkeypatch):
    figure = figure_of(NAMES[name], "zh", monkeypatch)
    drawn = pixels(figure)
    with ThreadPoolExecutor(1) as other:
        assert apart(drawn, other.submit(pixels, figure).result()) == 0
    assert apart(drawn, pixels(figure_of(NAMES[name], "zh", monkeypatch))) == 0
    assert apart(drawn, pixels(figure, DPI * (1 + 1e-9))) < TOLERANCE / 4
    edges = (drawn != np.roll(drawn, 1, axis=0)) | (drawn != np.roll(drawn, 1, axis=1))
    levels = np.random.default_rng(1).choice([-1, 0, 1], drawn.shape, p=[0.025, 0.95, 0.025])
    assert apart(drawn, drawn + levels * edges) < TOLERANCE


@pytest.mark.parametrize("lang", COUNTS)
@pytest.mark.parametrize("name", NAMES)
def test_another_digit_is_seen(name, lang, monkeypatch):
    figure = figure_of(NAMES[name], lang, monkeypatch)
    drawn = pixels(figure)
    texts = [text for axes in all_axes(figure) for text in axes.texts]
    text = min((each for each in texts if DIGIT.search(each.get_text())), key=_length)
    start, last, end = DIGIT.search(text.get_text()).groups()
    for digit in set("0123456789") - {last}:
        text.set_text(start + digit + end)
        assert apart(drawn, pixels(figure)) > TOLERANCE, (last, digit)


def _length(text):
    return len(text.get_text())


@pytest.mark.parametrize("lang", COUNTS)
@pytest.mark.parametrize("name", NAMES)
def test_another_colour_of_one_mark_is_seen(name, lang, monkeypatch):
    figure = figure_of(NAMES[name], lang, monkeypatch)
    drawn = pixels(figure)
    axes = next(axes for axes in all_axes(figure) if axes.patches or axes.lines)
    bars = [bar for bar in axes.patches if bar.get_extents().width and bar.get_facecolor()[3]]
    lines = sorted(axes.get_lines(), key=lambda line: -line.get_linewidth())
    lines = [line for line in lines if line.get_gid()] or lines
    if bars:
        bars[0].set_facecolor(_other(bars[0].get_facecolor()))
    else:
        other = _other(lines[0].get_color())
        lines[0].set(color=other, markeredgecolor=other)
    assert apart(drawn, pixels(figure)) > TOLERANCE


def _other(colour):
    return COLOURS["idle" if to_hex(colour) == COLOURS["danger"] else "danger"]


@pytest.mark.parametrize("lang", COUNTS)
@pytest.mark.parametrize("name", WITH_ROWS)
def test_another_order_of_rows_is_seen(name, lang, monkeypatch):
    figure = figure_of(NAMES[name], lang, monkeypatch)
    drawn = pixels(figure)
    for axes in (axes for axes in all_axes(figure) if axes.axison):
        first, second, *others = [*(label.get_text() for label in axes.get_yticklabels()), "", ""]
        if second:
            how = {"fontsize": BODY, "color": COLOURS["ink"]}
            axes.set_yticks(axes.get_yticks(), labels=[second, first, *others[:-2]], **how)
            break
    assert apart(drawn, pixels(figure)) > TOLERANCE
