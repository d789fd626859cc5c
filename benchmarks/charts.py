"""Time the writing of charts beside matplotlib's own SVG and PNG; compare bytes and sharpness.

Run as ``python benchmarks/charts.py [--json FILE]``. Drawn are the charts of the shipped case's
overview and of one unit's report. Sharpness needs Playwright and a Chromium on PATH.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import time
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from analysis import fonts
from analysis.case import load_case
from analysis.figures import renderer, style
from analysis.figures.frame import inline
from analysis.figures.look import WIDTH, house_style
from analysis.report.content import runway, runway_charts, share, share_charts, unit_page

CASE = Path(__file__).parents[1] / "data" / "tacheng-2024"
UNIT = "654201"
PATHS = 1000
# The quickest of so many runs counts: the others were disturbed.
REPEATS = 7
# Width of a chart on a page, and pixels of the screen for each of the page's.
ON_PAGE, SCREENS = 896, (1, 2, 3)


def figures(lang: str) -> list[tuple[Figure, str]]:
    """Return the charts of the two reports as figures that wait to be written."""
    case = load_case(CASE)
    shares = share.share_view(case, "aided", lang, seed=1)
    stock = runway.runway_view(case, "balanced", paths=PATHS, seed=1, lang=lang)
    page = unit_page.unit_page(UNIT, shares, stock, seed=1)
    kept: list[tuple[Figure, str]] = []

    def keep(figure: Figure, *, label: str) -> tuple[str, dict[str, str]]:
        kept.append((figure, label))
        return renderer.draw(figure, label=label)

    with mock.patch.object(style, "draw", keep):
        for of_shares in ("dumbbell_chart", "tile_chart", "groups_chart"):
            getattr(share_charts, of_shares)(shares)
        runway_charts.odds_chart(stock)
        for of_unit in ("share_chart", "fan_chart", "execution_chart"):
            getattr(unit_page, of_unit)(page)
    return kept


def words(figure: Figure, label: str) -> str:
    """Write a chart as reports do."""
    # Each chart cuts its own piece of the font, as in its report.
    fonts._piece.cache_clear()
    return renderer.draw(figure, label=label)[0]


def outlines(figure: Figure, label: str) -> str:
    """Write a chart by matplotlib, letters as outlines."""
    out = StringIO()
    with mpl.rc_context({"svg.fonttype": "path"}):
        figure.savefig(out, format="svg")
    return out.getvalue()


def pixels(figure: Figure, label: str) -> bytes:
    """Write a chart by matplotlib as pixels, two for each of the page's."""
    out = BytesIO()
    figure.savefig(out, format="png", dpi=2 * 72 * ON_PAGE / WIDTH)
    return out.getvalue()


WRITERS: dict[str, Callable[[Figure, str], str | bytes]] = {
    "words": words,
    "outlines": outlines,
    "pixels": pixels,
}


def measured(kept: list[tuple[Figure, str]]) -> dict[str, dict[str, float]]:
    """Return milliseconds and bytes a chart by each writer; they take turns."""
    quickest = dict.fromkeys(WRITERS, float("inf"))
    for _ in range(REPEATS):
        for name, write in WRITERS.items():
            start = time.perf_counter()
            for figure, label in kept:
                write(figure, label)
            quickest[name] = min(quickest[name], time.perf_counter() - start)
    charts = len(kept)
    return {
        name: {
            "ms": 1000 * quickest[name] / charts,
            "kb": sum(len(_bytes(write(*each))) for each in kept) / 1000 / charts,
            "kb_on_page": sum(len(_on_page(write, *each)) for each in kept) / 1000 / charts,
        }
        for name, write in WRITERS.items()
    }


def sharpness(kept: list[tuple[Figure, str]]) -> dict[str, dict[str, float]]:
    """Return how much neighbouring pixels of a screen differ, as a part of what outlines give."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    found: dict[str, dict[str, float]] = {name: {} for name in WRITERS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for screen in SCREENS:
            page = browser.new_page(device_scale_factor=screen)
            steps = dict.fromkeys(WRITERS, 0.0)
            for each in kept:
                for name, write in WRITERS.items():
                    page.set_content(f'<img src="{_address(write(*each))}" width="{ON_PAGE}">')
                    seen = page.locator("img").screenshot()
                    grey = np.asarray(Image.open(BytesIO(seen)).convert("L"), dtype=float)
                    steps[name] += sum(np.abs(np.diff(grey, axis=axis)).mean() for axis in (0, 1))
            for name, step in steps.items():
                found[name][f"x{screen}"] = step / steps["outlines"]
            page.close()
        browser.close()
    return found


def _bytes(written: str | bytes) -> bytes:
    return written.encode() if isinstance(written, str) else written


def _on_page(write: Callable[[Figure, str], str | bytes], figure: Figure, label: str) -> str:
    written = write(figure, label)
    shown = inline(written, label) if isinstance(written, str) else None
    return shown or _address(written)


def _address(written: str | bytes) -> str:
    kind = "svg+xml" if isinstance(written, str) else "png"
    return f"data:image/{kind};base64,{base64.b64encode(_bytes(written)).decode()}"


def main() -> None:
    """Read the arguments, measure, print, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    record: dict[str, Any] = {}
    for lang in ("zh", "en"):
        with house_style():
            kept = figures(lang)
            record[lang] = {"charts": len(kept), "writers": measured(kept)}
            if shutil.which("chromium"):
                for name, parts in sharpness(kept).items():
                    record[lang]["writers"][name] |= parts
        base = record[lang]["writers"]["words"]["ms"]
        print(f"{lang}: {len(kept)} charts, each")
        for name, row in record[lang]["writers"].items():
            sharp = "  ".join(f"{key} {row[key]:.2f}" for key in row if key.startswith("x"))
            print(
                f"  {name:9}{row['ms']:7.1f} ms  x{row['ms'] / base:4.1f}{row['kb']:8.1f} KB"
                f"{row['kb_on_page']:8.1f} KB on a page  {sharp}"
            )
    if arguments.json:
        arguments.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
