"""Whether the words of a drawing can be read: none is cut off, none stands over another."""

from itertools import combinations
from unittest import mock

import matplotlib as mpl
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Text

from analysis.charts.style import house_style


def canvas_of(chart, to):
    """Return the drawing of a chart, with title, subtitle and key around it."""
    with house_style():
        canvas = chart.draw(to)
        subtitle = to("chart.remark_join").join(map(to, [chart.subtitle, *chart.remarks]))
        canvas.frame(to(chart.title), subtitle, "source")
        return canvas


def assert_readable(chart, to):
    canvas = canvas_of(chart, to)
    canvas.figure.set_dpi(72)
    across, down = canvas.figure.get_size_inches() * 72
    renderer = RendererAgg(across, down, 72)
    drawn = []
    real = Text.draw

    def draw_text(text, renderer):
        drawn.append(text)
        real(text, renderer)

    # An axis also holds marks out of its range: only what is drawn counts. Letters of a chart are
    # outlines, which no grid of pixels makes wider.
    exact = mpl.rc_context({"text.hinting": "no_hinting"})
    with house_style(), mock.patch.object(Text, "draw", draw_text), exact:
        canvas.figure.draw(renderer)
        shown = [text for text in dict.fromkeys(drawn) if text.get_text().strip()]
        boxes = [(t.get_text(), Text.get_window_extent(t, renderer)) for t in shown]
    for words, box in boxes:
        inside = box.x0 >= -0.5 and box.x1 <= across + 0.5 and box.y0 >= -0.5 and box.y1 <= down
        assert inside, f"{words!r} is cut off"
    for (one, a), (other, b) in combinations(boxes, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        # Boxes hold the line's full height, taller than its letters.
        assert wide <= 1 or high <= 3, f"{one!r} over {other!r}"
