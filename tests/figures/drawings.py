"""What stands in a drawing: its marks, its words and the room they take."""

import hashlib
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from unittest import mock

import matplotlib as mpl
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Text


def keep_canvases(monkeypatch, *modules, kept=None):
    """Keep the drawing of each chart of some modules, so that a test can look at it."""
    kept = [] if kept is None else kept
    for module in modules:
        real = module.finish

        def finish(canvas, real=real, **rest):
            kept.append(canvas)
            return real(canvas, **rest)

        monkeypatch.setattr(module, "finish", finish)
    return kept


def marked(canvas, name):
    return next(line for line in canvas.axes.get_lines() if line.get_gid() == name)


def boxes(canvas):
    """Return the words of a drawing with the room each takes, points from the lower left."""
    drawn = []
    real = Text.draw

    def draw_text(text, renderer):
        drawn.append(text)
        real(text, renderer)

    canvas.figure.set_dpi(72)
    renderer = RendererAgg(*canvas.figure.get_size_inches() * 72, 72)
    # An axis also holds marks out of its range: only what is drawn counts. Letters of a chart are
    # outlines, which no grid of pixels makes wider.
    exact = mpl.rc_context({"text.hinting": "no_hinting"})
    with mock.patch.object(Text, "draw", draw_text), exact:
        canvas.figure.draw(renderer)
        shown = [text for text in dict.fromkeys(drawn) if text.get_text().strip()]
        # The line from a label to its mark is no part of its words.
        return [(text.get_text(), Text.get_window_extent(text, renderer)) for text in shown]


def words_of(canvas):
    return " ".join(words for words, _ in boxes(canvas))


def assert_readable(canvas):
    found = boxes(canvas)
    width, height = canvas.figure.get_size_inches() * 72
    for words, box in found:
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height, words
    for (one, a), (other, b) in combinations(found, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.y1, b.y1) - max(a.y0, b.y0)
        # Boxes hold the line's full height, taller than its letters.
        assert across <= 1 or down <= 3, f"{one!r} over {other!r}"


def hashes_in_another_process(module):
    """Return the hash of every chart of a test module, drawn in a process of other settings."""
    code = (
        "from drawings import hashes_of\n"
        f"from {module} import CHARTS, draw\n"
        "print(*hashes_of(CHARTS, draw))"
    )
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent), os.environ.get("PYTHONPATH", "")])
    other = {"PYTHONHASHSEED": "77", "LC_ALL": "C", "PYTHONPATH": path}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | other,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.split()


def hashes_of(charts, draw):
    return [hashlib.sha256(draw(name).svg.encode()).hexdigest() for name in charts]
