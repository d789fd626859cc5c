"""Charts of scenarios show the figures they were given, in full, whatever the order."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from chart_numbers import column, fact, figures
from drawings import (
    assert_readable,
    hashes_in_another_process,
    hashes_of,
    keep_canvases,
    marked,
    words_of,
)
from figure_samples import TEXT, Sample
from matplotlib.colors import to_hex

from analysis.errors import ReportError
from analysis.figures import changes, influence, paths, scenario_amounts, scenarios, weights
from analysis.figures.look import COLOURS

MODULES = (changes, influence, paths, scenario_amounts, scenarios, weights)
LANGS = ("zh", "en")
MEASURES = ["need", "equal", "resident", "price"]
LABELS = {
    "zh": ["救助对象", "每个单位一份", "常住人口", "价格水平"],
    "en": ["aided population", "an equal part for each unit", "residents", "prices"],
}


@pytest.fixture
def canvases(monkeypatch):
    return keep_canvases(monkeypatch, *MODULES)


class Scenario(Sample):
    """Sample units before and after; of three or more, some stand at the edges."""

    @property
    def before(self):
        before = self.amount.copy()
        if self.count > 4:
            before.iloc[3], before.iloc[4] = 0.0, 700 * before.iloc[0]
        return before

    @property
    def target(self):
        return self.need / self.need.sum() * self.before.sum()

    @property
    def moved(self):
        return pd.DataFrame({"before_wan": self.before, "after_wan": self.target})

    @property
    def shifted(self):
        ratio = self.table["ratio"]
        after = ratio ** self.draws([0.5, 1.4, 1.0], -0.5, 1.5)
        if self.count > 4:
            ratio.iloc[3], after.iloc[4] = 0.0, np.inf
        return pd.DataFrame({"ratio_before": ratio, "ratio_after": after})

    @property
    def years(self):
        return pd.DataFrame(
            {year: self.before + (self.target - self.before) * year / 5.2 for year in range(6)}
        )

    @property
    def targets(self):
        return pd.DataFrame(dict.fromkeys(range(6), self.target))

    @property
    def amounts(self):
        actual, by_need, equal = (
            ("现有", "按比例", "人人一样多")
            if self.lang == "zh"
            else ("present", "proportional", "the same for each")
        )
        mean = pd.Series(self.before.mean(), self.codes)
        return pd.DataFrame({actual: self.before, by_need: self.target, equal: mean})

    @property
    def indices(self):
        total = pd.DataFrame(
            np.random.default_rng(5).dirichlet(np.ones(4), self.count), self.codes, MEASURES
        )
        if self.count > 1:
            total.iloc[-1] = np.nan
        total = total.rename_axis("unit_code").rename_axis(columns="measure")
        long = total.melt(ignore_index=False, value_name="total").set_index("measure", append=True)
        return long.assign(total_low=long["total"] - 0.03, total_high=long["total"] + 0.041)

    @property
    def labels(self):
        return pd.Series(LABELS[self.lang], MEASURES)

    @property
    def weights(self):
        return pd.DataFrame(
            {
                "weight": [0.3, np.nan, 0.5, 0.0],
                "low": [0.3, 0.0, 0.42, 0.0],
                "high": [0.3, 0.4, 0.61, 0.02],
            },
            MEASURES,
        )


def _changes(sample, **text):
    return scenarios.changes(sample.moved, sample.names, currency="CNY", **text)


def _ratio_shift(sample, **text):
    return scenarios.ratio_shift(sample.shifted, sample.names, **text)


def _pace(sample, **text):
    return scenarios.pace(sample.years, sample.targets, sample.names, within=0.05, **text)


def _scenario_shares(sample, **text):
    return scenarios.scenario_shares(sample.amounts, sample.names, currency="USD", **text)


def _sensitivity(sample, **text):
    return scenarios.sensitivity(sample.indices, sample.names, sample.labels, **text)


def _implied(sample, **text):
    return scenarios.implied(sample.weights, sample.labels, **text)


BY_UNIT = {
    "changes": _changes,
    "ratio_shift": _ratio_shift,
    "pace": _pace,
    "scenario_shares": _scenario_shares,
    "sensitivity": _sensitivity,
}
CHARTS = BY_UNIT | {"implied": _implied}


def draw(name, count=7, lang="zh", **text):
    return CHARTS[name](Scenario(count, lang), lang=lang, **(TEXT[lang] | text))


def said_in(canvas):
    return [text.get_text() for text in canvas.axes.texts if text.get_text()]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_an_image_that_says_what_it_shows(name, lang):
    chart = draw(name, lang=lang)
    root = ElementTree.fromstring(chart.svg)  # noqa: S314
    assert root.get("role") == "img"
    assert root.get("aria-label") == chart.alt
    assert chart.title == TEXT[lang]["title"]
    assert (lang == "zh") == any(ord(char) > 0x2FFF for char in chart.alt)


@pytest.mark.parametrize(("count", "lang"), [(1, "en"), (2, "zh"), (7, "en"), (39, "zh")])
@pytest.mark.parametrize("name", BY_UNIT)
def test_no_words_are_cut_off_or_written_over_others(name, count, lang, canvases):
    assert len(draw(name, count, lang).alt) > 20
    assert_readable(canvases[0])


@pytest.mark.parametrize("lang", LANGS)
def test_no_words_about_weights_are_cut_off_or_written_over_others(lang, canvases):
    draw("implied", lang=lang)
    assert_readable(canvases[0])


@pytest.mark.parametrize("name", ["changes", "ratio_shift", "scenario_shares", "sensitivity"])
def test_of_many_units_the_two_ends_are_shown_and_the_rest_counted(name, canvases):
    chart = draw(name, 2850)
    # The unit whose money does not depend on the weights is counted apart.
    shown = 2849 if name == "sensitivity" else 2850
    assert len(chart.data["rows"]) == 40 and fact(chart, "hidden") == shown - 40
    assert f"中间另有 {shown - 40:,} 个单位" in said_in(canvases[0])
    assert len(chart.svg) < 250_000
    assert_readable(canvases[0])


@pytest.mark.parametrize(
    ("name", "count"), [(name, 7) for name in BY_UNIT] + [("changes", 100), ("pace", 100)]
)
def test_the_order_of_the_rows_changes_nothing(name, count, monkeypatch):
    before = draw(name, count)
    for part in ("moved", "shifted", "years", "targets", "amounts", "indices", "names"):
        real = getattr(Scenario, part).fget
        monkeypatch.setattr(Scenario, part, property(lambda self, real=real: real(self).iloc[::-1]))
    assert draw(name, count) == before


def test_the_order_of_measures_and_years_changes_nothing():
    sample = Scenario(3, "zh")
    how = {"lang": "zh"} | TEXT["zh"]
    again = scenarios.implied(sample.weights[::-1], sample.labels[::-1], **how)
    assert again == draw("implied")
    turned = sample.years.iloc[:, ::-1]
    again = scenarios.pace(turned, sample.targets, sample.names, within=0.05, **how)
    assert again == draw("pace", 3)


def how(lang="en", **text):
    return {"lang": lang} | TEXT[lang] | text


NAMELESS = pd.Series(dtype=str)


def test_bars_are_as_long_as_the_relative_changes(canvases):
    before, after = [100.0, 100.0, 40.0, 0.0, 10.0, 50.0], [120.0, 45.0, 40.0, 7.5, 28.0, 0.0]
    table = pd.DataFrame({"before_wan": before, "after_wan": after}, list("abcdef"))
    chart = scenarios.changes(table, NAMELESS, currency="CNY", **how())
    assert column(chart, "name") == list("deacbf")
    widths = [bar.get_width() for bar in canvases[0].axes.patches]
    assert widths == pytest.approx([1.5, 1.5, 0.2, 0.0, -0.55, -1.0])
    assert column(chart, "change")[0] == "∞"
    assert column(chart, "change_wan") == [7.5, 18.0, 20.0, 0.0, -55.0, -50.0]
    assert column(chart, "change")[1:] == pytest.approx([1.8, 0.2, 0.0, -0.55, -1.0])
    tips = ["new →", "+180.0% →", "+20.0%", "0%", "−55.0%", "−100.0%"]
    moved = ["+7.50", "+18.00", "+20.00", "0", "−55.00", "−50.00"]
    assert said_in(canvases[0]) == [*tips, *moved, "change, 10,000 yuan"]
    assert [fact(chart, side) for side in ("gain", "loss", "unchanged")] == [3, 2, 1]
    assert "more: 3" in words_of(canvases[0]) and "unchanged: 1" in words_of(canvases[0])
    assert "More: 3, less: 2, unchanged: 1." in chart.alt
    assert "Largest gain: d new (+75,000 yuan). Largest loss: f −100.0% (−500,000 yuan)." in (
        chart.alt
    )


def test_less_than_a_cent_is_no_change(canvases):
    table = pd.DataFrame({"before_wan": [0.1 + 0.2, 7.0], "after_wan": [0.3, 7.0]}, ["a", "b"])
    chart = scenarios.changes(table, NAMELESS, currency="CNY", **how("zh"))
    assert column(chart, "change") == [0, 0] and fact(chart, "unchanged") == 2
    assert "不变：2 个" in words_of(canvases[0])
    assert "增加最多" not in chart.alt and "减少最多" not in chart.alt
    assert_readable(canvases[0])


def test_a_change_seven_hundred_times_another_keeps_its_figure(canvases):
    table = pd.DataFrame(
        {"before_wan": [219_693.0, 313.0], "after_wan": [149_760.9, 318.47]}, ["big", "small"]
    )
    scenarios.changes(table, NAMELESS, currency="USD", **how())
    assert {"−699,321,000", "+54,700", "−31.8%", "+1.7%"} <= set(said_in(canvases[0]))
    assert "change, dollars" in said_in(canvases[0])


def test_arrows_go_from_one_ratio_to_the_other_coloured_by_their_course(canvases):
    ratios = {
        "a": (2.0, 1.5),
        "b": (2.0, 0.5),
        "c": (0.8, 0.6),
        "d": (0.5, 1.0),
        "e": (0.9, 0.9),
        "f": (0.0, 0.4),
        "g": (1.1, np.inf),
    }
    table = pd.DataFrame.from_dict(ratios, "index", columns=["ratio_before", "ratio_after"])
    chart = scenarios.ratio_shift(table, NAMELESS, **how())
    assert column(chart, "name") == list("abgecdf")
    course = dict(zip(column(chart, "name"), column(chart, "course"), strict=True))
    toward, away = {"a", "d", "f"}, {"c", "g"}
    # Half as much lies as far from 1 as double.
    said = {"toward": "nearer to proportional", "away": "further from proportional"}
    said["same"] = "as far as before"
    kind = {
        code: "toward" if code in toward else "away" if code in away else "same" for code in ratios
    }
    assert course == {code: said[kind[code]] for code in ratios}
    assert [fact(chart, each) for each in ("toward", "away", "same")] == [3, 2, 2]
    axes = canvases[0].axes
    low, high = axes.get_xlim()
    assert low * high == pytest.approx(1) and high > 2
    role = {"toward": "idle", "away": "danger", "same": "neutral"}
    arrows = [line for line in axes.get_lines() if line.get_linewidth() == 2.2]
    for line, code in zip(arrows, column(chart, "name"), strict=True):
        assert list(line.get_xdata()) == list(np.clip(ratios[code], low, high))
        assert line.get_color() == COLOURS[role[kind[code]]]
    assert column(chart, "ratio_after") == [1.5, 0.5, "∞", 0.9, 0.6, 1.0, 0.4]
    said = said_in(canvases[0])
    assert {"∞", "0", "1.50", "0.40"} <= set(said) and said.count("0.90") == 1
    assert "Nearer to proportional: 3, further: 2, as far as before: 2." in chart.alt
    assert "Highest before: a, from 2.00 to 1.50; lowest: f, from 0 to 0.40." in chart.alt
    assert_readable(canvases[0])


def test_equal_ratios_stand_at_one(canvases):
    table = pd.DataFrame({"ratio_before": 1.0, "ratio_after": 1.0}, list("abc"))
    chart = scenarios.ratio_shift(table, NAMELESS, **how())
    assert column(chart, "course") == ["as far as before"] * 3
    assert "further from proportional" not in words_of(canvases[0])
    assert_readable(canvases[0])


def test_lines_show_each_units_distance_from_its_target(canvases):
    amounts = pd.DataFrame({2024: [120.0, 50.0, 100.0], 2025: [104.0, 96.0, 0.0]}, list("abc"))
    target = pd.DataFrame({2024: 100.0, 2025: [100.0, 96.0, 50.0]}, list("abc"))
    chart = scenarios.pace(amounts, target, NAMELESS, within=0.05, **how())
    assert [each["label"] for each in chart.data["columns"]] == ["unit", "2024", "2025"]
    assert column(chart, "name") == list("abc") and fact(chart, "within") == 0.05
    true = [[0.2, 0.04], [-0.5, 0.0], [0.0, -1.0]]
    colours = {"a": "idle", "b": "danger", "c": "neutral"}
    for drawn, (code, role), expected in zip(figures(chart), colours.items(), true, strict=True):
        line = marked(canvases[0], code)
        assert drawn == pytest.approx(expected) == list(line.get_ydata())
        assert list(line.get_xdata()) == [2024, 2025]
        assert line.get_color() == COLOURS[role]
    (band,) = [patch for patch in canvases[0].axes.patches if patch.get_gid() == "within"]
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx((-0.05, 0.05))
    assert "a  +20.0% → +4.0%" in said_in(canvases[0])
    assert "amount against target of 3 units, from 2024 to 2025." in chart.alt
    assert "At first from −50.0% to +20.0%, in the end from −100.0% to +4.0%." in chart.alt
    assert (
        "within ±5% of the target: 1 at first, 2 in the end. Furthest at the start: a +20.0%"
        in (chart.alt)
    )


def test_of_many_units_the_bands_and_the_furthest_are_drawn(canvases):
    sample = Scenario(2850, "en")
    chart = draw("pace", 2850, "en")
    distance = sample.years / sample.targets - 1
    far = sample.names[[distance[0].idxmax(), distance[0].idxmin()]]
    assert set(column(chart, "name")[5:]) == set(far)
    assert column(chart, "name")[:3] == ["5% quantile", "25% quantile", "median"]
    assert fact(chart, "hidden") == 2848
    wanted = [distance.quantile(part).to_numpy() for part in (0.05, 0.25, 0.5, 0.75, 0.95)]
    assert np.array(figures(chart)[:5]) == pytest.approx(np.array(wanted))
    assert list(marked(canvases[0], "median").get_ydata()) == pytest.approx(wanted[2])
    assert "90% of the units (5%–95%)" in words_of(canvases[0])
    assert_readable(canvases[0])
    # The unit that had 700 times the money of another leaves the scale; that is said.
    assert canvases[0].axes.get_ylim()[1] < 2
    assert "units beyond the scale in some year: 1" in words_of(canvases[0])


def test_a_path_of_one_year_is_points(canvases):
    amounts = pd.DataFrame({0: [3.0, 2.0]}, ["a", "b"])
    target = pd.DataFrame({0: [2.0, 2.0]}, ["a", "b"])
    chart = scenarios.pace(amounts, target, NAMELESS, within=0, **how("zh"))
    assert figures(chart) == [[0.5], [0.0]]
    assert marked(canvases[0], "a").get_marker() == "o"
    assert_readable(canvases[0])


def test_units_without_a_target_are_counted_not_drawn(canvases):
    amounts = pd.DataFrame({0: [3.0, 2.0, 0.0], 1: 2.0}, list("abc"))
    target = pd.DataFrame({0: [2.0, 0.0, 0.0], 1: 2.0}, list("abc"))
    chart = scenarios.pace(amounts, target, NAMELESS, within=0.05, **how())
    assert column(chart, "name") == ["a"] and fact(chart, "without") == 2
    assert "units left out for want of a target: 2" in words_of(canvases[0])


def test_each_scenario_has_its_own_dots(canvases):
    table = pd.DataFrame(
        {"now": [100.0, 80.0, 0.0], "equal": [60.0, 60.0, 60.0], "need": [90.0, 88.0, 0.0]},
        ["a", "b", "c"],
    )
    chart = scenarios.scenario_shares(table, NAMELESS, currency="CNY", **how())
    assert column(chart, "name") == ["c", "b", "a"]
    assert column(chart, "actual") == [0, 80, 100]
    assert column(chart, "scenario_1") == ["∞", -0.25, -0.4]
    assert column(chart, "scenario_2") == pytest.approx([0.0, 0.1, -0.1])
    high = canvases[0].axes.get_xlim()[1]
    assert list(marked(canvases[0], "equal").get_xdata()) == [high, -0.25, -0.4]
    assert list(marked(canvases[0], "need").get_xdata()) == pytest.approx([0.0, 0.1, -0.1])
    said = said_in(canvases[0])
    assert {"0%", "new →", "−25.0%", "+10.0%", "−40.0%", "now, 10,000 yuan"} <= set(said)
    assert "equal: highest c new, lowest a −40.0%." in chart.alt
    assert "need: highest b +10.0%, lowest a −10.0%." in chart.alt
    assert_readable(canvases[0])


def test_a_weight_has_a_dot_an_open_one_only_its_interval(canvases):
    chart = draw("implied", lang="en")
    named = dict(zip(MEASURES, LABELS["en"], strict=True))
    ranked = ["resident", "need", "equal", "price"]
    assert column(chart, "name") == [named[each] for each in ranked]
    assert column(chart, "weight") == [0.5, 0.3, None, 0.0]
    assert column(chart, "high") == [0.61, 0.3, 0.4, 0.02]
    assert list(marked(canvases[0], "weight").get_xdata()) == [0.5, 0.3, 0.0]
    assert list(marked(canvases[0], "weight").get_ydata()) == [0, 1, 3]
    (hollow,) = canvases[0].axes.patches
    assert (hollow.get_x(), hollow.get_width(), hollow.get_y() + hollow.get_height() / 2) == (
        pytest.approx((0.0, 0.4, 2.0))
    )
    said = said_in(canvases[0])
    assert said[:4] == ["50.0%", "30.0%", "—", "0.0%"]
    assert said[5:9] == ["42.0–61.0%", "30.0%", "0.0–40.0%", "0.0–2.0%"]
    assert "hollow: the figures do not settle the weight" in words_of(canvases[0])
    assert "residents 50.0%, interval 42.0% to 61.0%" in chart.alt
    assert "an equal part for each unit not settled, interval 0.0% to 40.0%" in chart.alt


def test_weights_all_known_need_no_hollow_bars_and_all_open_no_dots(canvases):
    table = pd.DataFrame({"weight": [1.0], "low": [1.0], "high": [1.0]}, ["need"])
    scenarios.implied(table, NAMELESS, **how())
    scenarios.implied(table.assign(weight=np.nan, low=0.0), NAMELESS, **how())
    known, open_ = (words_of(canvas) for canvas in canvases)
    assert "hollow" not in known and "hollow" in open_
    assert "within it the fit" in known and "within it the fit" not in open_


def test_cells_print_the_index_and_darken_with_it(canvases):
    index = pd.MultiIndex.from_product(
        [["a", "b", "c"], ["x", "y"]], names=["unit_code", "measure"]
    )
    table = pd.DataFrame({"total": [0.2, 0.9, 0.7, 0.3, np.nan, np.nan]}, index)
    chart = scenarios.sensitivity(table, NAMELESS, pd.Series({"x": "X", "y": "Y"}), **how())
    # The measure of the largest mean index comes first, and units are ranked by it.
    assert [each["label"] for each in chart.data["columns"]] == ["unit", "Y", "X"]
    assert column(chart, "name") == ["a", "b", "c"]
    assert figures(chart) == [[0.9, 0.2], [0.3, 0.7], [None, None]]
    assert said_in(canvases[0])[:6] == ["0.90", "0.20", "0.30", "0.70", "—", "—"]
    shades = [sum(patch.get_facecolor()[:3]) for patch in canvases[0].axes.patches]
    assert len(shades) == 4
    assert list(np.argsort(shades)) == [0, 3, 2, 1]
    assert "money does not depend on the weights" in words_of(canvases[0])
    assert "Y: total index from 0.30 to 0.90" in chart.alt
    assert "Units whose money does not depend on the weights: 1." in chart.alt


@pytest.mark.parametrize("total", [0.0, 0.5, 1.0, 1.2])
def test_figures_can_be_read_on_every_shade(total, canvases):
    index = pd.MultiIndex.from_tuples([("a", "x")], names=["unit_code", "measure"])
    scenarios.sensitivity(pd.DataFrame({"total": [total]}, index), NAMELESS, NAMELESS, **how())
    (cell,) = canvases[0].axes.patches
    (figure,) = [text for text in canvases[0].axes.texts if text.get_text() == f"{total:.2f}"]
    light, dark = sorted(
        (_luminance(to_hex(colour)) for colour in (cell.get_facecolor(), figure.get_color())),
        reverse=True,
    )
    # WCAG 2.1: contrast of text, level AA.
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_the_width_of_the_intervals_is_said_never_too_small(canvases):
    draw("sensitivity", lang="en")
    assert "90% intervals lie within 0.05 of the figure" in words_of(canvases[0])


@pytest.mark.parametrize("name", CHARTS)
def test_a_hostile_name_stays_text(name, canvases, monkeypatch):
    hostile = '<script>alert("1")</script> $x^2$\n-->'
    monkeypatch.setattr(Scenario, "names", pd.Series(hostile, Scenario(2, "zh").codes))
    monkeypatch.setattr(Scenario, "labels", pd.Series(hostile, MEASURES))
    chart = draw(name, 2)
    assert "<script" not in chart.svg and "-->" not in chart.svg
    root = ElementTree.fromstring(chart.svg)  # noqa: S314
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    assert '<script>alert("1")</script> $x^2$ -->' in root.get("aria-label")
    assert_readable(canvases[0])


@pytest.mark.parametrize("name", CHARTS)
def test_a_name_without_a_glyph_is_an_error(name, monkeypatch):
    monkeypatch.setattr(Scenario, "names", pd.Series("塔\U00030000", Scenario(2, "zh").codes))
    monkeypatch.setattr(Scenario, "labels", pd.Series("塔\U00030000", MEASURES))
    with pytest.raises(ReportError, match=r"U\+30000"):
        draw(name, 2)


TWO = pd.DataFrame({"before_wan": [1.0, 2.0], "after_wan": [2.0, 1.0]}, ["a", "b"])
SHIFT = pd.DataFrame({"ratio_before": [1.0, 2.0], "ratio_after": [2.0, 1.0]}, ["a", "b"])
WEIGHT = pd.DataFrame({"weight": [0.4], "low": [0.3], "high": [0.5]}, ["need"])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TWO.drop(columns="after_wan"), "lacks a column: after_wan"),
        (TWO.iloc[[0, 1, 1]], "b is repeated"),
        (TWO.assign(after_wan=[1.0, -2.0]), "b, after_wan is −2.00"),
        (TWO.assign(before_wan=[np.inf, 1.0]), "a, before_wan is ∞"),
        (TWO.assign(before_wan=["x", 1.0]), "something that is no number"),
        (TWO.assign(after_wan=np.nan), "no unit to draw"),
        (TWO.iloc[:0], "no unit to draw"),
    ],
)
def test_amounts_that_cannot_be_drawn_are_refused(table, said):
    with pytest.raises(ReportError) as refused:
        scenarios.changes(table, NAMELESS, currency="CNY", **how())
    assert said in refused.value.en


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (SHIFT.drop(columns="ratio_before"), "lacks a column: ratio_before"),
        (SHIFT.assign(ratio_after=[-0.1, 1.0]), "a, ratio_after is −0.10"),
        (SHIFT * np.nan, "no unit to draw"),
    ],
)
def test_ratios_that_cannot_be_drawn_are_refused(table, said):
    with pytest.raises(ReportError) as refused:
        scenarios.ratio_shift(table, NAMELESS, **how())
    assert said in refused.value.en


YEARS = pd.DataFrame({0: [1.0, 2.0], 1: [2.0, 2.0]}, ["a", "b"])


@pytest.mark.parametrize(
    ("amounts", "target", "within", "said"),
    [
        (YEARS, YEARS.iloc[:1], 0.05, "same units and years"),
        (YEARS, YEARS[[0]], 0.05, "same units and years"),
        (YEARS[[]], YEARS[[]], 0.05, "at least one"),
        (YEARS.rename(columns={1: "x"}), YEARS.rename(columns={1: "x"}), 0.05, "are: 0, x"),
        (YEARS[[0, 0]], YEARS[[0]], 0.05, "are: 0, 0"),
        (YEARS.iloc[[0, 0, 1]], YEARS, 0.05, "a is repeated"),
        (-YEARS, YEARS, 0.05, "a, 0 is −1.00"),
        (YEARS, YEARS * 0, 0.05, "no unit to draw"),
        (YEARS, YEARS, -0.01, "within is -0.01"),
        (YEARS, YEARS, np.nan, "within is nan"),
    ],
)
def test_paths_that_cannot_be_drawn_are_refused(amounts, target, within, said):
    with pytest.raises(ReportError) as refused:
        scenarios.pace(amounts, target, NAMELESS, within=within, **how())
    assert said in refused.value.en


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (WEIGHT.assign(low=0.6), "0.4 [0.6, 0.5], is wrong"),
        (WEIGHT.assign(high=1.2), "[0.3, 1.2], is wrong"),
        (WEIGHT.assign(low=-0.1), "need, low is −0.10"),
        (WEIGHT.assign(low=np.nan), "no unit to draw"),
    ],
)
def test_weights_that_cannot_be_drawn_are_refused(table, said):
    with pytest.raises(ReportError) as refused:
        scenarios.implied(table, NAMELESS, **how())
    assert said in refused.value.en


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["now"], "1 to 6 scenarios"),
        ([], "1 to 6 scenarios"),
        (["now", "a", "a"], "are: now, a, a"),
        (["now", *"abcdefg"], "1 to 6 scenarios"),
    ],
)
def test_scenarios_that_cannot_be_told_apart_are_refused(columns, said):
    table = pd.DataFrame(1.0, ["a", "b"], columns)
    with pytest.raises(ReportError) as refused:
        scenarios.scenario_shares(table, NAMELESS, currency="CNY", **how())
    assert said in refused.value.en


def test_rows_with_an_empty_cell_are_counted_not_drawn(canvases):
    scenarios.changes(TWO.assign(after_wan=[np.nan, 1.0]), NAMELESS, currency="CNY", **how())
    scenarios.ratio_shift(SHIFT.assign(ratio_after=[np.nan, 1.0]), NAMELESS, **how())
    scenarios.scenario_shares(
        TWO.assign(after_wan=[np.nan, 1.0]), NAMELESS, currency="CNY", **how()
    )
    for canvas in canvases:
        labels = [label.get_text() for label in canvas.axes.get_yticklabels()]
        assert labels == ["b"]
        assert "for want of a figure: 1" in words_of(canvas)


def test_bytes_are_the_same_in_another_process():
    assert hashes_in_another_process(__name__) == hashes_of(CHARTS, draw)
