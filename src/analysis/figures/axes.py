"""Axes as charts have them: names beside the marks of an axis and lines across, no tick lines.

matplotlib keeps five artists for each mark of an axis, most of which the house style never shows.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis, YAxis
from matplotlib.backend_bases import RendererBase
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import NullLocator
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from analysis.figures.look import COLOURS, HAIRLINE, SMALL, letters

# What `tick_params` and `grid` may set; tick lines it may only switch, as they have no length.
_SETTABLE = {"pad", "gridOn", "tick1On", "tick2On", "label1On", "label2On"}

# With one of these a line asks for no colour from matplotlib's cycle.
_OWN_COLOUR = {"color", "c"}


class _NamedAxis(Axis):
    """An axis of major marks, drawn without an object for each."""

    majorTicks: Any = ()  # noqa: N815
    minorTicks: Any = ()  # noqa: N815
    _pad = 3.5
    _how: Any = MappingProxyType({})
    # What matplotlib's types leave out.
    major: Any
    label: Any
    _major_tick_kw: dict[str, Any]
    _translate_tick_params: Any
    _update_label_position: Any
    _update_offset_text_position: Any

    def get_major_ticks(self, numticks: int | None = None) -> list[Any]:
        """Return none: there are no tick objects."""
        return []

    def get_minor_ticks(self, numticks: int | None = None) -> list[Any]:
        """Return none: there are no tick objects."""
        return []

    def set_tick_params(self, which: Any = "major", reset: bool = False, **kwargs: Any) -> None:
        """Set the room between axis and names, or switch the lines across.

        Raises
        ------
        NotImplementedError
            If anything else is to be set.
        """
        asked = self._translate_tick_params(kwargs)
        moved = asked.get("label2On", False) or not asked.get("label1On", True)
        if reset or moved or asked.keys() - _SETTABLE:
            given = ", ".join(sorted(asked))
            raise NotImplementedError(f"the marks of a chart's axes cannot be set so: {given}")
        super().set_tick_params(which, **kwargs)

    def set_ticklabels(self, labels: Any, **kwargs: Any) -> list[Text]:
        """Name the marks; `kwargs` are properties of the letters."""
        minor, fontdict = kwargs.pop("minor", False), kwargs.pop("fontdict", None)
        if minor or fontdict:
            raise NotImplementedError("the axes of charts have major marks only")
        self._how = kwargs
        return super().set_ticklabels(labels)

    def get_majorticklabels(self) -> list[Text]:
        """Return the names of the marks."""
        places = self.get_majorticklocs()
        names = self.major.formatter.format_ticks(places)
        transform, down, across = self._beside(self._major_tick_kw.get("pad", self._pad))
        figure: Any = self.get_figure(root=False)
        labels = []
        for place, name in zip(places, names, strict=True):
            x, y = self._at(place)
            label = Text(
                x,
                y,
                name,
                color=COLOURS["neutral"],
                verticalalignment=down,
                horizontalalignment=across,
                fontproperties=letters(SMALL),
            )
            label.set_figure(figure)
            label.set_transform(transform)
            label.set(**self._how)
            labels.append(label)
        return labels

    def draw(self, renderer: RendererBase, *_: Any, **__: Any) -> None:
        """Draw lines across, the names of the marks, and what the axis shows."""
        if not self.get_visible():
            return
        if not isinstance(self.get_minor_locator(), NullLocator):
            raise NotImplementedError("the axes of charts have major marks only")
        if self._major_tick_kw["gridOn"]:
            self._draw_grid(renderer)
        labels = self._update_ticks()
        for label in labels:
            label.draw(renderer)
        if self.label.get_text():
            self._update_label_position(renderer)
            self.label.draw(renderer)
        offset = self.major.formatter.get_offset()
        if offset and labels:
            self._update_offset_text_position(*self._get_ticklabel_bboxes(labels, renderer))
            self.offsetText.set_text(offset)
            self.offsetText.draw(renderer)
        self.stale = False

    def _update_ticks(self) -> list[Text]:
        """Return the names of the marks within the axis's limits."""
        if isinstance(self.get_major_locator(), NullLocator):
            return []
        labels = self.get_majorticklabels()
        return [label for label, seen in zip(labels, self._seen(), strict=True) if seen]

    def _get_ticklabel_bboxes(self, ticks: list[Text], renderer: RendererBase) -> Any:
        return [label.get_window_extent(renderer) for label in ticks], []

    def _seen(self) -> NDArray[np.bool_]:
        scaled = self.get_transform().transform
        places = scaled(np.asarray(self.get_majorticklocs(), dtype=float))
        low, high = sorted(scaled(np.asarray(self.get_view_interval(), dtype=float)))
        near = 1e-10 * (high - low)
        return np.asarray((places >= low - near) & (places <= high + near))

    def _draw_grid(self, renderer: RendererBase) -> None:
        places = np.asarray(self.get_majorticklocs(), dtype=float)[self._seen()]
        if not len(places):
            return
        ends = np.array([self._at(place, end) for place in places for end in (0.0, 1.0)])
        codes = [Path.MOVETO, Path.LINETO] * len(places)
        gc = renderer.new_gc()
        gc.set_clip_rectangle(self.axes.bbox)
        gc.set_foreground(COLOURS["grid"])
        gc.set_linewidth(HAIRLINE)
        lines = Path(self._across().transform(ends), codes)
        renderer.draw_path(gc, lines, IdentityTransform())
        gc.restore()

    def _at(self, place: float, end: float = 0.0) -> tuple[float, float]:
        raise NotImplementedError

    def _across(self) -> Any:
        raise NotImplementedError

    def _beside(self, pad: float) -> Any:
        raise NotImplementedError


class _Below(_NamedAxis, XAxis):
    """The x axis."""

    def _at(self, place: float, end: float = 0.0) -> tuple[float, float]:
        return place, end

    def _across(self) -> Any:
        return self.axes.get_xaxis_transform("grid")

    def _beside(self, pad: float) -> Any:
        return self.axes.get_xaxis_text1_transform(pad)


class _Beside(_NamedAxis, YAxis):
    """The y axis."""

    def _at(self, place: float, end: float = 0.0) -> tuple[float, float]:
        return end, place

    def _across(self) -> Any:
        return self.axes.get_yaxis_transform("grid")

    def _beside(self, pad: float) -> Any:
        return self.axes.get_yaxis_text1_transform(pad)


class ChartAxes(Axes):
    """Axes in the house style."""

    _request_autoscale_view: Any

    def plot(self, *args: Any, **kwargs: Any) -> list[Line2D]:
        """Draw a line; without a format and with a colour of its own it takes no detour."""
        if len(args) != 2 or isinstance(args[1], str) or not _OWN_COLOUR & kwargs.keys():
            return super().plot(*args, **kwargs)
        line = Line2D(*map(np.asarray, args), **kwargs)
        self.add_line(line)
        self._request_autoscale_view()
        return [line]

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _Below(self, clear=False), _Beside(self, clear=False)
        for axis, sides in ((self.xaxis, ("bottom", "top")), (self.yaxis, ("left", "right"))):
            for side in sides:
                self.spines[side].register_axis(axis)
