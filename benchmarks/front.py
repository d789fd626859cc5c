"""How fast the index page of a whole country's reports opens, sorts and searches in a browser.

Run as ``python benchmarks/front.py census_county_2020.csv [--runs 5] [--json FILE]``. It needs
Playwright and a Chromium on the PATH. The pages list reports that were never made: names are of
the census, every figure is SYNTHETIC.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from analysis.report.index import IndexEntry, index_page
from analysis.words import LANGUAGES, catalogue

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Multiples of the golden ratio, mod 1, spread figures evenly, the same in every run.
PATTERN = 0.6180339887
STATUSES = ("official", "estimate", "assumption", "synthetic")
FRAMES = "await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));"
# What any page takes on the machine: the peer of the others.
BLANK = "<!DOCTYPE html><html lang=zh><meta charset=utf-8><title>blank</title><p>blank</p></html>"
# Each returns how many milliseconds it took until the next frame but one.
ACTS = {
    "search one": "box.value = '110101'; box.dispatchEvent(new Event('input', {bubbles: true}));",
    "search many": "box.value = '县'; box.dispatchEvent(new Event('input', {bubbles: true}));",
    "search none": "box.value = ''; box.dispatchEvent(new Event('input', {bubbles: true}));",
    "sort names": "heads[0].click();",
    "sort figures": "heads.at(-2).click();",
    "sort back": "heads.at(-2).click();",
}


def country(census: Path, counties: int | None = None) -> list[IndexEntry]:
    """Return what the index would list of the counties of a census table, figures synthetic.

    Parameters
    ----------
    census : Path
        CSV; the rows with level ``county``, a code and residents are used.
    counties : int, optional
        How many, the first of the table; all by default.
    """
    with census.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] == "county" and row["code"]]
    rows = [row for row in rows if int(row["population"] or 0) > 0][:counties]
    listed = [_entry(len(rows), lang) for lang in LANGUAGES]
    for place, row in enumerate(rows):
        listed += [_entry(len(rows), lang, row, place) for lang in LANGUAGES]
    return listed


def _entry(
    count: int, lang: str, row: Mapping[str, str] | None = None, place: int = 0
) -> IndexEntry:
    case = f"country-{count}"
    code = row["code"] if row else None
    notebook = "unit_report" if row else "overview_report"
    stem = ".".join(part for part in (notebook, code, lang) if part)
    unit = f" --unit {code}" if row else ""
    words = catalogue(lang)
    part = 0.5 + place * PATTERN % 1
    ratio = (0.3 + 2 * (place * PATTERN % 1)) if row else 0.0
    figures: list[dict[str, Any]] = [
        _number("amount", words("column.amount_wan"), round(800 * part, 1), "wan"),
        _number("ratio", words("column.ratio"), ratio, "ratio", ratio * 0.8, ratio * 1.3),
        _number("odds_year_end", words("column.odds_year_end"), place * PATTERN % 1, "odds"),
    ]
    return IndexEntry(
        place=f"{case}/{stem}",
        notebook=notebook,
        case_name=case,
        case_title_zh=f"合成示例：{count}个县（市、区）",
        case_title_en=f"Synthetic example: {count} counties",
        lang=lang,
        command=f"relief report {notebook} --case data/{case}{unit} --lang {lang} "
        f"--out reports/{case}/{stem}.html",
        unit_code=code,
        unit_name_zh=f"{row['prefecture']}{row['name']}" if row else "",
        unit_name_en=f"County {code}" if row else "",
        statuses=STATUSES,
        numbers=tuple(figures if row else figures[:1]),
    )


def _number(
    key: str,
    label: str,
    value: float,
    unit: str,
    low: float | None = None,
    high: float | None = None,
) -> dict[str, Any]:
    ends = {"low": low, "high": high, "digits": None}
    return {"key": key, "label": label, "value": value, "unit": unit, "status": "synthetic", **ends}


def waiting(listed: Sequence[IndexEntry], after: int = 0) -> list[IndexEntry]:
    """Return the entries as a batch begins, those before `after` made, the rest waiting."""
    zh, en = (catalogue(lang)("cli.waits") for lang in LANGUAGES)
    none = {"state": "waiting", "reason_zh": zh, "reason_en": en, "statuses": (), "numbers": ()}
    return [*listed[:after], *(replace(entry, **none) for entry in listed[after:])]


def pages(listed: Sequence[IndexEntry]) -> dict[str, Callable[[], str]]:
    """Return how to make each page that is measured, by what it shows."""
    half = {"begun": waiting(listed), "half made": waiting(listed, len(listed) // 2)}
    return {
        "blank": lambda: BLANK,
        "all made": lambda: index_page(listed),
        **{name: lambda some=some: index_page(some) for name, some in half.items()},
    }


def measure(browser: Browser, path: Path, runs: int) -> dict[str, float]:
    """Return the middle times of several openings of a page, in seconds, and its elements."""
    times: dict[str, list[float]] = {}
    elements = 0
    for _ in range(runs + 1):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        began = time.perf_counter()
        page.goto(path.as_uri(), wait_until="load")
        page.evaluate(f"async () => {{ {FRAMES} }}")
        times.setdefault("open", []).append(time.perf_counter() - began)
        elements = page.evaluate("document.querySelectorAll('*').length")
        for name, seconds in _acts(page).items():
            times.setdefault(name, []).append(seconds)
        context.close()
    # The first opening warms the browser up.
    return {name: statistics.median(each[1:]) for name, each in times.items()} | {
        "elements": elements
    }


def _acts(page: Page) -> dict[str, float]:
    there = "document.querySelectorAll('table:last-of-type thead button').length"
    if not page.evaluate(there):
        return {}
    found = {}
    for name, act in ACTS.items():
        found[name] = page.evaluate(
            f"""async () => {{
              const box = document.getElementById('search');
              const heads = [...[...document.querySelectorAll('table')].at(-1)
                .querySelectorAll('thead button')];
              const began = performance.now();
              {act}
              {FRAMES}
              return (performance.now() - began) / 1000;
            }}"""
        )
    return found


def main() -> None:
    """Measure, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("census", type=Path, help="counties of the census, CSV")
    arguments.add_argument("--counties", type=int, help="how many, the first; default all")
    arguments.add_argument("--runs", type=int, default=5, help="openings of each page")
    arguments.add_argument("--json", type=Path, help="file for the figures")
    given = arguments.parse_args()
    listed = country(given.census, given.counties)
    print(f"{len(listed):,} reports, synthetic figures; seconds, the middle of {given.runs} runs")
    measured = []
    chromium = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, make in pages(listed).items():
            path = Path(folder) / "index.html"
            began = time.perf_counter()
            html = make()
            rendered = time.perf_counter() - began
            path.write_text(html, encoding="utf-8")
            found = {"page": name, "mb": path.stat().st_size / 1e6, "render": rendered}
            found |= measure(browser, path, given.runs)
            measured.append(found)
            print(_line(found))
        browser.close()
    if given.json:
        record = {"reports": len(listed), "status": "synthetic", "pages": measured}
        given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _line(found: Mapping[str, Any]) -> str:
    parts = [f"{found['page']:<12}{found['mb']:.2f} MB  {found['elements']:,} elements"]
    times = {name: value for name, value in found.items() if name not in ("page", "mb", "elements")}
    return "  ".join([*parts, *(f"{name} {value:.3f}" for name, value in times.items())])


if __name__ == "__main__":
    main()
