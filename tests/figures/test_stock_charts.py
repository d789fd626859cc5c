"""Charts of stress, cover and actual spending show the figures they were given, in full."""

from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from chart_numbers import column, fact, figures, has
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
from analysis.figures import cover, spent, spent_path, tornado, vintages
from analysis.figures.look import COLOURS

LANGS = ("zh", "en")
ASSUMPTIONS = {
    "zh": [
        "救助人数（农村最低生活保障金支出）",
        "月增长率",
        "月补助水平",
        "到账月份",
        "临时救助次数",
    ],
    "en": [
        "Aided population (rural subsistence allowance)",
        "Monthly growth of demand",
        "Monthly benefit",
        "Month of receipt",
        "Temporary relief: payments a year, all items together and every unit",
    ],
}


@pytest.fixture
def canvases(monkeypatch):
    return keep_canvases(monkeypatch, tornado, vintages, cover, spent, spent_path)


class Stock(Sample):
    """Sample units, months and assumptions; `count` of whichever the chart has rows of."""

    @property
    def assumptions(self):
        known = ASSUMPTIONS[self.lang]
        more = [f"{'假设' if self.lang == 'zh' else 'Assumption'} {n}" for n in range(self.count)]
        labels = [*known, *more][: self.count]
        size = self.draws([40.0, 25.0, 18.0, 3.0, 1.0], 0, 30).to_numpy()
        table = pd.DataFrame(
            {
                "shortfall_low": np.maximum(52.0 - size, 0),
                "shortfall_high": 52.0 + 1.4 * size,
                "carry_low": 31.0 + 0.8 * size,
                "carry_high": np.maximum(31.0 - 0.7 * size, 0),
                "low_text": [
                    "−1%",
                    "12,345",
                    "0.8 元/月" if self.lang == "zh" else "0.8 a month",
                    "1",
                    "",
                ][: self.count]
                + ["0.1"] * max(0, self.count - 5),
                "high_text": "3%",
            },
            labels,
        )
        if self.count > 3:
            table.iloc[3, [0, 2]] = np.nan
        return table

    @property
    def days(self):
        return self.draws([93.0, 31.2, 12.4, 30.0, 0.0, 4600.0, np.inf], 2, 300)

    @property
    def spending(self):
        so_far = self.draws([0.43, 0.12, 0.0, 0.97, 1.34, np.nan, 0.66], 0, 1)
        mean = so_far.fillna(0.3) + self.draws([0.3, 0.2, 0.05, 0.02, 0.4, 0.3, 0.3], 0, 0.4)
        table = pd.DataFrame(
            {
                "spent_share": so_far,
                "mean_share": mean,
                "low_share": mean * 0.85,
                "high_share": mean * 1.2,
            }
        )
        if self.count > 4:
            table.iloc[4, 1:] = np.nan
        return table


def stock_of(months, years):
    """Return stock by month and year: each year's money comes in January and is spent slowly."""
    table = pd.DataFrame(0.0, range(1, months + 1), years)
    recovered = pd.Series(0.0, range(1, months + 1))
    for place, year in enumerate(years):
        start = max(0, 12 * (place - 1))
        age = np.arange(months) - start
        table[year] = np.where(age >= 0, (400 + 30 * place) * np.exp(-np.maximum(age, 0) / 9), 0)
        end = start + (12 if place == 0 else 24)
        if end <= months:
            recovered[end] = table[year].iloc[end - 1]
            table.loc[end:, year] = 0.0
    return table, recovered


def course():
    actual = pd.Series([110.0, np.nan, 196.5, 233.0], [3, 4, 5, 6])
    months = np.arange(7, 13)
    mean = 233 + 28.0 * (months - 6)
    wide = 9 * np.sqrt(months - 6)
    ahead = {"mean": mean, "low": mean - 1.6 * wide, "high": mean + 1.9 * wide}
    return actual, pd.DataFrame(ahead, months)


WHEN = {"currency": "CNY", "start_month": "2024-01"}


def _tornado(sample, **text):
    base = {"base_shortfall_wan": 52.0, "base_carry_wan": 31.0}
    return tornado.tornado(sample.assumptions, currency="CNY", **base, **text)


def _cover(sample, **text):
    return cover.cover(sample.days, sample.names, **text)


def _spent(sample, **text):
    return spent.spent(sample.spending, sample.names, time_progress=0.5, **text)


def _vintages(sample, **text):
    return vintages.vintage_stack(*stock_of(24, [2023, 2024, 2025]), **WHEN, **text)


def _path(sample, **text):
    return spent.spent_path(*course(), money_wan=413.0, **WHEN, **text)


BY_UNIT = {"cover": _cover, "spent": _spent}
BY_ROW = BY_UNIT | {"tornado": _tornado}
BY_MONTH = {"vintages": _vintages, "path": _path}
CHARTS = BY_ROW | BY_MONTH


def draw(name, count=7, lang="zh", **text):
    return CHARTS[name](Stock(count, lang), lang=lang, **(TEXT[lang] | text))


def how(lang="en", **text):
    return {"lang": lang} | TEXT[lang] | text


def said_in(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def labels_in(chart):
    return [each["label"] for each in chart.data["columns"]]


def labels_of(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


NAMELESS = pd.Series(dtype=str)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_an_image_that_says_what_it_shows(name, lang):
    chart = draw(name, lang=lang)
    root = ElementTree.fromstring(chart.svg)  # noqa: S314
    assert root.get("role") == "img"
    assert root.get("aria-label") == chart.alt
    assert chart.title == TEXT[lang]["title"]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_drawn_in_one_language(name, canvases):
    english = draw(name, lang="en")
    said = english.alt + words_of(canvases[0])
    assert not [char for char in said if ord(char) > 0x2FFF]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("count", [1, 2, 8, 39, 2850])
@pytest.mark.parametrize("name", BY_ROW)
def test_no_words_of_rows_are_cut_off_or_written_over_others(name, count, lang, canvases):
    assert len(draw(name, count, lang).alt) > 20
    assert_readable(canvases[0])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", BY_MONTH)
def test_no_words_of_months_are_cut_off_or_written_over_others(name, lang, canvases):
    assert len(draw(name, lang=lang).alt) > 20
    assert_readable(canvases[0])


@pytest.mark.parametrize("name", BY_UNIT)
def test_of_many_units_the_two_ends_are_shown_and_the_rest_counted(name, canvases):
    chart = draw(name, 2850)
    assert len(chart.data["rows"]) == 40 and fact(chart, "hidden") == 2810
    assert "中间另有 2,810 个单位" in said_in(canvases[0].axes)
    assert len(chart.svg) < 250_000


@pytest.mark.parametrize("count", [7, 100])
@pytest.mark.parametrize("name", BY_ROW)
def test_the_order_of_the_rows_changes_nothing(name, count, monkeypatch):
    before = draw(name, count)
    for part in ("days", "spending", "assumptions", "names"):
        real = getattr(Stock, part).fget
        monkeypatch.setattr(Stock, part, property(lambda self, real=real: real(self).iloc[::-1]))
    assert draw(name, count) == before


def test_the_order_of_months_changes_nothing():
    stock, recovered = stock_of(24, [2023, 2024, 2025])
    again = vintages.vintage_stack(stock[::-1], recovered[::-1], **WHEN, **how("zh"))
    assert again == draw("vintages")
    actual, ahead = course()
    again = spent.spent_path(actual[::-1], ahead[::-1], money_wan=413.0, **WHEN, **how("zh"))
    assert again == draw("path")


@pytest.mark.parametrize("name", BY_UNIT)
def test_a_hostile_name_stays_text(name, canvases, monkeypatch):
    hostile = '<script>alert("1")</script> $x^2$\n-->'
    monkeypatch.setattr(Stock, "names", pd.Series(hostile, Stock(1, "zh").codes))
    chart = draw(name, 1)
    assert "<script" not in chart.svg and "-->" not in chart.svg
    root = ElementTree.fromstring(chart.svg)  # noqa: S314
    assert '<script>alert("1")</script> $x^2$ -->' in root.get("aria-label")
    assert "<script>" in words_of(canvases[0])


@pytest.mark.parametrize("name", CHARTS)
def test_a_character_without_a_glyph_is_an_error_that_names_it(name):
    with pytest.raises(ReportError, match=r"🐟（U\+1F41F）"):
        draw(name, title="塔城 🐟")


# Tornado


ENDS = pd.DataFrame(
    {
        "shortfall_low": [4.0, 10.0, np.nan, np.nan],
        "shortfall_high": [22.0, 11.0, 13.0, np.nan],
        "carry_low": [30.0, 70.0, np.nan, np.nan],
        "carry_high": [18.0, 20.0, 12.0, np.nan],
        "low_text": ["0", "−1%", "", "1"],
        "high_text": ["9", "2%", "late", "2"],
    },
    list("abcd"),
)


def _ends(table=ENDS, shortfall=10.0, carry=20.0, **text):
    base = {"base_shortfall_wan": shortfall, "base_carry_wan": carry}
    return tornado.tornado(table, currency="CNY", **base, **how(**text))


def test_bars_go_from_the_base_to_each_end_the_largest_effect_on_top(canvases):
    chart = _ends()
    # b changes the carry-over by 50, a the shortfall by 12, c the carry-over by 8.
    assert chart.data["rows"] == [
        ["b", "−1%", "2%", 10.0, 11.0, 70.0, 20.0],
        ["a", "0", "9", 4.0, 22.0, 30.0, 18.0],
        ["c", "", "late", None, 13.0, None, 12.0],
    ]
    assert (fact(chart, "base_shortfall"), fact(chart, "base_carry")) == (10.0, 20.0)
    assert fact(chart, "without_assumptions") == 1
    left, right = canvases[0].axes.child_axes
    assert labels_of(left) == ["b", "a", "c"] and labels_of(right) == []
    for axes, base, low, high in (
        (left, 10.0, [10.0, 4.0], [11.0, 22.0, 13.0]),
        (right, 20.0, [70.0, 30.0], [20.0, 18.0, 12.0]),
    ):
        assert list(marked(SimpleNamespace(axes=axes), "base").get_xdata()) == [base, base]
        for end, values in (("low", low), ("high", high)):
            bars = [bar for bar in axes.patches if bar.get_gid() == end]
            assert [bar.get_x() for bar in bars] == [base] * len(bars)
            assert [base + bar.get_width() for bar in bars] == pytest.approx(values)
        assert axes.get_xlim()[0] < min(*low, *high) and axes.get_xlim()[1] > max(*low, *high)
    assert said_in(left) == ["−1%", "0", "2%", "9", "late", "Expected shortfall (base 10.0)"]
    assert said_in(right)[-1] == "Carry-over at year end (base 20.0)"
    assert "assumptions left out for want of a figure: 1" in words_of(canvases[0])
    assert "Base: shortfall 100,000 yuan, carry-over 200,000 yuan. Largest effect: b." in chart.alt
    assert "At its low end, −1%, shortfall 100,000 yuan, carry-over 700,000 yuan." in chart.alt
    assert_readable(canvases[0])


def test_the_two_ends_differ_by_mark_and_lightness(canvases):
    _ends()
    axes = canvases[0].axes.child_axes[0]
    marks = {line.get_marker() for line in axes.get_lines() if line.get_linestyle() == "None"}
    assert marks == {"o", "D"}
    colours = {bar.get_gid(): sum(bar.get_facecolor()[:3]) for bar in axes.patches}
    assert colours["low"] - colours["high"] > 0.8


def test_at_most_ten_assumptions_are_drawn_the_others_counted(canvases):
    chart = draw("tornado", 39, "en")
    assert len(chart.data["rows"]) == 10 and fact(chart, "hidden_assumptions") == 29
    assert "29 more assumptions of less effect are not shown" in words_of(canvases[0])
    assert "change one by one (39)" in chart.alt


@pytest.mark.parametrize("factor", [0.0, 1e-7, 1e-3, 1e7])
def test_a_tornado_of_any_size_is_readable(factor, canvases):
    numbers = ENDS.select_dtypes("number") * factor
    _ends(numbers.assign(low_text="1,234 yuan", high_text="−0.5%"), 10 * factor, 20 * factor)
    assert_readable(canvases[0])


def test_an_end_text_too_long_for_its_bar_is_left_to_the_reader_of_the_table(canvases):
    long = "a text that would leave the bars no room at all"
    _ends(ENDS.assign(high_text=long))
    assert long not in words_of(canvases[0])
    assert_readable(canvases[0])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (ENDS.drop(columns="carry_low"), "lacks a column: carry_low"),
        (ENDS.drop(columns="low_text"), "lacks a column: low_text"),
        (ENDS.iloc[[0, 1, 1]], "b is repeated"),
        (ENDS.assign(carry_high=-1.0), "a, carry_high is −1.00"),
        (ENDS.assign(carry_high=np.inf), "a, carry_high is ∞"),
        (ENDS.iloc[3:], "no assumption to draw"),
        (ENDS.iloc[:0], "no assumption to draw"),
    ],
)
def test_assumptions_that_cannot_be_drawn_are_refused(table, said):
    with pytest.raises(ReportError) as refused:
        _ends(table)
    assert said in refused.value.en


@pytest.mark.parametrize("base", [np.nan, np.inf, -1.0])
def test_a_base_that_cannot_be_drawn_is_refused(base):
    with pytest.raises(ReportError, match="A base value of the tornado is"):
        _ends(shortfall=base)


# Stock by year of grant


def _stack(stock, recovered=None, lang="en", **other):
    lost = pd.Series(dtype=float) if recovered is None else recovered
    return vintages.vintage_stack(stock, lost, **(WHEN | other), **how(lang))


TWO_YEARS = pd.DataFrame({2023: [50.0, 20.0, 0.0], 2024: [80.0, 70.0, 60.0]}, [1, 2, 3])


def bars_of(canvas, name):
    bars = [bar for bar in canvas.axes.patches if bar.get_gid() == name]
    return [(bar.get_x() + bar.get_width() / 2, bar.get_y(), bar.get_height()) for bar in bars]


def test_years_are_stacked_the_oldest_at_the_bottom(canvases):
    chart = _stack(TWO_YEARS, pd.Series({3: 12.34}))
    assert bars_of(canvases[0], "2023") == [(1, 0, 50), (2, 0, 20), (3, 0, 0)]
    assert bars_of(canvases[0], "2024") == [(1, 50, 80), (2, 20, 70), (3, 0, 60)]
    assert bars_of(canvases[0], "recovered") == [pytest.approx((3, 60, 12.34))]
    assert list(marked(canvases[0], "lost").get_xdata()) == [3]
    assert {"recovered 12.3", "2024", "2023"} <= set(said_in(canvases[0].axes))
    assert labels_in(chart) == ["month", "2023", "2024", "recovered"]
    assert chart.data["rows"] == [
        ["Jan 2024", 50.0, 80.0, 0.0],
        ["Feb 2024", 20.0, 70.0, 0.0],
        ["Mar 2024", 0.0, 60.0, 12.34],
    ]
    assert "Jan 2024: 1,300,000 yuan in all; Mar 2024: 600,000 yuan in all." in chart.alt
    assert "In Mar 2024: 600,000 yuan granted in 2024." in chart.alt
    assert "Recovered after two years: Mar 2024 123,000 yuan." in chart.alt
    assert_readable(canvases[0])


def test_without_recovery_no_mark_is_drawn_or_explained(canvases):
    chart = _stack(TWO_YEARS, pd.Series(0.0, [1, 2, 3]))
    assert not bars_of(canvases[0], "recovered")
    assert "recovered" not in words_of(canvases[0])
    assert "No recovery is expected in this time." in chart.alt


def test_a_year_that_never_has_money_is_left_out(canvases):
    chart = _stack(TWO_YEARS.reindex(columns=[2023, 2024, 2025], fill_value=0.0))
    assert labels_in(chart) == ["month", "2023", "2024"]
    chart = _stack(TWO_YEARS * 0)
    assert labels_in(chart) == ["month", "2024"] and figures(chart) == [[0], [0], [0]]
    assert "In Mar 2024" not in chart.alt


def test_of_many_years_the_oldest_are_put_together(canvases):
    stock, recovered = stock_of(120, list(range(2018, 2028)))
    chart = _stack(stock, recovered)
    years = ["2022 and before", "2023", "2024", "2025", "2026", "2027"]
    assert labels_in(chart) == ["month", *years, "recovered"]
    assert column(chart, "year_2022") == pytest.approx(list(stock.loc[:, :2022].sum(axis=1)))
    totals = np.sum([row[:-1] for row in figures(chart)], axis=1)
    assert totals == pytest.approx(stock.sum(axis=1).to_numpy())
    named = [text for text in said_in(canvases[0].axes) if text.startswith("recovered")]
    marks = [line for line in canvases[0].axes.get_lines() if line.get_gid() == "lost"]
    assert len(marks) == (recovered > 0).sum() > len(named)
    unnamed = len(marks) - len(named)
    assert f"marked without their amounts: {unnamed}" in words_of(canvases[0])
    assert "and 4 more" in chart.alt
    assert_readable(canvases[0])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("months", "factor"), [(1, 1), (12, 1e6), (36, 1e-5), (60, 0), (600, 1)])
def test_a_stack_of_any_size_is_readable(months, factor, lang, canvases):
    stock, recovered = stock_of(months, [2023, 2024, 2025])
    chart = _stack(stock * factor, recovered * factor, lang)
    assert_readable(canvases[0])
    assert len(chart.svg) < 400_000


def test_words_about_a_recovery_stand_clear_of_higher_bars(canvases):
    stock = pd.DataFrame({2024: [90.0] * 5 + [10.0] + [400.0] * 6}, range(1, 13))
    _stack(stock, pd.Series({6: 30.0}))
    (said,) = [text for text in canvases[0].axes.texts if text.get_text() == "recovered 30.0"]
    top = canvases[0].axes.get_ylim()[1]
    assert 90 < said.xyann[1] * top < 200 and said.xyann[0] < 0.5


@pytest.mark.parametrize(
    ("stock", "recovered", "said"),
    [
        (TWO_YEARS.iloc[:0], {}, "a row for every month"),
        (TWO_YEARS[[]], {}, "a row for every month"),
        (TWO_YEARS.loc[[1, 3]], {}, "a row for every month"),
        (TWO_YEARS.loc[[1, 2, 2]], {}, "given: 1, 2, 2"),
        (TWO_YEARS.set_axis([0, 1, 2]), {}, "given: 0, 1, 2"),
        (TWO_YEARS[[2024, 2023]], {}, "given: 2024, 2023"),
        (TWO_YEARS[[2024, 2024]], {}, "given: 2024, 2024"),
        (TWO_YEARS.set_axis(["a", "b"], axis=1), {}, "given: a, b"),
        (-TWO_YEARS, {}, "1, 2023 is −50.00"),
        (TWO_YEARS.replace(20.0, np.nan), {}, "lacks figures"),
        (TWO_YEARS.replace(20.0, np.inf), {}, "2, 2023 is ∞"),
        (TWO_YEARS, {4: 1.0}, "months 1 to 3 only"),
        (TWO_YEARS, {1: np.nan}, "months 1 to 3 only"),
        (TWO_YEARS, {1: -1.0}, "1, recovered_wan is −1.00"),
        (TWO_YEARS, {"x": 1.0}, "given: x"),
    ],
)
def test_stock_that_cannot_be_drawn_is_refused(stock, recovered, said):
    with pytest.raises(ReportError) as refused:
        _stack(stock, pd.Series(recovered, dtype=float))
    assert said in refused.value.en


def test_a_start_that_is_no_month_is_refused():
    with pytest.raises(ReportError, match="2024-13"):
        _stack(TWO_YEARS, start_month="2024-13")


# Days of cover


def test_bars_are_as_long_as_the_days_the_shortest_on_top(canvases):
    days = pd.Series([45.0, 12.44, np.inf, 900.0, 30.0, np.nan], list("abcdef"))
    chart = cover.cover(days, NAMELESS, **how())
    assert column(chart, "name") == list("beadc")
    assert column(chart, "days") == [12.44, 30.0, 45.0, 900.0, "∞"]
    assert column(chart, "verdict") == ["under 30 days", *["30 days or more"] * 4]
    axes = canvases[0].axes
    assert [bar.get_width() for bar in axes.patches] == [12.44, 30.0, 45.0, 720.0, 720.0]
    colours = [to_hex(bar.get_facecolor()) for bar in axes.patches]
    assert colours == [COLOURS["danger"], *[COLOURS["idle"]] * 4]
    assert said_in(axes)[:5] == ["12.4", "30.0", "45.0", "900 →", "→ ∞ no spending"]
    assert list(marked(canvases[0], "month").get_xdata()) == [30, 30]
    assert "for want of a figure: 1" in words_of(canvases[0])
    assert "(5), under 30 days: 1. Shortest: b 12.4 days. Longest: c ∞" in chart.alt
    assert_readable(canvases[0])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("days", [0.0, 3.0, 30.0, 44.0, 100.0, 360.0, 600.0, 1e9, np.inf])
def test_cover_of_any_length_is_readable(days, lang, canvases):
    cover.cover(pd.Series({"a": days, "b": 29.0}), NAMELESS, **how(lang))
    cover.cover(pd.Series({"a": days}), NAMELESS, **how(lang))
    for canvas in canvases:
        assert_readable(canvas)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (pd.Series(dtype=float), "no unit to draw"),
        (pd.Series({"a": np.nan}), "no unit to draw"),
        (pd.Series({"a": -1.0}), "a, days is −1.00"),
        (pd.Series([1.0, 2.0], ["a", "a"]), "a is repeated"),
        (pd.Series({"a": "x"}), "something that is no number"),
    ],
)
def test_days_that_cannot_be_drawn_are_refused(days, said):
    with pytest.raises(ReportError) as refused:
        cover.cover(days, NAMELESS, **how())
    assert said in refused.value.en


# Spending of all units


SHARES = pd.DataFrame(
    {
        "spent_share": [0.4, 1.25, np.nan, np.nan, 0.1],
        "mean_share": [0.8, np.nan, 0.3, np.nan, 2.6],
        "low_share": [0.7, np.nan, 0.2, 0.1, 1.8],
        "high_share": [0.95, np.nan, 0.5, 0.2, 30.0],
    },
    list("abcde"),
)


def _shares(table=SHARES, time_progress=0.5, **text):
    return spent.spent(table, NAMELESS, time_progress=time_progress, **how(**text))


def test_bars_whiskers_and_dots_stand_at_their_shares(canvases):
    chart = _shares()
    assert column(chart, "name") == list("baec")
    assert column(chart, "spent_share") == [1.25, 0.4, 0.1, None]
    assert column(chart, "mean_share") == [None, 0.8, 2.6, 0.3]
    assert column(chart, "high") == [None, 0.95, 30.0, 0.5]
    assert fact(chart, "time_progress") == 0.5 and fact(chart, "without") == 1
    axes = canvases[0].axes
    bars = [bar for bar in axes.patches if bar.get_gid() == "spent"]
    assert [bar.get_width() for bar in bars] == [1.25, 0.4, 0.1]
    whiskers = [line for line in axes.get_lines() if line.get_gid() == "interval"]
    edge = axes.get_xlim()[1]
    assert [list(line.get_xdata()) for line in whiskers] == [[0.7, 0.95], [1.8, edge], [0.2, 0.5]]
    dots = [line for line in axes.get_lines() if line.get_linestyle() == "None"]
    assert [(line.get_xdata()[0], line.get_marker()) for line in dots] == [
        (0.8, "o"),
        (edge, ">"),
        (0.3, "o"),
    ]
    assert list(marked(canvases[0], "all").get_xdata()) == [1, 1]
    assert list(marked(canvases[0], "progress").get_xdata()) == [0.5, 0.5]
    assert said_in(axes) == [
        *("125.0%", "40.0%", "10.0%", "—", "spent"),
        *("—", "70.0%–95.0%", "180.0%–3,000%", "20.0%–50.0%", "90% interval"),
    ]
    said = words_of(canvases[0])
    assert "time-proportional 50.0%" in said and "for want of a figure: 1" in said
    assert "Units that spent more than all their money: 1." in chart.alt
    assert "Highest: b 125.0%. Lowest: e 10.0% (forecast 90% interval 180.0% to 3,000%)." in (
        chart.alt
    )
    assert_readable(canvases[0])


def test_a_line_that_does_not_exist_is_not_explained(canvases):
    _shares(SHARES[:1].assign(mean_share=np.nan, low_share=np.nan), np.nan)
    said = words_of(canvases[0])
    assert "time-proportional" not in said and "forecast" not in said and "more than" not in said
    assert not [line for line in canvases[0].axes.get_lines() if line.get_gid() == "progress"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("share", [-3.0, -0.1, 0.0, 1.0, 7.0, 1e7])
def test_spending_of_any_size_is_readable(share, lang, canvases):
    ends = {"mean_share": share + 0.1, "low_share": share, "high_share": share + 0.3}
    table = pd.DataFrame({"spent_share": share} | ends, ["a", "b"])
    _shares(table, 1.0, lang=lang)
    _shares(table[:1], 0.0, lang=lang)
    for canvas in canvases:
        assert_readable(canvas)


@pytest.mark.parametrize(
    ("table", "progress", "said"),
    [
        (SHARES.drop(columns="low_share"), 0.5, "lacks a column: low_share"),
        (SHARES.iloc[[0, 0]], 0.5, "a is repeated"),
        (SHARES.iloc[3:4], 0.5, "no unit to draw"),
        (SHARES.iloc[:0], 0.5, "no unit to draw"),
        (SHARES.assign(low_share=0.99), 0.5, "[0.99, 0.95], is wrong"),
        (SHARES.assign(spent_share=np.inf), 0.5, "a, spent_share is ∞"),
        (SHARES, 1.2, "time_progress is 1.2"),
        (SHARES, np.inf, "time_progress is inf"),
    ],
)
def test_shares_that_cannot_be_drawn_are_refused(table, progress, said):
    with pytest.raises(ReportError) as refused:
        _shares(table, progress)
    assert said in refused.value.en


# One unit's spending


def _course(actual=None, ahead=None, money=413.0, lang="en", **other):
    known, forecast = course()
    actual, ahead = known if actual is None else actual, forecast if ahead is None else ahead
    return spent.spent_path(actual, ahead, money_wan=money, **(WHEN | other), **how(lang))


def test_the_forecast_sets_out_from_the_last_known_month(canvases):
    chart = _course()
    _, ahead = course()
    line = marked(canvases[0], "actual")
    assert list(line.get_xdata()) == [3, 5, 6] and line.get_marker() == "o"
    assert list(line.get_ydata()) == [110.0, 196.5, 233.0]
    mean = marked(canvases[0], "mean")
    assert list(mean.get_xdata()) == [6, *ahead.index]
    assert list(mean.get_ydata()) == [233.0, *ahead["mean"]]
    assert mean.get_linestyle() == "--" and line.get_linestyle() == "-"
    (band,) = canvases[0].axes.collections
    corners = band.get_paths()[0].vertices
    assert corners[:, 0].min() == 6 and corners[:, 0].max() == 12
    assert corners[:, 1].max() == ahead["high"].iloc[-1]
    assert list(marked(canvases[0], "money").get_ydata()) == [413.0, 413.0]
    assert {"low 365.7", "mean 401.0", "money 413.0", "high 442.9"} <= set(
        said_in(canvases[0].axes)
    )
    assert column(chart, "month")[:4] == ["Mar 2024", "May 2024", "Jun 2024", "Jul 2024"]
    assert column(chart, "actual") == [110.0, 196.5, 233.0, *[None] * 6]
    for end in ("mean", "low", "high"):
        assert column(chart, end) == [None, None, None, *ahead[end]]
    assert fact(chart, "money") == 413.0
    assert "by Jun 2024 2,330,000 yuan. Forecast for Dec 2024: mean 4,010,000 yuan" in chart.alt


@pytest.mark.parametrize("money", [np.inf, np.nan])
def test_money_without_end_has_no_line(money, canvases):
    chart = _course(money=money)
    assert fact(chart, "money") is None
    assert "money available" not in words_of(canvases[0]) and "Money available" not in chart.alt
    assert not [line for line in canvases[0].axes.get_lines() if line.get_gid() == "money"]


def test_without_a_forecast_only_what_is_known_is_drawn(canvases):
    chart = _course(ahead=course()[1][:0])
    assert "forecast" not in words_of(canvases[0]) and "Forecast" not in chart.alt
    assert not has(chart, "mean")
    assert "actual 233.0" in said_in(canvases[0].axes)
    assert_readable(canvases[0])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("factor", [-1.0, 0.0, 1e-6, 1.0, 1e6])
@pytest.mark.parametrize("money", [0.0, 233.0, 1e7, np.inf])
def test_a_course_of_any_size_is_readable(factor, money, lang, canvases):
    actual, ahead = course()
    # Low and high change places below 0.
    ahead = (ahead * factor).assign(low=ahead["mean"] * factor)
    ahead["high"] = ahead["low"] + 1
    _course(actual * factor, ahead, money, lang)
    _course(actual[:1] * factor, ahead[:0], money, lang)
    _course(actual * factor, ahead * 0 + 233 * factor, money * factor, lang)
    for canvas in canvases:
        assert_readable(canvas)


def test_the_first_month_alone_and_many_years_are_readable(canvases):
    _course(pd.Series({1: 5.0}), course()[1][:0])
    months = np.arange(40, 61)
    ahead = pd.DataFrame({"mean": months * 7.0, "low": months * 6.0, "high": months * 8.0}, months)
    _course(pd.Series({3: 20.0, 39: 250.0}), ahead)
    for canvas in canvases:
        assert_readable(canvas)


KNOWN, AHEAD = course()


@pytest.mark.parametrize(
    ("actual", "ahead", "said"),
    [
        (KNOWN * np.nan, AHEAD, "no spending to draw"),
        (KNOWN[:0], AHEAD, "no spending to draw"),
        (KNOWN.replace(233.0, np.inf), AHEAD, "6, actual_wan is ∞"),
        (KNOWN.iloc[[0, 0]], AHEAD, "given: 3, 3"),
        (KNOWN.set_axis([0, 1, 2, 3]), AHEAD, "given: 0, 1, 2, 3"),
        (KNOWN, AHEAD.set_axis(range(6, 12)), "begins in month 6: it must follow month 6"),
        (KNOWN, AHEAD.set_axis([7.5, 8, 9, 10, 11, 12]), "given: 7.5, 8.0"),
        (KNOWN, AHEAD.drop(columns="mean"), "lacks a column: mean"),
        (KNOWN, AHEAD.assign(mean=np.nan), "lacks figures"),
        (KNOWN, AHEAD.assign(low=1e6), "interval of month 7 is wrong"),
    ],
)
def test_courses_that_cannot_be_drawn_are_refused(actual, ahead, said):
    with pytest.raises(ReportError) as refused:
        _course(actual, ahead)
    assert said in refused.value.en


def test_lines_differ_by_dash_not_by_colour_alone(canvases):
    _course()
    dashes = {
        str(marked(canvases[0], name)._unscaled_dash_pattern)
        for name in ("actual", "mean", "money")
    }
    assert len(dashes) == 3
    assert marked(canvases[0], "actual").get_color() == COLOURS["money"]


def test_bytes_are_the_same_in_another_process():
    assert hashes_in_another_process(__name__) == hashes_of(CHARTS, draw)
