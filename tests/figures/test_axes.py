"""The axes of charts look like matplotlib's own, and refuse what they cannot show."""

from collections import Counter

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from shapes import shapes_of, unmatched

from analysis.figures.axes import ChartAxes
from analysis.figures.look import house_style
from analysis.figures.renderer import draw


def rows(axes):
    axes.tick_params(axis="y", pad=9)
    axes.set_yticks(
        [0, 1, 2], labels=["塔城市", "额敏县\n（两行）", "乌苏市"], fontsize=8.5, color="red"
    )
    axes.set(xlim=(0, 1), ylim=(2.5, -0.5))
    axes.grid(axis="x")


def logarithmic(axes):
    axes.set_xscale("log")
    axes.set_xlim(0.3, 40)
    axes.set_xticks([0.5, 1, 2, 5, 50], labels=list("甲乙丙丁戊"))
    axes.set_xlim(0.3, 40)
    axes.minorticks_off()
    axes.grid()


def written(axes):
    axes.set(xlim=(-0.3, 7), ylim=(0, 1))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, place: f"{x:g}/{place}"))
    axes.set_xlabel("需求累计")
    axes.set_ylabel("资金累计")
    axes.grid(axis="y")


def far_from_zero(axes):
    axes.plot([1_000_001, 1_000_003], [5e-9, 7e-9])


def empty(axes):
    axes.set_xticks([])
    axes.set_yticks([0, 1], labels=["", "一"])


def inset(axes):
    axes.set_axis_off()
    inner = axes.inset_axes((0.1, 0.1, 0.5, 0.5), axes_class=type(axes))
    rows(inner)


def hidden(axes):
    axes.xaxis.set_visible(False)
    axes.axis("off")
    axes.text(0.5, 0.5, "只有字")


@house_style()
def drawn(axes_class, add):
    figure = Figure((4, 3), dpi=72)
    axes = figure.add_axes((0.2, 0.2, 0.6, 0.6), axes_class=axes_class)
    add(axes)
    return draw(figure, label="")[0], axes


@pytest.mark.parametrize("add", [rows, logarithmic, written, far_from_zero, empty, inset, hidden])
def test_axes_look_like_those_of_matplotlib(add):
    ours, theirs = (shapes_of(drawn(kind, add)[0]) for kind in (ChartAxes, Axes))
    assert len(ours) == len(theirs) > 1
    assert unmatched(ours, theirs, 0.02) == ([], [])


@pytest.mark.parametrize("add", [rows, logarithmic, written])
def test_names_can_be_asked_for(add):
    (_, ours), (_, theirs) = drawn(ChartAxes, add), drawn(Axes, add)
    for name in ("xaxis", "yaxis"):
        said, meant = (
            Counter((text.get_text(), text.get_color()) for text in axis.get_ticklabels())
            for axis in (getattr(ours, name), getattr(theirs, name))
        )
        assert said == meant


@pytest.mark.parametrize(
    "ask",
    [
        lambda axes: axes.tick_params(length=3),
        lambda axes: axes.tick_params(axis="x", rotation=90),
        lambda axes: axes.tick_params(reset=True),
        lambda axes: axes.grid(color="red"),
        lambda axes: axes.xaxis.set_ticklabels(["a"], minor=True),
        lambda axes: axes.xaxis.tick_top(),
    ],
    ids=["length", "rotation", "reset", "colour", "minor", "top"],
)
def test_what_the_axes_cannot_show_is_refused(ask):
    with pytest.raises(NotImplementedError):
        drawn(ChartAxes, ask)


def test_minor_marks_are_refused():
    with pytest.raises(NotImplementedError):
        drawn(ChartAxes, lambda axes: axes.set_xscale("log"))
