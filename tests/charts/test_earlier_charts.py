"""Bars of changes and arrows of ratios show every unit, and their titles count what is drawn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from readable import assert_readable, canvas_of
from stock_samples import LANGS, check, drawn_texts, left_out, writer

from analysis import charts
from analysis.charts import picture
from analysis.charts.style import COLOURS
from analysis.shares import ratio_moves, relative_change
from analysis.statuses import status_of, with_status
from analysis.words.sentence import Sentence, say

DRAW = {"change": charts.allocation_change, "shift": charts.ratio_shift}


def frame(before, after):
    """Return a table of an earlier allocation; the figures serve as ratios, too."""
    codes = [f"u{place:04d}" for place in range(len(before))]
    return pd.DataFrame(
        {
            "before_wan": before,
            "after_wan": after,
            "ratio_before": before,
            "ratio_after": after,
        },
        codes,
        dtype=float,
    )


def sample(count):
    """Return units of which some stand at the edges: nothing before, 700 times another, 0."""
    draws = np.random.default_rng(count)
    before, after = draws.uniform(0.2, 90, (2, count))
    after[::5] = before[::5]
    before[3:4], after[3:4], before[4:5], after[5:6] = 0.0, 8.5, 60_000, 0.0
    return frame(before, after)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("count", [1, 2, 7, 39])
@pytest.mark.parametrize("name", DRAW)
def test_charts_can_be_read_and_declare_their_columns(name, count, lang):
    change = sample(count)
    chart = DRAW[name](change)
    to = writer(lang, change.index, currency="USD")
    check(chart, to)
    assert_readable(chart, to)
    assert sorted(chart.frame.index) == sorted(change.index)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", DRAW)
def test_every_unit_is_drawn_or_counted(name, lang):
    change = sample(2850)
    change.iloc[10:13] = np.nan
    chart = DRAW[name](change)
    to = writer(lang, change.index)
    assert len(chart.frame) == 40 and left_out(chart) == 2850 - 40
    assert len(picture(chart, to, "").svg) < 250_000
    assert_readable(chart, to)


@pytest.mark.parametrize("name", DRAW)
def test_the_order_of_rows_changes_nothing(name):
    change = sample(12)
    to = writer("zh", change.index)
    assert picture(DRAW[name](change[::-1]), to, "") == picture(DRAW[name](change), to, "")


@pytest.mark.parametrize("name", DRAW)
def test_what_cannot_be_drawn_is_said(name):
    nothing = DRAW[name](frame([np.nan, 1.0], [1.0, np.nan]))
    assert isinstance(nothing, Sentence) and nothing.key == "earlier_page.none"
    assert DRAW[name](pd.DataFrame(columns=frame([1], [1]).columns)) == nothing


def test_bars_are_as_long_as_the_relative_changes():
    change = frame([100.0, 100.0, 40.0, 0.0, 10.0, 50.0], [120.0, 45.0, 40.0, 7.5, 28.0, 0.0])
    chart = charts.allocation_change(change)
    assert [code[-1] for code in chart.frame.index] == list("340215")
    expected = [np.inf, 1.8, 0.2, 0.0, -0.55, -1.0]
    assert chart.frame["change"].tolist() == pytest.approx(expected)
    assert chart.frame["change_wan"].tolist() == [7.5, 18.0, 20.0, 0.0, -55.0, -50.0]
    to = writer("en", change.index)
    bars = canvas_of(chart, to).axes.patches
    # What is beyond the scale is cut and keeps its figure.
    assert [bar.get_width() for bar in bars] == pytest.approx([1.5, 1.5, 0.2, 0.0, -0.55, -1.0])
    said = drawn_texts(chart, to)
    assert {"new →", "+180.0% →", "+20.0%", "−100.0%", "+7.5", "−55.0"} <= set(said)
    assert {"more: 3", "less: 2", "unchanged: 1"} <= set(said)
    assert chart.title.places == {"lost": 2, "gained": 3}


def test_less_than_a_cent_is_no_change():
    chart = charts.allocation_change(frame([0.1 + 0.2, 7.0], [0.3, 7.0]))
    assert chart.title.key == "earlier_chart.changes_title_none"
    assert chart.frame[["change", "change_wan"]].to_numpy().tolist() == [[0.0, 0.0]] * 2


def test_figures_keep_their_status_and_labels():
    change = with_status(
        sample(3), {"before_wan": "estimate", "after_wan": "official", "ratio_before": "computed"}
    )
    chart = charts.allocation_change(change, {"before_wan": say("earlier_chart.before")})
    stated = {name: status_of(chart.frame, name) for name in chart.columns}
    assert stated == {
        "before_wan": "estimate",
        "after_wan": "official",
        "change_wan": "estimate",
        "change": "estimate",
    }
    assert (
        "before 8" in chart.alternative_text(writer("en", change.index))
        or chart.label("before_wan", writer("en", [])) == "before"
    )
    assert status_of(charts.ratio_shift(change).frame, "ratio_before") == "computed"


def test_arrows_are_coloured_by_whether_they_near_1():
    ratios = {
        "a": (2.0, 1.5),
        "b": (2.0, 0.5),
        "c": (0.8, 0.6),
        "f": (0.0, 0.4),
        "g": (1.1, np.inf),
    }
    change = pd.DataFrame.from_dict(ratios, "index", columns=["ratio_before", "ratio_after"])
    chart = charts.ratio_shift(change)
    assert chart.frame["moved"].to_dict() == {
        "a": "toward",
        "b": "same",
        "c": "away",
        "f": "toward",
        "g": "away",
    }
    assert chart.title.places == {"toward": 2, "away": 2, "same": 1}
    roles = {"toward": "idle", "away": "danger", "same": "neutral"}
    to = writer("zh", change.index)
    axes = canvas_of(chart, to).axes
    low, high = axes.get_xlim()
    shafts = {line.get_color(): line for line in axes.get_lines() if line.get_linewidth() == 2.2}
    for place, (code, moved) in enumerate(chart.frame["moved"].items()):
        for role, colour in ((each, COLOURS[roles[each]]) for each in roles):
            ends = shafts[colour].get_xydata().reshape(-1, 3, 2)[place, :2]
            if role == moved:
                assert ends[:, 0].tolist() == list(np.clip(ratios[code], low, high))
                assert ends[:, 1].tolist() == [place, place]
            else:
                assert np.isnan(ends[:, 0]).all()
    assert {"∞", "0.00", "1.50", "0.40"} <= set(drawn_texts(chart, to))


def test_a_ratio_has_moved_only_where_a_reader_sees_it():
    before = pd.Series([1.204, 0.804, 1.25, 3.0, 0.0, 0.0])
    after = pd.Series([1.196, 0.796, 0.8, 3.01, 0.0, 0.004])
    expected = ["same", "same", "same", "away", "same", "same"]
    assert ratio_moves(before, after).tolist() == expected


RATIO = st.one_of(st.floats(0.01, 100), st.sampled_from([0.0, 1.0, np.inf]))


@given(RATIO, RATIO)
def test_a_move_and_the_way_back_are_opposite(before, after):
    there, back = (
        ratio_moves(pd.Series([one]), pd.Series([other]))[0]
        for one, other in ((before, after), (after, before))
    )
    opposite = {"toward": "away", "away": "toward", "same": "same"}
    assert back == opposite[there]
    if after == 1.0 and abs(before - 1) > 0.005:
        assert there == "toward"
    if abs(before - after) < 1e-6:
        assert there == "same"


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_relative_change_says_what_became_of_the_money(before, after):
    change = relative_change(pd.Series([before]), pd.Series([after]))[0]
    if before > 0:
        assert before * (1 + change) == pytest.approx(after, rel=1e-9, abs=1e-6)
    else:
        assert change == (np.inf if after >= 5e-7 else 0.0)
