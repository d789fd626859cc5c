"""A tile for each unit that has a ratio, coloured as on charts, with its report's verdict."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_report import UNITS, Tags, entries, entry

from analysis import fonts
from analysis.charts.style import COLOURS
from analysis.ratio_steps import FILLS, step_bounds, step_of
from analysis.report import ratio_tiles
from analysis.report.index import index_page
from analysis.report.listing import listings
from analysis.words import LANGUAGES, catalogue

RATIO = {"key": "ratio", "label": "比", "value": 0.5, "unit": "ratio", "status": "estimate"}
ONE = entry(UNITS[0])
ratios = st.lists(st.floats(0, 1e6) | st.sampled_from([0.5, 1 / 1.1, 1.0, 1.1, 1.5, 2.0]))


@given(ratios)
def test_a_higher_ratio_has_no_lower_step(values):
    bounds = step_bounds(values)
    steps = [step_of(value, bounds) for value in sorted(values)]
    assert steps == sorted(steps)
    assert step_of(1.0, bounds) == 3


def luminance(colour):
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_letters_on_a_tile_can_be_read():
    assert FILLS[0] == COLOURS["danger"]
    for step, fill in enumerate(FILLS):
        rule = ratio_tiles.style().split(f".t{step}{{", 1)[1].partition("}")[0]
        assert f"--fill:{fill}" in rule
        letters = rule.rpartition("--on:")[2].replace("#fff", "#ffffff")
        dark, light = sorted((luminance(fill), luminance(letters)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def tiles_of(figures, codes=None):
    codes = codes or [code for code, _, _ in UNITS]
    listed = [
        replace(ONE, unit_code=code, numbers=({**RATIO, **figure},) if figure is not None else ())
        for code, figure in zip(codes, figures, strict=False)
    ]
    (table,) = listings(listed)
    return ratio_tiles.ratio_tiles(table)


@pytest.mark.parametrize(
    ("verdict", "counted"),
    [
        ("below", "below"),
        ("even", "even"),
        ("above", "above"),
        ("undecided", "open"),
        ("open_group", "open"),
        (None, "open"),
    ],
)
def test_the_verdict_of_the_report_is_counted_and_no_ratio(verdict, counted):
    """A unit of which nothing was concluded is open, whatever its ratio and interval."""
    figure = {"value": 1.7, "low": 1.1, "high": 2.9, "verdict": verdict}
    tiles = tiles_of([figure])
    assert tiles.counts == {counted: 1}
    assert (tiles.steps in ratio_tiles.OPEN) == (counted == "open")


def test_the_page_says_what_is_concluded_of_how_many():
    ratios = (0.38, "below"), (0.8, "undecided"), (1.5, "above"), (1.7, "above"), (1.0, "even")
    listed = [
        entry(
            (str(n), f"县{n}", f"County {n}"), numbers=({**RATIO, "value": v, "verdict": verdict},)
        )
        for n, (v, verdict) in enumerate(ratios)
    ]
    page = Tags(index_page([*listed, entry(("9", "院", "Home"), numbers=())])).text
    assert (
        "5 个单位中，可以判断资金占比低于需求占比的 1 个，高于的 2 个，相等的 1 个；"
        "暂不能判断的 1 个。另有 1 个单位的报告没有匹配度，未画。"
    ) in page
    assert (
        "Units: 5. Share of money concluded to be below the need share: 1; above it: 2; "
        "equal to it: 1. Cannot be told yet: 1. Units whose report has no ratio, and so no tile: 1."
    ) in page
    few = Tags(index_page(listed[:2])).text
    assert "高于的 0 个；暂不能判断的 1 个。" in few
    assert "相等" not in few


@given(st.lists(st.none() | st.floats(0, 100), min_size=3, max_size=3))
def test_every_row_has_its_step_and_every_ratio_its_tile(values):
    tiles = tiles_of([{"value": value} if value is not None else None for value in values])
    numbers = [value for value in values if value is not None]
    if not numbers:
        assert tiles is None
        return
    assert [step == "-" for step in tiles.steps] == [value is None for value in values]
    assert sum(block.size for block in tiles.blocks) == len(numbers) == tiles.counts.total()
    assert tiles.without == 3 - len(numbers)


@pytest.mark.parametrize(
    "figure",
    [{"key": "share"}, {"unit": "percent"}, {"value": None}, {"value": "0.5"}, {"value": -1.0}],
)
def test_what_is_no_ratio_has_no_tile(figure):
    assert tiles_of([figure]) is None


def test_the_whole_case_and_reports_that_failed_have_no_tile():
    assert "data-steps" not in index_page([entry(numbers=(RATIO,))])
    failed = entry(UNITS[0], numbers=(RATIO,), state="failed")
    assert "data-steps" not in index_page([failed])
    assert "data-steps" not in index_page(entries())


@pytest.mark.parametrize(
    ("codes", "prefixes", "names"),
    [
        (["110101", "110102", "654201"], ["11", "65"], ["北京", "新疆"]),
        (["654201", "654001", "654002"], ["6540", "6542"], ["6540", "6542"]),
        (["654201", "654202", "654203"], [""], [""]),
        (["110101", "654201", "654200-home"], [""], [""]),
        (["110101", "654201", "６５４２０１"], [""], [""]),
    ],
)
def test_units_are_grouped_as_their_codes_tell(codes, prefixes, names):
    blocks = tiles_of([{}, {}, {}], codes).blocks
    assert [block.prefix for block in blocks] == prefixes
    assert [block.name.zh for block in blocks] == names
    assert sum(block.size for block in blocks) == 3


def test_a_page_without_a_script_shows_no_empty_tiles():
    page = index_page([replace(each, numbers=(RATIO,)) for each in entries()])
    (section,) = (line for line in page.splitlines() if "data-steps=" in line)
    assert section.endswith(" hidden>")


def test_every_province_can_be_written():
    for lang in LANGUAGES:
        names = {key: t for key, t in catalogue(lang).texts.items() if "index.province_" in key}
        assert len(names) == 34
        assert len(set(names.values())) == 34
        assert fonts.missing("".join(names.values())) == ""


def test_infinite_ratios_count_as_the_furthest():
    assert step_of(math.inf, step_bounds([math.inf])) == 6
