"""Charts of scenarios show the figures they were given, and their titles what follows from them."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from readable import assert_readable, canvas_of
from stock_samples import LANGS, check, drawn_texts, left_out, writer

from analysis import charts
from analysis.charts import picture
from analysis.charts.style import COLOURS
from analysis.statuses import status_of, with_status
from analysis.words.sentence import Sentence, Writer, group_word, say
from analysis.words.weights import mix

MEASURES = ["aided", "equal", "resident", "rural"]
LABELS = {name: group_word(name) for name in MEASURES} | {"equal": say("scenario_page.equal")}


def codes_of(count):
    return [f"u{place:04d}" for place in range(count)]


def amounts(count):
    draws = np.random.default_rng(count)
    money, formula, proportional = draws.uniform(3, 90, (3, count)).round(1)
    money[3:4], proportional[4:5] = 0.0, 50_000.0
    frame = pd.DataFrame(
        {
            "amount_wan": money,
            "formula_wan": formula,
            "proportional_wan": proportional,
            "floor_wan": money * 0.9,
            "ceiling_wan": money * 1.2,
        },
        codes_of(count),
    )
    return with_status(frame, {"amount_wan": "official", "formula_wan": "assumption"})


def weights():
    return pd.DataFrame(
        {
            "weight": [0.3, np.nan, 0.5, 0.0],
            "weight_low": [0.3, 0.0, 0.42, 0.0],
            "weight_high": [0.3, 0.4, 0.61, 0.02],
        },
        pd.Index(MEASURES, name="factor"),
    )


def indices(count):
    total = np.random.default_rng(5).dirichlet(np.ones(4), count).round(4)
    total[count - 1 :] = np.nan
    index = pd.MultiIndex.from_product([codes_of(count), MEASURES], names=["unit_code", "factor"])
    table = pd.DataFrame({"total": total.ravel()}, index)
    return table.assign(total_low=table["total"] - 0.03, total_high=table["total"] + 0.041)


def path_of(count, years=6):
    draws = np.random.default_rng(count)
    first, target = draws.uniform(5, 90, (2, count))
    target *= first.sum() / target.sum()
    ways = {year: first + (target - first) * year / 5.2 for year in range(years)}
    return pd.DataFrame(ways, codes_of(count)), pd.Series(target, codes_of(count))


FORMULA = mix(pd.Series({"aided": 0.8, "equal": 0.2}), LABELS)
BY_UNIT = {
    "proportional": lambda count: charts.proportional_change(amounts(count), "resident"),
    "formula": lambda count: charts.formula_change(amounts(count), FORMULA),
    "influence": lambda count: charts.weight_influence(indices(count), LABELS),
    "pace": lambda count: charts.pace(*path_of(count), within=0.05),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("count", [2, 7, 39])
@pytest.mark.parametrize("name", BY_UNIT)
def test_charts_can_be_read_and_declare_their_columns(name, count, lang):
    chart = BY_UNIT[name](count)
    to = writer(lang, codes_of(count), currency="USD")
    check(chart, to)
    assert_readable(chart, to)
    assert sorted(chart.frame.index) == codes_of(count)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", BY_UNIT)
def test_of_many_units_each_is_drawn_or_counted(name, lang):
    chart = BY_UNIT[name](2850)
    to = writer(lang, codes_of(2850))
    drawn = 2 if name == "pace" else 40
    assert left_out(chart) >= 2850 - drawn
    assert len(chart.frame) == (2850 if name == "pace" else 40)
    assert len(picture(chart, to, "").svg) < 250_000
    assert_readable(chart, to)


@pytest.mark.parametrize("name", ["proportional", "formula"])
def test_units_without_a_figure_are_counted(name):
    frame = amounts(7)
    frame.iloc[2] = np.nan
    draw = {
        "proportional": lambda: charts.proportional_change(frame, "resident"),
        "formula": lambda: charts.formula_change(frame, FORMULA),
    }
    chart = draw[name]()
    assert left_out(chart) == 1 and len(chart.frame) == 6


def test_what_cannot_be_drawn_is_said():
    empty = amounts(3).assign(formula_wan=np.nan)
    assert charts.formula_change(empty, FORMULA).key == "scenario_chart.nothing"
    assert charts.implied_mix(weights()[:0], LABELS).key == "scenario_chart.nothing"
    still = indices(3).assign(total=np.nan)
    assert charts.weight_influence(still, LABELS).key == "scenario_chart.no_influence"
    path, target = path_of(3)
    for nothing in (
        charts.pace(path[[]], target, within=0.05),
        charts.pace(path, target * np.nan, within=0.05),
    ):
        assert isinstance(nothing, Sentence) and nothing.key == "scenario_chart.nothing"


def test_the_money_that_moves_is_the_sum_of_the_gains():
    frame = pd.DataFrame({"amount_wan": [60.0, 40.0], "proportional_wan": [45.0, 55.0]}, ["a", "b"])
    title = charts.proportional_change(frame, "resident").title
    assert title.places["moved"].value == 15.0
    even = charts.proportional_change(frame.assign(proportional_wan=[60.0, 40.0]), "resident")
    assert even.title.key == "scenario_chart.proportional_even"
    assert "resident" in repr(even.title.places["group"])


def test_each_scenario_and_bound_stands_at_its_change():
    frame = pd.DataFrame(
        {
            "amount_wan": [100.0, 80.0, 0.0],
            "formula_wan": [60.0, 60.0, 60.0],
            "proportional_wan": [90.0, 88.0, 0.0],
            "floor_wan": [90.0, 40.0, 0.0],
        },
        ["a", "b", "c"],
    )
    chart = charts.formula_change(frame, FORMULA)
    assert list(chart.frame.index) == ["c", "b", "a"]
    assert chart.columns == list(frame.columns)
    assert (chart.title.places["gain"], chart.title.places["loss"]) == (1, 2)
    to = writer("en", frame.index)
    axes = canvas_of(chart, to).axes
    edge = axes.get_xlim()[1]
    marks = {line.get_marker(): list(line.get_xdata()) for line in axes.get_lines()}
    assert marks["o"] == [edge, -0.25, -0.4]
    assert marks["s"] == pytest.approx([0.0, 0.1, -0.1])
    assert marks["|"] == pytest.approx([0.0, -0.5, -0.1])
    said = drawn_texts(chart, to)
    assert {"0.0%", "new →", "−25.0%", "+10.0%", "−40.0%", "floor"} <= set(said)


@pytest.mark.parametrize("lang", LANGS)
def test_a_weight_has_a_dot_an_open_one_only_its_range(lang):
    chart = charts.implied_mix(weights(), LABELS)
    to = writer(lang, [])
    check(chart, to)
    assert_readable(chart, to)
    assert list(chart.frame.index) == ["resident", "aided", "equal", "rural"]
    assert chart.title.key == "scenario_chart.implied_open"
    axes = canvas_of(chart, to).axes
    dots = next(line for line in axes.get_lines() if line.get_marker() == "o")
    assert list(dots.get_xdata()) == pytest.approx([0.5, 0.3, np.nan, 0.0], nan_ok=True)
    (hollow,) = axes.patches
    assert (hollow.get_x(), hollow.get_width()) == pytest.approx((0.0, 0.4))
    assert hollow.get_y() + hollow.get_height() / 2 == pytest.approx(2.0)
    assert {"50.0%", "30.0%", "—", "42.0%–61.0%", "0.0%–2.0%"} <= set(drawn_texts(chart, to))
    assert [to.text(name) for name in chart.frame["name"]] == [
        to.text(LABELS[name]) for name in chart.frame.index
    ]


def test_the_mix_in_the_title_leaves_out_what_prints_as_nothing():
    known = weights().drop(index="equal")
    chart = charts.implied_mix(known, LABELS)
    to = Writer("en")
    assert to(chart.title).endswith("residents 50% and aided population 30%")
    assert to.text(mix(pd.Series({"rural": 0.0004, "aided": 0.9996}), LABELS)) == (
        "aided population 100.0%"
    )


def test_a_cell_is_the_darker_the_more_a_weight_decides():
    chart = charts.weight_influence(indices(7), LABELS)
    to = writer("en", codes_of(7))
    light = {}
    for bar in canvas_of(chart, to).axes.patches:
        row, column = round(bar.get_y() + 0.46), round(bar.get_x() + 0.48)
        value = chart.frame.iloc[row, column]
        if np.isnan(value):
            assert bar.get_facecolor()[3] == 0
        else:
            light[value] = int(to_hex(bar.get_facecolor())[1:3], 16)
    found = [light[value] for value in sorted(light)]
    assert found == sorted(found, reverse=True) and len(set(found)) > 5
    assert "0.05" in "".join(drawn_texts(chart, to))
    assert {remark.key for remark in chart.remarks} >= {"scenario_chart.dash"}


def test_the_title_counts_the_units_where_no_interval_reaches_the_leading_one():
    table = indices(39)
    clear = []
    for _, unit in table.dropna().groupby("unit_code"):
        ranked = unit.droplevel("unit_code").sort_values("total")
        if ranked["total_low"].iloc[-1] > ranked["total_high"].iloc[:-1].max():
            clear.append(ranked.index[-1])
    counts = pd.Series(clear).value_counts()
    title = charts.weight_influence(table, LABELS).title
    assert title.key == "scenario_chart.influence_title"
    assert (title.places["count"], title.places["total"]) == (counts.max(), 39)
    assert title.places["measure"] in [
        LABELS[name] for name in counts[counts == counts.max()].index
    ]
    wide = table.assign(total_low=table["total"] - 1, total_high=table["total"] + 1)
    assert charts.weight_influence(wide, LABELS).title.key == "scenario_chart.influence_open"


def test_labels_of_measures_stand_in_the_alternative_text():
    chart = charts.weight_influence(indices(3), LABELS)
    for lang, said in (("zh", "常住人口 0."), ("en", "residents 0.")):
        assert said in chart.alternative_text(writer(lang, codes_of(3)))


def test_lines_show_each_units_distance_from_its_target():
    path = pd.DataFrame({0: [120.0, 50.0, 130.0], 1: [104.0, 96.0, 100.0]}, list("abc"))
    target = pd.Series([1.0, 1.0, 1.0], list("abc"))
    chart = charts.pace(path, target, within=0.05)
    expected = {"a": (0.2, 0.04), "b": (-0.5, -0.04), "c": (0.3, 0.0)}
    found = chart.frame[["distance_start", "distance_end"]]
    assert list(found.index) == ["c", "a", "b"]
    for code, ends in expected.items():
        assert found.loc[code].tolist() == pytest.approx(ends)
    lines = [
        line
        for line in canvas_of(chart, writer("en", "abc")).axes.get_lines()
        if list(line.get_xdata()) == [0, 1]
        and not np.allclose(line.get_ydata(), 0.0)
        and len(set(np.abs(line.get_ydata()))) > 1
    ]
    by_first = {round(line.get_ydata()[0], 6): line.get_color() for line in lines}
    assert by_first == {0.3: COLOURS["idle"], 0.2: COLOURS["neutral"], -0.5: COLOURS["danger"]}
    assert chart.title.key == "scenario_chart.pace_all"
    assert [fact.value for fact in chart.facts.values()] == [0, 3]
    short = charts.pace(path, target, within=0.03)
    assert short.title.key == "scenario_chart.pace_some" and short.title.places["inside"] == 1


def test_of_many_units_the_bands_hold_half_and_90_percent():
    path, target = path_of(500)
    chart = charts.pace(path, target, within=0.05)
    distance = path.div(target, axis=0) - 1
    axes = canvas_of(chart, writer("zh", path.index)).axes
    median = next(line for line in axes.get_lines() if line.get_linewidth() == 1.4)
    assert list(median.get_ydata()) == pytest.approx(distance.median().tolist())
    half = next(band for band in axes.collections if band.get_alpha() == 0.3)
    ends = half.get_paths()[0].vertices[:, 1]
    quarter = distance[0].quantile([0.25, 0.75]).tolist()
    assert [ends.min(), ends.max()] == pytest.approx(quarter, abs=1e-9)


def test_units_without_a_target_are_counted_and_one_year_is_points():
    path = pd.DataFrame({0: [3.0, 2.0, 0.0]}, list("abc"))
    chart = charts.pace(path, pd.Series([2.0, 2.0, 0.0], list("abc")), within=0)
    assert left_out(chart) == 1 and list(chart.frame.index) == ["a", "b"]
    to = writer("zh", "abc")
    assert_readable(chart, to)
    assert any(line.get_marker() == "o" for line in canvas_of(chart, to).axes.get_lines())


def test_statuses_travel():
    assert status_of(BY_UNIT["formula"](5).frame, "formula_wan") == "assumption"
    stated = with_status(weights(), "estimate")
    assert status_of(charts.implied_mix(stated, LABELS).frame, "weight_low") == "estimate"
    chart = charts.weight_influence(with_status(indices(3), "assumption"), LABELS)
    assert {status_of(chart.frame, name) for name in chart.columns} == {"assumption"}
