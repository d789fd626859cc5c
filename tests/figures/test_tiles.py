"""Tiles stand where they are told, coloured by the ratio, in full, whatever the order."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from chart_numbers import column, fact, has
from drawings import assert_readable, keep_canvases, words_of
from figure_samples import TEXT, Sample
from matplotlib.colors import to_hex

from analysis.errors import ReportError
from analysis.figures import tiles
from analysis.figures.ratio_colours import FILLS, steps
from analysis.figures.ratio_steps import step_bounds

NOWHERE = pd.Series(dtype=str)


@pytest.fixture
def canvases(monkeypatch):
    return keep_canvases(monkeypatch, tiles)


def drawn(table, names=NOWHERE, *, positions=None, lang="en", **text):
    said = TEXT[lang] | text
    return tiles.tile_cartogram(table, names, positions=positions, lang=lang, **said)


def ratios(*values):
    return pd.DataFrame({"ratio": values}, [f"u{place}" for place in range(len(values))])


def squares(canvas):
    """Return the corner and the fill of every square, by the step it was drawn for."""
    found = []
    for patch in canvas.axes.patches:
        if patch.get_gid():
            corners = patch.get_path().vertices.reshape(-1, 5, 2).min(axis=1)
            found += [(x, y, to_hex(patch.get_facecolor()), patch.get_hatch()) for x, y in corners]
    return sorted(found, key=lambda square: (square[1], square[0]))


@pytest.mark.parametrize("count", [1, 2, 7, 39, 60])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_up_to_sixty_units_are_written_into_their_squares(count, lang, canvases):
    sample = Sample(count, lang)
    drawn(sample.doubtful, sample.names, lang=lang)
    assert_readable(canvases[0])
    labels = [text for text in canvases[0].axes.texts if "\n" in text.get_text()]
    written = sorted(text.get_text().split("\n")[-1] for text in labels)
    assert written == sorted(f"{ratio:.2f}" for ratio in sample.table["ratio"])
    reach = [(x, y) for x, y, _, _ in squares(canvases[0])]
    side = min(84, 532 / max(2, len({x for x, _ in reach})))
    for text in labels:
        x, y = text.get_position()
        assert any(a < x < a + side and b < y < b + side for a, b in reach)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_of_many_units_only_the_colours_are_drawn(lang, canvases):
    sample = Sample(2850, lang)
    chart = drawn(sample.doubtful, sample.names, lang=lang)
    assert_readable(canvases[0])
    assert len(squares(canvases[0])) == 2850 == len(chart.data["rows"])
    assert len(chart.svg) < 200_000
    assert "单位 9" not in words_of(canvases[0])


def test_squares_have_the_colour_of_their_ratio_at_their_place(canvases):
    table = ratios(0.0, 0.4, 0.7, 1.0, 1.3, 1.7, np.inf)
    positions = pd.DataFrame(
        {"row": [0, 0, 0, 1, 1, 1, 2], "col": [4, 5, 6, 4, 5, 6, 6]}, table.index
    )
    chart = drawn(table, positions=positions)
    bounds = step_bounds(table["ratio"])
    fills = [FILLS[step] for step in steps(table["ratio"], bounds)]
    assert [fill for _, _, fill, _ in squares(canvases[0])] == fills
    assert fills[0] == FILLS[0] and fills[3] == FILLS[3] and fills[-1] == FILLS[6]
    assert column(chart, "row") == [1, 1, 1, 2, 2, 2, 3]
    assert column(chart, "col") == [1, 2, 3, 1, 2, 3, 3]
    assert column(chart, "ratio") == [0.0, 0.4, 0.7, 1.0, 1.3, 1.7, "∞"]
    middle = ["0.25–0.67", *["0.67–1.5"] * 3, "1.5–4"]
    assert column(chart, "step") == ["<0.1", *middle, ">10"]
    xs, ys, _, _ = zip(*squares(canvases[0]), strict=True)
    assert len({round(x, 6) for x in xs}) == 3 and len({round(y, 6) for y in ys}) == 3
    assert "Highest: u6 ∞. Lowest: u0 0.00." in chart.alt
    assert "3 of them below 1" in chart.alt


def test_undecided_squares_are_hatched_and_said(canvases):
    table = ratios(0.5, 1.0, 2.0).assign(verdict=["below", "undecided", "above"])
    chart = drawn(table)
    assert [bool(hatch) for _, _, _, hatch in squares(canvases[0])] == [False, True, False]
    below, open_, above = column(chart, "verdict")
    assert (below, above) == ("money below need", "money at or above need")
    assert open_.startswith("open")
    assert "open: the figures do not settle it" in words_of(canvases[0])
    assert "do not settle it: 1." in chart.alt
    drawn(table.drop(columns="verdict"))
    assert "open:" not in words_of(canvases[1])


def test_equal_units_are_all_about_proportional(canvases):
    drawn(ratios(*[1.0] * 40))
    assert {fill for _, _, fill, _ in squares(canvases[0])} == {FILLS[3]}


def test_without_places_the_subtitle_says_that_place_means_nothing(canvases):
    sample = Sample(39, "en")
    chart = drawn(sample.table, sample.names)
    assert "their place has no meaning" in words_of(canvases[0])
    assert column(chart, "name") == list(sample.names[sorted(sample.codes)])
    assert column(chart, "ratio") == list(sample.table["ratio"].sort_index())
    assert not has(chart, "row")
    labels = [text for text in canvases[0].axes.texts if "\n" in text.get_text()]
    reading = sorted(labels, key=lambda text: text.get_position()[::-1])
    said = [text.get_text().split("\n")[-1] for text in reading]
    assert said == [f"{ratio:.2f}" for ratio in column(chart, "ratio")]
    drawn(sample.table, sample.names, positions=sample.positions)
    assert "north up" in words_of(canvases[1]) and "no meaning" not in words_of(canvases[1])


def test_units_without_a_place_are_named_those_without_a_ratio_counted(canvases):
    sample = Sample(12, "en")
    table = sample.table
    table.loc[sample.codes[-1], "ratio"] = np.nan
    chart = drawn(table, sample.names, positions=sample.positions.iloc[:3])
    said = words_of(canvases[0])
    assert "not drawn: Shawan, Toli, Yumin," in said and "and 2 more" in said
    assert "want of a need figure: 1" in said
    assert column(chart, "name") == list(sample.names[:3])
    assert (fact(chart, "lost"), fact(chart, "without")) == (8, 1)


@pytest.mark.parametrize("count", [7, 100])
def test_the_order_of_units_and_places_changes_nothing(count):
    sample = Sample(count, "en")
    table, places = sample.doubtful, sample.positions
    shuffled = table.sample(frac=1, random_state=1), places.sample(frac=1, random_state=2) + 5
    again = drawn(shuffled[0], sample.names, positions=shuffled[1])
    assert again == drawn(table, sample.names, positions=places)
    assert drawn(shuffled[0], sample.names) == drawn(table, sample.names)


def test_a_hostile_name_stays_text(canvases):
    names = pd.Series({"u0": '<script>alert("1")</script> $x^2$\n-->'})
    chart = drawn(ratios(1.0), names)
    assert "<script" not in chart.svg and "-->" not in chart.svg
    assert '<script>alert("1")</script> $x^2$ -->' in ElementTree.fromstring(chart.svg).get(  # noqa: S314
        "aria-label"
    )
    assert_readable(canvases[0])


def test_a_name_without_a_glyph_is_an_error():
    with pytest.raises(ReportError, match=r"U\+30000"):
        drawn(ratios(1.0), pd.Series({"u0": "塔\U00030000"}))


@pytest.mark.parametrize(
    ("codes", "row", "col", "said"),
    [
        (["x"], [0], [0], "hold no unit"),
        (["u0", "u0", "u1"], [0, 0, 1], [0, 1, 0], "u0 has two places"),
        (["u0", "u1"], [0, 0.5], [0, 1], "u1 is no whole number"),
        (["u0", "u1"], [0, np.nan], [0, 1], "u1 is no whole number"),
        (["u0", "u1"], [0, np.inf], [0, 1], "u1 is no whole number"),
        (["u0", "u1"], [3, 3], [1, 1], "u0 and u1 are on the same square"),
    ],
)
def test_places_that_cannot_be_drawn_are_refused(codes, row, col, said):
    positions = pd.DataFrame({"row": row, "col": col}, codes)
    with pytest.raises(ReportError, match=said):
        drawn(ratios(1.0, 2.0), positions=positions)


def test_a_table_without_ratios_is_refused():
    with pytest.raises(ReportError, match="没有一个单位有占比之比"):
        drawn(ratios(np.nan, np.nan))
