"""A tile for each unit that has a ratio, in the steps of the charts, and for nothing else."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_report import UNITS, entries, entry

from analysis import fonts
from analysis.figures import ratio_colours, ratio_steps
from analysis.figures.look import COLOURS
from analysis.report import ratio_tiles
from analysis.report.index import index_page
from analysis.report.listing import listings
from analysis.words import LANGUAGES, catalogue

RATIO = {"key": "ratio", "label": "比", "value": 0.5, "unit": "ratio", "status": "estimate"}
ONE = entry(UNITS[0])
ratios = st.lists(st.floats(0, 1e6) | st.sampled_from([0.5, 1 / 1.1, 1.0, 1.1, 1.5, 2.0]))


@given(ratios)
def test_tiles_and_charts_have_the_same_steps(values):
    bounds = ratio_steps.step_bounds(values)
    charted = ratio_colours.steps(pd.Series(values, dtype=float), bounds).tolist()
    assert [ratio_steps.step_of(value, bounds) for value in values] == charted


def test_tiles_and_charts_have_the_same_colours():
    assert ratio_steps.FILLS[0] == COLOURS["danger"]
    for step in range(7):
        rule = ratio_tiles.style().split(f".t{step}{{", 1)[1].partition("}")[0]
        letters = rule.rpartition("--on:")[2]
        assert letters.replace("#fff", "#ffffff") == ratio_colours.letters_on(step)


def tiles_of(figures, codes=None):
    codes = codes or [code for code, _, _ in UNITS]
    listed = [
        replace(ONE, unit_code=code, numbers=({**RATIO, **figure},) if figure is not None else ())
        for code, figure in zip(codes, figures, strict=False)
    ]
    (table,) = listings(listed, ())
    return ratio_tiles.ratio_tiles(table)


def test_an_interval_that_includes_one_is_open():
    tiles = tiles_of(
        [
            {"value": 0.9, "low": 0.8, "high": 1.0},
            {"value": 0.9, "low": 0.8, "high": 0.99},
            {"value": 1.0, "low": 1.0, "high": 1.0},
        ]
    )
    assert (tiles.open, tiles.below, tiles.even, tiles.above) == (1, 1, 1, 0)
    assert [step in ratio_tiles.OPEN for step in tiles.steps] == [True, False, False]


@given(st.lists(st.none() | st.floats(0, 100), min_size=3, max_size=3))
def test_every_row_has_its_step_and_every_ratio_its_tile(values):
    tiles = tiles_of([{"value": value} if value is not None else None for value in values])
    given_ones = [value for value in values if value is not None]
    if not given_ones:
        assert tiles is None
        return
    assert [step == "-" for step in tiles.steps] == [value is None for value in values]
    assert tiles.count == len(given_ones) == tiles.below + tiles.even + tiles.above
    assert tiles.without == 3 - len(given_ones)


@pytest.mark.parametrize(
    "figure",
    [{"key": "share"}, {"unit": "percent"}, {"value": None}, {"value": "0.5"}, {"value": -1.0}],
)
def test_what_is_no_ratio_has_no_tile(figure):
    assert tiles_of([figure]) is None


def test_the_whole_case_and_reports_that_failed_have_no_tile():
    assert "data-steps" not in index_page([entry(numbers=(RATIO,))])
    failed = entry(UNITS[0], numbers=(RATIO,), reason_zh="坏", reason_en="bad")
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
    assert [block.name_zh for block in blocks] == names
    assert sum(block.count for block in blocks) == 3


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
    assert ratio_steps.step_of(math.inf, ratio_steps.step_bounds([math.inf])) == 6


def test_a_verdict_counts_for_more_than_an_interval():
    firm = {"value": 1.7, "low": 1.1, "high": 2.9}
    across = {"value": 1.7, "low": 0.9, "high": 2.9}
    tiles = tiles_of([firm | {"verdict": "undecided"}, across | {"verdict": "above"}, firm])
    assert (tiles.open, tiles.above) == (1, 2)
    assert [step in ratio_tiles.OPEN for step in tiles.steps] == [True, False, False]
