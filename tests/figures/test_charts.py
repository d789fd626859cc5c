"""Charts show the figures they were given, in full, the same on every machine."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from chart_numbers import column, fact, figures, has
from drawings import assert_readable, keep_canvases, marked, words_of
from figure_samples import BY_UNIT, CHARTS, TEXT, Sample, draw

from analysis.errors import ReportError
from analysis.figures import border_map, shares, stock, tiles
from analysis.figures.look import COLOURS
from analysis.report import formats
from analysis.shares import share_table

HERE = Path(__file__).parent
LANGS = ("zh", "en")


@pytest.fixture
def canvases(canvases, monkeypatch):
    return keep_canvases(monkeypatch, tiles, border_map, kept=canvases)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_an_image_that_says_what_it_shows(name, lang):
    chart = draw(name, lang=lang)
    bundle, metadata = chart._repr_mimebundle_()
    assert bundle["image/svg+xml"] == chart.svg
    about = {part: getattr(chart, part) for part in ("alt", "title", "source", "data")}
    assert metadata == {"image/svg+xml": about}
    root = ElementTree.fromstring(chart.svg)  # noqa: S314
    assert root.get("role") == "img"
    assert root.get("aria-label") == chart.alt
    assert chart.title == TEXT[lang]["title"] and TEXT[lang]["source"] in chart.source


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_drawn_in_one_language(name):
    english = draw(name, lang="en", source="x")
    assert not [char for char in english.alt if ord(char) > 0x2FFF]


@pytest.mark.parametrize("name", CHARTS)
def test_an_empty_alt_text_is_never_given(name):
    for count in (1, 2):
        assert len(draw(name, count).alt) > 20


def test_the_alt_text_names_both_ends_with_their_figures():
    table = Sample(7, "zh").table
    for end in (table["ratio"].idxmax(), table["ratio"].idxmin()):
        row = table.loc[end]
        said = f"{Sample(7, 'zh').names[end]}，资金占 {row['share'] * 100:.1f}%"
        assert said in draw("dumbbell").alt


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("count", [1, 8, 100, 2850])
@pytest.mark.parametrize("name", BY_UNIT)
def test_no_words_are_cut_off_or_written_over_others(name, count, lang, canvases):
    draw(name, count, lang)
    assert_readable(canvases[0])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["fan", "execution"])
def test_no_words_of_a_course_are_cut_off_or_written_over_others(name, lang, canvases):
    draw(name, 1, lang)
    assert_readable(canvases[0])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("count", [1, 7, 45])
@pytest.mark.parametrize("name", BY_UNIT)
def test_equal_units_are_readable(name, count, lang, canvases, monkeypatch):
    monkeypatch.setattr(Sample, "draws", lambda self, *_: pd.Series(8.0, self.codes))
    draw(name, count, lang)
    assert_readable(canvases[0])


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("money", [0.0, 1e-7, 1e9])
@pytest.mark.parametrize("name", [name for name in BY_UNIT if name != "lorenz"])
def test_a_unit_with_nothing_or_nearly_all_is_readable(name, money, canvases, monkeypatch):
    real = Sample.draws

    def draws(self, *given):
        drawn = real(self, *given)
        drawn.iloc[0] = money
        return drawn

    monkeypatch.setattr(Sample, "draws", draws)
    long = "和布克赛尔蒙古自治县城区以外各乡镇农场及边境地区"
    names = pd.Series([f"{long}{place}" for place in range(45)], Sample(45, "zh").codes)
    monkeypatch.setattr(Sample, "names", names)
    draw(name, 45)
    assert_readable(canvases[0])


@pytest.mark.parametrize("name", ["dumbbell", "per_person", "need_groups", "runway", "odds"])
def test_the_alt_text_tells_drawn_units_from_all(name):
    drawn = 20 if name == "odds" else 40
    assert f"{drawn} of 2,850 units are drawn." in draw(name, 2850, "en").alt
    assert "are drawn" not in draw(name, 7, "en").alt


def test_units_without_need_count_among_all_units():
    table = Sample(7, "en").table
    table.loc["654201", ["share", "need_share", "ratio", "yuan_per_person"]] = np.nan
    names, how = Sample(7, "en").names, {"lang": "en"} | TEXT["en"]
    assert "6 of 7 units are drawn." in shares.dumbbell(table, names, **how).alt
    some = table.iloc[2:5]
    assert "3 of 7 units are drawn." in shares.dumbbell(some, names, of=7, **how).alt
    per_person = shares.per_person(table, names, currency="CNY", **how)
    assert "6 of 7 units are drawn." in per_person.alt


@pytest.mark.parametrize("name", ["dumbbell", "per_person", "need_groups", "runway"])
def test_of_many_units_the_two_ends_are_shown_and_the_rest_counted(name, canvases):
    chart = draw(name, 2850)
    assert len(chart.data["rows"]) == 40
    assert fact(chart, "hidden") == 2810
    said = words_of(canvases[0])
    assert "另有 2,810 个单位未显示" in said
    assert len(chart.svg) < 200_000


def test_the_ends_are_the_highest_and_the_lowest():
    ranked = Sample(100, "zh").table["ratio"].sort_values(ascending=False)
    chart = draw("dumbbell", 100)
    assert column(chart, "ratio") == [*ranked[:20], *ranked[-20:]]


def test_a_dumbbell_puts_its_dots_at_the_shares(canvases):
    chart = draw("dumbbell")
    table = Sample(7, "zh").table.sort_values("ratio", ascending=False)
    assert column(chart, "name") == list(Sample(7, "zh").names[table.index])
    for name, key in (("money", "share"), ("need", "need_share")):
        assert list(marked(canvases[0], name).get_xdata()) == list(table[key])
        assert column(chart, key) == list(table[key])
    labels = [label.get_text() for label in canvases[0].axes.get_yticklabels()]
    assert labels == list(Sample(7, "zh").names[table.index])


def far_apart(zero=False):
    """Return ten units, one with 71 % of the money; the last may have none."""
    codes = [f"06-{place}" for place in range(10)]
    amount = pd.Series([7100.0, 1000, 700, 500, 300, 200, 100, 60, 30, 0 if zero else 10], codes)
    need = pd.Series([6000.0, 1500, 800, 600, 400, 300, 200, 100, 60, 40], codes)
    return share_table(amount, need), pd.Series({code: f"Unit {code[3:]}" for code in codes})


def test_shares_far_apart_stand_on_a_logarithmic_axis(canvases):
    table, names = far_apart()
    shares.dumbbell(table, names, lang="en", **TEXT["en"])
    axes = canvases[0].axes
    ranked = table.sort_values("ratio", ascending=False)
    money, need = (marked(canvases[0], name).get_xdata() for name in ("money", "need"))
    assert list(money) == list(ranked["share"]) and list(need) == list(ranked["need_share"])
    places = [axes.transData.transform([(x, 0) for x in dots])[:, 0] for dots in (money, need)]
    apart = (places[0] - places[1]) / np.log(ranked["ratio"])
    assert apart.to_numpy() == pytest.approx(apart.iloc[0])
    assert "logarithmic scale" in words_of(canvases[0])
    assert_readable(canvases[0])


def test_a_share_of_zero_stands_at_the_left_edge_of_a_logarithmic_axis(canvases):
    table, names = far_apart(zero=True)
    chart = shares.dumbbell(table, names, lang="en", **TEXT["en"])
    edge = canvases[0].axes.get_xlim()[0]
    assert marked(canvases[0], "money").get_xdata()[-1] == edge
    assert 0 < edge < table["share"][table["share"] > 0].min()
    assert column(chart, "share")[-1] == 0
    assert "0%" in [text.get_text() for text in canvases[0].axes.texts]
    assert "0% of the money" in chart.alt
    assert_readable(canvases[0])


def test_shares_close_together_start_at_zero(canvases):
    draw("dumbbell", lang="en")
    assert canvases[0].axes.get_xscale() == "linear" and canvases[0].axes.get_xlim()[0] == 0
    assert "logarithmic" not in words_of(canvases[0])


def test_the_interval_of_the_ratio_stands_beside_it(canvases):
    chart = draw("doubtful", lang="en")
    table = Sample(7, "en").doubtful.sort_values("ratio", ascending=False)
    said = [text.get_text() for text in canvases[0].axes.texts]
    for low, high in zip(table["ratio_low"], table["ratio_high"], strict=True):
        assert f"{low:.2f}–{high:.2f}" in said
    first = table.iloc[0]
    assert f"(range {first['ratio_low']:.2f} to {first['ratio_high']:.2f})" in chart.alt
    assert column(chart, "ratio_low") == list(table["ratio_low"])


def test_a_unit_without_an_interval_or_a_whisker_has_none(canvases):
    table = Sample(7, "en").doubtful
    ends = ["ratio_low", "ratio_high", "need_share_low", "need_share_high"]
    table.loc[table.index[2:], ends] = np.nan
    shares.dumbbell(table, Sample(7, "en").names, lang="en", **TEXT["en"])
    said = [text.get_text() for text in canvases[0].axes.texts]
    assert sum("–" in words for words in said) == 2
    assert sum(line.get_marker() == "|" for line in canvases[0].axes.get_lines()) == 2


def test_what_is_undecided_is_grey_and_said(canvases):
    table = Sample(7, "en").doubtful
    chart = draw("doubtful", lang="en")
    grey = [line for line in canvases[0].axes.get_lines() if line.get_color() == COLOURS["neutral"]]
    undecided = table[table["verdict"] == "undecided"]
    assert 0 < len(undecided) < len(table)
    assert sorted(line.get_xdata()[1] for line in grey) == sorted(undecided["share"])
    assert "open: the figures do not settle it" in words_of(canvases[0])
    assert f"do not settle it: {len(undecided)}." in chart.alt
    draw("dumbbell", lang="en")
    assert "open:" not in words_of(canvases[1])


@pytest.mark.parametrize("count", [7, 100])
@pytest.mark.parametrize("name", ["dumbbell", "doubtful", "per_person", "need_groups"])
def test_the_order_of_the_rows_changes_nothing(name, count, monkeypatch):
    # Two equal amounts and two equal needs are ties.
    before = draw(name, count)
    for part in ("table", "doubtful", "ratios"):
        real = getattr(Sample, part).fget
        monkeypatch.setattr(Sample, part, property(lambda self, real=real: real(self).iloc[::-1]))
    assert draw(name, count) == before


def test_equal_ratios_are_ranked_by_code():
    table = share_table(Sample(5, "zh").need / 100, Sample(5, "zh").need).iloc[[3, 0, 4, 1, 2]]
    table["ratio"] = 1.0
    chart = shares.dumbbell(table, Sample(5, "zh").names, lang="zh", **TEXT["zh"])
    names = Sample(5, "zh").names
    assert column(chart, "name") == list(names[sorted(table.index)])


def test_a_repeated_unit_is_refused():
    table = Sample(2, "zh").table.iloc[[0, 1, 1]]
    with pytest.raises(ReportError, match="654202 is repeated"):
        shares.dumbbell(table, Sample(2, "zh").names, lang="zh", **TEXT["zh"])


def test_money_per_household_says_so(canvases):
    sample = Sample(7, "en")
    how = {"lang": "en", "currency": "USD", "counted_in": "households"}
    chart = shares.per_person(sample.table, sample.names, **how, **TEXT["en"])
    assert "per household" in chart.alt and "Money per household" in words_of(canvases[0])
    assert "person" not in chart.alt + words_of(canvases[0])


def test_bars_are_as_long_as_the_money_per_person(canvases):
    chart = draw("per_person")
    bars = [bar.get_width() for bar in canvases[0].axes.patches]
    people = Sample(7, "zh")
    expected = sorted(people.amount * 10_000 / people.need, reverse=True)
    assert bars == pytest.approx(expected)
    assert column(chart, "money") == pytest.approx(expected)
    mean = people.amount.sum() * 10_000 / people.need.sum()
    assert fact(chart, "mean") == pytest.approx(mean)
    assert marked(canvases[0], "mean").get_xdata() == pytest.approx([mean] * 2)


def test_the_range_of_money_per_person_stands_beside_it(canvases):
    sample = Sample(3, "en")
    table = sample.table.assign(yuan_per_person=[4.0, 20.0, 10.0])
    ends = {"low": [3.0, 12.0, 8.0], "high": [5.0, np.inf, np.nan]}
    how = {end: pd.Series(values, table.index) for end, values in ends.items()}
    chart = shares.per_person(table, sample.names, lang="en", currency="CNY", **how, **TEXT["en"])
    said = [text.get_text() for text in canvases[0].axes.texts]
    written = [words for words in said if words[:1].isdigit()]
    assert written == ["20.0", "10.0", "4.0", "12.0–∞", "3.0–5.0"]
    assert column(chart, "high") == ["∞", None, 5.0]
    (whiskers,) = canvases[0].axes.collections
    edge = canvases[0].axes.get_xlim()[1]
    drawn = [line[:, 0].tolist() for line in whiskers.get_segments() if line.size]
    assert drawn == [[12.0, edge], [3.0, 5.0]] and edge > 20
    assert_readable(canvases[0])


def test_the_lorenz_chart_marks_the_hoover_distance(canvases):
    chart = draw("lorenz")
    low, high = marked(canvases[0], "hoover").get_ydata()
    assert high - low == pytest.approx(fact(chart, "hoover"))
    assert list(marked(canvases[0], "curve").get_ydata()) == column(chart, "money_cum")
    assert [fact(chart, "gap_at"), fact(chart, "gap_money")] == [high, low]


def test_each_need_group_has_its_own_dots(canvases):
    chart = draw("need_groups")
    ratios = Sample(7, "zh").ratios
    shown = ratios.loc[ratios.median(axis=1).sort_values(ascending=False).index]
    for place, group in enumerate(ratios, start=1):
        assert list(marked(canvases[0], group).get_xdata()) == pytest.approx(list(shown[group]))
        assert column(chart, f"group_{place}") == list(shown[group])
    assert [each["label"] for each in chart.data["columns"]][1:] == list(ratios)
    low, high = canvases[0].axes.get_xlim()
    assert low * high == pytest.approx(1)


def test_the_fan_draws_its_quantiles(canvases):
    chart = draw("fan")
    assert list(marked(canvases[0], "median").get_ydata()) == list(Sample(1, "zh").quantiles[2])
    assert figures(chart) == Sample(1, "zh").quantiles.T.tolist()
    assert column(chart, "month")[::11] == ["2024年1月", "2024年12月"]
    assert fact(chart, "depletion") == "2024年11月"
    bands = {band.get_gid(): band.get_paths()[0].vertices for band in canvases[0].axes.collections}
    outer = Sample(1, "zh").quantiles[[0, 4]]
    assert bands["outer"][:, 1].min() == outer.min() and bands["outer"][:, 1].max() == outer.max()
    assert list(marked(canvases[0], "depletion").get_xdata()) == [11, 11]
    assert "2024年11月" in chart.alt


@pytest.mark.parametrize("month", [None, float("nan"), 0.0])
def test_a_fan_without_a_depletion_month_says_so(month):
    sample = Sample(1, "en")
    chart = stock.fan(
        sample.quantiles,
        lang="en",
        currency="CNY",
        start_month="2024-01",
        depletion_month=month,
        **TEXT["en"],
    )
    assert fact(chart, "depletion") is None
    assert "does not run out" in chart.alt


def test_odds_are_printed_whole_and_none_as_certain(canvases):
    odds = pd.DataFrame([[0.0, 0.001, 0.42, 0.9999, 1.0]], ["654201"], range(1, 6))
    names = Sample(1, "zh").names
    stock.odds_heatmap(odds, names, lang="zh", start_month="2024-01", **TEXT["zh"])
    cells = [text.get_text() for text in canvases[0].axes.texts]
    assert cells == ["<1", "<1", "42", ">99", ">99"]
    assert cells == [formats.figure(value, "odds", 0) for value in odds.iloc[0]]


def test_odds_of_three_years_keep_the_last_month():
    odds = pd.DataFrame(np.linspace(0, 1, 36)[None, :], ["654201"], range(1, 37))
    chart = stock.odds_heatmap(
        odds, Sample(1, "zh").names, lang="zh", start_month="2024-01", **TEXT["zh"]
    )
    assert len(chart.data["columns"]) <= 15
    last = chart.data["columns"][-1]
    assert (last["key"], last["label"]) == ("month_36", "2026年12月")
    assert column(chart, "month_36") == [1]


def test_a_runway_beyond_the_scale_keeps_its_figure(canvases):
    chart = draw("runway")
    assert column(chart, "runway_months") == [4.4, 7.1, 9.3, 12.4, 20.2, 61.5, "∞"]
    widths = [bar.get_width() for bar in canvases[0].axes.patches]
    assert widths[:5] == [4.4, 7.1, 9.3, 12.4, 20.2]
    said = [text.get_text() for text in canvases[0].axes.texts]
    assert "61.5 →" in said and "∞ 没有支出" in said


def test_the_execution_chart_draws_both_courses(canvases):
    chart = draw("execution")
    table = Sample(1, "zh").execution
    assert list(marked(canvases[0], "rate").get_ydata()) == list(table["execution_rate"])
    assert list(marked(canvases[0], "due").get_ydata()) == list(table["time_progress"])
    assert column(chart, "execution_rate") == list(table["execution_rate"])
    assert column(chart, "time_progress") == list(table["time_progress"])
    assert not has(chart, "actual_rate")


def test_actual_execution_stands_beside_the_expected(canvases):
    table = Sample(1, "en").execution.assign(actual_rate=np.nan)
    table.loc[table.index[[2, 5]], "actual_rate"] = [0.4, 1.3]
    chart = stock.execution(table, start_month="2024-01", lang="en", **TEXT["en"])
    line = marked(canvases[0], "actual")
    assert (list(line.get_xdata()), list(line.get_ydata())) == ([3, 6], [0.4, 1.3])
    assert canvases[0].axes.get_ylim()[1] > 1.3
    assert column(chart, "actual_rate")[:6] == [None, None, 0.4, None, None, 1.3]
    assert "Actual execution by Jun 2024: 130.0%." in chart.alt
    with pytest.raises(ReportError, match="actual_rate"):
        wrong = table.assign(actual_rate=np.inf)
        stock.execution(wrong, start_month="2024-01", lang="en", **TEXT["en"])


def test_units_without_need_are_counted_not_drawn(canvases):
    table = Sample(7, "zh").table
    table.loc["654201", ["share", "need_share", "ratio", "yuan_per_person"]] = np.nan
    chart = shares.dumbbell(table, Sample(7, "zh").names, lang="zh", **TEXT["zh"])
    assert Sample(7, "zh").names["654201"] not in column(chart, "name")
    assert fact(chart, "without") == 1
    assert "1 个单位没有需求数" in words_of(canvases[0])


@pytest.mark.parametrize("name", BY_UNIT)
def test_a_hostile_name_stays_text(name, canvases, monkeypatch):
    hostile = '<script>alert("1")</script> $x^2$\n-->'
    names = pd.Series(hostile, Sample(1, "zh").codes)
    monkeypatch.setattr(Sample, "names", names)
    chart = draw(name, 1)
    assert "<script" not in chart.svg and "-->" not in chart.svg
    root = ElementTree.fromstring(chart.svg)  # noqa: S314
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    if name != "lorenz":
        assert '<script>alert("1")</script> $x^2$ -->' in root.get("aria-label")
        assert "<script>" in words_of(canvases[0])


@pytest.mark.parametrize("place", ["title", "source"])
def test_a_character_without_a_glyph_is_an_error_that_names_it(place):
    with pytest.raises(ReportError, match=r"🐟（U\+1F41F）") as refused:
        draw("dumbbell", **{place: "塔城 🐟"})
    assert "塔城 🐟" in refused.value.en


def test_a_name_without_a_glyph_is_an_error():
    names = pd.Series("塔\U00030000", ["654201"])
    with pytest.raises(ReportError, match=r"U\+30000"):
        shares.dumbbell(Sample(1, "zh").table, names, lang="zh", **TEXT["zh"])


def test_a_table_without_figures_is_refused():
    table = Sample(2, "zh").table * np.nan
    with pytest.raises(ReportError, match="没有一行有数"):
        shares.dumbbell(table, Sample(2, "zh").names, lang="zh", **TEXT["zh"])


def test_a_start_that_is_no_month_is_refused():
    with pytest.raises(ReportError, match="2024-13"):
        stock.execution(Sample(1, "zh").execution, lang="zh", start_month="2024-13", **TEXT["zh"])


def test_settings_of_the_session_are_left_as_they_were():
    before = dict(mpl.rcParams)
    draw("dumbbell")
    assert dict(mpl.rcParams) == before


def test_eight_units_stay_small():
    assert len(draw("dumbbell", 8).svg.encode()) <= 60_000


def test_bytes_are_the_same_in_another_process_with_other_settings(tmp_path):
    (tmp_path / "matplotlibrc").write_text(
        "font.size: 30\naxes.facecolor: red\nsvg.fonttype: none\n"
    )
    code = (
        "import hashlib, sys; from figure_samples import CHARTS, draw\n"
        "svgs = [draw(name).svg + draw(name).svg for name in CHARTS]\n"
        "print(*[hashlib.sha256(svg.encode()).hexdigest() for svg in svgs])\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    other = {
        "MPLBACKEND": "pdf",
        "MATPLOTLIBRC": str(tmp_path),
        "PYTHONHASHSEED": "77",
        "LC_ALL": "C",
        "PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]),
    }
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | other,
        capture_output=True,
        text=True,
        check=True,
    )
    there, pyplot = ran.stdout.splitlines()
    here = [hashlib.sha256((draw(name).svg * 2).encode()).hexdigest() for name in CHARTS]
    assert there.split() == here
    assert pyplot == "False"
